//! When a message is tried again.

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::ids::MessageId;

/// About three days at a quarter of an hour each: a mail server that is down over a weekend must not cost an alert.
pub const MAX_ATTEMPTS: i32 = 330;
const SHORTEST: TimeDelta = TimeDelta::seconds(5);
/// An alert leaves within this time after a mail server has come back.
const LONGEST: TimeDelta = TimeDelta::minutes(15);

/// The wait after try number `attempt` (from 1): 5 s, 10 s, 20 s … 15 min, each shortened by up to a
/// quarter. By how much depends on message and try alone, so that messages which failed together do
/// not come back together, and a test can tell.
pub fn wait_after(attempt: i32, id: &MessageId) -> TimeDelta {
    let doublings = attempt.clamp(1, 16) - 1;
    let full = (SHORTEST * (1 << doublings)).min(LONGEST);
    let digest = Sha256::digest(format!("{id}/{attempt}"));
    let share = i32::from(digest[0]);
    full - full * share / (4 * 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let id = MessageId::from("0197-abc".to_owned());
        for (attempt, seconds) in [(1, 5), (2, 10), (3, 20), (8, 640), (9, 900), (300, 900)] {
            let full = TimeDelta::seconds(seconds);
            let wait = wait_after(attempt, &id);
            assert!(wait <= full && wait >= full * 3 / 4, "{attempt}: {wait}");
        }
    }

    #[test]
    fn messages_that_fail_together_come_back_apart() {
        let waits: std::collections::BTreeSet<TimeDelta> = (0..100)
            .map(|n| wait_after(9, &MessageId::from(n.to_string())))
            .collect();
        assert!(waits.len() > 50, "{}", waits.len());
        let id = MessageId::from("x".to_owned());
        assert_eq!(wait_after(3, &id), wait_after(3, &id));
    }

    #[test]
    fn a_message_is_tried_for_about_three_days() {
        let id = MessageId::from("0197-abc".to_owned());
        let all: TimeDelta = (1..MAX_ATTEMPTS).map(|n| wait_after(n, &id)).sum();
        assert!(
            all > TimeDelta::hours(66) && all < TimeDelta::hours(84),
            "{all}"
        );
    }
}
