//! Where it happened: the unit as of the accident, and whose territory it is on the day of receipt.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Undecidable;
use crate::domain::{
    classify::{Contradiction, ContradictionCode},
    declaration::Declaration,
    law::Days,
    place::{Places, Unit, UnitLevel, UnitName},
    routing::Territory,
};

/// Where it happened, as shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlaceShown {
    /// The unit as of the accident (or of `code_date`); for accidents abroad the country.
    pub name: String,
    /// The unit's code; empty abroad.
    pub code: String,
    /// Its first day.
    pub valid_from: Option<NaiveDate>,
    /// Today's unit or units (several where the old one was divided).
    pub today: Vec<UnitName>,
}

/// The communes whose authorities are told, and the place as it is shown. The code was written on
/// `coded_on`: it cannot mean a unit that came later.
pub(super) fn where_it_happened<'a>(
    declaration: &Declaration,
    places: &'a Places,
    days: Days,
    coded_on: NaiveDate,
    contradictions: &mut Vec<Contradiction>,
) -> Result<(Territory<'a>, PlaceShown), Undecidable> {
    let accident = &declaration.accident;
    if let Some(abroad) = &accident.abroad {
        // The labour authority is that of the sending employer's seat (D39 Art. 19.2.b).
        let code = &abroad.sending_employer.commune_code;
        let seat = places
            .unit_on(UnitLevel::Commune, code, coded_on)
            .or_else(|_| places.unit_on(UnitLevel::Commune, code, days.occurred))
            .map_err(|reason| Undecidable::Place(code.clone(), reason))?;
        let place = PlaceShown {
            name: abroad.country.clone(),
            code: String::new(),
            valid_from: None,
            today: Vec::new(),
        };
        return Ok((territory(places, &[seat], days), place));
    }

    let code = accident.place.commune_code.as_deref().unwrap_or_default();
    let reading = places
        .reading(code, days.occurred, coded_on, accident.place.code_date)
        .map_err(|reason| Undecidable::Place(code.to_owned(), reason))?;
    let pointer = "/accident/place/commune_code";
    let read: Vec<&Unit> = std::iter::once(reading.unit).chain(reading.other).collect();
    let mut territory = territory(places, &read, days);
    let settled = accident.place.settled.as_deref();
    let chosen = settled.and_then(|code| chosen(places, code, &territory.communes, days));
    if let Some(chosen) = chosen {
        territory = self::territory(places, &[chosen], days);
    }
    // Of what somebody has chosen nothing is in doubt, unless it was divided itself since.
    if chosen.is_none() || territory.communes.len() > 1 {
        let candidates = match chosen {
            Some(chosen) => places.on_day(chosen, days.received),
            None => places.on_day(reading.unit, days.received),
        };
        let shown = |units: &[&Unit], day: fn(&Unit, Days) -> NaiveDate| -> Vec<String> {
            units
                .iter()
                .map(|unit| places.shown(unit, day(unit, days)))
                .collect()
        };
        if candidates.len() > 1 {
            contradictions.push(Contradiction {
                pointer: pointer.into(),
                code: ContradictionCode::PlaceDivided,
                readings: shown(&candidates, |_, days| days.received),
            });
        }
        if reading.other.is_some() && chosen.is_none() {
            contradictions.push(Contradiction {
                pointer: pointer.into(),
                code: ContradictionCode::PlaceAmbiguous,
                readings: shown(&read, |unit, _| unit.valid_from),
            });
        }
    }
    let as_of = accident.place.code_date.unwrap_or(days.occurred);
    let place = PlaceShown {
        name: places.shown(reading.unit, as_of),
        code: reading.unit.code.clone(),
        valid_from: Some(reading.unit.valid_from),
        today: territory
            .communes
            .iter()
            .map(|unit| places.unit_name(unit, days.received))
            .collect(),
    };
    Ok((territory, place))
}

/// The unit that was chosen by `code` among the candidates: one of those of the day, or one that
/// has ended since and went on in them.
fn chosen<'a>(
    places: &'a Places,
    code: &str,
    candidates: &[&'a Unit],
    days: Days,
) -> Option<&'a Unit> {
    let named = places.with_code(UnitLevel::Commune, code).iter();
    let goes_on = |unit: &&Unit| {
        let now = places.on_day(unit, days.received);
        !now.is_empty() && now.iter().all(|unit| candidates.contains(unit))
    };
    // The newest first: an older unit of the same code is never meant where a newer one fits.
    named.rev().find(goes_on)
}

/// What has become of these communes on the day of receipt, and the provinces they lie in. Of a few
/// communes nobody knows the successor; their province is still known.
fn territory<'a>(places: &'a Places, communes: &[&'a Unit], days: Days) -> Territory<'a> {
    let mut found = Territory::default();
    for commune in communes {
        let now = places.on_day(commune, days.received);
        let provinces: Vec<&Unit> = if now.is_empty() {
            let old = places.province_of(commune, commune.valid_from);
            old.map(|old| places.on_day(old, days.received))
                .unwrap_or_default()
        } else {
            now.iter()
                .filter_map(|unit| places.province_of(unit, days.received))
                .collect()
        };
        for unit in now {
            if !found.communes.contains(&unit) {
                found.communes.push(unit);
            }
        }
        for unit in provinces {
            if !found.provinces.contains(&unit) {
                found.provinces.push(unit);
            }
        }
    }
    found
}
