//! One provider: its metadata and keys, where a browser is sent, and what a code is worth.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AccessTokenHash, AuthUrl, AuthenticationContextClass, AuthorizationCode,
    ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, DiscoveryError, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
    TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata,
        CoreTokenResponse,
    },
};
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use super::{
    Trouble,
    calls::{CallError, Calls},
};
use crate::config::{ProviderSettings, Secret};

/// How long metadata and keys are believed without asking again.
const BELIEVED_FOR: Duration = Duration::from_secs(3600);
/// How often they are fetched for a key that is not among them.
const ANEW_AFTER: Duration = Duration::from_secs(60);
/// How long a provider that did not answer is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(5);
/// Most calls at a time, each of which holds a thread.
const AT_A_TIME: usize = 8;
/// By how much the provider's clock may differ, and how old a token may be that was made just now.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(2);
/// Signatures with a key that only the provider has. Not `none`, and no HMAC with the client's secret.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What ties a visit to the provider to its return. The provider sees `state`, `nonce` and a hash of
/// `verifier`.
pub struct Words {
    /// Comes back with the browser.
    pub state: Secret,
    /// Comes back within the token.
    pub nonce: Secret,
    /// Shown with the code, by us.
    pub verifier: Secret,
}

/// For whom a provider vouches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The provider's address, as it calls itself.
    pub issuer: String,
    /// Its name for the person.
    pub subject: String,
    /// Whether it has seen two factors, by what the settings say.
    pub two_factors: bool,
}

/// A provider.
pub struct Provider {
    settings: ProviderSettings,
    back: RedirectUrl,
    calls: Calls,
    known: Mutex<Known>,
    room: Semaphore,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Instant, Arc<CoreProviderMetadata>)>,
    /// When they were last fetched for a key that was not among them.
    anew_at: Option<Instant>,
    failed_at: Option<Instant>,
}

impl Provider {
    pub(super) fn open(settings: ProviderSettings, back: RedirectUrl) -> Result<Self, String> {
        Ok(Self {
            calls: Calls::open(&settings)?,
            settings,
            back,
            known: Mutex::default(),
            room: Semaphore::new(AT_A_TIME),
        })
    }

