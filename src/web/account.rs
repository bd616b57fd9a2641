//! The pages behind the links of accounts: to confirm an address, to choose a password.
//!
//! Opening a link changes nothing, so that programs that look into mails do no harm: each page has
//! a button, and only that does something. The secret of the link is all that the form needs; no
//! cookie is looked at.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Form, Path},
};
use askama::Template;
use serde::Deserialize;

use super::form_page;
use crate::{
    api::{accounts::reset_password, cookies, extract::origin},
    app::AppState,
    config::Secret,
    error::{AppError, Result},
    service::accounts::links,
    wording::{Text, faults::fault, pages},
};

#[derive(Template)]
#[template(path = "account.html", config = "src/web/askama.toml")]
struct AccountPage {
    heading: Text,
    text: Text,
    /// Asks for a new password.
    password: bool,
    /// The button; none where nothing is left to do.
    button: Option<Text>,
    /// What was wrong with the last try.
    wrong: Option<Text>,
}

impl AccountPage {
    fn proof() -> Self {
        Self {
            heading: pages::PROVE,
            text: pages::PROVE_TEXT,
            password: false,
            button: Some(pages::PROVE_BUTTON),
            wrong: None,
        }
    }

    fn reset(wrong: Option<Text>) -> Self {
        Self {
            heading: pages::RESET,
            text: pages::RESET_TEXT,
            password: true,
            button: Some(pages::RESET_BUTTON),
            wrong,
        }
    }

    fn done(heading: Text, text: Text) -> Self {
        Self {
            heading,
            text,
            password: false,
            button: None,
            wrong: None,
        }
    }

    fn gone() -> Self {
        Self::done(pages::LINK_GONE, pages::LINK_GONE_TEXT)
    }
}

fn answer(status: StatusCode, page: &AccountPage) -> HttpResponse {
    form_page(&mut HttpResponse::build(status), page)
}

async fn shown(
    state: &AppState,
    secret: String,
    to_set_password: bool,
    page: AccountPage,
) -> Result<HttpResponse> {
    let now = state.clock.now();
    let is_good = state
        .db
        .read(move |tx| links::is_good(tx, &secret, to_set_password, now))
        .await?;
    Ok(match is_good {
        true => answer(StatusCode::OK, &page),
        false => answer(StatusCode::NOT_FOUND, &AccountPage::gone()),
    })
}

/// `GET /account/proof/{secret}`.
pub async fn show_proof(state: Data<AppState>, secret: Path<String>) -> Result<HttpResponse> {
    shown(&state, secret.into_inner(), false, AccountPage::proof()).await
}

/// `POST /account/proof/{secret}`: the address is confirmed.
pub async fn prove(
    state: Data<AppState>,
    request: HttpRequest,
    secret: Path<String>,
) -> Result<HttpResponse> {
    let (from, now) = (origin(&request), state.clock.now());
    let proven = state
        .write_open(move |tx, _| Ok(((), links::prove_email(tx, &secret, &from, now)?)))
        .await;
    match proven {
        Ok(()) => Ok(answer(
            StatusCode::OK,
            &AccountPage::done(pages::PROVEN, pages::PROVEN_TEXT),
        )),
        Err(AppError::Conflict(_)) => Ok(answer(StatusCode::NOT_FOUND, &AccountPage::gone())),
        Err(other) => Err(other),
    }
}

/// `GET /account/reset/{secret}`.
pub async fn show_reset(state: Data<AppState>, secret: Path<String>) -> Result<HttpResponse> {
    shown(&state, secret.into_inner(), true, AccountPage::reset(None)).await
}

/// A new password, typed twice.
#[derive(Deserialize)]
pub struct ResetForm {
    password: String,
    again: String,
}

/// `POST /account/reset/{secret}`: the password is set.
pub async fn reset(
    state: Data<AppState>,
    request: HttpRequest,
    secret: Path<String>,
    form: Form<ResetForm>,
) -> Result<HttpResponse> {
    let ResetForm { password, again } = form.into_inner();
    if password != again {
        let page = AccountPage::reset(Some(pages::NOT_THE_SAME));
        return Ok(answer(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let secret = Secret::new(secret.into_inner());
    match reset_password(&state, secret, Secret::new(password), origin(&request)).await {
        Ok(device) => {
            let mut response = HttpResponse::Ok();
            cookies::give_device(&mut response, &state, &device);
            let page = AccountPage::done(pages::RESET_DONE, pages::RESET_DONE_TEXT);
            Ok(form_page(&mut response, &page))
        }
        Err(AppError::Invalid(faults)) => {
            let wrong = faults.first().and_then(|one| fault(one.code.as_str()));
            let page = AccountPage::reset(wrong);
            Ok(answer(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(AppError::Conflict(_)) => Ok(answer(StatusCode::NOT_FOUND, &AccountPage::gone())),
        Err(other) => Err(other),
    }
}

/// A form that cannot be read: too large, or not the one of the page.
pub fn bad_form(
    error: actix_web::error::UrlencodedError,
    _request: &HttpRequest,
) -> actix_web::Error {
    let mut response = HttpResponse::UnprocessableEntity();
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    let page = AccountPage::done(pages::BAD_FORM, pages::BAD_FORM_TEXT);
    let response = form_page(&mut response, &page);
    actix_web::error::InternalError::from_response(error, response).into()
}
