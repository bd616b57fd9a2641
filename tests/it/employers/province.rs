//! What a province decides about its employers: lists, locks, merges; and what two provinces do.

use serde_json::{Value, json};

use super::firm::{
    ONE, OTHER, administrator, at, declared, employer, finish, form, joined, mail, official, open,
    post, registered, secret, send, verify,
};
use crate::{
    api::office::{each, encoded, recent, text},
    people::{Browser, House, trace},
};

const TU: &str = "tu.ha@taynguyen.test";
const NAM: &str = "nam.vi@donvi.test";

/// An employer whose seat is in another commune.
fn registered_in(house: &House<'_>, commune: &str, tax_code: &str, email: &str) -> Browser {
    let mut body = form(tax_code, email);
    body["commune_code"] = json!(commune);
    assert_eq!(send(house, &body).status, 202);
    let link = secret(&mail(house, email, "Xác nhận đăng ký", 1));
    assert_eq!(finish(house, &link).status, 204);
    house.signed_in(email)
}

on_both_databases! {
    fn each_province_lists_its_own_employers(db: &Db) {
        let house = open(db);
        let here = registered(&house, ONE, TU);
        registered(&house, OTHER, NAM);
        registered_in(&house, "02008", "4799123402", "thai@donvi.test");
        let (province, neighbour) = (administrator(&house, "66"), administrator(&house, "19"));
        let codes = |who: &Browser, query: &str| {
            let page = who.get(&format!("/api/v1/employers?{query}")).expect(200);
            let codes = each(&page["items"], "tax_code");
            codes.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(codes(&province, ""), [ONE, OTHER]);
        assert_eq!(codes(&neighbour, ""), ["4799123402"]);
        assert_eq!(codes(&official(&house, "BNV", "ministry_officer"), "").len(), 3);
        verify(&province, &employer(&here));
        assert_eq!(codes(&province, "status=verified"), [ONE]);
        assert_eq!(codes(&province, "status=unverified"), [OTHER]);
        assert_eq!(codes(&province, "status=locked"), [""; 0]);
        assert_eq!(codes(&province, &format!("q={}", encoded("xay dung 6099"))), [ONE]);
        assert_eq!(codes(&province, "q=%25"), [ONE, OTHER]);
        assert_eq!(codes(&province, "q=khong+co"), [""; 0]);
        let first = province.get("/api/v1/employers?limit=1").expect(200);
        assert_eq!(text(&first["items"][0]["phone"]), "*******601");
        assert_eq!(text(&first["items"][0]["representative"]), "H. V. T.");
        let next = format!("limit=1&cursor={}", text(&first["next"]));
        assert_eq!(codes(&province, &next), [OTHER]);
        for wrong in ["status=x", "open_claims=x", "limit=0", "limit=101", "cursor=x", "more=1"] {
            province.get(&format!("/api/v1/employers?{wrong}")).expect(422);
        }
        let id = employer(&here);
        for what in ["", "/people", "/claims"] {
            neighbour.get(&at(&id, what)).expect(404);
        }
        for (what, body) in [
            ("/verify", json!({"proof": "x"})),
            ("/unverify", json!({"reason": "x"})),
            ("/lock", json!({"reason": "x"})),
            ("/unlock", json!({"reason": "x"})),
            ("/unmerge", json!({"reason": "x"})),
            ("/merge", json!({"reason": "x", "into": id})),
        ] {
            post(&neighbour, &id, what, body).expect(404);
        }
        // A chief inspector has cases and posts, and no employers.
        official(&house, "SNV-66", "chief_inspector").get("/api/v1/employers").expect(403);
    }

    fn the_province_sees_whom_to_call_while_it_asks_and_no_longer(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let province = administrator(&house, "66");
        let before = province.get(&at(&id, "")).expect(200);
        assert_eq!((&before["phone"], &before["masked"]), (&json!("0912345601"), &json!([])));
        let people = province.get(&at(&id, "/people")).expect(200);
        assert_eq!(people["items"][0]["email"], "t***@taynguyen.test");
        verify(&province, &id);
        let after = province.get(&at(&id, "")).expect(200);
        assert_eq!((&after["phone"], &after["representative"]), (&json!("*******601"), &json!("H. V. T.")));
        assert_eq!(after["masked"], json!(["/representative", "/phone"]));
        assert_eq!(after["proof"], "Giấy chứng nhận đăng ký doanh nghiệp, bản chính");
        assert_eq!(owner.get(&at(&id, "")).expect(200)["proof"], Value::Null);
        // What was verified can be taken back.
        let reason = json!({"reason": "Giấy tờ không đúng"});
        let back = post(&province, &id, "/unverify", reason.clone()).expect(200);
        assert_eq!((&back["status"], &back["verified_at"]), (&json!("unverified"), &Value::Null));
        let again = post(&province, &id, "/unverify", reason).expect(409);
        assert_eq!(again["code"], "employer_not_in_this_state");
        let looks = trace(db, "read_employer");
        assert!(looks.len() >= 3 && looks.iter().all(|row| row.object_id == id), "{looks:?}");
        for action in ["verify_employer", "unverify_employer"] {
            assert_eq!(trace(db, action).len(), 1, "{action}");
        }
        db.tnld(&["audit", "verify"]).ok();
    }

    fn nobody_acts_for_a_locked_employer_but_an_urgent_notice_is_taken(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let member = joined(&house, &owner, "lua.tran@taynguyen.test");
        let path = declared(&owner);
        let province = administrator(&house, "66");
        assert_eq!(post(&province, &id, "/lock", json!({})).error_pointers(), ["/reason"]);
        let locked = post(&province, &id, "/lock", json!({"reason": "Khai báo giả"})).expect(200);
        assert_eq!((&locked["status"], &locked["locked_because"]), (&json!("locked"), &json!("Khai báo giả")));
        for who in [&owner, &member] {
            who.get(&path).expect(403);
            who.send("POST", "/api/v1/declarations", &recent("03")).expect(403);
            let shown = who.get("/api/v1/session").expect(200);
            assert_eq!((&shown["standing"], &shown["standings"]), (&Value::Null, &json!([])));
        }
        let notice = house.browser().send("POST", "/api/v1/notices", &recent("03"));
        assert_eq!(notice.status, 201, "{}", notice.text);
        mail(&house, TU, "bị khóa", 1);
        assert_eq!(post(&province, &id, "/lock", json!({"reason": "x"})).expect(409)["code"], "employer_not_in_this_state");
        assert_eq!(post(&province, &id, "/verify", json!({"proof": "x"})).expect(409)["code"], "employer_not_in_this_state");
        post(&province, &id, "/unlock", json!({"reason": "Đã làm rõ"})).expect(200);
        owner.get(&path).expect(200);
        member.get("/api/v1/session").expect(200);
    }

    fn software_of_the_tax_code_ends_with_a_verified_employer_that_is_locked(db: &Db) {
        let house = open(db);
        let id = employer(&registered(&house, ONE, TU));
        let software = house.program.client(&db.token("employer", &["--tax-code", ONE]));
        let province = administrator(&house, "66");
        // Whoever only says that the tax code is theirs stops nobody's software by being locked.
        post(&province, &id, "/lock", json!({"reason": "Chưa rõ"})).expect(200);
        software.get("/api/v1/cases").expect(200);
        post(&province, &id, "/unlock", json!({"reason": "Đã rõ"})).expect(200);
        verify(&province, &id);
        software.get("/api/v1/cases").expect(200);
        post(&province, &id, "/lock", json!({"reason": "Khai báo giả"})).expect(200);
        software.get("/api/v1/cases").expect(401);
    }

    fn the_people_of_the_record_that_stays_see_what_was_declared_under_the_other(db: &Db) {
        let house = open(db);
        let (old, new) = (registered(&house, ONE, TU), registered(&house, OTHER, NAM));
        let (gone, stays) = (employer(&old), employer(&new));
        let (before, after) = (declared(&old), declared(&new));
        let province = administrator(&house, "66");
        let merge = json!({"into": stays, "reason": "Đổi mã số thuế sau sáp nhập"});
        assert_eq!(post(&province, &gone, "/merge", merge.clone()).expect(409)["code"], "employer_not_verified");
        verify(&province, &stays);
        for wrong in [gone.as_str(), "x", "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44"] {
            let body = json!({"into": wrong, "reason": "x"});
            assert_eq!(post(&province, &gone, "/merge", body).error_pointers(), ["/into"]);
        }
        new.get(&before).expect(404);
        // Without it the merger would open a tax code that nobody has looked at.
        verify(&province, &gone);
        let merged = post(&province, &gone, "/merge", merge.clone()).expect(200);
        assert_eq!((&merged["status"], text(&merged["merged_into"])), (&json!("merged"), stays.as_str()));
        new.get(&before).expect(200);
        new.get(&after).expect(200);
        // Its code is found there, and in the list.
        let shown = new.get(&at(&stays, "")).expect(200);
        assert_eq!(shown["merged"][0]["tax_code"], ONE);
        let found = province.get(&format!("/api/v1/employers?q={ONE}")).expect(200);
        assert_eq!(text(&found["items"][0]["merged_into"]), stays);
        // The people of the other are told, and act for nobody until they are invited.
        old.get(&before).expect(403);
        mail(&house, TU, "nhập vào hồ sơ khác", 1);
        assert_eq!(post(&province, &gone, "/merge", merge).expect(409)["code"], "employer_not_in_this_state");
        // Neither does it go round in a circle.
        let back = json!({"into": gone, "reason": "x"});
        assert_eq!(post(&province, &stays, "/merge", back).expect(409)["code"], "employer_not_verified");
        // Whoever registers its code claims what it was merged into.
        let third = registered(&house, ONE, "khac@donvi.test");
        let claims = new.get(&at(&stays, "/claims")).expect(200);
        assert_eq!(text(&claims["items"][0]["id"]), employer(&third));
        third.get(&before).expect(404);

        post(&province, &gone, "/unmerge", json!({"reason": "Nhập nhầm"})).expect(200);
        old.get(&before).expect(200);
        new.get(&before).expect(404);
        let again = post(&province, &gone, "/unmerge", json!({"reason": "Nhập nhầm"})).expect(409);
        assert_eq!(again["code"], "employer_not_in_this_state");
        for action in ["merge_employers", "unmerge_employers"] {
            assert_eq!(trace(db, action).len(), 1, "{action}");
        }
        db.tnld(&["audit", "verify"]).ok();
    }

    fn of_two_provinces_neither_merges_and_the_ministry_does(db: &Db) {
        let house = open(db);
        let here = registered(&house, ONE, TU);
        let there = registered_in(&house, "02008", OTHER, NAM);
        let (gone, stays) = (employer(&here), employer(&there));
        let (one, other) = (administrator(&house, "66"), administrator(&house, "19"));
        verify(&other, &stays);
        let merge = json!({"into": stays, "reason": "Chuyển trụ sở"});
        assert_eq!(post(&one, &gone, "/merge", merge.clone()).error_pointers(), ["/into"]);
        post(&other, &gone, "/merge", merge.clone()).expect(404);
        let ministry = official(&house, "BNV", "ministry_officer");
        post(&ministry, &gone, "/merge", merge).expect(200);
        // To take it back needs the same.
        let reason = json!({"reason": "Nhập nhầm"});
        post(&one, &gone, "/unmerge", reason.clone()).expect(404);
        post(&other, &gone, "/unmerge", reason.clone()).expect(404);
        post(&ministry, &gone, "/unmerge", reason).expect(200);
        // A claim from elsewhere is decided where the employer is.
        let claim = employer(&registered(&house, OTHER, "khac@donvi.test"));
        let decide = format!("/claims/{claim}/decide");
        let refuse = json!({"outcome": "refused", "reason": "Không có giấy tờ"});
        post(&one, &stays, &decide, refuse.clone()).expect(404);
        let claims = other.get(&at(&stays, "/claims")).expect(200);
        assert_eq!(claims["items"][0]["phone"], "0912345601");
        assert_eq!(post(&other, &stays, &decide, refuse).status, 204);
    }
}
