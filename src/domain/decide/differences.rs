//! What two decisions on one case have otherwise: for previews of a change of the law.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Decision;
use crate::{named, time::rfc3339_in_vietnam};

named! {
    /// What may be decided otherwise.
    pub enum Decided {
        /// The class of the case.
        CaseClass = "case_class",
        /// Who is told, and how much.
        Recipients = "recipients",
        /// The form.
        Form = "form",
        /// Who investigates.
        Level = "level",
        /// In how many days.
        LimitDays = "limit_days",
        /// When a clock is due.
        DueAt = "due_at",
        /// Whether the declaration is late.
        Late = "late",
        /// Whether the law can be applied at all.
        Applicable = "applicable",
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Difference {
    /// What.
    pub what: Decided,
    /// As it is; empty for nothing.
    pub before: Vec<String>,
    /// As it would be; empty for nothing.
    pub after: Vec<String>,
}

/// Everything that the two decisions have otherwise. What both have is left out.
pub fn differences(before: &Decision, after: &Decision) -> Vec<Difference> {
    Decided::ALL
        .iter()
        .filter_map(|what| {
            let (old, new) = (said(*what, before), said(*what, after));
            (old != new).then(|| Difference {
                what: *what,
                before: old.difference(&new).cloned().collect(),
                after: new.difference(&old).cloned().collect(),
            })
        })
        .collect()
}

fn said(what: Decided, decision: &Decision) -> BTreeSet<String> {
    match what {
        Decided::CaseClass => BTreeSet::from([decision.case_class.to_string()]),
        Decided::Recipients => decision
            .recipients
            .iter()
            .map(|one| {
                let id = one
                    .authority
                    .as_ref()
                    .map_or("-", |found| found.id.as_str());
                format!("{} {} {id}", one.role, one.duty)
            })
            .collect(),
        Decided::Form => decision.form.iter().cloned().collect(),
        Decided::Level => BTreeSet::from([decision.investigation.level.to_string()]),
        Decided::LimitDays => {
            let days = decision.investigation.limit_days;
            days.iter().map(ToString::to_string).collect()
        }
        Decided::DueAt => decision
            .clocks
            .iter()
            .map(|clock| {
                let due = rfc3339_in_vietnam(clock.due_rolled);
                format!("{} {} {due}", clock.id, rfc3339_in_vietnam(clock.due_raw))
            })
            .collect(),
        Decided::Late => BTreeSet::from([decision.late.is_some().to_string()]),
        Decided::Applicable => BTreeSet::from(["true".to_owned()]),
    }
}
