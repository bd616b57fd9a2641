//! What was proposed, what it would alter, and what a second person says of it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path, Query},
};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    effect::{EffectPart, part},
    named,
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::access::{Actor, Facts, Right},
    error::{AppError, Result},
    service::rule_proposals as proposals,
    store::rule_proposals::{Proposal, ProposalStatus},
    web::{
        chrome::{Chrome, see},
        fields::{Control, Field, Summary, Typed},
    },
    wording::{Text, law_page as words, problems::problem, shown::FaultShown},
};

struct Line {
    id: String,
    reason: String,
    by: String,
    at: String,
    machine: String,
    status: String,
    is_waiting: bool,
}

#[derive(Template)]
#[template(path = "law_proposals.html", config = "src/web/askama.toml")]
struct ListPage {
    c: Chrome,
    lines: Vec<Line>,
    next: Option<String>,
}

/// A page of them.
#[derive(Deserialize)]
pub struct ListQuery {
    cursor: Option<String>,
}

/// `GET /law/proposals`.
pub async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    query: Query<ListQuery>,
) -> Result<HttpResponse> {
    let cursor = query.into_inner().cursor;
    let (actor, now, page) = state
        .read_as(sender, move |tx, ctx| {
            let page = proposals::proposals(tx, ctx, None, cursor.as_deref())?;
            Ok((ctx.actor.clone(), ctx.now, page))
        })
        .await?;
    let c = Chrome::of(&request).with(&actor);
    let lines = page.items.into_iter().map(|one| {
        let status = one.status_at(now);
        Line {
            id: one.id.to_string(),
            at: c.exact(one.proposed_at),
            machine: c.machine(one.proposed_at),
            status: named(&c, &format!("status.{status}")),
            is_waiting: status == ProposalStatus::Proposed,
            reason: one.reason,
            by: one.proposer,
        }
    });
    let page = ListPage {
        lines: lines.collect(),
        next: page
            .next
            .map(|cursor| format!("/law/proposals?cursor={cursor}")),
        c,
    };
    Ok(page.c.ok(&page))
}

/// A change: what is done to which rule, and its entries.
struct Change {
    action: String,
    rule: String,
    entries: Vec<(String, String)>,
}

/// The name of an entry; as it was sent where nobody knows one.
fn member(c: &Chrome, name: &str) -> String {
    let key = format!("member.{name}");
    words::code(&key).map_or_else(|| name.to_owned(), |text| c.t(text).to_owned())
}

fn changes(c: &Chrome, text: &str) -> Result<Vec<Change>> {
    let all: Vec<serde_json::Map<String, Value>> = serde_json::from_str(text)?;
    let said = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let change = |members: serde_json::Map<String, Value>| {
        let of = |name: &str| members.get(name).map(said).unwrap_or_default();
        let entries = members
            .iter()
            .filter(|(name, _)| !["action", "rule_id"].contains(&name.as_str()));
        Change {
            action: named(c, &format!("action.{}", of("action"))),
            rule: of("rule_id"),
            entries: entries
                .map(|(name, value)| (member(c, name), said(value)))
                .collect(),
        }
    };
    Ok(all.into_iter().map(change).collect())
}

struct Looked {
    actor: Actor,
    now: DateTime<Utc>,
    proposal: Proposal,
    may_approve: bool,
    is_own: bool,
}

async fn look(state: &AppState, sender: Credentials, id: String) -> Result<Looked> {
    state
        .read_as(sender, move |tx, ctx| {
            let proposal = proposals::proposal(tx, ctx, &id)?;
            Ok(Looked {
                actor: ctx.actor.clone(),
                now: ctx.now,
                may_approve: ctx.may(Right::ApproveRules, Facts::Any),
                is_own: ctx.actor.caller.id() == proposal.proposed_by,
                proposal,
            })
        })
        .await
}

