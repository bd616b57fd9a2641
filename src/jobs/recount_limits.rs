//! Counts the running limits of open cases again when rules or days off changed. Any process may do it; each
//! case is looked at once for each change.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use super::{Job, office::Office};
use crate::{
    error::Result,
    service::recount,
    store::{catalogues, conn::DbConn},
};

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
        // Looked at without the lock of whoever writes; most cases are as they must be.
        let office = self.office.clone();
        let look = move |tx: &mut DbConn| {
            let ctx = office.ctx(tx)?;
            recount::look(tx, &ctx)
        };
        let Some(look) = self.office.db.read(look).await? else {
            self.done.store(revision, Ordering::Relaxed);
            return Ok(0);
        };
        let office = self.office.clone();
        self.office
            .traced(move |tx| {
                let ctx = office.ctx(tx)?;
                let looked_at = recount::settle(tx, &ctx, &look)?;
                Ok((looked_at, ctx))
            })
            .await
    }
}
