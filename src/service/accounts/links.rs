//! One-time links: asked for, mailed, used.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Occasion, actions, check_password, news::tell_holder, second_factor, who};
use crate::{
    domain::{
        account::{AccountStatus, LinkPurpose, news::News},
        audit::{Action, Entry, Origin},
        contact::Channel,
        decide::World,
        limits::PASSWORD_RESET_FROM_ADDRESS,
        message::{AccountLink, Message},
    },
    error::{AppError, Result},
    ids::{LinkId, MessageId},
    sealing::Keys,
    service::limits,
    store::{
        account_links::{self, Link},
        accounts::{self, Account},
        conn::DbConn,
        email_changes,
        links::{hash, new_secret},
        outbox::{self, NewMessage},
        sessions,
    },
};

/// Most mails with a link of one purpose that an account is sent within an hour.
const MAILS_AN_HOUR: i64 = 3;

/// Mails a first link, or another one in place of those of before, to whoever was invited and has not come yet. How
/// many of them leave is bounded by whoever invites.
pub fn invite(tx: &mut DbConn, account: &Account, now: DateTime<Utc>) -> Result<()> {
    account_links::end_for(tx, &account.id, LinkPurpose::Invitation, now)?;
    send(tx, account, LinkPurpose::Invitation, now)
}

/// Mails a link, unless the account was sent enough of the kind.
pub fn mail(
    tx: &mut DbConn,
    account: &Account,
    purpose: LinkPurpose,
    now: DateTime<Utc>,
) -> Result<()> {
    let recent = now - TimeDelta::hours(1);
    if account_links::count_since(tx, &account.id, purpose, recent)? >= MAILS_AN_HOUR {
        tracing::info!(account.id = %account.id, "An account has been sent enough links");
        return Ok(());
    }
    send(tx, account, purpose, now)
}

/// Notes the mail of a link. Its secret is made when the mail leaves, and stands nowhere.
fn send(
    tx: &mut DbConn,
    account: &Account,
    purpose: LinkPurpose,
    now: DateTime<Utc>,
) -> Result<()> {
    let link = Link {
        id: LinkId::generate(),
        account_id: account.id.clone(),
        purpose,
    };
    let message = Message::AccountLink(AccountLink {
        purpose,
        full_name: account.full_name.clone(),
    });
    let new = NewMessage {
        id: MessageId::generate(),
        alert_id: None,
        case_id: None,
        channel: Channel::Email,
        contact: None,
        priority: message.priority(),
        recipient: account.email.clone(),
        payload: outbox::payload(&message)?.into(),
        dedup_key: format!("account/{}", link.id),
        noted_at: now,
    };
    account_links::insert(tx, &link, Some(&new.id), now)?;
    outbox::enqueue(tx, vec![new])?;
    Ok(())
}

