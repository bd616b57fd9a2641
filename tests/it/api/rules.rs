//! The law over HTTP: proposed by one, approved by another, each with what it would alter.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use tnld::time::day_in_vietnam;

use super::{
    Caller, Office,
    office::{each, now, text},
    recent, steps,
};

const PROPOSALS: &str = "/api/v1/rules/proposals";

fn in_days(days: u64) -> NaiveDate {
    day_in_vietnam(now()) + Days::new(days)
}

fn scene_hours(hours: i32) -> Value {
    json!({
        "changes": [{"action": "correct", "rule_id": "X-limits.scene_hours", "from": in_days(1), "days": hours}],
        "reason": "Nghị định mới",
    })
}

fn settle(caller: &Caller, proposal: &Value, how: &str, body: &Value) -> (u16, Value) {
    let answer = caller.post(
        &format!("{PROPOSALS}/{}/{how}", text(&proposal["id"])),
        body,
    );
    (answer.status, answer.json())
}

on_both_databases! {
    fn a_change_of_the_law_needs_two(db: &Db) {
        let office = Office::open(db);
        let (one, other) = (office.operator(), office.operator());
        let proposed = one.post(PROPOSALS, &scene_hours(3)).expect(201);
        assert_eq!(proposed["status"], "proposed");
        let samples = &proposed["effect"]["samples"];
        assert!(!samples.as_array().unwrap().is_empty(), "{proposed}");
        assert_eq!(samples[0]["differences"][0]["what"], "due_at");
        let rule = "/api/v1/rules/X-limits.scene_hours";
        assert_eq!(one.get(rule).expect(200)["versions"].as_array().unwrap().len(), 1);

        let (status, problem) = settle(&one, &proposed, "approve", &json!({}));
        assert_eq!((status, text(&problem["code"])), (409, "same_person"));
        let (status, problem) = settle(&other, &proposed, "withdraw", &json!({"reason": "x"}));
        assert_eq!((status, text(&problem["code"])), (409, "not_the_proposer"));
        let second = one.post(PROPOSALS, &scene_hours(4)).expect(201);
        let (status, approved) = settle(&other, &proposed, "approve", &json!({"reason": "Đúng luật"}));
        assert_eq!((status, text(&approved["status"])), (200, "approved"), "{approved}");
        let (status, problem) = settle(&other, &proposed, "approve", &json!({}));
        assert_eq!((status, text(&problem["code"])), (409, "proposal_settled"));
        // It was made for a law that is another now.
        let (status, problem) = settle(&other, &second, "approve", &json!({}));
        assert_eq!((status, text(&problem["code"])), (409, "law_changed"));
        assert_eq!(settle(&other, &second, "reject", &json!({})).0, 422);
        assert_eq!(settle(&other, &second, "reject", &json!({"reason": "Cũ"})).0, 200);

        let detail = one.get(rule).expect(200);
        assert_eq!(detail["versions"][0]["valid_to"], json!(in_days(1)));
        assert_eq!(detail["versions"][1]["days"], 3);
        assert_eq!(detail["changes"][0]["action"], "change_rule");
        assert_eq!(detail["changes"][0]["reason"], "Nghị định mới");
        let on = |day: NaiveDate| {
            let page = one.get(&format!("/api/v1/rules?subject=value&day={day}")).expect(200);
            let items = page["items"].as_array().unwrap().clone();
            let hours = items.into_iter().find(|rule| rule["key"] == "limits.scene_hours");
            hours.unwrap()["days"].clone()
        };
        assert_eq!((on(in_days(0)), on(in_days(1))), (json!(2), json!(3)));
        let all = one.get(PROPOSALS).expect(200);
        assert_eq!(each(&all["items"], "status"), ["rejected", "approved"]);
        db.tnld(&["audit", "verify"]).ok();
    }

    fn a_proposal_that_would_leave_a_question_open_is_refused(db: &Db) {
        let office = Office::open(db);
        let operator = office.operator();
        let gap = json!({"changes": [{"action": "end", "rule_id": "X-limits.scene_hours", "on": in_days(1)}], "reason": "x"});
        assert_eq!(operator.post(PROPOSALS, &gap).error_pointers(), ["/law/limits.scene_hours"]);
        let wrong = operator.post(PROPOSALS, &json!({"changes": [
            {"action": "correct", "rule_id": "X-limits.scene_hours", "from": in_days(1), "days": 0, "confidence": "sure"},
            {"action": "end", "rule_id": "NONE", "on": in_days(1)},
            {"action": "add", "rule_id": "H-X", "decides": "holiday", "rank": 10, "outcome": "on", "date_basis": "step"},
            {"action": "drop"},
        ]}));
        assert_eq!(wrong.error_pointers(), [
            "/changes/0/confidence", "/changes/0/days", "/changes/1/on", "/changes/2/article", "/changes/2/confidence",
            "/changes/2/outcome", "/changes/2/valid_from", "/changes/3/action", "/reason",
        ]);
        assert_eq!(office.rows("rule_proposals"), 0);
    }

    fn a_day_off_says_which_clocks_it_moves_and_expires_unapproved(db: &Db) {
        let mut office = Office::open(db);
        let (token, other) = (db.token("operator", &[]), db.token("operator", &[]));
        let operator = office.with_token(&token);
        let declared = office.employer("6099254308").declare(&recent("03"));
        let clocks = declared["clocks"].as_array().unwrap().iter();
        let investigation = clocks.clone().find(|clock| clock["id"] == "K3" || clock["clock"] == "K3");
        let due = text(&investigation.unwrap_or_else(|| panic!("{declared}"))["due_rolled"]).to_owned();
        let day: NaiveDate = due[..10].parse().unwrap();
        let day_off = json!({"changes": [{
            "action": "add", "rule_id": "H-TEST", "decides": "holiday", "rank": 10, "outcome": "off",
            "date_basis": "step", "valid_from": day, "valid_to": day + Days::new(1), "article": "Thông báo",
            "confidence": "T", "note": "Nghỉ / Off",
        }], "reason": "Thông báo nghỉ"});
        let effect = operator.post("/api/v1/rules/preview", &json!({"changes": day_off["changes"]})).expect(200);
        assert_eq!(effect["clocks"][0]["case"], declared["receipt_no"], "{effect}");
        assert_eq!(effect["clocks"][0]["due_before"], due);
        assert_eq!(effect["clocks_moved"], 1);
        assert_eq!(effect["open_cases"], 1);
        assert_eq!(office.rows("rule_proposals"), 0);

        let proposed = operator.post(PROPOSALS, &day_off).expect(201);
        office.program.stop();
        let office = Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", "2678400")]);
        let other = office.with_token(&other);
        let (status, problem) = settle(&other, &proposed, "approve", &json!({}));
        assert_eq!((status, text(&problem["code"])), (409, "proposal_settled"));
        let shown = other.get(&format!("{PROPOSALS}/{}", text(&proposed["id"]))).expect(200);
        assert_eq!(shown["status"], "expired");
    }

    fn a_preview_names_what_outlives_an_ended_case(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let answer = office.employer("6099254308").declare(&recent("03"));
        let closed = steps::walk(&inspector, &inspector.case_of(&answer), "CLOSED");
        let clocks = closed["clocks"].as_array().unwrap().iter();
        let running: Vec<&Value> = clocks.filter(|clock| clock["state"] == "running").collect();
        assert!(running.iter().any(|clock| clock["id"] == "K10C"), "{closed:#}");
        let last = running.iter().map(|clock| text(&clock["due_rolled"])).max().unwrap();
        let day: NaiveDate = last[..10].parse().unwrap();
        let changes = json!({"changes": [{
            "action": "add", "rule_id": "H-TEST", "decides": "holiday", "rank": 10, "outcome": "off",
            "date_basis": "step", "valid_from": day, "valid_to": day + Days::new(1), "article": "Thông báo",
            "confidence": "T", "note": "Nghỉ / Off",
        }]});
        let effect = office.operator().post("/api/v1/rules/preview", &changes).expect(200);
        assert_eq!(effect["cases_looked_at"], 0, "{effect}");
        assert!(effect["clocks_moved"].as_u64() > Some(0), "{effect}");
        assert_eq!(effect["clocks"][0]["case"], answer["receipt_no"]);
        assert_eq!(effect["clocks"][0]["due_before"], last);
    }

    fn what_is_done_with_the_command_line_is_traced(db: &Db) {
        drop(Office::open(db));
        db.tnld(&["token", "issue", "--role", "operator"]).ok();
        let list = db.tnld(&["token", "list"]).ok();
        let line = list.lines().last().unwrap();
        db.tnld(&["token", "revoke", line.split_whitespace().next().unwrap()]).ok();
        for what in ["authorities", "rules"] {
            let file = db.folder().join(format!("{what}.csv"));
            std::fs::write(&file, db.tnld(&[what, "export"]).ok()).unwrap();
            db.tnld(&[what, "import", file.to_str().unwrap()]).ok();
        }
        db.tnld(&["keys", "rotate"]).ok();
        let trace = db.tnld(&["audit", "export"]).ok();
        for action in ["create_token", "revoke_token", "import_directory", "import_rules", "rotate_keys"] {
            let line = trace.lines().find(|line| line.contains(&format!("\"action\":\"{action}\"")));
            assert!(line.is_some_and(|line| line.contains("\"console\"")), "{action}");
        }
        db.tnld(&["audit", "verify"]).ok();
    }
}
