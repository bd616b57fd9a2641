//! Bodies and handlers of the directory of authorities.

use std::collections::HashMap;

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    history::ChangeBody,
    openapi::{QueryRefusals, ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::{
        authority::{Authority, Level, Role},
        declaration::Sector,
    },
    error::Result,
    service::directory::{
        self, AuthoritiesQuery, AuthorityDetail, Change, Effect, carry_out_change, plan_change,
    },
    store::address_marks::Mark,
    time::rfc3339_in_vietnam,
};

/// An authority for one time.
#[derive(Serialize, ToSchema)]
#[schema(as = Authority)]
pub struct AuthorityBody {
    /// Id, stable over time.
    authority_id: String,
    /// Role.
    role: Role,
    /// Name.
    name: String,
    /// Level.
    level: Level,
    /// Code of its unit on `valid_from`; `VN` for the country.
    territory_code: String,
    /// First day.
    valid_from: NaiveDate,
    /// First day no longer; `null` is open.
    valid_to: Option<NaiveDate>,
    /// Addresses.
    emails: Vec<String>,
    /// Telephone; may be empty.
    phone: String,
    /// Whom to tell where this one cannot be told.
    escalates_to: Option<String>,
    /// Special sectors of a line ministry.
    sectors: Vec<Sector>,
    /// Addresses among `emails` from which an alert came back, until somebody there takes one or the
    /// entry is corrected.
    bounced: Vec<BouncedAddressBody>,
}

/// An address to which mail does not arrive.
#[derive(Serialize, ToSchema)]
#[schema(as = BouncedAddress)]
pub struct BouncedAddressBody {
    /// The address.
    address: String,
    /// The latest time that an alert came back.
    at: String,
    /// Status code of the mail server.
    #[schema(example = "5.1.1")]
    status_code: Option<String>,
    /// What it said.
    #[schema(example = "550 5.1.1 no such user")]
    diagnostic: Option<String>,
}

impl AuthorityBody {
    fn new(row: &Authority, marks: &HashMap<String, Mark>) -> Self {
        let bounced = row.emails.iter().filter_map(|address| {
            let mark = marks.get(address)?;
            Some(BouncedAddressBody {
                address: address.clone(),
                at: rfc3339_in_vietnam(mark.bounced_at),
                status_code: mark.status.clone(),
                diagnostic: mark.diagnostic.clone(),
            })
        });
        Self {
            bounced: bounced.collect(),
            authority_id: row.authority_id.clone(),
            role: row.role,
            name: row.name.clone(),
            level: row.level,
            territory_code: row.territory_code.clone(),
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            emails: row.emails.clone(),
            phone: row.phone.clone(),
            escalates_to: row.escalates_to.clone(),
            sectors: row.sectors.clone(),
        }
    }
}

/// A page of the directory.
#[derive(Serialize, ToSchema)]
#[schema(as = AuthorityList, example = json!({"items": [], "next": null}))]
pub struct AuthoritiesBody {
    /// By id.
    items: Vec<AuthorityBody>,
    /// Cursor of the next page, or `null`.
    next: Option<String>,
}

/// An authority over all times.
#[derive(Serialize, ToSchema)]
#[schema(as = AuthorityHistory, example = json!({"authority_id": "SNV-19", "revision": 3, "rows": [], "changes": []}))]
pub struct AuthorityHistoryBody {
    /// Id.
    authority_id: String,
    /// The revision of the directory.
    revision: i64,
    /// Its rows, by first day.
    rows: Vec<AuthorityBody>,
    /// Who changed them when and why, the newest first.
    changes: Vec<ChangeBody>,
}

impl From<&AuthorityDetail> for AuthorityHistoryBody {
    fn from(detail: &AuthorityDetail) -> Self {
        let first = detail.rows.first();
        Self {
            authority_id: first.map_or_else(String::new, |row| row.authority_id.clone()),
            revision: detail.revision,
            rows: detail
                .rows
                .iter()
                .map(|row| AuthorityBody::new(row, &detail.marks))
                .collect(),
            changes: detail.changes.iter().map(ChangeBody::from).collect(),
        }
    }
}

/// What a change did, or would do.
#[derive(Serialize, ToSchema)]
#[schema(as = AuthorityChanged, example = json!({
    "authority": {"authority_id": "SNV-19", "revision": 4, "rows": [], "changes": []},
    "effect": {"day": "2026-12-01", "revision": 3, "routing": [], "gaps_opened": 0, "gaps_closed": 0, "uncovered_count": 0, "uncovered": [], "open_cases": 0, "receipt_nos": []},
}))]
pub struct AuthorityChangedBody {
    /// The authority as it now is.
    authority: AuthorityHistoryBody,
    /// What that altered.
    effect: Effect,
}

