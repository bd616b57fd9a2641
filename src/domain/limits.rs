//! How often somebody may do something.
//!
//! Two rules. A [`Pace`] is for every request: it lives in the memory of one process and costs nothing.
//! A [`Limit`] is for what is rare and invites guessing: it is counted in the database, so that several
//! processes hold it together. Time is passed in.

use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};

/// So many times in a period, held by all processes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Its name in figures.
    pub name: &'static str,
    /// How many in a period; at least one.
    pub most: u32,
    /// The period.
    pub period: TimeDelta,
}

/// Wrong passwords from one network. An office behind one address mistypes a few; whoever tries one
/// password on many accounts tries thousands.
pub const FAILED_SIGN_IN_FROM_ADDRESS: Limit = Limit {
    name: "failed_sign_in_from_address",
    most: 50,
    period: TimeDelta::minutes(15),
};

/// Such mails asked for from one network, to whatever accounts.
pub const PASSWORD_RESET_FROM_ADDRESS: Limit = Limit {
    name: "password_reset_from_address",
    most: 20,
    period: TimeDelta::hours(1),
};

/// Challenges for passkeys asked for from one network: each is a row that waits for its answer. A
/// sign-in takes one, so an office behind one address has more than enough.
pub const PASSKEY_CHALLENGE_FROM_ADDRESS: Limit = Limit {
    name: "passkey_challenge_from_address",
    most: 300,
    period: TimeDelta::minutes(15),
};

/// Ways to an OpenID provider that were begun from one network, for the same reason.
pub const OIDC_VISITS_FROM_ADDRESS: Limit = Limit {
    name: "oidc_visits_from_address",
    most: 300,
    period: TimeDelta::minutes(15),
};

/// Urgent notices without an account from one network. Over it a notice is still stored, and held for
/// a human: an accident is never turned away.
pub const NOTICE_FROM_ADDRESS: Limit = Limit {
    name: "notice_from_address",
    most: 10,
    period: TimeDelta::hours(1),
};

/// Sealed drafts that were given into safe keeping from one network: each time somebody stops typing is one.
pub const DRAFTS_KEPT_FROM_ADDRESS: Limit = Limit {
    name: "drafts_kept_from_address",
    most: 300,
    period: TimeDelta::hours(1),
};

/// Receipt numbers of nobody that were looked up from one network. A number has 45 random bits: whoever mistypes one is
/// told so by its check character and not counted here, so that what is left is guessing.
pub const RECEIPTS_MISSED_FROM_ADDRESS: Limit = Limit {
    name: "receipts_missed_from_address",
    most: 20,
    period: TimeDelta::hours(1),
};

/// Registrations of employers from one network: an accountant registers several firms in an afternoon.
pub const REGISTRATION_FROM_ADDRESS: Limit = Limit {
    name: "registration_from_address",
    most: 10,
    period: TimeDelta::hours(1),
};

/// Mails that strangers make us send to one address.
pub const REGISTRATION_MAIL_TO_ADDRESS: Limit = Limit {
    name: "registration_mail_to_address",
    most: 3,
    period: TimeDelta::hours(1),
};

/// Invitations of one employer, of which each is a mail to whomever it likes.
pub const INVITATIONS_OF_EMPLOYER: Limit = Limit {
    name: "invitations_of_employer",
    most: 20,
    period: TimeDelta::days(1),
};

/// People whom one appointer gives a post by their address: each may be a mail to whomever it likes. A province
/// that begins appoints two for each of its communes in a day.
pub const APPOINTMENTS_BY_APPOINTER: Limit = Limit {
    name: "appointments_by_appointer",
    most: 200,
    period: TimeDelta::days(1),
};

/// The same of the posts of one authority, whoever gives them.
pub const APPOINTMENTS_IN_AUTHORITY: Limit = Limit {
    name: "appointments_in_authority",
    most: 50,
    period: TimeDelta::days(1),
};

/// The same of one address, whoever gives them: each may be a mail to somebody who has asked for none.
pub const APPOINTMENTS_OF_ADDRESS: Limit = Limit {
    name: "appointments_of_address",
    most: 5,
    period: TimeDelta::hours(1),
};

