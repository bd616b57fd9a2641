//! Bodies and handlers of alerts.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    openapi::{ActRefusals, ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::{
        acknowledgement::Officer,
        authority::Role,
        bounce::ReturnKind,
        contact::Channel,
        delivery::TlsState,
        ladder::RungKind,
        law::Basis,
        routing::{AuthorityName, Duty},
    },
    error::{AppError, Result},
    ids::{AlertId, CaseId, MessageId},
    service::alerts::{self, AlertShown, LadderShown},
    store::{
        alerts::{AlertStatus, MessageLedger},
        bounces::Bounce,
        outbox::MessageStatus,
    },
    time::rfc3339_in_vietnam,
};

/// One alert to one address.
#[derive(Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertBody {
    /// Id of the alert.
    id: String,
    /// Id of the message to this address; `null` where there is nobody to send to.
    message_id: Option<String>,
    /// Role in which the recipient is told.
    role: Role,
    /// Who; `null` where nobody holds the role.
    recipient: Option<AuthorityName>,
    /// Telephone.
    phone: Option<String>,
    /// How it goes; `null` where there is nobody to send to.
    channel: Option<Channel>,
    /// Address.
    address: Option<String>,
    /// Duty.
    duty: Duty,
    /// Form.
    form: Option<String>,
    /// Rules that name the recipient.
    basis: Vec<Basis>,
    /// Where it stands.
    #[schema(value_type = AlertStatus)]
    status: String,
    /// When it was decided.
    created_at: String,
    /// When the next try is due.
    next_attempt_at: Option<String>,
    /// Every try, oldest first.
    attempts: Vec<AttemptBody>,
    /// When the link of this mail was first opened: by a person, or by a program that looks into mails.
    opened_at: Option<String>,
    /// What came back, oldest first.
    returned: Vec<ReturnBody>,
    /// The post of the authority that it belongs to: in which it was taken by a step, or to which it was
    /// assigned; `null` where to none.
    post: Option<AlertPostBody>,
    /// Who at the authority has taken the alert; `null` while nobody has.
    taken: Option<TakenBody>,
    /// Who at the authority said that the case is not theirs; `null` where nobody did.
    refused: Option<RefusedBody>,
    /// Where to ask for another try, where this one failed or came back.
    resend: Option<String>,
    /// The alert that nobody took, where this one was made by its ladder.
    climbed_from: Option<String>,
    /// How the alert climbs while nobody takes it; `null` where it does not.
    ladder: Option<LadderBody>,
}

/// The post that an alert belongs to.
#[derive(Serialize, ToSchema)]
#[schema(as = AlertPost)]
pub struct AlertPostBody {
    /// Id.
    id: String,
    /// Name.
    name: String,
    /// Its authority, which may have taken over from the one that was told.
    authority_id: String,
}

/// The ladder of an alert.
#[derive(Serialize, ToSchema)]
#[schema(as = Ladder)]
pub struct LadderBody {
    /// Since when it climbs.
    since: String,
    /// What was climbed, the first first.
    rungs: Vec<RungBody>,
    /// The next rung and when; `null` where it rests.
    next: Option<NextRungBody>,
    /// Its entry on the call list.
    call: Option<LadderCallBody>,
}

/// A rung that was climbed. Where it reached nobody, the next one followed at once.
#[derive(Serialize, ToSchema)]
#[schema(as = Rung)]
pub struct RungBody {
    /// Whom it tells.
    rung: RungKind,
    /// Which of several of this kind.
    nth: i32,
    /// When.
    at: String,
    /// Addresses that were written to.
    addresses: Vec<String>,
    /// Authorities that were told, by their ids.
    authorities: Vec<String>,
    /// Whether anybody was reached.
    reached: bool,
}

/// The next rung.
#[derive(Serialize, ToSchema)]
#[schema(as = NextRung)]
pub struct NextRungBody {
    /// Whom it tells.
    rung: RungKind,
    /// Which of several of this kind.
    nth: i32,
    /// When.
    at: String,
}

/// That somebody must telephone.
#[derive(Serialize, ToSchema)]
#[schema(as = LadderCall)]
pub struct LadderCallBody {
    /// Id.
    id: String,
    /// Since when.
    opened_at: String,
    /// Until when.
    closed_at: Option<String>,
}

impl From<&LadderShown> for LadderBody {
    fn from(ladder: &LadderShown) -> Self {
        Self {
            since: rfc3339_in_vietnam(ladder.since),
            rungs: ladder
                .climbed
                .iter()
                .map(|climbed| RungBody {
                    rung: climbed.rung.kind,
                    nth: climbed.rung.nth,
                    at: rfc3339_in_vietnam(climbed.fired_at),
                    addresses: climbed.reached.addresses.clone(),
                    authorities: climbed.reached.authorities.clone(),
                    reached: climbed.reached.anybody(),
                })
                .collect(),
            next: ladder.next.map(|(rung, at)| NextRungBody {
                rung: rung.kind,
                nth: rung.nth,
                at: rfc3339_in_vietnam(at),
            }),
            call: ladder.call.as_ref().map(|call| LadderCallBody {
                id: call.id.to_string(),
                opened_at: rfc3339_in_vietnam(call.opened_at),
                closed_at: call.closed.map(|(at, _)| rfc3339_in_vietnam(at)),
            }),
        }
    }
}

