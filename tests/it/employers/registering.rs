//! An employer registers itself: what is said, what is not, and whose the tax code is.

use serde_json::{Value, json};

use super::firm::{
    ONE, OTHER, administrator, at, declared, employer, finish, flat, form, mail, open, post, prove,
    registered, secret, send, verify,
};
use crate::{
    api::office::{recent, rows, text},
    people::{PASSWORD, trace},
};

on_both_databases! {
    fn whoever_proves_the_address_signs_in_and_acts_for_the_employer(db: &Db) {
        let house = open(db);
        let asked = send(&house, &form("60 992.543-08", " Tu.Ha@TayNguyen.test "));
        assert_eq!((asked.status, asked.text.as_str()), (202, ""));
        let sent = mail(&house, "tu.ha@taynguyen.test", "Xác nhận đăng ký", 1);
        assert!(flat(&sent).contains("Đơn vị: Công ty CP Xây dựng Tây Nguyên"), "{}", sent.text());
        // Until then there is no account and no employer.
        assert_eq!((rows(db, "accounts"), rows(db, "employers")), (0, 0));
        house.browser().sign_in("tu.ha@taynguyen.test", PASSWORD).expect(401);

        let link = secret(&sent);
        let page = house.browser().get(&format!("/account/reset/{link}"));
        assert_eq!(page.status, 200);
        assert_eq!(house.browser().get(&format!("/account/proof/{link}")).status, 404);
        // It proves nothing without a password, and takes no weak one.
        prove(&house, &link).expect(409);
        let weak = json!({"secret": link, "password": "tu.ha@taynguyen.test"});
        let confirm = "/api/v1/password-reset/confirm";
        assert_eq!(house.browser().send("POST", confirm, &weak).error_pointers(), ["/password"]);
        assert_eq!(rows(db, "accounts"), 0);
        assert_eq!(finish(&house, &link).status, 204);
        assert_eq!(finish(&house, &link).expect(409)["code"], "link_expired");
        assert_eq!((rows(db, "employers"), rows(db, "employer_registrations")), (1, 0));

        let browser = house.signed_in("tu.ha@taynguyen.test");
        let shown = browser.get("/api/v1/session").expect(200);
        assert_eq!(shown["standing"]["tax_code"], ONE);
        assert_eq!((&shown["standing"]["role"], &shown["totp_required"]), (&json!("employer"), &json!(false)));
        assert_eq!(shown["standing"]["name"], "Hà Văn Tư, Công ty CP Xây dựng Tây Nguyên");
        let own = browser.get(&at(&employer(&browser), "")).expect(200);
        assert_eq!((&own["status"], &own["phone"], &own["province_code"]), (&json!("unverified"), &json!("0912345601"), &json!("66")));
        let receipt = declared(&browser);
        browser.get(&receipt).expect(200);
        let note = json!({"note": "Thêm số điện thoại", "declarant": {"phone": "0912345602"}});
        browser.send("POST", &format!("{receipt}/supplements"), &note).expect(201);
        assert_eq!(trace(db, "register_employer").len(), 1);
        db.tnld(&["audit", "verify"]).ok();
    }

    fn every_fault_is_named_and_nothing_slips_in(db: &Db) {
        let house = open(db);
        let body = json!({
            "tax_code": "6099254309", "company_name": "Xây\r\nBcc: x@y.test", "address": "", "commune_code": "22016x",
            "representative": "A\u{202e}B", "email": "an@dоnvi.test", "phone": "114", "language": "fr",
            "password": "trâu cày ruộng sâu", "status": "verified", "role": "owner", "verified_at": "2026-01-01T00:00:00Z", "id": "x",
        });
        let pointers = send(&house, &body).error_pointers();
        let expected = [
            "/address", "/commune_code", "/company_name", "/email", "/id", "/language", "/password", "/phone",
            "/representative", "/role", "/status", "/tax_code", "/verified_at",
        ];
        assert_eq!(pointers, expected);
        for (name, value, code) in [
            ("email", json!(7), "wrong_type"),
            ("commune_code", json!("00001"), "place_not_in_force"),
            ("company_name", json!("Nhấn https://evil.test"), "bad_characters"),
        ] {
            let mut body = form(ONE, "tu.ha@taynguyen.test");
            body[name] = value;
            let refused = send(&house, &body).expect(422);
            assert_eq!(refused["errors"][0]["code"], code, "{refused}");
        }
        for wrong in [json!([]), json!({}), Value::Null] {
            send(&house, &wrong).expect(422);
        }
        assert_eq!(rows(db, "employer_registrations"), 0);
    }

    fn a_known_address_and_a_known_tax_code_are_answered_the_same(db: &Db) {
        let house = open(db);
        let first = registered(&house, ONE, "tu.ha@taynguyen.test");
        let same = send(&house, &form(OTHER, "tu.ha@taynguyen.test"));
        assert_eq!((same.status, same.text.as_str()), (202, ""));
        let told = mail(&house, "tu.ha@taynguyen.test", "đã có tài khoản", 1);
        assert!(!told.text().contains("http"), "{}", told.text());
        assert_eq!(rows(db, "employer_registrations"), 0);
        // Its holder registers it from the account, which is then one of two.
        let mut body = form(OTHER, "x");
        for name in ["email", "language"] {
            body.as_object_mut().unwrap().remove(name);
        }
        let path = "/api/v1/account/employers";
        assert_eq!(first.send("POST", path, &body).expect(201)["tax_code"], OTHER);
        assert_eq!(first.send("POST", path, &body).expect(409)["code"], "already_registered");
        let shown = first.get("/api/v1/session").expect(200);
        assert_eq!(shown["standings"].as_array().unwrap().len(), 2);
        let choose = json!({"tax_code": OTHER});
        first.send("PUT", "/api/v1/session/standing", &choose).expect(200);
        assert_eq!(first.get("/api/v1/session").expect(200)["standing"]["tax_code"], OTHER);
        // A known tax code under another address is a registration like any other.
        let second = send(&house, &form(ONE, "ke.gian@donvi.test"));
        assert_eq!((second.status, second.text.as_str()), (202, ""));
        mail(&house, "ke.gian@donvi.test", "Xác nhận đăng ký", 1);
    }

    fn whoever_was_first_does_not_own_the_tax_code_and_whoever_claims_learns_nothing(db: &Db) {
        let house = open(db);
        let squatter = registered(&house, ONE, "ke.gian@donvi.test");
        let real = registered(&house, ONE, "tu.ha@taynguyen.test");
        let token = house.program.client(&db.token("employer", &["--tax-code", ONE]));
        let by_token = token.post("/api/v1/declarations", &recent("03")).expect(201);
        let by_token = format!("/api/v1/declarations/{}", text(&by_token["receipt_no"]));
        let (theirs, ours) = (declared(&squatter), declared(&real));
        // Each sees their own and nothing else.
        for (who, own, foreign) in [(&squatter, &theirs, [&ours, &by_token]), (&real, &ours, [&theirs, &by_token])] {
            who.get(own).expect(200);
            for path in foreign {
                who.get(path).expect(404);
                let note = json!({"note": "x", "declarant": {"phone": "0912345602"}});
                who.send("POST", &format!("{path}/supplements"), &note).expect(404);
                who.get(&format!("{path}/trace")).expect(404);
            }
        }
        // Their records look alike, and neither tells of the other.
        let shown = |who: &crate::people::Browser| {
            let mut shown = who.get(&at(&employer(who), "")).expect(200);
            for name in ["id", "registered_at"] {
                shown[name] = Value::Null;
            }
            shown
        };
        assert_eq!(shown(&squatter), shown(&real));
        let (first, second) = (employer(&squatter), employer(&real));
        squatter.get(&at(&second, "")).expect(404);
        real.get(&at(&first, "")).expect(404);
        squatter.get(&at(&first, "/claims")).expect(404);

        // The province sees both, and verifies the one that has shown what it is.
        let province = administrator(&house, "66");
        let list = province.get("/api/v1/employers?open_claims=true").expect(200);
        assert_eq!(list["items"][0]["claim_on"], first.as_str());
        let claims = province.get(&at(&first, "/claims")).expect(200);
        assert_eq!(text(&claims["items"][0]["id"]), second);
        assert_eq!(verify(&province, &second)["status"], "verified");
        for path in [&theirs, &ours, &by_token] {
            real.get(path).expect(200);
        }
        squatter.get(&ours).expect(404);
        squatter.get(&theirs).expect(200);
        let again = post(&province, &first, "/verify", json!({"proof": "x"})).expect(409);
        assert_eq!(again["code"], "tax_code_verified");
        mail(&house, "tu.ha@taynguyen.test", "đã được xác minh", 1);

        // Now the first is a claim, which the owner refuses.
        let claims = real.get(&at(&second, "/claims")).expect(200);
        assert_eq!((text(&claims["items"][0]["id"]), &claims["items"][0]["phone"]), (first.as_str(), &json!("*******601")));
        let refuse = json!({"outcome": "refused", "reason": "Không phải người của đơn vị"});
        let decide = format!("/claims/{first}/decide");
        assert_eq!(post(&real, &second, &decide, refuse.clone()).status, 204);
        assert_eq!(post(&real, &second, &decide, refuse).expect(409)["code"], "claim_settled");
        squatter.get(&theirs).expect(403);
        let told = mail(&house, "ke.gian@donvi.test", "bị từ chối", 1);
        assert!(flat(&told).contains("Lý do: Không phải người của đơn vị"), "{}", told.text());
        db.tnld(&["audit", "verify"]).ok();
    }

    fn a_claim_that_is_accepted_makes_its_people_members(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, "tu.ha@taynguyen.test");
        let id = employer(&owner);
        let province = administrator(&house, "66");
        verify(&province, &id);
        let path = declared(&owner);
        let colleague = registered(&house, ONE, "lua.tran@taynguyen.test");
        let claim = employer(&colleague);
        mail(&house, "tu.ha@taynguyen.test", "Có người khác đăng ký mã số thuế", 1);
        colleague.get(&path).expect(404);
        let accept = json!({"outcome": "accepted", "reason": "Đồng nghiệp"});
        assert_eq!(post(&owner, &id, &format!("/claims/{claim}/decide"), accept).status, 204);
        // The session that is open acts for the verified record from now on, as a member.
        colleague.get(&path).expect(200);
        let shown = colleague.get("/api/v1/session").expect(200);
        assert_eq!((text(&shown["standing"]["employer_id"]), &shown["standing"]["is_owner"]), (id.as_str(), &json!(false)));
        let record = province.get(&at(&claim, "")).expect(200);
        assert_eq!(record["status"], "accepted");
    }

    fn a_registration_that_nobody_proves_is_forgotten_and_its_link_ends(db: &Db) {
        let house = open(db);
        send(&house, &form(ONE, "tu.ha@taynguyen.test"));
        let link = secret(&mail(&house, "tu.ha@taynguyen.test", "Xác nhận đăng ký", 1));
        drop(house);
        let later = crate::people::House::open_with(db, &[("TNLD_CLOCK_OFFSET", "176400")]);
        assert_eq!(finish(&later, &link).expect(409)["code"], "link_expired");
        assert_eq!(later.browser().get(&format!("/account/reset/{link}")).status, 404);
    }

    fn strangers_make_us_send_few_mails(db: &Db) {
        let house = open(db);
        for _ in 0..5 {
            assert_eq!(send(&house, &form(ONE, "tu.ha@taynguyen.test")).status, 202);
        }
        mail(&house, "tu.ha@taynguyen.test", "Xác nhận đăng ký", 3);
        std::thread::sleep(std::time::Duration::from_millis(1500));
        assert_eq!(house.mails().len(), 3);
        assert_eq!(rows(db, "employer_registrations"), 3);
        // Of several links the first that is used counts, and the others are nothing.
        let links: Vec<String> = house.mails().iter().map(secret).collect();
        assert_eq!(finish(&house, &links[1]).status, 204);
        for used in &links {
            finish(&house, used).expect(409);
        }
        assert_eq!(rows(db, "employers"), 1);
        // One network alone is told to wait.
        let browser = house.browser();
        let sent = (0..12).map(|no| {
            let body = form(ONE, &format!("p{no}@donvi.test"));
            browser.send("POST", "/api/v1/employers", &body).status
        });
        let sent: Vec<u16> = sent.collect();
        assert_eq!(sent.iter().filter(|status| **status == 202).count(), 10, "{sent:?}");
        assert_eq!(sent[11], 429);
    }
}
