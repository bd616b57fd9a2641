//! Whether a declaration comes too late.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        clocks::NoRule,
        deadline,
        declaration::Declaration,
        law::{Basis, Fact, Law},
    },
    time::{day_in_vietnam, end_of_day_in_vietnam},
};

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

/// Whether a declaration that the law demands "at once" comes too late, by the dated alarm values.
pub(super) fn lateness(
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
        let working_days = u32::try_from(working_days).unwrap_or_default();
        let due =
            deadline::after_working_days(day_in_vietnam(learned_at), working_days, law.holidays());
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
