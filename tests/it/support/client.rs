//! A small HTTP client that speaks JSON and carries a token.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use ureq::{
    Agent,
    http::{HeaderMap, Request},
    tls::{Certificate, RootCerts, TlsConfig},
};

/// What the service answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// A header as text; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The JSON body of an answer that has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// The pointers of a problem document, sorted.
    pub fn error_pointers(&self) -> Vec<String> {
        let body = self.json();
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let mut pointers: Vec<String> = errors
            .iter()
            .map(|error| error["pointer"].as_str().unwrap().to_owned())
            .collect();
        pointers.sort();
        pointers
    }
}

/// A client of one running program.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    base: String,
    token: String,
}

impl Client {
    /// A client that shows `token`, or none where it is empty.
    pub fn new(base: &str, token: &str) -> Self {
        Self::with_roots(base, token, RootCerts::WebPki)
    }

    /// A client that trusts this authority of somebody's own, and no other.
    pub fn trusting(base: &str, ca: &str) -> Self {
        let ca = Certificate::from_pem(ca.as_bytes()).unwrap();
        Self::with_roots(base, "", RootCerts::Specific(Arc::new(vec![ca])))
    }

    fn with_roots(base: &str, token: &str, roots: RootCerts) -> Self {
        let config = Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(60)))
            // The server closes what was idle for five seconds: a request may not meet that.
            .max_idle_age(Duration::from_secs(3))
            .build();
        Self {
            agent: config.into(),
            base: base.to_owned(),
            token: token.to_owned(),
        }
    }

    /// `GET`.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"").unwrap()
    }

    /// `GET`; `None` where nobody answers.
    pub fn try_get(&self, path: &str) -> Option<Answer> {
        self.send("GET", path, &[], b"").ok()
    }

    /// `POST` with a JSON body.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_with(path, &[], body)
    }

    /// `POST` with a JSON body and more headers.
    #[track_caller]
    pub fn post_with(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.try_post(path, headers, body).unwrap()
    }

    /// The same; an error where the connection broke, which is what a client sees of a crash.
    pub fn try_post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Result<Answer, ureq::Error> {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        self.send("POST", path, &all, body.to_string().as_bytes())
    }

    /// Any request, with the bytes and headers that are given and a token.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = if body.is_empty() {
            self.agent.run(request.body(()).unwrap())?
        } else {
            self.agent.run(request.body(body).unwrap())?
        };
        let bytes = response.body_mut().read_to_vec()?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        })
    }

    /// `GET` of something that is no text: its head, and its bytes.
    #[track_caller]
    pub fn bytes(&self, path: &str) -> (Answer, Vec<u8>) {
        let request = Request::get(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {}", self.token))
            .body(())
            .unwrap();
        let mut response = self.agent.run(request).unwrap();
        let bytes = response
            .body_mut()
            .with_config()
            .limit(500_000_000)
            .read_to_vec()
            .unwrap();
        let answer = Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.clone(),
        };
        (answer, bytes)
    }
}
