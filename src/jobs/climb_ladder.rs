//! Climbs the ladders of alerts that nobody takes.
//!
//! Looks every second for rungs that are due, from whichever process lives; each is climbed in a
//! transaction of its own, once. When the rules change, what waits follows them.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use prometheus::{IntCounterVec, Opts, Registry};

use super::{Job, office::Office};
use crate::{
    domain::ladder::RungKind,
    error::Result,
    ids::AlertId,
    service::alerts::ladder,
    store::{catalogues, ladders},
};

/// Rungs in one pass.
const BATCH: i64 = 100;
/// How soon a rung is tried again that could not be climbed, so that it does not hold up the others.
const AFTER_FAILURE: TimeDelta = TimeDelta::seconds(30);

/// Climbs what is due.
pub struct ClimbLadder {
    office: Office,
    metrics: LadderMetrics,
    /// The revision of the law that waiting ladders follow.
    law: Mutex<Option<i64>>,
}

impl ClimbLadder {
    /// A job of this process.
    pub fn new(office: Office) -> Self {
        Self {
            office,
            metrics: LadderMetrics::default(),
            law: Mutex::default(),
        }
    }

    /// What `/metrics` shows of ladders.
    pub fn metrics(&self) -> &LadderMetrics {
        &self.metrics
    }

    fn followed(&self) -> std::sync::MutexGuard<'_, Option<i64>> {
        // Replaced as a whole, so a panic elsewhere leaves it sound.
        self.law.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn follow(&self, law: i64) -> Result<()> {
        let office = self.office.clone();
        let sooner = self
            .office
            .traced(move |tx| {
                let ctx = office.ctx(tx)?;
                let sooner = ladder::follow_rules(tx, &ctx)?;
                Ok((sooner, ctx))
            })
            .await?;
        if sooner > 0 {
            tracing::info!("{sooner} ladder(s) are due sooner by other rules");
        }
        *self.followed() = Some(law);
        Ok(())
    }

    async fn climb(&self, id: AlertId) -> Result<Option<RungKind>> {
        let office = self.office.clone();
        self.office
            .traced(move |tx| {
                let ctx = office.ctx(tx)?;
                let rung = ladder::climb(tx, &ctx, &id)?;
                Ok((rung, ctx))
            })
            .await
    }

    async fn postpone(&self, id: AlertId) -> Result<()> {
        let until = self.office.clock.now() + AFTER_FAILURE;
        self.office
            .db
            .write(move |tx| ladder::postpone(tx, &id, until))
            .await
    }
}

impl Job for ClimbLadder {
    const NAME: &'static str = "climb_ladder";
    const EVERY: Duration = Duration::from_secs(1);

    async fn run(&self) -> Result<usize> {
        let now = self.office.clock.now();
        let (law, due) = self
            .office
            .db
            .read(move |tx| {
                let law = catalogues::revisions(tx)?.law;
                Ok((law, ladders::due(tx, now, BATCH)?))
            })
            .await?;
        if *self.followed() != Some(law) {
            self.follow(law).await?;
        }
        let mut climbed = 0;
        for id in due {
            match self.climb(id.clone()).await {
                Ok(Some(rung)) => {
                    climbed += 1;
                    self.metrics.rungs.with_label_values(&[rung.as_str()]).inc();
                    self.office.wake.wake();
                    tracing::warn!(alert.id = %id, "Nobody has taken alert {id}: {rung}");
                }
                // Taken meanwhile, or climbed by another process.
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(alert.id = %id, "A ladder was not climbed: {error}");
                    self.postpone(id).await?;
                }
            }
        }
        Ok(climbed)
    }
}

/// What is counted about ladders.
#[derive(Clone)]
pub struct LadderMetrics {
    /// Rungs that this process climbed, by `rung`.
    pub rungs: IntCounterVec,
}

impl Default for LadderMetrics {
    fn default() -> Self {
        let opts = Opts::new(
            "tnld_ladder_rungs_total",
            "Rungs that alerts climbed because nobody took them.",
        );
        let rungs = IntCounterVec::new(opts, &["rung"]).expect("name and label are constants");
        for rung in RungKind::ALL {
            rungs.with_label_values(&[rung.as_str()]).inc_by(0);
        }
        Self { rungs }
    }
}

impl LadderMetrics {
    /// Adds the figures to what `/metrics` shows.
    pub fn register(&self, registry: &Registry) -> prometheus::Result<()> {
        registry.register(Box::new(self.rungs.clone()))
    }
}
