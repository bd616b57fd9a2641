//! One pass of the delivery job: everything in flight between the outbox and the relays.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use chrono::TimeDelta;
use tokio::{
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep_until},
};

use super::{
    attempt::{Tried, send, settle},
    deliver_outbox::{DeliverOutbox, LEASE},
    ready::Ready,
    slots::{Place, may_begin},
    with_cause,
};
use crate::{
    domain::{
        contact::Channel,
        delivery::{Priority, domain_of},
    },
    error::Result,
    ids::MessageId,
    mail::relays::Worker,
    store::{
        outbox::{self, Claim, Claimed, Outcome, Wanted},
        outbox_due,
    },
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
/// A domain at which a message takes so long is slow: what else waits for it makes room.
const SLOW: Duration = Duration::from_secs(5);
/// For how long what waits for a slow domain makes room.
const URGENT_MAKES_ROOM: TimeDelta = TimeDelta::seconds(5);
const OTHERS_MAKE_ROOM: TimeDelta = TimeDelta::seconds(30);
/// Messages made due in one transaction once a relay is back.
const BROUGHT_FORWARD: i64 = 500;

/// Everything that is in flight.
pub(super) struct Pass<'a> {
    job: &'a DeliverOutbox,
    idle: Vec<Worker>,
    ready: Ready,
    busy: JoinSet<Done>,
    flights: HashMap<Id, Flight>,
    tried: Vec<Tried>,
    /// Since when the oldest of these waits to be recorded.
    tried_since: Option<Instant>,
    /// Something may be due that is not claimed yet.
    more: bool,
    /// The same of what is urgent.
    more_urgent: bool,
    /// So many messages that wait for their next try are to be made due.
    bring_forward: i64,
    batch: i64,
    count: usize,
}

/// What a worker has done.
enum Done {
    /// Tried a message.
    Sent(Worker, Box<Tried>),
    /// Looked at a relay, which is on trial from now on or not.
    Looked(Worker, bool),
}

/// What a worker is doing.
struct Flight {
    /// The message; none where it looks at a relay.
    message: Option<MessageId>,
    urgent: bool,
    domain: Option<String>,
    since: Instant,
}

impl Flight {
    fn place(&self) -> Place<'_> {
        Place {
            urgent: self.urgent,
            domain: self.domain.as_deref(),
        }
    }
}

impl<'a> Pass<'a> {
    pub(super) fn new(job: &'a DeliverOutbox, idle: Vec<Worker>) -> Self {
        Self {
            job,
            idle,
            ready: Ready::default(),
            busy: JoinSet::new(),
            flights: HashMap::new(),
            tried: vec![],
            tried_since: None,
            more: true,
            more_urgent: true,
            // After a start nobody knows whether what failed before would fail again: one is tried.
            bring_forward: i64::from(job.looks_first()),
            batch: SMALLEST_BATCH,
            count: 0,
        }
    }

    pub(super) fn into_workers(self) -> Vec<Worker> {
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
                let all = self.ready.take_all(|_| true);
                self.give_back(all, None).await;
            }
            if refused.is_none()
                && let Err(error) = self.exchange(!stopping).await
            {
                tracing::warn!("The outbox cannot be reached: {}", with_cause(&error));
                refused = Some(error);
            }
            self.start_sending();
            if !stopping {
                self.start_looking();
            }

            let nothing_in_flight =
                self.busy.is_empty() && self.ready.is_empty() && self.tried.is_empty();
            match refused.take_if(|_| nothing_in_flight) {
                Some(error) => return Err(error),
                None if nothing_in_flight && !self.must_exchange(!stopping) => {
                    return Ok(self.count);
                }
                None => {}
            }
            if give_up_at.is_some_and(|end| end <= Instant::now()) {
                tracing::warn!("Stopped with {} mail(s) being sent", self.busy.len());
                self.busy.abort_all();
                return Ok(self.count);
            }
            if nothing_in_flight || (self.must_exchange(!stopping) && refused.is_none()) {
                continue;
            }

