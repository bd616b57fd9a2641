//! Claims, sends and settles messages.
//!
//! ```text
//! outbox ──claim──▶ ready ──▶ 4 workers, relays ──▶ tried ──settle──▶ outbox, ledger, alarms
//! ```
//!
//! No transaction is open while a mail server takes its time. A message that hangs holds up one
//! connection and nothing else; what is urgent overtakes everything else at each step.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use prometheus::{Histogram, HistogramOpts, IntCounterVec, Opts, Registry};

use super::{Job, Stop, Wake, pass::Pass, slots::CONNECTIONS};
use crate::{
    error::Result,
    mail::{
        compose::Sender,
        relays::{Relays, Worker},
    },
    sealing::Keys,
    store::{outbox, pool::Db},
    time::Clock,
};

/// How long an alert can wait after a crash of the process that held it, so that it leaves within
/// half a minute. Renewed while it is held.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(20);

/// What the job needs to know of the house.
#[derive(Debug, Clone)]
pub struct Letterhead {
    /// Who sends.
    pub sender: Sender,
    /// Base of the links, without a slash at its end.
    pub public_url: String,
    /// Where operator alarms go.
    pub operator: Option<String>,
}

/// Delivers what stands in the outbox.
pub struct DeliverOutbox {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) keys: Arc<Keys>,
    pub(super) letterhead: Arc<Letterhead>,
    pub(super) wake: Wake,
    pub(super) stop: Stop,
    pub(super) metrics: DeliveryMetrics,
    pub(super) relays: Arc<Relays>,
    /// Between two passes.
    workers: Mutex<Vec<Worker>>,
    /// Whether this process has looked for messages that wait because of an outage before its start.
    has_looked: AtomicBool,
}

impl DeliverOutbox {
    /// A job that sends over `relays`.
    pub fn new(
        db: Db,
        clock: Clock,
        keys: Arc<Keys>,
        relays: Arc<Relays>,
        letterhead: Letterhead,
        wake: Wake,
        stop: Stop,
    ) -> Self {
        Self {
            db,
            clock,
            keys,
            letterhead: Arc::new(letterhead),
            wake,
            stop,
            metrics: DeliveryMetrics::default(),
            workers: Mutex::default(),
            has_looked: AtomicBool::new(false),
            relays,
        }
    }

    /// The same job by another clock: what it knows of the relays stays. For rehearsals.
    #[must_use]
    pub fn by(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// What `/metrics` shows of the mail.
    pub fn metrics(&self) -> &DeliveryMetrics {
        &self.metrics
    }

    /// Frees what a dead predecessor had leased. Only for the single process on a database.
    pub async fn take_over(&self) -> Result<usize> {
        self.db.write(|tx| Ok(outbox::release_all(tx)?)).await
    }

    pub(super) fn fresh_worker(&self) -> Worker {
        self.relays.worker()
    }

    /// Whether this is the first call.
    pub(super) fn looks_first(&self) -> bool {
        !self.has_looked.swap(true, Ordering::Relaxed)
    }

    fn take_workers(&self) -> Vec<Worker> {
        let mut kept = self.kept();
        let mut workers = std::mem::take(&mut *kept);
        workers.truncate(CONNECTIONS);
        workers.resize_with(CONNECTIONS, || self.fresh_worker());
        workers
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        // Replaced as a whole, so a panic elsewhere leaves it sound.
        self.workers
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Job for DeliverOutbox {
    const NAME: &'static str = "deliver_outbox";
    /// Finds what another process has written.
    const EVERY: Duration = Duration::from_secs(1);

    /// Delivers until nothing is due. Safe to run at any time, from any process, after any crash.
    async fn run(&self) -> Result<usize> {
        let mut pass = Pass::new(self, self.take_workers());
        let outcome = pass.deliver().await;
        let mut workers = pass.into_workers();
        for worker in &mut workers {
            worker.rest().await;
        }
        *self.kept() = workers;
        outcome
    }

    async fn woken(&self) {
        self.wake.wait().await;
    }
}

/// What is counted about the mail.
#[derive(Clone)]
pub struct DeliveryMetrics {
    /// Tries by `outcome`: `sent`, `delayed`, `failed`.
    pub attempts: IntCounterVec,
    /// Seconds from the note in the outbox to the acceptance by the mail server.
    pub delay: Histogram,
}

impl Default for DeliveryMetrics {
    fn default() -> Self {
        let attempts = Opts::new("tnld_mail_attempts_total", "Tries to deliver a message.");
        let delay = HistogramOpts::new(
            "tnld_mail_delay_seconds",
            "Time from the note in the outbox to acceptance by the mail server.",
        )
        .buckets(vec![
            0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0, 300.0, 3600.0,
        ]);
        let sound = "names, labels and buckets are constants";
        Self {
            attempts: IntCounterVec::new(attempts, &["outcome"]).expect(sound),
            delay: Histogram::with_opts(delay).expect(sound),
        }
    }
}

impl DeliveryMetrics {
    /// Adds the figures to what `/metrics` shows.
    pub fn register(&self, registry: &Registry) -> prometheus::Result<()> {
        registry.register(Box::new(self.attempts.clone()))?;
        registry.register(Box::new(self.delay.clone()))
    }
}
