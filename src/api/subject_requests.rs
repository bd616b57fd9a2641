//! Bodies and handlers of data subjects' requests.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    openapi::{ActRefusals, QueryRefusals, ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::{
        clocks::DerivationStep,
        duties::{
            Limit,
            requests::{Capacity, RefusalGround, Relation, RequestKind, RequestStatus},
        },
        law::Basis,
    },
    error::{AppError, Result},
    ids::RequestId,
    service::subject_requests::{self as requests, Request, RequestsQuery, Seen},
    time::rfc3339_in_vietnam,
};

/// A time limit with its derivation.
#[derive(Serialize, ToSchema)]
#[schema(as = DutyLimit)]
pub struct LimitBody {
    /// Exact end.
    due_raw: String,
    /// End moved to a working day.
    due_rolled: String,
    /// The rule.
    basis: Basis,
    /// How the dates came about.
    derivation: Vec<DerivationStep>,
}

impl From<&Limit> for LimitBody {
    fn from(limit: &Limit) -> Self {
        Self {
            due_raw: rfc3339_in_vietnam(limit.due_raw),
            due_rolled: rfc3339_in_vietnam(limit.due_rolled),
            basis: limit.basis.clone(),
            derivation: limit.derivation.clone(),
        }
    }
}

/// What a data subject asks for.
#[derive(Serialize, ToSchema)]
#[schema(as = DataSubjectRequest, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e48", "authority_id": null, "kind": "view", "capacity": "controller",
    "relation": "data_subject", "requester": "Hà Văn Tư", "contact": "tu@nguoi-lao-dong.test", "details": "Xem hồ sơ của tôi",
    "receipt_no": "267K-3M9Q-XR4F", "status": "open", "received_at": "2026-05-20T08:00:00+07:00", "acknowledged_at": null,
    "answered_at": null, "refusal_ground": null, "answer": null, "extended_days": 0, "extended_because": null, "seen_by": null,
    "registered_by": "Vận hành", "acknowledge_overdue": false, "answer_overdue": false,
    "acknowledge": {"due_raw": "2026-05-22T23:59:59+07:00", "due_rolled": "2026-05-22T23:59:59+07:00", "derivation": [],
                    "basis": {"rule": "D-data_subject.acknowledge", "version": "2026-01-01", "article": "NĐ 356/2025 Điều 5", "confidence": "T2", "facts": []}},
    "answer_limit": {"due_raw": "2026-05-30T23:59:59+07:00", "due_rolled": "2026-06-01T23:59:59+07:00", "derivation": [],
                    "basis": {"rule": "D-data_subject.view", "version": "2026-01-01", "article": "NĐ 356/2025 Điều 5", "confidence": "T2", "facts": []}},
}))]
pub struct RequestBody {
    /// Id.
    id: String,
    /// Who keeps it; `null` is the operator.
    authority_id: Option<String>,
    /// What is asked for.
    kind: RequestKind,
    /// For whom the body that is asked processes the data.
    capacity: Capacity,
    /// Who asks.
    relation: Relation,
    /// Their name.
    requester: String,
    /// How they are reached.
    contact: String,
    /// In their words.
    details: String,
    /// About which record.
    receipt_no: Option<String>,
    /// Where it stands.
    status: RequestStatus,
    /// Receipt.
    received_at: String,
    /// When it was acknowledged.
    acknowledged_at: Option<String>,
    /// When it was answered or refused.
    answered_at: Option<String>,
    /// Why it was refused.
    refusal_ground: Option<RefusalGround>,
    /// What they were told.
    answer: Option<String>,
    /// Limit to acknowledge it.
    acknowledge: LimitBody,
    /// Limit to answer it.
    answer_limit: LimitBody,
    /// Days of the one extension.
    extended_days: u32,
    /// Why it was extended.
    extended_because: Option<String>,
    /// Whether it should have been acknowledged.
    acknowledge_overdue: bool,
    /// Whether it should have been answered.
    answer_overdue: bool,
    /// Who saw the record, as they were told.
    seen_by: Option<Vec<Seen>>,
    /// Who registered it.
    registered_by: String,
}

impl RequestBody {
    fn at(request: Request, now: DateTime<Utc>) -> Self {
        let (acknowledge_overdue, answer_overdue) = request.overdue(now);
        let Request { stored, content } = request;
        Self {
            id: stored.id.to_string(),
            authority_id: stored.authority_id,
            kind: stored.kind,
            capacity: stored.capacity,
            relation: stored.relation,
            requester: content.requester,
            contact: content.contact,
            details: content.details,
            receipt_no: stored.receipt_no,
            status: stored.status,
            received_at: rfc3339_in_vietnam(stored.received_at),
            acknowledged_at: stored.acknowledged_at.map(rfc3339_in_vietnam),
            answered_at: stored.answered_at.map(rfc3339_in_vietnam),
            refusal_ground: stored.refusal_ground,
            answer: content.answer,
            acknowledge: (&stored.limits.acknowledge).into(),
            answer_limit: (&stored.limits.answer).into(),
            extended_days: stored.limits.extended_days,
            extended_because: content.extended_because,
            acknowledge_overdue,
            answer_overdue,
            seen_by: content.seen_by,
            registered_by: stored.registered_by,
        }
    }
}

