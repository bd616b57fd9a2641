//! Signing in by an OpenID provider: there and back. Linking an identity, and accepting an invitation by
//! one, go the same way.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{self, Data, Path, Query},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    accounts::{ShownAgainBody, shown_again},
    cookies::{self, Cookie},
    extract::{Credentials, JsonBody},
    openapi::{
        InvitationRefusals, LinkIdentityRefusals, OidcRefusals, OidcStartRefusals, OpenReadRefusals,
    },
    session::{SignedInBody, private, visit, welcome},
};
use crate::{
    app::AppState,
    config::Secret,
    domain::{
        account::{OidcPurpose, return_to::own_path},
        declaration::FaultCode,
    },
    error::{AppError, Result},
    oidc::{Provider, Trouble, Vouched},
    service::{
        accounts::{
            identities::{self, Purpose, Thread},
            sign_in::{SignedIn, Visit},
            wrong,
        },
        form::Form,
    },
    store::identities as stored,
};

/// A provider by which people may sign in.
#[derive(Serialize, ToSchema)]
#[schema(as = OidcProvider)]
pub struct ProviderBody {
    /// What it is called in addresses.
    #[schema(example = "snv-19")]
    id: String,
    /// What people read.
    #[schema(example = "Đăng nhập một lần tỉnh Thái Nguyên")]
    name_vi: String,
    /// The same in English.
    #[schema(example = "Thái Nguyên single sign-on")]
    name_en: String,
    /// The province whose people it is for.
    #[schema(example = "19")]
    province_code: Option<String>,
    /// The authority whose people it is for.
    authority_id: Option<String>,
}

/// The providers.
#[derive(Serialize, ToSchema)]
#[schema(as = OidcProviderList)]
pub struct ProvidersBody {
    /// In the order of the settings.
    items: Vec<ProviderBody>,
}

/// Where the browser goes on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct StartQuery {
    /// A path of this service to which the browser goes on once it is signed in; without it the answer is
    /// JSON.
    #[param(example = "/desk")]
    return_to: Option<String>,
}

/// What the provider sends the browser back with.
#[derive(Deserialize, IntoParams)]
pub struct CallbackQuery {
    /// What the provider was told.
    state: Option<String>,
    /// What a token is given for.
    code: Option<String>,
    /// Who says so (RFC 9207).
    iss: Option<String>,
    /// Why there is no code.
    error: Option<String>,
}

/// Where to send the browser.
#[derive(Serialize, ToSchema)]
#[schema(as = OidcRedirect)]
pub struct RedirectBody {
    /// The provider's page. The answer's cookie must be in the browser that goes there.
    #[schema(example = "https://id.thainguyen.test/authorize?client_id=tnld&…")]
    redirect: String,
}

/// An invitation.
#[derive(Serialize, ToSchema)]
#[schema(as = AcceptInvitation, example = json!({"secret": "q1Wc0dXo2m7m4sLhKk0Zt0s2jV2kK2rJ9o1mQ3y8fGk"}))]
pub struct InvitationBody {
    /// What stands at the end of the mail's link.
    secret: String,
}

/// The providers by which people may sign in.
#[utoipa::path(
    get, path = "/api/v1/oidc", tag = "account", operation_id = "list_oidc_providers", security(()),
    responses((status = 200, description = "Providers", body = ProvidersBody), OpenReadRefusals),
)]
pub async fn list(state: Data<AppState>) -> HttpResponse {
    let items = state.providers.iter().map(|provider| {
        let settings = provider.settings();
        ProviderBody {
            id: settings.id.clone(),
            name_vi: settings.name_vi.clone(),
            name_en: settings.name_en.clone(),
            province_code: settings.province_code.clone(),
            authority_id: settings.authority_id.clone(),
        }
    });
    HttpResponse::Ok().json(ProvidersBody {
        items: items.collect(),
    })
}

fn find(state: &AppState, id: &str) -> Result<Arc<Provider>> {
    let found = state.providers.find(id).cloned();
    found.ok_or(AppError::NotFound("provider"))
}

fn path_of(return_to: Option<&str>) -> Result<Option<String>> {
    match return_to {
        None => Ok(None),
        Some(text) => match own_path(text) {
            Some(path) => Ok(Some(path)),
            None => Err(wrong("/return_to", FaultCode::NotAllowed)),
        },
    }
}

/// Sends the browser to a provider to sign in.
#[utoipa::path(
    get, path = "/api/v1/oidc/{provider}/start", tag = "account", operation_id = "start_oidc", security(()),
    params(("provider" = String, Path, description = "Id"), StartQuery),
    responses((status = 303, description = "To the provider", headers(("Location" = String, description = "The provider's page"), ("Set-Cookie" = String, description = "Knows the browser again"))), OidcStartRefusals),
)]
pub async fn start(
    state: Data<AppState>,
    request: HttpRequest,
    provider: Path<String>,
    query: Query<StartQuery>,
) -> Result<HttpResponse> {
    let provider = find(&state, &provider)?;
    let return_to = path_of(query.return_to.as_deref())?;
    let visit = visit(&request, None);
    let (address, thread) = send(&state, provider, Purpose::SignIn, return_to, visit).await?;
    let mut response = private(StatusCode::SEE_OTHER);
    cookies::give_thread(&mut response, &state, thread.browser().expose());
    response.insert_header((header::LOCATION, address));
    Ok(response.finish())
}

