//! Opening what a case keeps sealed, and sealing it again.

use serde::de::DeserializeOwned;

use crate::{
    domain::{case::Case, decide::Decision, declaration::Declaration},
    error::{AppError, Result},
    ids::CaseId,
    sealing::{CaseKey, Column, Keys, Sealed},
    service::opening,
    store::{self, cases, conn::DbConn},
};

/// The key of a case that was read.
pub fn key_of(keys: &Keys, case: &Case) -> Result<CaseKey> {
    Ok(keys.case_key(&case.id, case.data_key.as_ref())?)
}

/// The key of a case of which only the id is known.
pub fn key_of_id(tx: &mut DbConn, keys: &Keys, case: &CaseId) -> Result<CaseKey> {
    let wrapped = store::keys::of_case(tx, case)?;
    Ok(keys.case_key(case, wrapped.as_ref())?)
}

/// The key with which something is added to a case. One that is older than sealing is given its key
/// here; what it has already stays as it is until it is written again.
pub fn key_to_write(tx: &mut DbConn, keys: &Keys, case: &mut Case) -> Result<CaseKey> {
    if case.data_key.is_none() {
        let (key, wrapped) = keys.new_case_key(&case.id)?;
        if cases::give_key(tx, &case.id, &wrapped)? {
            case.data_key = Some(wrapped);
            return Ok(key);
        }
        // Somebody else was faster.
        case.data_key = store::keys::of_case(tx, &case.id)?;
    }
    key_of(keys, case)
}

/// The facts of a case; `None` where the content is not kept.
pub fn facts(key: &CaseKey, case: &Case) -> Result<Option<Declaration>> {
    let text = key.open(Column::CaseFacts, case.id.as_str(), &case.facts)?;
    Ok(serde_json::from_str(&text)?)
}

/// The facts of a case as they are shown: see [`opening::shown`].
pub fn shown_facts(key: &CaseKey, case: &Case) -> Result<Option<Declaration>> {
    let facts = facts(key, case)?;
    Ok(facts.map(|facts| opening::shown(&facts, case.counts).into_owned()))
}

/// What the law says of a case.
pub fn decision(key: &CaseKey, case: &Case) -> Result<Option<Decision>> {
    let text = key.open(Column::CaseDecision, case.id.as_str(), &case.decision)?;
    Ok(serde_json::from_str(&text)?)
}

/// Puts facts into a case.
pub fn set_facts(key: &CaseKey, case: &mut Case, facts: &Declaration) -> Result<()> {
    let text = serde_json::to_string(facts)?;
    case.facts = key.seal(Column::CaseFacts, case.id.as_str(), &text)?;
    Ok(())
}

/// Puts what the law says into a case.
pub fn set_decision(key: &CaseKey, case: &mut Case, decision: &Decision) -> Result<()> {
    let text = serde_json::to_string(decision)?;
    case.decision = key.seal(Column::CaseDecision, case.id.as_str(), &text)?;
    Ok(())
}

/// Facts and decision of a case that has both.
pub fn both(key: &CaseKey, case: &Case) -> Result<(Declaration, Decision)> {
    let missing = || AppError::internal(format!("the case {} has no facts", case.id));
    Ok((
        facts(key, case)?.ok_or_else(missing)?,
        decision(key, case)?.ok_or_else(missing)?,
    ))
}

/// JSON in a sealed column that may be empty.
pub fn json<T: DeserializeOwned>(
    key: &CaseKey,
    column: Column,
    row: &str,
    sealed: Option<&Sealed>,
) -> Result<Option<T>> {
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    Ok(Some(serde_json::from_str(&key.open(column, row, sealed)?)?))
}
