//! One part of the form: shown with what stands, saved as a supplement.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path, Query},
};
use askama::Template;
use uuid::Uuid;

use super::{
    FormQuery, Looked,
    entries::{self, Drawn},
    look,
    parts::{Part, next_part, next_victim, parts},
    supplement,
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    error::{AppError, Result},
    service::declarations::{self, LegalForm, Supplement},
    web::{
        chrome::{Chrome, see},
        fields::{Summary, Typed},
    },
    wording::{Text, legal_form as words, shown::FaultShown},
};

#[derive(Template)]
#[template(path = "declaration_part.html", config = "src/web/askama.toml")]
struct PartPage {
    c: Chrome,
    receipt_no: String,
    part: String,
    heading: String,
    step: String,
    said: Option<Text>,
    summary: Summary,
    entries: Vec<(Option<&'static str>, Drawn)>,
    /// How many supplements there were when the form was shown.
    seen: usize,
    /// Made when the form was shown: what is sent twice is one supplement.
    key: String,
}

fn page(c: Chrome, looked: &Looked, part: Part, typed: &Typed, said: Option<Text>) -> PartPage {
    let form = &looked.form;
    let entries = entries::draw(&c, typed, (form, part), &looked.lists);
    let mut summary = typed.summary(&c, []);
    summary.add(entries.iter().flat_map(|(_, drawn)| drawn.fields()));
    let all = parts(form);
    let at = all.iter().position(|one| *one == part);
    let step = |at: usize| {
        let step = c.t(words::STEP).replace("{at}", &(at + 1).to_string());
        step.replace("{all}", &all.len().to_string())
    };
    PartPage {
        receipt_no: form.shown.receipt_no.clone(),
        part: part.name(),
        heading: part.label(&c),
        step: at.map(step).unwrap_or_default(),
        said,
        summary,
        entries,
        seen: form.shown.supplements.len(),
        key: Uuid::now_v7().to_string(),
        c,
    }
}

/// The part of an address, where this form has it: victims have numbers without a gap.
fn part_of(form: &LegalForm, name: &str) -> Result<Part> {
    let part = Part::parse(name).filter(|_| form.shown.declaration.is_some());
    let is_there = |part: &Part| match part {
        Part::Victim(no) => *no <= next_victim(form),
        other => parts(form).contains(other),
    };
    part.filter(is_there)
        .ok_or(AppError::NotFound("part of the form"))
}

/// `GET /declarations/{receipt_no}/{part}`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    path: Path<(String, String)>,
    query: Query<FormQuery>,
) -> Result<HttpResponse> {
    let (receipt_no, name) = path.into_inner();
    let looked = look(&state, sender, receipt_no).await?;
    let part = part_of(&looked.form, &name)?;
    let c = Chrome::of(&request).with(&looked.actor);
    let mut typed = Typed::default();
    entries::prefill(&c, &mut typed, (&looked.form, part), &looked.lists);
    let said = (query.said == "saved").then_some(words::SAVED);
    let page = page(c, &looked, part, &typed, said);
    Ok(page.c.ok(&page))
}

/// `POST /declarations/{receipt_no}/{part}`: looks a code up, or saves the part and goes on to the next that lacks
/// something.
pub async fn save(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    path: Path<(String, String)>,
    pairs: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (receipt_no, name) = path.into_inner();
    let looked = look(&state, sender.clone(), receipt_no).await?;
    let (form, part) = (&looked.form, part_of(&looked.form, &name)?);
    let c = Chrome::of(&request).with(&looked.actor);
    let pairs = pairs.into_inner();
    // Lines end as everywhere else.
    let mut typed = Typed::new(
        pairs
            .into_iter()
            .map(|(name, text)| (name, text.replace("\r\n", "\n"))),
    );
    let is_search = typed.get("do").starts_with("find");
    entries::find(&c, &mut typed, (form, part), &looked.lists, !is_search);
    if is_search {
        let status = match typed.is_wrong() {
            true => StatusCode::UNPROCESSABLE_ENTITY,
            false => StatusCode::OK,
        };
        let page = page(c, &looked, part, &typed, None);
        return Ok(page.c.page(status, &page));
    }
    let body = supplement::of(&c, &mut typed, form, part);
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if !typed.is_wrong() {
        let Some(body) = body else {
            // Sent twice, or saved elsewhere as it stands here: nothing is left to do.
            let is_new = typed.get("seen") != form.shown.supplements.len().to_string();
            return Ok(go_on(form, part, if is_new { "saved" } else { "same" }));
        };
        if typed.get("seen") != form.shown.supplements.len().to_string() {
            status = StatusCode::CONFLICT;
            typed.wrong("", c.t(words::CHANGED));
        } else {
            let key = Uuid::try_parse(typed.get("key")).ok();
            let cmd = Supplement {
                receipt_no: form.shown.receipt_no.clone(),
                raw: body.to_string(),
                body,
                key: key.map(|key| key.to_string()),
                is_attended: true,
            };
            let saved = state
                .write_as(sender.clone(), move |tx, ctx| {
                    declarations::supplement(tx, ctx, cmd)
                })
                .await;
            match saved {
                Ok(_) => {
                    let after = look(&state, sender, form.shown.receipt_no.clone()).await?;
                    return Ok(go_on(&after.form, part, "saved"));
                }
                Err(AppError::Invalid(faults)) => {
                    let faults: Vec<FaultShown> = faults.iter().map(FaultShown::from).collect();
                    typed.faults(&c, &faults, |pointer| supplement::entry_of(part, pointer));
                }
                Err(AppError::KeyReused) => {
                    status = StatusCode::CONFLICT;
                    typed.wrong("", c.t(words::CHANGED));
                }
                Err(other) => return Err(other),
            }
        }
    }
    let page = page(c, &looked, part, &typed, None);
    Ok(page.c.page(status, &page))
}

/// To the next part that lacks something; to all of them where none does, or nothing was changed.
fn go_on(form: &LegalForm, part: Part, said: &str) -> HttpResponse {
    let address = format!("/declarations/{}", form.shown.receipt_no);
    match next_part(form, Some(part)).filter(|next| *next != part && said == "saved") {
        Some(next) => see(&format!("{address}/{}?said={said}", next.name())),
        None => see(&format!("{address}?said={said}")),
    }
}
