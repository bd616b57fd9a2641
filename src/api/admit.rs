//! The first look at a request: its size, and whether its sender comes too often.

use actix_web::{
    Error, HttpMessage,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web::Data,
};

use super::{
    extract::bearer,
    peer::client_address_of,
    problem::{ProblemBody, too_many},
};
use crate::{app::AppState, service::tokens::hash_secret};

/// Longest path and query, in bytes: more than any link of ours, and what RFC 9110, 4.1 asks for.
const LONGEST_ADDRESS: usize = 8 * 1024;
/// Largest head, in bytes of names and values. The HTTP layer reads 128 KiB and 96 headers before it
/// gives up by itself, with an empty 431.
const LARGEST_HEAD: usize = 32 * 1024;
/// What watches the service must see it at all times.
const NEVER_HELD: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Refuses what is too large or comes too often; lets the rest pass.
pub async fn admit<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let refused = too_large(&request).or_else(|| too_often(&request));
    match refused {
        Some(response) => Ok(request.into_response(response).map_into_right_body()),
        None => Ok(next.call(request).await?.map_into_left_body()),
    }
}

fn too_large(request: &ServiceRequest) -> Option<actix_web::HttpResponse> {
    let address = request.uri().path_and_query();
    if address.is_some_and(|address| address.as_str().len() > LONGEST_ADDRESS) {
        return Some(
            ProblemBody::new(StatusCode::URI_TOO_LONG, "address_too_long").into_response(),
        );
    }
    let head: usize = HttpMessage::headers(request)
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    (head > LARGEST_HEAD).then(|| {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        ProblemBody::new(status, "headers_too_large").into_response()
    })
}

fn too_often(request: &ServiceRequest) -> Option<actix_web::HttpResponse> {
    if NEVER_HELD.contains(&request.path()) {
        return None;
    }
    let state = request.app_data::<Data<AppState>>()?;
    let credential = bearer(HttpMessage::headers(request)).map(hash_secret);
    let address = client_address_of(request);
    let held = state.gates.enter(address, credential.as_deref()).err()?;
    state.metrics.limited(held.limit);
    let seconds = held.wait.as_secs().saturating_add(1);
    Some(too_many(u32::try_from(seconds).unwrap_or(u32::MAX)))
}
