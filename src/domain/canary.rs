//! Monthly tests (*thư thử hằng tháng*): to which authorities one goes on a day, so that the way to each of them is
//! known before a real alert goes it.
//!
//! Each authority has a working day of its own in the month, which follows from its id, so that they are
//! not all written to at once and each waits about a month from one to the next. Who was left out, because the service
//! was down or the authority is new, comes on the next working days, at most two days' share on one.
//! Decided: nothing on days off; and whoever has taken a real alert by its link in the same month is spared.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};

use super::{
    clocks::{NoRule, value},
    deadline::Holidays,
    law::{Law, names::ValueKey},
};
use crate::{named, time::end_of_day_in_vietnam};

named! {
    /// What became of a test.
    pub enum CanaryOutcome {
        /// Somebody answered, in time or later.
        Taken = "taken",
        /// Nobody answered in time.
        Missed = "missed",
        /// Somebody took a real alert meanwhile, which proves as much.
        AlertTaken = "alert_taken",
    }
}

/// When tests leave, and when they are to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// Every how many months each authority has one.
    pub every_months: u32,
    /// The hour of a working day in Việt Nam from which they leave.
    pub hour: u32,
    /// Within which time they are to be answered.
    pub answer: TimeDelta,
}

impl Rhythm {
    /// As the dated values say.
    pub fn on(law: &Law, day: NaiveDate) -> Result<Self, NoRule> {
        let number = |key: ValueKey| Ok(value(law, key.as_str(), day)?.0);
        Ok(Self {
            every_months: number(ValueKey::CanaryEveryMonths)?.max(1),
            hour: number(ValueKey::CanaryHour)?,
            answer: TimeDelta::hours(number(ValueKey::CanaryAnswerHours)?.into()),
        })
    }
}

/// The month of a day: its first day.
pub fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The first moment of the month of a day, in Việt Nam.
pub fn beginning_of_month(day: NaiveDate) -> DateTime<Utc> {
    let first = month_of(day);
    let before = first.pred_opt().unwrap_or(first);
    end_of_day_in_vietnam(before) + TimeDelta::seconds(1)
}

/// To which of `authorities` a test goes on `day`, the longest due first. `done` had one this month, or are
/// spared; `today` is how many have gone on this day already.
pub fn due<'a>(
    authorities: &[&'a str],
    done: &BTreeSet<String>,
    rhythm: Rhythm,
    day: NaiveDate,
    holidays: &Holidays,
    today: usize,
) -> Vec<&'a str> {
    let days = working_days(day, holidays);
    let Some(at) = days.iter().position(|one| *one == day) else {
        return Vec::new();
    };
    let month = month_of(day);
    let of_month: Vec<(usize, &str)> = authorities
        .iter()
        .filter(|id| is_tested_in(month, id, rhythm.every_months))
        .map(|id| (place_of(id, days.len()), *id))
        .collect();
    let most = 2 * of_month.len().div_ceil(days.len());
    let mut due: Vec<(usize, &str)> = of_month
        .into_iter()
        .filter(|(place, id)| *place <= at && !done.contains(*id))
        .collect();
    due.sort_unstable();
    due.truncate(most.saturating_sub(today));
    due.into_iter().map(|(_, id)| id).collect()
}

/// The days of its month on which people work.
fn working_days(day: NaiveDate, holidays: &Holidays) -> Vec<NaiveDate> {
    let first = month_of(day);
    let next = first.checked_add_months(Months::new(1));
    first
        .iter_days()
        .take_while(|one| next.is_none_or(|end| *one < end))
        .filter(|one| holidays.is_working_day(*one))
        .collect()
}

/// Of several months each has its part of the authorities.
fn is_tested_in(month: NaiveDate, id: &str, every: u32) -> bool {
    let number = u64::try_from(month.year()).unwrap_or_default() * 12 + u64::from(month.month0());
    (number + (mark(id) >> 32)).is_multiple_of(u64::from(every.max(1)))
}

/// Which of so many working days is that of an authority.
fn place_of(id: &str, days: usize) -> usize {
    let days = u64::try_from(days).unwrap_or(1).max(1);
    usize::try_from((mark(id) & 0xffff_ffff) % days).unwrap_or_default()
}

