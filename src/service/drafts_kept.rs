//! Drafts of notices for safe keeping, under a recovery code that only the phone knows.
//!
//! The phone seals the draft with a key that follows from the code, and asks for it by an address that follows from
//! the code as well. What is kept here opens nothing: neither we nor whoever takes the database can read a draft.

use chrono::TimeDelta;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::{
    domain::limits::DRAFTS_KEPT_FROM_ADDRESS,
    error::{AppError, Result},
    service::{Ctx, limits},
    store::{conn::DbConn, drafts_kept},
};

/// How long a draft is kept after it was last saved, in days of 24 hours.
pub const KEPT: TimeDelta = TimeDelta::days(30);
/// Largest sealed draft, in bytes: a notice has at most some 4,000 characters, of up to three bytes, and a third more as
/// base64.
pub const LARGEST: usize = 24 * 1024;
/// Length of an address: SHA-256 in hex.
const ADDRESS: usize = 64;

/// What is stored of an address: whoever reads the database cannot ask for a draft, replace or delete it.
fn hash_of(address: &str) -> Result<String> {
    let is_address = address.len() == ADDRESS
        && address
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !is_address {
        return Err(AppError::NotFound("draft"));
    }
    Ok(HEXLOWER.encode(&Sha256::digest(address)))
}

/// Keeps what a phone has sealed, for [`KEPT`] from now. `network` is whence it comes.
///
/// # Errors
/// [`AppError::NotFound`] of what is no address, [`AppError::NotTaken`] of what is not sealed or too
/// long, [`AppError::TooMany`].
pub fn put(tx: &mut DbConn, ctx: &Ctx, address: &str, sealed: &str, network: &str) -> Result<()> {
    let hash = hash_of(address)?;
    let is_sealed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if sealed.is_empty() || sealed.len() > LARGEST || !sealed.bytes().all(is_sealed) {
        return Err(AppError::NotTaken("draft_not_sealed"));
    }
    limits::take(tx, &ctx.keys, &DRAFTS_KEPT_FROM_ADDRESS, network, ctx.now)?;
    Ok(drafts_kept::put(tx, &hash, sealed, ctx.now + KEPT)?)
}

/// What was kept under an address.
///
/// # Errors
/// [`AppError::NotFound`] where nothing is.
pub fn get(tx: &mut DbConn, ctx: &Ctx, address: &str) -> Result<String> {
    let hash = hash_of(address)?;
    drafts_kept::find(tx, &hash, ctx.now)?.ok_or(AppError::NotFound("draft"))
}

/// Keeps a draft no longer: it was received, or deleted on the phone.
pub fn delete(tx: &mut DbConn, address: &str) -> Result<()> {
    Ok(drafts_kept::delete(tx, &hash_of(address)?)?)
}
