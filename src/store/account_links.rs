//! One-time links: to prove an address, to set a password. Only hashes of their secrets are stored.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    conn::DbConn,
    links,
    schema::{account_link_secrets, account_links},
};
use crate::{
    domain::account::LinkPurpose,
    ids::{AccountId, LinkId, MessageId},
};

/// A link that somebody is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Id.
    pub id: LinkId,
    /// Whose account.
    pub account_id: AccountId,
    /// What it is good for.
    pub purpose: LinkPurpose,
}

/// Notes that a link is given to the holder of an account, by the mail `message` or by hand.
pub fn insert(
    conn: &mut DbConn,
    link: &Link,
    message: Option<&MessageId>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(account_links::table)
        .values((
            account_links::id.eq(link.id.as_str()),
            account_links::account_id.eq(link.account_id.as_str()),
            account_links::purpose.eq(link.purpose.as_str()),
            account_links::message_id.eq(message.map(MessageId::as_str)),
            account_links::made_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// A new secret for a link: each copy of a mail has its own.
pub fn new_secret(conn: &mut DbConn, link: &Link, now: DateTime<Utc>) -> QueryResult<String> {
    let secret = links::new_secret()?;
    diesel::insert_into(account_link_secrets::table)
        .values((
            account_link_secrets::secret_hash.eq(links::hash(&secret)),
            account_link_secrets::link_id.eq(link.id.as_str()),
            account_link_secrets::expires_at.eq((now + link.purpose.lifetime()).naive_utc()),
        ))
        .execute(conn)?;
    Ok(secret)
}

fn read((id, account_id, purpose): (String, String, String)) -> QueryResult<Link> {
    let unknown = |why: crate::domain::names::UnknownName| {
        diesel::result::Error::DeserializationError(why.into())
    };
    Ok(Link {
        id: id.into(),
        account_id: account_id.into(),
        purpose: LinkPurpose::try_from(purpose).map_err(unknown)?,
    })
}

/// The links that these messages carry.
pub fn of_messages(conn: &mut DbConn, messages: &[&str]) -> QueryResult<Vec<(MessageId, Link)>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Option<String>, (String, String, String))> = account_links::table
        .filter(account_links::message_id.eq_any(messages))
        .select((
            account_links::message_id,
            (
                account_links::id,
                account_links::account_id,
                account_links::purpose,
            ),
        ))
        .load(conn)?;
    rows.into_iter()
        .filter_map(|(message, link)| Some((message?, link)))
        .map(|(message, link)| Ok((message.into(), read(link)?)))
        .collect()
}

/// The link whose secret has this hash, where it is good at `now`.
pub fn find(conn: &mut DbConn, secret_hash: &str, now: DateTime<Utc>) -> QueryResult<Option<Link>> {
    let row: Option<(String, String, String)> = account_link_secrets::table
        .inner_join(account_links::table)
        .filter(account_link_secrets::secret_hash.eq(secret_hash))
        .filter(account_link_secrets::expires_at.gt(now.naive_utc()))
        .filter(account_links::used_at.is_null())
        .select((
            account_links::id,
            account_links::account_id,
            account_links::purpose,
        ))
        .get_result(conn)
        .optional()?;
    row.map(read).transpose()
}

/// The link of this id, where nobody has used it.
pub fn unused(conn: &mut DbConn, id: &LinkId) -> QueryResult<Option<Link>> {
    let row: Option<(String, String, String)> = account_links::table
        .find(id.as_str())
        .filter(account_links::used_at.is_null())
        .select((
            account_links::id,
            account_links::account_id,
            account_links::purpose,
        ))
        .get_result(conn)
        .optional()?;
    row.map(read).transpose()
}

/// Uses a link; `false` where somebody else was faster.
pub fn use_up(conn: &mut DbConn, link: &Link, now: DateTime<Utc>) -> QueryResult<bool> {
    let unused = account_links::table
        .find(link.id.as_str())
        .filter(account_links::used_at.is_null());
    let changed = diesel::update(unused)
        .set(account_links::used_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Ends every link of an account that is not used yet.
pub fn end_all(conn: &mut DbConn, account: &AccountId, now: DateTime<Utc>) -> QueryResult<()> {
    let unused = account_links::table
        .filter(account_links::account_id.eq(account.as_str()))
        .filter(account_links::used_at.is_null());
    diesel::update(unused)
        .set(account_links::used_at.eq(now.naive_utc()))
        .execute(conn)
        .map(|_| ())
}

/// Ends the links for this purpose of an account that are not used yet.
pub fn end_for(
    conn: &mut DbConn,
    account: &AccountId,
    purpose: LinkPurpose,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let unused = account_links::table
        .filter(account_links::account_id.eq(account.as_str()))
        .filter(account_links::purpose.eq(purpose.as_str()))
        .filter(account_links::used_at.is_null());
    diesel::update(unused)
        .set(account_links::used_at.eq(now.naive_utc()))
        .execute(conn)
        .map(|_| ())
}

/// How many links for this purpose the account was given after `since`.
pub fn count_since(
    conn: &mut DbConn,
    account: &AccountId,
    purpose: LinkPurpose,
    since: DateTime<Utc>,
) -> QueryResult<i64> {
    let since: NaiveDateTime = since.naive_utc();
    account_links::table
        .filter(account_links::account_id.eq(account.as_str()))
        .filter(account_links::purpose.eq(purpose.as_str()))
        .filter(account_links::made_at.gt(since))
        .count()
        .get_result(conn)
}