/// A number that follows from an id and is the same in every process and program (FNV-1a, stirred).
fn mark(id: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let hash = id.bytes().fold(start, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::service::rules::shipped;

    fn law() -> Law {
        Law::new(shipped())
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn named(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("CAX-{n:05}")).collect()
    }

    /// A month as it goes, day by day: who is tested when. On the days `down` nothing runs.
    fn month(
        ids: &[String],
        first: NaiveDate,
        rhythm: Rhythm,
        down: impl Fn(NaiveDate) -> bool,
    ) -> Vec<(NaiveDate, Vec<String>)> {
        let law = law();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut done = BTreeSet::new();
        let mut course = Vec::new();
        let days = first.iter_days().take_while(|day| month_of(*day) == first);
        for day in days.filter(|day| !down(*day)) {
            let due = due(&ids, &done, rhythm, day, law.holidays(), 0);
            let due: Vec<String> = due.into_iter().map(str::to_owned).collect();
            done.extend(due.iter().cloned());
            course.push((day, due));
        }
        course
    }

    fn rhythm() -> Rhythm {
        Rhythm::on(&law(), day("2026-11-22")).unwrap()
    }

    #[test]
    fn every_authority_is_tested_once_a_month_on_working_days_and_never_many_at_once() {
        let law = law();
        for first in ["2026-11-01", "2026-02-01", "2027-02-01"] {
            let ids = named(2_000);
            let course = month(&ids, day(first), rhythm(), |_| false);
            let mut all: Vec<&String> = course.iter().flat_map(|(_, ids)| ids).collect();
            all.sort_unstable();
            assert_eq!(all.len(), 2_000, "{first}");
            all.dedup();
            assert_eq!(all.len(), 2_000, "{first}: twice");
            let working = working_days(day(first), law.holidays()).len();
            for (on, tested) in &course {
                assert!(
                    tested.is_empty() || law.holidays().is_working_day(*on),
                    "{on}"
                );
                assert!(
                    tested.len() <= 2 * 2_000_usize.div_ceil(working),
                    "{on}: {}",
                    tested.len()
                );
            }
        }
    }

    #[test]
    fn nothing_is_sent_at_tet() {
        let ids = named(300);
        for (on, tested) in month(&ids, day("2027-02-01"), rhythm(), |_| false) {
            let is_tet = (day("2027-02-05")..=day("2027-02-09")).contains(&on);
            assert!(!is_tet || tested.is_empty(), "{on}");
        }
    }

    #[test]
    fn whoever_was_left_out_is_caught_up_bit_by_bit() {
        let ids = named(210);
        let down = |on: NaiveDate| on < day("2026-11-16");
        let course = month(&ids, day("2026-11-01"), rhythm(), down);
        let tested: usize = course.iter().map(|(_, ids)| ids.len()).sum();
        assert_eq!(tested, 210);
        assert!(course.iter().all(|(_, ids)| ids.len() <= 22), "{course:?}");
        // What has gone on the same day already counts.
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let (law, none) = (law(), BTreeSet::new());
        let again = due(&ids, &none, rhythm(), day("2026-11-16"), law.holidays(), 22);
        assert_eq!(again, Vec::<&str>::new());
    }

    #[test]
    fn of_three_months_each_has_its_third() {
        let ids = named(900);
        let rhythm = Rhythm {
            every_months: 3,
            ..rhythm()
        };
        let mut seen = BTreeSet::new();
        for first in ["2026-09-01", "2026-10-01", "2026-11-01"] {
            let course = month(&ids, day(first), rhythm, |_| false);
            let tested: Vec<String> = course.into_iter().flat_map(|(_, ids)| ids).collect();
            assert!(
                (200..400).contains(&tested.len()),
                "{first}: {}",
                tested.len()
            );
            assert!(
                tested.into_iter().all(|id| seen.insert(id)),
                "{first}: again"
            );
        }
        assert_eq!(seen.len(), 900);
    }

    #[test]
    fn a_month_begins_at_midnight_in_vietnam() {
        let begins = beginning_of_month(day("2026-11-22"));
        assert_eq!(begins.to_rfc3339(), "2026-10-31T17:00:00+00:00");
    }

    proptest! {
        #[test]
        fn nobody_is_tested_who_had_a_test_or_on_a_day_off(
            count in 0_usize..60, offset in 0_i64..400, had in 0_usize..60, today in 0_usize..5,
        ) {
            let law = law();
            let ids = named(count);
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let done: BTreeSet<String> = named(had).into_iter().collect();
            let on = day("2026-01-01") + TimeDelta::days(offset);
            let due = due(&ids, &done, rhythm(), on, law.holidays(), today);
            prop_assert!(due.is_empty() || law.holidays().is_working_day(on));
            prop_assert!(due.iter().all(|id| ids.contains(id) && !done.contains(*id)));
        }
    }
}
