//! Notices (*tin báo*) of people without an account (L84 Art. 34.1): nobody vouches for them yet.
//!
//! ```text
//!            ┌──────────────▶ unverified ──▶ confirmed
//! a notice ──┤                 ▲      └────▶ rejected
//!            └──▶ held ────────┘ release
//!                   └─────────────────────▶ rejected
//! ```
//!
//! One that goes through is told at once, as any declaration, and is marked. One that is held is stored,
//! and told to nobody until a human has looked at it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{domain::limits::Limit, named};

named! {
    /// Where the notice of an unknown person stands.
    pub enum NoticeState {
        /// Stored; a human decides whether it is told.
        Held = "held",
        /// Told; nobody has confirmed it.
        Unverified = "unverified",
        /// An official says that it is true.
        Confirmed = "confirmed",
        /// An official says that it is false.
        Rejected = "rejected",
    }
}

named! {
    /// Why a notice is held.
    pub enum HeldBecause {
        /// No challenge was answered, or one that does not count.
        NoProof = "no_proof",
        /// The answer to the challenge was wrong.
        WrongAnswer = "wrong_answer",
        /// Too many from one network, or in all.
        OverLimit = "over_limit",
    }
}

/// What a sender has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A challenge, answered rightly for the first time.
    Shown,
    /// None.
    Missing,
    /// A wrong answer.
    Wrong,
}

/// Urgent notices from one network that are told without any proof: an industrial zone behind one
/// address, after one accident.
pub const URGENT_FROM_ADDRESS: Limit = Limit {
    name: "urgent_notice_from_address",
    most: 30,
    period: TimeDelta::hours(1),
};

/// Urgent notices from everywhere that are told without any proof. The whole country has some two
/// deaths at work a day: more than this an hour is an attack, in which the provinces must not drown.
pub const URGENT_WITHOUT_PROOF: Limit = Limit {
    name: "urgent_notice_without_proof",
    most: 200,
    period: TimeDelta::hours(1),
};

/// Photographs of one receipt that are taken.
pub const MOST_PHOTOS: u32 = 10;
/// Largest photograph, in bytes: a telephone that runs our script sends some 300 KB, one without what its camera wrote.
pub const LARGEST_PHOTO: u64 = 5 * 1024 * 1024;
/// How long photographs may follow after the receipt, in days of 24 hours: who reports from a pit head may be back
/// under a line days later, and an address that lies about takes nothing for good.
pub const PHOTOS_WITHIN: TimeDelta = TimeDelta::days(7);

/// Photographs from one network: ten of each of the notices that it may give in an hour.
pub const PHOTOS_FROM_ADDRESS: Limit = Limit {
    name: "photos_from_address",
    most: 100,
    period: TimeDelta::hours(1),
};

/// Until when photographs may follow what was received then.
pub fn photos_until(received_at: DateTime<Utc>) -> DateTime<Utc> {
    received_at + PHOTOS_WITHIN
}

/// What becomes of a notice: told at once, or held.
///
/// - with a proof and within the limit of its network it is told;
/// - an urgent one (somebody died, several are seriously hurt, or nobody knows) is told also without,
///   up to limits of its own, so that nobody dies of a question;
/// - any other is held.
///
/// `has_room` and `has_urgent_room` count, so each is asked only where it decides.
pub fn admit<E>(
    proof: Proof,
    is_urgent: bool,
    has_room: impl FnOnce() -> Result<bool, E>,
    has_urgent_room: impl FnOnce() -> Result<bool, E>,
) -> Result<Option<HeldBecause>, E> {
    if proof == Proof::Shown && has_room()? {
        return Ok(None);
    }
    if is_urgent && has_urgent_room()? {
        return Ok(None);
    }
    Ok(Some(match proof {
        _ if is_urgent => HeldBecause::OverLimit,
        Proof::Shown => HeldBecause::OverLimit,
        Proof::Missing => HeldBecause::NoProof,
        Proof::Wrong => HeldBecause::WrongAnswer,
    }))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn only_what_is_not_urgent_or_comes_in_masses_is_held() {
        use HeldBecause::{NoProof, OverLimit, WrongAnswer};
        let table = [
            // proof, urgent, room, urgent room
            (Proof::Shown, false, true, false, None),
            (Proof::Shown, false, false, true, Some(OverLimit)),
            (Proof::Missing, false, true, true, Some(NoProof)),
            (Proof::Wrong, false, true, true, Some(WrongAnswer)),
            (Proof::Shown, true, true, false, None),
            (Proof::Shown, true, false, true, None),
            (Proof::Missing, true, true, true, None),
            (Proof::Wrong, true, false, true, None),
            (Proof::Missing, true, true, false, Some(OverLimit)),
        ];
        for (proof, urgent, room, urgent_room, expected) in table {
            let found = admit::<Infallible>(proof, urgent, || Ok(room), || Ok(urgent_room));
            assert_eq!(
                found,
                Ok(expected),
                "{proof:?} {urgent} {room} {urgent_room}"
            );
        }
    }
}
