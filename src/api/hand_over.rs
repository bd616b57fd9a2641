//! Bodies and handlers of what a post holds, and of handing it over.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    openapi::{PageRefusals, Refusals},
    posts::post_id,
};
use crate::{
    app::AppState,
    domain::{access::Right, authority::Role, case::CaseStatus},
    error::Result,
    service::posts::{self, HeldPage, HeldQuery, HeldToken},
    store::alert_posts::{HeldAlert, HeldCase},
    time::rfc3339_in_vietnam,
};

/// An alert that belongs to a post.
#[derive(Serialize, ToSchema)]
#[schema(as = HeldAlert)]
pub struct HeldAlertBody {
    /// Id.
    id: String,
    /// Role in which the authority is told.
    role: Role,
    /// The authority that was told; it may have been merged since.
    authority_id: Option<String>,
    /// When it was decided.
    created_at: String,
    /// When somebody took it; `null` while nobody has.
    taken_at: Option<String>,
}

/// A case in which a post holds something.
#[derive(Serialize, ToSchema)]
#[schema(as = HeldCase)]
pub struct HeldCaseBody {
    /// Id of the case.
    case_id: String,
    /// Its receipt number.
    receipt_no: String,
    /// State.
    status: CaseStatus,
    /// Whether the case is assigned to the post.
    assigned: bool,
    /// Its alerts that belong to the post and still hold.
    alerts: Vec<HeldAlertBody>,
}

/// A token of a post.
#[derive(Serialize, ToSchema)]
#[schema(as = HeldToken)]
pub struct HeldTokenBody {
    /// Id.
    id: String,
    /// Name.
    name: String,
    /// What it may do.
    scopes: Vec<Right>,
    /// The account that made it.
    made_by: String,
    /// From then on it is no longer taken.
    expires_at: String,
    /// Whether it was said that it stays although whoever made it leaves.
    kept: bool,
    /// Whether it is taken: whoever made it holds the post, or it was kept.
    good: bool,
}

/// What a post holds.
#[derive(Serialize, ToSchema)]
#[schema(as = Held, example = json!({
    "items": [{
        "case_id": "01a200d8-4179-76ff-9fa4-a94213b875e5", "receipt_no": "268G-FNH8-A7KF", "status": "RECEIVED",
        "assigned": true,
        "alerts": [{"id": "01a200d8-4179-76ff-9fa4-a94213b875e6", "role": "PROVINCIAL_LABOUR_AUTHORITY",
                    "authority_id": "SNV-19", "created_at": "2026-05-20T08:00:00+07:00", "taken_at": null}],
    }],
    "next": null, "shifts": 2,
    "tokens": [{"id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e48", "name": "Phần mềm một cửa", "scopes": ["list_cases"],
                "made_by": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e45", "expires_at": "2026-08-20T08:00:00+07:00",
                "kept": false, "good": true}],
}))]
pub struct HeldBody {
    /// Cases that are assigned to it, or whose alerts belong to it; by age.
    items: Vec<HeldCaseBody>,
    /// Cursor of the next page, or `null`.
    next: Option<String>,
    /// Shifts that are not over.
    shifts: i64,
    /// Tokens that are neither revoked nor too old, oldest first.
    tokens: Vec<HeldTokenBody>,
}

impl From<HeldCase> for HeldCaseBody {
    fn from(held: HeldCase) -> Self {
        let alerts = held
            .alerts
            .into_iter()
            .map(|alert: HeldAlert| HeldAlertBody {
                id: alert.id.to_string(),
                role: alert.role,
                authority_id: alert.authority_id,
                created_at: rfc3339_in_vietnam(alert.created_at),
                taken_at: alert.taken_at.map(rfc3339_in_vietnam),
            });
        Self {
            alerts: alerts.collect(),
            case_id: held.case.to_string(),
            receipt_no: held.receipt_no,
            status: held.status,
            assigned: held.is_assigned,
        }
    }
}

impl From<HeldToken> for HeldTokenBody {
    fn from(HeldToken { token, is_good }: HeldToken) -> Self {
        let of = token.of_post.as_ref();
        Self {
            scopes: of.map(|of| of.scopes.clone()).unwrap_or_default(),
            made_by: of.map_or_else(String::new, |of| of.made_by.to_string()),
            kept: of.is_some_and(|of| of.kept.is_some()),
            good: is_good,
            expires_at: rfc3339_in_vietnam(token.expires_at),
            id: token.id.to_string(),
            name: token.name,
        }
    }
}

impl From<HeldPage> for HeldBody {
    fn from(page: HeldPage) -> Self {
        Self {
            items: page.items.into_iter().map(HeldCaseBody::from).collect(),
            next: page.next,
            shifts: page.shifts,
            tokens: page.tokens.into_iter().map(HeldTokenBody::from).collect(),
        }
    }
}

/// What was handed over.
#[derive(Serialize, ToSchema)]
#[schema(as = HandedOver, example = json!({"cases": 12, "alerts": 3, "shifts": 2, "tokens": 1, "ended_tokens": 0}))]
pub struct HandedOverBody {
    /// Cases, ended ones as well.
    cases: usize,
    /// Alerts that still hold.
    alerts: usize,
    /// Shifts that are not over.
    shifts: usize,
    /// Tokens that were kept.
    tokens: usize,
    /// Tokens that ended, because whoever made them leaves.
    ended_tokens: usize,
}

/// What a post holds, for whoever may hand it over and for whoever acts in it: what goes to another post
/// when it is handed over.
#[utoipa::path(
    get, path = "/api/v1/posts/{post_id}/held", tag = "posts", operation_id = "show_held",
    params(
        ("post_id" = String, Path, description = "Id"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = HeldBody), PageRefusals),
)]
pub async fn held(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    query: Query<HeldQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let page = state
        .read_as(sender, move |tx, ctx| {
            posts::held(tx, ctx, &post_id(&id)?, &query)
        })
        .await?;
    Ok(HttpResponse::Ok().json(HeldBody::from(page)))
}

/// Hands everything that a post holds over to another post of its authority, in one step: cases, alerts and
/// shifts, and the tokens named in `keep_tokens`. The other tokens of whoever leaves end, for they know the
/// secrets; nobody keeps a token that they made themselves.
#[utoipa::path(
    post, path = "/api/v1/posts/{post_id}/hand-over", tag = "posts", operation_id = "hand_over",
    params(("post_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`to_post_id`, `reason`, and where wanted the account that leaves the post with it as `leaving`, and ids of tokens as `keep_tokens`", example = json!({"to_post_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e47", "reason": "Nghỉ hưu", "keep_tokens": []})),
    responses((status = 200, description = "What was handed over", body = HandedOverBody), Refusals),
)]
pub async fn hand_over(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let done = state
        .write_as(sender, move |tx, ctx| {
            posts::hand_over(tx, ctx, &post_id(&id)?, &body.value)
        })
        .await?;
    Ok(HttpResponse::Ok().json(HandedOverBody {
        cases: done.cases,
        alerts: done.alerts,
        shifts: done.shifts,
        tokens: done.tokens,
        ended_tokens: done.ended_tokens,
    }))
}
