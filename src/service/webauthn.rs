//! What authenticators are asked, and whether their answers are right (Web Authentication, level 3). Knows
//! no database: challenges and passkeys are stored by `accounts::passkeys`.

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use url::{Host, Url};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions, PublicKeyCredentialCreationOptions, Registration,
    RegistrationServerState,
    bin::{Decode, Encode},
    request::{
        AsciiDomain, PublicKeyCredentialDescriptor, RpId,
        auth::AuthenticationVerificationOptions,
        register::{
            Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle16,
            Username,
        },
    },
    response::{
        AuthTransports, CredentialId,
        auth::{DiscoverableAuthentication, error::AuthCeremonyErr},
        register::{DynamicState, StaticState, error::RegCeremonyErr},
    },
};

use crate::{
    config::is_local,
    error::{AppError, Result},
    store::{accounts::Account, links::hash, passkeys::Passkey},
};

/// Who passkeys are made for: this service, by the name of its public address.
pub struct RelyingParty {
    id: RpId,
    origin: String,
}

/// What an authenticator is asked.
pub struct Begun {
    /// Hash of the challenge, which is found again by it.
    pub challenge_hash: String,
    /// What the answer is checked against.
    pub state: String,
    /// For the browser.
    pub public_key: Value,
}

/// What a browser shows, before anything of it is believed.
#[derive(Clone)]
pub struct Shown {
    /// By which the authenticator calls its passkey, as base64url.
    pub credential_id: String,
    /// Hash of the challenge that it answers.
    pub challenge_hash: String,
    /// Whose it says that it is.
    user_handle: Option<String>,
    json: String,
}

/// A passkey whose authenticator has shown that it has the key.
pub struct Registered {
    /// By which the authenticator calls it, as base64url.
    pub credential_id: String,
    /// The public key and what it was registered with.
    pub credential: String,
    /// Its counter.
    pub counter: i64,
}

impl Shown {
    /// What stands in the JSON form of a `PublicKeyCredential`; `None` where it is none.
    pub fn read(credential: &Value) -> Option<Self> {
        let id = credential["id"].as_str()?;
        let decoded = BASE64URL_NOPAD.decode(id.as_bytes()).ok()?;
        let client = credential["response"]["clientDataJSON"].as_str()?;
        let client = BASE64URL_NOPAD.decode(client.as_bytes()).ok()?;
        let client: Value = serde_json::from_slice(&client).ok()?;
        Some(Self {
            // Written in one way only.
            credential_id: BASE64URL_NOPAD.encode(&decoded),
            challenge_hash: hash(client["challenge"].as_str()?),
            user_handle: credential["response"]["userHandle"]
                .as_str()
                .map(str::to_owned),
            json: credential.to_string(),
        })
    }
}

impl RelyingParty {
    /// The service at this address; `None` where browsers make no passkeys for it: it has no host name, or
    /// no TLS.
    pub fn of(public_url: &str) -> Option<Self> {
        let url = Url::parse(public_url).ok()?;
        let Some(Host::Domain(name)) = url.host() else {
            return None;
        };
        if url.scheme() != "https" && !is_local(&url) {
            return None;
        }
        Some(Self {
            id: RpId::Domain(AsciiDomain::try_from(name.to_owned()).ok()?),
            origin: url.origin().ascii_serialization(),
        })
    }

    /// Asks for a new passkey of `account`, by another authenticator than those that have one.
    pub fn begin_addition(&self, account: &Account, known: &[Passkey]) -> Result<Begun> {
        let user = user_handle(account.id.as_str())?;
        let known = known.iter().filter_map(|passkey| {
            let id = BASE64URL_NOPAD
                .decode(passkey.credential_id.as_bytes())
                .ok()?;
            Some(PublicKeyCredentialDescriptor {
                id: CredentialId::decode(id).ok()?,
                transports: AuthTransports::decode(0).ok()?,
            })
        });
        let entity = PublicKeyCredentialUserEntity {
            name: Username::try_from(account.email.as_str())
                .map_err(|why| AppError::internal(why.to_string()))?,
            id: &user,
            display_name: Nickname::try_from(account.full_name.as_str()).ok(),
        };
        let options =
            PublicKeyCredentialCreationOptions::passkey(&self.id, entity, known.collect());
        let (state, client) = options.start_ceremony().map_err(internal)?;
        begun(
            &state.encode().map_err(internal)?,
            serde_json::to_value(client)?,
        )
    }

