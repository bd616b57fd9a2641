//! The page behind the link of a mail: the case, and the buttons by which somebody takes the alert, or says
//! that it is not theirs.
//!
//! GET takes nothing, so that programs that look into mails do not either: the ledger notes that the link was
//! opened, and only the form, which asks who is pressing, does more. It works without script.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Form, Path},
};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::{canary, form_page, page};
use crate::{
    api::extract::{Stranger, origin},
    app::AppState,
    domain::{
        access::{Right, table::is_behind_link},
        acknowledgement::{self, Officer, Typed, Wrong},
        audit::{Action, Object, ObjectKind},
        declaration::{Casualties, FaultCode},
        law::{Law, Subject},
        routing::AuthorityName,
    },
    error::Result,
    service::{
        alerts::{self, AlertShown, LinkedCase, Outcome, Pressed},
        audit::Note,
        canaries,
    },
    store::outbox,
    time::{day_in_vietnam, vietnam},
    wording::{Text, faults::fault, labels, pages},
};

#[derive(Template)]
#[template(path = "alert.html", config = "src/web/askama.toml")]
struct AlertPage {
    receipt_no: String,
    class: Text,
    status: Text,
    place: String,
    today: String,
    detail: Option<String>,
    occurred_at: String,
    received_at: String,
    counts: String,
    establishment: Option<String>,
    declarant: String,
    phone: Option<String>,
    summary: String,
    victims: Vec<VictimLine>,
    clocks: Vec<ClockLine>,
    told: Vec<String>,
    expires_at: String,
    /// Who took the alert of this link.
    taken: Option<TakenLine>,
    /// The form, while nobody has.
    entries: Vec<Entry>,
    /// Where it can belong instead: id and name; empty where only this authority can.
    choices: Vec<Choice>,
    /// What is wrong with the choice.
    no_choice: Option<Text>,
}

/// An authority to which the alert can belong.
struct Choice {
    id: String,
    name: String,
    chosen: bool,
}

struct VictimLine {
    who: String,
    injuries: Vec<String>,
    masked: bool,
}

struct ClockLine {
    name: Text,
    due: String,
    overdue: bool,
    article: String,
}

/// The alert is passed on.
#[derive(Template)]
#[template(path = "passed_on.html", config = "src/web/askama.toml")]
struct PassedOn {
    names: Vec<String>,
}

#[derive(Template)]
#[template(path = "gone.html", config = "src/web/askama.toml")]
struct Gone;

/// `GET /a/{secret}`: the case as it now stands, until the link expires.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    secret: Path<String>,
) -> Result<HttpResponse> {
    shown(&state, &request, &secret, Answered::default()).await
}

/// What the form was sent with, and what is wrong with it.
#[derive(Default)]
struct Answered {
    typed: Typed,
    wrong: Option<Wrong>,
    /// Where the alert belongs, as they say.
    belongs_to: String,
    /// What is wrong with that.
    no_choice: Option<FaultCode>,
}

async fn shown(
    state: &AppState,
    request: &HttpRequest,
    secret: &str,
    answered: Answered,
) -> Result<HttpResponse> {
    let (link, secret, now) = (secret, secret.to_owned(), state.clock.now());
    let sender = Stranger {
        origin: origin(request),
    };
    let found = state
        .read_by_link(sender, move |tx, ctx| {
            let Some(linked) = alerts::behind_link(tx, &ctx.keys, &secret, ctx.now)? else {
                return Ok(None);
            };
            let is_taken = linked.own().is_some_and(|own| own.ledger.taken.is_some());
            let choices = match is_taken {
                // Nobody is asked any more.
                true => Vec::new(),
                false => alerts::choices(tx, ctx, &linked)?,
            };
            Ok(Some((linked, choices, Arc::clone(&ctx.world))))
        })
        .await?;
    if let Some((linked, ..)) = &found {
        let is_new = linked.opened_at().is_none();
        if is_new {
            let message = linked.message.clone();
            state
                .db
                .write(move |tx| Ok(outbox::note_opened(tx, &message, now)?))
                .await?;
        }
        let note = Note {
            action: Action::ReadByLink,
            object: Object::new(ObjectKind::Case, &linked.case.id),
            details: json!({ "receipt_no": linked.case.receipt_no }),
        };
        state
            .trace(vec![note], linked.who(), origin(request), now)
            .await?;
    }
    Ok(match found {
        Some((linked, choices, world)) => {
            let view = view(&linked, &world.law, now, &answered, &choices);
            let status = match (answered.wrong, answered.no_choice) {
                (None, None) => StatusCode::OK,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            form_page(&mut HttpResponse::build(status), &view)
        }
        None => {
            let (typed, wrong) = (answered.typed, answered.wrong);
            return canary::shown(state, request, link, (typed, wrong)).await;
        }
    })
}

pub(super) fn gone() -> HttpResponse {
    page(&mut HttpResponse::NotFound(), &Gone)
}

/// What the form sends. What is missing is empty, so that one answer says all that is wrong.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AlertForm {
    name: String,
    post: String,
    phone: String,
    /// Which button was pressed: `refuse`, or the one that takes.
    action: String,
    belongs_to: String,
}

