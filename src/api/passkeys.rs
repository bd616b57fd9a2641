//! Passkeys (WebAuthn): added, named and removed by whoever is signed in, and signing in with one. The
//! members of `publicKey` and `credential` are those of Web Authentication, level 3, in its JSON form.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Path},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    accounts::shown_again,
    cookies,
    extract::{Credentials, JsonBody},
    openapi::{OpenActRefusals, ReadRefusals, Refusals, SignInRefusals},
    session::{SignedInBody, called, opened, private, visit},
};
use crate::{
    app::AppState,
    domain::declaration::FaultCode,
    error::{AppError, Result},
    ids::PasskeyId,
    service::{
        accounts::passkeys,
        form::Form,
        webauthn::{RelyingParty, Shown},
    },
    store::passkeys::Passkey,
    time::rfc3339_in_vietnam,
};

/// What a browser is asked.
#[derive(Serialize, ToSchema)]
#[schema(as = PasskeyChallenge)]
pub struct ChallengeBody {
    /// For `navigator.credentials.create` or `.get`, after `parseCreationOptionsFromJSON` or
    /// `parseRequestOptionsFromJSON`. Good once, for five minutes.
    #[serde(rename = "publicKey")]
    #[schema(value_type = Object)]
    public_key: Value,
}

/// A new passkey.
#[derive(Serialize, ToSchema)]
#[schema(as = AddPasskey)]
pub struct AddPasskeyBody {
    /// What the browser made: `PublicKeyCredential.toJSON()`.
    #[schema(value_type = Object)]
    credential: Value,
    /// What it is called; else browser and system.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// Signing in with a passkey.
#[derive(Serialize, ToSchema)]
#[schema(as = PasskeySignIn)]
pub struct PasskeySignInBody {
    /// What the browser made: `PublicKeyCredential.toJSON()`.
    #[schema(value_type = Object)]
    credential: Value,
    /// What the device is called in the list of sessions; else browser and system.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_name: Option<String>,
}

/// A passkey of the account.
#[derive(Serialize, ToSchema)]
#[schema(as = Passkey)]
pub struct PasskeyBody {
    /// Id.
    id: String,
    /// What its holder calls it.
    #[schema(example = "Điện thoại của Lụa")]
    name: String,
    /// Since when.
    #[schema(example = "2026-11-22T08:00:00+07:00")]
    created_at: String,
    /// When somebody last signed in with it.
    used_at: Option<String>,
}

/// The passkeys of an account.
#[derive(Serialize, ToSchema)]
#[schema(as = PasskeyList)]
pub struct PasskeysBody {
    /// The oldest first.
    items: Vec<PasskeyBody>,
}

/// Another name.
#[derive(Serialize, ToSchema)]
#[schema(as = RenamePasskey, example = json!({"name": "Khóa USB ở cơ quan"}))]
pub struct RenameBody {
    /// What the passkey is called from now on: 1 to 60 characters.
    name: String,
}

impl From<Passkey> for PasskeyBody {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.id.to_string(),
            name: passkey.name,
            created_at: rfc3339_in_vietnam(passkey.created_at),
            used_at: passkey.used_at.map(rfc3339_in_vietnam),
        }
    }
}

fn relying_party(state: &AppState) -> Result<&RelyingParty> {
    let party = state.relying_party.as_deref();
    party.ok_or(AppError::Conflict("passkeys_unavailable"))
}

/// What the browser shows, from the member `credential` of a body.
fn credential(form: &mut Form<'_>) -> Option<Shown> {
    let shown = Shown::read(form.object("credential")?);
    if shown.is_none() {
        form.fault("credential", FaultCode::NotRight);
    }
    shown
}

/// Checks a signature beside the database, on a thread of its own.
async fn beside<T: Send + 'static>(check: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    web::block(check).await.map_err(AppError::internal)
}

fn parse(id: &str) -> Result<PasskeyId> {
    PasskeyId::parse(id).ok_or(AppError::NotFound("passkey"))
}

