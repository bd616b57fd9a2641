//! Three stories from the declaration to the archive, through nothing but the API (D39 Art. 9–22).

use serde_json::{Value, json};

use super::{
    Caller, Office,
    office::{each, text},
    recent, steps, with,
};

fn clock<'a>(case: &'a Value, id: &str) -> &'a Value {
    let all = case["clocks"].as_array().unwrap();
    let found = all.iter().rfind(|clock| clock["id"] == id);
    found.unwrap_or_else(|| panic!("no {id}: {case:#}"))
}

fn names(case: &Value) -> Vec<&str> {
    each(&case["allowed_actions"], "name")
}

/// Takes an offered step with the entries that it wants, and `fields`.
#[track_caller]
fn take(caller: &Caller, case: &Value, name: &str, fields: Value) -> Value {
    // Another office sees other actions.
    let case = caller
        .get(&format!("/api/v1/cases/{}", text(&case["id"])))
        .expect(200);
    let all = case["allowed_actions"].as_array().unwrap();
    let action = all.iter().find(|action| action["name"] == name);
    let action = action.unwrap_or_else(|| panic!("{name} is not offered: {:?}", names(&case)));
    steps::perform(caller, &case, action, &fields).expect(200)
}

/// A death under contract.
fn a_death() -> Value {
    with(
        recent("06"),
        &[
            (
                "/accident/casualties",
                json!({ "dead": 1, "serious": 0, "light": 0, "missing": 0, "unknown": 0 }),
            ),
            ("/victims/0/outcome", json!("dead")),
            ("/victims/0/injuries", json!([])),
            ("/victims/0/death", json!({ "circumstance": "scene" })),
        ],
    )
}

