//! Sessions from signing in to signing out.

use serde_json::{Value, json};

use super::{Browser, House, PASSWORD, trace};
use crate::api::office;

fn text(value: &Value) -> &str {
    office::text(value)
}

on_both_databases! {
    fn a_person_signs_in_is_shown_who_they_are_and_signs_out(db: &Db) {
        let house = House::open(db);
        house.person("lua.tran@donvi.test");
        let browser = house.browser();
        let answer = browser.sign_in("lua.tran@donvi.test", PASSWORD);
        let cookies: Vec<&str> = answer
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|header| header.to_str().unwrap())
            .collect();
        assert_eq!(cookies.len(), 2, "{cookies:?}");
        for cookie in cookies {
            assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax") || cookie.contains("Max-Age=31536000"), "{cookie}");
        }
        assert_eq!(answer.header("cache-control"), "no-store");
        let body = answer.expect(201);
        assert_eq!(body["account"]["email"], "lua.tran@donvi.test");
        assert_eq!(body["session"]["device_name"], "Firefox, Linux");
        assert_eq!(body["standings"], json!([]));
        let shown = browser.get("/api/v1/session").expect(200);
        assert_eq!(shown["session"]["id"], body["session"]["id"]);

        let kept = browser.stolen();
        assert_eq!(browser.delete("/api/v1/session").status, 204);
        assert!(!browser.cookies.borrow().contains_key("tnld"));
        browser.get("/api/v1/session").expect(401);
        // Who kept the cookie is refused, and the trace says so.
        kept.get("/api/v1/session").expect(401);
        let refused = trace(db, "refused");
        assert!(
            refused.iter().any(|row| row.object_id == "GET /api/v1/session" && row.actor_name == "Trần Thị Lụa"),
            "{refused:?}"
        );
        for action in ["sign_in", "sign_out", "reset_password", "make_account"] {
            assert_eq!(trace(db, action).len(), 1, "{action}");
        }
    }

    fn sessions_are_listed_and_ended_one_by_one(db: &Db) {
        let house = House::open(db);
        house.person("lua.tran@donvi.test");
        let (one, other) = (house.signed_in("lua.tran@donvi.test"), house.browser());
        let body = json!({"email": "lua.tran@donvi.test", "password": PASSWORD, "device_name": "Máy ở công trường"});
        other.send("POST", "/api/v1/session", &body).expect(201);
        let list = one.get("/api/v1/sessions").expect(200);
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!((&items[0]["device_name"], &items[0]["is_this"]), (&json!("Máy ở công trường"), &json!(false)));
        assert_eq!(items[1]["is_this"], true);

        let path = format!("/api/v1/sessions/{}", text(&items[0]["id"]));
        assert_eq!(one.delete(&path).status, 204);
        other.get("/api/v1/session").expect(401);
        one.get("/api/v1/session").expect(200);
        one.delete(&path).expect(404);
        assert_eq!(trace(db, "end_session").len(), 1);
    }

    fn a_session_ends_when_it_is_idle(db: &Db) {
        let mut house = House::open(db);
        house.person("lua.tran@donvi.test");
        let browser = house.signed_in("lua.tran@donvi.test");
        let cookies = browser.cookies.borrow().clone();
        // Half an hour and a minute later.
        house.program.stop();
        drop(house);
        let later = House::open_with(db, &[("TNLD_CLOCK_OFFSET", "1860")]);
        let back = Browser { cookies: cookies.into(), ..later.browser() };
        back.get("/api/v1/session").expect(401);
        // The device is still known, and the account still there.
        back.sign_in("lua.tran@donvi.test", PASSWORD).expect(201);
    }

    fn whoever_is_still_at_work_is_asked_before_the_session_ends(db: &Db) {
        let mut house = House::open(db);
        house.person("lua.tran@donvi.test");
        let browser = house.signed_in("lua.tran@donvi.test");
        let left = |browser: &Browser| browser.get("/session-end").expect(200);
        assert!((1_790..=1_800).contains(&left(&browser)["seconds"].as_i64().unwrap()));
        let cookies = browser.cookies.borrow().clone();
        // Four minutes before the half hour is over.
        house.program.stop();
        drop(house);
        let later = House::open_with(db, &[("TNLD_CLOCK_OFFSET", "1560")]);
        let back = Browser { cookies: cookies.into(), ..later.browser() };
        // To look is no use of it, however often.
        for _ in 0..3 {
            let soon = left(&back);
            assert!((1..=240).contains(&soon["seconds"].as_i64().unwrap()), "{soon}");
            assert_eq!(soon["is_last"], false);
        }
        let stays = back.send("POST", "/session-end", &json!({})).expect(200);
        assert_eq!(stays["seconds"], 1_800);
        assert!((1_790..=1_800).contains(&left(&back)["seconds"].as_i64().unwrap()));
        let nobody = later.browser();
        assert_eq!(left(&nobody), json!({"seconds": 0, "is_last": true}));
        nobody.send("POST", "/session-end", &json!({})).expect(401);
    }

    fn the_password_is_changed_by_whoever_knows_it(db: &Db) {
        let house = House::open(db);
        house.person("lua.tran@donvi.test");
        let (one, other) = (house.signed_in("lua.tran@donvi.test"), house.signed_in("lua.tran@donvi.test"));
        let change = |old: &str, new: &str| {
            one.send("PUT", "/api/v1/account/password", &json!({"old_password": old, "new_password": new}))
        };
        let refused = |old: &str, new: &str| {
            let body = change(old, new).expect(422);
            let error = &body["errors"][0];
            (text(&error["pointer"]).to_owned(), text(&error["code"]).to_owned())
        };
        let new = "con cò bay lả bay la";
        assert_eq!(refused("sai rồi sai rồi", new), ("/old_password".into(), "not_right".into()));
        for (weak, why) in [("ngắn", "too_short"), ("Matkhau@12345", "common_password"), ("lua.tran@donvi", "names_owner")] {
            assert_eq!(refused(PASSWORD, weak), ("/new_password".into(), why.into()));
        }
        let stolen = one.stolen();
        change(PASSWORD, new).expect(200);
        one.get("/api/v1/session").expect(200);
        for ended in [&other, &stolen] {
            ended.get("/api/v1/session").expect(401);
        }
        house.browser().sign_in("lua.tran@donvi.test", PASSWORD).expect(401);
        house.browser().sign_in("lua.tran@donvi.test", new).expect(201);
        assert_eq!(trace(db, "change_password").len(), 1);
    }

    fn an_operator_locks_an_account_and_opens_it_again(db: &Db) {
        let house = House::open(db);
        house.person("lua.tran@donvi.test");
        let browser = house.signed_in("lua.tran@donvi.test");
        db.tnld(&["account", "lock", "Lua.Tran@donvi.test"]).ok();
        browser.get("/api/v1/session").expect(401);
        house.browser().sign_in("lua.tran@donvi.test", PASSWORD).expect(401);
        assert_eq!(house.refused("locked"), 1);
        let list = db.tnld(&["account", "list"]).ok();
        assert!(list.contains("locked") && list.contains("lua.tran@donvi.test"), "{list}");
        db.tnld(&["account", "unlock", "lua.tran@donvi.test"]).ok();
        house.browser().sign_in("lua.tran@donvi.test", PASSWORD).expect(201);
        assert!(db.tnld(&["account", "lock", "x@donvi.test"]).failed(1).contains("x@donvi.test"));
        let again = db.tnld(&["account", "create", "--email", "lua.tran@donvi.test", "--name", "A"]);
        assert!(again.failed(1).contains("has an account"));
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
    }

    fn a_person_without_a_post_and_a_token_without_a_person_get_no_further(db: &Db) {
        let house = House::open(db);
        house.person("lua.tran@donvi.test");
        let browser = house.signed_in("lua.tran@donvi.test");
        for path in ["/api/v1/cases", "/api/v1/alarms", "/api/v1/places?q=a"] {
            browser.get(path).expect(403);
        }
        browser
            .send("PUT", "/api/v1/session/standing", &json!({"tax_code": "0100233488"}))
            .expect(404);
        let token = house.program.client(&db.token("operator", &[]));
        token.get("/api/v1/session").expect(403);
        token.get("/api/v1/alarms").expect(200);
        // A token goes before a cookie.
        let bearer = format!("Bearer {}", db.token("operator", &[]));
        browser
            .send_bytes("GET", "/api/v1/alarms", "", b"", &[("authorization", &bearer)])
            .expect(200);
        browser
            .send_bytes("GET", "/api/v1/session", "", b"", &[("authorization", "Bearer x")])
            .expect(401);
    }
}
