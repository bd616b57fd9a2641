//! The life of a case (*vụ tai nạn*) after its declaration.
//!
//! [`table`] is the one table of what can be done, drawn in `states.md`; the rest reads it: [`guard`] says
//! who may do it now, [`fields`] reads what comes with it, [`take`] says what follows, `effects` for the
//! clocks, [`closing`] what is missing before the end. [`course`] says what news does.

pub mod closing;
pub mod contradictions;
pub mod course;
pub mod dossier;
pub mod duplicates;
mod effects;
pub mod event;
pub mod fields;
pub mod flags;
pub mod guard;
pub mod next;
mod order;
pub mod searched;
pub mod state;
pub mod step;
pub mod table;
pub mod take;
pub mod views;

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    domain::{
        classify::CaseClass,
        clocks::NO_DUE,
        declaration::{Casualties, Kind, Sector},
        investigation::InvestigationLevel,
    },
    ids::CaseId,
    sealing::{Sealed, WrappedKey},
    text,
};

pub use event::{Event, Progress};
pub use guard::{CaseFacts, Refusal};
pub use state::CaseStatus;
pub use step::Step;

/// One accident: what is known of it now, and where its investigation stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Id.
    pub id: CaseId,
    /// Number that the first declarant holds in hand.
    pub receipt_no: String,
    /// Where it stands.
    pub status: CaseStatus,
    /// Class, derived.
    pub class: CaseClass,
    /// Accident or technical incident.
    pub kind: Kind,
    /// Sector.
    pub sector: Sector,
    /// Who investigates.
    pub level: InvestigationLevel,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// First receipt; supplements do not move it.
    pub received_at: DateTime<Utc>,
    /// Nearest raw end of a running limit, or [`NO_DUE`].
    pub due_at: DateTime<Utc>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it ended other than by its investigation: `withdrawn`, `duplicate`, `transferred`.
    pub ended_because: Option<String>,
    /// Commune as of the accident, never re-pointed; empty abroad.
    pub place_code: String,
    /// First day of that commune under that code; `None` abroad.
    pub place_valid_from: Option<NaiveDate>,
    /// Today's commune; the first candidate while nobody has chosen.
    pub commune_code: String,
    /// Today's province.
    pub province_code: String,
    /// The place as of the accident, in words.
    pub place_name: String,
    /// Establishment.
    pub establishment_name: Option<String>,
    /// Its tax code.
    pub establishment_tax_code: Option<String>,
    /// Counts that decided.
    pub counts: Casualties,
    /// JSON of the declaration with all its supplements, as it now stands; `null` where the
    /// content is not kept. Opened by the case's key.
    pub facts: Sealed,
    /// JSON of what the law says of these facts.
    pub decision: Sealed,
    /// The case's key, wrapped; `None` where the case is older than sealing.
    pub data_key: Option<WrappedKey>,
    /// Who works on it.
    pub assigned_to: Option<String>,
    /// What a search looks at; see [`search_key`].
    pub search_key: String,
    /// Grows by one with every change.
    pub version: i32,
}

impl Case {
    /// Whether it has ended. What the employer owes the victims may outlive that; see [`Self::is_settled`].
    pub fn is_ended(&self) -> bool {
        self.closed_at.is_some()
    }

    /// Whether it has ended and no duty has outlived it: nothing more is to be done.
    pub fn is_settled(&self) -> bool {
        self.is_ended() && self.due_at == NO_DUE
    }
}

/// What a search in the queue looks at: the receipt number, with and without its separators, and
/// the `parts` (place, establishment, tax code), without diacritics.
pub fn search_key(receipt_no: &str, parts: &[Option<&str>]) -> String {
    let receipt = text::search_key(receipt_no);
    let mut key = format!("{} {receipt}", receipt.replace(' ', ""));
    for part in parts.iter().flatten() {
        key.push(' ');
        key.push_str(&text::search_key(part));
    }
    key
}

#[cfg(test)]
pub(crate) mod tests;
