//! `/demo`: who do you want to be? A newcomer is signed in as one of the persons of the demo by one button. There is such a
//! page in the demo alone, whose data are invented and whose database is its own.

use std::{
    fs,
    path::{Path as FilePath, PathBuf},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Form, block},
};
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;

use super::{
    chrome::{Chrome, see},
    mailbox,
};
use crate::{
    api::cookies,
    app::AppState,
    demo::guests,
    domain::{access::ActorRole, account::session::Proof},
    error::{AppError, Result},
    service::{
        accounts::{person, sessions},
        standings,
    },
    store::accounts,
    wording::{demo_page as words, labels},
};

/// A person to be.
struct Guest {
    email: String,
    name: String,
    capacity: String,
    role: &'static str,
    what: &'static str,
}

/// One turn of a whole case, from the death on a building site to its end.
struct Turn {
    role: &'static str,
    does: &'static str,
    /// Who does it; nobody in particular where the mail is enough.
    email: Option<String>,
    name: &'static str,
    /// Where it begins.
    to: &'static str,
}

#[derive(Template)]
#[template(path = "demo.html", config = "src/web/askama.toml")]
struct DemoPage {
    c: Chrome,
    turns: Vec<Turn>,
    guests: Vec<Guest>,
    /// What time it is.
    now: String,
    /// Days by which the clock can be moved on.
    leaps: Vec<i64>,
}

/// `GET /demo`.
pub async fn show(state: Data<AppState>, request: HttpRequest) -> Result<HttpResponse> {
    let c = Chrome::of(&request);
    let now = state.clock.now();
    let found = state
        .write_open(move |tx, world| {
            let mut found = Vec::new();
            for email in guests::addresses() {
                let Some(account) = accounts::find_by_email(tx, email)? else {
                    continue;
                };
                let held = standings::of(tx, world, &person(&account), now)?;
                found.extend(held.into_iter().map(|(_, actor)| (account.clone(), actor)));
            }
            Ok((found, Vec::new()))
        })
        .await?;
    let turn = |role, does, to| {
        let who = found.iter().find(|(_, actor)| actor.role == role);
        Turn {
            role: c.t(labels::actor(role)),
            does: c.t(does),
            // The alert is answered from the mail: by its link, without an account.
            email: who
                .filter(|_| role != ActorRole::Police)
                .map(|(account, _)| account.email.clone()),
            name: c.t(match role {
                ActorRole::Police => words::TO_MAILBOX,
                _ => words::BEGIN,
            }),
            to,
        }
    };
    let turns = vec![
        turn(ActorRole::Employer, words::TURN_EMPLOYER, "/notice"),
        turn(ActorRole::Police, words::TURN_POLICE, "/mailbox"),
        turn(ActorRole::Inspector, words::TURN_INSPECTOR, "/desk"),
        turn(ActorRole::Commune, words::TURN_COMMUNE, "/commune/record"),
    ];
    let guests = found.into_iter().map(|(account, actor)| Guest {
        email: account.email,
        name: account.full_name,
        capacity: actor.name,
        role: c.t(labels::actor(actor.role)),
        what: c.t(match actor.role {
            ActorRole::Employer => words::EMPLOYER_DOES,
            ActorRole::Commune => words::COMMUNE_DOES,
            ActorRole::Inspector => words::INSPECTOR_DOES,
            ActorRole::Police => words::POLICE_DOES,
            ActorRole::Administrator => words::ADMINISTRATOR_DOES,
            _ => words::OPERATOR_DOES,
        }),
    });
    let page = DemoPage {
        turns,
        guests: guests.collect(),
        now: c.exact(now),
        leaps: LEAPS.to_vec(),
        c,
    };
    Ok(page.c.ok(&page))
}

/// How far the clock can be moved on at once, in days.
const LEAPS: [i64; 5] = [1, 3, 10, 30, 90];

/// Where the demo notes by how many seconds its clock is ahead, beside the folder of its mails.
pub fn clock_file(mails: &FilePath) -> PathBuf {
    mails.with_file_name("clock")
}

/// How far somebody moves the clock on.
#[derive(Deserialize)]
pub struct LeapForm {
    days: i64,
}

/// `POST /demo/clock`: what takes months is played in minutes. Whoever is signed in is not any more, as after any
/// such time.
pub async fn leap(
    state: Data<AppState>,
    request: HttpRequest,
    mails: Data<mailbox::Folder>,
    form: Form<LeapForm>,
) -> Result<HttpResponse> {
    if cookies::is_foreign(&request) {
        return Err(AppError::OtherSite);
    }
    let days = form.into_inner().days;
    if LEAPS.contains(&days) {
        let ahead = state.clock.offset_seconds() + days * 24 * 3600;
        let file = clock_file(&mails.0);
        // Noted first: the demo does not go back in time when it is started again.
        let noted = block(move || fs::write(file, ahead.to_string())).await;
        noted
            .map_err(AppError::internal)?
            .map_err(AppError::internal)?;
        state.clock.move_on(TimeDelta::days(days));
    }
    Ok(see("/demo#clock"))
}

/// Whom somebody wants to be.
#[derive(Deserialize)]
pub struct EnterForm {
    email: String,
    /// Where they begin; each role has its own first page where that is none of [`FIRST_PAGES`].
    #[serde(default)]
    to: String,
}

/// Where somebody may begin besides the first page of their role.
const FIRST_PAGES: [&str; 3] = ["/notice", "/desk", "/commune/record"];

/// `POST /demo`: a session for that person, as if they had shown a passkey.
pub async fn enter(
    state: Data<AppState>,
    request: HttpRequest,
    form: Form<EnterForm>,
) -> Result<HttpResponse> {
    if cookies::is_foreign(&request) {
        return Err(AppError::OtherSite);
    }
    let EnterForm { email, to } = form.into_inner();
    if !guests::addresses().contains(&email.as_str()) {
        return Err(AppError::NotFound("guest"));
    }
    let now = state.clock.now();
    let opened = state
        .write_open(move |tx, world| {
            let account = accounts::find_by_email(tx, &email)?;
            let account = account.ok_or(AppError::NotFound("guest"))?;
            let held = standings::of(tx, world, &person(&account), now)?;
            let opened = sessions::begin(tx, &account, Proof::Passkey, held, None, now)?;
            Ok((opened, Vec::new()))
        })
        .await?;
    let mut response = HttpResponse::SeeOther();
    cookies::give_session(&mut response, &state, &opened.secret);
    let role = opened.standings.first().map(|(_, actor)| actor.role);
    let chosen = FIRST_PAGES.into_iter().find(|page| *page == to);
    let to = chosen.unwrap_or(match role {
        Some(ActorRole::Operator) => "/operations",
        Some(ActorRole::Administrator) => "/coverage",
        _ => "/desk",
    });
    Ok(response.insert_header((header::LOCATION, to)).finish())
}
