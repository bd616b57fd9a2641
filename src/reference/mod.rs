//! Reference data built into the program: CSV files, UTF-8, codes as text.
//!
//! Where each list comes from, and what is missing in it, stands in `README.md` beside the files.
//! The dated ones (units, holidays, injuries) are only the first content of the database.

pub mod units;

use serde::de::DeserializeOwned;

/// Provinces and centrally-run cities since 1 July 2025.
pub const PROVINCES: &str = include_str!("provinces.csv");
/// Communes, wards and special zones since 1 July 2025.
pub const COMMUNES: &str = include_str!("communes.csv");
/// Changes of type after 1 July 2025.
pub const UNIT_CHANGES: &str = include_str!("unit_changes.csv");
/// Provinces until 30 June 2025.
pub const LEGACY_PROVINCES: &str = include_str!("legacy_provinces.csv");
/// Districts until 30 June 2025.
pub const LEGACY_DISTRICTS: &str = include_str!("legacy_districts.csv");
/// Communes until 30 June 2025.
pub const LEGACY_COMMUNES: &str = include_str!("legacy_communes.csv");
/// What became of the units of 30 June 2025.
pub const UNIT_SUCCESSIONS: &str = include_str!("unit_successions.csv");
/// Public holidays and Saturdays worked instead, 2016 to 2027.
pub const HOLIDAYS: &str = include_str!("holidays.csv");
/// Injuries that make an accident serious (D39 Phụ lục II).
pub const SEVERE_INJURIES: &str = include_str!("severe_injuries.csv");
/// Injury factors, in two schemes.
pub const INJURY_FACTORS: &str = include_str!("injury_factors.csv");
/// The nine causes of the accident report.
pub const ACCIDENT_CAUSES: &str = include_str!("accident_causes.csv");
/// Industries: VSIC 2018 and VSIC 2025.
pub const INDUSTRIES: &str = include_str!("industries.csv");
/// Occupations: Decision 34/2020 and ISCO-08.
pub const OCCUPATIONS: &str = include_str!("occupations.csv");
/// Types of establishment, in two schemes.
pub const ENTERPRISE_TYPES: &str = include_str!("enterprise_types.csv");

/// Stems of common passwords, one a line; `#` begins a comment.
pub const COMMON_PASSWORDS: &str = include_str!("common_passwords.txt");
/// The notice on personal data, by purpose and date.
pub const PRIVACY: &str = include_str!("privacy.csv");

/// The rows of one of the built-in files, by the names in its header.
pub fn rows<T: DeserializeOwned>(file: &str) -> Vec<T> {
    csv::Reader::from_reader(file.as_bytes())
        .into_deserialize()
        .collect::<Result<_, _>>()
        .expect("the files are part of the program, and a test reads each of them")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_stems_of_common_passwords_are_sorted_and_in_their_form() {
        let stems: Vec<&str> = COMMON_PASSWORDS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert!(stems.len() > 5_000, "{}", stems.len());
        for pair in stems.windows(2) {
            assert!(pair[0] < pair[1], "{pair:?}");
        }
        for stem in stems {
            assert_eq!(crate::text::search_key(stem), stem);
        }
    }

    #[test]
    fn every_built_in_file_can_be_read() {
        let expected = [
            (PROVINCES, 34),
            (COMMUNES, 3_321),
            (UNIT_CHANGES, 25),
            (LEGACY_PROVINCES, 63),
            (LEGACY_DISTRICTS, 696),
            (LEGACY_COMMUNES, 10_061),
            (UNIT_SUCCESSIONS, 10_634),
            (HOLIDAYS, 174),
            (SEVERE_INJURIES, 48),
            (INJURY_FACTORS, 28),
            (ACCIDENT_CAUSES, 9),
            (INDUSTRIES, 1_957),
            (OCCUPATIONS, 1_642),
            (ENTERPRISE_TYPES, 16),
            (PRIVACY, 4),
        ];
        for (file, count) in expected {
            let header = file.lines().next().unwrap_or_default();
            assert_eq!(
                rows::<BTreeMap<String, String>>(file).len(),
                count,
                "{header}"
            );
        }
    }
}
