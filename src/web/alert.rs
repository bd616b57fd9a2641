//! The read-only page behind the link of a mail. GET changes nothing.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use askama::Template;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::page;
use crate::{
    api::extract::origin,
    app::AppState,
    domain::{
        access::{Right, table::is_behind_link},
        audit::{Action, ActorKind, Object, ObjectKind, Who},
        declaration::Casualties,
        law::{Law, Subject},
    },
    error::Result,
    service::{
        alerts::{self, LinkedCase},
        audit::Note,
    },
    time::{day_in_vietnam, vietnam},
    wording::{Text, labels},
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

#[derive(Template)]
#[template(path = "gone.html", config = "src/web/askama.toml")]
struct Gone;

/// `GET /a/{secret}`: the case as it now stands, until the link expires.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    secret: Path<String>,
) -> Result<HttpResponse> {
    let (secret, now) = (secret.into_inner(), state.clock.now());
    let (worlds, keys) = (Arc::clone(&state.worlds), Arc::clone(&state.keys));
    let found = state
        .db
        .read(move |tx| {
            let Some(linked) = alerts::behind_link(tx, &keys, &secret, now)? else {
                return Ok(None);
            };
            Ok(Some((linked, worlds.now(tx)?)))
        })
        .await?;
    if let Some((linked, _)) = &found {
        let note = Note {
            action: Action::ReadByLink,
            object: Object::new(ObjectKind::Case, &linked.case.id),
            details: json!({ "receipt_no": linked.case.receipt_no }),
        };
        state
            .trace(vec![note], reader(linked), origin(&request), now)
            .await?;
    }
    Ok(match found {
        Some((linked, world)) => page(&mut HttpResponse::Ok(), &view(&linked, &world.law, now)),
        None => page(&mut HttpResponse::NotFound(), &Gone),
    })
}

/// Whoever holds the mail: the authority that it was sent to.
fn reader(linked: &LinkedCase) -> Who {
    let reader = linked.reader.as_ref();
    Who {
        kind: ActorKind::Link,
        id: reader.map_or_else(String::new, |who| who.id.clone()),
        name: reader.map_or_else(String::new, |who| who.name.clone()),
        role: linked.role.to_string(),
        territory: None,
    }
}

/// `dd/mm/yyyy hh:mm` in Việt Nam.
pub fn written(moment: DateTime<Utc>) -> String {
    moment
        .with_timezone(&vietnam())
        .format("%d/%m/%Y %H:%M")
        .to_string()
}

fn view(linked: &LinkedCase, law: &Law, now: DateTime<Utc>) -> AlertPage {
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
            .map(|ledger| {
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
