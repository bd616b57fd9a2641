//! One-time links that do something else than those of accounts: finish a registration, take an
//! invitation, change an address. Only hashes of their secrets are stored.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    cases::unknown,
    conn::DbConn,
    links,
    schema::{action_link_secrets, action_links},
};
use crate::{
    domain::account::ActionPurpose,
    ids::{LinkId, MessageId},
};

/// A link that somebody is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionLink {
    /// Id.
    pub id: LinkId,
    /// What it is good for.
    pub purpose: ActionPurpose,
    /// Id of the registration, the invitation or the change.
    pub subject: String,
}

/// Notes that the mail `message` carries a link.
pub fn insert(
    conn: &mut DbConn,
    link: &ActionLink,
    message: &MessageId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(action_links::table)
        .values((
            action_links::id.eq(link.id.as_str()),
            action_links::purpose.eq(link.purpose.as_str()),
            action_links::subject_id.eq(&link.subject),
            action_links::message_id.eq(message.as_str()),
            action_links::made_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// A new secret for a link: each copy of a mail has its own.
pub fn new_secret(conn: &mut DbConn, link: &ActionLink, now: DateTime<Utc>) -> QueryResult<String> {
    let secret = links::new_secret()?;
    diesel::insert_into(action_link_secrets::table)
        .values((
            action_link_secrets::secret_hash.eq(links::hash(&secret)),
            action_link_secrets::link_id.eq(link.id.as_str()),
            action_link_secrets::expires_at.eq((now + link.purpose.lifetime()).naive_utc()),
        ))
        .execute(conn)?;
    Ok(secret)
}

fn read((id, purpose, subject): (String, String, String)) -> QueryResult<ActionLink> {
    Ok(ActionLink {
        id: id.into(),
        purpose: ActionPurpose::try_from(purpose).map_err(unknown)?,
        subject,
    })
}

/// The links that these messages carry.
pub fn of_messages(
    conn: &mut DbConn,
    messages: &[&str],
) -> QueryResult<Vec<(MessageId, ActionLink)>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, (String, String, String))> = action_links::table
        .filter(action_links::message_id.eq_any(messages))
        .select((
            action_links::message_id,
            (
                action_links::id,
                action_links::purpose,
                action_links::subject_id,
            ),
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(message, link)| Ok((message.into(), read(link)?)))
        .collect()
}

/// The link whose secret has this hash, where it is good at `now`.
pub fn find(
    conn: &mut DbConn,
    secret_hash: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<ActionLink>> {
    let row: Option<(String, String, String)> = action_link_secrets::table
        .inner_join(action_links::table)
        .filter(action_link_secrets::secret_hash.eq(secret_hash))
        .filter(action_link_secrets::expires_at.gt(now.naive_utc()))
        .filter(action_links::used_at.is_null())
        .select((
            action_links::id,
            action_links::purpose,
            action_links::subject_id,
        ))
        .get_result(conn)
        .optional()?;
    row.map(read).transpose()
}

/// The mail that carries a link.
pub fn message_of(conn: &mut DbConn, link: &LinkId) -> QueryResult<Option<MessageId>> {
    let id: Option<String> = action_links::table
        .find(link.as_str())
        .select(action_links::message_id)
        .first(conn)
        .optional()?;
    Ok(id.map(MessageId::from))
}

/// What a mail's link is about; `None` where the mail carries none of this purpose.
pub fn subject_of(
    conn: &mut DbConn,
    message: &MessageId,
    purpose: ActionPurpose,
) -> QueryResult<Option<String>> {
    action_links::table
        .filter(action_links::message_id.eq(message.as_str()))
        .filter(action_links::purpose.eq(purpose.as_str()))
        .select(action_links::subject_id)
        .first(conn)
        .optional()
}

/// Uses a link; `false` where somebody else was faster.
pub fn use_up(conn: &mut DbConn, link: &ActionLink, now: DateTime<Utc>) -> QueryResult<bool> {
    let unused = action_links::table
        .find(link.id.as_str())
        .filter(action_links::used_at.is_null());
    let changed = diesel::update(unused)
        .set(action_links::used_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Ends every link to this registration, invitation or change.
pub fn end_of(conn: &mut DbConn, subject: &str, now: DateTime<Utc>) -> QueryResult<()> {
    let unused = action_links::table
        .filter(action_links::subject_id.eq(subject))
        .filter(action_links::used_at.is_null());
    diesel::update(unused)
        .set(action_links::used_at.eq(now.naive_utc()))
        .execute(conn)
        .map(|_| ())
}
