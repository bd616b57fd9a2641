//! Imports into a real SQLite file, with the real units.

use std::{fmt::Write as _, time::Instant};

use super::*;
use crate::{
    domain::{
        authority::{Directory, Level, Role},
        place::UnitLevel,
    },
    reference::units::places_for_tests,
    store::{catalogues::revisions, migrate},
};

const HEADER: &str = "authority_id,role,name,level,territory_code,valid_from,valid_to,email,phone,escalates_to,sectors";

struct Database {
    conn: DbConn,
    _folder: tempfile::TempDir,
}

impl Database {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("tnld.db").display());
        let mut conn = DbConn::open(&url).unwrap();
        migrate::run(&mut conn).unwrap();
        Self {
            conn,
            _folder: folder,
        }
    }

    fn import(&mut self, csv: &[u8]) -> std::result::Result<Imported, Vec<RowFault>> {
        import(&mut self.conn, places_for_tests(), csv, |_, _| Ok(())).map_err(
            |error| match error {
                ImportError::Rows(faults) => faults,
                ImportError::Failed(error) => panic!("{error}"),
            },
        )
    }

    fn import_rows(&mut self, rows: &[&str]) -> std::result::Result<Imported, Vec<RowFault>> {
        self.import(format!("{HEADER}\n{}\n", rows.join("\n")).as_bytes())
    }

    /// The faults of a file with these rows, as `line column reason`.
    fn faults(&mut self, rows: &[&str]) -> Vec<String> {
        self.import_rows(rows)
            .unwrap_err()
            .iter()
            .map(|fault| format!("{} {} {}", fault.line, fault.column, fault.reason))
            .collect()
    }

    fn export(&mut self) -> String {
        self.conn.read(export).unwrap()
    }

    fn revision(&mut self) -> i64 {
        revisions(&mut self.conn).unwrap().directory
    }
}

const SO: &str = "SNV-19,PROVINCIAL_LABOUR_AUTHORITY,Sở Nội vụ tỉnh Thái Nguyên,province,19,2025-07-01,,snv19@example.test;truc.snv19@example.test,02207100022,UBND-19,";
const UBND: &str = "UBND-19,PROVINCIAL_PC,\"Ủy ban nhân dân, tỉnh Thái Nguyên\",province,19,2025-07-01,,ubnd19@example.test,02207100033,,";
const BO: &str =
    "BXD,LINE_MINISTRY,Bộ Xây dựng,country,VN,2025-03-01,,bxd@example.test,,,rail;road";

fn with(row: &str, column: &str, value: &str) -> String {
    let at = COLUMNS.iter().position(|name| *name == column).unwrap();
    let mut cells: Vec<&str> = row.split(',').collect();
    cells[at] = value;
    cells.join(",")
}

#[test]
fn a_canonical_file_comes_out_as_it_went_in() {
    let mut database = Database::new();
    let file = format!("{HEADER}\n{BO}\n{SO}\n{UBND}\n");
    let imported = database.import(file.as_bytes()).unwrap();
    assert_eq!(imported.added, 3);
    assert_eq!(database.export(), file);
    assert_eq!(database.revision(), 1);
}

#[test]
fn the_same_file_twice_changes_nothing_the_second_time() {
    let mut database = Database::new();
    database.import_rows(&[SO, UBND]).unwrap();
    let again = database.import_rows(&[SO, UBND]).unwrap();
    assert_eq!((again.added, again.updated, again.unchanged), (0, 0, 2));
    assert_eq!(database.revision(), 1);
}

#[test]
fn a_row_with_a_known_key_is_updated_and_the_others_stay() {
    let mut database = Database::new();
    database.import_rows(&[SO, UBND, BO]).unwrap();
    let closed = with(SO, "valid_to", "2026-03-01");
    let next = with(SO, "valid_from", "2026-03-01");
    let imported = database.import_rows(&[&closed, &next]).unwrap();
    assert_eq!((imported.added, imported.updated), (1, 1));
    assert_eq!(
        database.export(),
        format!("{HEADER}\n{BO}\n{closed}\n{next}\n{UBND}\n")
    );
    assert_eq!(database.revision(), 2);
}

