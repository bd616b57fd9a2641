//! One rule over all times, who changed it, and a correction of it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;
use serde_json::{Value, json};

use super::{
    change::{Acted, act},
    effect::{EffectPart, part},
    lasts, named, note, sureness,
    words::{conditions, says},
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Actor, Facts, Right},
        audit::Action,
        law::{Confidence, Rule},
    },
    error::{AppError, Result},
    service::rule_proposals::{self as proposals, RuleDetail},
    web::{
        chrome::{Chrome, see},
        fields::{Choice, Control, Field, Summary, Typed},
    },
    wording::{audit, law_page as words, shown::FaultShown},
};

struct Version {
    says: String,
    conditions: String,
    lasts: String,
    article: String,
    confidence: String,
    note: String,
}

struct Changed {
    at: String,
    machine: String,
    by: String,
    what: String,
}

#[derive(Template)]
#[template(path = "law_rule.html", config = "src/web/askama.toml")]
struct RulePage {
    c: Chrome,
    id: String,
    /// What its newest version says.
    says: String,
    subject: String,
    versions: Vec<Version>,
    changes: Vec<Changed>,
    summary: Summary,
    /// The entries of a correction; none for whoever may propose nothing.
    fields: Vec<Field>,
    effect: Option<EffectPart>,
}

struct Looked {
    actor: Actor,
    may_propose: bool,
    detail: RuleDetail,
}

async fn look(state: &AppState, sender: Credentials, id: String) -> Result<Looked> {
    state
        .read_as(sender, move |tx, ctx| {
            Ok(Looked {
                detail: proposals::show(tx, ctx, &id)?,
                actor: ctx.actor.clone(),
                may_propose: ctx.may(Right::ProposeRules, Facts::Any),
            })
        })
        .await
}

/// The version that a form is about: that of its `from`, else the last.
fn meant<'a>(detail: &'a RuleDetail, from: &str) -> Option<&'a Rule> {
    let is_it = |rule: &&Rule| rule.valid_from.to_string() == from;
    detail
        .versions
        .iter()
        .find(is_it)
        .or(detail.versions.last())
}

const ENTRIES: [&str; 5] = ["outcome", "days", "article", "confidence", "note"];

fn stands(rule: &Rule, name: &str) -> String {
    match name {
        "outcome" => rule.outcome.clone(),
        "days" => rule.days.map(|days| days.to_string()).unwrap_or_default(),
        "article" => rule.article.clone(),
        "confidence" => rule.confidence.clone(),
        _ => rule.note.clone(),
    }
}

fn fields(c: &Chrome, typed: &mut Typed, detail: &RuleDetail) -> Vec<Field> {
    if let Some(rule) = meant(detail, typed.get("from")) {
        typed.suggest("from", rule.valid_from.to_string());
        for name in ENTRIES {
            typed.suggest(name, stands(rule, name));
        }
    }
    let versions = detail.versions.iter().map(|rule| Choice {
        value: rule.valid_from.to_string(),
        label: lasts(c, rule),
    });
    let from = Control::Select(versions.collect());
    let how_sure = Confidence::ALL.iter().map(|one| Choice {
        value: one.to_string(),
        label: sureness(c, one.as_str()),
    });
    let how_sure = Control::Select(how_sure.collect());
    let plain = |field: Field| Field {
        required: false,
        optional: "",
        ..field
    };
    vec![
        typed.field(c, "from", c.t(words::FROM), from),
        plain(typed.line(c, "outcome", &words::OUTCOME).max(1000)),
        plain(
            typed
                .field(c, "days", c.t(words::DAYS), Control::Line("text"))
                .keys("numeric"),
        ),
        plain(typed.line(c, "article", &words::ARTICLE).max(1000)),
        plain(typed.field(c, "confidence", c.t(words::CONFIDENCE), how_sure)),
        plain(
            typed
                .field(c, "note", c.t(words::NOTE), Control::Lines)
                .max(1000),
        ),
        typed
            .field(c, "reason", c.t(words::REASON), Control::Lines)
            .max(1000),
    ]
}