/// Somebody asks for a link to set a new password. Nothing happens where the address has no account,
/// or a locked one; whoever asks is not told.
pub fn ask_reset(
    tx: &mut DbConn,
    keys: &Keys,
    email: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Vec<Entry>> {
    let from = origin.address.as_deref().unwrap_or_default();
    limits::take(tx, keys, &PASSWORD_RESET_FROM_ADDRESS, from, now)?;
    let account = accounts::find_by_email(tx, email)?
        .filter(|account| account.status != AccountStatus::Locked);
    let Some(account) = account else {
        return Ok(Vec::new());
    };
    mail(tx, &account, LinkPurpose::ResetPassword, now)?;
    let occasion = Occasion {
        who: super::somebody(),
        origin: origin.clone(),
        now,
    };
    Ok(vec![occasion.entry(Action::AskReset, &account.id, "done")])
}

/// The link behind a secret, for one of these purposes, with its account.
///
/// # Errors
/// `link_expired`, whatever is wrong with it.
fn find(
    tx: &mut DbConn,
    secret: &str,
    fits: impl FnOnce(LinkPurpose) -> bool,
    now: DateTime<Utc>,
) -> Result<(Link, Account)> {
    let expired = || AppError::Conflict("link_expired");
    let link = account_links::find(tx, &hash(secret), now)?.ok_or_else(expired)?;
    if !fits(link.purpose) {
        return Err(expired());
    }
    let account = accounts::find(tx, &link.account_id)?.ok_or_else(expired)?;
    match account.status {
        AccountStatus::Locked => Err(expired()),
        AccountStatus::Unproven | AccountStatus::Active => Ok((link, account)),
    }
}

fn sets_password(purpose: LinkPurpose) -> bool {
    match purpose {
        LinkPurpose::ResetPassword | LinkPurpose::Invitation => true,
        LinkPurpose::ProveEmail => false,
    }
}

/// Whether a link of this kind is still good, before somebody types a password.
pub fn is_good(
    tx: &mut DbConn,
    secret: &str,
    to_set_password: bool,
    now: DateTime<Utc>,
) -> Result<bool> {
    if let Some(link) = actions::find(tx, secret, now)? {
        let fits = link.purpose.sets_password() == to_set_password;
        return Ok(fits && actions::is_good(tx, &link, now)?);
    }
    match find(
        tx,
        secret,
        |purpose| sets_password(purpose) == to_set_password,
        now,
    ) {
        Ok(_) => Ok(true),
        Err(AppError::Conflict(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Whether a link may set this password, before the password is hashed.
pub fn may_reset(tx: &mut DbConn, secret: &str, password: &str, now: DateTime<Utc>) -> Result<()> {
    if let Some(link) = actions::find(tx, secret, now)? {
        return actions::may_choose(tx, &link, password, now);
    }
    let (_, account) = find(tx, secret, sets_password, now)?;
    check_password(password, &account, "/password")
}

/// Sets a password by a link. Every session ends and every other device is forgotten; the codes of an
/// app stay, and so does everything of those who need two factors. Who could read the mail has shown that the address is theirs, and the secret that is
/// returned makes their device a known one.
pub fn reset(
    tx: &mut DbConn,
    world: &World,
    secret: &str,
    password_hash: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(String, Vec<Entry>)> {
    if let Some(link) = actions::find(tx, secret, now)? {
        return actions::choose(tx, &link, password_hash, origin, now);
    }
    let (link, account) = find(tx, secret, sets_password, now)?;
    if !account_links::use_up(tx, &link, now)? {
        return Err(AppError::Conflict("link_expired"));
    }
    account_links::end_all(tx, &account.id, now)?;
    accounts::set_password(tx, &account.id, password_hash)?;
    // Whoever had the account before may have asked for an address of their own.
    email_changes::delete_of(tx, &account.id)?;
    accounts::prove(tx, &account.id, now)?;
    second_factor::start_over(tx, world, &account, now)?;
    sessions::end_all(tx, &account.id, now)?;
    // Of a first password nobody need be told.
    if account.password_hash.is_some() {
        tell_holder(tx, &account, News::PasswordChanged, now)?;
    }
    let device = new_secret()?;
    sessions::forget_devices(tx, &account.id, None)?;
    sessions::know_device(tx, &account.id, &hash(&device), now)?;
    let occasion = Occasion {
        who: who(&account),
        origin: origin.clone(),
        now,
    };
    let entry = occasion.entry(Action::ResetPassword, &account.id, "done");
    Ok((device, vec![entry]))
}

/// Shows by a link that the address is its holder's.
pub fn prove_email(
    tx: &mut DbConn,
    secret: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Vec<Entry>> {
    if let Some(link) = actions::find(tx, secret, now)? {
        return actions::prove(tx, &link, origin, now);
    }
    let (link, account) = find(tx, secret, |purpose| !sets_password(purpose), now)?;
    if !account_links::use_up(tx, &link, now)? {
        return Err(AppError::Conflict("link_expired"));
    }
    accounts::prove(tx, &account.id, now)?;
    let occasion = Occasion {
        who: who(&account),
        origin: origin.clone(),
        now,
    };
    Ok(vec![occasion.entry(
        Action::ProveEmail,
        &account.id,
        "done",
    )])
}
