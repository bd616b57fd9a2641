//! Marks the cases of a database from before by the words by which they are found. Any process may do it; a case is
//! marked once, and what is new is marked as it is written.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::{Job, follow_reforms::Office};
use crate::{error::Result, ids::CaseId, service::search};

/// The job of one process.
pub struct FillSearch {
    office: Office,
    progress: Mutex<Progress>,
}

/// How far this process has looked; it begins anew with each start, so that nothing is left out for ever.
#[derive(Default)]
struct Progress {
    after: Option<CaseId>,
    is_done: bool,
}

impl FillSearch {
    /// A job of this process.
    pub fn new(office: Office) -> Self {
        Self {
            office,
            progress: Mutex::default(),
        }
    }

    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        // Replaced as a whole: a panic elsewhere leaves it sound.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job for FillSearch {
    const NAME: &'static str = "fill_search";
    const EVERY: Duration = Duration::from_secs(60);

    async fn run(&self) -> Result<usize> {
        let after = {
            let progress = self.progress();
            if progress.is_done {
                return Ok(0);
            }
            progress.after.clone()
        };
        let keys = self.office.keys.clone();
        let last = self
            .office
            .db
            .write(move |tx| search::fill_some(tx, &keys, after.as_ref()))
            .await?;
        let mut progress = self.progress();
        progress.is_done = last.is_none();
        progress.after = last;
        Ok(usize::from(!progress.is_done))
    }
}
