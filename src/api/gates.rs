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
    Pace, STRANGERS, STRANGERS_OF_LINE, STRANGERS_OF_SITE, TRACED_REFUSALS,
    TRACED_REFUSALS_OF_ACTOR, TRACED_REFUSALS_OF_LINE, TRACED_REFUSALS_OF_OFFICE,
    TRACED_REFUSALS_OF_SITE, TRACED_REFUSALS_OF_STRANGERS, TRACED_SIGN_INS, network, within,
};

/// Most subjects of a table that are kept apart, at some fifty bytes each. Beyond them the others share one row.
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
    /// Credentials that were good.
    known: Mutex<Table>,
    /// Networks of those who show none.
    strangers: Mutex<Table>,
    /// Whose refusals were traced of late: apart, so that noise in the trace keeps nobody out.
    traced: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    rows: HashMap<u64, Row>,
    /// Of all those together for whom there is no room.
    others: Row,
    swept_at: Duration,
}

/// One subject.
#[derive(Clone, Copy, Default)]
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
            known: Mutex::default(),
            strangers: Mutex::default(),
            traced: Mutex::default(),
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
        let shares = match whose {
            // The widest first: where they refuse, nothing narrower is used up, or remembered.
            Whose::Stranger => {
                let mut shares = vec![(self.key("strangers", ()), TRACED_REFUSALS_OF_STRANGERS)];
                for (bits, pace) in [(48, TRACED_REFUSALS_OF_SITE), (56, TRACED_REFUSALS_OF_LINE)] {
                    let wide = address.and_then(|address| within(address, bits));
                    shares.extend(wide.map(|wide| (self.key("site", (bits, wide)), pace)));
                }
                shares.push((of_network("network"), TRACED_REFUSALS));
                shares
            }
            Whose::SigningIn => vec![(of_network("sign-in"), TRACED_SIGN_INS)],
            // Strangers of the same network use up nothing of it: nobody hides behind their noise.
            Whose::Actor(actor) => vec![
                (of_network("office"), TRACED_REFUSALS_OF_OFFICE),
                (self.key("actor", actor), TRACED_REFUSALS_OF_ACTOR),
            ],
        };
        let mut traced = lock(&self.traced);
        let has_room = |(key, pace): &(u64, Pace)| traced.would_take(*key, *pace, now).is_ok();
        if !shares.iter().all(has_room) {
            return false;
        }
        // A table that is full holds nobody back: it is only noted less.
        shares
            .into_iter()
            .all(|(key, pace)| traced.take(key, pace, now) == Some(Ok(())))
    }

    /// Whether a credential was good of late.
    pub fn knows(&self, credential: &str) -> bool {
        let known = lock(&self.known);
        let row = known.rows.get(&self.key("credential", credential));
        row.is_some_and(|row| row.known_until > self.begun.elapsed())
    }

    /// From now on a credential is known to be good.
    pub fn know(&self, credential: &str) {
        self.know_at(credential, self.begun.elapsed());
    }

    /// A credential is good no more.
    pub fn forget(&self, credential: &str) {
        lock(&self.known)
            .rows
            .remove(&self.key("credential", credential));
    }

    fn enter_at(
        &self,
        address: Option<IpAddr>,
        credential: Option<&str>,
        now: Duration,
    ) -> Result<(), Held> {
        if let Some(credential) = credential
            && let Some(row) = lock(&self.known)
                .rows
                .get_mut(&self.key("credential", credential))
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
        let mut strangers = lock(&self.strangers);
        let held = |wait| Held {
            limit: "address",
            wait,
        };
        // Without an address (a connection that is gone) all share one row.
        let mut shares = vec![(self.key("address", address.map(network)), STRANGERS)];
        for (bits, pace) in [(56, STRANGERS_OF_LINE), (48, STRANGERS_OF_SITE)] {
            let wide = address.and_then(|address| within(address, bits));
            shares.extend(wide.map(|wide| (self.key("site", (bits, wide)), pace)));
        }
        // What one refuses uses up nothing of the others, and leaves no row: a line does not use up its site.
        for (key, pace) in &shares {
            strangers.would_take(*key, *pace, now).map_err(held)?;
        }
        for (key, pace) in shares {
            // Whom the full table has no room for shares one row with the others of whom that is so.
            match strangers.take(key, pace, now) {
                Some(taken) => taken.map_err(held)?,
                None => return strangers.take_shared(STRANGERS, now).map_err(held),
            }
        }
        Ok(())
    }

    fn know_at(&self, credential: &str, now: Duration) {
        let key = self.key("credential", credential);
        let mut known = lock(&self.known);
        if let Some(row) = known.row(key, now) {
            row.known_until = now + KNOWN_FOR;
        }
    }

    fn key(&self, kind: &str, subject: impl std::hash::Hash) -> u64 {
        self.hasher.hash_one((kind, subject))
    }
}

