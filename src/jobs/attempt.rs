//! One try to deliver one message: worded, sent, and recorded with what follows from it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    deliver_outbox::{DeliveryMetrics, Letterhead},
    retry::{is_last, wait_after},
};
use crate::{
    domain::message::{Alarm, AlarmKind, Message},
    error::Result,
    mail::{
        compose::{Posting, compose},
        relays::{Carried, Try, Way, Worker},
        render::{Links, render_with},
        transport::Delivery,
    },
    sealing::Keys,
    service::{alerts::ladder, opt_outs},
    store::{
        alarms, alerts,
        conn::DbConn,
        outbox::{self, Claimed, InVain, Outcome, Settlement},
    },
    time::Clock,
};

/// A message after its try.
#[derive(Clone)]
pub(super) struct Tried {
    pub(super) settlement: Settlement,
    noted_at: DateTime<Utc>,
    /// A relay that had been away has answered.
    pub(super) is_back: bool,
    /// Set where the message was given up.
    alarm: Option<GivenUp>,
}

#[derive(Clone)]
struct GivenUp {
    alarm: Alarm,
    /// Not told by mail that mail about an alarm has failed.
    tell: bool,
}

/// Sends one message. Whatever goes wrong is an outcome.
pub(super) async fn send(
    mut worker: Worker,
    way: Way,
    claimed: Claimed,
    letterhead: Arc<Letterhead>,
    keys: Arc<Keys>,
    clock: Clock,
) -> (Worker, Tried) {
    let message = read_payload(&claimed, &keys);
    let prepared = message.as_ref().map_err(Clone::clone).and_then(|message| {
        let link = link_of(message, &claimed, &letterhead);
        let opt_out = opt_out_of(message, &claimed.recipient, &keys, &letterhead);
        let links = Links {
            link: link.as_deref(),
            opt_out: opt_out.as_deref(),
        };
        let email = render_with(message, links).map_err(|error| error.to_string())?;
        let posting = Posting {
            message_id: claimed.id.as_str(),
            noted_at: claimed.noted_at,
            to: &claimed.recipient,
            urgent: message.is_urgent(),
            unsubscribe: opt_out.as_deref(),
        };
        compose(&email, &letterhead.sender, &posting).map_err(|error| error.to_string())
    });
    let tried = match prepared {
        Ok(mail) => {
            let carried = worker.deliver(&mail, way, clock).await;
            Tried::new(&claimed, message.ok(), carried)
        }
        // Facts or an address that cannot be read do not get better by themselves.
        Err(reply) => {
            worker.not_begun(&way);
            Tried::given_up(&claimed, message.ok(), reply, clock.now())
        }
    };
    (worker, tried)
}

/// The address of the link that this copy carries, where it has one.
pub(super) fn link_of(
    message: &Message,
    claimed: &Claimed,
    letterhead: &Letterhead,
) -> Option<String> {
    // Many cases, each behind the reader's own sign-in: their queue, the nearest limit first. The operator sees none.
    if let Message::Digest(facts) = message {
        let mine = match (&facts.post, facts.authority.as_str()) {
            (Some(_), _) => "&assigned_to=me",
            (None, "") => return None,
            (None, _) => "",
        };
        let queue = format!("{}/api/v1/cases?status=open{mine}", letterhead.public_url);
        return Some(queue);
    }
    let link = message.link_path().zip(claimed.link_secret.as_ref());
    link.map(|(path, secret)| format!("{}/{path}/{secret}", letterhead.public_url))
}

/// Where its reader stops other messages of the kind, where they may.
fn opt_out_of(
    message: &Message,
    recipient: &str,
    keys: &Keys,
    letterhead: &Letterhead,
) -> Option<String> {
    let token = opt_outs::token(keys, message.opt_out_of()?, recipient);
    Some(format!("{}/reminders/{token}", letterhead.public_url))
}

/// What a message says.
pub(super) fn read_payload(claimed: &Claimed, keys: &Keys) -> std::result::Result<Message, String> {
    let payload = claimed.open(keys).map_err(|why| {
        tracing::error!(message.id = %claimed.id, "A message cannot be read: {why}");
        "the stored facts do not open".to_owned()
    })?;
    let payload = payload.ok_or("the facts were emptied")?;
    serde_json::from_str(&payload).map_err(|_| "the stored facts cannot be read".to_owned())
}

impl Tried {
    /// A message that was tried.
    pub(super) fn new(claimed: &Claimed, message: Option<Message>, carried: Carried) -> Self {
        let now = carried.last.at;
        let (outcome, reply) = match carried.last.delivery {
            Delivery::Accepted { reply } => {
                let forget = message
                    .as_ref()
                    .is_some_and(Message::is_forgotten_when_sent);
                (Outcome::Sent { forget }, reply)
            }
            Delivery::Temporary { reply, .. }
                if !is_last(claimed.attempt, now - claimed.noted_at) =>
            {
                let wait = wait_after(claimed.attempt, claimed.priority, &claimed.id);
                (Outcome::Delayed { due_at: now + wait }, reply)
            }
            Delivery::Temporary { reply, .. } | Delivery::Permanent { reply } => {
                (Outcome::Failed, reply)
            }
        };
        let mut tried = Self::with(claimed, message, outcome, reply, now);
        tried.settlement.transit = Some(carried.last.transit);
        tried.settlement.earlier = carried.earlier.into_iter().map(in_vain).collect();
        tried.is_back = carried.is_back;
        tried
    }

