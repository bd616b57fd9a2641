//! The page behind the link of a reminder: whether a post or an authority is reminded before a limit ends.
//!
//! Opening it changes nothing. One click of a mail program (RFC 8058) posts `List-Unsubscribe=One-Click`; the page has a
//! button that posts `action`. No cookie is looked at.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Bytes, Data, Path},
};
use askama::Template;
use url::form_urlencoded;

use super::{alert::written, form_page, page};
use crate::{
    api::extract::{Stranger, origin},
    app::AppState,
    error::{AppError, Result},
    service::opt_outs::{self, Standing},
    wording::{Text, pages},
};

#[derive(Template)]
#[template(path = "reminders.html", config = "src/web/askama.toml")]
struct RemindersPage {
    /// Post and authority.
    whose: String,
    /// Since when no early ones leave.
    stopped: Option<String>,
}

#[derive(Template)]
#[template(path = "said.html", config = "src/web/askama.toml")]
struct Said {
    heading: Text,
    text: Text,
}

/// `GET /reminders/{token}`.
pub async fn show(
    state: Data<AppState>,
    sender: Stranger,
    token: Path<String>,
) -> Result<HttpResponse> {
    let found = state
        .read_by_link(sender, move |tx, ctx| opt_outs::show(tx, ctx, &token))
        .await?;
    Ok(answer(StatusCode::OK, found))
}

/// `POST /reminders/{token}`: stops early reminders, or resumes them. Answered with the page and no redirect, as
/// programs that unsubscribe expect.
pub async fn change(
    state: Data<AppState>,
    request: HttpRequest,
    token: Path<String>,
    body: Bytes,
) -> Result<HttpResponse> {
    let sender = Stranger {
        origin: origin(&request),
    };
    let Some(stops) = asked(&request, &body) else {
        let found = state
            .read_by_link(sender, move |tx, ctx| opt_outs::show(tx, ctx, &token))
            .await?;
        return Ok(answer(StatusCode::UNPROCESSABLE_ENTITY, found));
    };
    let done = state
        .write_by_link(sender, move |tx, ctx| opt_outs::set(tx, ctx, &token, stops))
        .await;
    match done {
        Ok(found) => Ok(answer(StatusCode::OK, found)),
        Err(AppError::TooMany { limit, retry_after }) => {
            state.metrics.limited(limit);
            let said = Said {
                heading: pages::REMINDERS_TOO_OFTEN,
                text: pages::REMINDERS_TOO_OFTEN_TEXT,
            };
            let mut response = HttpResponse::TooManyRequests();
            response.insert_header((header::RETRY_AFTER, retry_after.max(1)));
            Ok(page(&mut response, &said))
        }
        Err(other) => Err(other),
    }
}

/// What is asked for: to stop, to resume, or nothing that can be understood.
fn asked(request: &HttpRequest, body: &[u8]) -> Option<bool> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        let text = String::from_utf8_lossy(body);
        let is_one_click = text.contains("\"List-Unsubscribe\"") && text.contains("One-Click");
        return is_one_click.then_some(true);
    }
    form_urlencoded::parse(body).find_map(|(name, value)| match (name.as_ref(), value.as_ref()) {
        ("List-Unsubscribe", "One-Click") | ("action", "stop") => Some(true),
        ("action", "resume") => Some(false),
        _ => None,
    })
}

fn answer(status: StatusCode, found: Option<Standing>) -> HttpResponse {
    let Some(standing) = found else {
        let gone = Said {
            heading: pages::REMINDERS_GONE,
            text: pages::REMINDERS_GONE_TEXT,
        };
        return page(&mut HttpResponse::NotFound(), &gone);
    };
    let whose: Vec<String> = standing
        .post
        .into_iter()
        .chain([standing.authority])
        .collect();
    let shown = RemindersPage {
        whose: whose.join(", "),
        stopped: standing.stopped.map(written),
    };
    form_page(&mut HttpResponse::build(status), &shown)
}
