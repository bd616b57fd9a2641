//! What is told to other programs: signed webhooks, and short messages through a gateway. Calls block
//! and run on threads of their own, without redirects, and only to where a call may go.

mod sms;
mod targets;
pub mod webhook;

use std::time::Duration;

use ureq::{
    Agent, http,
    tls::{RootCerts, TlsConfig},
    unversioned::transport::DefaultConnector,
};
use url::Url;

pub use sms::{Gateway, Kind};
use targets::Guarded;
pub use targets::Targets;

use crate::{
    domain::delivery::{TlsState, Transit},
    mail::transport::Delivery,
};

/// For a whole call: well within the lease of a message.
const WITHIN: Duration = Duration::from_secs(10);
/// Until a connection stands.
const CONNECT_WITHIN: Duration = Duration::from_secs(4);
/// Most of a gateway's answer that is kept, in letters.
const LONGEST_REPLY: usize = 200;

/// A call to be made. `Debug` shows neither headers nor body.
pub struct Call {
    /// Where to.
    pub url: Url,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
    /// Whether the answer's text stands in the ledger, and not only its status.
    pub keeps_answer: bool,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

/// Makes calls.
pub struct Caller {
    webhooks: Agent,
    gateways: Agent,
    gateway: Option<Gateway>,
}

impl Caller {
    /// Calls webhooks where `targets` allow it, and `gateway` where there is one.
    pub fn new(targets: Targets, gateway: Option<Gateway>) -> Self {
        let guarded = Guarded(targets);
        let webhooks = Agent::with_parts(config(), DefaultConnector::default(), guarded);
        Self {
            webhooks,
            // The operator has named it.
            gateways: config().into(),
            gateway,
        }
    }

    /// The gateway of short messages.
    pub fn gateway(&self) -> Option<&Gateway> {
        self.gateway.as_ref()
    }

    /// Calls a webhook; blocks until it has answered.
    pub fn webhook(&self, call: &Call) -> (Transit, Delivery) {
        (transit(&call.url), run(&self.webhooks, call))
    }

    /// Calls the gateway of short messages; blocks until it has answered.
    pub fn short_message(&self, call: &Call) -> (Transit, Delivery) {
        (transit(&call.url), run(&self.gateways, call))
    }
}

fn config() -> ureq::config::Config {
    let tls = TlsConfig::builder().root_certs(RootCerts::WebPki).build();
    Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .user_agent("tnld")
        .timeout_global(Some(WITHIN))
        .timeout_connect(Some(CONNECT_WITHIN))
        .build()
}

fn transit(url: &Url) -> Transit {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    Transit {
        relay: format!("{host}:{port}"),
        tls: Some(match url.scheme() {
            "https" => TlsState::Tls,
            _ => TlsState::None,
        }),
    }
}

fn run(agent: &Agent, call: &Call) -> Delivery {
    let mut request = http::Request::post(call.url.as_str());
    for (name, value) in &call.headers {
        request = request.header(name, value);
    }
    let answer = request
        .body(call.body.as_str())
        .map_err(ureq::Error::from)
        .and_then(|request| agent.run(request));
    match answer {
        Ok(mut answer) => {
            let status = answer.status().as_u16();
            let mut reply = format!("HTTP {status}");
            if call.keeps_answer {
                let whole = answer
                    .body_mut()
                    .with_config()
                    .limit(16 * 1024)
                    .read_to_string();
                let printable = whole.unwrap_or_default();
                let printable = printable
                    .chars()
                    .map(|c| if c.is_control() { ' ' } else { c });
                let cut: String = printable.take(LONGEST_REPLY).collect();
                reply = format!("{reply} {}", cut.trim());
            }
            outcome(status, reply.trim().to_owned())
        }
        Err(ureq::Error::Other(why)) if why.is::<targets::Forbidden>() => Delivery::Permanent {
            reply: why.to_string(),
        },
        Err(why) => Delivery::Temporary {
            reply: format!("no answer: {why}")
                .chars()
                .take(LONGEST_REPLY)
                .collect(),
            is_away: true,
        },
    }
}

/// What a status says of a message. Only what is about this message is final: an address that is not
/// there yet, or a key that is wrong, can be put right and must not cost an alert.
fn outcome(status: u16, reply: String) -> Delivery {
    match status {
        200..=299 => Delivery::Accepted { reply },
        400 | 410 | 413 | 415 | 422 => Delivery::Permanent { reply },
        _ => Delivery::Temporary {
            reply,
            is_away: false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_about_the_message_is_final() {
        let of = |status| outcome(status, String::new());
        for status in [200, 202, 204] {
            assert!(matches!(of(status), Delivery::Accepted { .. }), "{status}");
        }
        for status in [400, 410, 422] {
            assert!(matches!(of(status), Delivery::Permanent { .. }), "{status}");
        }
        for status in [301, 302, 307, 401, 403, 404, 408, 429, 500, 503] {
            assert!(matches!(of(status), Delivery::Temporary { .. }), "{status}");
        }
    }
}
