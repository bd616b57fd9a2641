//! What a commune code on a declaration means: the same digits name different units over time.

use chrono::NaiveDate;

use crate::{
    domain::place::{NoUnit, Places, Unit, UnitLevel},
    text::search_key,
};

/// What a code on a declaration names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading<'a> {
    /// The commune as in force on the day that the code is meant for.
    pub unit: &'a Unit,
    /// What the same code names on the day of receipt, where that is another unit and the
    /// declarant did not say which of the two is meant. Both units' authorities are told.
    pub other: Option<&'a Unit>,
}

impl Places {
    /// The commune that `code` names on `code_date`, or else on the day of the accident.
    ///
    /// Whether there is a second reading follows from the units' own days: the code changed its
    /// meaning between the accident and the receipt (on 1 July 2025 for more than 2,100 codes).
    pub fn reading(
        &self,
        code: &str,
        occurred_on: NaiveDate,
        received_on: NaiveDate,
        code_date: Option<NaiveDate>,
    ) -> Result<Reading<'_>, NoUnit> {
        let day = code_date.unwrap_or(occurred_on);
        let unit = self.unit_on(UnitLevel::Commune, code, day)?;
        let other = match code_date {
            Some(_) => None,
            None => self
                .unit_on(UnitLevel::Commune, code, received_on)
                .ok()
                .filter(|later| self.is_another(unit, later, received_on)),
        };
        Ok(Reading { unit, other })
    }

    /// Whether `later`, in force on `day` under the same code, is more than `unit` going on: it
    /// has another name, or is not just what became of `unit`.
    fn is_another(&self, unit: &Unit, later: &Unit, day: NaiveDate) -> bool {
        unit.has_ended_by(day)
            && (search_key(&unit.name) != search_key(&later.name)
                || self.on_day(unit, day) != [later])
    }
}
