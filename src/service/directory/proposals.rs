//! What refused alerts say of the directory: somebody who keeps it looks, and settles it. A correction
//! itself is a change like any other.

use serde_json::{Value, json};

use crate::{
    domain::{
        access::{AuthorityFacts, Facts, Right},
        audit::{Action, Object, ObjectKind},
        declaration::FaultCode,
    },
    error::{AppError, Result},
    ids::DirectoryProposalId,
    service::{Ctx, form::Form},
    store::{
        conn::DbConn,
        directory_proposals::{self, DirectoryProposal, ProposalOutcome},
    },
};

/// Proposals shown at once.
const MOST: i64 = 500;
/// Longest reason, in characters.
const LONGEST: usize = 1_000;

/// Whether the caller keeps the directory where the accident was.
fn keeps(ctx: &Ctx, proposal: &DirectoryProposal) -> bool {
    let filled = |code: &String| Some(code.clone()).filter(|code| !code.is_empty());
    let facts = AuthorityFacts {
        id: proposal.authority_id.clone(),
        role: None,
        province_code: filled(&proposal.province_code),
        commune_code: filled(&proposal.commune_code),
    };
    ctx.may(Right::ManageDirectory, Facts::Authority(&facts))
}

/// The proposals that wait where the caller keeps the directory, the oldest first.
pub fn waiting_proposals(tx: &mut DbConn, ctx: &Ctx) -> Result<Vec<DirectoryProposal>> {
    ctx.require(Right::ManageDirectory)?;
    let province = ctx.actor.province_code.as_deref();
    let mut found = directory_proposals::waiting(tx, province, MOST)?;
    found.retain(|one| keeps(ctx, one));
    Ok(found)
}

/// Settles a proposal, by `outcome` (`accepted`, `rejected`) and `reason`.
pub fn settle_proposal(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &DirectoryProposalId,
    body: &Value,
) -> Result<DirectoryProposal> {
    ctx.require(Right::ManageDirectory)?;
    let find = |tx: &mut DbConn| {
        let found = directory_proposals::find(tx, id)?.filter(|one| keeps(ctx, one));
        found.ok_or(AppError::NotFound("proposal"))
    };
    find(tx)?;
    let mut form = Form::new(body);
    let outcome = form.value("outcome", FaultCode::NotAllowed, ProposalOutcome::parse);
    let reason = form.text("reason", LONGEST);
    form.finish()?;
    let (Some(outcome), Some(reason)) = (outcome, reason) else {
        return Err(AppError::internal("a form without faults lacks an entry"));
    };
    let by = (ctx.actor.name.as_str(), reason.as_str());
    if !directory_proposals::settle(tx, id, outcome, by, ctx.now)? {
        return Err(AppError::Conflict("proposal_settled"));
    }
    let settled = find(tx)?;
    let object = Object::new(ObjectKind::Authority, &settled.authority_id);
    let details = json!({ "proposal": id, "outcome": outcome });
    ctx.note_of(Action::SettleProposal, object, details);
    Ok(settled)
}