/// Chosen by whoever does not know whose the alert is. No id of the directory.
const UNKNOWN: &str = "?";

/// `POST /a/{secret}`: whoever holds the mail takes the alert, or says that it is not theirs. A second one
/// sees that it is taken.
pub async fn answer(
    state: Data<AppState>,
    request: HttpRequest,
    secret: Path<String>,
    form: Form<AlertForm>,
) -> Result<HttpResponse> {
    let AlertForm {
        name,
        post,
        phone,
        action,
        belongs_to,
    } = form.into_inner();
    let refuses = action == "refuse";
    let typed = Typed { name, post, phone };
    let missing = (refuses && belongs_to.is_empty()).then_some(FaultCode::Required);
    let answered = |wrong, no_choice| Answered {
        typed: typed.clone(),
        wrong,
        belongs_to: belongs_to.clone(),
        no_choice,
    };
    let officer = match (acknowledgement::read(&typed), missing) {
        (Ok(officer), None) => officer,
        (read, missing) => {
            let answered = answered(read.err(), missing);
            return shown(&state, &request, &secret, answered).await;
        }
    };
    let sender = Stranger {
        origin: origin(&request),
    };
    let link = secret.clone();
    if !refuses {
        let pressed = state
            .write_by_link(sender, move |tx, ctx| {
                let (keys, origin, now) = (&ctx.keys, &ctx.origin, ctx.now);
                match alerts::take(tx, keys, &link, &officer, origin, now)? {
                    // It may be that of a test.
                    (Pressed::Gone, _) => canaries::take(tx, keys, &link, &officer, origin, now),
                    pressed => Ok(pressed),
                }
            })
            .await?;
        return Ok(match pressed {
            Pressed::Taken | Pressed::TakenBefore => again(&secret),
            Pressed::Gone => gone(),
        });
    }
    let chosen = Some(belongs_to.clone()).filter(|chosen| chosen != UNKNOWN);
    let outcome = state
        .write_by_link(sender, move |tx, ctx| {
            alerts::refuse(tx, ctx, &link, &officer, chosen.as_deref())
        })
        .await?;
    Ok(match outcome {
        Outcome::PassedOn(names) => page(&mut HttpResponse::Ok(), &PassedOn { names }),
        Outcome::TakenBefore => again(&secret),
        // It may be that of a test, which nobody can refuse.
        Outcome::Gone => return canary::shown(&state, &request, &secret, (typed, None)).await,
        Outcome::NoChoice => {
            let answered = answered(None, Some(FaultCode::NotAllowed));
            return shown(&state, &request, &secret, answered).await;
        }
    })
}

/// Loading the answer again sends nothing again.
fn again(secret: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, format!("/a/{secret}")))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// `dd/mm/yyyy hh:mm` in Việt Nam.
pub fn written(moment: DateTime<Utc>) -> String {
    moment
        .with_timezone(&vietnam())
        .format("%d/%m/%Y %H:%M")
        .to_string()
}

/// One entry of the form.
pub(super) struct Entry {
    pub(super) id: &'static str,
    pub(super) label: Text,
    /// What browsers fill in by themselves.
    pub(super) autocomplete: &'static str,
    pub(super) kind: &'static str,
    pub(super) typed: String,
    pub(super) wrong: Option<Text>,
}

/// What is asked of whoever takes an alert, or answers a test.
pub(super) fn entries(typed: &Typed, wrong: Option<Wrong>) -> Vec<Entry> {
    let wrong = wrong.unwrap_or_default();
    let said = |code: Option<FaultCode>| code.and_then(|code| fault(code.as_str()));
    vec![
        Entry {
            id: "name",
            label: pages::TAKE_NAME,
            autocomplete: "name",
            kind: "text",
            typed: typed.name.clone(),
            wrong: said(wrong.name),
        },
        Entry {
            id: "post",
            label: pages::TAKE_POST,
            autocomplete: "organization-title",
            kind: "text",
            typed: typed.post.clone(),
            wrong: said(wrong.post),
        },
        Entry {
            id: "phone",
            label: pages::TAKE_PHONE,
            autocomplete: "tel",
            kind: "tel",
            typed: typed.phone.clone(),
            wrong: said(wrong.phone),
        },
    ]
}

/// Who took the alert, or answered the test, and when.
pub(super) struct TakenLine {
    pub(super) at: String,
    pub(super) officer: Option<Officer>,
}

