//! Supplements: they add and correct, never erase; class, recipients and time limits follow.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Office, ago,
    office::{each, text},
    recent, steps, with,
};

/// Victim 1 has died, so many minutes ago.
fn death(minutes: i64) -> Value {
    json!({
        "note": "Nạn nhân số 1 đã tử vong tại bệnh viện.",
        "victims": [{ "no": 1, "outcome": "dead", "death": { "at": ago(minutes), "circumstance": "treatment" } }],
    })
}

/// The clocks of one kind, each as (round's start, state).
fn clocks<'a>(case: &'a Value, id: &str) -> Vec<&'a Value> {
    let all = case["clocks"].as_array().unwrap().iter();
    all.filter(|clock| clock["id"] == id).collect()
}

/// Where each authority's alerts stand: `(authority, role)`.
fn told(alerts: &Value) -> BTreeSet<(String, String)> {
    let items = alerts["items"].as_array().unwrap().iter();
    items
        .map(|alert| {
            (
                text(&alert["recipient"]["id"]).to_owned(),
                text(&alert["duty"]).to_owned(),
            )
        })
        .collect()
}

fn pair(authority: &str, duty: &str) -> (String, String) {
    (authority.to_owned(), duty.to_owned())
}

on_both_databases! {
    fn a_victim_who_dies_later_brings_the_province_and_the_police_in(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let first = employer.declare(&recent("06"));
        assert_eq!(first["routing"], json!([]));
        let police = office.police("23293");
        assert!(police.queue("").is_empty());

        let after = employer.supplement(&first["receipt_no"], &death(20));
        assert_eq!(after["receipt_no"], first["receipt_no"]);
        assert_eq!(after["received_at"], first["received_at"]);
        assert_eq!(after["classification"]["case_class"], "FATAL");
        assert_eq!(after["investigation"]["level"], "provincial");
        assert_eq!(after["investigation"]["limit_days"], 30);
        let must: BTreeSet<&str> = each(&after["routing"], "role").into_iter().collect();
        assert_eq!(
            must,
            BTreeSet::from(["LOCAL_POLICE", "PROVINCIAL_LABOUR_AUTHORITY"])
        );
        assert_eq!(police.queue(""), [text(&first["receipt_no"])]);

        let inspector = office.inspector("51");
        let case = inspector.case_of(&first);
        // The employer's seven days stop, the province's thirty start with the notice of death.
        let k3 = clocks(&case, "K3");
        assert_eq!(k3.len(), 2, "{case:#}");
        assert_eq!(
            (&k3[0]["state"], &k3[0]["stopped_because"]),
            (&json!("stopped"), &json!("class_changed"))
        );
        assert_eq!(k3[1]["state"], "running");
        assert!(text(&k3[1]["starts_at"]) > text(&k3[0]["starts_at"]));
        assert_eq!(clocks(&case, "K2")[0]["state"], "running");
        assert_eq!(case["victims"][0]["class"], "FATAL_PROVISIONAL");
        assert_eq!(
            each(&case["timeline"], "action"),
            ["declared", "supplemented"]
        );

        // What was received stands as it was, with what was added beside it.
        let shown = employer
            .get(&format!(
                "/api/v1/declarations/{}",
                text(&first["receipt_no"])
            ))
            .expect(200);
        assert_eq!(shown["declaration"]["victims"][0]["outcome"], "serious");
        assert_eq!(shown["answer"], first);
        assert_eq!(shown["supplements"].as_array().unwrap().len(), 1);
        assert_eq!(
            shown["supplements"][0]["note"],
            "Nạn nhân số 1 đã tử vong tại bệnh viện."
        );
        assert_eq!(
            case["declaration"]["victims"][0]["injuries"],
            json!(["034"])
        );

        let alerts = inspector
            .get(&format!("{}/alerts", text(&first["case"]["href"])))
            .expect(200);
        let expected = BTreeSet::from([
            pair("SNV-51", "must_receive"),
            pair("CAX-23293", "must_receive"),
        ]);
        assert_eq!(told(&alerts), expected);
    }

    fn whoever_was_told_before_hears_of_the_change_and_the_police_must_now_receive(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let first = employer.declare(&recent("03"));
        let subjects = |address: &str| {
            let mails = office.mails();
            let to_them = mails.iter().filter(|mail| mail.header("to") == address);
            to_them
                .map(|mail| mail.header("subject"))
                .collect::<BTreeSet<String>>()
        };
        let wait_for = |address: &str, count: usize| {
            crate::support::program::eventually(std::time::Duration::from_secs(20), || {
                (subjects(address).len() >= count).then(|| subjects(address))
            })
        };
        wait_for("truc.snv66@example.test", 1);
        wait_for("ca22015@example.test", 1);

        let after = employer.supplement(&first["receipt_no"], &death(20));
        let duties: Vec<(&str, &str)> = each(&after["routing"], "role")
            .into_iter()
            .zip(each(&after["routing"], "duty"))
            .collect();
        assert!(
            duties.contains(&("LOCAL_POLICE", "must_receive")),
            "{duties:?}"
        );
        // The labour authority has had its alert: it gets the change, at both addresses.
        for address in ["snv66@example.test", "truc.snv66@example.test"] {
            let subjects = wait_for(address, 2);
            assert!(
                subjects
                    .iter()
                    .any(|subject| subject.contains("chết người")),
                "{subjects:?}"
            );
        }
        wait_for("ca22015@example.test", 2);
        let inspector = office.inspector("66");
        let alerts = inspector
            .get(&format!("{}/alerts", text(&first["case"]["href"])))
            .expect(200);
        assert!(
            told(&alerts).contains(&pair("CAX-22015", "must_receive")),
            "{alerts:#}"
        );
    }

    fn another_death_is_told_to_those_who_were_told_of_the_first(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let first = employer.declare(&recent("03"));
        employer.supplement(&first["receipt_no"], &death(20));
        let told = office.rows("outbox");
        let second = json!({
            "note": "Nạn nhân số 2 cũng đã tử vong.",
            "victims": [{ "no": 2, "outcome": "dead", "death": { "at": ago(5), "circumstance": "treatment" } }],
        });
        let after = employer.supplement(&first["receipt_no"], &second);
        assert_eq!(after["classification"]["case_class"], "FATAL");
        // Two addresses of the labour authority and one of the police.
        assert_eq!(office.rows("outbox"), told + 3);
        let mail = crate::support::program::eventually(std::time::Duration::from_secs(20), || {
            let mails = office.mails().into_iter();
            let mut to_police = mails.filter(|mail| mail.header("to") == "ca22015@example.test");
            to_police.find(|mail| mail.text().contains("2 chết"))
        });
        assert!(mail.header("subject").contains("Cập nhật"), "{:?}", mail.headers);
        assert!(
            mail.text().contains("Số người đã báo trước đó: 1 chết, 2 bị thương nặng"),
            "{}",
            mail.text()
        );

        // What changes nothing for them is not told.
        employer.supplement(
            &first["receipt_no"],
            &json!({ "note": "Số lao động.", "establishment": { "headcount": 130 } }),
        );
        assert_eq!(office.rows("outbox"), told + 3);
        // One more seriously injured is.
        employer.supplement(
            &first["receipt_no"],
            &json!({ "note": "Thêm người.", "accident": { "casualties": { "serious": 3 } } }),
        );
        assert_eq!(office.rows("outbox"), told + 6);
    }

    fn a_supplement_never_erases(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let first = employer.declare(&recent("03"));
        let path = format!(
            "/api/v1/declarations/{}/supplements",
            text(&first["receipt_no"])
        );
        let nulls = json!({
            "note": "Xóa.",
            "establishment": null,
            "accident": { "summary": null, "place": { "detail": null }, "casualties": { "serious": null } },
            "victims": [{ "no": 2, "full_name": null, "injuries": null, "groups": [null] }],
        });
        let refused = employer.post(&path, &nulls);
        assert_eq!(
            refused.error_pointers(),
            [
                "/accident/casualties/serious",
                "/accident/place/detail",
                "/accident/summary",
                "/establishment",
                "/victims/0/full_name",
                "/victims/0/groups/0",
                "/victims/0/injuries",
            ]
        );
        let codes: BTreeSet<String> = each(&refused.expect(422)["errors"], "code")
            .into_iter()
            .map(str::to_owned)
            .collect();
        assert_eq!(codes, BTreeSet::from(["null_not_allowed".to_owned()]));
        assert_eq!(office.rows("supplements"), 0);

        // Lists are united, a lower class is held until somebody decides so.
        let after = employer.supplement(&first["receipt_no"], &json!({
            "note": "Chẩn đoán lại.",
            "accident": { "casualties": { "serious": 0, "light": 2 } },
            "victims": [{ "no": 1, "outcome": "light", "injuries": ["022"] }, { "no": 2, "outcome": "light" }],
        }));
        assert_eq!(after["classification"]["case_class"], "MULTI_SERIOUS");
        // And with the class those who were told because of it, with their duties.
        let duties = |answer: &Value| -> BTreeSet<(String, String)> {
            let routing = answer["routing"].as_array().unwrap().iter();
            routing
                .map(|one| pair(text(&one["authority"]["id"]), text(&one["duty"])))
                .collect()
        };
        assert_eq!(duties(&after), duties(&first));
        let case = office.inspector("66").case_of(&first);
        assert_eq!(
            case["declaration"]["victims"][0]["injuries"],
            json!(["043", "022"])
        );
        assert_eq!(case["declaration"]["victims"][1]["full_name"], "Y Thuận");
        assert_eq!(
            case["declaration"]["accident"]["summary"],
            recent("03")["accident"]["summary"]
        );
    }

    fn every_fault_of_a_supplement_is_named_and_nothing_of_it_is_kept(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let first = employer.declare(&recent("06"));
        let path = format!(
            "/api/v1/declarations/{}/supplements",
            text(&first["receipt_no"])
        );
        let wrong = json!({
            "kind": "accident",
            "declarant": { "full_name": "Người Khác" },
            "accident": { "occurred_at": "2099-01-01T00:00:00+07:00", "colour": "red", "casualties": { "dead": -1 } },
            "victims": [{ "no": 3, "full_name": "Hồ Văn Ba" }, { "full_name": "Không Số" }, { "no": 1, "outcome": "asleep" }],
        });
        let refused = employer.post(&path, &wrong);
        assert_eq!(
            refused.error_pointers(),
            [
                "/accident/casualties/dead",
                "/accident/colour",
                "/accident/occurred_at",
                "/declarant",
                "/kind",
                "/note",
                "/victims/0/no",
                "/victims/1/no",
                "/victims/2/outcome",
            ]
        );
        refused.expect(422);
        for empty in [
            json!({}),
            json!({ "note": "" }),
            json!({ "note": 7 }),
            json!([]),
            json!("x"),
        ] {
            employer.post(&path, &empty).expect(422);
        }
        assert_eq!(office.rows("supplements"), 0);
        assert_eq!(office.inspector("51").case_of(&first)["version"], 1);
    }

    fn a_supplement_belongs_to_the_declarant_and_the_authorities_of_the_case(db: &Db) {
        let office = Office::open(db);
        let first = office.employer("6099254308").declare(&recent("08"));
        let path = format!(
            "/api/v1/declarations/{}/supplements",
            text(&first["receipt_no"])
        );
        let may = [
            office.employer("6099254308"),
            office.inspector("66"),
            office.police("22045"),
            office.police("66"),
            office.commune("22045"),
            office.ministry(),
        ];
        for (number, caller) in may.iter().enumerate() {
            let note = json!({ "note": format!("Lần {number}."), "accident": { "summary": format!("Đứt cáp cẩu ({number}).") } });
            caller.post(&path, &note).expect(201);
        }
        for stranger in [
            office.employer("4799123402"),
            office.inspector("19"),
            office.commune("22015"),
            office.operator(),
        ] {
            stranger.post(&path, &json!({ "note": "x" })).expect(404);
        }
        let case = office.inspector("66").case_of(&first);
        assert_eq!(case["version"], 1 + may.len());
        let roles = each(&case["timeline"], "role");
        assert_eq!(
            roles,
            [
                "employer",
                "employer",
                "inspector",
                "police",
                "police",
                "commune",
                "ministry"
            ]
        );
    }

    fn a_supplement_with_a_key_is_answered_once(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let key = [("Idempotency-Key", "bo-sung-1")];
        let first = employer
            .post_with(
                "/api/v1/declarations",
                &[("Idempotency-Key", "khai-bao-1")],
                &recent("06"),
            )
            .expect(201);
        let path = format!(
            "/api/v1/declarations/{}/supplements",
            text(&first["receipt_no"])
        );
        let body = death(20);
        let one = employer.post_with(&path, &key, &body);
        assert_eq!(one.header("idempotent-replayed"), "");
        let again = employer.post_with(&path, &key, &body);
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!((again.status, &again.text), (201, &one.text));
        assert_eq!(office.rows("supplements"), 1);

        let other = with(body.clone(), &[("/note", json!("Khác."))]);
        assert_eq!(
            employer.post_with(&path, &key, &other).expect(422)["code"],
            "key_reused"
        );
        // A key belongs to the token, not to a call or a declaration.
        let elsewhere = employer.post_with(&path, &[("Idempotency-Key", "khai-bao-1")], &body);
        assert_eq!(elsewhere.expect(422)["code"], "key_reused");
        let second = employer.declare(&recent("06"));
        let other_path = format!(
            "/api/v1/declarations/{}/supplements",
            text(&second["receipt_no"])
        );
        assert_eq!(
            employer.post_with(&other_path, &key, &body).expect(422)["code"],
            "key_reused"
        );
        assert_eq!(office.rows("supplements"), 1);
        // One of the same employer's other tokens has keys of its own.
        office
            .employer("6199331203")
            .post_with(&other_path, &key, &body)
            .expect(201);
    }

    fn supplements_at_the_same_instant_all_stand(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let first = employer.declare(&recent("03"));
        let bodies = [
            death(20),
            json!({ "note": "Số lao động.", "establishment": { "headcount": 135 } }),
            json!({ "note": "Nguyên nhân.", "accident": { "cause_code": "2" } }),
            json!({ "note": "Nạn nhân thứ hai.", "victims": [{ "no": 2, "occupation_code": "9313" }] }),
            json!({ "note": "Địa chỉ.", "establishment": { "address": "Số 5" } }),
            json!({ "note": "Chi tiết.", "accident": { "place": { "detail": "Tầng 3" } } }),
        ];
        std::thread::scope(|scope| {
            for body in &bodies {
                let employer = employer.clone();
                let receipt_no = &first["receipt_no"];
                scope.spawn(move || employer.supplement(receipt_no, body));
            }
        });
        let case = office.inspector("66").case_of(&first);
        assert_eq!(case["version"], 1 + bodies.len());
        assert_eq!(case["case_class"], "FATAL");
        let facts = &case["declaration"];
        assert_eq!(facts["establishment"]["headcount"], 135);
        assert_eq!(facts["establishment"]["address"], "Số 5");
        assert_eq!(facts["accident"]["cause_code"], "2");
        assert_eq!(facts["accident"]["place"]["detail"], "Tầng 3");
        assert_eq!(facts["victims"][1]["occupation_code"], "9313");
        // Whoever must now know was alerted once.
        let alerts = office
            .inspector("66")
            .get(&format!("{}/alerts", text(&first["case"]["href"])))
            .expect(200);
        let police = told(&alerts)
            .into_iter()
            .filter(|(authority, _)| authority == "CAX-22015")
            .count();
        assert_eq!(
            police, 2,
            "a copy first, then as somebody who must receive: {alerts:#}"
        );
    }

    fn a_death_after_the_end_opens_the_case_again(db: &Db) {
        let office = Office::open(db);
        // The employer's own case, and one that the province itself had closed.
        for (example, tax_code, province) in
            [("06", "6199331203", "51"), ("03", "6099254308", "66")]
        {
            let employer = office.employer(tax_code);
            let inspector = office.inspector(province);
            let first = employer.declare(&recent(example));
            let closed = steps::walk(&inspector, &inspector.case_of(&first), "CLOSED");
            assert!(closed["closed_at"].is_string(), "{example}");
            assert!(
                !inspector
                    .queue("status=open")
                    .contains(&text(&first["receipt_no"]).to_owned())
            );

            employer.supplement(&first["receipt_no"], &death(1));
            let case = inspector.case_of(&first);
            assert_eq!(case["case_class"], "FATAL", "{example}");
            assert_eq!(case["status"], "CLASSIFIED", "{example}");
            assert_eq!(case["closed_at"], Value::Null, "{example}");
            let running: Vec<&Value> = clocks(&case, "K3")
                .into_iter()
                .filter(|clock| clock["state"] == "running")
                .collect();
            assert_eq!(running.len(), 1, "{example}: {case:#}");
            let all = case["clocks"].as_array().unwrap().iter();
            let nearest = all
                .filter(|clock| clock["state"] == "running")
                .map(|clock| text(&clock["due_raw"]))
                .min();
            assert_eq!(case["due_at"].as_str(), nearest, "{example}: {case:#}");
            assert!(
                inspector
                    .queue("status=open")
                    .contains(&text(&first["receipt_no"]).to_owned())
            );
            let closed_again = steps::walk(&inspector, &case, "CLOSED");
            assert!(closed_again["closed_at"].is_string());
        }
    }

    fn a_missing_worker_who_is_found_dead_makes_the_case_fatal(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let body = with(
            recent("03"),
            &[
                (
                    "/accident/casualties",
                    json!({ "dead": 0, "serious": 0, "light": 0, "missing": 1, "unknown": 0 }),
                ),
                (
                    "/victims",
                    json!([{ "full_name": "Y Thuận", "employment": "contract", "outcome": "missing" }]),
                ),
            ],
        );
        let first = employer.declare(&body);
        assert_eq!(first["classification"]["case_class"], "UNCLEAR");
        assert_eq!(first["investigation"]["limit_days"], Value::Null);
        let after = employer.supplement(&first["receipt_no"], &json!({
            "note": "Đã tìm thấy thi thể.",
            "accident": { "casualties": { "missing": 0, "dead": 1 } },
            "victims": [{ "no": 1, "outcome": "dead", "death": { "at": ago(60), "circumstance": "scene" } }],
        }));
        assert_eq!(after["classification"]["case_class"], "FATAL");
        assert_eq!(after["victims"], json!([{ "no": 1, "class": "FATAL" }]));
        assert_eq!(after["investigation"]["limit_days"], 30);
        let case = office.inspector("66").case_of(&first);
        // No limit ran before, so it counts from the first receipt.
        let k3 = clocks(&case, "K3");
        assert_eq!(k3.len(), 1);
        assert_eq!(k3[0]["starts_at"], first["received_at"]);
    }
}
