//! The operator's page: what must be looked at now. Without script, and nothing of persons.
//!
//! Whoever is signed in as an operator sees it by the cookie of the session, a program by its token, and whoever has a token
//! and a browser by typing it into the page, which stores it nowhere.

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use serde::Deserialize;

use super::{alert::written, form_page, page};
use crate::{
    api::{
        extract::{Asked, Credentials, Proof, origin},
        overview::{FilesBody, JobBody, OperationsBody, RelayBody, TestsBody},
        refusals::RefusedAs,
    },
    app::AppState,
    domain::delivery::Priority,
    error::{AppError, Result},
    service::{operations, tokens::hash_secret},
    store::{alerts::AlertStatus, outbox::MessageStatus, overview::WaitingAlert},
    wording::{Text, labels, mails::mail, pages},
};

/// An alert that waits, in words.
struct Line {
    receipt_no: String,
    who: String,
    since: String,
    age: String,
    /// When something happens next, or since when it is on the call list.
    more: Option<String>,
}

/// A number with its name.
struct Figure {
    name: Text,
    count: i64,
}

#[derive(Template)]
#[template(path = "operations.html", config = "src/web/askama.toml")]
struct OperationsPage {
    at: String,
    oldest_undelivered: Option<Line>,
    oldest_untaken: Option<Line>,
    waiting: Vec<WaitingLine>,
    alerts: Vec<Figure>,
    messages: Vec<Figure>,
    climbing: i64,
    ladders: Vec<Line>,
    open_calls: i64,
    calls: Vec<Line>,
    failed: Vec<Line>,
    tests: TestsBody,
    month: String,
    coverage: Option<(String, usize)>,
    alarms: Vec<AlarmLine>,
    relays: Vec<RelayBody>,
    jobs: Vec<JobBody>,
    files: FilesBody,
}

/// Messages that wait.
struct WaitingLine {
    priority: Text,
    status: Option<Text>,
    count: i64,
    /// Of the oldest.
    age: String,
}

struct AlarmLine {
    what: Text,
    at: String,
    about: String,
}

#[derive(Template)]
#[template(path = "operations_token.html", config = "src/web/askama.toml")]
struct AskToken {
    /// What is wrong with the last try.
    wrong: Option<Text>,
}

/// `GET /operations`.
pub async fn show(state: Data<AppState>, request: HttpRequest) -> Result<HttpResponse> {
    match Credentials::from_request(&request, &mut Payload::None).await {
        Ok(sender) => answer(&state, sender, None).await,
        Err(_) => Ok(ask(StatusCode::UNAUTHORIZED, None)),
    }
}

/// What the form sends.
#[derive(Deserialize)]
pub struct TokenForm {
    token: String,
}

/// `POST /operations`: the page for whoever types a token. It changes nothing.
pub async fn show_by_token(
    state: Data<AppState>,
    request: HttpRequest,
    form: Form<TokenForm>,
) -> Result<HttpResponse> {
    let typed = hash_secret(form.token.trim());
    let sender = Credentials {
        proof: Proof::Token {
            secret_hash: typed.clone(),
        },
        is_cross_site: false,
        origin: origin(&request),
        asked: Asked::of(&request),
    };
    answer(&state, sender, Some(typed)).await
}

/// `typed`: the hash of a token that was typed, which the head of the request does not show.
async fn answer(
    state: &AppState,
    sender: Credentials,
    typed: Option<String>,
) -> Result<HttpResponse> {
    match state.read_as(sender, operations::overview).await {
        Ok(found) => Ok(page(&mut HttpResponse::Ok(), &view(&found, state))),
        Err(AppError::Unauthenticated) => {
            let wrong = Some(pages::OPERATIONS_NOT_GOOD);
            let mut asked = ask(StatusCode::UNAUTHORIZED, wrong);
            let refused = RefusedAs::unknown(typed);
            asked.extensions_mut().insert(refused);
            Ok(asked)
        }
        Err(AppError::Forbidden(_)) => {
            let wrong = Some(pages::OPERATIONS_NOT_YOURS);
            Ok(ask(StatusCode::FORBIDDEN, wrong))
        }
        Err(other) => Err(other),
    }
}

