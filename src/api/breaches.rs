//! Bodies and handlers of the register of breaches.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    openapi::{ReadRefusals, Refusals},
    subject_requests::LimitBody,
};
use crate::{
    app::AppState,
    domain::duties::breach::BreachStatus,
    error::{AppError, Result},
    ids::BreachId,
    service::breaches::{self, Breach},
    time::rfc3339_in_vietnam,
};

/// A breach of the protection of personal data, with what the notification form asks for.
#[derive(Serialize, ToSchema)]
#[schema(as = Breach, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e49", "status": "open", "discovered_at": "2026-05-20T08:00:00+07:00",
    "opened_at": "2026-05-20T09:00:00+07:00", "opened_by": "Vận hành", "notified_at": null, "notified_to": null,
    "reference": null, "closed_at": null, "closing": null, "overdue": false, "description": "Mất máy tính xách tay",
    "data_categories": "Họ tên, số định danh", "people": 12, "consequences": null, "contact": "Bộ phận bảo vệ dữ liệu", "measures": [],
    "notify_limit": {"due_raw": "2026-05-23T08:00:00+07:00", "due_rolled": "2026-05-23T08:00:00+07:00", "derivation": [],
                     "basis": {"rule": "D-breach.notify", "version": "2026-01-01", "article": "Luật 91/2025 Điều 23", "confidence": "T2", "facts": []}},
}))]
pub struct BreachBody {
    /// Id.
    id: String,
    /// Where it stands.
    status: BreachStatus,
    /// When it was discovered.
    discovered_at: String,
    /// When it was registered.
    opened_at: String,
    /// By whom.
    opened_by: String,
    /// The 72 hours.
    notify_limit: LimitBody,
    /// Whether they are over without a notification.
    overdue: bool,
    /// When the authority was notified.
    notified_at: Option<String>,
    /// Who was notified.
    notified_to: Option<String>,
    /// Under which number.
    reference: Option<String>,
    /// Its end.
    closed_at: Option<String>,
    /// Why it was closed.
    closing: Option<String>,
    /// What happened.
    description: String,
    /// Which data.
    data_categories: String,
    /// How many people.
    people: Option<u32>,
    /// What it may do to them.
    consequences: Option<String>,
    /// Who is in charge.
    contact: String,
    /// What was done.
    measures: Vec<MeasureBody>,
}

/// Something that was done against a breach.
#[derive(Serialize, ToSchema)]
#[schema(as = BreachMeasure)]
pub struct MeasureBody {
    /// When it was noted.
    noted_at: String,
    /// What.
    text: String,
}

impl BreachBody {
    fn at(breach: Breach, now: DateTime<Utc>) -> Self {
        let overdue = breach.is_overdue(now);
        let Breach { stored, record } = breach;
        Self {
            id: stored.id.to_string(),
            status: stored.status,
            discovered_at: rfc3339_in_vietnam(stored.discovered_at),
            opened_at: rfc3339_in_vietnam(stored.opened_at),
            opened_by: stored.opened_by,
            notify_limit: (&stored.limit).into(),
            overdue,
            notified_at: stored.notified_at.map(rfc3339_in_vietnam),
            notified_to: record.notified_to,
            reference: record.reference,
            closed_at: stored.closed_at.map(rfc3339_in_vietnam),
            closing: record.closing,
            description: record.content.description,
            data_categories: record.content.data_categories,
            people: record.content.people,
            consequences: record.content.consequences,
            contact: record.content.contact,
            measures: record
                .measures
                .into_iter()
                .map(|measure| MeasureBody {
                    noted_at: rfc3339_in_vietnam(measure.noted_at),
                    text: measure.text,
                })
                .collect(),
        }
    }
}

/// The newest breaches.
#[derive(Serialize, ToSchema)]
#[schema(as = BreachList, example = json!({"items": [], "next": null}))]
pub struct BreachesBody {
    /// At most 100, the newest first.
    items: Vec<BreachBody>,
    /// Always `null`.
    next: Option<String>,
}

fn id_of(text: &str) -> Result<BreachId> {
    BreachId::parse(text).ok_or(AppError::NotFound("breach"))
}

/// The newest 100 breaches.
#[utoipa::path(
    get, path = "/api/v1/breaches", tag = "personal data", operation_id = "list_breaches",
    responses((status = 200, description = "Breaches", body = BreachesBody), ReadRefusals),
)]
pub async fn list(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let (found, now) = state
        .read_as(sender, |tx, ctx| {
            Ok((breaches::list(tx, ctx, false)?, ctx.now))
        })
        .await?;
    let items = found.into_iter();
    Ok(HttpResponse::Ok().json(BreachesBody {
        items: items.map(|one| BreachBody::at(one, now)).collect(),
        next: None,
    }))
}

