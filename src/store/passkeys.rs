//! Passkeys: public keys with which people sign in, and the challenges that they answer.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    conn::DbConn,
    schema::{passkey_challenges, passkeys},
};
use crate::{
    ids::{AccountId, PasskeyId},
    on_each_backend,
};

/// A passkey of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Id, shown in lists and used to remove it.
    pub id: PasskeyId,
    /// Whose.
    pub account_id: AccountId,
    /// By which the authenticator calls it, as base64url.
    pub credential_id: String,
    /// The public key and what it was registered with, as `service::webauthn` writes it.
    pub credential: String,
    /// The counter of its last use; one that does not count stays at 0.
    pub counter: i64,
    /// What its holder calls it.
    pub name: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When somebody last signed in with it.
    pub used_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = passkeys)]
struct PasskeyRow {
    id: String,
    account_id: String,
    credential_id: String,
    credential: String,
    counter: i64,
    name: String,
    created_at: NaiveDateTime,
    used_at: Option<NaiveDateTime>,
}

impl From<PasskeyRow> for Passkey {
    fn from(row: PasskeyRow) -> Self {
        Self {
            id: row.id.into(),
            account_id: row.account_id.into(),
            credential_id: row.credential_id,
            credential: row.credential,
            counter: row.counter,
            name: row.name,
            created_at: row.created_at.and_utc(),
            used_at: row.used_at.map(|at| at.and_utc()),
        }
    }
}

/// Stores a new passkey; `false` where one of that credential is known, to whomever.
pub fn insert(conn: &mut DbConn, passkey: &Passkey) -> QueryResult<bool> {
    let row = (
        passkeys::id.eq(passkey.id.as_str()),
        passkeys::account_id.eq(passkey.account_id.as_str()),
        passkeys::credential_id.eq(&passkey.credential_id),
        passkeys::credential.eq(&passkey.credential),
        passkeys::counter.eq(passkey.counter),
        passkeys::name.eq(&passkey.name),
        passkeys::created_at.eq(passkey.created_at.naive_utc()),
    );
    let inserted = on_each_backend!(conn, |inner| diesel::insert_into(passkeys::table)
        .values(row)
        .on_conflict(passkeys::credential_id)
        .do_nothing()
        .execute(inner))?;
    Ok(inserted == 1)
}

/// The passkey of this credential, given as base64url.
pub fn find(conn: &mut DbConn, credential_id: &str) -> QueryResult<Option<Passkey>> {
    let row: Option<PasskeyRow> = passkeys::table
        .filter(passkeys::credential_id.eq(credential_id))
        .select(PasskeyRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Passkey::from))
}

/// The passkeys of an account, the oldest first.
pub fn of_account(conn: &mut DbConn, account: &AccountId) -> QueryResult<Vec<Passkey>> {
    let rows: Vec<PasskeyRow> = passkeys::table
        .filter(passkeys::account_id.eq(account.as_str()))
        .order((passkeys::created_at, passkeys::id))
        .select(PasskeyRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Passkey::from).collect())
}

/// How many passkeys an account has.
pub fn count(conn: &mut DbConn, account: &AccountId) -> QueryResult<i64> {
    passkeys::table
        .filter(passkeys::account_id.eq(account.as_str()))
        .count()
        .get_result(conn)
}

/// Notes that somebody signed in with a passkey whose counter was `before` when its signature was
/// checked; `false` where another use was faster, or it was removed meanwhile.
pub fn note_use(
    conn: &mut DbConn,
    id: &PasskeyId,
    before: i64,
    counter: i64,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let unchanged = passkeys::table
        .find(id.as_str())
        .filter(passkeys::counter.eq(before));
    let changed = diesel::update(unchanged)
        .set((
            passkeys::counter.eq(counter),
            passkeys::used_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Gives a passkey of this account another name; `false` where it has none by that id.
pub fn rename(
    conn: &mut DbConn,
    account: &AccountId,
    id: &PasskeyId,
    name: &str,
) -> QueryResult<bool> {
    let mine = passkeys::table
        .find(id.as_str())
        .filter(passkeys::account_id.eq(account.as_str()));
    let changed = diesel::update(mine)
        .set(passkeys::name.eq(name))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Removes a passkey of this account; `false` where it has none by that id.
pub fn remove(conn: &mut DbConn, account: &AccountId, id: &PasskeyId) -> QueryResult<bool> {
    let mine = passkeys::table
        .find(id.as_str())
        .filter(passkeys::account_id.eq(account.as_str()));
    Ok(diesel::delete(mine).execute(conn)? == 1)
}

/// Removes every passkey of an account.
pub fn remove_all(conn: &mut DbConn, account: &AccountId) -> QueryResult<()> {
    let all = passkeys::table.filter(passkeys::account_id.eq(account.as_str()));
    diesel::delete(all).execute(conn).map(|_| ())
}

/// Remembers a challenge by its hash: for an account that registers a passkey, or for whoever signs in.
pub fn add_challenge(
    conn: &mut DbConn,
    challenge_hash: &str,
    account: Option<&AccountId>,
    state: &str,
    expires_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(passkey_challenges::table)
        .values((
            passkey_challenges::challenge_hash.eq(challenge_hash),
            passkey_challenges::account_id.eq(account.map(AccountId::as_str)),
            passkey_challenges::state.eq(state),
            passkey_challenges::expires_at.eq(expires_at.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Uses up a challenge that was given to `account`, or, without one, to whoever signs in; its state where
/// it was good at `now`. Of two requests with one challenge, one finds it.
pub fn take_challenge(
    conn: &mut DbConn,
    challenge_hash: &str,
    account: Option<&AccountId>,
    now: DateTime<Utc>,
) -> QueryResult<Option<String>> {
    type Row = (Option<String>, String, NaiveDateTime);
    let row: Option<Row> = passkey_challenges::table
        .find(challenge_hash)
        .select((
            passkey_challenges::account_id,
            passkey_challenges::state,
            passkey_challenges::expires_at,
        ))
        .first(conn)
        .optional()?;
    let Some((owner, state, expires_at)) = row else {
        return Ok(None);
    };
    if owner.as_deref() != account.map(AccountId::as_str) {
        return Ok(None);
    }
    let taken = diesel::delete(passkey_challenges::table.find(challenge_hash)).execute(conn)?;
    let is_good = taken == 1 && expires_at > now.naive_utc();
    Ok(is_good.then_some(state))
}