/// Mails to one person of what others in office did to their account: posts given and taken, locks.
pub const NEWS_OF_OFFICE: Limit = Limit {
    name: "news_of_office",
    most: 10,
    period: TimeDelta::days(1),
};

/// Changes of the early reminders of one post or authority, by the links of its mails: each is an entry of the
/// trace that needs no account.
pub const CHANGES_OF_REMINDERS: Limit = Limit {
    name: "changes_of_reminders",
    most: 10,
    period: TimeDelta::days(1),
};

/// Changes of address that one account asks for, of which each is a mail to whomever it likes.
pub const EMAIL_CHANGES_OF_ACCOUNT: Limit = Limit {
    name: "email_changes_of_account",
    most: 5,
    period: TimeDelta::days(1),
};

/// A moment among the windows of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// When the window of the moment began.
    pub start: DateTime<Utc>,
    /// When the one before began.
    pub previous: DateTime<Utc>,
    /// From then on the window of the moment counts no more.
    pub expires: DateTime<Utc>,
    /// How far the moment is into its window.
    into: TimeDelta,
}

impl Limit {
    /// The window of `now`.
    pub fn window(&self, now: DateTime<Utc>) -> Window {
        let period = self.period.num_milliseconds().max(1);
        let into = TimeDelta::milliseconds(now.timestamp_millis().rem_euclid(period));
        // Whole milliseconds: the same text in both databases.
        let at = DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now);
        let start = at - into;
        Window {
            start,
            previous: start - self.period,
            expires: start + self.period * 2,
            into,
        }
    }

    /// How long to wait, where one of these is too many: `current` in the window of the moment, the one
    /// in question among them, and `previous` in the window before. `None` where it is not.
    ///
    /// The window before counts by the part of it that a period ending now still covers, so that nobody
    /// gets twice as much by knowing when a window begins.
    pub fn wait(&self, window: &Window, previous: i64, current: i64) -> Option<TimeDelta> {
        let period = self.period.num_milliseconds().max(1);
        let (most, into) = (i64::from(self.most.max(1)), window.into.num_milliseconds());
        if i128::from(previous) * i128::from(period - into)
            + i128::from(current) * i128::from(period)
            <= i128::from(most) * i128::from(period)
        {
            return None;
        }
        // How far into a window its predecessor of `before` leaves room for `more`.
        let far = |before: i64, more: i64| {
            let room = (most - more).max(0);
            if before <= room {
                return 0;
            }
            let part = i128::from(period) * i128::from(before - room);
            i64::try_from((part + i128::from(before) - 1) / i128::from(before)).unwrap_or(period)
        };
        let wait = if current <= most {
            far(previous, current) - into
        } else {
            // Nothing more in this window; the one in question was not taken.
            period - into + far(current - 1, 1)
        };
        Some(TimeDelta::milliseconds(wait.max(1)))
    }
}

/// So many a second, and so many at once after a rest: one number for each subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    every: Duration,
    ahead: Duration,
}

impl Pace {
    /// `rate` a second, `burst` at once; both at least one.
    pub const fn per_second(rate: u32, burst: u32) -> Self {
        let every = Duration::from_nanos(1_000_000_000 / if rate == 0 { 1 } else { rate as u64 });
        Self {
            every,
            ahead: every.saturating_mul(if burst == 0 { 1 } else { burst }),
        }
    }

    /// One each so many seconds, `burst` at once; both at least one.
    pub const fn one_each(seconds: u64, burst: u32) -> Self {
        let every = Duration::from_secs(if seconds == 0 { 1 } else { seconds });
        Self {
            every,
            ahead: every.saturating_mul(if burst == 0 { 1 } else { burst }),
        }
    }

    /// Takes one at `now` where everything taken before is used up at `used_up`: the new `used_up`, or
    /// how long to wait (the generic cell rate algorithm).
    pub fn take(self, used_up: Duration, now: Duration) -> Result<Duration, Duration> {
        let after = used_up.max(now) + self.every;
        match (after - now).checked_sub(self.ahead) {
            None | Some(Duration::ZERO) => Ok(after),
            Some(wait) => Err(wait),
        }
    }
}

