//! Days and working days: how a legal period is counted (Civil Code 2015, Art. 147 and 148).
//!
//! A *day* is a calendar day in Việt Nam (*ngày*), a *working day* is *ngày làm việc*. The law
//! uses both and means different things, so they are different functions here.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::domain::law::Rule;

/// The last day that anything here arrives at; a period beyond it is an error in the data.
const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => panic!("a valid date"),
};

/// No row of the calendar covers more days than this.
const LONGEST_ROW: u64 = 366;

/// Why nobody works on a day, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOff {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
    /// What makes it a day off: the decision of the year, or the Labour Code for weekends.
    pub article: String,
}

/// The calendar of days off and of Saturdays and Sundays worked instead (`calendar.working_days`).
#[derive(Debug, Clone, Default)]
pub struct Holidays {
    off: BTreeMap<NaiveDate, DayOff>,
    make_up: BTreeMap<NaiveDate, String>,
}

impl Holidays {
    /// The calendar in the rows of [`Subject::Holiday`](crate::domain::law::Subject::Holiday):
    /// outcome `off` or `make_up`, one row for each day or each run of days, the note `tên / name`.
    /// [`Law::holidays`](crate::domain::law::Law::holidays) keeps that of its own rows.
    pub fn of(rows: &[Rule]) -> Self {
        let mut calendar = Self::default();
        for rule in rows {
            let length = rule
                .valid_to
                .map_or(1, |end| (end - rule.valid_from).num_days().max(0) as u64);
            let days = rule
                .valid_from
                .iter_days()
                .take(length.min(LONGEST_ROW) as usize);
            if rule.outcome == "make_up" {
                calendar
                    .make_up
                    .extend(days.map(|day| (day, rule.article.clone())));
            } else {
                let (vi, en) = rule
                    .note
                    .split_once(" / ")
                    .unwrap_or((&rule.note, &rule.note));
                let why = DayOff {
                    vi: vi.trim().to_owned(),
                    en: en.trim().to_owned(),
                    article: rule.article.clone(),
                };
                calendar.off.extend(days.map(|day| (day, why.clone())));
            }
        }
        calendar
    }

    /// Whether people work on `day`: not a weekend, unless it is made up for, and not a holiday.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.why_off(day).is_none()
    }

    /// Why nobody works on `day`; `None` on a working day. A holiday wins over a make-up day.
    pub fn why_off(&self, day: NaiveDate) -> Option<DayOff> {
        if let Some(holiday) = self.off.get(&day) {
            return Some(holiday.clone());
        }
        if self.make_up.contains_key(&day) {
            return None;
        }
        let (vi, en) = match day.weekday() {
            Weekday::Sat => ("thứ Bảy", "a Saturday"),
            Weekday::Sun => ("Chủ nhật", "a Sunday"),
            _ => return None,
        };
        Some(DayOff {
            vi: vi.to_owned(),
            en: en.to_owned(),
            article: "Bộ luật Dân sự 2015, Điều 148.5".to_owned(),
        })
    }

    /// `day` itself where people work on it, else the next day on which they do
    /// (Civil Code 2015, Art. 148.5).
    pub fn first_working_day_from(&self, day: NaiveDate) -> NaiveDate {
        let mut day = day;
        while day < LAST_DAY && !self.is_working_day(day) {
            day = next(day);
        }
        day
    }
}

/// The last day of a period of `count` calendar days; `start` is not counted
/// (Civil Code 2015, Art. 147.2).
pub fn after_calendar_days(start: NaiveDate, count: u32) -> NaiveDate {
    start
        .checked_add_days(Days::new(count.into()))
        .map_or(LAST_DAY, |day| day.min(LAST_DAY))
}

/// The last day of a period of `count` working days; `start` is not counted. Always a working
/// day, unless `count` is 0.
pub fn after_working_days(start: NaiveDate, count: u32, holidays: &Holidays) -> NaiveDate {
    let mut day = start;
    for _ in 0..count {
        if day >= LAST_DAY {
            return LAST_DAY;
        }
        day = holidays.first_working_day_from(next(day));
    }
    day
}

fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(LAST_DAY)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::law::{DateBasis, Rule, Subject};

    pub(crate) fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    pub(crate) fn holiday(from: &str, to: &str, outcome: &str, note: &str) -> Rule {
        Rule {
            rule_id: format!("holiday.{from}"),
            decides: Subject::Holiday,
            rank: 0,
            key: String::new(),
            facts: Vec::new(),
            outcome: outcome.to_owned(),
            days: None,
            date_basis: DateBasis::Step,
            valid_from: day(from),
            valid_to: Some(day(to)),
            article: "Bộ luật Lao động 2019, Điều 112".to_owned(),
            confidence: "T".to_owned(),
            note: note.to_owned(),
        }
    }

    /// Tết Bính Ngọ: off from Saturday 14 to Sunday 22 February 2026, with Saturday 22 August
    /// worked for Monday 31 August, and the National Day.
    pub(crate) fn calendar_2026() -> Vec<Rule> {
        let tet = "Tết Nguyên đán / Lunar New Year";
        vec![
            holiday(
                "2026-01-01",
                "2026-01-02",
                "off",
                "Tết Dương lịch / New Year",
            ),
            holiday("2026-02-16", "2026-02-21", "off", tet),
            holiday(
                "2026-08-22",
                "2026-08-23",
                "make_up",
                "Làm bù / Make-up day",
            ),
            holiday(
                "2026-08-31",
                "2026-09-01",
                "off",
                "Nghỉ hoán đổi / Swapped day",
            ),
            holiday(
                "2026-09-01",
                "2026-09-03",
                "off",
                "Quốc khánh / National Day",
            ),
        ]
    }

    fn calendar() -> Holidays {
        Holidays::of(&calendar_2026())
    }

    #[test]
    fn tet_and_its_weekends_move_the_last_day_to_the_monday_after() {
        let calendar = calendar();
        assert_eq!(
            calendar.first_working_day_from(day("2026-02-14")),
            day("2026-02-23")
        );
        assert_eq!(
            calendar.first_working_day_from(day("2026-02-13")),
            day("2026-02-13")
        );
    }

    #[test]
    fn a_day_off_says_its_name() {
        let calendar = calendar();
        assert_eq!(
            calendar.why_off(day("2026-02-17")).unwrap().en,
            "Lunar New Year"
        );
        assert_eq!(calendar.why_off(day("2026-02-15")).unwrap().vi, "Chủ nhật");
        assert_eq!(calendar.why_off(day("2026-02-23")), None);
    }

    #[test]
    fn a_make_up_saturday_is_worked() {
        let calendar = calendar();
        assert!(calendar.is_working_day(day("2026-08-22")));
        assert!(!calendar.is_working_day(day("2026-08-29")));
        assert_eq!(
            after_working_days(day("2026-08-21"), 1, &calendar),
            day("2026-08-22")
        );
    }

    #[test]
    fn working_days_jump_over_the_holidays() {
        assert_eq!(
            after_working_days(day("2026-02-12"), 3, &calendar()),
            day("2026-02-24")
        );
    }

    #[test]
    fn calendar_days_know_leap_years() {
        assert_eq!(after_calendar_days(day("2028-02-25"), 4), day("2028-02-29"));
        assert_eq!(after_calendar_days(day("2026-02-25"), 4), day("2026-03-01"));
    }

    #[test]
    fn an_absurd_number_of_days_ends_at_the_last_day() {
        assert_eq!(after_calendar_days(day("2026-01-01"), u32::MAX), LAST_DAY);
        assert_eq!(
            after_working_days(day("9999-12-25"), 100, &Holidays::default()),
            LAST_DAY
        );
    }

    proptest! {
        #[test]
        fn a_rolled_day_is_the_first_working_day_not_before(offset in 0_u32..800) {
            let calendar = calendar();
            let from = after_calendar_days(day("2025-06-01"), offset);
            let rolled = calendar.first_working_day_from(from);
            prop_assert!(rolled >= from);
            prop_assert!(calendar.is_working_day(rolled));
            for between in from.iter_days().take_while(|d| *d < rolled) {
                prop_assert!(!calendar.is_working_day(between));
            }
        }

        #[test]
        fn working_days_are_as_many_as_asked_for(offset in 0_u32..800, count in 0_u32..40) {
            let calendar = calendar();
            let start = after_calendar_days(day("2025-06-01"), offset);
            let end = after_working_days(start, count, &calendar);
            let worked = start
                .iter_days()
                .skip(1)
                .take_while(|d| *d <= end)
                .filter(|d| calendar.is_working_day(*d))
                .count();
            prop_assert_eq!(worked, count as usize);
            prop_assert!(end >= after_calendar_days(start, count));
        }
    }
}
