//! By whom other reports of the same accident are found: keyed hashes of names beside the day. Nothing here says who
//! it is. What two cases have in common is decided from their facts.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::{
    conn::DbConn,
    schema::{cases, likeness_fills, likeness_keys},
};
use crate::{ids::CaseId, insert_rows, on_each_backend, time::day_in_vietnam};

/// Cases that are found by keys at most.
pub const MOST: i64 = 100;

#[derive(Insertable)]
#[diesel(table_name = likeness_keys)]
struct KeyRow {
    key: String,
    occurred_on: NaiveDate,
    case_id: String,
}

/// Writes the keys of a new case, by one statement.
pub fn insert(
    conn: &mut DbConn,
    case: &CaseId,
    occurred_at: DateTime<Utc>,
    keys: &[String],
) -> QueryResult<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let occurred_on = day_in_vietnam(occurred_at);
    let rows: Vec<KeyRow> = keys
        .iter()
        .map(|key| KeyRow {
            key: key.clone(),
            occurred_on,
            case_id: case.to_string(),
        })
        .collect();
    insert_rows!(conn, rows, |values| diesel::insert_into(
        likeness_keys::table
    )
    .values(values))?;
    Ok(())
}

/// From now on `keys`, and no others, are those of a case. Writes nothing where they are.
pub fn set(
    conn: &mut DbConn,
    case: &CaseId,
    occurred_at: DateTime<Utc>,
    keys: &[String],
) -> QueryResult<()> {
    let mut before: Vec<(String, NaiveDate)> = likeness_keys::table
        .filter(likeness_keys::case_id.eq(case.as_str()))
        .select((likeness_keys::key, likeness_keys::occurred_on))
        .load(conn)?;
    let day = day_in_vietnam(occurred_at);
    let mut now: Vec<(String, NaiveDate)> = keys.iter().map(|key| (key.clone(), day)).collect();
    before.sort_unstable();
    now.sort_unstable();
    if before == now {
        return Ok(());
    }
    forget(conn, case.as_str())?;
    insert(conn, case, occurred_at, keys)
}

/// Nothing leads to this case any more.
pub fn forget(conn: &mut DbConn, case: &str) -> QueryResult<()> {
    diesel::delete(likeness_keys::table.filter(likeness_keys::case_id.eq(case))).execute(conn)?;
    Ok(())
}

/// The cases with one of `keys` that happened within `window`, by days, at most [`MOST`]. Of a name that
/// thousands bear a few happen in these days.
pub fn cases_of(
    conn: &mut DbConn,
    keys: &[String],
    occurred_at: DateTime<Utc>,
    window: TimeDelta,
) -> QueryResult<Vec<String>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let (from, to) = (
        day_in_vietnam(occurred_at - window),
        day_in_vietnam(occurred_at + window),
    );
    let mut found: Vec<String> = likeness_keys::table
        .filter(likeness_keys::key.eq_any(keys))
        .filter(likeness_keys::occurred_on.between(from, to))
        .select(likeness_keys::case_id)
        .limit(MOST)
        .load(conn)?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// After which case the filling goes on for this way of making keys; `None` where it is done. Of several processes
/// one works, and the others wait.
pub fn claim_fill(
    conn: &mut DbConn,
    scheme: i32,
    now: DateTime<Utc>,
) -> QueryResult<Option<String>> {
    on_each_backend!(conn, |inner| diesel::insert_into(likeness_fills::table)
        .values((
            likeness_fills::scheme.eq(scheme),
            likeness_fills::started_at.eq(now.naive_utc()),
        ))
        .on_conflict_do_nothing()
        .execute(inner))?;
    let row = likeness_fills::table.find(scheme);
    diesel::update(row)
        .set(likeness_fills::scheme.eq(scheme))
        .execute(conn)?;
    let (after, done_at): (String, Option<NaiveDateTime>) = row
        .select((likeness_fills::after_case, likeness_fills::done_at))
        .first(conn)?;
    Ok(done_at.is_none().then_some(after))
}

/// Whether the filling is done for this way of making keys.
pub fn is_filled(conn: &mut DbConn, scheme: i32) -> QueryResult<bool> {
    let done = likeness_fills::table
        .find(scheme)
        .filter(likeness_fills::done_at.is_not_null());
    diesel::select(diesel::dsl::exists(done)).get_result(conn)
}

/// The cases after `after` by their ids, at most `limit`.
pub fn after(conn: &mut DbConn, after: &str, limit: i64) -> QueryResult<Vec<CaseId>> {
    let ids: Vec<String> = cases::table
        .filter(cases::id.gt(after))
        .order(cases::id)
        .limit(limit)
        .select(cases::id)
        .load(conn)?;
    Ok(ids.into_iter().map(CaseId::from).collect())
}

/// Notes that the cases to `last` were looked at, or with `None` all of them.
pub fn note_fill(
    conn: &mut DbConn,
    scheme: i32,
    last: Option<&CaseId>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let row = likeness_fills::table.find(scheme);
    match last {
        Some(last) => diesel::update(row)
            .set(likeness_fills::after_case.eq(last.as_str()))
            .execute(conn)?,
        None => diesel::update(row)
            .set(likeness_fills::done_at.eq(Some(now.naive_utc())))
            .execute(conn)?,
    };
    Ok(())
}
