//! One pass of the delivery job: everything in flight between the outbox and the mail server.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::{
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep_until},
};

use super::{
    deliver_outbox::{DeliverOutbox, LEASE, Letterhead},
    retry::{MAX_ATTEMPTS, wait_after},
    with_cause,
};
use crate::{
    domain::message::{Alarm, AlarmKind, Message},
    error::Result,
    ids::MessageId,
    mail::{
        compose::{Posting, compose},
        render::render,
        transport::{Connection, Delivery},
    },
    store::{
        alarms, alerts,
        conn::DbConn,
        outbox::{self, Claim, Claimed, Outcome, Settlement},
    },
    time::Clock,
};

/// Messages claimed at once: few while the server is slow or refuses, so that others can be
/// claimed elsewhere or withdrawn; more and more while it is quick.
const SMALLEST_BATCH: i64 = 8;
const LARGEST_BATCH: i64 = 128;
/// Tries recorded in one transaction.
const SETTLE_AT: usize = 64;
/// How often the outbox is looked at, and what the database refused is tried again.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Well within a lease.
const RENEW_EVERY: Duration = Duration::from_secs(10);
/// How long a stop waits for mails that are being sent.
const GRACE: Duration = Duration::from_secs(10);

/// Everything that is in flight.
pub(super) struct Pass<'a> {
    job: &'a DeliverOutbox,
    idle: Vec<Connection>,
    ready: VecDeque<Claimed>,
    sending: JoinSet<(Connection, Tried)>,
    held: HashMap<Id, MessageId>,
    tried: Vec<Tried>,
    /// Something may be due that is not claimed yet.
    more: bool,
    batch: i64,
    count: usize,
}

/// A message after its try.
#[derive(Clone)]
struct Tried {
    settlement: Settlement,
    noted_at: DateTime<Utc>,
    /// Set where the message was given up.
    alarm: Option<GivenUp>,
}

#[derive(Clone)]
struct GivenUp {
    alarm: Alarm,
    /// Not told by mail that mail about an alarm has failed.
    tell: bool,
}

impl<'a> Pass<'a> {
    pub(super) fn new(job: &'a DeliverOutbox, idle: Vec<Connection>) -> Self {
        Self {
            job,
            idle,
            ready: VecDeque::new(),
            sending: JoinSet::new(),
            held: HashMap::new(),
            tried: vec![],
            more: true,
            batch: SMALLEST_BATCH,
            count: 0,
        }
    }

    pub(super) fn into_connections(self) -> Vec<Connection> {
        self.idle
    }

    /// Delivers until nothing is due and nothing in flight, or until the service stops.
    pub(super) async fn deliver(&mut self) -> Result<usize> {
        let mut stop = self.job.stop.clone();
        let mut look_at = Instant::now() + LOOK_EVERY;
        let mut renew_at = Instant::now() + RENEW_EVERY;
        let mut give_up_at = None;
        // Where nobody is left who could say "stop", there is nothing to listen for.
        let mut listen = true;
        // Set while the database refuses: what was tried is not forgotten meanwhile.
        let mut refused = None;
        loop {
            let stopping = *stop.borrow_and_update();
            if stopping {
                give_up_at.get_or_insert_with(|| Instant::now() + GRACE);
                self.release_ready().await;
            }
            if refused.is_none()
                && let Err(error) = self.exchange(!stopping).await
            {
                tracing::warn!("The outbox cannot be reached: {}", with_cause(&error));
                refused = Some(error);
            }
            self.start_sending();

            let nothing_in_flight =
                self.sending.is_empty() && self.ready.is_empty() && self.tried.is_empty();
            match refused.take_if(|_| nothing_in_flight) {
                Some(error) => return Err(error),
                None if nothing_in_flight && (stopping || !self.more) => return Ok(self.count),
                None => {}
            }
            if give_up_at.is_some_and(|end| end <= Instant::now()) {
                tracing::warn!("Stopped with {} mail(s) being sent", self.sending.len());
                self.sending.abort_all();
                return Ok(self.count);
            }
            if nothing_in_flight || (self.must_exchange(!stopping) && refused.is_none()) {
                continue;
            }

            tokio::select! {
                Some(sent) = self.sending.join_next_with_id() => {
                    self.note(sent);
                    while let Some(sent) = self.sending.try_join_next_with_id() {
                        self.note(sent);
                    }
                }
                () = self.job.wake.wait(), if !stopping => self.more = true,
                () = sleep_until(look_at) => {
                    look_at = Instant::now() + LOOK_EVERY;
                    self.more = true;
                    refused = None;
                    if renew_at <= Instant::now() {
                        renew_at = Instant::now() + RENEW_EVERY;
                        self.renew().await;
                    }
                }
                changed = stop.changed(), if listen && !stopping => listen = changed.is_ok(),
            }
        }
    }

