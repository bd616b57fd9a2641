//! From the declaration to the end, by nothing but what `allowed_actions` says.

use chrono::Days;
use serde_json::{Value, json};

use super::{
    Caller, Office, ago,
    office::{each, encoded, now, text},
    recent, rows, with,
};
use crate::support::{Db, program::eventually};

/// The order of the steps on the way to the end; those that are not offered are passed over.
const WAY: [&str; 11] = [
    "declare",
    "receive",
    "classify",
    "record_commune",
    "send_to_scene",
    "form_team",
    "start_investigation",
    "draft_minutes",
    "announce",
    "dispatch_minutes",
    "confirm_posting",
];
/// What is done about something that is missing before the end.
const REMEDIES: [(&str, &str); 4] = [
    ("scene_not_released", "release_scene"),
    ("not_registered", "enter_register"),
    ("file_incomplete", "check_file"),
    ("benefits_undecided", "decide_benefits"),
];

/// Takes the case from step to step until it has `status`, as a client would that knows nothing
/// but the answers.
#[track_caller]
pub fn walk(caller: &Caller, case: &Value, status: &str) -> Value {
    let mut case = case.clone();
    for name in WAY {
        if case["status"] == status {
            return case;
        }
        if let Some(action) = offered(&case, name) {
            case = perform(caller, &case, &action, &json!({})).expect(200);
        }
    }
    if case["status"] != status {
        case = complete(caller, &case);
        if let Some(action) = offered(&case, "close") {
            case = perform(caller, &case, &action, &json!({})).expect(200);
        }
    }
    assert_eq!(case["status"], status, "{case:#}");
    case
}

/// Does what the case says is missing before it can be closed.
#[track_caller]
pub fn complete(caller: &Caller, case: &Value) -> Value {
    let mut case = name_everybody(caller, case);
    for (item, step) in REMEDIES {
        let all = case["missing_to_close"].as_array().unwrap().clone();
        let Some(missing) = all.iter().find(|missing| missing["item"] == item) else {
            continue;
        };
        let about: Vec<Value> = match missing["victims"].as_array() {
            Some(victims) => victims
                .iter()
                .map(|number| json!({ "victim": number.to_string() }))
                .collect(),
            None => vec![json!({})],
        };
        for fields in about {
            let action = offered(&case, step).unwrap_or_else(|| panic!("{step}: {case:#}"));
            case = perform(caller, &case, &action, &fields).expect(200);
        }
    }
    case
}

