//! What the law says of a declaration: one function for submission, preview and `tnld explain`.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        authority::Directory,
        classify::{self, CaseClass, Contradiction, ContradictionCode, VictimResult},
        clocks::{self, Clock, NoRule},
        codes::Codes,
        deadline::{self, Holidays},
        declaration::{Casualties, DeclarantRole, Declaration, Kind, Sector, missing},
        investigation::{self, Investigation, InvestigationLevel},
        law::{Basis, Days, Fact, Law, Subject},
        place::{NoUnit, Places, Unit, UnitLevel, UnitName},
        routing::{self, Recipient, Territory},
        victim::{Employment, Outcome, VictimClass},
    },
    time::{day_in_vietnam, end_of_day_in_vietnam},
};

/// The dated world that rules look at: made once, shared, replaced as a whole when data change.
pub struct World {
    /// Units and successions.
    pub places: Arc<Places>,
    /// Authorities.
    pub directory: Arc<Directory>,
    /// Rules and values.
    pub law: Arc<Law>,
    /// Code lists.
    pub codes: Arc<Codes>,
}

/// Where it happened, as shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlaceShown {
    /// The unit as of the accident (or of `code_date`); for accidents abroad the country.
    pub name: String,
    /// The unit's code; empty abroad.
    pub code: String,
    /// Its first day.
    pub valid_from: Option<NaiveDate>,
    /// Today's unit or units (several where the old one was divided).
    pub today: Vec<UnitName>,
}

/// Too late, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Late {
    /// Whole hours from learning of the accident to the receipt.
    pub hours: i64,
    /// Hours that are tolerated, a dated value.
    pub allowed_hours: i64,
    /// Where that comes from.
    pub basis: Basis,
}

/// Everything that follows from a declaration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Class of each victim.
    pub victims: Vec<VictimResult>,
    /// Counts that decided: the graver of the numbers declared and of the victims named.
    pub counts: Casualties,
    /// Class of the case.
    pub case_class: CaseClass,
    /// What the class rests on.
    pub class_basis: Vec<Basis>,
    /// Who must be told.
    pub recipients: Vec<Recipient>,
    /// Legal form of this declaration.
    pub form: Option<String>,
    /// What the form rests on.
    pub form_basis: Option<Basis>,
    /// Who investigates, and how long.
    pub investigation: Investigation,
    /// Time limits that start now.
    pub clocks: Vec<Clock>,
    /// Set where the declaration comes too late.
    pub late: Option<Late>,
    /// Where.
    pub place: PlaceShown,
    /// Pointers of what the full legal form still needs.
    pub missing: Vec<String>,
    /// What does not go together.
    pub contradictions: Vec<Contradiction>,
}

