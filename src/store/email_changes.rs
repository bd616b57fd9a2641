//! Other addresses that people want for their accounts, until they are proven.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{
    conn::DbConn,
    schema::{accounts, email_changes},
};
use crate::ids::{AccountId, EmailChangeId};

/// An address that somebody wants.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailChange {
    /// Id.
    pub id: EmailChangeId,
    /// Whose account.
    pub account: AccountId,
    /// The address in its normal form.
    pub email: String,
}

/// Notes an address that somebody wants. What they wanted before counts no more.
pub fn insert(conn: &mut DbConn, change: &EmailChange, now: DateTime<Utc>) -> QueryResult<()> {
    delete_of(conn, &change.account)?;
    diesel::insert_into(email_changes::table)
        .values((
            email_changes::id.eq(change.id.as_str()),
            email_changes::account_id.eq(change.account.as_str()),
            email_changes::email.eq(&change.email),
            email_changes::asked_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The change `id`, where nothing else was asked for since.
pub fn find(conn: &mut DbConn, id: &EmailChangeId) -> QueryResult<Option<EmailChange>> {
    let row: Option<(String, String)> = email_changes::table
        .find(id.as_str())
        .select((email_changes::account_id, email_changes::email))
        .first(conn)
        .optional()?;
    Ok(row.map(|(account, email)| EmailChange {
        id: id.clone(),
        account: account.into(),
        email,
    }))
}

/// Forgets what the account wanted.
pub fn delete_of(conn: &mut DbConn, account: &AccountId) -> QueryResult<()> {
    let theirs = email_changes::table.filter(email_changes::account_id.eq(account.as_str()));
    diesel::delete(theirs).execute(conn).map(|_| ())
}

/// From now on the account is known by this address.
pub fn set_email(conn: &mut DbConn, account: &AccountId, email: &str) -> QueryResult<()> {
    diesel::update(accounts::table.find(account.as_str()))
        .set(accounts::email.eq(email))
        .execute(conn)
        .map(|_| ())
}

/// From now on the account has this telephone, or none.
pub fn set_phone(conn: &mut DbConn, account: &AccountId, phone: Option<&str>) -> QueryResult<()> {
    diesel::update(accounts::table.find(account.as_str()))
        .set(accounts::phone.eq(phone))
        .execute(conn)
        .map(|_| ())
}
