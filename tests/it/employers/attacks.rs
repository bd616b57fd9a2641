//! What people try: members of a body that nobody asked for, letters that look alike, headers in names,
//! pages of other sites, links of others.

use serde_json::{Value, json};

use super::firm::{
    ONE, account, administrator, at, employer, finish, flat, form, joined, mail, open, post, prove,
    registered, secret, send,
};
use crate::{
    api::{
        office::{rows, text},
        recent,
    },
    people::{Browser, PASSWORD},
};

const TU: &str = "tu.ha@taynguyen.test";

on_both_databases! {
    fn nobody_smuggles_members_into_a_body(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let me = account(&owner);
        let more = json!({"status": "verified", "is_owner": true, "employer_id": "x"});
        for (what, mut body) in [
            ("/invitations".to_owned(), json!({"email": "x@donvi.test", "full_name": "X"})),
            (format!("/people/{me}/role"), json!({"role": "owner"})),
            (format!("/people/{me}/remove"), json!({"reason": "x"})),
            ("/leave".to_owned(), json!({})),
        ] {
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let refused = post(&owner, &id, &what, body);
            assert_eq!(refused.error_pointers(), ["/employer_id", "/is_owner", "/status"], "{what}");
        }
        let invite = json!({"email": "x@donvi.test", "full_name": "X", "role": "administrator"});
        assert_eq!(post(&owner, &id, "/invitations", invite).error_pointers(), ["/role"]);
        let province = administrator(&house, "66");
        let body = json!({"proof": "x", "verified_at": "2020-01-01T00:00:00Z", "tax_code": "0100233488"});
        assert_eq!(post(&province, &id, "/verify", body).error_pointers(), ["/tax_code", "/verified_at"]);
        let mut body = form("0100233488", "x");
        body["account_id"] = json!(me);
        let refused = owner.send("POST", "/api/v1/account/employers", &body);
        assert_eq!(refused.error_pointers(), ["/account_id", "/email", "/language"]);
        assert_eq!((rows(db, "employers"), rows(db, "employer_invitations")), (1, 0));
    }

    fn addresses_that_look_alike_are_refused_and_those_that_are_alike_are_one(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        for email in [
            "tu.ha@tаynguyen.test", "tu.hа@taynguyen.test", "tu.ha@xn--tynguyen-xxe.test",
            "tu.ha\u{200b}@taynguyen.test", "tu.ha@taynguyen.test\r\nBcc: x@y.test", "tu.ha@@taynguyen.test",
        ] {
            assert_eq!(send(&house, &form(ONE, email)).error_pointers(), ["/email"], "{email:?}");
            let invite = json!({"email": email, "full_name": "X"});
            let refused = post(&owner, &employer(&owner), "/invitations", invite);
            assert_eq!(refused.error_pointers(), ["/email"], "{email:?}");
            let change = json!({"password": PASSWORD, "email": email});
            let refused = owner.send("POST", "/api/v1/account/email", &change);
            assert_eq!(refused.error_pointers(), ["/email"], "{email:?}");
        }
        // The same address in other letters has the account that is there.
        assert_eq!(send(&house, &form(ONE, "ＴＵ．ＨＡ＠taynguyen.test")).status, 202);
        mail(&house, TU, "đã có tài khoản", 1);
        assert_eq!((rows(db, "accounts"), rows(db, "employer_registrations")), (1, 0));
    }

    fn a_company_name_carries_nothing_into_headers_logs_and_pages(db: &Db) {
        let house = open(db);
        for name in ["A\r\nBcc: x@y.test", "A\nSubject: x", "A\u{2028}B", "A\u{202e}B", "\u{7}A", "<a href='http://evil.test'>"] {
            let mut body = form(ONE, TU);
            body["company_name"] = json!(name);
            assert_eq!(send(&house, &body).error_pointers(), ["/company_name"], "{name:?}");
        }
        let mut body = form(ONE, TU);
        body["company_name"] = json!("An & Bình <b>JSC</b> {name} \"x\"");
        body["representative"] = json!("Hà <i>Văn</i> {name}");
        assert_eq!(send(&house, &body).status, 202);
        let sent = mail(&house, TU, "Xác nhận đăng ký", 1);
        assert!(flat(&sent).contains("Đơn vị: An & Bình <b>JSC</b> {name} \"x\""), "{}", sent.text());
        assert!(!sent.html().contains("<b>JSC") && !sent.html().contains("<i>"), "{}", sent.html());
        let names: Vec<&str> = sent.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert!(!names.iter().any(|name| name.eq_ignore_ascii_case("bcc")), "{names:?}");
        let link = secret(&sent);
        assert_eq!(finish(&house, &link).status, 204);
        let log = house.program.log();
        assert!(!log.contains(&link) && !log.contains("JSC") && !log.contains(TU), "{log}");
    }

    fn the_page_of_another_site_registers_and_changes_nothing(db: &Db) {
        let house = open(db);
        let evil = Browser { origin: Some("https://evil.test".into()), ..house.browser() };
        evil.send("POST", "/api/v1/employers", &form(ONE, TU)).expect(403);
        assert_eq!(rows(db, "employer_registrations"), 0);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let evil = Browser { origin: Some("https://evil.test".into()), ..owner.stolen() };
        let invite = json!({"email": "ke.gian@donvi.test", "full_name": "X", "role": "owner"});
        post(&evil, &id, "/invitations", invite).expect(403);
        let change = json!({"password": PASSWORD, "email": "ke.gian@donvi.test"});
        evil.send("POST", "/api/v1/account/email", &change).expect(403);
        assert_eq!(rows(db, "employer_invitations"), 0);
    }

    fn secrets_and_ids_that_are_none_open_nothing(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let member = joined(&house, &owner, "lua.tran@taynguyen.test");
        for odd in ["x", "%00", "..%2F..", "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", ONE, "' OR 1=1 --".replace(' ', "%20").as_str()] {
            owner.get(&at(odd, "")).expect(404);
            owner.get(&at(odd, "/people")).expect(404);
            post(&owner, &id, &format!("/people/{odd}/remove"), json!({"reason": "x"})).expect(404);
            post(&owner, odd, "/leave", json!({})).expect(404);
            let accept = format!("/api/v1/account/invitations/{odd}/accept");
            member.send_bytes("POST", &accept, "", b"", &[]).expect(404);
        }
        for odd in ["x", "", &"A".repeat(43), id.as_str()] {
            let answer = prove(&house, odd);
            assert!([409, 422].contains(&answer.status), "{odd}: {}", answer.text);
        }
        // What stands in the database opens nothing by itself.
        let dump = crate::people::dump(db, "outbox");
        let mails = house.mails();
        for sent in mails.iter().filter(|mail| mail.text().contains("/account/")) {
            assert!(!dump.contains(&secret(sent)));
        }
    }

    fn whoever_registers_with_an_address_of_somebody_else_has_nothing(db: &Db) {
        let house = open(db);
        // A stranger registers with the address of somebody else, who makes an account meanwhile.
        let mut body = form(ONE, TU);
        body["password"] = json!("mật khẩu của kẻ gian");
        assert_eq!(send(&house, &body).error_pointers(), ["/password"]);
        assert_eq!(send(&house, &form(ONE, TU)).status, 202);
        let planted = secret(&mail(&house, TU, "Xác nhận đăng ký", 1));
        house.person(TU);
        assert_eq!(finish(&house, &planted).expect(409)["code"], "link_expired");
        house.browser().sign_in(TU, "mật khẩu của kẻ gian").expect(401);
        let shown = house.signed_in(TU).get("/api/v1/session").expect(200);
        assert_eq!((&shown["standing"], text(&shown["account"]["email"])), (&Value::Null, TU));
        assert_eq!(rows(db, "employers"), 0);
    }

    fn an_appointment_that_nobody_was_asked_about_gives_no_hold_on_the_account_of_an_owner(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let neighbour = house.official("quan.tri@tinh-19.test", "UBND-19", "provincial_administrator", &[]);
        let made = json!({"authority_id": "SNV-19", "kind": "investigator", "name": "Số 1"});
        let post = neighbour.browser.send("POST", "/api/v1/posts", &made).expect(201);
        let holders = format!("/api/v1/posts/{}/holders", text(&post["id"]));
        let appointed = json!({"email": TU, "full_name": "Ai đó"});
        neighbour.browser.send("POST", &holders, &appointed).expect(200);
        let at = |what: &str| format!("/api/v1/accounts/{}/{what}", account(&owner));
        for what in ["lock", "unlock"] {
            neighbour.browser.send("POST", &at(what), &json!({"reason": "x"})).expect(404);
        }
        let body = json!({"password": PASSWORD, "recovery_code": neighbour.recovery[0]});
        neighbour.browser.send("POST", &at("reset-second-factor"), &body).expect(404);
        owner.get("/api/v1/session").expect(200);
        // Nor does it keep them from declaring, though an official needs a second factor.
        let again = house.signed_in(TU);
        let shown = again.get("/api/v1/session").expect(200);
        assert_eq!((&shown["standing"]["tax_code"], &shown["totp_required"]), (&json!(ONE), &json!(true)));
        again.send("POST", "/api/v1/declarations", &recent("03")).expect(201);
        let official = json!({"post_id": post["id"]});
        assert_eq!(again.send("PUT", "/api/v1/session/standing", &official).status, 200);
        assert_eq!(again.get("/api/v1/cases").expect(403)["code"], "second_factor_required");
        house.person("ai@donvi.test");
        let nobody = house.signed_in("ai@donvi.test");
        assert_eq!(nobody.get("/api/v1/cases").expect(403)["code"], "choose_standing");
        let operator = house.official("van.hanh@bo.test", "BNV", "operator", &[]);
        assert_eq!(operator.browser.send("POST", &at("lock"), &json!({"reason": "x"})).status, 204);
        owner.get("/api/v1/session").expect(401);
    }
}
