//! All units and their successions in memory: find, walk, name.

use std::{collections::HashSet, ops::Range, sync::Arc};

use chrono::NaiveDate;

use crate::{
    domain::place::{NoUnit, Succession, Unit, UnitLevel, UnitName, search::SearchKeys},
    text::search_key,
};

/// All units and successions, indexed; made once and shared. Read-only.
///
/// Kept small, because every process holds it: successions and bodies are numbers, and look-ups
/// are binary searches in one sorted list.
pub struct Places {
    /// By level, code and first day.
    pub(super) units: Vec<Unit>,
    /// Search keys, in the order of `units`.
    pub(super) keys: SearchKeys,
    /// By old unit.
    links: Vec<Link>,
    /// For each unit, the first one of the same body.
    bodies: Vec<u32>,
}

/// A public body that outlives changes of its unit's name and type.
///
/// Two units are one body where the same code was only renamed or retyped, or where the code and
/// the name went on. So an authority of the old Thái Nguyên (19) serves the new one too, while
/// one of Yên Bái (15) never serves Lào Cai (15). Means something only beside its [`Places`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Body(u32);

/// A succession, by positions in `units`.
struct Link {
    old: u32,
    new: u32,
    effective_on: NaiveDate,
}

impl Places {
    /// The places of these rows. A succession from or to a unit that is not among `units` counts
    /// for nothing: nobody could be shown it.
    pub fn new(mut units: Vec<Unit>, successions: Vec<Succession>) -> Self {
        units.sort_by(|a, b| key_of(a).cmp(&key_of(b)));
        units.dedup_by(|a, b| key_of(a) == key_of(b));
        units.shrink_to_fit();
        share_repeated_texts(&mut units);

        let mut links = Vec::with_capacity(successions.len());
        let mut same_body = HashSet::new();
        for row in successions {
            let new_level = UnitLevel::of_code(&row.new_code).unwrap_or(row.level);
            let old = find(&units, row.level, &row.old_code, row.old_valid_from);
            let new = find(&units, new_level, &row.new_code, row.new_valid_from);
            let (Some(old), Some(new)) = (old, new) else {
                continue;
            };
            if row.old_code == row.new_code && keeps_the_body(&row.extent) {
                same_body.insert((old, new));
            }
            links.push(Link {
                old,
                new,
                effective_on: row.effective_on,
            });
        }
        links.sort_by_key(|link| (link.old, link.new));

        let keys = SearchKeys::of(&units);
        let bodies = bodies(&units, &same_body);
        Self {
            units,
            keys,
            links,
            bodies,
        }
    }

    /// The unit that `code` names on `day`.
    pub fn unit_on(&self, level: UnitLevel, code: &str, day: NaiveDate) -> Result<&Unit, NoUnit> {
        let named = self.with_code(level, code);
        let in_force = named.iter().rfind(|unit| unit.in_force_on(day));
        in_force.ok_or(if named.is_empty() {
            NoUnit::Unknown
        } else {
            NoUnit::NotInForce
        })
    }

    /// Whether any unit ever had `code`.
    pub fn exists_ever(&self, level: UnitLevel, code: &str) -> bool {
        !self.with_code(level, code).is_empty()
    }

    /// Every unit that ever had `code`, the oldest first.
    pub fn with_code(&self, level: UnitLevel, code: &str) -> &[Unit] {
        &self.units[self.range(level, code)]
    }

    /// Every unit of any level that ever had `code`, for hints.
    pub fn any_with_code(&self, code: &str) -> impl Iterator<Item = &Unit> {
        UnitLevel::ALL
            .iter()
            .flat_map(|level| self.with_code(*level, code))
    }

    /// Every unit of `level` in force on `day`, by code.
    pub fn in_force(&self, level: UnitLevel, day: NaiveDate) -> impl Iterator<Item = &Unit> {
        self.units
            .iter()
            .filter(move |unit| unit.level == level && unit.in_force_on(day))
    }

    /// The codes of `level` that named a unit once and name none on `day`, in order.
    pub fn codes_out_of_force(&self, level: UnitLevel, day: NaiveDate) -> Vec<&str> {
        self.units
            .chunk_by(|a, b| (a.level, &a.code) == (b.level, &b.code))
            .filter(|named| named[0].level == level)
            .filter(|named| named.iter().all(|unit| unit.has_ended_by(day)))
            .map(|named| named[0].code.as_str())
            .collect()
    }

    /// The latest day, until `day`, on which a unit was in force no more; `None` where all are.
    pub fn latest_end(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.units
            .iter()
            .filter_map(|unit| unit.valid_to)
            .filter(|end| *end <= day)
            .max()
    }

    /// What `unit` is on `day` (RT-2): itself while it is in force (and before), else its
    /// successors, by code. Several where it was divided; none where no source names one.
    pub fn on_day<'a>(&'a self, unit: &'a Unit, day: NaiveDate) -> Vec<&'a Unit> {
        if !unit.has_ended_by(day) {
            return vec![unit];
        }
        let mut seen: Vec<u32> = self.position(unit).into_iter().collect();
        let mut found = Vec::new();
        let mut next = 0;
        while let Some(&old) = seen.get(next) {
            next += 1;
            if self.unit_at(old).in_force_on(day) {
                found.push(old);
                continue;
            }
            for link in self.links_from(old) {
                if link.effective_on <= day && !seen.contains(&link.new) {
                    seen.push(link.new);
                }
            }
        }
        found.sort_unstable();
        found.into_iter().map(|at| self.unit_at(at)).collect()
    }

