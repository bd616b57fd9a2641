//! When messages that wait are due: brought forward once a relay is back, put off while nobody can
//! take them; and since when alerts wait.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};

use super::{conn::DbConn, outbox::MessageStatus, schema::outbox};
use crate::{domain::contact::Channel, ids::MessageId};

/// Makes up to `limit` mails due now that wait for their next try, the most urgent first, and that
/// nobody is just trying. How many there were.
pub fn bring_forward(conn: &mut DbConn, now: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let at = now.naive_utc();
    let ids: Vec<String> = outbox::table
        .filter(outbox::settled_at.is_null())
        .filter(outbox::channel.eq(Channel::Email.as_str()))
        .filter(outbox::status.eq(MessageStatus::Delayed.as_str()))
        .filter(outbox::due_at.gt(at))
        .filter(outbox::lease_until.is_null().or(outbox::lease_until.le(at)))
        .order((outbox::priority, outbox::due_at, outbox::id))
        .limit(limit)
        .select(outbox::id)
        .load(conn)?;
    if ids.is_empty() {
        return Ok(0);
    }
    diesel::update(
        outbox::table
            .filter(outbox::id.eq_any(&ids))
            .filter(outbox::settled_at.is_null()),
    )
    .set(outbox::due_at.eq(at))
    .execute(conn)
}

/// Gives back messages that were claimed and not tried, and puts them off until `due_at`. That
/// counts as no try.
pub fn put_off(conn: &mut DbConn, ids: &[MessageId], due_at: DateTime<Utc>) -> QueryResult<()> {
    let ids: Vec<&str> = ids.iter().map(MessageId::as_str).collect();
    diesel::update(
        outbox::table
            .filter(outbox::id.eq_any(ids))
            .filter(outbox::settled_at.is_null()),
    )
    .set((
        outbox::due_at.eq(due_at.naive_utc()),
        outbox::lease_until.eq(None::<NaiveDateTime>),
        outbox::attempts.eq(outbox::attempts - 1),
    ))
    .execute(conn)?;
    Ok(())
}

/// Since when the oldest message of an alert waits.
pub fn oldest_alert(conn: &mut DbConn) -> QueryResult<Option<DateTime<Utc>>> {
    let oldest: Option<NaiveDateTime> = outbox::table
        .filter(outbox::settled_at.is_null())
        .filter(outbox::alert_id.is_not_null())
        .select(diesel::dsl::min(outbox::created_at))
        .first(conn)?;
    Ok(oldest.map(|at| at.and_utc()))
}