/// Why the law cannot be applied: dated data are not there. Never decided in silence.
#[derive(Debug, thiserror::Error)]
pub enum Undecidable {
    /// The place names no unit.
    #[error("the place {0:?} names no unit ({1:?})")]
    Place(String, NoUnit),
    /// A value that a clock needs has no row in force.
    #[error(transparent)]
    Value(#[from] NoRule),
}

/// What the law says of `declaration`, received at `received_at`.
///
/// `held` is a class below which the case does not go: a class may rise at any time, but going
/// down needs a document and a reason (`accidents.md` 7.1).
pub fn decide(
    declaration: &Declaration,
    world: &World,
    received_at: DateTime<Utc>,
    held: Option<CaseClass>,
) -> Result<Decision, Undecidable> {
    let World { places, law, .. } = world;
    let days = Days {
        occurred: day_in_vietnam(declaration.accident.occurred_at),
        received: day_in_vietnam(received_at),
    };

    let victims = classify::victims(&declaration.victims, law, days);
    let (counts, mut contradictions) = classify::counts(&declaration.accident.casualties, &victims);
    let mut facts = facts_of(declaration, &victims, &counts);
    let (derived, mut class_basis) = classify::case(&facts, law, days);
    let case_class = held.map_or(derived, |held| derived.min(held));
    if case_class != derived {
        class_basis.clear();
        contradictions.push(Contradiction {
            pointer: "/accident/casualties".into(),
            code: ContradictionCode::ClassHeld,
            readings: vec![case_class.to_string(), derived.to_string()],
        });
    }
    facts.extend(class_facts(case_class));
    contradictions.extend(graver_injuries(declaration, &victims));

    let (territory, place) = where_it_happened(declaration, places, days, &mut contradictions)?;
    let form_rule = law
        .first(Subject::Form, &facts, days)
        .filter(|rule| rule.outcome != "none");
    let form = form_rule.map(|rule| rule.outcome.clone());
    let recipients = routing::recipients(
        &facts,
        days,
        &territory,
        declaration.accident.sector,
        form.as_deref(),
        world,
    );
    let investigation = investigation::of(&facts, law, days);
    let clocks = clocks_from(&investigation, &facts, law, received_at)?;
    let late = lateness(declaration, &facts, law, received_at)?;
    Ok(Decision {
        victims,
        counts,
        case_class,
        class_basis,
        recipients,
        form_basis: form_rule.map(super::law::Rule::basis),
        form,
        investigation,
        clocks,
        late,
        place,
        missing: missing::pointers(declaration),
        contradictions,
    })
}

/// Everything that rules may ask for, apart from the class.
fn facts_of(
    declaration: &Declaration,
    victims: &[VictimResult],
    counts: &Casualties,
) -> BTreeSet<Fact> {
    let Declaration {
        accident,
        declarant,
        ..
    } = declaration;
    let incident = declaration.kind == Kind::TechnicalIncident;
    let by = match declarant.role {
        DeclarantRole::Employer => Fact::ByEmployer,
        DeclarantRole::Commune => Fact::ByCommune,
        DeclarantRole::Family | DeclarantRole::Witness | DeclarantRole::Worker => Fact::ByPublic,
    };
    let mut facts = classify::count_facts(counts);
    facts.insert(by);
    facts.extend(
        [
            (incident, Fact::TechnicalIncident),
            (
                incident && accident.serious == Some(true),
                Fact::SeriousIncident,
            ),
            (
                incident && accident.several_sites == Some(true),
                Fact::SeveralSites,
            ),
            (accident.sector != Sector::Ordinary, Fact::SpecialSector),
            (accident.sector.is_armed_forces(), Fact::ArmedForces),
            (accident.abroad.is_some(), Fact::Abroad),
            (accident.traffic == Some(true), Fact::Traffic),
        ]
        .into_iter()
        .filter_map(|(holds, fact)| holds.then_some(fact)),
    );
    facts.extend(employment_facts(declaration, victims, counts));
    facts
}

/// Who among those hurt works without a contract: the persons named, and those only counted,
/// whose employment follows from who declares. Where nobody says, the wider circle is told.
fn employment_facts(
    declaration: &Declaration,
    victims: &[VictimResult],
    counts: &Casualties,
) -> BTreeSet<Fact> {
    let named = declaration.victims.iter().filter_map(|victim| {
        let class = victims.iter().find(|result| result.no == victim.no)?.class;
        Some((declaration.employment_of(victim.employment), class))
    });
    let class_of = |outcome: Outcome| match outcome {
        Outcome::Dead => VictimClass::Fatal,
        Outcome::Serious => VictimClass::Serious,
        Outcome::Light => VictimClass::Light,
        Outcome::Missing => VictimClass::Missing,
        Outcome::Unknown => VictimClass::Unknown,
    };
    let is_of = |class: VictimClass, outcome: Outcome| {
        class == class_of(outcome)
            || (class == VictimClass::FatalProvisional && outcome == Outcome::Dead)
    };
    let only_counted = Outcome::ALL.iter().filter_map(|outcome| {
        let named = victims
            .iter()
            .filter(|victim| is_of(victim.class, *outcome))
            .count();
        let unnamed = usize::try_from(counts.of(*outcome))
            .unwrap_or(usize::MAX)
            .saturating_sub(named);
        (unnamed > 0).then(|| (declaration.employment_of(None), class_of(*outcome)))
    });

    let mut facts = BTreeSet::new();
    for (employment, class) in named.chain(only_counted) {
        if employment == Some(Employment::Contract) {
            facts.insert(Fact::AnyContract);
            continue;
        }
        facts.insert(Fact::AnyNoContract);
        match class {
            VictimClass::Fatal | VictimClass::FatalProvisional | VictimClass::Serious => {
                facts.extend([Fact::GraveNoContract, Fact::HurtNoContract]);
            }
            VictimClass::Missing => facts.extend([Fact::GraveNoContract]),
            VictimClass::Unknown | VictimClass::Light => {}
        }
    }
    let insured = declaration.victims.iter().any(|victim| {
        victim.voluntary_insurance == Some(true)
            && declaration.employment_of(victim.employment) != Some(Employment::Contract)
    });
    facts.extend(insured.then_some(Fact::VoluntaryInsured));
    facts
}

fn class_facts(class: CaseClass) -> impl Iterator<Item = Fact> {
    let own = match class {
        CaseClass::Fatal => Fact::Fatal,
        CaseClass::MultiSerious => Fact::MultiSerious,
        CaseClass::Unclear => Fact::Unclear,
        CaseClass::SingleSerious => Fact::SingleSerious,
        CaseClass::Light => Fact::Light,
    };
    [Some(own), class.is_urgent().then_some(Fact::Urgent)]
        .into_iter()
        .flatten()
}

fn graver_injuries<'a>(
    declaration: &'a Declaration,
    victims: &'a [VictimResult],
) -> impl Iterator<Item = Contradiction> + 'a {
    declaration
        .victims
        .iter()
        .enumerate()
        .filter_map(|(index, victim)| {
            let class = victims.iter().find(|result| result.no == victim.no)?.class;
            (victim.outcome == Some(Outcome::Light) && class == VictimClass::Serious).then(|| {
                Contradiction {
                    pointer: format!("/victims/{index}/outcome"),
                    code: ContradictionCode::GraverInjury,
                    readings: vec![Outcome::Light.to_string(), Outcome::Serious.to_string()],
                }
            })
        })
}

