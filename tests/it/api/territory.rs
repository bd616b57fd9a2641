//! Where a case lies: candidates of a divided commune, reforms of the units, corrected places.

use std::time::Duration;

use chrono::NaiveDate;
use serde_json::{Value, json};
use tnld::{domain::place::UnitLevel, store::places, time::day_in_vietnam};

use super::{
    Caller, Office, ago,
    office::{each, now, text},
    recent, with,
};
use crate::support::{
    Db, Program,
    program::{clock_offset_to, eventually},
};

const SOON: Duration = Duration::from_secs(40);

/// The clocks of one kind, in the order of their rounds.
fn clocks<'a>(case: &'a Value, id: &str) -> Vec<&'a Value> {
    let all = case["clocks"].as_array().unwrap().iter();
    all.filter(|clock| clock["id"] == id).collect()
}

/// `(authority, status)` of every alert of a case.
fn alerts(caller: &Caller, answer: &Value) -> Vec<(String, String)> {
    let path = format!("{}/alerts", text(&answer["case"]["href"]));
    let list = caller.get(&path).expect(200);
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|alert| {
            let who = alert["recipient"]["id"].as_str().unwrap_or("nobody");
            (who.to_owned(), text(&alert["status"]).to_owned())
        })
        .collect()
}

fn event<'a>(case: &'a Value, action: &str) -> Vec<&'a Value> {
    let all = case["timeline"].as_array().unwrap().iter();
    all.filter(|event| event["action"] == action).collect()
}

/// Somebody with a token that was issued at `moment`, by whose day its territory is read.
fn token_of(db: &Db, moment: &str, role: &str, territory: &[&str]) -> String {
    let mut arguments = vec!["token", "issue", "--role", role, "--expires", "900"];
    arguments.extend(territory);
    let offset = clock_offset_to(moment);
    let settings = [("TNLD_CLOCK_OFFSET", offset.as_str())];
    let issued = db.tnld_with(&settings, &arguments).ok();
    issued.trim_end().to_owned()
}

/// A commune of 2024 whose territory went to several of today and whose code names none of them.
fn divided_commune(db: &Db) -> String {
    let places = places::load(&mut db.connect()).unwrap();
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    let divided = places
        .in_force(UnitLevel::Commune, day("2025-06-30"))
        .find(|unit| {
            places.is_divided(unit, day("2025-07-01"))
                && places
                    .unit_on(UnitLevel::Commune, &unit.code, day("2025-07-01"))
                    .is_err()
        });
    divided.unwrap().code.clone()
}

/// Today's province of a commune.
fn province_of(db: &Db, commune: &str) -> String {
    let places = places::load(&mut db.connect()).unwrap();
    let today = day_in_vietnam(now());
    let unit = places.unit_on(UnitLevel::Commune, commune, today).unwrap();
    unit.province_code.clone()
}

