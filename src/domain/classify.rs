//! The class of each victim and of the case (D39 Art. 9; `accidents.md` 7.1).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        declaration::Casualties,
        law::{Basis, Days, Fact, Law, Subject},
        victim::{Circumstance, Outcome, Victim, VictimClass},
    },
    named,
};

named! {
    /// The class of a case; the gravest first.
    pub enum CaseClass {
        /// TNLĐ chết người.
        Fatal = "FATAL",
        /// Hai người bị thương nặng trở lên.
        MultiSerious = "MULTI_SERIOUS",
        /// Chưa rõ: somebody missing, or outcomes unknown.
        Unclear = "UNCLEAR",
        /// Một người bị thương nặng.
        SingleSerious = "SINGLE_SERIOUS",
        /// TNLĐ nhẹ.
        Light = "LIGHT",
    }
}

impl CaseClass {
    /// Somebody must be told at once (L84 Art. 34.1.b, d; D39 Art. 26.1).
    pub fn is_urgent(self) -> bool {
        matches!(self, Self::Fatal | Self::MultiSerious | Self::Unclear)
    }
}

/// The class of one victim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VictimResult {
    /// Number in the case.
    pub no: u32,
    /// Class.
    pub class: VictimClass,
    /// What it rests on.
    pub basis: Vec<Basis>,
    /// Set where an injury is a poisoning of the list: the accident stands, and beside it an acute occupational disease
    /// is possible, which the health authority examines (`accidents.md` 8.3, row 36). Tells of the victim's health.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub possible_disease: Option<Basis>,
}

/// The group of D39 Phụ lục II 06 among the listed injuries.
const POISONING: &str = "poisoning";

named! {
    /// Two statements that do not go together.
    pub enum ContradictionCode {
        /// A count and the named victims differ; the graver counts.
        CountsDiffer = "counts_differ",
        /// Declared light, but with an injury that makes it serious.
        GraverInjury = "graver_injury",
        /// A code that named another unit before 1 July 2025: both readings are told.
        PlaceAmbiguous = "place_ambiguous",
        /// The old commune was divided: all candidates are told until somebody chooses.
        PlaceDivided = "place_divided",
        /// The facts as corrected give a lower class; going down needs a document and a reason.
        ClassHeld = "class_held",
        /// The facts as corrected need no team; that ends with a document and a reason only.
        TeamHeld = "team_held",
        /// The token belongs to another establishment or commune than the body names.
        DeclarantDiffers = "declarant_differs",
        /// Reports of one accident say different things; each stands as it came.
        ReportsDiffer = "reports_differ",
    }
}

/// A contradiction, shown to the declarant and to officials. Nothing is erased by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contradiction {
    /// JSON pointer into the declaration.
    pub pointer: String,
    /// What kind.
    pub code: ContradictionCode,
    /// The readings, in words or numbers without personal data: `["1", "2"]`, unit names, …
    pub readings: Vec<String>,
}

/// The facts of one victim on which its class rests.
pub fn victim_facts(victim: &Victim, is_listed_injury: impl Fn(&str) -> bool) -> BTreeSet<Fact> {
    let mut facts = BTreeSet::new();
    match victim.outcome {
        Some(Outcome::Dead) => facts.extend([Fact::VictimDead]),
        Some(Outcome::Serious) => facts.extend([Fact::DeclaredSerious]),
        Some(Outcome::Missing) => facts.extend([Fact::VictimMissing]),
        Some(Outcome::Light) => {}
        Some(Outcome::Unknown) | None => facts.extend([Fact::OutcomeUnknown]),
    }
    match victim.death.as_ref().and_then(|death| death.circumstance) {
        Some(Circumstance::Treatment) => facts.extend([Fact::DiedInTreatment]),
        Some(Circumstance::CourtDeclared) => facts.extend([Fact::DeclaredDeadByCourt]),
        Some(Circumstance::Scene | Circumstance::EnRoute) | None => {}
    }
    if victim.injuries.iter().any(|code| is_listed_injury(code)) {
        facts.insert(Fact::ListedInjury);
    }
    facts
}

