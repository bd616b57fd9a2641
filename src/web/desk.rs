//! `/desk`: the queue of whoever is signed in. What is overdue and what is due stands first, in words.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::{
    chrome::{Chrome, see},
    desk_assign::{AssignForm, Outcomes},
    desk_page::{drawn, list},
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Actor, ActorRole, Facts, Right},
        place::UnitLevel,
    },
    error::Result,
    service::{
        Ctx,
        cases::{self, Counted, QueuePage, QueueParams},
        posts::{self, PostDetail, PostsQuery},
        search::{self, SearchQuery},
    },
    store::conn::DbConn,
    time::day_in_vietnam,
};

/// What is looked at.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct DeskQuery {
    /// A view; every open case where none is named.
    pub view: String,
    /// Class.
    pub class: String,
    /// State.
    pub status: String,
    /// Today's code of a commune.
    pub commune: String,
    /// Words to look for, instead of a view.
    pub q: String,
    /// Where the page begins.
    pub cursor: String,
    /// So many cases were assigned just now.
    pub done: String,
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl DeskQuery {
    /// Whether words are looked for.
    pub fn is_search(&self) -> bool {
        !self.q.trim().is_empty()
    }

    fn params(&self) -> QueueParams {
        let view = given(&self.view);
        let open = || view.is_none().then(|| "open".to_owned());
        QueueParams {
            status: given(&self.status).or_else(open),
            class: given(&self.class),
            commune: given(&self.commune),
            cursor: given(&self.cursor),
            view,
            ..QueueParams::default()
        }
    }

    /// The address of the same list, from `cursor` on.
    pub fn href(&self, cursor: Option<&str>) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in [
            ("view", self.view.as_str()),
            ("class", &self.class),
            ("status", &self.status),
            ("commune", &self.commune),
            ("q", &self.q),
            ("cursor", cursor.unwrap_or_default()),
        ] {
            if !value.trim().is_empty() {
                query.append_pair(name, value.trim());
            }
        }
        match query.finish() {
            query if query.is_empty() => "/desk".to_owned(),
            query => format!("/desk?{query}"),
        }
    }
}

/// What the desk shows, as it is read in one transaction.
pub struct Looked {
    /// Who asks.
    pub actor: Actor,
    /// How many cases each view holds.
    pub counted: Vec<Counted>,
    /// The cases.
    pub page: QueuePage,
    /// Posts to which they may be assigned.
    pub posts: Vec<PostDetail>,
    /// The caller may take cases.
    pub may_take: bool,
    /// Name of the commune whose cases alone are shown.
    pub place: Option<String>,
}

fn page_of(tx: &mut DbConn, ctx: &Ctx, query: &DeskQuery) -> Result<QueuePage> {
    if !query.is_search() {
        return cases::queue(tx, ctx, &query.params());
    }
    let asked = SearchQuery {
        q: Some(query.q.clone()),
        limit: None,
        cursor: given(&query.cursor),
    };
    search::search(tx, ctx, &asked)
}

/// Reads the desk of the caller.
pub fn look(tx: &mut DbConn, ctx: &Ctx, query: &DeskQuery) -> Result<Looked> {
    let may_assign = ctx.may(Right::AssignCase, Facts::Any);
    let own = ctx.actor.post.as_ref();
    let posts = match own.filter(|_| may_assign && ctx.may(Right::ReadPosts, Facts::Any)) {
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
    Ok(Looked {
        page: page_of(tx, ctx, query)?,
        counted: cases::counts(tx, ctx)?,
        posts,
        may_take: own.is_some() && (may_assign || ctx.may(Right::Investigate, Facts::Any)),
        actor: ctx.actor.clone(),
        place: given(&query.commune).map(|code| {
            let today = day_in_vietnam(ctx.now);
            let unit = ctx.world.places.unit_on(UnitLevel::Commune, &code, today);
            unit.map_or(code.clone(), |unit| unit.full_name.clone())
        }),
    })
}

/// Where those begin who keep the service: they see no cases.
fn elsewhere(role: ActorRole) -> Option<&'static str> {
    match role {
        ActorRole::Operator => Some("/operations"),
        ActorRole::Administrator => Some("/coverage"),
        _ => None,
    }
}

/// `GET /desk`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    query: Query<DeskQuery>,
) -> Result<HttpResponse> {
    let (query, now) = (query.into_inner(), state.clock.now());
    let asked = query.clone();
    let looked = state
        .read_as(sender, move |tx, ctx| match elsewhere(ctx.actor.role) {
            Some(home) => Ok(Err(home)),
            None => look(tx, ctx, &asked).map(Ok),
        })
        .await?;
    let looked = match looked {
        Ok(looked) => looked,
        Err(home) => return Ok(see(home)),
    };
    let nothing = (AssignForm::default(), Outcomes::default());
    Ok(drawn(
        &request,
        StatusCode::OK,
        now,
        query,
        &looked,
        nothing,
    ))
}

/// `GET /desk/list`: the list alone.
pub async fn show_list(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    query: Query<DeskQuery>,
) -> Result<HttpResponse> {
    let (query, now) = (query.into_inner(), state.clock.now());
    let asked = query.clone();
    let (page, can_pick, may_take) = state
        .read_as(sender, move |tx, ctx| {
            let may_assign = ctx.may(Right::AssignCase, Facts::Any);
            let has_post = ctx.actor.post.is_some();
            let may_take = has_post && (may_assign || ctx.may(Right::Investigate, Facts::Any));
            Ok((
                page_of(tx, ctx, &asked)?,
                may_assign && has_post || may_take,
                may_take,
            ))
        })
        .await?;
    let c = Chrome::of(&request);
    let list = list(c, now, &query, &page, (can_pick, may_take), &[]);
    Ok(list.c.ok(&list))
}
