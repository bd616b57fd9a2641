//! Refusals that are no longer traced one by one, because there are too many of them: they are counted, and summed up in
//! the trace from time to time, so that nothing is lost in silence.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    domain::{
        audit::{Action, ActorKind, Entry, Object, ObjectKind, Origin, Who},
        limits::network,
    },
    service::accounts::somebody,
};

/// Most subjects that are kept apart until they are summed up. Beyond them all share one, so that many networks
/// cannot fill the trace either.
const MOST: usize = 200;
/// Most kinds of refusal that are told apart of one subject.
const MOST_KINDS: usize = 20;
/// What stands in place of an address: there were many.
const MANY: &str = "(not traced one by one)";

/// Of whom refusals are summed up: an actor by its kind and id, or strangers by their network.
type Subject = (&'static str, String);

/// The refusals that were counted since the last sum.
#[derive(Default)]
pub struct Withheld(Mutex<BTreeMap<Subject, Sum>>);

struct Sum {
    who: Who,
    address: Option<String>,
    action: Action,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
    count: u64,
    /// How often what was refused why.
    kinds: BTreeMap<String, u64>,
}

impl Withheld {
    /// Counts a refusal. `true` where it is the first of its subject since the last sum.
    pub fn add(&self, entry: Entry) -> bool {
        let mut sums = self.sums();
        let mut subject = subject_of(&entry);
        if !sums.contains_key(&subject) && sums.len() >= MOST {
            subject = Subject::default();
        }
        let is_new = !sums.contains_key(&subject);
        let is_shared = subject == Subject::default();
        let kind = format!("{}: {}", entry.object.id, entry.result);
        let sum = sums.entry(subject).or_insert_with(|| Sum {
            who: match is_shared {
                true => somebody(),
                false => entry.who,
            },
            address: entry.origin.address.filter(|_| !is_shared),
            action: entry.action,
            first: entry.happened_at,
            last: entry.happened_at,
            count: 0,
            kinds: BTreeMap::new(),
        });
        sum.count += 1;
        sum.last = sum.last.max(entry.happened_at);
        let has_room = sum.kinds.contains_key(&kind) || sum.kinds.len() < MOST_KINDS;
        let kind = if has_room { kind } else { "others".to_owned() };
        *sum.kinds.entry(kind).or_default() += 1;
        is_new
    }

    /// The sums, as entries of the trace; what is counted begins anew.
    pub fn take(&self) -> Vec<Entry> {
        let sums = std::mem::take(&mut *self.sums());
        sums.into_values().map(Sum::entry).collect()
    }

    fn sums(&self) -> MutexGuard<'_, BTreeMap<Subject, Sum>> {
        // What is counted is counted whole: a panic elsewhere leaves it sound.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn subject_of(entry: &Entry) -> Subject {
    match entry.who.kind {
        ActorKind::Unknown => {
            let address = entry.origin.address.as_deref().unwrap_or_default();
            let network = match address.parse::<IpAddr>() {
                Ok(address) => network(address).to_string(),
                Err(_) => address.to_owned(),
            };
            (entry.action.as_str(), network)
        }
        kind => (kind.as_str(), entry.who.id.clone()),
    }
}

impl Sum {
    fn entry(self) -> Entry {
        Entry {
            happened_at: self.last,
            who: self.who,
            action: self.action,
            purpose: self.action.purpose(),
            object: Object::new(ObjectKind::Address, MANY),
            result: "counted".to_owned(),
            origin: Origin {
                address: self.address,
                request_id: None,
            },
            details: json!({
                "count": self.count, "since": self.first, "until": self.last, "of": self.kinds,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(who: &str, address: &str, asked: &str) -> Entry {
        let kind = match who {
            "" => ActorKind::Unknown,
            _ => ActorKind::Account,
        };
        Entry {
            happened_at: "2026-11-22T03:10:00Z".parse().unwrap(),
            who: Who {
                kind,
                id: who.to_owned(),
                ..somebody()
            },
            action: Action::Refused,
            purpose: Action::Refused.purpose(),
            object: Object::new(ObjectKind::Address, asked),
            result: "case not found".to_owned(),
            origin: Origin {
                address: Some(address.to_owned()),
                request_id: None,
            },
            details: json!({}),
        }
    }

    #[test]
    fn what_is_counted_is_summed_up_by_actor_and_by_network() {
        let withheld = Withheld::default();
        for number in 0..300 {
            let is_first =
                withheld.add(refusal("mai", "203.0.113.9", "GET /api/v1/cases/{case_id}"));
            assert_eq!(is_first, number == 0);
        }
        withheld.add(refusal("mai", "203.0.113.10", "GET /api/v1/alarms"));
        assert!(withheld.add(refusal("", "2001:db8::1", "GET /api/v1/cases")));
        assert!(!withheld.add(refusal("", "2001:db8::2", "GET /api/v1/cases")));
        let sums = withheld.take();
        let counts: Vec<_> = sums
            .iter()
            .map(|sum| sum.details["count"].clone())
            .collect();
        assert_eq!(counts, [json!(301), json!(2)]);
        assert_eq!(sums[0].who.id, "mai");
        let of = &sums[0].details["of"];
        assert_eq!(of["GET /api/v1/cases/{case_id}: case not found"], 300);
        assert_eq!(of["GET /api/v1/alarms: case not found"], 1);
        assert!(withheld.take().is_empty());
    }

    #[test]
    fn many_networks_and_many_kinds_share_one_sum() {
        let withheld = Withheld::default();
        for number in 0..1000 {
            let address = format!("198.51.{}.{}", number / 256, number % 256);
            withheld.add(refusal("", &address, "GET /x"));
            withheld.add(refusal("mai", "203.0.113.9", &format!("GET /{number}")));
        }
        let sums = withheld.take();
        assert_eq!(sums.len(), MOST + 1);
        let all: i64 = sums
            .iter()
            .filter_map(|sum| sum.details["count"].as_i64())
            .sum();
        assert_eq!(all, 2000);
        let mai = sums.iter().find(|sum| sum.who.id == "mai").unwrap();
        assert_eq!(mai.details["of"].as_object().unwrap().len(), MOST_KINDS + 1);
        assert_eq!(mai.details["of"]["others"], 980);
        let shared = sums
            .iter()
            .find(|sum| sum.origin.address.is_none())
            .unwrap();
        assert_eq!(shared.who.kind, ActorKind::Unknown);
    }
}
