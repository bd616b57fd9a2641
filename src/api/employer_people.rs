//! Bodies and handlers of the people of an employer: invited, removed, made owners; and of claims.

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
    domain::employer::{
        Employer,
        people::{Invitation, InvitationOutcome, PersonRole},
    },
    error::{AppError, Result},
    ids::{AccountId, InvitationId},
    service::{
        employers::{
            self, PersonShown,
            invitations::{self, Received},
        },
        masking,
    },
    time::rfc3339_in_vietnam,
};

/// Somebody who acts for an employer.
#[derive(Serialize, ToSchema)]
#[schema(as = EmployerPerson, example = json!({
    "account_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e45", "full_name": "Hà Văn Tư", "role": "owner",
    "email": "t***@taynguyen.test", "phone": "*******601", "since": "2026-05-20T08:00:00+07:00", "masked": true,
}))]
pub struct PersonBody {
    /// Account.
    account_id: String,
    /// Họ và tên.
    full_name: String,
    /// As what.
    role: PersonRole,
    /// E-mail address; masked for all but owners and the person.
    email: String,
    /// Telephone; likewise.
    phone: Option<String>,
    /// Since when.
    since: String,
    /// Whether address and telephone are masked.
    masked: bool,
}

/// Who acts for an employer.
#[derive(Serialize, ToSchema)]
#[schema(as = EmployerPeople, example = json!({"items": []}))]
pub struct PeopleBody {
    /// By when they joined.
    items: Vec<PersonBody>,
}

impl From<Vec<PersonShown>> for PeopleBody {
    fn from(people: Vec<PersonShown>) -> Self {
        let items = people.into_iter().map(|shown| PersonBody {
            account_id: shown.known.person.account.to_string(),
            full_name: shown.known.full_name,
            role: shown.known.person.role,
            email: shown.known.email,
            phone: shown.known.phone,
            since: rfc3339_in_vietnam(shown.known.since),
            masked: shown.is_masked,
        });
        Self {
            items: items.collect(),
        }
    }
}

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

/// Somebody else who registered the tax code.
#[derive(Serialize, ToSchema)]
#[schema(as = EmployerClaim, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e51", "tax_code": "6099254308", "company_name": "Xây dựng Tây Nguyên",
    "representative": "Vi Văn Năm", "phone": "*******602", "commune_code": "22015", "registered_at": "2026-05-21T08:00:00+07:00",
}))]
pub struct ClaimBody {
    /// Id of the record that claims.
    id: String,
    /// Tax code.
    tax_code: String,
    /// Name that was stated.
    company_name: String,
    /// Who stands behind it.
    representative: String,
    /// Telephone; masked for the employer.
    phone: String,
    /// Commune that was stated.
    commune_code: String,
    /// When.
    registered_at: String,
}

/// Claims that are still to be decided.
#[derive(Serialize, ToSchema)]
#[schema(as = EmployerClaimList, example = json!({"items": []}))]
pub struct ClaimsBody {
    /// By age.
    items: Vec<ClaimBody>,
}

fn claim_body(claim: Employer, is_masked: bool) -> ClaimBody {
    let stated = claim.stated;
    ClaimBody {
        id: claim.id.to_string(),
        tax_code: stated.tax_code,
        company_name: stated.name,
        representative: stated.representative,
        phone: if is_masked {
            masking::shortened_phone(&stated.phone)
        } else {
            stated.phone
        },
        commune_code: stated.commune_code,
        registered_at: rfc3339_in_vietnam(claim.registered_at),
    }
}

fn account_id(text: &str) -> Result<AccountId> {
    AccountId::parse(text).ok_or(AppError::NotFound("person"))
}

fn invitation_id(text: &str) -> Result<InvitationId> {
    InvitationId::parse(text).ok_or(AppError::NotFound("invitation"))
}

/// Who acts for an employer.
#[utoipa::path(
    get, path = "/api/v1/employers/{employer_id}/people", tag = "employers", operation_id = "list_employer_people",
    params(("employer_id" = String, Path, description = "Id")),
    responses((status = 200, description = "Its people", body = PeopleBody), ReadRefusals),
)]
pub async fn people(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let people = state
        .read_as(sender, move |tx, ctx| {
            employers::people(tx, ctx, &employer_id(&id)?)
        })
        .await?;
    Ok(private(StatusCode::OK).json(PeopleBody::from(people)))
}

