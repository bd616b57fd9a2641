//! What a change of the directory would alter: who would be told instead of whom, in which communes,
//! of which open cases, and which gaps (RT-7) would open or close.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        authority::{Authority, Directory, Level, Role},
        coverage,
        dated::Edit,
        decide::World,
        declaration::Sector,
        law::Days,
        place::{Places, Unit, UnitLevel},
        routing::{AuthorityName, Recipient, Territory, told_in_role},
    },
    error::Result,
    service::Ctx,
    store::{alerts, conn::DbConn},
};

/// Entries of a list that are shown; what is more is counted.
pub(in crate::service) const SHOWN: usize = 20;

/// What a change of the directory would alter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DirectoryEffect)]
pub struct Effect {
    /// The day from which.
    pub day: NaiveDate,
    /// The revision of the directory that was looked at; send it as `seen_revision`.
    pub revision: i64,
    /// Who would be told instead of whom.
    pub routing: Vec<RoutingChange>,
    /// Communes and roles for which nobody could be told any more.
    pub gaps_opened: usize,
    /// Communes and roles for which somebody could be told again.
    pub gaps_closed: usize,
    /// Communes for which everybody who must be told of a grave accident is in the directory now, and
    /// somebody would not be, with an address, a telephone and somebody above.
    pub uncovered_count: usize,
    /// The first of them.
    pub uncovered: Vec<CommuneName>,
    /// Open cases with an alert that would go elsewhere.
    pub open_cases: usize,
    /// Receipt numbers of the first of them.
    pub receipt_nos: Vec<String>,
}

/// One change of who is told: the same in all of these communes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoutingChange {
    /// The role that the law names.
    pub role: Role,
    /// The sector, where the role is that of a line ministry.
    pub sector: Option<Sector>,
    /// Who would be told so far.
    pub before: Vec<Told>,
    /// Who would be told.
    pub after: Vec<Told>,
    /// In how many communes.
    pub commune_count: usize,
    /// The first of them.
    pub communes: Vec<CommuneName>,
}

/// Somebody who would be told; nobody is a gap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct Told {
    /// Id; `null` where nobody holds the role.
    pub authority_id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Whether it stands in for a role that nobody holds.
    pub stands_in: bool,
}

/// A commune.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommuneName {
    /// Code.
    pub code: String,
    /// Name, with its province.
    pub name: String,
}

impl From<Recipient> for Told {
    fn from(recipient: Recipient) -> Self {
        let (authority_id, name) = recipient
            .authority
            .map(|AuthorityName { id, name }| (id, name))
            .unzip();
        let mut emails = recipient.emails;
        emails.sort_unstable();
        Self {
            authority_id,
            name,
            emails,
            phone: recipient.phone,
            stands_in: recipient.stands_in,
        }
    }
}

impl RoutingChange {
    fn is_gap(told: &[Told]) -> bool {
        told.iter().any(|one| one.authority_id.is_none())
    }
}

/// Communes for which the directory lacks somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uncovered {
    /// All of them, by name.
    pub all: BTreeSet<String>,
    /// Those for which nobody was lacking before.
    pub newly: BTreeSet<String>,
}

/// Days of change that are looked at beside the day itself.
const DAYS: usize = 5;

/// The communes for which somebody who must be told of a grave accident is lacking in the directory of
/// `after`, on `today` or on the first of the days on which it changes later and that of `before` does not.
pub fn uncovered(before: &World, after: &World, today: NaiveDate) -> Uncovered {
    let days = |world: &World| -> BTreeSet<NaiveDate> {
        let rows = world.directory.rows().iter();
        rows.flat_map(|row| [Some(row.valid_from), row.valid_to])
            .flatten()
            .filter(|day| *day > today)
            .collect()
    };
    let (old, new) = (days(before), days(after));
    let mut found = Uncovered::default();
    for day in [today].iter().chain(new.difference(&old).take(DAYS)) {
        let look = |world| {
            let communes = after.places.in_force(UnitLevel::Commune, *day);
            coverage::look_at_directory(world, communes, *day)
        };
        let (then, now) = (look(before), look(after));
        let then = then.uncovered();
        for code in now.uncovered() {
            let unit = after.places.unit_on(UnitLevel::Commune, code, *day);
            let Ok(unit) = unit else { continue };
            let name = after.places.shown(unit, *day);
            if !then.contains(code) {
                found.newly.insert(name.clone());
            }
            found.all.insert(name);
        }
    }
    found
}

