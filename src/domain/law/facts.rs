//! The facts that rules ask for. A closed list: a rule that names another cannot be imported.

use std::{collections::BTreeSet, fmt};

use crate::named;

named! {
    /// Something that is so, or is not, of one victim or of the whole case.
    pub enum Fact {
        // --- of one victim, for its class
        /// Declared dead.
        VictimDead = "victim_dead",
        /// Death in treatment or by recurrence (D39 Art. 9.1.c).
        DiedInTreatment = "died_in_treatment",
        /// Declared dead by the Court (D39 Art. 9.1.d).
        DeclaredDeadByCourt = "declared_dead_by_court",
        /// Missing.
        VictimMissing = "victim_missing",
        /// Declared seriously injured.
        DeclaredSerious = "declared_serious",
        /// An injury of D39 Phụ lục II, provisional or confirmed.
        ListedInjury = "listed_injury",
        /// Outcome not known or not stated.
        OutcomeUnknown = "outcome_unknown",

        // --- of the case, from the counts (the graver of counts and named victims)
        /// Somebody died.
        AnyDead = "any_dead",
        /// Two or more seriously injured.
        TwoOrMoreSerious = "two_or_more_serious",
        /// Exactly one seriously injured.
        OneSerious = "one_serious",
        /// Somebody is missing.
        AnyMissing = "any_missing",
        /// Somebody's outcome is unknown.
        AnyUnknown = "any_unknown",
        /// Nobody is hurt (technical incidents only).
        NobodyHurt = "nobody_hurt",

        // --- the class, once derived
        /// Class FATAL.
        Fatal = "fatal",
        /// Class MULTI_SERIOUS.
        MultiSerious = "multi_serious",
        /// Class UNCLEAR.
        Unclear = "unclear",
        /// Class SINGLE_SERIOUS.
        SingleSerious = "single_serious",
        /// Class LIGHT.
        Light = "light",
        /// Class FATAL, MULTI_SERIOUS or UNCLEAR: somebody must be told at once.
        Urgent = "urgent",

        // --- what and where
        /// A technical incident, not an accident.
        TechnicalIncident = "technical_incident",
        /// A serious technical incident (L84 Art. 3.7).
        SeriousIncident = "serious_incident",
        /// Several sites or localities.
        SeveralSites = "several_sites",
        /// A sector of L84 Art. 34.1.c.
        SpecialSector = "special_sector",
        /// Army or police unit.
        ArmedForces = "armed_forces",
        /// Outside Việt Nam.
        Abroad = "abroad",
        /// On Vietnamese public roads or on the way (D39 Art. 23).
        Traffic = "traffic",

        // --- who tells
        /// Declared by an employer.
        ByEmployer = "by_employer",
        /// Declared by the commune.
        ByCommune = "by_commune",
        /// Told by family, witness or worker.
        ByPublic = "by_public",

        // --- employment of those hurt
        /// A victim under contract.
        AnyContract = "any_contract",
        /// A victim without contract, or whose employment nobody stated.
        AnyNoContract = "any_no_contract",
        /// A dead, seriously injured or missing victim without contract (or of unknown employment).
        GraveNoContract = "grave_no_contract",
        /// A dead or seriously injured victim without contract (or of unknown employment).
        HurtNoContract = "hurt_no_contract",
        /// A victim without contract who has voluntary accident insurance (D143).
        VoluntaryInsured = "voluntary_insured",
    }
}

/// A fact that must hold, or (`!`) must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// The fact.
    pub fact: Fact,
    /// Whether it must hold.
    pub expected: bool,
}

impl Condition {
    /// Reads `urgent` or `!urgent`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, expected) = match text.strip_prefix('!') {
            Some(name) => (name, false),
            None => (text, true),
        };
        Some(Self {
            fact: Fact::parse(name)?,
            expected,
        })
    }

    /// Whether it holds among `facts`.
    pub fn holds(self, facts: &BTreeSet<Fact>) -> bool {
        facts.contains(&self.fact) == self.expected
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.expected {
            f.write_str("!")?;
        }
        f.write_str(self.fact.as_str())
    }
}
