//! What comes back of a mail, and what follows from it.
//!
//! ```text
//! failed      ledger, mark in the directory, alarm, the next rung of the ladder at once
//! of a test   ledger, mark in the directory
//! everything else                            ledger only
//! taken or ended meanwhile                   ledger, and the mark
//! ```

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    domain::{
        access::Actor,
        account::ActionPurpose,
        audit::{Action, ActorKind, Entry, Object, ObjectKind, Origin, Who},
        bounce::{ReturnKind, Returned},
        message::{Alarm, AlarmKind},
    },
    error::Result,
    ids::MessageId,
    service::alerts::ladder,
    store::{
        action_links, address_marks, alarms, alerts,
        bounces::{self, Bounce},
        conn::DbConn,
    },
};

/// What became of something that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It stands in the ledger now.
    New,
    /// It stood there before.
    Before,
    /// So much came back of this message that no more is kept.
    TooMuch,
    /// There is no such message any more.
    NoMessage,
}

/// Something that came to a return address, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// The message that the address belongs to.
    pub message: MessageId,
    /// What it says.
    pub returned: Returned,
    /// The same for a repeat.
    pub fingerprint: String,
}

/// Notes what came back, with everything that follows from it. Entries of the trace are for the same
/// transaction.
pub fn receive(
    tx: &mut DbConn,
    operator: Option<&str>,
    back: &Return,
    now: DateTime<Utc>,
) -> Result<(Noted, Vec<Entry>)> {
    let Return {
        message, returned, ..
    } = back;
    let Some(found) = bounces::origin(tx, message)? else {
        return Ok((Noted::NoMessage, Vec::new()));
    };
    if let Some(alert) = &found.alert_id {
        // Two addresses of an alert may come back at once: one of the two is the last.
        alerts::lock(tx, alert)?;
    }
    // The end of one handing-over counts once, however many servers tell of it.
    let key = match returned.kind {
        ReturnKind::Failed => format!("{message}/failed/{}", found.handed_over),
        kind => format!("{message}/{kind}/{}", back.fingerprint),
    };
    // What is final is always kept: nobody hides it behind answers.
    if !returned.is_final() && bounces::count_of(tx, message)? >= bounces::MOST_OF_A_MESSAGE {
        return Ok((Noted::TooMuch, Vec::new()));
    }
    let bounce = Bounce {
        received_at: now,
        returned: returned.clone(),
    };
    if !bounces::insert(tx, message, found.case_id.as_ref(), &bounce, &key)? {
        return Ok((Noted::Before, Vec::new()));
    }
    if returned.is_final() {
        bounces::note_on_message(tx, message, now)?;
        follow(tx, operator, back, &found, now)?;
    }
    let entry = found.case_id.as_ref().map(|case| Entry {
        happened_at: now,
        who: Who {
            kind: ActorKind::Service,
            ..Who::from(&Actor::service())
        },
        action: Action::NoteReturn,
        purpose: Action::NoteReturn.purpose(),
        object: Object::new(ObjectKind::Case, case),
        result: "done".to_owned(),
        origin: Origin::default(),
        details: json!({
            "receipt_no": found.receipt_no,
            "message": message,
            "kind": returned.kind,
            "status": returned.status,
        }),
    });
    Ok((Noted::New, entry.into_iter().collect()))
}

/// What follows where a message will never arrive.
fn follow(
    tx: &mut DbConn,
    operator: Option<&str>,
    back: &Return,
    found: &bounces::Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let is_operator = operator.is_some_and(|mail| mail.eq_ignore_ascii_case(&found.recipient));
    let Some(alert) = &found.alert_id else {
        // Of tests the operator hears once, when all of a day are over.
        let purpose = ActionPurpose::TakeCanary;
        if action_links::subject_of(tx, &back.message, purpose)?.is_some() {
            address_marks::set(tx, &found.recipient, &back.message, &back.returned, now)?;
            return Ok(());
        }
        // Mails of accounts are their holders' own business; that the operator's mailbox is dead
        // must be seen on the list, and is not written to that mailbox.
        if is_operator {
            raise(tx, None, back, found, None, now)?;
        }
        return Ok(());
    };
    address_marks::set(tx, &found.recipient, &back.message, &back.returned, now)?;
    if found.is_settled {
        return Ok(());
    }
    let tell = operator.filter(|_| !is_operator);
    raise(tx, Some(&back.message), back, found, tell, now)?;
    ladder::given_up(tx, alert, now)
}

fn raise(
    tx: &mut DbConn,
    of_alert: Option<&MessageId>,
    back: &Return,
    found: &bounces::Origin,
    tell: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let alert = match of_alert {
        Some(message) => alerts::of_message(tx, message)?,
        None => None,
    };
    let alarm = Alarm {
        alarm: AlarmKind::AddressBounced,
        raised_at: now,
        case_id: found.case_id.as_ref().map(ToString::to_string),
        receipt_no: found.receipt_no.clone(),
        role: alert.as_ref().map(|alert| alert.role),
        authority_id: alert
            .and_then(|alert| alert.authority)
            .map(|authority| authority.id),
        message_id: Some(back.message.to_string()),
        reply: back.returned.reason(),
        record: None,
    };
    let kind = AlarmKind::AddressBounced;
    let key = format!("{kind}/{}/{}", back.message, found.handed_over);
    alarms::raise_and_tell(tx, &alarm, &key, tell)?;
    Ok(())
}
