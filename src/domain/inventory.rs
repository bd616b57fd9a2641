//! What went along when a case went to others (L84 Art. 34.2, 35.2, 35.3; D39 Art. 22.1; RT-5 of the
//! administrative units). The list says what was there at that moment, and never changes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use crate::{
    domain::{
        authority::Role,
        case::CaseStatus,
        clocks::ClockId,
        declaration::Casualties,
        document::{DocumentState, FileItem},
        investigation::InvestigationLevel,
        routing::AuthorityName,
    },
    named,
    time::rfc3339_in_vietnam,
};

named! {
    /// Why a case went to others.
    pub enum MovedBecause {
        /// A letter: wrong territory or sector (L84 Art. 34.2).
        Transfer = "transfer",
        /// The place was corrected to another province (L84 Art. 34.1.b).
        PlaceCorrected = "place_corrected",
        /// The unit of its authority has ended (RT-5).
        UnitEnded = "unit_ended",
        /// It turned out to be one of an army or police unit (L84 Art. 34.1.c; D39 Art. 21).
        ArmedForces = "armed_forces",
        /// The next higher level took it over, with the whole file (L84 Art. 35.2, 35.3; D39 Art. 22.1).
        TakenOver = "taken_over",
        /// A graver class is for the next higher level, with the whole file (D39 Art. 22.1).
        ClassRaised = "class_raised",
        /// It was given away by mistake (L84 Art. 34.2).
        GivenBack = "given_back",
    }
}

impl MovedBecause {
    /// Its legal ground; a unit ends by the act that ended it, which the list names.
    pub fn article(self) -> &'static str {
        match self {
            Self::Transfer | Self::GivenBack => "L84 Điều 34.2",
            Self::PlaceCorrected => "L84 Điều 34.1.b",
            Self::UnitEnded => "L84 Điều 34.1",
            Self::ArmedForces => "L84 Điều 34.1.c; D39 Điều 21",
            Self::TakenOver => "L84 Điều 35.2, 35.3; D39 Điều 22.1",
            Self::ClassRaised => "D39 Điều 22",
        }
    }
}

/// A case went to others: who, why, and what went along.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Who had it.
    pub from: Vec<AuthorityName>,
    /// Who has it.
    pub to: Vec<AuthorityName>,
    /// Who moved it.
    pub moved_by: String,
    /// Number of the letter or decision.
    pub letter_number: Option<String>,
    /// Why, in the words of whoever moved it.
    pub reason: Option<String>,
    /// On which acts it rests, where not only on its own article.
    pub basis: Vec<String>,
    /// State before.
    pub status_before: CaseStatus,
    /// State after.
    pub status_after: CaseStatus,
    /// Level of the investigation before.
    pub level_before: InvestigationLevel,
    /// Level of the investigation after.
    pub level_after: InvestigationLevel,
    /// What went along.
    pub inventory: Inventory,
}

/// What went along.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = TransferInventory)]
pub struct Inventory {
    /// Whether the content is kept here. Of army and police units nothing is but the way that the case took:
    /// the list then counts what there was, and names nothing of it.
    pub content_kept: bool,
    /// Declarations, the first receipt first.
    pub declarations: Vec<MovedDeclaration>,
    /// Supplements to them.
    pub supplements: u32,
    /// The persons hurt, by count.
    #[schema(value_type = Object)]
    pub victims: Casualties,
    /// How many of them are named.
    pub victims_named: u32,
    /// Documents, the oldest first.
    pub documents: Vec<MovedDocument>,
    /// Forms that were issued of it, the newest first.
    pub forms: Vec<MovedForm>,
    /// Time limits that ran or stood still.
    pub open_clocks: Vec<MovedClock>,
    /// Rows of the timeline, up to and with that of the move.
    pub events: u32,
    /// Alerts that held.
    pub alerts: Vec<MovedAlert>,
}

/// A declaration that went along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TransferredDeclaration)]
pub struct MovedDeclaration {
    /// Its receipt number.
    #[schema(example = "TN-2026-0000017")]
    pub receipt_no: String,
    /// When it was received, with `+07:00`.
    #[serde(serialize_with = "in_vietnam")]
    pub received_at: DateTime<Utc>,
}

/// A document that went along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TransferredDocument)]
pub struct MovedDocument {
    /// Id; `null` where the content is not kept.
    pub document_id: Option<String>,
    /// Item of D39 Art. 16.1.
    pub item: FileItem,
    /// The victim whom it is about.
    pub victim: Option<u32>,
    /// Its name; `null` where the reader may not read it, or it is not kept.
    pub file_name: Option<String>,
    /// SHA-256 of its bytes, in hex; `null` like the name.
    pub sha256: Option<String>,
    /// Bytes.
    pub length: u64,
    /// The page of the form that it is a scan of, where it is one.
    pub form_page: Option<u32>,
    /// Whether it could be read then.
    pub state: DocumentState,
}

/// An issued form that went along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TransferredForm)]
pub struct MovedForm {
    /// Code of the form.
    pub form: String,
    /// Who issued it.
    pub issuer: String,
    /// Its number of the issuer in the year.
    pub number: i32,
    /// The year.
    pub year: i32,
    /// What stands behind `Số:` on it.
    pub number_text: Option<String>,
    /// Which version of it.
    pub version: i32,
    /// Pages.
    pub pages: u32,
    /// SHA-256 of the PDF, in hex.
    pub sha256: String,
}

/// A time limit that was open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TransferredClock)]
pub struct MovedClock {
    /// Which.
    pub clock: ClockId,
    /// Which round of it.
    pub round: i32,
    /// The victim whom it is about.
    pub victim: Option<i32>,
    /// Start, with `+07:00`.
    #[serde(serialize_with = "in_vietnam")]
    pub starts_at: DateTime<Utc>,
    /// Exact end, with `+07:00`.
    #[serde(serialize_with = "in_vietnam")]
    pub due_raw: DateTime<Utc>,
    /// Whether it stood still.
    pub paused: bool,
}

/// An alert that held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TransferredAlert)]
pub struct MovedAlert {
    /// Role.
    pub role: Role,
    /// Who; `null` where nobody holds the role.
    pub authority: Option<String>,
    /// Since when, with `+07:00`.
    #[serde(serialize_with = "in_vietnam")]
    pub created_at: DateTime<Utc>,
    /// Whether somebody had taken it.
    pub taken: bool,
}

/// As every moment is written that somebody reads. (Lists of before hold UTC, and are read as well.)
fn in_vietnam<S: Serializer>(moment: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&rfc3339_in_vietnam(*moment))
}

impl Inventory {
    /// The same without what only the content says, for a case of an army or police unit.
    pub fn without_content(mut self) -> Self {
        self.content_kept = false;
        self.victims_named = 0;
        for document in &mut self.documents {
            document.document_id = None;
            document.file_name = None;
            document.sha256 = None;
        }
        self
    }
}
