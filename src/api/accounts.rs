//! What people do with their own account: second factor, password; and what needs no account.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    cookies,
    extract::{Credentials, JsonBody, origin},
    openapi::{LinkRefusals, Refusals},
    session::{SignedInBody, opened, private},
};
use crate::{
    app::{AppState, people::ShownAgain},
    config::Secret,
    domain::{
        account::{email::normal_form, session::Proof},
        audit::Origin,
        declaration::FaultCode,
    },
    error::Result,
    service::{
        accounts::{
            check_password, links,
            second_factor::{self, Factor},
            sessions,
        },
        form::Form,
    },
};

/// Who asks shows again that they are who they are.
#[derive(Serialize, ToSchema)]
#[schema(as = ShownAgain, example = json!({"password": "trâu cày ruộng sâu", "totp": "492039"}))]
pub struct ShownAgainBody {
    /// Password.
    password: String,
    /// Code of the authenticator app, where the account has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    totp: Option<String>,
    /// A recovery code instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_code: Option<String>,
}

/// What an authenticator app is given.
#[derive(Serialize, ToSchema)]
#[schema(as = TotpOffer, example = json!({
    "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "uri": "otpauth://totp/tnld:hoa.tran%40so-noi-vu.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=tnld&algorithm=SHA1&digits=6&period=30",
}))]
pub struct OfferBody {
    /// The secret, to be typed.
    secret: String,
    /// The same for a QR code or a link.
    uri: String,
}

/// One code.
#[derive(Serialize, ToSchema)]
#[schema(as = TotpCode, example = json!({"code": "492039"}))]
pub struct CodeBody {
    /// Code of the authenticator app.
    code: String,
}

/// Recovery codes, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodes)]
pub struct CodesBody {
    /// Each is good once.
    recovery_codes: Vec<String>,
}

/// A new password.
#[derive(Serialize, ToSchema)]
#[schema(as = ChangePassword, example = json!({"old_password": "trâu cày ruộng sâu", "new_password": "con cò bay lả bay la"}))]
pub struct ChangePasswordBody {
    /// The one until now.
    old_password: String,
    /// The one from now on: 10 to 128 characters, none that many people have.
    new_password: String,
}

/// Whose password is to be set.
#[derive(Serialize, ToSchema)]
#[schema(as = AskReset, example = json!({"email": "hoa.tran@so-noi-vu.test"}))]
pub struct AskResetBody {
    /// E-mail address of the account.
    email: String,
}

/// A new password, by the link of a mail.
#[derive(Serialize, ToSchema)]
#[schema(as = ResetPassword, example = json!({"secret": "q1Wc0dXo2m7m4sLhKk0Zt0s2jV2kK2rJ9o1mQ3y8fGk", "password": "con cò bay lả bay la"}))]
pub struct ResetBody {
    /// What stands at the end of the link.
    secret: String,
    /// The password from now on.
    password: String,
}

/// The link of a mail.
#[derive(Serialize, ToSchema)]
#[schema(as = EmailProof, example = json!({"secret": "q1Wc0dXo2m7m4sLhKk0Zt0s2jV2kK2rJ9o1mQ3y8fGk"}))]
pub struct ProofBody {
    /// What stands at the end of the link.
    secret: String,
}

/// The password and second factor among what a body holds.
pub(super) fn shown_in(form: &mut Form<'_>) -> ShownAgain {
    let password = form.secret("password");
    let factor = Factor {
        totp: form.optional_secret("totp"),
        recovery_code: form.optional_secret("recovery_code"),
    };
    ShownAgain {
        password: (password, "/password"),
        factor: Some(factor),
    }
}

/// The password and second factor of a body that holds nothing else.
pub(super) fn shown_again(body: &Value) -> Result<ShownAgain> {
    let mut form = Form::new(body);
    let shown = shown_in(&mut form);
    form.finish()?;
    Ok(shown)
}

