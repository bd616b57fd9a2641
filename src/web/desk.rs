//! `/desk`: the queue of whoever is signed in. What is overdue and what is due stands first, in words.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::{
    chrome::Chrome,
    desk_assign::{AssignForm, Outcomes},
    desk_lines::{Group, groups},
    fields::Choice,
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Actor, Facts, Right},
        case::{CaseStatus, views::QueueView},
        classify::CaseClass,
    },
    error::Result,
    service::{
        Ctx,
        cases::{self, Counted, QueuePage, QueueParams},
        posts::{self, PostDetail, PostsQuery},
        search::{self, SearchQuery},
    },
    store::conn::DbConn,
    wording::{desk_page as words, labels},
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
    fn is_search(&self) -> bool {
        !self.q.trim().is_empty()
    }

    fn params(&self) -> QueueParams {
        let view = given(&self.view);
        let open = || view.is_none().then(|| "open".to_owned());
        QueueParams {
            status: given(&self.status).or_else(open),
            class: given(&self.class),
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
    actor: Actor,
    counted: Vec<Counted>,
    page: QueuePage,
    posts: Vec<PostDetail>,
    may_take: bool,
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
    })
}

/// A view with how many cases it holds.
struct Figure {
    href: String,
    label: &'static str,
    shown: String,
    tone: &'static str,
    is_here: bool,
}

/// The list alone, as the script fetches it while somebody types.
#[derive(Template)]
#[template(path = "desk_list.html", config = "src/web/askama.toml")]
pub struct ListView {
    c: Chrome,
    heading: String,
    found: String,
    is_search: bool,
    groups: Vec<Group>,
    can_pick: bool,
    next: Option<String>,
    first: Option<String>,
}

#[derive(Template)]
#[template(path = "desk.html", config = "src/web/askama.toml")]
struct DeskPage {
    c: Chrome,
    query: DeskQuery,
    figures: Vec<Figure>,
    classes: Vec<Choice>,
    states: Vec<Choice>,
    is_filtered: bool,
    list: ListView,
    posts: Vec<Choice>,
    may_take: bool,
    form: AssignForm,
    outcomes: Outcomes,
    done: Option<String>,
}

fn heading(c: &Chrome, query: &DeskQuery) -> String {
    if query.is_search() {
        return c.t(words::RESULTS).to_owned();
    }
    match QueueView::parse(&query.view) {
        Some(view) => c.t(labels::view(view)).to_owned(),
        None => c.t(words::ALL_OPEN).to_owned(),
    }
}

fn list(
    c: Chrome,
    now: DateTime<Utc>,
    query: &DeskQuery,
    page: &QueuePage,
    picks: (bool, bool),
    picked: &[String],
) -> ListView {
    let text = match page.next {
        Some(_) => words::FOUND_MORE,
        None => words::FOUND,
    };
    let (can_pick, may_take) = picks;
    ListView {
        heading: heading(&c, query),
        found: c.t(text).replace("{count}", &page.items.len().to_string()),
        is_search: query.is_search(),
        groups: groups(&c, &page.items, now, query.is_search(), may_take, picked),
        can_pick,
        next: page.next.as_deref().map(|next| query.href(Some(next))),
        first: (!query.cursor.is_empty()).then(|| query.href(None)),
        c,
    }
}

/// Draws the desk.
pub fn drawn(
    request: &HttpRequest,
    status: StatusCode,
    now: DateTime<Utc>,
    query: DeskQuery,
    looked: &Looked,
    said: (AssignForm, Outcomes),
) -> HttpResponse {
    let c = Chrome::of(request).with(&looked.actor);
    let figure = |counted: &Counted| {
        let tone = match counted.view {
            QueueView::Overdue if counted.count > 0 => "alarm",
            _ => "",
        };
        Figure {
            href: format!("/desk?view={}", counted.view),
            label: c.t(labels::view(counted.view)),
            shown: format!("{}{}", counted.count, if counted.more { "+" } else { "" }),
            tone,
            is_here: query.view == counted.view.as_str() && !query.is_search(),
        }
    };
    // What is late, then what is due, then whose it is.
    let urgent = |counted: &&Counted| match counted.view {
        QueueView::Overdue => 0,
        QueueView::DueThisWeek => 1,
        _ => 2,
    };
    let mut counted: Vec<&Counted> = looked.counted.iter().collect();
    counted.sort_by_key(urgent);
    let figures = counted.into_iter().map(figure).collect();
    let any = |label: &str| Choice {
        value: String::new(),
        label: label.to_owned(),
    };
    let classes = CaseClass::ALL.iter().map(|class| Choice {
        value: class.to_string(),
        label: c.t(labels::class(*class)).to_owned(),
    });
    let states = CaseStatus::ALL
        .iter()
        .filter(|one| !matches!(one, CaseStatus::Draft));
    let states = states.map(|status| Choice {
        value: status.to_string(),
        label: c.t(labels::status(*status)).to_owned(),
    });
    let open = looked
        .posts
        .iter()
        .filter(|one| one.post.ended_at.is_none());
    let posts = open.map(|one| Choice {
        value: one.post.id.to_string(),
        label: format!(
            "{} · {}",
            one.post.name,
            c.t(words::OPEN_CASES)
                .replace("{count}", &one.open_cases.to_string())
        ),
    });
    let posts: Vec<Choice> = posts.collect();
    let (form, outcomes) = said;
    let can_pick = !posts.is_empty() || looked.may_take;
    let inner = Chrome::of(request).with(&looked.actor);
    let picks = (can_pick, looked.may_take);
    let page = DeskPage {
        list: list(inner, now, &query, &looked.page, picks, &form.picked),
        figures,
        classes: std::iter::once(any(c.t(words::ANY)))
            .chain(classes)
            .collect(),
        states: std::iter::once(any(c.t(words::ANY)))
            .chain(states)
            .collect(),
        is_filtered: !query.class.is_empty() || !query.status.is_empty(),
        posts,
        may_take: looked.may_take,
        form,
        outcomes,
        done: query
            .done
            .parse::<u32>()
            .ok()
            .map(|done| c.t(words::DONE).replace("{count}", &done.to_string())),
        query,
        c,
    };
    page.c.page(status, &page)
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
        .read_as(sender, move |tx, ctx| look(tx, ctx, &asked))
        .await?;
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
