//! Writes the keys by which other reports of an accident are found for cases that are older than those keys. Any
//! process may do it; each case is written once.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use super::{Job, office::Office};
use crate::{error::Result, service::likeness};

/// The job of one process.
pub struct FillLikeness {
    office: Office,
    /// Whether all is done, as far as this process knows.
    done: AtomicBool,
}

impl FillLikeness {
    /// A job of this process.
    pub fn new(office: Office) -> Self {
        Self {
            office,
            done: AtomicBool::new(false),
        }
    }
}

impl Job for FillLikeness {
    const NAME: &'static str = "fill_likeness";
    const EVERY: Duration = Duration::from_secs(10);

    async fn run(&self) -> Result<usize> {
        if self.done.load(Ordering::Relaxed) {
            return Ok(0);
        }
        let is_filled = self.office.db.read(likeness::is_filled).await?;
        let looked_at = match is_filled {
            true => None,
            false => {
                let (keys, now) = (self.office.keys.clone(), self.office.clock.now());
                let work = move |tx: &mut _| likeness::fill_next(tx, &keys, now);
                self.office.db.write(work).await?
            }
        };
        if looked_at.is_none() {
            self.done.store(true, Ordering::Relaxed);
        }
        Ok(looked_at.unwrap_or(0))
    }
}
