//! The address and the telephone of one's own account.

use serde_json::{Value, json};

use super::firm::{flat, mail, prove, secret};
use crate::people::{House, PASSWORD, trace};

const LUA: &str = "lua.tran@donvi.test";
const NEW: &str = "lua@moi.test";
const EMAIL: &str = "/api/v1/account/email";
const PHONE: &str = "/api/v1/account/phone";

on_both_databases! {
    fn another_address_counts_once_it_is_proven_and_the_old_one_is_told(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let browser = house.signed_in(LUA);
        let wrong = json!({"password": "đoán mò cho vui", "email": NEW});
        assert_eq!(browser.send("POST", EMAIL, &wrong).error_pointers(), ["/password"]);
        for (email, pointer) in [(LUA, "/email"), ("x", "/email")] {
            let body = json!({"password": PASSWORD, "email": email});
            assert_eq!(browser.send("POST", EMAIL, &body).error_pointers(), [pointer]);
        }
        let body = json!({"password": PASSWORD, "email": "Lua@MOI.test"});
        assert_eq!(browser.send("POST", EMAIL, &body).status, 202);
        mail(&house, LUA, "Có yêu cầu đổi địa chỉ", 1);
        let first = secret(&mail(&house, NEW, "Xác nhận địa chỉ thư mới", 1));
        house.browser().sign_in(NEW, PASSWORD).expect(401);
        // What was asked for last counts.
        assert_eq!(browser.send("POST", EMAIL, &body).status, 202);
        let second = secret(&mail(&house, NEW, "Xác nhận địa chỉ thư mới", 2));
        prove(&house, &first).expect(409);
        // A link to a password that went to the old address ends with it.
        let reset = crate::people::reset_link(&house, LUA);
        assert_eq!(house.browser().get(&format!("/account/proof/{second}")).status, 200);
        assert_eq!(prove(&house, &second).status, 204);
        prove(&house, &second).expect(409);
        mail(&house, LUA, "Đã đổi địa chỉ", 1);
        let late = json!({"secret": reset, "password": "con cò bay lả bay la"});
        house.browser().send("POST", "/api/v1/password-reset/confirm", &late).expect(409);
        house.browser().sign_in(LUA, PASSWORD).expect(401);
        house.browser().sign_in(NEW, PASSWORD).expect(201);
        assert_eq!(browser.get("/api/v1/session").expect(200)["account"]["email"], NEW);
        assert_eq!((trace(db, "ask_email").len(), trace(db, "change_email").len()), (2, 1));
    }

    fn whoever_wants_the_address_of_another_account_learns_nothing(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        house.person("khac@donvi.test");
        let browser = house.signed_in(LUA);
        let body = json!({"password": PASSWORD, "email": "khac@donvi.test"});
        let answer = browser.send("POST", EMAIL, &body);
        assert_eq!((answer.status, answer.text.as_str()), (202, ""));
        let told = mail(&house, "khac@donvi.test", "đã có tài khoản", 1);
        assert!(!told.text().contains("http"), "{}", told.text());
        assert!(!flat(&told).contains(LUA));
        // Whoever takes it before the link is used has it.
        let body = json!({"password": PASSWORD, "email": NEW});
        assert_eq!(browser.send("POST", EMAIL, &body).status, 202);
        let link = secret(&mail(&house, NEW, "Xác nhận địa chỉ thư mới", 1));
        house.person(NEW);
        prove(&house, &link).expect(409);
        assert_eq!(browser.get("/api/v1/session").expect(200)["account"]["email"], LUA);
        for _ in 0..3 {
            assert_eq!(browser.send("POST", EMAIL, &json!({"password": PASSWORD, "email": "z@moi.test"})).status, 202);
        }
        browser.send("POST", EMAIL, &json!({"password": PASSWORD, "email": "z@moi.test"})).expect(429);
    }

    fn a_telephone_is_changed_by_whoever_knows_the_password(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let browser = house.signed_in(LUA);
        let wrong = json!({"password": PASSWORD, "phone": "114"});
        assert_eq!(browser.send("PUT", PHONE, &wrong).error_pointers(), ["/phone"]);
        let wrong = json!({"password": "đoán mò cho vui", "phone": "0912345602"});
        assert_eq!(browser.send("PUT", PHONE, &wrong).error_pointers(), ["/password"]);
        let smuggled = json!({"password": PASSWORD, "phone": "0912345602", "email": NEW});
        assert_eq!(browser.send("PUT", PHONE, &smuggled).error_pointers(), ["/email"]);
        let body = json!({"password": PASSWORD, "phone": "+84 912 345 602"});
        assert_eq!(browser.send("PUT", PHONE, &body).status, 204);
        assert_eq!(browser.get("/api/v1/session").expect(200)["account"]["phone"], "0912345602");
        mail(&house, LUA, "Đã đổi số điện thoại", 1);
        assert_eq!(browser.send("PUT", PHONE, &json!({"password": PASSWORD})).status, 204);
        assert_eq!(browser.get("/api/v1/session").expect(200)["account"]["phone"], Value::Null);
        assert_eq!(trace(db, "change_phone").len(), 2);
    }
}
