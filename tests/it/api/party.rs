//! What the party that is investigated cannot undo by a word of its own, what a document may, and who comes to a file
//! wherever it lies (D39 Art. 9, 17, 20, 22; D143 Art. 18.4).

use serde_json::{Value, json};

use super::{
    Caller, Office,
    office::{each, text},
    recent, steps,
};

fn names(case: &Value) -> Vec<&str> {
    each(&case["allowed_actions"], "name")
}

#[track_caller]
fn take(caller: &Caller, case: &Value, name: &str, fields: Value) -> Value {
    let seen = caller.get(&path(case)).expect(200);
    let all = seen["allowed_actions"].as_array().unwrap();
    let action = all.iter().find(|action| action["name"] == name);
    let action = action.unwrap_or_else(|| panic!("{name} is not offered: {:?}", names(&seen)));
    steps::perform(caller, &seen, action, &fields).expect(200)
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", text(&case["id"]))
}

fn clock<'a>(case: &'a Value, id: &str) -> &'a Value {
    let clocks = case["clocks"].as_array().unwrap();
    clocks.iter().rfind(|clock| clock["id"] == id).unwrap()
}

fn held(case: &Value) -> Vec<&str> {
    let codes = each(&case["contradictions"], "code");
    codes
        .into_iter()
        .filter(|code| code.ends_with("_held"))
        .collect()
}

fn document() -> Value {
    json!({ "document_number": "07/KL", "reason": "Xác minh lại theo hồ sơ." })
}