/// Who holds which role where on a day.
#[utoipa::path(
    get, path = "/api/v1/authorities", tag = "directory", operation_id = "list_authorities",
    params(
        ("role" = Option<String>, Query, description = "Those that hold this role"),
        ("territory" = Option<String>, Query, description = "`VN`, or the code of a province (with everything in it) or of a commune"),
        ("day" = Option<String>, Query, description = "In force on this day; today where absent"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = AuthoritiesBody), QueryRefusals),
)]
pub async fn list(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<AuthoritiesQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let page = state
        .read_as(sender, move |tx, ctx| directory::list(tx, ctx, &query))
        .await?;
    Ok(HttpResponse::Ok().json(AuthoritiesBody {
        items: page
            .items
            .iter()
            .map(|row| AuthorityBody::new(row, &page.marks))
            .collect(),
        next: page.next,
    }))
}

/// An authority over all times, and who changed it.
#[utoipa::path(
    get, path = "/api/v1/authorities/{authority_id}", tag = "directory", operation_id = "show_authority",
    params(("authority_id" = String, Path, description = "Id in the directory")),
    responses((status = 200, description = "Its rows and changes", body = AuthorityHistoryBody), ReadRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let detail = state
        .read_as(sender, move |tx, ctx| directory::show(tx, ctx, &id))
        .await?;
    Ok(HttpResponse::Ok().json(AuthorityHistoryBody::from(&detail)))
}

/// Says what a change would alter: who would be told instead of whom, in which communes. Changes nothing.
#[utoipa::path(
    post, path = "/api/v1/authorities/preview", tag = "directory", operation_id = "preview_authority",
    request_body(content = Object, description = "`change` (`add`, `end`, `correct`), `authority_id`, and the members of that change", example = json!({"change": "end", "authority_id": "CAX-22015", "on": "2026-12-01"})),
    responses((status = 200, description = "What it would alter", body = Effect, example = json!({"day": "2026-12-01", "revision": 3, "routing": [], "gaps_opened": 1, "gaps_closed": 0, "uncovered_count": 0, "uncovered": [], "open_cases": 0, "receipt_nos": []})), Refusals),
)]
pub async fn preview(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let planned = state
        .read_as(sender, move |tx, ctx| {
            plan_change(tx, ctx, Change::Preview, &body.value)
        })
        .await?;
    Ok(HttpResponse::Ok().json(&planned.effect))
}

/// Adds an entry, from today or from a later day on.
#[utoipa::path(
    post, path = "/api/v1/authorities", tag = "directory", operation_id = "add_authority",
    request_body(content = Object, description = "The members of an authority, `reason`, and where wanted `seen_revision`", example = json!({"authority_id": "CAX-22015", "role": "LOCAL_POLICE", "name": "Công an xã", "level": "commune", "territory_code": "22015", "valid_from": "2026-12-01", "emails": ["cax@example.test"], "phone": "02623855555", "reason": "Thành lập mới"})),
    responses((status = 201, description = "The authority, and what that altered", body = AuthorityChangedBody), Refusals),
)]
pub async fn add(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let done = change(state, sender, Change::Add, body).await?;
    Ok(HttpResponse::Created().json(done))
}

/// Ends an authority on a day; what was planned for later never begins.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority_id}/end", tag = "directory", operation_id = "end_authority",
    params(("authority_id" = String, Path, description = "Id in the directory")),
    request_body(content = Object, description = "`on` (the first day no longer in force), `reason`, and where wanted `seen_revision`", example = json!({"on": "2026-12-01", "reason": "Giải thể"})),
    responses((status = 200, description = "The authority, and what that altered", body = AuthorityChangedBody), Refusals),
)]
pub async fn end(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let done = change(state, sender, Change::End(id.into_inner()), body).await?;
    Ok(HttpResponse::Ok().json(done))
}

/// Corrects name and contacts from a day on, until the end of the row that counts on it.
#[utoipa::path(
    post, path = "/api/v1/authorities/{authority_id}/correct", tag = "directory", operation_id = "correct_authority",
    params(("authority_id" = String, Path, description = "Id in the directory")),
    request_body(content = Object, description = "`from`, any of `name`, `emails`, `phone`, `escalates_to`, `reason`, and where wanted `seen_revision`", example = json!({"from": "2026-12-01", "emails": ["moi@example.test"], "reason": "Đổi địa chỉ"})),
    responses((status = 200, description = "The authority, and what that altered", body = AuthorityChangedBody), Refusals),
)]
pub async fn correct(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let done = change(state, sender, Change::Correct(id.into_inner()), body).await?;
    Ok(HttpResponse::Ok().json(done))
}

/// Looks first and writes then, so that no declaration waits for the looking.
async fn change(
    state: Data<AppState>,
    sender: Credentials,
    change: Change,
    body: JsonBody,
) -> Result<AuthorityChangedBody> {
    let planned = state
        .read_as(sender.clone(), move |tx, ctx| {
            plan_change(tx, ctx, change, &body.value)
        })
        .await?;
    let effect = planned.effect.clone();
    let detail = state
        .write_as(sender, move |tx, ctx| carry_out_change(tx, ctx, &planned))
        .await?;
    Ok(AuthorityChangedBody {
        authority: AuthorityHistoryBody::from(&detail),
        effect,
    })
}
