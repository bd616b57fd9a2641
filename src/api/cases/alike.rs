//! Cases that may be the same accident.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::case::duplicates::{Ground, Likeness, PossibleDuplicate},
    service::cases::alike::ExplainedGround,
    wording::labels,
};

/// A case that may be the same accident.
#[derive(Serialize, ToSchema)]
#[schema(as = PossibleDuplicate)]
pub struct DuplicateBody {
    /// The other case.
    case_id: String,
    /// Its receipt number.
    receipt_no: String,
    /// How alike, 0 to 100.
    score: u32,
    /// What is alike, or speaks against it: the names of the grounds.
    reasons: Vec<String>,
    /// The same with what each adds to the score.
    grounds: Vec<GroundBody>,
}

impl From<&PossibleDuplicate> for DuplicateBody {
    fn from(other: &PossibleDuplicate) -> Self {
        let codes = other.grounds.iter().map(|ground| ground.likeness);
        Self {
            case_id: other.case_id.to_string(),
            receipt_no: other.receipt_no.clone(),
            score: other.score,
            reasons: codes.map(|code| code.to_string()).collect(),
            grounds: other.grounds.iter().map(GroundBody::from).collect(),
        }
    }
}

/// A ground on which two cases may be one accident.
#[derive(Serialize, ToSchema)]
#[schema(as = DuplicateGround)]
pub struct GroundBody {
    /// Which.
    ground: Likeness,
    /// What it adds to the score; negative where it speaks against. The score is their sum within 0 and 100.
    #[schema(example = 30)]
    points: i32,
    /// In words.
    label_vi: String,
    /// In words.
    label_en: String,
    /// Number of the victim in this case, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    victim: Option<u32>,
    /// Number of the victim in the other case.
    #[serde(skip_serializing_if = "Option::is_none")]
    other_victim: Option<u32>,
    /// What this case says, where it is explained; identity numbers shortened for whoever may not read them.
    #[serde(skip_serializing_if = "Option::is_none")]
    here: Option<String>,
    /// What the other case says.
    #[serde(skip_serializing_if = "Option::is_none")]
    there: Option<String>,
}

impl From<&ExplainedGround> for GroundBody {
    fn from(one: &ExplainedGround) -> Self {
        Self {
            here: one.here.clone(),
            there: one.there.clone(),
            ..Self::from(&one.ground)
        }
    }
}

impl From<&Ground> for GroundBody {
    fn from(ground: &Ground) -> Self {
        let label = labels::likeness(ground.likeness);
        Self {
            ground: ground.likeness,
            points: ground.points,
            label_vi: label.vi.into(),
            label_en: label.en.into(),
            victim: ground.victims.map(|pair| pair.0),
            other_victim: ground.victims.map(|pair| pair.1),
            here: None,
            there: None,
        }
    }
}
