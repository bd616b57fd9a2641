//! The call list: which alerts somebody must telephone about, and what was said.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};

use super::{
    conn::DbConn,
    schema::{call_notes, calls},
};
use crate::{
    ids::{AlertId, CallId, CallNoteId, CaseId},
    named, on_each_backend,
    sealing::Sealed,
};

named! {
    /// Why nobody need telephone any more.
    pub enum CallEnd {
        /// Somebody has taken the alert.
        Taken = "taken",
        /// The alert no longer holds, or its case has ended.
        Ended = "ended",
    }
}

named! {
    /// What came of a telephone call.
    pub enum CallOutcome {
        /// Somebody took the alert.
        Taken = "taken",
        /// Nobody answered, or nobody who could take it.
        NobodyAnswered = "nobody_answered",
    }
}

/// An entry of the call list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Id.
    pub id: CallId,
    /// The alert that nobody has taken.
    pub alert: AlertId,
    /// Its case.
    pub case_id: CaseId,
    /// Since when.
    pub opened_at: DateTime<Utc>,
    /// Since when nobody need telephone any more, and why.
    pub closed: Option<(DateTime<Utc>, CallEnd)>,
}

/// A telephone call that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallNote {
    /// Id; what was said is sealed for it.
    pub id: CallNoteId,
    /// The entry of the list.
    pub call: CallId,
    /// When it was noted.
    pub noted_at: DateTime<Utc>,
    /// What came of it.
    pub outcome: CallOutcome,
    /// Who telephoned.
    pub noted_by: String,
    /// What was said.
    pub said: Option<Sealed>,
}

fn unknown(error: crate::domain::names::UnknownName) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(error.into())
}

type Row = (
    String,
    String,
    String,
    NaiveDateTime,
    Option<NaiveDateTime>,
    Option<String>,
);

fn call((id, alert, case, opened_at, closed_at, because): Row) -> QueryResult<Call> {
    let because = because
        .map(CallEnd::try_from)
        .transpose()
        .map_err(unknown)?;
    Ok(Call {
        id: id.into(),
        alert: alert.into(),
        case_id: case.into(),
        opened_at: opened_at.and_utc(),
        closed: closed_at.map(|at| at.and_utc()).zip(because),
    })
}

/// Puts an alert on the call list, where it stands once.
pub fn open(
    conn: &mut DbConn,
    alert: &AlertId,
    case: &CaseId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let row = (
        calls::id.eq(CallId::generate().as_str().to_owned()),
        calls::alert_id.eq(alert.as_str()),
        calls::case_id.eq(case.as_str()),
        calls::opened_at.eq(now.naive_utc()),
    );
    on_each_backend!(conn, |inner| diesel::insert_into(calls::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(inner))?;
    Ok(())
}

/// Takes an alert off the call list.
pub fn close(
    conn: &mut DbConn,
    alert: &AlertId,
    because: CallEnd,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let open = calls::table
        .filter(calls::alert_id.eq(alert.as_str()))
        .filter(calls::closed_at.is_null());
    diesel::update(open)
        .set((
            calls::closed_at.eq(now.naive_utc()),
            calls::closed_because.eq(because.as_str()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes every alert of a case that has ended off the call list.
pub fn close_of_case(conn: &mut DbConn, case: &CaseId, now: DateTime<Utc>) -> QueryResult<()> {
    let open = calls::table
        .filter(calls::case_id.eq(case.as_str()))
        .filter(calls::closed_at.is_null());
    diesel::update(open)
        .set((
            calls::closed_at.eq(now.naive_utc()),
            calls::closed_because.eq(CallEnd::Ended.as_str()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Entries that are open, the oldest first.
pub fn open_ones(conn: &mut DbConn, limit: i64) -> QueryResult<Vec<Call>> {
    let rows: Vec<Row> = calls::table
        .filter(calls::closed_at.is_null())
        .order((calls::opened_at, calls::id))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(call).collect()
}

/// The entry `id`.
pub fn find(conn: &mut DbConn, id: &CallId) -> QueryResult<Option<Call>> {
    let row: Option<Row> = calls::table.find(id.as_str()).first(conn).optional()?;
    row.map(call).transpose()
}

/// The entries of a case.
pub fn of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<Call>> {
    let rows: Vec<Row> = calls::table
        .filter(calls::case_id.eq(case.as_str()))
        .order((calls::opened_at, calls::id))
        .load(conn)?;
    rows.into_iter().map(call).collect()
}

/// Notes a telephone call.
pub fn note(conn: &mut DbConn, note: &CallNote) -> QueryResult<()> {
    let row = (
        call_notes::id.eq(note.id.as_str()),
        call_notes::call_id.eq(note.call.as_str()),
        call_notes::noted_at.eq(note.noted_at.naive_utc()),
        call_notes::outcome.eq(note.outcome.as_str()),
        call_notes::noted_by.eq(note.noted_by.as_str()),
        call_notes::said.eq(note.said.as_ref().map(Sealed::as_stored)),
    );
    on_each_backend!(conn, |inner| diesel::insert_into(call_notes::table)
        .values(row)
        .execute(inner))?;
    Ok(())
}

/// The telephone calls of these entries, the oldest first.
pub fn notes(conn: &mut DbConn, of: &[&CallId]) -> QueryResult<Vec<CallNote>> {
    type NoteRow = (
        String,
        String,
        NaiveDateTime,
        String,
        String,
        Option<String>,
    );
    let ids: Vec<&str> = of.iter().map(|id| id.as_str()).collect();
    let rows: Vec<NoteRow> = call_notes::table
        .filter(call_notes::call_id.eq_any(ids))
        .order((call_notes::noted_at, call_notes::id))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, call, noted_at, outcome, noted_by, said)| {
            Ok(CallNote {
                id: id.into(),
                call: call.into(),
                noted_at: noted_at.and_utc(),
                outcome: CallOutcome::try_from(outcome).map_err(unknown)?,
                noted_by,
                said: said.map(Sealed::from),
            })
        })
        .collect()
}
