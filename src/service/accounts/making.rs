//! Accounts are made by an operator at the command line, or by somebody who invites a person.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::wrong;
use crate::{
    domain::{
        account::{AccountStatus, Language, LinkPurpose, email::normal_form, full_name},
        audit::{Action, Object, ObjectKind},
        declaration::FaultCode,
    },
    error::{AppError, Result},
    ids::{AccountId, LinkId},
    service::Ctx,
    store::{
        account_links::{self, Link},
        accounts::{self, Account},
        conn::DbConn,
        email_changes, sessions,
        tokens::{self, Which},
    },
    wording::pages,
};

/// Makes an account without password; `None` where the address has one already.
pub fn make(
    tx: &mut DbConn,
    email: &str,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Option<Account>> {
    let email = normal_form(email).ok_or_else(|| wrong("/email", FaultCode::Email))?;
    let name = full_name(name).ok_or_else(|| wrong("/full_name", FaultCode::BadCharacters))?;
    let account = unproven(email, name, now)?;
    Ok(accounts::insert(tx, &account)?.then_some(account))
}

/// What somebody told who has just shown that an address is theirs.
pub struct Proven {
    /// The address in its normal form.
    pub email: String,
    /// Name in its normal form.
    pub full_name: String,
    /// Telephone in its normal form.
    pub phone: Option<String>,
    /// Language.
    pub language: Language,
    /// The password as argon2id.
    pub password_hash: String,
}

/// Makes an account whose holder may sign in at once; `None` where the address has one already.
pub fn make_proven(tx: &mut DbConn, proven: Proven, now: DateTime<Utc>) -> Result<Option<Account>> {
    let account = Account {
        phone: proven.phone,
        language: proven.language,
        password_hash: Some(proven.password_hash),
        ..unproven(proven.email, proven.full_name, now)?
    };
    if !accounts::insert(tx, &account)? {
        return Ok(None);
    }
    accounts::prove(tx, &account.id, now)?;
    Ok(accounts::find(tx, &account.id)?)
}

fn unproven(email: String, name: String, now: DateTime<Utc>) -> Result<Account> {
    Ok(Account {
        id: new_id()?,
        email,
        full_name: name,
        phone: None,
        language: Language::Vi,
        password_hash: None,
        status: AccountStatus::Unproven,
        created_at: now,
        proven_at: None,
        totp_secret: None,
        totp_last_step: None,
        totp_pending: None,
    })
}

/// Without the time in it, as other ids have it: whoever appoints somebody by an address sees the id, and must not see
/// whether there was an account before.
fn new_id() -> Result<AccountId> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|why| AppError::internal(why.to_string()))?;
    let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
    Ok(AccountId::from(id.to_string()))
}

/// The secret of a link by which the holder chooses a first password; an operator hands it over.
pub fn hand_over(tx: &mut DbConn, account: &Account, now: DateTime<Utc>) -> Result<String> {
    let link = Link {
        id: LinkId::generate(),
        account_id: account.id.clone(),
        purpose: LinkPurpose::Invitation,
    };
    account_links::insert(tx, &link, None, now)?;
    Ok(account_links::new_secret(tx, &link, now)?)
}

/// The account of an address, or a new one by this name. A name that its holder has already stays.
pub fn of_address(tx: &mut DbConn, ctx: &Ctx, email: &str, name: &str) -> Result<Account> {
    if let Some(account) = accounts::find_by_email(tx, email)? {
        return Ok(account);
    }
    let made = make(tx, email, name, ctx.now)?;
    // Of two at once one waits for the other, and hears it here.
    let account = made.ok_or(AppError::Busy)?;
    let object = Object::new(ObjectKind::Account, &account.id);
    ctx.notes.add(Action::MakeAccount, object, json!({}));
    Ok(account)
}

/// Locks an account and ends its sessions and links; whether it was open until now.
pub fn lock(tx: &mut DbConn, account: &Account, now: DateTime<Utc>) -> Result<bool> {
    accounts::set_locked(tx, account, Some(now))?;
    account_links::end_all(tx, &account.id, now)?;
    email_changes::delete_of(tx, &account.id)?;
    sessions::end_all(tx, &account.id, now)?;
    // Whoever is locked out does not go on by a token that they made for their post.
    let because = pages::ACCOUNT_LOCKED.label();
    tokens::revoke(tx, Which::MadeBy(&account.id), now, Some(&because))?;
    Ok(account.status != AccountStatus::Locked)
}

/// Opens a locked account again; whether it was locked until now.
pub fn unlock(tx: &mut DbConn, account: &Account) -> Result<bool> {
    accounts::set_locked(tx, account, None)?;
    Ok(account.status == AccountStatus::Locked)
}
