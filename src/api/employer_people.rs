//! Bodies and handlers of the people of an employer: shown, made owners, removed, leaving.

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
    openapi::{ReadRefusals, Refusals},
    session::private,
};
use crate::{
    app::AppState,
    domain::employer::people::PersonRole,
    error::{AppError, Result},
    ids::AccountId,
    service::employers::{self, PersonShown},
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

fn account_id(text: &str) -> Result<AccountId> {
    AccountId::parse(text).ok_or(AppError::NotFound("person"))
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
