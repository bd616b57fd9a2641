//! The timeline of a case. Rows are only ever added; the database refuses anything else.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::{
    domain::{
        access::ActorRole,
        case::{CaseStatus, Event},
    },
    ids::{CaseId, EventId},
    insert_rows,
    sealing::{CaseKey, Column, SealError, Sealed},
    store::{cases::unknown, conn::DbConn, schema::case_events},
};

#[derive(Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = case_events)]
#[diesel(treat_none_as_default_value = false)]
struct EventRow {
    id: String,
    case_id: String,
    happened_at: NaiveDateTime,
    actor: String,
    actor_role: String,
    action: String,
    from_status: Option<String>,
    to_status: String,
    reason: Option<String>,
    details: String,
}

/// A row to add: reason and details are sealed.
#[derive(Clone)]
pub struct NewEvent(EventRow);

impl NewEvent {
    /// Seals `event` with the key of its case.
    pub fn seal(event: &Event, key: &CaseKey) -> Result<Self, SealError> {
        let id = event.id.as_str();
        let reason = event.reason.as_deref();
        let reason = reason.map(|reason| key.seal(Column::EventReason, id, reason));
        let details = key.seal(Column::EventDetails, id, &event.details.to_string())?;
        Ok(Self(EventRow {
            id: id.to_owned(),
            case_id: event.case_id.as_str().to_owned(),
            happened_at: event.happened_at.naive_utc(),
            actor: event.actor.clone(),
            actor_role: event.actor_role.as_str().to_owned(),
            action: event.action.clone(),
            from_status: event.from_status.map(|status| status.as_str().to_owned()),
            to_status: event.to_status.as_str().to_owned(),
            reason: reason.transpose()?.map(Sealed::into_stored),
            details: details.into_stored(),
        }))
    }
}

impl std::fmt::Debug for NewEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewEvent({})", self.0.id)
    }
}

/// Adds `event` to a case that has others. It stands behind them: of two that wait for each other, the one that began
/// first may be written last, and a timeline tells in which order the case changed.
pub fn append(conn: &mut DbConn, event: NewEvent) -> QueryResult<()> {
    let NewEvent(mut row) = event;
    let last: Option<NaiveDateTime> = case_events::table
        .filter(case_events::case_id.eq(&row.case_id))
        .select(diesel::dsl::max(case_events::happened_at))
        .get_result(conn)?;
    row.happened_at = last.map_or(row.happened_at, |last| last.max(row.happened_at));
    insert(conn, vec![NewEvent(row)])
}

/// Adds `events` of a new case in one statement.
pub fn insert(conn: &mut DbConn, events: Vec<NewEvent>) -> QueryResult<()> {
    let rows: Vec<EventRow> = events.into_iter().map(|event| event.0).collect();
    if rows.is_empty() {
        return Ok(());
    }
    insert_rows!(conn, rows, |values| diesel::insert_into(case_events::table)
        .values(values))?;
    Ok(())
}

/// How many rows the timeline of the case `id` has.
pub fn count(conn: &mut DbConn, id: &CaseId) -> QueryResult<i64> {
    case_events::table
        .filter(case_events::case_id.eq(id.as_str()))
        .count()
        .get_result(conn)
}

/// The timeline of the case `id`, the oldest first, opened with the case's key.
pub fn list(conn: &mut DbConn, id: &CaseId, key: &CaseKey) -> QueryResult<Vec<Event>> {
    let rows: Vec<EventRow> = case_events::table
        .filter(case_events::case_id.eq(id.as_str()))
        .order((case_events::happened_at, case_events::id))
        .select(EventRow::as_select())
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            let open =
                |column, text: String| key.open(column, &row.id, &text.into()).map_err(unknown);
            let reason = row.reason.map(|text| open(Column::EventReason, text));
            let details = open(Column::EventDetails, row.details)?;
            Ok(Event {
                reason: reason.transpose()?,
                details: serde_json::from_str(&details).map_err(unknown)?,
                id: EventId::from(row.id),
                case_id: CaseId::from(row.case_id),
                happened_at: row.happened_at.and_utc(),
                actor: row.actor,
                actor_role: ActorRole::try_from(row.actor_role).map_err(unknown)?,
                action: row.action,
                from_status: row
                    .from_status
                    .map(CaseStatus::try_from)
                    .transpose()
                    .map_err(unknown)?,
                to_status: CaseStatus::try_from(row.to_status).map_err(unknown)?,
            })
        })
        .collect()
}
