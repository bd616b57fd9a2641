//! Who took or refused an alert, sealed with the case.

use crate::{
    domain::acknowledgement::Officer,
    error::Result,
    ids::AlertId,
    sealing::{CaseKey, Column, Sealed},
};

/// Seals who somebody is.
pub fn seal(key: &CaseKey, column: Column, alert: &AlertId, officer: &Officer) -> Result<Sealed> {
    Ok(key.seal(column, alert.as_str(), &serde_json::to_string(officer)?)?)
}

/// Who it was.
pub fn open(key: &CaseKey, column: Column, alert: &AlertId, sealed: &Sealed) -> Result<Officer> {
    Ok(serde_json::from_str(&key.open(
        column,
        alert.as_str(),
        sealed,
    )?)?)
}
