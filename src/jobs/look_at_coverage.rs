//! Looks once a day whether everybody who must be told could be reached.

use std::time::Duration;

use super::{Job, office::Office};
use crate::{error::Result, service::coverage};

/// Looks every half a minute whether the day has its report; whichever process is first makes it.
pub struct LookAtCoverage {
    office: Office,
}

impl LookAtCoverage {
    /// A job of this process.
    pub fn new(office: Office) -> Self {
        Self { office }
    }
}

impl Job for LookAtCoverage {
    const NAME: &'static str = "look_at_coverage";
    const EVERY: Duration = Duration::from_secs(30);

    async fn run(&self) -> Result<usize> {
        let office = self.office.clone();
        // The long part only reads.
        let found = self
            .office
            .db
            .read(move |tx| {
                let (world, now) = (office.worlds.now(tx)?, office.clock.now());
                Ok(match coverage::is_due(tx, &world, now)? {
                    true => Some((coverage::look(tx, &world, now)?, world)),
                    false => None,
                })
            })
            .await?;
        let Some((report, world)) = found else {
            return Ok(0);
        };
        let share = report.coverage.country();
        let operator = self.office.operator_mail.clone();
        let is_first = self
            .office
            .db
            .write(move |tx| coverage::note(tx, &world, &report, operator.as_deref()))
            .await?;
        if is_first {
            self.office.wake.wake();
            tracing::info!(
                coverage.percent = share.percent(),
                "Of {} pairs of a commune and an urgent class, {} are covered",
                share.total,
                share.covered
            );
        }
        Ok(usize::from(is_first))
    }
}
