//! Changes of the law by two people: one proposes, another approves.
//!
//! A proposal is made for one revision of the law and says what it would alter. Whoever approves it is
//! somebody else; then its rows are written in one transaction, and every process reads them anew.

mod changes;
mod effect;

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::{Ctx, form::Form, paging};
use crate::{
    domain::{
        access::Right,
        audit::{Action, Object, ObjectKind, chain::Row},
        dated::Dated,
        declaration::FaultCode,
        law::{Rule, Subject},
    },
    error::{AppError, Result},
    ids::ProposalId,
    service::directory::{read_day, read_query},
    store::{
        audit, catalogues,
        conn::DbConn,
        law,
        rule_proposals::{self as stored, Proposal, ProposalStatus, Settled},
    },
    time::day_in_vietnam,
};
use changes::Changed;
pub use effect::{CaseEffect, Effect};

/// For how many days a proposal can be approved.
const GOOD_FOR_DAYS: i64 = 30;
/// Longest reason, in characters.
const LONGEST_REASON: usize = 1_000;
/// Changes of one rule that are shown.
const CHANGES: i64 = 100;

/// What a query of the rules says, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RulesQuery {
    /// Those that decide this.
    pub subject: Option<String>,
    /// In force on this day, by default today.
    pub day: Option<String>,
    /// 1 to 100, by default 50.
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A rule over time.
#[derive(Debug, Clone)]
pub struct RuleDetail {
    /// Its versions, by first day.
    pub versions: Vec<Rule>,
    /// Who changed it when and why, the newest first.
    pub changes: Vec<Row>,
    /// The revision of the law.
    pub revision: i64,
}

/// A proposal that was checked: what is left to write.
#[derive(Debug, Clone)]
pub struct Planned {
    reason: String,
    changes: Value,
    revision: i64,
    /// What it would alter.
    pub effect: Effect,
}

/// The rules in force on a day, by id.
pub fn list(ctx: &Ctx, query: &RulesQuery) -> Result<Page<Rule>> {
    ctx.require(Right::ReadDirectory)?;
    let mut faults = Vec::new();
    let subject = query.subject.as_deref();
    let subject = read_query(
        subject,
        "subject",
        FaultCode::NotAllowed,
        &mut faults,
        Subject::parse,
    );
    let on = query.day.as_deref();
    let on = read_query(on, "day", FaultCode::NotADate, &mut faults, read_day)
        .unwrap_or_else(|| day_in_vietnam(ctx.now));
    let limit = paging::limit(query.limit.as_deref(), &mut faults);
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }
    let after = query.cursor.as_deref().unwrap_or_default();
    let mut items: Vec<Rule> = Subject::ALL
        .iter()
        .filter(|one| subject.is_none_or(|subject| subject == **one))
        .flat_map(|one| ctx.world.law.rules(*one))
        .filter(|rule| rule.in_force_on(on) && rule.rule_id.as_str() > after)
        .cloned()
        .collect();
    items.sort_by(|a, b| a.rule_id.cmp(&b.rule_id));
    let next = paging::cut(&mut items, limit).map(|last| last.rule_id.clone());
    Ok(Page { items, next })
}

/// The rule `id` over all times, and who changed it.
pub fn show(tx: &mut DbConn, ctx: &Ctx, id: &str) -> Result<RuleDetail> {
    ctx.require(Right::ReadDirectory)?;
    let mut versions: Vec<Rule> = Subject::ALL
        .iter()
        .flat_map(|subject| ctx.world.law.rules(*subject))
        .filter(|rule| rule.rule_id == id)
        .cloned()
        .collect();
    if versions.is_empty() {
        return Err(AppError::NotFound("rule"));
    }
    versions.sort_by_key(|rule| rule.valid_from);
    let mut changes = audit::of_object(tx, id, None, CHANGES)?;
    changes.extend(audit::of_object(tx, catalogues::LAW, None, CHANGES)?);
    changes.sort_by_key(|row| std::cmp::Reverse(row.happened_at));
    changes.truncate(CHANGES as usize);
    Ok(RuleDetail {
        versions,
        changes,
        revision: catalogues::revisions(tx)?.law,
    })
}

