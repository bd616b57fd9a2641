//! `GET /posts`: the posts within the caller's remit; of one authority, with a form for another one.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Query},
};
use askama::Template;
use serde::Deserialize;
use serde_json::json;

use super::{keyed, person};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Actor, Right},
        post::PostKind,
    },
    error::{AppError, Result},
    service::{
        Ctx, idempotency,
        posts::{self, PostDetail, PostsPage, PostsQuery},
    },
    store::conn::DbConn,
    time::day_in_vietnam,
    web::{
        chrome::{Chrome, see},
        fields::{Choice, Control, Field, Summary, Typed},
    },
    wording::{Text, labels, posts_page as words, shown::FaultShown},
};

struct Line {
    id: String,
    name: String,
    kind: &'static str,
    authority: String,
    holders: String,
    is_vacant: bool,
    open: i64,
}

#[derive(Template)]
#[template(path = "posts.html", config = "src/web/askama.toml")]
struct ListPage {
    c: Chrome,
    /// The authority whose posts they are: id and name.
    of: Option<(String, String)>,
    said: Option<Text>,
    shows_roster: bool,
    lines: Vec<Line>,
    next: Option<String>,
    summary: Summary,
    /// The entries of another post; none for whoever may make none.
    fields: Vec<Field>,
    key: String,
}

/// Of which authority, and from where on.
#[derive(Clone, Default, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    authority_id: String,
    #[serde(default)]
    cursor: String,
    #[serde(default)]
    said: String,
}

struct Looked {
    actor: Actor,
    of: Option<(String, String)>,
    shows_roster: bool,
    kinds: Vec<PostKind>,
    page: PostsPage,
    names: Vec<Vec<Option<String>>>,
}

fn look(tx: &mut DbConn, ctx: &Ctx, query: &ListQuery) -> Result<Looked> {
    ctx.require(Right::ReadPosts)?;
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let of = some(&query.authority_id).or_else(|| posts::only_authority(ctx));
    let asked = PostsQuery {
        authority_id: of.clone(),
        limit: None,
        cursor: some(&query.cursor),
    };
    let page = posts::list(tx, ctx, &asked)?;
    let mut names = Vec::new();
    for detail in &page.items {
        let id = &detail.post.authority_id;
        names.push(posts::names(tx, ctx, id, &detail.holders)?);
    }
    let today = day_in_vietnam(ctx.now);
    let name = |id: &String| {
        let row = ctx.world.directory.by_id(id, today);
        row.map_or_else(|| id.clone(), |row| row.name.clone())
    };
    Ok(Looked {
        actor: ctx.actor.clone(),
        shows_roster: of
            .as_deref()
            .is_some_and(|id| posts::may_in(ctx, Right::ReadRoster, id)),
        kinds: of
            .as_deref()
            .map_or_else(Vec::new, |id| posts::kinds_to_make(ctx, id)),
        of: of.map(|id| (id.clone(), name(&id))),
        page,
        names,
    })
}

fn line(c: &Chrome, detail: &PostDetail, names: &[Option<String>]) -> Line {
    let post = &detail.post;
    let all = names.iter().map(|name| person(c, name.as_ref()));
    Line {
        id: post.id.to_string(),
        name: post.name.clone(),
        kind: c.t(labels::post(post.kind)),
        authority: detail
            .authority_name
            .clone()
            .unwrap_or_else(|| post.authority_id.clone()),
        holders: all.collect::<Vec<_>>().join(", "),
        is_vacant: detail.holders.is_empty(),
        open: detail.open_cases,
    }
}

fn fields(c: &Chrome, typed: &Typed, kinds: &[PostKind]) -> Vec<Field> {
    if kinds.is_empty() {
        return Vec::new();
    }
    let choices = kinds.iter().map(|kind| Choice {
        value: kind.to_string(),
        label: c.t(labels::post(*kind)).to_owned(),
    });
    let kind = Control::Select(choices.collect());
    vec![
        typed.field(c, "kind", c.t(words::KIND), kind),
        typed
            .line(c, "name", &words::NAME)
            .hint(c.t(words::NAME_HINT))
            .max(200),
    ]
}

fn drawn(
    request: &HttpRequest,
    looked: &Looked,
    (status, said): (StatusCode, Option<Text>),
    mut typed: Typed,
) -> HttpResponse {
    let c = Chrome::of(request).with(&looked.actor);
    let key = keyed(&mut typed);
    let fields = fields(&c, &typed, &looked.kinds);
    let lines = looked.page.items.iter().zip(&looked.names);
    let lines = lines.map(|(detail, names)| line(&c, detail, names));
    let of = looked.of.as_ref().map_or("", |(id, _)| id);
    let page = ListPage {
        said,
        shows_roster: looked.shows_roster,
        lines: lines.collect(),
        next: looked
            .page
            .next
            .as_ref()
            .map(|cursor| format!("/posts?authority_id={of}&cursor={cursor}")),
        summary: typed.summary(&c, &fields),
        fields,
        key,
        of: looked.of.clone(),
        c,
    };
    page.c.page(status, &page)
}

/// `GET /posts`.
pub async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    query: Query<ListQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let said = (query.said == "made").then_some(words::SAID_MADE);
    let looked = state
        .read_as(sender, move |tx, ctx| look(tx, ctx, &query))
        .await?;
    let status = (StatusCode::OK, said);
    Ok(drawn(&request, &looked, status, Typed::default()))
}

/// `POST /posts`: another post of an authority.
pub async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    pairs: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let mut typed = Typed::new(pairs.into_inner());
    let authority = typed.get("authority_id").to_owned();
    let body = json!({
        "authority_id": authority, "kind": typed.get("kind"), "name": typed.get("name"),
    });
    let key = keyed(&mut typed);
    let made = state
        .write_as(sender.clone(), move |tx, ctx| {
            ctx.require(Right::ManagePosts)?;
            match idempotency::is_first(tx, ctx, &key, "POST /posts", &body)? {
                true => posts::create(tx, ctx, &body).map(Some),
                false => Ok(None),
            }
        })
        .await;
    match made {
        Ok(Some(detail)) => Ok(see(&format!("/posts/{}?said=made", detail.post.id))),
        Ok(None) => Ok(see(&format!("/posts?authority_id={authority}&said=made"))),
        Err(AppError::Invalid(faults)) => {
            let query = ListQuery {
                authority_id: authority,
                ..ListQuery::default()
            };
            let looked = state
                .read_as(sender, move |tx, ctx| look(tx, ctx, &query))
                .await?;
            let c = Chrome::of(&request);
            let faults: Vec<FaultShown> = faults.iter().map(FaultShown::from).collect();
            typed.faults(&c, &faults, |pointer| {
                let name = pointer.trim_start_matches('/');
                ["kind", "name"].contains(&name).then(|| name.to_owned())
            });
            let status = (StatusCode::UNPROCESSABLE_ENTITY, None);
            Ok(drawn(&request, &looked, status, typed))
        }
        Err(other) => Err(other),
    }
}