            tokio::select! {
                Some(done) = self.busy.join_next_with_id() => {
                    self.note(done);
                    while let Some(done) = self.busy.try_join_next_with_id() {
                        self.note(done);
                    }
                }
                () = self.job.wake.wait(), if !stopping => self.look_again(),
                () = sleep_until(look_at) => {
                    look_at = Instant::now() + LOOK_EVERY;
                    self.look_again();
                    refused = None;
                    self.make_room().await;
                    if renew_at <= Instant::now() {
                        renew_at = Instant::now() + RENEW_EVERY;
                        self.renew().await;
                    }
                }
                changed = stop.changed(), if listen && !stopping => listen = changed.is_ok(),
            }
        }
    }

    fn look_again(&mut self) {
        self.more = true;
        self.more_urgent = true;
    }

    /// Whether something is to be written or read in the outbox now.
    fn must_exchange(&self, may_claim: bool) -> bool {
        may_claim && (self.bring_forward > 0 || self.wanted().is_some()) || self.must_settle()
    }

    /// What is to be claimed. However much waits of lesser kinds, there is room for what is urgent;
    /// where no relay carries, the others rather wait in the outbox than lose a try.
    fn wanted(&self) -> Option<Wanted> {
        let few = self.batch as usize / 2;
        let has_room = self.more && self.ready.len() < few;
        let least = if has_room && self.job.relays.carry(self.job.clock.now()) {
            Priority::Bulk
        } else if self.more_urgent && self.ready.urgent() < few {
            Priority::Urgent
        } else {
            return None;
        };
        Some(Wanted {
            channel: Channel::Email,
            least,
            limit: self.batch,
        })
    }

    fn must_settle(&self) -> bool {
        let is_old = |since: Instant| since.elapsed() >= LOOK_EVERY;
        !self.tried.is_empty()
            && (self.ready.is_empty()
                || self.tried.len() >= SETTLE_AT
                || self.tried_since.is_some_and(is_old))
    }

    /// Records what was tried, makes due what need not wait any longer, and claims what is due: one
    /// transaction for all.
    async fn exchange(&mut self, may_claim: bool) -> Result<()> {
        if !self.must_exchange(may_claim) {
            return Ok(());
        }
        let brings = if may_claim { self.bring_forward } else { 0 };
        // What is made due now is claimed at once.
        if brings > 0 {
            self.look_again();
        }
        let wanted = self.wanted().filter(|_| may_claim);
        let tried = self.tried.clone();
        let operator = self.job.letterhead.operator.clone();
        let now = self.job.clock.now();
        let (brought, claim) = self
            .job
            .db
            .write(move |tx| {
                // Before what was just tried gets its next time: that one keeps it.
                let brought = match brings {
                    0 => 0,
                    limit => outbox_due::bring_forward(tx, now, limit)?,
                };
                settle(tx, &tried, operator.as_deref(), now)?;
                let nothing = Claim {
                    messages: vec![],
                    more: false,
                };
                let claim = match wanted {
                    None => nothing,
                    Some(wanted) => outbox::claim(tx, now, LEASE, wanted)?,
                };
                Ok((brought, claim))
            })
            .await?;
        // A message that was given up may have noted one to the operator, claimed or not.
        let alarmed = self.tried.iter().any(|tried| tried.is_given_up());
        for tried in self.tried.drain(..) {
            tried.tell(&self.job.metrics);
        }
        self.tried_since = None;
        if brings > 0 && (brings == 1 || (brought as i64) < brings) {
            self.bring_forward = 0;
        }
        if let Some(wanted) = wanted {
            self.more_urgent = claim.more;
            if wanted.least == Priority::Bulk {
                self.more = claim.more;
            }
            self.count += claim.messages.len();
            self.ready.extend(claim.messages);
        }
        if alarmed {
            self.look_again();
        }
        Ok(())
    }

    fn may_begin(&self, next: Place<'_>) -> bool {
        may_begin(self.flights.values().map(Flight::place), next)
    }

    /// Gives each idle worker something to send.
    fn start_sending(&mut self) {
        while let Some(worker) = self.idle.pop() {
            let now = self.job.clock.now();
            let carries = self.job.relays.carry(now);
            let flights = &self.flights;
            let next = self.ready.take_first(|place| {
                (place.urgent || carries) && may_begin(flights.values().map(Flight::place), place)
            });
            let Some(claimed) = next else {
                self.idle.push(worker);
                return;
            };
            let urgent = claimed.priority == Priority::Urgent;
            let Some(way) = self.job.relays.choose(urgent, now) else {
                // Another process's clock cannot move ours: only a relay that was lost this instant.
                self.ready.extend(vec![claimed]);
                self.idle.push(worker);
                return;
            };
            let flight = Flight {
                message: Some(claimed.id.clone()),
                urgent,
                domain: Some(domain_of(&claimed.recipient)),
                since: Instant::now(),
            };
            let letterhead = self.job.letterhead.clone();
            let keys = self.job.keys.clone();
            let clock = self.job.clock;
            let task = async move {
                let (worker, tried) = send(worker, way, claimed, letterhead, keys, clock).await;
                Done::Sent(worker, Box::new(tried))
            };
            let handle = self.busy.spawn(task);
            self.flights.insert(handle.id(), flight);
        }
    }

    /// Looks whether a relay that was away greets again.
    fn start_looking(&mut self) {
        let look = Place {
            urgent: false,
            domain: None,
        };
        if self.idle.is_empty() || !self.may_begin(look) {
            return;
        }
        let clock = self.job.clock;
        let Some(relay) = self.job.relays.probe_due(clock.now()) else {
            return;
        };
        let Some(mut worker) = self.idle.pop() else {
            return;
        };
        let handle = self.busy.spawn(async move {
            let is_on_trial = worker.probe(relay, clock).await;
            Done::Looked(worker, is_on_trial)
        });
        let flight = Flight {
            message: None,
            urgent: false,
            domain: None,
            since: Instant::now(),
        };
        self.flights.insert(handle.id(), flight);
    }

    fn note(&mut self, done: std::result::Result<(Id, Done), JoinError>) {
        match done {
            Ok((task, Done::Sent(worker, tried))) => {
                self.flights.remove(&task);
                self.idle.push(worker);
                self.batch = match tried.settlement.outcome {
                    Outcome::Delayed { .. } => SMALLEST_BATCH,
                    Outcome::Sent { .. } | Outcome::Failed => (self.batch + 4).min(LARGEST_BATCH),
                };
                if tried.is_back {
                    self.bring_forward = BROUGHT_FORWARD;
                }
                self.tried_since.get_or_insert_with(Instant::now);
                self.tried.push(*tried);
            }
            Ok((task, Done::Looked(worker, is_on_trial))) => {
                self.flights.remove(&task);
                self.idle.push(worker);
                if is_on_trial {
                    self.bring_forward = self.bring_forward.max(1);
                }
            }
            Err(panic) => {
                // Its lease runs out, and it is tried again.
                if let Some(id) = self
                    .flights
                    .remove(&panic.id())
                    .and_then(|flight| flight.message)
                {
                    tracing::error!(message.id = %id, "Sending message {id} panicked");
                }
                self.idle.push(self.job.fresh_worker());
            }
        }
    }

    /// What waits for a domain that is slow, or for any relay at all, makes room for the others.
    async fn make_room(&mut self) {
        let now = self.job.clock.now();
        if !self.job.relays.carry(now) {
            let waiting = self.ready.take_all(|one| !one.place().urgent);
            self.give_back(waiting, None).await;
        }
        let slow: BTreeSet<&str> = self
            .flights
            .values()
            .filter(|flight| flight.since.elapsed() >= SLOW)
            .filter_map(|flight| flight.domain.as_deref())
            .collect();
        if slow.is_empty() {
            return;
        }
        let flights = &self.flights;
        let waiting = self.ready.take_all(|one| {
            slow.contains(one.domain.as_str())
                && !may_begin(flights.values().map(Flight::place), one.place())
        });
        let (urgent, others): (Vec<Claimed>, Vec<Claimed>) = waiting
            .into_iter()
            .partition(|one| one.priority == Priority::Urgent);
        self.give_back(urgent, Some(URGENT_MAKES_ROOM)).await;
        self.give_back(others, Some(OTHERS_MAKE_ROOM)).await;
    }

    /// Keeps what is in flight from being sent by somebody else as well.
    async fn renew(&mut self) {
        let tried = self
            .tried
            .iter()
            .map(|tried| tried.settlement.message_id.clone());
        let ids: Vec<MessageId> = self
            .flights
            .values()
            .filter_map(|flight| flight.message.clone())
            .chain(self.ready.ids())
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
            Ok(still) => self.ready.retain(&still),
            Err(error) => tracing::warn!("Leases could not be renewed: {}", with_cause(&error)),
        }
    }

    /// Lets others send what was claimed here and not begun: at once, or after a while.
    async fn give_back(&mut self, claimed: Vec<Claimed>, after: Option<TimeDelta>) {
        let ids: Vec<MessageId> = claimed.into_iter().map(|claimed| claimed.id).collect();
        if ids.is_empty() {
            return;
        }
        let now = self.job.clock.now();
        let written = self.job.db.write(move |tx| {
            match after {
                None => outbox::release(tx, &ids)?,
                Some(after) => outbox_due::put_off(tx, &ids, now + after)?,
            }
            Ok(())
        });
        if let Err(error) = written.await {
            tracing::warn!("Claimed messages wait for the end of their lease: {error}");
        }
    }
}