fn lock(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    // A row is written whole: a panic elsewhere leaves it sound.
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Table {
    /// The row of a subject; `None` where it has none and the table is full.
    fn row(&mut self, key: u64, now: Duration) -> Option<&mut Row> {
        if !self.rows.contains_key(&key) && !self.has_room(now) {
            return None;
        }
        Some(self.rows.entry(key).or_default())
    }

    /// Takes one of the pace of a subject, or says how long to wait; `None` where the table is full.
    fn take(&mut self, key: u64, pace: Pace, now: Duration) -> Option<Result<(), Duration>> {
        let row = self.row(key, now)?;
        Some(row.take(pace, now))
    }

    /// The same of all those together for whom the table is full.
    fn take_shared(&mut self, pace: Pace, now: Duration) -> Result<(), Duration> {
        self.others.take(pace, now)
    }

    /// Whether a subject has one left, or how long it is to wait. Asks, and remembers nothing.
    fn would_take(&self, key: u64, pace: Pace, now: Duration) -> Result<(), Duration> {
        let used_up = self
            .rows
            .get(&key)
            .map_or(Duration::ZERO, |row| row.used_up);
        pace.take(used_up, now).map(drop)
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

impl Row {
    fn take(&mut self, pace: Pace, now: Duration) -> Result<(), Duration> {
        self.used_up = pace.take(self.used_up, now)?;
        Ok(())
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

    /// How many refusals are traced of 50 in each of so many networks of a /48, 256 of them in a line.
    fn traced_of_site(gates: &Gates, site: u16, networks: u16, now: Duration) -> usize {
        let one = |network: u16| {
            let address = format!("2001:db8:{site:x}:{network:x}::1");
            let may = |_: &u32| gates.may_be_traced_at(Whose::Stranger, from(&address), now);
            (0..50).filter(may).count()
        };
        (0..networks).map(one).sum()
    }

    #[test]
    fn neither_a_site_nor_all_strangers_together_can_fill_the_trace() {
        let gates = Gates::new(None);
        let now = Duration::from_secs(5);
        assert_eq!(traced_of_site(&gates, 1, 200, now), 60, "one line");
        assert_eq!(traced_of_site(&gates, 2, 2000, now), 200, "eight lines");
        let all: usize = (3..40)
            .map(|site| traced_of_site(&gates, site, 2000, now))
            .sum();
        assert_eq!(all, 740);
        // What was refused further out used up nothing of the networks.
        let later = now + Duration::from_secs(60);
        assert_eq!(traced_of_site(&gates, 1, 200, later), 1);
        // Whoever shows who they are is traced all the same.
        assert!(gates.may_be_traced_at(Whose::Actor("one"), from("203.0.113.9"), now));
    }

    #[test]
    fn a_site_of_many_networks_keeps_nobody_else_out() {
        let gates = Gates::new(None);
        let now = Duration::from_secs(5);
        let passed = |line: u16| -> u32 {
            let of_line = (0..256).map(|network: u16| {
                let address = format!("2001:db8:77:{:x}::1", line * 256 + network);
                pass(&gates, 50, from(&address), None)
            });
            of_line.sum()
        };
        assert_eq!(passed(0), 800);
        assert_eq!((1..40).map(passed).sum::<u32>(), 3200);
        for network in 0..=u16::MAX {
            let address = format!("2001:db8:78:{network:x}::1");
            gates.may_be_traced_at(Whose::Stranger, from(&address), now);
        }
        assert!(lock(&gates.traced).rows.len() < 2000);
        assert_eq!(pass(&gates, 1, from("203.0.113.9"), None), 1);
    }

    #[test]
    fn a_full_table_of_the_trace_lets_everybody_in_who_was_let_in_before() {
        let gates = Gates::new(None);
        let now = Duration::from_secs(5);
        for number in 0..u32::try_from(MOST).unwrap() {
            lock(&gates.traced).take(u64::from(number), TRACED_REFUSALS, now);
        }
        assert!(!gates.may_be_traced_at(Whose::Stranger, from("203.0.113.9"), now));
        assert_eq!(pass(&gates, 300, from("203.0.113.9"), None), 200);
        gates.know_at("good", now);
        assert_eq!(pass(&gates, 300, from("203.0.113.9"), Some("good")), 300);
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
        assert!(lock(&gates.strangers).rows.len() <= MOST + 1);
        gates.know_at("late", now);
        assert!(lock(&gates.strangers).rows.len() <= MOST + 1);
        let later = now + Duration::from_secs(60);
        for number in 0..100 {
            gates.enter_at(address(many + number), None, later).unwrap();
        }
        assert!(lock(&gates.strangers).rows.len() <= 101);
    }
}
