//! The links of delivered mails.
//!
//! Each copy of a message that leaves has a secret of its own. Only its hash is stored, so nobody
//! who reads the database can open a case with it.

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use diesel::{QueryResult, prelude::*};
use sha2::{Digest, Sha256};

use super::{conn::DbConn, schema::alert_links};
use crate::{
    ids::{CaseId, MessageId},
    on_each_backend,
};

/// How long a link opens the case: long enough for a fortnight's leave, short enough that an old
/// mailbox is no key to the archive.
pub const LIFETIME: TimeDelta = TimeDelta::days(14);

/// A link to be remembered.
pub struct NewLink {
    /// Hash of its secret.
    pub secret_hash: String,
    /// The message that carries it.
    pub message_id: MessageId,
    /// The case that it opens.
    pub case_id: CaseId,
    /// First moment at which it no longer does.
    pub expires_at: DateTime<Utc>,
}

/// What a link opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkTarget {
    /// The case.
    pub case_id: CaseId,
    /// The message that carried the link.
    pub message_id: MessageId,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = alert_links, treat_none_as_default_value = false)]
struct LinkRow<'a> {
    secret_hash: &'a str,
    message_id: &'a str,
    case_id: &'a str,
    expires_at: chrono::NaiveDateTime,
}

/// A fresh secret: 32 bytes of the operating system, as base64url.
pub fn new_secret() -> QueryResult<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// What is stored of a secret: its SHA-256 in hexadecimal digits.
pub fn hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

/// Remembers links.
pub fn insert_many(conn: &mut DbConn, links: &[NewLink]) -> QueryResult<()> {
    let rows: Vec<LinkRow<'_>> = links
        .iter()
        .map(|link| LinkRow {
            secret_hash: &link.secret_hash,
            message_id: link.message_id.as_str(),
            case_id: link.case_id.as_str(),
            expires_at: link.expires_at.naive_utc(),
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    on_each_backend!(conn, |c| diesel::insert_into(alert_links::table)
        .values(&rows)
        .execute(c))?;
    Ok(())
}

/// What the link with this hash opens at `now`; `None` where there is none, or no longer.
pub fn find(
    conn: &mut DbConn,
    secret_hash: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<LinkTarget>> {
    let row: Option<(String, String, chrono::NaiveDateTime)> = alert_links::table
        .find(secret_hash)
        .filter(alert_links::expires_at.gt(now.naive_utc()))
        .select((
            alert_links::case_id,
            alert_links::message_id,
            alert_links::expires_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(case_id, message_id, expires_at)| LinkTarget {
        case_id: case_id.into(),
        message_id: message_id.into(),
        expires_at: expires_at.and_utc(),
    }))
}
