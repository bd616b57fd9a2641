//! Alerts that are not their reader's.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};

use super::{as_json, conn::DbConn, from_json, schema::refusals};
use crate::{
    ids::{AlertId, CaseId, MessageId},
    sealing::Sealed,
};

/// An alert that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The alert.
    pub alert: AlertId,
    /// The mail whose link was used.
    pub message: MessageId,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom: an [`Officer`](crate::domain::acknowledgement::Officer) as JSON.
    pub officer: Sealed,
    /// Who is told instead: ids of the directory.
    pub passed_to: Vec<String>,
}

/// Notes that an alert was refused.
pub fn insert(conn: &mut DbConn, case: &CaseId, refused: &Refused) -> QueryResult<()> {
    diesel::insert_into(refusals::table)
        .values((
            refusals::alert_id.eq(refused.alert.as_str()),
            refusals::case_id.eq(case.as_str()),
            refusals::message_id.eq(refused.message.as_str()),
            refusals::refused_at.eq(refused.at.naive_utc()),
            refusals::officer.eq(refused.officer.as_stored()),
            refusals::passed_to.eq(as_json(&refused.passed_to)?),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The alerts of a case that were refused.
pub fn of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<Refused>> {
    let rows: Vec<(String, String, NaiveDateTime, String, String)> = refusals::table
        .filter(refusals::case_id.eq(case.as_str()))
        .select((
            refusals::alert_id,
            refusals::message_id,
            refusals::refused_at,
            refusals::officer,
            refusals::passed_to,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(alert, message, at, officer, passed_to)| {
            Ok(Refused {
                alert: alert.into(),
                message: message.into(),
                at: at.and_utc(),
                officer: officer.into(),
                passed_to: from_json(&passed_to)?,
            })
        })
        .collect()
}
