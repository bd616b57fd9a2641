//! Which other cases may be the same accident. Shown to officials; nothing is merged by it.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::{
    domain::{case::Case, declaration::Declaration},
    ids::CaseId,
    named,
    text::search_key,
};

/// How far apart two reports of one accident may be in time.
pub const WINDOW: TimeDelta = TimeDelta::hours(12);

named! {
    /// What two cases have in common, besides the commune and the half day.
    pub enum Likeness {
        /// The same establishment by tax code.
        SameTaxCode = "same_tax_code",
        /// The same name of the establishment.
        SameEstablishmentName = "same_establishment_name",
        /// The same numbers of dead and hurt.
        SameCounts = "same_counts",
        /// Within an hour of each other.
        SameHour = "same_hour",
        /// A victim of the same name or identity number.
        SameVictim = "same_victim",
    }
}

impl Likeness {
    fn weight(self) -> u32 {
        match self {
            Self::SameVictim => 40,
            Self::SameTaxCode => 20,
            Self::SameEstablishmentName | Self::SameHour => 15,
            Self::SameCounts => 10,
        }
    }
}

/// A case that may be the same accident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PossibleDuplicate {
    /// The other case.
    pub case_id: CaseId,
    /// Its receipt number.
    pub receipt_no: String,
    /// 0 (only place and time) to 100.
    pub score: u32,
    /// What they have in common.
    pub reasons: Vec<Likeness>,
}

/// How alike `other` is to `case`, each with its facts where they are kept; both happened within
/// [`WINDOW`], in one commune or to the same person.
pub fn compare(
    (case, facts): (&Case, Option<&Declaration>),
    (other, other_facts): (&Case, Option<&Declaration>),
) -> PossibleDuplicate {
    let mut reasons = Vec::new();
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    if same(&case.establishment_tax_code, &other.establishment_tax_code) {
        reasons.push(Likeness::SameTaxCode);
    }
    let name = |case: &Case| case.establishment_name.as_deref().map(search_key);
    if same(&name(case), &name(other)) {
        reasons.push(Likeness::SameEstablishmentName);
    }
    if case.counts == other.counts {
        reasons.push(Likeness::SameCounts);
    }
    if (case.occurred_at - other.occurred_at).abs() <= TimeDelta::hours(1) {
        reasons.push(Likeness::SameHour);
    }
    if !victims(facts).is_disjoint(&victims(other_facts)) {
        reasons.push(Likeness::SameVictim);
    }
    PossibleDuplicate {
        case_id: other.id.clone(),
        receipt_no: other.receipt_no.clone(),
        score: reasons.iter().map(|reason| reason.weight()).sum(),
        reasons,
    }
}

/// Names and identity numbers of those hurt; nothing where the content is not kept.
fn victims(facts: Option<&Declaration>) -> BTreeSet<String> {
    facts
        .into_iter()
        .flat_map(|facts| &facts.victims)
        .flat_map(|victim| [&victim.full_name, &victim.citizen_id])
        .flatten()
        .map(|text| search_key(text))
        .filter(|key| !key.is_empty())
        .collect()
}