/// Begins to add a passkey: what the browser is asked.
#[utoipa::path(
    post, path = "/api/v1/account/passkeys/challenge", tag = "account", operation_id = "begin_passkey", security(("session" = [])),
    request_body = super::accounts::ShownAgainBody,
    responses((status = 200, description = "For the browser", body = ChallengeBody), Refusals),
)]
pub async fn begin(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let shown = shown_again(&body.value)?;
    let party = state.relying_party.clone();
    let public_key = state
        .write_confirmed(
            sender,
            shown,
            passkeys::check_addition,
            move |tx, signed| {
                let party = party.ok_or(AppError::Conflict("passkeys_unavailable"))?;
                let known = passkeys::list(tx, signed)?;
                let begun = party.begin_addition(&signed.account, &known)?;
                passkeys::begin_addition(tx, signed, &begun)?;
                Ok(begun.public_key)
            },
        )
        .await?;
    Ok(private(StatusCode::OK).json(ChallengeBody { public_key }))
}

/// Adds the passkey that the browser has made. It counts as password and second factor together. The
/// session gets a new secret.
#[utoipa::path(
    post, path = "/api/v1/account/passkeys", tag = "account", operation_id = "add_passkey", security(("session" = [])),
    request_body = AddPasskeyBody,
    responses((status = 201, description = "Added", body = PasskeyBody, headers(("Set-Cookie" = String, description = "The session"))), Refusals),
)]
pub async fn add(
    state: Data<AppState>,
    sender: Credentials,
    request: HttpRequest,
    body: JsonBody,
) -> Result<HttpResponse> {
    let mut form = Form::new(&body.value);
    let name = match form.optional_typed("name") {
        None => called(&request, None),
        Some(given) => {
            let name = passkeys::name(given);
            if name.is_none() {
                form.fault("name", FaultCode::BadCharacters);
            }
            name
        }
    };
    let shown = credential(&mut form);
    form.finish()?;
    let shown = shown.ok_or(AppError::Conflict("passkey_refused"))?;
    let taken = shown.clone();
    let asked = state
        .write_signed(sender.clone(), move |tx, signed| {
            passkeys::take_addition(tx, signed, &taken)
        })
        .await?;
    let checked = match (asked, state.relying_party.clone()) {
        (Some(asked), Some(party)) => beside(move || party.finish_addition(&asked, &shown)).await?,
        _ => Err("no challenge"),
    };
    let added = state
        .write_signed(sender, move |tx, signed| match checked {
            Ok(registered) => passkeys::add(tx, signed, registered, name.as_deref()).map(Some),
            Err(why) => {
                passkeys::refuse_addition(signed, why);
                Ok(None)
            }
        })
        .await?;
    let (passkey, session) = added.ok_or(AppError::Conflict("passkey_refused"))?;
    let mut response = private(StatusCode::CREATED);
    cookies::give_session(&mut response, &state, &session.secret);
    Ok(response.json(PasskeyBody::from(passkey)))
}

/// The passkeys of the account.
#[utoipa::path(
    get, path = "/api/v1/account/passkeys", tag = "account", operation_id = "list_passkeys", security(("session" = [])),
    responses((status = 200, description = "Passkeys", body = PasskeysBody), ReadRefusals),
)]
pub async fn list(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let all = state.read_signed(sender, passkeys::list).await?;
    let items = all.into_iter().map(PasskeyBody::from).collect();
    Ok(private(StatusCode::OK).json(PasskeysBody { items }))
}

/// Gives a passkey another name.
#[utoipa::path(
    put, path = "/api/v1/account/passkeys/{passkey_id}", tag = "account", operation_id = "rename_passkey", security(("session" = [])),
    params(("passkey_id" = String, Path, description = "Id")),
    request_body = RenameBody,
    responses((status = 204, description = "Renamed"), Refusals),
)]
pub async fn rename(
    state: Data<AppState>,
    sender: Credentials,
    passkey: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let mut form = Form::new(&body.value);
    let given = form.typed("name");
    let name = passkeys::name(given);
    if name.is_none() && !given.is_empty() {
        form.fault("name", FaultCode::BadCharacters);
    }
    form.finish()?;
    let name = name.unwrap_or_default();
    state
        .write_signed(sender, move |tx, signed| {
            passkeys::rename(tx, signed, &parse(&passkey)?, &name)
        })
        .await?;
    Ok(private(StatusCode::NO_CONTENT).finish())
}

