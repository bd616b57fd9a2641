//! Days off that are published late: what runs is counted again, and says what it was before.

use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;

use super::{Office, office::text, recent, steps};
use crate::support::Db;

fn clock<'a>(case: &'a Value, id: &str) -> &'a Value {
    let all = case["clocks"].as_array().unwrap();
    all.iter().find(|clock| clock["id"] == id).unwrap()
}

/// Adds a day off by the command line, as an operator does.
fn add_day_off(db: &Db, day: NaiveDate) {
    let rules = db.tnld(&["rules", "export"]).ok();
    let after = day + TimeDelta::days(1);
    let row = format!(
        "H-{day}-off,holiday,10,,,off,,step,{day},{after},Thông báo,T,Nghỉ bù / Day in lieu"
    );
    let file = db.folder().join("rules.csv");
    std::fs::write(&file, format!("{}\n{row}\n", rules.trim_end())).unwrap();
    db.tnld(&["rules", "import", file.to_str().unwrap()]).ok();
}

/// How often the timeline says that limits were counted again.
fn told(case: &Value) -> usize {
    let events = case["timeline"].as_array().unwrap().iter();
    events
        .filter(|event| event["action"] == "limits_recounted")
        .count()
}

#[test]
fn two_processes_count_each_case_again_once() {
    let db = Db::postgres();
    let office = Office::open(&db);
    let second = Office::reopen_with(&db, &[]);
    let inspector = office.inspector("66");
    let employer = office.employer("6099254308");
    let cases: Vec<Value> = (0..12)
        .map(|number| {
            let moment = serde_json::json!(super::ago(90 + number));
            let body = super::with(recent("03"), &[("/accident/occurred_at", moment)]);
            let answer = employer.declare(&body);
            steps::walk(&inspector, &inspector.case_of(&answer), "ANNOUNCED")
        })
        .collect();
    add_day_off(
        &db,
        text(&clock(&cases[0], "K4")["due_raw"])[..10]
            .parse()
            .unwrap(),
    );
    let again = |case: &Value| {
        inspector
            .get(&format!("/api/v1/cases/{}", text(&case["id"])))
            .expect(200)
    };
    let all_are_told = || {
        cases
            .iter()
            .all(|case| told(&again(case)) > 0)
            .then_some(())
    };
    crate::support::program::eventually(Duration::from_secs(60), all_are_told);
    // A while longer, in which the other process would do it once more.
    std::thread::sleep(Duration::from_secs(12));
    for case in &cases {
        let after = again(case);
        assert_eq!(told(&after), 1, "{after:#}");
        assert!(text(&clock(&after, "K4")["due_raw"]) > text(&clock(case, "K4")["due_raw"]));
    }
    drop(second);
}

on_both_databases! {
    fn a_day_off_that_is_published_late_moves_what_runs_and_nothing_else(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let answer = office.employer("6099254308").declare(&recent("03"));
        let before = steps::walk(&inspector, &inspector.case_of(&answer), "ANNOUNCED");
        let k4 = clock(&before, "K4");
        assert_eq!(k4["state"], "running");
        // A limit in working days ends on one.
        add_day_off(db, text(&k4["due_raw"])[..10].parse().unwrap());

        let mut after = inspector.case_of(&answer);
        for _ in 0..300 {
            if told(&after) > 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
            after = inspector.case_of(&answer);
        }
        assert_eq!(told(&after), 1, "{after:#}");
        let moved = clock(&after, "K4");
        assert!(text(&moved["due_raw"]) > text(&k4["due_raw"]));
        let steps = moved["derivation"].as_array().unwrap();
        assert!(steps.len() > k4["derivation"].as_array().unwrap().len());
        assert!(steps.iter().any(|step| step["value"] == k4["due_rolled"]), "{moved:#}");
        // What has stopped stays as it was.
        assert_eq!(clock(&after, "K3"), clock(&before, "K3"));
        let event = after["timeline"].as_array().unwrap().last().unwrap();
        let named: Vec<_> = event["details"]["clocks"].as_array().unwrap().iter().collect();
        assert!(named.iter().any(|one| one["clock"] == "K4" && one["due_before"] == k4["due_rolled"]));
    }
}
