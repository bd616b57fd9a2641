//! Looking a receipt up by its number, and the first page.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use serde::Deserialize;

use super::{
    chrome::{Chrome, see},
    fields::{Control, Field, Summary, Typed},
    help::{self, Topic},
    visitor::{frame, visitor},
};
use crate::{
    api::extract::{Credentials, Stranger},
    app::AppState,
    domain::limits::RECEIPTS_MISSED_FROM_ADDRESS,
    error::{AppError, Result},
    service::intake::receipts,
    wording::{chrome as chrome_words, notice_page as words, problems::problem},
};

#[derive(Template)]
#[template(path = "status.html", config = "src/web/askama.toml")]
struct StatusPage {
    c: Chrome,
    summary: Summary,
    number: Field,
}

fn page(c: Chrome, typed: &Typed) -> StatusPage {
    let number = typed.field(&c, "number", c.t(words::NUMBER), Control::Line("text"));
    let number = number.hint(c.t(words::STATUS_HINT)).fills("off").max(40);
    StatusPage {
        summary: typed.summary(&c, [&number]),
        number,
        c,
    }
}

/// `GET /status`.
pub async fn show(request: HttpRequest) -> HttpResponse {
    let page = page(Chrome::of(&request), &Typed::default());
    page.c.ok(&page)
}

/// A number.
#[derive(Deserialize)]
pub struct StatusForm {
    #[serde(default)]
    number: String,
}

/// `POST /status`: on to the page of the receipt. Who asks for numbers of nobody is counted.
pub async fn look_up(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Stranger,
    form: Form<StatusForm>,
) -> Result<HttpResponse> {
    let typed = form.into_inner().number;
    let asker = receipts::asker(&sender.origin);
    let number = typed.clone();
    let found = state
        .read_by_link(sender, move |tx, ctx| receipts::find(tx, ctx, &number))
        .await;
    let (status, said) = match found {
        Ok(address) => return Ok(see(&format!("/notice/{address}"))),
        Err(AppError::ReceiptMistyped) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            problem("receipt_mistyped").unwrap_or(words::NO_SUCH_NUMBER),
        ),
        Err(AppError::NotFound(_)) => {
            state.take(&RECEIPTS_MISSED_FROM_ADDRESS, asker).await?;
            (StatusCode::NOT_FOUND, words::NO_SUCH_NUMBER)
        }
        Err(other) => return Err(other),
    };
    let c = Chrome::of(&request);
    let mut shown = Typed::new([("number".to_owned(), typed)]);
    shown.wrong("number", c.t(said));
    let page = page(c, &shown);
    Ok(page.c.page(status, &page))
}

#[derive(Template)]
#[template(path = "start.html", config = "src/web/askama.toml")]
struct StartPage {
    c: Chrome,
    topics: &'static [Topic],
}

/// `GET /`: the ways in.
pub async fn start(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Option<Credentials>,
) -> Result<HttpResponse> {
    let visitor = visitor(&state, sender).await?;
    let page = StartPage {
        c: frame(&request, visitor.as_ref()),
        topics: help::TOPICS,
    };
    Ok(page.c.ok(&page))
}
