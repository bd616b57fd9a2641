//! A circuit breaker for one relay: whether it may be asked to carry a message.
//!
//! ```text
//! closed ──n failures in a row──▶ open ──its time──▶ probing ──it greets──▶ on trial ──a message taken──▶ closed
//!                                  ▲                    │                      │
//!                                  └────────────────────┴────it does not───────┘
//! ```
//!
//! A failure is one of the connection: what a relay says of a message is no failure of the relay.
//! A probe carries no message, so that a relay that is away uses up nobody's tries.

use chrono::{DateTime, TimeDelta, Utc};

/// Failures in a row that open the breaker.
pub const FAILURES: u32 = 3;
/// From one failed probe to the next: well within the two minutes in which alerts are to leave once
/// a relay is back.
pub const PROBE_EVERY: TimeDelta = TimeDelta::seconds(15);
/// The same after messages failed on trial, at the most: each of them has lost a try.
pub const LONGEST: TimeDelta = TimeDelta::minutes(10);
/// Who probes or tries and is not heard of for so long is gone.
const FORGOTTEN: TimeDelta = TimeDelta::minutes(2);

/// Where a relay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It carries. So many failures in a row were the last that was heard of it.
    Closed { failures: u32 },
    /// It does not carry, since then; it is looked at again at the end.
    Open {
        since: DateTime<Utc>,
        until: DateTime<Utc>,
    },
    /// Somebody looks whether it greets, since then.
    Probing { since: DateTime<Utc> },
    /// It has greeted; one message is tried over it, since then.
    OnTrial { since: Option<DateTime<Utc>> },
}

/// A breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    state: State,
    /// Messages that failed on trial since it last carried.
    trials: u32,
    /// Whether it has carried a message at all.
    proven: bool,
}

impl Default for Breaker {
    /// A relay of which nothing is known is trusted.
    fn default() -> Self {
        Self {
            state: State::Closed { failures: 0 },
            trials: 0,
            proven: false,
        }
    }
}

impl Breaker {
    /// Whether it carries messages as usual.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed { .. })
    }

    /// Whether a message may be given to it that can as well wait.
    pub fn may_carry(&self, now: DateTime<Utc>) -> bool {
        match self.state {
            State::Closed { .. } | State::OnTrial { since: None } => true,
            State::OnTrial { since: Some(since) } => is_forgotten(since, now),
            State::Open { .. } | State::Probing { .. } => false,
        }
    }

    /// Whether it is time to look whether it greets.
    pub fn is_probe_due(&self, now: DateTime<Utc>) -> bool {
        match self.state {
            // A clock that was put back must not keep a relay away.
            State::Open { since, until } => until <= now || now < since,
            State::Probing { since } => is_forgotten(since, now),
            State::Closed { .. } | State::OnTrial { .. } => false,
        }
    }

    /// Somebody looks now.
    pub fn begin_probe(&mut self, now: DateTime<Utc>) {
        if self.is_probe_due(now) {
            self.state = State::Probing { since: now };
        }
    }

    /// Somebody looked: it greeted, or did not. Whether it is on trial from now on.
    pub fn probed(&mut self, greeted: bool, now: DateTime<Utc>) -> bool {
        if !matches!(self.state, State::Probing { .. }) {
            return false;
        }
        self.state = match greeted {
            true => State::OnTrial { since: None },
            false => open_for(PROBE_EVERY, now),
        };
        greeted
    }

    /// A message is given to it now.
    pub fn begin(&mut self, now: DateTime<Utc>) {
        if let State::OnTrial { since } = &mut self.state {
            *since = Some(now);
        }
    }

    /// The message was not given to it after all.
    pub fn not_begun(&mut self) {
        if let State::OnTrial { since } = &mut self.state {
            *since = None;
        }
    }

    /// It has answered about a message, whatever it said. Whether it is back: what waits because of
    /// it need not wait any longer. The first answer of all counts as that, for nobody knows what
    /// was before the start.
    pub fn answered(&mut self) -> bool {
        let is_back = !self.is_closed() || !self.proven;
        *self = Self {
            state: State::Closed { failures: 0 },
            trials: 0,
            proven: true,
        };
        is_back
    }

    /// Its connection failed. Whether that opened the breaker.
    pub fn failed(&mut self, now: DateTime<Utc>) -> bool {
        match self.state {
            State::Closed { failures } if failures + 1 < FAILURES => {
                self.state = State::Closed {
                    failures: failures + 1,
                };
                false
            }
            State::Closed { .. } => {
                self.state = open_for(PROBE_EVERY, now);
                true
            }
            State::OnTrial { .. } => {
                let wait = PROBE_EVERY * (1 << self.trials.min(8));
                self.trials += 1;
                self.state = open_for(wait.min(LONGEST), now);
                false
            }
            // An urgent message was tried all the same.
            State::Open { .. } | State::Probing { .. } => false,
        }
    }

    /// For graphs: 0 closed, 1 probing or on trial, 2 open.
    pub fn figure(&self) -> i64 {
        match self.state {
            State::Closed { .. } => 0,
            State::Probing { .. } | State::OnTrial { .. } => 1,
            State::Open { .. } => 2,
        }
    }
}

fn open_for(wait: TimeDelta, now: DateTime<Utc>) -> State {
    State::Open {
        since: now,
        until: now + wait,
    }
}

fn is_forgotten(since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now - since).abs() > FORGOTTEN
}