/// Links an identity of a provider to the account: where to send the browser.
#[utoipa::path(
    post, path = "/api/v1/account/identities/{provider}/link", tag = "account", operation_id = "link_identity", security(("session" = [])),
    params(("provider" = String, Path, description = "Id of a provider"), StartQuery),
    request_body = ShownAgainBody,
    responses(
        (status = 200, description = "Where to send the browser", body = RedirectBody, headers(("Set-Cookie" = String, description = "Knows the browser again"))),
        LinkIdentityRefusals,
    ),
)]
pub async fn link(
    state: Data<AppState>,
    sender: Credentials,
    request: HttpRequest,
    provider: Path<String>,
    query: Query<StartQuery>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let shown = shown_again(&body.value)?;
    let provider = find(&state, &provider)?;
    let return_to = path_of(query.return_to.as_deref())?;
    let session = state
        .write_confirmed(sender, shown, identities::check_addition, |_, signed| {
            Ok(signed.session.id.clone())
        })
        .await?;
    let (purpose, visit) = (Purpose::Link(session), visit(&request, None));
    let (address, thread) = send(&state, provider, purpose, return_to, visit).await?;
    let mut response = private(StatusCode::OK);
    cookies::give_thread(&mut response, &state, thread.browser().expose());
    Ok(response.json(RedirectBody { redirect: address }))
}

/// Accepts an invitation by an identity of a provider instead of a password: where to send the browser.
#[utoipa::path(
    post, path = "/api/v1/oidc/{provider}/invitation", tag = "account", operation_id = "accept_invitation", security(()),
    params(("provider" = String, Path, description = "Id"), StartQuery),
    request_body = InvitationBody,
    responses(
        (status = 200, description = "Where to send the browser", body = RedirectBody, headers(("Set-Cookie" = String, description = "Knows the browser again"))),
        InvitationRefusals,
    ),
)]
pub async fn accept(
    state: Data<AppState>,
    request: HttpRequest,
    provider: Path<String>,
    query: Query<StartQuery>,
    body: JsonBody,
) -> Result<HttpResponse> {
    if cookies::is_foreign(&request) {
        return Err(AppError::OtherSite);
    }
    let mut form = Form::new(&body.value);
    let secret = form.secret("secret");
    form.finish()?;
    let provider = find(&state, &provider)?;
    let return_to = path_of(query.return_to.as_deref())?;
    let (purpose, visit) = (Purpose::AcceptInvitation(secret), visit(&request, None));
    let (address, thread) = send(&state, provider, purpose, return_to, visit).await?;
    let mut response = private(StatusCode::OK);
    cookies::give_thread(&mut response, &state, thread.browser().expose());
    Ok(response.json(RedirectBody { redirect: address }))
}

/// Remembers that a browser goes to a provider; where to.
async fn send(
    state: &Data<AppState>,
    provider: Arc<Provider>,
    purpose: Purpose,
    return_to: Option<String>,
    visit: Visit,
) -> Result<(String, Thread)> {
    let (keys, now) = (state.keys.clone(), state.clock.now());
    let (id, from) = (provider.settings().id.clone(), visit.clone());
    let thread = state
        .write_open(move |tx, _| {
            let thread = Thread::new()?;
            let to = (id.as_str(), &purpose, return_to.as_deref());
            identities::begin(tx, &keys, &thread, to, &from, now)?;
            Ok((thread, Vec::new()))
        })
        .await?;
    let words = thread.words(&state.keys);
    let asked = provider.clone();
    // Beside the database, on a thread that may wait.
    match web::block(move || asked.address(&words)).await {
        Ok(Ok(address)) => Ok((address.into(), thread)),
        Ok(Err(trouble)) => Err(refused(state, &provider, trouble, &visit).await),
        Err(why) => Err(AppError::internal(why)),
    }
}

/// Traces that a provider's word was not taken; what the browser is answered.
async fn refused(
    state: &AppState,
    provider: &Provider,
    trouble: Trouble,
    visit: &Visit,
) -> AppError {
    let (keys, now, visit) = (state.keys.clone(), state.clock.now(), visit.clone());
    let id = provider.settings().id.clone();
    let (why, counts, answer) = match trouble {
        Trouble::Unavailable(why) => (why, false, AppError::Provider("provider_unavailable")),
        Trouble::Untrusted(why) => (why, true, AppError::Provider("provider_refused")),
    };
    let traced = state
        .write_open(move |tx, _| {
            let entry = identities::refuse(tx, &keys, (&id, why), counts, &visit, now)?;
            Ok(((), vec![entry]))
        })
        .await;
    match traced {
        Ok(()) => answer,
        Err(why) => why,
    }
}

