//! Remembered keys of requests.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{conn::DbConn, schema::idempotency_keys};
use crate::{ids::CallerId, on_each_backend};

/// Remembers `key` for `answer_id`; `false` if the caller used the key before. Two requests at the
/// same instant: the second waits for the first one's commit, then finds the row.
pub fn remember(
    conn: &mut DbConn,
    caller: &CallerId,
    key: &str,
    fingerprint: &str,
    answer_id: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let row = (
        idempotency_keys::caller_id.eq(caller.as_str()),
        idempotency_keys::key.eq(key),
        idempotency_keys::fingerprint.eq(fingerprint),
        idempotency_keys::answer_id.eq(answer_id),
        idempotency_keys::created_at.eq(now.naive_utc()),
    );
    let inserted = on_each_backend!(conn, |inner| diesel::insert_into(idempotency_keys::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(inner))?;
    Ok(inserted == 1)
}

/// What the key was used for: fingerprint and id of the answer.
pub fn find(
    conn: &mut DbConn,
    caller: &CallerId,
    key: &str,
) -> QueryResult<Option<(String, String)>> {
    idempotency_keys::table
        .find((caller.as_str(), key))
        .select((idempotency_keys::fingerprint, idempotency_keys::answer_id))
        .first(conn)
        .optional()
}
