//! The ten examples of the contract, through the running program and on the command line.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Office,
    office::{encoded, rows, text},
};
use crate::support::examples;

/// Tables in which a declaration would leave something.
const TOUCHED: [&str; 7] = [
    "cases",
    "declarations",
    "alerts",
    "outbox",
    "case_events",
    "alarms",
    "idempotency_keys",
];

/// What the contract says of an example holds for `answer`, a decision.
#[track_caller]
pub fn check(name: &str, expect: &Value, answer: &Value) {
    let about = format!("{name}: {answer:#}");
    assert_eq!(
        answer["classification"]["case_class"], expect["case_class"],
        "{about}"
    );
    check_recipients(expect, answer, &about);
    if let Some(form) = expect.get("form") {
        assert_eq!(&answer["form"], form, "{about}");
    }
    let investigation = &expect["investigation"];
    assert_eq!(
        answer["investigation"]["level"], investigation["level"],
        "{about}"
    );
    if let Some(days) = investigation.get("limit_days") {
        assert_eq!(&answer["investigation"]["limit_days"], days, "{about}");
    }
    for part in expect["place_display"].as_array().into_iter().flatten() {
        assert!(answer["place"].to_string().contains(text(part)), "{about}");
    }
    if expect["missing_not_empty"] == true {
        assert_ne!(answer["missing"], Value::Array(vec![]), "{about}");
    }
}

/// Whoever is listed is told, with the duty that is listed; nobody else must receive.
#[track_caller]
fn check_recipients(expect: &Value, answer: &Value, about: &str) {
    let triples = |list: &Value, id: &str| -> BTreeSet<(String, String, String)> {
        let list = list.as_array().unwrap().iter();
        list.map(|entry| {
            let duty = entry["duty"].as_str().unwrap_or("must_receive");
            let authority = entry
                .pointer(id)
                .and_then(Value::as_str)
                .unwrap_or_default();
            (
                text(&entry["role"]).to_owned(),
                authority.to_owned(),
                duty.to_owned(),
            )
        })
        .collect()
    };
    let expected = triples(&expect["recipients"], "/authority_id");
    let told = triples(&answer["routing"], "/authority/id");
    assert!(told.is_superset(&expected), "{expected:?} in {about}");
    let more: Vec<_> = told
        .difference(&expected)
        .filter(|(_, _, duty)| duty == "must_receive")
        .collect();
    assert!(more.is_empty(), "{more:?} in {about}");
}

on_both_databases! {
    fn every_example_of_the_contract_is_decided_as_it_says_and_nothing_is_stored(db: &Db) {
        let office = Office::open(db);
        let before = TOUCHED.map(|table| rows(db, table));
        let officials = [office.ministry(), office.inspector("51")];

        let all = examples::all();
        assert_eq!(all.len(), 10);
        for (number, (name, example)) in all.iter().enumerate() {
            let (request, expect) = (&example["request"], &example["expect"]);
            let path = format!(
                "/api/v1/declarations/preview?received_at={}",
                encoded(text(&request["received_at"]))
            );
            let answer = officials[number % 2].post(&path, &request["body"]);
            let file = examples::folder().join(name);
            let explained = db.tnld(&["explain", file.to_str().unwrap()]);
            let printed: Value = serde_json::from_str(&explained.stdout).unwrap();

            if expect.get("error_pointers").is_some() {
                let pointers = answer.error_pointers();
                assert_eq!(pointers, sorted(&expect["error_pointers"]), "{name}");
                assert_eq!(printed["errors"], answer.json()["errors"], "{name}");
                answer.expect(u16::try_from(expect["status"].as_u64().unwrap()).unwrap());
                explained.failed(1);
                continue;
            }
            let decided = answer.expect(200);
            check(name, expect, &decided);
            assert_eq!(decided["receipt_no"], Value::Null, "{name}");
            assert_eq!(decided["case"], Value::Null, "{name}");
            assert!(
                decided["routing"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|told| told["status"] == "preview")
            );
            // The command line asks the same function.
            assert_eq!(printed, decided, "{name}");
            explained.ok();
        }

        assert_eq!(TOUCHED.map(|table| rows(db, table)), before);
        assert_eq!(office.mails().len(), 0);
    }

    fn only_officials_ask_what_held_on_another_day(db: &Db) {
        let office = Office::open(db);
        let example = examples::example("03");
        let (body, at) = (&example["request"]["body"], "/api/v1/declarations/preview");
        let then = format!("{at}?received_at=2025-11-12T15:10:00%2B07:00");
        let employer = office.employer("6099254308");
        employer.post(at, body).expect(200);
        assert_eq!(employer.post(&then, body).expect(403)["code"], "forbidden");
        for official in [
            office.commune("22015"),
            office.police("22015"),
            office.inspector("66"),
            office.ministry(),
        ] {
            official.post(at, body).expect(200);
            official.post(&then, body).expect(200);
        }
        office.operator().post(at, body).expect(403);

        // A day before the accident, a time without its offset, a plus sign that was not written %2B.
        let ministry = office.ministry();
        let early = ministry.post(
            &format!("{at}?received_at=2025-11-12T14:00:00%2B07:00"),
            body,
        );
        assert_eq!(early.error_pointers(), ["/accident/occurred_at"]);
        for wrong in [
            "2025-11-12",
            "2025-11-12T15:10:00",
            "2025-11-12T15:10:00+07:00",
            "yesterday",
            "",
        ] {
            ministry
                .post(&format!("{at}?received_at={wrong}"), body)
                .expect(422);
        }
        // A moment for which there is no law.
        for wrong in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
            let answer = ministry.post(&format!("{at}?received_at={wrong}"), body);
            assert_eq!(answer.error_pointers(), ["/received_at"], "{wrong}");
        }
        ministry
            .post(&format!("{at}?received=2025-11-12T15:10:00%2B07:00"), body)
            .expect(422);
    }
}

fn sorted(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    let mut texts: Vec<String> = list.map(|entry| text(entry).to_owned()).collect();
    texts.sort();
    texts
}
