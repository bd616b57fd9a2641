//! `/authorities/new` and `/authorities/{authority_id}/{correct, end}`: a change of the directory, which is looked at
//! beforehand and then written.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use askama::Template;
use chrono::NaiveDate;

use super::{
    change_form::{What, body, entry, fields, suggest},
    effect::{EffectPart, part},
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Actor, Right},
        authority::Authority,
    },
    error::{AppError, Result},
    service::{
        Ctx,
        directory::{self, Change},
    },
    store::conn::DbConn,
    time::day_in_vietnam,
    web::{
        chrome::{Chrome, see},
        fields::{Field, Summary, Typed},
    },
    wording::{directory_page as words, problems::problem, shown::FaultShown},
};

#[derive(Template)]
#[template(path = "authority_change.html", config = "src/web/askama.toml")]
struct ChangePage {
    c: Chrome,
    /// The authority: id and name; nothing of a new one.
    of: Option<(String, String)>,
    action: String,
    title: &'static str,
    lead: &'static str,
    summary: Summary,
    effect: Option<EffectPart>,
    fields: Vec<Field>,
    revision: String,
    is_grave: bool,
}

struct Looked {
    actor: Actor,
    today: NaiveDate,
    /// The row that stands today, or the last one.
    row: Option<Authority>,
    is_marked: bool,
    revision: i64,
}

fn look(tx: &mut DbConn, ctx: &Ctx, what: What, id: &str) -> Result<Looked> {
    ctx.require(Right::ManageDirectory)?;
    let today = day_in_vietnam(ctx.now);
    let mut looked = Looked {
        actor: ctx.actor.clone(),
        today,
        row: None,
        is_marked: false,
        revision: directory::revision(tx)?,
    };
    if what != What::Add {
        if !directory::may_change(ctx, id) {
            return Err(AppError::NotFound("authority"));
        }
        let detail = directory::show(tx, ctx, id)?;
        let stands = detail.rows.iter().find(|row| row.in_force_on(today));
        looked.row = stands.or(detail.rows.last()).cloned();
        looked.is_marked = !detail.marks.is_empty();
    }
    Ok(looked)
}

fn drawn(
    request: &HttpRequest,
    what: What,
    looked: &Looked,
    (status, effect): (StatusCode, Option<EffectPart>),
    mut typed: Typed,
) -> HttpResponse {
    let c = Chrome::of(request).with(&looked.actor);
    for name in ["from", "valid_from"] {
        typed.suggest(name, looked.today.to_string());
    }
    if let Some(row) = looked.row.as_ref().filter(|_| what == What::Correct) {
        suggest(&mut typed, row);
    }
    typed.suggest("seen", looked.revision.to_string());
    let fields = fields(&c, what, &typed, looked.is_marked);
    let of = looked.row.as_ref();
    let of = of.map(|row| (row.authority_id.clone(), row.name.clone()));
    let (title, lead) = what.texts();
    let page = ChangePage {
        action: match &of {
            Some((id, _)) => format!("/authorities/{id}/{}", what.slug()),
            None => "/authorities/new".to_owned(),
        },
        of,
        title: c.t(title),
        lead: c.t(lead),
        summary: typed.summary(&c, &fields),
        effect,
        fields,
        revision: typed.get("seen").to_owned(),
        is_grave: what == What::End,
        c,
    };
    page.c.page(status, &page)
}

fn what_of(slug: &str) -> Result<What> {
    let found = [What::Correct, What::End];
    let found = found.into_iter().find(|what| what.slug() == slug);
    found.ok_or(AppError::NotFound("page"))
}

async fn shown(
    state: &AppState,
    request: &HttpRequest,
    sender: Credentials,
    (what, id): (What, String),
) -> Result<HttpResponse> {
    let looked = state
        .read_as(sender, move |tx, ctx| look(tx, ctx, what, &id))
        .await?;
    let status = (StatusCode::OK, None);
    Ok(drawn(request, what, &looked, status, Typed::default()))
}

/// `GET /authorities/new`.
pub async fn ask_new(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
) -> Result<HttpResponse> {
    shown(&state, &request, sender, (What::Add, String::new())).await
}

/// `GET /authorities/{authority_id}/{change}`.
pub async fn ask(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (id, slug) = path.into_inner();
    let what = what_of(&slug)?;
    shown(&state, &request, sender, (what, id)).await
}

type Pairs = Form<Vec<(String, String)>>;

/// `POST /authorities/new`.
pub async fn add(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    pairs: Pairs,
) -> Result<HttpResponse> {
    changed(&state, &request, sender, (What::Add, String::new()), pairs).await
}

/// `POST /authorities/{authority_id}/{change}`.
pub async fn act(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    path: Path<(String, String)>,
    pairs: Pairs,
) -> Result<HttpResponse> {
    let (id, slug) = path.into_inner();
    let what = what_of(&slug)?;
    changed(&state, &request, sender, (what, id), pairs).await
}

/// Says what the change would alter, or writes it: looked at first and written then, so that no declaration waits.
async fn changed(
    state: &AppState,
    request: &HttpRequest,
    sender: Credentials,
    (what, id): (What, String),
    pairs: Pairs,
) -> Result<HttpResponse> {
    let pairs = pairs.into_inner().into_iter();
    let mut typed = Typed::new(pairs.map(|(name, text)| (name, text.replace("\r\n", "\n"))));
    let of = id.clone();
    let looked = state
        .read_as(sender.clone(), move |tx, ctx| look(tx, ctx, what, &of))
        .await?;
    let c = Chrome::of(request);
    let is_preview = typed.get("do") == "preview";
    let mut body = body(what, &id, &typed, looked.row.as_ref());
    let change = match is_preview {
        true => Change::Preview,
        false => what.of(&id),
    };
    if let (false, Ok(seen)) = (is_preview, typed.get("seen").parse::<i64>()) {
        body["seen_revision"] = seen.into();
    }
    let plan = move |tx: &mut DbConn, ctx: &Ctx| directory::plan_change(tx, ctx, change, &body);
    let outcome = match is_preview {
        true => {
            let planned = state.read_as(sender, plan).await;
            planned.map(|planned| Some(part(Chrome::of(request), &planned.effect)))
        }
        false => {
            let written = state
                .plan_and_write_as(sender, plan, |tx, ctx, planned| {
                    directory::carry_out_change(tx, ctx, &planned)
                })
                .await;
            match written {
                Ok(detail) => {
                    let id = detail.rows.first().map(|row| row.authority_id.clone());
                    let id = id.unwrap_or(id_of(&looked));
                    return Ok(see(&format!("/authorities/{id}?said=changed")));
                }
                Err(error) => Err(error),
            }
        }
    };
    let (status, effect) = match outcome {
        Ok(effect) => (StatusCode::OK, effect),
        Err(AppError::Invalid(faults)) => {
            let faults: Vec<FaultShown> = faults.iter().map(FaultShown::from).collect();
            typed.faults(&c, &faults, entry);
            (StatusCode::UNPROCESSABLE_ENTITY, None)
        }
        Err(AppError::Conflict(code)) => {
            let text = problem(code).ok_or(AppError::Conflict(code))?;
            typed.wrong("", c.t(text));
            // Whoever has read that may send it again.
            typed.forget("seen");
            (StatusCode::CONFLICT, None)
        }
        Err(other) => return Err(other),
    };
    Ok(drawn(request, what, &looked, (status, effect), typed))
}

fn id_of(looked: &Looked) -> String {
    let row = looked.row.as_ref();
    row.map(|row| row.authority_id.clone()).unwrap_or_default()
}
