//! HTTP for the store: the same small client that calls providers and webhooks, on blocking threads.

use std::{io, time::Duration};

use async_trait::async_trait;
use http_body_util::BodyExt;
use object_store::{
    ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
        HttpResponseBody, HttpService,
    },
};
use ureq::{
    Agent, http,
    tls::{RootCerts, TlsConfig},
};

/// For a whole request: a piece of 1 MiB.
const WITHIN: Duration = Duration::from_secs(8);
/// Until a connection stands.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// Largest answer: a piece, sealed, or a list of names.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Makes the client.
#[derive(Debug)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        let config = Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(RootCerts::WebPki).build())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent("tnld")
            .timeout_global(Some(WITHIN))
            .timeout_connect(Some(CONNECT_WITHIN))
            .build();
        Ok(HttpClient::new(Client(config.into())))
    }
}

#[derive(Debug)]
struct Client(Agent);

#[async_trait]
impl HttpService for Client {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let agent = self.0.clone();
        let called = tokio::task::spawn_blocking(move || {
            let answer = if body.is_empty() && head.method != http::Method::PUT {
                agent.run(http::Request::from_parts(head, ()))
            } else {
                agent.run(http::Request::from_parts(head, body.as_ref()))
            };
            let (head, mut body) = answer.map_err(failed)?.into_parts();
            let whole = body.with_config().limit(LARGEST).read_to_vec();
            Ok::<_, HttpError>((head, whole.map_err(failed)?))
        });
        let (head, whole) = called
            .await
            .map_err(|why| HttpError::new(HttpErrorKind::Unknown, why))??;
        Ok(HttpResponse::from_parts(
            head,
            HttpResponseBody::from(whole),
        ))
    }
}

fn failed(why: ureq::Error) -> HttpError {
    let kind = match &why {
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => HttpErrorKind::Connect,
        ureq::Error::Io(why) => match why.kind() {
            io::ErrorKind::ConnectionRefused => HttpErrorKind::Connect,
            io::ErrorKind::TimedOut => HttpErrorKind::Timeout,
            _ => HttpErrorKind::Interrupted,
        },
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, why)
}