/// Offers a secret to an authenticator app. It is asked for once it was confirmed; until then the one
/// before it, where there is one, stays good.
#[utoipa::path(
    post, path = "/api/v1/account/totp", tag = "account", operation_id = "offer_totp", security(("session" = [])),
    request_body = ShownAgainBody,
    responses((status = 200, description = "For the app; shown this once", body = OfferBody), Refusals),
)]
pub async fn offer_totp(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let shown = shown_again(&body.value)?;
    let offer = state
        .write_confirmed(
            sender,
            shown,
            second_factor::check_may_change,
            second_factor::offer,
        )
        .await?;
    Ok(private(StatusCode::OK).json(OfferBody {
        secret: offer.secret.expose().to_owned(),
        uri: offer.uri.expose().to_owned(),
    }))
}

fn codes(codes: Vec<Secret>) -> CodesBody {
    CodesBody {
        recovery_codes: codes
            .into_iter()
            .map(|code| code.expose().to_owned())
            .collect(),
    }
}

/// Confirms the secret by one of its codes, which are asked for from now on. The session gets a new
/// secret.
#[utoipa::path(
    post, path = "/api/v1/account/totp/confirm", tag = "account", operation_id = "confirm_totp", security(("session" = [])),
    request_body = CodeBody,
    responses((status = 200, description = "Recovery codes", body = CodesBody, headers(("Set-Cookie" = String, description = "The session"))), Refusals),
)]
pub async fn confirm_totp(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let mut form = Form::new(&body.value);
    let code = form.secret("code");
    form.finish()?;
    let (made, session) = state
        .write_signed(sender, move |tx, signed| {
            let made = second_factor::confirm(tx, signed, code.expose())?;
            Ok((made, sessions::strengthen(tx, signed, Proof::Totp)?))
        })
        .await?;
    let mut response = private(StatusCode::OK);
    cookies::give_session(&mut response, &state, &session.secret);
    Ok(response.json(codes(made)))
}

/// Codes of an authenticator app are no longer asked for. Not for officials and administrators.
/// (Not `DELETE`: its body, which shows who asks, would have no meaning.)
#[utoipa::path(
    post, path = "/api/v1/account/totp/removal", tag = "account", operation_id = "remove_totp", security(("session" = [])),
    request_body = ShownAgainBody,
    responses((status = 204, description = "Removed", headers(("Set-Cookie" = String, description = "The session"))), Refusals),
)]
pub async fn remove_totp(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let shown = shown_again(&body.value)?;
    let session = state
        .write_confirmed(sender, shown, second_factor::check_removal, |tx, signed| {
            second_factor::remove(tx, signed)?;
            sessions::renew(tx, signed, signed.session.standing.clone())
        })
        .await?;
    let mut response = private(StatusCode::NO_CONTENT);
    cookies::give_session(&mut response, &state, &session.secret);
    Ok(response.finish())
}

/// Makes new recovery codes; those before them are good no more.
#[utoipa::path(
    post, path = "/api/v1/account/recovery-codes", tag = "account", operation_id = "renew_recovery_codes", security(("session" = [])),
    request_body = ShownAgainBody,
    responses((status = 200, description = "Recovery codes", body = CodesBody), Refusals),
)]
pub async fn renew_codes(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let shown = shown_again(&body.value)?;
    let made = state
        .write_confirmed(
            sender,
            shown,
            |_, signed| second_factor::check_set_up(signed),
            second_factor::renew_codes,
        )
        .await?;
    Ok(private(StatusCode::OK).json(codes(made)))
}

/// Changes the password. Every other session ends, and this one gets a new secret.
#[utoipa::path(
    put, path = "/api/v1/account/password", tag = "account", operation_id = "change_password", security(("session" = [])),
    request_body = ChangePasswordBody,
    responses((status = 200, description = "Who is signed in", body = SignedInBody, headers(("Set-Cookie" = String, description = "The session"))), Refusals),
)]
pub async fn change_password(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let mut form = Form::new(&body.value);
    let old = form.secret("old_password");
    let new = form.secret("new_password");
    form.finish()?;
    // Nobody is worth the work of a hash before it is known who asks.
    let typed = new.clone();
    state
        .read_signed(sender.clone(), move |_, signed| {
            check_password(typed.expose(), &signed.account, "/new_password")
        })
        .await?;
    let hash = state.passwords.hash(new).await?;
    let shown = ShownAgain {
        password: (old, "/old_password"),
        factor: None,
    };
    let (account, session) = state
        .write_confirmed(
            sender,
            shown,
            |_, _| Ok(()),
            move |tx, signed| {
                let session = sessions::change_password(tx, signed, &hash)?;
                Ok((signed.account.clone(), session))
            },
        )
        .await?;
    Ok(opened(StatusCode::OK, &state, &account, &session))
}