on_both_databases! {
    fn the_word_of_the_central_team_that_investigates_again_is_the_last(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&recent("03"));
        let (inspector, ministry) = (office.inspector("66"), office.ministry());
        let announced = steps::walk(&inspector, &inspector.case_of(&answer), "ANNOUNCED");
        // L84 Art. 35.3: the ministry looks again at what the province has announced.
        let mut case = take(&ministry, &announced, "reinvestigate", json!({}));
        assert_eq!((&case["status"], &case["investigation"]["level"]), (&json!("REINVESTIGATING"), &json!("central")));
        assert_eq!(clock(&case, "K3")["state"], "running");
        for step in ["draft_minutes", "announce"] {
            case = take(&ministry, &case, step, json!({}));
        }
        // D39 Art. 17.1.đ: whoever complains of that is answered, and nobody investigates once more.
        case = take(&ministry, &case, "receive_complaint", json!({}));
        assert!(!names(&case).contains(&"reinvestigate"), "{:?}", names(&case));
        let refused = ministry.step(&case, "reinvestigate", json!({
            "decision_number": "9/QĐ", "decided_on": tnld::time::day_in_vietnam(crate::api::office::now()), "reason": "Vẫn không đồng ý.",
        }));
        let problem = refused.expect(409);
        assert_eq!(problem["code"], "central_is_final", "{problem}");
        assert!(problem.to_string().contains("là kết luận cuối cùng"), "{problem}");
        case = take(&ministry, &case, "refuse_reinvestigation", json!({}));
        assert_eq!(case["status"], "ANNOUNCED");
    }

    fn a_fatal_case_waits_for_the_police_goes_to_them_and_comes_back_to_its_end(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6199331203").declare(&a_death());
        let inspector = office.inspector("51");
        let police = office.police("23293");
        let mut case = inspector.case_of(&answer);
        assert_eq!(case["case_class"], "FATAL", "{case:#}");
        for step in ["receive", "classify", "send_to_scene"] {
            case = take(&inspector, &case, step, json!({}));
        }
        case = take(&inspector, &case, "form_team", json!({
            "head": "Lò Văn Sáng",
            "members": [
                { "full_name": "Nguyễn Thị Hạnh", "capacity": "health", "unit": "Sở Y tế" },
                { "full_name": "Y Bhim Niê", "capacity": "union" },
            ],
        }));
        case = take(&inspector, &case, "start_investigation", json!({ "absent": "Y Bhim Niê" }));
        case = take(&inspector, &case, "end_joint_work", json!({}));
        assert_eq!(clock(&case, "K5")["state"], "running");
        case = take(&inspector, &case, "send_opinion", json!({}));
        assert_eq!(case["status"], "POLICE_OPINION_PENDING");
        assert_eq!(clock(&case, "K6")["basis"]["article"], "NĐ 39/2016 Điều 20.1.e");

        // The police do not know yet: the limit stands still, and nothing is due by it.
        case = take(&police, &case, "record_police_answer", json!({ "answer": "not_determined" }));
        assert_eq!(case["status"], "POLICE_OPINION_PENDING");
        case = take(&inspector, &case, "suspend", json!({ "reason": "Chờ kết luận." }));
        assert_eq!((&case["status"], &clock(&case, "K3")["state"]), (&json!("SUSPENDED"), &json!("paused")));
        assert_eq!(case["due_at"], Value::Null);
        case = take(&inspector, &case, "resume", json!({}));
        assert_eq!(clock(&case, "K3")["state"], "running");

        // Signs of a crime: the file goes, and nobody writes in it.
        case = take(&inspector, &case, "recommend_prosecution", json!({
            "inventory": [{ "item": "Biên bản khám nghiệm hiện trường, bản gốc" }],
        }));
        assert_eq!(clock(&case, "K3")["stopped_because"], "prosecution_recommended");
        let frozen = inspector.step(&case, "draft_minutes", json!({
            "minutes_number": "1", "drafted_on": "2026-01-01", "conclusion": "work_accident",
        }));
        assert_eq!(frozen.expect(409)["code"], "not_in_this_state");
        case = take(&police, &case, "decline_prosecution", json!({}));
        case = take(&police, &case, "inform_procuracy", json!({}));
        assert_eq!(clock(&case, "K7A")["state"], "stopped");
        case = take(&police, &case, "record_consent", json!({}));
        case = take(&police, &case, "return_file", json!({ "sketch": "missing" }));
        assert_eq!(case["status"], "RETURNED_BY_POLICE");
        assert_eq!(clock(&case, "K3")["state"], "stopped");
        case = take(&inspector, &case, "start_investigation", json!({}));
        case = take(&inspector, &case, "complete_return", json!({}));
        let k3 = clock(&case, "K3").clone();
        assert_eq!((&k3["state"], &case["due_at"]), (&json!("running"), &k3["due_raw"]));
        assert_eq!(k3["basis"]["article"], case["investigation"]["basis"][0]["article"]);

        // The police gave the file back: there is nothing that the minutes wait for.
        case = take(&inspector, &case, "draft_minutes", json!({}));
        case = take(&inspector, &case, "recommend", json!({
            "recommendation": "Che chắn cụm lô cán.", "addressee": "Giám đốc nhà máy",
        }));
        let recommended = case["timeline"].as_array().unwrap().last().unwrap()["id"].clone();
        case = take(&inspector, &case, "announce", json!({
            "dissent": [{ "full_name": "Nguyễn Thị Hạnh", "opinion": "Nguyên nhân chính là tổ chức lao động." }],
        }));
        assert_eq!(clock(&case, "K10")["victim"], 1);
        let mut sent = 0;
        while case["status"] == "ANNOUNCED" {
            let all = case["allowed_actions"].as_array().unwrap();
            let dispatch = all.iter().find(|action| action["name"] == "dispatch_minutes").unwrap();
            let fields = dispatch["fields"].as_array().unwrap();
            let recipient = fields.iter().find(|field| field["name"] == "recipient").unwrap();
            let to = recipient["values"][0].clone();
            case = take(&inspector, &case, "dispatch_minutes", json!({ "recipient": to, "proof": "EMS" }));
            sent += 1;
        }
        assert_eq!((sent, &case["status"]), (4, &json!("DISPATCHED")));
        assert_eq!(clock(&case, "K4")["stopped_because"], "minutes_sent");
        case = take(&inspector, &case, "confirm_posting", json!({}));
        case = steps::complete(&inspector, &case);
        assert_eq!(each(&case["missing_to_close"], "item"), ["recommendation_open"]);
        case = take(&inspector, &case, "report_recommendation", json!({ "recommendation_id": recommended }));
        case = take(&inspector, &case, "close", json!({}));
        case = take(&inspector, &case, "archive", json!({}));
        assert_eq!(case["status"], "ARCHIVED");
        assert_eq!(clock(&case, "K13")["state"], "running");
        // What the employer owes outlives the case (C28 Art. 6.3.c, 7.2).
        assert_eq!(case["due_at"], clock(&case, "K10C")["due_raw"]);
        case = take(&inspector, &case, "pay_benefits", json!({ "victim": "1" }));
        case = take(&inspector, &case, "send_benefit_file", json!({ "victim": "1" }));
        assert_eq!((&case["status"], &case["due_at"]), (&json!("ARCHIVED"), &Value::Null));
        // The labour authority and the police see the same history.
        let seen = police.case_of(&answer);
        assert_eq!(each(&seen["timeline"], "action"), each(&case["timeline"], "action"));
    }

    fn a_facility_case_whose_victim_dies_goes_up_and_begins_anew(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let answer = employer.declare(&recent("06"));
        let inspector = office.inspector("51");
        let drafted = steps::walk(&inspector, &inspector.case_of(&answer), "MINUTES_DRAFTED");
        assert_eq!(drafted["investigation"]["level"], "facility");
        let first = clock(&drafted, "K3").clone();
        employer.supplement(&answer["receipt_no"], &json!({
            "note": "Nạn nhân tử vong tại bệnh viện.",
            "accident": { "casualties": { "dead": 1, "serious": 0 } },
            "victims": [{ "no": 1, "outcome": "dead", "death": { "circumstance": "treatment" } }],
        }));
        let mut case = inspector.case_of(&answer);
        assert_eq!((&case["status"], &case["case_class"]), (&json!("CLASSIFIED"), &json!("FATAL")));
        assert_eq!(case["investigation"]["level"], "provincial");
        let k3 = clock(&case, "K3");
        assert_eq!(k3["state"], "running");
        assert!(text(&k3["due_raw"]) > text(&first["due_raw"]));
        // Who must be told now is told, and sees the case.
        assert_eq!(office.police("23293").case_of(&answer)["case_class"], "FATAL");
        case = steps::walk(&inspector, &case, "CLOSED");
        let actions = each(&case["timeline"], "action");
        assert_eq!(actions.iter().filter(|action| **action == "form_team").count(), 2);
        let draft = case["timeline"].as_array().unwrap().iter().rfind(|e| e["action"] == "draft_minutes").unwrap();
        assert!(draft["details"]["why_before_police_answer"].is_string(), "{draft}");
        case = take(&inspector, &case, "archive", json!({}));
        assert_eq!(case["status"], "ARCHIVED");
    }

    fn a_commune_record_comes_to_the_archive_and_the_ministry_may_take_a_provincial_case(db: &Db) {
        let office = Office::open(db);
        let commune = office.commune("02008");
        let answer = commune.declare(&recent("05"));
        let mut case = take(&commune, &commune.case_of(&answer), "receive", json!({}));
        assert_eq!(clock(&case, "K8")["state"], "running");
        assert_eq!(case["due_at"], clock(&case, "K8")["due_raw"]);
        case = take(&commune, &case, "classify", json!({}));
        case = take(&commune, &case, "record_commune", json!({}));
        let early = commune.step(&case, "close", json!({}));
        assert_eq!(early.expect(409)["code"], "not_complete");
        assert_eq!(each(&case["missing_to_close"], "item"), ["not_posted", "not_registered"]);
        case = steps::walk(&commune, &case, "CLOSED");
        case = take(&commune, &case, "archive", json!({}));
        assert_eq!(case["status"], "ARCHIVED");

        let answer = office.employer("6199331203").declare(&a_death());
        let inspector = office.inspector("51");
        let classified = steps::walk(&inspector, &inspector.case_of(&answer), "CLASSIFIED");
        let ministry = office.ministry();
        case = take(&ministry, &classified, "take_over", json!({ "reason": "Vụ việc phức tạp." }));
        assert_eq!(case["investigation"]["level"], "central");
        assert!(names(&case).contains(&"form_team"));
        // News does not send it down again.
        office.employer("6199331203").supplement(
            &answer["receipt_no"],
            &json!({ "note": "Thêm.", "establishment": { "headcount": 9100 } }),
        );
        let after = ministry.case_of(&answer);
        assert_eq!(after["investigation"]["level"], "central");
        steps::walk(&ministry, &after, "CLOSED");
    }

    fn a_complaint_opens_a_case_again_and_new_minutes_replace_the_old(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let inspector = office.inspector("51");
        let answer = employer.declare(&recent("06"));
        let mut case = steps::walk(&inspector, &inspector.case_of(&answer), "CLOSED");
        case = take(&inspector, &case, "receive_complaint", json!({ "complainant": "Hứa Thị Sen" }));
        assert_eq!((&case["status"], &case["closed_at"]), (&json!("COMPLAINED"), &Value::Null));
        assert!(inspector.queue("").contains(&text(&case["receipt_no"]).to_owned()));
        case = take(&inspector, &case, "reinvestigate", json!({}));
        assert!(!names(&case).contains(&"announce"));
        case = take(&inspector, &case, "draft_minutes", json!({}));
        case = take(&inspector, &case, "announce", json!({}));
        assert!(case["flags"].as_array().unwrap().contains(&json!("MINUTES_SUPERSEDED")));
        steps::walk(&inspector, &case, "CLOSED");
    }
}
