//! Every address × every kind of post, with a case of its own place and with a stranger's: one table.
//! What it says must be what `domain/access/table.rs` says; an address that is in neither this table
//! nor in the list of those that are the same for everybody fails the test.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{House, Official};
use crate::api::{
    access::{Declared, TUS, address},
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

/// What is about a person's own account, or for everybody: no post changes it. By how the path
/// begins.
const SAME_FOR_ALL: &[&str] = &[
    "/api/v1/session",
    "/api/v1/account/",
    "/api/v1/oidc",
    "/api/v1/password-reset",
    "/api/v1/notices/challenge",
    "/api/v1/privacy",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
];

/// A line for each address: method, path, body, what whoever may is answered; then for each post,
/// with what is its own and with a stranger's, `+` may, `.` has no such right (403), `x` is told that
/// there is none (404).
const TABLE: &str = "
                                                                            CIDKkPVHSUZANMO CIDKkPVHSUZANMO
POST /api/v1/declarations                                   declaration 201 ...+........... ...+...........
POST /api/v1/official-notices                               declaration 201 ....++.+....... ....++.+.......
POST /api/v1/declarations/preview                           declaration 200 ++++++.......+. ++++++.......+.
GET  /api/v1/declarations/{receipt_no}                      -           200 +++x++xxxxxxx+x xxxxxxxxxxxxx+x
POST /api/v1/declarations/{receipt_no}/supplements          {}          422 +++x++xxxxxxx+x xxxxxxxxxxxxx+x
GET  /api/v1/declarations/{receipt_no}/trace                -           200 +++x++xxxxxxx+x xxxxxxxxxxxxx+x
GET  /api/v1/cases                                          -           200 +++++++++++..+. +++++++++++..+.
GET  /api/v1/cases/counts                                   -           200 +++++++++++..+. +++++++++++..+.
GET  /api/v1/cases/search                                   -           422 +++++++++++..+. +++++++++++..+.
POST /api/v1/cases/assignments                              {}          422 ++++++.......+. ++++++.......+.
GET  /api/v1/saved-filters                                  -           200 +++++++++++..+. +++++++++++..+.
POST /api/v1/saved-filters                                  {}          422 +++++++++++..+. +++++++++++..+.
DELETE /api/v1/saved-filters/{filter_id}                    -           404 +++++++++++..+. +++++++++++..+.
GET  /api/v1/cases/{case_id}                                -           200 +++x++xxxxx..+. xxxxxxxxxxx..+.
GET  /api/v1/cases/{case_id}/alerts                         -           200 +++x++xxxxx..+. xxxxxxxxxxx..+.
POST /api/v1/cases/{case_id}/alerts/{message_id}/resend     -           404 ++++++.......+. ++++++.......+.
POST /api/v1/cases/{case_id}/alerts/{alert_id}/assign       {}          404 +.++++.......+. +.++++.......+.
POST /api/v1/cases/{case_id}/steps/{step}                   {}          422 +++x++xxxxx.... xxxxxxxxxxx....
POST /api/v1/cases/{case_id}/steps/{step}/preview           {}          422 +++x++xxxxx.... xxxxxxxxxxx....
GET  /api/v1/cases/{case_id}/victims/{no}/insurance-dossier -           200 ++.x++x.x...... xx.xxxx.x......
GET  /api/v1/cases/{case_id}/victims/{no}/insurance-dossier/export -           200 ++.x++x.x...... xx.xxxx.x......
GET  /api/v1/cases/{case_id}/possible-duplicates            -           200 +++x.........+. xxxx.........+.
GET  /api/v1/cases/{case_id}/contradictions                 -           200 +++x.........+. xxxx.........+.
GET  /api/v1/cases/{case_id}/transfers                      -           200 +++x.........+. xxxx.........+.
GET  /api/v1/cases/{case_id}/documents                      -           200 +++x++xxxxx..+. xxxxxxxxxxx..+.
GET  /api/v1/documents/{document_id}                        -           404 +++++++++++..+. +++++++++++..+.
GET  /api/v1/documents/{document_id}/content                -           404 +++++++++++..+. +++++++++++..+.
GET  /api/v1/documents/{document_id}/preview                -           404 +++++++++++..+. +++++++++++..+.
POST /api/v1/documents/{document_id}/remove                 {}          404 ++.+.........+. ++.+.........+.
OPTIONS /api/v1/uploads                                        -           204 +++++++++++++++ +++++++++++++++
POST /api/v1/cases/{case_id}/uploads                        -           201 +++x++x......+. xxxxxxx......+.
GET  /api/v1/uploads/{upload_id}                            -           404 +++++++......+. +++++++......+.
PATCH /api/v1/uploads/{upload_id}                            -           404 +++++++......+. +++++++......+.
DELETE /api/v1/uploads/{upload_id}                            -           404 +++++++......+. +++++++......+.
GET  /api/v1/forms                                          -           200 +++++++++++++++ +++++++++++++++
GET  /api/v1/cases/{case_id}/forms                          -           200 +++x++.......+. xxxxxx.......+.
POST /api/v1/cases/{case_id}/forms                          {}          422 ++.x.........+. xx.x.........+.
GET  /api/v1/forms/issued/{file}                            -           404 ++++++.......+. ++++++.......+.
GET  /api/v1/forms/by-mark/{mark}                           -           404 ++++++.......+. ++++++.......+.
POST /api/v1/scans                                          -           415 ++++++.......+. ++++++.......+.
GET  /api/v1/notices/held                                   -           200 +.++..........+ +.++..........+
POST /api/v1/notices/{receipt_no}/release                   {}          404 +.++........... +.++...........
POST /api/v1/notices/{receipt_no}/reject                    {}          404 +.++........... +.++...........
GET  /api/v1/cases/{case_id}/informants                     -           200 +++x........... xxxx...........
GET  /api/v1/places                                         -           200 +++++++++++++++ +++++++++++++++
GET  /api/v1/data-subject-requests                          -           200 +..........+..+ +..........+..+
POST /api/v1/data-subject-requests                          {}          422 +..........+..+ +..........+..+
GET  /api/v1/data-subject-requests/{request_id}             -           404 +..........+..+ +..........+..+
POST /api/v1/data-subject-requests/{request_id}/acknowledge -           404 +..........+..+ +..........+..+
POST /api/v1/data-subject-requests/{request_id}/extend      {}          404 +..........+..+ +..........+..+
POST /api/v1/data-subject-requests/{request_id}/answer      {}          404 +..........+..+ +..........+..+
POST /api/v1/data-subject-requests/{request_id}/refuse      {}          404 +..........+..+ +..........+..+
GET  /api/v1/breaches                                       -           200 ...........+..+ ...........+..+
POST /api/v1/breaches                                       {}          422 ...........+..+ ...........+..+
GET  /api/v1/breaches/{breach_id}                           -           404 ...........+..+ ...........+..+
GET  /api/v1/breaches/{breach_id}/form                      -           404 ...........+..+ ...........+..+
POST /api/v1/breaches/{breach_id}/measures                  {}          404 ...........+..+ ...........+..+
POST /api/v1/breaches/{breach_id}/notified                  {}          404 ...........+..+ ...........+..+
POST /api/v1/breaches/{breach_id}/close                     {}          404 ...........+..+ ...........+..+
GET  /api/v1/retention/plan                                 -           200 ...........+..+ ...........+..+
POST /api/v1/cases/{case_id}/hold                           {}          422 ...........+..+ ...........x..+
POST /api/v1/cases/{case_id}/hold/lift                      {}          422 ...........+..+ ...........x..+
GET  /api/v1/duties                                         -           200 ...........+..+ ...........+..+
PUT  /api/v1/duties                                         {}          422 ...........+..+ ...........+..+
GET  /api/v1/alarms                                         -           200 ..............+ ..............+
GET  /api/v1/operations                                     -           200 ..............+ ..............+
GET  /api/v1/alerts                                         -           200 +++++++++++..++ +++++++++++..++
GET  /api/v1/calls                                          -           200 ..............+ ..............+
POST /api/v1/calls/{call_id}                                {}          404 ..............+ ..............+
GET  /api/v1/posts                                          -           200 ++++++++++++.++ ++++++++++++.++
POST /api/v1/posts                                          {}          422 +..........+..+ +..........+..+
GET  /api/v1/posts/{post_id}                                -           200 +++xxxxxxxx+.x+ xxxxxxxxxxxx.x+
GET  /api/v1/posts/{post_id}/held                           -           200 ++.xxxxxxxx+.x+ xxxxxxxxxxxx.x+
POST /api/v1/posts/{post_id}/end                            {}          422 +..........+..+ x..........x..+
POST /api/v1/posts/{post_id}/holders                        {}          422 +..........+..+ x..........x..+
POST /api/v1/posts/{post_id}/holders/{account_id}/remove    {}          422 +..........+..+ x..........x..+
POST /api/v1/posts/{post_id}/hand-over                      {}          422 +..........+..+ x..........x..+
POST /api/v1/posts/{post_id}/shifts                         {}          422 +..........+..+ x..........x..+
POST /api/v1/posts/{post_id}/shifts/{shift_id}/cancel       {}          422 +..........+..+ x..........x..+
POST /api/v1/accounts/{account_id}/lock                     {}          404 ...........+..+ ...........+..+
POST /api/v1/accounts/{account_id}/unlock                   -           404 ...........+..+ ...........+..+
POST /api/v1/accounts/{account_id}/reset-second-factor      password    404 ...........+..+ ...........+..+
GET  /api/v1/tokens                                         -           200 +..........+..+ +..........+..+
POST /api/v1/tokens                                         token       422 +..........+..+ +..........+..+
POST /api/v1/tokens/{token_id}/revoke                       {}          404 +..........+..+ +..........+..+
GET  /api/v1/employers                                      -           200 ...........+.++ ...........+.++
GET  /api/v1/employers/{employer_id}                        -           404 ...........+.++ ...........+.++
GET  /api/v1/employers/{employer_id}/people                 -           404 ...........+.++ ...........+.++
GET  /api/v1/employers/{employer_id}/claims                 -           404 ...........+.++ ...........+.++
POST /api/v1/employers/{employer_id}/verify                 {}          404 ...........+.++ ...........+.++
POST /api/v1/employers/{employer_id}/unverify               {}          404 ...........+.++ ...........+.++
POST /api/v1/employers/{employer_id}/lock                   {}          404 ...........+.++ ...........+.++
POST /api/v1/employers/{employer_id}/unlock                 {}          404 ...........+.++ ...........+.++
POST /api/v1/employers/{employer_id}/unmerge                {}          404 ...........+.++ ...........+.++
POST /api/v1/employers/{employer_id}/merge                  {}          422 ...........+.++ ...........+.++
POST /api/v1/employers/{employer_id}/claims/{claim_id}/decide {}          404 ...........+.++ ...........+.++
POST /api/v1/employers/{employer_id}/people/{account_id}/role {}          404 ............... ...............
POST /api/v1/employers/{employer_id}/people/{account_id}/remove {}          404 ............... ...............
POST /api/v1/employers/{employer_id}/leave                  {}          404 ............... ...............
POST /api/v1/employers/{employer_id}/invitations            {}          404 ............... ...............
GET  /api/v1/employers/{employer_id}/invitations            -           404 ............... ...............
POST /api/v1/employers/{employer_id}/invitations/{invitation_id}/withdraw -           404 ............... ...............
GET  /api/v1/employers/{employer_id}/tokens                 -           404 ............... ...............
POST /api/v1/employers/{employer_id}/tokens                 token       422 ............... ...............
POST /api/v1/employers/{employer_id}/tokens/{token_id}/revoke {}          404 ............... ...............
GET  /api/v1/authorities                                    -           200 +++++++++++++++ +++++++++++++++
GET  /api/v1/authorities/{authority_id}                     -           200 +++++++++++++++ +++++++++++++++
POST /api/v1/authorities                                    {}          422 ...........+.++ ...........+.++
POST /api/v1/authorities/preview                            {}          422 ...........+.++ ...........+.++
POST /api/v1/authorities/{authority_id}/end                 {}          422 ...........+.++ ...........x.++
POST /api/v1/authorities/{authority_id}/correct             {}          422 ...........+.++ ...........x.++
GET  /api/v1/directory-proposals                            -           200 ...........+.++ ...........+.++
POST /api/v1/directory-proposals/{proposal_id}/settle       {}          404 ...........+.++ ...........+.++
GET  /api/v1/rules                                          -           200 +++++++++++++++ +++++++++++++++
GET  /api/v1/rules/{rule_id}                                -           200 +++++++++++++++ +++++++++++++++
POST /api/v1/rules/preview                                  {}          422 ...........+.++ ...........+.++
GET  /api/v1/rules/proposals                                -           200 ...........+.++ ...........+.++
POST /api/v1/rules/proposals                                {}          422 ...........+.++ ...........+.++
GET  /api/v1/rules/proposals/{proposal_id}                  -           404 ...........+.++ ...........+.++
POST /api/v1/rules/proposals/{proposal_id}/approve          {}          404 .............++ .............++
POST /api/v1/rules/proposals/{proposal_id}/reject           {}          422 .............++ .............++
POST /api/v1/rules/proposals/{proposal_id}/withdraw         {}          422 ...........+.++ ...........+.++
GET  /api/v1/coverage                                       -           200 ...........+.++ ...........+.++
GET  /api/v1/authorities/{authority_id}/contacts            -           200 ...........+.++ ...........x.++
POST /api/v1/authorities/{authority_id}/contacts            {}          422 ...........+.++ ...........x.++
POST /api/v1/authorities/{authority_id}/contacts/{contact_id}/end {}    404 ...........+.++ ...........+.++
GET  /api/v1/authorities/{authority_id}/roster              -           200 +++xxxxxxxx+xx+ xxxxxxxxxxxxxx+
GET  /api/v1/authorities/{authority_id}/on-duty             -           200 +++xxxxxxxx+xx+ xxxxxxxxxxxxxx+
";

/// One line of the table.
struct Row {
    operation: String,
    body: Value,
    ok: u16,
    own: &'static str,
    strangers: &'static str,
}

fn table() -> Vec<Row> {
    let row = |line: &'static str| {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [method, path, body, ok, own, strangers] = parts[..] else {
            panic!("not a line of the table: {line}");
        };
        Row {
            operation: format!("{method} {path}"),
            body: match body {
                "-" => Value::Null,
                "declaration" => recent("03"),
                "token" => json!({"name": "x", "scopes": ["list_cases"], "password": "x"}),
                "password" => json!({"password": "x"}),
                body => serde_json::from_str(body).unwrap(),
            },
            ok: ok.parse().unwrap(),
            own,
            strangers,
        }
    };
    TABLE.trim().lines().skip(1).map(row).collect()
}

