//! Whoever keeps the posts of a province keeps the accounts of those who hold them.

use std::time::Duration;

use serde_json::{Value, json};

use super::{House, Official, PASSWORD, trace};
use crate::support::{Answer, program::eventually};

fn at(official: &Official, what: &str) -> String {
    format!("/api/v1/accounts/{}/{what}", official.account)
}

fn send(by: &Official, path: &str) -> Answer {
    by.browser.send_bytes("POST", path, "", b"", &[])
}

/// Asks to take the second factors; the recovery code counts once.
fn reset(by: &Official, code: usize, whose: &Official) -> Answer {
    let body = json!({"password": PASSWORD, "recovery_code": by.recovery[code]});
    by.browser
        .send("POST", &at(whose, "reset-second-factor"), &body)
}

on_both_databases! {
    fn the_administrator_of_a_province_locks_and_opens_the_accounts_of_its_posts(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let administrator = house.official("quan.tri@tinh.test", "UBND-66", "provincial_administrator", &[]);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let made = json!({
            "name": "Phần mềm", "scopes": ["list_cases"], "password": PASSWORD, "recovery_code": chief.recovery[0],
        });
        let made = chief.browser.send("POST", "/api/v1/tokens", &made).expect(201);
        let software = house.program.client(made["secret"].as_str().unwrap());
        software.get("/api/v1/cases").expect(200);

        for _ in 0..2 {
            assert_eq!(send(&administrator, &at(&chief, "lock")).status, 204);
        }
        chief.browser.get("/api/v1/cases").expect(401);
        software.get("/api/v1/cases").expect(401);
        house.browser().sign_in("chanh@so-66.test", PASSWORD).expect(401);
        // The post stays theirs, and nothing of before comes back with the account.
        let post = administrator.browser.get(&format!("/api/v1/posts/{}", chief.post)).expect(200);
        assert_eq!(post["holders"][0]["account_id"], chief.account.as_str());
        assert_eq!(send(&administrator, &at(&chief, "unlock")).status, 204);
        house.browser().sign_in("chanh@so-66.test", PASSWORD).expect(401);
        let again = json!({"email": "chanh@so-66.test", "password": PASSWORD, "recovery_code": chief.recovery[1]});
        house.browser().send("POST", "/api/v1/session", &again).expect(201);
        software.get("/api/v1/cases").expect(401);
        let by = |action| trace(db, action).into_iter().filter(|row| row.object_id == chief.account && row.actor_kind == "account").count();
        assert_eq!((by("lock_account"), by("unlock_account")), (2, 1));
    }

    fn a_lost_second_factor_is_taken_by_somebody_who_shows_their_own(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let administrator = house.official("quan.tri@tinh.test", "UBND-66", "provincial_administrator", &[]);
        let officer = house.official("tra@so-66.test", "SNV-66", "investigator", &[]);
        let path = at(&officer, "reset-second-factor");
        let without = json!({"password": PASSWORD});
        assert_eq!(administrator.browser.send("POST", &path, &without).error_pointers(), ["/totp"]);
        let wrong = json!({"password": "sai mật khẩu rồi", "recovery_code": administrator.recovery[0]});
        assert_eq!(administrator.browser.send("POST", &path, &wrong).error_pointers(), ["/password"]);
        let operator = house.program.client(&db.token("operator", &[]));
        operator.post(&path, &without).expect(403);
        officer.browser.get("/api/v1/cases").expect(200);

        assert_eq!(reset(&administrator, 0, &officer).status, 204);
        officer.browser.get("/api/v1/cases").expect(401);
        // The password is still asked for, and a second factor is set up before anything else.
        let back = house.signed_in("tra@so-66.test");
        back.get("/api/v1/cases").expect(403);
        back.set_up_totp();
        back.get("/api/v1/cases").expect(200);
        eventually(Duration::from_secs(20), || {
            let mut mails = house.mails().into_iter();
            mails.find(|mail| mail.header("to") == "tra@so-66.test" && !mail.text().contains("/account/reset/"))
        });
        let rows = trace(db, "remove_totp");
        assert!(rows.iter().any(|row| row.object_id == officer.account && row.details.contains("as_post")), "{rows:?}");
    }

    fn nobody_reaches_an_account_beyond_the_posts_that_they_keep(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let administrator = house.official("quan.tri@tinh.test", "UBND-66", "provincial_administrator", &[]);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let neighbour = house.official("chanh@so-19.test", "SNV-19", "chief_inspector", &[]);
        let operator = house.official("van.hanh@bo.test", "BNV", "operator", &[]);
        for what in ["lock", "unlock"] {
            send(&administrator, &at(&neighbour, what)).expect(404);
            send(&chief, &at(&administrator, what)).expect(403);
            send(&administrator, &at(&operator, what)).expect(404);
            assert_eq!(send(&administrator, &at(&administrator, what)).expect(409)["code"], "own_account");
        }
        reset(&administrator, 0, &neighbour).expect(404);
        reset(&administrator, 0, &administrator).expect(409);
        reset(&chief, 0, &administrator).expect(403);
        // Who holds a post elsewhere as well is nobody's but the operator's; so is who holds none.
        let made = json!({"authority_id": "SNV-19", "kind": "investigator", "name": "Số 2"});
        let other = operator.browser.send("POST", "/api/v1/posts", &made).expect(201);
        let holders = format!("/api/v1/posts/{}/holders", other["id"].as_str().unwrap());
        let both: Value = json!({"account_id": chief.account, "from": "2199-01-01T00:00:00Z"});
        operator.browser.send("POST", &holders, &both).expect(200);
        send(&administrator, &at(&chief, "lock")).expect(404);
        house.person("dan@donvi.test");
        let list = db.tnld(&["account", "list"]).ok();
        let line = list.lines().find(|line| line.contains("dan@donvi.test")).unwrap();
        let nobody = format!("/api/v1/accounts/{}/lock", line.split(' ').next().unwrap());
        send(&administrator, &nobody).expect(404);
        for path in [at(&chief, "lock"), nobody] {
            assert_eq!(send(&operator, &path).status, 204);
        }
        assert_eq!(trace(db, "lock_account").len(), 2);
        // The page of another site locks nobody.
        let evil = super::Browser { origin: Some("https://evil.test".into()), ..operator.browser.stolen() };
        evil.send_bytes("POST", &at(&neighbour, "lock"), "", b"", &[]).expect(403);
        assert_eq!(trace(db, "lock_account").len(), 2);
    }
}
