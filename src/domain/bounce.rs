//! What comes back of a mail: whether it was delivered, and what the mail server said.

use serde::{Deserialize, Serialize};

use crate::named;

named! {
    /// What a returned message says (RFC 3464, 2.3.3).
    pub enum ReturnKind {
        /// Not delivered, and nobody tries any more.
        Failed = "failed",
        /// Not delivered yet; a mail server goes on trying.
        Delayed = "delayed",
        /// Delivered, or passed on to where nobody reports from.
        Delivered = "delivered",
        /// A program answered in place of the reader.
        AutoReply = "auto_reply",
        /// None of these, or not understood.
        Unknown = "unknown",
    }
}

/// A returned message, without what it quotes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// What it says.
    pub kind: ReturnKind,
    /// The status code (RFC 3463), such as `5.1.1`.
    pub status: Option<String>,
    /// What the mail server said: one printable line.
    pub diagnostic: Option<String>,
}

impl Returned {
    /// One that says nothing more than its kind.
    pub fn of(kind: ReturnKind) -> Self {
        Self {
            kind,
            status: None,
            diagnostic: None,
        }
    }

    /// Whether the mail will never arrive.
    pub fn is_final(&self) -> bool {
        self.kind == ReturnKind::Failed
    }

    /// Code and words, as an operator reads them.
    pub fn reason(&self) -> Option<String> {
        match (&self.status, &self.diagnostic) {
            (Some(status), Some(said)) if said.contains(status.as_str()) => Some(said.clone()),
            (Some(status), Some(said)) => Some(format!("{status} {said}")),
            (Some(only), None) | (None, Some(only)) => Some(only.clone()),
            (None, None) => None,
        }
    }
}
