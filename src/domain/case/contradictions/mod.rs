//! What each report of one accident says, field by field, and where they differ (`accidents.md` 10.2): employer,
//! commune, family, police and hospital are set side by side. Nothing is decided and nothing overwritten.
//!
//! [`fields`] says what is compared and when two readings are the same, [`persons`] who is who across reports.

pub mod fields;
pub mod persons;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    domain::{access::ActorRole, declaration::DeclarantRole},
    ids::CaseId,
    named,
};

pub use fields::{ReportedField, Sensitive};

named! {
    /// Who tells.
    pub enum ReportSource {
        /// The employer.
        Employer = "employer",
        /// The commune.
        Commune = "commune",
        /// The family.
        Family = "family",
        /// Who discovered it.
        Witness = "witness",
        /// A worker.
        Worker = "worker",
        /// The police.
        Police = "police",
        /// A hospital or the health department.
        Hospital = "hospital",
        /// The labour authority of the province.
        LabourAuthority = "labour_authority",
        /// Another authority.
        OtherAuthority = "other_authority",
    }
}

impl From<DeclarantRole> for ReportSource {
    fn from(role: DeclarantRole) -> Self {
        match role {
            DeclarantRole::Employer => Self::Employer,
            DeclarantRole::Commune => Self::Commune,
            DeclarantRole::Family => Self::Family,
            DeclarantRole::Witness => Self::Witness,
            DeclarantRole::Worker => Self::Worker,
            DeclarantRole::Police => Self::Police,
            DeclarantRole::Hospital => Self::Hospital,
        }
    }
}

impl ReportSource {
    /// Whose word a supplement is that somebody of this role sent; `declared_by` for whoever declares.
    pub fn of_supplement(role: ActorRole, declared_by: Self) -> Self {
        match role {
            ActorRole::Employer if declared_by == Self::Employer => Self::Employer,
            ActorRole::Commune => Self::Commune,
            ActorRole::Police => Self::Police,
            ActorRole::Health => Self::Hospital,
            ActorRole::Inspector => Self::LabourAuthority,
            ActorRole::Employer | ActorRole::Informant => declared_by,
            _ => Self::OtherAuthority,
        }
    }
}

/// Where a report says that it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldPlace {
    /// The unit as of the accident, in words.
    pub name: String,
    /// Today's codes of what it is or may be: an old and a new code of one place have one in common.
    pub today: BTreeSet<String>,
}

/// A report as it was received. `Debug` shows no personal data.
#[derive(Clone, PartialEq)]
pub struct Report {
    /// The case that it opened, or to which it was added.
    pub case_id: CaseId,
    /// Number of the declaration.
    pub receipt_no: String,
    /// Who tells.
    pub source: ReportSource,
    /// Whether it adds to a declaration.
    pub is_supplement: bool,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// The body as it came.
    pub body: Value,
    /// Its place, where its code names one.
    pub place: Option<ToldPlace>,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report")
            .field("receipt_no", &self.receipt_no)
            .field("source", &self.source)
            .field("is_supplement", &self.is_supplement)
            .finish_non_exhaustive()
    }
}

/// What one report says of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedReading {
    /// Which report: its position.
    pub report: usize,
    /// Number of the victim there, where it is about one.
    pub victim: Option<u32>,
    /// What it says.
    pub value: Value,
}

/// A field with what every report says of it that says anything.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedRow {
    /// Which.
    pub field: ReportedField,
    /// The person it is about, counted from 1 over all reports.
    pub person: Option<u32>,
    /// Whether the last words of two sources differ. Who corrects itself contradicts nobody.
    pub differs: bool,
    /// What each says, in the order of the reports.
    pub readings: Vec<ReportedReading>,
}

/// The reports in the order of their receipt, and the table of their fields: what is about the accident first, then
/// each person. Fields of which nobody says anything are not there.
pub fn table(mut reports: Vec<Report>) -> (Vec<Report>, Vec<ReportedRow>) {
    reports.sort_by(|a, b| {
        let key = |one: &Report| (one.received_at, one.receipt_no.clone(), one.is_supplement);
        key(a).cmp(&key(b))
    });
    let persons = persons::across(&reports);
    let mut rows = Vec::new();
    for field in ReportedField::ALL
        .iter()
        .filter(|field| !field.is_of_a_person())
    {
        let readings = reports.iter().enumerate().filter_map(|(report, told)| {
            let value = field.told(told)?;
            let victim = None;
            Some(ReportedReading {
                report,
                victim,
                value,
            })
        });
        rows.extend(row(*field, None, readings.collect(), &reports));
    }
    let people: BTreeSet<u32> = persons.values().copied().collect();
    for person in people {
        for field in ReportedField::ALL
            .iter()
            .filter(|field| field.is_of_a_person())
        {
            let told = persons.iter().filter(|(_, one)| **one == person);
            let readings = told.filter_map(|((report, no), _)| {
                let victim = persons::victim(&reports[*report], *no)?;
                Some(ReportedReading {
                    report: *report,
                    victim: Some(*no),
                    value: field.told_of(victim)?,
                })
            });
            rows.extend(row(*field, Some(person), readings.collect(), &reports));
        }
    }
    (reports, rows)
}

fn row(
    field: ReportedField,
    person: Option<u32>,
    readings: Vec<ReportedReading>,
    reports: &[Report],
) -> Option<ReportedRow> {
    if readings.is_empty() {
        return None;
    }
    let mut last = BTreeMap::new();
    for reading in &readings {
        let report = &reports[reading.report];
        last.insert((&report.receipt_no, report.source), reading);
    }
    let last: Vec<&ReportedReading> = last.into_values().collect();
    let differs = last.iter().enumerate().any(|(at, one)| {
        last[at + 1..]
            .iter()
            .any(|other| !is_same(field, one, other, reports))
    });
    Some(ReportedRow {
        field,
        person,
        differs,
        readings,
    })
}

fn is_same(
    field: ReportedField,
    one: &ReportedReading,
    other: &ReportedReading,
    reports: &[Report],
) -> bool {
    let places = (&reports[one.report].place, &reports[other.report].place);
    match (field, places) {
        (ReportedField::Place, (Some(one), Some(other))) => !one.today.is_disjoint(&other.today),
        _ => field.is_same(&one.value, &other.value),
    }
}
