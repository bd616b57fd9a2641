//! The ledger of all alerts, searched: one entry for each message, the newest first.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};

use super::{
    alerts::{AlertEnd, AlertStatus},
    cases::unknown,
    conn::DbConn,
    outbox::{BOUNCED_AS, MessageStatus},
    retention,
    schema::{acknowledgements, alerts, case_audiences, cases, notices, outbox},
};
use crate::{
    domain::{
        access::Sight, authority::Role, contact::Channel, notice::NoticeState,
        routing::AuthorityName,
    },
    ids::{AlertId, CaseId, MessageId},
};

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Receipt number of the case.
    pub receipt_no: Option<String>,
    /// Where it went.
    pub address: Option<String>,
    /// Where it stands.
    pub status: Option<AlertStatus>,
    /// Id of the authority.
    pub authority: Option<String>,
    /// Noted at this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Noted before this moment.
    pub to: Option<DateTime<Utc>>,
}

/// A message of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The message.
    pub id: MessageId,
    /// The alert.
    pub alert: AlertId,
    /// The case.
    pub case_id: CaseId,
    /// Its receipt number.
    pub receipt_no: String,
    /// In which role somebody is told.
    pub role: Role,
    /// Who.
    pub authority: Option<AuthorityName>,
    /// How.
    pub channel: Channel,
    /// Where.
    pub address: String,
    /// Where the alert stands at this address.
    pub status: AlertStatus,
    /// When it was noted.
    pub noted_at: DateTime<Utc>,
    /// When it left, or was given up.
    pub settled_at: Option<DateTime<Utc>>,
    /// When its link was first opened.
    pub opened_at: Option<DateTime<Utc>>,
    /// How often it was tried.
    pub attempts: i32,
}

#[derive(Queryable)]
struct Row {
    id: String,
    alert: String,
    case_id: String,
    receipt_no: String,
    role: String,
    authority_id: Option<String>,
    authority_name: Option<String>,
    ended_because: Option<String>,
    channel: String,
    address: String,
    status: String,
    noted_at: NaiveDateTime,
    settled_at: Option<NaiveDateTime>,
    opened_at: Option<NaiveDateTime>,
    bounced_at: Option<NaiveDateTime>,
    attempts: i32,
}

