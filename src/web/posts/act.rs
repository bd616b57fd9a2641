//! `/posts/{post_id}/{act}`: one thing that is done with a post, on a page of its own.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path, Query},
};
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::Value;

use super::{
    act_form::{Act, Known, body, entry, fields},
    keyed, post_id,
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::Actor,
        declaration::{Fault, FaultCode},
    },
    error::{AppError, Result},
    ids::{AccountId, PostId, ShiftId},
    service::{
        Ctx, idempotency,
        posts::{self, HeldQuery, OnDuty, RosterQuery},
    },
    store::conn::DbConn,
    time::{day_in_vietnam, rfc3339_in_vietnam},
    web::{
        chrome::{Chrome, see},
        fields::{Field, Summary, Typed},
        refused,
    },
    wording::{posts_page as words, problems::problem, shown::FaultShown},
};

/// How far ahead shifts can be called off here: as far as one look at a roster goes.
const AHEAD: TimeDelta = TimeDelta::days(62);

#[derive(Template)]
#[template(path = "post_act.html", config = "src/web/askama.toml")]
struct ActPage {
    c: Chrome,
    id: String,
    slug: &'static str,
    post: String,
    title: &'static str,
    lead: &'static str,
    /// Why it cannot be done, where it cannot.
    nothing: Option<&'static str>,
    is_grave: bool,
    summary: Summary,
    fields: Vec<Field>,
    key: String,
}

struct Looked {
    actor: Actor,
    known: Known,
    /// Telephone of the authority.
    phone: String,
}

fn shifts(tx: &mut DbConn, ctx: &Ctx, id: &PostId, authority: &str) -> Result<Vec<OnDuty>> {
    let query = RosterQuery {
        from: None,
        to: Some(rfc3339_in_vietnam(ctx.now + AHEAD - TimeDelta::seconds(1))),
    };
    let mut found = posts::roster(tx, ctx, authority, &query)?;
    found.retain(|one| one.post.id == *id);
    Ok(found)
}

fn look(tx: &mut DbConn, ctx: &Ctx, act: Act, id: &str) -> Result<Looked> {
    ctx.require(act.right())?;
    let detail = posts::show(tx, ctx, &post_id(id)?)?;
    let authority = detail.post.authority_id.clone();
    if !act.is_open(ctx, &detail) {
        return Err(match detail.post.ended_at {
            Some(_) => AppError::Conflict("post_ended"),
            None => AppError::Forbidden("post_kind_not_kept"),
        });
    }
    let me = AccountId::from(ctx.actor.caller.id().to_string());
    let mut known = Known {
        names: posts::names(tx, ctx, &authority, &detail.holders)?,
        targets: Vec::new(),
        tokens: Vec::new(),
        shifts: Vec::new(),
        detail,
    };
    if matches!(act, Act::Take | Act::HandOver) {
        let held = posts::held(tx, ctx, &known.detail.post.id, &HeldQuery::default())?;
        known.tokens = held.tokens;
        // Nobody vouches for their own.
        known.tokens.retain(|held| {
            held.token
                .of_post
                .as_ref()
                .is_none_or(|of| of.made_by != me)
        });
    }
    if act == Act::HandOver {
        let targets = posts::targets(tx, ctx, &known.detail.post)?;
        let named = targets.into_iter().map(|to| (to.id.to_string(), to.name));
        known.targets = named.collect();
    }
    if act == Act::CancelShift {
        known.shifts = shifts(tx, ctx, &known.detail.post.id, &authority)?;
    }
    let row = ctx
        .world
        .directory
        .by_id(&authority, day_in_vietnam(ctx.now));
    Ok(Looked {
        actor: ctx.actor.clone(),
        phone: row.map(|row| row.phone.clone()).unwrap_or_default(),
        known,
    })
}

fn nothing(c: &Chrome, act: Act, known: &Known) -> Option<&'static str> {
    let text = match act {
        Act::Take if known.detail.holders.is_empty() => words::VACANT,
        Act::HandOver if known.targets.is_empty() => words::NO_TARGET,
        Act::CancelShift if known.shifts.is_empty() => words::NO_SHIFT,
        _ => return None,
    };
    Some(c.t(text))
}

fn drawn(
    request: &HttpRequest,
    act: Act,
    looked: &Looked,
    status: StatusCode,
    mut typed: Typed,
) -> HttpResponse {
    let c = Chrome::of(request).with(&looked.actor);
    let key = keyed(&mut typed);
    let fields = fields(&c, act, &looked.known, &typed);
    let page = ActPage {
        id: looked.known.detail.post.id.to_string(),
        slug: act.slug(),
        post: looked.known.detail.post.name.clone(),
        title: c.t(act.title()),
        lead: c.t(act.lead()),
        nothing: nothing(&c, act, &looked.known),
        is_grave: matches!(act, Act::End | Act::Take),
        summary: typed.summary(&c, &fields),
        fields,
        key,
        c,
    };
    page.c.page(status, &page)
}