    /// Whether something is to be written or read in the outbox now.
    fn must_exchange(&self, may_claim: bool) -> bool {
        self.must_claim(may_claim) || self.must_settle()
    }

    fn must_claim(&self, may_claim: bool) -> bool {
        may_claim && self.more && self.ready.len() < self.batch as usize / 2
    }

    fn must_settle(&self) -> bool {
        !self.tried.is_empty() && (self.ready.is_empty() || self.tried.len() >= SETTLE_AT)
    }

    /// Records what was tried and claims what is due: one transaction for both.
    async fn exchange(&mut self, may_claim: bool) -> Result<()> {
        if !self.must_exchange(may_claim) {
            return Ok(());
        }
        let limit = if self.must_claim(may_claim) {
            self.batch
        } else {
            0
        };
        let tried = self.tried.clone();
        let operator = self.job.letterhead.operator.clone();
        let now = self.job.clock.now();
        let claim = self
            .job
            .db
            .write(move |tx| {
                settle(tx, &tried, operator.as_deref(), now)?;
                let nothing = Claim {
                    messages: vec![],
                    more: false,
                };
                Ok(match limit {
                    0 => nothing,
                    limit => outbox::claim(tx, now, LEASE, limit)?,
                })
            })
            .await?;
        // A message that was given up may have noted one to the operator, claimed or not.
        let alarmed = self.tried.iter().any(|tried| tried.alarm.is_some());
        for tried in self.tried.drain(..) {
            tried.tell(&self.job.metrics);
        }
        self.more |= alarmed;
        if limit > 0 {
            self.more = claim.more || alarmed;
            self.count += claim.messages.len();
            self.ready.extend(claim.messages);
        }
        Ok(())
    }

    /// Gives each idle connection something to send.
    fn start_sending(&mut self) {
        while !self.ready.is_empty()
            && let Some(connection) = self.idle.pop()
            && let Some(claimed) = self.ready.pop_front()
        {
            let id = claimed.id.clone();
            let letterhead = self.job.letterhead.clone();
            let task = send(connection, claimed, letterhead, self.job.clock);
            let handle = self.sending.spawn(task);
            self.held.insert(handle.id(), id);
        }
    }

    fn note(&mut self, sent: std::result::Result<(Id, (Connection, Tried)), JoinError>) {
        match sent {
            Ok((task, (connection, tried))) => {
                self.held.remove(&task);
                self.idle.push(connection);
                self.batch = match tried.settlement.outcome {
                    Outcome::Delayed { .. } => SMALLEST_BATCH,
                    Outcome::Sent { .. } | Outcome::Failed => (self.batch + 4).min(LARGEST_BATCH),
                };
                self.tried.push(tried);
            }
            Err(panic) => {
                // Its lease runs out, and it is tried again.
                if let Some(id) = self.held.remove(&panic.id()) {
                    tracing::error!(message.id = %id, "Sending message {id} panicked");
                }
                self.idle.push(self.job.fresh_connection());
            }
        }
    }

    /// Keeps what is in flight from being sent by somebody else as well.
    async fn renew(&mut self) {
        let waiting = self.ready.iter().map(|claimed| claimed.id.clone());
        let tried = self
            .tried
            .iter()
            .map(|tried| tried.settlement.message_id.clone());
        let ids: Vec<MessageId> = self
            .held
            .values()
            .cloned()
            .chain(waiting)
            .chain(tried)
            .collect();
        if ids.is_empty() {
            return;
        }
        let until = self.job.clock.now() + LEASE;
        match self
            .job
            .db
            .write(move |tx| Ok(outbox::renew(tx, &ids, until)?))
            .await
        {
            Ok(still) => self.ready.retain(|claimed| still.contains(&claimed.id)),
            Err(error) => tracing::warn!("Leases could not be renewed: {}", with_cause(&error)),
        }
    }

