//! Passkeys of an account: added, named, removed, and signing in with one. What an authenticator shows is
//! checked by `service::webauthn`, beside the database.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{
    Signed,
    news::tell_holder,
    second_factor,
    sessions::{Opened, end_others, strengthen},
    sign_in::{self, SignedIn, Visit},
};
use crate::{
    domain::{
        account::{full_name, news::News, session::Proof},
        audit::{Action, Entry, Object, ObjectKind},
        decide::World,
        limits::PASSKEY_CHALLENGE_FROM_ADDRESS,
    },
    error::{AppError, Result},
    ids::PasskeyId,
    sealing::Keys,
    service::{
        limits,
        webauthn::{Begun, Registered, Shown},
    },
    store::{
        accounts::{self, Account},
        conn::DbConn,
        passkeys::{self, Passkey},
    },
};

/// How long an authenticator may take to answer: what WebAuthn (level 3, 15.1) recommends, for people who
/// look for their key first.
pub const CHALLENGE_LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// Most passkeys of an account.
const MOST: i64 = 20;

/// What a passkey without a name is called.
const UNNAMED: &str = "Passkey";

/// Whether whoever is signed in may add a passkey.
///
/// # Errors
/// `second_factor_not_shown`, `too_many_passkeys`.
pub fn check_addition(tx: &mut DbConn, signed: &Signed) -> Result<()> {
    second_factor::check_may_change(tx, signed)?;
    match passkeys::count(tx, &signed.account.id)? < MOST {
        true => Ok(()),
        false => Err(AppError::Conflict("too_many_passkeys")),
    }
}

/// Remembers what the authenticator of whoever is signed in is asked.
pub fn begin_addition(tx: &mut DbConn, signed: &Signed, begun: &Begun) -> Result<()> {
    let until = signed.now + CHALLENGE_LIFETIME;
    let account = Some(&signed.account.id);
    Ok(passkeys::add_challenge(
        tx,
        &begun.challenge_hash,
        account,
        &begun.state,
        until,
    )?)
}

/// Uses up the challenge that an authenticator answered; what its answer is checked against, where it was
/// one of whoever is signed in, and still good.
pub fn take_addition(tx: &mut DbConn, signed: &Signed, shown: &Shown) -> Result<Option<String>> {
    let account = Some(&signed.account.id);
    Ok(passkeys::take_challenge(
        tx,
        &shown.challenge_hash,
        account,
        signed.now,
    )?)
}

/// Adds a passkey whose authenticator has just answered. The session counts as begun with it: whoever
/// must show two factors has shown them.
///
/// # Errors
/// What [`check_addition`] says; `passkey_known`.
pub fn add(
    tx: &mut DbConn,
    signed: &Signed,
    registered: Registered,
    name: Option<&str>,
) -> Result<(Passkey, Opened)> {
    check_addition(tx, signed)?;
    let passkey = Passkey {
        id: PasskeyId::generate(),
        account_id: signed.account.id.clone(),
        credential_id: registered.credential_id,
        credential: registered.credential,
        counter: registered.counter,
        name: name.unwrap_or(UNNAMED).to_owned(),
        created_at: signed.now,
        used_at: None,
    };
    if !passkeys::insert(tx, &passkey)? {
        return Err(AppError::Conflict("passkey_known"));
    }
    tell_holder(tx, &signed.account, News::PasskeyAdded, signed.now)?;
    note(signed, Action::AddPasskey, &passkey.id);
    let opened = strengthen(tx, signed, Proof::Passkey)?;
    Ok((passkey, opened))
}

/// The trace of an authenticator whose answer was not taken.
pub fn refuse_addition(signed: &Signed, why: &str) {
    signed.note(Action::SignInRefused, json!({"why": why}));
}

/// The passkeys of the account that is signed in, the oldest first.
pub fn list(tx: &mut DbConn, signed: &Signed) -> Result<Vec<Passkey>> {
    Ok(passkeys::of_account(tx, &signed.account.id)?)
}

/// A name for a passkey in its normal form.
pub fn name(text: &str) -> Option<String> {
    const LONGEST: usize = 60;
    full_name(text).filter(|name| name.chars().count() <= LONGEST)
}

/// Gives a passkey another name.
///
/// # Errors
/// Not found where it is not one of theirs.
pub fn rename(tx: &mut DbConn, signed: &Signed, id: &PasskeyId, name: &str) -> Result<()> {
    if !passkeys::rename(tx, &signed.account.id, id, name)? {
        return Err(AppError::NotFound("passkey"));
    }
    note(signed, Action::RenamePasskey, id);
    Ok(())
}

