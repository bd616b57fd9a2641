//! An invented directory of the whole country: every authority of every unit, before and since
//! 1 July 2025.

use std::{fmt::Write as _, path::PathBuf};

use tnld::{
    domain::place::{Places, UnitLevel},
    store::places,
};

use crate::support::Db;

/// Writes the directory into a file in the folder of `db`, which knows the units. Returns the file,
/// and how many rows it has.
pub fn write(db: &Db) -> (PathBuf, usize) {
    let places = db.connect().read(places::load).unwrap();
    let rows = rows(&places);
    let header = "authority_id,role,name,level,territory_code,valid_from,valid_to,email,phone,escalates_to,sectors";
    let file = db.folder().join("national.csv");
    std::fs::write(&file, format!("{header}\n{}\n", rows.join("\n"))).unwrap();
    (file, rows.len())
}

fn rows(places: &Places) -> Vec<String> {
    use UnitLevel::{Commune, District, Province};
    const OLD: [(UnitLevel, &str, &str); 6] = [
        (Province, "PROVINCIAL_LABOUR_AUTHORITY", "TTS"),
        (Province, "INVESTIGATING_POLICE", "CAT"),
        (Province, "PROVINCIAL_PC", "UBT"),
        (Province, "PROVINCIAL_HEALTH", "SYT"),
        (District, "LOCAL_POLICE", "CAH"),
        (District, "DISTRICT_PC", "UBH"),
    ];
    const NEW: [(UnitLevel, &str, &str); 6] = [
        (Province, "PROVINCIAL_LABOUR_AUTHORITY", "SNV"),
        (Province, "INVESTIGATING_POLICE", "CAT"),
        (Province, "PROVINCIAL_PC", "UBT"),
        (Province, "PROVINCIAL_HEALTH", "SYT"),
        (Commune, "LOCAL_POLICE", "CAX"),
        (Commune, "COMMUNE_PC", "UBX"),
    ];

    let mut rows = vec![
        "BNV,LABOUR_MINISTRY,Bộ Nội vụ,country,VN,2025-03-01,,bnv@example.test,02438210000,,"
            .to_owned(),
    ];
    for (kinds, from, to, on, age) in [
        (OLD, "2016-07-01", "2025-07-01", "2025-06-30", "C"),
        (NEW, "2025-07-01", "", "2025-07-01", "M"),
    ] {
        for (level, role, prefix) in kinds {
            for unit in places.in_force(level, on.parse().unwrap()) {
                let (code, name, small) = (&unit.code, &unit.full_name, prefix.to_lowercase());
                let mut row = String::new();
                write!(
                    row,
                    "{prefix}-{age}-{code},{role},{prefix} {name},{level},{code},{from},{to},\
                     {small}.{code}@example.test;truc.{small}.{code}@example.test,0220710{code},,"
                )
                .unwrap();
                rows.push(row);
            }
        }
    }
    rows
}