#[derive(Template)]
#[template(path = "law_proposal.html", config = "src/web/askama.toml")]
struct ProposalPage {
    c: Chrome,
    id: String,
    said: Option<Text>,
    status: String,
    is_waiting: bool,
    is_own: bool,
    may_approve: bool,
    by: String,
    at: String,
    until: String,
    reason: String,
    changes: Vec<Change>,
    effect: EffectPart,
    /// By whom and when it was settled, and why.
    settled: Option<(String, String, String)>,
    summary: Summary,
    why: Field,
}

fn drawn(
    request: &HttpRequest,
    looked: &Looked,
    status: StatusCode,
    typed: &Typed,
    said: Option<Text>,
) -> Result<HttpResponse> {
    let c = Chrome::of(request).with(&looked.actor);
    let proposal = &looked.proposal;
    let stands = proposal.status_at(looked.now);
    let why = typed.field(&c, "reason", c.t(words::SETTLE_REASON), Control::Lines);
    let why = Field {
        required: false,
        optional: "",
        ..why.max(1000)
    };
    let settled = proposal.settled.as_ref().map(|settled| {
        let reason = settled.reason.clone().unwrap_or_default();
        (settled.name.clone(), c.exact(settled.at), reason)
    });
    let page = ProposalPage {
        id: proposal.id.to_string(),
        said,
        status: named(&c, &format!("status.{stands}")),
        is_waiting: stands == ProposalStatus::Proposed,
        is_own: looked.is_own,
        may_approve: looked.may_approve,
        by: proposal.proposer.clone(),
        at: c.exact(proposal.proposed_at),
        until: c.exact(proposal.expires_at),
        reason: proposal.reason.clone(),
        changes: changes(&c, &proposal.changes)?,
        effect: part(
            Chrome::of(request),
            &serde_json::from_str(&proposal.effect)?,
        ),
        settled,
        summary: typed.summary(&c, [&why]),
        why,
        c,
    };
    Ok(page.c.page(status, &page))
}

/// What was done before.
#[derive(Deserialize)]
pub struct SaidQuery {
    #[serde(default)]
    said: String,
}

/// `GET /law/proposals/{proposal_id}`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    id: Path<String>,
    query: Query<SaidQuery>,
) -> Result<HttpResponse> {
    let looked = look(&state, sender, id.into_inner()).await?;
    let said = match query.said.as_str() {
        "proposed" => Some(words::PROPOSED),
        "settled" => Some(words::SETTLED),
        _ => None,
    };
    drawn(&request, &looked, StatusCode::OK, &Typed::default(), said)
}

/// `POST /law/proposals/{proposal_id}`: approves, turns down or takes back.
pub async fn settle(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    id: Path<String>,
    pairs: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let mut typed = Typed::new(pairs.into_inner());
    let (how, why) = (typed.get("do").to_owned(), typed.get("reason").to_owned());
    let body = match why.is_empty() && how == "approve" {
        true => json!({}),
        false => json!({ "reason": why }),
    };
    let of = id.clone();
    let settled = state
        .write_as(sender.clone(), move |tx, ctx| match how.as_str() {
            "approve" => proposals::approve(tx, ctx, &of, &body),
            "withdraw" => proposals::withdraw(tx, ctx, &of, &body),
            _ => proposals::reject(tx, ctx, &of, &body),
        })
        .await;
    let status = match settled {
        Ok(done) => return Ok(see(&format!("/law/proposals/{}?said=settled", done.id))),
        Err(AppError::Invalid(faults)) => {
            let c = Chrome::of(&request);
            let faults: Vec<FaultShown> = faults.iter().map(FaultShown::from).collect();
            typed.faults(&c, &faults, |_| Some("reason".to_owned()));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        // Somebody else was faster, or it is one's own: said where it stands.
        Err(AppError::Conflict(code)) => {
            let text = problem(code).ok_or(AppError::Conflict(code))?;
            typed.wrong("", Chrome::of(&request).t(text));
            StatusCode::CONFLICT
        }
        Err(other) => return Err(other),
    };
    let looked = look(&state, sender, id.into_inner()).await?;
    drawn(&request, &looked, status, &typed, None)
}
