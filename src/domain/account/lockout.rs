//! When somebody who guesses is made to wait, without locking out whoever owns the account.
//!
//! Tries are counted in two places. Each *source* has its own count for each account: a device
//! that has signed in to the account before (it shows its own cookie), a session, or else the
//! network that an address belongs to. All sources that are *not known* share one more count for each
//! account, so that many addresses together gain nothing. A known device never looks at the shared
//! count: strangers cannot make it wait. Who comes too early is refused without being counted, so
//! nobody can push the moment away from the owner.

use chrono::{DateTime, TimeDelta, Utc};

/// Wrong tries that cost nothing: people mistype, and caps lock is on.
const FREE: u32 = 5;
/// The first wait; each further wrong try doubles it.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(30);
/// The longest wait of one source: 96 guesses a day.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);
/// A source that was quiet for so long begins anew.
const SOURCE_FORGOTTEN: TimeDelta = TimeDelta::hours(24);
/// Wrong tries of all unknown sources of one account together that cost nothing.
const SHARED_FREE: u32 = 100;
/// From then on they have one try in so long, all together: 1440 guesses a day.
const SHARED_WAIT: TimeDelta = TimeDelta::minutes(1);
/// An account that nobody guessed at for so long begins anew.
const SHARED_FORGOTTEN: TimeDelta = TimeDelta::hours(2);

/// For how long a count must be kept.
pub const KEPT: TimeDelta = SOURCE_FORGOTTEN;

/// How many tries went wrong, and when the last one was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub wrong: u32,
    /// The last one.
    pub last_at: DateTime<Utc>,
}

/// Which of the two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Of one source.
    Source,
    /// Of all unknown sources of one account.
    Shared,
}

/// What counts at `now`: what lies too far back does not.
fn counting(count: Count, tries: Option<Tries>, now: DateTime<Utc>) -> u32 {
    let forgotten = match count {
        Count::Source => SOURCE_FORGOTTEN,
        Count::Shared => SHARED_FORGOTTEN,
    };
    tries
        .filter(|tries| now - tries.last_at < forgotten)
        .map_or(0, |tries| tries.wrong)
}

/// From when on the next try is looked at; `None` where at once.
pub fn not_before(count: Count, tries: Option<Tries>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let wrong = counting(count, tries, now);
    let wait = match count {
        Count::Source if wrong < FREE => return None,
        Count::Source => {
            let doublings = (wrong - FREE).min(10);
            (FIRST_WAIT * (1 << doublings)).min(LONGEST_WAIT)
        }
        Count::Shared if wrong < SHARED_FREE => return None,
        Count::Shared => SHARED_WAIT,
    };
    tries.map(|tries| tries.last_at + wait)
}

/// Whether a try at `now` is looked at.
pub fn may_try(count: Count, tries: Option<Tries>, now: DateTime<Utc>) -> bool {
    not_before(count, tries, now).is_none_or(|moment| moment <= now)
}

/// The count with one more wrong try at `now`. Counted before the password is looked at, and taken
/// back when it was right: many tries at once are many tries.
pub fn one_more(count: Count, tries: Option<Tries>, now: DateTime<Utc>) -> Tries {
    Tries {
        wrong: counting(count, tries, now).saturating_add(1),
        last_at: now,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn start() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 22, 1, 0, 0).unwrap()
    }

    /// Guesses that are looked at in `time` when a source tries every second.
    fn guesses(count: Count, time: TimeDelta) -> u32 {
        let (mut tries, mut looked_at, mut now) = (None, 0, start());
        while now < start() + time {
            if may_try(count, tries, now) {
                tries = Some(one_more(count, tries, now));
                looked_at += 1;
            }
            now += TimeDelta::seconds(1);
        }
        looked_at
    }

    #[test]
    fn a_source_that_guesses_gets_few_tries() {
        assert_eq!(guesses(Count::Source, TimeDelta::seconds(30)), 5);
        let a_day = guesses(Count::Source, TimeDelta::days(1));
        assert!((90..115).contains(&a_day), "{a_day}");
    }

    #[test]
    fn all_strangers_together_get_few_tries() {
        let a_day = guesses(Count::Shared, TimeDelta::days(1));
        assert!((1400..1600).contains(&a_day), "{a_day}");
    }

    #[test]
    fn whoever_comes_too_early_does_not_push_the_moment_away() {
        let tries = Some(Tries {
            wrong: 7,
            last_at: start(),
        });
        let moment = not_before(Count::Source, tries, start()).unwrap();
        assert_eq!(moment, start() + TimeDelta::minutes(2));
        let early = moment - TimeDelta::seconds(1);
        assert!(!may_try(Count::Source, tries, early));
        assert_eq!(not_before(Count::Source, tries, early), Some(moment));
        assert!(may_try(Count::Source, tries, moment));
    }

    #[test]
    fn a_quiet_day_and_it_begins_anew() {
        let tries = Some(Tries {
            wrong: 50,
            last_at: start(),
        });
        let later = start() + SOURCE_FORGOTTEN;
        assert_eq!(one_more(Count::Source, tries, later).wrong, 1);
        assert!(may_try(Count::Source, tries, later));
    }

    proptest! {
        #[test]
        fn nobody_waits_longer_than_the_longest_wait(wrong in 0_u32.., after in 0_i64..100_000) {
            let tries = Some(Tries { wrong, last_at: start() });
            let now = start() + TimeDelta::seconds(after);
            for count in [Count::Source, Count::Shared] {
                if let Some(moment) = not_before(count, tries, now) {
                    prop_assert!(moment <= start() + LONGEST_WAIT);
                }
                prop_assert!(one_more(count, tries, now).wrong >= 1);
            }
        }
    }
}
