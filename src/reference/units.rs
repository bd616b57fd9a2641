//! The administrative units of the built-in files, with their days.
//!
//! The files know the units of 30 June 2025 and of today. Before, between and after:
//! - old units count as valid from 1 July 2016, when the law came into force, and say so in `source`;
//! - 26 old communes ended before the list of 4 January 2025 was replaced, and end on that day here;
//! - a change of type is two rows, and a succession `retyped` between them.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use serde::Deserialize;

use crate::{
    domain::place::{Succession, Unit, UnitLevel},
    reference::{
        COMMUNES, LEGACY_COMMUNES, LEGACY_DISTRICTS, LEGACY_PROVINCES, PROVINCES, UNIT_CHANGES,
        UNIT_SUCCESSIONS, rows,
    },
};

/// A succession with what the files say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedSuccession {
    /// What became of the unit.
    pub succession: Succession,
    /// Remark of the source.
    pub note: String,
    /// Where the row comes from.
    pub source: String,
}

#[derive(Deserialize)]
struct UnitRow {
    code: String,
    #[serde(default)]
    province_code: Option<String>,
    #[serde(default)]
    district_code: Option<String>,
    name: String,
    full_name: String,
    r#type: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    same_name_code: String,
    #[serde(default)]
    source: String,
}

#[derive(Deserialize)]
struct ChangeRow {
    level: String,
    code: String,
    name: String,
    old_type: String,
    new_type: String,
    effective_date: NaiveDate,
    legal_basis: String,
}

#[derive(Deserialize)]
struct SuccessionRow {
    level: String,
    old_code: String,
    new_code: String,
    extent: String,
    note_vi: String,
    source: String,
}

const ENDED_EARLY: &str = "ended_before_2025_06_30";
const NEW_SOURCE: &str = "nso_conversion";
const LEGACY_SOURCE: &str = "nso_conversion; valid_from assumed";

/// L84 came into force: where the old units are assumed to start.
fn law_start() -> NaiveDate {
    day(2016, 7, 1)
}

/// The two-tier local government (Resolution 202/2025/QH15; Decision 19/2025/QĐ-TTg).
fn reform() -> NaiveDate {
    day(2025, 7, 1)
}

