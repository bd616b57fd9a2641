//! How often something was done, counted for all processes together.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{conn::DbConn, schema::rate_windows};
use crate::on_each_backend;

/// Counts one more in the window that began at `start`: how many there are now. Where two processes count
/// the same at once, the second waits for the commit of the first.
pub fn add(
    conn: &mut DbConn,
    key_hash: &str,
    start: DateTime<Utc>,
    expires: DateTime<Utc>,
) -> QueryResult<i64> {
    let row = (
        rate_windows::key_hash.eq(key_hash),
        rate_windows::window_start.eq(start.naive_utc()),
        rate_windows::count.eq(1),
        rate_windows::expires_at.eq(expires.naive_utc()),
    );
    on_each_backend!(conn, |inner| diesel::insert_into(rate_windows::table)
        .values(row)
        .on_conflict((rate_windows::key_hash, rate_windows::window_start))
        .do_update()
        .set(rate_windows::count.eq(rate_windows::count + 1))
        .returning(rate_windows::count)
        .get_result(inner))
}

/// How many were counted in the window that began at `start`.
pub fn count(conn: &mut DbConn, key_hash: &str, start: DateTime<Utc>) -> QueryResult<i64> {
    let counted: Option<i64> = rate_windows::table
        .find((key_hash, start.naive_utc()))
        .select(rate_windows::count)
        .first(conn)
        .optional()?;
    Ok(counted.unwrap_or_default())
}

/// Deletes windows that count no more at `now`, at most about `limit` of them.
pub fn delete_expired(conn: &mut DbConn, now: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let old: Vec<NaiveDateTime> = rate_windows::table
        .filter(rate_windows::expires_at.le(now.naive_utc()))
        .order(rate_windows::expires_at)
        .limit(limit)
        .select(rate_windows::expires_at)
        .load(conn)?;
    let Some(newest) = old.last() else {
        return Ok(0);
    };
    diesel::delete(rate_windows::table.filter(rate_windows::expires_at.le(newest))).execute(conn)
}