    /// One that no relay can be asked to carry.
    pub(super) fn given_up(
        claimed: &Claimed,
        message: Option<Message>,
        reply: String,
        now: DateTime<Utc>,
    ) -> Self {
        Self::with(claimed, message, Outcome::Failed, reply, now)
    }

    fn with(
        claimed: &Claimed,
        message: Option<Message>,
        outcome: Outcome,
        reply: String,
        now: DateTime<Utc>,
    ) -> Self {
        // Of tests that did not arrive the operator hears once, when all of a day are over.
        let is_told_later = matches!(message, Some(Message::Canary(_)));
        let alarm = (outcome == Outcome::Failed && !is_told_later).then(|| {
            let (receipt_no, role) = match &message {
                Some(Message::Alert(facts)) => (Some(&facts.receipt_no), Some(facts.role)),
                Some(Message::AlertUpdate(update)) => {
                    (Some(&update.now.receipt_no), Some(update.now.role))
                }
                Some(Message::Withdrawn(withdrawn)) => (Some(&withdrawn.receipt_no), None),
                Some(
                    Message::OperatorAlarm(_)
                    | Message::TraceRoot(_)
                    | Message::AccountLink(_)
                    | Message::AccountNews(_)
                    | Message::Digest(_)
                    | Message::Canary(_),
                )
                | None => (None, None),
            };
            GivenUp {
                tell: !matches!(message, Some(Message::OperatorAlarm(_))),
                alarm: Alarm {
                    alarm: AlarmKind::MessageFailed,
                    raised_at: now,
                    case_id: claimed.case_id.as_ref().map(ToString::to_string),
                    receipt_no: receipt_no.cloned(),
                    role,
                    authority_id: None,
                    message_id: Some(claimed.id.to_string()),
                    reply: Some(reply.clone()),
                    record: None,
                },
            }
        });
        Self {
            settlement: Settlement {
                message_id: claimed.id.clone(),
                attempted_at: now,
                outcome,
                reply,
                transit: None,
                earlier: Vec::new(),
            },
            noted_at: claimed.noted_at,
            is_back: false,
            alarm,
        }
    }

    /// Whether the message was given up.
    pub(super) fn is_given_up(&self) -> bool {
        self.alarm.is_some()
    }

    /// Counts and logs, once the try is recorded. Names ids only.
    pub(super) fn tell(&self, metrics: &DeliveryMetrics) {
        let id = &self.settlement.message_id;
        let outcome = match self.settlement.outcome {
            Outcome::Sent { .. } => {
                let delay: TimeDelta = self.settlement.attempted_at - self.noted_at;
                metrics.delay.observe(delay.as_seconds_f64());
                tracing::debug!(message.id = %id, "Delivered message {id}");
                "sent"
            }
            Outcome::Delayed { due_at } => {
                tracing::warn!(message.id = %id, "Message {id} waits until {due_at}");
                "delayed"
            }
            Outcome::Failed => {
                tracing::error!(message.id = %id, "Gave up on message {id}");
                "failed"
            }
        };
        metrics.attempts.with_label_values(&[outcome]).inc();
    }
}

fn in_vain(one: Try) -> InVain {
    let (Delivery::Accepted { reply }
    | Delivery::Temporary { reply, .. }
    | Delivery::Permanent { reply }) = one.delivery;
    InVain {
        at: one.at,
        reply,
        transit: one.transit,
    }
}

/// The tries, their outcomes and the alarms about them stand or fall together.
pub(super) fn settle(
    tx: &mut DbConn,
    tried: &[Tried],
    operator: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let settlements: Vec<Settlement> = tried.iter().map(|tried| tried.settlement.clone()).collect();
    outbox::settle(tx, &settlements, now)?;
    for tried in tried {
        let Some(GivenUp { alarm, tell }) = &tried.alarm else {
            continue;
        };
        let id = &tried.settlement.message_id;
        let mut alarm = alarm.clone();
        if let Some(alert) = alerts::of_message(tx, id)? {
            ladder::given_up(tx, &alert.id, now)?;
            alarm.role = Some(alert.role);
            alarm.authority_id = alert.authority.map(|authority| authority.id);
        }
        let attempted_at = tried.settlement.attempted_at.timestamp_micros();
        let key = format!("{}/{id}/{attempted_at}", AlarmKind::MessageFailed);
        alarms::raise_and_tell(tx, &alarm, &key, operator.filter(|_| *tell))?;
    }
    Ok(())
}