/// Asks for a link by which a new password is set. The answer comes before anything is looked up:
/// neither it nor its time tells whether the address has an account.
#[utoipa::path(
    post, path = "/api/v1/password-reset", tag = "account", operation_id = "ask_password_reset", security(()),
    request_body = AskResetBody,
    responses((status = 202, description = "Where there is such an account, a mail is on its way"), LinkRefusals),
)]
pub async fn ask_reset(
    state: Data<AppState>,
    request: HttpRequest,
    body: JsonBody,
) -> Result<HttpResponse> {
    let mut form = Form::new(&body.value);
    let typed = form.typed("email");
    let email = normal_form(typed);
    if email.is_none() && !typed.is_empty() {
        form.fault("email", FaultCode::Email);
    }
    form.finish()?;
    let from = origin(&request);
    actix_web::rt::spawn(async move {
        let (now, keys) = (state.clock.now(), state.keys.clone());
        let asked = state
            .write_open(move |tx, _| {
                let email = email.unwrap_or_default();
                Ok(((), links::ask_reset(tx, &keys, &email, &from, now)?))
            })
            .await;
        if let Err(error) = asked {
            tracing::warn!("A link to set a password could not be noted: {error}");
        }
    });
    Ok(private(StatusCode::ACCEPTED).finish())
}

/// Sets a password by the link of a mail: of a reset or an invitation. Every session ends; codes of
/// an authenticator app are asked for as before.
#[utoipa::path(
    post, path = "/api/v1/password-reset/confirm", tag = "account", operation_id = "reset_password", security(()),
    request_body = ResetBody,
    responses((status = 204, description = "Set; sign in with it now"), LinkRefusals),
)]
pub async fn reset(
    state: Data<AppState>,
    request: HttpRequest,
    body: JsonBody,
) -> Result<HttpResponse> {
    let mut form = Form::new(&body.value);
    let secret = form.secret("secret");
    let password = form.secret("password");
    form.finish()?;
    let device = reset_password(&state, secret, password, origin(&request)).await?;
    let mut response = private(StatusCode::NO_CONTENT);
    cookies::give_device(&mut response, &state, &device);
    Ok(response.finish())
}

/// Sets a password by a link; what the device shows to be known from now on.
pub async fn reset_password(
    state: &AppState,
    secret: Secret,
    password: Secret,
    from: Origin,
) -> Result<String> {
    let now = state.clock.now();
    let (link, typed) = (secret.clone(), password.clone());
    state
        .db
        .read(move |tx| links::may_reset(tx, link.expose(), typed.expose(), now))
        .await?;
    let hash = state.passwords.hash(password).await?;
    state
        .write_open(move |tx, world| links::reset(tx, world, secret.expose(), &hash, &from, now))
        .await
}

/// Shows by the link of a mail that an address is its holder's.
#[utoipa::path(
    post, path = "/api/v1/account/email-proof", tag = "account", operation_id = "prove_email", security(()),
    request_body = ProofBody,
    responses((status = 204, description = "Confirmed"), LinkRefusals),
)]
pub async fn prove_email(
    state: Data<AppState>,
    request: HttpRequest,
    body: JsonBody,
) -> Result<HttpResponse> {
    let mut form = Form::new(&body.value);
    let secret = form.secret("secret");
    form.finish()?;
    let (from, now) = (origin(&request), state.clock.now());
    state
        .write_open(move |tx, _| {
            let entries = links::prove_email(tx, secret.expose(), &from, now)?;
            Ok(((), entries))
        })
        .await?;
    Ok(private(StatusCode::NO_CONTENT).finish())
}
