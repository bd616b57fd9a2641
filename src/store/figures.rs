//! Figures of cases, by commune and time. They count; what a figure means is said by the service.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{count, count_star},
    prelude::*,
};

use super::{
    cases::unknown,
    conn::DbConn,
    schema::{cases, victims},
};
use crate::domain::{
    case::CaseStatus,
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
