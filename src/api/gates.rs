//! How fast requests may come: in the memory of this process, before anything is read or looked up.
//!
//! Who shows a credential that was good before is counted by it alone, so that an office behind one
//! address is not held up by its neighbour. Everybody else is counted by address. Several processes
//! each have gates of their own: this protects each from work, and secrets are too long to guess;
//! what can be guessed is counted in the database (`service::limits`).

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::domain::limits::{
    Pace, STRANGERS, STRANGERS_OF_SITE, TRACED_REFUSALS, TRACED_REFUSALS_OF_ACTOR,
    TRACED_REFUSALS_OF_OFFICE, TRACED_REFUSALS_OF_SITE, TRACED_REFUSALS_OF_STRANGERS,
    TRACED_SIGN_INS, network, site,
};

/// Most subjects that are kept apart, at some fifty bytes each. Beyond them all share one.
const MOST: usize = 50_000;
/// How long a credential that was good is known without being used.
const KNOWN_FOR: Duration = Duration::from_secs(3600);
/// How often the whole table is searched for what it need not keep.
const SWEEP: Duration = Duration::from_secs(1);

/// Who is refused, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The name of the limit in figures: `address` or `token`.
    pub limit: &'static str,
    /// How long to wait.
    pub wait: Duration,
}

/// Who was refused, as the trace is shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Somebody unknown.
    Stranger,
    /// Somebody who could not show who they are.
    SigningIn,
    /// An account or a token, by its id.
    Actor(&'a str),
}

/// The gates of a process.
pub struct Gates {
    per_token: Option<Pace>,
    begun: Instant,
    /// With random keys: nobody outside can make two subjects meet.
    hasher: RandomState,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    rows: HashMap<u64, Row>,
    swept_at: Duration,
}

/// One subject.
#[derive(Clone, Copy)]
struct Row {
    used_up: Duration,
    /// Until then it is a credential that is known to be good.
    known_until: Duration,
}

impl Gates {
    /// Gates that let a credential pass so many times a second (and twice as many at once); as often as
    /// it likes where that is none.
    pub fn new(per_token: Option<NonZeroU32>) -> Self {
        Self {
            per_token: per_token
                .map(|rate| Pace::per_second(rate.get(), rate.get().saturating_mul(2))),
            begun: Instant::now(),
            hasher: RandomState::new(),
            table: Mutex::default(),
        }
    }

    /// Lets a request pass, or says how long to wait. `credential` is the hash of the secret that it
    /// shows, whether good or not.
    pub fn enter(&self, address: Option<IpAddr>, credential: Option<&str>) -> Result<(), Held> {
        self.enter_at(address, credential, self.begun.elapsed())
    }

    /// Whether one more refusal of this kind, at this address, goes into the trace.
    pub fn may_be_traced(&self, whose: Whose<'_>, address: Option<IpAddr>) -> bool {
        self.may_be_traced_at(whose, address, self.begun.elapsed())
    }

    fn may_be_traced_at(&self, whose: Whose<'_>, address: Option<IpAddr>, now: Duration) -> bool {
        let of_network = |kind: &str| self.key(kind, address.map(network));
        let of_site = |kind: &str| Some(self.key(kind, ("site", address.and_then(site)?)));
        let mut table = self.table();
        let mut takes = |key, pace: Pace| table.takes(key, pace, now);
        match whose {
            Whose::Stranger => {
                takes(of_network("traced"), TRACED_REFUSALS)
                    && of_site("traced").is_none_or(|key| takes(key, TRACED_REFUSALS_OF_SITE))
                    && takes(
                        self.key("traced", "strangers"),
                        TRACED_REFUSALS_OF_STRANGERS,
                    )
            }
            Whose::SigningIn => takes(of_network("traced sign-in"), TRACED_SIGN_INS),
            // Strangers of the same network use up nothing of it: nobody hides behind their noise.
            Whose::Actor(actor) => {
                takes(self.key("traced actor", actor), TRACED_REFUSALS_OF_ACTOR)
                    && takes(of_network("traced office"), TRACED_REFUSALS_OF_OFFICE)
            }
        }
    }

    /// From now on a credential is known to be good.
    pub fn know(&self, credential: &str) {
        self.know_at(credential, self.begun.elapsed());
    }

    /// A credential is good no more.
    pub fn forget(&self, credential: &str) {
        self.table()
            .rows
            .remove(&self.key("credential", credential));
    }

