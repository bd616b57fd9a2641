//! What an operator must look at.

use chrono::{DateTime, Utc};
use diesel::{QueryResult, prelude::*};

use super::{
    conn::DbConn,
    outbox::{self, NewMessage},
    schema::alarms,
};
use crate::{
    domain::{
        contact::Channel,
        delivery::Priority,
        message::{Alarm, AlarmKind, Message},
    },
    ids::{AlarmId, CaseId, MessageId},
    on_each_backend,
};

/// An alarm as it was raised.
#[derive(Debug, Clone, PartialEq)]
pub struct RaisedAlarm {
    /// Id.
    pub id: AlarmId,
    /// What it is about.
    pub alarm: Alarm,
}

#[derive(Insertable)]
#[diesel(table_name = alarms, treat_none_as_default_value = false)]
struct NewAlarmRow<'a> {
    id: String,
    kind: &'a str,
    case_id: Option<&'a str>,
    dedup_key: &'a str,
    details: String,
    raised_at: chrono::NaiveDateTime,
}

/// Raises `alarm`, unless one with the same key was raised before. Whether it is new.
pub fn raise(conn: &mut DbConn, alarm: &Alarm, dedup_key: &str) -> QueryResult<bool> {
    let row = NewAlarmRow {
        id: AlarmId::generate().as_str().to_owned(),
        kind: alarm.alarm.as_str(),
        case_id: alarm.case_id.as_deref(),
        dedup_key,
        details: super::as_json(alarm)?,
        raised_at: alarm.raised_at.naive_utc(),
    };
    let inserted = on_each_backend!(conn, |c| diesel::insert_into(alarms::table)
        .values(&row)
        .on_conflict(alarms::dedup_key)
        .do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Raises `alarm` and, where it is new, writes to the operator. Whether it is new.
pub fn raise_and_tell(
    conn: &mut DbConn,
    alarm: &Alarm,
    dedup_key: &str,
    operator: Option<&str>,
) -> QueryResult<bool> {
    if !raise(conn, alarm, dedup_key)? {
        return Ok(false);
    }
    if let Some(operator) = operator {
        let message = NewMessage {
            id: MessageId::generate(),
            alert_id: None,
            case_id: alarm.case_id.clone().map(CaseId::from),
            channel: Channel::Email,
            contact: None,
            priority: Priority::Urgent,
            recipient: operator.to_owned(),
            // Names a case and no person: the operator hears of it also when keys are missing.
            payload: outbox::payload(&Message::OperatorAlarm(alarm.clone()))?.into(),
            dedup_key: format!("alarm/{dedup_key}"),
            noted_at: alarm.raised_at,
        };
        outbox::enqueue(conn, vec![message])?;
    }
    Ok(true)
}

/// The latest alarms, newest first; only those before `before` where that is given.
pub fn list(
    conn: &mut DbConn,
    before: Option<(DateTime<Utc>, &AlarmId)>,
    limit: i64,
) -> QueryResult<Vec<RaisedAlarm>> {
    let mut query = alarms::table
        .select((alarms::id, alarms::details))
        .order((alarms::raised_at.desc(), alarms::id.desc()))
        .limit(limit)
        .into_boxed();
    if let Some((raised_at, id)) = before {
        let raised_at = raised_at.naive_utc();
        query = query.filter(
            alarms::raised_at.le(raised_at).and(
                alarms::raised_at
                    .lt(raised_at)
                    .or(alarms::id.lt(id.as_str().to_owned())),
            ),
        );
    }
    let rows: Vec<(String, String)> = query.load(conn)?;
    rows.into_iter()
        .map(|(id, details)| {
            Ok(RaisedAlarm {
                id: id.into(),
                alarm: super::from_json(&details)?,
            })
        })
        .collect()
}

/// How many alarms of a kind were ever raised.
pub fn count(conn: &mut DbConn, kind: AlarmKind) -> QueryResult<i64> {
    alarms::table
        .filter(alarms::kind.eq(kind.as_str()))
        .count()
        .get_result(conn)
}

/// How many alarms were ever raised.
pub fn count_all(conn: &mut DbConn) -> QueryResult<i64> {
    alarms::table.count().get_result(conn)
}