/// The communes whose authorities are told, and the place as it is shown.
fn where_it_happened<'a>(
    declaration: &Declaration,
    places: &'a Places,
    days: Days,
    contradictions: &mut Vec<Contradiction>,
) -> Result<(Territory<'a>, PlaceShown), Undecidable> {
    let accident = &declaration.accident;
    if let Some(abroad) = &accident.abroad {
        // The labour authority is that of the sending employer's seat (D39 Art. 19.2.b).
        let code = &abroad.sending_employer.commune_code;
        let seat = places
            .unit_on(UnitLevel::Commune, code, days.received)
            .or_else(|_| places.unit_on(UnitLevel::Commune, code, days.occurred))
            .map_err(|reason| Undecidable::Place(code.clone(), reason))?;
        let place = PlaceShown {
            name: abroad.country.clone(),
            code: String::new(),
            valid_from: None,
            today: Vec::new(),
        };
        return Ok((territory(places, &[seat], days), place));
    }

    let code = accident.place.commune_code.as_deref().unwrap_or_default();
    let reading = places
        .reading(code, days.occurred, days.received, accident.place.code_date)
        .map_err(|reason| Undecidable::Place(code.to_owned(), reason))?;
    let pointer = "/accident/place/commune_code";
    let read: Vec<&Unit> = std::iter::once(reading.unit).chain(reading.other).collect();
    let mut territory = territory(places, &read, days);
    let settled = accident.place.settled.as_deref();
    if let Some(chosen) = territory
        .communes
        .iter()
        .copied()
        .find(|unit| settled == Some(unit.code.as_str()))
    {
        territory = self::territory(places, &[chosen], days);
    } else {
        let candidates = places.on_day(reading.unit, days.received);
        let shown = |units: &[&Unit], day: fn(&Unit, Days) -> NaiveDate| -> Vec<String> {
            units
                .iter()
                .map(|unit| places.shown(unit, day(unit, days)))
                .collect()
        };
        if candidates.len() > 1 {
            contradictions.push(Contradiction {
                pointer: pointer.into(),
                code: ContradictionCode::PlaceDivided,
                readings: shown(&candidates, |_, days| days.received),
            });
        }
        if reading.other.is_some() {
            contradictions.push(Contradiction {
                pointer: pointer.into(),
                code: ContradictionCode::PlaceAmbiguous,
                readings: shown(&read, |unit, _| unit.valid_from),
            });
        }
    }
    let as_of = accident.place.code_date.unwrap_or(days.occurred);
    let place = PlaceShown {
        name: places.shown(reading.unit, as_of),
        code: reading.unit.code.clone(),
        valid_from: Some(reading.unit.valid_from),
        today: territory
            .communes
            .iter()
            .map(|unit| places.unit_name(unit, days.received))
            .collect(),
    };
    Ok((territory, place))
}