/// Who is told now and then, by commune and role; only where that differs.
type Changes<'a> = BTreeMap<(Role, Option<Sector>, Vec<Told>, Vec<Told>), Vec<&'a Unit>>;

/// What the edit alters from `on` on; `after` is the directory with it.
pub(super) fn of(
    tx: &mut DbConn,
    ctx: &Ctx,
    edit: &Edit<Authority>,
    after: Directory,
    on: NaiveDate,
    revision: i64,
) -> Result<Effect> {
    let then = World {
        places: Arc::clone(&ctx.world.places),
        directory: Arc::new(after),
        law: Arc::clone(&ctx.world.law),
        codes: Arc::clone(&ctx.world.codes),
    };
    let changes = changes(&ctx.world, &then, edit, on);
    let (mut gaps_opened, mut gaps_closed) = (0, 0);
    for ((_, _, before, after), communes) in &changes {
        match (RoutingChange::is_gap(before), RoutingChange::is_gap(after)) {
            (false, true) => gaps_opened += communes.len(),
            (true, false) => gaps_closed += communes.len(),
            _ => {}
        }
    }
    let receipt_nos = elsewhere(tx, &changes)?;
    let touched = concerned(&ctx.world, edit, on);
    let look = |world| coverage::look_at_directory(world, touched.iter().copied(), on);
    let (now, after) = (look(&ctx.world), look(&then));
    let (now, after) = (now.uncovered(), after.uncovered());
    let uncovered: Vec<&Unit> = touched
        .iter()
        .copied()
        .filter(|unit| {
            let code = unit.code.as_str();
            after.contains(code) && !now.contains(code)
        })
        .collect();
    let named = |unit: &Unit| CommuneName {
        code: unit.code.clone(),
        name: ctx.world.places.shown(unit, on),
    };
    Ok(Effect {
        day: on,
        revision,
        gaps_opened,
        gaps_closed,
        uncovered_count: uncovered.len(),
        uncovered: uncovered
            .iter()
            .take(SHOWN)
            .map(|unit| named(unit))
            .collect(),
        open_cases: receipt_nos.len(),
        receipt_nos: receipt_nos.into_iter().take(SHOWN).collect(),
        routing: changes
            .into_iter()
            .map(|((role, sector, before, after), communes)| RoutingChange {
                role,
                sector,
                before,
                after,
                commune_count: communes.len(),
                communes: communes
                    .iter()
                    .take(SHOWN)
                    .map(|unit| named(unit))
                    .collect(),
            })
            .collect(),
    })
}

/// Compares who is told in both worlds, in every commune that the edit may concern.
fn changes<'a>(
    before: &'a World,
    after: &World,
    edit: &Edit<Authority>,
    on: NaiveDate,
) -> Changes<'a> {
    let places = &before.places;
    let days = Days {
        occurred: on,
        received: on,
    };
    let mut found = Changes::new();
    for commune in concerned(before, edit, on) {
        let territory = Territory {
            communes: vec![commune],
            provinces: places.province_of(commune, on).into_iter().collect(),
        };
        for role in Role::ALL {
            // The others do not go by sector.
            let sectors: &[Sector] = match role {
                Role::LineMinistry => Sector::ALL,
                _ => &[Sector::Ordinary],
            };
            for sector in sectors {
                let told = |world: &World| -> Vec<Told> {
                    let found = told_in_role(*role, days, &territory, *sector, world);
                    let told: BTreeSet<Told> = found.into_iter().map(Told::from).collect();
                    told.into_iter().collect()
                };
                let (now, then) = (told(before), told(after));
                if now != then {
                    let of_ministry = (*role == Role::LineMinistry).then_some(*sector);
                    let same = found.entry((*role, of_ministry, now, then)).or_default();
                    same.push(commune);
                }
            }
        }
    }
    found
}

