//! What no honest caller runs into leaves a trace also where no use case was reached: tokens that were forged
//! or have ended, bodies that cannot be read, or bring members or ids that are not the caller's, addresses that are written
//! to lead elsewhere, pages of other sites.
//!
//! Strangers could fill the trace with that, so each network has a few entries and then one every three minutes.
//! It is written after the answer, whose time tells nothing.

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};
use serde_json::json;

use super::{
    cookies::{self, Cookie},
    extract::{bearer, origin},
    peer::client_address_of,
};
use crate::{
    app::AppState,
    domain::{
        audit::{Action, ActorKind, Entry, Object, ObjectKind, Origin, Who},
        declaration::FaultCode,
    },
    error::Result,
    service::{
        accounts::{self, sessions::Found},
        tokens::hash_secret,
    },
    store::{conn::DbConn, tokens},
    wording::shown::FaultShown,
};

/// Longest path that is noted, in characters.
const LONGEST: usize = 200;

/// Why a request was refused, beside its answer.
#[derive(Debug, Clone)]
pub struct RefusedAs {
    /// The code of the problem.
    pub code: String,
    /// Whether a body had a fault of which [`is_tried`] says so.
    pub is_tried: bool,
}

/// Whether a fault is none that a person makes who fills in a form: a member that nobody asked for, or an id
/// of something that is not the caller's.
pub fn is_tried(fault: &FaultShown) -> bool {
    let is_id = |pointer: &str| {
        pointer.ends_with("_id")
            || matches!(pointer, "/into" | "/leaving")
            || pointer.starts_with("/keep_tokens/")
    };
    fault.code == FaultCode::UnknownField.as_str()
        || fault.code == FaultCode::NotAllowed.as_str() && is_id(&fault.pointer)
}

/// What a request shows of who sends it, by the hash of the secret.
enum Shown {
    Nothing,
    Token(String),
    Session(String),
}

/// Answers, and then notes what is worth a trace.
pub async fn note(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let state = request.app_data::<Data<AppState>>().cloned();
    let address = client_address_of(&request);
    let shown = match bearer(HttpMessage::headers(&request)).map(hash_secret) {
        Some(hash) => Shown::Token(hash),
        None => cookies::shown(request.request(), Cookie::Session)
            .map_or(Shown::Nothing, Shown::Session),
    };
    let pattern = request.match_pattern();
    let odd = match &pattern {
        Some(_) => Vec::new(),
        None => oddities(request.path()),
    };
    let asked = match &pattern {
        Some(pattern) => format!("{} {pattern}", request.method()),
        // What somebody typed may hold a secret or a name, and nothing is ever taken out of the trace: it
        // says what was odd in the path, and no word of it.
        None if odd.is_empty() => format!("{} (no such address)", request.method()),
        None => format!("{} (no such address: {})", request.method(), odd.join(" ")),
    };
    let asked: String = asked.chars().take(LONGEST).collect();
    let from = origin(request.request());
    let response = next.call(request).await?;
    let refused = response.response().extensions().get::<RefusedAs>().cloned();
    if let (Some(refused), Some(state)) = (refused, state)
        && is_noted(&refused, &shown, !odd.is_empty())
        && state.gates.may_be_traced(address)
    {
        let entry = Refusal {
            shown,
            asked,
            code: refused.code,
            from,
        };
        actix_web::rt::spawn(async move { entry.trace(&state).await });
    }
    Ok(response)
}

/// What no honest client writes into a path.
fn oddities(path: &str) -> Vec<&'static str> {
    let odd = ["..", "//", "\\", "%", ";", "\0"];
    let odd = odd.into_iter().filter(|odd| path.contains(odd));
    odd.map(|odd| if odd == "\0" { "NUL" } else { odd })
        .collect()
}

/// Whether a refusal is worth a trace; what a use case refuses leaves one of its own. `is_odd`: the address
/// is none, and oddly written.
fn is_noted(refused: &RefusedAs, shown: &Shown, is_odd: bool) -> bool {
    match refused.code.as_str() {
        "unauthenticated" => !matches!(shown, Shown::Nothing),
        "invalid" => refused.is_tried,
        // Of whoever shows who they are, `AppState` traces it.
        "forbidden" => matches!(shown, Shown::Nothing),
        "not_found" | "method_not_allowed" => is_odd,
        "not_json"
        | "key_twice"
        | "not_utf8"
        | "too_large"
        | "address_too_long"
        | "headers_too_large"
        | "bad_idempotency_key" => true,
        _ => false,
    }
}

struct Refusal {
    shown: Shown,
    asked: String,
    code: String,
    from: Origin,
}

impl Refusal {
    async fn trace(self, state: &AppState) {
        let now = state.clock.now();
        let trail = state.trail.clone();
        let traced = state
            .db
            .write(move |tx| {
                let Some(who) = self.who(tx, now)? else {
                    return Ok(None);
                };
                let entry = Entry {
                    happened_at: now,
                    who,
                    action: Action::Refused,
                    purpose: Action::Refused.purpose(),
                    object: Object::new(ObjectKind::Address, &self.asked),
                    result: self.code,
                    origin: self.from,
                    details: json!({}),
                };
                trail.append_entries(tx, vec![entry])
            })
            .await;
        match traced {
            Ok(chain) => state.trail.give_back(chain),
            Err(why) => tracing::error!("A refusal could not be traced: {why}"),
        }
    }

    /// Whoever it was, as far as that is known; `None` where the use case has traced it.
    fn who(&self, tx: &mut DbConn, now: chrono::DateTime<chrono::Utc>) -> Result<Option<Who>> {
        Ok(Some(match &self.shown {
            Shown::Nothing => accounts::somebody(),
            Shown::Token(hash) => match tokens::find_by_hash(tx, hash)? {
                None => accounts::somebody(),
                Some(token) => Who {
                    kind: ActorKind::Token,
                    id: token.id.to_string(),
                    name: token.name,
                    role: token.role.unwrap_or_default(),
                    territory: token
                        .commune_code
                        .or(token.province_code)
                        .or(token.tax_code),
                },
            },
            Shown::Session(hash) => match accounts::sessions::find(tx, hash, now)? {
                Found::Nobody => accounts::somebody(),
                Found::Ended(_) if self.code == "unauthenticated" => return Ok(None),
                Found::Ended(account) => accounts::who(&account),
                Found::Signed(found) => accounts::who(&found.1),
            },
        }))
    }
}
