//! The second factor: codes of an authenticator app, and recovery codes.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Signed, news::tell_holder, person, sessions::lacks_second_factor, wrong};
use crate::{
    config::Secret,
    domain::{
        account::{
            news::News,
            recovery::{self, BYTES, CODES},
            session::SessionKind,
            totp::{self, SECRET_BYTES},
        },
        audit::Action,
        decide::World,
        declaration::FaultCode,
    },
    error::{AppError, Result},
    sealing::{Column, Keys, Sealed},
    service::standings,
    store::{
        accounts::{self, Account},
        conn::DbConn,
        email_changes, identities, passkeys, sessions,
    },
};

/// What somebody shows beside the password.
#[derive(Clone, Default)]
pub struct Factor {
    /// Code of the app.
    pub totp: Option<Secret>,
    /// Recovery code.
    pub recovery_code: Option<Secret>,
}

/// Whether the second factor is right, which uses it up; or none is asked for.
pub fn passes(
    tx: &mut DbConn,
    keys: &Keys,
    account: &Account,
    factor: &Factor,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(sealed) = &account.totp_secret else {
        return Ok(true);
    };
    match (&factor.totp, &factor.recovery_code) {
        (Some(code), _) => {
            let secret = open(keys, account, sealed)?;
            match totp::step_of(&secret, code.expose(), account.totp_last_step, now) {
                Some(step) => Ok(accounts::use_step(tx, &account.id, step)?),
                None => Ok(false),
            }
        }
        (None, Some(code)) => {
            let hash = recovery::hash(code.expose());
            Ok(accounts::use_recovery_code(tx, &account.id, &hash)?)
        }
        (None, None) => Ok(false),
    }
}

fn open(keys: &Keys, account: &Account, sealed: &Sealed) -> Result<String> {
    // Nobody puts a secret of their own choice there by writing it in plain.
    if !sealed.is_sealed() {
        return Err(AppError::internal("the secret of an app is not sealed"));
    }
    let key = keys.account_key();
    Ok(key.open(Column::AccountTotp, account.id.as_str(), sealed)?)
}

/// What an authenticator app is given.
pub struct Offer {
    /// The secret, to be typed.
    pub secret: Secret,
    /// The address that the app reads.
    pub uri: Secret,
}

/// Offers a new secret. The one before it stays good until this one is confirmed.
pub fn offer(tx: &mut DbConn, signed: &Signed) -> Result<Offer> {
    let mut bytes = [0; SECRET_BYTES];
    fill(&mut bytes)?;
    let secret = totp::written(&bytes);
    let id = &signed.account.id;
    let key = signed.keys.account_key();
    let sealed = key.seal(Column::AccountTotp, id.as_str(), &secret)?;
    accounts::offer_totp(tx, id, sealed)?;
    Ok(Offer {
        uri: Secret::new(totp::uri(&secret, &signed.account.email)),
        secret: Secret::new(secret),
    })
}

/// Confirms the secret that was offered by one of its codes; recovery codes, shown this once.
///
/// # Errors
/// `totp_not_offered`; `second_factor_not_shown`; `/code` where it is wrong.
pub fn confirm(tx: &mut DbConn, signed: &Signed, code: &str) -> Result<Vec<Secret>> {
    check_may_change(tx, signed)?;
    let account = &signed.account;
    let pending = account
        .totp_pending
        .as_ref()
        .ok_or(AppError::Conflict("totp_not_offered"))?;
    let secret = open(&signed.keys, account, pending)?;
    let step = totp::step_of(&secret, code, None, signed.now)
        .ok_or_else(|| wrong("/code", FaultCode::NotRight))?;
    accounts::confirm_totp(tx, &account.id, step)?;
    tell_holder(tx, account, News::SecondFactorChanged, signed.now)?;
    signed.note(Action::SetUpTotp, json!({}));
    new_codes(tx, account)
}

/// Whether there is a second factor to be changed.
///
/// # Errors
/// `totp_not_set_up`.
pub fn check_set_up(signed: &Signed) -> Result<()> {
    match signed.account.totp_secret {
        Some(_) => Ok(()),
        None => Err(AppError::Conflict("totp_not_set_up")),
    }
}

