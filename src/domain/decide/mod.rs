//! What the law says of a declaration: one function for submission, preview and `tnld explain`.

pub mod differences;
mod facts;
mod lateness;
mod starting;
pub mod succession;
mod whereabouts;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        authority::Directory,
        case::CaseStatus,
        classify::{self, CaseClass, Contradiction, ContradictionCode, VictimResult},
        clocks::{self, Clock, NoRule},
        codes::Codes,
        declaration::{Casualties, Declaration, missing},
        investigation::{self, Investigation},
        law::{Basis, Days, Fact, Form, Law, Subject},
        place::{NoUnit, Places},
        routing::{self, Recipient},
        victim::{Outcome, VictimClass},
    },
    time::day_in_vietnam,
};

pub use lateness::Late;
pub use starting::investigation_clock;
pub use whereabouts::PlaceShown;

use facts::facts_of;

pub(in crate::domain) use facts::class_facts;
use lateness::lateness;
use whereabouts::where_it_happened;

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
    /// Alarms that should start now, for which a dated value is missing: whoever stores the case says so.
    #[serde(skip)]
    pub not_started: Vec<NoRule>,
    /// Set where the declaration, at its first receipt, came too late.
    pub late: Option<Late>,
    /// Where.
    pub place: PlaceShown,
    /// Codes of the provinces in whose territory it lies on the day of receipt.
    #[serde(default)]
    pub provinces: Vec<String>,
    /// The day of which today's units are; `None` in old rows, where it is the day of receipt.
    #[serde(default)]
    pub territory_on: Option<NaiveDate>,
    /// Pointers of what the full legal form still needs.
    pub missing: Vec<String>,
    /// What does not go together.
    pub contradictions: Vec<Contradiction>,
}

impl Decision {
    /// Whether the facts alone would give a lower class, or no team.
    pub fn is_held(&self) -> bool {
        let mut codes = self.contradictions.iter().map(|found| found.code);
        codes.any(|code| {
            matches!(
                code,
                ContradictionCode::ClassHeld | ContradictionCode::TeamHeld
            )
        })
    }

    /// Whether the facts alone would give a lower class.
    pub fn class_is_held(&self) -> bool {
        self.contradictions
            .iter()
            .any(|found| found.code == ContradictionCode::ClassHeld)
    }
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

/// What stands of a case that is decided again, as a supplement or a reform of the units asks.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Its first receipt. Its codes are read as of that day, unless a supplement corrected them.
    pub received_at: DateTime<Utc>,
    /// A class below which it does not go: a class may rise at any time, but going down needs a
    /// document and a reason (`accidents.md` 7.1).
    pub held: Option<CaseClass>,
    /// A team that goes on although the facts as corrected would need none: whoever has to investigate does not free
    /// itself by a correction of its own.
    pub team: Option<&'a Investigation>,
}

/// What the law says of `declaration`, received at `received_at`; `standing` is what was decided
/// of the case before.
pub fn decide(
    declaration: &Declaration,
    world: &World,
    received_at: DateTime<Utc>,
    standing: Option<Standing<'_>>,
) -> Result<Decision, Undecidable> {
    let World { places, law, .. } = world;
    let days = Days {
        occurred: day_in_vietnam(declaration.accident.occurred_at),
        received: day_in_vietnam(received_at),
    };

    let victims = classify::victims(&declaration.victims, law, days);
    let (counts, mut contradictions) = classify::counts(
        &declaration.accident.casualties,
        &declaration.victims,
        &victims,
    );
    let mut facts = facts_of(declaration, &victims, &counts);
    let (derived, mut class_basis) = classify::case(&facts, law, days);
    let held = standing.and_then(|standing| standing.held);
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

    let first_received_at = standing.map_or(received_at, |standing| standing.received_at);
    let coded_on = declaration.accident.place.coded_on;
    let coded_on = coded_on.unwrap_or_else(|| day_in_vietnam(first_received_at));
    let (territory, place) =
        where_it_happened(declaration, places, days, coded_on, &mut contradictions)?;
    let form_rule = law
        .first(Subject::Form, &facts, days)
        .filter(|rule| rule.outcome != Form::None.as_str());
    let form = form_rule.map(|rule| rule.outcome.clone());
    let recipients = routing::recipients(
        &facts,
        days,
        &territory,
        declaration.accident.sector,
        form.as_deref(),
        world,
    );
    let derived = investigation::of(&facts, law, days);
    let team = standing.and_then(|standing| standing.team);
    let investigation = match team.filter(|team| team.level.is_of_a_team()) {
        Some(team) if !derived.level.is_of_a_team() => {
            contradictions.push(Contradiction {
                pointer: "/victims".into(),
                code: ContradictionCode::TeamHeld,
                readings: vec![team.level.to_string(), derived.level.to_string()],
            });
            team.clone()
        }
        _ => derived,
    };
    let is_abroad = facts.contains(&Fact::Abroad);
    let mut clocks = starting::limits(&investigation, is_abroad, law, received_at)?;
    // A case that stands had its notice before.
    let is_notice =
        standing.is_none() && CaseStatus::first(declaration.declarant.role) == CaseStatus::Noticed;
    let alarms = starting::alarms(is_notice, is_abroad, investigation.level);
    let mut not_started = Vec::new();
    for id in alarms {
        match clocks::limits::start(id, received_at, law, law.holidays()) {
            Ok(clock) => clocks.push(clock),
            // Nothing holds a declaration up: the law sets no limit here, an alarm does.
            Err(missing) => not_started.push(missing),
        }
    }
    let late = lateness(declaration, &facts, law, first_received_at)?;
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
        not_started,
        late,
        place,
        provinces: territory
            .provinces
            .iter()
            .map(|unit| unit.code.clone())
            .collect(),
        territory_on: Some(days.received),
        missing: missing::pointers(declaration),
        contradictions,
    })
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

#[cfg(test)]
pub(crate) mod tests;
