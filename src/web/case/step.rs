//! `/cases/{id}/steps/{step}`: the form of a step, drawn from the step's own table of fields.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use serde_json::Value;

use super::{
    body::body as body_of,
    parsed,
    step_page::{Beside, Looked, drawn},
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Facts, Right},
        case::{Step, step::FieldType},
    },
    error::{AppError, Result},
    ids::CaseId,
    service::{
        Ctx,
        cases::{self, AllowedStep, TakeStep, foresee::foresee},
        posts::{self, PostsQuery},
        search::{self, SearchQuery},
    },
    store::conn::DbConn,
    web::{
        chrome::{Chrome, see},
        fields::{Choice, Typed},
        refused,
    },
    wording::shown::FaultShown,
};

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
    let (mut body, rows) = body_of(&typed, &allowed, typed.get("seen_version"));
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
