//! Scanning what waits, and sweeping what nothing leads to any more.

use chrono::TimeDelta;

use super::Archive;
use crate::{
    error::Result,
    ids::{BlobId, DocumentId},
    scan::{ScanError, Verdict},
    service::documents::{self, Blob},
    store::{blobs, documents as stored, uploads},
};

/// How long one process has for a document.
const HELD: TimeDelta = TimeDelta::minutes(10);
/// When a document is scanned again that could not be.
const AGAIN: TimeDelta = TimeDelta::seconds(15);
/// Files in one pass.
const BATCH: i64 = 20;

impl Archive {
    /// Finishes uploads that are whole and that nobody is at: whoever was has died, or the store was away.
    pub async fn finish_what_waits(&self) -> Result<usize> {
        let now = self.0.clock.now();
        let waiting = self
            .0
            .db
            .read(move |tx| Ok(uploads::unchecked(tx, now, BATCH)?))
            .await?;
        let mut done = 0;
        for id in waiting {
            match self.finish(&id).await {
                Ok(_) => done += 1,
                Err(why) => {
                    tracing::warn!(upload.id = %id, "An upload could not be checked: {why}")
                }
            }
        }
        Ok(done)
    }

    /// Scans documents that wait, unless the scanner is away.
    pub async fn scan_what_waits(&self) -> Result<usize> {
        if self.0.clamd.is_none() {
            return Ok(0);
        }
        let now = self.0.clock.now();
        let waiting = self
            .0
            .db
            .read(move |tx| Ok(stored::to_scan(tx, now, BATCH)?))
            .await?;
        let mut done = 0;
        for id in waiting {
            if !self.scan(&id).await? {
                // The others would hear the same.
                break;
            }
            done += 1;
        }
        Ok(done)
    }

    /// Scans one document; `false` where the scanner did not answer.
    async fn scan(&self, id: &DocumentId) -> Result<bool> {
        let now = self.0.clock.now();
        let (keys, claimed) = (self.0.keys.clone(), id.clone());
        let due = self
            .0
            .db
            .write(move |tx| documents::to_scan(tx, &keys, &claimed, now, now + HELD))
            .await?;
        let Some((document, blob)) = due else {
            return Ok(true);
        };
        let verdict = match self.ask_scanner(&blob).await {
            Ok(Ok(verdict)) => Ok(verdict),
            Ok(Err(why)) => Err(why.to_string()),
            Err(why) => Err(why.to_string()),
        };
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(why) => {
                tracing::warn!(document.id = %id, "A document could not be scanned: {why}");
                self.note_scanner(true);
                let (again_at, id) = (self.0.clock.now() + AGAIN, id.clone());
                self.0
                    .db
                    .write(move |tx| documents::scan_again(tx, &id, again_at))
                    .await?;
                return Ok(false);
            }
        };
        self.note_scanner(false);
        let finding = match verdict {
            Verdict::Clean => None,
            Verdict::Found(name) => Some(name),
        };
        match &finding {
            None => self.count("clean"),
            Some(name) => {
                self.count("quarantined");
                tracing::error!(document.id = %id, "Malware was found in a document: {name}");
            }
        }
        self.traced(move |tx, ctx| documents::scanned(tx, ctx, &document, finding.as_deref()))
            .await?;
        Ok(true)
    }

    async fn ask_scanner(&self, blob: &Blob) -> Result<Result<Verdict, ScanError>> {
        let Some(clamd) = &self.0.clamd else {
            return Ok(Ok(Verdict::Clean));
        };
        let mut scan = match clamd.begin().await {
            Ok(scan) => scan,
            Err(why) => return Ok(Err(why)),
        };
        for number in 0..blob.shape.pieces() {
            let piece = self.open_piece(blob, number).await?;
            if let Err(why) = scan.send(&piece).await {
                return Ok(Err(why));
            }
        }
        Ok(scan.end().await)
    }

    /// Lets go of what expired and of what was removed long enough ago.
    pub async fn erase(&self) -> Result<usize> {
        let done = self.traced(documents::erase_some).await?;
        Ok(done.sum())
    }

    /// Deletes the objects of blobs to which nothing leads any more.
    pub async fn sweep(&self) -> Result<usize> {
        let now = self.0.clock.now();
        let dead = self
            .0
            .db
            .read(move |tx| Ok(blobs::dead(tx, now, BATCH)?))
            .await?;
        let mut done = 0;
        for id in dead {
            if !self.delete(&id).await {
                break;
            }
            self.0
                .db
                .write(move |tx| Ok(blobs::delete(tx, &id)?))
                .await?;
            done += 1;
        }
        Ok(done)
    }

    /// Deletes every object of a blob; `false` where the store does not answer.
    async fn delete(&self, id: &BlobId) -> bool {
        let Ok(names) = self.stored_or_away(self.0.storage.list(id).await) else {
            return false;
        };
        for name in names {
            if self
                .stored_or_away(self.0.storage.delete(&name).await)
                .is_err()
            {
                return false;
            }
        }
        true
    }

    /// Asks the store whether it answers, so that health says so before somebody needs it.
    pub async fn probe(&self) {
        let _ = self.stored_or_away(self.0.storage.probe().await);
    }
}
