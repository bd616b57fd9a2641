//! Bodies and handlers of posts and rosters.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    openapi::{PageRefusals, QueryRefusals, ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::{access::Right, post::PostKind},
    error::{AppError, Result},
    ids::{AccountId, PostId, ShiftId},
    service::posts::{self, OnDuty, PostDetail, PostsQuery, RosterQuery},
    time::rfc3339_in_vietnam,
    wording::labels,
};

/// A post.
#[derive(Serialize, ToSchema)]
#[schema(as = Post, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "authority_id": "SNV-19",
    "authority_name": "Sở Nội vụ tỉnh Thái Nguyên", "kind": "investigator",
    "kind_vi": "Điều tra viên tai nạn lao động", "kind_en": "Accident investigator",
    "name": "Điều tra viên số 1", "grants": [], "created_at": "2026-05-20T08:00:00+07:00",
    "ended_at": null, "ended_because": null, "open_cases": 3,
    "holders": [{"account_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e45",
                 "from": "2026-05-20T08:00:00+07:00", "until": null, "reason": null}],
}))]
pub struct PostBody {
    /// Id.
    id: String,
    /// Its authority.
    authority_id: String,
    /// Name of the authority; `null` where it is not in force.
    authority_name: Option<String>,
    /// Kind.
    kind: PostKind,
    /// The kind in words.
    kind_vi: &'static str,
    /// The kind in words.
    kind_en: &'static str,
    /// Name.
    name: String,
    /// Rights beyond those of its kind.
    grants: Vec<Right>,
    /// When it was created.
    created_at: String,
    /// When it ended.
    ended_at: Option<String>,
    /// Why.
    ended_because: Option<String>,
    /// Open cases that are assigned to it.
    open_cases: i64,
    /// Who holds it, or will.
    holders: Vec<HolderBody>,
}

/// Who holds a post.
#[derive(Serialize, ToSchema)]
#[schema(as = PostHolder)]
pub struct HolderBody {
    /// The account.
    account_id: String,
    /// From when.
    from: String,
    /// Until when; `null` is open.
    until: Option<String>,
    /// Why.
    reason: Option<String>,
}

impl From<&PostDetail> for PostBody {
    fn from(detail: &PostDetail) -> Self {
        let post = &detail.post;
        let label = labels::post(post.kind);
        Self {
            id: post.id.to_string(),
            authority_id: post.authority_id.clone(),
            authority_name: detail.authority_name.clone(),
            kind: post.kind,
            kind_vi: label.vi,
            kind_en: label.en,
            name: post.name.clone(),
            grants: post.grants.clone(),
            created_at: rfc3339_in_vietnam(post.created_at),
            ended_at: post.ended_at.map(rfc3339_in_vietnam),
            ended_because: post.ended_because.clone(),
            open_cases: detail.open_cases,
            holders: detail
                .holders
                .iter()
                .map(|holding| HolderBody {
                    account_id: holding.account.to_string(),
                    from: rfc3339_in_vietnam(holding.from),
                    until: holding.until.map(rfc3339_in_vietnam),
                    reason: holding.reason.clone(),
                })
                .collect(),
        }
    }
}

/// A page of posts.
#[derive(Serialize, ToSchema)]
#[schema(as = PostList, example = json!({"items": [], "next": null}))]
pub struct PostsBody {
    /// By age.
    items: Vec<PostBody>,
    /// Cursor of the next page, or `null`.
    next: Option<String>,
}

/// A shift on duty.
#[derive(Serialize, ToSchema)]
#[schema(as = Shift, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e46", "post_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44",
    "post_name": "Trực ban", "account_id": null, "starts_at": "2026-05-20T17:00:00+07:00",
    "ends_at": "2026-05-21T07:00:00+07:00", "phone": "02083855555",
}))]
pub struct ShiftBody {
    /// Id.
    id: String,
    /// The post.
    post_id: String,
    /// Its name.
    post_name: String,
    /// Who of those who hold it; `null` is all of them.
    account_id: Option<String>,
    /// From when.
    starts_at: String,
    /// Until when.
    ends_at: String,
    /// Where whoever is on duty is reached.
    phone: String,
}

impl From<&OnDuty> for ShiftBody {
    fn from(OnDuty { shift, post }: &OnDuty) -> Self {
        Self {
            id: shift.id.to_string(),
            post_id: post.id.to_string(),
            post_name: post.name.clone(),
            account_id: shift.account.as_ref().map(ToString::to_string),
            starts_at: rfc3339_in_vietnam(shift.starts_at),
            ends_at: rfc3339_in_vietnam(shift.ends_at),
            phone: shift.phone.clone(),
        }
    }
}

