//! The duties of the law on personal data (L91/2025, D356/2025): what people may ask for and by when,
//! breaches and their 72 hours, how long records are kept, what proves that the rest was done.
//!
//! - [`requests`]: the clocks of what a data subject asks for;
//! - [`breach`]: the clock of a breach;
//! - [`retention`]: until when a record is kept, and what becomes of it;
//! - [`evidence`]: what proves the duties of L91/2025 Art. 19.2.

pub mod breach;
pub mod evidence;
pub mod requests;
pub mod retention;

use serde::{Deserialize, Serialize};

use crate::domain::{clocks::DerivationStep, law::Basis};

/// A time limit of one of the duties, with its derivation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Exact end; what is overdue goes by it.
    pub due_raw: chrono::DateTime<chrono::Utc>,
    /// End moved to a working day (Civil Code 2015, Art. 148.5).
    pub due_rolled: chrono::DateTime<chrono::Utc>,
    /// The rule that gave it.
    pub basis: Basis,
    /// How the dates came about.
    pub derivation: Vec<DerivationStep>,
}
