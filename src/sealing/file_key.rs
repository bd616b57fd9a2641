//! The key of one blob in the file store, and how its pieces are sealed.
//!
//! ```text
//! key of a case ──seals──▶ key of a blob ──seals──▶ piece 0, piece 1, … (1 MiB each, the last shorter)
//! ```
//!
//! A piece says which blob it is of, its number, and how long the whole is: one that is moved, exchanged,
//! cut or left out does not open. Whoever destroys the key of a case destroys its files with it.

use zeroize::Zeroizing;

use super::{SealError, secret::SecretKey};
use crate::ids::BlobId;

/// Bytes of a piece before it is sealed; the last of a blob is shorter.
pub const PIECE: usize = 1024 * 1024;

/// The key of one blob.
#[derive(Clone)]
pub struct FileKey(SecretKey);

/// A blob as its pieces know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobShape {
    /// Id.
    pub id: BlobId,
    /// Bytes of the whole.
    pub length: u64,
}

impl BlobShape {
    /// How many pieces it has.
    pub fn pieces(&self) -> u64 {
        self.length.div_ceil(PIECE as u64)
    }

    /// How long the piece `number` is when it is whole.
    pub fn length_of(&self, number: u64) -> usize {
        let left = self.length.saturating_sub(number * PIECE as u64);
        usize::try_from(left).map_or(PIECE, |left| left.min(PIECE))
    }

    fn about(&self, number: u64) -> String {
        format!("blobs/{}/{number}/{}", self.id, self.length)
    }
}

impl FileKey {
    /// A new key.
    pub fn generate() -> Result<Self, SealError> {
        Ok(Self(SecretKey::generate()?))
    }

    /// As the column of its blob keeps it, once it is sealed.
    pub fn to_text(&self) -> Zeroizing<String> {
        self.0.to_base64()
    }

    /// From what [`FileKey::to_text`] gave.
    pub fn from_text(text: &str, blob: &BlobId) -> Result<Self, SealError> {
        SecretKey::from_base64(text)
            .map(Self)
            .ok_or_else(|| SealError::DoesNotOpen(format!("blobs.file_key/{blob}")))
    }

    /// The piece `number` as the store keeps it.
    pub fn seal(&self, of: &BlobShape, number: u64, bytes: &[u8]) -> Result<Vec<u8>, SealError> {
        self.0.seal_bytes(bytes, &of.about(number))
    }

    /// The piece `number`, which must have `length` bytes: a shorter one of before does not stand for it.
    pub fn open(
        &self,
        of: &BlobShape,
        number: u64,
        length: usize,
        sealed: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let about = of.about(number);
        let mut opened = self.0.open_bytes(sealed, &about)?;
        if opened.len() != length {
            return Err(SealError::DoesNotOpen(about));
        }
        Ok(std::mem::take(&mut *opened))
    }
}

impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(length: u64) -> BlobShape {
        BlobShape {
            id: BlobId::generate(),
            length,
        }
    }

    #[test]
    fn a_piece_opens_in_its_place_and_nowhere_else() {
        let key = FileKey::generate().unwrap();
        let of = shape(2_000_000);
        let piece = vec![7; PIECE];
        let sealed = key.seal(&of, 0, &piece).unwrap();
        assert_eq!(key.open(&of, 0, PIECE, &sealed).unwrap(), piece);
        assert!(key.open(&of, 1, PIECE, &sealed).is_err(), "another place");
        assert!(
            key.open(&of, 0, PIECE - 1, &sealed).is_err(),
            "another length"
        );
        let longer = BlobShape {
            length: 2_000_001,
            ..of.clone()
        };
        assert!(
            key.open(&longer, 0, PIECE, &sealed).is_err(),
            "the whole was cut"
        );
        assert!(
            key.open(&shape(2_000_000), 0, PIECE, &sealed).is_err(),
            "another blob"
        );
        let other = FileKey::generate().unwrap();
        assert!(other.open(&of, 0, PIECE, &sealed).is_err(), "another key");
        let again = FileKey::from_text(&key.to_text(), &of.id).unwrap();
        assert_eq!(again.open(&of, 0, PIECE, &sealed).unwrap(), piece);
        for place in [0, 30, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(key.open(&of, 0, PIECE, &changed).is_err(), "{place}");
        }
    }

    #[test]
    fn a_blob_knows_the_lengths_of_its_pieces() {
        let piece = PIECE as u64;
        for (length, lengths) in [
            (0, vec![]),
            (1, vec![1]),
            (piece, vec![PIECE]),
            (piece * 2 + 5, vec![PIECE, PIECE, 5]),
        ] {
            let of = shape(length);
            let found: Vec<usize> = (0..of.pieces())
                .map(|number| of.length_of(number))
                .collect();
            assert_eq!(found, lengths, "{length}");
        }
    }
}
