//! Carries cases over to the successors of units that have ended (RT-5), and posts to the successors
//! of their authorities.
//!
//! Looks through the cases at the start, when a new day begins in Việt Nam, when units, authorities
//! or rules were changed, and every hour: a declaration that was decided the moment before
//! midnight may have been stored after it. Any process may do it; each case is carried over once.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Job, office::Office};
use crate::{
    error::Result,
    ids::CaseId,
    service::{posts, reform},
    store::catalogues::{self, Revisions},
    time::day_in_vietnam,
};

/// Cases that are noted at once; what is left is found by the next look.
const NOTED: usize = 5_000;
/// Cases in one pass, so that a stop need not wait long.
const BATCH: usize = 20;
/// How soon to look again.
const AGAIN: TimeDelta = TimeDelta::hours(1);
/// How soon to look again where something failed.
const AFTER_FAILURE: TimeDelta = TimeDelta::minutes(1);

/// Finds the cases, then takes a few of them in each pass.
pub struct FollowReforms {
    office: Office,
    progress: Arc<Mutex<Progress>>,
}

/// What the last look found, and when to look again.
#[derive(Default)]
struct Progress {
    waiting: VecDeque<CaseId>,
    looked: Option<(NaiveDate, Revisions)>,
    again_at: DateTime<Utc>,
}

impl Progress {
    fn is_due(&self, day: NaiveDate, revisions: Revisions, now: DateTime<Utc>) -> bool {
        self.looked != Some((day, revisions)) || self.again_at <= now
    }
}

impl FollowReforms {
    /// A job of this process.
    pub fn new(office: Office) -> Self {
        Self {
            office,
            progress: Arc::default(),
        }
    }

    /// Looks through the cases, and the posts, where it is time to. Whether any case waits.
    async fn look(&self) -> Result<bool> {
        let Some(any) = self.look_at_cases().await? else {
            return Ok(false);
        };
        let office = self.office.clone();
        self.office
            .traced(move |tx| {
                let ctx = office.ctx(tx)?;
                let moved = posts::move_to_successors(tx, &ctx)?;
                Ok((moved, ctx))
            })
            .await?;
        Ok(any)
    }

    /// `None` where it is not time to look.
    async fn look_at_cases(&self) -> Result<Option<bool>> {
        let now = self.office.clock.now();
        let day = day_in_vietnam(now);
        let (office, progress) = (self.office.clone(), Arc::clone(&self.progress));
        self.office
            .db
            .read(move |tx| {
                let revisions = catalogues::revisions(tx)?;
                if !locked(&progress).is_due(day, revisions, now) {
                    return Ok(None);
                }
                let world = office.worlds.at(tx, revisions)?;
                let found = reform::concerned(tx, &world, now, NOTED)?;
                let mut progress = locked(&progress);
                progress.looked = Some((day, revisions));
                // A full note may have left some out.
                progress.again_at = now
                    + if found.len() < NOTED {
                        AGAIN
                    } else {
                        AFTER_FAILURE
                    };
                progress.waiting = found.into_iter().collect();
                Ok(Some(!progress.waiting.is_empty()))
            })
            .await
    }

    async fn carry_over(&self, id: CaseId) -> Result<bool> {
        let office = self.office.clone();
        self.office
            .traced(move |tx| {
                let ctx = office.ctx(tx)?;
                let is_done = reform::carry_over(tx, &ctx, &id)?;
                Ok((is_done, ctx))
            })
            .await
    }
}

/// The guarded value is changed as a whole, so a panic elsewhere leaves it sound.
fn locked(progress: &Mutex<Progress>) -> std::sync::MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Job for FollowReforms {
    const NAME: &'static str = "follow_reforms";
    const EVERY: Duration = Duration::from_secs(10);

    async fn run(&self) -> Result<usize> {
        if locked(&self.progress).waiting.is_empty() && !self.look().await? {
            return Ok(0);
        }
        let batch: Vec<CaseId> = {
            let mut progress = locked(&self.progress);
            let many = BATCH.min(progress.waiting.len());
            progress.waiting.drain(..many).collect()
        };
        let taken = batch.len();
        for id in batch {
            match self.carry_over(id.clone()).await {
                Ok(true) => self.office.wake.wake(),
                Ok(false) => {}
                // One case must not hold up the others.
                Err(error) => {
                    tracing::error!(case.id = %id, "A case was not carried over: {error}");
                    locked(&self.progress).again_at = self.office.clock.now() + AFTER_FAILURE;
                }
            }
        }
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_on_each_new_day_after_each_change_and_every_hour() {
        let now: DateTime<Utc> = "2025-06-30T16:00:00Z".parse().unwrap();
        let (today, revisions) = (day_in_vietnam(now), Revisions::default());
        let mut progress = Progress::default();
        assert!(progress.is_due(today, revisions, now), "at the start");
        progress.looked = Some((today, revisions));
        progress.again_at = now + AGAIN;
        assert!(!progress.is_due(today, revisions, now));
        let tomorrow = today.succ_opt().unwrap();
        assert!(progress.is_due(tomorrow, revisions, now));
        let imported = Revisions {
            directory: 1,
            ..revisions
        };
        assert!(progress.is_due(today, imported, now));
        assert!(progress.is_due(today, revisions, now + AGAIN));
    }
}
