//! Sums up in the trace what was refused so often that it was counted instead of traced one by one.

use std::{sync::Arc, time::Duration};

use super::Job;
use crate::{
    error::Result,
    service::audit::{Trail, Withheld},
    store::pool::Db,
};

/// Writes the sums of this process.
#[derive(Clone)]
pub struct SumUpRefusals {
    db: Db,
    trail: Arc<Trail>,
    withheld: Arc<Withheld>,
}

impl SumUpRefusals {
    /// A job on what this process has counted.
    pub fn new(db: Db, trail: Arc<Trail>, withheld: Arc<Withheld>) -> Self {
        Self {
            db,
            trail,
            withheld,
        }
    }

    /// Writes the sums of what was counted since the last time; how many.
    ///
    /// # Errors
    /// Where the database does not take them: then the log has said how many refusals they were.
    pub async fn sum_up(&self) -> Result<usize> {
        let entries = self.withheld.take();
        if entries.is_empty() {
            return Ok(0);
        }
        let (sums, trail) = (entries.len(), Arc::clone(&self.trail));
        let counts = entries.iter().map(|entry| entry.details["count"].as_u64());
        let refusals: u64 = counts.flatten().sum();
        let written = self
            .db
            .write(move |tx| trail.append_entries(tx, entries))
            .await;
        match written {
            Ok(chain) => {
                self.trail.give_back(chain);
                Ok(sums)
            }
            Err(why) => {
                tracing::error!("{refusals} refusals that were counted are not in the trace");
                Err(why)
            }
        }
    }
}

impl Job for SumUpRefusals {
    const NAME: &'static str = "sum_up_refusals";
    /// One entry for each subject in that time: rarely enough that the sums do not fill the trace either.
    const EVERY: Duration = Duration::from_secs(600);

    async fn run(&self) -> Result<usize> {
        self.sum_up().await?;
        // What is counted meanwhile waits for the next pass.
        Ok(0)
    }
}
