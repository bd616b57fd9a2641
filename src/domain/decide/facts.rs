//! The facts of a declaration that rules may ask for.

use std::collections::BTreeSet;

use crate::domain::{
    classify::{self, CaseClass, VictimResult},
    declaration::{Casualties, DeclarantRole, Declaration, Kind, Sector},
    law::Fact,
    victim::{Employment, Outcome, Victim, VictimClass},
};

/// Everything that rules may ask for, apart from the class.
pub(super) fn facts_of(
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
        // Police and hospitals give notice as whoever discovers it does: they owe no declaration.
        DeclarantRole::Family
        | DeclarantRole::Witness
        | DeclarantRole::Worker
        | DeclarantRole::Police
        | DeclarantRole::Hospital => Fact::ByPublic,
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
    let only_counted = Outcome::ALL.iter().filter_map(|outcome| {
        let named = victims
            .iter()
            .filter(|victim| classify::outcome_of(victim.class) == *outcome)
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
    // Of several, the one on whom the investigation turns: insurance of somebody lightly hurt says
    // nothing about who investigates a serious injury.
    let is_hurt = |victim: &&Victim| {
        let class = victims
            .iter()
            .find(|result| result.no == victim.no)
            .map(|result| result.class);
        matches!(
            class,
            Some(VictimClass::Fatal | VictimClass::FatalProvisional | VictimClass::Serious)
        )
    };
    let without_contract = || {
        let contract = Some(Employment::Contract);
        declaration
            .victims
            .iter()
            .filter(move |victim| declaration.employment_of(victim.employment) != contract)
    };
    let somebody_hurt = facts.contains(&Fact::HurtNoContract);
    let insured = without_contract()
        .filter(|victim| !somebody_hurt || is_hurt(victim))
        .any(|victim| victim.voluntary_insurance == Some(true));
    facts.extend(insured.then_some(Fact::VoluntaryInsured));
    facts
}

/// The class, once derived, as facts.
pub(in crate::domain) fn class_facts(class: CaseClass) -> impl Iterator<Item = Fact> {
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