#[test]
fn byte_order_mark_and_windows_line_ends_are_accepted() {
    let mut database = Database::new();
    let file = format!("\u{feff}{HEADER}\r\n{SO}\r\n\r\n{UBND}\r\n");
    assert_eq!(database.import(file.as_bytes()).unwrap().added, 2);

    let bad = with(SO, "role", "SOMEBODY");
    let file = format!("\u{feff}{HEADER}\r\n{UBND}\r\n\r\n{bad}\r\n");
    let faults = database.import(file.as_bytes()).unwrap_err();
    assert_eq!((faults[0].line, faults[0].column), (4, "role"));
}

#[test]
fn a_file_with_another_header_is_refused() {
    let mut database = Database::new();
    let files: [&[u8]; 5] = [
        b"",
        b"authority_id,role\n",
        b"role,authority_id,name,level,territory_code,valid_from,valid_to,email,phone,escalates_to,sectors\n",
        b"\xff\xfea\0u\0t\0h\0",
        SO.as_bytes(),
    ];
    for file in files {
        let faults = database.import(file).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].line, 1);
        assert!(matches!(
            faults[0].reason,
            Reason::WrongHeader | Reason::NotUtf8
        ));
    }
    assert_eq!(database.import(HEADER.as_bytes()), Ok(Imported::default()));
}

#[test]
fn each_kind_of_wrong_cell_is_named() {
    let cases = [
        (SO, "authority_id", "", "authority_id required"),
        (UBND, "role", "SOMEBODY", "role unknown_role"),
        (UBND, "role", "", "role required"),
        (SO, "name", "", "name required"),
        (SO, "level", "ward", "level unknown_level"),
        (SO, "level", "commune", "territory_code level_and_code"),
        (SO, "level", "country", "territory_code level_and_code"),
        (BO, "territory_code", "01", "territory_code level_and_code"),
        (SO, "territory_code", "1", "territory_code level_and_code"),
        (SO, "territory_code", "", "territory_code required"),
        (
            SO,
            "territory_code",
            "99",
            "territory_code territory_unknown",
        ),
        (
            SO,
            "territory_code",
            "06",
            "territory_code territory_not_in_force",
        ),
        (
            SO,
            "valid_from",
            "2016-06-30",
            "territory_code territory_not_in_force",
        ),
        (SO, "valid_from", "01/07/2025", "valid_from not_a_date"),
        (SO, "valid_from", "2026-02-29", "valid_from not_a_date"),
        (SO, "valid_from", "2026-2-1", "valid_from not_a_date"),
        (SO, "valid_from", "", "valid_from required"),
        (SO, "valid_to", "tomorrow", "valid_to not_a_date"),
        (SO, "valid_to", "2025-07-01", "valid_to ends_before_start"),
        (SO, "email", "", "email required"),
        (SO, "email", ";", "email required"),
        (SO, "email", "nobody", "email email"),
        (SO, "email", "a@example.test;b@", "email email"),
        (
            SO,
            "email",
            "a@example.test;a@example.test",
            "email repeated",
        ),
        (
            SO,
            "escalates_to",
            "UBND-99",
            "escalates_to escalates_to_unknown",
        ),
        (
            SO,
            "escalates_to",
            "SNV-19",
            "escalates_to escalates_to_itself",
        ),
        (SO, "sectors", "rail", "sectors sectors_not_allowed"),
        (BO, "sectors", "", "sectors sectors_required"),
        (BO, "sectors", "rail;space", "sectors unknown_sector"),
        (BO, "sectors", "ordinary", "sectors unknown_sector"),
        (BO, "sectors", "rail;rail", "sectors repeated"),
    ];
    let mut database = Database::new();
    database.import_rows(&[UBND]).unwrap();
    for (row, column, value, expected) in cases {
        // The name of UBND holds a comma, which this way of changing a cell does not know.
        let row = row.replace("\"Ủy ban nhân dân, tỉnh Thái Nguyên\"", "Ủy ban");
        let faults = database.faults(&[&with(&row, column, value)]);
        assert_eq!(faults, [format!("2 {expected}")], "{column} {value:?}");
    }
    assert_eq!(database.export(), format!("{HEADER}\n{UBND}\n"));
}