fn drawn(
    request: &HttpRequest,
    looked: &Looked,
    status: StatusCode,
    mut typed: Typed,
    effect: Option<EffectPart>,
) -> HttpResponse {
    let c = Chrome::of(request).with(&looked.actor);
    let detail = &looked.detail;
    let fields = match looked.may_propose {
        true => fields(&c, &mut typed, detail),
        false => Vec::new(),
    };
    let last = detail.versions.last();
    let versions = detail.versions.iter().map(|rule| Version {
        says: says(&c, rule),
        conditions: conditions(&c, rule),
        lasts: lasts(&c, rule),
        article: rule.article.clone(),
        confidence: sureness(&c, &rule.confidence),
        note: note(&c, &rule.note).to_owned(),
    });
    let changes = detail.changes.iter().map(|row| Changed {
        at: c.exact(row.happened_at),
        machine: c.machine(row.happened_at),
        by: row.actor_name.clone(),
        what: c
            .t(audit::action_text(Action::parse(&row.action)))
            .to_owned(),
    });
    let page = RulePage {
        id: last.map(|rule| rule.rule_id.clone()).unwrap_or_default(),
        says: last.map(|rule| says(&c, rule)).unwrap_or_default(),
        subject: last.map_or_else(String::new, |rule| {
            named(&c, &format!("subject.{}", rule.decides))
        }),
        versions: versions.collect(),
        changes: changes.collect(),
        summary: typed.summary(&c, &fields),
        fields,
        effect,
        c,
    };
    page.c.page(status, &page)
}

/// `GET /law/rules/{rule_id}`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let looked = look(&state, sender, id.into_inner()).await?;
    Ok(drawn(
        &request,
        &looked,
        StatusCode::OK,
        Typed::default(),
        None,
    ))
}

/// The change that was typed; `None` where nothing differs.
fn change(typed: &Typed, detail: &RuleDetail) -> Option<Value> {
    let rule = meant(detail, typed.get("from"))?;
    let mut change =
        json!({ "action": "correct", "rule_id": rule.rule_id, "from": typed.get("from") });
    let mut differs = false;
    for name in ENTRIES {
        let text = typed.get(name);
        if text == stands(rule, name).trim() {
            continue;
        }
        differs = true;
        change[name] = match (name, text.parse::<i64>()) {
            ("days", Ok(days)) => json!(days),
            _ => json!(text),
        };
    }
    differs.then_some(change)
}

/// `POST /law/rules/{rule_id}`: says what a correction would alter, or proposes it.
pub async fn propose(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    id: Path<String>,
    pairs: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let looked = look(&state, sender.clone(), id.into_inner()).await?;
    if !looked.may_propose {
        return Err(AppError::Forbidden(
            "changes of the law are proposed by others",
        ));
    }
    let c = Chrome::of(&request).with(&looked.actor);
    let pairs = pairs.into_inner().into_iter();
    let mut typed = Typed::new(pairs.map(|(name, text)| (name, text.replace("\r\n", "\n"))));
    let is_preview = typed.get("do") == "preview";
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(change) = change(&typed, &looked.detail) else {
        typed.wrong("", c.t(words::NOTHING_NEW));
        return Ok(drawn(&request, &looked, wrong, typed, None));
    };
    let mut body = json!({ "changes": [change] });
    if !typed.get("reason").is_empty() || !is_preview {
        body["reason"] = json!(typed.get("reason"));
    }
    Ok(match act(&state, sender, body, is_preview).await? {
        Acted::Proposed(address) => see(&format!("{address}?said=proposed")),
        Acted::Effect(effect) => {
            let effect = part(Chrome::of(&request), &effect);
            drawn(&request, &looked, StatusCode::OK, typed, Some(effect))
        }
        Acted::Wrong(faults) => {
            let faults: Vec<FaultShown> = faults.iter().map(FaultShown::from).collect();
            typed.faults(&c, &faults, |pointer| {
                let name = pointer
                    .strip_prefix("/changes/0/")
                    .or(pointer.strip_prefix('/'))?;
                let known = ENTRIES.contains(&name) || ["from", "reason"].contains(&name);
                known.then(|| name.to_owned())
            });
            drawn(&request, &looked, wrong, typed, None)
        }
    })
}