/// Day of the last list that has the 26 units which ended before the reform.
fn january_list() -> NaiveDate {
    day(2025, 1, 4)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

/// Every unit of the files, old and new, one row for each name and type it had.
pub fn units() -> Vec<Unit> {
    let mut units = Vec::with_capacity(14_500);
    for (level, file) in [
        (UnitLevel::Province, LEGACY_PROVINCES),
        (UnitLevel::District, LEGACY_DISTRICTS),
        (UnitLevel::Commune, LEGACY_COMMUNES),
    ] {
        units.extend(rows(file).into_iter().map(|row| legacy_unit(level, row)));
    }

    let changes = changes();
    for (level, file) in [
        (UnitLevel::Province, PROVINCES),
        (UnitLevel::Commune, COMMUNES),
    ] {
        for row in rows::<UnitRow>(file) {
            let changes = changes.get(&(level, row.code.clone()));
            new_units(level, row, changes.map_or(&[], Vec::as_slice), &mut units);
        }
    }
    units
}

/// Every succession of the files, the changes of type included.
///
/// The row of level `area` (tidal flats without a code of their own) is left out: nobody can
/// have declared an accident under it.
pub fn successions() -> Vec<NotedSuccession> {
    let reformed = rows::<SuccessionRow>(UNIT_SUCCESSIONS)
        .into_iter()
        .filter_map(|row| {
            let level = UnitLevel::parse(&row.level)?;
            Some(NotedSuccession {
                succession: Succession {
                    level,
                    old_code: row.old_code,
                    old_valid_from: law_start(),
                    new_code: row.new_code,
                    new_valid_from: reform(),
                    extent: row.extent,
                    effective_on: reform(),
                },
                note: row.note_vi,
                source: row.source,
            })
        });

    let recoded = rows::<UnitRow>(LEGACY_COMMUNES)
        .into_iter()
        .filter(|row| row.status == ENDED_EARLY && !row.same_name_code.is_empty())
        .map(|row| NotedSuccession {
            succession: Succession {
                level: UnitLevel::Commune,
                old_code: row.code,
                old_valid_from: law_start(),
                new_code: row.same_name_code,
                new_valid_from: law_start(),
                extent: "recoded".to_owned(),
                effective_on: january_list(),
            },
            note: String::new(),
            source: "derived from the same name in the same district".to_owned(),
        });

    let retyped = changes().into_iter().flat_map(|((level, code), changes)| {
        let mut valid_from = reform();
        changes.into_iter().map(move |change| {
            let old_valid_from = std::mem::replace(&mut valid_from, change.effective_date);
            NotedSuccession {
                succession: Succession {
                    level,
                    old_code: code.clone(),
                    old_valid_from,
                    new_code: code.clone(),
                    new_valid_from: change.effective_date,
                    extent: "retyped".to_owned(),
                    effective_on: change.effective_date,
                },
                note: format!("{} {} → {}", change.name, change.old_type, change.new_type),
                source: change.legal_basis,
            }
        })
    });

    reformed.chain(recoded).chain(retyped).collect()
}

/// The changes of type of each unit, in the order of their days.
fn changes() -> HashMap<(UnitLevel, String), Vec<ChangeRow>> {
    let mut changes = HashMap::<_, Vec<ChangeRow>>::new();
    for row in rows::<ChangeRow>(UNIT_CHANGES) {
        let level = UnitLevel::parse(&row.level).expect("the file names levels as we do");
        let of_unit = changes.entry((level, row.code.clone())).or_default();
        of_unit.push(row);
        of_unit.sort_by_key(|change| change.effective_date);
    }
    changes
}

fn legacy_unit(level: UnitLevel, row: UnitRow) -> Unit {
    let ended_early = row.status == ENDED_EARLY;
    let source = match (row.source.is_empty(), ended_early) {
        (true, _) => LEGACY_SOURCE.to_owned(),
        (false, false) => format!("{}; valid_from assumed", row.source),
        (false, true) => format!("{}; valid_from and valid_to assumed", row.source),
    };
    Unit {
        level,
        valid_from: law_start(),
        valid_to: Some(if ended_early {
            january_list()
        } else {
            reform()
        }),
        province_code: row.province_code.unwrap_or_else(|| row.code.clone()),
        district_code: match level {
            UnitLevel::Province => None,
            UnitLevel::District => Some(row.code.clone()),
            UnitLevel::Commune => row.district_code,
        },
        name: row.name,
        full_name: row.full_name,
        kind: Arc::from(row.r#type),
        source: Arc::from(source),
        code: row.code,
    }
}

/// One row for each type that a unit of the reform has had, the present one last.
fn new_units(level: UnitLevel, row: UnitRow, changes: &[ChangeRow], units: &mut Vec<Unit>) {
    let present = Unit {
        level,
        valid_from: reform(),
        valid_to: None,
        province_code: row.province_code.unwrap_or_else(|| row.code.clone()),
        district_code: None,
        name: row.name,
        full_name: row.full_name,
        kind: Arc::from(row.r#type),
        source: Arc::from(NEW_SOURCE),
        code: row.code,
    };
    let mut valid_from = reform();
    let mut source = present.source.clone();
    for change in changes {
        units.push(Unit {
            valid_from,
            valid_to: Some(change.effective_date),
            full_name: format!("{} {}", capitalised(&change.old_type), present.name),
            kind: Arc::from(change.old_type.as_str()),
            source,
            ..present.clone()
        });
        valid_from = change.effective_date;
        source = Arc::from(change.legal_basis.as_str());
    }
    units.push(Unit {
        valid_from,
        source,
        ..present
    });
}

fn capitalised(kind: &str) -> String {
    let mut letters = kind.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The built-in units, made once for all tests of the library.
#[cfg(test)]
pub fn places_for_tests() -> &'static crate::domain::place::Places {
    static PLACES: std::sync::LazyLock<crate::domain::place::Places> =
        std::sync::LazyLock::new(|| {
            let successions = successions().into_iter().map(|noted| noted.succession);
            crate::domain::place::Places::new(units(), successions.collect())
        });
    &PLACES
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_unit_is_there_once_for_each_of_its_times() {
        let units = units();
        assert_eq!(units.len(), 63 + 696 + 10_061 + 34 + 3_321 + 25);
        let keys: HashSet<_> = units
            .iter()
            .map(|unit| (unit.level, &unit.code, unit.valid_from))
            .collect();
        assert_eq!(keys.len(), units.len());
    }

    #[test]
    fn every_succession_leads_from_a_unit_to_a_unit() {
        let units: HashSet<_> = units()
            .into_iter()
            .map(|unit| (unit.code, unit.valid_from))
            .collect();
        let successions = successions();
        assert_eq!(successions.len(), 10_633 + 9 + 25);
        for NotedSuccession { succession, .. } in successions {
            let Succession {
                old_code,
                old_valid_from,
                new_code,
                new_valid_from,
                ..
            } = succession;
            assert!(units.contains(&(old_code, old_valid_from)));
            assert!(units.contains(&(new_code, new_valid_from)));
        }
    }

    #[test]
    fn assumed_days_say_so() {
        for unit in units() {
            let is_assumed = unit.valid_from == law_start();
            assert_eq!(
                unit.source.contains("valid_from assumed")
                    || unit.source.contains("valid_from and valid_to assumed"),
                is_assumed,
                "{unit:?}"
            );
        }
    }

    #[test]
    fn a_unit_that_changed_its_type_has_both_names() {
        let dong_nai: Vec<_> = units()
            .into_iter()
            .filter(|unit| unit.code == "75" && unit.valid_from >= reform())
            .map(|unit| (unit.full_name, unit.valid_from, unit.valid_to))
            .collect();
        let changed = day(2026, 4, 30);
        assert_eq!(
            dong_nai,
            [
                ("Tỉnh Đồng Nai".to_owned(), reform(), Some(changed)),
                ("Thành phố Đồng Nai".to_owned(), changed, None),
            ]
        );
    }
}
