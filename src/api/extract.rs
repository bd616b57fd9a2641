//! What a request carries: credentials, idempotency key, body. Parsed without touching the database.

use std::future::{Ready, ready};

use actix_web::{
    Error, FromRequest, HttpRequest,
    dev::Payload,
    error::InternalError,
    http::{
        StatusCode,
        header::{self, HeaderMap},
    },
    rt::time::timeout,
    web::{self, Data},
};
use serde_json::Value;

use super::{
    bounds::Bounds,
    cookies::{self, Cookie},
    guard,
    peer::client_address,
    problem::ProblemBody,
    trace::request_id,
};
use crate::{domain::audit::Origin, error::AppError, json, service::tokens::hash_secret};

/// Largest body that is read, in bytes (the contract: over 1 MiB is 413).
const BODY_LIMIT: usize = 1024 * 1024;

/// Who calls, as far as the request says, and from where. A token goes before a cookie.
#[derive(Clone)]
pub struct Credentials {
    /// What it shows.
    pub proof: Proof,
    /// Whether a cookie came with a request to change something that our own pages did not send.
    pub is_cross_site: bool,
    /// From where.
    pub origin: Origin,
    /// What was asked for: method and path.
    pub asked: String,
}

/// What a caller shows.
#[derive(Clone)]
pub enum Proof {
    /// A bearer token, by its SHA-256 in hex.
    Token {
        /// The hash.
        secret_hash: String,
    },
    /// The cookie of a session, by its SHA-256 in hex.
    Session {
        /// The hash.
        secret_hash: String,
    },
}

impl Proof {
    /// The hash, of whichever kind.
    pub fn secret_hash(&self) -> &str {
        match self {
            Self::Token { secret_hash } | Self::Session { secret_hash } => secret_hash,
        }
    }
}

impl FromRequest for Credentials {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let cookie = || cookies::shown(request, Cookie::Session);
        let proof = match bearer(request.headers()) {
            Some(token) => Some(Proof::Token {
                secret_hash: hash_secret(token),
            }),
            None if request.headers().contains_key(header::AUTHORIZATION) => None,
            None => cookie().map(|secret_hash| Proof::Session { secret_hash }),
        };
        let changes = !guard::is_safe(request.method());
        ready(proof.ok_or(AppError::Unauthenticated).map(|proof| Self {
            is_cross_site: changes
                && matches!(proof, Proof::Session { .. })
                && !cookies::same_origin(request),
            proof,
            origin: origin(request),
            asked: asked(request),
        }))
    }
}

/// Somebody who shows nothing; a token that is sent along is not looked at.
pub struct Stranger {
    /// From where.
    pub origin: Origin,
}

impl FromRequest for Stranger {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            origin: origin(request),
        }))
    }
}

/// The bearer token that a request shows, good or not.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty())
}

/// From where a request comes.
pub fn origin(request: &HttpRequest) -> Origin {
    Origin {
        address: client_address(request).map(|address| address.to_string()),
        request_id: request_id(),
    }
}

/// Method and path, cut where they are longer than any of ours.
fn asked(request: &HttpRequest) -> String {
    const LONGEST: usize = 200;
    let path = request.path().chars().take(LONGEST);
    format!("{} {}", request.method(), path.collect::<String>())
}

/// The header `Idempotency-Key`, where it is sent.
pub struct IdempotencyKey(pub Option<String>);

impl FromRequest for IdempotencyKey {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let Some(value) = request.headers().get("Idempotency-Key") else {
            return ready(Ok(Self(None)));
        };
        let text = value.to_str().ok().map(str::trim);
        ready(match text {
            Some(key)
                if (1..=200).contains(&key.len()) && key.chars().all(|c| c.is_ascii_graphic()) =>
            {
                Ok(Self(Some(key.to_owned())))
            }
            _ => Err(refuse(
                StatusCode::UNPROCESSABLE_ENTITY,
                "bad_idempotency_key",
            )),
        })
    }
}

/// A JSON body: as it came, and as a value. Every fault of its content is the reader's business.
pub struct JsonBody {
    /// As received.
    pub raw: String,
    /// As a value.
    pub value: Value,
}

impl FromRequest for JsonBody {
    type Error = Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(is_json_type);
        let announced = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.parse::<u64>().ok());
        let bounds = request.app_data::<Data<Bounds>>();
        let within = bounds.map_or(Bounds::default().body, |bounds| bounds.body);
        let body = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !is_json {
                return Err(refuse(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "wrong_content_type",
                ));
            }
            if announced.is_some_and(|length| length > BODY_LIMIT as u64) {
                return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
            }
            let whole = body.await?.to_bytes_limited(BODY_LIMIT);
            let bytes = match timeout(within, whole).await {
                Err(_elapsed) => return Err(refuse(StatusCode::REQUEST_TIMEOUT, "body_too_slow")),
                Ok(Err(_over_limit)) => {
                    return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
                }
                Ok(Ok(Err(_broken))) => {
                    return Err(refuse(StatusCode::BAD_REQUEST, "body_incomplete"));
                }
                Ok(Ok(Ok(bytes))) => bytes,
            };
            let raw = String::from_utf8(bytes.to_vec())
                .map_err(|_| refuse(StatusCode::BAD_REQUEST, "not_utf8"))?;
            let value =
                json::read(&raw).map_err(|why| refuse(StatusCode::BAD_REQUEST, why.code()))?;
            Ok(Self { raw, value })
        })
    }
}

/// `application/json`, with no other charset than UTF-8.
fn is_json_type(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    essence.eq_ignore_ascii_case("application/json")
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

fn refuse(status: StatusCode, code: &str) -> Error {
    InternalError::from_response("refused", ProblemBody::new(status, code).into_response()).into()
}