on_both_databases! {
    fn a_case_of_a_divided_commune_is_found_by_each_of_its_candidates(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("4799123402");
        let body = with(
            recent("07"),
            &[
                ("/accident/occurred_at", json!("2024-11-05T08:20:00+07:00")),
                ("/accident/place/commune_code", json!(divided_commune(db))),
            ],
        );
        let divided = employer.declare(&body);
        let candidates = each(&divided["place"]["today"], "code");
        assert!(candidates.len() > 1, "{divided:#}");
        let ministry = office.ministry();
        for code in &candidates {
            for query in ["", "&status=open", "&sort=-received", "&class=FATAL"] {
                let query = format!("commune={code}{query}");
                assert_eq!(ministry.queue(&query), [text(&divided["receipt_no"])], "{query}");
            }
        }
        let province = province_of(db, candidates[1]);
        let inspector = office.inspector(&province);
        let query = format!("commune={}&province={province}", candidates[1]);
        assert_eq!(inspector.queue(&query).len(), 1);

        // The same accident, told where it was: each is shown beside the other.
        let certain = employer.declare(&with(
            body,
            &[
                ("/accident/place/commune_code", json!(candidates[1])),
                ("/accident/place/code_date", json!("2025-08-01")),
            ],
        ));
        for (one, other) in [(&divided, &certain), (&certain, &divided)] {
            let case = inspector.case_of(one);
            assert_eq!(
                each(&case["possible_duplicates"], "receipt_no"),
                [text(&other["receipt_no"])]
            );
        }
        assert_eq!(ministry.queue(&format!("commune={}", candidates[1])).len(), 2);

        // Corrected to one commune, it is found there alone.
        employer.supplement(
            &divided["receipt_no"],
            &json!({
                "note": "Xã đúng.",
                "accident": { "place": { "commune_code": candidates[0], "code_date": "2025-08-01" } },
            }),
        );
        assert_eq!(ministry.queue(&format!("commune={}", candidates[0])).len(), 1);
        assert_eq!(
            ministry.queue(&format!("commune={}", candidates[1])),
            [text(&certain["receipt_no"])]
        );
        assert_eq!(office.rows("case_candidates"), 0);
    }

    fn an_open_case_goes_on_with_the_successors_once_its_unit_has_ended(db: &Db) {
        let (before, after) = ("2025-06-20T09:00:00+07:00", "2025-07-01T00:00:30+07:00");
        let employer = token_of(db, before, "employer", &["--tax-code", "4799123402"]);
        let old = token_of(db, before, "inspector", &["--province", "06"]);
        let new = token_of(db, after, "inspector", &["--province", "19"]);
        let police = token_of(db, after, "police", &["--commune", "02008"]);
        let ministry = token_of(db, before, "ministry", &[]);
        let (divided, closed, answer);
        {
            let office = Office::open_with(db, &[("TNLD_CLOCK_OFFSET", &clock_offset_to(before))]);
            office.add_authority("SNV-06,PROVINCIAL_LABOUR_AUTHORITY,Sở Nội vụ tỉnh Bắc Kạn,province,06,2025-03-01,2025-07-01,snv06@example.test,02207100001,,");
            office.add_authority("CAT-06,INVESTIGATING_POLICE,Công an tỉnh Bắc Kạn,province,06,2025-03-01,2025-07-01,cat06@example.test,02207100002,,");
            let body = with(
                recent("01"),
                &[
                    ("/accident/occurred_at", json!("2025-06-20T06:00:00+07:00")),
                    ("/victims/0/death/at", json!("2025-06-20T06:10:00+07:00")),
                ],
            );
            let declare = |place: &str| {
                let place = ("/accident/place/commune_code", json!(place));
                office.with_token(&employer).declare(&with(body.clone(), &[place]))
            };
            answer = declare("02011");
            divided = declare(&divided_commune(db));
            closed = declare("02011");
            let inspector = office.with_token(&old);
            let case = inspector.case_of(&closed);
            inspector.step(&case, "withdraw", json!({ "reason": "Khai nhầm." })).expect(200);
            let case = inspector.case_of(&answer);
            assert_eq!(case["place"]["today"][0]["code"], "02011");
            eventually(SOON, || {
                let sent = alerts(&inspector, &answer);
                sent.iter().all(|(_, status)| status == "sent").then_some(())
            });
            assert!(each(&divided["place"]["today"], "code").len() == 1);
        }

        // Past midnight. On PostgreSQL two processes look at once.
        let offset = clock_offset_to(after);
        let settings = [("TNLD_CLOCK_OFFSET", offset.as_str())];
        let mut office = Office::reopen_with(db, &settings);
        let other = db.url().starts_with("postgres").then(|| Program::start(db, &settings));
        let inspector = office.with_token(&new);
        let case = eventually(SOON, || {
            let seen = inspector.get(text(&answer["case"]["href"]));
            (seen.status == 200).then(|| seen.expect(200))
        });
        assert_eq!(case["place"]["name"], "Xã Mỹ Thanh, Huyện Bạch Thông, Tỉnh Bắc Kạn");
        assert_eq!(each(&case["place"]["today"], "code"), ["02008"]);
        assert_eq!(case["status"], "DECLARED");
        assert_eq!(case["version"], 2);
        assert_eq!(case["contradictions"], json!([]));
        let moved = event(&case, "carried_over");
        assert_eq!(moved.len(), 1, "{case:#}");
        let details = &moved[0]["details"];
        assert_eq!(details["effective_on"], "2025-07-01");
        assert_eq!(each(&details["from"], "code"), ["02011", "06"]);
        assert_eq!(each(&details["to"], "code"), ["02008", "19"]);
        assert_eq!(details["basis"], json!(["Nghị quyết 202/2025/QH15; Quyết định 19/2025/QĐ-TTg"]));
        assert_eq!(
            details["authorities_before"],
            json!(["Sở Nội vụ tỉnh Bắc Kạn", "Công an tỉnh Bắc Kạn"])
        );
        assert!(text(&moved[0]["reason"]).contains("2025-07-01"));
        assert_eq!(moved[0]["by"], "tnld");

        // The successors are told; of those who are no more nobody hears of it.
        let told = eventually(SOON, || {
            let told = alerts(&inspector, &answer);
            told.iter().all(|(_, status)| status != "queued").then_some(told)
        });
        for (who, status) in [
            ("SNV-06", "superseded"),
            ("CAT-06", "superseded"),
            ("SNV-19", "sent"),
            ("CAX-02008", "sent"),
        ] {
            assert!(told.contains(&(who.to_owned(), status.to_owned())), "{told:?}");
        }
        // The labour authority has two addresses.
        assert_eq!(told.len(), 5, "{told:?}");
        let receipt_no = text(&answer["receipt_no"]);
        let mails = office.mails();
        let about_it = mails.iter().filter(|mail| mail.text().contains(receipt_no));
        let to: Vec<String> = about_it.map(|mail| mail.header("to")).collect();
        for address in ["snv06@example.test", "ca02008@example.test"] {
            assert_eq!(to.iter().filter(|to| *to == address).count(), 1, "{to:?}");
        }
        let police = office.with_token(&police);
        assert_eq!(police.queue("status=open"), [text(&answer["receipt_no"])]);
        assert_eq!(office.with_token(&old).get(text(&answer["case"]["href"])).status, 404);
        assert_eq!(inspector.queue("commune=02008&status=open"), [text(&answer["receipt_no"])]);

        // What has ended follows to where today's filters look for it, and nobody is told.
        let ended = eventually(SOON, || {
            let seen = inspector.get(text(&closed["case"]["href"]));
            (seen.status == 200).then(|| seen.expect(200))
        });
        assert!(ended["closed_at"].is_string());
        let of_ended = alerts(&inspector, &closed);
        assert!(of_ended.iter().all(|(who, _)| who.ends_with("-06")), "{of_ended:?}");

        // A commune that was divided: every candidate, until somebody chooses.
        let ministry = office.with_token(&ministry);
        let case = eventually(SOON, || {
            let case = ministry.case_of(&divided);
            (event(&case, "carried_over").len() == 1).then_some(case)
        });
        let candidates = each(&case["place"]["today"], "code");
        assert!(candidates.len() > 1);
        assert_eq!(each(&case["contradictions"], "code"), ["place_divided"]);
        for code in &candidates {
            assert_eq!(ministry.queue(&format!("commune={code}&status=open")), [text(&divided["receipt_no"])]);
        }

        // Once is all, however often somebody looks.
        drop(other);
        office.program.restart();
        std::thread::sleep(Duration::from_secs(2));
        let again = inspector.case_of(&answer);
        assert_eq!((again["version"].as_i64(), event(&again, "carried_over").len()), (Some(2), 1));

        // What is added later finds the code as it was meant when it came, and tells nobody twice.
        office.with_token(&employer).supplement(
            &answer["receipt_no"],
            &json!({ "note": "Thêm.", "establishment": { "headcount": 47 } }),
        );
        let case = inspector.case_of(&answer);
        assert_eq!(each(&case["place"]["today"], "code"), ["02008"]);
        assert_eq!(case["contradictions"], json!([]));
        assert_eq!(alerts(&inspector, &answer).len(), 5);
    }

    fn a_supplement_just_after_midnight_carries_the_case_over_itself(db: &Db) {
        let (before, after) = ("2025-06-20T09:00:00+07:00", "2025-07-01T00:00:05+07:00");
        let employer = token_of(db, before, "employer", &["--tax-code", "4799123402"]);
        let inspector = token_of(db, after, "inspector", &["--province", "19"]);
        let answer = {
            let office = Office::open_with(db, &[("TNLD_CLOCK_OFFSET", &clock_offset_to(before))]);
            office.with_token(&employer).declare(&with(
                recent("01"),
                &[
                    ("/accident/occurred_at", json!("2025-06-20T06:00:00+07:00")),
                    ("/victims/0/death/at", json!("2025-06-20T06:10:00+07:00")),
                ],
            ))
        };
        let office = Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", &clock_offset_to(after))]);
        let added = office.with_token(&employer).supplement(
            &answer["receipt_no"],
            &json!({ "note": "Thêm.", "establishment": { "headcount": 47 } }),
        );
        assert_eq!(each(&added["place"]["today"], "code"), ["02008"]);
        let case = office.with_token(&inspector).case_of(&answer);
        let mut actions = each(&case["timeline"], "action");
        // Nobody has taken the alerts for ten days.
        actions.retain(|action| *action != "alert_climbed");
        assert_eq!(actions, ["declared", "carried_over", "supplemented"]);
    }

    fn a_place_that_is_corrected_to_another_province_begins_anew_there(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.declare(&recent("03"));
        let (old, new) = (office.inspector("66"), office.inspector("51"));
        let case = old.case_of(&answer);
        let case = old.step(&case, "receive", json!({})).expect(200);
        let case = old.step(&case, "classify", json!({})).expect(200);
        let case = old.step(&case, "assign", json!({ "assigned_to": "Trần Văn Bách" })).expect(200);
        old.step(&case, "send_to_scene", json!({ "dispatched_at": ago(0), "people": "Trần Văn Bách" })).expect(200);
        assert_eq!(office.police("22015").queue("").len(), 1);

        let corrected = employer.supplement(
            &answer["receipt_no"],
            &json!({ "note": "Ghi nhầm tỉnh.", "accident": { "place": { "commune_code": "23293" } } }),
        );
        let case = new.case_of(&answer);
        assert_eq!(case["status"], "DECLARED");
        assert_eq!(case["assigned_to"], Value::Null);
        let k2 = clocks(&case, "K2");
        assert_eq!(k2.len(), 2, "{case:#}");
        assert_eq!(k2[0]["stopped_because"], "people_sent");
        assert_eq!(k2[1]["state"], "running");
        let k3 = clocks(&case, "K3");
        assert_eq!((k3.len(), &k3[0]["stopped_because"]), (2, &json!("place_changed")));
        assert_eq!(k3[1]["starts_at"], k2[1]["starts_at"]);
        assert!(text(&k2[1]["starts_at"]) > text(&k2[0]["starts_at"]));
        assert_eq!(case["due_at"], k2[1]["due_raw"]);
        assert_eq!(corrected["received_at"], answer["received_at"]);
        let entry = event(&case, "supplemented")[0];
        assert_eq!((&entry["from"], &entry["to"]), (&json!("SCENE_RESPONSE"), &json!("DECLARED")));
        assert_eq!(entry["details"]["place_before"]["provinces"], json!(["66"]));
        assert_eq!(entry["details"]["place_now"]["code"], "23293");

        // Who is not concerned any more sees nothing of it, and was told so.
        let href = text(&answer["case"]["href"]);
        for stranger in [&old, &office.police("22015"), &office.police("66")] {
            assert_eq!(stranger.get(href).status, 404);
            assert!(stranger.queue("").is_empty());
        }
        assert_eq!(office.police("23293").queue("").len(), 1);
        let told = alerts(&new, &answer);
        for (who, ended) in [("SNV-66", true), ("CAX-22015", true), ("SNV-51", false), ("CAX-23293", false)] {
            let status = told.iter().find(|(id, _)| id == who).map(|(_, status)| status.as_str());
            assert_eq!(status == Some("superseded"), ended, "{who}: {told:?}");
        }
        // The new province sends its own people.
        let sent = new.step(&case, "send_to_scene", json!({ "dispatched_at": ago(0), "people": "Lê Thị Hạnh" })).expect(200);
        assert_eq!(clocks(&sent, "K2")[1]["stopped_because"], "people_sent");

        // Back again, where people were sent before: nobody need be sent once more.
        employer.supplement(
            &answer["receipt_no"],
            &json!({ "note": "Đúng là nơi cũ.", "accident": { "place": { "commune_code": "22015" } } }),
        );
        let back = old.case_of(&answer);
        assert_eq!(clocks(&back, "K2").len(), 2);
        let k3 = clocks(&back, "K3");
        assert_eq!((k3.len(), &k3[2]["starts_at"]), (3, &answer["received_at"]));
        assert_eq!(new.get(href).status, 404);
    }

    fn a_place_that_is_corrected_within_its_province_stays_with_the_province(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.declare(&recent("03"));
        let inspector = office.inspector("66");
        let received = inspector.step(&inspector.case_of(&answer), "receive", json!({})).expect(200);
        employer.supplement(
            &answer["receipt_no"],
            &json!({ "note": "Phường khác.", "accident": { "place": { "commune_code": "22045" } } }),
        );
        let case = inspector.case_of(&answer);
        assert_eq!(case["status"], "RECEIVED");
        assert_eq!(case["clocks"], received["clocks"]);
        assert!(office.police("22015").queue("").is_empty());
        assert_eq!(office.police("22045").queue("").len(), 1);
        assert_eq!(office.police("66").queue("").len(), 1);
    }
}