#[test]
fn every_bad_row_is_reported_and_nothing_is_stored() {
    let mut database = Database::new();
    let two_faults = with(&with(SO, "role", "X"), "email", "nobody");
    let faults = database.faults(&[
        UBND,
        &two_faults,
        "only,three,cells",
        &with(BO, "sectors", ""),
    ]);
    assert_eq!(
        faults,
        [
            "3 role unknown_role",
            "3 email email",
            "4  field_count",
            "5 sectors sectors_required",
        ]
    );
    assert_eq!(database.export(), format!("{HEADER}\n"));
    assert_eq!(database.revision(), 0);
}

#[test]
fn bytes_that_are_no_text_are_reported_where_they_stand() {
    let mut database = Database::new();
    let mut file = format!("{HEADER}\n{UBND}\nSNV-19,PROVINCIAL_LABOUR_AUTHORITY,S").into_bytes();
    file.extend(b"\xff\xfe,province,19,2025-07-01,,a@example.test,,,\n");
    let faults = database.import(&file).unwrap_err();
    let at: Vec<_> = faults
        .iter()
        .map(|f| (f.line, f.column, f.reason))
        .collect();
    assert_eq!(at, [(3, "name", Reason::NotUtf8)]);
}

#[test]
fn the_same_key_twice_in_a_file_is_refused() {
    let faults = Database::new().faults(&[UBND, SO, SO]);
    assert_eq!(faults, ["4 valid_from duplicate_key"]);
}

#[test]
fn an_authority_cannot_be_two_things_on_one_day() {
    let mut database = Database::new();
    let later = with(SO, "valid_from", "2026-01-01");
    assert_eq!(
        database.faults(&[UBND, &later, SO]),
        ["3 valid_from overlap"]
    );
    // Against what stays in the directory, from either side.
    database.import_rows(&[UBND, SO]).unwrap();
    assert_eq!(database.faults(&[&later]), ["2 valid_from overlap"]);
    let earlier = with(
        &with(SO, "valid_from", "2025-03-01"),
        "valid_to",
        "2025-07-02",
    );
    assert_eq!(database.faults(&[&earlier]), ["2 valid_to overlap"]);
    // A long row hides no overlap behind a short one.
    let short = with(
        &with(SO, "valid_from", "2026-01-01"),
        "valid_to",
        "2026-02-01",
    );
    let after = with(SO, "valid_from", "2026-03-01");
    assert_eq!(
        database.faults(&[&short, &after]),
        ["2 valid_from overlap", "3 valid_from overlap"]
    );
    // Rows that meet without sharing a day are fine.
    let earlier = with(&earlier, "valid_to", "2025-07-01");
    assert_eq!(database.import_rows(&[&earlier]).unwrap().added, 1);
}

#[test]
fn every_reason_has_its_texts_in_both_languages() {
    for reason in Reason::ALL {
        let text = directory_fault(reason.as_str()).unwrap();
        assert!(!text.vi.is_empty() && !text.en.is_empty() && text.vi != text.en);
    }
    let fault = fault(12, "valid_to", Reason::NotADate, "2025-02-30");
    assert_eq!(
        fault.to_string(),
        "Dòng 12, cột valid_to \"2025-02-30\": Không phải là ngày dạng YYYY-MM-DD. | Line 12, column valid_to \"2025-02-30\": Not a date of the form YYYY-MM-DD."
    );
}

