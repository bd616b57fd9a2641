//! What a reform of the units changes of a case that was decided before it (RT-5).

use chrono::NaiveDate;

use super::Decision;
use crate::domain::place::{Places, Unit, UnitLevel};

/// Today's units of a decided case that are in force no more on `today`: its communes, then its
/// provinces. Empty while there is nothing to do. `received_on` is the day of its receipt, for
/// decisions that do not say of which day their units are.
pub fn ended_units<'a>(
    decision: &Decision,
    places: &'a Places,
    received_on: NaiveDate,
    today: NaiveDate,
) -> Vec<&'a Unit> {
    units_of(decision, places, received_on)
        .into_iter()
        .filter(|unit| unit.has_ended_by(today))
        .collect()
}

/// The communes of a decided case, then its provinces, as of the day when they were worked out.
pub fn units_of<'a>(
    decision: &Decision,
    places: &'a Places,
    received_on: NaiveDate,
) -> Vec<&'a Unit> {
    let day = decision.territory_on.unwrap_or(received_on);
    let communes = decision.place.today.iter().filter_map(|shown| {
        places
            .with_code(UnitLevel::Commune, &shown.code)
            .iter()
            .find(|unit| unit.valid_from == shown.valid_from)
    });
    let provinces = decision
        .provinces
        .iter()
        .filter_map(|code| places.unit_on(UnitLevel::Province, code, day).ok());
    communes.chain(provinces).collect()
}

/// Whether a unit with `code` ended between the two days: a cheap question before the real one.
pub fn may_have_ended(
    places: &Places,
    level: UnitLevel,
    code: &str,
    received_on: NaiveDate,
    today: NaiveDate,
) -> bool {
    places
        .with_code(level, code)
        .iter()
        .filter_map(|unit| unit.valid_to)
        .any(|end| received_on < end && end <= today)
}
