//! Two records that are one employer: one is merged into the other, and taken out again.
//!
//! Whoever merges needs the right over both. Of two provinces neither decides over the other's
//! employer; the ministry does. The people of the one that goes act for nobody while it lasts: the
//! other's records are not opened to people whom its owner has never seen, but by an invitation.

use serde_json::{Value, json};

use super::{
    LONGEST_REASON, facts,
    listing::{EmployerShown, shown},
    note, reason, tell_owners, to_change,
};
use crate::{
    domain::{
        access::Right, account::news::News, audit::Action, declaration::FaultCode,
        employer::EmployerStatus,
    },
    error::{AppError, Result},
    ids::EmployerId,
    service::{Ctx, form::Form},
    store::{conn::DbConn, employers},
};

/// Merges the record `id` into a verified one: `into`, `reason`. Its tax code is found there, and where
/// the record was verified for it, the people of that one see its declarations as well.
///
/// # Errors
/// `tax_code_verified` where another record is verified for its tax code.
pub fn merge(tx: &mut DbConn, ctx: &Ctx, id: &EmployerId, body: &Value) -> Result<EmployerShown> {
    ctx.require(Right::ManageEmployers)?;
    let mut form = Form::new(body);
    let target = form.value("into", FaultCode::NotAllowed, EmployerId::parse);
    let reason = form.text("reason", LONGEST_REASON).unwrap_or_default();
    form.finish()?;
    let target = target.ok_or_else(|| AppError::internal("a form lacks its employer"))?;
    // Both are locked in one order, whoever merges which into which.
    let mut both = [id, &target];
    both.sort();
    for one in both {
        employers::lock(tx, one)?;
    }
    let mut employer = to_change(tx, ctx, Right::ManageEmployers, id)?;
    let into = employers::find(tx, &target)?
        .filter(|into| ctx.may(Right::ManageEmployers, facts(ctx, into)))
        .filter(|into| into.id != employer.id)
        .ok_or_else(|| super::super::accounts::wrong("/into", FaultCode::NotAllowed))?;
    if into.status() != EmployerStatus::Verified {
        return Err(AppError::Conflict("employer_not_verified"));
    }
    if matches!(
        employer.status(),
        EmployerStatus::Merged | EmployerStatus::Accepted | EmployerStatus::Refused
    ) {
        return Err(AppError::Conflict("employer_not_in_this_state"));
    }
    let is_verified_elsewhere = employers::of_tax_code(tx, &employer.stated.tax_code)?
        .iter()
        .any(|other| other.verified_at.is_some() && ![&employer.id, &into.id].contains(&&other.id));
    if is_verified_elsewhere {
        return Err(AppError::Conflict("tax_code_verified"));
    }
    employer.merged_into = Some(into.id.clone());
    employer.merged_because = Some(reason.clone());
    employers::update(tx, &employer)?;
    tell_owners(tx, &employer, News::Merged, Some(&reason), ctx.now)?;
    let details = json!({ "into": into.id, "into_tax_code": into.stated.tax_code });
    note(ctx, Action::MergeEmployers, &employer, details);
    shown(tx, ctx, employer)
}

/// Takes a merger back, for a `reason`: everybody is what they were before.
pub fn unmerge(tx: &mut DbConn, ctx: &Ctx, id: &EmployerId, body: &Value) -> Result<EmployerShown> {
    let mut employer = to_change(tx, ctx, Right::ManageEmployers, id)?;
    let reason = reason(body, "reason")?;
    let from = match (employer.status(), &employer.merged_into) {
        (EmployerStatus::Merged, Some(from)) => from.clone(),
        _ => return Err(AppError::Conflict("employer_not_in_this_state")),
    };
    let survivor = employers::find(tx, &from)?.ok_or(AppError::NotFound("employer"))?;
    ctx.require_of(Right::ManageEmployers, facts(ctx, &survivor), "employer")?;
    employer.merged_into = None;
    employer.merged_because = None;
    employers::update(tx, &employer)?;
    tell_owners(tx, &employer, News::Unmerged, Some(&reason), ctx.now)?;
    note(
        ctx,
        Action::UnmergeEmployers,
        &employer,
        json!({ "from": from }),
    );
    shown(tx, ctx, employer)
}
