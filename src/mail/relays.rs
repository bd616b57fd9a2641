//! The relays that mail leaves over, in the order in which the operator named them, each with its
//! breaker.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use prometheus::{IntCounterVec, IntGaugeVec, Opts, Registry};

use super::{
    address::SmtpUrl,
    breaker::{self, Breaker},
    compose::Outgoing,
    transport::{Connection, Delivery, Mailer, MailerError, Patience},
};
use crate::{domain::delivery::Transit, time::Clock};

/// Every relay, with what is known of it. What each process knows is its own.
pub struct Relays {
    relays: Vec<(String, Mailer)>,
    breakers: Mutex<Vec<Breaker>>,
    states: IntGaugeVec,
    opened: IntCounterVec,
}

impl Relays {
    /// Prepares to send over these, the first one first. Does not connect yet.
    pub fn open(urls: &[SmtpUrl], patience: Patience) -> Result<Self, MailerError> {
        let relays = urls
            .iter()
            .map(|url| Mailer::open(url, patience).map(|mailer| (mailer.name(), mailer)))
            .collect::<Result<Vec<_>, _>>()?;
        let state = "Where a relay's breaker stands: 0 closed, 1 probing or on trial, 2 open.";
        let opened = "How often a relay's breaker has opened.";
        let sound = "names and labels are constants";
        let found = Self {
            breakers: Mutex::new(vec![Breaker::default(); relays.len()]),
            states: IntGaugeVec::new(Opts::new("tnld_relay_state", state), &["relay"])
                .expect(sound),
            opened: IntCounterVec::new(Opts::new("tnld_relay_opened_total", opened), &["relay"])
                .expect(sound),
            relays,
        };
        for (name, _) in &found.relays {
            // Shown from the start, so that a graph has no gaps.
            found.states.with_label_values(&[name]).set(0);
            found.opened.with_label_values(&[name]).inc_by(0);
        }
        Ok(found)
    }

    /// Adds the figures to what `/metrics` shows.
    pub fn register(&self, registry: &Registry) -> prometheus::Result<()> {
        registry.register(Box::new(self.states.clone()))?;
        registry.register(Box::new(self.opened.clone()))
    }

    /// Somebody who delivers, with a connection to each relay that opens when it is first used.
    pub fn worker(self: &Arc<Self>) -> Worker {
        let connections = self.relays.iter().map(|(_, mailer)| mailer.connection());
        Worker {
            connections: connections.collect(),
            relays: Arc::clone(self),
        }
    }

    /// Whether a message that can wait could leave now.
    pub fn carry(&self, now: DateTime<Utc>) -> bool {
        self.breakers().iter().any(|breaker| breaker.may_carry(now))
    }

    /// Over which relays a message is to be tried now; `None` where it is to wait. The first counts
    /// as begun.
    pub fn choose(&self, urgent: bool, now: DateTime<Utc>) -> Option<Way> {
        let mut breakers = self.breakers();
        let order = breaker::order(&breakers, urgent, now);
        breakers[*order.first()?].begin(now);
        Some(Way(order))
    }

    /// A relay that is to be looked at now. It counts as being looked at.
    pub fn probe_due(&self, now: DateTime<Utc>) -> Option<usize> {
        let mut breakers = self.breakers();
        let due = breakers.iter().position(|one| one.is_probe_due(now))?;
        breakers[due].begin_probe(now);
        drop(breakers);
        self.show(due);
        Some(due)
    }

    fn breakers(&self) -> MutexGuard<'_, Vec<Breaker>> {
        // Each is replaced as a whole, so a panic elsewhere leaves them sound.
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a relay's breaker by `change`, and shows and says what came of it.
    fn note<T>(&self, place: usize, change: impl FnOnce(&mut Breaker) -> T) -> T {
        let (before, after, result) = {
            let breaker = &mut self.breakers()[place];
            let before = breaker.is_closed();
            let result = change(breaker);
            (before, breaker.is_closed(), result)
        };
        let name = &self.relays[place].0;
        match (before, after) {
            (true, false) => {
                self.opened.with_label_values(&[name]).inc();
                tracing::warn!(relay.name = name, "Relay {name} is away");
            }
            (false, true) => tracing::info!(relay.name = name, "Relay {name} is back"),
            _ => {}
        }
        self.show(place);
        result
    }

    fn show(&self, place: usize) {
        let figure = self.breakers()[place].figure();
        let name = &self.relays[place].0;
        self.states.with_label_values(&[name]).set(figure);
    }
}

/// The relays that one message is tried over, in this order.
#[derive(Debug)]
pub struct Way(Vec<usize>);

/// One try over one relay.
#[derive(Debug)]
pub struct Try {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// Over which relay, and how protected.
    pub transit: Transit,
    /// What became of it.
    pub delivery: Delivery,
}

/// What became of one message.
#[derive(Debug)]
pub struct Carried {
    /// The tries before the last, all in vain.
    pub earlier: Vec<Try>,
    /// The last.
    pub last: Try,
    /// A relay that had been away, or had not been heard of, has answered.
    pub is_back: bool,
}

/// Somebody who delivers one message at a time.
pub struct Worker {
    relays: Arc<Relays>,
    connections: Vec<Connection>,
}

impl Worker {
    /// Tries once to deliver `mail`; over the next relay of `way` at once where the connection to
    /// one fails.
    pub async fn deliver(&mut self, mail: &Outgoing, way: Way, clock: Clock) -> Carried {
        let mut is_back = false;
        let mut tries = Vec::with_capacity(1);
        for (count, &place) in way.0.iter().enumerate() {
            if count > 0 {
                self.relays.breakers()[place].begin(clock.now());
            }
            let connection = &mut self.connections[place];
            let delivery = connection.deliver(mail).await;
            let at = clock.now();
            let is_away = matches!(delivery, Delivery::Temporary { is_away: true, .. });
            if is_away {
                self.relays.note(place, |breaker| breaker.failed(at));
            } else {
                is_back |= self.relays.note(place, Breaker::answered);
            }
            let transit = Transit {
                relay: self.relays.relays[place].0.clone(),
                tls: connection.tls(),
            };
            tries.push(Try {
                at,
                transit,
                delivery,
            });
            if !is_away {
                break;
            }
        }
        let last = tries.pop().expect("a way has at least one relay");
        Carried {
            earlier: tries,
            last,
            is_back,
        }
    }

    /// The message of `way` was not given to any relay.
    pub fn not_begun(&self, way: &Way) {
        self.relays.breakers()[way.0[0]].not_begun();
    }

    /// Looks whether a relay greets. Whether it is on trial from now on.
    pub async fn probe(&mut self, place: usize, clock: Clock) -> bool {
        let greeted = self.connections[place].greets().await;
        let now = clock.now();
        self.relays
            .note(place, |breaker| breaker.probed(greeted, now))
    }

    /// Says goodbye where a connection has had nothing to do for a while.
    pub async fn rest(&mut self) {
        for connection in &mut self.connections {
            connection.rest().await;
        }
    }
}
