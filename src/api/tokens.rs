//! Bodies and handlers of the tokens of posts.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    accounts::shown_in,
    extract::{Credentials, JsonBody},
    openapi::{QueryRefusals, Refusals},
    session::private,
};
use crate::{
    app::AppState,
    domain::{access::Right, post::Post},
    error::{AppError, Result},
    ids::TokenId,
    service::{
        form::Form,
        tokens::{
            making::{Asked, TokensQuery},
            of_posts,
        },
    },
    store::tokens::Token,
    time::rfc3339_in_vietnam,
};

/// A token of a post; never its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenBody {
    /// Id.
    id: String,
    /// Name.
    name: String,
    /// The post whose rights it has.
    post_id: String,
    /// Name of the post.
    post_name: String,
    /// The authority of the post.
    authority_id: String,
    /// What it may do: no more than the post itself.
    scopes: Vec<Right>,
    /// The account that made it. The token ends when that leaves the post, unless it was kept.
    made_by: String,
    /// When it was said that it stays although whoever made it leaves.
    kept_at: Option<String>,
    /// Who said so: an account, or `tnld` for the command line.
    kept_by: Option<String>,
    /// Why.
    kept_because: Option<String>,
    /// When it was made.
    created_at: String,
    /// From then on it is no longer taken.
    expires_at: String,
    /// When it was revoked.
    revoked_at: Option<String>,
    /// Why.
    revoked_because: Option<String>,
    /// Last use, to the minute.
    last_used_at: Option<String>,
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = NewToken)]
pub struct NewTokenBody {
    /// What is sent as `Authorization: Bearer …`; shown this once.
    secret: String,
    /// The token.
    token: TokenBody,
}

/// A page of tokens.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenList)]
pub struct TokensBody {
    /// The newest first.
    items: Vec<TokenBody>,
    /// Cursor of the next page, or `null`.
    next: Option<String>,
}

/// The body that makes a token.
#[derive(Serialize, ToSchema)]
#[schema(as = MakeToken, example = json!({"name": "Phần mềm một cửa", "scopes": ["list_cases", "read_case"], "valid_days": 90, "password": "trâu cày ruộng sâu", "totp": "492039"}))]
pub struct MakeTokenBody {
    /// Name: which software it is for.
    name: String,
    /// What it may do: rights of the post that software may have.
    scopes: Vec<Right>,
    /// 1 to 366 days; 90 where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_days: Option<u32>,
    /// Password of the account.
    password: String,
    /// Code of the authenticator app.
    #[serde(skip_serializing_if = "Option::is_none")]
    totp: Option<String>,
    /// A recovery code instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_code: Option<String>,
}

fn body(token: &Token, post: &Post) -> TokenBody {
    let of_post = token.of_post.as_ref();
    let kept = of_post.and_then(|of| of.kept.as_ref());
    TokenBody {
        id: token.id.to_string(),
        name: token.name.clone(),
        post_id: post.id.to_string(),
        post_name: post.name.clone(),
        authority_id: post.authority_id.clone(),
        scopes: of_post.map(|of| of.scopes.clone()).unwrap_or_default(),
        made_by: of_post.map_or_else(String::new, |of| of.made_by.to_string()),
        kept_at: kept.map(|kept| rfc3339_in_vietnam(kept.at)),
        kept_by: kept.map(|kept| kept.by.clone()),
        kept_because: kept.map(|kept| kept.because.clone()),
        created_at: rfc3339_in_vietnam(token.created_at),
        expires_at: rfc3339_in_vietnam(token.expires_at),
        revoked_at: token.revoked_at.map(rfc3339_in_vietnam),
        revoked_because: token.revoked_because.clone(),
        last_used_at: token.last_used_at.map(rfc3339_in_vietnam),
    }
}

/// The tokens of posts: of the caller's authority; for an administrator those of the province, for the
/// operator all.
#[utoipa::path(
    get, path = "/api/v1/tokens", tag = "tokens", operation_id = "list_tokens",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = TokensBody), QueryRefusals),
)]
pub async fn list(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<TokensQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let page = state
        .read_as(sender, move |tx, ctx| of_posts::list(tx, ctx, &query))
        .await?;
    Ok(HttpResponse::Ok().json(TokensBody {
        items: page
            .items
            .iter()
            .map(|(token, post)| body(token, post))
            .collect(),
        next: page.next,
    }))
}

/// Makes a token for the post in which the person acts, for some of the rights of the post. The person
/// shows again who they are, for a token outlives the session.
#[utoipa::path(
    post, path = "/api/v1/tokens", tag = "tokens", operation_id = "create_token", security(("session" = [])),
    request_body = MakeTokenBody,
    responses((status = 201, description = "The token, and its secret this once", body = NewTokenBody), Refusals),
)]
pub async fn create(
    state: Data<AppState>,
    sender: Credentials,
    json: JsonBody,
) -> Result<HttpResponse> {
    let mut form = Form::new(&json.value);
    let asked = Asked::read(&mut form);
    let shown = shown_in(&mut form);
    form.finish()?;
    let planned = asked.clone();
    let (made, post) = state
        .write_confirmed(
            sender,
            shown,
            move |tx, signed| of_posts::check(tx, signed, &planned).map(drop),
            move |tx, signed| of_posts::create(tx, signed, asked),
        )
        .await?;
    Ok(private(StatusCode::CREATED).json(NewTokenBody {
        secret: made.secret.expose().to_owned(),
        token: body(&made.token, &post),
    }))
}

/// Ends a token now.
#[utoipa::path(
    post, path = "/api/v1/tokens/{token_id}/revoke", tag = "tokens", operation_id = "revoke_token",
    params(("token_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`reason`", example = json!({"reason": "Phần mềm đã thay"})),
    responses((status = 200, description = "The token as it ended", body = TokenBody), Refusals),
)]
pub async fn revoke(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    json: JsonBody,
) -> Result<HttpResponse> {
    let (token, post) = state
        .write_as(sender, move |tx, ctx| {
            let id = TokenId::parse(&id).ok_or(AppError::NotFound("token"))?;
            of_posts::revoke(tx, ctx, &id, &json.value)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body(&token, &post)))
}