/// Makes one of its people an owner or a member. There is always an owner.
#[utoipa::path(
    post, path = "/api/v1/employers/{employer_id}/people/{account_id}/role", tag = "employers", operation_id = "change_employer_role",
    params(("employer_id" = String, Path, description = "Id"), ("account_id" = String, Path, description = "Whose")),
    request_body(content = Object, description = "`role`", example = json!({"role": "owner"})),
    responses((status = 200, description = "Its people", body = PeopleBody), Refusals),
)]
pub async fn change_role(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (id, account) = path.into_inner();
    let people = state
        .write_as(sender, move |tx, ctx| {
            let account = account_id(&account)?;
            employers::change_role(tx, ctx, &employer_id(&id)?, &account, &body.value)
        })
        .await?;
    Ok(private(StatusCode::OK).json(PeopleBody::from(people)))
}

/// Removes one of its people, whose sessions act for it no more.
#[utoipa::path(
    post, path = "/api/v1/employers/{employer_id}/people/{account_id}/remove", tag = "employers", operation_id = "remove_employer_person",
    params(("employer_id" = String, Path, description = "Id"), ("account_id" = String, Path, description = "Whom")),
    request_body(content = Object, description = "`reason`", example = json!({"reason": "Nghỉ việc"})),
    responses((status = 200, description = "Its people", body = PeopleBody), Refusals),
)]
pub async fn remove(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (id, account) = path.into_inner();
    let people = state
        .write_as(sender, move |tx, ctx| {
            let account = account_id(&account)?;
            employers::remove(tx, ctx, &employer_id(&id)?, &account, &body.value)
        })
        .await?;
    Ok(private(StatusCode::OK).json(PeopleBody::from(people)))
}

/// The caller acts for the employer no more. Not the last owner.
#[utoipa::path(
    post, path = "/api/v1/employers/{employer_id}/leave", tag = "employers", operation_id = "leave_employer",
    params(("employer_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "Where wanted `reason`", example = json!({"reason": "Nghỉ việc"})),
    responses((status = 204, description = "Done"), Refusals),
)]
pub async fn leave(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    state
        .write_as(sender, move |tx, ctx| {
            employers::leave(tx, ctx, &employer_id(&id)?, &body.value)
        })
        .await?;
    Ok(private(StatusCode::NO_CONTENT).finish())
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

/// The claims on a tax code that are still to be decided, for the province; for the owner once the employer
/// is verified.
#[utoipa::path(
    get, path = "/api/v1/employers/{employer_id}/claims", tag = "employers", operation_id = "list_employer_claims",
    params(("employer_id" = String, Path, description = "Id")),
    responses((status = 200, description = "Claims", body = ClaimsBody), ReadRefusals),
)]
pub async fn claims(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let items = state
        .read_as(sender, move |tx, ctx| {
            let claims = employers::claims(tx, ctx, &employer_id(&id)?)?;
            let is_masked = ctx.actor.employer.is_some();
            let bodies = claims.into_iter().map(|claim| claim_body(claim, is_masked));
            Ok(bodies.collect())
        })
        .await?;
    Ok(private(StatusCode::OK).json(ClaimsBody { items }))
}

/// Decides a claim: the people behind it become members, or act for nobody.
#[utoipa::path(
    post, path = "/api/v1/employers/{employer_id}/claims/{claim_id}/decide", tag = "employers", operation_id = "decide_employer_claim",
    params(("employer_id" = String, Path, description = "Id"), ("claim_id" = String, Path, description = "Id of the record that claims")),
    request_body(content = Object, description = "`outcome` (`accepted`, `refused`) and `reason`", example = json!({"outcome": "refused", "reason": "Không phải người của đơn vị"})),
    responses((status = 204, description = "Decided"), Refusals),
)]
pub async fn decide(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (id, claim) = path.into_inner();
    state
        .write_as(sender, move |tx, ctx| {
            let claim = employer_id(&claim).map_err(|_| AppError::NotFound("claim"))?;
            employers::decide(tx, ctx, &employer_id(&id)?, &claim, &body.value)
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
    post, path = "/api/v1/account/invitations/{invitation_id}/accept", tag = "account", operation_id = "accept_invitation", security(("session" = [])),
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