/// Replaces the recovery codes.
pub fn renew_codes(tx: &mut DbConn, signed: &Signed) -> Result<Vec<Secret>> {
    signed.note(Action::RenewRecoveryCodes, json!({}));
    new_codes(tx, &signed.account)
}

fn new_codes(tx: &mut DbConn, account: &Account) -> Result<Vec<Secret>> {
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let mut bytes = [0; BYTES];
        fill(&mut bytes)?;
        codes.push(recovery::code(&bytes));
    }
    let hashes: Vec<String> = codes.iter().map(|code| recovery::hash(code)).collect();
    accounts::replace_recovery_codes(tx, &account.id, &hashes)?;
    Ok(codes.into_iter().map(Secret::new).collect())
}

/// Whether whoever is signed in may change how the account is signed in to.
///
/// Who must show two factors, and has a passkey or an identity that is as good, has shown it: a password
/// that was found out does not add another second factor, or remove the one there is. (Codes of an app are
/// asked for anyway, by [`passes`].)
///
/// # Errors
/// `second_factor_not_shown`.
pub fn check_may_change(tx: &mut DbConn, signed: &Signed) -> Result<()> {
    let kind = kind(tx, signed)?;
    if !lacks_second_factor(kind, &signed.session, &signed.account) {
        return Ok(());
    }
    let id = &signed.account.id;
    let has_another = passkeys::count(tx, id)? > 0
        || identities::of_account(tx, id)?
            .iter()
            .any(|identity| identity.two_factors);
    match has_another {
        true => Err(AppError::Conflict("second_factor_not_shown")),
        false => Ok(()),
    }
}

/// The strictest of what the person may act in.
pub(super) fn kind(tx: &mut DbConn, signed: &Signed) -> Result<SessionKind> {
    kind_of(tx, &signed.world, &signed.account, signed.now)
}

fn kind_of(
    tx: &mut DbConn,
    world: &World,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<SessionKind> {
    let standings = standings::of(tx, world, &person(account), now)?;
    let roles = standings.iter().map(|(_, actor)| actor.role);
    Ok(SessionKind::strictest(roles))
}

/// Whoever sets a new password by mail may have lost the account to somebody who added a way to sign in
/// of their own: passkeys and identities end with it. Not of those who need two factors: without both,
/// nobody has added any, and the mail alone is not one of them.
pub(super) fn start_over(
    tx: &mut DbConn,
    world: &World,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<()> {
    if kind_of(tx, world, account, now)?.needs_two_factors() {
        return Ok(());
    }
    passkeys::remove_all(tx, &account.id)?;
    identities::remove_all(tx, &account.id)?;
    Ok(())
}

/// An operator takes every second factor from an account whose holder has lost them: codes of an app,
/// recovery codes, passkeys and identities. What was begun with them ends.
pub fn reset(tx: &mut DbConn, account: &Account, now: DateTime<Utc>) -> Result<()> {
    accounts::remove_totp(tx, &account.id)?;
    passkeys::remove_all(tx, &account.id)?;
    identities::remove_all(tx, &account.id)?;
    email_changes::delete_of(tx, &account.id)?;
    sessions::end_all(tx, &account.id, now)?;
    tell_holder(tx, account, News::SecondFactorChanged, now)
}

/// Whether the second factor may be removed.
///
/// # Errors
/// `totp_not_set_up`; `totp_compulsory` for officials and administrators.
pub fn check_removal(tx: &mut DbConn, signed: &Signed) -> Result<()> {
    check_set_up(signed)?;
    match kind(tx, signed)?.needs_two_factors() {
        true => Err(AppError::Conflict("totp_compulsory")),
        false => Ok(()),
    }
}

/// Codes are no longer asked for.
pub fn remove(tx: &mut DbConn, signed: &Signed) -> Result<()> {
    accounts::remove_totp(tx, &signed.account.id)?;
    tell_holder(tx, &signed.account, News::SecondFactorChanged, signed.now)?;
    signed.note(Action::RemoveTotp, json!({}));
    Ok(())
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|why| AppError::internal(why.to_string()))
}
