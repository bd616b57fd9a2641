//! Forgets what need not be kept.
//!
//! What messages said, idempotency keys and sessions, each once its time is over as the law's rows of
//! retention say (`D-keep.…`; without a row in force they stay), and so what nobody proved; links that no
//! longer open anything, counts of limits that are over, and challenges that count no more.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

use super::Job;
use crate::{
    domain::{
        duties::retention::{RecordClass, period},
        law::Law,
    },
    error::Result,
    service::world::Worlds,
    store::{drafts_kept, forget, notices, pool::Db, rate},
    time::{Clock, day_in_vietnam},
};

/// Rows in one write, so that declarations need not wait long behind it.
const BATCH: i64 = 500;

/// Forgets a little of everything in each pass.
pub struct CleanUp {
    db: Db,
    clock: Clock,
    worlds: Arc<Worlds>,
}

impl CleanUp {
    /// A job on `db`.
    pub fn new(db: Db, clock: Clock, worlds: Arc<Worlds>) -> Self {
        Self { db, clock, worlds }
    }
}

/// What ended before this need not be kept.
fn cutoff(class: RecordClass, law: &Law, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    period(class, law, day_in_vietnam(now))?.cutoff(now)
}

impl Job for CleanUp {
    const NAME: &'static str = "clean_up";
    const EVERY: Duration = Duration::from_secs(3600);

    async fn run(&self) -> Result<usize> {
        let now = self.clock.now();
        let worlds = Arc::clone(&self.worlds);
        // Looking for old rows reads whole tables: outside of the transaction that writes.
        let (world, delivered, links) = self
            .db
            .read(move |tx| {
                let world = worlds.now(tx)?;
                let delivered = match cutoff(RecordClass::OutboxPayload, &world.law, now) {
                    Some(before) => forget::delivered_before(tx, before, BATCH)?,
                    None => Vec::new(),
                };
                let links = forget::expired_links(tx, now, BATCH)?;
                Ok((world, delivered, links))
            })
            .await?;
        self.db
            .write(move |tx| {
                let mut forgotten = rate::delete_expired(tx, now, BATCH)?;
                if let Some(before) = cutoff(RecordClass::IdempotencyKeys, &world.law, now) {
                    forgotten += forget::idempotency_keys(tx, before, BATCH)?;
                }
                if let Some(before) = cutoff(RecordClass::Sessions, &world.law, now) {
                    forgotten += forget::sessions(tx, before, BATCH)?;
                }
                forgotten += forget::signing_in(tx, now, BATCH)?;
                if let Some(before) = cutoff(RecordClass::NeverProven, &world.law, now) {
                    forgotten += forget::never_proven(tx, before, BATCH)?;
                }
                forgotten += notices::delete_expired_challenges(tx, now, BATCH)?;
                forgotten += drafts_kept::delete_expired(tx, now, BATCH)?;
                if !delivered.is_empty() {
                    forgotten += forget::empty_payloads(tx, &delivered)?;
                }
                if !links.is_empty() {
                    forgotten += forget::delete_links(tx, &links)?;
                }
                Ok(forgotten)
            })
            .await
    }
}