/// The browser comes back from a provider: signs in, or links what was to be linked. Every visit comes
/// back once, with the same browser, within ten minutes.
#[utoipa::path(
    get, path = "/api/v1/oidc/{provider}/callback", tag = "account", operation_id = "finish_oidc", security(()),
    params(("provider" = String, Path, description = "Id"), CallbackQuery),
    responses(
        (status = 200, description = "Signed in", body = SignedInBody, headers(("Set-Cookie" = String, description = "The session"))),
        (status = 303, description = "Signed in; to `return_to`", headers(("Location" = String, description = "The page to go on with"), ("Set-Cookie" = String, description = "The session"))),
        OidcRefusals,
    ),
)]
pub async fn finish(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Result<Credentials, AppError>,
    provider: Path<String>,
    query: Query<CallbackQuery>,
) -> Result<HttpResponse> {
    let provider = find(&state, &provider)?;
    let visit = visit(&request, None);
    let shown = cookies::secret(&request, Cookie::Thread);
    let thread = Thread::of(
        query.state.as_deref().unwrap_or_default(),
        shown.as_deref().unwrap_or_default(),
    );
    let (gone, vouched) = match come_back(&state, &provider, &thread, &query).await? {
        Ok(back) => back,
        Err(trouble) => return Err(refused(&state, &provider, trouble, &visit).await),
    };
    let return_to = gone.return_to.clone();
    let done = match gone.purpose {
        OidcPurpose::SignIn => sign_in(&state, &provider, vouched, &visit).await,
        OidcPurpose::AcceptInvitation => accepted(&state, &provider, gone, vouched, &visit).await,
        OidcPurpose::Link => linked(&state, sender, &provider, gone, vouched).await,
    };
    let signed = match done {
        Ok(signed) => signed,
        // What is in the way of a link is worth a trace as well.
        Err(AppError::Conflict(code)) if code != "identity_unknown" => {
            refused(&state, &provider, Trouble::Untrusted(code), &visit).await;
            return Err(AppError::Conflict(code));
        }
        Err(other) => return Err(other),
    };
    let to = return_to.map(|path| format!("{}{path}", state.public_url));
    Ok(welcome(&state, &signed.account, &signed.opened, to))
}

/// Why the browser went there, and for whom the provider vouches.
async fn come_back(
    state: &AppState,
    provider: &Arc<Provider>,
    thread: &Thread,
    query: &CallbackQuery,
) -> Result<Result<(stored::Visit, Vouched), Trouble>> {
    let (now, id) = (state.clock.now(), provider.settings().id.clone());
    let back = thread.clone();
    let gone = state
        .write_open(move |tx, _| {
            let gone = identities::come_back(tx, &back, &id, now)?;
            Ok((gone, Vec::new()))
        })
        .await?;
    let gone = match gone {
        Ok(gone) => gone,
        Err(why) => return Ok(Err(Trouble::Untrusted(why))),
    };
    // Another provider that sends the browser here with a code of its own.
    let issuer = provider.settings().issuer.as_str();
    if query.iss.as_deref().is_some_and(|iss| iss != issuer) {
        return Ok(Err(Trouble::Untrusted("an answer of another issuer")));
    }
    let code = match (&query.code, &query.error) {
        (Some(code), None) => Secret::new(code.as_str()),
        (_, Some(_)) => {
            return Ok(Err(Trouble::Untrusted("the provider signs nobody in")));
        }
        (None, None) => return Ok(Err(Trouble::Untrusted("an answer without a code"))),
    };
    let (asked, words) = (provider.clone(), thread.words(&state.keys));
    // Beside the database, on a thread that may wait.
    let redeemed = web::block(move || asked.redeem(&code, &words, now)).await;
    let vouched = redeemed.map_err(AppError::internal)?;
    Ok(vouched.map(|vouched| (gone, vouched)))
}

async fn sign_in(
    state: &AppState,
    provider: &Provider,
    vouched: Vouched,
    visit: &Visit,
) -> Result<SignedIn> {
    let (keys, now, visit) = (state.keys.clone(), state.clock.now(), visit.clone());
    let settings = provider.settings().clone();
    state
        .write_open(move |tx, world| {
            identities::finish(tx, (&keys, world), &settings, &vouched, &visit, now)
        })
        .await?
}

async fn accepted(
    state: &AppState,
    provider: &Provider,
    gone: stored::Visit,
    vouched: Vouched,
    visit: &Visit,
) -> Result<SignedIn> {
    let (keys, now, visit) = (state.keys.clone(), state.clock.now(), visit.clone());
    let settings = provider.settings().clone();
    let invitation = gone.link_id.ok_or(AppError::Conflict("link_expired"))?;
    state
        .write_open(move |tx, world| {
            let about = (&invitation, &vouched);
            identities::accept(tx, (&keys, world), &settings, about, &visit, now)
        })
        .await
}

async fn linked(
    state: &AppState,
    sender: Result<Credentials, AppError>,
    provider: &Provider,
    gone: stored::Visit,
    vouched: Vouched,
) -> Result<SignedIn> {
    let settings = provider.settings().clone();
    state
        .write_signed(sender?, move |tx, signed| {
            let opened = identities::link(tx, signed, &settings, &gone, &vouched)?;
            let account = signed.account.clone();
            Ok(SignedIn { account, opened })
        })
        .await
}
