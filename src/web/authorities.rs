//! `/authorities`: the directory. Who holds which role where, and how they are reached; it is changed over the API and by
//! imports, each with its reason.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

use super::{
    chrome::Chrome,
    fields::{Choice, Control, Field, Typed},
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Actor, Facts, Right},
        audit::Action,
        authority::{Authority, Role},
        contact::Contact,
        place::UnitLevel,
    },
    error::{AppError, Result},
    service::{
        Ctx,
        directory::{self, AuthoritiesPage, AuthoritiesQuery, AuthorityDetail},
        places, posts,
    },
    store::conn::DbConn,
    time::day_in_vietnam,
    wording::{audit, directory_page as words, labels},
};

/// Most places that are offered.
const MOST: usize = 8;

/// An address, and whether mail to it came back.
struct Address {
    text: String,
    is_returned: bool,
}

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

fn addresses(row: &Authority, is_returned: impl Fn(&str) -> bool) -> Vec<Address> {
    let address = |email: &String| Address {
        is_returned: is_returned(email),
        text: email.clone(),
    };
    row.emails.iter().map(address).collect()
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
        c,
    };
    Ok(page.c.ok(&page))
}

/// A row of an authority.
struct Version {
    lasts: String,
    name: String,
    role: &'static str,
    place: String,
    addresses: Vec<Address>,
    phone: String,
    above: Option<String>,
}

struct Reached {
    name: String,
    address: String,
    phone: Option<String>,
    said: String,
}

struct Changed {
    at: String,
    machine: String,
    what: &'static str,
    by: String,
}

#[derive(Template)]
#[template(path = "authority.html", config = "src/web/askama.toml")]
struct AuthorityPage {
    c: Chrome,
    id: String,
    name: String,
    shows_posts: bool,
    shows_roster: bool,
    versions: Vec<Version>,
    /// Further contacts; nothing for whoever may not read them.
    contacts: Option<Vec<Reached>>,
    changes: Vec<Changed>,
}

struct Looked {
    actor: Actor,
    detail: AuthorityDetail,
    contacts: Option<Vec<Contact>>,
    /// Names of the places of its rows.
    places: Vec<String>,
    shows_posts: bool,
    shows_roster: bool,
}

fn look(tx: &mut DbConn, ctx: &Ctx, id: &str) -> Result<Looked> {
    let detail = directory::show(tx, ctx, id)?;
    let may_change = ctx.may(Right::ManageDirectory, Facts::Any);
    let contacts = match may_change.then(|| directory::list_contacts(tx, ctx, id)) {
        None | Some(Err(AppError::NotFound(_) | AppError::Forbidden(_))) => None,
        Some(found) => Some(found?),
    };
    let place = |row: &Authority| {
        let level = UnitLevel::of_code(&row.territory_code);
        let unit = level.and_then(|level| {
            let places = &ctx.world.places;
            places
                .unit_on(level, &row.territory_code, row.valid_from)
                .ok()
        });
        unit.map_or_else(|| row.territory_code.clone(), |unit| unit.full_name.clone())
    };
    Ok(Looked {
        actor: ctx.actor.clone(),
        shows_posts: posts::may_in(ctx, Right::ReadPosts, id),
        shows_roster: posts::may_in(ctx, Right::ReadRoster, id),
        places: detail.rows.iter().map(place).collect(),
        detail,
        contacts,
    })
}

/// `GET /authorities/{authority_id}`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let looked = state
        .read_as(sender, move |tx, ctx| look(tx, ctx, &id))
        .await?;
    let c = Chrome::of(&request).with(&looked.actor);
    let detail = &looked.detail;
    let day = |day: chrono::NaiveDate| day.format("%d/%m/%Y").to_string();
    let versions = detail.rows.iter().zip(&looked.places).map(|(row, place)| {
        // The law names the last day, the row the first one behind it.
        let last = row.valid_to.and_then(|end| end.pred_opt());
        let to = last.map_or_else(|| c.t(words::OPEN_END).to_owned(), day);
        Version {
            lasts: format!("{} – {to}", day(row.valid_from)),
            name: row.name.clone(),
            role: c.t(labels::role(row.role)),
            place: place.clone(),
            addresses: addresses(row, |email| detail.marks.contains_key(email)),
            phone: row.phone.clone(),
            above: row.escalates_to.clone(),
        }
    });
    let contacts = looked.contacts.as_ref().map(|contacts| {
        let reached = contacts.iter().map(|one| Reached {
            name: one.name.clone(),
            address: one.address.clone(),
            phone: one.phone.clone(),
            said: match one.verified_at {
                Some(at) => format!("{} {}", c.t(words::VERIFIED), c.exact(at)),
                None => c.t(words::NEVER).to_owned(),
            },
        });
        reached.collect()
    });
    let changes = detail.changes.iter().map(|row| Changed {
        at: c.exact(row.happened_at),
        machine: c.machine(row.happened_at),
        what: c.t(audit::action_text(Action::parse(&row.action))),
        by: row.actor_name.clone(),
    });
    let last = detail.rows.last();
    let page = AuthorityPage {
        id: last.map(|row| row.authority_id.clone()).unwrap_or_default(),
        name: last.map(|row| row.name.clone()).unwrap_or_default(),
        shows_posts: looked.shows_posts,
        shows_roster: looked.shows_roster,
        versions: versions.collect(),
        contacts,
        changes: changes.collect(),
        c,
    };
    Ok(page.c.ok(&page))
}