/// Requests of one network that nobody answers for: pages, links of mails, tokens that are not known yet.
/// A whole office may open its links at the same moment; what they could guess has 256 bits, so that
/// this is about the work that they make, not about secrets.
pub const STRANGERS: Pace = Pace::per_second(50, 200);

/// The same of one line of IPv6 (/56), which a home or a telephone has at most.
pub const STRANGERS_OF_LINE: Pace = Pace::per_second(200, 800);

/// The same of one site of IPv6 (/48): an office, or many lines of a provider, of which no one alone uses it up.
pub const STRANGERS_OF_SITE: Pace = Pace::per_second(1000, 4000);

/// Entries of the trace that strangers of one network can cause by being refused, whoever they say they are: enough
/// to see what was tried, and too few to fill the trace.
pub const TRACED_REFUSALS: Pace = Pace::one_each(180, 20);

/// The same of all strangers of one line of IPv6 (/56), of which a home has 256 networks.
pub const TRACED_REFUSALS_OF_LINE: Pace = Pace::one_each(60, 60);

/// The same of one site (/48): an office has 65,536 networks, or a provider some lines.
pub const TRACED_REFUSALS_OF_SITE: Pace = Pace::one_each(20, 200);

/// The same of all strangers together, so that whoever has addresses without end fills no trace either: some
/// 43,000 in a day. The others are counted.
pub const TRACED_REFUSALS_OF_STRANGERS: Pace = Pace::one_each(2, 1000);

/// The same of one account or token, which somebody answers for.
pub const TRACED_REFUSALS_OF_ACTOR: Pace = Pace::one_each(60, 60);

/// The same of all accounts and tokens of one network together: an office behind one address.
pub const TRACED_REFUSALS_OF_OFFICE: Pace = Pace::one_each(20, 240);

/// The same of those who could not show who they are: an office that mistypes its passwords on a Monday.
pub const TRACED_SIGN_INS: Pace = Pace::one_each(10, 240);

/// What an address counts as: an IPv6 address as its /64, which one subscriber has whole, and an IPv4
/// address, however it is written, as itself.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(first_bits(address, 64)),
        v4 => v4,
    }
}

/// The first bits of an IPv6 address (1 to 128), as an address; `None` for IPv4, whose network is all.
pub fn within(address: IpAddr, bits: u32) -> Option<IpAddr> {
    match address.to_canonical() {
        IpAddr::V6(address) => Some(IpAddr::V6(first_bits(address, bits))),
        IpAddr::V4(_) => None,
    }
}

