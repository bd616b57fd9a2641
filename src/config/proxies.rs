//! The proxies in front of the service, and who is behind them.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::wording::{Said, settings};

/// The addresses from which `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Addresses and networks (`10.0.0.0/8`), with commas between them; none where the text is empty.
    pub fn parse(text: &str) -> Result<Self, Said> {
        let written = text.split(',').map(str::trim).filter(|one| !one.is_empty());
        let networks = written.map(|one| {
            one.parse::<IpNet>()
                .or_else(|_| one.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| settings::PROXIES.said())
        });
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Whether nothing is believed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client of a connection from `peer`, whose `X-Forwarded-For` headers are `forwarded`, in their
    /// order. Each proxy adds at the right whom it was called by; so they are read from there, as long as
    /// a proxy of ours says it. What stands further to the left was written by the client, and counts for
    /// nothing.
    pub fn client<'a>(
        &self,
        peer: IpAddr,
        forwarded: impl DoubleEndedIterator<Item = &'a str>,
    ) -> IpAddr {
        let mut client = peer.to_canonical();
        let hops = forwarded.rev().flat_map(|header| header.rsplit(','));
        for hop in hops {
            if !self.has(client) {
                break;
            }
            match address_of(hop) {
                Some(address) => client = address,
                // Our own proxy does not know by whom it was called.
                None => break,
            }
        }
        client
    }
}

/// An address as proxies write it: `203.0.113.9`, `203.0.113.9:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
fn address_of(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let alone = hop
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address = alone
        .unwrap_or(hop)
        .parse()
        .ok()
        .or_else(|| hop.parse().ok().map(|both: std::net::SocketAddr| both.ip()))?;
    Some(IpAddr::to_canonical(&address))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &[&str]) -> String {
        let proxies = Proxies::parse(proxies).unwrap();
        let client = proxies.client(peer.parse().unwrap(), forwarded.iter().copied());
        client.to_string()
    }

    #[test]
    fn without_a_proxy_nothing_is_believed() {
        assert_eq!(client("", "198.51.100.7", &["203.0.113.9"]), "198.51.100.7");
        assert_eq!(
            client("10.0.0.1", "198.51.100.7", &["10.0.0.1"]),
            "198.51.100.7"
        );
        assert_eq!(client("", "::ffff:198.51.100.7", &[]), "198.51.100.7");
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_is_the_client() {
        let ours = "10.0.0.0/8, 2001:db8:f::/48,192.0.2.1";
        for (forwarded, expected) in [
            (vec!["203.0.113.9"], "203.0.113.9"),
            (vec!["1.2.3.4, 203.0.113.9"], "203.0.113.9"),
            (vec!["203.0.113.9, 10.1.1.1,192.0.2.1"], "203.0.113.9"),
            (vec!["1.2.3.4", "203.0.113.9", "10.1.1.1"], "203.0.113.9"),
            (vec!["10.9.9.9, 203.0.113.9, 2001:db8:f::3"], "203.0.113.9"),
            (vec!["203.0.113.9:4711"], "203.0.113.9"),
            (vec!["[2001:db8::1]:4711, [2001:db8:f::3]"], "2001:db8::1"),
            (vec!["::ffff:203.0.113.9"], "203.0.113.9"),
            // Nobody outside: the call came from within.
            (vec!["10.2.2.2, 10.1.1.1"], "10.2.2.2"),
            (vec!["203.0.113.9, unknown"], "10.0.0.1"),
            (vec!["203.0.113.9, unknown, 10.1.1.1"], "10.1.1.1"),
            (vec![""], "10.0.0.1"),
            (vec![], "10.0.0.1"),
        ] {
            assert_eq!(
                client(ours, "10.0.0.1", &forwarded),
                expected,
                "{forwarded:?}"
            );
            let mapped = client(ours, "::ffff:10.0.0.1", &forwarded);
            assert_eq!(mapped, expected, "{forwarded:?}");
        }
    }

    #[test]
    fn only_addresses_and_networks_are_proxies() {
        for good in ["", " ", "127.0.0.1", "::1, 10.0.0.0/8", "2001:db8::/32,"] {
            assert!(Proxies::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "proxy.tnld.test",
            "10.0.0.0/33",
            "10.0.0",
            "10.0.0.1:80",
            "*",
            "10.0.0.1;::1",
        ] {
            assert!(Proxies::parse(bad).is_err(), "{bad}");
        }
    }

    fn address() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            any::<[u8; 4]>().prop_map(IpAddr::from),
            any::<[u8; 16]>().prop_map(IpAddr::from),
        ]
        .prop_map(|address| address.to_canonical())
    }

    proptest! {
        #[test]
        fn whatever_a_client_forges_its_address_is_the_one_that_the_proxy_saw(
            forged in prop::collection::vec(".{0,40}", 0..5),
            real in address(),
            inner in prop::collection::vec(0u8..=255, 0..3),
        ) {
            let proxies = Proxies::parse("10.0.0.0/8").unwrap();
            prop_assume!(!proxies.has(real));
            let mut added = vec![real.to_string()];
            added.extend(inner.iter().map(|last| format!("10.0.0.{last}")));
            let added = added.join(", ");
            let headers = forged.iter().map(String::as_str).chain([added.as_str()]);
            let headers: Vec<&str> = headers.collect();
            let peer = "10.0.0.1".parse().unwrap();
            prop_assert_eq!(proxies.client(peer, headers.into_iter()), real);
            // In one header, where the proxy adds to what was there.
            let joined = format!("{},{added}", forged.join(","));
            prop_assert_eq!(proxies.client(peer, [joined.as_str()].into_iter()), real);
        }
    }
}
