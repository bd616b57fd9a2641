//! The insurance dossier of a victim, for whoever handles the case, the employer whose team investigates, and the
//! insurer. Each look is traced.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::{
    domain::{
        access::{Facts, Right},
        audit::Action,
        case::dossier::{self, Dossier},
        deadline::after_calendar_days,
        law::ValueKey,
    },
    error::{AppError, Result},
    ids::CaseId,
    service::{Ctx, masking, sealed, seen::seen},
    store::{conn::DbConn, events},
};

/// A dossier, and until when it is to be filed.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownDossier {
    /// Number of the case.
    pub receipt_no: String,
    /// The dossier.
    pub dossier: Dossier,
    /// The last day to file it; `None` while something is missing.
    pub file_by: Option<NaiveDate>,
    /// Names of items whose content the caller may not read.
    pub masked: Vec<&'static str>,
}

/// The dossier of the victim `no` of the case `id`.
pub fn insurance_dossier(tx: &mut DbConn, ctx: &Ctx, id: &CaseId, no: u32) -> Result<ShownDossier> {
    ctx.require(Right::ReadCase)?;
    ctx.require(Right::ReadIdentityNumbers)?;
    let case = seen(tx, ctx, id)?;
    let key = sealed::key_of(&ctx.keys, &case)?;
    let facts = sealed::shown_facts(&key, &case)?.ok_or(AppError::NotFound("victim"))?;
    let victim = facts.victims.iter().find(|victim| victim.no == no);
    let victim = victim.ok_or(AppError::NotFound("victim"))?;
    let timeline = events::list(tx, id, &key)?;
    let mut dossier = dossier::of(&facts, victim, &timeline, &case.receipt_no);

    let mut masked = Vec::new();
    if !ctx.may(Right::ReadHealthData, Facts::Found) {
        let there = |entry: &&mut dossier::DossierEntry| !entry.value.is_null();
        for entry in dossier.entries.iter_mut().filter(there) {
            if entry.item.is_health() {
                entry.value = Value::Null;
                masked.push(entry.item.as_str());
            }
        }
    }
    if !ctx.may(Right::ReadIdentityNumbers, Facts::Found) {
        for entry in &mut dossier.entries {
            if let Some(Value::String(number)) = entry.value.get_mut("citizen_id") {
                *number = masking::shortened(number);
            }
        }
    }
    let days = |since: NaiveDate| {
        let (days, _) = ctx
            .world
            .law
            .number(ValueKey::FileInsurance.as_str(), since)?;
        Some(after_calendar_days(since, u32::try_from(days).ok()?))
    };
    let file_by = dossier.complete_since.and_then(days);
    ctx.note(
        Action::ReadCase,
        id,
        json!({ "receipt_no": case.receipt_no, "insurance_dossier": no }),
    );
    Ok(ShownDossier {
        receipt_no: case.receipt_no,
        dossier,
        file_by,
        masked,
    })
}
