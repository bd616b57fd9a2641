//! Bodies and handlers of the law: its rules, and proposals to change them.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    history::ChangeBody,
    openapi::{QueryRefusals, ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::law::{DateBasis, Rule, Subject},
    error::Result,
    service::rule_proposals::{self as proposals, Effect, RulesQuery},
    store::rule_proposals::{Proposal, ProposalStatus},
    time::rfc3339_in_vietnam,
};

/// A version of a rule.
#[derive(Serialize, ToSchema)]
#[schema(as = Rule)]
pub struct RuleBody {
    /// Id, the same over its versions.
    rule_id: String,
    /// What it decides.
    decides: Subject,
    /// Order among the rules of one subject.
    rank: i32,
    /// Role, value or code; empty where the subject needs none.
    key: String,
    /// What must hold, or (`!`) must not.
    facts: Vec<String>,
    /// What follows.
    outcome: String,
    /// Days, working days or hours.
    days: Option<i32>,
    /// Which day decides whether it is in force.
    date_basis: DateBasis,
    /// First day.
    valid_from: NaiveDate,
    /// First day no longer; `null` is open.
    valid_to: Option<NaiveDate>,
    /// Document and article.
    article: String,
    /// How sure it is.
    confidence: String,
    /// What a lawyer should know.
    note: String,
}

impl From<&Rule> for RuleBody {
    fn from(rule: &Rule) -> Self {
        Self {
            rule_id: rule.rule_id.clone(),
            decides: rule.decides,
            rank: rule.rank,
            key: rule.key.clone(),
            facts: rule.facts.iter().map(ToString::to_string).collect(),
            outcome: rule.outcome.clone(),
            days: rule.days,
            date_basis: rule.date_basis,
            valid_from: rule.valid_from,
            valid_to: rule.valid_to,
            article: rule.article.clone(),
            confidence: rule.confidence.clone(),
            note: rule.note.clone(),
        }
    }
}

/// A page of rules.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleList, example = json!({"items": [], "next": null}))]
pub struct RulesBody {
    /// By id.
    items: Vec<RuleBody>,
    /// Cursor of the next page, or `null`.
    next: Option<String>,
}

/// A rule over all times.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleHistory, example = json!({"rule_id": "L-POLICE", "revision": 1, "versions": [], "changes": []}))]
pub struct RuleHistoryBody {
    /// Id.
    rule_id: String,
    /// The revision of the law.
    revision: i64,
    /// Its versions, by first day.
    versions: Vec<RuleBody>,
    /// Who changed it when and why, the newest first.
    changes: Vec<ChangeBody>,
}

/// A proposal to change the law.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleProposal, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "status": "proposed",
    "proposed_at": "2026-05-20T08:00:00+07:00", "proposer": "Cán bộ pháp chế", "reason": "Quyết định nghỉ Tết 2027",
    "changes": [], "law_revision": 1, "expires_at": "2026-06-19T08:00:00+07:00",
    "effect": {"samples": [], "samples_looked_at": 48, "open_cases": 0, "cases": [], "cases_looked_at": 12, "cases_left_out": false, "clocks_moved": 0, "clocks": []},
    "settled_at": null, "settled_by": null, "settled_because": null,
}))]
pub struct ProposalBody {
    /// Id.
    id: String,
    /// What became of it.
    status: ProposalStatus,
    /// When it was made.
    proposed_at: String,
    /// By whom.
    proposer: String,
    /// Why.
    reason: String,
    /// The changes as they were sent.
    #[schema(value_type = Vec<Object>)]
    changes: serde_json::Value,
    /// What they would alter, as it was when they were proposed.
    effect: Effect,
    /// The revision of the law for which it was made.
    law_revision: i64,
    /// From then on it is no longer approved.
    expires_at: String,
    /// When it was settled.
    settled_at: Option<String>,
    /// By whom.
    settled_by: Option<String>,
    /// Why.
    settled_because: Option<String>,
}

impl ProposalBody {
    fn new(proposal: &Proposal, now: chrono::DateTime<chrono::Utc>) -> Result<Self> {
        let settled = proposal.settled.as_ref();
        Ok(Self {
            id: proposal.id.to_string(),
            status: proposal.status_at(now),
            proposed_at: rfc3339_in_vietnam(proposal.proposed_at),
            proposer: proposal.proposer.clone(),
            reason: proposal.reason.clone(),
            changes: serde_json::from_str(&proposal.changes)?,
            effect: serde_json::from_str(&proposal.effect)?,
            law_revision: proposal.law_revision,
            expires_at: rfc3339_in_vietnam(proposal.expires_at),
            settled_at: settled.map(|settled| rfc3339_in_vietnam(settled.at)),
            settled_by: settled.map(|settled| settled.name.clone()),
            settled_because: settled.and_then(|settled| settled.reason.clone()),
        })
    }
}

/// A page of proposals.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleProposalList, example = json!({"items": [], "next": null}))]
pub struct ProposalsBody {
    /// The newest first.
    items: Vec<ProposalBody>,
    /// Cursor of the next page, or `null`.
    next: Option<String>,
}

/// Where a list begins.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PageQuery {
    limit: Option<String>,
    cursor: Option<String>,
}

/// The rules that are in force on a day.
#[utoipa::path(
    get, path = "/api/v1/rules", tag = "rules", operation_id = "list_rules",
    params(
        ("subject" = Option<String>, Query, description = "What they decide"),
        ("day" = Option<String>, Query, description = "In force on this day; today where absent"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = RulesBody), QueryRefusals),
)]
pub async fn list(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<RulesQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let page = state
        .read_as(sender, move |_, ctx| proposals::list(ctx, &query))
        .await?;
    Ok(HttpResponse::Ok().json(RulesBody {
        items: page.items.iter().map(RuleBody::from).collect(),
        next: page.next,
    }))
}