    /// Whether an authenticator has made the passkey that it was asked for; the reason for the trace where
    /// it has not.
    pub fn finish_addition(&self, state: &str, shown: &Shown) -> Result<Registered, &'static str> {
        let state = BASE64URL_NOPAD
            .decode(state.as_bytes())
            .map_err(|_| "no challenge")?;
        let state = RegistrationServerState::<16>::decode(&state).map_err(|_| "no challenge")?;
        let answer = Registration::from_json_relaxed(shown.json.as_bytes())
            .map_err(|_| "not an answer of an authenticator")?;
        let options = RegistrationVerificationOptions::<&str, &str> {
            allowed_origins: &[self.origin.as_str()],
            // Browsers and password managers add some of their own.
            error_on_unsolicited_extensions: false,
            ..RegistrationVerificationOptions::default()
        };
        let made = state
            .verify(&self.id, &answer, &options)
            .map_err(|why| match why {
                RegCeremonyErr::OriginMismatch
                | RegCeremonyErr::CrossOrigin
                | RegCeremonyErr::TopOriginMismatch => "the page of another site",
                RegCeremonyErr::RpIdHashMismatch => "made for another site",
                RegCeremonyErr::UserNotVerified | RegCeremonyErr::UserNotPresent => {
                    "the user was not verified"
                }
                RegCeremonyErr::Timeout | RegCeremonyErr::ChallengeMismatch => "no challenge",
                _ => "not an answer of an authenticator",
            })?;
        let (fixed, changing) = (made.static_state(), made.dynamic_state());
        let Ok(fixed) = fixed.encode();
        let Ok(written) = changing.encode();
        Ok(Registered {
            credential_id: BASE64URL_NOPAD.encode(made.id().as_ref()),
            credential: format!(
                "{}.{}",
                BASE64URL_NOPAD.encode(&fixed),
                BASE64URL_NOPAD.encode(&written)
            ),
            counter: i64::from(changing.sign_count),
        })
    }

    /// Asks for a signature by whichever passkey somebody has.
    pub fn begin_sign_in(&self) -> Result<Begun> {
        let options = DiscoverableCredentialRequestOptions::passkey(&self.id);
        let (state, client) = options.start_ceremony().map_err(internal)?;
        begun(
            &state.encode().map_err(internal)?,
            serde_json::to_value(client)?,
        )
    }

    /// The counter of `passkey` after it has signed what was asked; the reason for the trace where it has
    /// not.
    pub fn finish_sign_in(
        &self,
        state: &str,
        shown: &Shown,
        passkey: &Passkey,
    ) -> Result<i64, &'static str> {
        const ODD: &str = "not an answer of an authenticator";
        let state = BASE64URL_NOPAD
            .decode(state.as_bytes())
            .map_err(|_| "no challenge")?;
        let state =
            DiscoverableAuthenticationServerState::decode(&state).map_err(|_| "no challenge")?;
        let answer = DiscoverableAuthentication::<16>::from_json_relaxed(shown.json.as_bytes())
            .map_err(|_| ODD)?;
        let user = user_handle(passkey.account_id.as_str()).map_err(|_| ODD)?;
        // The library stops the program where an answer names nobody.
        if shown.user_handle != Some(BASE64URL_NOPAD.encode(user.as_ref())) {
            return Err("the passkey of somebody else");
        }
        let (fixed, changing) = passkey.credential.split_once('.').ok_or(ODD)?;
        let fixed = BASE64URL_NOPAD.decode(fixed.as_bytes()).map_err(|_| ODD)?;
        let changing = BASE64URL_NOPAD
            .decode(changing.as_bytes())
            .map_err(|_| ODD)?;
        let changing: [u8; 7] = changing.try_into().map_err(|_| ODD)?;
        let changing = DynamicState {
            sign_count: u32::try_from(passkey.counter).map_err(|_| ODD)?,
            ..DynamicState::decode(changing).map_err(|_| ODD)?
        };
        let id = BASE64URL_NOPAD
            .decode(passkey.credential_id.as_bytes())
            .map_err(|_| ODD)?;
        let id = CredentialId::<&[u8]>::decode(&id).map_err(|_| ODD)?;
        let fixed = StaticState::decode(fixed.as_slice()).map_err(|_| ODD)?;
        let mut known =
            AuthenticatedCredential::new(id, &user, fixed, changing).map_err(|_| ODD)?;
        let options = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &[self.origin.as_str()],
            error_on_unsolicited_extensions: false,
            ..AuthenticationVerificationOptions::default()
        };
        state
            .verify(&self.id, &answer, &mut known, &options)
            .map_err(|why| match why {
                AuthCeremonyErr::OriginMismatch
                | AuthCeremonyErr::CrossOrigin
                | AuthCeremonyErr::TopOriginMismatch => "the page of another site",
                AuthCeremonyErr::RpIdHashMismatch => "made for another site",
                AuthCeremonyErr::UserNotVerified => "the user was not verified",
                AuthCeremonyErr::SignatureCounter => "the counter went back",
                AuthCeremonyErr::AssertionSignature => "wrong signature",
                AuthCeremonyErr::UserHandleMismatch | AuthCeremonyErr::MissingUserHandle => {
                    "the passkey of somebody else"
                }
                AuthCeremonyErr::Timeout | AuthCeremonyErr::ChallengeMismatch => "no challenge",
                _ => ODD,
            })?;
        Ok(i64::from(known.dynamic_state().sign_count))
    }
}

