//! Which message may be begun beside those that are being sent: one slow server must not hold all
//! connections, and what can wait must not hold up what cannot.

/// Mails that are sent at the same time.
pub const CONNECTIONS: usize = 4;
/// Of these, for what can wait: one is kept free for what is urgent.
const FOR_OTHERS: usize = CONNECTIONS - 1;
/// Messages at one domain at the same time that can wait: one more that is urgent finds a place.
const OTHERS_AT_A_DOMAIN: usize = 2;
/// Messages at one domain at the same time.
const AT_A_DOMAIN: usize = CONNECTIONS - 1;

/// A message, or the look at a relay, as far as it takes a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Somebody must act at once.
    pub urgent: bool,
    /// Domain of its address; none of the look at a relay.
    pub domain: Option<&'a str>,
}

/// Whether `next` may be begun beside those `in_flight`.
pub fn may_begin<'a>(in_flight: impl Iterator<Item = Place<'a>> + Clone, next: Place<'_>) -> bool {
    let others = || in_flight.clone().filter(|one| !one.urgent);
    let at_domain = |one: &Place<'_>| next.domain.is_some() && one.domain == next.domain;
    let has_connection = in_flight.clone().count() < CONNECTIONS;
    let is_welcome = in_flight.clone().filter(at_domain).count() < AT_A_DOMAIN;
    let keeps_back = next.urgent
        || others().count() < FOR_OTHERS && others().filter(at_domain).count() < OTHERS_AT_A_DOMAIN;
    has_connection && is_welcome && keeps_back
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DOMAINS: [&str; 3] = ["a.test", "b.test", "c.test"];

    proptest! {
        #[test]
        fn whatever_hangs_an_urgent_message_elsewhere_and_one_beside_digests_is_begun(
            offered in proptest::collection::vec((any::<bool>(), 0..3_usize), 0..40),
            hurry in 0..3_usize,
        ) {
            // Nothing that was begun ever ends.
            let mut in_flight: Vec<Place<'_>> = vec![];
            for (urgent, domain) in offered {
                let next = Place { urgent, domain: Some(DOMAINS[domain]) };
                if may_begin(in_flight.iter().copied(), next) {
                    in_flight.push(next);
                }
            }
            prop_assert!(in_flight.len() <= CONNECTIONS);
            for domain in DOMAINS {
                let held = in_flight.iter().filter(|one| one.domain == Some(domain)).count();
                prop_assert!(held < CONNECTIONS, "{domain} holds all");
            }
            let urgent = in_flight.iter().filter(|one| one.urgent).count();
            let death = Place { urgent: true, domain: Some(DOMAINS[hurry]) };
            if urgent == 0 {
                prop_assert!(may_begin(in_flight.iter().copied(), death));
            }
        }
    }

    #[test]
    fn digests_leave_a_connection_free_and_share_a_domain_by_two() {
        let digest = |domain| Place {
            urgent: false,
            domain: Some(domain),
        };
        let two = [digest("a.test"); 2];
        assert!(!may_begin(two.iter().copied(), digest("a.test")));
        assert!(may_begin(two.iter().copied(), digest("b.test")));
        let three = [digest("a.test"), digest("a.test"), digest("b.test")];
        assert!(!may_begin(three.iter().copied(), digest("c.test")));
        let look = Place {
            urgent: false,
            domain: None,
        };
        assert!(
            !may_begin(three.iter().copied(), look),
            "a look waits as well"
        );
        assert!(may_begin([look; 2].iter().copied(), look));
    }
}
