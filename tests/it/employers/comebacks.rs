//! Those who were shown the door, and the ways by which they try to come back.

use serde_json::json;

use super::firm::{
    ONE, OTHER, account, administrator, at, declared, employer, joined, mail, open, post, prove,
    registered, secret, verify,
};
use crate::{
    api::office::text,
    people::{House, PASSWORD, reset_link},
};

const TU: &str = "tu.ha@taynguyen.test";
const LUA: &str = "lua.tran@taynguyen.test";
const THIEF: &str = "ke.gian@khac.test";

on_both_databases! {
    fn a_record_of_their_own_opens_nothing_that_was_declared_for_another(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        verify(&administrator(&house, "66"), &id);
        let member = joined(&house, &owner, LUA);
        let path = declared(&member);
        let remove = format!("/people/{}/remove", account(&member));
        post(&owner, &id, &remove, json!({"reason": "Nghỉ việc"})).expect(200);
        member.get(&path).expect(403);
        let own = json!({
            "tax_code": ONE, "company_name": "Công ty CP Xây dựng Tây Nguyên", "address": "Số 5 Lê Duẩn",
            "commune_code": "22015", "representative": "Hà Văn Tư", "phone": "0912 345 601",
        });
        member.send("POST", "/api/v1/account/employers", &own).expect(201);
        member.send("PUT", "/api/v1/session/standing", &json!({"tax_code": ONE})).expect(200);
        member.get(&path).expect(404);
        let news = json!({"note": "x", "accident": {"casualties": {"dead": 0, "light": 1}}});
        member.send("POST", &format!("{path}/supplements"), &news).expect(404);
        // What they declare for that record they see, and the owner of the tax code does too.
        let theirs = declared(&member);
        member.get(&theirs).expect(200);
        owner.get(&theirs).expect(200);
    }

    fn an_invitation_that_an_owner_left_for_themselves_ends_with_them(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let second = joined(&house, &owner, LUA);
        let lua = account(&second);
        post(&owner, &id, &format!("/people/{lua}/role"), json!({"role": "owner"})).expect(200);
        let invite = |email: &str| {
            let body = json!({"email": email, "full_name": "Trần Thị Lụa", "role": "owner"});
            text(&post(&second, &id, "/invitations", body).expect(201)["id"]).to_owned()
        };
        let (for_self, for_friend) = (invite(LUA), invite(THIEF));
        let link = secret(&mail(&house, THIEF, "Mời tham gia", 1));
        post(&owner, &id, &format!("/people/{lua}/remove"), json!({"reason": "Nghỉ việc"})).expect(200);
        let accept = format!("/api/v1/account/invitations/{for_self}/accept");
        assert!(matches!(second.send_bytes("POST", &accept, "", b"", &[]).status, 404 | 409));
        let join = json!({"secret": link, "password": PASSWORD});
        house.browser().send("POST", "/api/v1/password-reset/confirm", &join).expect(409);
        let open = owner.get(&at(&id, "/invitations")).expect(200);
        assert!(!open.to_string().contains(&for_friend), "{open}");
    }

    fn a_reset_by_mail_ends_an_address_that_a_thief_has_asked_for(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let thief = house.signed_in(LUA);
        let body = json!({"password": PASSWORD, "email": THIEF});
        assert_eq!(thief.send("POST", "/api/v1/account/email", &body).status, 202);
        let link = secret(&mail(&house, THIEF, "Xác nhận địa chỉ thư mới", 1));
        let reset = json!({"secret": reset_link(&house, LUA), "password": "con cò bay lả bay la"});
        assert_eq!(house.browser().send("POST", "/api/v1/password-reset/confirm", &reset).status, 204);
        prove(&house, &link).expect(409);
        house.browser().sign_in(LUA, "con cò bay lả bay la").expect(201);
    }

    fn a_merger_opens_no_tax_code_that_another_is_verified_for(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let province = administrator(&house, "66");
        verify(&province, &employer(&owner));
        let path = declared(&owner);
        // Verified for its own code, it claims the other's.
        let thief = registered(&house, OTHER, THIEF);
        let own = employer(&thief);
        verify(&province, &own);
        let claim = json!({
            "tax_code": ONE, "company_name": "Chi nhánh", "address": "Số 5 Lê Duẩn",
            "commune_code": "22015", "representative": "Hà Văn Tư", "phone": "0912 345 601",
        });
        thief.send("POST", "/api/v1/account/employers", &claim).expect(201);
        thief.send("PUT", "/api/v1/session/standing", &json!({"tax_code": ONE})).expect(200);
        let claim = employer(&thief);
        let merge = json!({"into": own, "reason": "Chi nhánh"});
        assert_eq!(post(&province, &claim, "/merge", merge).expect(409)["code"], "tax_code_verified");
        thief.send("PUT", "/api/v1/session/standing", &json!({"tax_code": OTHER})).expect(200);
        thief.get(&path).expect(404);
    }

    fn a_locked_record_gives_its_tax_code_back(db: &Db) {
        let house = open(db);
        let fraud = registered(&house, ONE, THIEF);
        let province = administrator(&house, "66");
        let id = employer(&fraud);
        verify(&province, &id);
        post(&province, &id, "/lock", json!({"reason": "Giả mạo"})).expect(200);
        let owner = registered(&house, ONE, TU);
        let freed = post(&province, &id, "/unverify", json!({"reason": "Giả mạo"})).expect(200);
        assert_eq!(freed["status"], "locked");
        verify(&province, &employer(&owner));
        fraud.get("/api/v1/cases").expect(403);
        post(&province, &id, "/unverify", json!({"reason": "Giả mạo"})).expect(409);
    }

    fn whoever_is_locked_out_has_no_token_left(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let body = json!({
            "name": "x", "scopes": ["list_cases"], "password": PASSWORD, "recovery_code": chief.recovery[0],
        });
        let made = chief.browser.send("POST", "/api/v1/tokens", &body).expect(201);
        let software = house.program.client(text(&made["secret"]));
        software.get("/api/v1/cases").expect(200);
        db.tnld(&["account", "lock", "chanh@so-66.test"]).ok();
        software.get("/api/v1/cases").expect(401);
    }
}