    fn enter_at(
        &self,
        address: Option<IpAddr>,
        credential: Option<&str>,
        now: Duration,
    ) -> Result<(), Held> {
        let mut table = self.table();
        if let Some(credential) = credential
            && let Some(row) = table.rows.get_mut(&self.key("credential", credential))
            && row.known_until > now
        {
            let Some(pace) = self.per_token else {
                return Ok(());
            };
            row.used_up = pace.take(row.used_up, now).map_err(|wait| Held {
                limit: "token",
                wait,
            })?;
            return Ok(());
        }
        // Without an address (a connection that is gone) all share one row.
        let key = self.key("address", address.map(network));
        let row = table.row(key, now);
        row.used_up = STRANGERS.take(row.used_up, now).map_err(|wait| Held {
            limit: "address",
            wait,
        })?;
        if let Some(site) = address.and_then(site) {
            let row = table.row(self.key("site", site), now);
            row.used_up = STRANGERS_OF_SITE
                .take(row.used_up, now)
                .map_err(|wait| Held {
                    limit: "address",
                    wait,
                })?;
        }
        Ok(())
    }

    fn know_at(&self, credential: &str, now: Duration) {
        let key = self.key("credential", credential);
        let mut table = self.table();
        if table.rows.contains_key(&key) || table.has_room(now) {
            table.row(key, now).known_until = now + KNOWN_FOR;
        }
    }

    fn key(&self, kind: &str, subject: impl std::hash::Hash) -> u64 {
        self.hasher.hash_one((kind, subject))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // A row is written whole: a panic elsewhere leaves it sound.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn row(&mut self, key: u64, now: Duration) -> &mut Row {
        let key = if self.rows.contains_key(&key) || self.has_room(now) {
            key
        } else {
            0
        };
        self.rows.entry(key).or_insert(Row {
            used_up: Duration::ZERO,
            known_until: Duration::ZERO,
        })
    }

    /// Takes one of the pace of a subject, where there is one to take.
    fn takes(&mut self, key: u64, pace: Pace, now: Duration) -> bool {
        let row = self.row(key, now);
        let taken = pace.take(row.used_up, now);
        if let Ok(used_up) = taken {
            row.used_up = used_up;
        }
        taken.is_ok()
    }

    /// Whether one more can be kept, after what is of no use any more has gone.
    fn has_room(&mut self, now: Duration) -> bool {
        if self.rows.len() >= MOST && now >= self.swept_at + SWEEP {
            self.swept_at = now;
            self.rows
                .retain(|_, row| row.used_up > now || row.known_until > now);
        }
        self.rows.len() < MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: &str) -> Option<IpAddr> {
        Some(address.parse().unwrap())
    }

    /// How many of `asked` pass at the same moment.
    fn pass(gates: &Gates, asked: u32, address: Option<IpAddr>, credential: Option<&str>) -> u32 {
        let now = Duration::from_secs(5);
        let passed = (0..asked).filter(|_| gates.enter_at(address, credential, now).is_ok());
        u32::try_from(passed.count()).unwrap()
    }

    #[test]
    fn strangers_are_counted_by_network() {
        let gates = Gates::new(None);
        assert_eq!(pass(&gates, 300, from("203.0.113.9"), None), 200);
        assert_eq!(pass(&gates, 1, from("203.0.113.9"), Some("unknown")), 0);
        assert_eq!(pass(&gates, 150, from("2001:db8::1"), None), 150);
        assert_eq!(pass(&gates, 150, from("2001:db8::2"), None), 50);
        assert_eq!(pass(&gates, 150, from("2001:db8:0:1::2"), None), 150);
        let held = gates.enter_at(from("203.0.113.9"), None, Duration::from_secs(5));
        assert_eq!(held.unwrap_err().limit, "address");
        assert!(held.unwrap_err().wait <= Duration::from_millis(20));
    }

    #[test]
    fn a_network_cannot_fill_the_trace() {
        let gates = Gates::new(None);
        let now = Duration::from_secs(5);
        let traced = |address, now| {
            let may = |_: &u32| gates.may_be_traced_at(Whose::Stranger, from(address), now);
            (0..500).filter(may).count()
        };
        assert_eq!(traced("203.0.113.9", now), 20);
        assert_eq!(traced("203.0.113.10", now), 20);
        assert_eq!(traced("203.0.113.9", now + Duration::from_secs(180)), 1);
        // It holds nobody back.
        assert!(gates.enter_at(from("203.0.113.9"), None, now).is_ok());
    }

