//! Forged and replayed cookies, other sites, other people's ids, what is smuggled in.

use serde_json::json;

use super::{Browser, House, PASSWORD, trace};
use crate::api::office::text;

const LUA: &str = "lua.tran@donvi.test";

on_both_databases! {
    fn a_forged_cookie_is_nobody(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let browser = house.signed_in(LUA);
        let good = browser.cookie("tnld");
        let mut last = good.clone();
        last.replace_range(..1, if good.starts_with('A') { "B" } else { "A" });
        let forged = ["", "x", "A", &"A".repeat(43), &"A".repeat(5000), last.as_str(), "' OR 1=1 --", "%00", "../.."];
        for value in forged {
            let cookies = [("tnld".to_owned(), value.to_owned())];
            let forger = Browser { cookies: std::cell::RefCell::new(cookies.into()), ..house.browser() };
            forger.get("/api/v1/session").expect(401);
            forger.delete("/api/v1/session").expect(401);
            forger.get("/api/v1/cases").expect(401);
        }
        // Under another name, or behind one that says it needs TLS, it is none.
        let named = |name: &str| Browser {
            cookies: std::cell::RefCell::new([(name.to_owned(), good.clone())].into()),
            ..house.browser()
        };
        for name in ["__Host-tnld", "TNLD", "tnld2", "tnld-device"] {
            named(name).get("/api/v1/session").expect(401);
        }
        named("tnld").get("/api/v1/session").expect(200);
    }

    fn behind_tls_the_cookie_is_for_tls_and_this_host_alone(db: &Db) {
        let house = House::open_with(db, &[("TNLD_PUBLIC_URL", "https://tnld.test")]);
        house.person(LUA);
        let browser = Browser { origin: Some("https://tnld.test".into()), ..house.browser() };
        let answer = browser.sign_in(LUA, PASSWORD);
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.starts_with("__Host-tnld") && cookie.contains("; Secure"), "{cookie}");
            assert!(!cookie.contains("Domain"), "{cookie}");
        }
        browser.get("/api/v1/session").expect(200);
        let plain = Browser { origin: Some("http://tnld.test".into()), ..browser.stolen() };
        plain.delete("/api/v1/session").expect(403);
    }

    fn the_page_of_another_site_changes_nothing(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let browser = house.signed_in(LUA);
        for origin in [None, Some("null"), Some("https://evil.test"), Some("http://127.0.0.1:1")] {
            let evil = Browser { origin: origin.map(str::to_owned), ..browser.stolen() };
            evil.delete("/api/v1/session").expect(403);
            evil.send("PUT", "/api/v1/account/password", &json!({"old_password": PASSWORD, "new_password": "x"})).expect(403);
        }
        let says = [("sec-fetch-site", "cross-site")];
        browser.send_bytes("DELETE", "/api/v1/session", "", b"", &says).expect(403);
        // Nor does it sign its victim in to an account of its own.
        let evil = Browser { origin: Some("https://evil.test".into()), ..house.browser() };
        evil.sign_in(LUA, PASSWORD).expect(403);
        browser.get("/api/v1/session").expect(200);
        let rows = trace(db, "refused");
        let crossed = rows.iter().filter(|row| row.result.contains("another site"));
        assert_eq!(crossed.count(), 9, "{rows:?}");
    }

    fn a_session_that_somebody_else_chose_is_not_taken_over(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        house.person("ke.gian@donvi.test");
        // The attacker's own session is planted in the victim's browser.
        let attacker = house.signed_in("ke.gian@donvi.test");
        let planted = attacker.cookie("tnld");
        let victim = Browser { cookies: std::cell::RefCell::new([("tnld".to_owned(), planted.clone())].into()), ..house.browser() };
        victim.sign_in(LUA, PASSWORD).expect(201);
        assert_ne!(victim.cookie("tnld"), planted);
        let shown = attacker.get("/api/v1/session").expect(200);
        assert_eq!(shown["account"]["email"], "ke.gian@donvi.test");
        // A value that was never given out does not become a session either.
        let made_up = "B".repeat(43);
        let victim = Browser { cookies: std::cell::RefCell::new([("tnld".to_owned(), made_up.clone())].into()), ..house.browser() };
        victim.sign_in(LUA, PASSWORD).expect(201);
        assert_ne!(victim.cookie("tnld"), made_up);
        // Signing in again on the same device ends the session before it.
        let kept = victim.stolen();
        victim.sign_in(LUA, PASSWORD).expect(201);
        kept.get("/api/v1/session").expect(401);
    }

    fn the_session_of_somebody_else_is_not_ended(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        house.person("ke.gian@donvi.test");
        let (victim, attacker) = (house.signed_in(LUA), house.signed_in("ke.gian@donvi.test"));
        let id = victim.get("/api/v1/session").expect(200)["session"]["id"].take();
        let path = format!("/api/v1/sessions/{}", text(&id));
        attacker.delete(&path).expect(404);
        for odd in ["x", "%00", "..%2F..", "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44"] {
            attacker.delete(&format!("/api/v1/sessions/{odd}")).expect(404);
        }
        victim.get("/api/v1/session").expect(200);
        let rows = trace(db, "refused");
        let tried = "DELETE /api/v1/sessions/{session_id}";
        assert!(rows.iter().any(|row| row.is_of(tried, text(&id)) && row.actor_name == "Trần Thị Lụa"), "{rows:?}");
        // What merely stands there in place of an id may be a secret.
        assert_eq!(rows.iter().filter(|row| row.object_id == tried && row.details == "{}").count(), 3, "{rows:?}");
        let list = attacker.get("/api/v1/sessions").expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }

    fn nobody_smuggles_members_into_a_body(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let browser = house.browser();
        let body = json!({"email": LUA, "password": PASSWORD, "kind": "administrator", "account_id": "x", "standing": {}});
        let refused = browser.send("POST", "/api/v1/session", &body);
        assert_eq!(refused.error_pointers(), ["/account_id", "/kind", "/standing"]);
        browser.sign_in(LUA, PASSWORD).expect(201);
        for (method, path, body) in [
            ("PUT", "/api/v1/session/standing", json!({"tax_code": "0100233488", "role": "operator"})),
            ("PUT", "/api/v1/session/standing", json!({"tax_code": "0100233488", "post_id": "x"})),
            ("PUT", "/api/v1/session/standing", json!({})),
            ("PUT", "/api/v1/account/password", json!({"old_password": PASSWORD, "new_password": "con cò bay lả", "email": "x@y.test"})),
            ("POST", "/api/v1/account/totp", json!({"password": PASSWORD, "secret": "AAAA"})),
            ("POST", "/api/v1/account/totp/confirm", json!({"code": 123456})),
            ("POST", "/api/v1/password-reset/confirm", json!({"secret": "x", "password": PASSWORD, "status": "active"})),
            ("POST", "/api/v1/account/email-proof", json!([])),
        ] {
            browser.send(method, path, &body).expect(422);
        }
    }

    fn names_carry_nothing_into_headers_logs_and_mails(db: &Db) {
        let house = House::open_with(db, &[("TNLD_LOG", "debug")]);
        for name in ["A\r\nBcc: x@y.test", "A\u{2028}B", "A\u{202e}B", "\u{7}"] {
            db.tnld(&["account", "create", "--email", "a@donvi.test", "--name", name]).failed(2);
        }
        house.person(LUA);
        let body = json!({"email": LUA, "password": PASSWORD, "device_name": "x\r\nSet-Cookie: tnld=evil\u{202e}"});
        let browser = Browser { agent: "Evil/1.0 {{7*7}} \\n WARN fake".into(), ..house.browser() };
        let answer = browser.send("POST", "/api/v1/session", &body);
        assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 2);
        assert_eq!(answer.expect(201)["session"]["device_name"], json!(null));
        let email = json!({"email": "lua.tran@donvi.test\r\nBcc: x@y.test", "password": "x\nERROR fake"});
        browser.send("POST", "/api/v1/session", &email).expect(401);
        browser.send("POST", "/api/v1/password-reset", &json!({"email": "lua.tran@donvi.test\r\nBcc: x@y.test"})).expect(422);
        super::links::reset_link(&house, LUA);
        for mail in house.mails() {
            assert_eq!(mail.header("bcc"), "");
        }
        let log = house.program.log();
        assert!(!log.contains("fake") && !log.contains(PASSWORD) && !log.contains("Evil/1.0"), "{log}");
        assert!(!log.contains(&browser.cookie("tnld")));
    }
}
