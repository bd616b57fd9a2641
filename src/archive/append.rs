//! Appending to an upload: pieces of 1 MiB are sealed, stored, and noted one by one, so that whatever came
//! before a crash, a broken line or a store that went away is there when the sender goes on.
//!
//! Of two who append at once one wins: each notes its piece only where the upload still stands as it saw
//! it, and no two write an object of the same name.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use ring::digest;

use super::Archive;
use crate::{
    domain::document::FileFault,
    error::{AppError, Result},
    inspect::sniff,
    sealing::PIECE,
    service::documents::{self, About, Blob, uploads},
    storage::object_name,
    store::{blobs::Piece, uploads::Upload},
};

/// How long the next bytes of a body may take.
pub const NEXT_WITHIN: Duration = Duration::from_secs(15);

/// What a sender says the bytes of a request add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksum {
    /// SHA-1 or SHA-256.
    pub is_sha256: bool,
    /// The sum.
    pub sum: Vec<u8>,
}

impl Checksum {
    fn begin(&self) -> digest::Context {
        digest::Context::new(if self.is_sha256 {
            &digest::SHA256
        } else {
            // The protocol asks for it. It finds what a line garbled; nobody is kept out by it.
            &digest::SHA1_FOR_LEGACY_USE_ONLY
        })
    }
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// How much is there now.
    pub received: u64,
    /// Whether that is all.
    pub is_whole: bool,
}

/// Why the body of a request ended before it was whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Append {
    /// The next bytes.
    Broken,
    /// They did not come in time.
    TooSlow,
}

/// Appends to one upload.
pub(super) struct Writer<'a> {
    archive: &'a Archive,
    upload: Upload,
    about: About,
    blob: Blob,
    /// Of the last piece, what is not noted yet.
    rest: BytesMut,
    /// How much was noted as received.
    noted: u64,
    /// Pieces that are in the store and not noted.
    waiting: Vec<Piece>,
    /// Where `rest` begins.
    begins: u64,
    /// Whether pieces are noted at the end of the request only: its sum must be right first.
    at_once: bool,
    /// Objects that a later one stands in for.
    replaced: Vec<String>,
}

impl Archive {
    /// Appends what `next` gives to an upload that was looked at with [`uploads::to_append`].
    /// `next` says `None` at the end of the body.
    pub async fn append(
        &self,
        upload: Upload,
        about: About,
        blob: Blob,
        checksum: Option<Checksum>,
        mut next: impl AsyncFnMut() -> Option<Result<Bytes, Append>>,
    ) -> Result<(Appended, Option<Append>)> {
        let mut sum = checksum.as_ref().map(Checksum::begin);
        let mut writer = Writer::begin(self, upload, about, blob, checksum.is_some()).await?;
        let mut broken = None;
        while let Some(more) = next().await {
            match more {
                Ok(bytes) => {
                    if let Some(sum) = &mut sum {
                        sum.update(&bytes);
                    }
                    writer.take(&bytes).await?;
                }
                Err(why) => {
                    broken = Some(why);
                    break;
                }
            }
        }
        if let (Some(sum), Some(checksum)) = (sum, &checksum) {
            // What did not come whole cannot add up.
            if broken.is_some() || sum.finish().as_ref() != checksum.sum.as_slice() {
                writer.drop_unnoted().await;
                return match broken {
                    Some(_) => Ok((writer.stands(), broken)),
                    None => Err(AppError::NotTaken("checksum_mismatch")),
                };
            }
        }
        writer.end().await?;
        Ok((writer.stands(), broken))
    }
}

impl<'a> Writer<'a> {
    async fn begin(
        archive: &'a Archive,
        upload: Upload,
        about: About,
        blob: Blob,
        at_once: bool,
    ) -> Result<Self> {
        let begins = upload.received - upload.received % PIECE as u64;
        let mut rest = BytesMut::new();
        let mut replaced = Vec::new();
        if begins < upload.received {
            // The last piece was not full: it is written again with what comes now.
            let number = begins / PIECE as u64;
            let lost = || AppError::internal(format!("the upload {} lacks a piece", upload.id));
            let last = blob.pieces.last().ok_or_else(lost)?;
            let open = archive.open_piece(&blob, number).await;
            let open = open.map_err(|why| match why {
                // Somebody else wrote it again meanwhile.
                AppError::Gone(_) => AppError::Conflict("wrong_offset"),
                other => other,
            });
            rest.extend_from_slice(&open?);
            if begins + rest.len() as u64 != upload.received {
                return Err(lost());
            }
            replaced.push(last.object.clone());
        }
        Ok(Self {
            archive,
            noted: upload.received,
            upload,
            about,
            blob,
            rest,
            waiting: Vec::new(),
            begins,
            at_once,
            replaced,
        })
    }