/// Shifts by their beginning.
#[derive(Serialize, ToSchema)]
#[schema(as = ShiftList, example = json!({"items": [], "next": null}))]
pub struct ShiftsBody {
    /// By their beginning.
    items: Vec<ShiftBody>,
    /// Always `null`.
    next: Option<String>,
}

fn shifts_body(found: &[OnDuty]) -> HttpResponse {
    HttpResponse::Ok().json(ShiftsBody {
        items: found.iter().map(ShiftBody::from).collect(),
        next: None,
    })
}

pub(super) fn post_id(text: &str) -> Result<PostId> {
    PostId::parse(text).ok_or(AppError::NotFound("post"))
}

/// The posts of the caller's authority; for an administrator those of the province, for the operator all.
#[utoipa::path(
    get, path = "/api/v1/posts", tag = "posts", operation_id = "list_posts",
    params(
        ("authority_id" = Option<String>, Query, description = "Those of one authority"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = PostsBody), QueryRefusals),
)]
pub async fn list(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<PostsQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let page = state
        .read_as(sender, move |tx, ctx| posts::list(tx, ctx, &query))
        .await?;
    Ok(HttpResponse::Ok().json(PostsBody {
        items: page.items.iter().map(PostBody::from).collect(),
        next: page.next,
    }))
}

/// Creates a post in an authority that the caller keeps.
#[utoipa::path(
    post, path = "/api/v1/posts", tag = "posts", operation_id = "create_post",
    request_body(content = Object, description = "`authority_id`, `kind`, `name`, and where wanted `grants`", example = json!({"authority_id": "SNV-19", "kind": "duty_officer", "name": "Trực ban", "grants": ["read_health_data"]})),
    responses((status = 201, description = "The post", body = PostBody), Refusals),
)]
pub async fn create(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let detail = state
        .write_as(sender, move |tx, ctx| posts::create(tx, ctx, &body.value))
        .await?;
    Ok(HttpResponse::Created().json(PostBody::from(&detail)))
}

/// A post, and who holds it.
#[utoipa::path(
    get, path = "/api/v1/posts/{post_id}", tag = "posts", operation_id = "show_post",
    params(("post_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The post", body = PostBody), ReadRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let detail = state
        .read_as(sender, move |tx, ctx| posts::show(tx, ctx, &post_id(&id)?))
        .await?;
    Ok(HttpResponse::Ok().json(PostBody::from(&detail)))
}

/// Ends a post that holds nothing any more.
#[utoipa::path(
    post, path = "/api/v1/posts/{post_id}/end", tag = "posts", operation_id = "end_post",
    params(("post_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`reason`", example = json!({"reason": "Sắp xếp lại bộ máy"})),
    responses((status = 200, description = "The post as it ended", body = PostBody), Refusals),
)]
pub async fn end(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let detail = state
        .write_as(sender, move |tx, ctx| {
            posts::end(tx, ctx, &post_id(&id)?, &body.value)
        })
        .await?;
    Ok(HttpResponse::Ok().json(PostBody::from(&detail)))
}

/// Gives a post to an account, for a time or until further notice. Several may hold it at once. An address is always
/// named with a `full_name`, and is answered the same whether it has an account or not: one without account gets one by
/// that name, and where there is one the name that its holder has stays. Whoever has never used their account is mailed a
/// link by which they choose a password, and the links of before are good no more; asked for once more, with nothing
/// else stated, another one leaves (`already_held` of whoever uses theirs). A locked account is refused
/// (`account_locked`). So many in a day: 200 by one caller, 50 in one authority, 5 an hour of one address.
#[utoipa::path(
    post, path = "/api/v1/posts/{post_id}/holders", tag = "posts", operation_id = "appoint",
    params(("post_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`account_id`, or `email` and `full_name`, and where wanted `from`, `until`, `reason`", example = json!({"email": "hoa.tran@so-noi-vu.test", "full_name": "Trần Thị Hoa"})),
    responses((status = 200, description = "The post", body = PostBody), Refusals),
)]
pub async fn appoint(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let detail = state
        .write_as(sender, move |tx, ctx| {
            posts::appoint(tx, ctx, &post_id(&id)?, &body.value)
        })
        .await?;
    Ok(HttpResponse::Ok().json(PostBody::from(&detail)))
}