/// A page of requests.
#[derive(Serialize, ToSchema)]
#[schema(as = DataSubjectRequestList, example = json!({"items": [], "next": null}))]
pub struct RequestsBody {
    /// By age.
    items: Vec<RequestBody>,
    /// Cursor of the next page, or `null`.
    next: Option<String>,
}

fn id_of(text: &str) -> Result<RequestId> {
    RequestId::parse(text).ok_or(AppError::NotFound("request"))
}

/// The requests that the caller keeps, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/data-subject-requests", tag = "personal data", operation_id = "list_data_subject_requests",
    params(
        ("status" = Option<String>, Query, description = "`open` (where absent), `overdue` or `all`"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = RequestsBody), QueryRefusals),
)]
pub async fn list(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<RequestsQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let (page, now) = state
        .read_as(sender, move |tx, ctx| {
            Ok((requests::list(tx, ctx, &query)?, ctx.now))
        })
        .await?;
    let items = page.items.into_iter();
    Ok(HttpResponse::Ok().json(RequestsBody {
        items: items.map(|one| RequestBody::at(one, now)).collect(),
        next: page.next,
    }))
}

/// Registers what a data subject asks for; its clocks run from the receipt (D356 Art. 5).
#[utoipa::path(
    post, path = "/api/v1/data-subject-requests", tag = "personal data", operation_id = "register_data_subject_request",
    request_body(content = Object, description = "`kind`, `relation`, `requester`, `contact`, `details`; where wanted `receipt_no`, `capacity`, `received_at`, `authority_id`", example = json!({"kind": "view", "relation": "data_subject", "requester": "Hà Văn Tư", "contact": "tu@nguoi-lao-dong.test", "details": "Ai đã xem hồ sơ của tôi?", "receipt_no": "267K-3M9Q-XR4F"})),
    responses((status = 201, description = "The request", body = RequestBody), Refusals),
)]
pub async fn register(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (request, now) = state
        .write_as(sender, move |tx, ctx| {
            Ok((requests::register(tx, ctx, &body.value)?, ctx.now))
        })
        .await?;
    Ok(HttpResponse::Created().json(RequestBody::at(request, now)))
}

/// One request.
#[utoipa::path(
    get, path = "/api/v1/data-subject-requests/{request_id}", tag = "personal data", operation_id = "show_data_subject_request",
    params(("request_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The request", body = RequestBody), ReadRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let (request, now) = state
        .read_as(sender, move |tx, ctx| {
            Ok((requests::show(tx, ctx, &id_of(&id)?)?, ctx.now))
        })
        .await?;
    Ok(HttpResponse::Ok().json(RequestBody::at(request, now)))
}

/// Notes that who asks was told that the request arrived.
#[utoipa::path(
    post, path = "/api/v1/data-subject-requests/{request_id}/acknowledge", tag = "personal data", operation_id = "acknowledge_data_subject_request",
    params(("request_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The request", body = RequestBody), ActRefusals),
)]
pub async fn acknowledge(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let (request, now) = state
        .write_as(sender, move |tx, ctx| {
            Ok((requests::acknowledge(tx, ctx, &id_of(&id)?)?, ctx.now))
        })
        .await?;
    Ok(HttpResponse::Ok().json(RequestBody::at(request, now)))
}

/// Extends the limit to answer, once and by the same length.
#[utoipa::path(
    post, path = "/api/v1/data-subject-requests/{request_id}/extend", tag = "personal data", operation_id = "extend_data_subject_request",
    params(("request_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`reason`", example = json!({"reason": "Hồ sơ lưu ở nhiều nơi"})),
    responses((status = 200, description = "The request", body = RequestBody), Refusals),
)]
pub async fn extend(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (request, now) = state
        .write_as(sender, move |tx, ctx| {
            let request = requests::extend_once(tx, ctx, &id_of(&id)?, &body.value)?;
            Ok((request, ctx.now))
        })
        .await?;
    Ok(HttpResponse::Ok().json(RequestBody::at(request, now)))
}

/// Answers a request. Whoever asks to see a record or for a copy is also told who saw it.
#[utoipa::path(
    post, path = "/api/v1/data-subject-requests/{request_id}/answer", tag = "personal data", operation_id = "answer_data_subject_request",
    params(("request_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`answer`", example = json!({"answer": "Đã gửi bản sao"})),
    responses((status = 200, description = "The request", body = RequestBody), Refusals),
)]
pub async fn answer(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (request, now) = state
        .write_as(sender, move |tx, ctx| {
            let request = requests::answer(tx, ctx, &id_of(&id)?, &body.value)?;
            Ok((request, ctx.now))
        })
        .await?;
    Ok(HttpResponse::Ok().json(RequestBody::at(request, now)))
}

/// Refuses a request, on one of the grounds of the law.
#[utoipa::path(
    post, path = "/api/v1/data-subject-requests/{request_id}/refuse", tag = "personal data", operation_id = "refuse_data_subject_request",
    params(("request_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`ground` (`art_19_case`, `identity_not_proven`, `no_data`, `other_persons`), `answer`", example = json!({"ground": "art_19_case", "answer": "Luật buộc lưu hồ sơ"})),
    responses((status = 200, description = "The request", body = RequestBody), Refusals),
)]
pub async fn refuse(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (request, now) = state
        .write_as(sender, move |tx, ctx| {
            let request = requests::refuse(tx, ctx, &id_of(&id)?, &body.value)?;
            Ok((request, ctx.now))
        })
        .await?;
    Ok(HttpResponse::Ok().json(RequestBody::at(request, now)))
}
