//! Addresses of the web.

use url::{Host, Url};

/// Whether an address is one of this machine without TLS.
pub fn is_local(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "http" && is_loopback
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tls_only_this_machine_is_called() {
        for (url, local) in [
            ("http://127.0.0.1:4000", true),
            ("http://localhost/x", true),
            ("http://[::1]:9", true),
            ("http://127.0.0.1.evil.test", false),
            ("http://localhost.evil.test", false),
            ("http://10.0.0.1", false),
            ("https://127.0.0.1", false),
        ] {
            assert_eq!(is_local(&Url::parse(url).unwrap()), local, "{url}");
        }
    }
}
