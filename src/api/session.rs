//! Signing in and out; in what a person acts; where else they are signed in.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    cookies::{self, Cookie},
    extract::{Credentials, JsonBody, origin},
    openapi::{ActRefusals, ReadRefusals, Refusals, SignInRefusals},
};
use crate::{
    app::AppState,
    config::Secret,
    domain::{
        access::{Actor, ActorRole},
        account::{
            Language,
            session::{Proof, SessionKind, Standing, device_name, good_until, limits},
        },
        declaration::FaultCode,
    },
    error::{AppError, Result},
    ids::{PostId, SessionId},
    service::{
        accounts::{
            second_factor::Factor,
            sessions::{self, Opened},
            sign_in::{self, Visit},
        },
        form::Form,
    },
    store::{accounts::Account, sessions::Session},
    time::rfc3339_in_vietnam,
};

/// The body of signing in.
#[derive(Serialize, ToSchema)]
#[schema(as = SignIn, example = json!({"email": "hoa.tran@so-noi-vu.test", "password": "trâu cày ruộng sâu", "totp": "492039"}))]
pub struct SignInBody {
    /// E-mail address of the account.
    email: String,
    /// Password.
    password: String,
    /// Code of the authenticator app, where the account has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    totp: Option<String>,
    /// A recovery code instead; good once.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_code: Option<String>,
    /// What the device is called in the list of sessions; else browser and system.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_name: Option<String>,
}

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountBody {
    /// Id.
    id: String,
    /// E-mail address.
    email: String,
    /// Họ và tên.
    full_name: String,
    /// Telephone.
    phone: Option<String>,
    /// Language.
    language: Language,
    /// Whether codes of an authenticator app are asked for.
    totp: bool,
    /// Recovery codes that are left.
    recovery_codes_left: i64,
}

/// Something that a person may act in: a post, or an employer.
#[derive(Serialize, ToSchema)]
#[schema(as = Standing)]
pub struct StandingBody {
    /// Id of the post.
    post_id: Option<String>,
    /// Tax code of the employer.
    tax_code: Option<String>,
    /// Id of its record.
    employer_id: Option<String>,
    /// Whether the person is one of its owners; `null` in a post.
    is_owner: Option<bool>,
    /// Its name.
    name: String,
    /// Its role.
    role: ActorRole,
    /// Province.
    province_code: Option<String>,
    /// Commune.
    commune_code: Option<String>,
}

/// A session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionLineBody {
    /// Id.
    id: String,
    /// Name of the device.
    device_name: Option<String>,
    /// Since when.
    #[schema(example = "2026-11-22T08:00:00+07:00")]
    created_at: String,
    /// Last request, to the minute.
    seen_at: String,
    /// When it ends unless there is a request before.
    idle_until: String,
    /// When it ends at the latest.
    expires_at: String,
    /// Whether it is the one that asks.
    is_this: bool,
    /// By what its holder showed who they are.
    proof: Proof,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = SignedIn)]
pub struct SignedInBody {
    /// The account.
    account: AccountBody,
    /// The session.
    session: SessionLineBody,
    /// In what the person acts now.
    standing: Option<StandingBody>,
    /// What they may act in.
    standings: Vec<StandingBody>,
    /// Whether a second factor must be shown before anything else, for it is compulsory for officials and
    /// administrators: sign in with a passkey, or set up an authenticator app.
    totp_required: bool,
}

/// The sessions of an account.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionList)]
pub struct SessionsBody {
    /// The newest first.
    items: Vec<SessionLineBody>,
}

/// In what to act from now on: one of both.
#[derive(Serialize, ToSchema)]
#[schema(as = ChooseStanding, example = json!({"tax_code": "0100233488"}))]
pub struct ChooseStandingBody {
    /// Id of a post.
    #[serde(skip_serializing_if = "Option::is_none")]
    post_id: Option<String>,
    /// Tax code of an employer.
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_code: Option<String>,
}

fn standing_body(standing: &Standing, actor: &Actor) -> StandingBody {
    let (post_id, tax_code) = match standing {
        Standing::Post(post) => (Some(post.to_string()), None),
        Standing::Employer(tax_code) => (None, Some(tax_code.clone())),
    };
    StandingBody {
        post_id,
        tax_code,
        employer_id: actor.employer.as_ref().map(|acts| acts.id.to_string()),
        is_owner: actor.employer.as_ref().map(|acts| acts.is_owner),
        name: actor.name.clone(),
        role: actor.role,
        province_code: actor.province_code.clone(),
        commune_code: actor.commune_code.clone(),
    }
}

