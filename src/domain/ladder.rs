//! The ladder (*thang báo tin*): what happens while nobody takes an alert.
//!
//! ```text
//!            nobody takes it      nobody            nobody             nobody
//! the alert ───────────▶ next contact ──▶ duty roster ──▶ next higher authority ──▶ call list
//!     │                       │                │                   │                    │
//!     └───────────────────────┴── taken, refused, ended ───────────┴────────────────────┘
//! ```
//!
//! Driven by state and clock: from the rules, when the alert began, what was climbed and now follows
//! the next rung and its moment. Minutes are minutes, by day and by night and on every day off.
//! Decided: a rung that reaches nobody makes the next one due at once; the others keep their moments.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::{
        authority::Role,
        classify::CaseClass,
        decide::class_facts,
        law::{Days, Fact, Law, Subject},
    },
    named,
    time::day_in_vietnam,
};

/// The outcome of a rule that holds for every role.
pub const ANY_ROLE: &str = "any";

named! {
    /// Whom a rung tells; the order in which rungs of the same minute are climbed.
    pub enum RungKind {
        /// The next contact of the authority: the n-th of these rungs tells the contacts of position n.
        NextContact = "next_contact",
        /// Whoever is on duty at the authority.
        DutyRoster = "duty_roster",
        /// The next higher authority.
        HigherAuthority = "higher_authority",
        /// The operator, who telephones.
        CallList = "call_list",
    }
}

/// Which rung: of several of one kind the first is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RungId {
    /// Kind.
    pub kind: RungKind,
    /// 1, 2, …
    pub nth: i32,
}

/// A rung of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    /// Which.
    pub id: RungId,
    /// How long after the beginning.
    pub after: TimeDelta,
}

/// Whether conditions of rules may ask for `fact`: for the class of the case, which is what is known
/// of it whenever a rung is climbed.
pub fn may_ask_for(fact: Fact) -> bool {
    let of_classes = || CaseClass::ALL.iter().flat_map(|class| class_facts(*class));
    of_classes().any(|one| one == fact)
}

/// The rungs of an alert to `role` of a case of `class` that begins to climb at `since`, in the order
/// in which they are climbed. None where such an alert does not climb.
///
/// Where rules name the role they stand in place of those for any role, kind by kind. An urgent case
/// always ends at the call list: where no rule says when, it is on it with the last rung that the
/// rules have, and at once where they have none.
pub fn rungs(law: &Law, class: CaseClass, role: Role, since: DateTime<Utc>) -> Vec<Rung> {
    let facts: BTreeSet<Fact> = class_facts(class).collect();
    let day = day_in_vietnam(since);
    let days = Days {
        occurred: day,
        received: day,
    };
    let named: Vec<(RungKind, bool, i32)> = law
        .all(Subject::Ladder, &facts, days)
        .filter_map(|rule| {
            let is_own = rule.outcome == role.as_str();
            let holds = is_own || rule.outcome == ANY_ROLE;
            Some((RungKind::parse(&rule.key)?, is_own, rule.days?)).filter(|_| holds)
        })
        .collect();
    let mut found: Vec<(i32, RungKind)> = named
        .iter()
        .filter(|(kind, is_own, _)| *is_own || !named.iter().any(|(k, own, _)| k == kind && *own))
        .map(|(kind, _, minutes)| (*minutes, *kind))
        .collect();
    if class.is_urgent() && !found.iter().any(|(_, kind)| *kind == RungKind::CallList) {
        let last = found.iter().map(|(minutes, _)| *minutes).max();
        found.push((last.unwrap_or(0), RungKind::CallList));
    }
    found.sort_unstable();
    let mut rungs: Vec<Rung> = Vec::with_capacity(found.len());
    for (minutes, kind) in found {
        let before = rungs.iter().filter(|rung| rung.id.kind == kind).count();
        rungs.push(Rung {
            id: RungId {
                kind,
                nth: i32::try_from(before).map_or(i32::MAX, |before| before + 1),
            },
            after: TimeDelta::minutes(minutes.into()),
        });
    }
    rungs
}

/// The next rung and its moment, by the rules alone; `None` at the top.
pub fn next(
    rungs: &[Rung],
    since: DateTime<Utc>,
    climbed: &BTreeSet<RungId>,
) -> Option<(RungId, DateTime<Utc>)> {
    let rung = rungs.iter().find(|rung| !climbed.contains(&rung.id))?;
    Some((rung.id, since + rung.after))
}

/// How an alert stands on its ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Since when it climbs.
    pub since: DateTime<Utc>,
    /// What was climbed.
    pub climbed: BTreeSet<RungId>,
    /// When the next rung is due; `None` where it rests: taken, refused, ended, or at the top.
    pub next_at: Option<DateTime<Utc>>,
}

impl Standing {
    /// An alert that begins to climb; `None` where it has no rungs.
    pub fn begin(rungs: &[Rung], since: DateTime<Utc>) -> Option<Self> {
        let climbed = BTreeSet::new();
        let (_, at) = next(rungs, since, &climbed)?;
        Some(Self {
            since,
            climbed,
            next_at: Some(at),
        })
    }

    /// The rung that is to be climbed at `now`.
    pub fn due(&self, rungs: &[Rung], now: DateTime<Utc>) -> Option<RungId> {
        let is_due = self.next_at.is_some_and(|at| at <= now);
        let (rung, _) = next(rungs, self.since, &self.climbed)?;
        is_due.then_some(rung)
    }

    /// `rung` was climbed at `now`; `reached` says whether it reached anybody.
    pub fn climb(&mut self, rungs: &[Rung], rung: RungId, reached: bool, now: DateTime<Utc>) {
        self.climbed.insert(rung);
        self.next_at = next(rungs, self.since, &self.climbed).map(|(_, at)| match reached {
            true => at,
            false => at.min(now),
        });
    }

    /// Nobody can be reached where the alert has gone: the next rung is due now.
    pub fn hurry(&mut self, now: DateTime<Utc>) {
        self.next_at = self.next_at.map(|at| at.min(now));
    }

    /// The rules or the class are others now. Nothing that was promised comes later.
    pub fn follow(&mut self, rungs: &[Rung]) {
        let by_rules = next(rungs, self.since, &self.climbed).map(|(_, at)| at);
        self.next_at = self.next_at.and_then(|old| Some(by_rules?.min(old)));
    }

    /// It climbs no more.
    pub fn rest(&mut self) {
        self.next_at = None;
    }
}

#[cfg(test)]
mod tests;