/// Somebody took an alert.
#[derive(Serialize, ToSchema)]
#[schema(as = AlertTaken, example = json!({"at": "2026-11-22T11:04:00+07:00", "name": "Đặng Văn Sơn", "post": "Trực ban Công an xã", "phone": "0912345678"}))]
pub struct TakenBody {
    /// When.
    at: String,
    /// Name; `null` where the record is destroyed.
    name: Option<String>,
    /// Post or unit.
    post: Option<String>,
    /// Telephone.
    phone: Option<String>,
}

/// Somebody said that an alert is not theirs.
#[derive(Serialize, ToSchema)]
#[schema(as = AlertRefused, example = json!({"at": "2026-11-22T11:04:00+07:00", "name": "Đặng Văn Sơn", "post": "Trực ban Công an xã", "phone": "0912345678", "passed_to": ["CAX-02008"]}))]
pub struct RefusedBody {
    /// When.
    at: String,
    /// Name; `null` where the record is destroyed.
    name: Option<String>,
    /// Post or unit.
    post: Option<String>,
    /// Telephone.
    phone: Option<String>,
    /// Who is told instead: ids of the directory.
    passed_to: Vec<String>,
}

/// One try to deliver.
#[derive(Serialize, ToSchema)]
#[schema(as = Attempt)]
pub struct AttemptBody {
    /// When.
    at: String,
    /// `sent`, `delayed` or `failed`.
    #[schema(value_type = MessageStatus)]
    outcome: String,
    /// What the server said.
    #[schema(example = "250 2.0.0 Ok: queued")]
    reply: String,
    /// Host and port of the relay; `null` where it did not come to that.
    #[schema(example = "relay.example.test:465")]
    relay: Option<String>,
    /// How the connection to the relay was protected; `null` where none came about.
    tls: Option<TlsState>,
}

/// Something that came back of a message.
#[derive(Serialize, ToSchema)]
#[schema(as = ReturnedMail)]
pub struct ReturnBody {
    /// When it was received.
    at: String,
    /// What it says; only `failed` is final.
    kind: ReturnKind,
    /// Status code of the mail server.
    #[schema(example = "5.1.1")]
    status_code: Option<String>,
    /// What it said.
    #[schema(example = "550 5.1.1 no such user")]
    diagnostic: Option<String>,
}

/// The alerts of a case.
#[derive(Serialize, ToSchema)]
#[schema(as = AlertList)]
pub struct AlertsBody {
    /// One entry for each address.
    items: Vec<AlertBody>,
    /// Always `null`.
    next: Option<String>,
}

fn entry(shown: &AlertShown, message: Option<&MessageLedger>) -> AlertBody {
    let AlertShown {
        ledger,
        officer,
        ladder,
        post,
    } = shown;
    let alert = &ledger.alert;
    let is_of_link = |message: &MessageLedger| {
        let taken = ledger.taken.as_ref();
        taken.is_some_and(|taken| taken.message.as_ref().is_none_or(|id| *id == message.id))
    };
    let status = match (message, &alert.ended) {
        (Some(message), None) if !is_of_link(message) => message.status.to_string(),
        _ => ledger.status().to_string(),
    };
    let resend = message
        .filter(|_| matches!(status.as_str(), "failed" | "bounced"))
        .map(|message| {
            format!(
                "/api/v1/cases/{}/alerts/{}/resend",
                alert.case_id, message.id
            )
        });
    AlertBody {
        id: alert.id.to_string(),
        message_id: message.map(|message| message.id.to_string()),
        role: alert.role,
        recipient: alert.authority.clone(),
        phone: alert.phone.clone(),
        channel: message.map(|message| message.channel),
        address: message.map(|message| message.address.clone()),
        duty: alert.duty,
        form: alert.form.clone(),
        basis: alert.basis.clone(),
        status,
        created_at: rfc3339_in_vietnam(alert.created_at),
        next_attempt_at: message
            .and_then(|message| message.due_at)
            .map(rfc3339_in_vietnam),
        attempts: message
            .map(|message| {
                message
                    .attempts
                    .iter()
                    .map(|attempt| AttemptBody {
                        at: rfc3339_in_vietnam(attempt.attempted_at),
                        outcome: attempt.outcome.to_string(),
                        reply: attempt.reply.clone(),
                        relay: attempt
                            .transit
                            .as_ref()
                            .map(|transit| transit.relay.clone()),
                        tls: attempt.transit.as_ref().and_then(|transit| transit.tls),
                    })
                    .collect()
            })
            .unwrap_or_default(),
        returned: message
            .map(|message| message.bounces.iter().map(ReturnBody::from).collect())
            .unwrap_or_default(),
        opened_at: message
            .and_then(|message| message.opened_at)
            .map(rfc3339_in_vietnam),
        post: post.as_ref().map(|post| AlertPostBody {
            id: post.id.to_string(),
            name: post.name.clone(),
            authority_id: post.authority_id.clone(),
        }),
        taken: ledger.taken.as_ref().map(|taken| by(officer, taken.at)),
        refused: ledger.refused.as_ref().map(|refused| {
            let TakenBody {
                at,
                name,
                post,
                phone,
            } = by(officer, refused.at);
            RefusedBody {
                at,
                name,
                post,
                phone,
                passed_to: refused.passed_to.clone(),
            }
        }),
        resend,
        climbed_from: alert.climbed_from.as_ref().map(ToString::to_string),
        ladder: ladder.as_ref().map(LadderBody::from),
    }
}