/// The communes where somebody of the edit holds a role, or whose authorities name it as the one to
/// tell in their place.
fn concerned<'a>(world: &'a World, edit: &Edit<Authority>, on: NaiveDate) -> Vec<&'a Unit> {
    let rows = || edit.put.iter().chain(&edit.gone);
    let ids: BTreeSet<&str> = rows().map(|row| row.authority_id.as_str()).collect();
    let names_one = |row: &&Authority| {
        let above = row.escalates_to.as_deref();
        above.is_some_and(|id| ids.contains(id)) || ids.contains(row.authority_id.as_str())
    };
    let existing = world.directory.rows().iter().filter(names_one);
    let mut units = BTreeSet::new();
    for row in rows().chain(existing) {
        match territory_of(row, &world.places, on) {
            Some(some) => units.extend(some),
            None => {
                return world.places.in_force(UnitLevel::Commune, on).collect();
            }
        }
    }
    let places = &world.places;
    let covers = |commune: &&Unit| {
        let above = [
            places.province_of(commune, on),
            places.district_of(commune, on),
        ];
        let own = (commune.level.as_str(), commune.code.as_str());
        units.contains(&own)
            || above
                .into_iter()
                .flatten()
                .any(|unit| units.contains(&(unit.level.as_str(), unit.code.as_str())))
    };
    let communes = places.in_force(UnitLevel::Commune, on);
    communes.filter(covers).collect()
}

/// Level and code of the units in which a row counts on a day; `None` for the whole country.
fn territory_of<'a>(
    row: &Authority,
    places: &'a Places,
    on: NaiveDate,
) -> Option<Vec<(&'static str, &'a str)>> {
    if row.level == Level::Country {
        return None;
    }
    let unit = row.level.unit_level().and_then(|level| {
        let unit = places.unit_on(level, &row.territory_code, row.valid_from);
        unit.ok()
    });
    let units = unit.map_or_else(Vec::new, |unit| places.on_day(unit, on));
    let keys = units.into_iter();
    Some(
        keys.map(|unit| (unit.level.as_str(), unit.code.as_str()))
            .collect(),
    )
}

/// The receipt numbers of open cases with an alert that would go to somebody else, or by another way.
fn elsewhere(tx: &mut DbConn, changes: &Changes<'_>) -> Result<BTreeSet<String>> {
    let ids: BTreeSet<String> = changes
        .keys()
        .flat_map(|(_, _, before, _)| before.iter().filter_map(|told| told.authority_id.clone()))
        .collect();
    let closes_gap = changes
        .keys()
        .any(|(_, _, before, _)| RoutingChange::is_gap(before));
    if ids.is_empty() && !closes_gap {
        return Ok(BTreeSet::new());
    }
    let ids: Vec<String> = ids.into_iter().collect();
    let goes_elsewhere = |alert: &alerts::OpenAlert| {
        changes.iter().any(|((role, _, before, after), communes)| {
            let is_it = |told: &&Told| told.authority_id == alert.authority_id;
            let was = before.iter().find(is_it);
            let lies_there = || communes.iter().any(|unit| unit.code == alert.commune_code);
            let same_role = alert.authority_id.is_some() || role.as_str() == alert.role;
            was.is_some() && same_role && was != after.iter().find(is_it) && lies_there()
        })
    };
    Ok(alerts::open_alerts(tx, &ids)?
        .into_iter()
        .filter(goes_elsewhere)
        .map(|alert| alert.receipt_no)
        .collect())
}