    /// Its settings.
    pub fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// Where a browser is sent. Blocks while metadata are fetched.
    pub fn address(&self, words: &Words) -> Result<Url, Trouble> {
        let _room = self.room()?;
        let client = self.client(&*self.metadata()?);
        let verifier = PkceCodeVerifier::new(words.verifier.expose().to_owned());
        let (state, nonce) = (words.state.clone(), words.nonce.clone());
        let scopes = self.settings.scopes.iter().cloned().map(Scope::new);
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state.expose().to_owned()),
                move || Nonce::new(nonce.expose().to_owned()),
            )
            .add_scopes(scopes)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for acr in &self.settings.second_factor_acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        Ok(request.url().0)
    }

    /// For whom the provider vouches, by the code with which a browser came back. Blocks.
    pub fn redeem(
        &self,
        code: &Secret,
        words: &Words,
        now: DateTime<Utc>,
    ) -> Result<Vouched, Trouble> {
        let _room = self.room()?;
        let metadata = self.metadata()?;
        let answer = self
            .client(&metadata)
            .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
            .map_err(|_| Trouble::Unavailable("the provider has no place to redeem a code"))?
            .set_pkce_verifier(PkceCodeVerifier::new(words.verifier.expose().to_owned()))
            .request(&|request| self.calls.call(request))
            .map_err(|why| match why {
                RequestTokenError::Request(why) => unavailable(&why),
                RequestTokenError::ServerResponse(_) => {
                    Trouble::Untrusted("the provider does not take the code")
                }
                RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                    Trouble::Untrusted("the provider answers without a token")
                }
            })?;
        match self.believe(&metadata, &answer, words, now) {
            // The provider may have a new key.
            Err(Trouble::Untrusted(why)) if why == UNKNOWN_KEY => {
                let metadata = self.anew(&metadata)?;
                self.believe(&metadata, &answer, words, now)
            }
            other => other,
        }
    }

    fn believe(
        &self,
        metadata: &CoreProviderMetadata,
        answer: &CoreTokenResponse,
        words: &Words,
        now: DateTime<Utc>,
    ) -> Result<Vouched, Trouble> {
        let client = self.client(metadata);
        let token = answer
            .id_token()
            .ok_or(Trouble::Untrusted("the provider answers without a token"))?;
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(move |made_at| {
                let is_fresh = (now - made_at).abs() <= CLOCKS_DIFFER;
                is_fresh.then_some(()).ok_or_else(|| "iat".to_owned())
            });
        let nonce = Nonce::new(words.nonce.expose().to_owned());
        let claims = token.claims(&verifier, &nonce).map_err(untrusted)?;
        if claims
            .authorized_party()
            .is_some_and(|party| party.as_str() != self.settings.client_id)
        {
            return Err(Trouble::Untrusted("a token for somebody else"));
        }
        if let Some(expected) = claims.access_token_hash() {
            let odd = |_| Trouble::Untrusted("a token that does not fit its access token");
            let alg = token.signing_alg().map_err(odd)?;
            let key = token.signing_key(&verifier).map_err(odd)?;
            let hash = AccessTokenHash::from_token(answer.access_token(), alg, key);
            if hash.ok().as_ref() != Some(expected) {
                return Err(Trouble::Untrusted(
                    "a token that does not fit its access token",
                ));
            }
        }
        let has = |wanted: &[String], said: &str| wanted.iter().any(|one| one == said);
        let by_context = claims
            .auth_context_ref()
            .is_some_and(|acr| has(&self.settings.second_factor_acr, acr));
        let by_method = claims.auth_method_refs().is_some_and(|methods| {
            let mut methods = methods.iter();
            methods.any(|amr| has(&self.settings.second_factor_amr, amr))
        });
        Ok(Vouched {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            two_factors: by_context || by_method,
        })
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Client {
        let secret = self.settings.client_secret.as_ref();
        CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.settings.client_id.clone()),
            secret.map(|secret| ClientSecret::new(secret.expose().to_owned())),
        )
        .set_redirect_uri(self.back.clone())
    }

    /// Room for one more call; where the provider is slow, whoever comes too late is not kept waiting.
    fn room(&self) -> Result<SemaphorePermit<'_>, Trouble> {
        let room = self.room.try_acquire();
        room.map_err(|_| Trouble::Unavailable("too many wait for the provider"))
    }

    fn metadata(&self) -> Result<Arc<CoreProviderMetadata>, Trouble> {
        {
            let known = self.known();
            if let Some((at, metadata)) = &known.metadata
                && at.elapsed() < BELIEVED_FOR
            {
                return Ok(Arc::clone(metadata));
            }
            if known.failed_at.is_some_and(|at| at.elapsed() < LEFT_ALONE) {
                return Err(Trouble::Unavailable("the provider did not answer just now"));
            }
        }
        self.fetch()
    }

    /// Metadata that were fetched after `old`. Whoever makes up keys does not make us ask all the time.
    fn anew(&self, old: &Arc<CoreProviderMetadata>) -> Result<Arc<CoreProviderMetadata>, Trouble> {
        {
            let mut known = self.known();
            if let Some((_, metadata)) = &known.metadata
                && !Arc::ptr_eq(metadata, old)
            {
                return Ok(Arc::clone(metadata));
            }
            if known.anew_at.is_some_and(|at| at.elapsed() < ANEW_AFTER) {
                return Err(Trouble::Untrusted(UNKNOWN_KEY));
            }
            known.anew_at = Some(Instant::now());
        }
        self.fetch()
    }

    fn fetch(&self) -> Result<Arc<CoreProviderMetadata>, Trouble> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone())
            .map_err(|_| Trouble::Unavailable("no address"))?;
        let fetched = CoreProviderMetadata::discover(&issuer, &|request| self.calls.call(request))
            .map_err(|why| match why {
                DiscoveryError::Request(why) => unavailable(&why),
                DiscoveryError::Validation(_) => Trouble::Untrusted("metadata of another issuer"),
                _ => Trouble::Unavailable("the provider's metadata cannot be read"),
            })
            .and_then(|metadata| self.with_safe_addresses(metadata));
        let mut known = self.known();
        match fetched {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                known.metadata = Some((Instant::now(), Arc::clone(&metadata)));
                known.failed_at = None;
                Ok(metadata)
            }
            Err(why) => {
                known.failed_at = Some(Instant::now());
                tracing::warn!(provider = %self.settings.id, "An OpenID provider is of no use: {why}");
                Err(why)
            }
        }
    }

    /// No browser is sent to an address without TLS, unless it is on this machine.
    fn with_safe_addresses(
        &self,
        metadata: CoreProviderMetadata,
    ) -> Result<CoreProviderMetadata, Trouble> {
        let authorize: &AuthUrl = metadata.authorization_endpoint();
        match self.calls.may_call(authorize.url()) {
            true => Ok(metadata),
            false => Err(Trouble::Untrusted("an address without TLS")),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Replaced as a whole, so a panic elsewhere leaves it sound.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const UNKNOWN_KEY: &str = "a token signed with an unknown key";

fn unavailable(why: &CallError) -> Trouble {
    tracing::info!("An OpenID provider could not be called: {why}");
    match why {
        CallError::Plain => Trouble::Untrusted("an address without TLS"),
        CallError::Failed(why) if matches!(**why, ureq::Error::Timeout(_)) => {
            Trouble::Unavailable("the provider does not answer in time")
        }
        CallError::Failed(_) | CallError::Odd(_) => {
            Trouble::Unavailable("the provider does not answer")
        }
    }
}

fn untrusted(why: ClaimsVerificationError) -> Trouble {
    Trouble::Untrusted(match why {
        ClaimsVerificationError::Expired(_) => "a token that has expired",
        ClaimsVerificationError::InvalidAudience(_) => "a token for somebody else",
        ClaimsVerificationError::InvalidIssuer(_) => "a token of another issuer",
        ClaimsVerificationError::InvalidNonce(_) => "a token of another visit",
        ClaimsVerificationError::SignatureVerification(why) => match why {
            SignatureVerificationError::NoMatchingKey => UNKNOWN_KEY,
            SignatureVerificationError::NoSignature => "a token without signature",
            SignatureVerificationError::DisallowedAlg(_)
            | SignatureVerificationError::UnsupportedAlg(_) => {
                "a token signed in a way that is not taken"
            }
            _ => "a token with a wrong signature",
        },
        _ => "a token that cannot be believed",
    })
}
