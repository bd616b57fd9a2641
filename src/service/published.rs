//! What everybody may read of cases: figures of half-years, and conclusions that an authority publishes. Nothing of
//! anybody; what is left out is decided in [`suppress`] and [`publication`].

use chrono::{Datelike, NaiveDate};

use crate::{
    domain::{
        access::Sight,
        classify::CaseClass,
        place::UnitLevel,
        publication::{self, PublicConclusion},
        suppress::{self, Release, SMALLEST},
    },
    error::Result,
    service::{Ctx, sealed},
    store::{
        cases,
        conn::DbConn,
        events,
        figures::{self, OfProvince},
        postings,
    },
    time::{day_in_vietnam, start_of_day_in_vietnam},
};

/// How many postings are looked at for the list of conclusions.
const POSTINGS: i64 = 100;
/// How many conclusions are listed.
const LISTED: usize = 30;

/// A half of a year, the period of the law's reports (L84 Art. 36).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Half {
    /// Year.
    pub year: i32,
    /// Whether it begins on 1 July.
    pub is_second: bool,
}

impl Half {
    /// First day.
    pub fn from(self) -> NaiveDate {
        let month = if self.is_second { 7 } else { 1 };
        NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or_default()
    }

    /// The half behind it.
    pub fn next(self) -> Self {
        Self {
            year: self.year + i32::from(self.is_second),
            is_second: !self.is_second,
        }
    }

    /// The last one that has ended by `day`. What still goes on is not shown: a number that grows by one while somebody
    /// watches says what happened that day.
    pub fn last_ended(day: NaiveDate) -> Self {
        Self {
            year: day.year() - i32::from(day.month() < 7),
            is_second: day.month() < 7,
        }
    }
}

/// Figures of a half-year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HalfFigures {
    /// Names of today's provinces; nothing for accidents that lie in none of them.
    pub provinces: Vec<Option<String>>,
    /// What of them is shown: a row for each province, whose sum are accidents. Its columns: fatal, with seriously injured,
    /// other; persons who died, seriously injured.
    pub shown: Release,
}

/// How many columns are accidents.
const CLASSES: usize = 3;

/// The column of a class.
fn column(class: CaseClass) -> usize {
    match class {
        CaseClass::Fatal => 0,
        CaseClass::MultiSerious | CaseClass::SingleSerious => 1,
        CaseClass::Light | CaseClass::Unclear => 2,
    }
}

/// Counts a half-year, by the province as it is today (RT-8).
pub fn half_year(tx: &mut DbConn, ctx: &Ctx, half: Half) -> Result<HalfFigures> {
    let start = |half: Half| start_of_day_in_vietnam(half.from());
    let counted = figures::by_province(tx, (start(half), start(half.next())))?;
    let places = &ctx.world.places;
    let today = places.in_force(UnitLevel::Province, day_in_vietnam(ctx.now));
    let mut units: Vec<(&str, &str)> = today
        .map(|unit| (unit.code.as_str(), unit.full_name.as_str()))
        .collect();
    units.sort_unstable();
    Ok(released(&units, &counted))
}

fn released(units: &[(&str, &str)], counted: &[OfProvince]) -> HalfFigures {
    let elsewhere = units.len();
    let row = |one: &OfProvince| units.iter().position(|(code, _)| *code == one.province);
    let mut rows = vec![vec![0; CLASSES + 2]; elsewhere + 1];
    for one in counted {
        let row = &mut rows[row(one).unwrap_or(elsewhere)];
        row[column(one.class)] += one.accidents;
        row[CLASSES] += one.dead;
        row[CLASSES + 1] += one.serious;
    }
    let names = units.iter().map(|(_, name)| Some((*name).to_owned()));
    HalfFigures {
        provinces: names.chain([None]).collect(),
        shown: suppress::release(&rows, CLASSES, SMALLEST),
    }
}

/// A conclusion with the name of its province.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedConclusion {
    /// The conclusion.
    pub of: PublicConclusion,
    /// The province as it is called today; nothing where the case lies in none.
    pub province: Option<String>,
}

/// The conclusions that were published last, the newest first.
pub fn conclusions(tx: &mut DbConn, ctx: &Ctx) -> Result<Vec<NamedConclusion>> {
    let today = day_in_vietnam(ctx.now);
    let mut found = Vec::new();
    for id in postings::newest(tx, &publication::LEVELS, POSTINGS)? {
        let Some(case) = cases::find(tx, &id, &Sight::All)? else {
            continue;
        };
        let key = sealed::key_of(&ctx.keys, &case)?;
        let events = events::list(tx, &id, &key)?;
        let Some(of) = publication::published(&case, &events) else {
            continue;
        };
        let unit = ctx
            .world
            .places
            .unit_on(UnitLevel::Province, &of.province, today);
        let province = unit.ok().map(|unit| unit.full_name.clone());
        found.push(NamedConclusion { of, province });
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.of.posted_on));
    found.truncate(LISTED);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::suppress::Row;

    #[test]
    fn only_half_years_that_have_ended_are_shown() {
        let last = |day: &str| {
            let half = Half::last_ended(day.parse().unwrap());
            (half.year, half.is_second)
        };
        assert_eq!(last("2026-06-30"), (2025, true));
        assert_eq!(last("2026-07-01"), (2026, false));
        assert_eq!(last("2026-12-31"), (2026, false));
        assert_eq!(last("2027-01-01"), (2026, true));
        let half = Half {
            year: 2026,
            is_second: true,
        };
        assert_eq!(half.next().from().to_string(), "2027-01-01");
        assert_eq!(half.from().to_string(), "2026-07-01");
    }

    #[test]
    fn what_lies_in_no_province_of_today_is_counted_with_the_country() {
        let of = |province: &str, class, accidents| OfProvince {
            province: province.to_owned(),
            class,
            accidents,
            dead: accidents,
            serious: 0,
        };
        let counted = [
            of("19", CaseClass::Fatal, 12),
            of("19", CaseClass::Light, 7),
            of("", CaseClass::Fatal, 6),
        ];
        let shown = released(
            &[("19", "Tỉnh Thái Nguyên"), ("51", "Tỉnh Quảng Ngãi")],
            &counted,
        );
        assert_eq!(shown.provinces.len(), 3);
        assert_eq!(shown.shown.rows[0], Row::Columns(19, vec![12, 0, 7, 19, 0]));
        assert_eq!(shown.shown.rows[2], Row::Columns(6, vec![6, 0, 0, 6, 0]));
        assert_eq!(shown.shown.all, Row::Columns(25, vec![18, 0, 7, 25, 0]));
    }
}
