//! A case that was ended by mistake goes on: taken for a duplicate, withdrawn, or given away (L84 Art. 34.2).

use serde_json::{Value, json};

use super::{
    Caller, Office,
    office::{each, text},
    recent, steps, with,
};

/// The two seriously injured of example 03 as nothing but counts.
fn hurt(casualties: Value) -> Value {
    with(
        recent("03"),
        &[
            ("/accident/casualties", casualties),
            ("/victims", json!([])),
        ],
    )
}

/// The clocks of one kind, by round.
fn clocks<'a>(case: &'a Value, id: &str) -> Vec<&'a Value> {
    let all = case["clocks"].as_array().unwrap().iter();
    all.filter(|clock| clock["id"] == id).collect()
}

/// Whether `authority` has an alert that holds.
fn is_told(caller: &Caller, answer: &Value, authority: &str) -> bool {
    let path = format!("{}/alerts", text(&answer["case"]["href"]));
    let ledger = caller.get(&path).expect(200);
    ledger["items"].as_array().unwrap().iter().any(|alert| {
        let status = text(&alert["status"]);
        alert["recipient"]["id"] == authority && !["superseded", "withdrawn"].contains(&status)
    })
}

fn because(reason: &str) -> Value {
    json!({ "reason": reason })
}

on_both_databases! {
    fn a_case_that_was_no_duplicate_stands_alone_again(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let employer = office.employer("6099254308");
        let light = employer.declare(&hurt(json!({ "light": 1 })));
        let fatal = employer.declare(&hurt(json!({ "dead": 1 })));
        let before = inspector.case_of(&fatal);
        let merge = json!({ "of_case": light["case"]["id"], "reason": "Cùng một vụ." });
        let merged = inspector.step(&before, "mark_duplicate", merge).expect(200);
        assert_eq!(each(&merged["allowed_actions"], "name"), ["reinstate"]);
        assert_eq!(inspector.case_of(&light)["case_class"], "FATAL");
        assert!(!is_told(&inspector, &fatal, "CAX-22015"));

        let after = inspector.step(&merged, "reinstate", because("Hai vụ khác nhau.")).expect(200);
        assert_eq!((&after["status"], &after["ended_because"]), (&before["status"], &Value::Null));
        for id in ["K2", "K3"] {
            let (was, is) = (clocks(&before, id), clocks(&after, id));
            assert_eq!((is.len(), &is[0]["state"]), (1, &json!("running")));
            // An office that was mistaken gets no more time.
            assert_eq!(is[0]["due_raw"], was[0]["due_raw"]);
            let steps = is[0]["derivation"].as_array().unwrap();
            assert_eq!(steps.len(), was[0]["derivation"].as_array().unwrap().len() + 1);
        }
        assert_eq!(after["due_at"], before["due_at"]);
        assert!(is_told(&inspector, &fatal, "SNV-66") && is_told(&inspector, &fatal, "CAX-22015"));
        // The other has its own counts again; its class is lowered by nobody without a document.
        let other = inspector.case_of(&light);
        assert_eq!((&other["casualties"]["dead"], &other["casualties"]["light"]), (&json!(0), &json!(1)));
        assert_eq!(other["case_class"], "FATAL");
        let last = other["timeline"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["action"], &last["reason"]), (&json!("duplicate_separated"), &json!("Hai vụ khác nhau.")));
        assert_eq!(inspector.queue("status=open").len(), 2);
        let again = inspector.step(&after, "reinstate", because("Nữa."));
        assert_eq!(again.expect(409)["code"], "not_in_this_state");
    }

    fn the_counts_of_the_other_stay_where_later_news_changed_them(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let employer = office.employer("6099254308");
        let light = employer.declare(&hurt(json!({ "light": 1 })));
        let serious = employer.declare(&hurt(json!({ "serious": 1 })));
        let merge = json!({ "of_case": light["case"]["id"], "reason": "Cùng một vụ." });
        let merged = inspector.step(&inspector.case_of(&serious), "mark_duplicate", merge).expect(200);
        let news = json!({ "note": "Thêm một người.", "accident": { "casualties": { "serious": 2, "light": 0 } } });
        employer.supplement(&light["receipt_no"], &news);
        inspector.step(&merged, "reinstate", because("Hai vụ khác nhau.")).expect(200);
        assert_eq!(inspector.case_of(&light)["casualties"]["serious"], 2);
    }

    fn what_was_withdrawn_by_mistake_goes_on_where_it_stood(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let answer = office.employer("6099254308").declare(&hurt(json!({ "serious": 2 })));
        let before = steps::walk(&inspector, &inspector.case_of(&answer), "INVESTIGATING");
        // A team has begun: a word puts nothing of that aside.
        let by_word = inspector.step(&before, "withdraw", because("Khai sai."));
        assert_eq!(by_word.error_pointers(), ["/document_number"]);
        let by_letter = json!({ "document_number": "12/TB-SNV", "reason": "Khai sai." });
        let ended = inspector.step(&before, "withdraw", by_letter).expect(200);
        assert_eq!(ended["due_at"], Value::Null);
        let after = inspector.step(&ended, "reinstate", because("Rút nhầm.")).expect(200);
        assert_eq!(after["status"], "INVESTIGATING");
        assert_eq!(clocks(&after, "K3")[0]["due_raw"], clocks(&before, "K3")[0]["due_raw"]);
        steps::walk(&inspector, &after, "CLOSED");
    }

    fn a_death_that_was_told_meanwhile_counts_from_its_news(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let employer = office.employer("6099254308");
        let answer = employer.declare(&hurt(json!({ "serious": 2 })));
        let other = employer.declare(&hurt(json!({ "serious": 2 })));
        let case = steps::walk(&inspector, &inspector.case_of(&answer), "INVESTIGATING");
        let merge = json!({ "of_case": other["case"]["id"], "reason": "Cùng một vụ." });
        let merged = inspector.step(&case, "mark_duplicate", merge).expect(200);
        let death = json!({ "note": "Một người đã chết.", "accident": { "casualties": { "dead": 1, "serious": 1 } } });
        employer.supplement(&answer["receipt_no"], &death);
        let merged = inspector.get(&format!("/api/v1/cases/{}", text(&merged["id"]))).expect(200);
        let after = inspector.step(&merged, "reinstate", because("Hai vụ khác nhau.")).expect(200);
        // Another class, and so another team with a limit of its own.
        assert_eq!((&after["status"], &after["case_class"]), (&json!("CLASSIFIED"), &json!("FATAL")));
        let k3 = clocks(&after, "K3");
        assert_eq!((k3.len(), &k3[0]["state"], &k3[1]["state"]), (2, &json!("stopped"), &json!("running")));
        let mut events = after["timeline"].as_array().unwrap().iter();
        let news = events.rfind(|event| event["action"] == "supplemented").unwrap();
        assert_eq!(k3[1]["starts_at"], news["at"]);
        steps::walk(&inspector, &after, "CLOSED");
    }

    fn what_was_given_away_by_mistake_is_taken_back(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let answer = office.employer("6099254308").declare(&hurt(json!({ "dead": 1 })));
        let before = inspector.case_of(&answer);
        let away = json!({ "to_authority": "BCT", "letter_number": "8/CV", "reason": "Dầu khí." });
        let away = inspector.step(&before, "transfer", away).expect(200);
        assert_eq!((&away["status"], &away["ended_because"]), (&json!("TRANSFERRED"), &json!("transferred")));
        assert!(!is_told(&inspector, &answer, "SNV-66"));
        let after = inspector.step(&away, "reinstate", because("Không phải dầu khí.")).expect(200);
        assert_eq!(after["status"], before["status"]);
        assert_eq!(clocks(&after, "K3")[0]["due_raw"], clocks(&before, "K3")[0]["due_raw"]);
        assert!(is_told(&inspector, &answer, "SNV-66"));
        steps::walk(&inspector, &after, "CLOSED");
    }

    fn a_step_can_be_asked_for_beforehand_and_changes_nothing(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let answer = office.employer("6099254308").declare(&hurt(json!({ "serious": 2 })));
        let case = steps::walk(&inspector, &inspector.case_of(&answer), "INVESTIGATING");
        let path = format!("/api/v1/cases/{}/steps/extend/preview", text(&case["id"]));
        let longer = json!({ "seen_version": case["version"], "days": 5, "consent_number": "7/CV", "reason": "phức tạp" });
        let foreseen = inspector.post(&path, &longer).expect(200);
        let (now, then) = (clocks(&case, "K3")[0], clocks(&foreseen, "K3")[0]);
        assert_eq!((&now["extended_days"], &then["extended_days"]), (&json!(0), &json!(5)));
        assert!(text(&then["due_raw"]) > text(&now["due_raw"]));
        assert_eq!(inspector.case_of(&answer)["version"], case["version"]);
        // On a later day it would be too late.
        let later = (super::office::now() + chrono::TimeDelta::days(60)).format("%Y-%m-%dT%H:%M:%SZ");
        let late = inspector.post(&format!("{path}?at={later}"), &longer);
        assert_eq!(late.expect(409)["code"], "limit_passed");
        let faulty = inspector.post(&format!("{path}?at=2020-01-01T00:00:00Z"), &longer);
        assert_eq!(faulty.error_pointers(), ["/at"]);
        assert_eq!(inspector.post(&format!("{path}?at=tomorrow"), &longer).error_pointers(), ["/at"]);
    }
}