fn view(
    linked: &LinkedCase,
    law: &Law,
    now: DateTime<Utc>,
    answered: &Answered,
    choices: &[AuthorityName],
) -> AlertPage {
    let LinkedCase {
        case,
        facts,
        decision,
        ..
    } = linked;
    let shows_health = is_behind_link(linked.role, Right::ReadHealthData);
    let declarant = &facts.declarant;
    let role = labels::declarant_role(declarant.role);
    let today: Vec<&str> = decision
        .place
        .today
        .iter()
        .map(|unit| unit.full_name.as_str())
        .filter(|name| *name != decision.place.name)
        .collect();
    AlertPage {
        receipt_no: case.receipt_no.clone(),
        class: labels::class(case.class),
        status: labels::status(case.status),
        place: decision.place.name.clone(),
        today: today.join("; "),
        detail: facts.accident.place.detail.clone(),
        occurred_at: written(case.occurred_at),
        received_at: written(case.received_at),
        counts: counts(&case.counts),
        establishment: case.establishment_name.clone(),
        // A link is not a person of the authority that received the notice (L84 Art. 34.2).
        declarant: match declarant.role.is_protected() {
            true => format!("{} / {}", role.vi, role.en),
            false => format!("{} ({} / {})", declarant.full_name, role.vi, role.en),
        },
        phone: Some(declarant.phone.clone()).filter(|_| !declarant.role.is_protected()),
        summary: facts.accident.summary.clone(),
        victims: facts
            .victims
            .iter()
            .map(|victim| {
                let class = decision
                    .victims
                    .iter()
                    .find(|result| result.no == victim.no)
                    .map(|result| result.class);
                let class = class.map(labels::victim_class);
                let name = victim
                    .full_name
                    .as_deref()
                    .unwrap_or("(chưa rõ tên / name not known)");
                let class = class.map_or_else(String::new, |class| {
                    format!(" – {} / {}", class.vi, class.en)
                });
                VictimLine {
                    who: format!("{name}{class}"),
                    masked: !shows_health && !victim.injuries.is_empty(),
                    injuries: victim
                        .injuries
                        .iter()
                        .filter(|_| shows_health)
                        .map(|code| injury(law, code, case.occurred_at))
                        .collect(),
                }
            })
            .collect(),
        clocks: linked
            .clocks
            .iter()
            .filter(|clock| clock.stopped_at.is_none())
            .map(|clock| ClockLine {
                name: labels::clock(clock.id),
                due: written(clock.due_raw),
                overdue: clock.due_raw < now,
                article: clock.basis.article.clone(),
            })
            .collect(),
        told: linked
            .alerts
            .iter()
            .map(|AlertShown { ledger, .. }| {
                let alert = &ledger.alert;
                let role = labels::role(alert.role);
                let who = alert
                    .authority
                    .as_ref()
                    .map_or(role.vi, |authority| authority.name.as_str());
                let status = labels::alert_status(ledger.status());
                let phone = alert
                    .phone
                    .as_deref()
                    .map(|phone| format!(", {phone}"))
                    .unwrap_or_default();
                format!("{who}{phone}: {} / {}", status.vi, status.en)
            })
            .collect(),
        expires_at: written(linked.expires_at),
        taken: linked.own().and_then(|own| {
            let taken = own.ledger.taken.as_ref()?;
            Some(TakenLine {
                at: written(taken.at),
                officer: own.officer.clone(),
            })
        }),
        entries: entries(&answered.typed, answered.wrong),
        choices: choices
            .iter()
            .map(|one| Choice {
                id: one.id.clone(),
                name: one.name.clone(),
                chosen: one.id == answered.belongs_to,
            })
            .collect(),
        no_choice: answered.no_choice.and_then(|code| fault(code.as_str())),
    }
}

/// An injury by its code and its name in the list of D39 Phụ lục II, where it is on it.
fn injury(law: &Law, code: &str, occurred_at: DateTime<Utc>) -> String {
    law.keyed(Subject::SeriousInjury, code, day_in_vietnam(occurred_at))
        .map_or_else(
            || code.to_owned(),
            |listed| format!("{code} {}", listed.note),
        )
}

fn counts(counts: &Casualties) -> String {
    let parts = [
        (counts.dead, "chết / dead"),
        (counts.serious, "bị thương nặng / seriously hurt"),
        (counts.light, "bị thương nhẹ / lightly hurt"),
        (counts.missing, "mất tích / missing"),
        (counts.unknown, "chưa rõ / unknown"),
    ];
    let named: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    named.join(" · ")
}

/// The same for a Unix timestamp in seconds.
pub fn written_timestamp(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0)
        .map(written)
        .unwrap_or_default()
}
