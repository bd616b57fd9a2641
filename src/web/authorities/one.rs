//! `GET /authorities/{authority_id}`: one authority over time, how it is reached, and who changed it.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

use super::{Address, addresses};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Actor, Facts, Right},
        audit::Action,
        authority::Authority,
        contact::Contact,
        place::UnitLevel,
    },
    error::{AppError, Result},
    service::{
        Ctx,
        directory::{self, AuthorityDetail},
        posts,
    },
    store::conn::DbConn,
    web::chrome::Chrome,
    wording::{Text, audit, directory_page as words, labels},
};

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
    said: Option<Text>,
    shows_posts: bool,
    shows_roster: bool,
    may_change: bool,
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
    may_change: bool,
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
        may_change: directory::may_change(ctx, id),
        places: detail.rows.iter().map(place).collect(),
        detail,
        contacts,
    })
}

/// What was done before.
#[derive(Deserialize)]
pub struct SaidQuery {
    #[serde(default)]
    said: String,
}

/// `GET /authorities/{authority_id}`.
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
        may_change: looked.may_change,
        said: (query.said == "changed").then_some(words::SAID_CHANGED),
        versions: versions.collect(),
        contacts,
        changes: changes.collect(),
        c,
    };
    Ok(page.c.ok(&page))
}
