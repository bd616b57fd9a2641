//! 1 July 2025: what was open in a commune or province that ended goes on in its successor.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        access::Sight,
        case::search_key,
        decide::World,
        place::{Unit, UnitLevel},
    },
    error::Result,
    ids::CaseId,
    sealing::Keys,
    service::sealed,
    store::{cases, conn::DbConn},
    time::day_in_vietnam,
};

/// Gives these cases the communes and provinces of `at` as their territory, and their audiences with
/// it: who answers for what became of the old unit sees them. The place of the accident keeps its
/// name (RT-1).
pub fn carry_over(
    tx: &mut DbConn,
    (world, keys): (&World, &Keys),
    at: DateTime<Utc>,
    ids: impl Iterator<Item = CaseId>,
) -> Result<()> {
    let today = day_in_vietnam(at);
    for id in ids {
        let Some(mut case) = cases::find(tx, &id, &Sight::All)? else {
            continue;
        };
        let Some(valid_from) = case.place_valid_from else {
            continue;
        };
        let places = &world.places;
        let Ok(unit) = places.unit_on(UnitLevel::Commune, &case.place_code, valid_from) else {
            continue;
        };
        let communes = places.on_day(unit, today);
        let provinces: Vec<&Unit> = communes
            .iter()
            .filter_map(|unit| places.province_of(unit, today))
            .collect();
        let (Some(commune), Some(province)) = (communes.first(), provinces.first()) else {
            continue;
        };
        let audiences: BTreeSet<String> = cases::audiences(tx, &id)?
            .iter()
            .flat_map(|old| {
                // A letter, and the code of a commune or of a province.
                let (kind, code) = old.split_at(1);
                let units = if code.len() == 5 {
                    &communes
                } else {
                    &provinces
                };
                units.iter().map(move |unit| format!("{kind}{}", unit.code))
            })
            .collect();
        let key = sealed::key_of(keys, &case)?;
        let Some(mut decision) = sealed::decision(&key, &case)? else {
            continue;
        };
        decision.place.today = communes
            .iter()
            .map(|unit| places.unit_name(unit, today))
            .collect();
        let names: Vec<&str> = decision
            .place
            .today
            .iter()
            .map(|unit| unit.full_name.as_str())
            .collect();
        case.search_key = search_key(
            &case.receipt_no,
            &[
                Some(&case.place_name),
                Some(&names.join(" ")),
                case.establishment_name.as_deref(),
                case.establishment_tax_code.as_deref(),
            ],
        );
        sealed::set_decision(&key, &mut case, &decision)?;
        let seen_version = case.version;
        case.commune_code.clone_from(&commune.code);
        case.province_code.clone_from(&province.code);
        case.version += 1;
        cases::update(tx, &case, seen_version)?;
        cases::set_audiences(tx, &case, &audiences)?;
    }
    Ok(())
}
