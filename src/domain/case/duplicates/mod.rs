//! Which other cases may be the same accident. Shown to officials; nothing is merged by it.
//!
//! [`keys`] say by what the candidates are found, [`names`] and [`person`] whether two reports speak of one
//! person, [`grounds`] what each thing in common is worth. [`compare`] adds up and explains.

pub mod grounds;
pub mod keys;
pub mod names;
pub mod person;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use crate::{
    domain::{
        case::Case,
        declaration::{Casualties, Declaration, Establishment},
        place::UnitLevel,
    },
    ids::CaseId,
    time::vietnam,
};

pub use grounds::Likeness;
pub use person::Person;

/// How far apart two reports of one accident may be in time.
pub const WINDOW: TimeDelta = TimeDelta::hours(12);
/// The same where one of the two gives the hour only roughly.
pub const WINDOW_OF_DAYS: TimeDelta = TimeDelta::days(3);
/// Persons of one case that are compared with those of another, each with each.
const MOST_PERSONS: usize = 20;

/// One ground of a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// What.
    pub likeness: Likeness,
    /// What it adds; negative where it speaks against.
    pub points: i32,
    /// The victims it is about: the number in this case and in the other.
    pub victims: Option<(u32, u32)>,
}

/// A case that may be the same accident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PossibleDuplicate {
    /// The other case.
    pub case_id: CaseId,
    /// Its receipt number.
    pub receipt_no: String,
    /// 0 to 100: the points of its grounds, within these.
    pub score: u32,
    /// What they have in common, and what speaks against it.
    pub grounds: Vec<Ground>,
}

/// A case as it is compared, with its facts where they are kept.
pub struct Compared<'a> {
    case: &'a Case,
    persons: Vec<Person>,
    tax_codes: BTreeSet<&'a str>,
    firms: BTreeSet<String>,
    communes: BTreeSet<&'a str>,
    provinces: BTreeSet<&'a str>,
    counts: Casualties,
}

impl<'a> Compared<'a> {
    /// `case` with its facts; `candidates` are the codes of units in which it may lie, where more than one.
    pub fn of(case: &'a Case, facts: Option<&'a Declaration>, candidates: &'a [String]) -> Self {
        let units = |level: UnitLevel, settled: &'a str| -> BTreeSet<&'a str> {
            let of_level = candidates
                .iter()
                .map(String::as_str)
                .filter(|code| UnitLevel::of_code(code) == Some(level));
            let all: BTreeSet<&str> = of_level.collect();
            match all.is_empty() {
                true => Some(settled)
                    .filter(|code| !code.is_empty())
                    .into_iter()
                    .collect(),
                false => all,
            }
        };
        let told = facts.into_iter().flat_map(|facts| {
            let both = [&facts.establishment, &facts.employer];
            both.into_iter().flatten()
        });
        let told: Vec<&Establishment> = told.collect();
        let tax_codes = told.iter().filter_map(|one| one.tax_code.as_deref());
        let names = told.iter().filter_map(|one| one.name.as_deref());
        Self {
            case,
            persons: facts
                .into_iter()
                .flat_map(|facts| &facts.victims)
                .take(MOST_PERSONS)
                .map(Person::from)
                .collect(),
            tax_codes: tax_codes
                .chain(case.establishment_tax_code.as_deref())
                .collect(),
            firms: names
                .chain(case.establishment_name.as_deref())
                .filter_map(names::firm)
                .collect(),
            communes: units(UnitLevel::Commune, &case.commune_code),
            provinces: units(UnitLevel::Province, &case.province_code),
            counts: case.counts,
        }
    }

    fn place(&self, other: &Self) -> Option<Likeness> {
        if !self.communes.is_disjoint(&other.communes) {
            return Some(Likeness::SameCommune);
        }
        let same_province = !self.provinces.is_disjoint(&other.provinces);
        same_province.then_some(Likeness::SameProvince)
    }

    /// The two persons who have most in common.
    fn person(&self, other: &Self) -> Vec<Ground> {
        let mut best = (0, Vec::new());
        for mine in &self.persons {
            for theirs in &other.persons {
                let grounds = mine.grounds(theirs);
                let points = person::points(&grounds);
                // Of equals the pair of the lowest numbers, whichever of the two cases is looked at.
                if points > best.0 {
                    let victims = Some((mine.no, theirs.no));
                    let ground = |likeness| Ground::of(likeness, victims);
                    best = (points, grounds.into_iter().map(ground).collect());
                }
            }
        }
        best.1
    }
}

impl Ground {
    fn of(likeness: Likeness, victims: Option<(u32, u32)>) -> Self {
        Self {
            likeness,
            points: likeness.points(),
            victims,
        }
    }
}

impl PossibleDuplicate {
    /// Whether the two may be one accident at all: near in time, and near in place or of one identity number.
    /// The rest is chance.
    pub fn is_near(&self) -> bool {
        let has = |wanted: &[Likeness]| {
            self.grounds
                .iter()
                .any(|ground| wanted.contains(&ground.likeness))
        };
        has(&[
            Likeness::SameHour,
            Likeness::SameHalfDay,
            Likeness::SameDays,
        ]) && has(&[
            Likeness::SameCommune,
            Likeness::SameProvince,
            Likeness::SameIdentityNumber,
        ])
    }
}

/// Whether somebody gave the hour only roughly: a full hour, or a day without an hour, which begins at midnight.
pub fn is_rough(occurred_at: DateTime<Utc>) -> bool {
    let local = occurred_at.with_timezone(&vietnam());
    local.minute() == 0 && local.second() == 0
}

/// How near two moments are; `None` where too far for one accident.
pub fn nearness(one: DateTime<Utc>, other: DateTime<Utc>) -> Option<Likeness> {
    let apart = (one - other).abs();
    if apart <= TimeDelta::hours(1) {
        Some(Likeness::SameHour)
    } else if apart <= WINDOW {
        Some(Likeness::SameHalfDay)
    } else {
        let is_within = apart <= WINDOW_OF_DAYS && (is_rough(one) || is_rough(other));
        is_within.then_some(Likeness::SameDays)
    }
}

/// How alike `other` is to `case`, and why. The score is the same from both sides.
pub fn compare(case: &Compared<'_>, other: &Compared<'_>) -> PossibleDuplicate {
    let mut grounds = case.person(other);
    let mut note = |holds: bool, likeness| {
        if holds {
            grounds.push(Ground::of(likeness, None));
        }
    };
    note(
        !case.tax_codes.is_disjoint(&other.tax_codes),
        Likeness::SameTaxCode,
    );
    note(
        !case.firms.is_disjoint(&other.firms),
        Likeness::SameEstablishmentName,
    );
    note(case.counts == other.counts, Likeness::SameCounts);
    let found = [
        case.place(other),
        nearness(case.case.occurred_at, other.case.occurred_at),
    ];
    let found = found.into_iter().flatten();
    grounds.extend(found.map(|likeness| Ground::of(likeness, None)));
    let points: i32 = grounds.iter().map(|ground| ground.points).sum();
    PossibleDuplicate {
        case_id: other.case.id.clone(),
        receipt_no: other.case.receipt_no.clone(),
        score: u32::try_from(points.clamp(0, 100)).unwrap_or_default(),
        grounds,
    }
}
