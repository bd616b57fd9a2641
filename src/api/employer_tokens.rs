//! Bodies and handlers of the tokens of employers.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    accounts::shown_in,
    employers::employer_id,
    extract::{Credentials, JsonBody},
    openapi::{PageRefusals, Refusals},
    session::private,
    tokens::MakeTokenBody,
};
use crate::{
    app::AppState,
    domain::access::Right,
    error::{AppError, Result},
    ids::TokenId,
    service::{
        form::Form,
        tokens::{
            making::{Asked, TokensQuery},
            of_employers,
        },
    },
    store::tokens::Token,
    time::rfc3339_in_vietnam,
};

/// A token of an employer; never its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = EmployerToken)]
pub struct EmployerTokenBody {
    /// Id.
    id: String,
    /// Name.
    name: String,
    /// The record of the employer that it acts for.
    employer_id: String,
    /// What it may do.
    scopes: Vec<Right>,
    /// The account that made it.
    made_by: String,
    /// When.
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

impl From<&Token> for EmployerTokenBody {
    fn from(token: &Token) -> Self {
        let of = token.of_employer.as_ref();
        Self {
            id: token.id.to_string(),
            name: token.name.clone(),
            employer_id: of.map_or_else(String::new, |of| of.employer.to_string()),
            scopes: of.map(|of| of.scopes.clone()).unwrap_or_default(),
            made_by: of.map_or_else(String::new, |of| of.made_by.to_string()),
            created_at: rfc3339_in_vietnam(token.created_at),
            expires_at: rfc3339_in_vietnam(token.expires_at),
            revoked_at: token.revoked_at.map(rfc3339_in_vietnam),
            revoked_because: token.revoked_because.clone(),
            last_used_at: token.last_used_at.map(rfc3339_in_vietnam),
        }
    }
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = NewEmployerToken)]
pub struct NewEmployerTokenBody {
    /// What is sent as `Authorization: Bearer …`; shown this once.
    secret: String,
    /// The token.
    token: EmployerTokenBody,
}

/// A page of tokens.
#[derive(Serialize, ToSchema)]
#[schema(as = EmployerTokenList)]
pub struct EmployerTokensBody {
    /// The newest first.
    items: Vec<EmployerTokenBody>,
    /// Cursor of the next page, or `null`.
    next: Option<String>,
}

fn token_id(text: &str) -> Result<TokenId> {
    TokenId::parse(text).ok_or(AppError::NotFound("token"))
}

/// The tokens of an employer, for its owners.
#[utoipa::path(
    get, path = "/api/v1/employers/{employer_id}/tokens", tag = "employers", operation_id = "list_employer_tokens",
    params(
        ("employer_id" = String, Path, description = "Id"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = EmployerTokensBody), PageRefusals),
)]
pub async fn list(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    query: Query<TokensQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let page = state
        .read_as(sender, move |tx, ctx| {
            of_employers::list(tx, ctx, &employer_id(&id)?, &query)
        })
        .await?;
    Ok(private(StatusCode::OK).json(EmployerTokensBody {
        items: page.items.iter().map(EmployerTokenBody::from).collect(),
        next: page.next,
    }))
}

/// An owner makes a token for the software of the employer, for some of what an employer may do. They show
/// again who they are, for a token outlives the session. It ends with its days, by a word, and when whoever
/// made it acts for the employer no more.
#[utoipa::path(
    post, path = "/api/v1/employers/{employer_id}/tokens", tag = "employers", operation_id = "create_employer_token", security(("session" = [])),
    params(("employer_id" = String, Path, description = "Id")),
    request_body(content = MakeTokenBody, example = json!({"name": "Phần mềm nhân sự", "scopes": ["declare", "read_declaration"], "valid_days": 90, "password": "trâu cày ruộng sâu"})),
    responses((status = 201, description = "The token, and its secret this once", body = NewEmployerTokenBody), Refusals),
)]
pub async fn create(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    json: JsonBody,
) -> Result<HttpResponse> {
    let mut form = Form::new(&json.value);
    let asked = Asked::read(&mut form);
    let shown = shown_in(&mut form);
    form.finish()?;
    let (planned, of) = (asked.clone(), id.clone());
    let made = state
        .write_confirmed(
            sender,
            shown,
            move |tx, signed| {
                of_employers::check(tx, signed, &employer_id(&of)?, &planned).map(drop)
            },
            move |tx, signed| of_employers::create(tx, signed, &employer_id(&id)?, asked),
        )
        .await?;
    Ok(private(StatusCode::CREATED).json(NewEmployerTokenBody {
        secret: made.secret.expose().to_owned(),
        token: EmployerTokenBody::from(&made.token),
    }))
}

/// Ends a token of an employer now.
#[utoipa::path(
    post, path = "/api/v1/employers/{employer_id}/tokens/{token_id}/revoke", tag = "employers", operation_id = "revoke_employer_token",
    params(("employer_id" = String, Path, description = "Id"), ("token_id" = String, Path, description = "The token")),
    request_body(content = Object, description = "`reason`", example = json!({"reason": "Phần mềm đã thay"})),
    responses((status = 200, description = "The token as it ended", body = EmployerTokenBody), Refusals),
)]
pub async fn revoke(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    json: JsonBody,
) -> Result<HttpResponse> {
    let (id, token) = path.into_inner();
    let token = state
        .write_as(sender, move |tx, ctx| {
            let token = token_id(&token)?;
            of_employers::revoke(tx, ctx, &employer_id(&id)?, &token, &json.value)
        })
        .await?;
    Ok(private(StatusCode::OK).json(EmployerTokenBody::from(&token)))
}
