//! Attacks, each with its answer and with the entry that it leaves in the trace. Guessed passwords, replayed
//! codes and cookies, and letters that look alike have theirs in tests/it/people and tests/it/employers.

use std::time::Duration;

use serde_json::{Value, json};

use super::Line;
use crate::{
    api::{
        Office,
        office::{Caller, text},
        recent,
    },
    people::{Browser, House, Row, trace},
    support::{Db, program::eventually},
};

const SOON: Duration = Duration::from_secs(20);

/// The entry of what was refused that this says yes to.
#[track_caller]
fn refused(db: &Db, what: &str, is: impl Fn(&Row) -> bool) -> Row {
    let begun = std::time::Instant::now();
    loop {
        let rows = trace(db, "refused");
        if let Some(at) = rows.iter().position(&is) {
            return rows.into_iter().nth(at).unwrap();
        }
        assert!(begun.elapsed() < SOON, "{what}: {rows:#?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The entry of somebody unknown.
#[track_caller]
fn of_nobody(db: &Db, asked: &str, why: &str) {
    let row = refused(db, asked, |row| {
        (row.object_id.as_str(), row.result.as_str()) == (asked, why)
    });
    assert_eq!(
        (row.actor_kind.as_str(), row.actor_name.as_str()),
        ("unknown", ""),
        "{asked}"
    );
}

/// The entry of a token of this name.
#[track_caller]
fn of_token(db: &Db, name: &str, asked: &str, why: &str) {
    let row = refused(db, asked, |row| {
        row.actor_name == name && row.object_id == asked && row.result == why
    });
    assert_eq!(row.actor_kind, "token", "{asked}");
}

on_both_databases! {
    fn a_token_that_was_forged_or_has_ended_is_refused_and_traced(db: &Db) {
        let office = Office::open(db);
        let forged = format!("tnld_{}", "A".repeat(43));
        office.with_token(&forged).get("/api/v1/cases").expect(401);
        of_nobody(db, "GET /api/v1/cases", "unauthenticated");
        for (name, how) in [("Hết hạn", "expires_at"), ("Thu hồi", "revoked_at")] {
            let token = db.token("inspector", &["--province", "66", "--name", name]);
            let end = format!("UPDATE tokens SET {how} = '2020-01-01 00:00:00' WHERE name = '{name}'");
            db.connect().execute_sql(&end).unwrap();
            office.with_token(&token).get("/api/v1/alarms").expect(401);
            of_token(db, name, "GET /api/v1/alarms", "unauthenticated");
            assert!(!office.program.log().contains(&token));
        }
        // Who shows nothing has tried nothing.
        office.with_token("").get("/api/v1/coverage").expect(401);
        std::thread::sleep(Duration::from_millis(500));
        let rows = trace(db, "refused");
        assert!(rows.iter().all(|row| row.object_id != "GET /api/v1/coverage"), "{rows:?}");
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
    }

    fn a_forged_cookie_and_the_page_of_another_site_are_traced(db: &Db) {
        let house = House::open(db);
        let cookies = [("tnld".to_owned(), "A".repeat(43))];
        let forger = Browser { cookies: std::cell::RefCell::new(cookies.into()), ..house.browser() };
        forger.get("/api/v1/session").expect(401);
        of_nobody(db, "GET /api/v1/session", "unauthenticated");
        let evil = Browser { origin: Some("https://evil.test".into()), ..house.browser() };
        evil.sign_in("lua.tran@donvi.test", "x").expect(403);
        of_nobody(db, "POST /api/v1/session", "forbidden");
    }

    fn ids_of_others_are_refused_and_traced_in_paths_and_in_bodies(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&recent("03"));
        let stranger = office.caller("inspector", &["--province", "19", "--name", "Láng giềng"]);
        let case = text(&answer["case"]["href"]);
        stranger.get(case).expect(404);
        let tried = "GET /api/v1/cases/{case_id}";
        of_token(db, "Láng giềng", tried, "case not found");
        let receipt = text(&answer["receipt_no"]);
        let supplements = format!("/api/v1/declarations/{receipt}/supplements");
        stranger.post(&supplements, &json!({})).expect(404);
        let supplement = "POST /api/v1/declarations/{receipt_no}/supplements";
        of_token(db, "Láng giềng", supplement, "declaration not found");
        let rows = trace(db, "refused");
        assert!(rows.iter().any(|row| row.is_of(tried, text(&answer["case"]["id"]))), "{rows:?}");
        assert!(rows.iter().any(|row| row.is_of(supplement, receipt)), "{rows:?}");
        // What else stands in a path may be a secret or a name, and does not enter the trace.
        for typed in ["tnld_QUFBQUFBQUFBQUFBQUFB", "Nguyen-Van-An-001203004567"] {
            stranger.get(&format!("/api/v1/cases/{typed}")).expect(404);
            assert_eq!(office.rows(&format!("audit_entries WHERE object_id LIKE '%{typed}%' OR details LIKE '%{typed}%'")), 0);
        }
        let rows = trace(db, "refused");
        assert_eq!(rows.iter().filter(|row| row.object_id == tried && row.details == "{}").count(), 2, "{rows:?}");

        let made = db.tnld(&["post", "create", "--authority", "SNV-19", "--kind", "investigator", "--name", "x"]);
        let theirs = made.ok().trim_end().to_owned();
        let inspector = office.caller("inspector", &["--province", "66", "--name", "Sở 66"]);
        let shown = inspector.case_of(&answer);
        let refused = inspector.step(&shown, "assign", json!({"post_id": theirs}));
        assert_eq!(refused.error_pointers(), ["/post_id"]);
        of_token(db, "Sở 66", "POST /api/v1/cases/{case_id}/steps/{step}", "invalid");
    }

    fn what_a_body_smuggles_in_is_refused_and_traced(db: &Db) {
        let office = Office::open(db);
        let operator = office.caller("operator", &["--name", "Vận hành"]);
        let body = json!({"authority_id": "SNV-66", "kind": "investigator", "name": "x", "ended_at": null, "id": "x"});
        let refused = operator.post("/api/v1/posts", &body);
        assert_eq!(refused.error_pointers(), ["/ended_at", "/id"]);
        of_token(db, "Vận hành", "POST /api/v1/posts", "invalid");
        // Whoever merely forgets an entry has attacked nobody.
        operator.post("/api/v1/breaches", &json!({})).expect(422);
        std::thread::sleep(Duration::from_millis(500));
        let rows = trace(db, "refused");
        assert!(rows.iter().all(|row| row.object_id != "POST /api/v1/breaches"), "{rows:?}");
    }

    fn bodies_heads_and_addresses_that_nobody_sends_are_refused_and_traced(db: &Db) {
        let office = Office::open(db);
        let employer = office.caller("employer", &["--tax-code", "6099254308", "--name", "Phần mềm"]);
        let kind = ("content-type", "application/json");
        for (path, body, status, code) in [
            ("/api/v1/declarations", "[".repeat(100_000), 400, "not_json"),
            ("/api/v1/declarations/preview", "x".repeat(1024 * 1024 + 1), 413, "too_large"),
            ("/api/v1/tokens", "{\"name\": 1, \"name\": 2}".to_owned(), 400, "key_twice"),
        ] {
            let answer = employer.send("POST", path, &[kind], body.as_bytes());
            assert_eq!(answer.expect(status)["code"], code);
            of_token(db, "Phần mềm", &format!("POST {path}"), code);
        }
        let text_kind = ("content-type", "text/plain");
        let answer = employer.send("POST", "/api/v1/declarations", &[text_kind], b"{}");
        assert_eq!(answer.expect(415)["code"], "wrong_content_type");
        of_token(db, "Phần mềm", "POST /api/v1/declarations", "wrong_content_type");
        // Tokens are made by persons: a token that tries has been stolen.
        let made = json!({"name": "x", "scopes": ["list_cases"], "password": "x"});
        employer.post("/api/v1/tokens", &made).expect(403);
        of_token(db, "Phần mềm", "POST /api/v1/tokens", "not allowed: a token has no account");
        let odd = ("idempotency-key", "a b");
        let answer = employer.post_with("/api/v1/declarations", &[odd], &recent("03"));
        assert_eq!(answer.expect(422)["code"], "bad_idempotency_key");
        of_token(db, "Phần mềm", "POST /api/v1/declarations", "bad_idempotency_key");
        let bytes = employer.send("POST", "/api/v1/account/totp", &[kind], b"{\"password\": \"\xff\"}");
        assert_eq!(bytes.expect(400)["code"], "not_utf8");
        of_token(db, "Phần mềm", "POST /api/v1/account/totp", "not_utf8");

        // What was typed may be a secret: the trace says what was odd, and no word of it.
        for (target, code, odd) in [
            ("/api/v1/cases/../alarms".to_owned(), "not_found", ": .."),
            ("/api/v1/x%0d%0aSet-Cookie:x".to_owned(), "not_found", ": %"),
            ("//a/NMR6QKOJM-dlu3c7H5TSEyMaZ".to_owned(), "not_found", ": //"),
            (format!("/api/v1/{}", "x".repeat(9000)), "address_too_long", ""),
        ] {
            let mut line = Line::to(office.address().parse().unwrap());
            line.send(&format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"));
            let (answer, _) = line.read(Duration::from_secs(5));
            assert!(answer.contains(code), "{target}: {answer}");
            assert!(!answer.to_lowercase().contains("\r\nset-cookie"), "{answer}");
            of_nobody(db, &format!("GET (no such address{odd})"), code);
        }
        assert!(!office.program.log().lines().any(|line| line.starts_with("Set-Cookie")));
        assert_eq!(office.rows("declarations"), 0);
    }

    fn somebody_known_cannot_fill_the_trace_and_what_is_counted_is_told(db: &Db) {
        let mut office = Office::open_with(db, &[("TNLD_PROXIES", "127.0.0.1")]);
        let token = office.caller("inspector", &["--province", "19", "--name", "Quét mã"]);
        let other = office.caller("inspector", &["--province", "19", "--name", "Đồng nghiệp"]);
        let ask = |caller: &Caller, path: &str, address: &str| {
            caller.send("GET", path, &[("x-forwarded-for", address)], b"")
        };
        let missing = "/api/v1/cases/0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44";
        for at in 0..300 {
            // From wherever it comes, it is the same token.
            ask(&token, missing, &format!("203.0.113.{}", at % 200)).expect(404);
        }
        ask(&token, "/api/v1/alarms", "203.0.113.7").expect(403);
        // Another one is heard, and nobody is held back.
        ask(&other, missing, "203.0.113.7").expect(404);
        let of = |name: &str| trace(db, "refused").into_iter().filter(|row| row.actor_name == name).count();
        assert_eq!((of("Quét mã"), of("Đồng nghiệp")), (60, 1));
        let figures = office.program.client("").get("/metrics").text;
        assert!(figures.contains("tnld_refusals_counted_total 241"), "{figures}");
        office.program.stop();
        let rows = trace(db, "refused");
        let mut sums = rows.iter().filter(|row| row.result == "counted");
        let sum = sums.next().unwrap();
        assert!(sums.next().is_none(), "{rows:?}");
        assert_eq!((sum.actor_kind.as_str(), sum.actor_name.as_str()), ("token", "Quét mã"));
        let details: Value = serde_json::from_str(&sum.details).unwrap();
        assert_eq!(details["count"], 241);
        assert_eq!(details["of"], json!({
            "GET /api/v1/alarms: not allowed: right_not_held": 1,
            "GET /api/v1/cases/{case_id}: case not found": 240,
        }));
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
    }

    fn a_forged_token_that_is_typed_into_a_page_is_traced(db: &Db) {
        let office = Office::open(db);
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let typed = |token: &str| {
            let body = format!("token={token}");
            office.program.client("").send("POST", "/operations", &form, body.as_bytes()).unwrap().status
        };
        assert_eq!(typed(&format!("tnld_{}", "A".repeat(43))), 401);
        of_nobody(db, "POST /operations", "unauthenticated");
        let ended = db.token("operator", &["--name", "Thu hồi"]);
        db.connect().execute_sql("UPDATE tokens SET revoked_at = '2020-01-01 00:00:00'").unwrap();
        assert_eq!(typed(&ended), 401);
        of_token(db, "Thu hồi", "POST /operations", "unauthenticated");
        let inspector = db.token("inspector", &["--province", "66", "--name", "Thanh tra"]);
        assert_eq!(typed(&inspector), 403);
        of_token(db, "Thanh tra", "POST /operations", "not allowed: right_not_held");
    }

    fn a_stranger_cannot_fill_the_trace(db: &Db) {
        let office = Office::open_with(db, &[("TNLD_PROXIES", "127.0.0.1")]);
        let forged = office.with_token(&format!("tnld_{}", "A".repeat(43)));
        let ask = |address: &str| forged.send("GET", "/api/v1/cases", &[("x-forwarded-for", address)], b"").expect(401);
        for _ in 0..100 {
            ask("203.0.113.9");
        }
        // The next network is heard.
        ask("203.0.113.10");
        let count = || trace(db, "refused").len();
        eventually(SOON, || (count() >= 21).then_some(()));
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(count(), 21);
    }
}
