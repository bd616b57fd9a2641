//! Contacts of an authority beside the addresses of its row in the directory: who is told at once
//! with them, and who is told next where nobody takes an alert.

use chrono::{DateTime, NaiveDate, Utc};

use url::Url;

use super::{account::email::normal_form, validators};
use crate::{ids::ContactId, named};

/// The furthest position of a contact.
pub const LAST_POSITION: i32 = 9;

named! {
    /// How a contact is reached.
    pub enum Channel {
        /// E-mail.
        Email = "email",
        /// A short message to a telephone.
        Sms = "sms",
        /// A call of another program.
        Webhook = "webhook",
    }
}

/// One way to reach an authority, for one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Id.
    pub id: ContactId,
    /// The authority.
    pub authority_id: String,
    /// 0: told at once; 1: the next contact, and so on.
    pub position: i32,
    /// How.
    pub channel: Channel,
    /// Where.
    pub address: String,
    /// Name of the office or duty room.
    pub name: String,
    /// Telephone, for the call list.
    pub phone: Option<String>,
    /// When somebody there answered.
    pub verified_at: Option<DateTime<Utc>>,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day no longer; `None` is open.
    pub valid_to: Option<NaiveDate>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

impl Contact {
    /// Whether it counts on `day`.
    pub fn in_force_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }

    /// Whether it ever counts on the same day as `other`.
    pub fn meets(&self, other: &Self) -> bool {
        let starts = self.valid_from.max(other.valid_from);
        let goes_on = |one: &Self| one.valid_to.is_none_or(|end| starts < end);
        goes_on(self) && goes_on(other)
    }
}

/// Longest address of a webhook, in bytes.
const LONGEST_URL: usize = 500;

/// The address of a channel in its normal form; `None` where it is none. Of a webhook it is `https://…`, or
/// `http://…` for a network that the operator has named, and holds no password.
pub fn address(channel: Channel, text: &str) -> Option<String> {
    match channel {
        Channel::Email => normal_form(text),
        Channel::Sms => validators::phone(text),
        Channel::Webhook => {
            let url = Url::parse(text.trim()).ok()?;
            let is_plain = matches!(url.scheme(), "https" | "http")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.fragment().is_none();
            (is_plain && url.as_str().len() <= LONGEST_URL).then(|| url.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lasting(from: &str, to: Option<&str>) -> Contact {
        Contact {
            id: ContactId::generate(),
            authority_id: "SNV-19".into(),
            position: 0,
            channel: Channel::Email,
            address: "truc@snv.test".into(),
            name: "Trực ban".into(),
            phone: None,
            verified_at: None,
            valid_from: from.parse().unwrap(),
            valid_to: to.map(|day| day.parse().unwrap()),
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn two_contacts_meet_where_a_day_has_both() {
        let open = lasting("2026-01-01", None);
        let ended = lasting("2025-01-01", Some("2026-01-01"));
        assert!(!open.meets(&ended) && !ended.meets(&open));
        let later = lasting("2027-01-01", None);
        assert!(open.meets(&later) && later.meets(&open));
        let never = lasting("2026-06-01", Some("2026-06-01"));
        assert!(!open.meets(&never) && !never.meets(&open));
        assert!(open.in_force_on("2026-01-01".parse().unwrap()));
        assert!(!ended.in_force_on("2026-01-01".parse().unwrap()));
    }

    #[test]
    fn an_address_has_the_form_of_its_channel() {
        let form = |text| address(Channel::Email, text);
        assert_eq!(
            form("Truc.Ban@CAX.test").as_deref(),
            Some("truc.ban@cax.test")
        );
        assert_eq!(form("0912345678"), None);
        let form = |text| address(Channel::Sms, text);
        assert_eq!(form("+84 912 345 678").as_deref(), Some("0912345678"));
        assert_eq!(form("truc@cax.test"), None);
        let form = |text| address(Channel::Webhook, text);
        assert_eq!(
            form("https://CAX.test/hook?a=1").as_deref(),
            Some("https://cax.test/hook?a=1")
        );
        for none in [
            "ftp://cax.test",
            "https://u:p@cax.test",
            "https://cax.test/#a",
            "cax.test",
            "https://",
        ] {
            assert_eq!(form(none), None, "{none}");
        }
    }
}
