//! Looks at the coverage, and what is known of addresses.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{QueryResult, dsl::max, prelude::*};

use super::{
    canaries,
    conn::DbConn,
    schema::{acknowledgements, address_marks, coverage_reports, outbox},
};
use crate::{
    domain::coverage::{Coverage, Proofs, Share, key},
    on_each_backend,
};

/// What was found on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The day in Việt Nam.
    pub day: NaiveDate,
    /// When.
    pub looked_at: DateTime<Utc>,
    /// What.
    pub coverage: Coverage,
}

/// What is known of addresses: from where mail came back, where somebody took an alert or a test by its mail
/// since `since`, and who has missed a test.
pub fn proofs(conn: &mut DbConn, since: DateTime<Utc>) -> QueryResult<Proofs> {
    let bounced: Vec<(String, NaiveDateTime)> = address_marks::table
        .select((address_marks::address, address_marks::bounced_at))
        .load(conn)?;
    let answered: Vec<(String, Option<NaiveDateTime>)> = acknowledgements::table
        .inner_join(outbox::table.on(outbox::id.nullable().eq(acknowledgements::message_id)))
        .filter(acknowledgements::acknowledged_at.gt(since.naive_utc()))
        .group_by(outbox::recipient)
        .select((outbox::recipient, max(acknowledgements::acknowledged_at)))
        .load(conn)?;
    let tested = canaries::answered_addresses(conn, since)?;
    let mut proofs = Proofs {
        missed: canaries::missed(conn)?,
        bounced: bounced
            .into_iter()
            .map(|(address, at)| (key(&address), at.and_utc()))
            .collect(),
        ..Proofs::default()
    };
    for (address, at) in answered.into_iter().chain(tested) {
        let Some(at) = at.map(|at| at.and_utc()) else {
            continue;
        };
        let latest = proofs.answered.entry(key(&address)).or_insert(at);
        *latest = at.max(*latest);
    }
    Ok(proofs)
}

/// Stores the report of a day; `false` where another process was faster.
pub fn insert(conn: &mut DbConn, report: &Report) -> QueryResult<bool> {
    let row = (
        coverage_reports::day.eq(report.day),
        coverage_reports::looked_at.eq(report.looked_at.naive_utc()),
        coverage_reports::shares.eq(super::as_json(&report.coverage.provinces)?),
        coverage_reports::gaps.eq(super::as_json(&report.coverage.gaps)?),
    );
    let inserted = on_each_backend!(conn, |inner| diesel::insert_into(coverage_reports::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(inner))?;
    Ok(inserted == 1)
}

/// Whether there is a report of this day.
pub fn is_there(conn: &mut DbConn, day: NaiveDate) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(coverage_reports::table.find(day))).get_result(conn)
}

/// The newest report.
pub fn newest(conn: &mut DbConn) -> QueryResult<Option<Report>> {
    let row: Option<(NaiveDate, NaiveDateTime, String, String)> = coverage_reports::table
        .order(coverage_reports::day.desc())
        .first(conn)
        .optional()?;
    row.map(|(day, looked_at, shares, gaps)| {
        Ok(Report {
            day,
            looked_at: looked_at.and_utc(),
            coverage: Coverage {
                provinces: super::from_json(&shares)?,
                gaps: super::from_json(&gaps)?,
            },
        })
    })
    .transpose()
}

/// The shares of the newest report, of those before `before` where that is given.
pub fn newest_shares(
    conn: &mut DbConn,
    before: Option<NaiveDate>,
) -> QueryResult<Option<BTreeMap<String, Share>>> {
    let mut query = coverage_reports::table
        .order(coverage_reports::day.desc())
        .select(coverage_reports::shares)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(coverage_reports::day.lt(before));
    }
    let shares: Option<String> = query.first(conn).optional()?;
    shares.as_deref().map(super::from_json).transpose()
}

/// Forgets the reports of days before `before`. How many there were.
pub fn forget(conn: &mut DbConn, before: NaiveDate) -> QueryResult<usize> {
    let old = coverage_reports::table.filter(coverage_reports::day.lt(before));
    diesel::delete(old).execute(conn)
}
