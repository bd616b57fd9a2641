//! AppError as application/problem+json (RFC 9457), in one place.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{
        cases::changed::ChangedBody,
        refusals::{RefusedAs, is_tried},
        trace::request_id,
    },
    domain::declaration::Fault,
    error::AppError,
    wording::{self, shown::FaultShown},
};

/// What went wrong (RFC 9457). The body of every answer that is not a success.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Names the kind of problem: `urn:tnld:problem:CODE`.
    #[serde(rename = "type")]
    #[schema(example = "urn:tnld:problem:invalid")]
    pub kind: String,
    /// The code alone, for programs.
    #[schema(example = "invalid")]
    pub code: String,
    /// The HTTP status in words.
    #[schema(example = "Unprocessable Entity")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What happened, in Vietnamese.
    pub detail: String,
    /// What happened, in English.
    pub detail_en: String,
    /// The request, to quote when asking for help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Every fault of a rejected body or query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FaultShown>>,
    /// Of a case that somebody else changed meanwhile (`stale_version`): where it stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<ChangedBody>,
}

impl ProblemBody {
    /// The problem of this code under this status.
    pub fn new(status: StatusCode, code: &str) -> Self {
        let text = wording::problems::problem(code)
            .or_else(|| wording::labels::label(&format!("refusal.{code}")));
        Self {
            kind: format!("urn:tnld:problem:{code}"),
            code: code.to_owned(),
            // Only the status of the tus protocol for a wrong sum has no name of its own.
            title: status
                .canonical_reason()
                .unwrap_or("Checksum Mismatch")
                .to_owned(),
            status: status.as_u16(),
            detail: text.map_or(code, |text| text.vi).to_owned(),
            detail_en: text.map_or(code, |text| text.en).to_owned(),
            instance: request_id(),
            errors: None,
            changed: None,
        }
    }

    /// The same with every fault named.
    pub fn with_faults(mut self, faults: &[Fault]) -> Self {
        self.errors = Some(faults.iter().map(FaultShown::from).collect());
        self
    }

    /// As an answer.
    pub fn into_response(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, "2"));
        }
        if status == StatusCode::REQUEST_TIMEOUT {
            // Whatever else of the body comes is not waited for.
            response.force_close();
        }
        let faults = self.errors.as_deref().unwrap_or_default();
        let is_tried = faults.iter().any(is_tried);
        response
            .extensions_mut()
            .insert(RefusedAs::new(&self.code, is_tried));
        // Not `.json()`: it would overwrite the content type.
        match serde_json::to_vec(&self) {
            Ok(body) => response.body(body),
            Err(_) => response.finish(),
        }
    }
}

/// What somebody does first who is signed in and not allowed anything yet: each is a code of its own.
const NEEDED_FIRST: [&str; 3] = [
    "choose_standing",
    "standing_ended",
    "second_factor_required",
];

impl AppError {
    /// The stable name of the refusal, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::SignInRefused => "sign_in_refused",
            Self::NotFound(_) => "not_found",
            Self::ReceiptMistyped => "receipt_mistyped",
            Self::Forbidden(what) if NEEDED_FIRST.contains(what) => what,
            Self::Forbidden(_) | Self::OtherSite => "forbidden",
            Self::Conflict(code)
            | Self::Provider(code)
            | Self::NotTaken(code)
            | Self::TooLarge(code)
            | Self::Gone(code)
            | Self::Away(code) => code,
            Self::KeyReused => "key_reused",
            Self::TooMany { .. } => "too_many_requests",
            Self::Busy => "busy",
            Self::Internal(_) => "internal",
        }
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotTaken("checksum_mismatch") => {
                StatusCode::from_u16(460).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
            }
            Self::Invalid(_) | Self::KeyReused | Self::NotTaken(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Unauthenticated | Self::SignInRefused => StatusCode::UNAUTHORIZED,
            Self::NotFound(_) | Self::ReceiptMistyped => StatusCode::NOT_FOUND,
            Self::Forbidden(_) | Self::OtherSite => StatusCode::FORBIDDEN,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Provider(_) => StatusCode::BAD_GATEWAY,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Gone(_) => StatusCode::GONE,
            Self::Busy | Self::Away(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::TooMany { limit, retry_after } = self {
            tracing::info!("A request was over the limit {limit}");
            return too_many(*retry_after);
        }
        match self {
            Self::Internal(cause) => {
                let mut chain = cause.to_string();
                let mut inner = cause.source();
                while let Some(error) = inner {
                    chain = format!("{chain}: {error}");
                    inner = error.source();
                }
                tracing::error!("A request failed by a fault of ours: {chain}");
            }
            Self::Busy => tracing::warn!("A request found the service busy"),
            Self::Away(what) => tracing::warn!("A request found something away: {what}"),
            Self::Forbidden(what) => tracing::info!("A request was refused: {what}"),
            _ => {}
        }
        let problem = ProblemBody::new(self.status_code(), self.code());
        let mut response = match self {
            Self::Invalid(faults) => problem.with_faults(faults),
            _ => problem,
        }
        .into_response();
        if matches!(self, Self::OtherSite) {
            response
                .extensions_mut()
                .insert(RefusedAs::other_site(self.code()));
        }
        response
    }
}

/// Over a limit; in so many seconds there is room again.
pub fn too_many(retry_after: u32) -> HttpResponse {
    let problem = ProblemBody::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    let mut response = problem.into_response();
    let seconds = header::HeaderValue::from(retry_after.max(1));
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

/// No such address.
pub async fn not_found() -> HttpResponse {
    ProblemBody::new(StatusCode::NOT_FOUND, "not_found").into_response()
}

/// The address exists, the method does not; `allow` names those that do.
pub fn method_not_allowed(allow: &'static str) -> HttpResponse {
    let problem = ProblemBody::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
    let mut response = problem.into_response();
    let allow = header::HeaderValue::from_static(allow);
    response.headers_mut().insert(header::ALLOW, allow);
    response
}

/// A query string that cannot be read.
pub fn bad_query(
    _error: actix_web::error::QueryPayloadError,
    _request: &HttpRequest,
) -> actix_web::Error {
    let response = ProblemBody::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_query").into_response();
    actix_web::error::InternalError::from_response("bad query", response).into()
}