fn line(session: &Session, this: &SessionId) -> SessionLineBody {
    let limits = limits(session.kind);
    let until = good_until(session.kind, session.created_at, session.seen_at);
    SessionLineBody {
        id: session.id.to_string(),
        device_name: session.device_name.clone(),
        created_at: rfc3339_in_vietnam(session.created_at),
        seen_at: rfc3339_in_vietnam(session.seen_at),
        idle_until: rfc3339_in_vietnam(until),
        expires_at: rfc3339_in_vietnam(session.created_at + limits.absolute),
        is_this: session.id == *this,
        proof: session.proof,
    }
}

fn signed_in(
    account: &Account,
    session: &Session,
    standings: &[(Standing, Actor)],
    recovery_codes_left: i64,
) -> SignedInBody {
    let kind = SessionKind::strictest(standings.iter().map(|(_, actor)| actor.role));
    let chosen = session.standing.as_ref();
    let chosen = standings.iter().find(|(one, _)| Some(one) == chosen);
    SignedInBody {
        account: AccountBody {
            id: account.id.to_string(),
            email: account.email.clone(),
            full_name: account.full_name.clone(),
            phone: account.phone.clone(),
            language: account.language,
            totp: account.totp_secret.is_some(),
            recovery_codes_left,
        },
        session: line(session, &session.id),
        standing: chosen.map(|(one, actor)| standing_body(one, actor)),
        standings: standings
            .iter()
            .map(|(one, actor)| standing_body(one, actor))
            .collect(),
        totp_required: sessions::lacks_second_factor(kind, session, account),
    }
}

/// An answer about somebody, which no cache keeps.
pub(super) fn private(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response
}

/// The answer that gives the browser a new session.
pub(super) fn opened(
    status: StatusCode,
    state: &AppState,
    account: &Account,
    opened: &Opened,
) -> HttpResponse {
    let mut response = private(status);
    cookies::give_session(&mut response, state, &opened.secret);
    if let Some(device) = &opened.device {
        cookies::give_device(&mut response, state, device);
    }
    response.json(signed_in(
        account,
        &opened.session,
        &opened.standings,
        opened.recovery_codes_left,
    ))
}

/// The answer to a browser that comes back from an OpenID provider: it goes on, or is shown who is signed
/// in.
pub(super) fn welcome(
    state: &AppState,
    account: &Account,
    session: &Opened,
    to: Option<String>,
) -> HttpResponse {
    let mut response = private(match to {
        Some(_) => StatusCode::SEE_OTHER,
        None => StatusCode::OK,
    });
    cookies::give_session(&mut response, state, &session.secret);
    if let Some(device) = &session.device {
        cookies::give_device(&mut response, state, device);
    }
    cookies::take_thread(&mut response, state);
    match to {
        Some(to) => response.insert_header((header::LOCATION, to)).finish(),
        None => response.json(signed_in(
            account,
            &session.session,
            &session.standings,
            session.recovery_codes_left,
        )),
    }
}

/// From where somebody signs in, and on what.
pub fn visit(request: &HttpRequest, device: Option<&str>) -> Visit {
    Visit {
        origin: origin(request),
        device: cookies::shown(request, Cookie::Device),
        session: cookies::shown(request, Cookie::Session),
        device_name: called(request, device),
    }
}

/// What a device is called that may have been given a name.
pub(super) fn called(request: &HttpRequest, given: Option<&str>) -> Option<String> {
    let agent = request.headers().get(header::USER_AGENT);
    device_name(given, agent.and_then(|agent| agent.to_str().ok()))
}

/// Signs somebody in by what they typed, for program and page alike. [`AppError::SignInRefused`] whatever is wrong.
pub async fn enter(
    state: &AppState,
    email: String,
    password: Secret,
    factor: Factor,
    visit: Visit,
) -> Result<sign_in::SignedIn> {
    let now = state.clock.now();
    let (keys, first) = (state.keys.clone(), visit.clone());
    let begun = state
        .write_open(move |tx, _| Ok((sign_in::count(tx, &keys, &email, &first, now)?, Vec::new())))
        .await?;
    let stored = begun
        .account
        .as_ref()
        .and_then(|account| account.password_hash.clone());
    let is_right = state.passwords.verify(password, stored).await?;
    let (keys, now) = (state.keys.clone(), state.clock.now());
    state
        .write_open(move |tx, world| {
            sign_in::finish(tx, (&keys, world), &begun, is_right, &factor, &visit, now)
        })
        .await?
        .ok_or(AppError::SignInRefused)
}

