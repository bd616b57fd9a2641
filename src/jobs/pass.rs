//! One pass of the delivery job: everything in flight between the outbox and the mail server.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use tokio::{
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep_until},
};

use super::{
    attempt::{Tried, send, settle},
    deliver_outbox::{DeliverOutbox, LEASE},
    with_cause,
};
use crate::{
    error::Result,
    ids::MessageId,
    mail::transport::Connection,
    store::outbox::{self, Claim, Claimed, Outcome},
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
        let alarmed = self.tried.iter().any(|tried| tried.is_given_up());
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
            let keys = self.job.keys.clone();
            let task = send(connection, claimed, letterhead, keys, self.job.clock);
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
