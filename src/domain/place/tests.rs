//! Against the real units.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::reference::units::{self, places_for_tests};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn commune(code: &str, on: &str) -> &'static Unit {
    places_for_tests()
        .unit_on(UnitLevel::Commune, code, day(on))
        .unwrap()
}

fn province(code: &str, on: &str) -> &'static Unit {
    places_for_tests()
        .unit_on(UnitLevel::Province, code, day(on))
        .unwrap()
}

fn codes<'a>(units: impl IntoIterator<Item = &'a Unit>) -> Vec<&'a str> {
    units.into_iter().map(|unit| unit.code.as_str()).collect()
}

fn found(query: &str, on: &str) -> Vec<String> {
    let places = places_for_tests();
    let hits = places.search(query, day(on), None, 10).0;
    hits.iter()
        .map(|hit| places.shown(hit.unit, day(on)))
        .collect()
}

/// `administration.md` 1.5.
#[test]
fn the_communes_of_bach_thong_went_where_the_law_says() {
    let places = places_for_tests();
    let today = [
        ("01969", "01969"),
        ("01975", "01969"),
        ("01990", "01969"),
        ("01993", "01969"),
        ("01978", "01981"),
        ("01981", "01981"),
        ("02002", "01981"),
        ("01999", "02008"),
        ("02005", "02008"),
        ("02008", "02008"),
        ("02011", "02008"),
        ("01984", "01849"),
        ("02014", "02014"),
        ("02017", "02014"),
    ];
    for (old, new) in today {
        let unit = commune(old, "2025-06-30");
        assert_eq!(unit.district_code.as_deref(), Some("063"), "{old}");
        let now = places.on_day(unit, day("2025-07-01"));
        assert_eq!(codes(now.iter().copied()), [new], "{old}");
        assert_eq!(now[0].province_code, "19");
        assert!(!places.is_divided(unit, day("2025-07-01")));
    }
}

#[test]
fn a_place_keeps_the_name_of_its_time_with_the_parents_of_its_time() {
    let places = places_for_tests();
    let my_thanh = commune("02011", "2024-11-05");
    for asked in ["2016-01-01", "2024-11-05", "2025-08-01"] {
        assert_eq!(
            places.shown(my_thanh, day(asked)),
            "Xã Mỹ Thanh, Huyện Bạch Thông, Tỉnh Bắc Kạn"
        );
    }
    let cam_giang = places.on_day(my_thanh, day("2025-08-01"))[0];
    assert_eq!(
        places.unit_name(cam_giang, day("2025-08-01")),
        UnitName {
            code: "02008".into(),
            name: "Cẩm Giàng".into(),
            full_name: "Xã Cẩm Giàng, Tỉnh Thái Nguyên".into(),
            valid_from: day("2025-07-01"),
            valid_to: None,
        }
    );
}

#[test]
fn seven_province_codes_name_another_province_since_the_reform() {
    let places = places_for_tests();
    let (before, after) = ("2025-06-30", "2025-07-01");
    let mut changed = Vec::new();
    for new in places.in_force(UnitLevel::Province, day(after)) {
        let old = province(&new.code, before);
        if !places.same_body(old, new) {
            changed.push(new.code.as_str());
        }
    }
    assert_eq!(changed, ["15", "24", "44", "52", "80", "82", "91"]);
    let yen_bai = province("15", before);
    assert_eq!(yen_bai.name, "Yên Bái");
    assert_eq!(places.on_day(yen_bai, day(after))[0].name, "Lào Cai");
    assert!(places.same_body(province("19", before), province("19", after)));
}

#[test]
fn every_other_commune_code_in_use_has_two_readings() {
    let places = places_for_tests();
    let (before, after) = (day("2025-06-30"), day("2025-07-01"));
    let changed = places
        .in_force(UnitLevel::Commune, before)
        .filter(|old| {
            let reading = places.reading(&old.code, before, after, None);
            reading.unwrap().other.is_some()
        })
        .count();
    // 1,788 have another name now, 40 the same name for a part of the area. The other codes in use
    // before and after kept the name, and the area or more of it.
    assert_eq!(changed, 1_788 + 40);
}

