//! Every address × every kind of post, with a case of its own place and with a stranger's: one table.
//! What it says must be what `domain/access/table.rs` says; an address that is in neither this table
//! nor in the list of those that are the same for everybody fails the test.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{House, Official};
use crate::api::{
    access::{Declared, address},
    described, recent, with,
};

/// The kinds of posts, in the order of the columns, each with the authority in which the test has
/// one. All are of province 66, the local ones of commune 22015.
const POSTS: [(char, &str, &str); 15] = [
    ('C', "chief_inspector", "SNV-66"),
    ('I', "investigator", "SNV-66"),
    ('D', "duty_officer", "SNV-66"),
    ('K', "commune_official", "UBX-22015"),
    ('k', "commune_police_officer", "CAX-22015"),
    ('P', "provincial_police_investigator", "CAT-66"),
    ('V', "procuracy", "VKS-66"),
    ('H', "health_department", "SYT-66"),
    ('S', "insurer", "BHXH-66"),
    ('U', "union", "LDLD-66"),
    ('Z', "zone_board", "BQL-66"),
    ('A', "provincial_administrator", "UBND-66"),
    ('N', "council_member", "UBND-66"),
    ('M', "ministry_officer", "BNV"),
    ('O', "operator", "BNV"),
];

/// Authorities that the contract's directory does not have.
const MORE: &str = "\
VKS-66,PROCURACY,Viện kiểm sát nhân dân tỉnh Đắk Lắk,province,66,2025-07-01,,vks66@example.test,02207100066,,
SYT-66,PROVINCIAL_HEALTH,Sở Y tế tỉnh Đắk Lắk,province,66,2025-07-01,,syt66@example.test,02207100067,,
BHXH-66,INSURER,Bảo hiểm xã hội tỉnh Đắk Lắk,province,66,2025-07-01,,bhxh66@example.test,02207100068,,
LDLD-66,UNION,Liên đoàn Lao động tỉnh Đắk Lắk,province,66,2025-07-01,,ldld66@example.test,02207100069,,
BQL-66,IZ_BOARD,Ban Quản lý các khu công nghiệp tỉnh Đắk Lắk,province,66,2025-07-01,,bql66@example.test,02207100070,,";

/// What is about a person's own account, or for everybody: no post changes it.
const SAME_FOR_ALL: &[&str] = &[
    "/api/v1/session",
    "/api/v1/account",
    "/api/v1/password-reset",
    "/api/v1/notices/challenge",
    "POST /api/v1/notices",
    "/api/v1/privacy",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
];