fn internal(why: impl std::fmt::Display) -> AppError {
    AppError::internal(why.to_string())
}

/// By what authenticators know an account: its id, which says nothing of the person.
fn user_handle(account: &str) -> Result<UserHandle16> {
    let id = uuid::Uuid::parse_str(account).map_err(internal)?;
    let Ok(handle) = UserHandle16::decode(id.into_bytes());
    Ok(handle)
}

fn begun(state: &[u8], mut client: Value) -> Result<Begun> {
    let public_key = match client.get_mut("publicKey") {
        Some(inner) => inner.take(),
        None => client,
    };
    let challenge = public_key["challenge"]
        .as_str()
        .ok_or_else(|| AppError::internal("no challenge was made"))?;
    Ok(Begun {
        challenge_hash: hash(challenge),
        state: BASE64URL_NOPAD.encode(state),
        public_key,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_for_a_host_name_behind_tls() {
        for (url, id, origin) in [
            ("https://tnld.test", "tnld.test", "https://tnld.test"),
            ("https://tnld.test/intake", "tnld.test", "https://tnld.test"),
            (
                "https://tnld.test:8443",
                "tnld.test",
                "https://tnld.test:8443",
            ),
            (
                "http://localhost:8080",
                "localhost",
                "http://localhost:8080",
            ),
        ] {
            let party = RelyingParty::of(url).unwrap();
            assert_eq!((party.id.as_ref(), party.origin.as_str()), (id, origin));
        }
        for url in [
            "http://tnld.test",
            "https://127.0.0.1",
            "http://127.0.0.1:8080",
            "https://[::1]",
            "x",
        ] {
            assert!(RelyingParty::of(url).is_none(), "{url}");
        }
    }
}
