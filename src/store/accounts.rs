//! Accounts of people, and their recovery codes. No password and no code is here in plain.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    conn::DbConn,
    schema::{accounts, recovery_codes},
};
use crate::{
    domain::account::{AccountStatus, Language},
    ids::AccountId,
    on_each_backend,
    sealing::Sealed,
};

/// An account. `Debug` shows neither person nor secret.
#[derive(Clone)]
pub struct Account {
    /// Id.
    pub id: AccountId,
    /// E-mail address in its normal form.
    pub email: String,
    /// Họ và tên.
    pub full_name: String,
    /// Telephone.
    pub phone: Option<String>,
    /// In which language its holder reads.
    pub language: Language,
    /// The password as argon2id; none until one was chosen.
    pub password_hash: Option<String>,
    /// Where it stands.
    pub status: AccountStatus,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its holder showed that the address is theirs.
    pub proven_at: Option<DateTime<Utc>>,
    /// The secret of the authenticator app.
    pub totp_secret: Option<Sealed>,
    /// The last step of which a code was taken.
    pub totp_last_step: Option<i64>,
    /// The secret that was offered and not confirmed.
    pub totp_pending: Option<Sealed>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(super) struct AccountRow {
    id: String,
    email: String,
    full_name: String,
    phone: Option<String>,
    language: String,
    password_hash: Option<String>,
    status: String,
    created_at: NaiveDateTime,
    proven_at: Option<NaiveDateTime>,
    totp_secret: Option<String>,
    totp_last_step: Option<i64>,
    totp_pending: Option<String>,
}

impl TryFrom<AccountRow> for Account {
    type Error = diesel::result::Error;

