//! Forgets what need not be kept.
//!
//! Facts of messages delivered more than 30 days ago, idempotency keys of that age (the contract
//! keeps them 30 days), links that no longer open anything, counts of limits that are over, what
//! signing in left behind, challenges that count no more, and registrations that nobody proved.

use std::time::Duration;

use chrono::TimeDelta;

use super::Job;
use crate::{
    error::Result,
    store::{forget, notices, pool::Db, rate},
    time::Clock,
};

/// How long facts and keys are kept.
const KEPT: TimeDelta = TimeDelta::days(30);
/// How long a registration waits for its address to be proven. The mail may leave days after it was
/// noted, where the mail server was away (`jobs::retry`).
const UNPROVEN_KEPT: TimeDelta = TimeDelta::days(7);
/// Rows in one write, so that declarations need not wait long behind it.
const BATCH: i64 = 500;

/// Forgets a little of everything in each pass.
pub struct CleanUp {
    db: Db,
    clock: Clock,
}

impl CleanUp {
    /// A job on `db`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }
}

impl Job for CleanUp {
    const NAME: &'static str = "clean_up";
    const EVERY: Duration = Duration::from_secs(3600);

    async fn run(&self) -> Result<usize> {
        let now = self.clock.now();
        // Looking for old rows reads whole tables: outside of the transaction that writes.
        let (delivered, links) = self
            .db
            .read(move |tx| {
                let delivered = forget::delivered_before(tx, now - KEPT, BATCH)?;
                Ok((delivered, forget::expired_links(tx, now, BATCH)?))
            })
            .await?;
        self.db
            .write(move |tx| {
                let mut forgotten = forget::idempotency_keys(tx, now - KEPT, BATCH)?;
                forgotten += rate::delete_expired(tx, now, BATCH)?;
                forgotten += forget::signing_in(tx, now, now - KEPT, BATCH)?;
                forgotten += forget::never_proven(tx, now - UNPROVEN_KEPT, BATCH)?;
                forgotten += notices::delete_expired_challenges(tx, now, BATCH)?;
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
