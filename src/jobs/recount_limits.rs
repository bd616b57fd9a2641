//! Counts the running limits of open cases again when rules or days off changed. Any process may do it; each
//! case is looked at once for each change.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use super::{Job, office::Office};
use crate::{error::Result, service::recount, store::catalogues};

/// The job of one process.
pub struct RecountLimits {
    office: Office,
    /// The change for which all is done, as far as this process knows; -1: none.
    done: AtomicI64,
}

impl RecountLimits {
    /// A job of this process.
    pub fn new(office: Office) -> Self {
        Self {
            office,
            done: AtomicI64::new(-1),
        }
    }
}

impl Job for RecountLimits {
    const NAME: &'static str = "recount_limits";
    const EVERY: Duration = Duration::from_secs(10);

    async fn run(&self) -> Result<usize> {
        let revision = self
            .office
            .db
            .read(|tx| Ok(catalogues::revisions(tx)?.law))
            .await?;
        if self.done.load(Ordering::Relaxed) == revision {
            return Ok(0);
        }
        let office = self.office.clone();
        let looked_at = self
            .office
            .traced(move |tx| {
                let ctx = office.ctx(tx)?;
                let looked_at = recount::next_page(tx, &ctx)?;
                Ok((looked_at, ctx))
            })
            .await?;
        if looked_at.is_none() {
            self.done.store(revision, Ordering::Relaxed);
        }
        Ok(looked_at.unwrap_or(0))
    }
}
