//! Somebody else was faster: what changed, beside the refusal.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::body::EventBody;
use crate::{
    api::{extract::Credentials, problem::ProblemBody},
    app::AppState,
    domain::case::CaseStatus,
    error::AppError,
    ids::CaseId,
    service::cases::{self, CaseDetail},
    wording::labels,
};

/// The refusal that this is about.
const STALE: &str = "stale_version";

/// How many entries are told at most: whoever was away for longer reads the case anew.
const TOLD_AT_MOST: usize = 20;

/// Where a case stands that was changed by somebody else since the caller read it.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = ChangedMeanwhile)]
pub struct ChangedBody {
    /// For `seen_version`, once the caller has read what changed.
    version: i32,
    /// Its state now.
    #[schema(value_type = CaseStatus)]
    status: String,
    /// In words.
    status_vi: String,
    /// In words.
    status_en: String,
    /// The newest entries of the timeline, the oldest of them first: as many as there were versions since, 20 at most.
    newest: Vec<EventBody>,
}

impl ChangedBody {
    fn since(detail: &CaseDetail, seen: i64) -> Self {
        let (case, status) = (&detail.case, labels::status(detail.case.status));
        let versions = i64::from(case.version).saturating_sub(seen);
        let told = usize::try_from(versions)
            .unwrap_or(1)
            .clamp(1, TOLD_AT_MOST);
        let from = detail.events.len().saturating_sub(told);
        let newest = detail.events.iter().skip(from);
        Self {
            version: case.version,
            status: case.status.to_string(),
            status_vi: status.vi.into(),
            status_en: status.en.into(),
            newest: newest.map(EventBody::from).collect(),
        }
    }
}

/// The version of the case that the sender of `body` has seen; 0 where it says none.
pub fn seen_version(body: &Value) -> i64 {
    body["seen_version"].as_i64().unwrap_or_default()
}

/// The answer to a step on `case` that ended in `error`: of a version that is not the newest any more it says what
/// changed since `seen`, as far as the sender still sees the case.
pub async fn refused(
    state: &AppState,
    sender: Credentials,
    (case, seen): (String, i64),
    error: AppError,
) -> HttpResponse {
    if !matches!(error, AppError::Conflict(STALE)) {
        return error.error_response();
    }
    let looked = state
        .read_as(sender, move |tx, ctx| {
            let id = CaseId::parse(&case).ok_or(AppError::NotFound("case"))?;
            cases::show(tx, ctx, &id)
        })
        .await;
    let mut problem = ProblemBody::new(StatusCode::CONFLICT, STALE);
    problem.changed = looked.ok().map(|detail| ChangedBody::since(&detail, seen));
    problem.into_response()
}
