//! What the province decides about an employer: that it is the one of its tax code, and whether its
//! people may act for it.

use serde_json::{Value, json};

use super::{
    listing::{EmployerShown, shown},
    note, reason, tell_owners, to_change,
};
use crate::{
    domain::{
        access::Right,
        account::news::News,
        audit::Action,
        employer::{Employer, EmployerStatus},
    },
    error::{AppError, Result},
    ids::EmployerId,
    service::Ctx,
    store::{
        conn::DbConn,
        employers,
        tokens::{self, Which},
    },
};

/// The record to change, where it stands in one of these states.
fn in_state(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &EmployerId,
    states: &[EmployerStatus],
) -> Result<Employer> {
    let employer = to_change(tx, ctx, Right::ManageEmployers, id)?;
    if states.contains(&employer.status()) {
        Ok(employer)
    } else {
        Err(AppError::Conflict("employer_not_in_this_state"))
    }
}

fn done(
    tx: &mut DbConn,
    ctx: &Ctx,
    employer: Employer,
    (action, news, reason): (Action, News, Option<&str>),
) -> Result<EmployerShown> {
    employers::update(tx, &employer)?;
    tell_owners(tx, &employer, news, reason, ctx.now)?;
    note(ctx, action, &employer, json!({}));
    shown(tx, ctx, employer)
}

/// The province has seen what proves that the employer is the one of its tax code: `proof`. Whoever else
/// stands under it claims it from now on.
///
/// # Errors
/// `tax_code_verified` where another record is verified: merge, or take that back first.
pub fn verify(tx: &mut DbConn, ctx: &Ctx, id: &EmployerId, body: &Value) -> Result<EmployerShown> {
    ctx.require(Right::ManageEmployers)?;
    // Two that are verified at once take their turn: all of the tax code are locked, by age.
    if let Some(employer) = employers::find(tx, id)? {
        for one in employers::of_tax_code(tx, &employer.stated.tax_code)? {
            employers::lock(tx, &one.id)?;
        }
    }
    let mut employer = in_state(tx, ctx, id, &[EmployerStatus::Unverified])?;
    let proof = reason(body, "proof")?;
    let others = employers::of_tax_code(tx, &employer.stated.tax_code)?;
    if others.iter().any(|other| other.verified_at.is_some()) {
        return Err(AppError::Conflict("tax_code_verified"));
    }
    employer.verified_at = Some(ctx.now);
    employer.proof = Some(proof);
    employer.claim_on = None;
    for mut other in others {
        if other.id != *id && other.settled_as.is_none() && other.merged_into.is_none() {
            other.claim_on = Some(id.clone());
            employers::update(tx, &other)?;
        }
    }
    let step = (Action::VerifyEmployer, News::Verified, None);
    done(tx, ctx, employer, step)
}

/// Takes that back, for a `reason`: its people see what they declared themselves. Also of one that is
/// locked, and stays so: its tax code is free for the employer whose it is.
pub fn unverify(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &EmployerId,
    body: &Value,
) -> Result<EmployerShown> {
    let verified = [EmployerStatus::Verified, EmployerStatus::Locked];
    let mut employer = in_state(tx, ctx, id, &verified)?;
    if employer.verified_at.is_none() {
        return Err(AppError::Conflict("employer_not_in_this_state"));
    }
    let reason = reason(body, "reason")?;
    employer.verified_at = None;
    employer.proof = None;
    let step = (
        Action::UnverifyEmployer,
        News::Unverified,
        Some(reason.as_str()),
    );
    done(tx, ctx, employer, step)
}

/// From now on nobody acts for the employer, for a `reason`. Urgent notices need no account. Of one that is verified
/// the tokens end as well that the operator made for its tax code: they belong to no record that could be locked. Of
/// one that is not they stay, for nobody has shown that it has anything to do with the tax code.
pub fn lock(tx: &mut DbConn, ctx: &Ctx, id: &EmployerId, body: &Value) -> Result<EmployerShown> {
    let open = [EmployerStatus::Unverified, EmployerStatus::Verified];
    let mut employer = in_state(tx, ctx, id, &open)?;
    let reason = reason(body, "reason")?;
    employer.locked_at = Some(ctx.now);
    employer.locked_because = Some(reason.clone());
    if employer.verified_at.is_some() {
        let mut codes = vec![employer.stated.tax_code.clone()];
        // A code that nobody was verified for has nothing to do with this record.
        let merged = employers::merged_into(tx, id)?.into_iter();
        for merged in merged.filter(|one| one.verified_at.is_some()) {
            codes.push(merged.stated.tax_code);
        }
        codes.sort_unstable();
        codes.dedup();
        for code in &codes {
            tokens::revoke(tx, Which::OfTaxCode(code), ctx.now, Some(&reason))?;
        }
    }
    let step = (Action::LockEmployer, News::Locked, Some(reason.as_str()));
    done(tx, ctx, employer, step)
}

/// Opens it again, for a `reason`.
pub fn unlock(tx: &mut DbConn, ctx: &Ctx, id: &EmployerId, body: &Value) -> Result<EmployerShown> {
    let mut employer = in_state(tx, ctx, id, &[EmployerStatus::Locked])?;
    let reason = reason(body, "reason")?;
    employer.locked_at = None;
    employer.locked_because = None;
    let step = (
        Action::UnlockEmployer,
        News::Unlocked,
        Some(reason.as_str()),
    );
    done(tx, ctx, employer, step)
}
