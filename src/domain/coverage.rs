//! Coverage (*độ phủ báo tin*): whether everybody who must be told of a grave accident could be reached.
//!
//! For every commune and urgent class the rules that route a real case say who must receive. Each of
//! these authorities needs a living path: an address from which no mail came back lately and at which
//! somebody answered, a telephone, and somebody above it. What is missing is named.
//!
//! Decided: of the sectors only the ordinary one is looked at, because the ministries of the others do
//! not go by commune; and nobody need be above an authority of the whole country.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{
    authority::{Authority, Level, Role},
    classify::{self, CaseClass},
    clocks::{NoRule, value},
    decide::{World, class_facts},
    declaration::{Casualties, Sector},
    law::{Days, Fact, Law, names::ValueKey},
    place::{Unit, UnitLevel},
    routing::{self, Duty, Territory},
};
use crate::{named, time::day_in_vietnam};

named! {
    /// What is missing for somebody to be reached.
    pub enum Missing {
        /// Nobody holds the role (RT-7).
        NoHolder = "no_holder",
        /// There is no address.
        NoAddress = "no_address",
        /// Mail came back from every address.
        Bounced = "bounced",
        /// Nobody answered at any living address, or too long ago.
        NotVerified = "not_verified",
        /// Nobody answered the last monthly test in time, nor anything since.
        TestMissed = "test_missed",
        /// There is no telephone.
        NoTelephone = "no_telephone",
        /// Nobody is above it to be told instead.
        NobodyAbove = "nobody_above",
    }
}

/// What is known of addresses, by [`key`], and of authorities.
#[derive(Debug, Clone, Default)]
pub struct Proofs {
    /// When mail last came back.
    pub bounced: HashMap<String, DateTime<Utc>>,
    /// When somebody last took an alert or a test that went there.
    pub answered: HashMap<String, DateTime<Utc>>,
    /// When the test of an authority left that nobody answered, where that was the last one; by its id.
    pub missed: HashMap<String, DateTime<Utc>>,
}

/// The form in which an address is looked for.
pub fn key(address: &str) -> String {
    address.trim().to_lowercase()
}

/// How long what is known of an address counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// After mail came back.
    pub bounced: TimeDelta,
    /// After somebody answered.
    pub verified: TimeDelta,
}

impl Limits {
    /// As the dated values say.
    pub fn on(law: &Law, day: NaiveDate) -> Result<Self, NoRule> {
        let days = |key: ValueKey| {
            let (days, _) = value(law, key.as_str(), day)?;
            Ok(TimeDelta::days(i64::from(days)))
        };
        Ok(Self {
            bounced: days(ValueKey::CoverageBounceDays)?,
            verified: days(ValueKey::CoverageVerifiedDays)?,
        })
    }
}

/// How many of all pairs of a commune and an urgent class are covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Share {
    /// Pairs.
    pub total: u32,
    /// Those for which nothing is missing.
    pub covered: u32,
}

impl Share {
    /// In percent with one decimal, rounded down, so that 100 is said of everything only. 100 of nothing.
    pub fn percent(self) -> f64 {
        f64::from(self.permille()) / 10.0
    }

    /// From 0 to 1; 1 of nothing.
    pub fn ratio(self) -> f64 {
        match self.total {
            0 => 1.0,
            total => f64::from(self.covered) / f64::from(total),
        }
    }

    fn permille(self) -> u32 {
        let share = u64::from(self.covered) * 1000;
        let permille = share.checked_div(u64::from(self.total)).unwrap_or(1000);
        u32::try_from(permille).unwrap_or(1000)
    }

    /// Whether it is less than it was `before`; the number of communes may be another.
    pub fn is_less_than(self, before: Self) -> bool {
        let cross = |a: Self, b: Self| u64::from(a.covered) * u64::from(b.total);
        self.total > 0 && before.total > 0 && cross(self, before) < cross(before, self)
    }

    fn and(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            covered: self.covered + other.covered,
        }
    }
}

/// An authority (or a role that nobody holds) that could not be reached, and where that matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Code of the province.
    pub province: String,
    /// The role that must be told; that of the authority where there is one.
    pub role: Role,
    /// Id; `None` where nobody holds the role.
    pub authority: Option<String>,
    /// What is missing.
    pub missing: Vec<Missing>,
    /// The classes of cases of which it must be told.
    pub classes: Vec<CaseClass>,
    /// Codes of the communes.
    pub communes: Vec<String>,
}

/// What was found on a day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// By the code of the province.
    pub provinces: BTreeMap<String, Share>,
    /// By province, role and authority.
    pub gaps: Vec<Gap>,
}

impl Coverage {
    /// The whole country.
    pub fn country(&self) -> Share {
        let shares = self.provinces.values();
        shares.fold(Share::default(), |sum, share| sum.and(*share))
    }

