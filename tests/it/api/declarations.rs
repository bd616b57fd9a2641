//! Declaring: the receipt, who sees it, and in whose queue the case stands.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    Office, ago, examples as contract,
    office::{each, now, text},
    recent, with,
};
use crate::support::{Db, examples};

/// Every member that the contract names in the answer to a declaration.
const ANSWER: [&str; 16] = [
    "receipt_no",
    "received_at",
    "case",
    "victims",
    "classification",
    "routing",
    "form",
    "place",
    "late",
    "investigation",
    "warnings",
    "clocks",
    "missing",
    "contradictions",
    "emergency_numbers",
    "late_reason",
];

on_both_databases! {
    fn a_preview_starts_the_clocks_that_the_stored_case_has(db: &Db) {
        let office = Office::open(db);
        let record = recent("05");
        let mut told = recent("05");
        told["declarant"]["role"] = json!("family");
        let mut death = recent("04");
        death["declarant"]["role"] = json!("family");
        // K1 until somebody declares what was told (L84 Art. 34), K8 until the commune has written (D129 Art. 43.1).
        for (body, expected) in [
            (record, &["K8"][..]),
            (told, &["K1", "K8"]),
            (death, &["K2", "K3", "K1"]),
        ] {
            let commune = office.commune("02008");
            let preview = commune.post("/api/v1/declarations/preview", &body).expect(200);
            let answer = commune.declare(&body);
            let case = office.inspector("19").case_of(&answer);
            let clocks = |of: &Value| -> BTreeMap<String, chrono::DateTime<chrono::FixedOffset>> {
                let due = |clock: &Value| {
                    let due = chrono::DateTime::parse_from_rfc3339(text(&clock["due_raw"])).unwrap();
                    (text(&clock["id"]).to_owned(), due)
                };
                of["clocks"].as_array().unwrap().iter().map(due).collect()
            };
            let asked = clocks(&preview);
            let ids: BTreeSet<&str> = asked.keys().map(String::as_str).collect();
            assert_eq!(ids, expected.iter().copied().collect());
            for stored in [clocks(&answer), clocks(&case)] {
                assert!(asked.keys().eq(stored.keys()), "{asked:?} {stored:?}");
                for (id, due) in &asked {
                    // The declaration came a moment later, which limits in hours show.
                    assert!((stored[id] - due).num_seconds().abs() < 60, "{id}: {asked:?} {stored:?}");
                }
            }
        }
    }

    fn the_examples_are_accepted_today_and_answered_in_full(db: &Db) {
        let office = Office::open(db);
        let (employer, commune) = (office.employer("6099254308"), office.commune("02008"));
        for (name, example) in &examples::all()[..9] {
            let mut expect = example["expect"].clone();
            let short = &name[..2];
            // The commune of the first two exists no more: an old accident, declared late.
            let is_old = short == "01" || short == "02";
            let body = if is_old {
                example["request"]["body"].clone()
            } else {
                recent(short)
            };
            if is_old {
                expect = examples::example("02")["expect"].clone();
            }
            let by_commune = body["declarant"]["role"] == "commune";
            let caller = if by_commune { &commune } else { &employer };

            let sent = caller.post("/api/v1/declarations", &body);
            let location = sent.header("location").to_owned();
            let answer = sent.expect(201);
            contract::check(name, &expect, &answer);
            for member in ANSWER {
                assert!(
                    answer.get(member).is_some(),
                    "{name}: no {member} in {answer:#}"
                );
            }
            let receipt_no = text(&answer["receipt_no"]);
            assert_eq!(location, format!("/api/v1/declarations/{receipt_no}"));
            let received =
                chrono::DateTime::parse_from_rfc3339(text(&answer["received_at"])).unwrap();
            assert!((now() - received.to_utc()).num_seconds() < 60, "{answer:#}");
            assert!(text(&answer["received_at"]).ends_with("+07:00"));
            assert_eq!(answer["late"], is_old, "{name}");
            assert_eq!(answer["late_reason"].is_object(), is_old, "{name}");
            assert!(
                answer["routing"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|told| told["status"] == "queued")
            );
            assert_eq!(
                answer["case"]["href"],
                format!("/api/v1/cases/{}", text(&answer["case"]["id"]))
            );
            let numbers = each(&answer["emergency_numbers"], "number");
            assert!(
                ["113", "114", "115"]
                    .iter()
                    .all(|number| numbers.contains(number))
            );
            for clock in answer["clocks"].as_array().unwrap() {
                assert!(
                    !clock["derivation"].as_array().unwrap().is_empty(),
                    "{clock}"
                );
                assert_ne!(clock["basis"]["article"], "", "{clock}");
            }
        }
        assert_eq!(office.rows("declarations"), 9);
        assert_eq!(office.rows("cases"), 9);
    }

    fn a_receipt_opens_for_its_declarant_and_the_authorities_of_its_case_alone(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("4799123402");
        let body = with(
            recent("07"),
            &[("/accident/place/commune_code", json!("02008"))],
        );
        let answer = employer.declare(&body);
        let receipt_no = text(&answer["receipt_no"]);
        let path = format!("/api/v1/declarations/{receipt_no}");

        let shown = employer.get(&path).expect(200);
        assert_eq!(shown["declaration"], body);
        assert_eq!(shown["answer"], answer);
        assert_eq!(shown["status"], "DECLARED");
        assert_eq!(shown["supplements"], json!([]));
        assert_eq!(
            each(&shown["routing"], "role"),
            each(&answer["routing"], "role")
        );
        let colleague = office.employer("4799123402");
        for other in [
            colleague,
            office.inspector("19"),
            office.police("02008"),
            office.police("19"),
            office.ministry(),
        ] {
            assert_eq!(other.get(&path).expect(200)["receipt_no"], receipt_no);
        }
        // Nobody tells the commune of contract workers, and the others are not of this place.
        let strangers = [
            office.employer("6099254308"),
            office.commune("02008"),
            office.inspector("66"),
            office.police("22015"),
            office.police("66"),
            office.operator(),
        ];
        for stranger in strangers {
            assert_eq!(stranger.get(&path).expect(404)["code"], "not_found");
            stranger
                .post(&format!("{path}/supplements"), &json!({ "note": "x" }))
                .expect(404);
        }
    }

    fn a_receipt_number_survives_the_telephone(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("4799123402");
        let answer = employer.declare(&recent("07"));
        let receipt_no = text(&answer["receipt_no"]);
        let plain = receipt_no.replace('-', "");
        for heard in [
            plain.clone(),
            plain.to_lowercase(),
            receipt_no.replace('-', "%20"),
            plain.replace('0', "O").replace('1', "l"),
        ] {
            let shown = employer
                .get(&format!("/api/v1/declarations/{heard}"))
                .expect(200);
            assert_eq!(shown["receipt_no"], receipt_no, "{heard}");
        }
        // One wrong character, two exchanged ones, one too few, a sign that none has.
        let last = if plain.ends_with('7') { "8" } else { "7" };
        let exchanged = exchange(&plain);
        let wrong = [
            format!("{}{last}", &plain[..11]),
            exchanged,
            plain[..11].to_owned(),
            format!("{}*", &plain[..11]),
        ];
        for mistyped in wrong {
            let path = format!("/api/v1/declarations/{mistyped}");
            assert_eq!(
                employer.get(&path).expect(404)["code"],
                "receipt_mistyped",
                "{mistyped}"
            );
            let supplement = employer.post(&format!("{path}/supplements"), &json!({ "note": "x" }));
            assert_eq!(supplement.expect(404)["code"], "receipt_mistyped");
        }
        // Well formed, but nobody's.
        let nobodys = tnld::domain::receipt::ReceiptNo::generate(2026, [3; 16]);
        let path = format!("/api/v1/declarations/{}", nobodys.as_str());
        assert_eq!(employer.get(&path).expect(404)["code"], "not_found");
    }

    fn a_case_stands_in_the_queues_of_its_authorities_and_in_no_other(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        // One of each kind of worker: the commune is told because of the one without a contract.
        let mixed = employer.declare(&recent("08"));
        // One seriously hurt under contract: the labour authority looks on, nobody is told.
        let facility = employer.declare(&recent("06"));
        let record = office.commune("02008").declare(&recent("05"));

        let queues: [(&str, _, Vec<&Value>); 12] = [
            ("inspector 66", office.inspector("66"), vec![&mixed]),
            (
                "police of the commune",
                office.police("22045"),
                vec![&mixed],
            ),
            ("police of the province", office.police("66"), vec![&mixed]),
            ("commune 22045", office.commune("22045"), vec![&mixed]),
            ("inspector 51", office.inspector("51"), vec![&facility]),
            ("police 23293", office.police("23293"), vec![]),
            ("commune 23293", office.commune("23293"), vec![]),
            ("inspector 19", office.inspector("19"), vec![&record]),
            ("commune 02008", office.commune("02008"), vec![&record]),
            ("police 02008", office.police("02008"), vec![]),
            ("inspector 75", office.inspector("75"), vec![]),
            (
                "ministry",
                office.ministry(),
                vec![&mixed, &facility, &record],
            ),
        ];
        for (who, caller, sees) in queues {
            let expected: BTreeSet<&str> = sees
                .iter()
                .map(|answer| text(&answer["receipt_no"]))
                .collect();
            let queue = caller.queue("");
            let shown: BTreeSet<&str> = queue.iter().map(String::as_str).collect();
            assert_eq!(shown, expected, "{who}");
            for answer in [&mixed, &facility, &record] {
                let href = text(&answer["case"]["href"]);
                let status = if sees.contains(&answer) { 200 } else { 404 };
                caller.get(href).expect(status);
                caller.get(&format!("{href}/alerts")).expect(status);
                if status == 404 {
                    caller
                        .post(
                            &format!("{href}/steps/receive"),
                            &json!({ "seen_version": 1 }),
                        )
                        .expect(404);
                }
            }
        }
        let operator = office.operator();
        operator.get("/api/v1/cases").expect(403);
        operator.get(text(&mixed["case"]["href"])).expect(403);
        // An employer has the cases that its own team investigates, and this is none.
        let employer = office.employer("6099254308");
        assert_eq!(employer.queue(""), [""; 0]);
        employer.get(text(&mixed["case"]["href"])).expect(404);
    }

    fn a_notice_of_the_family_waits_until_the_commune_declares(db: &Db) {
        let office = Office::open(db);
        let commune = office.commune("02008");
        let body = with(
            recent("04"),
            &[
                ("/declarant/role", json!("family")),
                ("/declarant/position", Value::Null),
            ],
        );
        let answer = commune.declare(&body);
        assert_eq!(answer["form"], Value::Null);
        let told = each(&answer["routing"], "role");
        for role in ["COMMUNE_PC", "PROVINCIAL_LABOUR_AUTHORITY", "LOCAL_POLICE"] {
            assert!(told.contains(&role), "{answer:#}");
        }
        let case = commune.case_of(&answer);
        assert_eq!(case["status"], "NOTICED");
        assert!(
            each(&case["allowed_actions"], "name").contains(&"declare"),
            "{case:#}"
        );

        // The labour authority sees it, and cannot declare in the commune's stead.
        let inspector = office.inspector("19");
        let seen = inspector.case_of(&answer);
        assert!(!each(&seen["allowed_actions"], "name").contains(&"declare"));
        inspector.step(&case, "declare", json!({})).expect(403);

        let declared = commune
            .step(&case, "declare", json!({ "note": "Xã đã xác minh." }))
            .expect(200);
        assert_eq!(declared["status"], "DECLARED");
        let last = declared["timeline"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone();
        assert_eq!(
            (&last["action"], &last["from"], &last["to"]),
            (&json!("declare"), &json!("NOTICED"), &json!("DECLARED"))
        );
        assert_eq!(last["reason"], "Xã đã xác minh.");

        // Somebody seriously hurt: the commune alone is told.
        let body = with(recent("05"), &[("/declarant/role", json!("witness"))]);
        let answer = commune.declare(&body);
        let told: Vec<&Value> = answer["routing"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|told| told["duty"] == "must_receive")
            .collect();
        assert_eq!(told.len(), 1, "{answer:#}");
        assert_eq!(told[0]["authority"]["id"], "UBX-02008");
    }

    fn nothing_is_kept_of_an_army_case_but_its_routing(db: &Db) {
        let office = Office::open(db);
        office.add_authority("BQP,LINE_MINISTRY,Bộ Quốc phòng,country,VN,2016-07-01,,bqp@example.test,02207109999,,army");
        let employer = office.employer("4799123402");
        let body = with(
            recent("09"),
            &[
                ("/accident/sector", json!("army")),
                ("/accident/summary", json!("Chuyện Mật Kho Đạn bị nổ.")),
                ("/accident/place/detail", json!("Hầm Mật Số Chín")),
                ("/establishment/name", json!("Nhà máy Z")),
                ("/victims/0/full_name", json!("Lò Thị Mật Danh")),
                ("/victims/0/citizen_id", json!("001178001234")),
            ],
        );
        let answer = employer.declare(&body);
        assert_eq!(each(&answer["routing"], "role"), ["LINE_MINISTRY"]);
        assert_eq!(answer["routing"][0]["authority"]["id"], "BQP");

        for caller in [
            office.inspector("75"),
            office.police("25220"),
            office.police("75"),
            office.commune("25220"),
        ] {
            assert!(caller.queue("").is_empty());
            caller.get(text(&answer["case"]["href"])).expect(404);
        }
        let ministry = office.ministry();
        assert_eq!(ministry.queue(""), [text(&answer["receipt_no"])]);
        let case = ministry.case_of(&answer);
        assert_eq!(case["establishment"], Value::Null);
        let shown = employer
            .get(&format!(
                "/api/v1/declarations/{}",
                text(&answer["receipt_no"])
            ))
            .expect(200);
        assert_eq!(shown["declaration"], Value::Null);

        // A supplement leaves as little behind.
        employer.supplement(
            &answer["receipt_no"],
            &json!({
                "note": "Thêm Mật Báo về vụ việc.",
                "accident": { "summary": "Chuyện Mật Kho Đạn, viết lại." },
                "victims": [{ "no": 1, "full_name": "Lò Thị Mật Danh" }],
            }),
        );
        let ministrys = office.ministry();
        let alerts = format!("{}/alerts", text(&answer["case"]["href"]));
        crate::support::program::eventually(std::time::Duration::from_secs(20), || {
            let ledger = ministrys.get(&alerts).expect(200);
            let all_sent = each(&ledger["items"], "status")
                .iter()
                .all(|status| *status == "sent");
            all_sent.then_some(())
        });
        for mail in office.mails() {
            assert!(
                !mail.text().contains("Mật") && !mail.html().contains("Mật"),
                "{}",
                mail.text()
            );
        }
        assert_nowhere_stored(db, &["Kho Đạn", "Mật", "001178001234"]);
    }

    fn the_same_accident_declared_twice_is_shown_and_not_merged(db: &Db) {
        let office = Office::open(db);
        let body = recent("08");
        let first = office.employer("6099254308").declare(&body);
        let second = office.employer("4799123402").declare(&with(
            body,
            &[
                ("/accident/occurred_at", json!(ago(75))),
                ("/accident/summary", json!("Cáp của cần cẩu đứt.")),
            ],
        ));
        // Elsewhere at the same time: another accident.
        office.employer("6099254308").declare(&recent("03"));

        let inspector = office.inspector("66");
        for (one, other) in [(&first, &second), (&second, &first)] {
            let case = inspector.case_of(one);
            let found = case["possible_duplicates"].as_array().unwrap();
            assert_eq!(found.len(), 1, "{case:#}");
            assert_eq!(found[0]["receipt_no"], other["receipt_no"]);
            assert_eq!(found[0]["case_id"], other["case"]["id"]);
            let reasons = found[0]["reasons"].as_array().unwrap();
            assert!(
                reasons.contains(&json!("same_victim")) && reasons.contains(&json!("same_hour")),
                "{case:#}"
            );
        }
        assert_eq!(inspector.queue("").len(), 3);
    }

    fn what_does_not_go_together_is_shown_and_the_graver_counts(db: &Db) {
        let office = Office::open(db);
        // Two are counted as lightly hurt, one named victim is seriously hurt, another has an
        // injury of the list; the token is another establishment's.
        let body = with(
            recent("03"),
            &[
                (
                    "/accident/casualties",
                    json!({ "dead": 0, "serious": 0, "light": 2, "missing": 0, "unknown": 0 }),
                ),
                ("/victims/1/outcome", json!("light")),
            ],
        );
        let answer = office.employer("4799123402").declare(&body);
        assert_eq!(answer["classification"]["case_class"], "MULTI_SERIOUS");
        let codes: BTreeSet<&str> = each(&answer["contradictions"], "code")
            .into_iter()
            .collect();
        for code in ["counts_differ", "graver_injury", "declarant_differs"] {
            assert!(codes.contains(code), "{answer:#}");
        }
        let case = office.inspector("66").case_of(&answer);
        assert_eq!(case["contradictions"], answer["contradictions"]);
        assert_eq!(each(&case["victims"], "class"), ["SERIOUS", "SERIOUS"]);
    }

    fn a_code_that_meant_another_place_before_the_reform_is_told_in_both(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("4799123402");
        let code = reused_code(db);
        let body = with(
            examples::example("02")["request"]["body"].clone(),
            &[("/accident/place/commune_code", json!(code))],
        );
        let answer = employer.declare(&body);
        let codes = each(&answer["contradictions"], "code");
        assert!(codes.contains(&"place_ambiguous"), "{code}: {answer:#}");
        // With its date the code means one place.
        let dated = employer.declare(&with(
            body,
            &[("/accident/place/code_date", json!("2024-11-05"))],
        ));
        assert!(
            !each(&dated["contradictions"], "code").contains(&"place_ambiguous"),
            "{dated:#}"
        );
    }
}

/// A commune code that names other units before and after the reform of 1 July 2025.
fn reused_code(db: &Db) -> String {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Code {
        #[diesel(sql_type = diesel::sql_types::Text)]
        code: String,
    }
    let query = diesel::sql_query(
        "SELECT old.code AS code FROM units old JOIN units new ON new.level = old.level AND new.code = old.code \
         WHERE old.level = 'commune' AND old.valid_from = '2016-07-01' AND new.valid_from = '2025-07-01' \
         AND old.valid_to = '2025-07-01' AND old.name <> new.name AND old.province_code <> new.province_code \
         ORDER BY old.code LIMIT 1",
    );
    let found: Code = query.get_result(&mut db.connect()).unwrap();
    found.code
}

/// Exchanges the first two neighbours that differ.
fn exchange(number: &str) -> String {
    let mut signs: Vec<char> = number.chars().collect();
    let at = (2..11).find(|at| signs[*at] != signs[*at + 1]).unwrap();
    signs.swap(at, at + 1);
    signs.into_iter().collect()
}

/// Fails where one of these texts stands in any row of any table.
fn assert_nowhere_stored(db: &Db, secrets: &[&str]) {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    match db.sqlite_file() {
        Some(file) => {
            // Every page, and what has not been moved from the log yet.
            let log = file.with_extension("db-wal");
            for file in [file, log] {
                let bytes = std::fs::read(&file).unwrap();
                for secret in secrets {
                    let found = bytes
                        .windows(secret.len())
                        .any(|part| part == secret.as_bytes());
                    assert!(!found, "{secret} stands in {}", file.display());
                }
            }
        }
        None => {
            let mut conn = db.connect();
            let tables = "SELECT table_name::text AS line FROM information_schema.tables \
                          WHERE table_schema = 'public' AND table_name NOT IN ('units', 'unit_successions')";
            let tables: Vec<Line> = diesel::sql_query(tables).load(&mut conn).unwrap();
            assert!(tables.len() > 10);
            for Line { line: table } in tables {
                let all = format!("SELECT t::text AS line FROM {table} t");
                let rows: Vec<Line> = diesel::sql_query(all).load(&mut conn).unwrap();
                for row in rows {
                    let found = secrets.iter().find(|secret| row.line.contains(**secret));
                    assert!(found.is_none(), "{found:?} stands in {table}: {}", row.line);
                }
            }
        }
    }
}
