//! Taking an alert by the link of its mail: no account, once for each alert.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{behind_link, officers};
use crate::{
    domain::{
        access::ActorRole,
        acknowledgement::Officer,
        audit::{Action, Entry, Object, ObjectKind, Origin},
        case::Event,
        post,
    },
    error::Result,
    ids::EventId,
    sealing::{Column, Keys},
    service::sealed,
    store::{
        acknowledgements::{self, Taken},
        cases,
        conn::DbConn,
        events::{self, NewEvent},
        links,
    },
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
    let taken = Taken {
        alert: linked.alert.clone(),
        message: linked.message.clone(),
        at: now,
        officer: officers::seal(&key, Column::AcknowledgementOfficer, &linked.alert, officer)?,
    };
    if !acknowledgements::insert(tx, &linked.case.id, &taken)? {
        return Ok((Pressed::TakenBefore, Vec::new()));
    }
    let case = &linked.case;
    let authority = linked.reader.as_ref();
    let event = Event {
        id: EventId::generate(),
        case_id: case.id.clone(),
        happened_at: now,
        actor: authority.map_or_else(|| linked.role.to_string(), |who| who.name.clone()),
        // Who has no queue here acts for its ministry.
        actor_role: post::handles_as(linked.role).unwrap_or(ActorRole::Ministry),
        action: "alert_taken".into(),
        from_status: Some(case.status),
        to_status: case.status,
        reason: None,
        details: json!({ "alert": linked.alert, "name": officer.name, "post": officer.post, "phone": officer.phone }),
    };
    events::insert(tx, vec![NewEvent::seal(&event, &key)?])?;
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
