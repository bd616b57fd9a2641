//! Where a webhook may lead: to the internet over TLS, and into networks that the operator has named.
//! What a name leads to is judged at the moment of the connection, so that it cannot change in between.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// The networks that the operator has named.
#[derive(Debug, Clone, Default)]
pub struct Targets(Vec<IpNet>);

/// A call that must not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the address leads to a network that must not be called (TNLD_WEBHOOK_NETWORKS)")]
pub(super) struct Forbidden;

impl Targets {
    /// Beside the internet, these networks.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Whether `address` may be called; without TLS only where the operator has named its network.
    pub fn may_call(&self, address: IpAddr, is_encrypted: bool) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
            || is_encrypted && is_public(address)
    }
}

/// Whether an address belongs to the internet and to nobody's own network or machine.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || a >= 224
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        // Shared by providers; protocols; tests of networks (RFC 6598, 6890, 2544).
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Of what is given out (2000::/3), not what leads elsewhere: protocols and Teredo (2001::/23),
    // documentation, 6to4, which carries an IPv4 address.
    (0x2000..0x4000).contains(&a)
        && !(a == 0x2001 && (b < 0x0200 || b == 0x0db8))
        && a != 0x2002
        && !(a == 0x3fff && b < 0x1000)
}

/// Looks names up as usual, and refuses what must not be called.
#[derive(Debug)]
pub(super) struct Guarded(pub(super) Targets);

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let is_encrypted = uri.scheme_str() == Some("https");
        // A name that leads to both kinds is not trusted at all.
        match found
            .iter()
            .all(|one| self.0.may_call(one.ip(), is_encrypted))
        {
            true => Ok(found),
            false => Err(Error::Other(Box::new(Forbidden))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn may(targets: &Targets, address: &str) -> bool {
        targets.may_call(address.parse().unwrap(), true)
    }

    #[test]
    fn own_networks_are_refused_in_every_form() {
        let none = Targets::default();
        for address in [
            "127.0.0.1",
            "127.255.0.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "fec0::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:0:1::1",
            "2001:db8::1",
        ] {
            assert!(!may(&none, address), "{address}");
        }
        for address in [
            "113.160.0.1",
            "8.8.8.8",
            "172.32.0.1",
            "2400:cb00::1",
            "2001:4860::8888",
        ] {
            assert!(may(&none, address), "{address}");
            assert!(
                !none.may_call(address.parse().unwrap(), false),
                "{address} without TLS"
            );
        }
    }

    #[test]
    fn what_the_operator_has_named_is_called_also_without_tls() {
        let own = Targets::new(vec!["10.20.0.0/16".parse().unwrap()]);
        assert!(own.may_call("10.20.3.4".parse().unwrap(), false));
        assert!(own.may_call("::ffff:10.20.3.4".parse().unwrap(), false));
        assert!(!may(&own, "10.21.3.4"));
    }

    proptest! {
        #[test]
        fn an_address_is_judged_alike_in_ipv4_and_mapped_into_ipv6(bits in any::<u32>()) {
            let v4 = Ipv4Addr::from(bits);
            let none = Targets::default();
            prop_assert_eq!(
                none.may_call(v4.into(), true),
                none.may_call(v4.to_ipv6_mapped().into(), true)
            );
        }
    }
}
