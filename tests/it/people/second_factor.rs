//! Codes of an authenticator app, and recovery codes.

use serde_json::json;

use super::{House, PASSWORD, person::code, trace};

const LUA: &str = "lua.tran@donvi.test";

on_both_databases! {
    fn a_code_is_asked_for_and_taken_once(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let browser = house.signed_in(LUA);
        let before = browser.stolen();
        let (secret, recovery) = browser.set_up_totp();
        assert_eq!(recovery.len(), 10);
        // The session has a new secret since.
        before.get("/api/v1/session").expect(401);
        let shown = browser.get("/api/v1/session").expect(200);
        assert_eq!((&shown["account"]["totp"], &shown["account"]["recovery_codes_left"]), (&json!(true), &json!(10)));

        let sign_in = |more: serde_json::Value| {
            let mut body = json!({"email": LUA, "password": PASSWORD});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            house.browser().send("POST", "/api/v1/session", &body)
        };
        sign_in(json!({})).expect(401);
        let now = code(&secret, 0);
        sign_in(json!({"totp": now})).expect(201);
        // Shown again by somebody who looked over a shoulder: refused, and so is the one before it.
        sign_in(json!({"totp": now})).expect(401);
        sign_in(json!({"totp": code(&secret, -30)})).expect(401);
        // The next one is good, for clocks differ; by far later ones are not.
        sign_in(json!({"totp": code(&secret, 120)})).expect(401);

        sign_in(json!({"recovery_code": recovery[0].to_lowercase()})).expect(201);
        sign_in(json!({"recovery_code": recovery[0]})).expect(401);
        assert_eq!(trace(db, "set_up_totp").len(), 1);
        assert_eq!(house.refused("wrong code"), 5);
    }

    fn a_code_shown_twice_at_once_is_taken_once(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let (secret, _) = house.signed_in(LUA).set_up_totp();
        let body = json!({"email": LUA, "password": PASSWORD, "totp": code(&secret, 0)});
        let taken: usize = std::thread::scope(|scope| {
            let tries = [(); 4].map(|()| {
                scope.spawn(|| house.browser().send("POST", "/api/v1/session", &body).status == 201)
            });
            tries.into_iter().map(|one| usize::from(one.join().unwrap())).sum()
        });
        assert_eq!(taken, 1);
    }

    fn whoever_changes_the_second_factor_shows_both(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let browser = house.signed_in(LUA);
        let post = |path: &str, body: serde_json::Value| browser.send("POST", path, &body);
        let (password, totp) = ("/api/v1/account/totp", "/api/v1/account/totp/removal");
        post(totp, json!({"password": PASSWORD})).expect(409);
        post("/api/v1/account/recovery-codes", json!({"password": PASSWORD})).expect(409);
        post("/api/v1/account/totp/confirm", json!({"code": "000000"})).expect(409);
        let (_, recovery) = browser.set_up_totp();

        let refused = post(password, json!({"password": PASSWORD}));
        assert_eq!(refused.error_pointers(), ["/totp"]);
        let refused = post(totp, json!({"password": PASSWORD, "recovery_code": "x"}));
        assert_eq!(refused.error_pointers(), ["/recovery_code"]);
        let codes = post("/api/v1/account/recovery-codes", json!({"password": PASSWORD, "recovery_code": recovery[0]}));
        let new = codes.expect(200)["recovery_codes"][0].as_str().unwrap().to_owned();
        // Those before them are good no more.
        post(totp, json!({"password": PASSWORD, "recovery_code": recovery[1]})).expect(422);
        assert_eq!(post(totp, json!({"password": PASSWORD, "recovery_code": new})).status, 204);
        house.signed_in(LUA);
        for action in ["renew_recovery_codes", "remove_totp"] {
            assert_eq!(trace(db, action).len(), 1, "{action}");
        }
    }

    fn a_reset_leaves_the_second_factor_and_an_operator_removes_it(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let (secret, _) = house.signed_in(LUA).set_up_totp();
        db.tnld(&["keys", "rotate"]).ok();
        let secret_again = super::links::reset_link(&house, LUA);
        let new = json!({"secret": secret_again, "password": "con cò bay lả bay la"});
        let browser = house.browser();
        assert_eq!(browser.send("POST", "/api/v1/password-reset/confirm", &new).status, 204);
        browser.sign_in(LUA, "con cò bay lả bay la").expect(401);
        // The secret of the app is still read after a change of the master key.
        let body = json!({"email": LUA, "password": "con cò bay lả bay la", "totp": code(&secret, 0)});
        browser.send("POST", "/api/v1/session", &body).expect(201);
        db.tnld(&["account", "reset-totp", LUA]).ok();
        browser.sign_in(LUA, "con cò bay lả bay la").expect(201);
    }

    fn an_official_sets_up_codes_before_anything_else_and_then_acts_in_a_post(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        house.person(LUA);
        let account = db.tnld(&["account", "list"]).ok().split(' ').next().unwrap().to_owned();
        let post = |authority: &str| {
            let made = db.tnld(&["post", "create", "--authority", authority, "--kind", "investigator", "--name", "Số 1"]);
            let id = made.ok().trim_end().to_owned();
            db.tnld(&["post", "appoint", &id, "--account", &account]).ok();
            id
        };
        let first = post("SNV-66");
        let browser = house.signed_in(LUA);
        let shown = browser.get("/api/v1/session").expect(200);
        // The only post is chosen by itself, but without a second factor it opens nothing.
        assert_eq!((&shown["standing"]["post_id"], &shown["totp_required"]), (&json!(first), &json!(true)));
        browser.get("/api/v1/cases").expect(403);
        let (_, recovery) = browser.set_up_totp();
        browser.get("/api/v1/cases").expect(200);
        let removal = json!({"password": PASSWORD, "recovery_code": recovery[0]});
        let kept = browser.send("POST", "/api/v1/account/totp/removal", &removal).expect(409);
        assert_eq!(kept["code"], "totp_compulsory");

        let second = post("SNV-19");
        let before = browser.stolen();
        let chosen = browser
            .send("PUT", "/api/v1/session/standing", &json!({"post_id": second}))
            .expect(200);
        assert_eq!(chosen["standing"]["province_code"], "19");
        assert_eq!(chosen["standings"].as_array().unwrap().len(), 2);
        before.get("/api/v1/cases").expect(401);
        browser.get("/api/v1/cases").expect(200);
        // With two posts, one is chosen first.
        let body = json!({"email": LUA, "password": PASSWORD, "recovery_code": recovery[0]});
        let other = house.browser();
        assert_eq!(other.send("POST", "/api/v1/session", &body).expect(201)["standing"], json!(null));
        other.get("/api/v1/cases").expect(403);
        // Whoever leaves the post has it no longer, from that moment.
        db.tnld(&["post", "remove", &second, "--account", &account, "--reason", "Chuyển công tác"]).ok();
        browser.get("/api/v1/cases").expect(403);
        browser
            .send("PUT", "/api/v1/session/standing", &json!({"post_id": second}))
            .expect(404);
    }

    fn nothing_secret_lies_in_the_database(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let browser = house.signed_in(LUA);
        let (secret, recovery) = browser.set_up_totp();
        let link = super::links::reset_link(&house, LUA);
        let mut hidden = vec![PASSWORD.to_owned(), secret, link, browser.cookie("tnld"), browser.cookie("tnld-device")];
        hidden.extend(recovery.iter().cloned());
        hidden.extend(recovery.iter().map(|code| code.replace('-', "")));
        drop(house);
        let mut all = String::new();
        for table in ["accounts", "recovery_codes", "sessions", "known_devices", "account_links", "account_link_secrets", "outbox", "audit_entries"] {
            all += &super::links::dump(db, table);
        }
        assert!(all.contains("$argon2id$") && all.contains("tnld1:"), "{all}");
        for secret in &hidden {
            assert!(!all.contains(secret.as_str()), "{secret}");
        }
        if let Some(file) = db.sqlite_file() {
            let raw = std::fs::read(file).unwrap();
            for secret in hidden {
                let found = raw.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "{secret}");
            }
        }
    }
}