/// Whether an operation is the same for everybody.
fn is_same_for_all(operation: &str) -> bool {
    let (_, path) = operation.split_once(' ').unwrap();
    let is_open = ["POST /api/v1/notices", "POST /api/v1/employers"].contains(&operation);
    is_open || SAME_FOR_ALL.iter().any(|one| path.starts_with(one))
}

#[test]
fn every_address_that_is_described_is_in_the_table_or_the_same_for_everybody() {
    let described: BTreeSet<String> = described::operations()
        .into_keys()
        .filter(|operation| !is_same_for_all(operation))
        .collect();
    let tabled: BTreeSet<String> = table().into_iter().map(|row| row.operation).collect();
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
        for row in table() {
            let (method, template) = row.operation.split_once(' ').unwrap();
            for (declared, expected) in [(&own, row.own), (&strangers, row.strangers)] {
                let path = address(template, declared);
                let answered = |official: &Official| {
                    let answer = match row.body.is_null() {
                        true if template.contains("uploads") => official.browser.send_bytes(method, &path, "", b"", &TUS),
                        true => official.browser.send_bytes(method, &path, "", b"", &[]),
                        false => official.browser.send(method, &path, &row.body),
                    };
                    match answer.status {
                        status if status == row.ok => '+',
                        403 => '.',
                        404 => 'x',
                        _ => '?',
                    }
                };
                let found: String = officials.iter().map(answered).collect();
                if found != expected {
                    wrong.push(format!("{} {path}: {found} instead of {expected}", row.operation));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
