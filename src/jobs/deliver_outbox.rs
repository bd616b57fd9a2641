//! Claims, sends and settles messages.
//!
//! ```text
//! outbox ──claim──▶ ready ──▶ 4 connections ──▶ tried ──settle──▶ outbox, ledger, alarms
//! ```
//!
//! No transaction is open while a mail server takes its time. A message that hangs holds up one
//! connection and nothing else.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::TimeDelta;
use prometheus::{Histogram, HistogramOpts, IntCounterVec, Opts, Registry};

use super::{Job, Stop, Wake, pass::Pass};
use crate::{
    error::Result,
    mail::{
        compose::Sender,
        transport::{Connection, Mailer},
    },
    sealing::Keys,
    store::{outbox, pool::Db},
    time::Clock,
};

/// How long an alert can wait after a crash of the process that held it, so that it leaves within
/// half a minute. Renewed while it is held.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(20);
/// Mails that are sent at the same time.
const CONNECTIONS: usize = 4;

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
    mailer: Mailer,
    /// Between two passes.
    connections: Mutex<Vec<Connection>>,
}

impl DeliverOutbox {
    /// A job that sends over `mailer`.
    pub fn new(
        db: Db,
        clock: Clock,
        keys: Arc<Keys>,
        mailer: Mailer,
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
            connections: Mutex::default(),
            mailer,
        }
    }

    /// What `/metrics` shows of the mail.
    pub fn metrics(&self) -> &DeliveryMetrics {
        &self.metrics
    }

    /// Frees what a dead predecessor had leased. Only for the single process on a database.
    pub async fn take_over(&self) -> Result<usize> {
        self.db.write(|tx| Ok(outbox::release_all(tx)?)).await
    }

    pub(super) fn fresh_connection(&self) -> Connection {
        self.mailer.connection()
    }

    fn take_connections(&self) -> Vec<Connection> {
        let mut kept = self.kept();
        let mut connections = std::mem::take(&mut *kept);
        connections.truncate(CONNECTIONS);
        connections.resize_with(CONNECTIONS, || self.fresh_connection());
        connections
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // Replaced as a whole, so a panic elsewhere leaves it sound.
        self.connections
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
        let mut pass = Pass::new(self, self.take_connections());
        let outcome = pass.deliver().await;
        let mut connections = pass.into_connections();
        for connection in &mut connections {
            connection.rest().await;
        }
        *self.kept() = connections;
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
