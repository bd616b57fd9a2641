//! Drafts that phones have given away for safe keeping, sealed there.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{conn::DbConn, schema::drafts_kept};
use crate::on_each_backend;

/// Keeps a draft, or keeps it anew.
pub fn put(
    conn: &mut DbConn,
    id_hash: &str,
    sealed: &str,
    kept_until: DateTime<Utc>,
) -> QueryResult<()> {
    let content = (
        drafts_kept::sealed.eq(sealed),
        drafts_kept::kept_until.eq(kept_until.naive_utc()),
    );
    let row = (drafts_kept::id_hash.eq(id_hash), content);
    on_each_backend!(conn, |inner| diesel::insert_into(drafts_kept::table)
        .values(row)
        .on_conflict(drafts_kept::id_hash)
        .do_update()
        .set(content)
        .execute(inner))
    .map(|_| ())
}

/// The draft of an address, if it is kept at `now`.
pub fn find(conn: &mut DbConn, id_hash: &str, now: DateTime<Utc>) -> QueryResult<Option<String>> {
    drafts_kept::table
        .find(id_hash)
        .filter(drafts_kept::kept_until.gt(now.naive_utc()))
        .select(drafts_kept::sealed)
        .first(conn)
        .optional()
}

/// Keeps a draft no longer.
pub fn delete(conn: &mut DbConn, id_hash: &str) -> QueryResult<()> {
    diesel::delete(drafts_kept::table.find(id_hash))
        .execute(conn)
        .map(|_| ())
}

/// Deletes drafts whose time is over, at most `limit`; how many there were.
pub fn delete_expired(conn: &mut DbConn, now: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let over: Vec<String> = drafts_kept::table
        .filter(drafts_kept::kept_until.le(now.naive_utc()))
        .order(drafts_kept::kept_until)
        .limit(limit)
        .select(drafts_kept::id_hash)
        .load(conn)?;
    diesel::delete(drafts_kept::table.filter(drafts_kept::id_hash.eq_any(over))).execute(conn)
}