/// The relays that a message is to be tried over, in this order. One that can wait is tried once, over
/// the first that carries. An urgent one goes to the next relay at once where a connection fails,
/// and is tried even where no relay is believed to carry.
pub fn order(breakers: &[Breaker], urgent: bool, now: DateTime<Utc>) -> Vec<usize> {
    let carries = |&place: &usize| breakers[place].may_carry(now);
    let all = 0..breakers.len();
    if !urgent {
        return all.clone().find(carries).into_iter().collect();
    }
    let mut order: Vec<usize> = all.collect();
    // Stable: of equals the one that the operator named first.
    order.sort_by_key(|&place| {
        let breaker = &breakers[place];
        (!breaker.is_closed(), !breaker.may_carry(now))
    });
    order
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap() + TimeDelta::seconds(second)
    }

    fn open() -> Breaker {
        let mut breaker = Breaker::default();
        breaker.answered();
        assert!(!breaker.failed(at(0)) && !breaker.failed(at(0)));
        assert!(breaker.failed(at(0)), "the third in a row");
        breaker
    }

    #[test]
    fn failures_in_a_row_open_it_and_an_answer_between_does_not() {
        let mut breaker = Breaker::default();
        for _ in 0..10 {
            assert!(!breaker.failed(at(0)) && !breaker.failed(at(0)));
            assert!(breaker.may_carry(at(0)));
            breaker.answered();
        }
        assert!(!open().may_carry(at(0)) && !open().may_carry(at(9999)));
    }

    #[test]
    fn a_relay_that_greets_again_gets_one_message_and_then_all() {
        let mut breaker = open();
        assert!(!breaker.is_probe_due(at(14)) && breaker.is_probe_due(at(15)));
        breaker.begin_probe(at(15));
        assert!(!breaker.is_probe_due(at(16)), "one looks at a time");
        assert!(!breaker.probed(false, at(16)) && !breaker.is_probe_due(at(30)));
        breaker.begin_probe(at(31));
        assert!(breaker.probed(true, at(31)));
        assert!(breaker.may_carry(at(31)));
        breaker.begin(at(31));
        assert!(!breaker.may_carry(at(32)), "one at a time");
        assert!(breaker.answered(), "it is back");
        assert!(!breaker.answered() && breaker.is_closed());
    }

    #[test]
    fn what_hangs_on_trial_is_tried_less_and_less() {
        let mut breaker = open();
        let (mut now, mut waits) = (at(0), Vec::new());
        for _ in 0..9 {
            let begun = now;
            while !breaker.is_probe_due(now) {
                now += TimeDelta::seconds(1);
            }
            waits.push((now - begun).num_seconds());
            breaker.begin_probe(now);
            breaker.probed(true, now);
            breaker.begin(now);
            assert!(!breaker.failed(now));
        }
        assert_eq!(waits, [15, 15, 30, 60, 120, 240, 480, 600, 600]);
    }

    #[test]
    fn an_urgent_message_finds_the_other_relay_and_one_that_can_wait_waits() {
        let closed = Breaker::default();
        assert_eq!(order(&[closed, closed], true, at(0)), [0, 1]);
        assert_eq!(order(&[open(), closed], true, at(0)), [1, 0]);
        assert_eq!(order(&[open(), open()], true, at(0)), [0, 1]);
        assert_eq!(order(&[closed, closed], false, at(0)), [0]);
        assert_eq!(order(&[open(), closed], false, at(0)), [1]);
        assert!(order(&[open(), open()], false, at(0)).is_empty());
    }

    #[derive(Debug, Clone, Copy)]
    enum Happens {
        Answered,
        Failed,
        Begin,
        Probe,
        Greeted(bool),
        Passes(i64),
    }

    fn happens() -> impl Strategy<Value = Happens> {
        prop_oneof![
            Just(Happens::Answered),
            Just(Happens::Failed),
            Just(Happens::Begin),
            Just(Happens::Probe),
            any::<bool>().prop_map(Happens::Greeted),
            // The clock may be put back, too.
            (-4000_i64..4000).prop_map(Happens::Passes),
        ]
    }

    proptest! {
        #[test]
        fn no_relay_is_shut_out_for_good_and_no_urgent_message_is_held_back(
            steps in proptest::collection::vec((0..2_usize, happens()), 0..60)
        ) {
            let mut breakers = [Breaker::default(); 2];
            let mut now = at(0);
            for (which, step) in steps {
                let breaker = &mut breakers[which];
                match step {
                    Happens::Answered => {
                        breaker.answered();
                        prop_assert!(breaker.may_carry(now));
                    }
                    Happens::Failed => {
                        let was_closed = breaker.is_closed();
                        prop_assert_eq!(breaker.failed(now), was_closed && !breaker.is_closed());
                    }
                    Happens::Begin => breaker.begin(now),
                    Happens::Probe => breaker.begin_probe(now),
                    Happens::Greeted(greeted) => {
                        breaker.probed(greeted, now);
                    }
                    Happens::Passes(seconds) => now += TimeDelta::seconds(seconds),
                }
                let mut all = order(&breakers, true, now);
                all.sort_unstable();
                prop_assert_eq!(all, vec![0, 1], "an urgent message is tried over each");
                let one = order(&breakers, false, now);
                prop_assert!(one.len() <= 1 && one.iter().all(|&place| breakers[place].may_carry(now)));
                prop_assert_eq!(one.is_empty(), !breakers.iter().any(|one| one.may_carry(now)));
            }
            for breaker in &breakers {
                let looked_at = [now, now + LONGEST];
                prop_assert!(
                    looked_at.iter().any(|&at| breaker.may_carry(at) || breaker.is_probe_due(at)),
                    "after the longest wait somebody looks: {:?}", breaker
                );
            }
        }
    }
}
