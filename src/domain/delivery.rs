//! How a message leaves: how soon, over which relay, and how protected on the way.

use crate::named;

/// How soon a message must leave. What waits of a lesser kind never holds up one of a greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// Somebody must act at once: a death, several seriously injured, an alarm.
    Urgent,
    /// Somebody waits for it.
    Normal,
    /// Nobody waits for it: digests, the trace of a day.
    Bulk,
}

impl Priority {
    /// Every kind, the most urgent first.
    pub const ALL: [Self; 3] = [Self::Urgent, Self::Normal, Self::Bulk];

    /// Its place in the order, as stored: 0 leaves first.
    pub const fn rank(self) -> i32 {
        match self {
            Self::Urgent => 0,
            Self::Normal => 1,
            Self::Bulk => 2,
        }
    }

    /// The kind of that place; what is beyond the last counts as the last.
    pub fn of_rank(rank: i32) -> Self {
        match rank {
            ..=0 => Self::Urgent,
            1 => Self::Normal,
            _ => Self::Bulk,
        }
    }
}

named! {
    /// How a message was protected on its way to the relay.
    pub enum TlsState {
        /// Not at all.
        None = "none",
        /// STARTTLS; the mail library does not say which version.
        StartTls = "starttls",
        /// TLS from the first byte, of a version that the library does not tell.
        Tls = "tls",
        /// TLS 1.2 from the first byte.
        Tls12 = "tls1.2",
        /// TLS 1.3 from the first byte.
        Tls13 = "tls1.3",
    }
}

/// The way that one try went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transit {
    /// Host and port of the mail server, or what else took the message.
    pub relay: String,
    /// How the connection was protected; `None` where none came about.
    pub tls: Option<TlsState>,
}

/// The domain of a mail address, in small letters; the whole text where it has no `@`.
pub fn domain_of(address: &str) -> String {
    let domain = address
        .rsplit_once('@')
        .map_or(address, |(_, domain)| domain);
    domain.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_priority_is_what_its_rank_says() {
        for priority in Priority::ALL {
            assert_eq!(Priority::of_rank(priority.rank()), priority);
        }
        assert!(Priority::Urgent < Priority::Bulk);
        assert_eq!(Priority::of_rank(9), Priority::Bulk);
    }

    #[test]
    fn a_domain_is_read_whatever_its_letters() {
        assert_eq!(domain_of("Truc@SNV.Test"), "snv.test");
        assert_eq!(domain_of("\"a@b\"@c.test"), "c.test");
        assert_eq!(domain_of("nobody"), "nobody");
    }
}
