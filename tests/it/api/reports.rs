//! One accident, many mouths: found, set side by side, merged and taken apart again, with every report as it came.

use serde_json::{Value, json};

use super::{
    Caller, Office, ago,
    notices::answered,
    office::{each, rows, text},
    recent, with,
};
use crate::{
    people::{House, trace},
    support::program::eventually,
};

const SOON: std::time::Duration = std::time::Duration::from_secs(20);

/// A death in today's commune 02008 of province 19, as whoever of `role` tells it.
fn death(role: &str, name: &str) -> Value {
    json!({
        "kind": "accident",
        "declarant": { "role": role, "full_name": "Lò Thị Kể", "phone": "0912000345" },
        "accident": {
            "occurred_at": ago(90),
            "place": { "commune_code": "02008" },
            "summary": "Tường lò sập.",
            "casualties": { "dead": 1 },
        },
        "victims": [{ "full_name": name, "outcome": "dead" }],
    })
}

fn list(caller: &Caller, answer: &Value, what: &str) -> Value {
    let path = format!("{}/{what}", text(&answer["case"]["href"]));
    caller.get(&path).expect(200)
}

fn grounds(found: &Value) -> Vec<&str> {
    each(&found["grounds"], "ground")
}

/// The row of a field in a table of reports.
fn row<'a>(table: &'a Value, field: &str) -> &'a Value {
    let mut rows = table["rows"].as_array().unwrap().iter();
    rows.find(|row| row["field"] == field)
        .unwrap_or_else(|| panic!("no {field} in {table:#}"))
}

/// What each report says of it.
fn values(row: &Value) -> Vec<&str> {
    let readings = row["readings"].as_array().unwrap().iter();
    let values = readings.flat_map(|reading| reading["values"].as_array().unwrap());
    values.map(text).collect()
}

fn merge(inspector: &Caller, from: &Value, into: &Value) -> Value {
    let fields = json!({ "of_case": into["case"]["id"], "reason": "Cùng một vụ." });
    inspector
        .step(&inspector.case_of(from), "mark_duplicate", fields)
        .expect(200)
}

