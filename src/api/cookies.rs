//! The cookies of people: the session, the device that is known, and the way to an OpenID provider. And whether a request that
//! brings one was sent by our own pages.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header, web::Data};

use super::guard;
use crate::{
    app::AppState,
    domain::account::session::DEVICE_KNOWN,
    service::{accounts::identities::VISIT_LIFETIME, tokens::hash_secret},
};

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// Says who is signed in.
    Session,
    /// Says that somebody has signed in here before.
    Device,
    /// Says that it is the browser that was sent to an OpenID provider.
    Thread,
}

/// Longest secret that is looked at.
const LONGEST: usize = 200;

impl Cookie {
    /// Behind TLS the prefix makes browsers refuse the cookie of another host, path or scheme.
    fn name(self, is_secure: bool) -> &'static str {
        match (self, is_secure) {
            (Self::Session, true) => "__Host-tnld",
            (Self::Session, false) => "tnld",
            (Self::Device, true) => "__Host-tnld-device",
            (Self::Device, false) => "tnld-device",
            (Self::Thread, true) => "__Host-tnld-oidc",
            (Self::Thread, false) => "tnld-oidc",
        }
    }

    /// `SameSite=Lax`: somebody who follows the link of a mail is still signed in; what changes
    /// something is checked by [`same_origin`] besides.
    fn header(self, secret: &str, max_age: Option<i64>, is_secure: bool) -> String {
        let mut header = format!(
            "{}={secret}; Path=/; HttpOnly; SameSite=Lax",
            self.name(is_secure)
        );
        if is_secure {
            header.push_str("; Secure");
        }
        if let Some(seconds) = max_age {
            header.push_str(&format!("; Max-Age={seconds}"));
        }
        header
    }
}

fn is_secure(state: &AppState) -> bool {
    state.public_url.starts_with("https://")
}

/// The hash of the secret in a cookie of the request.
pub fn shown(request: &HttpRequest, cookie: Cookie) -> Option<String> {
    secret(request, cookie).map(|secret| hash_secret(&secret))
}

/// The secret in a cookie of the request.
pub fn secret(request: &HttpRequest, cookie: Cookie) -> Option<String> {
    let state = request.app_data::<Data<AppState>>()?;
    plain(request, cookie.name(is_secure(state)))
}

/// The value of the cookie `name`, whoever gave it.
pub fn plain(request: &HttpRequest, name: &str) -> Option<String> {
    let headers = request.headers().get_all(header::COOKIE);
    let pairs = headers
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(other, _)| *other == name);
    let (_, secret) = values.next()?;
    (1..=LONGEST)
        .contains(&secret.len())
        .then(|| secret.to_owned())
}

/// Gives the browser the secret of a session, until it is closed.
pub fn give_session(response: &mut HttpResponseBuilder, state: &AppState, secret: &str) {
    let header = Cookie::Session.header(secret, None, is_secure(state));
    response.append_header((header::SET_COOKIE, header));
}

/// The same in an answer that is written already.
pub fn give_session_to(response: &mut HttpResponse, state: &AppState, secret: &str) {
    let header = Cookie::Session.header(secret, None, is_secure(state));
    if let Ok(value) = header::HeaderValue::try_from(header) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Gives the browser the secret by which the device is known.
pub fn give_device(response: &mut HttpResponseBuilder, state: &AppState, secret: &str) {
    let max_age = Some(DEVICE_KNOWN.num_seconds());
    let header = Cookie::Device.header(secret, max_age, is_secure(state));
    response.append_header((header::SET_COOKIE, header));
}

/// Gives the browser what it must show when it comes back from an OpenID provider. `SameSite=Lax` sends it
/// along, for coming back is a step of the whole page.
pub fn give_thread(response: &mut HttpResponseBuilder, state: &AppState, secret: &str) {
    let max_age = Some(VISIT_LIFETIME.num_seconds());
    let header = Cookie::Thread.header(secret, max_age, is_secure(state));
    response.append_header((header::SET_COOKIE, header));
}

/// Takes it back.
pub fn take_thread(response: &mut HttpResponseBuilder, state: &AppState) {
    let header = Cookie::Thread.header("", Some(0), is_secure(state));
    response.append_header((header::SET_COOKIE, header));
}

/// Takes the session from the browser. The device stays known.
pub fn take_session(response: &mut HttpResponseBuilder, state: &AppState) {
    let header = Cookie::Session.header("", Some(0), is_secure(state));
    response.append_header((header::SET_COOKIE, header));
}

/// Whether our own pages sent a request: the browser says so (`Sec-Fetch-Site`), or names our address
/// as the origin. A request that says nothing was not sent by a page of ours.
pub fn same_origin(request: &HttpRequest) -> bool {
    request
        .app_data::<Data<AppState>>()
        .is_some_and(|state| guard::is_same_origin(request.headers(), &state.public_url))
}

/// Whether a browser says that the page of another site sent a request.
pub fn is_foreign(request: &HttpRequest) -> bool {
    let says = [
        header::ORIGIN,
        header::HeaderName::from_static("sec-fetch-site"),
    ];
    says.iter().any(|name| request.headers().contains_key(name)) && !same_origin(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_for_this_host_alone_and_for_no_script() {
        let cookie = Cookie::Session.header("abc", None, true);
        assert_eq!(
            cookie,
            "__Host-tnld=abc; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        let plain = Cookie::Device.header("abc", Some(60), false);
        assert_eq!(
            plain,
            "tnld-device=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60"
        );
    }
}
