//! Personal data as the database keeps them: sealed.
//!
//! ```text
//! master key ──wraps──▶ key of a case ──seals──▶ facts, declarations, events, messages
//!  (a file)              (in its row)              (texts that begin with `tnld1:`, `tnld2:`)
//! ```
//!
//! The master key is never in the database, so that a stolen file or dump shows nobody. Each case
//! has a random key of its own: another master key means new wrapping and not new sealing, and
//! who destroys one key destroys one record. Knows no database and no HTTP.

mod case_key;
mod file_key;
mod keys;
mod master;
mod secret;
mod source;

#[cfg(test)]
pub(crate) mod tests;

pub use case_key::{CaseKey, Column, Sealed};
pub use file_key::{BlobShape, FileKey, PIECE};
pub use keys::{Held, Keys, LookupKey, Marked, SearchKey, SearchKeys};
pub use master::{MasterKey, MasterKeys, WrappedKey};
pub use source::KeySource;

use crate::error::AppError;

/// Why something could not be sealed or opened. Names ids and columns, never what stands there.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key file or the setting lacks a master key.
    #[error("this process holds no master key {0:?}")]
    UnknownMaster(String),
    /// Changed, moved to another row, or sealed with another key.
    #[error("what is sealed in {0} does not open")]
    DoesNotOpen(String),
    /// The case's key is gone.
    #[error("there is no key to {0}")]
    NoKey(String),
    /// The operating system gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(String),
    /// The key file cannot be read or written, or is none.
    #[error("{0}")]
    Source(String),
}

impl From<SealError> for AppError {
    fn from(error: SealError) -> Self {
        Self::internal(error)
    }
}
