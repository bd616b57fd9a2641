//! The class of each victim and of the case (D39 Art. 9; `accidents.md` 7.1).

use serde::{Deserialize, Serialize};

use crate::{
    domain::{law::Basis, victim::VictimClass},
    named,
};

named! {
    /// The class of a case; the gravest first.
    pub enum CaseClass {
        /// TNLĐ chết người.
        Fatal = "FATAL",
        /// Hai người bị thương nặng trở lên.
        MultiSerious = "MULTI_SERIOUS",
        /// Chưa rõ: somebody missing, or outcomes unknown.
        Unclear = "UNCLEAR",
        /// Một người bị thương nặng.
        SingleSerious = "SINGLE_SERIOUS",
        /// TNLĐ nhẹ.
        Light = "LIGHT",
    }
}

impl CaseClass {
    /// Somebody must be told at once (L84 Art. 34.1.b, d; D39 Art. 26.1).
    pub fn is_urgent(self) -> bool {
        matches!(self, Self::Fatal | Self::MultiSerious | Self::Unclear)
    }
}

/// The class of one victim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VictimResult {
    /// Number in the case.
    pub no: u32,
    /// Class.
    pub class: VictimClass,
    /// What it rests on.
    pub basis: Vec<Basis>,
}

named! {
    /// Two statements that do not go together.
    pub enum ContradictionCode {
        /// A count and the named victims differ; the graver counts.
        CountsDiffer = "counts_differ",
        /// Declared light, but with an injury that makes it serious.
        GraverInjury = "graver_injury",
        /// A code that named another unit before 1 July 2025: both readings are told.
        PlaceAmbiguous = "place_ambiguous",
        /// The old commune was divided: all candidates are told until somebody chooses.
        PlaceDivided = "place_divided",
        /// The token belongs to another establishment or commune than the body names.
        DeclarantDiffers = "declarant_differs",
    }
}

/// A contradiction, shown to the declarant and to officials. Nothing is erased by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contradiction {
    /// JSON pointer into the declaration.
    pub pointer: String,
    /// What kind.
    pub code: ContradictionCode,
    /// The readings, in words or numbers without personal data: `["1", "2"]`, unit names, …
    pub readings: Vec<String>,
}
