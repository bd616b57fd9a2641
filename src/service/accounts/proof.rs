//! Counting who proves to be whom: before a password is looked at, and after.
//!
//! A try is counted first and taken back when it was right: of a thousand tries that come at once,
//! each sees the one before it.

use chrono::{DateTime, Utc};

use super::Signed;
use crate::{
    domain::{
        account::lockout::{Count, may_try, one_more},
        audit::Origin,
        limits::network,
    },
    error::Result,
    sealing::Keys,
    store::{conn::DbConn, sign_in_tries as tries},
};

/// A try that has been counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    own: String,
    shared: Option<String>,
    /// Whether the try is looked at; where it is not, it is wrong whatever was typed.
    pub is_looked_at: bool,
}

/// Counts a try to sign in to the account of `whose`, from a device that the account knows or from
/// an address.
pub fn count_sign_in(
    tx: &mut DbConn,
    keys: &Keys,
    whose: &str,
    device: Option<&str>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Counted> {
    let source = match (device, &origin.address) {
        (Some(device), _) => format!("device {device}"),
        (None, Some(address)) => address
            .parse()
            .map_or_else(|_| address.clone(), |address| network(address).to_string()),
        (None, None) => String::new(),
    };
    let own = keys.passing_hash("sign_in_source", &format!("{whose}\n{source}"));
    let shared = device
        .is_none()
        .then(|| keys.passing_hash("sign_in_strangers", whose));
    count(tx, own, shared, now)
}

/// Counts a try of somebody who is signed in to show again who they are.
pub fn count_again(tx: &mut DbConn, signed: &Signed) -> Result<Counted> {
    // By when the session began: its id and secret change, and a thief makes it change at will.
    let began = signed.session.created_at;
    let source = format!("{}\nsession {began}", signed.account.id);
    let own = signed.keys.passing_hash("sign_in_source", &source);
    count(tx, own, None, signed.now)
}

fn count(
    tx: &mut DbConn,
    own: String,
    shared: Option<String>,
    now: DateTime<Utc>,
) -> Result<Counted> {
    // The shared count is locked first by everybody, so that nobody waits for each other.
    let at = now.naive_utc();
    let of_all = match &shared {
        Some(shared) => Some((shared, tries::lock(tx, shared, at)?)),
        None => None,
    };
    let of_source = tries::lock(tx, &own, at)?;
    let is_looked_at = may_try(Count::Source, of_source, now)
        && of_all.is_none_or(|(_, tries)| may_try(Count::Shared, tries, now));
    if is_looked_at {
        if let Some((shared, before)) = of_all {
            tries::set(tx, shared, one_more(Count::Shared, before, now))?;
        }
        tries::set(tx, &own, one_more(Count::Source, of_source, now))?;
    }
    Ok(Counted {
        own,
        shared,
        is_looked_at,
    })
}

/// The try was right: its source begins anew.
pub fn was_right(tx: &mut DbConn, counted: &Counted) -> Result<()> {
    if let Some(shared) = &counted.shared {
        tries::take_back(tx, shared)?;
    }
    Ok(tries::forget(tx, &counted.own)?)
}