/// A rule over all times, and who changed it.
#[utoipa::path(
    get, path = "/api/v1/rules/{rule_id}", tag = "rules", operation_id = "show_rule",
    params(("rule_id" = String, Path, description = "Id of the rule")),
    responses((status = 200, description = "Its versions and changes", body = RuleHistoryBody), ReadRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let rule_id = id.clone();
    let detail = state
        .read_as(sender, move |tx, ctx| proposals::show(tx, ctx, &id))
        .await?;
    Ok(HttpResponse::Ok().json(RuleHistoryBody {
        rule_id,
        revision: detail.revision,
        versions: detail.versions.iter().map(RuleBody::from).collect(),
        changes: detail.changes.iter().map(ChangeBody::from).collect(),
    }))
}

/// Says what changes of the law would alter: open cases and sample cases decided under both, clocks whose
/// due dates would move. Changes nothing.
#[utoipa::path(
    post, path = "/api/v1/rules/preview", tag = "rules", operation_id = "preview_rules",
    request_body(content = Object, description = "`changes`: each with `action` `add` (and the members of a rule, `facts` as one text with `;`), `end` (`rule_id`, `on`) or `correct` (`rule_id`, `from`, and what changes)", example = json!({"changes": [{"action": "correct", "rule_id": "X-limits.scene_hours", "from": "2027-01-01", "days": 3}]})),
    responses((status = 200, description = "What they would alter", body = Effect, example = json!({"samples": [], "samples_looked_at": 48, "open_cases": 0, "cases": [], "cases_looked_at": 12, "cases_left_out": false, "clocks_moved": 0, "clocks": []})), Refusals),
)]
pub async fn preview(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let planned = state
        .read_as(sender, move |tx, ctx| {
            proposals::plan(tx, ctx, &body.value, true)
        })
        .await?;
    Ok(HttpResponse::Ok().json(&planned.effect))
}

/// Proposals, the newest first.
#[utoipa::path(
    get, path = "/api/v1/rules/proposals", tag = "rules", operation_id = "list_rule_proposals",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = ProposalsBody), QueryRefusals),
)]
pub async fn proposals_list(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let PageQuery { limit, cursor } = query.into_inner();
    let body = state
        .read_as(sender, move |tx, ctx| {
            let page = proposals::proposals(tx, ctx, limit.as_deref(), cursor.as_deref())?;
            let items = page.items.iter().map(|one| ProposalBody::new(one, ctx.now));
            Ok(ProposalsBody {
                items: items.collect::<Result<_>>()?,
                next: page.next,
            })
        })
        .await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Proposes changes of the law to a second person.
#[utoipa::path(
    post, path = "/api/v1/rules/proposals", tag = "rules", operation_id = "propose_rules",
    request_body(content = Object, description = "`changes` as in the preview, and `reason`", example = json!({"changes": [{"action": "end", "rule_id": "X-limits.scene_hours", "on": "2027-01-01"}], "reason": "Nghị định mới"})),
    responses((status = 201, description = "The proposal", body = ProposalBody), Refusals),
)]
pub async fn propose(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    // Looked at first and written then, so that no declaration waits for the looking.
    let planned = state
        .read_as(sender.clone(), move |tx, ctx| {
            proposals::plan(tx, ctx, &body.value, false)
        })
        .await?;
    let done = state
        .write_as(sender, move |tx, ctx| {
            ProposalBody::new(&proposals::propose(tx, ctx, &planned)?, ctx.now)
        })
        .await?;
    Ok(HttpResponse::Created().json(done))
}

/// A proposal.
#[utoipa::path(
    get, path = "/api/v1/rules/proposals/{proposal_id}", tag = "rules", operation_id = "show_rule_proposal",
    params(("proposal_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The proposal", body = ProposalBody), ReadRefusals),
)]
pub async fn proposal(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let body = state
        .read_as(sender, move |tx, ctx| {
            ProposalBody::new(&proposals::proposal(tx, ctx, &id)?, ctx.now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Approves a proposal of somebody else: its rows are written, and count on their days.
#[utoipa::path(
    post, path = "/api/v1/rules/proposals/{proposal_id}/approve", tag = "rules", operation_id = "approve_rules",
    params(("proposal_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "Where wanted `reason`", example = json!({})),
    responses((status = 200, description = "The proposal as it was settled", body = ProposalBody), Refusals),
)]
pub async fn approve(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let body = state
        .write_as(sender, move |tx, ctx| {
            ProposalBody::new(&proposals::approve(tx, ctx, &id, &body.value)?, ctx.now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Turns a proposal down.
#[utoipa::path(
    post, path = "/api/v1/rules/proposals/{proposal_id}/reject", tag = "rules", operation_id = "reject_rules",
    params(("proposal_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`reason`", example = json!({"reason": "Chưa đủ căn cứ"})),
    responses((status = 200, description = "The proposal as it was settled", body = ProposalBody), Refusals),
)]
pub async fn reject(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let body = state
        .write_as(sender, move |tx, ctx| {
            ProposalBody::new(&proposals::reject(tx, ctx, &id, &body.value)?, ctx.now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Takes one's own proposal back.
#[utoipa::path(
    post, path = "/api/v1/rules/proposals/{proposal_id}/withdraw", tag = "rules", operation_id = "withdraw_rules",
    params(("proposal_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`reason`", example = json!({"reason": "Lập lại"})),
    responses((status = 200, description = "The proposal as it was settled", body = ProposalBody), Refusals),
)]
pub async fn withdraw(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let body = state
        .write_as(sender, move |tx, ctx| {
            ProposalBody::new(&proposals::withdraw(tx, ctx, &id, &body.value)?, ctx.now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body))
}