/// Signs in. The answer sets the cookie of the session. Whatever is wrong — address, password,
/// code, an account that is locked or not confirmed, too many tries — the refusal is the same.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "account", operation_id = "sign_in", security(()),
    request_body = SignInBody,
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
    let email = form.typed("email").to_owned();
    let password = form.secret("password");
    let factor = Factor {
        totp: form.optional_secret("totp"),
        recovery_code: form.optional_secret("recovery_code"),
    };
    let visit = visit(&request, form.optional_typed("device_name"));
    form.finish()?;

    let signed = enter(&state, email, password, factor, visit).await?;
    Ok(opened(
        StatusCode::CREATED,
        &state,
        &signed.account,
        &signed.opened,
    ))
}

/// Who is signed in, what they may act in, and until when.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "account", operation_id = "show_session", security(("session" = [])),
    responses((status = 200, description = "Who is signed in", body = SignedInBody), ReadRefusals),
)]
pub async fn show(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let body = state
        .read_signed(sender, |tx, signed| {
            let shown = sessions::show(tx, signed)?;
            Ok(signed_in(
                &signed.account,
                &signed.session,
                &shown.standings,
                shown.recovery_codes_left,
            ))
        })
        .await?;
    Ok(private(StatusCode::OK).json(body))
}

/// Signs out.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "account", operation_id = "sign_out", security(("session" = [])),
    responses((status = 204, description = "Signed out"), ActRefusals),
)]
pub async fn sign_out(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    state
        .write_signed(sender, |tx, signed| {
            sessions::end(tx, signed, &signed.session.id)
        })
        .await?;
    let mut response = private(StatusCode::NO_CONTENT);
    cookies::take_session(&mut response, &state);
    Ok(response.finish())
}

/// Acts in another post, or for another employer. The session gets a new secret.
#[utoipa::path(
    put, path = "/api/v1/session/standing", tag = "account", operation_id = "choose_standing", security(("session" = [])),
    request_body = ChooseStandingBody,
    responses((status = 200, description = "Who is signed in", body = SignedInBody, headers(("Set-Cookie" = String, description = "The session"))), Refusals),
)]
pub async fn choose(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let mut form = Form::new(&body.value);
    let post = form.optional_typed("post_id").map(str::to_owned);
    let tax_code = form.optional_typed("tax_code").map(str::to_owned);
    match (&post, &tax_code) {
        (None, None) => form.lacks("post_id"),
        (Some(_), Some(_)) => form.fault("tax_code", FaultCode::NotAllowed),
        _ => {}
    }
    form.finish()?;
    let standing = match (post, tax_code) {
        (Some(post), _) => {
            Standing::Post(PostId::parse(&post).ok_or(AppError::NotFound("standing"))?)
        }
        (None, tax_code) => Standing::Employer(tax_code.unwrap_or_default()),
    };
    let (account, session) = state
        .write_signed(sender, move |tx, signed| {
            let session = sessions::change_standing(tx, signed, standing)?;
            Ok((signed.account.clone(), session))
        })
        .await?;
    Ok(opened(StatusCode::OK, &state, &account, &session))
}

/// Where the account is signed in.
#[utoipa::path(
    get, path = "/api/v1/sessions", tag = "account", operation_id = "list_sessions", security(("session" = [])),
    responses((status = 200, description = "Sessions", body = SessionsBody), ReadRefusals),
)]
pub async fn list(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let body = state
        .read_signed(sender, |tx, signed| {
            let all = sessions::list(tx, signed)?;
            let items = all.iter().map(|one| line(one, &signed.session.id));
            Ok(SessionsBody {
                items: items.collect(),
            })
        })
        .await?;
    Ok(private(StatusCode::OK).json(body))
}

/// Ends one session of the account.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{session_id}", tag = "account", operation_id = "end_session", security(("session" = [])),
    params(("session_id" = String, Path, description = "Id")),
    responses((status = 204, description = "Ended"), ActRefusals),
)]
pub async fn end(
    state: Data<AppState>,
    sender: Credentials,
    session: Path<String>,
) -> Result<HttpResponse> {
    state
        .write_signed(sender, move |tx, signed| {
            let id = SessionId::parse(&session).ok_or(AppError::NotFound("session"))?;
            sessions::end(tx, signed, &id)
        })
        .await?;
    Ok(private(StatusCode::NO_CONTENT).finish())
}
