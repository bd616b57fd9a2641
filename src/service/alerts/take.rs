//! Taking an alert by the link of its mail: no account, once for each alert.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{
    acknowledge::{acknowledge, note_in_timeline},
    behind_link,
};
use crate::{
    domain::{
        acknowledgement::Officer,
        audit::{Action, Entry, Object, ObjectKind, Origin},
    },
    error::Result,
    sealing::Keys,
    service::sealed,
    store::{acknowledgements::How, address_marks, cases, conn::DbConn, links},
};

/// What came of pressing the button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    /// The alert is taken, by whoever pressed.
    Taken,
    /// Somebody else had taken it.
    TakenBefore,
    /// The link opens nothing.
    Gone,
}

/// Takes the alert of the mail whose link has this `secret`. The timeline and the trace say so in the
/// same transaction; who it was is sealed with the case.
pub fn take(
    tx: &mut DbConn,
    keys: &Keys,
    secret: &str,
    officer: &Officer,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(Pressed, Vec<Entry>)> {
    // An alert is taken or refused, and never both.
    if let Some(target) = links::find(tx, &links::hash(secret), now)? {
        cases::lock(tx, &target.case_id)?;
    }
    let Some(mut linked) = behind_link(tx, keys, secret, now)? else {
        return Ok((Pressed::Gone, Vec::new()));
    };
    let key = sealed::key_to_write(tx, keys, &mut linked.case)?;
    let Some(alert) = linked.own().map(|own| own.ledger.alert.clone()) else {
        return Ok((Pressed::Gone, Vec::new()));
    };
    let (case, how) = (&linked.case, (How::Link, Some(&linked.message)));
    if !acknowledge(tx, (case, &key), &alert, how, officer, now)? {
        return Ok((Pressed::TakenBefore, Vec::new()));
    }
    // Whoever takes an alert by its mail proves that mail arrives there.
    address_marks::clear_of_message(tx, &linked.message)?;
    note_in_timeline(tx, (case, &key), &alert, officer, now)?;
    let entry = Entry {
        happened_at: now,
        who: linked.who(),
        action: Action::TakeAlert,
        purpose: Action::TakeAlert.purpose(),
        object: Object::new(ObjectKind::Case, &case.id),
        result: "done".to_owned(),
        origin: origin.clone(),
        details: json!({ "receipt_no": case.receipt_no, "alert": linked.alert }),
    };
    Ok((Pressed::Taken, vec![entry]))
}
