//! Each request is a span with an id, which a problem document repeats as `instance`.

use std::time::Instant;

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use tracing::Instrument;

use crate::app::AppState;

tokio::task_local! {
    static REQUEST_ID: String;
}

/// The id of the request that is being answered.
pub fn request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

/// Gives the request an id, answers within its span, and counts it by route and status.
pub async fn trace(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let id = uuid::Uuid::now_v7().to_string();
    // The pattern, not the path: a path may hold receipt numbers and the secrets of links.
    let route = request
        .match_pattern()
        .unwrap_or_else(|| "unknown".to_owned());
    let method = request.method().as_str().to_owned();
    let metrics = request
        .app_data::<Data<AppState>>()
        .map(|state| state.metrics.clone());
    let span = tracing::info_span!("request", request.id = %id, http.method = %method, http.route = %route);
    let answered = REQUEST_ID
        .scope(id.clone(), next.call(request))
        .instrument(span.clone())
        .await;
    let mut response = answered?;
    let status = response.status().as_u16();
    if let Ok(value) = HeaderValue::from_str(&id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
    if let Some(metrics) = metrics {
        metrics.request(&route, &method, status, started.elapsed());
    }
    span.in_scope(|| {
        tracing::debug!(
            http.status = status,
            "Answered {method} {route} with {status}"
        )
    });
    Ok(response)
}
