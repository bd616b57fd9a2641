//! Calls to one provider: over TLS, without redirects, within limits of time and size.

use std::{sync::Arc, time::Duration};

use openidconnect::{HttpRequest, HttpResponse, http};
use ureq::{
    Agent,
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};
use url::Url;

use crate::config::{ProviderSettings, is_local};

/// For a whole call: a person waits for it.
const WITHIN: Duration = Duration::from_secs(8);
/// Until a connection stands.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// Largest answer, in bytes: keys and metadata of big providers have some 20 kB.
const LARGEST: u64 = 256 * 1024;

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// An address that is not to be called.
    #[error("an address without TLS")]
    Plain,
    /// The network, or the provider's server.
    #[error("{0}")]
    Failed(#[from] Box<ureq::Error>),
    /// An answer that cannot be one.
    #[error("{0}")]
    Odd(#[from] http::Error),
}

/// How a provider is called.
pub struct Calls {
    agent: Agent,
    /// Whether the provider is on this machine, where there is no network to listen on.
    is_local: bool,
}

impl Calls {
    /// Calls to the provider of `settings`.
    pub fn open(settings: &ProviderSettings) -> Result<Self, String> {
        let roots = match &settings.ca_file {
            None => RootCerts::WebPki,
            Some(file) => {
                let read = |why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
                let pem = std::fs::read(file).map_err(|why| read(&why))?;
                let mut trusted: Vec<Certificate<'static>> = Vec::new();
                for item in parse_pem(&pem) {
                    if let PemItem::Certificate(certificate) = item.map_err(|why| read(&why))? {
                        trusted.push(certificate);
                    }
                }
                if trusted.is_empty() {
                    return Err(format!("{}: no certificate", file.display()));
                }
                RootCerts::Specific(Arc::new(trusted))
            }
        };
        let config = Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent("tnld")
            .timeout_global(Some(WITHIN))
            .timeout_connect(Some(CONNECT_WITHIN))
            .build();
        Ok(Self {
            agent: config.into(),
            is_local: Url::parse(&settings.issuer).is_ok_and(|issuer| is_local(&issuer)),
        })
    }

    /// Calls an address that the provider's metadata name; blocks until it has answered.
    pub fn call(&self, request: HttpRequest) -> Result<HttpResponse, CallError> {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| CallError::Plain)?;
        if !self.may_call(&url) {
            return Err(CallError::Plain);
        }
        let failed = |why| CallError::Failed(Box::new(why));
        let mut answer = self.agent.run(request).map_err(failed)?;
        let whole = answer.body_mut().with_config().limit(LARGEST).read_to_vec();
        let mut response = http::Response::builder().status(answer.status());
        if let Some(kind) = answer.headers().get(http::header::CONTENT_TYPE) {
            response = response.header(http::header::CONTENT_TYPE, kind);
        }
        Ok(response.body(whole.map_err(failed)?)?)
    }

    /// Whether an address that the provider names may be called, or a browser sent there.
    pub fn may_call(&self, url: &Url) -> bool {
        url.scheme() == "https" || self.is_local && is_local(url)
    }
}
