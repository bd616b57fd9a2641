//! The page behind the link of a monthly test: the same questions as for a real alert, and nothing of any case.
//!
//! As there, GET answers nothing, and it works without script.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use askama::Template;

use super::{
    alert::{Entry, TakenLine, entries, gone, written},
    form_page,
};
use crate::{
    api::extract::{Stranger, origin},
    app::AppState,
    domain::acknowledgement::{Typed, Wrong},
    error::Result,
    service::canaries::{self, LinkedCanary},
    store::outbox,
};

#[derive(Template)]
#[template(path = "canary.html", config = "src/web/askama.toml")]
struct CanaryPage {
    month: String,
    authority: String,
    answer_by: String,
    /// Who answered.
    taken: Option<TakenLine>,
    /// The form, while nobody has.
    entries: Vec<Entry>,
}

/// The test that a link opens, with what was typed and is wrong; that it opens nothing where it is no test either.
pub(super) async fn shown(
    state: &AppState,
    request: &HttpRequest,
    secret: &str,
    (typed, wrong): (Typed, Option<Wrong>),
) -> Result<HttpResponse> {
    let sender = Stranger {
        origin: origin(request),
    };
    let secret = secret.to_owned();
    let found = state
        .read_by_link(sender, move |tx, ctx| {
            canaries::behind_link(tx, &ctx.keys, &secret, ctx.now)
        })
        .await?;
    let Some(linked) = found else {
        return Ok(gone());
    };
    let (message, now) = (linked.message.clone(), state.clock.now());
    if !linked.is_opened {
        state
            .db
            .write(move |tx| Ok(outbox::note_opened(tx, &message, now)?))
            .await?;
    }
    let status = match wrong {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = view(linked, entries(&typed, wrong));
    Ok(form_page(&mut HttpResponse::build(status), &page))
}

fn view(linked: LinkedCanary, entries: Vec<Entry>) -> CanaryPage {
    let LinkedCanary {
        canary, officer, ..
    } = linked;
    let at = canary.outcome.map(|(_, at)| written(at));
    CanaryPage {
        month: canary.month.format("%m/%Y").to_string(),
        authority: canary.authority.name,
        answer_by: written(canary.answer_by),
        taken: officer.map(|officer| TakenLine {
            at: at.unwrap_or_default(),
            officer: Some(officer),
        }),
        entries,
    }
}
