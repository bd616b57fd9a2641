//! `/cases/{id}/steps/{step}`: the form of a step, drawn from the step's own table of fields.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    entries::{self, Block, Known},
    parsed,
    timeline::{self, Happened},
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Actor, Facts, Right},
        case::{Step, step::FieldType},
        clocks::NO_DUE,
    },
    error::{AppError, Result},
    ids::CaseId,
    service::{
        Ctx,
        cases::{
            self, AllowedStep, CaseDetail, TakeStep,
            foresee::{Foreseen, foresee},
        },
        posts::{self, PostsQuery},
        search::{self, SearchQuery},
    },
    store::conn::DbConn,
    web::{
        chrome::{Chrome, see},
        fields::{Choice, Field, Summary, Typed},
        refused,
    },
    wording::{case_page as words, labels, shown::FaultShown},
};

/// What a form of a step is drawn from.
struct Looked {
    actor: Actor,
    detail: CaseDetail,
    posts: Vec<Choice>,
}

impl Looked {
    fn allowed(&self, step: Step) -> Option<&AllowedStep> {
        self.detail.allowed.iter().find(|one| one.step == step)
    }
}

fn look(tx: &mut DbConn, ctx: &Ctx, id: &CaseId, step: Step) -> Result<Looked> {
    let detail = cases::show(tx, ctx, id)?;
    let own = ctx.actor.post.as_ref();
    let wants_post = step == Step::Assign && ctx.may(Right::ReadPosts, Facts::Any);
    let posts = match own.filter(|_| wants_post) {
        Some(own) => {
            let of_own = PostsQuery {
                authority_id: Some(own.authority_id.clone()),
                limit: Some("100".to_owned()),
                cursor: None,
            };
            posts::list(tx, ctx, &of_own)?.items
        }
        None => Vec::new(),
    };
    let open = posts.into_iter().filter(|one| one.post.ended_at.is_none());
    let choice = open.map(|one| Choice {
        value: one.post.id.to_string(),
        label: one.post.name,
    });
    Ok(Looked {
        posts: choice.collect(),
        actor: ctx.actor.clone(),
        detail,
    })
}

/// What the step would do.
struct Preview {
    state: String,
    due: String,
}

impl Preview {
    fn of(c: &Chrome, foreseen: &Foreseen) -> Self {
        let state = c.t(labels::status(foreseen.status));
        Self {
            state: c.t(words::PREVIEW_STATE).replace("{state}", state),
            due: match foreseen.due_at < NO_DUE && foreseen.closed_at.is_none() {
                true => c
                    .t(words::PREVIEW_DUE)
                    .replace("{at}", &c.exact(foreseen.due_at)),
                false => c.t(words::PREVIEW_NO_DUE).to_owned(),
            },
        }
    }
}

#[derive(Template)]
#[template(path = "step.html", config = "src/web/askama.toml")]
struct StepPage {
    c: Chrome,
    case: String,
    receipt: String,
    class: &'static str,
    state: &'static str,
    place: String,
    step: Step,
    label: &'static str,
    article: &'static str,
    summary: Summary,
    since: Option<Vec<Happened>>,
    preview: Option<Preview>,
    seen_version: String,
    seen_event: String,
    rows: Vec<(String, usize)>,
    blocks: Vec<(Block, Vec<Field>)>,
}

/// The step is no longer possible; what was typed can be copied.
#[derive(Template)]
#[template(path = "step_gone.html", config = "src/web/askama.toml")]
struct GonePage {
    c: Chrome,
    case: String,
    receipt: String,
    label: &'static str,
    text: String,
    since: Vec<Happened>,
    typed: Vec<(String, String)>,
}

/// What is said beside the form.
#[derive(Default)]
struct Beside {
    is_stale: bool,
    foreseen: Option<Foreseen>,
}

