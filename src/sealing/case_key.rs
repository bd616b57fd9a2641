//! The key of one case, and what it seals.

use std::fmt;

use lz4_flex::block::{compress_prepend_size, decompress_size_prepended};
use zeroize::Zeroizing;

use super::{SealError, secret::SecretKey};
use crate::ids::CaseId;

/// How a text begins that was sealed as it is.
const MARK: &str = "tnld1:";
/// How one begins that was compressed before.
const MARK_COMPRESSED: &str = "tnld2:";

/// Shorter texts are hardly worth it, in bytes. JSON repeats itself: an answer to a declaration loses
/// half of its length, and a declaration writes that much less.
const COMPRESSED_FROM: usize = 200;

/// A text as a column keeps it: sealed, or plain where it is older than sealing.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(String);

impl Sealed {
    /// The column's text.
    pub fn as_stored(&self) -> &str {
        &self.0
    }

    /// The column's text.
    pub fn into_stored(self) -> String {
        self.0
    }

    /// Whether it is sealed. Older texts are not.
    pub fn is_sealed(&self) -> bool {
        self.0.starts_with(MARK) || self.0.starts_with(MARK_COMPRESSED)
    }
}

/// From a column, as it stands there.
impl From<String> for Sealed {
    fn from(stored: String) -> Self {
        Self(stored)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// The columns that are sealed, whole: nobody can forget a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The declaration with its supplements.
    CaseFacts,
    /// What the law says: names the injuries on which a class rests.
    CaseDecision,
    /// A declaration as received.
    DeclarationBody,
    /// What its declarant was answered.
    DeclarationAnswer,
    /// Why something was added.
    SupplementNote,
    /// A supplement as received.
    SupplementBody,
    /// What was answered.
    SupplementAnswer,
    /// Why a step was taken.
    EventReason,
    /// Fields of the step.
    EventDetails,
    /// What a message about a case says.
    OutboxPayload,
    /// What an authenticator app was given.
    AccountTotp,
    /// What stands in a register: of data subjects' requests, of breaches. Sealed by the key of registers.
    RegisterContent,
    /// Who gave notice.
    InformantIdentity,
    /// Who took an alert.
    AcknowledgementOfficer,
    /// Who refused an alert.
    RefusalOfficer,
    /// What was said on the telephone.
    CallSaid,
    /// Who answered a test. Sealed by the key of registers.
    CanaryOfficer,
    /// The key of a blob in the file store.
    FileKey,
    /// What is said of a file on its way here.
    UploadAbout,
    /// What is said of a document.
    DocumentAbout,
    /// Why a document was removed.
    DocumentRemoval,
    /// The pages of a form that was issued.
    FormPdf,
    /// What they are made of.
    FormPaper,
    /// What went along when a case went to others.
    TransferRecord,
    /// A filter that a post has saved. Sealed by the key of registers.
    SavedFilter,
}

impl Column {
    fn as_str(self) -> &'static str {
        match self {
            Self::CaseFacts => "cases.facts",
            Self::CaseDecision => "cases.decision",
            Self::DeclarationBody => "declarations.body",
            Self::DeclarationAnswer => "declarations.answer",
            Self::SupplementNote => "supplements.note",
            Self::SupplementBody => "supplements.body",
            Self::SupplementAnswer => "supplements.answer",
            Self::EventReason => "case_events.reason",
            Self::EventDetails => "case_events.details",
            Self::OutboxPayload => "outbox.payload",
            Self::AccountTotp => "accounts.totp_secret",
            Self::RegisterContent => "registers.content",
            Self::InformantIdentity => "informants.identity",
            Self::AcknowledgementOfficer => "acknowledgements.officer",
            Self::RefusalOfficer => "refusals.officer",
            Self::CallSaid => "call_notes.said",
            Self::CanaryOfficer => "canaries.officer",
            Self::FileKey => "blobs.file_key",
            Self::UploadAbout => "uploads.about",
            Self::DocumentAbout => "documents.about",
            Self::DocumentRemoval => "documents.removal",
            Self::FormPdf => "issued_forms.pdf",
            Self::FormPaper => "issued_forms.paper",
            Self::TransferRecord => "transfers.record",
            Self::SavedFilter => "saved_filters.content",
        }
    }

