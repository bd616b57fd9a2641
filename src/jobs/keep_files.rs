//! Keeps the file store in order: finishes uploads that are whole, scans what waits, lets go of what expired
//! or was removed, and deletes what nothing leads to any more. Any process may do it.

use std::time::Duration;

use super::Job;
use crate::{archive::Archive, error::Result};

/// Looks after files.
pub struct KeepFiles {
    archive: Archive,
}

impl KeepFiles {
    /// A job of this process.
    pub fn new(archive: Archive) -> Self {
        Self { archive }
    }
}

impl Job for KeepFiles {
    const NAME: &'static str = "keep_files";
    const EVERY: Duration = Duration::from_secs(5);

    async fn run(&self) -> Result<usize> {
        self.archive.probe().await;
        let mut done = self.archive.finish_what_waits().await?;
        done += self.archive.scan_what_waits().await?;
        done += self.archive.erase().await?;
        Ok(done + self.archive.sweep().await?)
    }

    async fn woken(&self) {
        self.archive.woken().await;
    }
}
