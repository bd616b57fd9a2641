//! Cases: the queue, a case, its steps.

mod action;
mod alike;
mod body;
pub mod changed;

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::alike::GroundBody;
use self::body::{CaseBody, body};
use super::{
    extract::{Credentials, JsonBody},
    openapi::{QueryRefusals, ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::{
        case::{CaseStatus, Step, views::QueueView},
        classify::CaseClass,
        clocks::NO_DUE,
        declaration::{Fault, FaultCode},
        notice::NoticeState,
    },
    error::{AppError, Result},
    ids::CaseId,
    service::{
        cases::{
            self, QueueParams, TakeStep,
            foresee::{Foreseen, foresee},
        },
        declarations::answer::ClockAnswer,
    },
    store::queue::CaseLine,
    time::rfc3339_in_vietnam,
    wording::labels,
};

/// A case in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseLine)]
pub struct CaseLineBody {
    /// Id.
    id: String,
    /// Receipt number of its first declaration.
    receipt_no: String,
    /// State.
    #[schema(value_type = CaseStatus)]
    status: String,
    /// Class.
    case_class: CaseClass,
    /// First receipt.
    received_at: String,
    /// Nearest running legal limit, or `null`.
    due_at: Option<String>,
    /// Place as of the accident.
    place: String,
    /// Establishment.
    establishment: Option<String>,
    /// Who works on it.
    assigned_to: Option<String>,
    /// Where the notice of somebody without an account stands: `unverified` until an official confirms it.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<NoticeState>,
    /// For `seen_version`.
    version: i32,
}

impl From<&CaseLine> for CaseLineBody {
    fn from(line: &CaseLine) -> Self {
        Self {
            id: line.id.to_string(),
            receipt_no: line.receipt_no.clone(),
            status: line.status.to_string(),
            case_class: line.class,
            received_at: rfc3339_in_vietnam(line.received_at),
            due_at: line.due_at.map(rfc3339_in_vietnam),
            place: line.place_name.clone(),
            establishment: line.establishment_name.clone(),
            assigned_to: line.assigned_to.clone(),
            notice: line.notice,
            version: line.version,
        }
    }
}

/// A page of the queue.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseList)]
pub struct CaseListBody {
    /// Cases.
    pub(super) items: Vec<CaseLineBody>,
    /// Cursor of the next page, or `null`.
    pub(super) next: Option<String>,
}

/// The queue: the caller's cases by the nearest legal limit, within territory and role.
#[utoipa::path(
    get, path = "/api/v1/cases", tag = "cases", operation_id = "list_cases",
    params(
        ("view" = Option<QueueView>, Query, description = "A view: open work of the caller's posts, of its authority, of nobody, that waits for others, due this week, overdue"),
        ("status" = Option<String>, Query, description = "A state (`RECEIVED`, …), or `open` for all that have not ended; every case where absent"),
        ("class" = Option<CaseClass>, Query, description = "Class"),
        ("due_before" = Option<String>, Query, description = "RFC 3339; a limit ends before this moment"),
        ("overdue" = Option<bool>, Query, description = "A limit has passed"),
        ("assigned_to" = Option<String>, Query, description = "Who works on it: a name, the id of a post, or `me`"),
        ("q" = Option<String>, Query, description = "Words of receipt number, place or establishment, without diacritics"),
        ("commune" = Option<String>, Query, pattern = "^[0-9]{5}$", description = "Today's commune"),
        ("province" = Option<String>, Query, pattern = "^[0-9]{2}$", description = "Today's province"),
        ("sort" = Option<String>, Query, description = "`due` or `-received`"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = CaseListBody), QueryRefusals),
)]
pub async fn queue(
    state: Data<AppState>,
    sender: Credentials,
    params: Query<QueueParams>,
) -> Result<HttpResponse> {
    let params = params.into_inner();
    let page = state
        .read_as(sender, move |tx, ctx| cases::queue(tx, ctx, &params))
        .await?;
    let items = page.items.iter().map(CaseLineBody::from).collect();
    Ok(HttpResponse::Ok().json(CaseListBody {
        items,
        next: page.next,
    }))
}