/// Names whoever is counted and not named yet: for each there is a file.
#[track_caller]
fn name_everybody(caller: &Caller, case: &Value) -> Value {
    if !each(&case["missing_to_close"], "item").contains(&"victims_not_named") {
        return case.clone();
    }
    let named = case["declaration"]["victims"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut victims = Vec::new();
    for outcome in ["dead", "serious", "light", "missing", "unknown"] {
        let known = named
            .iter()
            .filter(|victim| victim["outcome"] == outcome)
            .count();
        let counted = case["casualties"][outcome].as_u64().unwrap_or_default();
        for _ in known as u64..counted {
            victims.push(json!({
                "no": named.len() + victims.len() + 1, "outcome": outcome, "employment": "contract",
            }));
        }
    }
    let body = json!({ "note": "Bổ sung người bị nạn.", "victims": victims });
    caller.supplement(&case["receipt_no"], &body);
    caller
        .get(&format!("/api/v1/cases/{}", text(&case["id"])))
        .expect(200)
}

fn offered(case: &Value, name: &str) -> Option<Value> {
    let all = case["allowed_actions"].as_array().unwrap();
    all.iter().find(|action| action["name"] == name).cloned()
}

/// Does what an action says, with every field that it wants, and with `fields`.
#[track_caller]
pub fn perform(
    caller: &Caller,
    case: &Value,
    action: &Value,
    fields: &Value,
) -> crate::support::Answer {
    let mut body = fields.as_object().cloned().unwrap_or_default();
    for field in action["fields"].as_array().unwrap() {
        let name = text(&field["name"]);
        // The main cause is asked for unless the minutes deny that it was an accident at work.
        let is_needed = field["required"] == true || name == "cause_code";
        if !is_needed || body.contains_key(name) {
            continue;
        }
        body.insert(name.to_owned(), entry(case, field));
    }
    assert_eq!(action["method"], "POST");
    caller.post(text(&action["href"]), &Value::Object(body))
}

/// Something that a field takes.
fn entry(case: &Value, field: &Value) -> Value {
    let name = text(&field["name"]);
    match text(&field["type"]) {
        _ if name == "seen_version" => case["version"].clone(),
        "text" => json!(format!("{name} 15/2026")),
        "date" => json!(today()),
        "moment" => json!(tnld::time::rfc3339_in_vietnam(now())),
        "number" => json!(1),
        "choice" => field["values"][0].clone(),
        "list" => {
            let fields = field["items"].as_array().unwrap();
            let entries = fields
                .iter()
                .filter(|field| field["required"] == true)
                .map(|field| (text(&field["name"]).to_owned(), entry(case, field)));
            json!([Value::Object(entries.collect())])
        }
        other => panic!("a field that a client cannot fill: {other}"),
    }
}

/// A meeting to which everybody came.
pub fn meeting() -> Value {
    json!({
        "held_at": ago(0), "meeting_minutes_number": "17/BB", "members": "attended",
        "employer": "attended", "commune": "attended", "union": "attended",
        "victims_or_relatives": "attended", "police": "attended", "procuracy": "attended",
    })
}

/// Today's legal day.
pub fn today() -> String {
    tnld::time::day_in_vietnam(now()).to_string()
}

fn names(case: &Value) -> Vec<&str> {
    each(&case["allowed_actions"], "name")
}

fn clock<'a>(case: &'a Value, id: &str) -> &'a Value {
    let all = case["clocks"].as_array().unwrap();
    all.iter().rfind(|clock| clock["id"] == id).unwrap()
}

/// Code of a refusal with this status.
#[track_caller]
fn refusal(answer: crate::support::Answer, status: u16) -> String {
    text(&answer.expect(status)["code"]).to_owned()
}