fn drawn(
    request: &HttpRequest,
    now: DateTime<Utc>,
    status: StatusCode,
    (step, looked): (Step, &Looked),
    mut typed: Typed,
    beside: &Beside,
) -> HttpResponse {
    let c = Chrome::of(request).with(&looked.actor);
    let (detail, case) = (&looked.detail, &looked.detail.case);
    let state = c.t(labels::status(case.status));
    let seen_event = typed.get("seen_event").to_owned();
    let since = || timeline::since(&c, &detail.events, &seen_event, now);
    let Some(allowed) = looked.allowed(step) else {
        let page = GonePage {
            case: case.id.to_string(),
            receipt: case.receipt_no.clone(),
            label: c.t(labels::step(step)),
            text: c.t(words::STEP_GONE_TEXT).replace("{state}", state),
            since: since(),
            typed: typed_before(&c, step, &typed),
            c,
        };
        return page.c.page(StatusCode::CONFLICT, &page);
    };
    // What somebody saw is what the case looked like when they opened the form, whatever is shown again since; they
    // have seen the newest once they were told what changed.
    let seen_version = typed.get("seen_version");
    let keeps = !beside.is_stale && !seen_version.is_empty();
    let seen_version = match keeps {
        true => seen_version.to_owned(),
        false => case.version.to_string(),
    };
    let newest = detail.events.last().map(|event| event.id.to_string());
    let newest = newest.unwrap_or_default();
    let known = Known {
        detail,
        posts: &looked.posts,
    };
    let (fields, blocks) = entries::form(&c, &mut typed, allowed, &known);
    let summary = typed.summary(&c, &fields);
    let mut fields = fields.into_iter();
    let blocks = blocks.into_iter().map(|block| {
        let own = fields.by_ref().take(block.count).collect();
        (block, own)
    });
    let changed = beside.is_stale.then(since);
    let page = StepPage {
        case: case.id.to_string(),
        receipt: case.receipt_no.clone(),
        class: c.t(labels::class(case.class)),
        place: case.place_name.clone(),
        state,
        step,
        label: c.t(labels::step(step)),
        article: allowed.article,
        summary,
        since: changed,
        preview: beside.foreseen.as_ref().map(|one| Preview::of(&c, one)),
        seen_version,
        seen_event: if keeps { seen_event } else { newest },
        rows: entries::row_counts(&typed, allowed),
        blocks: blocks.collect(),
        c,
    };
    page.c.page(status, &page)
}

/// What was typed for a step that is no longer possible, by its labels.
fn typed_before(c: &Chrome, step: Step, typed: &Typed) -> Vec<(String, String)> {
    let fields = step.rules().flat_map(|rule| rule.fields);
    let mut said = BTreeMap::new();
    for field in fields {
        let label = c.t(labels::field(field.name));
        let own = typed.get(field.name).to_owned();
        let of_rows = (0..entries::rows(typed, field.name)).flat_map(|row| {
            let name = move |item: &str| format!("{}.{row}.{item}", field.name);
            field
                .items
                .iter()
                .map(move |item| typed.get(&name(item.name)).to_owned())
        });
        let all = std::iter::once(own).chain(of_rows);
        let all: Vec<String> = all.filter(|text| !text.is_empty()).collect();
        if !all.is_empty() {
            said.insert(label.to_owned(), all.join("; "));
        }
    }
    said.into_iter().collect()
}

fn read_path(path: (String, String)) -> Result<(CaseId, Step)> {
    let (case, step) = path;
    let step = Step::parse(&step).ok_or(AppError::NotFound("step"))?;
    Ok((parsed(&case)?, step))
}

/// `GET /cases/{case_id}/steps/{step}`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (id, step) = read_path(path.into_inner())?;
    let now = state.clock.now();
    let looked = state
        .read_as(sender, move |tx, ctx| look(tx, ctx, &id, step))
        .await?;
    let of = (step, &looked);
    Ok(drawn(
        &request,
        now,
        StatusCode::OK,
        of,
        Typed::default(),
        &Beside::default(),
    ))
}

/// Somebody gave the receipt number of another case: its id, where the caller sees it.
fn find_cases(tx: &mut DbConn, ctx: &Ctx, allowed: &AllowedStep, body: &mut Value) -> Result<()> {
    for field in &allowed.fields {
        let Some(text) = body[field.name].as_str() else {
            continue;
        };
        if field.kind != FieldType::Case || CaseId::parse(text).is_some() {
            continue;
        }
        let plain = |text: &str| text.replace(['-', ' '], "").to_uppercase();
        let typed = plain(text);
        let query = SearchQuery {
            q: Some(text.to_owned()),
            ..SearchQuery::default()
        };
        let found = search::search(tx, ctx, &query)?.items;
        if let Some(other) = found.iter().find(|one| plain(&one.receipt_no) == typed) {
            body[field.name] = Value::from(other.id.as_str());
        }
    }
    Ok(())
}

