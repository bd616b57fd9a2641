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
    store::{cases::unknown, conn::DbConn, schema::case_events},
};

#[derive(Insertable, Queryable, Selectable)]
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

/// Adds `events` in one statement.
pub fn insert(conn: &mut DbConn, events: &[Event]) -> QueryResult<()> {
    if events.is_empty() {
        return Ok(());
    }
    let rows: Vec<EventRow> = events
        .iter()
        .map(|event| EventRow {
            id: event.id.as_str().to_owned(),
            case_id: event.case_id.as_str().to_owned(),
            happened_at: event.happened_at.naive_utc(),
            actor: event.actor.clone(),
            actor_role: event.actor_role.as_str().to_owned(),
            action: event.action.clone(),
            from_status: event.from_status.map(|status| status.as_str().to_owned()),
            to_status: event.to_status.as_str().to_owned(),
            reason: event.reason.clone(),
            details: event.details.to_string(),
        })
        .collect();
    insert_rows!(conn, rows, |values| diesel::insert_into(case_events::table)
        .values(values))?;
    Ok(())
}

/// The timeline of the case `id`, the oldest first.
pub fn list(conn: &mut DbConn, id: &CaseId) -> QueryResult<Vec<Event>> {
    let rows: Vec<EventRow> = case_events::table
        .filter(case_events::case_id.eq(id.as_str()))
        .order((case_events::happened_at, case_events::id))
        .select(EventRow::as_select())
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            Ok(Event {
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
                reason: row.reason,
                details: serde_json::from_str(&row.details).map_err(unknown)?,
            })
        })
        .collect()
}
