//! Which change of the law the running limits were counted again for.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    conn::DbConn,
    schema::{cases, recounts},
};
use crate::{domain::clocks::NO_DUE, ids::CaseId};

/// After which case the work for this revision goes on; `None` where it is done. Call it with the law's row of
/// `catalogues` locked, so that of several processes one works and the others wait.
pub fn claim(conn: &mut DbConn, revision: i64, now: DateTime<Utc>) -> QueryResult<Option<String>> {
    let row: Option<(String, Option<NaiveDateTime>)> = recounts::table
        .find(revision)
        .select((recounts::after_case, recounts::done_at))
        .first(conn)
        .optional()?;
    match row {
        Some((after, done_at)) => Ok(done_at.is_none().then_some(after)),
        None => {
            diesel::insert_into(recounts::table)
                .values((
                    recounts::law_revision.eq(revision),
                    recounts::started_at.eq(now.naive_utc()),
                ))
                .execute(conn)?;
            Ok(Some(String::new()))
        }
    }
}

/// The same without taking anything up: somebody else may at this moment.
pub fn goes_on_after(conn: &mut DbConn, revision: i64) -> QueryResult<Option<String>> {
    let row: Option<(String, Option<NaiveDateTime>)> = recounts::table
        .find(revision)
        .select((recounts::after_case, recounts::done_at))
        .first(conn)
        .optional()?;
    Ok(match row {
        Some((after, done_at)) => done_at.is_none().then_some(after),
        None => Some(String::new()),
    })
}

/// The cases after `after` on which a limit may run, by their ids, at most `limit`: those that are open, and those
/// that have ended with a duty that outlives them.
pub fn unsettled_after(conn: &mut DbConn, after: &str, limit: i64) -> QueryResult<Vec<CaseId>> {
    let runs = cases::closed_at
        .is_null()
        .or(cases::due_at.lt(NO_DUE.naive_utc()));
    let ids: Vec<String> = cases::table
        .filter(cases::id.gt(after))
        .filter(runs)
        .order(cases::id)
        .limit(limit)
        .select(cases::id)
        .load(conn)?;
    Ok(ids.into_iter().map(CaseId::from).collect())
}

/// The cases that have ended with a duty that outlives them, by their ids, at most `limit`.
pub fn outlived(conn: &mut DbConn, limit: i64) -> QueryResult<Vec<CaseId>> {
    // As in the partial index, which a bound value would hide.
    let runs = diesel::dsl::sql::<diesel::sql_types::Bool>("cases.due_at < '9999-12-31 00:00:00'");
    let ids: Vec<String> = cases::table
        .filter(cases::closed_at.is_not_null())
        .filter(runs)
        .order(cases::id)
        .limit(limit)
        .select(cases::id)
        .load(conn)?;
    Ok(ids.into_iter().map(CaseId::from).collect())
}

/// Notes that the cases to `last` were looked at, or with `None` all of them.
pub fn note(
    conn: &mut DbConn,
    revision: i64,
    last: Option<&CaseId>,
    moved: usize,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let row = recounts::table.find(revision);
    let moved = recounts::moved + i32::try_from(moved).unwrap_or(i32::MAX);
    match last {
        Some(last) => diesel::update(row)
            .set((
                recounts::moved.eq(moved),
                recounts::after_case.eq(last.as_str()),
            ))
            .execute(conn)?,
        None => diesel::update(row)
            .set((
                recounts::moved.eq(moved),
                recounts::done_at.eq(Some(now.naive_utc())),
            ))
            .execute(conn)?,
    };
    Ok(())
}