/// Reads and checks changes, and says what they would alter; writes nothing.
pub fn plan(tx: &mut DbConn, ctx: &Ctx, body: &Value, is_preview: bool) -> Result<Planned> {
    ctx.require(Right::ProposeRules)?;
    let revision = catalogues::revisions(tx)?.law;
    let today = day_in_vietnam(ctx.now);
    let mut form = Form::new(body);
    let reason = if is_preview {
        form.optional_text("reason", LONGEST_REASON)
    } else {
        form.text("reason", LONGEST_REASON)
    };
    let changed = changes::read(&mut form, &law::load(tx)?, today);
    form.finish()?;
    let changed = changed.ok_or_else(incomplete)?;
    Ok(Planned {
        reason: reason.unwrap_or_default(),
        changes: body["changes"].clone(),
        revision,
        effect: effect::of(tx, ctx, &changed)?,
    })
}

fn incomplete() -> AppError {
    AppError::internal("a form without faults lacks an entry")
}

/// Stores a proposal for a second person.
pub fn propose(tx: &mut DbConn, ctx: &Ctx, planned: &Planned) -> Result<Proposal> {
    ctx.require(Right::ProposeRules)?;
    if catalogues::revisions(tx)?.law != planned.revision {
        return Err(AppError::Conflict("law_changed"));
    }
    let proposal = Proposal {
        id: ProposalId::generate(),
        proposed_at: ctx.now,
        proposed_by: ctx.actor.caller.id(),
        proposer: ctx.actor.name.clone(),
        reason: planned.reason.clone(),
        changes: planned.changes.to_string(),
        effect: serde_json::to_string(&planned.effect)?,
        law_revision: planned.revision,
        expires_at: ctx.now + TimeDelta::days(GOOD_FOR_DAYS),
        status: ProposalStatus::Proposed,
        settled: None,
    };
    stored::insert(tx, &proposal)?;
    note(ctx, Action::ProposeRules, &proposal, &planned.reason);
    Ok(proposal)
}

fn note(ctx: &Ctx, action: Action, proposal: &Proposal, reason: &str) {
    ctx.note_of(
        action,
        Object::new(ObjectKind::Proposal, &proposal.id),
        json!({ "reason": reason, "law_revision": proposal.law_revision }),
    );
}

/// Proposals, the newest first.
pub fn proposals(
    tx: &mut DbConn,
    ctx: &Ctx,
    limit: Option<&str>,
    cursor: Option<&str>,
) -> Result<Page<Proposal>> {
    ctx.require(Right::ProposeRules)?;
    let mut faults = Vec::new();
    let limit = paging::limit(limit, &mut faults);
    let not_allowed = FaultCode::NotAllowed;
    let before = read_query(
        cursor,
        "cursor",
        not_allowed,
        &mut faults,
        ProposalId::parse,
    );
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }
    let mut items = stored::list(tx, before.as_ref(), limit as i64 + 1)?;
    let next = paging::cut(&mut items, limit).map(|last| last.id.to_string());
    Ok(Page { items, next })
}

/// The proposal `id`.
pub fn proposal(tx: &mut DbConn, ctx: &Ctx, id: &str) -> Result<Proposal> {
    ctx.require(Right::ProposeRules)?;
    found(tx, id)
}

fn found(tx: &mut DbConn, id: &str) -> Result<Proposal> {
    let id = ProposalId::parse(id).ok_or(AppError::NotFound("proposal"))?;
    stored::find(tx, &id)?.ok_or(AppError::NotFound("proposal"))
}

fn waiting(tx: &mut DbConn, ctx: &Ctx, id: &str) -> Result<Proposal> {
    let proposal = found(tx, id)?;
    if proposal.status_at(ctx.now) != ProposalStatus::Proposed {
        return Err(AppError::Conflict("proposal_settled"));
    }
    Ok(proposal)
}

/// Whether the caller is who proposed: the account, in whatever post; of a token the token.
fn is_proposer(ctx: &Ctx, proposal: &Proposal) -> bool {
    ctx.actor.caller.id() == proposal.proposed_by
}