    /// Whether `unit` is several units on `day` (RT-6).
    pub fn is_divided(&self, unit: &Unit, day: NaiveDate) -> bool {
        self.on_day(unit, day).len() > 1
    }

    /// The province of `unit` as it was on `day`, or on the nearest day of the unit's own time. A
    /// province is its own.
    pub fn province_of(&self, unit: &Unit, day: NaiveDate) -> Option<&Unit> {
        let day = unit.nearest_day(day);
        self.unit_on(UnitLevel::Province, &unit.province_code, day)
            .ok()
    }

    /// The district of `unit` likewise; `None` since 1 July 2025. A district is its own.
    pub fn district_of(&self, unit: &Unit, day: NaiveDate) -> Option<&Unit> {
        let code = unit.district_code.as_deref()?;
        self.unit_on(UnitLevel::District, code, unit.nearest_day(day))
            .ok()
    }

    /// `unit` with its parents, each as it was on `day` or on the nearest day of the unit's own
    /// time: `Xã Mỹ Thanh, Huyện Bạch Thông, Tỉnh Bắc Kạn`.
    pub fn shown(&self, unit: &Unit, day: NaiveDate) -> String {
        let mut text = unit.full_name.clone();
        for parent in self.parents_of(unit, day) {
            text.push_str(", ");
            text.push_str(&parent.full_name);
        }
        text
    }

    /// The parents of `unit` on `day` (or the nearest day of its own time), the nearest first.
    pub fn parents_of(&self, unit: &Unit, day: NaiveDate) -> impl Iterator<Item = &Unit> {
        let district = self.district_of(unit, day);
        let province = self.province_of(unit, day);
        let level = unit.level;
        [district, province]
            .into_iter()
            .flatten()
            .filter(move |parent| parent.level < level)
    }

    /// `unit` as an answer shows it, with its parents on `day`.
    pub fn unit_name(&self, unit: &Unit, day: NaiveDate) -> UnitName {
        UnitName {
            code: unit.code.clone(),
            name: unit.name.clone(),
            full_name: self.shown(unit, day),
            valid_from: unit.valid_from,
            valid_to: unit.valid_to,
        }
    }

    /// Whether the public body of `a` is that of `b`.
    pub fn same_body(&self, a: &Unit, b: &Unit) -> bool {
        self.body_of(a)
            .is_some_and(|body| self.body_of(b) == Some(body))
    }

    /// The public body of `unit`; `None` for a unit that is not one of these places.
    pub fn body_of(&self, unit: &Unit) -> Option<Body> {
        let at = self.position(unit)?;
        self.bodies.get(at as usize).copied().map(Body)
    }

    /// Where the units with `code` stand.
    fn range(&self, level: UnitLevel, code: &str) -> Range<usize> {
        let start = self
            .units
            .partition_point(|unit| (unit.level, unit.code.as_str()) < (level, code));
        let many = self.units[start..]
            .iter()
            .take_while(|unit| unit.level == level && unit.code == code)
            .count();
        start..start + many
    }

    fn position(&self, unit: &Unit) -> Option<u32> {
        find(&self.units, unit.level, &unit.code, unit.valid_from)
    }

    fn unit_at(&self, at: u32) -> &Unit {
        &self.units[at as usize]
    }

    fn links_from(&self, old: u32) -> impl Iterator<Item = &Link> {
        let start = self.links.partition_point(|link| link.old < old);
        self.links[start..]
            .iter()
            .take_while(move |link| link.old == old)
    }
}

fn key_of(unit: &Unit) -> (UnitLevel, &str, NaiveDate) {
    (unit.level, &unit.code, unit.valid_from)
}

fn find(units: &[Unit], level: UnitLevel, code: &str, valid_from: NaiveDate) -> Option<u32> {
    let at = units
        .binary_search_by(|unit| key_of(unit).cmp(&(level, code, valid_from)))
        .ok()?;
    u32::try_from(at).ok()
}

/// A change of name or type leaves the body as it is.
fn keeps_the_body(extent: &str) -> bool {
    matches!(extent, "unchanged" | "renamed" | "retyped")
}

/// For each unit the first one of the same body: the same code, and the same name or a link.
fn bodies(units: &[Unit], same_body: &HashSet<(u32, u32)>) -> Vec<u32> {
    let names: Vec<String> = units.iter().map(|unit| search_key(&unit.name)).collect();
    let mut bodies: Vec<u32> = Vec::with_capacity(units.len());
    let mut first_of_code = 0;
    for (at, unit) in (0_u32..).zip(units) {
        let first = &units[first_of_code];
        if (first.level, &first.code) != (unit.level, &unit.code) {
            first_of_code = bodies.len();
        }
        let earlier = (first_of_code..bodies.len()).find(|&before| {
            names[before] == names[bodies.len()]
                || u32::try_from(before).is_ok_and(|before| same_body.contains(&(before, at)))
        });
        bodies.push(earlier.map_or(at, |before| bodies[before]));
    }
    bodies
}

/// Types and sources repeat thousands of times: one copy of each is enough.
fn share_repeated_texts(units: &mut [Unit]) {
    let mut texts = HashSet::<Arc<str>>::new();
    let mut shared = |text: &mut Arc<str>| match texts.get(text) {
        Some(known) => *text = Arc::clone(known),
        None => {
            texts.insert(Arc::clone(text));
        }
    };
    for unit in units {
        shared(&mut unit.kind);
        shared(&mut unit.source);
    }
}
