//! The identities of OpenID providers that are linked to an account. Linking one begins in `oidc`.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    accounts::{ShownAgainBody, shown_again},
    cookies,
    extract::{Credentials, JsonBody},
    openapi::{ReadRefusals, Refusals},
    session::private,
};
use crate::{
    app::AppState,
    error::{AppError, Result},
    ids::IdentityId,
    service::accounts::identities,
    store::identities::Identity,
    time::rfc3339_in_vietnam,
};

/// An identity of the account.
#[derive(Serialize, ToSchema)]
#[schema(as = Identity)]
pub struct IdentityBody {
    /// Id.
    id: String,
    /// Id of the provider when it was linked.
    #[schema(example = "snv-19")]
    provider: String,
    /// Its address.
    #[schema(example = "https://id.thainguyen.test")]
    issuer: String,
    /// Since when.
    #[schema(example = "2026-11-22T08:00:00+07:00")]
    linked_at: String,
    /// When somebody last signed in by it.
    used_at: Option<String>,
}

/// The identities of an account.
#[derive(Serialize, ToSchema)]
#[schema(as = IdentityList)]
pub struct IdentitiesBody {
    /// The oldest first.
    items: Vec<IdentityBody>,
}

impl From<Identity> for IdentityBody {
    fn from(identity: Identity) -> Self {
        Self {
            id: identity.id.to_string(),
            provider: identity.provider,
            issuer: identity.issuer,
            linked_at: rfc3339_in_vietnam(identity.linked_at),
            used_at: identity.used_at.map(rfc3339_in_vietnam),
        }
    }
}

fn parse(id: &str) -> Result<IdentityId> {
    IdentityId::parse(id).ok_or(AppError::NotFound("identity"))
}

/// The identities by which the account may be signed in to.
#[utoipa::path(
    get, path = "/api/v1/account/identities", tag = "account", operation_id = "list_identities", security(("session" = [])),
    responses((status = 200, description = "Identities", body = IdentitiesBody), ReadRefusals),
)]
pub async fn list(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let all = state.read_signed(sender, identities::list).await?;
    let items = all.into_iter().map(IdentityBody::from).collect();
    Ok(private(StatusCode::OK).json(IdentitiesBody { items }))
}

/// Unlinks an identity. Every other session ends, and this one gets a new secret.
#[utoipa::path(
    post, path = "/api/v1/account/identities/{identity_id}/removal", tag = "account", operation_id = "unlink_identity", security(("session" = [])),
    params(("identity_id" = String, Path, description = "Id")),
    request_body = ShownAgainBody,
    responses((status = 204, description = "Unlinked", headers(("Set-Cookie" = String, description = "The session"))), Refusals),
)]
pub async fn remove(
    state: Data<AppState>,
    sender: Credentials,
    identity: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let shown = shown_again(&body.value)?;
    let asked = identity.clone();
    let session = state
        .write_confirmed(
            sender,
            shown,
            move |tx, signed| identities::check_removal(tx, signed, &parse(&asked)?),
            move |tx, signed| identities::remove(tx, signed, &parse(&identity)?),
        )
        .await?;
    let mut response = private(StatusCode::NO_CONTENT);
    cookies::give_session(&mut response, &state, &session.secret);
    Ok(response.finish())
}