/// Removes a passkey. Every other session ends, and this one gets a new secret.
#[utoipa::path(
    post, path = "/api/v1/account/passkeys/{passkey_id}/removal", tag = "account", operation_id = "remove_passkey", security(("session" = [])),
    params(("passkey_id" = String, Path, description = "Id")),
    request_body = super::accounts::ShownAgainBody,
    responses((status = 204, description = "Removed", headers(("Set-Cookie" = String, description = "The session"))), Refusals),
)]
pub async fn remove(
    state: Data<AppState>,
    sender: Credentials,
    passkey: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let shown = shown_again(&body.value)?;
    let asked = passkey.clone();
    let session = state
        .write_confirmed(
            sender,
            shown,
            move |tx, signed| passkeys::check_removal(tx, signed, &parse(&asked)?),
            move |tx, signed| passkeys::remove(tx, signed, &parse(&passkey)?),
        )
        .await?;
    let mut response = private(StatusCode::NO_CONTENT);
    cookies::give_session(&mut response, &state, &session.secret);
    Ok(response.finish())
}

/// Begins to sign in with a passkey: what the browser is asked. No address is typed; the authenticator
/// says who it is.
#[utoipa::path(
    post, path = "/api/v1/session/passkey/challenge", tag = "account", operation_id = "begin_passkey_sign_in", security(()),
    responses((status = 200, description = "For the browser", body = ChallengeBody), OpenActRefusals),
)]
pub async fn begin_sign_in(state: Data<AppState>, request: HttpRequest) -> Result<HttpResponse> {
    if cookies::is_foreign(&request) {
        return Err(AppError::OtherSite);
    }
    let begun = relying_party(&state)?.begin_sign_in()?;
    let visit = visit(&request, None);
    let (keys, now) = (state.keys.clone(), state.clock.now());
    let public_key = state
        .write_open(move |tx, _| {
            passkeys::begin(tx, &keys, &begun, &visit, now)?;
            Ok((begun.public_key, Vec::new()))
        })
        .await?;
    Ok(private(StatusCode::OK).json(ChallengeBody { public_key }))
}

/// Signs in with a passkey: password and second factor in one. The answer sets the cookie of the session.
/// Whatever is wrong, the refusal is that of `sign_in`.
#[utoipa::path(
    post, path = "/api/v1/session/passkey", tag = "account", operation_id = "sign_in_with_passkey", security(()),
    request_body = PasskeySignInBody,
    responses((status = 201, description = "Signed in", body = SignedInBody, headers(("Set-Cookie" = String, description = "The session"))), SignInRefusals),
)]
pub async fn sign_in(
    state: Data<AppState>,
    request: HttpRequest,
    body: JsonBody,
) -> Result<HttpResponse> {
    if cookies::is_foreign(&request) {
        return Err(AppError::OtherSite);
    }
    let mut form = Form::new(&body.value);
    let visit = visit(&request, form.optional_typed("device_name"));
    let shown = credential(&mut form);
    form.finish()?;
    let shown = shown.ok_or(AppError::SignInRefused)?;

    let (keys, now) = (state.keys.clone(), state.clock.now());
    let (first, from) = (shown.clone(), visit.clone());
    let taken = state
        .write_open(move |tx, _| {
            let taken = passkeys::take(tx, &keys, &first, &from, now)?;
            Ok((taken, Vec::new()))
        })
        .await?;
    let party = state.relying_party.clone();
    let checked = match (taken.state, taken.passkey.clone(), party) {
        (Some(asked), Some(passkey), Some(party)) => {
            let shown = shown.clone();
            beside(move || party.finish_sign_in(&asked, &shown, &passkey)).await?
        }
        _ => Err("no challenge"),
    };
    let (keys, now) = (state.keys.clone(), state.clock.now());
    let signed = state
        .write_open(move |tx, world| {
            let about = (&shown, taken.passkey.as_ref());
            passkeys::finish(tx, (&keys, world), about, checked, &visit, now)
        })
        .await?
        .ok_or(AppError::SignInRefused)?;
    Ok(opened(
        StatusCode::CREATED,
        &state,
        &signed.account,
        &signed.opened,
    ))
}
