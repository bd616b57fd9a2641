//! Tokens as a request shows them: missing, unknown, expired, revoked; last use.

use serde_json::Value;

use super::{Office, office::text, recent};
use crate::support::program::eventually;

/// Every address that needs a token.
const PROTECTED: [(&str, &str); 11] = [
    ("POST", "/api/v1/declarations"),
    ("POST", "/api/v1/declarations/preview"),
    ("GET", "/api/v1/declarations/267K-3M9Q-XR4F"),
    ("POST", "/api/v1/declarations/267K-3M9Q-XR4F/supplements"),
    ("GET", "/api/v1/cases"),
    ("GET", "/api/v1/cases/x"),
    ("GET", "/api/v1/cases/x/alerts"),
    ("POST", "/api/v1/cases/x/alerts/x/resend"),
    ("POST", "/api/v1/cases/x/steps/receive"),
    ("GET", "/api/v1/places?q=a"),
    ("GET", "/api/v1/alarms"),
];

/// The ids in `tnld token list`, in its order, with the whole line.
fn listed(db: &crate::support::Db) -> Vec<(String, String)> {
    let list = db.tnld(&["token", "list"]).ok();
    let lines = list.lines().skip(1);
    lines
        .map(|line| {
            let id = line.split_whitespace().next().unwrap();
            (id.to_owned(), line.to_owned())
        })
        .collect()
}

on_both_databases! {
    fn without_a_good_token_nothing_is_answered(db: &Db) {
        let office = Office::open(db);
        let body = recent("03").to_string();
        let json_type = ("content-type", "application/json");
        let unknown = format!("tnld_{}", "A".repeat(43));
        for (method, path) in PROTECTED {
            let sent: &[u8] = if method == "POST" {
                body.as_bytes()
            } else {
                b""
            };
            for token in ["", "x", unknown.as_str()] {
                let answer = office
                    .with_token(token)
                    .send(method, path, &[json_type], sent);
                assert_eq!(
                    answer.header("www-authenticate"),
                    "Bearer",
                    "{method} {path}"
                );
                assert_eq!(answer.header("cache-control"), "no-store");
                assert_eq!(
                    answer.expect(401)["code"],
                    "unauthenticated",
                    "{method} {path}"
                );
            }
        }
        let token = db.token("inspector", &["--province", "66"]);
        let nobody = office.with_token("");
        for header in [
            "Basic dXNlcjpwYXNz",
            "Bearer",
            "Bearer ",
            "Bearer\t",
            &format!("Token {token}"),
            &token,
            &format!("Bearer {token} {token}"),
        ] {
            nobody
                .send("GET", "/api/v1/cases", &[("authorization", header)], b"")
                .expect(401);
        }
        for scheme in ["Bearer", "bearer", "BEARER"] {
            nobody
                .send(
                    "GET",
                    "/api/v1/cases",
                    &[("authorization", &format!("{scheme} {token}"))],
                    b"",
                )
                .expect(200);
        }
        // A token in the address is none.
        nobody
            .get(&format!("/api/v1/cases?access_token={token}"))
            .expect(401);
        assert_eq!(office.rows("cases"), 0);
        for open in ["/healthz", "/readyz", "/metrics", "/openapi.json"] {
            assert_eq!(nobody.get(open).status, 200, "{open}");
        }
    }

    fn a_revoked_token_is_refused_from_that_moment(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        inspector.get("/api/v1/cases").expect(200);
        let (id, _) = listed(db).pop().unwrap();
        db.tnld(&["token", "revoke", &id]).ok();
        inspector.get("/api/v1/cases").expect(401);
        assert!(
            !office.program.log().contains("ERROR"),
            "{}",
            office.program.log()
        );
    }

    fn a_token_ends_with_its_day(db: &Db) {
        let short = db.token("inspector", &["--province", "66", "--expires", "1"]);
        let long = db.token("inspector", &["--province", "66", "--expires", "3"]);
        let office = Office::open_with(db, &[("TNLD_CLOCK_OFFSET", "90000")]);
        office.with_token(&short).get("/api/v1/cases").expect(401);
        office.with_token(&long).get("/api/v1/cases").expect(200);
    }

    fn the_last_use_of_a_token_is_written_and_its_name_stands_in_the_timeline(db: &Db) {
        let office = Office::open(db);
        let token = db.token(
            "employer",
            &["--tax-code", "6099254308", "--name", "Phòng An toàn"],
        );
        let used = || listed(db).pop().unwrap().1;
        let before = used();
        let employer = office.with_token(&token);
        employer.get("/api/v1/places?q=a").expect(200);
        eventually(std::time::Duration::from_secs(10), || {
            (used() != before).then_some(())
        });

        let answer = employer.declare(&recent("03"));
        let case = office.inspector("66").case_of(&answer);
        assert_eq!(
            (&case["timeline"][0]["by"], &case["timeline"][0]["role"]),
            (&Value::from("Phòng An toàn"), &Value::from("employer"))
        );
        assert!(!office.program.log().contains(&token));
        assert!(!text(&case["timeline"][0]["by"]).contains("tnld_"));
    }
}
