//! What a commune has had so far in the half-year: the accidents of workers without a contract that its report counts
//! (C13 Art. 4; D39 Phụ lục XVI).

use chrono::{Datelike, NaiveDate};

use crate::{
    domain::{
        access::Right,
        victim::{Employment, VictimClass},
    },
    error::{AppError, Result},
    service::Ctx,
    store::{conn::DbConn, figures},
    time::{day_in_vietnam, start_of_day_in_vietnam},
};

/// Figures of workers without a contract in one commune.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfYear {
    /// First day of the half-year.
    pub from: NaiveDate,
    /// Accidents; by the day of the accident, without duplicates and what was no accident at work.
    pub accidents: i64,
    /// Persons.
    pub persons: i64,
    /// Of them dead.
    pub dead: i64,
    /// Of them seriously injured.
    pub serious: i64,
}

/// The first day of the half-year of `day`: 1 January or 1 July.
fn half_year_of(day: NaiveDate) -> NaiveDate {
    let month = if day.month() < 7 { 1 } else { 7 };
    NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day)
}

/// The caller's commune in the half-year of today.
pub fn of_my_commune(tx: &mut DbConn, ctx: &Ctx) -> Result<HalfYear> {
    ctx.require(Right::ListCases)?;
    let commune = ctx.actor.commune_code.clone();
    let commune = commune.ok_or(AppError::Forbidden("figures are those of a commune"))?;
    let from = half_year_of(day_in_vietnam(ctx.now));
    let occurred = (start_of_day_in_vietnam(from), ctx.now);
    let (accidents, by_class) =
        figures::of_commune(tx, &commune, Employment::NoContract, occurred)?;
    let of = |classes: &[VictimClass]| {
        let counted = by_class.iter().filter(|(class, _)| classes.contains(class));
        counted.map(|(_, count)| count).sum()
    };
    use VictimClass::{Fatal, FatalProvisional, Serious};
    Ok(HalfYear {
        from,
        accidents,
        persons: by_class.iter().map(|(_, count)| count).sum(),
        dead: of(&[Fatal, FatalProvisional]),
        serious: of(&[Serious]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_year_begins_in_january_or_july() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(half_year_of(day("2026-06-30")), day("2026-01-01"));
        assert_eq!(half_year_of(day("2026-07-01")), day("2026-07-01"));
        assert_eq!(half_year_of(day("2026-12-31")), day("2026-07-01"));
    }
}
