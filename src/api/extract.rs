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
use serde_json::{Map, Value};

use super::{
    bounds::Bounds,
    cookies::{self, Cookie},
    guard,
    peer::client_address,
    problem::ProblemBody,
    trace::request_id,
};
use crate::{
    domain::{audit::Origin, receipt::ReceiptNo},
    error::AppError,
    json,
    service::tokens::hash_secret,
};

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
    /// What was asked for.
    pub asked: Asked,
}

/// What was asked for, without a word that somebody typed: a path may hold a secret or a name, and nothing is ever
/// taken out of the trace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Method, and the pattern of the path.
    pub what: String,
    /// What stands in the path that has the form of an id or a receipt number of ours, by its name.
    pub ids: Map<String, Value>,
}

impl Asked {
    /// What a request asks for that has found its handler.
    pub fn of(request: &HttpRequest) -> Self {
        let pattern = request.match_pattern();
        let pattern = pattern.as_deref().unwrap_or("(no such address)");
        let ids = request.match_info().iter().filter_map(|(name, typed)| {
            let id = id_of_ours(typed)?;
            Some((name.to_owned(), Value::String(id)))
        });
        Self {
            what: format!("{} {pattern}", request.method()),
            ids: ids.collect(),
        }
    }
}

/// The id or receipt number that somebody wrote, in its own form; nothing else passes. A number of an identity card
/// has as many signs as a receipt number, and no letter.
fn id_of_ours(typed: &str) -> Option<String> {
    let id = uuid::Uuid::try_parse(typed).ok();
    if let Some(id) = id.filter(|_| typed.len() == 36) {
        return Some(id.to_string());
    }
    let receipt = ReceiptNo::parse(typed).ok()?;
    let has_letter = receipt.as_str().chars().any(char::is_alphabetic);
    has_letter.then(|| receipt.into())
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
            asked: Asked::of(request),
        }))
    }
}

/// Somebody who shows nothing; a token that is sent along is not looked at.
#[derive(Clone)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_and_receipt_numbers_of_ours_are_taken_out_of_a_path() {
        let id = "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44";
        assert_eq!(id_of_ours(&id.to_uppercase()).as_deref(), Some(id));
        let receipt = (0_u8..).map(|seed| ReceiptNo::generate(2026, [seed; 16]));
        let mut receipt = receipt.filter(|no| no.as_str().contains('K'));
        let receipt = receipt.next().unwrap();
        let typed = receipt.as_str().to_lowercase().replace('-', "");
        assert_eq!(id_of_ours(&typed).as_deref(), Some(receipt.as_str()));
        for typed in [
            "tnld_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "Nguyễn%20Văn%20An",
            "001203004567",
            "0912345601",
            "SNV-66",
            "",
        ] {
            assert_eq!(id_of_ours(typed), None, "{typed}");
        }
        // None of the numbers of an identity card, also where it has the check character by chance.
        let numbers = (0..200).map(|tail| format!("0012030{tail:05}"));
        assert!(
            numbers
                .into_iter()
                .all(|number| id_of_ours(&number).is_none())
        );
    }
}