/// What has become of these communes on the day of receipt, and the provinces they lie in. Of a few
/// communes nobody knows the successor; their province is still known.
fn territory<'a>(places: &'a Places, communes: &[&'a Unit], days: Days) -> Territory<'a> {
    let mut found = Territory::default();
    for commune in communes {
        let now = places.on_day(commune, days.received);
        let provinces: Vec<&Unit> = if now.is_empty() {
            let old = places.province_of(commune, commune.valid_from);
            old.map(|old| places.on_day(old, days.received))
                .unwrap_or_default()
        } else {
            now.iter()
                .filter_map(|unit| places.province_of(unit, days.received))
                .collect()
        };
        for unit in now {
            if !found.communes.contains(&unit) {
                found.communes.push(unit);
            }
        }
        for unit in provinces {
            if !found.provinces.contains(&unit) {
                found.provinces.push(unit);
            }
        }
    }
    found
}

/// The clocks that start with the receipt: K2 and K3 (`accidents.md` 7.4, 8.4).
fn clocks_from(
    investigation: &Investigation,
    facts: &BTreeSet<Fact>,
    law: &Law,
    received_at: DateTime<Utc>,
) -> Result<Vec<Clock>, NoRule> {
    let mut started = Vec::new();
    // The province sends people to the scene within two hours; abroad there is no scene to go to.
    if investigation.level == InvestigationLevel::Provincial && !facts.contains(&Fact::Abroad) {
        started.push(clocks::k2(received_at, law)?);
    }
    started.extend(investigation_clock(investigation, law, received_at)?);
    Ok(started)
}

/// K3 from `start`, where the law sets a limit.
pub fn investigation_clock(
    investigation: &Investigation,
    law: &Law,
    start: DateTime<Utc>,
) -> Result<Option<Clock>, NoRule> {
    let limit = investigation
        .limit_days
        .and_then(|days| u32::try_from(days).ok());
    let (Some(limit), Some(basis)) = (limit, investigation.basis.first()) else {
        return Ok(None);
    };
    clocks::k3(start, limit, basis.clone(), law, &Holidays::of(law)).map(Some)
}

/// Whether a declaration that the law demands "at once" comes too late, by the dated alarm values.
fn lateness(
    declaration: &Declaration,
    facts: &BTreeSet<Fact>,
    law: &Law,
    received_at: DateTime<Utc>,
) -> Result<Option<Late>, NoRule> {
    if !facts.contains(&Fact::Urgent) || facts.contains(&Fact::ByPublic) {
        return Ok(None);
    }
    let accident = &declaration.accident;
    let learned_at = accident.learned_at.unwrap_or(accident.occurred_at);
    let hours = (received_at - learned_at).num_hours();
    let day = day_in_vietnam(received_at);
    let value = |key: &'static str| law.number(key, day).ok_or(NoRule { key, day });
    if facts.contains(&Fact::Abroad) {
        let (working_days, basis) = value("clock.declare_abroad.working_days")?;
        let holidays = Holidays::of(law);
        let working_days = u32::try_from(working_days).unwrap_or_default();
        let due = deadline::after_working_days(day_in_vietnam(learned_at), working_days, &holidays);
        let allowed_hours = (end_of_day_in_vietnam(due) - learned_at).num_hours();
        return Ok((day > due).then_some(Late {
            hours,
            allowed_hours,
            basis,
        }));
    }
    let (allowed, basis) = value("clock.declare_immediate.breach_hours")?;
    let allowed_hours = i64::from(allowed);
    Ok(
        (received_at - learned_at > TimeDelta::hours(allowed_hours)).then_some(Late {
            hours,
            allowed_hours,
            basis,
        }),
    )
}

#[cfg(test)]
mod tests;
