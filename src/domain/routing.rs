//! Who must be told, with which duty and form, and why (L84 Art. 34; D39 Art. 10, 21, 26; D129 Art. 42, 45).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        authority::{Authority, Level, Role},
        decide::World,
        declaration::Sector,
        law::{Basis, Days, Fact, Subject, rows::Holding},
        place::Unit,
    },
    named,
};

named! {
    /// How much a recipient must be told; the strongest first.
    pub enum Duty {
        /// The law names it.
        MustReceive = "must_receive",
        /// A copy.
        Copy = "copy",
        /// May be told.
        MayReceive = "may_receive",
    }
}

/// An authority as an answer names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuthorityName {
    /// Id in the directory.
    pub id: String,
    /// Name.
    pub name: String,
}

/// One authority to be told, or (`authority` empty) a role that nobody holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Role of the authority found; of the role looked for where nobody holds it.
    pub role: Role,
    /// Who; `None` is undeliverable and alarms the operator (RT-7).
    pub authority: Option<AuthorityName>,
    /// Telephone of the authority.
    pub phone: Option<String>,
    /// Addresses, one message each.
    pub emails: Vec<String>,
    /// Duty.
    pub duty: Duty,
    /// Form that goes to it.
    pub form: Option<String>,
    /// Rules that name it.
    pub basis: Vec<Basis>,
    /// Whether it stands in for a role that nobody holds.
    pub stands_in: bool,
    /// Name of the authority that says that the case is not its own, but this one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_on_by: Option<String>,
}

/// What a role is looked up for.
struct Wanted {
    role: Role,
    duty: Duty,
    basis: Vec<Basis>,
}

/// The units of the day of receipt in which a case lies.
#[derive(Debug, Clone, Default)]
pub struct Territory<'a> {
    /// Candidates: several where the old commune was divided, or where its code can be read in two
    /// ways (RT-6); none where nobody knows what became of it.
    pub communes: Vec<&'a Unit>,
    /// Their provinces.
    pub provinces: Vec<&'a Unit>,
}

/// Everybody who must or may be told of a case with these facts. Authorities are those of the day
/// of receipt, because a dissolved body cannot receive (RT-3).
pub fn recipients(
    facts: &BTreeSet<Fact>,
    days: Days,
    territory: &Territory<'_>,
    sector: Sector,
    form: Option<&str>,
    world: &World,
) -> Vec<Recipient> {
    let search = Search {
        days,
        territory,
        sector,
        world,
    };
    let mut found = Vec::new();
    for wanted in wanted_roles(facts, days, world) {
        search.role(&wanted, &mut found);
    }
    let mut recipients = without_repetition(found);
    for recipient in &mut recipients {
        recipient.form = form.map(str::to_owned);
    }
    recipients
}

/// The roles that must receive a case with these facts, wherever it lies.
pub fn roles_that_must_receive(
    facts: &BTreeSet<Fact>,
    days: Days,
    world: &World,
) -> impl Iterator<Item = Role> {
    let wanted = wanted_roles(facts, days, world).into_iter();
    wanted
        .filter(|wanted| wanted.duty == Duty::MustReceive)
        .map(|wanted| wanted.role)
}

/// Gives everybody in `now` the duty that they had `before` where that was stronger, and adds whom
/// `now` no longer names.
pub fn keep_stronger(now: &mut Vec<Recipient>, before: &[Recipient]) {
    for old in before {
        let same = now
            .iter_mut()
            .find(|new| (new.role, &new.authority) == (old.role, &old.authority));
        match same {
            Some(new) if new.duty <= old.duty => {}
            Some(new) => new.clone_from(old),
            None => now.push(old.clone()),
        }
    }
}

/// Who would be told in `role`, were it named as one that must be: the holders, or (without an
/// authority) the gap and who stands in. For what a change of the directory alters.
pub fn told_in_role(
    role: Role,
    days: Days,
    territory: &Territory<'_>,
    sector: Sector,
    world: &World,
) -> Vec<Recipient> {
    let wanted = Wanted {
        role,
        duty: Duty::MustReceive,
        basis: Vec::new(),
    };
    let search = Search {
        days,
        territory,
        sector,
        world,
    };
    let mut found = Vec::new();
    search.role(&wanted, &mut found);
    without_repetition(found)
}

