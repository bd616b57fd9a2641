//! Bodies and handlers of the queue of a post: how much waits, what is found by words, many cases assigned at once.

use actix_web::{
    HttpResponse,
    web::{Data, Query},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    cases::{CaseLineBody, CaseListBody},
    extract::{Credentials, JsonBody},
    openapi::{QueryRefusals, QuietRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::case::views::QueueView,
    error::{AppError, Result},
    named,
    service::{
        cases::{self, Assigned, Counted, HeldBy, Outcome},
        search::{self, SearchQuery},
    },
    wording::{Text, labels, problems},
};

/// How many cases a view holds.
#[derive(Serialize, ToSchema)]
#[schema(as = ViewCount)]
pub struct ViewCountBody {
    /// View, for `view` of the queue.
    view: QueueView,
    /// In words.
    label_vi: &'static str,
    /// In words.
    label_en: &'static str,
    /// How many, at most 100.
    count: usize,
    /// Whether there are more.
    more: bool,
    /// As it is shown: `12`, or `100+`.
    #[schema(example = "100+")]
    shown: String,
}

impl From<Counted> for ViewCountBody {
    fn from(Counted { view, count, more }: Counted) -> Self {
        let label = labels::view(view);
        Self {
            view,
            label_vi: label.vi,
            label_en: label.en,
            count,
            more,
            shown: format!("{count}{}", if more { "+" } else { "" }),
        }
    }
}

/// How much waits at the caller's desk.
#[derive(Serialize, ToSchema)]
#[schema(as = ViewCounts, example = json!({"items": [
    {"view": "mine", "label_vi": "Của tôi", "label_en": "Mine", "count": 12, "more": false, "shown": "12"},
    {"view": "overdue", "label_vi": "Quá hạn", "label_en": "Overdue", "count": 100, "more": true, "shown": "100+"},
]}))]
pub struct ViewCountsBody {
    /// Every view.
    items: Vec<ViewCountBody>,
}

/// How many cases each view of the queue holds for the caller; none is counted beyond a hundred.
#[utoipa::path(
    get, path = "/api/v1/cases/counts", tag = "cases", operation_id = "count_cases",
    responses((status = 200, description = "Every view", body = ViewCountsBody), QuietRefusals),
)]
pub async fn counts(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let counted = state.read_as(sender, cases::counts).await?;
    Ok(HttpResponse::Ok().json(ViewCountsBody {
        items: counted.into_iter().map(ViewCountBody::from).collect(),
    }))
}

/// Cases by words, the newest first, within territory and role. Every word must stand somewhere in the receipt
/// number, the place, the establishment or, where the caller may read cases, the names of those who were hurt: in
/// any order, without diacritics, the last one from its first two letters on.
#[utoipa::path(
    get, path = "/api/v1/cases/search", tag = "cases", operation_id = "search_cases",
    params(
        ("q" = String, Query, description = "Words, at most ten", example = "nguyen van hu"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = CaseListBody), QueryRefusals),
)]
pub async fn search(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<SearchQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let page = state
        .read_as(sender, move |tx, ctx| search::search(tx, ctx, &query))
        .await?;
    let items = page.items.iter().map(CaseLineBody::from).collect();
    Ok(HttpResponse::Ok().json(CaseListBody {
        items,
        next: page.next,
    }))
}

named! {
    /// What became of one case of many.
    pub enum AssignmentOutcome {
        /// It is assigned.
        Done = "done",
        /// Somebody else changed it meanwhile: read it again, then decide.
        ChangedMeanwhile = "changed_meanwhile",
        /// Not allowed, or not possible.
        Refused = "refused",
    }
}

/// Why a case was not assigned.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentRefusal)]
pub struct AssignmentRefusalBody {
    /// Its name, for programs.
    #[schema(example = "case_ended")]
    code: &'static str,
    /// In words.
    message_vi: &'static str,
    /// In words.
    message_en: &'static str,
}