#[test]
fn a_divided_commune_is_all_of_its_successors() {
    let places = places_for_tests();
    let divided = commune("00148", "2025-01-01");
    let now = places.on_day(divided, day("2025-07-01"));
    assert_eq!(
        codes(now.iter().copied()),
        ["00136", "00145", "00565", "00577"]
    );
    assert!(places.is_divided(divided, day("2025-07-01")));
    assert!(!places.is_divided(divided, day("2025-06-30")));
}

#[test]
fn dong_nai_is_a_city_from_its_day_on_and_the_same_body_throughout() {
    let places = places_for_tests();
    let xa = commune("25270", "2026-04-29");
    let phuong = commune("25270", "2026-04-30");
    assert_eq!(xa.full_name, "Xã Lộc Ninh");
    assert_eq!(
        places.shown(xa, day("2026-05-20")),
        "Xã Lộc Ninh, Tỉnh Đồng Nai"
    );
    assert_eq!(
        places.shown(phuong, day("2026-05-20")),
        "Phường Lộc Ninh, Thành phố Đồng Nai"
    );
    assert_eq!(places.on_day(xa, day("2026-04-30")), [phuong]);
    assert!(places.same_body(xa, phuong));
    assert!(places.same_body(province("75", "2025-07-01"), province("75", "2026-09-25")));

    // A commune that did not change shows its province as it was on the day asked for.
    let phuoc_binh = commune("25220", "2026-02-10");
    assert!(
        places
            .shown(phuoc_binh, day("2026-02-10"))
            .ends_with("Tỉnh Đồng Nai")
    );
    assert!(
        places
            .shown(phuoc_binh, day("2026-05-01"))
            .ends_with("Thành phố Đồng Nai")
    );
    // An old commune reaches it through both changes.
    let old = commune("25270", "2025-01-01");
    assert_eq!(places.on_day(old, day("2026-05-20")), [phuong]);
}

#[test]
fn island_districts_became_communes() {
    let places = places_for_tests();
    let con_dao = places
        .unit_on(UnitLevel::District, "755", day("2025-01-01"))
        .unwrap();
    let now = places.on_day(con_dao, day("2025-07-01"));
    assert_eq!(now[0].full_name, "Đặc khu Côn Đảo");
    assert_eq!(now[0].level, UnitLevel::Commune);
}

#[test]
fn a_commune_that_ended_before_the_reform_is_followed_where_the_source_allows() {
    let places = places_for_tests();
    let yen_chau = commune("04060", "2024-12-31");
    let next = places.on_day(yen_chau, day("2025-03-01"));
    assert_eq!(codes(next.iter().copied()), ["04075"]);
    assert!(!places.on_day(yen_chau, day("2025-07-01")).is_empty());
    let chieng_ly = commune("03751", "2024-12-31");
    assert!(places.on_day(chieng_ly, day("2025-03-01")).is_empty());
    assert_eq!(
        places.unit_on(UnitLevel::Commune, "04060", day("2025-01-04")),
        Err(NoUnit::NotInForce)
    );
}

#[test]
fn a_code_is_unknown_or_out_of_force() {
    let places = places_for_tests();
    let on = |code, text| places.unit_on(UnitLevel::Commune, code, day(text));
    assert_eq!(on("99999", "2026-01-01"), Err(NoUnit::Unknown));
    assert_eq!(on("02011", "2026-01-01"), Err(NoUnit::NotInForce));
    assert_eq!(on("02008", "2016-06-30"), Err(NoUnit::NotInForce));
    assert!(places.exists_ever(UnitLevel::Commune, "02011"));
    assert!(!places.exists_ever(UnitLevel::Province, "02011"));
    assert_eq!(places.any_with_code("063").count(), 1);
    assert_eq!(places.any_with_code("25270").count(), 3);
}