    fn try_from(row: AccountRow) -> QueryResult<Self> {
        let unknown = |why: crate::domain::names::UnknownName| {
            diesel::result::Error::DeserializationError(why.into())
        };
        Ok(Self {
            id: row.id.into(),
            email: row.email,
            full_name: row.full_name,
            phone: row.phone,
            language: Language::try_from(row.language).map_err(unknown)?,
            password_hash: row.password_hash,
            status: AccountStatus::try_from(row.status).map_err(unknown)?,
            created_at: row.created_at.and_utc(),
            proven_at: row.proven_at.map(|at| at.and_utc()),
            totp_secret: row.totp_secret.map(Sealed::from),
            totp_last_step: row.totp_last_step,
            totp_pending: row.totp_pending.map(Sealed::from),
        })
    }
}

/// Stores a new account without password; `false` where the address has one already.
pub fn insert(conn: &mut DbConn, account: &Account) -> QueryResult<bool> {
    let row = (
        accounts::id.eq(account.id.as_str()),
        accounts::email.eq(&account.email),
        accounts::full_name.eq(&account.full_name),
        accounts::phone.eq(account.phone.as_deref()),
        accounts::language.eq(account.language.as_str()),
        accounts::password_hash.eq(account.password_hash.as_deref()),
        accounts::status.eq(account.status.as_str()),
        accounts::created_at.eq(account.created_at.naive_utc()),
    );
    let inserted = on_each_backend!(conn, |inner| diesel::insert_into(accounts::table)
        .values(row)
        .on_conflict(accounts::email)
        .do_nothing()
        .execute(inner))?;
    Ok(inserted == 1)
}

/// The account with this id.
pub fn find(conn: &mut DbConn, id: &AccountId) -> QueryResult<Option<Account>> {
    let row = accounts::table
        .find(id.as_str())
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?;
    row.map(Account::try_from).transpose()
}

/// The account of this address, which is in its normal form.
pub fn find_by_email(conn: &mut DbConn, email: &str) -> QueryResult<Option<Account>> {
    let row = accounts::table
        .filter(accounts::email.eq(email))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?;
    row.map(Account::try_from).transpose()
}

/// Every account, the oldest first.
pub fn list(conn: &mut DbConn) -> QueryResult<Vec<Account>> {
    let rows: Vec<AccountRow> = accounts::table
        .order((accounts::created_at, accounts::id))
        .select(AccountRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Account::try_from).collect()
}

/// Replaces the password.
pub fn set_password(conn: &mut DbConn, id: &AccountId, hash: &str) -> QueryResult<()> {
    diesel::update(accounts::table.find(id.as_str()))
        .set(accounts::password_hash.eq(hash))
        .execute(conn)
        .map(|_| ())
}

/// Notes that the address is its holder's. A locked account stays locked.
pub fn prove(conn: &mut DbConn, id: &AccountId, now: DateTime<Utc>) -> QueryResult<()> {
    let unproven = accounts::table
        .find(id.as_str())
        .filter(accounts::status.eq(AccountStatus::Unproven.as_str()));
    diesel::update(unproven)
        .set((
            accounts::status.eq(AccountStatus::Active.as_str()),
            accounts::proven_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Locks an account, or opens it again as what it was before.
pub fn set_locked(
    conn: &mut DbConn,
    account: &Account,
    locked_at: Option<DateTime<Utc>>,
) -> QueryResult<()> {
    let status = match (locked_at, account.proven_at) {
        (Some(_), _) => AccountStatus::Locked,
        (None, Some(_)) => AccountStatus::Active,
        (None, None) => AccountStatus::Unproven,
    };
    diesel::update(accounts::table.find(account.id.as_str()))
        .set((
            accounts::status.eq(status.as_str()),
            accounts::locked_at.eq(locked_at.map(|at| at.naive_utc())),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Notes that the code of `step` was used; `false` where it, or a later one, was used before: of two
/// requests with one code, one hears that.
pub fn use_step(conn: &mut DbConn, id: &AccountId, step: i64) -> QueryResult<bool> {
    let unused = accounts::table.find(id.as_str()).filter(
        accounts::totp_last_step
            .is_null()
            .or(accounts::totp_last_step.lt(step)),
    );
    let changed = diesel::update(unused)
        .set(accounts::totp_last_step.eq(step))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Keeps a secret until it is confirmed.
pub fn offer_totp(conn: &mut DbConn, id: &AccountId, secret: Sealed) -> QueryResult<()> {
    diesel::update(accounts::table.find(id.as_str()))
        .set(accounts::totp_pending.eq(secret.into_stored()))
        .execute(conn)
        .map(|_| ())
}

/// From now on codes of the secret that was offered are asked for; `step` was shown already.
pub fn confirm_totp(conn: &mut DbConn, id: &AccountId, step: i64) -> QueryResult<()> {
    diesel::update(accounts::table.find(id.as_str()))
        .set((
            accounts::totp_secret.eq(accounts::totp_pending),
            accounts::totp_pending.eq(None::<String>),
            accounts::totp_last_step.eq(step),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Codes are no longer asked for; recovery codes go as well.
pub fn remove_totp(conn: &mut DbConn, id: &AccountId) -> QueryResult<()> {
    diesel::update(accounts::table.find(id.as_str()))
        .set((
            accounts::totp_secret.eq(None::<String>),
            accounts::totp_pending.eq(None::<String>),
            accounts::totp_last_step.eq(None::<i64>),
        ))
        .execute(conn)?;
    replace_recovery_codes(conn, id, &[])
}

/// Replaces the recovery codes, given by their hashes.
pub fn replace_recovery_codes(
    conn: &mut DbConn,
    id: &AccountId,
    hashes: &[String],
) -> QueryResult<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(id.as_str())))
        .execute(conn)?;
    for hash in hashes {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::account_id.eq(id.as_str()),
                recovery_codes::code_hash.eq(hash),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Uses a recovery code; `false` where it is none, or was used.
pub fn use_recovery_code(conn: &mut DbConn, id: &AccountId, hash: &str) -> QueryResult<bool> {
    let deleted = diesel::delete(recovery_codes::table.find((id.as_str(), hash))).execute(conn)?;
    Ok(deleted == 1)
}

/// How many recovery codes are left.
pub fn recovery_codes_left(conn: &mut DbConn, id: &AccountId) -> QueryResult<i64> {
    recovery_codes::table
        .filter(recovery_codes::account_id.eq(id.as_str()))
        .count()
        .get_result(conn)
}
