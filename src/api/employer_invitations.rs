//! Bodies and handlers of invitations to act for an employer: by its owners, and of whoever is invited.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    employers::employer_id,
    extract::{Credentials, JsonBody},
    openapi::{ActRefusals, QuietRefusals, ReadRefusals, Refusals},
    session::private,
};
use crate::{
    app::AppState,
    domain::employer::people::{Invitation, InvitationOutcome, PersonRole},
    error::{AppError, Result},
    ids::InvitationId,
    service::employers::invitations::{self, Received},
    time::rfc3339_in_vietnam,
};

/// Whom to invite.
#[derive(Serialize, ToSchema)]
#[schema(as = InvitePerson, example = json!({"email": "lua.tran@taynguyen.test", "full_name": "Trần Thị Lụa", "role": "member"}))]
pub struct InviteBody {
    /// E-mail address.
    email: String,
    /// Họ và tên.
    full_name: String,
    /// A member where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<PersonRole>,
}

/// An invitation.
#[derive(Serialize, ToSchema)]
#[schema(as = EmployerInvitation, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e50", "email": "lua.tran@taynguyen.test", "full_name": "Trần Thị Lụa",
    "role": "member", "made_at": "2026-05-20T08:00:00+07:00", "expires_at": "2026-05-27T09:00:00+07:00",
}))]
pub struct InvitationBody {
    /// Id.
    id: String,
    /// E-mail address.
    email: String,
    /// Họ và tên.
    full_name: String,
    /// As what.
    role: PersonRole,
    /// When.
    made_at: String,
    /// Until when it can be accepted.
    expires_at: String,
}

impl From<Invitation> for InvitationBody {
    fn from(invitation: Invitation) -> Self {
        Self {
            id: invitation.id.to_string(),
            email: invitation.email,
            full_name: invitation.full_name,
            role: invitation.role,
            made_at: rfc3339_in_vietnam(invitation.made_at),
            expires_at: rfc3339_in_vietnam(invitation.expires_at),
        }
    }
}

/// Open invitations.
#[derive(Serialize, ToSchema)]
#[schema(as = EmployerInvitationList, example = json!({"items": []}))]
pub struct InvitationsBody {
    /// By age.
    items: Vec<InvitationBody>,
}

/// An invitation as whoever is invited sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = ReceivedInvitation, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e50", "company_name": "Công ty CP Xây dựng Tây Nguyên",
    "tax_code": "6099254308", "role": "member", "expires_at": "2026-05-27T09:00:00+07:00",
}))]
pub struct ReceivedBody {
    /// Id.
    id: String,
    /// Name of the employer.
    company_name: String,
    /// Its tax code.
    tax_code: String,
    /// As what.
    role: PersonRole,
    /// Until when it can be accepted.
    expires_at: String,
}

/// The invitations of an account.
#[derive(Serialize, ToSchema)]
#[schema(as = ReceivedInvitationList, example = json!({"items": []}))]
pub struct ReceivedListBody {
    /// By age.
    items: Vec<ReceivedBody>,
}

impl From<Received> for ReceivedBody {
    fn from(received: Received) -> Self {
        Self {
            id: received.invitation.id.to_string(),
            company_name: received.company_name,
            tax_code: received.tax_code,
            role: received.invitation.role,
            expires_at: rfc3339_in_vietnam(received.invitation.expires_at),
        }
    }
}

fn invitation_id(text: &str) -> Result<InvitationId> {
    InvitationId::parse(text).ok_or(AppError::NotFound("invitation"))
}

/// The invitations that are open, for owners.
#[utoipa::path(
    get, path = "/api/v1/employers/{employer_id}/invitations", tag = "employers", operation_id = "list_employer_invitations",
    params(("employer_id" = String, Path, description = "Id")),
    responses((status = 200, description = "Invitations", body = InvitationsBody), ReadRefusals),
)]
pub async fn invitations(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let found = state
        .read_as(sender, move |tx, ctx| {
            invitations::list(tx, ctx, &employer_id(&id)?)
        })
        .await?;
    Ok(private(StatusCode::OK).json(InvitationsBody {
        items: found.into_iter().map(InvitationBody::from).collect(),
    }))
}

/// Invites somebody by e-mail. The answer is the same whether the address has an account.
#[utoipa::path(
    post, path = "/api/v1/employers/{employer_id}/invitations", tag = "employers", operation_id = "invite_employer_person",
    params(("employer_id" = String, Path, description = "Id")),
    request_body = InviteBody,
    responses((status = 201, description = "The invitation", body = InvitationBody), Refusals),
)]
pub async fn invite(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let made = state
        .write_as(sender, move |tx, ctx| {
            invitations::invite(tx, ctx, &employer_id(&id)?, &body.value)
        })
        .await?;
    Ok(private(StatusCode::CREATED).json(InvitationBody::from(made)))
}

/// Takes an invitation back.
#[utoipa::path(
    post, path = "/api/v1/employers/{employer_id}/invitations/{invitation_id}/withdraw", tag = "employers", operation_id = "withdraw_employer_invitation",
    params(("employer_id" = String, Path, description = "Id"), ("invitation_id" = String, Path, description = "The invitation")),
    responses((status = 204, description = "Done"), ActRefusals),
)]
pub async fn withdraw(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (id, invitation) = path.into_inner();
    state
        .write_as(sender, move |tx, ctx| {
            let invitation = invitation_id(&invitation)?;
            invitations::withdraw(tx, ctx, &employer_id(&id)?, &invitation)
        })
        .await?;
    Ok(private(StatusCode::NO_CONTENT).finish())
}

/// The employers that the account that is signed in is invited to.
#[utoipa::path(
    get, path = "/api/v1/account/invitations", tag = "account", operation_id = "list_invitations", security(("session" = [])),
    responses((status = 200, description = "Invitations", body = ReceivedListBody), QuietRefusals),
)]
pub async fn received(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let found = state.read_signed(sender, invitations::received).await?;
    Ok(private(StatusCode::OK).json(ReceivedListBody {
        items: found.into_iter().map(ReceivedBody::from).collect(),
    }))
}

async fn answer(
    state: &AppState,
    sender: Credentials,
    id: &str,
    outcome: InvitationOutcome,
) -> Result<HttpResponse> {
    let id = invitation_id(id);
    state
        .write_signed(sender, move |tx, signed| {
            invitations::answer(tx, signed, &id?, outcome)
        })
        .await?;
    Ok(private(StatusCode::NO_CONTENT).finish())
}

/// Accepts an invitation: the account may act for the employer.
#[utoipa::path(
    post, path = "/api/v1/account/invitations/{invitation_id}/accept", tag = "account", operation_id = "accept_employer_invitation", security(("session" = [])),
    params(("invitation_id" = String, Path, description = "Id")),
    responses((status = 204, description = "Done"), ActRefusals),
)]
pub async fn accept(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    answer(&state, sender, &id, InvitationOutcome::Accepted).await
}

/// Declines an invitation.
#[utoipa::path(
    post, path = "/api/v1/account/invitations/{invitation_id}/decline", tag = "account", operation_id = "decline_invitation", security(("session" = [])),
    params(("invitation_id" = String, Path, description = "Id")),
    responses((status = 204, description = "Done"), ActRefusals),
)]
pub async fn decline(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    answer(&state, sender, &id, InvitationOutcome::Declined).await
}
