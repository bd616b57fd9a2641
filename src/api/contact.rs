//! The address and the telephone of one's own account.

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    accounts::shown_in,
    extract::{Credentials, JsonBody},
    openapi::Refusals,
    session::private,
};
use crate::{
    app::AppState,
    error::Result,
    service::{accounts::contact, form::Form},
};

/// Another address, and again who asks.
#[derive(Serialize, ToSchema)]
#[schema(as = ChangeEmail, example = json!({"password": "trâu cày ruộng sâu", "email": "hoa.tran@noivu.test"}))]
pub struct ChangeEmailBody {
    /// Password.
    password: String,
    /// Code of the authenticator app, where the account has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    totp: Option<String>,
    /// A recovery code instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_code: Option<String>,
    /// The address that is wanted.
    email: String,
}

/// Another telephone, and again who asks.
#[derive(Serialize, ToSchema)]
#[schema(as = ChangePhone, example = json!({"password": "trâu cày ruộng sâu", "phone": "0912 345 602"}))]
pub struct ChangePhoneBody {
    /// Password.
    password: String,
    /// Code of the authenticator app, where the account has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    totp: Option<String>,
    /// A recovery code instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_code: Option<String>,
    /// The telephone that is wanted; none where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
}

/// Asks for another address of the account. It counts once the link that is mailed to it is used; the one
/// until now is told. The answer is the same where the address has an account already.
#[utoipa::path(
    post, path = "/api/v1/account/email", tag = "account", operation_id = "change_email", security(("session" = [])),
    request_body = ChangeEmailBody,
    responses((status = 202, description = "A mail is on its way"), Refusals),
)]
pub async fn change_email(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let mut form = Form::new(&body.value);
    let shown = shown_in(&mut form);
    let email = form.typed("email").to_owned();
    form.finish()?;
    let typed = email.clone();
    state
        .write_confirmed(
            sender,
            shown,
            move |_, signed| contact::read_email(&typed, &signed.account.email).map(|_| ()),
            move |tx, signed| contact::ask_email(tx, signed, &email),
        )
        .await?;
    Ok(private(StatusCode::ACCEPTED).finish())
}

/// Changes the telephone of the account; its address is told.
#[utoipa::path(
    put, path = "/api/v1/account/phone", tag = "account", operation_id = "change_phone", security(("session" = [])),
    request_body = ChangePhoneBody,
    responses((status = 204, description = "Changed"), Refusals),
)]
pub async fn change_phone(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let mut form = Form::new(&body.value);
    let shown = shown_in(&mut form);
    let phone = form.optional_typed("phone").map(str::to_owned);
    form.finish()?;
    let typed = phone.clone();
    state
        .write_confirmed(
            sender,
            shown,
            move |_, _| match &typed {
                Some(typed) => contact::read_phone(typed).map(|_| ()),
                None => Ok(()),
            },
            move |tx, signed| contact::change_phone(tx, signed, phone.as_deref()),
        )
        .await?;
    Ok(private(StatusCode::NO_CONTENT).finish())
}
