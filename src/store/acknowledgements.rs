//! Who has taken which alert.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};

use super::{
    conn::DbConn,
    schema::{acknowledgements, alerts},
};
use crate::{
    ids::{AlertId, CaseId, MessageId},
    named, on_each_backend,
    sealing::Sealed,
};

named! {
    /// In which way an alert was taken.
    pub enum How {
        /// By the link of its mail.
        Link = "link",
        /// By a step of the case.
        Step = "step",
        /// Over the telephone.
        Call = "call",
    }
}

/// An alert that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The alert.
    pub alert: AlertId,
    /// The mail whose link was used; `None` where no link was.
    pub message: Option<MessageId>,
    /// In which way.
    pub how: How,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom: an [`Officer`](crate::domain::acknowledgement::Officer) as JSON.
    pub officer: Sealed,
}

type Row = (String, Option<String>, String, NaiveDateTime, String);

fn taken((alert, message, how, at, officer): Row) -> QueryResult<Taken> {
    Ok(Taken {
        alert: alert.into(),
        message: message.map(MessageId::from),
        how: How::try_from(how)
            .map_err(|error| diesel::result::Error::DeserializationError(error.into()))?,
        at: at.and_utc(),
        officer: officer.into(),
    })
}

/// Notes that an alert was taken; `false` where somebody was faster.
pub fn insert(conn: &mut DbConn, case: &CaseId, taken: &Taken) -> QueryResult<bool> {
    let row = (
        acknowledgements::alert_id.eq(taken.alert.as_str()),
        acknowledgements::case_id.eq(case.as_str()),
        acknowledgements::message_id.eq(taken.message.as_ref().map(MessageId::as_str)),
        acknowledgements::how.eq(taken.how.as_str()),
        acknowledgements::acknowledged_at.eq(taken.at.naive_utc()),
        acknowledgements::officer.eq(taken.officer.as_stored()),
    );
    let inserted = on_each_backend!(conn, |inner| diesel::insert_into(acknowledgements::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(inner))?;
    Ok(inserted == 1)
}

/// The authorities at which somebody has taken an alert by its link since `since`.
pub fn authorities_since(conn: &mut DbConn, since: DateTime<Utc>) -> QueryResult<BTreeSet<String>> {
    let ids: Vec<Option<String>> = acknowledgements::table
        .inner_join(alerts::table.on(alerts::id.eq(acknowledgements::alert_id)))
        .filter(acknowledgements::acknowledged_at.ge(since.naive_utc()))
        .filter(acknowledgements::how.eq(How::Link.as_str()))
        .select(alerts::authority_id)
        .distinct()
        .load(conn)?;
    Ok(ids.into_iter().flatten().collect())
}

/// The alerts of a case that were taken.
pub fn of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<Taken>> {
    let rows: Vec<Row> = acknowledgements::table
        .filter(acknowledgements::case_id.eq(case.as_str()))
        .select((
            acknowledgements::alert_id,
            acknowledgements::message_id,
            acknowledgements::how,
            acknowledgements::acknowledged_at,
            acknowledgements::officer,
        ))
        .load(conn)?;
    rows.into_iter().map(taken).collect()
}
