//! Blobs: their keys opened, so that pieces can be sealed and opened.

use chrono::{DateTime, Utc};

use crate::{
    error::{AppError, Result},
    ids::{BlobId, CaseId},
    sealing::{BlobShape, CaseKey, Column, FileKey, Keys},
    service::sealed,
    store::{
        blobs::{self, Piece, StoredBlob},
        conn::DbConn,
    },
};

/// A blob that can be read or written.
#[derive(Debug, Clone)]
pub struct Blob {
    /// Id and length.
    pub shape: BlobShape,
    /// Its key.
    pub key: FileKey,
    /// The pieces that are in the store.
    pub pieces: Vec<Piece>,
}

impl Blob {
    /// The blob `id`, its key opened with that of its case.
    pub fn open(tx: &mut DbConn, keys: &Keys, id: &BlobId) -> Result<Self> {
        let gone = || AppError::internal(format!("there is no blob {id}"));
        let stored = blobs::find(tx, id)?.ok_or_else(gone)?;
        let case_key = sealed::key_of_id(tx, keys, &stored.case_id)?;
        let text = case_key.open(Column::FileKey, id.as_str(), &stored.file_key)?;
        Ok(Self {
            key: FileKey::from_text(&text, id)?,
            pieces: blobs::pieces(tx, id)?,
            shape: stored.shape,
        })
    }

    /// Whether every piece is there as long as it must be.
    pub fn is_whole(&self) -> bool {
        self.pieces.len() as u64 == self.shape.pieces()
            && self.pieces.iter().enumerate().all(|(number, piece)| {
                piece.number as usize == number
                    && piece.length as usize == self.shape.length_of(number as u64)
            })
    }
}

/// A blob that is about to be written.
pub struct NewBlob;

impl NewBlob {
    /// Makes a key for `length` bytes of `case` and notes the blob. Unless it is kept before, it is swept
    /// from `until` on.
    pub fn note(
        tx: &mut DbConn,
        case: (&CaseId, &CaseKey),
        length: u64,
        until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Blob> {
        let shape = BlobShape {
            id: BlobId::generate(),
            length,
        };
        let key = FileKey::generate()?;
        let (case_id, case_key) = case;
        let file_key = case_key.seal(Column::FileKey, shape.id.as_str(), &key.to_text())?;
        let stored = StoredBlob {
            shape: shape.clone(),
            case_id: case_id.clone(),
            file_key,
        };
        blobs::insert(tx, &stored, until, now)?;
        Ok(Blob {
            shape,
            key,
            pieces: Vec::new(),
        })
    }
}