/// The whole country, old and new: labour, police and people's committees of every unit.
fn national_directory() -> String {
    let places = places_for_tests();
    let mut rows =
        vec!["BNV,LABOUR_MINISTRY,Bộ Nội vụ,country,VN,2025-03-01,,bnv@example.test,,,".to_owned()];
    let old = ("2016-07-01", "2025-07-01", "2025-06-30");
    let new = ("2025-07-01", "", "2025-07-01");
    for (age, (from, to, on)) in [("C", old), ("M", new)] {
        let mut add = |level: UnitLevel, role: &str, prefix: &str, above: Option<&str>| {
            for unit in places.in_force(level, on.parse().unwrap()) {
                let (code, name) = (&unit.code, &unit.full_name);
                let mut row = String::new();
                let above = above.map(|above| format!("{above}-{age}-{}", unit.province_code));
                write!(
                    row,
                    "{prefix}-{age}-{code},{role},{prefix} {name},{level},{code},{from},{to},{}.{code}@example.test;truc.{code}@example.test,0220710{code},{},",
                    prefix.to_lowercase(),
                    above.unwrap_or_default(),
                )
                .unwrap();
                rows.push(row);
            }
        };
        add(
            UnitLevel::Province,
            "PROVINCIAL_LABOUR_AUTHORITY",
            "SNV",
            Some("UBT"),
        );
        add(UnitLevel::Province, "INVESTIGATING_POLICE", "CAT", None);
        add(UnitLevel::Province, "PROVINCIAL_PC", "UBT", None);
        add(UnitLevel::Province, "PROVINCIAL_HEALTH", "SYT", None);
        if age == "C" {
            add(UnitLevel::District, "LOCAL_POLICE", "CAH", Some("CAT"));
            add(UnitLevel::District, "DISTRICT_PC", "UBH", None);
        } else {
            add(UnitLevel::Commune, "LOCAL_POLICE", "CAX", Some("CAT"));
            add(UnitLevel::Commune, "COMMUNE_PC", "UBX", None);
        }
    }
    rows.sort();
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

#[test]
fn a_plan_for_another_directory_is_not_carried_out() {
    let mut database = Database::new();
    let file = format!("{HEADER}\n{SO}\n{UBND}\n");
    let plan_now = |database: &mut Database| {
        let planned = |tx: &mut DbConn| plan(tx, places_for_tests(), file.as_bytes());
        database.conn.read(planned).unwrap()
    };
    let stale = plan_now(&mut database);
    database.import_rows(&[BO]).unwrap();
    let before = database.export();

    let refused = database.conn.write(|tx| carry_out(tx, &stale)).unwrap();
    assert_eq!(refused, None);
    assert_eq!((database.export(), database.revision()), (before, 1));
    let fresh = plan_now(&mut database);
    let done = database.conn.write(|tx| carry_out(tx, &fresh)).unwrap();
    assert_eq!(done.map(|done| done.added), Some(2));
}

#[test]
fn a_row_of_several_lines_does_not_shift_those_after_it() {
    let mut database = Database::new();
    let bad = with(SO, "role", "SOMEBODY");
    for end in ["\n", "\r\n"] {
        let two_lines = UBND.replace("nhân dân,", &format!("nhân dân{end}"));
        let file = [HEADER, &two_lines, "", &bad].join(end);
        let file = format!("\u{feff}{file}");
        let faults = database.import(file.as_bytes()).unwrap_err();
        let found: Vec<_> = faults
            .iter()
            .map(|fault| (fault.line, fault.column))
            .collect();
        assert_eq!(found, [(2, "name"), (5, "role")], "{end:?}");
    }
}

#[test]
fn the_whole_country_can_be_imported_and_asked() {
    let mut database = Database::new();
    let file = national_directory();
    let (places, csv) = (places_for_tests(), file.as_bytes());
    let start = Instant::now();
    let plan = database.conn.read(|tx| plan(tx, places, csv)).unwrap();
    println!("read and checked in {:?}", start.elapsed());
    let start = Instant::now();
    let imported = database.conn.write(|tx| carry_out(tx, &plan)).unwrap();
    let imported = imported.expect("the directory is still empty");
    println!("{} rows written in {:?}", imported.added, start.elapsed());
    assert!(imported.added > 8_300);
    assert_eq!(database.export(), file);

    let start = Instant::now();
    assert_eq!(
        database.import(file.as_bytes()).unwrap().unchanged,
        imported.added
    );
    println!("imported again in {:?}", start.elapsed());

    let start = Instant::now();
    let rows = database.conn.read(authorities::all).unwrap();
    let places = places_for_tests();
    let directory = Directory::new(rows, places);
    println!("loaded in {:?}", start.elapsed());
    for unit in places.in_force(UnitLevel::Commune, "2026-05-01".parse().unwrap()) {
        let day = "2026-05-01".parse().unwrap();
        let police = directory.holders(Role::LocalPolice, Level::Commune, Some(unit), day, places);
        assert_eq!(police.len(), 1);
        assert_eq!(police[0].territory_code, unit.code);
        let province = places.province_of(unit, day).unwrap();
        let labour = Role::ProvincialLabourAuthority;
        let labour = directory.holders(labour, Level::Province, Some(province), day, places);
        let above = labour[0].escalates_to.as_deref().unwrap();
        assert!(directory.by_id(above, day).is_some());
    }
}
