//! `GET /posts/{post_id}`: who holds a post, what it holds, and what can be done with it.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

use super::{act_form::Act, person, post_id};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::access::{Actor, Facts, Right},
    error::{AppError, Result},
    service::{
        Ctx,
        posts::{self, HeldPage, HeldQuery, PostDetail},
    },
    store::conn::DbConn,
    web::chrome::Chrome,
    wording::{Text, labels, posts_page as words},
};

struct Person {
    name: String,
    from: String,
    until: Option<String>,
    reason: String,
    /// Where they are taken out; nothing for whoever may not.
    take: Option<String>,
}

struct Case {
    receipt_no: String,
    /// The case; nothing for whoever sees no cases.
    href: Option<String>,
    status: &'static str,
    alerts: usize,
}

struct Holds {
    cases: Vec<Case>,
    has_more: bool,
    shifts: i64,
    tokens: Vec<String>,
}

#[derive(Template)]
#[template(path = "post.html", config = "src/web/askama.toml")]
struct PostPage {
    c: Chrome,
    name: String,
    said: Option<Text>,
    kind: &'static str,
    authority: (String, String),
    grants: String,
    since: String,
    /// When it ended, and why.
    ended: Option<(String, String)>,
    open: i64,
    people: Vec<Person>,
    holds: Option<Holds>,
    /// What can be done: address and words.
    acts: Vec<(String, &'static str)>,
}

/// What was done before.
#[derive(Deserialize)]
pub struct SaidQuery {
    #[serde(default)]
    said: String,
}

struct Looked {
    actor: Actor,
    detail: PostDetail,
    names: Vec<Option<String>>,
    held: Option<HeldPage>,
    acts: Vec<Act>,
    sees_cases: bool,
}

fn look(tx: &mut DbConn, ctx: &Ctx, id: &str) -> Result<Looked> {
    let detail = posts::show(tx, ctx, &post_id(id)?)?;
    let held = match posts::held(tx, ctx, &detail.post.id, &HeldQuery::default()) {
        Err(AppError::Forbidden(_) | AppError::NotFound(_)) => None,
        other => Some(other?),
    };
    let may = |act: &&Act| act.is_open(ctx, &detail);
    Ok(Looked {
        actor: ctx.actor.clone(),
        names: posts::names(tx, ctx, &detail.post.authority_id, &detail.holders)?,
        acts: Act::ALL.iter().filter(may).copied().collect(),
        sees_cases: ctx.may(Right::ReadCase, Facts::Any),
        held,
        detail,
    })
}

fn holds(c: &Chrome, held: &HeldPage, sees_cases: bool) -> Holds {
    let case = |one: &crate::store::alert_posts::HeldCase| Case {
        receipt_no: one.receipt_no.clone(),
        href: sees_cases.then(|| format!("/cases/{}", one.case)),
        status: c.t(labels::status(one.status)),
        alerts: one.alerts.len(),
    };
    Holds {
        cases: held.items.iter().map(case).collect(),
        has_more: held.next.is_some(),
        shifts: held.shifts,
        tokens: held
            .tokens
            .iter()
            .map(|one| one.token.name.clone())
            .collect(),
    }
}

/// `GET /posts/{post_id}`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    id: Path<String>,
    query: Query<SaidQuery>,
) -> Result<HttpResponse> {
    let looked = state
        .read_as(sender, move |tx, ctx| look(tx, ctx, &id))
        .await?;
    let c = Chrome::of(&request).with(&looked.actor);
    let post = &looked.detail.post;
    let takes = looked.acts.contains(&Act::Take);
    let holders = looked.detail.holders.iter().zip(&looked.names);
    let people = holders.map(|(holding, name)| Person {
        name: person(&c, name.as_ref()),
        from: c.exact(holding.from),
        until: holding.until.map(|until| c.exact(until)),
        reason: holding.reason.clone().unwrap_or_default(),
        take: takes.then(|| {
            let slug = Act::Take.slug();
            format!("/posts/{}/{slug}?account={}", post.id, holding.account)
        }),
    });
    let acts = looked.acts.iter().filter(|act| **act != Act::Take);
    let acts = acts.map(|act| {
        (
            format!("/posts/{}/{}", post.id, act.slug()),
            c.t(act.title()),
        )
    });
    let grants = post.grants.iter().map(|right| right.as_str());
    let page = PostPage {
        name: post.name.clone(),
        said: words::said(&query.said),
        kind: c.t(labels::post(post.kind)),
        authority: (
            post.authority_id.clone(),
            looked
                .detail
                .authority_name
                .clone()
                .unwrap_or_else(|| post.authority_id.clone()),
        ),
        grants: grants.collect::<Vec<_>>().join(", "),
        since: c.exact(post.created_at),
        ended: post.ended_at.map(|at| {
            let why = post.ended_because.clone().unwrap_or_default();
            (c.exact(at), why)
        }),
        open: looked.detail.open_cases,
        people: people.collect(),
        holds: looked
            .held
            .as_ref()
            .map(|held| holds(&c, held, looked.sees_cases)),
        acts: acts.collect(),
        c,
    };
    Ok(page.c.ok(&page))
}