on_both_databases! {
    fn a_provincial_case_goes_the_whole_way_by_its_allowed_actions(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&recent("03"));
        let inspector = office.inspector("66");
        let case = inspector.case_of(&answer);
        let closed = walk(&inspector, &case, "CLOSED");
        assert_eq!(
            each(&closed["timeline"], "action"),
            [
                "declared",
                "receive",
                "classify",
                "send_to_scene",
                "form_team",
                "start_investigation",
                "draft_minutes",
                "announce",
                "dispatch_minutes",
                "confirm_posting",
                "release_scene",
                "enter_register",
                "check_file",
                "check_file",
                "decide_benefits",
                "decide_benefits",
                "close",
            ]
        );
        assert_eq!(
            each(&closed["timeline"], "to"),
            [
                "DECLARED",
                "RECEIVED",
                "CLASSIFIED",
                "SCENE_RESPONSE",
                "TEAM_FORMED",
                "INVESTIGATING",
                "MINUTES_DRAFTED",
                "ANNOUNCED",
                "DISPATCHED",
                "POSTED",
                "FOLLOW_UP",
                "FOLLOW_UP",
                "FOLLOW_UP",
                "FOLLOW_UP",
                "FOLLOW_UP",
                "FOLLOW_UP",
                "CLOSED",
            ]
        );
        for event in closed["timeline"].as_array().unwrap() {
            assert_ne!(event["by"], "");
            assert!(event["details"].is_object());
        }
        assert_eq!(closed["version"], 17);
        assert!(closed["closed_at"].is_string());
        assert_eq!(closed["missing_to_close"], json!([]));
        assert_eq!(
            names(&closed),
            ["pay_benefits", "send_benefit_file", "receive_complaint", "archive"]
        );
        for (id, because) in [
            ("K2", "people_sent"),
            ("K3", "announced"),
            ("K4", "minutes_sent"),
        ] {
            let clock = clock(&closed, id);
            assert_eq!(
                (&clock["state"], &clock["stopped_because"]),
                (&json!("stopped"), &json!(because)),
                "{id}"
            );
        }
        // The benefits are decided, not yet paid: that outlives the case (C28 Art. 7.2).
        assert_eq!(clock(&closed, "K10C")["state"], "running");
        assert_eq!(closed["due_at"], clock(&closed, "K10C")["due_raw"]);
        let numbers = each(&closed["documents"], "number");
        assert_eq!(
            numbers,
            [
                "decision_number 15/2026",
                "minutes_number 15/2026",
                "meeting_minutes_number 15/2026",
                "consent_number 15/2026",
                "register_number 15/2026",
                "decision_number 15/2026",
                "decision_number 15/2026"
            ]
        );
        // Others see the end as well, and that nothing is left to do.
        let police = office.police("22015").case_of(&answer);
        assert_eq!(
            (&police["status"], &police["allowed_actions"]),
            (&json!("CLOSED"), &json!([]))
        );
        let receipt = office.employer("6099254308").get(&format!(
            "/api/v1/declarations/{}",
            text(&answer["receipt_no"])
        ));
        assert_eq!(receipt.expect(200)["status"], "CLOSED");
    }

    fn a_facility_case_and_a_commune_record_come_to_their_end(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("51");
        let facility = office.employer("6199331203").declare(&recent("06"));
        let case = inspector.case_of(&facility);
        assert!(
            !case["clocks"]
                .as_array()
                .unwrap()
                .iter()
                .any(|clock| clock["id"] == "K2")
        );
        let closed = walk(&inspector, &case, "CLOSED");
        assert!(!each(&closed["timeline"], "action").contains(&"send_to_scene"));
        assert_eq!(closed["investigation"]["level"], "facility");

        let commune = office.commune("02008");
        let record = commune.declare(&recent("05"));
        let closed = walk(&commune, &commune.case_of(&record), "CLOSED");
        assert_eq!(
            each(&closed["timeline"], "to"),
            [
                "DECLARED",
                "RECEIVED",
                "CLASSIFIED",
                "COMMUNE_RECORDED",
                "COMMUNE_RECORDED",
                "COMMUNE_RECORDED",
                "CLOSED"
            ]
        );
        assert_eq!(closed["documents"][0]["step"], "record_commune");

        // Minutes that conclude: not an accident at work. They are sent before the end all the same.
        let other = office.employer("6199331203").declare(&recent("06"));
        let drafted = walk(&inspector, &inspector.case_of(&other), "INVESTIGATING");
        let drafted = inspector.step(&drafted, "draft_minutes", json!({
            "minutes_number": "16/BB", "drafted_on": today(), "conclusion": "not_work_accident",
        })).expect(200);
        let announced = inspector.step(&drafted, "announce", meeting()).expect(200);
        assert_eq!(announced["status"], "NOT_WORK_ACCIDENT");
        assert_eq!(announced["closed_at"], Value::Null);
        let too_soon = inspector.step(&announced, "close", json!({}));
        assert_eq!(refusal(too_soon, 409), "not_complete");
        assert_eq!(
            each(&announced["missing_to_close"], "item"),
            ["minutes_not_sent", "not_posted", "scene_not_released", "file_incomplete"]
        );
        let sent = inspector
            .step(
                &announced,
                "dispatch_minutes",
                json!({ "dispatched_at": ago(0) }),
            )
            .expect(200);
        let again = inspector.step(
            &sent,
            "dispatch_minutes",
            json!({ "dispatched_at": ago(0) }),
        );
        assert_eq!(refusal(again, 409), "minutes_sent_before");
        let closed = walk(&inspector, &sent, "CLOSED");
        assert!(!each(&closed["timeline"], "action").contains(&"decide_benefits"));
    }

    fn nobody_waits_for_people_at_the_scene_once_there_are_minutes(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&recent("03"));
        let inspector = office.inspector("66");
        let mut case = inspector.case_of(&answer);
        for (step, fields) in [
            ("receive", json!({})),
            ("classify", json!({})),
            (
                "form_team",
                json!({ "decision_number": "1/QĐ", "decided_on": today(), "head": "Trần Văn Bách" }),
            ),
            ("start_investigation", json!({})),
        ] {
            case = inspector.step(&case, step, fields).expect(200);
            assert_eq!(clock(&case, "K2")["state"], "running", "{step}");
        }
        assert!(names(&case).contains(&"send_to_scene"));
        let minutes = json!({
            "minutes_number": "2/BB", "drafted_on": today(), "conclusion": "work_accident", "cause_code": "1",
        });
        let drafted = inspector.step(&case, "draft_minutes", minutes).expect(200);
        let k2 = clock(&drafted, "K2");
        assert_eq!(
            (&k2["state"], &k2["stopped_because"]),
            (&json!("stopped"), &json!("minutes_drafted"))
        );
        assert_eq!(drafted["due_at"], clock(&drafted, "K3")["due_raw"]);
    }

    fn a_case_that_somebody_else_changed_is_not_overwritten(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.declare(&recent("03"));
        let inspector = office.inspector("66");
        let seen = inspector.case_of(&answer);
        employer.supplement(
            &answer["receipt_no"],
            &json!({ "note": "Thêm.", "establishment": { "headcount": 121 } }),
        );
        let stale = inspector.step(&seen, "receive", json!({}));
        let told = stale.json()["changed"].clone();
        assert_eq!(refusal(stale, 409), "stale_version");
        let case = inspector.case_of(&answer);
        // Whoever comes second is told what changed, and from which version to go on.
        assert_eq!((&told["version"], &told["status"]), (&case["version"], &case["status"]));
        let last = case["timeline"].as_array().unwrap().last().unwrap();
        assert_eq!(&told["newest"], &json!([last]));
        assert_eq!(last["action"], "supplemented");
        assert_eq!(case["status"], "DECLARED");

        // Two at the same instant: one takes the step, the other is told.
        let start = std::sync::Barrier::new(6);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let tried: Vec<_> = (0..6)
                .map(|_| {
                    let (inspector, case, start) = (inspector.clone(), &case, &start);
                    scope.spawn(move || {
                        start.wait();
                        inspector.step(case, "receive", json!({})).status
                    })
                })
                .collect();
            tried
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(
            statuses.iter().filter(|status| **status == 200).count(),
            1,
            "{statuses:?}"
        );
        assert!(
            statuses.iter().all(|status| matches!(status, 200 | 409)),
            "{statuses:?}"
        );
        let after = inspector.case_of(&answer);
        assert_eq!(after["version"], 3);
        assert_eq!(
            each(&after["timeline"], "action"),
            ["declared", "supplemented", "receive"]
        );
    }

    fn a_step_out_of_turn_is_refused_with_its_reason(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&recent("03"));
        let (inspector, police, commune) = (
            office.inspector("66"),
            office.police("22015"),
            office.commune("22015"),
        );
        let case = inspector.case_of(&answer);
        let out_of_turn = [
            ("classify", json!({}), "not_in_this_state"),
            (
                "announce",
                json!({ "held_at": ago(0), "meeting_minutes_number": "1" }),
                "not_in_this_state",
            ),
            ("close", json!({}), "not_in_this_state"),
            (
                "choose_place",
                json!({ "commune_code": "22015" }),
                "place_not_divided",
            ),
            (
                "extend",
                json!({ "days": 5, "consent_number": "1", "reason": "x" }),
                "not_in_this_state",
            ),
            (
                "dispatch_minutes",
                json!({ "dispatched_at": ago(0) }),
                "not_in_this_state",
            ),
        ];
        for (step, fields, code) in out_of_turn {
            assert!(!names(&case).contains(&step));
            assert_eq!(
                refusal(inspector.step(&case, step, fields), 409),
                code,
                "{step}"
            );
        }
        assert_eq!(inspector.step(&case, "explode", json!({})).status, 404);
        // The police say that they have received it, and nothing else; the commune is not told.
        assert_eq!(names(&police.case_of(&answer)), ["receive"]);
        assert_eq!(
            refusal(
                police.step(
                    &case,
                    "form_team",
                    json!({ "decision_number": "1", "decided_on": today(), "head": "x" })
                ),
                403
            ),
            "forbidden"
        );
        assert_eq!(commune.step(&case, "receive", json!({})).status, 404);
        assert_eq!(
            office
                .employer("6099254308")
                .step(&case, "receive", json!({}))
                .status,
            404
        );
        assert_eq!(inspector.case_of(&answer)["version"], 1);

        let closed = walk(&inspector, &case, "CLOSED");
        for (step, fields) in [
            ("receive", json!({})),
            ("withdraw", json!({ "reason": "x" })),
            ("assign", json!({ "assigned_to": "x" })),
        ] {
            assert_eq!(
                refusal(inspector.step(&closed, step, fields), 409),
                "case_ended",
                "{step}"
            );
        }
    }

    fn every_field_of_a_step_that_is_wrong_is_named(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&recent("03"));
        let inspector = office.inspector("66");
        let case = walk(&inspector, &inspector.case_of(&answer), "SCENE_RESPONSE");
        let href = format!("{}/steps/form_team", text(&answer["case"]["href"]));
        let faults = |body: Value| {
            let answer = inspector.post(&href, &body);
            let problem = answer.expect(422);
            let pairs = each(&problem["errors"], "pointer")
                .into_iter()
                .zip(each(&problem["errors"], "code"));
            let mut pairs: Vec<(String, String)> = pairs
                .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()))
                .collect();
            pairs.sort();
            pairs
        };
        let expected = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs
                .iter()
                .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
                .collect()
        };
        assert_eq!(
            faults(json!({})),
            expected(&[
                ("/decided_on", "required"),
                ("/decision_number", "required"),
                ("/head", "required"),
                ("/seen_version", "required"),
            ])
        );
        let tomorrow = now().date_naive() + Days::new(2);
        assert_eq!(
            faults(json!({
                "seen_version": case["version"], "decision_number": 7, "decided_on": tomorrow.to_string(), "head": "a".repeat(201), "colour": "red",
            })),
            expected(&[
                ("/colour", "unknown_field"),
                ("/decided_on", "in_the_future"),
                ("/decision_number", "wrong_type"),
                ("/head", "too_long"),
            ])
        );
        assert_eq!(
            faults(json!({
                "seen_version": case["version"], "decision_number": " ", "decided_on": "2020-01-01", "head": "a\u{0}b",
            })),
            expected(&[
                ("/decided_on", "before_accident"),
                ("/decision_number", "required"),
                ("/head", "bad_characters"),
            ])
        );
        assert_eq!(
            faults(json!({
                "seen_version": "4", "decision_number": "1", "decided_on": "hôm nay", "head": "x",
            })),
            expected(&[
                ("/decided_on", "not_a_date"),
                ("/seen_version", "wrong_type")
            ])
        );
        assert_eq!(inspector.case_of(&answer)["version"], case["version"]);

        // 4 and 4.0 are the same number.
        let version = case["version"].as_f64().unwrap();
        inspector.post(&href, &json!({
            "seen_version": version, "decision_number": "1/QĐ", "decided_on": today(), "head": "Trần Thị Thanh Tra",
        })).expect(200);
    }

    fn a_limit_is_extended_once_and_shows_how(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&recent("03"));
        let inspector = office.inspector("66");
        let case = walk(&inspector, &inspector.case_of(&answer), "INVESTIGATING");
        let before = clock(&case, "K3").clone();
        assert_eq!(before["extended_days"], 0);
        let consent = |days: Value| json!({ "days": days, "consent_number": "9/SNV", "reason": "Chờ giám định." });
        // At most as long again as the limit itself.
        for wrong in [
            json!(21),
            json!(0),
            json!(-1),
            json!(1.5),
            json!("5"),
            json!(1e20),
        ] {
            let refused = inspector.step(&case, "extend", consent(wrong));
            assert_eq!(refused.error_pointers(), ["/days"], "{}", refused.text);
        }
        let extended = inspector
            .step(&case, "extend", consent(json!(20)))
            .expect(200);
        let after = clock(&extended, "K3").clone();
        assert_eq!(after["extended_days"], 20);
        let due =
            |clock: &Value| chrono::DateTime::parse_from_rfc3339(text(&clock["due_raw"])).unwrap();
        assert_eq!((due(&after) - due(&before)).num_days(), 20);
        assert!(
            after["derivation"].as_array().unwrap().len()
                > before["derivation"].as_array().unwrap().len()
        );
        assert_eq!(extended["due_at"], after["due_raw"]);
        assert_eq!(
            refusal(inspector.step(&extended, "extend", consent(json!(1))), 409),
            "extended_before"
        );

        // The limit of a light accident is never extended.
        let light = with(
            recent("06"),
            &[
                (
                    "/accident/casualties",
                    json!({ "dead": 0, "serious": 0, "light": 1, "missing": 0, "unknown": 0 }),
                ),
                ("/victims/0/outcome", json!("light")),
                ("/victims/0/injuries", json!([])),
            ],
        );
        let answer = office.employer("6199331203").declare(&light);
        assert_eq!(answer["investigation"]["limit_days"], 4, "{answer:#}");
        let inspector = office.inspector("51");
        let case = walk(&inspector, &inspector.case_of(&answer), "INVESTIGATING");
        assert_eq!(
            refusal(inspector.step(&case, "extend", consent(json!(1))), 409),
            "light_never_extended"
        );
    }

    fn an_end_before_its_time_ends_the_alerts_and_tells_whoever_was_told(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let inspector = office.inspector("66");
        let other = employer.declare(&recent("08"));
        let ends = [
            (
                "withdraw",
                json!({ "reason": "Khai sai sự thật." }),
                "NOT_WORK_ACCIDENT",
                "withdrawn",
            ),
            (
                "mark_duplicate",
                json!({ "of_case": other["case"]["id"], "reason": "Cùng một vụ." }),
                "DUPLICATE",
                "duplicate",
            ),
        ];
        for (number, (step, fields, status, because)) in ends.into_iter().enumerate() {
            let answer = employer.declare(&with(
                recent("03"),
                &[("/establishment/name", json!(format!("Công ty số {number}")))],
            ));
            let alerts = format!("{}/alerts", text(&answer["case"]["href"]));
            let receipt_no = text(&answer["receipt_no"]);
            // Whoever has the mail is told that it no longer holds.
            eventually(std::time::Duration::from_secs(20), || {
                let ledger = inspector.get(&alerts).expect(200);
                each(&ledger["items"], "status")
                    .iter()
                    .all(|status| *status == "sent")
                    .then_some(())
            });
            let told = |address: &str| {
                let mails = office.mails();
                mails
                    .iter()
                    .filter(|mail| {
                        mail.header("to").contains(address) && mail.text().contains(receipt_no)
                    })
                    .count()
            };
            assert_eq!(told("ca22015@example.test"), 1);

            let case = inspector.case_of(&answer);
            let field_names: Vec<Value> = case["allowed_actions"]
                .as_array()
                .unwrap()
                .iter()
                .find(|action| action["name"] == step)
                .unwrap()["fields"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|field| field["required"] == true)
                .map(|field| field["name"].clone())
                .collect();
            for name in &field_names {
                let mut less = with(
                    fields.clone(),
                    &[("/seen_version", case["version"].clone())],
                );
                less.as_object_mut().unwrap().remove(text(name));
                let refused = inspector.post(
                    &format!("{}/steps/{step}", text(&answer["case"]["href"])),
                    &less,
                );
                assert_eq!(
                    refused.error_pointers(),
                    [format!("/{}", text(name))],
                    "{step}"
                );
            }
            let ended = inspector.step(&case, step, fields).expect(200);
            assert_eq!(
                (&ended["status"], &ended["ended_because"]),
                (&json!(status), &json!(because))
            );
            assert!(ended["closed_at"].is_string() && ended["due_at"].is_null());
            assert!(
                ended["clocks"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|clock| clock["state"] == "stopped")
            );
            assert!(
                !inspector
                    .queue("status=open")
                    .contains(&receipt_no.to_owned())
            );
            assert!(
                inspector
                    .queue(&format!("status={status}"))
                    .contains(&receipt_no.to_owned())
            );
            let ledger = inspector.get(&alerts).expect(200);
            assert!(
                ledger["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|alert| alert["status"] == "withdrawn"),
                "{ledger:#}"
            );
            eventually(std::time::Duration::from_secs(20), || {
                let all_know = [
                    "snv66@example.test",
                    "truc.snv66@example.test",
                    "ca22015@example.test",
                ]
                .iter()
                .all(|address| told(address) >= 2);
                all_know.then_some(())
            });
            let receipt = employer
                .get(&format!("/api/v1/declarations/{receipt_no}"))
                .expect(200);
            assert!(
                each(&receipt["routing"], "status")
                    .iter()
                    .all(|status| *status == "withdrawn"),
                "{receipt:#}"
            );
        }
        // A case is no duplicate of itself, of one that nobody knows, or of one elsewhere.
        let elsewhere = office.employer("6199331203").declare(&recent("06"));
        let case = inspector.case_of(&other);
        for wrong in [
            case["id"].clone(),
            json!("0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44"),
            elsewhere["case"]["id"].clone(),
            json!("x"),
        ] {
            let refused = inspector.step(
                &case,
                "mark_duplicate",
                json!({ "of_case": wrong, "reason": "x" }),
            );
            assert_eq!(refused.error_pointers(), ["/of_case"], "{}", refused.text);
        }
    }

    fn somebody_is_put_in_charge_and_found_by_name(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&recent("03"));
        let inspector = office.inspector("66");
        let case = inspector.case_of(&answer);
        let case = inspector
            .step(
                &case,
                "assign",
                json!({ "assigned_to": "Nguyễn Thị Thanh" }),
            )
            .expect(200);
        assert_eq!(case["assigned_to"], "Nguyễn Thị Thanh");
        assert_eq!(case["status"], "DECLARED");
        assert_eq!(
            inspector
                .queue("assigned_to=Nguy%E1%BB%85n%20Th%E1%BB%8B%20Thanh")
                .len(),
            1
        );
        assert_eq!(inspector.queue("assigned_to=Thanh").len(), 0);
        let case = inspector
            .step(&case, "assign", json!({ "assigned_to": "Lê Văn Tra" }))
            .expect(200);
        assert_eq!(
            each(&case["timeline"], "action"),
            ["declared", "assign", "assign"]
        );
    }

    fn the_timeline_is_only_ever_added_to(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.declare(&recent("03"));
        employer.supplement(&answer["receipt_no"], &json!({ "note": "Thêm." }));
        eventually(std::time::Duration::from_secs(20), || {
            (office.rows("delivery_attempts") > 0).then_some(())
        });
        let before = office.inspector("66").case_of(&answer)["timeline"].clone();
        drop(office);

        let mut conn = db.connect();
        for table in [
            "case_events",
            "declarations",
            "supplements",
            "delivery_attempts",
        ] {
            let column = if table == "delivery_attempts" {
                "message_id"
            } else {
                "case_id"
            };
            for change in [
                format!("UPDATE {table} SET {column} = 'x'"),
                format!("DELETE FROM {table}"),
            ] {
                let refused = conn.execute_sql(&change).unwrap_err().to_string();
                assert!(
                    refused.contains(&format!("{table} is only ever added to")),
                    "{change}: {refused}"
                );
            }
        }
        let again = Office::reopen_with(db, &[]);
        assert_eq!(again.inspector("66").case_of(&answer)["timeline"], before);
    }

    fn a_divided_commune_is_settled_by_somebody_who_knows(db: &Db) {
        let office = Office::open(db);
        let code = divided_commune(db);
        let old = with(
            recent("07"),
            &[
                ("/accident/occurred_at", json!("2024-11-05T08:20:00+07:00")),
                ("/accident/place/commune_code", json!(code)),
            ],
        );
        let answer = office.employer("4799123402").declare(&old);
        assert!(
            each(&answer["contradictions"], "code").contains(&"place_divided"),
            "{answer:#}"
        );
        let candidates = each(&answer["place"]["today"], "code");
        assert!(candidates.len() > 1);
        let ministry = office.ministry();
        let case = ministry.case_of(&answer);
        let action = case["allowed_actions"]
            .as_array()
            .unwrap()
            .iter()
            .find(|action| action["name"] == "choose_place");
        let values = &action.unwrap()["fields"]
            .as_array()
            .unwrap()
            .iter()
            .find(|field| field["name"] == "commune_code")
            .unwrap()["values"];
        assert_eq!(values, &json!(candidates));
        let keys_before = rows(db, "likeness_keys");
        let refused = ministry.step(&case, "choose_place", json!({ "commune_code": "00000" }));
        assert_eq!(refused.error_pointers(), ["/commune_code"]);
        let chosen = ministry
            .step(
                &case,
                "choose_place",
                json!({ "commune_code": candidates[1] }),
            )
            .expect(200);
        assert_eq!(each(&chosen["place"]["today"], "code"), [candidates[1]]);
        assert!(!each(&chosen["contradictions"], "code").contains(&"place_divided"));
        assert!(!names(&chosen).contains(&"choose_place"));
        // It is found by the commune that it lies in, and no more by the others; its people as before.
        let communes: Vec<String> = answer["place"]["today"]
            .as_array()
            .unwrap()
            .iter()
            .map(|unit| text(&unit["full_name"]).to_owned())
            .collect();
        let found = |words: &str| {
            let path = format!("/api/v1/cases/search?q={}", encoded(words));
            let page = ministry.get(&path).expect(200);
            let by_words = page["items"].as_array().unwrap().len();
            (by_words, ministry.queue(&format!("q={}", encoded(words))).len())
        };
        assert_eq!(found(&communes[1]), (1, 1), "{communes:?}");
        assert_eq!(found(&communes[0]), (0, 0), "{communes:?}");
        assert_eq!(rows(db, "likeness_keys"), keys_before);
        assert_eq!(
            ministry.queue(&format!("commune={}", candidates[1])).len(),
            1
        );
        assert_eq!(
            ministry.queue(&format!("commune={}", candidates[0])).len(),
            0
        );
        // A supplement does not undo what somebody has decided.
        office.employer("4799123402").supplement(
            &answer["receipt_no"],
            &json!({ "note": "Thêm.", "establishment": { "name": "X" } }),
        );
        let after = ministry.case_of(&answer);
        assert_eq!(each(&after["place"]["today"], "code"), [candidates[1]]);
        assert_eq!(
            ministry.queue(&format!("commune={}", candidates[0])).len(),
            0
        );
    }
}

/// A commune of 2024 whose territory went to several of today.
fn divided_commune(db: &Db) -> String {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Code {
        #[diesel(sql_type = diesel::sql_types::Text)]
        code: String,
    }
    let query = diesel::sql_query(
        "SELECT s.old_code AS code FROM unit_successions s \
         JOIN units o ON o.level = s.level AND o.code = s.old_code AND o.valid_from = s.old_valid_from \
         WHERE s.level = 'commune' AND s.effective_on = '2025-07-01' AND o.valid_to = '2025-07-01' \
         AND NOT EXISTS (SELECT 1 FROM units n WHERE n.level = 'commune' AND n.code = s.old_code AND n.valid_from = '2025-07-01') \
         GROUP BY s.old_code HAVING count(*) > 1 ORDER BY s.old_code LIMIT 1",
    );
    let found: Code = query.get_result(&mut db.connect()).unwrap();
    found.code
}