/// Registers a breach: its 72 hours run from the discovery, and the operator is told.
#[utoipa::path(
    post, path = "/api/v1/breaches", tag = "personal data", operation_id = "open_breach",
    request_body(content = Object, description = "`discovered_at`, `description`, `data_categories`, `contact`; where known `people` (as text), `consequences`", example = json!({"discovered_at": "2026-05-20T08:00:00+07:00", "description": "Mất máy tính xách tay", "data_categories": "Họ tên, số định danh", "people": "12", "contact": "Bộ phận bảo vệ dữ liệu"})),
    responses((status = 201, description = "The breach", body = BreachBody), Refusals),
)]
pub async fn open(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (breach, now) = state
        .write_as(sender, move |tx, ctx| {
            Ok((breaches::open(tx, ctx, &body.value)?, ctx.now))
        })
        .await?;
    Ok(HttpResponse::Created().json(BreachBody::at(breach, now)))
}

/// One breach.
#[utoipa::path(
    get, path = "/api/v1/breaches/{breach_id}", tag = "personal data", operation_id = "show_breach",
    params(("breach_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The breach", body = BreachBody), ReadRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let (breach, now) = state
        .read_as(sender, move |tx, ctx| {
            Ok((breaches::show(tx, ctx, &id_of(&id)?)?, ctx.now))
        })
        .await?;
    Ok(HttpResponse::Ok().json(BreachBody::at(breach, now)))
}

/// The content of the notification form, as text in both languages.
#[utoipa::path(
    get, path = "/api/v1/breaches/{breach_id}/form", tag = "personal data", operation_id = "show_breach_form",
    params(("breach_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The form", content_type = "text/plain", body = String), ReadRefusals),
)]
pub async fn form(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let breach = state
        .read_as(sender, move |tx, ctx| breaches::show(tx, ctx, &id_of(&id)?))
        .await?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(breaches::form_text(&breach)))
}

/// Adds a measure.
#[utoipa::path(
    post, path = "/api/v1/breaches/{breach_id}/measures", tag = "personal data", operation_id = "add_breach_measure",
    params(("breach_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`text`", example = json!({"text": "Đã khóa tài khoản"})),
    responses((status = 200, description = "The breach", body = BreachBody), Refusals),
)]
pub async fn add_measure(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (breach, now) = state
        .write_as(sender, move |tx, ctx| {
            let breach = breaches::add_measure(tx, ctx, &id_of(&id)?, &body.value)?;
            Ok((breach, ctx.now))
        })
        .await?;
    Ok(HttpResponse::Ok().json(BreachBody::at(breach, now)))
}

/// Notes that the authority was notified.
#[utoipa::path(
    post, path = "/api/v1/breaches/{breach_id}/notified", tag = "personal data", operation_id = "note_breach_notified",
    params(("breach_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`notified_at`, `to`, and where there is one `reference`", example = json!({"notified_at": "2026-05-21T08:00:00+07:00", "to": "Cục A05, Bộ Công an"})),
    responses((status = 200, description = "The breach", body = BreachBody), Refusals),
)]
pub async fn notified(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (breach, now) = state
        .write_as(sender, move |tx, ctx| {
            let breach = breaches::notified(tx, ctx, &id_of(&id)?, &body.value)?;
            Ok((breach, ctx.now))
        })
        .await?;
    Ok(HttpResponse::Ok().json(BreachBody::at(breach, now)))
}

/// Closes a breach that was notified, or that need not be.
#[utoipa::path(
    post, path = "/api/v1/breaches/{breach_id}/close", tag = "personal data", operation_id = "close_breach",
    params(("breach_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`reason`; `without_notification`: `yes` where nobody need be notified", example = json!({"reason": "Đã khắc phục"})),
    responses((status = 200, description = "The breach", body = BreachBody), Refusals),
)]
pub async fn close(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (breach, now) = state
        .write_as(sender, move |tx, ctx| {
            let breach = breaches::close(tx, ctx, &id_of(&id)?, &body.value)?;
            Ok((breach, ctx.now))
        })
        .await?;
    Ok(HttpResponse::Ok().json(BreachBody::at(breach, now)))
}