    fn received(&self) -> u64 {
        self.begins + self.rest.len() as u64
    }

    fn stands(&self) -> Appended {
        Appended {
            received: self.noted,
            is_whole: self.noted == self.upload.length,
        }
    }

    async fn take(&mut self, mut bytes: &[u8]) -> Result<()> {
        if self.received() + bytes.len() as u64 > self.upload.length {
            self.drop_unnoted().await;
            return Err(AppError::TooLarge("upload_too_long"));
        }
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.rest.len()));
            self.rest.extend_from_slice(now);
            bytes = later;
            if self.rest.len() == PIECE {
                self.put().await?;
                if !self.at_once {
                    self.note().await?;
                }
            }
        }
        Ok(())
    }

    async fn end(&mut self) -> Result<()> {
        if self.received() > self.noted {
            if !self.rest.is_empty() {
                self.put().await?;
            }
            self.note().await?;
        }
        Ok(())
    }

    /// Seals what is there of the last piece and stores it.
    async fn put(&mut self) -> Result<()> {
        let number = self.begins / PIECE as u64;
        if number == 0
            && (self.rest.len() >= sniff::ENOUGH || self.received() == self.upload.length)
        {
            self.look_at_head().await?;
        }
        let object = object_name(&self.blob.shape.id, number);
        let sealed = self.blob.key.seal(&self.blob.shape, number, &self.rest)?;
        let stored = self.archive.0.storage.put(&object, sealed).await;
        self.archive.stored_or_away(stored)?;
        let too_many = |_| AppError::internal("a piece beyond every limit");
        self.waiting.push(Piece {
            number: i32::try_from(number).map_err(too_many)?,
            object,
            length: i32::try_from(self.rest.len()).map_err(too_many)?,
        });
        if self.rest.len() == PIECE {
            self.begins += PIECE as u64;
            self.rest.clear();
        }
        Ok(())
    }

    /// Notes what is in the store.
    async fn note(&mut self) -> Result<()> {
        let (upload, pieces) = (self.upload.clone(), std::mem::take(&mut self.waiting));
        let (seen, received) = (self.noted, self.received());
        let now = self.archive.0.clock.now();
        let noting = pieces.clone();
        let noted = self
            .archive
            .0
            .db
            .write(move |tx| uploads::advance(tx, &upload, &noting, seen, received, now))
            .await;
        match noted {
            Ok(true) => {
                self.noted = received;
                // It is found when the upload ends where it cannot be deleted now.
                for object in std::mem::take(&mut self.replaced) {
                    let _ = self.archive.0.storage.delete(&object).await;
                }
                // A last piece that is not full is replaced by what comes next.
                if let Some(last) = pieces.last().filter(|last| (last.length as usize) < PIECE) {
                    self.replaced.push(last.object.clone());
                }
                Ok(())
            }
            Ok(false) => {
                self.waiting = pieces;
                self.drop_unnoted().await;
                Err(AppError::Conflict("wrong_offset"))
            }
            Err(why) => Err(why),
        }
    }

    /// Deletes what was stored and is not noted.
    async fn drop_unnoted(&mut self) {
        for piece in std::mem::take(&mut self.waiting) {
            let _ = self.archive.0.storage.delete(&piece.object).await;
        }
    }

    /// Refuses early what is not of its type, before the rest of it comes.
    async fn look_at_head(&mut self) -> Result<()> {
        let head = &self.rest[..self.rest.len().min(sniff::ENOUGH)];
        match sniff::check(head, self.upload.media_type, &self.about.file_name) {
            Ok(()) => Ok(()),
            Err(why) => {
                self.drop_unnoted().await;
                self.archive.refuse(&self.upload, why).await?;
                Err(uploads::not_taken(why))
            }
        }
    }
}

impl Archive {
    /// Ends an upload that is not taken.
    pub(super) async fn refuse(&self, upload: &Upload, why: FileFault) -> Result<()> {
        let upload = upload.clone();
        self.traced(move |tx, ctx| documents::refuse(tx, ctx, &upload, why))
            .await?;
        self.count("refused");
        self.wake();
        Ok(())
    }
}