    #[test]
    fn neither_a_site_nor_all_strangers_together_can_fill_the_trace() {
        let gates = Gates::new(None);
        let now = Duration::from_secs(5);
        let traced = |address: String, now| {
            let may = |_: &u32| gates.may_be_traced_at(Whose::Stranger, from(&address), now);
            (0..50).filter(may).count()
        };
        let networks = |site: u16, now| {
            let one = |network: u16| traced(format!("2001:db8:{site:x}:{network:x}::1"), now);
            (0..200).map(one).sum::<usize>()
        };
        assert_eq!(networks(1, now), 100);
        let all: usize = (2..40).map(|site| networks(site, now)).sum();
        assert_eq!(all, 900);
        // Each network has one more after three minutes, its site one in each of them.
        assert_eq!(networks(1, now + Duration::from_secs(180)), 3);
        // Whoever shows who they are is traced all the same.
        assert!(gates.may_be_traced_at(Whose::Actor("one"), from("203.0.113.9"), now));
        let passed = (0..200).map(|network: u16| {
            let address = format!("2001:db8:77:{network:x}::1");
            pass(&gates, 50, from(&address), None)
        });
        assert_eq!(passed.sum::<u32>(), 2000);
    }

    #[test]
    fn neither_an_actor_nor_its_office_can_fill_the_trace() {
        let gates = Gates::new(None);
        let now = Duration::from_secs(5);
        let traced = |whose, address, now| {
            let may = |_: &u32| gates.may_be_traced_at(whose, from(address), now);
            (0..500).filter(may).count()
        };
        // Noise of strangers hides nobody.
        assert_eq!(traced(Whose::Stranger, "203.0.113.9", now), 20);
        assert_eq!(traced(Whose::Actor("one"), "203.0.113.9", now), 60);
        assert_eq!(traced(Whose::Actor("one"), "203.0.113.10", now), 0);
        let later = now + Duration::from_secs(60);
        assert_eq!(traced(Whose::Actor("one"), "203.0.113.10", later), 1);
        let office: usize = ["two", "three", "four", "five", "six"]
            .map(|actor| traced(Whose::Actor(actor), "203.0.113.9", now))
            .iter()
            .sum();
        assert_eq!(office, 180);
        assert_eq!(traced(Whose::SigningIn, "203.0.113.9", now), 240);
    }

    #[test]
    fn a_known_credential_is_not_held_up_by_its_neighbours() {
        let gates = Gates::new(None);
        let now = Duration::from_secs(5);
        gates.know_at("good", now);
        assert_eq!(pass(&gates, 300, from("203.0.113.9"), Some("bad")), 200);
        assert_eq!(pass(&gates, 9000, from("203.0.113.9"), Some("good")), 9000);
        gates.forget("good");
        assert_eq!(pass(&gates, 1, from("203.0.113.9"), Some("good")), 0);
        gates.know_at("good", now);
        let late = now + KNOWN_FOR;
        assert!(
            gates
                .enter_at(from("203.0.113.9"), Some("good"), late)
                .is_ok()
        );
        let one = gates.enter_at(from("203.0.113.9"), None, now);
        assert!(
            one.is_err(),
            "an hour unused, it counted by address: {one:?}"
        );
    }

    #[test]
    fn a_token_has_a_pace_where_one_is_set() {
        let gates = Gates::new(NonZeroU32::new(10));
        gates.know_at("good", Duration::from_secs(5));
        assert_eq!(pass(&gates, 100, from("203.0.113.9"), Some("good")), 20);
        let held = gates.enter_at(None, Some("good"), Duration::from_secs(5));
        assert_eq!(held.unwrap_err().limit, "token");
        let later = Duration::from_secs(6);
        assert!(gates.enter_at(None, Some("good"), later).is_ok());
    }

    #[test]
    fn the_table_does_not_grow_without_end_and_finds_room_again() {
        let gates = Gates::new(None);
        let now = Duration::from_secs(5);
        let address = |number: u32| Some(IpAddr::from(number.to_be_bytes()));
        let many = u32::try_from(MOST).unwrap() + 5000;
        for number in 0..many {
            let _ = gates.enter_at(address(number), None, now);
        }
        assert!(gates.table().rows.len() <= MOST + 1);
        gates.know_at("late", now);
        assert!(gates.table().rows.len() <= MOST + 1);
        let later = now + Duration::from_secs(60);
        for number in 0..100 {
            gates.enter_at(address(many + number), None, later).unwrap();
        }
        assert!(gates.table().rows.len() <= 101);
    }
}
