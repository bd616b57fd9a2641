//! What went wrong, as a page: whoever reads with a browser is not shown JSON. Programs are; they ask for no HTML.

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header},
    middleware::Next,
    web::Bytes,
};
use askama::Template;
use url::form_urlencoded;

use super::chrome::{Chrome, see};
use crate::{
    api::{cookies, refusals::RefusedAs},
    wording::{Text, chrome as words, problems::problem},
};

#[derive(Template)]
#[template(path = "failure.html", config = "src/web/askama.toml")]
struct FailurePage {
    c: Chrome,
    heading: Text,
    text: Text,
    /// Where to go from here.
    to: &'static str,
    to_text: Text,
}

/// A form that came too late: its session has ended. It is shown again, to be sent once somebody has signed in.
#[derive(Template)]
#[template(path = "late.html", config = "src/web/askama.toml")]
struct LatePage {
    c: Chrome,
    action: String,
    typed: Vec<(String, String)>,
}

/// Where people type for long, and only those who are signed in.
const TYPED_FOR_LONG: [&str; 7] = [
    "/authorities/",
    "/cases/",
    "/commune/",
    "/declarations/",
    "/desk/",
    "/law/",
    "/posts/",
];

/// Turns the problem of a page into a page. Whoever is not signed in is sent to sign in, and comes back; what they sent
/// comes back with them.
pub async fn as_page(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let wants = wants_page(request.request());
    let mut typed = None;
    if wants && is_typed_for_long(request.request()) {
        let body = request.extract::<Bytes>().await?;
        request.set_payload(Payload::from(body.clone()));
        typed = Some(body);
    }
    let answer = next.call(request).await?.map_into_boxed_body();
    let is_problem = answer
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json");
    if !wants || !is_problem {
        return Ok(answer);
    }
    let status = answer.status();
    let refused = answer.response().extensions().get::<RefusedAs>().cloned();
    let request = answer.request().clone();
    let code = refused.as_ref().map_or("internal", RefusedAs::code);
    let mut page = match typed.filter(|_| code == "unauthenticated") {
        Some(typed) => late(&request, &typed),
        None => shown(&request, status, code),
    };
    for kept in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = answer.headers().get(&kept) {
            page.headers_mut().insert(kept, value.clone());
        }
    }
    if let Some(refused) = refused {
        page.extensions_mut().insert(refused);
    }
    Ok(answer.into_response(page))
}

/// Of another site's page nothing is kept: whoever signs in would send it as their own.
fn is_typed_for_long(request: &HttpRequest) -> bool {
    request.method() == Method::POST
        && TYPED_FOR_LONG
            .iter()
            .any(|path| request.path().starts_with(path))
        && !cookies::is_foreign(request)
}

fn late(request: &HttpRequest, typed: &[u8]) -> HttpResponse {
    let page = LatePage {
        c: Chrome::of(request),
        action: request.path().to_owned(),
        typed: form_urlencoded::parse(typed).into_owned().collect(),
    };
    page.c.page(StatusCode::UNAUTHORIZED, &page)
}

fn wants_page(request: &HttpRequest) -> bool {
    let takes = request.headers().get(header::ACCEPT);
    let takes = takes.and_then(|value| value.to_str().ok()).unwrap_or("");
    takes.contains("text/html") && !request.path().starts_with("/api/")
}

fn shown(request: &HttpRequest, status: StatusCode, code: &str) -> HttpResponse {
    if status == StatusCode::UNAUTHORIZED && code == "unauthenticated" {
        // What was typed into a form stays in the browser's history; only a page can be gone back to.
        let to = match *request.method() {
            Method::GET => request
                .uri()
                .path_and_query()
                .map_or("/", |path| path.as_str()),
            _ => request.path(),
        };
        let to = form_urlencoded::byte_serialize(to.as_bytes()).collect::<String>();
        return see(&format!("/sign-in?to={to}"));
    }
    if code == "choose_standing" || code == "standing_ended" {
        return see("/standing");
    }
    if code == "second_factor_required" {
        return see("/second-factor");
    }
    let c = Chrome::of(request);
    let text = problem(code).unwrap_or(words::FAILED_TEXT);
    let (heading, to, to_text) = match status {
        StatusCode::NOT_FOUND => (words::NOT_FOUND, "/", words::TO_START),
        StatusCode::FORBIDDEN => (words::NOT_YOURS, "/", words::TO_START),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
            (words::BUSY, "/", words::TO_START)
        }
        _ => (words::FAILED, "/", words::TO_START),
    };
    let page = FailurePage {
        c,
        heading,
        text,
        to,
        to_text,
    };
    page.c.page(status, &page)
}
