//! Notices without an account: told at once or held, confirmed or rejected; and who gave them.

use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Caller, Office, ago,
    office::{each, text},
    recent, with,
};
use crate::support::{Answer, program::eventually};

const SOON: Duration = Duration::from_secs(20);
const NAME: &str = "Lò Thị Mai Chứng";
const PHONE: &str = "0912000333";

/// A notice of a witness about commune 22015 in province 66.
fn notice(dead: u32, serious: u32) -> Value {
    json!({
        "kind": "accident",
        "declarant": { "role": "witness", "full_name": NAME, "phone": PHONE, "email": "mai@nhan-chung.test" },
        "accident": {
            "occurred_at": ago(40),
            "place": { "commune_code": "22015", "detail": "Lò gạch cuối thôn" },
            "summary": "Tường lò sập, có người bị vùi.",
            "casualties": { "dead": dead, "serious": serious, "light": 0, "missing": 0, "unknown": 0 },
        },
    })
}

#[track_caller]
fn give(nobody: &Caller, body: &Value) -> Answer {
    nobody.post("/api/v1/notices", body)
}

fn challenge(nobody: &Caller) -> Value {
    nobody.get("/api/v1/notices/challenge").expect(200)
}

/// What a person answers to the English question.
fn answer(challenge: &Value) -> String {
    const NUMBERS: [&str; 19] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
    ];
    const DAYS: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let question = text(&challenge["question_en"]);
    let words: Vec<&str> = question
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    let at = |word: &&str, of: &[&str]| of.iter().position(|one| one == word);
    if let Some(day) = words.iter().find_map(|word| at(word, &DAYS)) {
        return DAYS[(day + 1) % 7].to_owned();
    }
    let mut numbers: Vec<usize> = words.iter().filter_map(|word| at(word, &NUMBERS)).collect();
    match () {
        () if words.contains(&"plus") => (numbers[0] + numbers[1]).to_string(),
        () if words.contains(&"minus") => (numbers[0] - numbers[1]).to_string(),
        () => {
            // The question itself says "three numbers".
            numbers.remove(0);
            let largest = words.contains(&"largest");
            let found = if largest {
                numbers.iter().max()
            } else {
                numbers.iter().min()
            };
            NUMBERS[*found.unwrap()].to_owned()
        }
    }
}

pub fn answered(nobody: &Caller, body: Value) -> Value {
    let asked = challenge(nobody);
    let challenge = json!({ "id": asked["id"], "answer": answer(&asked) });
    with(body, &[("/challenge", challenge)])
}

fn held(caller: &Caller) -> Vec<Value> {
    let list = caller.get("/api/v1/notices/held").expect(200);
    list["items"].as_array().unwrap().clone()
}

fn decide(caller: &Caller, receipt_no: &Value, what: &str, body: Value) -> Answer {
    let path = format!("/api/v1/notices/{}/{what}", text(receipt_no));
    caller.post(&path, &body)
}

fn informants(caller: &Caller, case: &Value) -> Answer {
    caller.get(&format!("{}/informants", text(&case["href"])))
}