#[test]
fn a_code_has_two_readings_only_when_it_changed_its_meaning_in_between() {
    let places = places_for_tests();
    let read = |code, occurred, received, code_date: Option<&str>| {
        let reading = places
            .reading(code, day(occurred), day(received), code_date.map(day))
            .unwrap();
        let name = |unit: &Unit| unit.full_name.clone();
        (name(reading.unit), reading.other.map(name))
    };
    let truc_bach = "Phường Trúc Bạch".to_owned();
    let ba_dinh = "Phường Ba Đình".to_owned();

    let both = (truc_bach.clone(), Some(ba_dinh.clone()));
    assert_eq!(read("00004", "2025-06-01", "2025-07-01", None), both);
    // Received before the change, or told which day is meant: one reading.
    let old_only = (truc_bach, None);
    assert_eq!(read("00004", "2025-06-01", "2025-06-30", None), old_only);
    assert_eq!(
        read("00004", "2025-06-01", "2025-08-01", Some("2025-06-01")),
        old_only
    );
    let new_only = (ba_dinh, None);
    assert_eq!(
        read("00004", "2025-06-01", "2025-08-01", Some("2025-08-01")),
        new_only
    );
    assert_eq!(read("00004", "2025-07-01", "2025-08-01", None), new_only);
    // The same name and the whole area went on under the code.
    let cam_giang = ("Xã Cẩm Giàng".to_owned(), None);
    assert_eq!(read("02008", "2025-06-01", "2025-08-01", None), cam_giang);
    // A change of type is no other unit.
    let loc_ninh = ("Xã Lộc Ninh".to_owned(), None);
    assert_eq!(read("25270", "2026-04-01", "2026-05-01", None), loc_ninh);
    // A code that ended: only what it was.
    let my_thanh = ("Xã Mỹ Thanh".to_owned(), None);
    assert_eq!(read("02011", "2024-11-05", "2025-08-01", None), my_thanh);
    assert_eq!(
        places.reading("02011", day("2025-07-01"), day("2025-07-01"), None),
        Err(NoUnit::NotInForce)
    );
}

#[test]
fn names_are_found_without_diacritics_and_in_any_order() {
    let cam_giang = ["Xã Cẩm Giàng, Tỉnh Thái Nguyên"];
    for query in [
        "cam giang thai nguyen",
        "Thái Nguyên Cẩm Giàng",
        "xã cẩm giàng, tỉnh thái nguyên",
        "XA CAM GIANG THAI NG",
    ] {
        assert_eq!(found(query, "2025-08-01"), cam_giang, "{query}");
    }
    assert_eq!(
        found("my thanh bach thong", "2025-06-30"),
        ["Xã Mỹ Thanh, Huyện Bạch Thông, Tỉnh Bắc Kạn"]
    );
    assert!(found("my thanh bach thong", "2025-07-01").is_empty());
    assert!(found("", "2025-07-01").is_empty());
    assert!(found("!!", "2025-07-01").is_empty());
}

#[test]
fn both_spellings_of_tone_marks_find_the_same_units() {
    for (one, other) in [("Hòa Bình", "Hoà Bình"), ("Điềm Thụy", "Điềm Thuỵ")] {
        let hits = found(one, "2025-08-01");
        assert!(!hits.is_empty());
        assert_eq!(hits, found(other, "2025-08-01"));
    }
    assert_eq!(
        found("Ea H'Leo", "2025-08-01"),
        found("ea h’leo", "2025-08-01")
    );
}

#[test]
fn the_best_names_come_first() {
    let thai_nguyen = found("thai nguyen", "2025-06-30");
    assert_eq!(thai_nguyen[0], "Tỉnh Thái Nguyên");
    assert_eq!(thai_nguyen[1], "Thành phố Thái Nguyên, Tỉnh Thái Nguyên");
    let cam_giang = found("cam gia", "2025-08-01");
    assert_eq!(
        cam_giang,
        [
            "Xã Cẩm Giàng, Tỉnh Thái Nguyên",
            "Xã Cẩm Giang, Thành phố Hải Phòng",
            "Xã Cẩm Giàng, Thành phố Hải Phòng",
            "Xã Núi Cấm, Tỉnh An Giang",
        ]
    );
    let xa = places_for_tests()
        .search("xa", day("2025-08-01"), None, 7)
        .0;
    assert_eq!(xa.len(), 7);
}