/// The messages within `sight` that `filter` asks for, after `after`; at most `limit`.
pub fn search(
    conn: &mut DbConn,
    sight: &Sight,
    filter: &DeliveryFilter,
    after: Option<&MessageId>,
    limit: i64,
) -> QueryResult<Vec<Delivery>> {
    let held = notices::table
        .filter(notices::state.eq(NoticeState::Held.as_str()))
        .select(notices::case_id);
    let mut query = outbox::table
        .inner_join(alerts::table.inner_join(cases::table))
        .filter(cases::id.ne_all(held))
        .filter(retention::is_there())
        .into_boxed();
    match sight {
        Sight::Nothing => return Ok(Vec::new()),
        Sight::All => {}
        Sight::Audiences(keys) => {
            let seen = case_audiences::table
                .filter(case_audiences::audience.eq_any(keys))
                .filter(case_audiences::case_id.eq(cases::id));
            query = query.filter(diesel::dsl::exists(seen));
        }
    }
    if let Some(receipt) = &filter.receipt_no {
        query = query.filter(cases::receipt_no.eq(receipt));
    }
    if let Some(address) = &filter.address {
        // As it was typed into the directory, or in small letters.
        query = query.filter(outbox::recipient.eq_any([address.clone(), address.to_lowercase()]));
    }
    if let Some(authority) = &filter.authority {
        query = query.filter(alerts::authority_id.eq(authority));
    }
    if let Some(from) = filter.from {
        query = query.filter(outbox::created_at.ge(from.naive_utc()));
    }
    if let Some(to) = filter.to {
        query = query.filter(outbox::created_at.lt(to.naive_utc()));
    }
    if let Some(after) = after {
        query = query.filter(outbox::id.lt(after.as_str()));
    }
    if let Some(status) = filter.status {
        let ended = |end: AlertEnd| alerts::ended_because.eq(end.as_str());
        let stands = || alerts::ended_at.is_null();
        let taken_here = || {
            acknowledgements::table
                .filter(acknowledgements::alert_id.eq(alerts::id))
                .filter(
                    acknowledgements::message_id
                        .is_null()
                        .or(acknowledgements::message_id.eq(outbox::id.nullable())),
                )
        };
        let not_taken = || diesel::dsl::not(diesel::dsl::exists(taken_here()));
        query = match status {
            AlertStatus::Refused => query.filter(ended(AlertEnd::Refused)),
            AlertStatus::Superseded => query.filter(ended(AlertEnd::Superseded)),
            AlertStatus::Withdrawn => query.filter(
                stands()
                    .and(outbox::status.eq(MessageStatus::Withdrawn.as_str()))
                    .or(ended(AlertEnd::Withdrawn)),
            ),
            AlertStatus::Acknowledged => query
                .filter(stands())
                .filter(diesel::dsl::exists(taken_here())),
            AlertStatus::Bounced => query
                .filter(stands())
                .filter(not_taken())
                .filter(outbox::bounced_at.is_not_null())
                .filter(outbox::status.eq_any(BOUNCED_AS)),
            AlertStatus::Queued
            | AlertStatus::Sent
            | AlertStatus::Delayed
            | AlertStatus::Failed => query
                .filter(stands())
                .filter(not_taken())
                .filter(outbox::status.eq(status.as_str()))
                .filter(
                    outbox::bounced_at
                        .is_null()
                        .or(outbox::status.ne_all(BOUNCED_AS)),
                ),
            // Such an alert has no message.
            AlertStatus::Undeliverable => return Ok(Vec::new()),
        };
    }
    let rows: Vec<Row> = query
        .order(outbox::id.desc())
        .limit(limit)
        .select((
            outbox::id,
            alerts::id,
            cases::id,
            cases::receipt_no,
            alerts::role,
            alerts::authority_id,
            alerts::authority_name,
            alerts::ended_because,
            outbox::channel,
            outbox::recipient,
            outbox::status,
            outbox::created_at,
            outbox::settled_at,
            outbox::opened_at,
            outbox::bounced_at,
            outbox::attempts,
        ))
        .load(conn)?;
    let ids: Vec<&str> = rows.iter().map(|row| row.alert.as_str()).collect();
    let taken: Vec<(String, Option<String>)> = acknowledgements::table
        .filter(acknowledgements::alert_id.eq_any(ids))
        .select((acknowledgements::alert_id, acknowledgements::message_id))
        .load(conn)?;
    let taken: HashMap<String, Option<String>> = taken.into_iter().collect();
    rows.into_iter().map(|row| delivery(row, &taken)).collect()
}

fn delivery(row: Row, taken: &HashMap<String, Option<String>>) -> QueryResult<Delivery> {
    let by = taken.get(&row.alert);
    let is_taken_here = by.is_some_and(|by| by.as_ref().is_none_or(|id| *id == row.id));
    let status = match (&row.ended_because, row.bounced_at) {
        (Some(end), _) => match AlertEnd::try_from(end.clone()).map_err(unknown)? {
            AlertEnd::Superseded => AlertStatus::Superseded,
            AlertEnd::Withdrawn => AlertStatus::Withdrawn,
            AlertEnd::Refused => AlertStatus::Refused,
        },
        (None, _) if is_taken_here => AlertStatus::Acknowledged,
        (None, Some(_)) if BOUNCED_AS.contains(&row.status.as_str()) => AlertStatus::Bounced,
        _ => AlertStatus::try_from(row.status).map_err(unknown)?,
    };
    Ok(Delivery {
        id: row.id.into(),
        alert: row.alert.into(),
        case_id: row.case_id.into(),
        receipt_no: row.receipt_no,
        role: Role::try_from(row.role).map_err(unknown)?,
        authority: row
            .authority_id
            .zip(row.authority_name)
            .map(|(id, name)| AuthorityName { id, name }),
        channel: Channel::try_from(row.channel).map_err(unknown)?,
        address: row.address,
        status,
        noted_at: row.noted_at.and_utc(),
        settled_at: row.settled_at.map(|at| at.and_utc()),
        opened_at: row.opened_at.map(|at| at.and_utc()),
        attempts: row.attempts,
    })
}