on_both_databases! {
    fn an_urgent_notice_needs_no_account_and_is_told_at_once(db: &Db) {
        let office = Office::open(db);
        let nobody = office.with_token("");
        let answer = give(&nobody, &notice(1, 0)).expect(201);
        let told = each(&answer["routing"], "role");
        for role in ["COMMUNE_PC", "PROVINCIAL_LABOUR_AUTHORITY", "LOCAL_POLICE"] {
            assert!(told.contains(&role), "{answer:#}");
        }
        eventually(SOON, || {
            let mails = office.mails();
            let has = |to: &str| mails.iter().any(|mail| mail.header("to") == to);
            (has("ubnd22015@example.test") && has("snv66@example.test")).then_some(())
        });

        let (commune, inspector) = (office.commune("22015"), office.inspector("66"));
        let case = inspector.case_of(&answer);
        assert_eq!((&case["status"], &case["notice"]), (&json!("NOTICED"), &json!("unverified")));
        assert_eq!(case["timeline"][0]["role"], "informant");
        let line = commune.get("/api/v1/cases").expect(200)["items"][0].clone();
        assert_eq!(line["notice"], "unverified");
        assert!(each(&case["allowed_actions"], "name").contains(&"confirm_notice"));

        // Who is not there to confirm it cannot.
        office.police("22015").step(&case, "confirm_notice", json!({})).expect(403);
        let confirmed = commune.step(&case, "confirm_notice", json!({"note": "Đã đến nơi."}));
        let confirmed = confirmed.expect(200);
        assert_eq!((&confirmed["notice"], &confirmed["status"]), (&json!("confirmed"), &json!("NOTICED")));
        let again = inspector.step(&confirmed, "confirm_notice", json!({})).expect(409);
        assert_eq!(again["code"], "nothing_to_confirm");

        // A false one is withdrawn as a false declaration is.
        let answer = give(&nobody, &notice(2, 0)).expect(201);
        let case = inspector.case_of(&answer);
        let gone = inspector.step(&case, "withdraw", json!({"reason": "Không có tai nạn."}));
        assert_eq!(gone.expect(200)["notice"], "rejected");
    }

    fn who_gave_notice_is_known_to_whom_it_was_given_and_to_nobody_else(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let commune = office.commune("22015");
        let inspector = office.inspector("66");
        let with_role = |role: &str| with(notice(1, 0), &[("/declarant/role", json!(role))]);
        let all = [
            give(&office.with_token(""), &with_role("family")).expect(201),
            employer.declare(&with_role("worker")),
            commune.declare(&with_role("witness")),
        ];
        eventually(SOON, || (office.mails().len() >= 12).then_some(()));
        for mail in office.mails() {
            let said = format!("{}{}", mail.text(), mail.html());
            assert!(!said.contains(NAME) && !said.contains(PHONE), "{said}");
            assert!(mail.text().contains("34.2"), "{said}");
            let start = mail.text().find("/a/").unwrap();
            let link = mail.text()[start..].split_whitespace().next().unwrap().to_owned();
            let page = office.with_token("").get(&link);
            assert_eq!(page.status, 200);
            assert!(!page.text.contains(NAME) && !page.text.contains(PHONE), "{}", page.text);
        }
        let outsiders = [
            office.police("22015"),
            office.police("66"),
            office.ministry(),
            employer.clone(),
            office.operator(),
        ];
        let neighbours = [office.commune("22045"), office.inspector("19")];
        for answer in &all {
            let href = text(&answer["case"]["href"]);
            let path = format!("/api/v1/declarations/{}", text(&answer["receipt_no"]));
            for caller in outsiders.iter().chain(&neighbours).chain([&commune, &inspector]) {
                for path in [href, &path] {
                    let seen = caller.get(path).text;
                    assert!(!seen.contains(NAME) && !seen.contains(PHONE), "{path}: {seen}");
                    assert!(!seen.contains("mai@nhan-chung.test"), "{path}: {seen}");
                }
            }
            for caller in &outsiders {
                informants(caller, &answer["case"]).expect(403);
            }
            for caller in &neighbours {
                informants(caller, &answer["case"]).expect(404);
            }
            office.with_token("").get(&format!("{href}/informants")).expect(401);
            for caller in [&commune, &inspector] {
                let found = informants(caller, &answer["case"]).expect(200);
                assert_eq!(each(&found["items"], "full_name"), [NAME]);
                assert_eq!(found["items"][0]["phone"], PHONE);
                assert_eq!(found["items"][0]["receipt_no"], answer["receipt_no"]);
            }
            // Each look left its trace.
            let trace = inspector.get(&format!("{path}/trace")).expect(200);
            let looks = each(&trace["items"], "action");
            let count = looks.iter().filter(|action| **action == "read_informant").count();
            assert_eq!(count, 2, "{trace:#}");
        }
        // The employer that declares in its own name is no informant.
        let declared = employer.declare(&recent("03"));
        let found = informants(&inspector, &declared["case"]).expect(200);
        assert_eq!(found["items"], json!([]));
        let (name, case) = (recent("03")["declarant"]["full_name"].clone(), inspector.case_of(&declared));
        assert_eq!(case["declaration"]["declarant"]["full_name"], name);
    }

    fn a_notice_without_a_proof_waits_until_a_human_lets_it_go(db: &Db) {
        let office = Office::open_with(db, &[("TNLD_OPERATOR_MAIL", "truc@tnld.test")]);
        let nobody = office.with_token("");
        let (commune, inspector) = (office.commune("22015"), office.inspector("66"));
        let (operator, ministry) = (office.operator(), office.ministry());
        let answer = give(&nobody, &notice(0, 1)).expect(202);
        assert_eq!(answer["held"], true);
        assert!(each(&answer["emergency_numbers"], "number").contains(&"115"));

        assert_eq!(office.rows("alerts"), 0);
        for caller in [&commune, &inspector, &ministry] {
            assert!(caller.queue("").is_empty());
        }
        let receipt_no = &answer["receipt_no"];
        for caller in [&commune, &ministry] {
            let path = format!("/api/v1/declarations/{}", text(receipt_no));
            caller.get(&path).expect(404);
        }
        for caller in [&commune, &inspector] {
            let list = held(caller);
            assert_eq!(list.len(), 1);
            assert_eq!(list[0]["receipt_no"], *receipt_no);
            assert_eq!(list[0]["because"], "no_proof");
            assert_eq!(list[0]["summary"], "Tường lò sập, có người bị vùi.");
        }
        // The operator sees that it is there, and is told.
        assert_eq!(held(&operator)[0]["summary"], Value::Null);
        let alarms = operator.get("/api/v1/alarms").expect(200);
        assert!(each(&alarms["items"], "kind").contains(&"notice_held"), "{alarms:#}");
        eventually(SOON, || {
            let mails = office.mails();
            mails.iter().any(|mail| mail.header("to") == "truc@tnld.test").then_some(())
        });
        for neighbour in [office.commune("22045"), office.inspector("19")] {
            assert!(held(&neighbour).is_empty());
            decide(&neighbour, receipt_no, "release", json!({})).expect(404);
            decide(&neighbour, receipt_no, "reject", json!({"reason": "Không có."})).expect(404);
        }
        decide(&operator, receipt_no, "release", json!({})).expect(403);

        let received_at = held(&commune)[0]["received_at"].clone();
        let released = decide(&commune, receipt_no, "release", json!({"note": "Đã gọi lại."}));
        let released = released.expect(200);
        assert_eq!(released["notice"], "unverified");
        assert!(office.rows("alerts") > 0);
        eventually(SOON, || {
            let mails = office.mails();
            mails.iter().any(|mail| mail.header("to") == "ubnd22015@example.test").then_some(())
        });
        let case = commune.case_of(&released);
        assert_eq!((&case["notice"], &case["received_at"]), (&json!("unverified"), &received_at));
        assert_eq!(case["timeline"][1]["action"], "notice_released");
        assert_eq!(informants(&commune, &released["case"]).expect(200)["items"][0]["full_name"], NAME);
        assert_eq!(commune.queue(""), [text(receipt_no)]);
        assert!(held(&commune).is_empty());
        let again = decide(&inspector, receipt_no, "release", json!({})).expect(409);
        assert_eq!(again["code"], "notice_decided");
    }

    fn a_false_notice_that_was_held_is_told_to_nobody_and_stays_on_record(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let answer = give(&office.with_token(""), &notice(0, 1)).expect(202);
        let receipt_no = &answer["receipt_no"];
        let without = decide(&inspector, receipt_no, "reject", json!({})).expect(422);
        assert_eq!(each(&without["errors"], "pointer"), ["/reason"]);
        let reason = json!({"reason": "Không có tai nạn nào ở đó."});
        let rejected = decide(&inspector, receipt_no, "reject", reason.clone()).expect(200);
        assert_eq!(rejected["notice"], "rejected");
        decide(&inspector, receipt_no, "release", json!({})).expect(409);
        decide(&inspector, receipt_no, "reject", reason).expect(409);
        assert_eq!(office.rows("alerts"), 0);
        assert!(inspector.queue("status=open").is_empty());
        let case = inspector.case_of(&rejected);
        assert_eq!((&case["notice"], &case["ended_because"]), (&json!("rejected"), &json!("withdrawn")));
        assert_eq!(case["timeline"][1]["reason"], "Không có tai nạn nào ở đó.");
        let mistyped = decide(&inspector, &json!("267K-3M9Q-XR4G"), "release", json!({}));
        assert_eq!(mistyped.status, 404);
    }

    fn a_question_or_a_little_work_counts_once(db: &Db) {
        let office = Office::open(db);
        let nobody = office.with_token("");
        let because = |answer: &Answer| {
            assert_eq!(answer.status, 202, "{}", answer.text);
            let list = held(&office.operator());
            let of = |line: &&Value| line["receipt_no"] == answer.json()["receipt_no"];
            list.iter().find(of).unwrap()["because"].clone()
        };
        let with_challenge = |challenge: Value| with(notice(0, 1), &[("/challenge", challenge)]);
        // A question in words.
        let asked = challenge(&nobody);
        let right = with_challenge(json!({"id": asked["id"], "answer": answer(&asked)}));
        give(&nobody, &right).expect(201);
        assert_eq!(because(&give(&nobody, &right)), "no_proof", "it was used");
        // Work.
        let asked = challenge(&nobody);
        let (salt, bits) = (text(&asked["proof"]["salt"]), asked["proof"]["bits"].as_u64().unwrap());
        let is_proof = |nonce: &String| {
            let hash = Sha256::digest(format!("{salt}{nonce}"));
            u128::from_be_bytes(hash[..16].try_into().unwrap()).leading_zeros() as u64 >= bits
        };
        let nonce = (0_u64..).map(|number| number.to_string()).find(is_proof).unwrap();
        give(&nobody, &with_challenge(json!({"id": salt, "nonce": nonce}))).expect(201);
        // A wrong answer uses it up.
        let asked = challenge(&nobody);
        let wrong = with_challenge(json!({"id": asked["id"], "answer": "một trăm"}));
        assert_eq!(because(&give(&nobody, &wrong)), "wrong_answer");
        let right = with_challenge(json!({"id": asked["id"], "answer": answer(&asked)}));
        assert_eq!(because(&give(&nobody, &right)), "no_proof");
        // What is no challenge of ours is none, and blocks nobody.
        for made_up in [json!(7), json!([]), json!({"id": "AAAA", "answer": "7"}), json!({"id": 1}), Value::Null] {
            assert_eq!(because(&give(&nobody, &with_challenge(made_up))), "no_proof");
        }
        assert_eq!(office.rows("used_challenges"), 3);
    }

    fn over_a_limit_a_notice_is_still_stored_and_the_operator_alarmed(db: &Db) {
        let office = Office::open(db);
        let nobody = office.with_token("");
        for _ in 0..10 {
            give(&nobody, &answered(&nobody, notice(0, 1))).expect(201);
        }
        give(&nobody, &answered(&nobody, notice(0, 1))).expect(202);
        let operator = office.operator();
        assert_eq!(held(&operator)[0]["because"], "over_limit");
        // Nobody dies of it: what is urgent has limits of its own.
        for _ in 0..30 {
            give(&nobody, &notice(1, 0)).expect(201);
        }
        let last = give(&nobody, &notice(1, 0)).expect(202);
        let line = held(&operator).pop().unwrap();
        assert_eq!((&line["receipt_no"], &line["urgent"]), (&last["receipt_no"], &json!(true)));
        let alarms = operator.get("/api/v1/alarms").expect(200);
        assert_eq!(alarms["items"][0]["kind"], "urgent_notice_held");
        assert_eq!(alarms["items"][0]["receipt_no"], last["receipt_no"]);
    }

    fn the_same_notice_sent_twice_is_one_and_a_key_blocks_nobody_else(db: &Db) {
        let office = Office::open(db);
        let nobody = office.with_token("");
        let key = [("idempotency-key", "1")];
        let give = |body: &Value| nobody.post_with("/api/v1/notices", &key, body);
        for (body, status) in [(notice(1, 0), 201), (notice(0, 1), 202)] {
            let (first, second) = (give(&body), give(&body));
            assert_eq!((first.status, second.status), (status, status));
            assert_eq!(first.json()["receipt_no"], second.json()["receipt_no"]);
            assert_eq!(second.header("idempotent-replayed"), "true");
        }
        assert_eq!(office.rows("cases"), 2);
    }

    fn nobody_speaks_for_the_commune_without_an_account(db: &Db) {
        let office = Office::open(db);
        let body = with(notice(1, 0), &[("/declarant/role", json!("commune"))]);
        let answer = give(&office.with_token(""), &body).expect(201);
        assert!(each(&answer["routing"], "role").contains(&"COMMUNE_PC"), "{answer:#}");
        assert_eq!(answer["warnings"][0]["code"], "role_not_proven");
        let case = office.commune("22015").case_of(&answer);
        assert_eq!(case["declaration"]["declarant"]["role"], "witness");
    }

    fn an_employer_without_an_account_is_heard_and_not_believed(db: &Db) {
        let office = Office::open(db);
        let answer = give(&office.with_token(""), &recent("03")).expect(201);
        let case = office.inspector("66").case_of(&answer);
        assert_eq!((&case["status"], &case["notice"]), (&json!("DECLARED"), &json!("unverified")));
        // Whoever has a token of that company did not declare it.
        let employer = office.employer("6099254308");
        let path = format!("/api/v1/declarations/{}", text(&answer["receipt_no"]));
        let seen = employer.get(&path);
        assert_eq!(seen.status, 404, "{}", seen.text);
    }

    fn a_notice_that_cannot_be_read_is_answered_with_every_fault(db: &Db) {
        let office = Office::open(db);
        let nobody = office.with_token("");
        let body = json!({"kind": "accident", "declarant": {"full_name": NAME}, "accident": {}, "held": false});
        let faults = give(&nobody, &body).expect(422);
        let pointers = each(&faults["errors"], "pointer");
        for pointer in ["/declarant/phone", "/accident/occurred_at", "/accident/summary"] {
            assert!(pointers.contains(&pointer), "{faults:#}");
        }
        assert_eq!(office.rows("cases"), 0);
        assert_eq!(office.rows("informants"), 0);
        nobody.send("POST", "/api/v1/notices", &[("content-type", "application/json")], b"{").expect(400);
    }
}
