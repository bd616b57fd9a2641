//! The ladders of alerts: what is due, who climbs, what came of it.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};
use serde::{Deserialize, Serialize};

use super::{
    conn::DbConn,
    schema::{acknowledgements, alerts, calls, ladder_rungs, outbox},
};
use crate::{
    domain::ladder::{RungId, RungKind},
    ids::{AlertId, CaseId},
    on_each_backend,
    store::outbox::MessageStatus,
};

/// A rung that was climbed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Climbed {
    /// The alert whose ladder it is.
    pub alert: AlertId,
    /// Which rung.
    pub rung: RungId,
    /// When.
    pub fired_at: DateTime<Utc>,
    /// What came of it.
    pub reached: Reached,
}

/// Whom a rung reached; nobody where both are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Addresses that were written to.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// Authorities that were told, or that stand in, by their ids.
    #[serde(default)]
    pub authorities: Vec<String>,
    /// Whether it is on the call list.
    #[serde(default)]
    pub called: bool,
}

impl Reached {
    /// Whether anybody was reached.
    pub fn anybody(&self) -> bool {
        !self.addresses.is_empty() || !self.authorities.is_empty() || self.called
    }
}

/// The alerts whose next rung is due at `now`, the longest due first.
pub fn due(conn: &mut DbConn, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<AlertId>> {
    let ids: Vec<String> = alerts::table
        .filter(alerts::next_at.le(now.naive_utc()))
        .order((alerts::next_at, alerts::id))
        .limit(limit)
        .select(alerts::id)
        .load(conn)?;
    Ok(ids.into_iter().map(AlertId::from).collect())
}

/// The alerts that climb, for whoever has other rules now.
pub fn climbing(conn: &mut DbConn) -> QueryResult<Vec<AlertId>> {
    let ids: Vec<String> = alerts::table
        .filter(alerts::next_at.is_not_null())
        .order((alerts::next_at, alerts::id))
        .select(alerts::id)
        .load(conn)?;
    Ok(ids.into_iter().map(AlertId::from).collect())
}

/// Takes the turn to climb: of several processes that saw the same `rung`, one gets `true`, and holds the
/// row until its transaction ends. `false` also where the alert rests meanwhile.
pub fn claim(conn: &mut DbConn, id: &AlertId, rung: i32, now: DateTime<Utc>) -> QueryResult<bool> {
    let as_seen = alerts::table
        .find(id.as_str())
        .filter(alerts::rung.eq(rung))
        .filter(alerts::next_at.le(now.naive_utc()))
        .filter(alerts::ended_at.is_null());
    let claimed = diesel::update(as_seen)
        .set(alerts::rung.eq(alerts::rung + 1))
        .execute(conn)?;
    Ok(claimed == 1)
}

/// Says when the next rung is due; `None` is rest. An alert that has ended rests.
pub fn set_next(conn: &mut DbConn, id: &AlertId, at: Option<DateTime<Utc>>) -> QueryResult<()> {
    let holding = alerts::table
        .find(id.as_str())
        .filter(alerts::ended_at.is_null());
    diesel::update(holding)
        .set(alerts::next_at.eq(at.map(|at| at.naive_utc())))
        .execute(conn)?;
    Ok(())
}

/// Begins the ladder of an alert that holds and has none.
pub fn begin(
    conn: &mut DbConn,
    id: &AlertId,
    since: DateTime<Utc>,
    next_at: DateTime<Utc>,
) -> QueryResult<()> {
    let without = alerts::table
        .find(id.as_str())
        .filter(alerts::ended_at.is_null())
        .filter(alerts::climbs_since.is_null());
    diesel::update(without)
        .set((
            alerts::climbs_since.eq(since.naive_utc()),
            alerts::next_at.eq(next_at.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Makes the next rung due at `now` at the latest, where the alert climbs.
pub fn hurry(conn: &mut DbConn, id: &AlertId, now: DateTime<Utc>) -> QueryResult<bool> {
    let later = alerts::table
        .find(id.as_str())
        .filter(alerts::next_at.gt(now.naive_utc()));
    let hurried = diesel::update(later)
        .set(alerts::next_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(hurried == 1)
}

/// Lets every alert of a case rest.
pub fn rest_of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<()> {
    let climbing = alerts::table
        .filter(alerts::case_id.eq(case.as_str()))
        .filter(alerts::next_at.is_not_null());
    diesel::update(climbing)
        .set(alerts::next_at.eq(None::<NaiveDateTime>))
        .execute(conn)?;
    Ok(())
}

/// Whether somebody has taken the alert, or one that its ladder made.
pub fn is_taken(conn: &mut DbConn, id: &AlertId) -> QueryResult<bool> {
    let of_ladder = alerts::table
        .filter(
            alerts::id
                .eq(id.as_str())
                .or(alerts::climbed_from.eq(id.as_str())),
        )
        .select(alerts::id);
    diesel::select(diesel::dsl::exists(
        acknowledgements::table.filter(acknowledgements::alert_id.eq_any(of_ladder)),
    ))
    .get_result(conn)
}

/// Which of these authorities have taken an alert of the case.
pub fn taken_by(conn: &mut DbConn, case: &CaseId, authorities: &[String]) -> QueryResult<i64> {
    acknowledgements::table
        .inner_join(alerts::table.on(alerts::id.eq(acknowledgements::alert_id)))
        .filter(acknowledgements::case_id.eq(case.as_str()))
        .filter(alerts::authority_id.eq_any(authorities.iter().map(Some)))
        .count()
        .get_result(conn)
}

/// Whether a message of the alert has left or may still leave.
pub fn has_living_address(conn: &mut DbConn, id: &AlertId) -> QueryResult<bool> {
    let dead = [MessageStatus::Failed, MessageStatus::Withdrawn].map(MessageStatus::as_str);
    let living = outbox::table
        .filter(outbox::alert_id.eq(id.as_str()))
        .filter(outbox::status.ne_all(dead))
        .filter(outbox::bounced_at.is_null());
    diesel::select(diesel::dsl::exists(living)).get_result(conn)
}

/// The addresses to which messages of these alerts went.
pub fn addresses(conn: &mut DbConn, id: &AlertId) -> QueryResult<BTreeSet<String>> {
    let all: Vec<String> = outbox::table
        .filter(outbox::alert_id.eq(id.as_str()))
        .select(outbox::recipient)
        .load(conn)?;
    Ok(all.into_iter().collect())
}

/// Notes a rung that was climbed.
pub fn insert(conn: &mut DbConn, climbed: &Climbed) -> QueryResult<()> {
    let row = (
        ladder_rungs::alert_id.eq(climbed.alert.as_str()),
        ladder_rungs::rung.eq(climbed.rung.kind.as_str()),
        ladder_rungs::nth.eq(climbed.rung.nth),
        ladder_rungs::fired_at.eq(climbed.fired_at.naive_utc()),
        ladder_rungs::details.eq(super::as_json(&climbed.reached)?),
    );
    on_each_backend!(conn, |inner| diesel::insert_into(ladder_rungs::table)
        .values(row)
        .execute(inner))?;
    Ok(())
}

type Row = (String, String, i32, NaiveDateTime, String);

fn climbed((alert, rung, nth, fired_at, details): Row) -> QueryResult<Climbed> {
    let kind = RungKind::try_from(rung)
        .map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
    Ok(Climbed {
        alert: alert.into(),
        rung: RungId { kind, nth },
        fired_at: fired_at.and_utc(),
        reached: super::from_json(&details)?,
    })
}

/// The rungs that an alert has climbed, the first first.
pub fn of_alert(conn: &mut DbConn, id: &AlertId) -> QueryResult<Vec<Climbed>> {
    let rows: Vec<Row> = ladder_rungs::table
        .filter(ladder_rungs::alert_id.eq(id.as_str()))
        .order((
            ladder_rungs::fired_at,
            ladder_rungs::rung,
            ladder_rungs::nth,
        ))
        .load(conn)?;
    rows.into_iter().map(climbed).collect()
}

/// The rungs that the alerts of a case have climbed, the first first.
pub fn of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<Climbed>> {
    let rows: Vec<Row> = ladder_rungs::table
        .inner_join(alerts::table)
        .filter(alerts::case_id.eq(case.as_str()))
        .order((
            ladder_rungs::fired_at,
            ladder_rungs::rung,
            ladder_rungs::nth,
        ))
        .select(ladder_rungs::all_columns)
        .load(conn)?;
    rows.into_iter().map(climbed).collect()
}

/// What waits on ladders and on the call list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Alerts that climb.
    pub ladders: i64,
    /// When the rung that is due first is due.
    pub due_at: Option<DateTime<Utc>>,
    /// Open entries of the call list.
    pub calls: i64,
    /// Since when the oldest alert of both waits for somebody to take it.
    pub oldest: Option<DateTime<Utc>>,
}

/// What waits now.
pub fn waiting(conn: &mut DbConn) -> QueryResult<Waiting> {
    use diesel::dsl::{count_star, min};

    type Found = (i64, Option<NaiveDateTime>, Option<NaiveDateTime>);
    let (ladders, due_at, since): Found = alerts::table
        .filter(alerts::next_at.is_not_null())
        .select((
            count_star(),
            min(alerts::next_at),
            min(alerts::climbs_since),
        ))
        .first(conn)?;
    let (called, called_since): (i64, Option<NaiveDateTime>) = calls::table
        .inner_join(alerts::table)
        .filter(calls::closed_at.is_null())
        .select((count_star(), min(alerts::created_at)))
        .first(conn)?;
    Ok(Waiting {
        ladders,
        due_at: due_at.map(|at| at.and_utc()),
        calls: called,
        oldest: since
            .into_iter()
            .chain(called_since)
            .min()
            .map(|at| at.and_utc()),
    })
}
