//! Sends the monthly tests of a working day, and notes which were not answered in time.
//!
//! From the hour that the rules name, by whichever process looks first. Each test is claimed by a row of its own, so
//! that two processes, or one that died half way, send none twice.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::NaiveDate;

use super::{Job, office::Office};
use crate::{
    error::Result,
    service::canaries::{self, Plan},
    time::day_in_vietnam,
};

/// Tests in one write, so that declarations need not wait long behind it.
const BATCH: usize = 20;

/// Looks every ten seconds whether it is time.
pub struct SendCanaries {
    office: Office,
    /// The last day whose tests are known to be noted.
    done: Mutex<Option<NaiveDate>>,
}

impl SendCanaries {
    /// A job of this process.
    pub fn new(office: Office) -> Self {
        Self {
            office,
            done: Mutex::default(),
        }
    }

    fn done(&self) -> std::sync::MutexGuard<'_, Option<NaiveDate>> {
        // Replaced as a whole, so a panic elsewhere leaves it sound.
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many tests were found not to be answered in time.
    async fn settle(&self) -> Result<usize> {
        let now = self.office.clock.now();
        // Mostly there is none: looking locks nothing.
        let any = self
            .office
            .db
            .read(move |tx| canaries::any_overdue(tx, now))
            .await?;
        if !any {
            return Ok(0);
        }
        let operator = self.office.operator_mail.clone();
        let missed = self
            .office
            .db
            .write(move |tx| canaries::settle(tx, operator.as_deref(), now))
            .await?;
        if missed > 0 {
            self.office.wake.wake();
        }
        Ok(missed)
    }
}

impl Job for SendCanaries {
    const NAME: &'static str = "send_canaries";
    const EVERY: Duration = Duration::from_secs(10);

    async fn run(&self) -> Result<usize> {
        let missed = self.settle().await?;
        let now = self.office.clock.now();
        let day = day_in_vietnam(now);
        if *self.done() == Some(day) {
            return Ok(missed);
        }
        let office = self.office.clone();
        let plan = self
            .office
            .db
            .read(move |tx| {
                let world = office.worlds.now(tx)?;
                canaries::plan(tx, &world, now)
            })
            .await?;
        let Plan::Tests(tests, within) = plan else {
            return Ok(missed);
        };
        let mut sent = 0;
        for some in tests.chunks(BATCH) {
            let some = some.to_vec();
            sent += self
                .office
                .db
                .write(move |tx| {
                    let mut new = 0;
                    for test in &some {
                        new += usize::from(canaries::send(tx, test, within, now)?);
                    }
                    Ok(new)
                })
                .await?;
            self.office.wake.wake();
        }
        self.office
            .db
            .write(move |tx| canaries::forget(tx, now))
            .await?;
        *self.done() = Some(day);
        if sent > 0 {
            tracing::info!("{sent} monthly test(s) of {day}");
        }
        Ok(missed + sent)
    }
}
