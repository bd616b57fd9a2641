//! Figures of cases, by commune, province and time. They count; what a figure means is said by the service.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{count, count_star, sum},
    prelude::*,
};

use super::{
    cases::unknown,
    conn::DbConn,
    schema::{cases, victims},
};
use crate::domain::{
    case::CaseStatus,
    classify::CaseClass,
    declaration::Kind,
    victim::{Employment, VictimClass},
};

/// Cases that are no accident of their own.
const NOT_COUNTED: [CaseStatus; 2] = [CaseStatus::Duplicate, CaseStatus::NotWorkAccident];

/// Accidents of a commune with persons under such `employment`, and those persons by class. `occurred` is from, to (not
/// including it).
pub fn of_commune(
    conn: &mut DbConn,
    commune: &str,
    employment: Employment,
    occurred: (DateTime<Utc>, DateTime<Utc>),
) -> QueryResult<(i64, Vec<(VictimClass, i64)>)> {
    let not_counted = NOT_COUNTED.map(|status| status.as_str());
    let meant = || {
        cases::table
            .inner_join(victims::table.on(victims::case_id.eq(cases::id)))
            .filter(cases::commune_code.eq(commune))
            .filter(cases::occurred_at.ge(occurred.0.naive_utc()))
            .filter(cases::occurred_at.lt(occurred.1.naive_utc()))
            .filter(cases::status.ne_all(not_counted))
            .filter(victims::employment.eq(employment.as_str()))
    };
    let accidents = meant()
        .select(count(cases::id).aggregate_distinct())
        .first(conn)?;
    let rows: Vec<(String, i64)> = meant()
        .group_by(victims::class)
        .select((victims::class, count_star()))
        .load(conn)?;
    let by_class = rows
        .into_iter()
        .map(|(class, count)| Ok((VictimClass::try_from(class).map_err(unknown)?, count)));
    Ok((accidents, by_class.collect::<QueryResult<_>>()?))
}

/// What nobody has declared yet: it may be no accident.
const NOT_ACCEPTED: [CaseStatus; 2] = [CaseStatus::Noticed, CaseStatus::Draft];

/// Accidents of one class in one province.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfProvince {
    /// Code of the province.
    pub province: String,
    /// Class.
    pub class: CaseClass,
    /// Accidents.
    pub accidents: i64,
    /// Dead.
    pub dead: i64,
    /// Seriously injured.
    pub serious: i64,
}

/// Declared accidents by province and class, as the cases stand. `occurred` is from, to (not including it). Everything is
/// in one index (`cases_by_time`).
pub fn by_province(
    conn: &mut DbConn,
    occurred: (DateTime<Utc>, DateTime<Utc>),
) -> QueryResult<Vec<OfProvince>> {
    type Counted = (String, String, i64, Option<i64>, Option<i64>);
    let left_out = NOT_COUNTED.into_iter().chain(NOT_ACCEPTED);
    let left_out = left_out.map(|status| status.as_str());
    let rows: Vec<Counted> = cases::table
        .filter(cases::occurred_at.ge(occurred.0.naive_utc()))
        .filter(cases::occurred_at.lt(occurred.1.naive_utc()))
        .filter(cases::kind.eq(Kind::Accident.as_str()))
        .filter(cases::status.ne_all(left_out))
        .group_by((cases::province_code, cases::case_class))
        .select((
            cases::province_code,
            cases::case_class,
            count_star(),
            sum(cases::dead),
            sum(cases::serious),
        ))
        .load(conn)?;
    let rows = rows.into_iter();
    let rows = rows.map(|(province, class, accidents, dead, serious)| {
        Ok(OfProvince {
            province,
            class: CaseClass::try_from(class).map_err(unknown)?,
            accidents,
            dead: dead.unwrap_or_default(),
            serious: serious.unwrap_or_default(),
        })
    });
    rows.collect()
}