/// Whether a passkey may be removed.
///
/// # Errors
/// Not found where it is not one of theirs; `second_factor_not_shown`; `last_second_factor` where two
/// factors are compulsory and this is the only second one.
pub fn check_removal(tx: &mut DbConn, signed: &Signed, id: &PasskeyId) -> Result<()> {
    let mine = list(tx, signed)?;
    if !mine.iter().any(|passkey| passkey.id == *id) {
        return Err(AppError::NotFound("passkey"));
    }
    second_factor::check_may_change(tx, signed)?;
    let is_last = mine.len() == 1 && signed.account.totp_secret.is_none();
    if is_last && second_factor::kind(tx, signed)?.needs_two_factors() {
        return Err(AppError::Conflict("last_second_factor"));
    }
    Ok(())
}

/// Removes a passkey. Every other session ends: somebody else may have begun it with a device that was lost.
///
/// # Errors
/// What [`check_removal`] says.
pub fn remove(tx: &mut DbConn, signed: &Signed, id: &PasskeyId) -> Result<Opened> {
    check_removal(tx, signed, id)?;
    passkeys::remove(tx, &signed.account.id, id)?;
    note(signed, Action::RemovePasskey, id);
    end_others(tx, signed)
}

fn note(signed: &Signed, action: Action, id: &PasskeyId) {
    let object = Object::new(ObjectKind::Passkey, id);
    signed.notes.add(action, object, json!({}));
}

/// Remembers what the authenticator of somebody who signs in is asked.
///
/// # Errors
/// Too many, where too many were asked for from one network, or could not sign in.
pub fn begin(
    tx: &mut DbConn,
    keys: &Keys,
    begun: &Begun,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<()> {
    sign_in::check_network(tx, keys, visit, now)?;
    let network = sign_in::network(visit);
    limits::take(tx, keys, &PASSKEY_CHALLENGE_FROM_ADDRESS, &network, now)?;
    let until = now + CHALLENGE_LIFETIME;
    Ok(passkeys::add_challenge(
        tx,
        &begun.challenge_hash,
        None,
        &begun.state,
        until,
    )?)
}

/// What the answer of an authenticator is checked against.
pub struct Taken {
    /// The state of the challenge, where it was one of ours and still good.
    pub state: Option<String>,
    /// The passkey, where it is known.
    pub passkey: Option<Passkey>,
}

/// Uses up the challenge that an authenticator answered, whatever becomes of it, and looks its passkey up.
pub fn take(
    tx: &mut DbConn,
    keys: &Keys,
    shown: &Shown,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<Taken> {
    sign_in::check_network(tx, keys, visit, now)?;
    Ok(Taken {
        state: passkeys::take_challenge(tx, &shown.challenge_hash, None, now)?,
        passkey: passkeys::find(tx, &shown.credential_id)?,
    })
}

/// A session where everything was right: `checked` is the counter that a signature of the passkey shows,
/// or why it is not taken. `None` where anything was wrong; the trace knows what, nobody else.
pub fn finish(
    tx: &mut DbConn,
    (keys, world): (&Keys, &World),
    (shown, passkey): (&Shown, Option<&Passkey>),
    checked: Result<i64, &'static str>,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<(Option<SignedIn>, Vec<Entry>)> {
    match check(tx, passkey, checked, now)? {
        Ok(account) => {
            let (signed, entry) = sign_in::admit(tx, world, account, Proof::Passkey, visit, now)?;
            Ok((Some(signed), vec![entry]))
        }
        Err(why) => {
            let id = match passkey {
                Some(passkey) => passkey.account_id.to_string(),
                None => keys.passing_hash("sign_in", &shown.credential_id),
            };
            let entry = sign_in::refuse(tx, keys, id, why, visit, now)?;
            Ok((None, vec![entry]))
        }
    }
}

/// The account, or what is wrong.
fn check(
    tx: &mut DbConn,
    passkey: Option<&Passkey>,
    checked: Result<i64, &'static str>,
    now: DateTime<Utc>,
) -> Result<Result<Account, &'static str>> {
    let Some(passkey) = passkey else {
        return Ok(Err("no passkey"));
    };
    let counter = match checked {
        Ok(counter) => counter,
        Err(why) => return Ok(Err(why)),
    };
    let Some(account) = accounts::find(tx, &passkey.account_id)? else {
        return Ok(Err("no account"));
    };
    if let Err(why) = sign_in::standing_of(&account) {
        return Ok(Err(why));
    }
    // The signature was checked between two transactions.
    if !passkeys::note_use(tx, &passkey.id, passkey.counter, counter, now)? {
        return Ok(Err("the passkey was used or removed meanwhile"));
    }
    Ok(Ok(account))
}
