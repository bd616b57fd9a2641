//! The legal time limits of cases. A clock that restarts is a new row with the next round.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::{
    domain::clocks::{Clock, ClockId},
    ids::CaseId,
    insert_rows,
    store::{cases::unknown, conn::DbConn, schema::clocks},
};

#[derive(Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = clocks)]
#[diesel(primary_key(case_id, clock, round))]
#[diesel(treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
struct ClockRow {
    case_id: String,
    clock: String,
    round: i32,
    starts_at: NaiveDateTime,
    due_raw: NaiveDateTime,
    due_rolled: NaiveDateTime,
    stopped_at: Option<NaiveDateTime>,
    stopped_because: Option<String>,
    extended_days: i32,
    basis: String,
    derivation: String,
    paused_at: Option<NaiveDateTime>,
    paused_days: i32,
    about: Option<i32>,
}

/// Adds `new` clocks of the case `id` in one statement.
pub fn insert(conn: &mut DbConn, id: &CaseId, new: &[Clock]) -> QueryResult<()> {
    if new.is_empty() {
        return Ok(());
    }
    let rows = new
        .iter()
        .map(|clock| to_row(id, clock))
        .collect::<QueryResult<Vec<_>>>()?;
    insert_rows!(conn, rows, |values| diesel::insert_into(clocks::table)
        .values(values))?;
    Ok(())
}

/// Writes `changed` clocks of the case `id` as they are now: stopped, or extended.
pub fn update(conn: &mut DbConn, id: &CaseId, changed: &[Clock]) -> QueryResult<()> {
    for clock in changed {
        let row = to_row(id, clock)?;
        diesel::update(clocks::table.find((id.as_str(), clock.id.as_str(), clock.round)))
            .set(row)
            .execute(conn)?;
    }
    Ok(())
}

/// The clocks of the case `id`, by name and round.
pub fn list(conn: &mut DbConn, id: &CaseId) -> QueryResult<Vec<Clock>> {
    let rows: Vec<ClockRow> = clocks::table
        .filter(clocks::case_id.eq(id.as_str()))
        .order((clocks::clock, clocks::round))
        .select(ClockRow::as_select())
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            Ok(Clock {
                id: ClockId::try_from(row.clock).map_err(unknown)?,
                round: row.round,
                starts_at: row.starts_at.and_utc(),
                due_raw: row.due_raw.and_utc(),
                due_rolled: row.due_rolled.and_utc(),
                stopped_at: row.stopped_at.map(|moment| moment.and_utc()),
                stopped_because: row.stopped_because,
                extended_days: row.extended_days,
                paused_at: row.paused_at.map(|moment| moment.and_utc()),
                paused_days: row.paused_days,
                about: row.about,
                basis: serde_json::from_str(&row.basis).map_err(unknown)?,
                derivation: serde_json::from_str(&row.derivation).map_err(unknown)?,
            })
        })
        .collect()
}

fn to_row(id: &CaseId, clock: &Clock) -> QueryResult<ClockRow> {
    let json =
        |error: serde_json::Error| diesel::result::Error::SerializationError(Box::new(error));
    Ok(ClockRow {
        case_id: id.as_str().to_owned(),
        clock: clock.id.as_str().to_owned(),
        round: clock.round,
        starts_at: clock.starts_at.naive_utc(),
        due_raw: clock.due_raw.naive_utc(),
        due_rolled: clock.due_rolled.naive_utc(),
        stopped_at: clock.stopped_at.map(|moment| moment.naive_utc()),
        stopped_because: clock.stopped_because.clone(),
        extended_days: clock.extended_days,
        basis: serde_json::to_string(&clock.basis).map_err(json)?,
        derivation: serde_json::to_string(&clock.derivation).map_err(json)?,
        paused_at: clock.paused_at.map(|moment| moment.naive_utc()),
        paused_days: clock.paused_days,
        about: clock.about,
    })
}