    /// Lets others send what was claimed here and not begun.
    async fn release_ready(&mut self) {
        let ids: Vec<MessageId> = self.ready.drain(..).map(|claimed| claimed.id).collect();
        if ids.is_empty() {
            return;
        }
        if let Err(error) = self
            .job
            .db
            .write(move |tx| Ok(outbox::release(tx, &ids)?))
            .await
        {
            tracing::warn!("Claimed messages wait for the end of their lease: {error}");
        }
    }
}

/// Sends one message. Whatever goes wrong is an outcome.
async fn send(
    mut connection: Connection,
    claimed: Claimed,
    letterhead: Arc<Letterhead>,
    clock: Clock,
) -> (Connection, Tried) {
    let message = read_payload(&claimed);
    let prepared = message.as_ref().map_err(Clone::clone).and_then(|message| {
        let link = claimed
            .link_secret
            .as_ref()
            .filter(|_| message.has_link())
            .map(|secret| format!("{}/a/{secret}", letterhead.public_url));
        let email = render(message, link.as_deref()).map_err(|error| error.to_string())?;
        let posting = Posting {
            message_id: claimed.id.as_str(),
            noted_at: claimed.noted_at,
            to: &claimed.recipient,
            urgent: message.is_urgent(),
        };
        compose(&email, &letterhead.sender, &posting).map_err(|error| error.to_string())
    });
    let delivery = match prepared {
        Ok(mail) => connection.deliver(&mail).await,
        // Facts or an address that cannot be read do not get better by themselves.
        Err(reply) => Delivery::Permanent { reply },
    };
    let tried = Tried::new(&claimed, message.ok(), delivery, clock.now());
    (connection, tried)
}

fn read_payload(claimed: &Claimed) -> std::result::Result<Message, String> {
    let payload = claimed.payload.as_deref().ok_or("the facts were emptied")?;
    serde_json::from_str(payload).map_err(|_| "the stored facts cannot be read".to_owned())
}

impl Tried {
    fn new(
        claimed: &Claimed,
        message: Option<Message>,
        delivery: Delivery,
        now: DateTime<Utc>,
    ) -> Self {
        let (outcome, reply) = match delivery {
            Delivery::Accepted { reply } => {
                let forget = message
                    .as_ref()
                    .is_some_and(Message::is_forgotten_when_sent);
                (Outcome::Sent { forget }, reply)
            }
            Delivery::Temporary { reply } if claimed.attempt < MAX_ATTEMPTS => {
                let due_at = now + wait_after(claimed.attempt, &claimed.id);
                (Outcome::Delayed { due_at }, reply)
            }
            Delivery::Temporary { reply } | Delivery::Permanent { reply } => {
                (Outcome::Failed, reply)
            }
        };
        let alarm = (outcome == Outcome::Failed).then(|| {
            let (receipt_no, role) = match &message {
                Some(Message::Alert(facts)) => (Some(&facts.receipt_no), Some(facts.role)),
                Some(Message::AlertUpdate(update)) => {
                    (Some(&update.now.receipt_no), Some(update.now.role))
                }
                Some(Message::Withdrawn(withdrawn)) => (Some(&withdrawn.receipt_no), None),
                Some(Message::OperatorAlarm(_)) | None => (None, None),
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
                },
            }
        });
        Self {
            settlement: Settlement {
                message_id: claimed.id.clone(),
                attempted_at: now,
                outcome,
                reply,
            },
            noted_at: claimed.noted_at,
            alarm,
        }
    }

    /// Counts and logs, once the try is recorded. Names ids only.
    fn tell(&self, metrics: &super::deliver_outbox::DeliveryMetrics) {
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

/// The tries, their outcomes and the alarms about them stand or fall together.
fn settle(
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
            alarm.role = Some(alert.role);
            alarm.authority_id = alert.authority.map(|authority| authority.id);
        }
        let attempted_at = tried.settlement.attempted_at.timestamp_micros();
        let key = format!("{}/{id}/{attempted_at}", AlarmKind::MessageFailed);
        alarms::raise_and_tell(tx, &alarm, &key, operator.filter(|_| *tell))?;
    }
    Ok(())
}