/// One row: the operation, its body, what whoever may is answered; and for each post, with what is
/// its own and with a stranger's: `+` may, `.` has no such right (403), `x` is told of none (404).
struct Row(&'static str, Value, u16, &'static str, &'static str);

fn table() -> Vec<Row> {
    let none = Value::Null;
    let empty = json!({});
    let declaring = recent("03");
    vec![
        Row("POST /api/v1/declarations", declaring.clone(), 422, "", ""),
        Row("POST /api/v1/declarations/preview", declaring.clone(), 422, "", ""),
        Row("GET /api/v1/declarations/{receipt_no}", none.clone(), 200, "", ""),
        Row("POST /api/v1/declarations/{receipt_no}/supplements", empty.clone(), 422, "", ""),
        Row("GET /api/v1/declarations/{receipt_no}/trace", none.clone(), 200, "", ""),
        Row("GET /api/v1/cases", none.clone(), 200, "", ""),
        Row("GET /api/v1/cases/{case_id}", none.clone(), 200, "", ""),
        Row("GET /api/v1/cases/{case_id}/alerts", none.clone(), 200, "", ""),
        Row("POST /api/v1/cases/{case_id}/alerts/{message_id}/resend", none.clone(), 422, "", ""),
        Row("POST /api/v1/cases/{case_id}/steps/{step}", empty.clone(), 422, "", ""),
        Row("GET /api/v1/notices/held", none.clone(), 200, "", ""),
        Row("POST /api/v1/notices/{receipt_no}/release", empty.clone(), 422, "", ""),
        Row("POST /api/v1/notices/{receipt_no}/reject", empty.clone(), 422, "", ""),
        Row("GET /api/v1/cases/{case_id}/informants", none.clone(), 200, "", ""),
        Row("GET /api/v1/places", none.clone(), 200, "", ""),
        Row("GET /api/v1/data-subject-requests", none.clone(), 200, "", ""),
        Row("POST /api/v1/data-subject-requests", empty.clone(), 422, "", ""),
        Row("GET /api/v1/data-subject-requests/{request_id}", none.clone(), 200, "", ""),
        Row("POST /api/v1/data-subject-requests/{request_id}/acknowledge", none.clone(), 422, "", ""),
        Row("POST /api/v1/data-subject-requests/{request_id}/extend", empty.clone(), 422, "", ""),
        Row("POST /api/v1/data-subject-requests/{request_id}/answer", empty.clone(), 422, "", ""),
        Row("POST /api/v1/data-subject-requests/{request_id}/refuse", empty.clone(), 422, "", ""),
        Row("GET /api/v1/breaches", none.clone(), 200, "", ""),
        Row("POST /api/v1/breaches", empty.clone(), 422, "", ""),
        Row("GET /api/v1/breaches/{breach_id}", none.clone(), 200, "", ""),
        Row("GET /api/v1/breaches/{breach_id}/form", none.clone(), 200, "", ""),
        Row("POST /api/v1/breaches/{breach_id}/measures", empty.clone(), 422, "", ""),
        Row("POST /api/v1/breaches/{breach_id}/notified", empty.clone(), 422, "", ""),
        Row("POST /api/v1/breaches/{breach_id}/close", empty.clone(), 422, "", ""),
        Row("GET /api/v1/retention/plan", none.clone(), 200, "", ""),
        Row("POST /api/v1/cases/{case_id}/hold", empty.clone(), 422, "", ""),
        Row("POST /api/v1/cases/{case_id}/hold/lift", empty.clone(), 422, "", ""),
        Row("GET /api/v1/duties", none.clone(), 200, "", ""),
        Row("PUT /api/v1/duties", empty.clone(), 200, "", ""),
        Row("GET /api/v1/alarms", none.clone(), 200, "", ""),
        Row("GET /api/v1/posts", none.clone(), 200, "", ""),
        Row("POST /api/v1/posts", empty.clone(), 422, "", ""),
        Row("GET /api/v1/posts/{post_id}", none.clone(), 200, "", ""),
        Row("POST /api/v1/posts/{post_id}/end", empty.clone(), 422, "", ""),
        Row("POST /api/v1/posts/{post_id}/holders", empty.clone(), 422, "", ""),
        Row("POST /api/v1/posts/{post_id}/holders/{account_id}/remove", empty.clone(), 422, "", ""),
        Row("POST /api/v1/posts/{post_id}/hand-over", empty.clone(), 422, "", ""),
        Row("POST /api/v1/posts/{post_id}/shifts", empty.clone(), 422, "", ""),
        Row("POST /api/v1/posts/{post_id}/shifts/{shift_id}/cancel", empty.clone(), 422, "", ""),
        Row("GET /api/v1/tokens", none.clone(), 200, "", ""),
        Row("POST /api/v1/tokens", json!({"name": "x", "scopes": ["list_cases"], "password": "x"}), 422, "", ""),
        Row("POST /api/v1/tokens/{token_id}/revoke", empty.clone(), 422, "", ""),
        Row("GET /api/v1/authorities", none.clone(), 200, "", ""),
        Row("GET /api/v1/authorities/{authority_id}", none.clone(), 200, "", ""),
        Row("POST /api/v1/authorities", empty.clone(), 422, "", ""),
        Row("POST /api/v1/authorities/preview", empty.clone(), 422, "", ""),
        Row("POST /api/v1/authorities/{authority_id}/end", empty.clone(), 422, "", ""),
        Row("POST /api/v1/authorities/{authority_id}/correct", empty.clone(), 422, "", ""),
        Row("GET /api/v1/rules", none.clone(), 200, "", ""),
        Row("GET /api/v1/rules/{rule_id}", none.clone(), 200, "", ""),
        Row("POST /api/v1/rules/preview", empty.clone(), 422, "", ""),
        Row("GET /api/v1/rules/proposals", none.clone(), 200, "", ""),
        Row("POST /api/v1/rules/proposals", empty.clone(), 422, "", ""),
        Row("GET /api/v1/rules/proposals/{proposal_id}", none.clone(), 200, "", ""),
        Row("POST /api/v1/rules/proposals/{proposal_id}/approve", empty.clone(), 422, "", ""),
        Row("POST /api/v1/rules/proposals/{proposal_id}/reject", empty.clone(), 422, "", ""),
        Row("POST /api/v1/rules/proposals/{proposal_id}/withdraw", empty.clone(), 422, "", ""),
        Row("GET /api/v1/authorities/{authority_id}/roster", none.clone(), 200, "", ""),
        Row("GET /api/v1/authorities/{authority_id}/on-duty", none.clone(), 200, "", ""),
    ]
}

/// Whether an operation is the same for everybody.
fn is_same_for_all(operation: &str) -> bool {
    let path = operation.split_once(' ').unwrap().1;
    SAME_FOR_ALL.iter().any(|one| match one.strip_prefix('/') {
        Some(_) => path == *one || path.starts_with(&format!("{one}/")) || path == format!("{one}s")
            || path.starts_with(&format!("{one}s/")),
        None => operation == *one,
    })
}

#[test]
fn every_address_that_is_described_is_in_the_table_or_the_same_for_everybody() {
    let described: BTreeSet<String> = described::operations()
        .into_keys()
        .filter(|operation| !is_same_for_all(operation))
        .collect();
    let tabled: BTreeSet<String> = table().iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(described, tabled);
    assert_eq!(tabled.len(), table().len(), "an address stands twice");
}

on_both_databases! {
    fn every_post_is_answered_at_every_address_as_the_table_says(db: &Db) {
        db.with_authorities();
        let header = "authority_id,role,name,level,territory_code,valid_from,valid_to,email,phone,escalates_to,sectors";
        let file = db.folder().join("more-authorities.csv");
        std::fs::write(&file, format!("{header}\n{MORE}\n")).unwrap();
        db.tnld(&["authorities", "import", file.to_str().unwrap()]).ok();
        let house = House::open(db);
        let officials: Vec<Official> = POSTS
            .iter()
            .map(|(_, kind, authority)| house.official(&format!("{kind}@donvi.test"), authority, kind, &[]))
            .collect();
        let declare = |tax_code: &str, body: &Value, authority: &str, post: &str| {
            let employer = house.program.client(&db.token("employer", &["--tax-code", tax_code]));
            Declared {
                answer: employer.post("/api/v1/declarations", body).expect(201),
                authority: authority.to_owned(),
                post: post.to_owned(),
            }
        };
        let elsewhere = with(recent("03"), &[("/accident/place/commune_code", json!("02008"))]);
        let own = declare("6099254308", &recent("03"), "SNV-66", &officials[1].post);
        let made = db.tnld(&["post", "create", "--authority", "SNV-19", "--kind", "investigator", "--name", "Số 1"]);
        let strangers = declare("0100233488", &elsewhere, "SNV-19", made.ok().trim_end());

        let mut wrong = Vec::new();
        for Row(operation, body, ok, mine, theirs) in table() {
            let (method, template) = operation.split_once(' ').unwrap();
            for (declared, expected) in [(&own, mine), (&strangers, theirs)] {
                let path = address(template, declared);
                let answered = |official: &Official| {
                    let answer = match body.is_null() {
                        true => official.browser.send_bytes(method, &path, "", b"", &[]),
                        false => official.browser.send(method, &path, &body),
                    };
                    match answer.status {
                        status if status == ok => '+',
                        403 => '.',
                        404 => 'x',
                        _ => '?',
                    }
                };
                let found: String = officials.iter().map(answered).collect();
                if found != expected {
                    wrong.push(format!("{operation} {path}: {found} instead of {expected}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
