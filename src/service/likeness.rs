//! Other reports of the same accident: the keys by which they are found, and which cases were merged. Cases that are
//! older than these tables are written in by and by.

use chrono::{DateTime, Utc};

use super::sealed;
use crate::{
    domain::{
        access::Sight,
        case::{CaseStatus, Progress, course, duplicates::keys},
        declaration::Declaration,
    },
    error::{AppError, Result},
    ids::CaseId,
    sealing::Keys,
    store::{cases, conn::DbConn, events, likeness, merges},
};

/// The way in which keys are made. Whoever changes it counts it up, and every case is written anew.
const SCHEME: i32 = 1;
/// Cases in one transaction: declarations wait behind it.
const PAGE: i64 = 50;

/// The hashed keys of everybody hurt.
pub fn keys_of(keys: &Keys, facts: &Declaration) -> Vec<String> {
    let texts = keys::keys_of(facts).into_iter();
    texts
        .map(|key| keys.likeness_hash(key.kind.as_str(), &key.text))
        .collect()
}

/// Whether every case that is older than the keys has them.
pub fn is_filled(tx: &mut DbConn) -> Result<bool> {
    Ok(likeness::is_filled(tx, SCHEME)?)
}

/// Writes the keys of the next cases that are older than they, in one transaction; `None` once all were looked at.
/// Can be stopped at any point and goes on where it stood.
pub fn fill_next(tx: &mut DbConn, keys: &Keys, now: DateTime<Utc>) -> Result<Option<usize>> {
    let Some(after) = likeness::claim_fill(tx, SCHEME, now)? else {
        return Ok(None);
    };
    let page = likeness::after(tx, &after, PAGE)?;
    for id in &page {
        match fill(tx, keys, id) {
            Err(AppError::Busy) => return Err(AppError::Busy),
            // One that does not open must not hold up the others: it is found by place and time all the same.
            Err(error) => tracing::error!(case.id = %id, "A case has no likeness keys: {error}"),
            Ok(()) => {}
        }
    }
    likeness::note_fill(tx, SCHEME, page.last(), now)?;
    Ok((!page.is_empty()).then_some(page.len()))
}

fn fill(tx: &mut DbConn, keys: &Keys, id: &CaseId) -> Result<()> {
    // A supplement of the same moment waits, or was written before this looks.
    cases::lock(tx, id)?;
    let Some(case) = cases::find(tx, id, &Sight::All)? else {
        return Ok(());
    };
    let key = sealed::key_of(keys, &case)?;
    if let Some(facts) = sealed::shown_facts(&key, &case)? {
        likeness::set(tx, id, case.occurred_at, &keys_of(keys, &facts))?;
    }
    if case.status == CaseStatus::Duplicate {
        let timeline = events::list(tx, id, &key)?;
        let merged = timeline
            .iter()
            .rfind(|event| event.action == "mark_duplicate");
        let since = merged.map_or(case.received_at, |event| event.happened_at);
        if let Some(master) = course::master(&Progress::of(&timeline)) {
            merges::note(tx, id, &master, since)?;
        }
    }
    Ok(())
}
