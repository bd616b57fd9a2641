//! What came back of messages.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};

use super::{
    conn::DbConn,
    outbox::MessageStatus,
    schema::{acknowledgements, alerts, bounces, cases, delivery_attempts, outbox},
};
use crate::{
    domain::bounce::{ReturnKind, Returned},
    ids::{AlertId, BounceId, CaseId, MessageId},
    on_each_backend,
};

/// So many are kept of one message: a program that answers every answer fills no disk.
pub const MOST_OF_A_MESSAGE: i64 = 20;

/// Something that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// What it says.
    pub returned: Returned,
}

/// The message that a return address belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The alert that it carried, where it did.
    pub alert_id: Option<AlertId>,
    /// The case that it was about.
    pub case_id: Option<CaseId>,
    /// Receipt number of the case.
    pub receipt_no: Option<String>,
    /// Whom it was written to.
    pub recipient: String,
    /// Whether the alert has ended, or somebody has taken it.
    pub is_settled: bool,
    /// How often a server took it.
    pub handed_over: i64,
}

/// The message of this id, with what is known of its alert.
pub fn origin(conn: &mut DbConn, id: &MessageId) -> QueryResult<Option<Origin>> {
    let row: Option<(Option<String>, Option<String>, String)> = outbox::table
        .find(id.as_str())
        .select((outbox::alert_id, outbox::case_id, outbox::recipient))
        .first(conn)
        .optional()?;
    let Some((alert_id, case_id, recipient)) = row else {
        return Ok(None);
    };
    let receipt_no = match &case_id {
        Some(case) => cases::table
            .find(case)
            .select(cases::receipt_no)
            .first(conn)
            .optional()?,
        None => None,
    };
    let is_settled = match &alert_id {
        None => false,
        Some(alert) => {
            let ended = alerts::table
                .find(alert)
                .filter(alerts::ended_at.is_not_null());
            let taken = acknowledgements::table.find(alert);
            diesel::select(diesel::dsl::exists(ended)).get_result(conn)?
                || diesel::select(diesel::dsl::exists(taken)).get_result(conn)?
        }
    };
    let handed_over = delivery_attempts::table
        .filter(delivery_attempts::message_id.eq(id.as_str()))
        .filter(delivery_attempts::outcome.eq(MessageStatus::Sent.as_str()))
        .count()
        .get_result(conn)?;
    Ok(Some(Origin {
        alert_id: alert_id.map(AlertId::from),
        case_id: case_id.map(CaseId::from),
        receipt_no,
        recipient,
        is_settled,
        handed_over,
    }))
}

/// How much has come back of a message.
pub fn count_of(conn: &mut DbConn, message: &MessageId) -> QueryResult<i64> {
    bounces::table
        .filter(bounces::message_id.eq(message.as_str()))
        .count()
        .get_result(conn)
}

/// Notes what came back; `false` where it was noted before under this key.
pub fn insert(
    conn: &mut DbConn,
    message: &MessageId,
    case: Option<&CaseId>,
    bounce: &Bounce,
    dedup_key: &str,
) -> QueryResult<bool> {
    let row = (
        bounces::id.eq(BounceId::generate().as_str().to_owned()),
        bounces::message_id.eq(message.as_str()),
        bounces::case_id.eq(case.map(CaseId::as_str)),
        bounces::received_at.eq(bounce.received_at.naive_utc()),
        bounces::kind.eq(bounce.returned.kind.as_str()),
        bounces::status_code.eq(bounce.returned.status.as_deref()),
        bounces::diagnostic.eq(bounce.returned.diagnostic.as_deref()),
        bounces::dedup_key.eq(dedup_key),
    );
    let inserted = on_each_backend!(conn, |inner| diesel::insert_into(bounces::table)
        .values(row)
        .on_conflict(bounces::dedup_key)
        .do_nothing()
        .execute(inner))?;
    Ok(inserted == 1)
}

/// Notes that a message will not arrive although a server had taken it.
pub fn note_on_message(
    conn: &mut DbConn,
    message: &MessageId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(outbox::table.find(message.as_str()))
        .set(outbox::bounced_at.eq(now.naive_utc()))
        .execute(conn)
        .map(|_| ())
}

type Row = (
    String,
    NaiveDateTime,
    String,
    Option<String>,
    Option<String>,
);

/// What came back of the messages of a case, oldest first.
pub fn of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<HashMap<String, Vec<Bounce>>> {
    let rows: Vec<Row> = bounces::table
        .filter(bounces::case_id.eq(case.as_str()))
        .order((bounces::received_at, bounces::id))
        .select((
            bounces::message_id,
            bounces::received_at,
            bounces::kind,
            bounces::status_code,
            bounces::diagnostic,
        ))
        .load(conn)?;
    let mut found = HashMap::<String, Vec<Bounce>>::new();
    for (message, received_at, kind, status, diagnostic) in rows {
        let bounce = Bounce {
            received_at: received_at.and_utc(),
            returned: Returned {
                kind: ReturnKind::parse(&kind).unwrap_or(ReturnKind::Unknown),
                status,
                diagnostic,
            },
        };
        found.entry(message).or_default().push(bounce);
    }
    Ok(found)
}

/// How much has ever come back, by kind.
pub fn counts(conn: &mut DbConn) -> QueryResult<Vec<(ReturnKind, i64)>> {
    let rows: Vec<(String, i64)> = bounces::table
        .group_by(bounces::kind)
        .select((bounces::kind, diesel::dsl::count_star()))
        .load(conn)?;
    let of = |kind: ReturnKind| rows.iter().find(|(name, _)| name == kind.as_str());
    Ok(ReturnKind::ALL
        .iter()
        .map(|kind| (*kind, of(*kind).map_or(0, |(_, count)| *count)))
        .collect())
}