/// The case, with clocks that explain themselves and what the caller may do next.
#[utoipa::path(
    get, path = "/api/v1/cases/{case_id}", tag = "cases", operation_id = "show_case",
    params(("case_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The case", body = CaseBody), ReadRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let now = state.clock.now();
    let detail = state
        .read_as(sender, move |tx, ctx| {
            let id = CaseId::parse(&id).ok_or(AppError::NotFound("case"))?;
            cases::show(tx, ctx, &id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body(&detail, now)))
}

/// Takes the case one step further. Which steps, with which fields, stands in `allowed_actions`.
#[utoipa::path(
    post, path = "/api/v1/cases/{case_id}/steps/{step}", tag = "cases",
    params(
        ("case_id" = String, Path, description = "Id"),
        ("step" = Step, Path, description = "Name of an allowed action"),
    ),
    request_body(content = Object, description = "`seen_version` and the fields of the action", example = json!({"seen_version": 1, "file_number": "12/2026"})),
    responses((status = 200, description = "The case as it now stands", body = CaseBody), Refusals),
)]
pub async fn take_step(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    body_sent: JsonBody,
) -> Result<HttpResponse> {
    let (case, step) = path.into_inner();
    let now = state.clock.now();
    let seen = (case.clone(), changed::seen_version(&body_sent.value));
    let taken = state
        .write_as(sender.clone(), move |tx, ctx| {
            let cmd = TakeStep {
                case: CaseId::parse(&case).ok_or(AppError::NotFound("case"))?,
                step: Step::parse(&step).ok_or(AppError::NotFound("step"))?,
                body: body_sent.value,
            };
            cases::take_step(tx, ctx, &cmd)
        })
        .await;
    Ok(match taken {
        Ok(detail) => HttpResponse::Ok().json(body(&detail, now)),
        Err(error) => changed::refused(&state, sender, seen, error).await,
    })
}

/// What a step would do to state and limits; nothing is written. Fields and refusals are those of the step. With
/// `at` it is asked for a later moment, as for the day on which a meeting is planned.
#[utoipa::path(
    post, path = "/api/v1/cases/{case_id}/steps/{step}/preview", tag = "cases", operation_id = "preview_step",
    params(
        ("case_id" = String, Path, description = "Id"),
        ("step" = Step, Path, description = "Name of an allowed action"),
        ("at" = Option<String>, Query, description = "A moment from now on, RFC 3339; now where absent", example = "2030-03-02T09:00:00+07:00"),
    ),
    request_body(content = Object, description = "`seen_version` and the fields of the action", example = json!({"seen_version": 1, "file_number": "12/2026"})),
    responses((status = 200, description = "The case as the step would leave it", body = ForeseenBody), Refusals),
)]
pub async fn preview_step(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    query: Query<Moment>,
    body_sent: JsonBody,
) -> Result<HttpResponse> {
    let (case, step) = path.into_inner();
    let now = state.clock.now();
    let at = query.into_inner().read()?;
    let seen = (case.clone(), changed::seen_version(&body_sent.value));
    let foreseen = state
        .read_as(sender.clone(), move |tx, ctx| {
            let cmd = TakeStep {
                case: CaseId::parse(&case).ok_or(AppError::NotFound("case"))?,
                step: Step::parse(&step).ok_or(AppError::NotFound("step"))?,
                body: body_sent.value,
            };
            foresee(tx, ctx, &cmd, at)
        })
        .await;
    Ok(match foreseen {
        Ok(foreseen) => HttpResponse::Ok().json(ForeseenBody::at(&foreseen, at.unwrap_or(now))),
        Err(error) => changed::refused(&state, sender, seen, error).await,
    })
}

/// When a step would be taken.
#[derive(Deserialize)]
pub struct Moment {
    at: Option<String>,
}

impl Moment {
    fn read(self) -> Result<Option<DateTime<Utc>>> {
        let Some(text) = self.at else {
            return Ok(None);
        };
        match DateTime::parse_from_rfc3339(&text) {
            Ok(at) => Ok(Some(at.to_utc())),
            Err(_) => Err(AppError::Invalid(vec![Fault {
                pointer: "/at".to_owned(),
                code: FaultCode::WrongType,
            }])),
        }
    }
}

/// A case as a step would leave it.
#[derive(Serialize, ToSchema)]
#[schema(as = ForeseenStep)]
pub struct ForeseenBody {
    /// Where it would stand.
    #[schema(value_type = CaseStatus)]
    status: String,
    /// In words.
    status_vi: String,
    /// In words.
    status_en: String,
    /// Nearest running legal limit, or `null`.
    due_at: Option<String>,
    /// When it would have ended.
    closed_at: Option<String>,
    /// Every limit as it would then be, with its derivation.
    clocks: Vec<ClockAnswer>,
}

impl ForeseenBody {
    fn at(foreseen: &Foreseen, at: DateTime<Utc>) -> Self {
        let status = labels::status(foreseen.status);
        let due_at = Some(foreseen.due_at).filter(|due| *due < NO_DUE);
        Self {
            status: foreseen.status.to_string(),
            status_vi: status.vi.into(),
            status_en: status.en.into(),
            due_at: due_at.map(rfc3339_in_vietnam),
            closed_at: foreseen.closed_at.map(rfc3339_in_vietnam),
            clocks: foreseen
                .clocks
                .iter()
                .map(|clock| ClockAnswer::at(clock, at))
                .collect(),
        }
    }
}