fn ask(status: StatusCode, wrong: Option<Text>) -> HttpResponse {
    form_page(&mut HttpResponse::build(status), &AskToken { wrong })
}

fn view(found: &operations::Overview, state: &AppState) -> OperationsPage {
    let body = OperationsBody::new(found, &state.metrics, &state.archive);
    let now = found.at;
    let line = |alert: &WaitingAlert, more: Option<String>| Line {
        receipt_no: alert.receipt_no.clone(),
        who: match &alert.authority {
            Some(authority) => authority.name.clone(),
            None => labels::role(alert.role).label(),
        },
        since: written(alert.since),
        age: age((now - alert.since).num_seconds()),
        more,
    };
    let plain = |alert: &WaitingAlert| line(alert, None);
    OperationsPage {
        at: written(now),
        oldest_undelivered: found.oldest_undelivered.as_ref().map(plain),
        oldest_untaken: found.oldest_untaken.as_ref().map(plain),
        waiting: found
            .waiting
            .iter()
            .map(|some| WaitingLine {
                priority: match some.priority {
                    Priority::Urgent => pages::PRIORITY_URGENT,
                    Priority::Normal => pages::PRIORITY_NORMAL,
                    Priority::Bulk => pages::PRIORITY_BULK,
                },
                status: in_words(some.status),
                count: some.count,
                age: age((now - some.oldest).num_seconds()),
            })
            .collect(),
        alerts: found
            .alerts
            .iter()
            .map(|(status, count)| Figure {
                name: labels::alert_status(*status),
                count: *count,
            })
            .collect(),
        messages: found
            .messages
            .iter()
            .filter_map(|(status, count)| {
                Some(Figure {
                    name: in_words(*status)?,
                    count: *count,
                })
            })
            .collect(),
        climbing: found.climbing,
        ladders: found
            .ladders
            .iter()
            .map(|(alert, next)| line(alert, Some(written(*next))))
            .collect(),
        open_calls: found.open_calls,
        calls: found
            .calls
            .iter()
            .map(|(alert, _, opened)| line(alert, Some(written(*opened))))
            .collect(),
        failed: found.failed.iter().map(plain).collect(),
        month: found.canaries.0.format("%m/%Y").to_string(),
        tests: body.tests,
        coverage: found
            .coverage
            .map(|(share, provinces)| (format!("{:.1}", share.percent()), provinces)),
        alarms: found
            .alarms
            .iter()
            .map(|raised| {
                let alarm = &raised.alarm;
                let about = alarm.receipt_no.iter().chain(&alarm.record);
                AlarmLine {
                    what: mail(&format!("alarm.{}", alarm.alarm)).unwrap_or(Text {
                        vi: alarm.alarm.as_str(),
                        en: alarm.alarm.as_str(),
                    }),
                    at: written(alarm.raised_at),
                    about: about.cloned().collect::<Vec<_>>().join("; "),
                }
            })
            .collect(),
        relays: body.relays,
        jobs: body.jobs,
        files: body.files,
    }
}

/// Where a message stands; an alert can stand there as well.
fn in_words(status: MessageStatus) -> Option<Text> {
    AlertStatus::parse(status.as_str()).map(labels::alert_status)
}

/// `3 h 05 m`, `5 m 12 s`, `12 s`.
fn age(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{rest} s"),
        (0, _) => format!("{minutes} m {rest:02} s"),
        _ => format!("{hours} h {minutes:02} m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_as_short_as_it_may_be() {
        assert_eq!(age(12), "12 s");
        assert_eq!(age(312), "5 m 12 s");
        assert_eq!(age(3 * 3600 + 5 * 60 + 59), "3 h 05 m");
    }
}