    /// What is sealed together with a text: it opens in no other column and no other row.
    fn of_row(self, row: &str) -> String {
        format!("{}/{row}", self.as_str())
    }
}

/// The key of one case; none where the case is older than sealing.
#[derive(Clone)]
pub struct CaseKey(Option<SecretKey>);

impl CaseKey {
    /// For a case that is older than sealing: opens plain texts, and seals nothing.
    pub fn none() -> Self {
        Self(None)
    }

    /// For rows that belong to no case, under a key of the whole database.
    pub(super) fn new(key: SecretKey) -> Self {
        Self(Some(key))
    }

    /// What a wrapped key of this case is bound to.
    pub fn about(case: &CaseId) -> String {
        format!("cases.data_key/{case}")
    }

    /// `text` as the column `column` of the row `row` keeps it.
    pub fn seal(&self, column: Column, row: &str, text: &str) -> Result<Sealed, SealError> {
        let about = column.of_row(row);
        let Some(key) = &self.0 else {
            return Err(SealError::NoKey(about));
        };
        if text.len() < COMPRESSED_FROM {
            let sealed = key.seal(text.as_bytes(), &about)?;
            return Ok(Sealed(format!("{MARK}{sealed}")));
        }
        let compressed = Zeroizing::new(compress_prepend_size(text.as_bytes()));
        let sealed = key.seal(&compressed, &of_compressed(&about))?;
        Ok(Sealed(format!("{MARK_COMPRESSED}{sealed}")))
    }

    /// The text that the column `column` of the row `row` keeps.
    pub fn open(&self, column: Column, row: &str, sealed: &Sealed) -> Result<String, SealError> {
        let stored = sealed.0.as_str();
        let (text, is_compressed) = match stored.strip_prefix(MARK_COMPRESSED) {
            Some(text) => (text, true),
            None => match stored.strip_prefix(MARK) {
                Some(text) => (text, false),
                None => return Ok(stored.to_owned()),
            },
        };
        let about = column.of_row(row);
        let Some(key) = &self.0 else {
            return Err(SealError::NoKey(about));
        };
        let bytes = if is_compressed {
            let opened = key.open(text, &of_compressed(&about))?;
            decompress_size_prepended(&opened).map_err(|_| SealError::DoesNotOpen(about.clone()))?
        } else {
            std::mem::take(&mut *key.open(text, &about)?)
        };
        String::from_utf8(bytes).map_err(|_| SealError::DoesNotOpen(about))
    }
}

impl CaseKey {
    /// Bytes that are compressed already, such as a PDF, as the column `column` of the row `row` keeps them.
    pub fn seal_bytes(&self, column: Column, row: &str, bytes: &[u8]) -> Result<Sealed, SealError> {
        let about = column.of_row(row);
        let Some(key) = &self.0 else {
            return Err(SealError::NoKey(about));
        };
        let sealed = key.seal(bytes, &about)?;
        Ok(Sealed(format!("{MARK}{sealed}")))
    }

    /// What [`CaseKey::seal_bytes`] was given.
    pub fn open_bytes(
        &self,
        column: Column,
        row: &str,
        sealed: &Sealed,
    ) -> Result<Vec<u8>, SealError> {
        let about = column.of_row(row);
        let Some(key) = &self.0 else {
            return Err(SealError::NoKey(about));
        };
        let Some(text) = sealed.0.strip_prefix(MARK) else {
            return Err(SealError::DoesNotOpen(about));
        };
        Ok(std::mem::take(&mut *key.open(text, &about)?))
    }
}

/// Sealed together with a compressed text, so that its mark cannot be exchanged: the length that it
/// begins with is trusted when memory is taken for it.
fn of_compressed(about: &str) -> String {
    format!("{about}/lz4")
}