/// Who or which was chosen on the page before.
#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    account: String,
    #[serde(default)]
    shift: String,
}

fn act_of(slug: &str) -> Result<Act> {
    Act::of(slug).ok_or(AppError::NotFound("page"))
}

/// `GET /posts/{post_id}/{act}`.
pub async fn ask(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    path: Path<(String, String)>,
    chosen: Query<Chosen>,
) -> Result<HttpResponse> {
    let (id, slug) = path.into_inner();
    let act = act_of(&slug)?;
    let looked = state
        .read_as(sender, move |tx, ctx| look(tx, ctx, act, &id))
        .await?;
    let mut typed = Typed::default();
    match act {
        Act::Take => typed.suggest("account", chosen.account.as_str()),
        Act::CancelShift => typed.suggest("shift", chosen.shift.as_str()),
        Act::AddShift => typed.suggest("phone", looked.phone.as_str()),
        _ => {}
    }
    Ok(drawn(&request, act, &looked, StatusCode::OK, typed))
}

fn missing(pointer: &str) -> Fault {
    Fault {
        pointer: pointer.to_owned(),
        code: FaultCode::Required,
    }
}

/// Nobody and nothing was chosen; what else is missing is named with it.
fn not_chosen(typed: &Typed) -> AppError {
    let reason = typed.get("reason").is_empty().then(|| missing("/reason"));
    AppError::Invalid([missing("")].into_iter().chain(reason).collect())
}

/// Does it.
fn carry_out(tx: &mut DbConn, ctx: &Ctx, act: Act, id: &PostId, typed: &Typed) -> Result<()> {
    let tokens = match act {
        Act::Take | Act::HandOver => posts::held(tx, ctx, id, &HeldQuery::default())?.tokens,
        _ => Vec::new(),
    };
    let body: Value = body(act, &tokens, typed);
    match act {
        Act::Appoint => posts::appoint(tx, ctx, id, &body).map(drop),
        Act::Take => {
            let account =
                AccountId::parse(typed.get("account")).ok_or_else(|| not_chosen(typed))?;
            posts::remove(tx, ctx, id, &account, &body).map(drop)
        }
        Act::HandOver => posts::hand_over(tx, ctx, id, &body).map(drop),
        Act::AddShift => posts::add_shift(tx, ctx, id, &body).map(drop),
        Act::CancelShift => {
            let shift = ShiftId::parse(typed.get("shift")).ok_or_else(|| not_chosen(typed))?;
            posts::cancel_shift(tx, ctx, id, &shift, &body)
        }
        Act::End => posts::end(tx, ctx, id, &body).map(drop),
    }
}

/// `POST /posts/{post_id}/{act}`.
pub async fn act(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    path: Path<(String, String)>,
    pairs: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (id, slug) = path.into_inner();
    let act = act_of(&slug)?;
    let pairs = pairs.into_inner();
    let same: Value = pairs
        .iter()
        .filter(|(name, _)| name != "key")
        .map(|(name, text)| (name.clone(), Value::from(text.as_str())))
        .collect();
    let pairs = pairs.into_iter();
    let mut typed = Typed::new(pairs.map(|(name, text)| (name, text.replace("\r\n", "\n"))));
    let (of, sent, key) = (id.clone(), typed.clone(), keyed(&mut typed));
    let outcome = state
        .write_as(sender.clone(), move |tx, ctx| {
            ctx.require(act.right())?;
            let id = post_id(&of)?;
            let call = format!("POST /posts/{id}/{slug}");
            match idempotency::is_first(tx, ctx, &key, &call, &same)? {
                true => carry_out(tx, ctx, act, &id, &sent),
                false => Ok(()),
            }
        })
        .await;
    let c = Chrome::of(&request);
    let status = match outcome {
        Ok(()) => return Ok(see(&format!("/posts/{id}?said={}", act.slug()))),
        Err(AppError::Invalid(mut faults)) => {
            // A program may name an account instead; here both are asked for.
            if act == Act::Appoint && typed.get("full_name").is_empty() {
                faults.push(missing("/full_name"));
            }
            let faults: Vec<FaultShown> = faults.iter().map(FaultShown::from).collect();
            typed.faults(&c, &faults, |pointer| {
                let choice = match act {
                    Act::AddShift | Act::Take => "account",
                    Act::CancelShift => "shift",
                    _ => return entry(pointer),
                };
                match pointer {
                    "" | "/account_id" => Some(choice.to_owned()),
                    other => entry(other),
                }
            });
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(AppError::Conflict("post_ended")) => return Err(AppError::Conflict("post_ended")),
        Err(AppError::Conflict(code)) => {
            typed.wrong(
                "",
                c.t(problem(code).unwrap_or(refused::said(&AppError::Conflict(code)))),
            );
            StatusCode::CONFLICT
        }
        Err(other) => return Err(other),
    };
    let looked = state
        .read_as(sender, move |tx, ctx| look(tx, ctx, act, &id))
        .await?;
    Ok(drawn(&request, act, &looked, status, typed))
}