/// What a press of a button asks for.
enum Asked {
    /// One more row of a list.
    More(String),
    Preview,
    Record,
}

fn read_pairs(pairs: Vec<(String, String)>) -> (Typed, Asked) {
    let asked = match pairs.iter().find(|(name, _)| name == "do") {
        Some((_, what)) if what == "preview" => Asked::Preview,
        Some((_, what)) => match what.strip_prefix("more.") {
            Some(list) => Asked::More(list.to_owned()),
            None => Asked::Record,
        },
        None => Asked::Record,
    };
    // Lines end as everywhere else.
    let mut typed: BTreeMap<String, String> = pairs
        .into_iter()
        .map(|(name, text)| (name, text.replace("\r\n", "\n")))
        .collect();
    if let Asked::More(list) = &asked {
        let name = format!("rows.{list}");
        let rows = typed.get(&name).and_then(|rows| rows.parse::<usize>().ok());
        typed.insert(name, rows.unwrap_or(1).saturating_add(1).to_string());
    }
    (Typed::new(typed), asked)
}

/// `POST /cases/{case_id}/steps/{step}`: takes the step, shows what it would do, or gives a list one more row.
pub async fn take(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    path: Path<(String, String)>,
    pairs: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (id, step) = read_path(path.into_inner())?;
    let now = state.clock.now();
    let (mut typed, asked) = read_pairs(pairs.into_inner());
    let case = id.clone();
    let looked = state
        .read_as(sender.clone(), move |tx, ctx| look(tx, ctx, &case, step))
        .await?;
    let mut beside = Beside::default();
    let Some(allowed) = looked.allowed(step).cloned() else {
        let of = (step, &looked);
        return Ok(drawn(
            &request,
            now,
            StatusCode::CONFLICT,
            of,
            typed,
            &beside,
        ));
    };
    let (mut body, rows) = entries::body(&typed, &allowed, typed.get("seen_version"));
    let (case, of_step) = (id.clone(), allowed.clone());
    let outcome = match asked {
        Asked::More(_) => {
            let of = (step, &looked);
            return Ok(drawn(&request, now, StatusCode::OK, of, typed, &beside));
        }
        Asked::Preview => {
            let foreseen = state
                .read_as(sender.clone(), move |tx, ctx| {
                    find_cases(tx, ctx, &of_step, &mut body)?;
                    foresee(tx, ctx, &TakeStep { case, step, body }, None)
                })
                .await;
            foreseen.map(|foreseen| beside.foreseen = Some(foreseen))
        }
        Asked::Record => {
            let taken = state
                .write_as(sender.clone(), move |tx, ctx| {
                    find_cases(tx, ctx, &of_step, &mut body)?;
                    cases::take_step(tx, ctx, &TakeStep { case, step, body })
                })
                .await;
            match taken {
                // Whoever gave the case away does not see it any more.
                Ok(detail) if detail.events.is_empty() => return Ok(see("/desk")),
                Ok(_) => return Ok(see(&format!("/cases/{id}?said={step}"))),
                Err(error) => Err(error),
            }
        }
    };
    let c = Chrome::of(&request);
    let status = match outcome {
        Ok(()) => StatusCode::OK,
        Err(AppError::Invalid(faults)) => {
            let shown: Vec<FaultShown> = faults.iter().map(FaultShown::from).collect();
            typed.faults(&c, &shown, |pointer| rows.name_of(&allowed, pointer));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(AppError::Conflict("stale_version")) => {
            beside.is_stale = true;
            StatusCode::CONFLICT
        }
        Err(error @ (AppError::Conflict(_) | AppError::Forbidden(_))) => {
            typed.wrong("", c.t(refused::said(&error)));
            StatusCode::CONFLICT
        }
        Err(other) => return Err(other),
    };
    // After a refusal the case is read again: somebody may have changed it in between.
    let looked = match status {
        StatusCode::CONFLICT => {
            state
                .read_as(sender, move |tx, ctx| look(tx, ctx, &id, step))
                .await?
        }
        _ => looked,
    };
    Ok(drawn(
        &request,
        now,
        status,
        (step, &looked),
        typed,
        &beside,
    ))
}