fn settle(
    tx: &mut DbConn,
    ctx: &Ctx,
    mut proposal: Proposal,
    status: ProposalStatus,
    reason: Option<String>,
) -> Result<Proposal> {
    let settled = Settled {
        at: ctx.now,
        by: ctx.actor.caller.id(),
        name: ctx.actor.name.clone(),
        reason,
    };
    if !stored::settle(tx, &proposal.id, status, &settled)? {
        return Err(AppError::Conflict("proposal_settled"));
    }
    let action = match status {
        ProposalStatus::Approved => Action::ApproveRules,
        ProposalStatus::Rejected => Action::RejectRules,
        _ => Action::WithdrawRules,
    };
    let why = settled.reason.clone().unwrap_or_default();
    note(ctx, action, &proposal, &why);
    proposal.status = status;
    proposal.settled = Some(settled);
    Ok(proposal)
}

/// Approves a proposal of somebody else: its rows count from now on, each on its days.
pub fn approve(tx: &mut DbConn, ctx: &Ctx, id: &str, body: &Value) -> Result<Proposal> {
    ctx.require(Right::ApproveRules)?;
    let mut form = Form::new(body);
    let reason = form.optional_text("reason", LONGEST_REASON);
    form.finish()?;
    catalogues::lock(tx, catalogues::LAW)?;
    let proposal = waiting(tx, ctx, id)?;
    if is_proposer(ctx, &proposal) {
        return Err(AppError::Conflict("same_person"));
    }
    if catalogues::revisions(tx)?.law != proposal.law_revision {
        return Err(AppError::Conflict("law_changed"));
    }
    let before = law::load(tx)?;
    let changes: Value = serde_json::from_str(&proposal.changes)?;
    // As of the day on which it was proposed, so that it is what was looked at.
    let changed = changes::again(&changes, &before, day_in_vietnam(proposal.proposed_at))?;
    write(tx, ctx, &before, &changed, &proposal)?;
    settle(tx, ctx, proposal, ProposalStatus::Approved, reason)
}

fn write(
    tx: &mut DbConn,
    ctx: &Ctx,
    before: &[Rule],
    changed: &Changed,
    proposal: &Proposal,
) -> Result<()> {
    let edit = &changed.edit;
    law::remove(tx, &edit.gone)?;
    law::upsert(tx, &edit.put)?;
    catalogues::bump(tx, catalogues::LAW)?;
    let mut ids: Vec<&str> = edit.put.iter().chain(&edit.gone).map(Dated::id).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let touches = |rule: &&Rule, from: NaiveDate| rule.rule_id == id && rule.valid_from == from;
        let cells = |rules: Vec<&Rule>| -> Vec<Vec<String>> {
            let cells = rules.into_iter().map(Rule::cells);
            cells.map(Vec::from).collect()
        };
        let replaced = before.iter().filter(|old| {
            let mut all = edit.put.iter().chain(&edit.gone);
            all.any(|new| touches(old, new.valid_from) && new.rule_id == id)
        });
        ctx.note_of(
            Action::ChangeRule,
            Object::new(ObjectKind::Rule, id),
            json!({
                "proposal": proposal.id,
                "reason": proposal.reason,
                "proposed_by": proposal.proposer,
                "before": cells(replaced.collect()),
                "after": cells(edit.put.iter().filter(|rule| rule.rule_id == id).collect()),
            }),
        );
    }
    Ok(())
}

/// Turns a proposal down.
pub fn reject(tx: &mut DbConn, ctx: &Ctx, id: &str, body: &Value) -> Result<Proposal> {
    ctx.require(Right::ApproveRules)?;
    let reason = reason(body)?;
    let proposal = waiting(tx, ctx, id)?;
    settle(tx, ctx, proposal, ProposalStatus::Rejected, Some(reason))
}

/// Takes a proposal back.
pub fn withdraw(tx: &mut DbConn, ctx: &Ctx, id: &str, body: &Value) -> Result<Proposal> {
    ctx.require(Right::ProposeRules)?;
    let reason = reason(body)?;
    let proposal = waiting(tx, ctx, id)?;
    if !is_proposer(ctx, &proposal) {
        return Err(AppError::Conflict("not_the_proposer"));
    }
    settle(tx, ctx, proposal, ProposalStatus::Withdrawn, Some(reason))
}

fn reason(body: &Value) -> Result<String> {
    let mut form = Form::new(body);
    let reason = form.text("reason", LONGEST_REASON);
    form.finish()?;
    reason.ok_or_else(incomplete)
}