/// Whoever is above `authority`: whom its row names, else the same role one level up, else the last
/// resort of the law table, as for a role that nobody holds (RT-7). By its own territory.
pub fn above(authority: &Authority, days: Days, sector: Sector, world: &World) -> Vec<Recipient> {
    let places = &world.places;
    let unit = authority.level.unit_level().and_then(|level| {
        places
            .unit_on(level, &authority.territory_code, authority.valid_from)
            .ok()
    });
    let now: Vec<&Unit> = unit
        .map(|unit| places.on_day(unit, days.received))
        .unwrap_or_default();
    let mut territory = Territory::default();
    match authority.level {
        Level::Province => territory.provinces = now,
        Level::Commune | Level::District => {
            for unit in &now {
                let province = places.province_of(unit, days.received);
                let is_new = |unit: &&Unit| !territory.provinces.contains(unit);
                let province = province.filter(is_new);
                territory.provinces.extend(province);
            }
            if authority.level == Level::Commune {
                territory.communes = now;
            }
        }
        Level::Country => {}
    }
    let search = Search {
        days,
        territory: &territory,
        sector,
        world,
    };
    let named = authority.escalates_to.as_deref();
    let found = match named.and_then(|id| world.directory.by_id(id, days.received)) {
        Some(named) => vec![named],
        None => {
            let holdings = search.holdings(authority.role);
            search.one_level_up(authority.role, authority.level, &holdings)
        }
    };
    found
        .into_iter()
        .filter(|one| one.authority_id != authority.authority_id)
        .map(|one| search.told(one, Duty::MustReceive, Vec::new(), false))
        .collect()
}

/// The roles that the rules name, each with its strongest duty.
fn wanted_roles(facts: &BTreeSet<Fact>, days: Days, world: &World) -> Vec<Wanted> {
    let mut wanted = BTreeMap::<Role, Wanted>::new();
    for rule in world.law.all(Subject::Recipient, facts, days) {
        let (Some(role), Some(duty)) = (Role::parse(&rule.key), Duty::parse(&rule.outcome)) else {
            continue;
        };
        // An authority that declares is not alerted of its own declaration.
        if role == Role::CommunePc && facts.contains(&Fact::ByCommune) {
            continue;
        }
        let entry = wanted.entry(role).or_insert(Wanted {
            role,
            duty,
            basis: Vec::new(),
        });
        if duty < entry.duty {
            entry.duty = duty;
            entry.basis.clear();
        }
        if duty == entry.duty {
            entry.basis.push(rule.basis());
        }
    }
    wanted.into_values().collect()
}

struct Search<'a> {
    days: Days,
    territory: &'a Territory<'a>,
    sector: Sector,
    world: &'a World,
}

impl<'a> Search<'a> {
    /// On which levels a role is held, and what to do where it is not.
    fn holdings(&self, role: Role) -> Vec<(Holding, Basis)> {
        self.world
            .law
            .all(Subject::RoleLevel, &BTreeSet::new(), self.days)
            .filter(|rule| rule.key == role.as_str())
            .filter_map(|rule| Some((Holding::parse(&rule.outcome)?, rule.basis())))
            .collect()
    }

    fn role(&self, wanted: &Wanted, found: &mut Vec<Recipient>) {
        let holdings = self.holdings(wanted.role);
        for (holding, level_basis) in &holdings {
            match *holding {
                Holding::On(level) => {
                    for unit in self.units(level) {
                        self.role_in(wanted, level, unit, level_basis, &holdings, found);
                    }
                }
                Holding::CopyTo(level) => {
                    let copy = Wanted {
                        role: wanted.role,
                        duty: Duty::Copy,
                        basis: wanted.basis.clone(),
                    };
                    for unit in self.units(level) {
                        for authority in self.holders(wanted.role, level, unit) {
                            found.push(self.recipient(&copy, authority, level_basis, false));
                        }
                    }
                }
                Holding::Instead(..) | Holding::Fallback(..) => {}
            }
        }
    }

    fn role_in(
        &self,
        wanted: &Wanted,
        level: Level,
        unit: Option<&'a Unit>,
        level_basis: &Basis,
        holdings: &[(Holding, Basis)],
        found: &mut Vec<Recipient>,
    ) {
        let mut holders = self.holders(wanted.role, level, unit);
        if holders.is_empty() {
            holders = holdings
                .iter()
                .filter_map(|(holding, _)| match *holding {
                    Holding::Instead(level, role) => Some((level, role)),
                    _ => None,
                })
                .flat_map(|(level, role)| {
                    self.units(level)
                        .into_iter()
                        .flat_map(move |unit| self.holders(role, level, unit))
                })
                .collect();
        }
        if !holders.is_empty() {
            found.extend(
                holders
                    .into_iter()
                    .map(|authority| self.recipient(wanted, authority, level_basis, false)),
            );
            return;
        }
        // A copy that nobody can take is no duty missed.
        if wanted.duty != Duty::MustReceive {
            return;
        }
        found.push(Recipient {
            role: wanted.role,
            authority: None,
            phone: None,
            emails: Vec::new(),
            duty: wanted.duty,
            form: None,
            basis: with_level(wanted, level_basis),
            stands_in: false,
            passed_on_by: None,
        });
        found.extend(
            self.stand_ins(wanted.role, level, unit, holdings)
                .into_iter()
                .map(|authority| self.recipient(wanted, authority, level_basis, true)),
        );
    }

