//! Handlers by which whoever keeps the posts of a province keeps the accounts of those who hold them.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    accounts::{ShownAgainBody, shown_again},
    extract::{Credentials, JsonBody},
    openapi::{ActRefusals, Refusals},
    session::private,
};
use crate::{
    app::AppState,
    error::{AppError, Result},
    ids::AccountId,
    service::accounts::administration,
};

fn account_id(text: &str) -> Result<AccountId> {
    AccountId::parse(text).ok_or(AppError::NotFound("account"))
}

/// Locks the account of somebody who holds posts, of which the caller keeps the one that was given first: nobody signs in to it, its sessions,
/// links and tokens end, and its posts stay. Doing it twice is doing it once; nobody locks their own (`own_account`).
#[utoipa::path(
    post, path = "/api/v1/accounts/{account_id}/lock", tag = "posts", operation_id = "lock_account",
    params(("account_id" = String, Path, description = "The account")),
    request_body(content = Object, description = "`reason`, which its holder is told", example = json!({"reason": "Nghi tài khoản bị lộ"})),
    responses((status = 204, description = "Locked"), Refusals),
)]
pub async fn lock(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    state
        .write_as(sender, move |tx, ctx| {
            administration::lock(tx, ctx, &account_id(&id)?, &body.value)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Opens a locked account again. Tokens that ended stay ended.
#[utoipa::path(
    post, path = "/api/v1/accounts/{account_id}/unlock", tag = "posts", operation_id = "unlock_account",
    params(("account_id" = String, Path, description = "The account")),
    responses((status = 204, description = "Open"), ActRefusals),
)]
pub async fn unlock(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    state
        .write_as(sender, move |tx, ctx| {
            administration::unlock(tx, ctx, &account_id(&id)?)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes codes of an app, recovery codes, passkeys and linked identities from an account whose holder has lost them.
/// Whoever does it shows again who they are; the holder is told by mail, still needs the password, and sets up
/// another second factor before anything else. Not by a token.
#[utoipa::path(
    post, path = "/api/v1/accounts/{account_id}/reset-second-factor", tag = "posts", operation_id = "reset_second_factor", security(("session" = [])),
    params(("account_id" = String, Path, description = "The account")),
    request_body = ShownAgainBody,
    responses((status = 204, description = "Taken"), Refusals),
)]
pub async fn reset_second_factor(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let shown = shown_again(&body.value)?;
    let id = id.into_inner();
    let looked_at = id.clone();
    state
        .write_confirmed(
            sender,
            shown,
            move |tx, signed| {
                administration::check_reset(tx, signed, &account_id(&looked_at)?).map(drop)
            },
            move |tx, signed| administration::reset_second_factor(tx, signed, &account_id(&id)?),
        )
        .await?;
    Ok(private(StatusCode::NO_CONTENT).finish())
}
