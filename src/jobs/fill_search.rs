//! Marks the cases of a database from before by the words by which they are found, and anew those that are marked under
//! an earlier key. Any process may do it; a case is marked once under each key, and what is new is marked as it is
//! written.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{Job, office::Office};
use crate::{
    error::Result,
    ids::CaseId,
    service::{keys, search},
    store::catalogues,
};

/// The job of one process.
pub struct FillSearch {
    office: Office,
    progress: Mutex<Progress>,
}

/// How far this process has looked; it begins anew with each start and whenever keys change, so that nothing is left
/// out for ever.
#[derive(Default)]
struct Progress {
    /// The revision of the keys.
    of: i64,
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
        let held = Arc::clone(&self.office.keys);
        let follow = move |tx: &mut _| {
            let revision = catalogues::revisions(tx)?.keys;
            keys::follow(tx, &held, revision)
        };
        self.office.db.read(follow).await?;
        let revision = self.office.keys.held().revision;
        let after = {
            let mut progress = self.progress();
            if progress.of != revision {
                *progress = Progress {
                    of: revision,
                    ..Progress::default()
                };
            }
            if progress.is_done {
                return Ok(0);
            }
            progress.after.clone()
        };
        let keys = Arc::clone(&self.office.keys);
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