on_both_databases! {
    fn who_is_investigated_frees_itself_by_no_correction(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let inspector = office.inspector("51");
        let answer = employer.declare(&recent("06"));
        let case = steps::walk(&inspector, &inspector.case_of(&answer), "MINUTES_DRAFTED");
        let say = |accident: Value, victims: Value| {
            json!({ "note": "Đính chính.", "accident": accident, "victims": victims })
        };
        // Without a contract nobody would investigate it: the team that does goes on.
        let free = say(json!({}), json!([{ "no": 1, "employment": "no_contract" }]));
        employer.supplement(&answer["receipt_no"], &free);
        let seen = inspector.case_of(&answer);
        assert_eq!((&seen["status"], &seen["investigation"]["level"]), (&case["status"], &json!("facility")));
        assert_eq!((&clock(&seen, "K3")["state"], held(&seen)), (&json!("running"), vec!["team_held"]));
        // It happened before it was told, and its sector is not changed over the heads of those who have it in hand.
        let supplements = format!("/api/v1/declarations/{}/supplements", text(&answer["receipt_no"]));
        let later = tnld::time::rfc3339_in_vietnam(super::office::now());
        for (accident, pointer) in [
            (json!({ "occurred_at": later }), "/accident/occurred_at"),
            (json!({ "sector": "army" }), "/accident/sector"),
        ] {
            let refused = employer.post(&supplements, &say(accident, json!([])));
            assert_eq!(refused.error_pointers(), [pointer]);
        }
        // An officer with a document says that it is so.
        let lowered = take(&inspector, &seen, "lower_class", document());
        assert_eq!(lowered["investigation"]["level"], "commune_record");
        assert_eq!((&lowered["status"], held(&lowered)), (&json!("CLASSIFIED"), vec![]));
        assert_eq!(clock(&lowered, "K3")["stopped_because"], "class_changed");
        let event = lowered["timeline"].as_array().unwrap().last().unwrap();
        assert_eq!((&event["action"], &event["details"]["document_number"]), (&json!("lower_class"), &json!("07/KL")));
    }

    fn a_death_that_was_none_goes_down_by_a_document_alone(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let inspector = office.inspector("51");
        let answer = employer.declare(&recent("06"));
        let say = |dead: u8, outcome: &str| {
            employer.supplement(&answer["receipt_no"], &json!({
                "note": "Tin từ bệnh viện.",
                "accident": { "casualties": { "dead": dead, "serious": 1 - dead } },
                "victims": [{ "no": 1, "outcome": outcome }],
            }));
        };
        say(1, "dead");
        let case = inspector.case_of(&answer);
        let case = take(&inspector, &case, "receive", json!({}));
        let none = inspector.step(&case, "lower_class", document());
        assert_eq!(none.expect(409)["code"], "nothing_held");
        say(0, "serious");
        let case = inspector.case_of(&answer);
        assert_eq!((&case["case_class"], held(&case)), (&json!("FATAL"), vec!["class_held"]));
        employer.get(&path(&case)).expect(404);
        let word = inspector.step(&case, "lower_class", json!({ "reason": "Nhầm." }));
        assert_eq!(word.error_pointers(), ["/document_number", "/issued_on"]);
        let lowered = take(&inspector, &case, "lower_class", document());
        assert_eq!((&lowered["case_class"], held(&lowered)), (&json!("SINGLE_SERIOUS"), vec![]));
        assert_eq!(lowered["investigation"]["level"], "facility");
        assert_eq!(clock(&lowered, "K3")["state"], "running");
        // The employer's own team has it again, and its own days.
        assert_eq!(employer.get(&path(&case)).expect(200)["case_class"], "SINGLE_SERIOUS");
        steps::walk(&inspector, &lowered, "CLOSED");
    }

    fn nobody_who_works_on_announced_minutes_loses_them_by_a_corrected_place(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.declare(&recent("03"));
        let inspector = office.inspector("66");
        let case = steps::walk(&inspector, &inspector.case_of(&answer), "ANNOUNCED");
        employer.supplement(
            &answer["receipt_no"],
            &json!({ "note": "Ghi nhầm tỉnh.", "accident": { "place": { "commune_code": "23293" } } }),
        );
        let seen = inspector.get(&path(&case)).expect(200);
        assert_eq!(seen["status"], "ANNOUNCED");
        take(&inspector, &seen, "dispatch_minutes", json!({}));
        assert_eq!(office.inspector("51").get(&path(&case)).expect(200)["status"], "DISPATCHED");
    }

    fn police_see_every_file_that_they_hold_and_another_level_forms_its_own_team(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let answer = employer.declare(&recent("06"));
        let (inspector, police) = (office.inspector("51"), office.police("23293"));
        let case = steps::walk(&inspector, &inspector.case_of(&answer), "INVESTIGATING");
        police.get(&path(&case)).expect(404);
        let case = take(&inspector, &case, "recommend_prosecution", json!({}));
        assert_eq!(police.queue("").len(), 1);
        let case = take(&police, &case, "decline_prosecution", json!({}));
        let case = take(&police, &case, "record_consent", json!({}));
        // The victim dies while the file is with them.
        employer.supplement(&answer["receipt_no"], &json!({
            "note": "Nạn nhân tử vong.",
            "accident": { "casualties": { "dead": 1, "serious": 0 } },
            "victims": [{ "no": 1, "outcome": "dead" }],
        }));
        let returned = take(&police, &case, "return_file", json!({}));
        assert_eq!((&returned["status"], &returned["case_class"]), (&json!("RETURNED_BY_POLICE"), &json!("FATAL")));
        let seen = inspector.case_of(&answer);
        let old_team = inspector.step(&seen, "start_investigation", json!({}));
        assert_eq!(old_team.expect(409)["code"], "no_team");
        take(&inspector, &seen, "form_team", json!({}));
        steps::walk(&inspector, &inspector.case_of(&answer), "ANNOUNCED");
    }

    fn what_was_settled_for_the_old_minutes_is_not_for_the_new(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let answer = employer.declare(&recent("06"));
        let inspector = office.inspector("51");
        let case = steps::walk(&inspector, &inspector.case_of(&answer), "POSTED");
        let case = steps::complete(&inspector, &case);
        assert_eq!(case["missing_to_close"], json!([]));
        employer.supplement(&answer["receipt_no"], &json!({
            "note": "Nạn nhân tử vong tại bệnh viện.",
            "accident": { "casualties": { "dead": 1, "serious": 0 } },
            "victims": [{ "no": 1, "outcome": "dead" }],
        }));
        let case = steps::walk(&inspector, &inspector.case_of(&answer), "POSTED");
        let missing = each(&case["missing_to_close"], "item");
        assert_eq!(missing, ["not_registered", "file_incomplete", "benefits_undecided"]);
        assert_eq!(inspector.step(&case, "close", json!({})).expect(409)["code"], "not_complete");
        steps::walk(&inspector, &case, "CLOSED");
    }

    fn the_commune_forms_the_team_of_whoever_is_insured_without_a_contract(db: &Db) {
        let office = Office::open(db);
        let commune = office.commune("02008");
        let mut body = recent("05");
        body["victims"][0]["voluntary_insurance"] = json!(true);
        let case = commune.case_of(&commune.declare(&body));
        assert_eq!(case["investigation"]["level"], "facility");
        let formed = steps::walk(&commune, &case, "TEAM_FORMED");
        steps::walk(&commune, &formed, "ANNOUNCED");

        // The team of an employer is not the commune's.
        let mut body = recent("06");
        body["victims"].as_array_mut().unwrap().push(json!({
            "full_name": "Vi Thị Năm", "employment": "no_contract", "outcome": "light",
        }));
        body["accident"]["casualties"]["light"] = json!(1);
        body["declarant"]["role"] = json!("commune");
        let other = office.commune("23293");
        let case = other.case_of(&other.declare(&body));
        if case["investigation"]["level"] == "facility" {
            assert!(!names(&case).contains(&"form_team"), "{:?}", names(&case));
        }
    }
}
