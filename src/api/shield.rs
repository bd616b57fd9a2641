//! Headers on every answer that tell a browser what it must not do with it.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue,
        REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
    middleware::Next,
    web::Data,
};

use crate::app::AppState;

/// For data: there is nothing in them to load, to run or to frame.
const DATA: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For the page of the API: scripts, styles and calls of this service alone. Swagger UI writes style
/// attributes and shows images that stand in its own style sheet; no script stands in a page.
const DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// A year. Without `includeSubDomains`: other hosts of the domain are not ours to speak for.
const TLS_ONLY: &str = "max-age=31536000";

/// What a page may ask of the telephone: nothing.
const ASKS_NOTHING: &str = "camera=(), geolocation=(), microphone=()";
/// The form of the notice may ask where the telephone is, once somebody presses "I am here".
const ASKS_WHERE: &str = "camera=(), geolocation=(self), microphone=()";
/// The address of that form.
const NOTICE: &str = "/notice";

/// What holds for every answer.
const ALWAYS: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // The address of an alert is its key: it is told to nobody.
    (REFERRER_POLICY, "no-referrer"),
    // For browsers that do not know `frame-ancestors`.
    (X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Adds the headers. A page that says its own policy keeps it.
pub async fn shield(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_docs = request.path().starts_with("/docs/");
    let asks = match request.path() {
        NOTICE => ASKS_WHERE,
        _ => ASKS_NOTHING,
    };
    let mut response = next.call(request).await?;
    let is_tls = response
        .request()
        .app_data::<Data<AppState>>()
        .is_some_and(|state| state.public_url.starts_with("https://"));
    let is_success = response.status().is_success();
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(asks),
    );
    unless_said(
        headers,
        CONTENT_SECURITY_POLICY,
        if is_docs { DOCS } else { DATA },
    );
    let kept = if is_docs && is_success {
        // Files of the program; nobody's data.
        "public, max-age=3600"
    } else {
        "no-store"
    };
    unless_said(headers, CACHE_CONTROL, kept);
    if is_tls {
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(TLS_ONLY),
        );
    }
    Ok(response)
}

fn unless_said(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