on_both_databases! {
    fn family_employer_and_police_tell_of_one_death(db: &Db) {
        let office = Office::open(db);
        let (inspector, nobody) = (office.inspector("19"), office.with_token(""));
        // By its old code, without marks, in another order, with the year alone.
        let family = with(death("family", "TU HA VAN"), &[
            ("/victims/0/birth_year", json!(1986)),
            ("/accident/place", json!({ "commune_code": "02011", "code_date": "2025-06-01" })),
        ]);
        let family = nobody.post("/api/v1/notices", &answered(&nobody, family)).expect(201);
        let employer = with(recent("01"), &[
            ("/accident/place", json!({ "commune_code": "02008" })),
            ("/victims/0", json!({
                "full_name": "Hà Văn Tư", "date_of_birth": "1986-05-09", "citizen_id": "001086012345",
                "outcome": "dead", "injuries": ["014"], "employment": "contract",
            })),
        ]);
        let employer = office.employer("4799123402").declare(&employer);
        // The police left the middle name out, and have the year from a card.
        let police = with(death("police", "Hà Tư"), &[("/victims/0/birth_year", json!(1985)), ("/accident/occurred_at", json!(ago(100)))]);
        let police = office.police("02008").post("/api/v1/official-notices", &police).expect(201);

        let case = inspector.case_of(&employer);
        let found = case["possible_duplicates"].as_array().unwrap();
        assert_eq!(found.len(), 2, "{found:#?}");
        let likeliest = &found[0];
        assert_eq!(likeliest["receipt_no"], family["receipt_no"]);
        for ground in ["same_victim", "same_birth_year", "same_commune", "same_counts", "same_hour"] {
            assert!(grounds(likeliest).contains(&ground), "{ground} {likeliest:#}");
        }
        assert_eq!(likeliest["score"], 30 + 8 + 10 + 5 + 10);
        assert!(grounds(&found[1]).contains(&"similar_name"), "{found:#?}");

        // The whole explanation, from either side the same score.
        let explained = list(&inspector, &employer, "possible-duplicates");
        let points: i64 = explained["items"][0]["grounds"].as_array().unwrap().iter().map(|one| one["points"].as_i64().unwrap()).sum();
        assert_eq!(explained["items"][0]["score"], json!(points));
        let name = explained["items"][0]["grounds"].as_array().unwrap().iter().find(|one| one["ground"] == "same_victim").unwrap();
        assert_eq!((&name["here"], &name["there"]), (&json!("Hà Văn Tư"), &json!("TU HA VAN")));
        let other_side = list(&inspector, &family, "possible-duplicates");
        let back = other_side["items"].as_array().unwrap().iter().find(|one| one["receipt_no"] == employer["receipt_no"]).unwrap();
        assert_eq!(back["score"], json!(points));

        // One accident: the others join it, and each keeps its own words.
        merge(&inspector, &family, &employer);
        merge(&inspector, &police, &employer);
        let table = list(&inspector, &employer, "contradictions");
        assert_eq!(each(&table["reports"], "source"), ["family", "employer", "police"]);
        let names = row(&table, "full_name");
        assert_eq!(values(names), ["TU HA VAN", "Hà Văn Tư", "Hà Tư"]);
        // An old code and the new one of the same place contradict nobody; a year does.
        assert_eq!(row(&table, "place")["differs"], false, "{table:#}");
        assert_eq!(values(row(&table, "birth")), ["1986", "1986-05-09", "1985"]);
        assert_eq!((&names["differs"], &row(&table, "birth")["differs"], &row(&table, "dead")["differs"]), (&json!(true), &json!(true), &json!(false)));
        assert_eq!(row(&table, "injuries")["masked"], false);
        // The page of the case names the same, without a person.
        let page = inspector.case_of(&employer);
        assert_eq!(page["contradictions"], table["contradictions"]);
        let differ: Vec<&Value> = page["contradictions"].as_array().unwrap().iter().filter(|one| one["code"] == "reports_differ").collect();
        assert!(differ.iter().any(|one| one["pointer"] == "/victims/0/date_of_birth"), "{differ:#?}");
        assert!(!page["contradictions"].to_string().contains("1985"));
        // Each is still there as it came.
        let kept = list(&inspector, &family, "contradictions");
        assert_eq!(kept["reports"], table["reports"]);
        let path = format!("/api/v1/declarations/{}", text(&police["receipt_no"]));
        assert_eq!(inspector.get(&path).expect(200)["declaration"]["victims"][0]["full_name"], "Hà Tư");
        // Every case whose persons were shown has the look in its trace.
        let looked: Vec<String> = trace(db, "read_case").into_iter().filter(|one| one.details.contains("contradictions_of")).map(|one| one.object_id).collect();
        for one in [&family, &employer, &police] {
            assert!(looked.iter().any(|id| *id == text(&one["case"]["id"])), "{looked:?}");
        }

        // Taken apart again, its words go with it.
        let duplicate = inspector.case_of(&police);
        inspector.step(&duplicate, "reinstate", json!({ "reason": "Hai vụ khác nhau." })).expect(200);
        let table = list(&inspector, &employer, "contradictions");
        assert_eq!(each(&table["reports"], "source"), ["family", "employer"]);
        assert_eq!(row(&table, "birth")["differs"], false);
        assert_eq!(each(&list(&inspector, &police, "contradictions")["reports"], "source"), ["police"]);
    }

    fn a_person_is_found_in_another_commune_of_the_province_and_nowhere_else(db: &Db) {
        let office = Office::open(db);
        let commune = office.commune("02008");
        let named = |name: &str, year: i32, code: &str| with(death("commune", name), &[
            ("/victims/0/birth_year", json!(year)),
            ("/accident/place/commune_code", json!(code)),
        ]);
        let first = commune.declare(&named("Đặng Thị Mỹ Duyên", 1990, "02008"));
        // The middle names are gone; the given name and the year lead there.
        let shorter = commune.declare(&named("Dang My Duyen", 1990, "01840"));
        let namesake = commune.declare(&named("Đặng Thị Mỹ Duyên", 1971, "01840"));
        let far = commune.declare(&named("Đặng Thị Mỹ Duyên", 1990, "22015"));
        commune.declare(&named("Lý Văn Khác", 1990, "01840"));
        let ministry = office.ministry();
        let found = list(&ministry, &first, "possible-duplicates");
        assert_eq!(each(&found["items"], "receipt_no"), [text(&shorter["receipt_no"]), text(&namesake["receipt_no"])], "{found:#}");
        assert!(grounds(&found["items"][0]).contains(&"same_province"));
        assert!(grounds(&found["items"][1]).contains(&"other_birth_year"));
        assert_eq!(list(&ministry, &far, "possible-duplicates")["items"], json!([]));
        // Names stand nowhere in plain.
        assert_eq!(rows(db, "likeness_keys WHERE key LIKE '%duyen%'"), 0);
        // One row for the name, two for the words with the year.
        let keys = format!("likeness_keys WHERE case_id = '{}'", text(&first["case"]["id"]));
        assert_eq!(rows(db, &keys), 3);
        // A supplement moves them.
        commune.supplement(&first["receipt_no"], &json!({ "note": "Tên đúng.", "victims": [{ "no": 1, "full_name": "Bàn Phụng" }] }));
        assert_eq!(rows(db, &keys), 3);
        let found = list(&ministry, &first, "possible-duplicates");
        assert_eq!(found["items"], json!([]), "{found:#}");
    }

    fn days_apart_are_near_where_the_hour_is_rough(db: &Db) {
        let office = Office::open(db);
        let commune = office.commune("02008");
        let told = |moment: &str| with(death("commune", "Hà Văn Tư"), &[("/accident/occurred_at", json!(moment))]);
        let exact = commune.declare(&told("2026-01-05T07:41:00+07:00"));
        let rough = commune.declare(&told("2026-01-07T00:00:00+07:00"));
        commune.declare(&told("2026-01-07T07:42:00+07:00"));
        let inspector = office.inspector("19");
        let found = list(&inspector, &exact, "possible-duplicates");
        assert_eq!(each(&found["items"], "receipt_no"), [text(&rough["receipt_no"])]);
        assert!(grounds(&found["items"][0]).contains(&"same_days"));
    }

    fn strangers_find_nothing_and_what_needs_a_grant_is_masked(db: &Db) {
        let office = Office::open(db);
        let body = with(recent("03"), &[("/victims/0/citizen_id", json!("001188012345")), ("/victims/0/injuries", json!(["014"]))]);
        let (first, second) = (office.employer("6099254308").declare(&body), office.employer("6199331203").declare(&body));
        let paths = ["possible-duplicates", "contradictions"].map(|what| format!("{}/{what}", text(&first["case"]["href"])));
        for path in &paths {
            assert_eq!(office.inspector("19").get(path).expect(404)["code"], "not_found");
            assert_eq!(office.commune("02008").get(path).expect(404)["code"], "not_found");
            office.employer("6099254308").get(path).expect(403);
            office.police("66").get(path).expect(403);
            office.operator().get(path).expect(403);
        }
        let nowhere = "/api/v1/cases/019f0000-0000-7000-8000-000000000000/contradictions";
        office.inspector("66").get(nowhere).expect(404);
        merge(&office.inspector("66"), &second, &first);
        let full = list(&office.inspector("66"), &first, "contradictions");
        assert_eq!(values(row(&full, "citizen_id")), ["001188012345", "001188012345"]);
        // Neither what a person is hurt by nor a whole number is for the duty officer, who may compare all the same.
        let Office { db, program } = office;
        let house = House { db, program };
        let duty = house.official("truc@so-66.test", "SNV-66", "duty_officer", &[]);
        let table = duty.browser.get(&paths[1]).expect(200);
        assert_eq!(values(row(&table, "citizen_id")), ["001*********", "001*********"]);
        assert_eq!((values(row(&table, "injuries")), &row(&table, "injuries")["masked"]), (Vec::<&str>::new(), &json!(true)));
        assert!(!table.to_string().contains("001188012345"));
        let granted = house.official("truc-2@so-66.test", "SNV-66", "duty_officer", &["read_health_data"]);
        let table = granted.browser.get(&paths[1]).expect(200);
        assert_eq!((&row(&table, "injuries")["masked"], &row(&table, "citizen_id")["masked"]), (&json!(false), &json!(true)));
    }

    fn nobody_speaks_for_the_police_or_a_hospital_but_they(db: &Db) {
        let office = Office::open(db);
        let (declare, tell) = ("/api/v1/declarations", "/api/v1/official-notices");
        let commune = office.commune("02008");
        for (caller, path, role, taken) in [
            (&commune, declare, "police", "commune"),
            (&office.employer("4799123402"), declare, "hospital", "employer"),
            (&office.police("02008"), tell, "employer", "police"),
        ] {
            // A death is not held up by it; what is not urgent is asked for again.
            let answer = caller.post(path, &death(role, "Hà Văn Tư")).expect(201);
            assert_eq!(each(&answer["warnings"], "pointer"), ["/declarant/role"], "{answer:#}");
            let light = with(death(role, "Hà Văn Tư"), &[
                ("/accident/casualties", json!({ "light": 1 })), ("/victims/0/outcome", json!("light")),
            ]);
            assert!(caller.post(path, &light).error_pointers().contains(&"/declarant/role".to_owned()));
            let case = office.inspector("19").case_of(&answer);
            assert_eq!(case["declaration"]["declarant"]["role"], taken);
        }
        // A notice of the police waits for the declaration, and they go on seeing it.
        let serious = with(death("police", "Vi Thị Năm"), &[
            ("/accident/casualties", json!({ "serious": 1 })), ("/victims/0/outcome", json!("serious")),
        ]);
        let police = office.police("02008");
        police.post(declare, &serious).expect(403);
        let answer = police.post(tell, &serious).expect(201);
        assert_eq!(answer["warnings"].as_array().map_or(0, Vec::len), 0, "{answer:#}");
        assert_eq!(police.case_of(&answer)["status"], "NOTICED");
        // The People's Committee has not made it, though the territory is the same.
        let path = format!("/api/v1/declarations/{}/supplements", text(&answer["receipt_no"]));
        let stranger = office.commune("22015").post(&path, &json!({ "note": "?" }));
        stranger.expect(404);
    }

    fn cases_of_before_are_found_once_their_keys_are_written(db: &Db) {
        let office = Office::open(db);
        let commune = office.commune("02008");
        let named = |code: &str| with(death("commune", "Hà Văn Tư"), &[("/accident/place/commune_code", json!(code))]);
        let (one, other) = (commune.declare(&named("02008")), commune.declare(&named("01840")));
        let inspector = office.inspector("19");
        let alike = || list(&inspector, &one, "possible-duplicates")["items"].as_array().unwrap().len();
        merge(&inspector, &commune.declare(&named("02008")), &one);
        assert_eq!(alike(), 1);
        let before = rows(db, "likeness_keys");
        eventually(SOON, || (rows(db, "likeness_fills WHERE done_at IS NOT NULL") == 1).then_some(()));
        // As a database of before: no keys, nothing filled, no merges noted.
        let wipe = "DELETE FROM likeness_keys; DELETE FROM merged_cases; DELETE FROM likeness_fills;";
        db.connect().execute_sql(wipe).unwrap();
        assert_eq!(alike(), 0);
        drop(inspector);
        let Office { db, program } = office;
        drop(program);
        let office = Office::reopen_with(db, &[]);
        eventually(SOON, || (rows(db, "likeness_fills WHERE done_at IS NOT NULL") == 1).then_some(()));
        assert_eq!((rows(db, "likeness_keys"), rows(db, "merged_cases")), (before, 1));
        let inspector = office.inspector("19");
        let found = list(&inspector, &one, "possible-duplicates");
        assert_eq!(each(&found["items"], "receipt_no"), [text(&other["receipt_no"])]);
        assert_eq!(each(&list(&inspector, &one, "contradictions")["reports"], "source"), ["commune", "commune"]);
    }

    fn the_keys_of_people_stay_when_the_master_key_changes(db: &Db) {
        let office = Office::open(db);
        let commune = office.commune("02008");
        let named = |code: &str| with(death("commune", "Hà Văn Tư"), &[("/accident/place/commune_code", json!(code))]);
        let one = commune.declare(&named("02008"));
        drop(commune);
        let Office { db, program } = office;
        drop(program);
        db.tnld(&["keys", "rotate"]).ok();
        let office = Office::reopen_with(db, &[]);
        let other = office.commune("02008").declare(&named("01840"));
        let found = list(&office.inspector("19"), &one, "possible-duplicates");
        assert_eq!(each(&found["items"], "receipt_no"), [text(&other["receipt_no"])]);
    }
}