    /// How many provinces are not covered entirely.
    pub fn uncovered_provinces(&self) -> usize {
        let shares = self.provinces.values();
        shares.filter(|share| share.covered < share.total).count()
    }

    /// The codes of the communes for which anything is missing.
    pub fn uncovered(&self) -> BTreeSet<&str> {
        let communes = self.gaps.iter().flat_map(|gap| &gap.communes);
        communes.map(String::as_str).collect()
    }
}

/// An accident of an urgent class, as rules see it.
struct Scene {
    class: CaseClass,
    facts: BTreeSet<Fact>,
}

/// Every urgent class, with and without a contract: the employer declares the one, and whoever was there
/// tells of the other (L84 Art. 34.1).
fn scenes(law: &Law, days: Days) -> Vec<Scene> {
    let one = |change: fn(&mut Casualties)| {
        let mut counts = Casualties::default();
        change(&mut counts);
        counts
    };
    let hurt = [Fact::GraveNoContract, Fact::HurtNoContract];
    let kinds: [(Casualties, &[Fact]); 4] = [
        (one(|counts| counts.dead = 1), &hurt),
        (one(|counts| counts.serious = 2), &hurt),
        (one(|counts| counts.missing = 1), &hurt[..1]),
        (one(|counts| counts.unknown = 1), &[]),
    ];
    let mut scenes = Vec::new();
    for (counts, grave) in kinds {
        let counted = classify::count_facts(&counts);
        for has_contract in [true, false] {
            let mut facts = counted.clone();
            if has_contract {
                facts.extend([Fact::ByEmployer, Fact::AnyContract]);
            } else {
                facts.extend([Fact::ByPublic, Fact::AnyNoContract]);
                facts.extend(grave);
            }
            let (class, _) = classify::case(&facts, law, days);
            facts.extend(class_facts(class));
            scenes.push(Scene { class, facts });
        }
    }
    scenes.retain(|scene| scene.class.is_urgent());
    scenes
}

/// Looks at every commune in force on the day of `now`.
pub fn look(world: &World, proofs: &Proofs, now: DateTime<Utc>) -> Result<Coverage, NoRule> {
    let day = day_in_vietnam(now);
    let limits = Limits::on(&world.law, day)?;
    let communes = world.places.in_force(UnitLevel::Commune, day);
    let looked = Looker::new(world, day, Some((proofs, limits, now)));
    Ok(looked.at(communes))
}

/// What the directory itself lacks in these communes on `day`, whatever is known of its addresses.
pub fn look_at_directory<'a>(
    world: &'a World,
    communes: impl Iterator<Item = &'a Unit>,
    day: NaiveDate,
) -> Coverage {
    Looker::new(world, day, None).at(communes)
}

/// A role or an authority that cannot be reached.
type Unreached<'a> = (Role, Option<&'a str>, Vec<Missing>);

struct Looker<'a> {
    world: &'a World,
    day: NaiveDate,
    days: Days,
    known: Option<(&'a Proofs, Limits, DateTime<Utc>)>,
    /// The urgent classes.
    classes: BTreeSet<CaseClass>,
    /// The roles that must be told, and of which classes: the same everywhere.
    asked: BTreeMap<Role, BTreeSet<CaseClass>>,
    /// What is missing of the authorities seen so far: one serves many communes.
    seen: HashMap<&'a str, Vec<Missing>>,
}