/// The class of each named victim.
pub fn victims(victims: &[Victim], law: &Law, days: Days) -> Vec<VictimResult> {
    let listed = |code: &str| law.keyed(Subject::SeriousInjury, code, days.occurred);
    victims
        .iter()
        .map(|victim| {
            let facts = victim_facts(victim, |code| listed(code).is_some());
            let poisoning = victim
                .injuries
                .iter()
                .filter_map(|code| listed(code))
                .find(|rule| rule.outcome == POISONING);
            let rule = law.first(Subject::VictimClass, &facts, days);
            VictimResult {
                no: victim.no,
                // Without a rule nothing is known, and an unknown outcome alarms more people than a light one.
                class: rule
                    .and_then(|rule| VictimClass::parse(&rule.outcome))
                    .unwrap_or(VictimClass::Unknown),
                basis: rule.map(super::law::Rule::basis).into_iter().collect(),
                possible_disease: poisoning.map(super::law::Rule::basis),
            }
        })
        .collect()
}

/// The graver of the counts declared and of the victims named, and where they differ.
///
/// `victims` may be shorter than the counts; that is no contradiction. It is one where more victims
/// of an outcome are named than counted, or where everybody is named and the numbers differ. Who was
/// declared in one outcome and turns out to be of a graver class leaves the count of that outcome:
/// one counted as light whose injury is on the list stands beside the one counted as serious.
pub fn counts(
    declared: &Casualties,
    victims: &[Victim],
    classes: &[VictimResult],
) -> (Casualties, Vec<Contradiction>) {
    let class_of = |victim: &Victim| {
        classes
            .iter()
            .find(|result| result.no == victim.no)
            .map(|result| result.class)
    };
    let mut by_victims = Casualties::default();
    let mut moved = *declared;
    for victim in victims {
        let Some(outcome) = class_of(victim).map(outcome_of) else {
            continue;
        };
        *by_victims.of_mut(outcome) += 1;
        let stated = victim.outcome.unwrap_or(Outcome::Unknown);
        if stated != outcome && moved.of(stated) > 0 {
            *moved.of_mut(stated) -= 1;
            *moved.of_mut(outcome) += 1;
        }
    }
    let everybody_named = !victims.is_empty() && by_victims.total() >= declared.total();
    let contradictions = Outcome::ALL
        .iter()
        .filter(|outcome| {
            let (counted, named) = (declared.of(**outcome), by_victims.of(**outcome));
            named > counted || (everybody_named && named != counted)
        })
        .map(|outcome| Contradiction {
            pointer: format!("/accident/casualties/{outcome}"),
            code: ContradictionCode::CountsDiffer,
            readings: vec![
                declared.of(*outcome).to_string(),
                by_victims.of(*outcome).to_string(),
            ],
        })
        .collect();
    let mut graver = moved;
    for outcome in Outcome::ALL {
        let count = graver.of_mut(*outcome);
        *count = (*count).max(by_victims.of(*outcome));
    }
    (graver, contradictions)
}

/// Under which outcome a victim of this class is counted.
pub fn outcome_of(class: VictimClass) -> Outcome {
    match class {
        VictimClass::Fatal | VictimClass::FatalProvisional => Outcome::Dead,
        VictimClass::Serious => Outcome::Serious,
        VictimClass::Light => Outcome::Light,
        VictimClass::Missing => Outcome::Missing,
        VictimClass::Unknown => Outcome::Unknown,
    }
}

/// The facts of the counts on which the case class rests.
pub fn count_facts(counts: &Casualties) -> BTreeSet<Fact> {
    [
        (counts.dead > 0, Fact::AnyDead),
        (counts.serious >= 2, Fact::TwoOrMoreSerious),
        (counts.serious == 1, Fact::OneSerious),
        (counts.missing > 0, Fact::AnyMissing),
        (counts.unknown > 0, Fact::AnyUnknown),
        (counts.total() == 0, Fact::NobodyHurt),
    ]
    .into_iter()
    .filter_map(|(holds, fact)| holds.then_some(fact))
    .collect()
}

/// The class of the case: the first rule that holds.
pub fn case(facts: &BTreeSet<Fact>, law: &Law, days: Days) -> (CaseClass, Vec<Basis>) {
    let rule = law.first(Subject::CaseClass, facts, days);
    // Without a rule the case is unclear: somebody is told and a human looks at it.
    let class = rule
        .and_then(|rule| CaseClass::parse(&rule.outcome))
        .unwrap_or(CaseClass::Unclear);
    (
        class,
        rule.map(super::law::Rule::basis).into_iter().collect(),
    )
}
