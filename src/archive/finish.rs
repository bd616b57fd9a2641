//! A whole upload becomes a document: its hash, its type, an image written anew, a preview. Any process may
//! do it; one at a time does. What was begun by one that died is done by another.

use chrono::TimeDelta;
use data_encoding::HEXLOWER;
use ring::digest;

use super::{Archive, looking::Looking};
use crate::{
    domain::document::{FileFault, MediaType},
    error::Result,
    ids::{CaseId, UploadId},
    inspect::sniff,
    paper::FormRef,
    sealing::PIECE,
    service::documents::{self, Blob, Due, Finished, Made},
    storage::object_name,
    store::blobs::Piece,
};

/// How long one process has for an upload.
const HELD: TimeDelta = TimeDelta::minutes(5);
/// When an upload is checked again that could not be.
const AGAIN: TimeDelta = TimeDelta::seconds(20);

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is a document.
    Document(Finished),
    /// It is not taken.
    Refused(FileFault),
    /// It has ended, or somebody else is at it.
    Elsewhere,
}

impl Archive {
    /// Makes the document of a whole upload.
    pub async fn finish(&self, id: &UploadId) -> Result<Outcome> {
        let now = self.0.clock.now();
        let (keys, claimed) = (self.0.keys.clone(), id.clone());
        let due = self
            .0
            .db
            .write(move |tx| documents::due(tx, &keys, &claimed, now, now + HELD))
            .await?;
        let Some(due) = due else {
            return Ok(Outcome::Elsewhere);
        };
        let made = self.make(&due).await;
        let outcome = match made {
            Ok(Ok(made)) => self.settle(due, made).await,
            Ok(Err(why)) => {
                self.refuse(&due.upload, why).await?;
                return Ok(Outcome::Refused(why));
            }
            Err(why) => Err(why),
        };
        if outcome.is_err() {
            let (again_at, id) = (self.0.clock.now() + AGAIN, id.clone());
            self.0
                .db
                .write(move |tx| Ok(crate::store::uploads::release(tx, &id, again_at)?))
                .await?;
        }
        outcome
    }

    /// The code of a form on a file that is not stored yet, or why the file is not taken.
    pub async fn code_on(
        &self,
        kind: MediaType,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<Result<Option<FormRef>, FileFault>> {
        if let Err(why) = sniff::check(&bytes[..bytes.len().min(sniff::ENOUGH)], kind, file_name) {
            return Ok(Err(why));
        }
        let _turn = self.0.looking.acquire().await.ok();
        let mut looking = Looking::begin(kind, false)?;
        looking.feed(bytes).await;
        let found = looking.found().await?;
        Ok(match found.refused {
            Some(why) => Err(why),
            None => Ok(found.code.as_deref().and_then(FormRef::parse)),
        })
    }

    async fn settle(&self, due: Due, made: Made) -> Result<Outcome> {
        let scans = self.scans();
        let blob = due.blob.clone();
        let added = self
            .traced(move |tx, ctx| documents::add(tx, ctx, &due, &made, scans))
            .await?;
        let Some(finished) = added else {
            return Ok(Outcome::Elsewhere);
        };
        self.count("taken");
        self.wake();
        self.tidy(&blob).await;
        Ok(Outcome::Document(finished))
    }

    /// Deletes what later pieces stand in for, and what was stored and never noted.
    async fn tidy(&self, blob: &Blob) {
        let Ok(names) = self.0.storage.list(&blob.shape.id).await else {
            return;
        };
        for name in names {
            if !blob.pieces.iter().any(|piece| piece.object == name) {
                // What stays is deleted with the blob.
                let _ = self.0.storage.delete(&name).await;
            }
        }
    }

    async fn make(&self, due: &Due) -> Result<Result<Made, FileFault>> {
        let upload = &due.upload;
        let kind = upload.media_type;
        let anew = kind.is_image() && due.about.keep_original.is_none();
        let looks = kind.is_image() || kind == MediaType::Pdf;
        // Each such process may take much memory: they take turns.
        let _turn = match looks {
            true => self.0.looking.acquire().await.ok(),
            false => None,
        };
        let mut looking = match looks {
            true => Some(Looking::begin(kind, anew)?),
            false => None,
        };
        let mut sum = digest::Context::new(&digest::SHA256);
        if due.blob.shape.length == 0 {
            return Ok(Err(FileFault::Broken));
        }
        for number in 0..due.blob.shape.pieces() {
            let piece = self.open_piece(&due.blob, number).await?;
            if number == 0
                && let Err(why) = sniff::check(
                    &piece[..piece.len().min(sniff::ENOUGH)],
                    kind,
                    &due.about.file_name,
                )
            {
                return Ok(Err(why));
            }
            sum.update(&piece);
            if let Some(looking) = &mut looking {
                looking.feed(&piece).await;
            }
        }
        let received_sha256 = HEXLOWER.encode(sum.finish().as_ref());
        let mut made = Made {
            about: due.about.clone(),
            ..Made::default()
        };
        made.about.sha256.clone_from(&received_sha256);
        made.about.received_sha256 = received_sha256;
        let Some(mut looking) = looking else {
            return Ok(Ok(made));
        };
        let found = looking.found().await?;
        if let Some(why) = found.refused {
            return Ok(Err(why));
        }
        made.about.width = found.width;
        made.about.height = found.height;
        made.code = found.code.as_deref().and_then(FormRef::parse);
        if found.content > 0 {
            let (blob, pieces, sum) = self
                .write(&mut looking, &upload.case_id, found.content)
                .await?;
            made.about.sha256 = sum;
            made.media_type = found.media_type;
            made.content = Some((blob, pieces));
            if let Some(kind) = found.media_type {
                made.about.file_name = renamed(&made.about.file_name, kind);
            }
        }
        if found.preview > 0 {
            let (blob, pieces, _) = self
                .write(&mut looking, &upload.case_id, found.preview)
                .await?;
            made.preview = Some((blob, pieces));
        }
        Ok(Ok(made))
    }

    /// Stores the next `length` bytes of what was made as a blob of the case; and its hash.
    async fn write(
        &self,
        looking: &mut Looking,
        case: &CaseId,
        length: u64,
    ) -> Result<(Blob, Vec<Piece>, String)> {
        let (keys, case, now) = (self.0.keys.clone(), case.clone(), self.0.clock.now());
        let blob = self
            .0
            .db
            .write(move |tx| documents::to_write(tx, &keys, &case, length, now))
            .await?;
        let mut pieces = Vec::new();
        let mut sum = digest::Context::new(&digest::SHA256);
        for number in 0..blob.shape.pieces() {
            let bytes = looking
                .bytes(blob.shape.length_of(number).min(PIECE))
                .await?;
            sum.update(&bytes);
            let object = object_name(&blob.shape.id, number);
            let sealed = blob.key.seal(&blob.shape, number, &bytes)?;
            self.stored_or_away(self.0.storage.put(&object, sealed).await)?;
            pieces.push(Piece {
                number: i32::try_from(number).unwrap_or(i32::MAX),
                object,
                length: i32::try_from(bytes.len()).unwrap_or(i32::MAX),
            });
        }
        Ok((blob, pieces, HEXLOWER.encode(sum.finish().as_ref())))
    }
}

/// The name of a file that is of another kind now.
fn renamed(name: &str, kind: MediaType) -> String {
    if kind.fits(name) {
        return name.to_owned();
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}.{}", kind.endings()[0])
}
