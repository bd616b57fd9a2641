//! Claims: somebody else registered a tax code. The province decides, and, once the employer is
//! verified, its owner; until then whoever claims learns nothing and sees only their own.

use serde_json::{Value, json};

use super::{LONGEST_REASON, note, tell_owners};
use crate::{
    domain::{
        access::{Facts, Right},
        account::news::News,
        audit::Action,
        declaration::FaultCode,
        employer::{
            ClaimOutcome, Employer,
            people::{Person, PersonRole},
        },
    },
    error::{AppError, Result},
    ids::EmployerId,
    service::{Ctx, form::Form},
    store::{conn::DbConn, employer_people, employers},
    time::day_in_vietnam,
};

/// The employer `id`, if the caller decides about claims on it.
fn decided_by(tx: &mut DbConn, ctx: &Ctx, id: &EmployerId) -> Result<Employer> {
    ctx.require(Right::DecideClaims)?;
    let employer = employers::find(tx, id)?.ok_or(AppError::NotFound("employer"))?;
    let facts = Facts::Claim {
        on: &employer.id,
        on_is_verified: employer.verified_at.is_some(),
        province_code: employer.province(&ctx.world.places, day_in_vietnam(ctx.now)),
    };
    ctx.require_of(Right::DecideClaims, facts, "employer")?;
    Ok(employer)
}

/// The claims on an employer that are still to be decided: who stands behind them.
pub fn claims(tx: &mut DbConn, ctx: &Ctx, id: &EmployerId) -> Result<Vec<Employer>> {
    let employer = decided_by(tx, ctx, id)?;
    let found = employers::open_claims_on(tx, id)?;
    if ctx.actor.employer.is_none() {
        note(
            ctx,
            Action::ReadEmployer,
            &employer,
            json!({ "claims": found.len() }),
        );
    }
    Ok(found)
}

/// Decides a claim: `outcome` and `reason`. Where it is accepted, the people behind it become members
/// of the employer and see what it sees; where it is refused, they act for nobody.
pub fn decide(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &EmployerId,
    claim: &EmployerId,
    body: &Value,
) -> Result<()> {
    ctx.require(Right::DecideClaims)?;
    let mut both = [id, claim];
    both.sort();
    for one in both {
        employers::lock(tx, one)?;
    }
    let employer = decided_by(tx, ctx, id)?;
    let mut claim = employers::find(tx, claim)?
        .filter(|claim| claim.claim_on.as_ref() == Some(id))
        .ok_or(AppError::NotFound("claim"))?;
    let mut form = Form::new(body);
    let outcome = form.value("outcome", FaultCode::NotAllowed, ClaimOutcome::parse);
    let reason = form.text("reason", LONGEST_REASON).unwrap_or_default();
    form.finish()?;
    let outcome = outcome.ok_or_else(|| AppError::internal("a form lacks its outcome"))?;
    if claim.settled_as.is_some() || claim.merged_into.is_some() || claim.verified_at.is_some() {
        return Err(AppError::Conflict("claim_settled"));
    }
    if outcome == ClaimOutcome::Accepted && !employer.is_acted_for() {
        return Err(AppError::Conflict("employer_not_in_this_state"));
    }
    claim.settled_as = Some(outcome);
    claim.settled_because = Some(reason.clone());
    employers::update(tx, &claim)?;
    let news = match outcome {
        ClaimOutcome::Accepted => News::ClaimAccepted,
        ClaimOutcome::Refused => News::ClaimRefused,
    };
    tell_owners(tx, &claim, news, Some(&reason), ctx.now)?;
    if outcome == ClaimOutcome::Accepted {
        take_in(tx, ctx, &employer, &claim)?;
    }
    let details = json!({ "claim": claim.id, "outcome": outcome });
    note(ctx, Action::DecideClaim, &employer, details);
    Ok(())
}

/// The people of a claim become members, whatever they were in it.
fn take_in(tx: &mut DbConn, ctx: &Ctx, employer: &Employer, claim: &Employer) -> Result<()> {
    let known = employer_people::of(tx, &employer.id)?;
    for person in employer_people::of(tx, &claim.id)? {
        if known.iter().all(|one| one.account != person.account) {
            let member = Person {
                account: person.account,
                role: PersonRole::Member,
            };
            employer_people::join(tx, &employer.id, &member, ctx.now)?;
        }
    }
    Ok(())
}
