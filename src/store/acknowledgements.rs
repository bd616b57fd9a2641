//! Who has taken which alert.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};

use super::{conn::DbConn, schema::acknowledgements};
use crate::{
    ids::{AlertId, CaseId, MessageId},
    on_each_backend,
    sealing::Sealed,
};

/// An alert that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The alert.
    pub alert: AlertId,
    /// The mail whose link was used.
    pub message: MessageId,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom: an [`Officer`](crate::domain::acknowledgement::Officer) as JSON.
    pub officer: Sealed,
}

type Row = (String, String, NaiveDateTime, String);

impl From<Row> for Taken {
    fn from((alert, message, at, officer): Row) -> Self {
        Self {
            alert: alert.into(),
            message: message.into(),
            at: at.and_utc(),
            officer: officer.into(),
        }
    }
}

/// Notes that an alert was taken; `false` where somebody was faster.
pub fn insert(conn: &mut DbConn, case: &CaseId, taken: &Taken) -> QueryResult<bool> {
    let row = (
        acknowledgements::alert_id.eq(taken.alert.as_str()),
        acknowledgements::case_id.eq(case.as_str()),
        acknowledgements::message_id.eq(taken.message.as_str()),
        acknowledgements::acknowledged_at.eq(taken.at.naive_utc()),
        acknowledgements::officer.eq(taken.officer.as_stored()),
    );
    let inserted = on_each_backend!(conn, |inner| diesel::insert_into(acknowledgements::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(inner))?;
    Ok(inserted == 1)
}

/// The alerts of a case that were taken.
pub fn of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<Taken>> {
    let rows: Vec<Row> = acknowledgements::table
        .filter(acknowledgements::case_id.eq(case.as_str()))
        .select((
            acknowledgements::alert_id,
            acknowledgements::message_id,
            acknowledgements::acknowledged_at,
            acknowledgements::officer,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(Taken::from).collect())
}
