//! OpenID Connect as a relying party: what is asked of providers, and what is believed of their answers.
//!
//! Everything here waits for the network: it runs on threads of its own, never within a transaction, and
//! knows no database.

mod calls;
mod provider;

use std::sync::Arc;

use openidconnect::RedirectUrl;

use crate::config::ProviderSettings;

pub use provider::{Provider, Vouched, Words};

/// Why a provider's word is not taken. Says nothing of a person, and repeats nothing of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It does not answer, or not in time, or not as a provider does.
    #[error("{0}")]
    Unavailable(&'static str),
    /// It says something that must not be believed.
    #[error("{0}")]
    Untrusted(&'static str),
}

/// The providers of the settings.
#[derive(Default)]
pub struct Providers(Vec<Arc<Provider>>);

impl Providers {
    /// The providers that `settings` describe, to which the service is known by `public_url`.
    ///
    /// # Errors
    /// A certificate file that cannot be used.
    pub fn open(settings: Vec<ProviderSettings>, public_url: &str) -> Result<Self, String> {
        let opened = settings.into_iter().map(|settings| {
            let back = format!("{public_url}/api/v1/oidc/{}/callback", settings.id);
            let back = RedirectUrl::new(back).map_err(|why| why.to_string())?;
            Ok(Arc::new(Provider::open(settings, back)?))
        });
        Ok(Self(opened.collect::<Result<_, String>>()?))
    }

    /// The one that the settings call so.
    pub fn find(&self, id: &str) -> Option<&Arc<Provider>> {
        self.0.iter().find(|provider| provider.settings().id == id)
    }

    /// All, in the order of the settings.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.0.iter()
    }
}