fn by(officer: &Option<Officer>, at: DateTime<Utc>) -> TakenBody {
    let said = |what: fn(&Officer) -> &String| officer.as_ref().map(what).cloned();
    TakenBody {
        at: rfc3339_in_vietnam(at),
        name: said(|officer| &officer.name),
        post: said(|officer| &officer.post),
        phone: said(|officer| &officer.phone).filter(|phone| !phone.is_empty()),
    }
}

impl From<&Bounce> for ReturnBody {
    fn from(bounce: &Bounce) -> Self {
        Self {
            at: rfc3339_in_vietnam(bounce.received_at),
            kind: bounce.returned.kind,
            status_code: bounce.returned.status.clone(),
            diagnostic: bounce.returned.diagnostic.clone(),
        }
    }
}

fn body(alerts: &[AlertShown]) -> AlertsBody {
    let items = alerts
        .iter()
        .flat_map(|shown| match shown.ledger.messages.as_slice() {
            [] => vec![entry(shown, None)],
            messages => messages
                .iter()
                .map(|message| entry(shown, Some(message)))
                .collect(),
        })
        .collect();
    AlertsBody { items, next: None }
}

/// Every alert of a case: recipient, address, basis, where it stands, each try with the server's reply.
#[utoipa::path(
    get, path = "/api/v1/cases/{case_id}/alerts", tag = "cases", operation_id = "list_alerts",
    params(("case_id" = String, Path, description = "Id")),
    responses((status = 200, description = "Alerts", body = AlertsBody), ReadRefusals),
)]
pub async fn list(
    state: Data<AppState>,
    sender: Credentials,
    case: Path<String>,
) -> Result<HttpResponse> {
    let ledgers = state
        .read_as(sender, move |tx, ctx| {
            let case = CaseId::parse(&case).ok_or(AppError::NotFound("case"))?;
            alerts::list(tx, ctx, &case)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body(&ledgers)))
}

/// Sends an alert again that failed or came back. Its Message-ID stays, and the ledger keeps every try.
#[utoipa::path(
    post, path = "/api/v1/cases/{case_id}/alerts/{message_id}/resend", tag = "cases", operation_id = "resend_alert",
    params(("case_id" = String, Path, description = "Id"), ("message_id" = String, Path, description = "Id of the message")),
    responses((status = 200, description = "Alerts as they now stand", body = AlertsBody), ActRefusals),
)]
pub async fn resend(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (case, message) = path.into_inner();
    let ledgers = state
        .write_as(sender, move |tx, ctx| {
            let case = CaseId::parse(&case).ok_or(AppError::NotFound("case"))?;
            let message = MessageId::parse(&message).ok_or(AppError::NotFound("alert"))?;
            alerts::resend(tx, ctx, &case, &message)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body(&ledgers)))
}

/// Assigns an alert of the caller's authority to one of the authority's posts. Nobody has taken it by that.
#[utoipa::path(
    post, path = "/api/v1/cases/{case_id}/alerts/{alert_id}/assign", tag = "cases", operation_id = "assign_alert",
    params(("case_id" = String, Path, description = "Id"), ("alert_id" = String, Path, description = "Id of the alert")),
    request_body(content = Object, description = "`post_id`, and where wanted `reason`", example = json!({"post_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e47", "reason": "Trực ca đêm"})),
    responses((status = 200, description = "Alerts as they now stand", body = AlertsBody), Refusals),
)]
pub async fn assign(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    json: JsonBody,
) -> Result<HttpResponse> {
    let (case, alert) = path.into_inner();
    let ledgers = state
        .write_as(sender, move |tx, ctx| {
            let case = CaseId::parse(&case).ok_or(AppError::NotFound("case"))?;
            let alert = AlertId::parse(&alert).ok_or(AppError::NotFound("alert"))?;
            alerts::belonging::assign(tx, ctx, &case, &alert, &json.value)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body(&ledgers)))
}