impl From<&AppError> for AssignmentRefusalBody {
    fn from(error: &AppError) -> Self {
        let code = match error {
            AppError::Forbidden(why) => why,
            other => other.code(),
        };
        let text = problems::problem(code)
            .or_else(|| labels::label(&format!("refusal.{code}")))
            .or_else(|| labels::label(&format!("denial.{code}")))
            .unwrap_or(Text { vi: code, en: code });
        Self {
            code,
            message_vi: text.vi,
            message_en: text.en,
        }
    }
}

/// Who works on a case that was to be assigned.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentHolder)]
pub struct AssignmentHolderBody {
    /// The post; left out where only a name is written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    post_id: Option<String>,
    /// Name of the post, or the name that is written down.
    #[schema(example = "Thanh tra viên 2")]
    name: String,
}

impl From<HeldBy> for AssignmentHolderBody {
    fn from(HeldBy { post, name }: HeldBy) -> Self {
        Self {
            post_id: post.map(|post| post.to_string()),
            name,
        }
    }
}

/// One case of many that were to be assigned.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentResult)]
pub struct AssignmentResultBody {
    /// The case.
    case_id: String,
    /// What became of it.
    outcome: AssignmentOutcome,
    /// Its version now; left out where nothing was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    /// Why nothing was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<AssignmentRefusalBody>,
    /// Who works on it, where nothing was done and somebody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    held_by: Option<AssignmentHolderBody>,
}

impl From<Assigned> for AssignmentResultBody {
    fn from(assigned: Assigned) -> Self {
        let Assigned {
            case,
            outcome,
            held_by,
        } = assigned;
        let (outcome, version, reason) = match &outcome {
            Outcome::Done(version) => (AssignmentOutcome::Done, Some(*version), None),
            Outcome::Changed => (
                AssignmentOutcome::ChangedMeanwhile,
                None,
                Some(AssignmentRefusalBody::from(&AppError::Conflict(
                    "stale_version",
                ))),
            ),
            Outcome::Refused(error) => (AssignmentOutcome::Refused, None, Some(error.into())),
        };
        Self {
            case_id: case.to_string(),
            outcome,
            version,
            reason,
            held_by: held_by.map(Into::into),
        }
    }
}

/// What became of each case.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentResults, example = json!({"items": [
    {"case_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "outcome": "done", "version": 3},
    {"case_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e45", "outcome": "refused", "reason": {
        "code": "case_ended", "message_vi": "Vụ việc đã kết thúc.", "message_en": "The case has ended."}},
    {"case_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e46", "outcome": "refused", "reason": {
        "code": "already_assigned", "message_vi": "Đã có người thụ lý vụ việc. Việc bàn giao do người phụ trách quyết định.",
        "message_en": "Somebody works on the case already. Whoever leads decides on handing it over."},
        "held_by": {"post_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e47", "name": "Thanh tra viên 2"}},
], "done": 1}))]
pub struct AssignmentResultsBody {
    /// In the order in which they were named.
    items: Vec<AssignmentResultBody>,
    /// How many are assigned.
    done: usize,
}

/// Assigns up to a hundred cases for a reason: to a post of the caller's authority (`to_post_id`), or to the caller's
/// own (`take`); with `from_post_id` only those that this post holds, whose alerts go with them. Each case is
/// answered by itself: done whole, refused for a reason, or changed by somebody meanwhile. Who investigates may take
/// what nobody has, and is told who has the rest; who works on a case else is said by whoever leads or takes in.
#[utoipa::path(
    post, path = "/api/v1/cases/assignments", tag = "cases", operation_id = "assign_cases",
    request_body(content = Object, description = "`cases`, each with `case_id` and `seen_version`; `to_post_id` or `take`; where wanted `from_post_id`; `reason`", example = json!({"cases": [{"case_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "seen_version": 2}], "to_post_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e47", "reason": "Phân công theo địa bàn"})),
    responses((status = 200, description = "What became of each", body = AssignmentResultsBody), Refusals),
)]
pub async fn assign(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let assigned = state
        .write_as(sender, move |tx, ctx| {
            cases::assign_many(tx, ctx, &body.value)
        })
        .await?;
    let items: Vec<AssignmentResultBody> = assigned.into_iter().map(Into::into).collect();
    let done = items.iter().filter(|one| one.version.is_some()).count();
    Ok(HttpResponse::Ok().json(AssignmentResultsBody { items, done }))
}
