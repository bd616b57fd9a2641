//! Whoever keeps the posts of a province keeps the accounts of those who hold them.

use std::time::Duration;

use serde_json::{Value, json};

use super::{House, Official, PASSWORD, trace};
use crate::support::{Answer, program::eventually};

fn at(official: &Official, what: &str) -> String {
    format!("/api/v1/accounts/{}/{what}", official.account)
}

fn send(by: &Official, path: &str) -> Answer {
    by.browser
        .send("POST", path, &json!({"reason": "Nghi tài khoản bị lộ"}))
}

/// The mails to an address, by their subjects.
fn subjects(house: &House, to: &str) -> Vec<String> {
    let mails = house.mails().into_iter();
    let theirs = mails.filter(|mail| mail.header("to") == to);
    theirs.map(|mail| mail.header("subject")).collect()
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
        let without = administrator.browser.send("POST", &at(&chief, "lock"), &json!({}));
        assert_eq!(without.error_pointers(), ["/reason"]);
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
        // Each is told once, and of the lock for which reason.
        eventually(Duration::from_secs(20), || {
            let told = subjects(&house, "chanh@so-66.test");
            let of_the_lock = told.iter().filter(|subject| subject.contains("khóa"));
            (of_the_lock.count() == 2).then_some(())
        });
        let mails = house.mails();
        let locked = mails.iter().find(|mail| mail.header("subject").contains("bị khóa")).unwrap();
        assert!(locked.text().contains("Nghi tài khoản bị lộ"));
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
        // Whoever gave the first post keeps the account, whatever others give to it: from now on, or later.
        let other_administrator = house.official("quan.tri@tinh-19.test", "UBND-19", "provincial_administrator", &[]);
        let made = json!({"authority_id": "SNV-19", "kind": "investigator", "name": "Số 2"});
        let other = other_administrator.browser.send("POST", "/api/v1/posts", &made).expect(201);
        let holders = format!("/api/v1/posts/{}/holders", other["id"].as_str().unwrap());
        let both: Value = json!({"account_id": chief.account});
        other_administrator.browser.send("POST", &holders, &both).expect(200);
        for what in ["lock", "unlock"] {
            send(&other_administrator, &at(&chief, what)).expect(404);
            assert_eq!(send(&administrator, &at(&chief, what)).status, 204);
        }
        reset(&other_administrator, 0, &chief).expect(404);
        // They are told, without having been asked.
        eventually(Duration::from_secs(20), || {
            let told = subjects(&house, "chanh@so-66.test");
            told.iter().any(|subject| subject.contains("giao một vị trí")).then_some(())
        });
        // When the first post ends, the next keeper is the one whose post is left; who holds none is the operator's.
        let first = format!("/api/v1/posts/{}/holders/{}/remove", chief.post, chief.account);
        administrator.browser.send("POST", &first, &json!({"reason": "Chuyển công tác"})).expect(200);
        send(&administrator, &at(&chief, "lock")).expect(404);
        assert_eq!(send(&other_administrator, &at(&chief, "lock")).status, 204);
        // An appointment for a day far off, made before anybody else's, keeps nobody who holds a post today.
        let far = json!({"email": "moi@so-66.test", "full_name": "Lò Văn Mới", "from": "2199-01-01T00:00:00Z"});
        other_administrator.browser.send("POST", &holders, &far).expect(200);
        let made = json!({"authority_id": "SNV-66", "kind": "investigator", "name": "Số 3"});
        let post = administrator.browser.send("POST", "/api/v1/posts", &made).expect(201);
        let own = format!("/api/v1/posts/{}/holders", post["id"].as_str().unwrap());
        let today = json!({"email": "moi@so-66.test", "full_name": "Lò Văn Mới"});
        let held = administrator.browser.send("POST", &own, &today).expect(200);
        let new = format!("/api/v1/accounts/{}/lock", held["holders"][0]["account_id"].as_str().unwrap());
        send(&other_administrator, &new).expect(404);
        // Nor does it make another of the same authority the first.
        let made = json!({"authority_id": "SNV-19", "kind": "investigator", "name": "Số 4"});
        let near = other_administrator.browser.send("POST", "/api/v1/posts", &made).expect(201);
        let near = format!("/api/v1/posts/{}/holders", near["id"].as_str().unwrap());
        other_administrator.browser.send("POST", &near, &today).expect(200);
        send(&other_administrator, &new).expect(404);
        assert_eq!(send(&administrator, &new).status, 204);
        house.person("dan@donvi.test");
        let list = db.tnld(&["account", "list"]).ok();
        let line = list.lines().find(|line| line.contains("dan@donvi.test")).unwrap();
        let nobody = format!("/api/v1/accounts/{}/lock", line.split(' ').next().unwrap());
        send(&administrator, &nobody).expect(404);
        assert_eq!(send(&operator, &nobody).status, 204);
        assert_eq!(trace(db, "lock_account").len(), 4);
        // The page of another site locks nobody.
        let evil = super::Browser { origin: Some("https://evil.test".into()), ..operator.browser.stolen() };
        evil.send("POST", &at(&neighbour, "lock"), &json!({"reason": "x"})).expect(403);
        assert_eq!(trace(db, "lock_account").len(), 4);
    }

    fn a_province_does_not_lose_its_last_administrator_by_its_own_hand(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let administrator = house.official("quan.tri@tinh.test", "UBND-66", "provincial_administrator", &[]);
        let other = house.official("quan.tri-2@tinh.test", "UBND-66", "provincial_administrator", &[]);
        let operator = house.official("van.hanh@bo.test", "BNV", "operator", &[]);
        let path = |whose: &Official| format!("/api/v1/posts/{}/holders/{}/remove", whose.post, whose.account);
        let body = json!({"reason": "Nghỉ hưu"});
        administrator.browser.send("POST", &path(&other), &body).expect(200);
        let refused = administrator.browser.send("POST", &path(&administrator), &body).expect(409);
        assert_eq!(refused["code"], "last_administrator");
        let end = format!("/api/v1/posts/{}/end", administrator.post);
        assert_eq!(administrator.browser.send("POST", &end, &body).expect(409)["code"], "last_administrator");
        // One whose account is locked administers nothing.
        let again = format!("/api/v1/posts/{}/holders", other.post);
        administrator.browser.send("POST", &again, &json!({"account_id": other.account})).expect(200);
        assert_eq!(send(&administrator, &at(&other, "lock")).status, 204);
        administrator.browser.send("POST", &path(&administrator), &body).expect(409);
        // Nor does one who has never used theirs, or who holds the post only until a day.
        let unused = json!({"email": "chua.dung@tinh.test", "full_name": "Vi Thị Chưa"});
        administrator.browser.send("POST", &again, &unused).expect(200);
        administrator.browser.send("POST", &path(&administrator), &body).expect(409);
        assert_eq!(send(&administrator, &at(&other, "unlock")).status, 204);
        administrator.browser.send("POST", &path(&administrator), &body).expect(200);
        // The operator may; whose post ends is told as well.
        let end = json!({"reason": "Xem https://evil.test/ngay"});
        operator.browser.send("POST", &format!("/api/v1/posts/{}/end", other.post), &end).expect(200);
        let last = eventually(Duration::from_secs(20), || {
            let mails = house.mails().into_iter();
            let told: Vec<_> = mails
                .filter(|mail| mail.header("to") == "quan.tri-2@tinh.test" && mail.header("subject").contains("thôi giữ"))
                .collect();
            (told.len() == 2).then_some(told)
        });
        // What somebody writes leads nobody anywhere.
        assert!(last.iter().all(|mail| !mail.text().contains("evil.test")));
        assert!(last.iter().any(|mail| mail.text().contains("Nghỉ hưu")));
    }

    fn a_province_keeps_the_registers_of_its_own_and_reads_no_others(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let administrator = house.official("quan.tri@tinh.test", "UBND-66", "provincial_administrator", &[]);
        let neighbour = house.official("quan.tri@tinh-19.test", "UBND-19", "provincial_administrator", &[]);
        let operator = house.program.client(&db.token("operator", &[]));
        let breach = json!({
            "discovered_at": "2026-05-01T08:00:00+07:00", "description": "Mất máy tính xách tay",
            "data_categories": "Họ tên", "contact": "Bộ phận bảo vệ dữ liệu",
        });
        let own = administrator.browser.send("POST", "/api/v1/breaches", &breach).expect(201);
        let of_the_service = operator.post("/api/v1/breaches", &breach).expect(201);
        let path = |breach: &Value| format!("/api/v1/breaches/{}", breach["id"].as_str().unwrap());
        let seen = |by: &Official| by.browser.get("/api/v1/breaches").expect(200)["items"].as_array().unwrap().len();
        assert_eq!((seen(&administrator), seen(&neighbour)), (1, 0));
        assert_eq!(operator.get("/api/v1/breaches").expect(200)["items"].as_array().unwrap().len(), 2);
        administrator.browser.get(&path(&own)).expect(200);
        for (who, breach) in [(&neighbour, &own), (&neighbour, &of_the_service), (&administrator, &of_the_service)] {
            who.browser.get(&path(breach)).expect(404);
            who.browser.get(&format!("{}/form", path(breach))).expect(404);
            who.browser.send("POST", &format!("{}/measures", path(breach)), &json!({"text": "x"})).expect(404);
            let close = json!({"reason": "x", "without_notification": "yes"});
            who.browser.send("POST", &format!("{}/close", path(breach)), &close).expect(404);
        }
        let proof = json!({"duty": "risk_review", "done_on": "2026-05-01", "reference": "12/KH"});
        let duties = "/api/v1/duties";
        administrator.browser.send("PUT", duties, &proof).expect(200);
        let proven = |shown: Value| {
            let items = shown["items"].as_array().unwrap();
            items.iter().filter(|duty| !duty["done_on"].is_null()).count()
        };
        assert_eq!(proven(administrator.browser.get(duties).expect(200)), 1);
        assert_eq!(proven(neighbour.browser.get(duties).expect(200)), 0);
        assert_eq!(proven(operator.get(duties).expect(200)), 0);
    }
}
