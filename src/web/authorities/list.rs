//! `GET /authorities`: who holds which role where, found by place and role.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;

use super::{Address, addresses};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Actor, Facts, Right},
        authority::{Authority, Role},
        place::UnitLevel,
    },
    error::Result,
    service::{
        Ctx,
        directory::{self, AuthoritiesPage, AuthoritiesQuery},
        places,
    },
    store::conn::DbConn,
    time::day_in_vietnam,
    web::{
        chrome::Chrome,
        fields::{Choice, Control, Field, Typed},
    },
    wording::{directory_page as words, labels},
};

/// Most places that are offered.
const MOST: usize = 8;

struct Line {
    id: String,
    name: String,
    role: &'static str,
    phone: String,
    addresses: Vec<Address>,
}

#[derive(Template)]
#[template(path = "authorities.html", config = "src/web/askama.toml")]
struct ListPage {
    c: Chrome,
    role: Field,
    place: Field,
    /// Places that fit what was typed: name and address.
    offered: Vec<(String, String)>,
    /// Of which place the list is.
    here: Option<String>,
    lines: Vec<Line>,
    next: Option<String>,
    may_add: bool,
}

/// What is asked for.
#[derive(Clone, Deserialize)]
pub struct DirectoryQuery {
    #[serde(default)]
    role: String,
    /// As it was typed.
    #[serde(default)]
    place: String,
    /// The code of a place that was chosen.
    #[serde(default)]
    territory: String,
    #[serde(default)]
    cursor: String,
}

struct Found {
    actor: Actor,
    offered: Vec<(String, String)>,
    here: Option<String>,
    page: AuthoritiesPage,
    territory: String,
    may_add: bool,
}

fn find(tx: &mut DbConn, ctx: &Ctx, query: &DirectoryQuery) -> Result<Found> {
    ctx.require(Right::ReadDirectory)?;
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut territory = query.territory.trim().to_owned();
    let mut offered = Vec::new();
    if territory.is_empty() && !query.place.trim().is_empty() {
        let (communes, _) = places::communes(ctx, query.place.trim(), MOST)?;
        offered = communes
            .into_iter()
            .map(|one| (one.code, one.name))
            .collect();
        if let [(code, _)] = offered.as_slice() {
            territory.clone_from(code);
            offered.clear();
        }
    }
    let asked = AuthoritiesQuery {
        role: some(&query.role),
        territory: some(&territory),
        day: None,
        limit: None,
        cursor: some(&query.cursor),
    };
    let today = day_in_vietnam(ctx.now);
    let level = UnitLevel::of_code(&territory);
    let here = level.and_then(|level| ctx.world.places.unit_on(level, &territory, today).ok());
    Ok(Found {
        actor: ctx.actor.clone(),
        here: here.map(|unit| unit.full_name.clone()),
        page: directory::list(tx, ctx, &asked)?,
        may_add: ctx.may(Right::ManageDirectory, Facts::Any),
        offered,
        territory,
    })
}

fn line(c: &Chrome, page: &AuthoritiesPage, row: &Authority) -> Line {
    Line {
        id: row.authority_id.clone(),
        name: row.name.clone(),
        role: c.t(labels::role(row.role)),
        phone: row.phone.clone(),
        addresses: addresses(row, |email| page.marks.contains_key(email)),
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// `GET /authorities`.
pub async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    query: Query<DirectoryQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let asked = query.clone();
    let found = state
        .read_as(sender, move |tx, ctx| find(tx, ctx, &asked))
        .await?;
    let c = Chrome::of(&request).with(&found.actor);
    let mut typed = Typed::new([
        ("role".to_owned(), query.role.clone()),
        ("place".to_owned(), query.place.clone()),
    ]);
    let is_unknown =
        !query.place.trim().is_empty() && found.offered.is_empty() && found.territory.is_empty();
    if is_unknown {
        typed.wrong("place", c.t(words::NO_SUCH_PLACE));
    }
    let all = Choice {
        value: String::new(),
        label: c.t(words::ALL).to_owned(),
    };
    let roles = Role::ALL.iter().map(|role| Choice {
        value: role.to_string(),
        label: c.t(labels::role(*role)).to_owned(),
    });
    let plain = |field: Field| Field {
        required: false,
        optional: "",
        ..field
    };
    let roles = Control::Select([all].into_iter().chain(roles).collect());
    let of_role = encoded(&query.role);
    let offered = found.offered.iter().map(|(code, name)| {
        (
            name.clone(),
            format!("/authorities?role={of_role}&territory={code}"),
        )
    });
    let is_chosen = found.offered.is_empty() && !is_unknown;
    let next = found.page.next.as_ref().map(|cursor| {
        let territory = &found.territory;
        format!(
            "/authorities?role={of_role}&territory={territory}&cursor={}",
            encoded(cursor)
        )
    });
    let lines = found
        .page
        .items
        .iter()
        .map(|row| line(&c, &found.page, row));
    let page = ListPage {
        role: plain(typed.field(&c, "role", c.t(words::ROLE), roles)),
        place: plain(
            typed
                .line(&c, "place", &words::PLACE)
                .hint(c.t(words::PLACE_HINT))
                .max(200),
        ),
        offered: offered.collect(),
        here: found.here.clone(),
        lines: if is_chosen {
            lines.collect()
        } else {
            Vec::new()
        },
        next: next.filter(|_| is_chosen),
        may_add: found.may_add,
        c,
    };
    Ok(page.c.ok(&page))
}
