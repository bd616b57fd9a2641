//! What whoever runs the service must look at now, with receipt numbers and authorities and nothing of persons.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{
    QueryResult,
    dsl::{count_star, min},
    prelude::*,
};

use super::{
    cases::unknown,
    conn::DbConn,
    outbox::MessageStatus,
    schema::{alerts, calls, cases, outbox},
};
use crate::{
    domain::{authority::Role, delivery::Priority, routing::AuthorityName},
    ids::CallId,
};

/// An alert that waits for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingAlert {
    /// Receipt number of its case.
    pub receipt_no: String,
    /// In which role somebody is told.
    pub role: Role,
    /// Who; `None` where nobody holds the role.
    pub authority: Option<AuthorityName>,
    /// Since when.
    pub since: DateTime<Utc>,
}

type Row = (
    String,
    String,
    Option<String>,
    Option<String>,
    NaiveDateTime,
);

fn waiting((receipt_no, role, id, name, since): Row) -> QueryResult<WaitingAlert> {
    Ok(WaitingAlert {
        receipt_no,
        role: Role::try_from(role).map_err(unknown)?,
        authority: id.zip(name).map(|(id, name)| AuthorityName { id, name }),
        since: since.and_utc(),
    })
}

/// The alert of which a message waits longest to be delivered.
pub fn oldest_undelivered(conn: &mut DbConn) -> QueryResult<Option<WaitingAlert>> {
    let row: Option<Row> = outbox::table
        .inner_join(alerts::table.inner_join(cases::table))
        .filter(outbox::settled_at.is_null())
        .order((outbox::created_at, outbox::id))
        .select((
            cases::receipt_no,
            alerts::role,
            alerts::authority_id,
            alerts::authority_name,
            outbox::created_at,
        ))
        .first(conn)
        .optional()?;
    row.map(waiting).transpose()
}

/// The alert that waits longest for somebody to take it, on its ladder or on the call list.
pub fn oldest_untaken(conn: &mut DbConn) -> QueryResult<Option<WaitingAlert>> {
    let columns = (
        cases::receipt_no,
        alerts::role,
        alerts::authority_id,
        alerts::authority_name,
        alerts::created_at,
    );
    let climbing: Option<Row> = alerts::table
        .inner_join(cases::table)
        .filter(alerts::next_at.is_not_null())
        .order((alerts::created_at, alerts::id))
        .select(columns)
        .first(conn)
        .optional()?;
    let called: Option<Row> = calls::table
        .inner_join(alerts::table.inner_join(cases::table))
        .filter(calls::closed_at.is_null())
        .order((alerts::created_at, alerts::id))
        .select(columns)
        .first(conn)
        .optional()?;
    let first = climbing.into_iter().chain(called).min_by_key(|row| row.4);
    first.map(waiting).transpose()
}

/// Alerts that climb, the one whose next rung is due first before the others, each with that moment.
pub fn climbing(conn: &mut DbConn, limit: i64) -> QueryResult<Vec<(WaitingAlert, DateTime<Utc>)>> {
    type Climbing = (Row, Option<NaiveDateTime>);
    let rows: Vec<Climbing> = alerts::table
        .inner_join(cases::table)
        .filter(alerts::next_at.is_not_null())
        .order((alerts::next_at, alerts::id))
        .limit(limit)
        .select((
            (
                cases::receipt_no,
                alerts::role,
                alerts::authority_id,
                alerts::authority_name,
                alerts::created_at,
            ),
            alerts::next_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .filter_map(|(row, next)| Some((row, next?.and_utc())))
        .map(|(row, next)| Ok((waiting(row)?, next)))
        .collect()
}

/// What somebody must telephone about, the oldest first, each with its entry on the call list and since when it is there.
pub fn called(
    conn: &mut DbConn,
    limit: i64,
) -> QueryResult<Vec<(WaitingAlert, CallId, DateTime<Utc>)>> {
    let rows: Vec<(Row, String, NaiveDateTime)> = calls::table
        .inner_join(alerts::table.inner_join(cases::table))
        .filter(calls::closed_at.is_null())
        .order((calls::opened_at, calls::id))
        .limit(limit)
        .select((
            (
                cases::receipt_no,
                alerts::role,
                alerts::authority_id,
                alerts::authority_name,
                alerts::created_at,
            ),
            calls::id,
            calls::opened_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(row, id, opened)| Ok((waiting(row)?, id.into(), opened.and_utc())))
        .collect()
}

/// Messages of alerts that stand and were given up, the newest first; since when.
pub fn failed(conn: &mut DbConn, limit: i64) -> QueryResult<Vec<WaitingAlert>> {
    type Failed = (
        String,
        String,
        Option<String>,
        Option<String>,
        Option<NaiveDateTime>,
    );
    let rows: Vec<Failed> = outbox::table
        .inner_join(alerts::table.inner_join(cases::table))
        .filter(outbox::status.eq(MessageStatus::Failed.as_str()))
        .filter(alerts::ended_at.is_null())
        .filter(cases::closed_at.is_null())
        .order((outbox::settled_at.desc(), outbox::id.desc()))
        .limit(limit)
        .select((
            cases::receipt_no,
            alerts::role,
            alerts::authority_id,
            alerts::authority_name,
            outbox::settled_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .filter_map(|(receipt, role, id, name, at)| Some((receipt, role, id, name, at?)))
        .map(waiting)
        .collect()
}

/// How many messages of one urgency wait in one state, and since when the oldest of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingMessages {
    /// How soon they must leave.
    pub priority: Priority,
    /// `queued` or `delayed`.
    pub status: MessageStatus,
    /// How many.
    pub count: i64,
    /// Since when the oldest waits.
    pub oldest: DateTime<Utc>,
}

/// What waits in the outbox, the most urgent first.
pub fn waiting_messages(conn: &mut DbConn) -> QueryResult<Vec<WaitingMessages>> {
    type Group = (i32, String, i64, Option<NaiveDateTime>);
    let mut rows: Vec<Group> = outbox::table
        .filter(outbox::settled_at.is_null())
        .group_by((outbox::priority, outbox::status))
        .select((
            outbox::priority,
            outbox::status,
            count_star(),
            min(outbox::created_at),
        ))
        .load(conn)?;
    rows.sort_unstable();
    rows.into_iter()
        .filter_map(|(rank, status, count, oldest)| Some((rank, status, count, oldest?)))
        .map(|(rank, status, count, oldest)| {
            Ok(WaitingMessages {
                priority: Priority::of_rank(rank),
                status: MessageStatus::try_from(status).map_err(unknown)?,
                count,
                oldest: oldest.and_utc(),
            })
        })
        .collect()
}
