//! Sends the reminders of a day: one mail for each post that has something due.
//!
//! From the hour that the rules name, by whichever process looks first. Each mail is claimed by a row
//! of its own, so that two processes, or one that died half way, send none twice.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::NaiveDate;
use prometheus::{IntCounterVec, Opts, Registry};

use super::{Job, Wake};
use crate::{
    error::Result,
    service::{
        digests::{self, Letter, Plan},
        world::Worlds,
    },
    store::pool::Db,
    time::{Clock, day_in_vietnam},
};

/// Mails in one write, so that declarations need not wait long behind it.
const BATCH: usize = 20;

/// Looks every ten seconds whether it is time.
pub struct SendDigests {
    db: Db,
    clock: Clock,
    worlds: Arc<Worlds>,
    operator_mail: Option<String>,
    wake: Wake,
    metrics: DigestMetrics,
    /// The last day whose mails are known to be noted.
    done: Mutex<Option<NaiveDate>>,
}

impl SendDigests {
    /// A job on `db`.
    pub fn new(
        db: Db,
        clock: Clock,
        worlds: Arc<Worlds>,
        operator_mail: Option<String>,
        wake: Wake,
    ) -> Self {
        Self {
            db,
            clock,
            worlds,
            operator_mail,
            wake,
            metrics: DigestMetrics::default(),
            done: Mutex::default(),
        }
    }

    /// What `/metrics` shows of reminders.
    pub fn metrics(&self) -> &DigestMetrics {
        &self.metrics
    }

    fn done(&self) -> std::sync::MutexGuard<'_, Option<NaiveDate>> {
        // Replaced as a whole, so a panic elsewhere leaves it sound.
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes mails; how many of them were new, by to whom they go.
    async fn note(&self, day: NaiveDate, letters: Vec<Letter>) -> Result<usize> {
        let now = self.clock.now();
        let new = self
            .db
            .write(move |tx| {
                let mut new = Vec::new();
                for letter in &letters {
                    if digests::note(tx, day, letter, now)? {
                        new.push(letter.to());
                    }
                }
                Ok(new)
            })
            .await?;
        for to in &new {
            self.metrics.sent.with_label_values(&[to]).inc();
        }
        if !new.is_empty() {
            self.wake.wake();
        }
        Ok(new.len())
    }
}

impl Job for SendDigests {
    const NAME: &'static str = "send_digests";
    const EVERY: Duration = Duration::from_secs(10);

    async fn run(&self) -> Result<usize> {
        let now = self.clock.now();
        if *self.done() == Some(day_in_vietnam(now)) {
            return Ok(0);
        }
        let worlds = Arc::clone(&self.worlds);
        let operator = self.operator_mail.clone();
        let plan = self
            .db
            .read(move |tx| {
                let world = worlds.now(tx)?;
                digests::plan(tx, &world, operator.as_deref(), now)
            })
            .await?;
        let (day, letters) = match plan {
            Plan::Letters(day, letters) => (day, letters),
            Plan::Early => return Ok(0),
            Plan::Done => {
                *self.done() = Some(day_in_vietnam(now));
                return Ok(0);
            }
        };
        let mut noted = 0;
        for some in letters.chunks(BATCH) {
            noted += self.note(day, some.to_vec()).await?;
        }
        self.db
            .write(move |tx| digests::finish(tx, day, now))
            .await?;
        *self.done() = Some(day);
        if noted > 0 {
            tracing::info!("{noted} reminder(s) of {day}");
        }
        Ok(noted)
    }
}

/// What is counted about reminders.
#[derive(Clone)]
pub struct DigestMetrics {
    /// Reminders that this process noted, by `to`: `post`, `authority`, `operator`.
    pub sent: IntCounterVec,
}

impl Default for DigestMetrics {
    fn default() -> Self {
        let opts = Opts::new("tnld_digests_total", "Reminders of legal limits.");
        let sent = IntCounterVec::new(opts, &["to"]).expect("name and label are constants");
        for to in ["post", "authority", "operator"] {
            sent.with_label_values(&[to]).inc_by(0);
        }
        Self { sent }
    }
}

impl DigestMetrics {
    /// Adds the figures to what `/metrics` shows.
    pub fn register(&self, registry: &Registry) -> prometheus::Result<()> {
        registry.register(Box::new(self.sent.clone()))
    }
}