    /// Who is told where nobody holds the role (RT-7): whom its last known holder named, else the
    /// same role one level up, else the last resort of the law table.
    fn stand_ins(
        &self,
        role: Role,
        level: Level,
        unit: Option<&'a Unit>,
        holdings: &[(Holding, Basis)],
    ) -> Vec<&'a Authority> {
        let World {
            directory, places, ..
        } = self.world;
        let named = directory
            .last_known(role, level, unit, places)
            .and_then(|last| last.escalates_to.as_deref())
            .and_then(|id| directory.by_id(id, self.days.received));
        if let Some(authority) = named {
            return vec![authority];
        }
        self.one_level_up(role, level, holdings)
    }

    /// The same role one level up, else the last resort of the law table.
    fn one_level_up(
        &self,
        role: Role,
        level: Level,
        holdings: &[(Holding, Basis)],
    ) -> Vec<&'a Authority> {
        let above: &[Level] = match level {
            Level::Commune => &[Level::District, Level::Province, Level::Country],
            Level::District => &[Level::Province, Level::Country],
            Level::Province => &[Level::Country],
            Level::Country => &[],
        };
        let same_role = above.iter().map(|level| (*level, role));
        let last_resort = holdings.iter().filter_map(|(holding, _)| match *holding {
            Holding::Fallback(level, role) => Some((level, role)),
            _ => None,
        });
        same_role
            .chain(last_resort)
            .map(|(level, role)| -> Vec<&'a Authority> {
                self.units(level)
                    .into_iter()
                    .flat_map(|unit| self.holders(role, level, unit))
                    .collect()
            })
            .find(|authorities| !authorities.is_empty())
            .unwrap_or_default()
    }

    fn holders(&self, role: Role, level: Level, unit: Option<&'a Unit>) -> Vec<&'a Authority> {
        let World {
            directory, places, ..
        } = self.world;
        if role == Role::LineMinistry {
            return directory.line_ministries(self.sector, self.days.received);
        }
        directory.holders(role, level, unit, self.days.received, places)
    }

    /// The units of a level that cover the place. `None` is the country, or a unit that nobody can
    /// name: a role that must be told there is a gap, and somebody stands in.
    fn units(&self, level: Level) -> Vec<Option<&'a Unit>> {
        let Territory {
            communes,
            provinces,
        } = self.territory;
        let places = &self.world.places;
        let units: Vec<&'a Unit> = match level {
            Level::Country => Vec::new(),
            Level::Commune => communes.clone(),
            Level::District => {
                let mut districts: Vec<&Unit> = communes
                    .iter()
                    .filter_map(|unit| places.district_of(unit, self.days.received))
                    .collect();
                districts.dedup();
                districts
            }
            Level::Province => provinces.clone(),
        };
        if units.is_empty() {
            return vec![None];
        }
        units.into_iter().map(Some).collect()
    }

    fn recipient(
        &self,
        wanted: &Wanted,
        authority: &Authority,
        level_basis: &Basis,
        stands_in: bool,
    ) -> Recipient {
        let basis = with_level(wanted, level_basis);
        self.told(authority, wanted.duty, basis, stands_in)
    }

    fn told(
        &self,
        authority: &Authority,
        duty: Duty,
        basis: Vec<Basis>,
        stands_in: bool,
    ) -> Recipient {
        let directory = &self.world.directory;
        Recipient {
            role: authority.role,
            authority: Some(AuthorityName {
                id: authority.authority_id.clone(),
                name: authority.name.clone(),
            }),
            phone: Some(authority.phone.clone()).filter(|phone| !phone.is_empty()),
            emails: directory.first_emails(authority, self.days.received),
            duty,
            form: None,
            basis,
            stands_in,
            passed_on_by: None,
        }
    }
}

fn with_level(wanted: &Wanted, level_basis: &Basis) -> Vec<Basis> {
    wanted.basis.iter().chain([level_basis]).cloned().collect()
}

/// One entry for each authority, with the strongest duty; missing roles once each.
fn without_repetition(found: Vec<Recipient>) -> Vec<Recipient> {
    let mut kept: Vec<Recipient> = Vec::new();
    for recipient in found {
        let same = kept
            .iter_mut()
            .find(|other| other.role == recipient.role && other.authority == recipient.authority);
        match same {
            Some(other) if recipient.duty < other.duty => *other = recipient,
            Some(_) => {}
            None => kept.push(recipient),
        }
    }
    kept.sort_by_key(|recipient| recipient.duty);
    kept
}
