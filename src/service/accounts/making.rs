//! Accounts are made by an operator at the command line, or by somebody who invites a person.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{links, wrong};
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
        email_changes, sessions, tokens,
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
    let account = unproven(email, name, now);
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
        ..unproven(proven.email, proven.full_name, now)
    };
    if !accounts::insert(tx, &account)? {
        return Ok(None);
    }
    accounts::prove(tx, &account.id, now)?;
    Ok(accounts::find(tx, &account.id)?)
}

fn unproven(email: String, name: String, now: DateTime<Utc>) -> Account {
    Account {
        id: AccountId::generate(),
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
    }
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

/// The account of a person who is given a post or joins an employer. Where the address has none, or
/// one that nobody has used yet, a link is mailed by which they choose a password.
///
/// # Errors
/// `/email` or `/full_name` where they are none; `account_locked`.
pub fn invite(tx: &mut DbConn, ctx: &Ctx, email: &str, name: &str) -> Result<AccountId> {
    let known = match normal_form(email) {
        Some(email) => accounts::find_by_email(tx, &email)?,
        None => return Err(wrong("/email", FaultCode::Email)),
    };
    let account = match known {
        Some(account) if account.status == AccountStatus::Active => return Ok(account.id),
        Some(account) if account.status == AccountStatus::Locked => {
            return Err(AppError::Conflict("account_locked"));
        }
        Some(account) => account,
        None => {
            let made = make(tx, email, name, ctx.now)?;
            let account = made.ok_or(AppError::Conflict("account_locked"))?;
            let object = Object::new(ObjectKind::Account, &account.id);
            ctx.notes.add(Action::MakeAccount, object, json!({}));
            account
        }
    };
    links::mail(tx, &account, LinkPurpose::Invitation, ctx.now)?;
    Ok(account.id)
}

/// Locks an account and ends its sessions and links.
pub fn lock(tx: &mut DbConn, account: &Account, now: DateTime<Utc>) -> Result<()> {
    accounts::set_locked(tx, account, Some(now))?;
    account_links::end_all(tx, &account.id, now)?;
    email_changes::delete_of(tx, &account.id)?;
    sessions::end_all(tx, &account.id, now)?;
    // Whoever is locked out does not go on by a token that they made for their post.
    tokens::revoke_made_by(tx, &account.id, now, &pages::ACCOUNT_LOCKED.label())?;
    Ok(())
}

/// Opens a locked account again.
pub fn unlock(tx: &mut DbConn, account: &Account) -> Result<()> {
    Ok(accounts::set_locked(tx, account, None)?)
}