/// Takes a post from an account. What the post holds stays with it; of the tokens that the account made for
/// it only those named in `keep_tokens`, for whoever leaves knows their secrets. Where the time of the appointment was
/// over already, the tokens are what is left to take.
#[utoipa::path(
    post, path = "/api/v1/posts/{post_id}/holders/{account_id}/remove", tag = "posts", operation_id = "remove_holder",
    params(("post_id" = String, Path, description = "Id"), ("account_id" = String, Path, description = "The account")),
    request_body(content = Object, description = "`reason`, and where wanted `keep_tokens`", example = json!({"reason": "Chuyển công tác", "keep_tokens": []})),
    responses((status = 200, description = "The post", body = PostBody), Refusals),
)]
pub async fn remove(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (id, account) = path.into_inner();
    let detail = state
        .write_as(sender, move |tx, ctx| {
            let account = AccountId::parse(&account).ok_or(AppError::NotFound("holder"))?;
            posts::remove(tx, ctx, &post_id(&id)?, &account, &body.value)
        })
        .await?;
    Ok(HttpResponse::Ok().json(PostBody::from(&detail)))
}

/// Puts a post, or one of those who hold it, on duty.
#[utoipa::path(
    post, path = "/api/v1/posts/{post_id}/shifts", tag = "posts", operation_id = "add_shift",
    params(("post_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`starts_at`, `ends_at`, `phone`, and where wanted `account_id`", example = json!({"starts_at": "2026-05-20T17:00:00+07:00", "ends_at": "2026-05-21T07:00:00+07:00", "phone": "02083855555"})),
    responses((status = 201, description = "The shift", body = ShiftBody), Refusals),
)]
pub async fn add_shift(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let added = state
        .write_as(sender, move |tx, ctx| {
            posts::add_shift(tx, ctx, &post_id(&id)?, &body.value)
        })
        .await?;
    Ok(HttpResponse::Created().json(ShiftBody::from(&added)))
}

/// Ends a shift now, or takes one back that has not begun.
#[utoipa::path(
    post, path = "/api/v1/posts/{post_id}/shifts/{shift_id}/cancel", tag = "posts", operation_id = "cancel_shift",
    params(("post_id" = String, Path, description = "Id"), ("shift_id" = String, Path, description = "The shift")),
    request_body(content = Object, description = "`reason`", example = json!({"reason": "Đổi ca"})),
    responses((status = 204, description = "Done"), Refusals),
)]
pub async fn cancel_shift(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (id, shift) = path.into_inner();
    state
        .write_as(sender, move |tx, ctx| {
            let shift = ShiftId::parse(&shift).ok_or(AppError::NotFound("shift"))?;
            posts::cancel_shift(tx, ctx, &post_id(&id)?, &shift, &body.value)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The roster of an authority.
#[utoipa::path(
    get, path = "/api/v1/authorities/{authority_id}/roster", tag = "posts", operation_id = "show_roster",
    params(
        ("authority_id" = String, Path, description = "Id in the directory"),
        ("from" = Option<String>, Query, description = "RFC 3339; now where absent"),
        ("to" = Option<String>, Query, description = "RFC 3339; 31 days later where absent, at most 62"),
    ),
    responses((status = 200, description = "Shifts", body = ShiftsBody), PageRefusals),
)]
pub async fn roster(
    state: Data<AppState>,
    sender: Credentials,
    authority: Path<String>,
    query: Query<RosterQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let found = state
        .read_as(sender, move |tx, ctx| {
            posts::roster(tx, ctx, &authority, &query)
        })
        .await?;
    Ok(shifts_body(&found))
}

/// Who of an authority is on duty now, and where they are reached.
#[utoipa::path(
    get, path = "/api/v1/authorities/{authority_id}/on-duty", tag = "posts", operation_id = "show_on_duty",
    params(("authority_id" = String, Path, description = "Id in the directory")),
    responses((status = 200, description = "Shifts", body = ShiftsBody), ReadRefusals),
)]
pub async fn on_duty(
    state: Data<AppState>,
    sender: Credentials,
    authority: Path<String>,
) -> Result<HttpResponse> {
    let found = state
        .read_as(sender, move |tx, ctx| posts::on_duty(tx, ctx, &authority))
        .await?;
    Ok(shifts_body(&found))
}