impl<'a> Looker<'a> {
    fn new(
        world: &'a World,
        day: NaiveDate,
        known: Option<(&'a Proofs, Limits, DateTime<Utc>)>,
    ) -> Self {
        let days = Days {
            occurred: day,
            received: day,
        };
        let mut asked = BTreeMap::<Role, BTreeSet<CaseClass>>::new();
        let scenes = scenes(&world.law, days);
        for scene in &scenes {
            for role in routing::roles_that_must_receive(&scene.facts, days, world) {
                asked.entry(role).or_default().insert(scene.class);
            }
        }
        Self {
            world,
            day,
            days,
            known,
            classes: scenes.iter().map(|scene| scene.class).collect(),
            asked,
            seen: HashMap::new(),
        }
    }

    fn at<'u>(mut self, communes: impl Iterator<Item = &'u Unit>) -> Coverage
    where
        'a: 'u,
    {
        let mut coverage = Coverage::default();
        type Shared<'a> = (String, Unreached<'a>, Vec<CaseClass>);
        let mut gaps = BTreeMap::<Shared<'a>, Vec<String>>::new();
        for commune in communes {
            let province = commune.province_code.clone();
            let unreached = self.commune(commune);
            let share = coverage.provinces.entry(province.clone()).or_default();
            for class in &self.classes {
                let is_missed = unreached.values().any(|missed| missed.contains(class));
                share.total += 1;
                share.covered += u32::from(!is_missed);
            }
            for (who, classes) in unreached {
                let classes = classes.into_iter().collect();
                let communes = gaps.entry((province.clone(), who, classes)).or_default();
                communes.push(commune.code.clone());
            }
        }
        coverage.gaps = gaps
            .into_iter()
            .map(
                |((province, (role, authority, missing), classes), communes)| Gap {
                    province,
                    role,
                    authority: authority.map(str::to_owned),
                    missing,
                    classes,
                    communes,
                },
            )
            .collect();
        coverage
    }

    /// Whoever cannot be reached, and of which classes they must be told.
    fn commune(&mut self, commune: &Unit) -> BTreeMap<Unreached<'a>, BTreeSet<CaseClass>> {
        let world = self.world;
        let province = world.places.province_of(commune, self.day);
        let territory = Territory {
            communes: vec![commune],
            provinces: province.into_iter().collect(),
        };
        let mut unreached = BTreeMap::<Unreached<'a>, BTreeSet<CaseClass>>::new();
        let asked = std::mem::take(&mut self.asked);
        for (role, classes) in &asked {
            let told = routing::told_in_role(*role, self.days, &territory, Sector::Ordinary, world);
            for one in told.iter().filter(|one| one.duty == Duty::MustReceive) {
                let found = one.authority.as_ref();
                let row = found.and_then(|name| world.directory.by_id(&name.id, self.day));
                let who = match row {
                    None => (one.role, None, vec![Missing::NoHolder]),
                    Some(row) => {
                        let missing = self.missing(row);
                        if missing.is_empty() {
                            continue;
                        }
                        (row.role, Some(row.authority_id.as_str()), missing)
                    }
                };
                unreached.entry(who).or_default().extend(classes);
            }
        }
        self.asked = asked;
        unreached
    }

    fn missing(&mut self, row: &'a Authority) -> Vec<Missing> {
        if let Some(known) = self.seen.get(row.authority_id.as_str()) {
            return known.clone();
        }
        let missing = self.missing_of(row);
        self.seen.insert(&row.authority_id, missing.clone());
        missing
    }

    fn missing_of(&self, row: &Authority) -> Vec<Missing> {
        let world = self.world;
        let contacts = || world.directory.contacts_of(&row.authority_id, self.day);
        let own = row.emails.iter().map(|email| (email.as_str(), None));
        let others = contacts().map(|contact| (contact.address.as_str(), contact.verified_at));
        let addresses: Vec<(&str, Option<DateTime<Utc>>)> = own
            .chain(others)
            .filter(|(address, _)| !address.trim().is_empty())
            .collect();

        let mut missing = Vec::new();
        if addresses.is_empty() {
            missing.push(Missing::NoAddress);
        } else if let Some((proofs, limits, now)) = self.known {
            missing.extend(worst_of_paths(&addresses, proofs, limits, now));
            let missed = proofs.missed.get(&row.authority_id).copied();
            if missed.is_some() && last_answer(&addresses, proofs) < missed {
                missing.push(Missing::TestMissed);
            }
        }
        let is_said = |phone: &str| !phone.trim().is_empty();
        let phones = contacts().filter_map(|contact| contact.phone.as_deref());
        if !is_said(&row.phone) && !phones.into_iter().any(is_said) {
            missing.push(Missing::NoTelephone);
        }
        if row.level != Level::Country
            && routing::above(row, self.days, Sector::Ordinary, world).is_empty()
        {
            missing.push(Missing::NobodyAbove);
        }
        missing
    }
}

/// When somebody last answered at any of some addresses.
fn last_answer(
    addresses: &[(&str, Option<DateTime<Utc>>)],
    proofs: &Proofs,
) -> Option<DateTime<Utc>> {
    let answers = addresses.iter().map(|(address, confirmed)| {
        let answered = proofs.answered.get(&key(address)).copied();
        answered.max(*confirmed)
    });
    answers.max().flatten()
}

/// What the best of some addresses lacks; `None` where one of them is alive and somebody answered there.
fn worst_of_paths(
    addresses: &[(&str, Option<DateTime<Utc>>)],
    proofs: &Proofs,
    limits: Limits,
    now: DateTime<Utc>,
) -> Option<Missing> {
    let mut is_alive = false;
    for (address, confirmed) in addresses {
        let key = key(address);
        let answered = proofs.answered.get(&key).copied().max(*confirmed);
        let bounced = proofs.bounced.get(&key).copied();
        // Whoever answers after mail came back proves that it arrives again.
        let is_dead = bounced.is_some_and(|at| now < at + limits.bounced && answered < Some(at));
        if is_dead {
            continue;
        }
        if answered.is_some_and(|at| now < at + limits.verified) {
            return None;
        }
        is_alive = true;
    }
    Some(match is_alive {
        true => Missing::NotVerified,
        false => Missing::Bounced,
    })
}

#[cfg(test)]
mod tests;
