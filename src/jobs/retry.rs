//! When a message is tried again, and when it is given up.

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::{domain::delivery::Priority, ids::MessageId};

/// A mail server that is down over a weekend must not cost an alert: what was noted less long ago is
/// never given up for want of an answer.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(66);
/// About three days at a quarter of an hour each: what somebody sends again by hand, long after it
/// was noted, has as many tries as before.
pub const MAX_ATTEMPTS: i32 = 330;
const SHORTEST: TimeDelta = TimeDelta::seconds(5);
const LONGEST: TimeDelta = TimeDelta::minutes(15);
/// An alert leaves within two minutes after a server has come back, even where that server had said
/// "later" to each message, so that no breaker knows that it is back …
const LONGEST_URGENT: TimeDelta = TimeDelta::seconds(90);
/// … for about two hours. Each try stands in the ledger as long as the case.
const URGENT_ATTEMPTS: i32 = 90;

/// The wait after try number `attempt` (from 1): 5 s, 10 s, 20 s … 15 min, each shortened by up to a
/// quarter; of an urgent message no more than a minute and a half at first. By how much depends on
/// message and try alone, so that messages which failed together do not come back together, and a
/// test can tell.
pub fn wait_after(attempt: i32, priority: Priority, id: &MessageId) -> TimeDelta {
    let doublings = attempt.clamp(1, 16) - 1;
    let longest = match priority {
        Priority::Urgent if attempt <= URGENT_ATTEMPTS => LONGEST_URGENT,
        Priority::Urgent | Priority::Normal | Priority::Bulk => LONGEST,
    };
    let full = (SHORTEST * (1 << doublings)).min(longest);
    let digest = Sha256::digest(format!("{id}/{attempt}"));
    let share = i32::from(digest[0]);
    full - full * share / (4 * 255)
}

/// Whether a message that was noted so long ago is given up after try number `attempt`.
pub fn is_last(attempt: i32, age: TimeDelta) -> bool {
    attempt >= MAX_ATTEMPTS && age >= KEPT_FOR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour_and_of_an_alert_up_to_a_minute_and_a_half() {
        let id = MessageId::from("0197-abc".to_owned());
        for (priority, waits) in [
            (
                Priority::Normal,
                [(1, 5), (2, 10), (3, 20), (8, 640), (9, 900), (300, 900)],
            ),
            (
                Priority::Urgent,
                [(1, 5), (2, 10), (3, 20), (8, 90), (90, 90), (91, 900)],
            ),
        ] {
            for (attempt, seconds) in waits {
                let full = TimeDelta::seconds(seconds);
                let wait = wait_after(attempt, priority, &id);
                assert!(wait <= full && wait >= full * 3 / 4, "{attempt}: {wait}");
            }
        }
    }

    #[test]
    fn messages_that_fail_together_come_back_apart() {
        let waits: std::collections::BTreeSet<TimeDelta> = (0..100)
            .map(|n| wait_after(9, Priority::Normal, &MessageId::from(n.to_string())))
            .collect();
        assert!(waits.len() > 50, "{}", waits.len());
        let id = MessageId::from("x".to_owned());
        let again = || wait_after(3, Priority::Bulk, &id);
        assert_eq!(again(), again());
    }

    #[test]
    fn a_message_is_tried_for_about_three_days_and_no_relay_that_comes_and_goes_ends_it_earlier() {
        let id = MessageId::from("0197-abc".to_owned());
        for priority in Priority::ALL {
            let (mut age, mut attempt) = (TimeDelta::zero(), 1);
            while !is_last(attempt, age) {
                age += wait_after(attempt, priority, &id);
                attempt += 1;
            }
            let days = TimeDelta::hours(66)..TimeDelta::hours(84);
            assert!(days.contains(&age), "{priority:?}: {age}");
            assert!(attempt < 480, "{priority:?}: {attempt} rows in the ledger");
        }
        assert!(!is_last(9999, TimeDelta::hours(65)));
        assert!(!is_last(329, TimeDelta::days(400)), "sent again by hand");
    }
}
