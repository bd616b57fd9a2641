//! The people of an employer: invited, removed, made owners; what each may do.

use serde_json::json;

use super::firm::{
    ONE, OTHER, account, administrator, at, declared, employer, joined, mail, open, post,
    registered, secret, verify,
};
use crate::{
    api::office::{each, text},
    people::{House, PASSWORD, trace},
};

const TU: &str = "tu.ha@taynguyen.test";
const LUA: &str = "lua.tran@taynguyen.test";
const CONFIRM: &str = "/api/v1/password-reset/confirm";

on_both_databases! {
    fn whoever_has_no_account_joins_by_a_link_that_is_good_once(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let invite = json!({"email": " Lua.Tran@TayNguyen.test", "full_name": "Trần Thị Lụa"});
        let made = post(&owner, &id, "/invitations", invite).expect(201);
        assert_eq!((&made["email"], &made["role"]), (&json!(LUA), &json!("member")));
        let link = secret(&mail(&house, LUA, "Mời tham gia", 1));
        let page = house.browser().get(&format!("/account/reset/{link}"));
        assert_eq!(page.status, 200);
        // It proves no address, and chooses no weak password.
        let proof = json!({"secret": link});
        house.browser().send("POST", "/api/v1/account/email-proof", &proof).expect(409);
        assert_eq!(house.browser().get(&format!("/account/proof/{link}")).status, 404);
        let weak = json!({"secret": link, "password": LUA});
        assert_eq!(house.browser().send("POST", CONFIRM, &weak).error_pointers(), ["/password"]);
        let body = json!({"secret": link, "password": PASSWORD});
        assert_eq!(house.browser().send("POST", CONFIRM, &body).status, 204);
        for again in [&body, &json!({"secret": link, "password": "con cò bay lả bay la"})] {
            let refused = house.browser().send("POST", CONFIRM, again).expect(409);
            assert_eq!(refused["code"], "link_expired");
        }
        let member = house.signed_in(LUA);
        assert_eq!(employer(&member), id);
        declared(&member);
        mail(&house, TU, "Có người mới tham gia", 1);
        let people = owner.get(&at(&id, "/people")).expect(200);
        assert_eq!(each(&people["items"], "email"), [TU, LUA]);
        // A colleague needs no addresses.
        let people = member.get(&at(&id, "/people")).expect(200);
        assert_eq!(each(&people["items"], "email"), ["t***@taynguyen.test", LUA]);
        assert_eq!(people["items"][0]["phone"], "*******601");
        let open = owner.get(&at(&id, "/invitations")).expect(200);
        assert_eq!(open["items"], json!([]));
        assert_eq!((trace(db, "invite_person").len(), trace(db, "join_employer").len()), (1, 1));
    }

    fn whoever_has_an_account_signs_in_and_accepts_or_declines(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        house.person(LUA);
        let lua = house.signed_in(LUA);
        let invite = json!({"email": LUA, "full_name": "Ai đó", "role": "owner"});
        let known = post(&owner, &id, "/invitations", invite.clone()).expect(201);
        let unknown = json!({"email": "moi@donvi.test", "full_name": "Ai đó", "role": "owner"});
        let unknown = post(&owner, &id, "/invitations", unknown).expect(201);
        // The owner is not told who has an account.
        assert_eq!(known["full_name"], unknown["full_name"]);
        let sent = mail(&house, LUA, "Mời tham gia", 1);
        assert!(!sent.text().contains("http"), "{}", sent.text());

        let received = lua.get("/api/v1/account/invitations").expect(200);
        assert_eq!(received["items"][0]["company_name"], "Công ty CP Xây dựng Tây Nguyên");
        let path = |invitation: &str, what: &str| format!("/api/v1/account/invitations/{invitation}/{what}");
        let invitation = text(&known["id"]).to_owned();
        // Nobody accepts what another was invited to.
        house.person("ke.gian@donvi.test");
        let thief = house.signed_in("ke.gian@donvi.test");
        for what in ["accept", "decline"] {
            thief.send_bytes("POST", &path(&invitation, what), "", b"", &[]).expect(404);
        }
        assert_eq!(lua.send_bytes("POST", &path(&invitation, "decline"), "", b"", &[]).status, 204);
        lua.send_bytes("POST", &path(&invitation, "accept"), "", b"", &[]).expect(404);
        let again = post(&owner, &id, "/invitations", invite).expect(201);
        let invitation = text(&again["id"]).to_owned();
        assert_eq!(lua.send_bytes("POST", &path(&invitation, "accept"), "", b"", &[]).status, 204);
        lua.send_bytes("POST", &path(&invitation, "accept"), "", b"", &[]).expect(404);
        lua.send("PUT", "/api/v1/session/standing", &json!({"tax_code": ONE})).expect(200);
        assert_eq!(lua.get("/api/v1/session").expect(200)["standing"]["is_owner"], true);
    }

    fn an_invitation_that_was_taken_back_or_is_too_old_is_none(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let invite = |email: &str| {
            let body = json!({"email": email, "full_name": "Trần Thị Lụa"});
            let made = post(&owner, &id, "/invitations", body).expect(201);
            text(&made["id"]).to_owned()
        };
        let first = invite(LUA);
        let link = secret(&mail(&house, LUA, "Mời tham gia", 1));
        let withdraw = at(&id, &format!("/invitations/{first}/withdraw"));
        assert_eq!(owner.send_bytes("POST", &withdraw, "", b"", &[]).status, 204);
        owner.send_bytes("POST", &withdraw, "", b"", &[]).expect(404);
        let body = json!({"secret": link, "password": PASSWORD});
        house.browser().send("POST", CONFIRM, &body).expect(409);
        invite(LUA);
        let link = secret(&mail(&house, LUA, "Mời tham gia", 2));
        drop(house);
        let eight_days = (8 * 24 * 3600).to_string();
        let later = House::open_with(db, &[("TNLD_CLOCK_OFFSET", &eight_days)]);
        let body = json!({"secret": link, "password": PASSWORD});
        later.browser().send("POST", CONFIRM, &body).expect(409);
        assert_eq!(later.browser().get(&format!("/account/reset/{link}")).status, 404);
    }

    fn whoever_is_removed_acts_for_the_employer_no_more_from_that_moment(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let member = joined(&house, &owner, LUA);
        let path = declared(&member);
        member.get(&path).expect(200);
        let lua = account(&member);
        let remove = format!("/people/{lua}/remove");
        assert_eq!(post(&owner, &id, &remove, json!({})).error_pointers(), ["/reason"]);
        let left = post(&owner, &id, &remove, json!({"reason": "Nghỉ việc"})).expect(200);
        assert_eq!(left["items"].as_array().unwrap().len(), 1);
        member.get(&path).expect(403);
        member.get(&at(&id, "")).expect(403);
        member.send("POST", "/api/v1/declarations", &crate::api::office::recent("03")).expect(403);
        let choose = json!({"tax_code": ONE});
        member.send("PUT", "/api/v1/session/standing", &choose).expect(404);
        post(&owner, &id, &remove, json!({"reason": "Nghỉ việc"})).expect(404);
        mail(&house, LUA, "không còn thay mặt", 1);
        // Who comes back is invited again, with the account that is there.
        let body = json!({"email": LUA, "full_name": "Trần Thị Lụa"});
        let made = post(&owner, &id, "/invitations", body).expect(201);
        let accept = format!("/api/v1/account/invitations/{}/accept", text(&made["id"]));
        assert_eq!(member.send_bytes("POST", &accept, "", b"", &[]).status, 204);
        member.get(&path).expect(200);
    }

    fn there_is_always_an_owner(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let member = joined(&house, &owner, LUA);
        let (tu, lua) = (account(&owner), account(&member));
        let last = |answer: crate::support::Answer| assert_eq!(answer.expect(409)["code"], "last_owner");
        last(post(&owner, &id, "/leave", json!({})));
        last(post(&owner, &id, &format!("/people/{tu}/remove"), json!({"reason": "Thử"})));
        last(post(&owner, &id, &format!("/people/{tu}/role"), json!({"role": "member"})));
        let promoted = post(&owner, &id, &format!("/people/{lua}/role"), json!({"role": "owner"})).expect(200);
        assert_eq!(each(&promoted["items"], "role"), ["owner", "owner"]);
        mail(&house, LUA, "Bạn là chủ tài khoản", 1);
        assert_eq!(post(&owner, &id, "/leave", json!({"reason": "Nghỉ hưu"})).status, 204);
        owner.get(&at(&id, "")).expect(403);
        last(post(&member, &id, "/leave", json!({})));
        assert_eq!(trace(db, "change_person_role").len(), 1);
    }

    fn a_member_declares_and_does_not_decide_about_people(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let member = joined(&house, &owner, LUA);
        verify(&administrator(&house, "66"), &id);
        let claim = employer(&registered(&house, ONE, "khac@donvi.test"));
        let (tu, lua) = (account(&owner), account(&member));
        member.get(&at(&id, "")).expect(200);
        for (what, body) in [
            ("/invitations".to_owned(), json!({"email": "x@donvi.test", "full_name": "X"})),
            (format!("/people/{tu}/remove"), json!({"reason": "x"})),
            (format!("/people/{lua}/role"), json!({"role": "owner"})),
            (format!("/claims/{claim}/decide"), json!({"outcome": "accepted", "reason": "x"})),
            ("/verify".to_owned(), json!({"proof": "x"})),
            ("/lock".to_owned(), json!({"reason": "x"})),
        ] {
            post(&member, &id, &what, body).expect(403);
        }
        member.get(&at(&id, "/invitations")).expect(403);
        member.get(&at(&id, "/claims")).expect(403);
        // What the member declared, the owner of a verified employer sees, and the other way round.
        owner.get(&declared(&member)).expect(200);
        member.get(&declared(&owner)).expect(200);
        // And the owner decides nothing that the province does.
        for (what, body) in [
            ("/verify", json!({"proof": "x"})),
            ("/unlock", json!({"reason": "x"})),
            ("/merge", json!({"into": id, "reason": "x"})),
        ] {
            post(&owner, &id, what, body).expect(403);
        }
        owner.get("/api/v1/employers").expect(403);
        assert_eq!(post(&member, &id, "/leave", json!({})).status, 204);
    }

    fn the_people_of_two_employers_are_strangers(db: &Db) {
        let house = open(db);
        let (ours, theirs) = (registered(&house, ONE, TU), registered(&house, OTHER, "nam.vi@donvi.test"));
        let (id, foreign) = (employer(&ours), employer(&theirs));
        let (me, them) = (account(&ours), account(&theirs));
        let body = json!({"email": LUA, "full_name": "Trần Thị Lụa"});
        let invitation = post(&theirs, &foreign, "/invitations", body.clone()).expect(201);
        let invitation = text(&invitation["id"]);
        for what in ["", "/people", "/invitations", "/claims"] {
            ours.get(&at(&foreign, what)).expect(404);
        }
        for (what, body) in [
            ("/invitations".to_owned(), body),
            (format!("/people/{them}/remove"), json!({"reason": "x"})),
            (format!("/people/{them}/role"), json!({"role": "member"})),
            (format!("/people/{me}/role"), json!({"role": "owner"})),
            ("/leave".to_owned(), json!({})),
            (format!("/claims/{id}/decide"), json!({"outcome": "accepted", "reason": "x"})),
        ] {
            post(&ours, &foreign, &what, body).expect(404);
        }
        // Nor by an address of one's own and an id of theirs.
        post(&ours, &id, &format!("/people/{them}/remove"), json!({"reason": "x"})).expect(404);
        post(&ours, &id, &format!("/people/{them}/role"), json!({"role": "owner"})).expect(404);
        for of in [&id, &foreign] {
            let withdraw = at(of, &format!("/invitations/{invitation}/withdraw"));
            ours.send_bytes("POST", &withdraw, "", b"", &[]).expect(404);
        }
        let choose = json!({"tax_code": OTHER});
        ours.send("PUT", "/api/v1/session/standing", &choose).expect(404);
        ours.get(&declared(&theirs)).expect(404);
        let open = theirs.get(&at(&foreign, "/invitations")).expect(200);
        assert_eq!(open["items"].as_array().unwrap().len(), 1);
        let refused = trace(db, "refused");
        assert!(refused.iter().any(|row| row.is_of("GET /api/v1/employers/{employer_id}", &foreign)), "{refused:?}");
    }
}
