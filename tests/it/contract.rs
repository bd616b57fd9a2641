//! The contract's examples through the running program: decided as expected, by preview and by
//! `tnld explain` alike.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Answer, Program, examples};

/// Asks the preview for the moment that the example names.
fn preview(program: &Program, official: &str, example: &Value) -> Answer {
    let request = &example["request"];
    let received_at = request["received_at"].as_str().unwrap().replace('+', "%2B");
    let path = format!("/api/v1/declarations/preview?received_at={received_at}");
    program.client(official).post(&path, &request["body"])
}

on_both_databases! {
    fn every_example_is_decided_as_the_contract_expects(db: &Db) {
        db.with_authorities();
        let program = Program::start(db, &[]);
        let official = db.token("ministry", &[]);
        let examples = examples::all();
        assert_eq!(examples.len(), 10);
        for (name, example) in &examples {
            let answer = preview(&program, &official, example);
            for (what, expected) in example["expect"].as_object().unwrap() {
                check(name, what, expected, &example["expect"], &answer);
            }
        }
    }

    fn explaining_an_example_prints_what_the_preview_answers(db: &Db) {
        db.with_authorities();
        let program = Program::start(db, &[]);
        let official = db.token("ministry", &[]);
        for (name, example) in examples::all() {
            let file = examples::folder().join(&name);
            let output = db.tnld(&["explain", file.to_str().unwrap()]);
            let printed: Value = serde_json::from_str(&output.stdout).unwrap();
            let answer = preview(&program, &official, &example);
            if answer.status == 200 {
                assert_eq!(output.status, Some(0), "{name}");
                assert_eq!(printed, answer.json(), "{name}");
            } else {
                assert_eq!(output.status, Some(1), "{name}");
                assert_eq!(printed["errors"], answer.json()["errors"], "{name}");
                assert_eq!(output.stderr.lines().count(), 1, "{name}");
            }
        }
    }
}

fn check(name: &str, what: &str, expected: &Value, all: &Value, answer: &Answer) {
    let refused = all.get("status").is_some();
    if !refused {
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
    }
    let body = answer.json();
    match what {
        "status" => assert_eq!(answer.status, expected.as_u64().unwrap() as u16, "{name}"),
        "error_pointers" => {
            let mut pointers: Vec<&str> = strings(expected);
            pointers.sort_unstable();
            assert_eq!(answer.error_pointers(), pointers, "{name}");
        }
        "case_class" => assert_eq!(&body["classification"]["case_class"], expected, "{name}"),
        "form" => assert_eq!(&body["form"], expected, "{name}"),
        "investigation" => {
            for (key, value) in expected.as_object().unwrap() {
                assert_eq!(&body["investigation"][key], value, "{name}: {key}");
            }
        }
        "recipients" => assert_eq!(must_and_named(&body, expected), wanted(expected), "{name}"),
        "place_display" => {
            let shown = body["place"].to_string();
            for part in strings(expected) {
                assert!(shown.contains(part), "{name}: {part} in {shown}");
            }
        }
        "missing_not_empty" => {
            let is_empty = body["missing"].as_array().unwrap().is_empty();
            assert_eq!(!is_empty, expected.as_bool().unwrap(), "{name}");
        }
        unknown => panic!("{name} expects {unknown}, which this test does not know"),
    }
}

fn strings(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap();
    list.iter().map(|item| item.as_str().unwrap()).collect()
}

/// Role, authority, duty.
type Row = (String, String, String);

fn row(role: &Value, authority: &Value, duty: &Value) -> Row {
    let text = |value: &Value, default: &str| value.as_str().unwrap_or(default).to_owned();
    (
        text(role, ""),
        text(authority, ""),
        text(duty, "must_receive"),
    )
}

fn wanted(expected: &Value) -> BTreeSet<Row> {
    let rows = expected.as_array().unwrap().iter();
    rows.map(|one| row(&one["role"], &one["authority_id"], &one["duty"]))
        .collect()
}

/// Of the answer: whoever must receive, and whoever the example names with another duty.
fn must_and_named(body: &Value, expected: &Value) -> BTreeSet<Row> {
    let named = wanted(expected);
    let rows = body["routing"].as_array().unwrap().iter();
    rows.map(|one| row(&one["role"], &one["authority"]["id"], &one["duty"]))
        .filter(|found| found.2 == "must_receive" || named.contains(found))
        .collect()
}