fn first_bits(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: [Limit; 13] = [
        DRAFTS_KEPT_FROM_ADDRESS,
        NEWS_OF_OFFICE,
        FAILED_SIGN_IN_FROM_ADDRESS,
        PASSWORD_RESET_FROM_ADDRESS,
        NOTICE_FROM_ADDRESS,
        REGISTRATION_FROM_ADDRESS,
        REGISTRATION_MAIL_TO_ADDRESS,
        INVITATIONS_OF_EMPLOYER,
        APPOINTMENTS_BY_APPOINTER,
        APPOINTMENTS_IN_AUTHORITY,
        APPOINTMENTS_OF_ADDRESS,
        CHANGES_OF_REMINDERS,
        EMAIL_CHANGES_OF_ACCOUNT,
    ];

    fn moment(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_795_300_000_000 + millis).unwrap()
    }

    /// What a process would find and count, without a database.
    struct Counter(Limit, std::collections::HashMap<DateTime<Utc>, i64>);

    impl Counter {
        fn take(&mut self, now: DateTime<Utc>) -> Result<(), TimeDelta> {
            let window = self.0.window(now);
            let previous = self.1.get(&window.previous).copied().unwrap_or_default();
            let current = self.1.entry(window.start).or_default();
            match self.0.wait(&window, previous, *current + 1) {
                None => {
                    *current += 1;
                    Ok(())
                }
                Some(wait) => Err(wait),
            }
        }
    }

    #[test]
    fn each_limit_has_a_name_of_its_own_and_counts_at_least_one() {
        let names: std::collections::BTreeSet<&str> = LIMITS.iter().map(|l| l.name).collect();
        assert_eq!(names.len(), LIMITS.len());
        for limit in LIMITS {
            assert!(limit.most > 0 && limit.period > TimeDelta::zero());
        }
    }

    #[test]
    fn a_limit_lets_so_many_pass_and_the_next_one_when_it_said() {
        for limit in LIMITS {
            let mut counter = Counter(limit, Default::default());
            let now = moment(1234);
            for _ in 0..limit.most {
                assert_eq!(counter.take(now), Ok(()), "{}", limit.name);
            }
            let wait = counter.take(now).unwrap_err();
            assert!(wait <= limit.period * 2, "{}: {wait}", limit.name);
            let early = counter.take(now + wait - TimeDelta::milliseconds(2));
            assert!(early.is_err(), "{}: {wait}", limit.name);
            assert_eq!(counter.take(now + wait), Ok(()), "{}: {wait}", limit.name);
        }
    }

    #[test]
    fn a_burst_at_the_end_of_a_window_is_not_forgotten_at_its_end() {
        let limit = PASSWORD_RESET_FROM_ADDRESS;
        let mut counter = Counter(limit, Default::default());
        let end = limit.window(moment(0)).start + limit.period;
        for _ in 0..limit.most {
            counter.take(end - TimeDelta::seconds(1)).unwrap();
        }
        assert!(counter.take(end + TimeDelta::seconds(1)).is_err());
        assert!(counter.take(end + limit.period).is_ok());
    }

    #[test]
    fn a_pace_gives_its_burst_at_once_and_then_its_rate() {
        let pace = Pace::per_second(10, 5);
        let now = Duration::from_secs(7);
        let mut used_up = Duration::ZERO;
        for _ in 0..5 {
            used_up = pace.take(used_up, now).unwrap();
        }
        let wait = pace.take(used_up, now).unwrap_err();
        assert_eq!(wait, Duration::from_millis(100));
        used_up = pace.take(used_up, now + wait).unwrap();
        assert!(pace.take(used_up, now + wait).is_err());
        // After a rest there is the burst again, and no more than that.
        let later = now + Duration::from_secs(60);
        for _ in 0..5 {
            used_up = pace.take(used_up, later).unwrap();
        }
        assert!(pace.take(used_up, later).is_err());
    }

    #[test]
    fn an_ipv6_subscriber_is_one_network_and_an_ipv4_address_is_itself() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("2001:db8:1:2:ffff::1"), of("2001:db8:1:2::"));
        assert_ne!(of("2001:db8:1:3::1"), of("2001:db8:1:2::1"));
        assert_eq!(of("203.0.113.9"), "203.0.113.9");
        assert_eq!(of("::ffff:203.0.113.9"), "203.0.113.9");
    }

    proptest! {
        #[test]
        fn no_window_takes_more_than_its_limit_and_waiting_as_told_is_enough(
            most in 1u32..20, period in 10i64..5000, steps in prop::collection::vec(0i64..400, 1..200)
        ) {
            let limit = Limit { name: "x", most, period: TimeDelta::milliseconds(period) };
            let mut counter = Counter(limit, Default::default());
            let mut at = 0;
            for step in steps {
                at += step;
                if let Err(wait) = counter.take(moment(at)) {
                    prop_assert!(wait > TimeDelta::zero() && wait <= limit.period * 2);
                    at += wait.num_milliseconds();
                    prop_assert!(counter.take(moment(at)).is_ok());
                }
            }
            prop_assert!(counter.1.values().all(|count| *count <= i64::from(most)));
        }

        #[test]
        fn a_pace_never_gives_more_than_its_burst_and_its_rate(
            rate in 1u32..500, burst in 1u32..500, steps in prop::collection::vec(0u64..50, 1..500)
        ) {
            let pace = Pace::per_second(rate, burst);
            let (mut used_up, mut now, mut taken) = (Duration::ZERO, Duration::ZERO, 0u64);
            for step in steps {
                now += Duration::from_millis(step);
                match pace.take(used_up, now) {
                    Ok(after) => {
                        used_up = after;
                        taken += 1;
                    }
                    Err(wait) => prop_assert!(pace.take(used_up, now + wait).is_ok()),
                }
            }
            let most = u64::from(burst) + (now.as_secs_f64() * f64::from(rate) * 1.001) as u64 + 1;
            prop_assert!(taken <= most, "{taken} of {most}");
        }
    }
}
