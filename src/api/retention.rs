//! Retention, legal holds, and what proves the duties.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    openapi::{ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::duties::evidence::{DutyStatus, LegalDuty},
    error::{AppError, Result},
    ids::CaseId,
    service::{
        evidence::{self, DutyShown},
        retention::{self, Plan},
    },
};

/// What would be destroyed now, and why; destroys nothing. `tnld retention` makes and runs plans.
#[utoipa::path(
    get, path = "/api/v1/retention/plan", tag = "personal data", operation_id = "show_retention_plan",
    responses((status = 200, description = "A dry run", body = Plan, example = json!({
        "cases": [], "counts": {}, "on_hold": {}, "undetermined": 0, "without_key": 0, "more": false, "records": [],
    })), ReadRefusals),
)]
pub async fn plan(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let plan = state.read_as(sender, retention::plan).await?;
    Ok(HttpResponse::Ok().json(plan))
}

/// Sets a legal hold: nothing of the case is destroyed.
#[utoipa::path(
    post, path = "/api/v1/cases/{case_id}/hold", tag = "personal data", operation_id = "set_hold",
    params(("case_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`ground` (`criminal`, `insurance`, `complaint`), `reason`", example = json!({"ground": "criminal", "reason": "Cơ quan điều tra đã khởi tố"})),
    responses((status = 204, description = "On hold"), Refusals),
)]
pub async fn set_hold(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    hold(&state, sender, id.into_inner(), body, true).await
}

/// Lifts a legal hold.
#[utoipa::path(
    post, path = "/api/v1/cases/{case_id}/hold/lift", tag = "personal data", operation_id = "lift_hold",
    params(("case_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`ground`, `reason`", example = json!({"ground": "criminal", "reason": "Bản án đã có hiệu lực"})),
    responses((status = 204, description = "Lifted"), Refusals),
)]
pub async fn lift_hold(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    hold(&state, sender, id.into_inner(), body, false).await
}

async fn hold(
    state: &AppState,
    sender: Credentials,
    id: String,
    body: JsonBody,
    is_set: bool,
) -> Result<HttpResponse> {
    state
        .write_as(sender, move |tx, ctx| {
            ctx.require(crate::domain::access::Right::Retention)?;
            let id = CaseId::parse(&id).ok_or(AppError::NotFound("case"))?;
            retention::hold(tx, ctx, &id, &body.value, is_set)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A duty of the law on personal data, and what proves it.
#[derive(Serialize, ToSchema)]
#[schema(as = LegalDutyShown, example = json!({
    "duty": "risk_review", "article": "Luật 91/2025 Điều 19.2.b", "status": "done", "done_on": "2026-05-20",
    "due_on": "2027-05-20", "reference": "Biên bản 12/BB", "noted_by": "Vận hành",
}))]
pub struct DutyBody {
    /// The duty.
    duty: LegalDuty,
    /// Its article.
    article: &'static str,
    /// Where it stands.
    status: DutyStatus,
    /// When it was done.
    done_on: Option<NaiveDate>,
    /// When it is due again.
    due_on: Option<NaiveDate>,
    /// The document, or the channel.
    reference: Option<String>,
    /// Who noted it.
    noted_by: Option<String>,
}

impl From<DutyShown> for DutyBody {
    fn from(shown: DutyShown) -> Self {
        let evidence = shown.evidence;
        Self {
            duty: shown.duty,
            article: shown.duty.article(),
            status: shown.status,
            done_on: evidence.as_ref().map(|one| one.done_on),
            due_on: evidence.as_ref().map(|one| one.due_on),
            reference: evidence.as_ref().map(|one| one.reference.clone()),
            noted_by: evidence.map(|one| one.noted_by),
        }
    }
}

/// The duties.
#[derive(Serialize, ToSchema)]
#[schema(as = LegalDutyList, example = json!({"items": [], "next": null}))]
pub struct DutiesBody {
    /// Every duty.
    items: Vec<DutyBody>,
    /// Always `null`.
    next: Option<String>,
}

/// The duties of L91/2025 Art. 19.2, what proves them, and when they are due again.
#[utoipa::path(
    get, path = "/api/v1/duties", tag = "personal data", operation_id = "list_duties",
    responses((status = 200, description = "The duties", body = DutiesBody), ReadRefusals),
)]
pub async fn duties(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let found = state.read_as(sender, evidence::list).await?;
    Ok(HttpResponse::Ok().json(DutiesBody {
        items: found.into_iter().map(DutyBody::from).collect(),
        next: None,
    }))
}

/// Notes what proves a duty. What was noted before stays in the history.
#[utoipa::path(
    put, path = "/api/v1/duties", tag = "personal data", operation_id = "note_duty",
    request_body(content = Object, description = "`duty`, `done_on`, `reference`; where it is not the usual time `due_on`", example = json!({"duty": "risk_review", "done_on": "2026-05-20", "reference": "Biên bản 12/BB"})),
    responses((status = 200, description = "The duty", body = DutyBody), Refusals),
)]
pub async fn note_duty(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let shown = state
        .write_as(sender, move |tx, ctx| evidence::note(tx, ctx, &body.value))
        .await?;
    Ok(HttpResponse::Ok().json(DutyBody::from(shown)))
}
