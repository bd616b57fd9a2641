//! What the law says of a declaration: one function for submission, preview and `tnld explain`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::{
    authority::Directory,
    classify::{CaseClass, Contradiction, VictimResult},
    clocks::Clock,
    codes::Codes,
    declaration::{Casualties, Declaration},
    investigation::Investigation,
    law::{Basis, Law},
    place::{Places, UnitName},
    routing::Recipient,
};

/// The dated world that rules look at: made once, shared, replaced as a whole when data change.
pub struct World {
    /// Units and successions.
    pub places: Places,
    /// Authorities.
    pub directory: Directory,
    /// Rules and values.
    pub law: Law,
    /// Code lists.
    pub codes: Codes,
}

/// Where it happened, as shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlaceShown {
    /// The unit as of the accident (or of `code_date`); for accidents abroad the country.
    pub name: String,
    /// The unit's code; empty abroad.
    pub code: String,
    /// Its first day.
    pub valid_from: Option<chrono::NaiveDate>,
    /// Today's unit or units (several where the old one was divided).
    pub today: Vec<UnitName>,
}

/// Too late, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Late {
    /// Whole hours from learning of the accident to the receipt.
    pub hours: i64,
    /// Hours that are tolerated, a dated value.
    pub allowed_hours: i64,
    /// Where that comes from.
    pub basis: Basis,
}

/// Everything that follows from a declaration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Class of each victim.
    pub victims: Vec<VictimResult>,
    /// Counts that decided: the graver of the numbers declared and of the victims named.
    pub counts: Casualties,
    /// Class of the case.
    pub case_class: CaseClass,
    /// What the class rests on.
    pub class_basis: Vec<Basis>,
    /// Who must be told.
    pub recipients: Vec<Recipient>,
    /// Legal form of this declaration.
    pub form: Option<String>,
    /// What the form rests on.
    pub form_basis: Option<Basis>,
    /// Who investigates, and how long.
    pub investigation: Investigation,
    /// Time limits that start now.
    pub clocks: Vec<Clock>,
    /// Set where the declaration comes too late.
    pub late: Option<Late>,
    /// Where.
    pub place: PlaceShown,
    /// Pointers of what the full legal form still needs.
    pub missing: Vec<String>,
    /// What does not go together.
    pub contradictions: Vec<Contradiction>,
}

/// What the law says of `declaration`, received at `received_at`.
pub fn decide(declaration: &Declaration, world: &World, received_at: DateTime<Utc>) -> Decision {
    let _ = (declaration, world, received_at);
    todo!()
}
