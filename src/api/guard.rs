//! Whether a page of ours sent a request, for those that a browser signs by itself (cookies).

use actix_web::http::{
    Method,
    header::{HeaderMap, ORIGIN},
};

/// Whether a method changes nothing (RFC 9110, 9.2.1), and so needs no proof.
pub fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a request was sent by a page of this service, which readers reach at `public_url`.
///
/// To be asked of every request that changes something and is authenticated by a cookie: the browser
/// adds the cookie to what any other site sends as well. A bearer token is added by nobody but its
/// owner and needs no such proof. The browser says it in `Sec-Fetch-Site`, older ones in `Origin`, and
/// no page can write either; what says neither is refused.
pub fn is_same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let said = |name: &str| {
        let mut values = headers.get_all(name);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => value.to_str().map(Some).map_err(drop),
            // Said twice: a browser does not do that.
            (Some(_), Some(_)) => Err(()),
        }
    };
    let (Ok(site), Ok(origin)) = (said("sec-fetch-site"), said(ORIGIN.as_str())) else {
        return false;
    };
    match (site, origin) {
        // `none`: typed or from a bookmark, by the owner of the browser.
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => is_ours(origin, public_url),
        (None, None) => false,
    }
}

fn is_ours(origin: &str, public_url: &str) -> bool {
    url::Url::parse(public_url).is_ok_and(|ours| {
        let ours = ours.origin();
        ours.is_tuple() && ours.ascii_serialization() == origin
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    const OURS: &str = "https://tnld.example.test/intake";

    fn ask(headers: &[(&str, &str)], public_url: &str) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        is_same_origin(&map, public_url)
    }

    #[test]
    fn a_page_of_ours_is_known_by_what_the_browser_says() {
        for ours in [
            vec![("sec-fetch-site", "same-origin")],
            vec![("sec-fetch-site", "none")],
            vec![("origin", "https://tnld.example.test")],
            vec![
                ("sec-fetch-site", "same-origin"),
                ("origin", "https://tnld.example.test"),
            ],
        ] {
            assert!(ask(&ours, OURS), "{ours:?}");
        }
        assert!(ask(
            &[("origin", "http://127.0.0.1:8080")],
            "http://127.0.0.1:8080"
        ));
        assert!(ask(
            &[("origin", "https://tnld.example.test")],
            "https://tnld.example.test:443"
        ));
    }

    #[test]
    fn every_other_sender_is_refused() {
        for foreign in [
            vec![],
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![("sec-fetch-site", "")],
            vec![("sec-fetch-site", "Same-Origin")],
            vec![
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://tnld.example.test"),
            ],
            vec![
                ("sec-fetch-site", "same-origin"),
                ("sec-fetch-site", "cross-site"),
            ],
            vec![("origin", "null")],
            vec![("origin", "")],
            vec![("origin", "http://tnld.example.test")],
            vec![("origin", "https://tnld.example.test:8443")],
            vec![("origin", "https://tnld.example.test.evil.test")],
            vec![("origin", "https://evil.test/https://tnld.example.test")],
            vec![
                ("origin", "https://tnld.example.test"),
                ("origin", "https://evil.test"),
            ],
            vec![("referer", "https://tnld.example.test/")],
        ] {
            assert!(!ask(&foreign, OURS), "{foreign:?}");
        }
        assert!(!ask(&[("origin", "null")], "data:x"));
    }

    #[test]
    fn only_what_changes_something_needs_a_proof() {
        for (method, safe) in [
            (Method::GET, true),
            (Method::HEAD, true),
            (Method::OPTIONS, true),
            (Method::POST, false),
            (Method::PUT, false),
            (Method::PATCH, false),
            (Method::DELETE, false),
        ] {
            assert_eq!(is_safe(&method), safe, "{method}");
        }
    }
}
