//! The views of a queue: what somebody at a desk looks for first. All of them hold work that is to be done
//! only: open cases, and closed ones whose victims the employer still owes something (`ClockId::OUTLIVING`).
//!
//! | view | holds |
//! | --- | --- |
//! | `mine` | cases assigned to a post that the caller holds now; of a token without a post, to its name |
//! | `unit` | cases assigned to any post of the caller's authority |
//! | `unassigned` | cases on which nobody works yet |
//! | `waiting` | cases whose next step is with somebody else than the caller ([`WAITS`]) |
//! | `due_this_week` | cases of which a running limit ends from now until Sunday 24:00 in Việt Nam |
//! | `overdue` | cases of which a running limit has ended |
//!
//! Limits are compared raw, as everywhere in the queue.

use chrono::{DateTime, Datelike, Days, Utc};

use crate::{
    domain::{
        access::ActorRole,
        case::{
            CaseStatus::{
                self, Announced, Classified, CriminalCase, Investigating, MinutesDrafted,
                PoliceOpinionPending, ProsecutionRecommended, Received, Suspended, TeamFormed,
            },
            Step,
        },
        investigation::InvestigationLevel,
    },
    named,
    time::{day_in_vietnam, start_of_day_in_vietnam},
};

named! {
    /// A view of the queue.
    pub enum QueueView {
        /// Of the caller's own posts.
        Mine = "mine",
        /// Of the posts of the caller's authority.
        Unit = "unit",
        /// Nobody works on them.
        Unassigned = "unassigned",
        /// The next step is with somebody else.
        Waiting = "waiting",
        /// A limit ends before this week does.
        DueThisWeek = "due_this_week",
        /// A limit has ended.
        Overdue = "overdue",
    }
}

/// When a case waits for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// In one of these states.
    pub states: &'static [CaseStatus],
    /// Where it is investigated at this level.
    pub level: Option<InvestigationLevel>,
    /// Where this step was taken, and news has not begun the work anew since.
    pub after: Option<Step>,
    /// Whoever is waited for: they do not wait themselves.
    pub for_roles: &'static [ActorRole],
}

/// The table of those who are waited for, by state and flags of a case.
pub const WAITS: &[Wait] = &[
    // The police answer whether it is one for them, and investigate it where it is (L84 Art. 35.6; D39 Art. 20).
    Wait {
        states: &[
            PoliceOpinionPending,
            Suspended,
            ProsecutionRecommended,
            CriminalCase,
        ],
        level: None,
        after: None,
        for_roles: &[ActorRole::Police, ActorRole::Procuracy],
    },
    // The employer's own team works to the end of the minutes (L84 Art. 35.1).
    Wait {
        states: &[
            Received,
            Classified,
            TeamFormed,
            Investigating,
            MinutesDrafted,
            Announced,
        ],
        level: Some(InvestigationLevel::Facility),
        after: None,
        for_roles: &[ActorRole::Employer],
    },
    // The commune writes its record (D39 Art. 10.3).
    Wait {
        states: &[Received, Classified],
        level: Some(InvestigationLevel::CommuneRecord),
        after: None,
        for_roles: &[ActorRole::Commune],
    },
    // Experts examine (L84 Art. 35.6.d): the flag `EXPERTISE_ORDERED`, until the minutes are written.
    Wait {
        states: &[TeamFormed, Investigating],
        level: None,
        after: Some(Step::OrderExpertise),
        for_roles: &[],
    },
];

/// The rows by which cases wait for somebody else than a caller of this role.
pub fn waits_of(role: ActorRole) -> impl Iterator<Item = &'static Wait> {
    WAITS
        .iter()
        .filter(move |wait| !wait.for_roles.contains(&role))
}

/// The first moment after the week of `now` in Việt Nam: Sunday, 24:00.
pub fn end_of_week(now: DateTime<Utc>) -> DateTime<Utc> {
    let today = day_in_vietnam(now);
    let left = 7 - u64::from(today.weekday().num_days_from_monday());
    start_of_day_in_vietnam(today.checked_add_days(Days::new(left)).unwrap_or(today))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_week_ends_on_sunday_at_midnight_in_vietnam() {
        let end = "2026-11-29T17:00:00Z".parse::<DateTime<Utc>>().unwrap();
        for at in [
            // Monday 00:00 in Việt Nam, Thursday, Sunday 23:59:59.
            "2026-11-22T17:00:00Z",
            "2026-11-26T03:00:00Z",
            "2026-11-29T16:59:59Z",
        ] {
            assert_eq!(end_of_week(at.parse().unwrap()), end, "{at}");
        }
        let before = "2026-11-22T16:59:59Z".parse().unwrap();
        assert_eq!(
            end_of_week(before),
            "2026-11-22T17:00:00Z".parse::<DateTime<Utc>>().unwrap()
        );
    }

    #[test]
    fn nobody_waits_for_themselves() {
        for wait in WAITS {
            for role in wait.for_roles {
                assert!(!waits_of(*role).any(|one| one == wait));
            }
            assert!(waits_of(ActorRole::Inspector).any(|one| one == wait));
        }
    }
}