#[test]
fn the_pages_of_a_search_are_the_search() {
    let places = places_for_tests();
    let on = day("2025-06-30");
    for query in ["xa", "cam giang", "tan", "khong o dau ca"] {
        let (whole, none) = places.search(query, on, None, usize::MAX);
        assert_eq!(none, None);
        let mut pages = Vec::new();
        let mut after = None;
        loop {
            let (page, next) = places.search(query, on, after.as_ref(), 97);
            assert!(page.len() == 97 || next.is_none());
            pages.extend(page);
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(pages, whole, "{query}");
    }
    // A page that ends with the last one has no next.
    let (whole, _) = places.search("cam gia", on, None, usize::MAX);
    assert_eq!(places.search("cam gia", on, None, whole.len()).1, None);
}

#[test]
fn a_search_is_fast_enough_for_typing() {
    let places = places_for_tests();
    let start = std::time::Instant::now();
    for query in ["c", "cam", "cam giang", "cam giang bach thong bac kan"] {
        assert!(
            !places
                .search(query, day("2025-06-30"), None, 20)
                .0
                .is_empty()
        );
    }
    println!("four searches among 10,794 units: {:?}", start.elapsed());
}

/// Any unit, from a position.
fn unit_at(at: prop::sample::Index) -> &'static Unit {
    let units = &places_for_tests().units;
    &units[at.index(units.len())]
}

proptest! {
    #[test]
    fn every_successor_is_in_force_on_that_day(at: prop::sample::Index, days in 0_i64..4_500) {
        let unit = unit_at(at);
        let on = day("2016-07-01") + chrono::TimeDelta::days(days);
        let units = places_for_tests().on_day(unit, on);
        if on < unit.valid_from {
            prop_assert_eq!(units, [unit]);
        } else {
            prop_assert!(units.iter().all(|found| found.in_force_on(on)));
            prop_assert!(units.is_sorted_by(|a, b| a.code < b.code));
        }
    }

    #[test]
    fn successors_of_invented_units_are_in_force_too(
        ends in prop::collection::vec(1_u64..20, 1..12),
        links in prop::collection::vec((0_usize..12, 0_usize..12, 0_u64..25), 0..40),
        asked in 0_u64..25,
    ) {
        let on = |offset| day("2020-01-01") + chrono::Days::new(offset);
        let invented: Vec<Unit> = ends.iter().enumerate().map(|(no, end)| Unit {
            level: UnitLevel::Commune,
            code: format!("{no:05}"),
            valid_from: on(end / 2),
            valid_to: (end % 5 != 0).then(|| on(*end)),
            name: format!("Xã số {no}"),
            full_name: format!("Xã số {no}"),
            kind: "xã".into(),
            province_code: "01".to_owned(),
            district_code: None,
            source: "invented".into(),
        }).filter(|unit| unit.valid_to.is_none_or(|end| end > unit.valid_from)).collect();
        let starts: BTreeMap<_, _> = invented.iter().map(|u| (u.code.clone(), u.valid_from)).collect();
        let successions = links.into_iter().filter_map(|(old, new, effective)| {
            let (old, new) = (format!("{old:05}"), format!("{new:05}"));
            Some(Succession {
                level: UnitLevel::Commune,
                old_valid_from: *starts.get(&old)?,
                new_valid_from: *starts.get(&new)?,
                old_code: old,
                new_code: new,
                extent: "part".to_owned(),
                effective_on: on(effective),
            })
        }).collect();
        let places = Places::new(invented.clone(), successions);
        for unit in &invented {
            let found = places.on_day(unit, on(asked));
            if on(asked) >= unit.valid_from {
                prop_assert!(found.iter().all(|found| found.in_force_on(on(asked))));
            }
        }
    }
}

#[test]
fn the_whole_country_is_small() {
    let places = places_for_tests();
    let texts: usize = places
        .units
        .iter()
        .map(|unit| {
            let district = unit.district_code.as_ref().map_or(0, String::capacity);
            [&unit.code, &unit.name, &unit.full_name, &unit.province_code]
                .map(String::capacity)
                .iter()
                .sum::<usize>()
                + district
        })
        .sum();
    let rows = places.units.capacity() * size_of::<Unit>();
    println!("units: {} bytes of texts, {rows} of rows", texts);
    assert!(texts + rows < 4_000_000);
    assert_eq!(units::successions().len(), 10_667);
}
