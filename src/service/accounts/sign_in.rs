//! Signing in, in two halves: the try is counted, and, after the password was looked at beside the
//! database, the session is begun or the refusal is traced.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{
    Occasion, person,
    proof::{self, Counted},
    second_factor::{self, Factor},
    sessions::{Opened, begin},
    somebody, who,
};
use crate::{
    domain::{
        account::{AccountStatus, email::normal_form, session::Proof},
        audit::{Action, Entry, Origin},
        decide::World,
        limits::{self as domain_limits, FAILED_SIGN_IN_FROM_ADDRESS},
    },
    error::{AppError, Result},
    sealing::Keys,
    service::{limits, standings},
    store::{
        accounts::{self, Account},
        conn::DbConn,
        links::{hash, new_secret},
        sessions,
    },
};

/// From where somebody tries to sign in, and on what.
#[derive(Clone)]
pub struct Visit {
    /// From where.
    pub origin: Origin,
    /// Hash of the secret by which the device says that it is known.
    pub device: Option<String>,
    /// Hash of the secret of the session that the device has now: it ends with a new one.
    pub session: Option<String>,
    /// What the device is called.
    pub device_name: Option<String>,
}

/// The first half.
pub struct Begun {
    /// The account, where there is one.
    pub account: Option<Account>,
    /// What the trace calls it where there is none.
    whose: String,
    counted: Counted,
}

/// Counts the try.
pub fn count(
    tx: &mut DbConn,
    keys: &Keys,
    email: &str,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<Begun> {
    // What is no address is an address without account.
    let email = normal_form(email).unwrap_or_else(|| email.to_lowercase());
    let account = accounts::find_by_email(tx, &email)?;
    let device = match (&account, &visit.device) {
        (Some(account), Some(device)) => {
            sessions::knows_device(tx, &account.id, device, now)?.then(|| device.clone())
        }
        _ => None,
    };
    // Whoever tries one password on many accounts; a device that is known is not held up by its
    // neighbours.
    if device.is_none() {
        check_network(tx, keys, visit, now)?;
    }
    let whose = keys.passing_hash("sign_in", &email);
    let counted = proof::count_sign_in(tx, keys, &whose, device.as_deref(), &visit.origin, now)?;
    Ok(Begun {
        account,
        whose,
        counted,
    })
}

/// Who has signed in.
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// The session.
    pub opened: Opened,
}

/// The network that somebody comes from, as limits count it.
pub(super) fn network(visit: &Visit) -> String {
    let address = visit.origin.address.as_deref().unwrap_or_default();
    address.parse().map_or_else(
        |_| address.to_owned(),
        |address| domain_limits::network(address).to_string(),
    )
}

/// Refuses whoever comes from a network from which too many could not sign in.
pub(super) fn check_network(
    tx: &mut DbConn,
    keys: &Keys,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<()> {
    limits::check(tx, keys, &FAILED_SIGN_IN_FROM_ADDRESS, &network(visit), now)
}

/// Counts and traces that somebody could not sign in, to the account `id` or what is known of it, and why.
pub(super) fn refuse(
    tx: &mut DbConn,
    keys: &Keys,
    id: String,
    why: &str,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<Entry> {
    match limits::take(tx, keys, &FAILED_SIGN_IN_FROM_ADDRESS, &network(visit), now) {
        // Over the limit only by now: the next one hears it.
        Ok(()) | Err(AppError::TooMany { .. }) => {}
        Err(other) => return Err(other),
    }
    let (who, origin) = (somebody(), visit.origin.clone());
    Ok(Occasion { who, origin, now }.entry(Action::SignInRefused, id, why))
}

/// Signs somebody in who has shown who they are by `proof`. The session that the device had ends.
pub(super) fn admit(
    tx: &mut DbConn,
    world: &World,
    account: Account,
    proof: Proof,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<(SignedIn, Entry)> {
    if let Some(old) = &visit.session
        && let Some((session, _)) = sessions::find(tx, old)?
    {
        sessions::end(tx, &account.id, &session.id, now)?;
    }
    let standings = standings::of(tx, world, &person(&account), now)?;
    let name = visit.device_name.clone();
    let mut opened = begin(tx, &account, proof, standings, name, now)?;
    opened.device = Some(know_device(tx, &account, visit, now)?);
    let (who, origin) = (who(&account), visit.origin.clone());
    let mut entry = Occasion { who, origin, now }.entry(Action::SignIn, &account.id, "done");
    entry.details = json!({"proof": proof.as_str()});
    Ok((SignedIn { account, opened }, entry))
}

/// Why the account may not be signed in to, whatever was shown.
pub(super) fn standing_of(account: &Account) -> Result<(), &'static str> {
    match account.status {
        AccountStatus::Locked => Err("locked"),
        AccountStatus::Unproven => Err("unproven"),
        AccountStatus::Active => Ok(()),
    }
}

/// The second half: a session where everything was right. `None` where anything was not; the trace
/// knows what, nobody else.
pub fn finish(
    tx: &mut DbConn,
    (keys, world): (&Keys, &World),
    begun: &Begun,
    password_is_right: bool,
    factor: &Factor,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<(Option<SignedIn>, Vec<Entry>)> {
    match check(tx, keys, begun, password_is_right, factor, now)? {
        Ok(account) => {
            proof::was_right(tx, &begun.counted)?;
            let proof = match account.totp_secret {
                Some(_) => Proof::Totp,
                None => Proof::Password,
            };
            let (signed, entry) = admit(tx, world, account, proof, visit, now)?;
            Ok((Some(signed), vec![entry]))
        }
        Err(why) => {
            let id = begun
                .account
                .as_ref()
                .map_or_else(|| begun.whose.clone(), |account| account.id.to_string());
            Ok((None, vec![refuse(tx, keys, id, why, visit, now)?]))
        }
    }
}

/// The account, or what is wrong.
fn check(
    tx: &mut DbConn,
    keys: &Keys,
    begun: &Begun,
    password_is_right: bool,
    factor: &Factor,
    now: DateTime<Utc>,
) -> Result<Result<Account, &'static str>> {
    let Some(before) = &begun.account else {
        return Ok(Err("no account"));
    };
    if !begun.counted.is_looked_at {
        return Ok(Err("too many tries"));
    }
    if !password_is_right {
        return Ok(Err("wrong password"));
    }
    // The password was looked at between two transactions.
    let account = accounts::find(tx, &before.id)?
        .filter(|account| account.password_hash == before.password_hash);
    let Some(account) = account else {
        return Ok(Err("wrong password"));
    };
    if let Err(why) = standing_of(&account) {
        return Ok(Err(why));
    }
    if !second_factor::passes(tx, keys, &account, factor, now)? {
        return Ok(Err("wrong code"));
    }
    Ok(Ok(account))
}

/// The new secret of a device that is known from now on.
fn know_device(
    tx: &mut DbConn,
    account: &Account,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<String> {
    let secret = new_secret()?;
    let new = hash(&secret);
    let is_renewed = match &visit.device {
        Some(old) => sessions::renew_device(tx, &account.id, old, &new, now)?,
        None => false,
    };
    if !is_renewed {
        sessions::know_device(tx, &account.id, &new, now)?;
    }
    Ok(secret)
}
