//! The same request twice has one effect and one answer.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Office, office::text, recent, with};
use crate::support::program::eventually;

const PATH: &str = "/api/v1/declarations";

fn key(value: &str) -> [(&str, &str); 1] {
    [("Idempotency-Key", value)]
}

on_both_databases! {
    fn the_same_key_and_body_give_the_same_receipt(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let body = recent("03");
        let first = employer.post_with(PATH, &key("ca-1"), &body);
        assert_eq!(first.header("idempotent-replayed"), "");
        let again = employer.post_with(PATH, &key("ca-1"), &body);
        assert_eq!((again.status, &again.text), (201, &first.text));
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.header("location"), first.header("location"));
        assert_eq!(again.header("content-type"), first.header("content-type"));

        // Bodies are compared as JSON values: order, spaces, spelling of numbers and signs.
        let spelled = respelled(&body);
        assert_ne!(spelled, body.to_string());
        let json_type = ("content-type", "application/json; charset=utf-8");
        let same = employer.send(
            "POST",
            PATH,
            &[json_type, key("ca-1")[0]],
            spelled.as_bytes(),
        );
        assert_eq!((same.status, &same.text), (201, &first.text));
        assert_eq!(same.header("idempotent-replayed"), "true");

        let other = with(body.clone(), &[("/accident/summary", json!("Khác."))]);
        assert_eq!(
            employer.post_with(PATH, &key("ca-1"), &other).expect(422)["code"],
            "key_reused"
        );
        assert_eq!(office.rows("cases"), 1);
        assert_eq!(office.inspector("66").queue("").len(), 1);

        // Without a key, with another key, and with the key of another token it is another declaration.
        let receipt_no = text(&first.json()["receipt_no"]).to_owned();
        let others = [
            employer.post(PATH, &body).expect(201),
            employer.post_with(PATH, &key("ca-2"), &body).expect(201),
            office
                .employer("6099254308")
                .post_with(PATH, &key("ca-1"), &body)
                .expect(201),
        ];
        for other in others {
            assert_ne!(text(&other["receipt_no"]), receipt_no);
        }
        assert_eq!(office.rows("cases"), 4);
    }

    fn a_key_is_free_again_after_a_refusal(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let wrong = with(
            recent("03"),
            &[("/accident/place/commune_code", json!("99999"))],
        );
        employer.post_with(PATH, &key("ca-1"), &wrong).expect(422);
        assert_eq!(office.rows("idempotency_keys"), 0);
        let right = employer.post_with(PATH, &key("ca-1"), &recent("03"));
        assert_eq!(right.header("idempotent-replayed"), "");
        right.expect(201);
    }

    fn a_preview_uses_up_no_key(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let body = recent("03");
        employer
            .post_with("/api/v1/declarations/preview", &key("ca-1"), &body)
            .expect(200);
        employer
            .post_with("/api/v1/declarations/preview", &key("ca-1"), &recent("06"))
            .expect(200);
        employer.post_with(PATH, &key("ca-1"), &body).expect(201);
    }

    fn identical_requests_at_the_same_instant_make_one_case(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let body = recent("03");
        let start = std::sync::Barrier::new(8);
        let answers: Vec<(String, String)> = std::thread::scope(|scope| {
            let sent: Vec<_> = (0..8)
                .map(|_| {
                    let (employer, body, start) = (employer.clone(), &body, &start);
                    scope.spawn(move || {
                        start.wait();
                        let answer = employer.post_with(PATH, &key("ca-1"), body);
                        assert_eq!(answer.status, 201, "{}", answer.text);
                        (
                            answer.text.clone(),
                            answer.header("idempotent-replayed").to_owned(),
                        )
                    })
                })
                .collect();
            sent.into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(answers.iter().all(|(text, _)| *text == answers[0].0));
        assert_eq!(
            answers
                .iter()
                .filter(|(_, replayed)| replayed.is_empty())
                .count(),
            1
        );
        for (table, rows) in [
            ("cases", 1),
            ("declarations", 1),
            ("case_events", 1),
            ("alerts", 2),
            ("outbox", 3),
        ] {
            assert_eq!(office.rows(table), rows, "{table}");
        }
    }

    fn a_key_is_kept_for_thirty_days(db: &Db) {
        let office = Office::open(db);
        let token = db.token("employer", &["--tax-code", "6099254308"]);
        let body = recent("03");
        let first = office
            .with_token(&token)
            .post_with(PATH, &key("ca-1"), &body);
        assert_eq!(first.status, 201);
        drop(office);

        for (days, is_kept) in [(29, true), (31, false)] {
            let offset = (days * 24 * 3600).to_string();
            let later = Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", &offset)]);
            if !is_kept {
                eventually(Duration::from_secs(20), || {
                    (later.rows("idempotency_keys") == 0).then_some(())
                });
            }
            let again = later
                .with_token(&token)
                .post_with(PATH, &key("ca-1"), &body);
            assert_eq!(again.status, 201, "{}", again.text);
            assert_eq!(again.text == first.text, is_kept, "{days} days later");
        }
    }

    fn a_key_is_a_short_word(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let long = "k".repeat(201);
        for wrong in ["", " ", "two words", long.as_str(), "tab\there"] {
            let answer = employer.post_with(PATH, &key(wrong), &recent("03"));
            assert_eq!(
                answer.expect(422)["code"],
                "bad_idempotency_key",
                "{wrong:?}"
            );
        }
        assert_eq!(office.rows("cases"), 0);
        let longest = "k".repeat(200);
        employer
            .post_with(PATH, &key(&longest), &recent("03"))
            .expect(201);
    }
}

/// The same body, written otherwise: members backwards, counts as `2.0`, signs as `\u…`.
fn respelled(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .rev()
                .map(|(name, value)| format!("{} : {}", json!(name), respelled(value)))
                .collect();
            format!("{{ {} }}", members.join(" ,\n"))
        }
        Value::Array(entries) => {
            let entries: Vec<String> = entries.iter().map(respelled).collect();
            format!("[ {} ]", entries.join(" , "))
        }
        Value::Number(number) if number.is_u64() => format!("{number}.0"),
        Value::String(text) => {
            let signs: String = text
                .encode_utf16()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect();
            format!("\"{signs}\"")
        }
        other => other.to_string(),
    }
}
