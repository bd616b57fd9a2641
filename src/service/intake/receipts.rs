//! What whoever holds a receipt may know of it: that it came, who is told, who has taken it, and whether the case is still
//! open (L84 Art. 34.2). Nothing of anybody: neither who gave notice, nor who was hurt, nor where.
//!
//! A number is short, so that it can be read over the telephone, and numbers of nobody are counted by who asks for
//! them. The address of its page has a tag besides, and needs no counting: the one who was given the receipt has it.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use super::gate;
use crate::{
    domain::{
        access::Sight, audit::Origin, limits::RECEIPTS_MISSED_FROM_ADDRESS, notice::NoticeState,
        receipt::ReceiptNo,
    },
    error::{AppError, Result},
    sealing::Keys,
    service::{Ctx, declarations::answer::RoutingAnswer, limits},
    store::{
        alerts::{self, AlertStatus},
        cases,
        conn::DbConn,
        declarations::{self, Stored},
        notices,
    },
};

/// Bytes of the tag: nobody guesses 96 bits.
const TAG: usize = 12;

/// Where what was received stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A human looks at it first; nobody is told yet.
    Held,
    /// An official found that it was false.
    Rejected,
    /// Whoever must know was told; nobody has taken it.
    Sent,
    /// Being dealt with.
    Open,
    /// Nothing more is to be done.
    Ended,
}

/// What the holder of a receipt is told.
pub struct Followed {
    /// Number.
    pub receipt_no: String,
    /// When it was received.
    pub received_at: chrono::DateTime<chrono::Utc>,
    /// Where it stands.
    pub stage: Stage,
    /// Who is told, and whether they have taken it; empty while it is held.
    pub told: Vec<RoutingAnswer>,
}

fn tag(keys: &Keys, receipt_no: &str) -> String {
    let key = keys.derived(&format!("receipt page/{receipt_no}"));
    BASE64URL_NOPAD.encode(&key[..TAG])
}

/// The last part of the address of a receipt's page.
pub fn address(keys: &Keys, receipt_no: &str) -> String {
    format!("{receipt_no}~{}", tag(keys, receipt_no))
}

/// As whom somebody is counted who asks for numbers of nobody.
pub fn asker(origin: &Origin) -> String {
    gate::network(origin.address.as_deref())
}

/// The address of the page of a number as somebody typed it.
///
/// # Errors
/// [`AppError::ReceiptMistyped`] where its check character says so, [`AppError::NotFound`] where nobody was given it
/// (the caller counts that in a transaction of its own), [`AppError::TooMany`] where that was too often.
pub fn find(tx: &mut DbConn, ctx: &Ctx, typed: &str) -> Result<String> {
    let number = ReceiptNo::parse(typed).map_err(|_| AppError::ReceiptMistyped)?;
    let limit = &RECEIPTS_MISSED_FROM_ADDRESS;
    limits::check(tx, &ctx.keys, limit, &asker(&ctx.origin), ctx.now)?;
    declarations::find(tx, number.as_str())?.ok_or(AppError::NotFound("declaration"))?;
    Ok(address(&ctx.keys, number.as_str()))
}

/// What was received, of an address that [`address`] made.
pub(super) fn behind(tx: &mut DbConn, ctx: &Ctx, address: &str) -> Result<Stored> {
    let gone = || AppError::NotFound("declaration");
    let (number, shown) = address.split_once('~').ok_or_else(gone)?;
    // Hashed once more, so that the time of the comparison tells nothing of the tag.
    if Sha256::digest(shown) != Sha256::digest(tag(&ctx.keys, number)) {
        return Err(gone());
    }
    declarations::find(tx, number)?.ok_or_else(gone)
}

/// What stands on the page of an address that [`address`] made.
pub fn follow(tx: &mut DbConn, ctx: &Ctx, address: &str) -> Result<Followed> {
    let gone = || AppError::NotFound("declaration");
    let stored = behind(tx, ctx, address)?;
    let case = cases::find(tx, &stored.case_id, &Sight::All)?.ok_or_else(gone)?;
    let notice = notices::state(tx, &stored.case_id)?;
    let mut alerts = match notice {
        Some(NoticeState::Held | NoticeState::Rejected) => Vec::new(),
        _ => alerts::ledger(tx, &stored.case_id)?,
    };
    alerts.retain(|one| {
        let status = one.status();
        status != AlertStatus::Superseded && status != AlertStatus::Withdrawn
    });
    let is_taken = alerts
        .iter()
        .any(|one| one.status() == AlertStatus::Acknowledged);
    let stage = match notice {
        Some(NoticeState::Held) => Stage::Held,
        Some(NoticeState::Rejected) => Stage::Rejected,
        _ if case.is_ended() => Stage::Ended,
        // Where nobody had to be told, nobody is waited for.
        _ if case.status.is_in_hand() || is_taken || alerts.is_empty() => Stage::Open,
        _ => Stage::Sent,
    };
    Ok(Followed {
        receipt_no: stored.receipt_no,
        received_at: stored.received_at,
        stage,
        told: alerts.iter().map(RoutingAnswer::from).collect(),
    })
}
