//! What no honest caller runs into leaves a trace also where no use case was reached: tokens that were forged
//! or have ended, bodies that cannot be read, or bring members or ids that are not the caller's, addresses that are written
//! to lead elsewhere, pages of other sites.
//!
//! Strangers could fill the trace with that, so each network has a few entries and then one every three minutes; the
//! others are counted and summed up. It is written after the answer, whose time tells nothing.

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{
    cookies::{self, Cookie},
    extract::{bearer, origin},
    gates::Whose,
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
        tokens::{hash_secret, who_showed},
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
    code: String,
    /// Whether a body had a fault of which [`is_tried`] says so.
    is_tried: bool,
    /// Whether the page of another site sent it, which no use case has heard of.
    is_other_site: bool,
    /// The hash of a token that was typed into a page instead of being shown in a header.
    typed: Option<String>,
}

impl RefusedAs {
    /// The code of the problem.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Refused by a problem of this code.
    pub fn new(code: &str, is_tried: bool) -> Self {
        Self {
            code: code.to_owned(),
            is_tried,
            is_other_site: false,
            typed: None,
        }
    }

    /// Refused because the page of another site sent it.
    pub fn other_site(code: &str) -> Self {
        Self {
            is_other_site: true,
            ..Self::new(code, false)
        }
    }

    /// Refused because neither what a request shows is good, nor the token of this hash that was typed.
    pub fn unknown(typed: Option<String>) -> Self {
        Self {
            typed,
            ..Self::new("unauthenticated", false)
        }
    }
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
    if let (Some(mut refused), Some(state)) = (refused, state) {
        let shown = refused.typed.take().map_or(shown, Shown::Token);
        if is_noted(&refused, &shown, !odd.is_empty()) {
            let refusal = Refusal {
                shown,
                asked,
                code: refused.code,
                from,
            };
            // Whoever it was is looked up only as often as strangers are traced; but for a credential that was good
            // of late, whose holder has a share of their own.
            let is_known = match &refusal.shown {
                Shown::Nothing => false,
                Shown::Token(hash) | Shown::Session(hash) => state.gates.knows(hash),
            };
            if is_known || state.gates.may_be_traced(Whose::Stranger, address) {
                actix_web::rt::spawn(async move { refusal.trace(&state).await });
            } else {
                state.withhold(refusal.entry(accounts::somebody(), state.clock.now()));
            }
        }
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
        // Of whoever shows who they are, `AppState` traces what a use case refuses.
        "forbidden" => refused.is_other_site || matches!(shown, Shown::Nothing),
        "not_found" | "method_not_allowed" => is_odd,
        "not_json"
        | "key_twice"
        | "not_utf8"
        | "too_large"
        | "address_too_long"
        | "headers_too_large"
        | "wrong_content_type"
        | "body_too_slow"
        | "file_too_large"
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
    fn entry(self, who: Who, now: DateTime<Utc>) -> Entry {
        Entry {
            happened_at: now,
            who,
            action: Action::Refused,
            purpose: Action::Refused.purpose(),
            object: Object::new(ObjectKind::Address, &self.asked),
            result: self.code,
            origin: self.from,
            details: json!({}),
        }
    }

    async fn trace(self, state: &AppState) {
        let now = state.clock.now();
        let (trail, rationing) = (state.trail.clone(), state.clone());
        let traced = state
            .db
            .write(move |tx| {
                let Some(who) = self.who(tx, now)? else {
                    return Ok(None);
                };
                let entry = match who.kind {
                    // Taken from their network's share already.
                    ActorKind::Unknown => Some(self.entry(who, now)),
                    _ => rationing.rationed(self.entry(who, now)),
                };
                trail.append_entries(tx, entry.into_iter().collect())
            })
            .await;
        match traced {
            Ok(chain) => state.trail.give_back(chain),
            Err(why) => tracing::error!("A refusal could not be traced: {why}"),
        }
    }

    /// Whoever it was, as far as that is known; `None` where the use case has traced it.
    fn who(&self, tx: &mut DbConn, now: DateTime<Utc>) -> Result<Option<Who>> {
        Ok(Some(match &self.shown {
            Shown::Nothing => accounts::somebody(),
            Shown::Token(hash) => match tokens::find_by_hash(tx, hash)? {
                None => accounts::somebody(),
                Some(token) => who_showed(&token),
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
