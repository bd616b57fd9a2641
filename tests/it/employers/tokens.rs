//! Tokens of employers: made, limited, listed and revoked by their owners.

use serde_json::{Value, json};

use super::firm::{
    ONE, OTHER, account, administrator, at, employer, joined, open, post, registered, verify,
};
use crate::{
    api::office::{recent, text},
    people::{Browser, House, PASSWORD, trace},
    support::{Answer, Client},
};

const TU: &str = "tu.ha@taynguyen.test";
const LUA: &str = "lua.tran@taynguyen.test";
const KHAC: &str = "khac@donvi.test";

/// Asks for a token for these rights.
fn make(browser: &Browser, id: &str, scopes: &Value) -> Answer {
    let body = json!({"name": "Phần mềm nhân sự", "scopes": scopes, "valid_days": 30, "password": PASSWORD});
    post(browser, id, "/tokens", body)
}

/// Makes a token; what it is, and the software that has it.
fn made(house: &House<'_>, browser: &Browser, scopes: &Value) -> (Value, Client) {
    let answer = make(browser, &employer(browser), scopes).expect(201);
    let software = house.program.client(text(&answer["secret"]));
    (answer["token"].clone(), software)
}

fn declare(software: &Client) -> Answer {
    software.post("/api/v1/declarations", &recent("03"))
}

fn tokens(browser: &Browser, id: &str) -> Vec<Value> {
    let list = browser.get(&at(id, "/tokens")).expect(200);
    list["items"].as_array().unwrap().clone()
}

on_both_databases! {
    fn an_owner_makes_a_token_for_the_software_of_the_employer_and_ends_it(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let (token, software) = made(&house, &owner, &json!(["read_declaration", "declare", "declare"]));
        assert_eq!(token["scopes"], json!(["declare", "read_declaration"]));
        assert_eq!((&token["employer_id"], &token["made_by"]), (&json!(id), &json!(account(&owner))));
        let answer = declare(&software).expect(201);
        let receipt = format!("/api/v1/declarations/{}", text(&answer["receipt_no"]));
        software.get(&receipt).expect(200);
        // An employer may, the token was not made for it.
        software.post(&format!("{receipt}/supplements"), &json!({})).expect(404);
        software.get(&format!("{receipt}/trace")).expect(404);
        software.get("/api/v1/places?q=a").expect(403);
        // Nor does it do what a person answers for.
        for path in ["", "/people", "/tokens", "/invitations"] {
            software.get(&at(&id, path)).expect(403);
        }
        software.get("/api/v1/session").expect(403);
        software.post(&at(&id, "/tokens"), &json!({"name": "x", "scopes": ["declare"], "password": PASSWORD})).expect(403);
        // Beyond its record nothing is seen: of one that is not verified not even what its people declared.
        let by_person = super::firm::declared(&owner);
        software.get(&by_person).expect(404);
        let other = registered(&house, OTHER, KHAC);
        software.get(&super::firm::declared(&other)).expect(404);
        verify(&administrator(&house, "66"), &id);
        software.get(&by_person).expect(200);
        // Its people see what it declared from then on.
        owner.get(&receipt).expect(200);

        assert!(!owner.get(&at(&id, "/tokens")).expect(200).to_string().contains("secret"));
        assert_eq!(tokens(&owner, &id)[0]["id"], token["id"]);
        let revoke = format!("/tokens/{}/revoke", text(&token["id"]));
        assert_eq!(post(&owner, &id, &revoke, json!({"role": "x"})).error_pointers(), ["/reason", "/role"]);
        let ended = post(&owner, &id, &revoke, json!({"reason": "Phần mềm đã thay"})).expect(200);
        assert_eq!(ended["revoked_because"], "Phần mềm đã thay");
        declare(&software).expect(401);
        let again = post(&owner, &id, &revoke, json!({"reason": "Lần nữa"})).expect(200);
        assert_eq!(again["revoked_because"], "Phần mềm đã thay");
        assert_eq!((trace(db, "create_token").len(), trace(db, "revoke_token").len()), (1, 1));
        let declared = trace(db, "declare").into_iter().filter(|row| row.actor_name == "Phần mềm nhân sự");
        assert_eq!(declared.count(), 1);
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
    }

    fn a_token_has_some_rights_of_an_employer_for_some_days_and_its_owner_shows_who_they_are(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let asked = json!(["declare", "manage_employer_people", "list_cases", "leave_employer", "manage_employer_tokens"]);
        let refused = make(&owner, &id, &asked);
        assert_eq!(refused.error_pointers(), ["/scopes/1", "/scopes/3", "/scopes/4"]);
        let wrong = json!({"name": "", "scopes": [], "valid_days": 367, "tax_code": OTHER, "employer_id": "x", "password": PASSWORD});
        let pointers = ["/employer_id", "/name", "/scopes", "/tax_code", "/valid_days"];
        assert_eq!(post(&owner, &id, "/tokens", wrong).error_pointers(), pointers);
        let guessed = json!({"name": "x", "scopes": ["declare"], "password": "sai rồi sai rồi"});
        assert_eq!(post(&owner, &id, "/tokens", guessed).error_pointers(), ["/password"]);
        assert_eq!(tokens(&owner, &id), [Value::Null; 0]);
        // A second factor, where the account has one, is shown as well.
        let (_, recovery) = owner.set_up_totp();
        assert_eq!(make(&owner, &id, &json!(["declare"])).error_pointers(), ["/totp"]);
        for (at, _) in [(); 2].iter().enumerate() {
            let body = json!({
                "name": "x", "scopes": ["declare"], "password": PASSWORD, "recovery_code": recovery[at],
            });
            post(&owner, &id, "/tokens", body).expect(201);
        }
        let page = owner.get(&at(&id, "/tokens?limit=1")).expect(200);
        let next = at(&id, &format!("/tokens?limit=1&cursor={}", text(&page["next"])));
        assert_eq!(owner.get(&next).expect(200)["next"], Value::Null);
        owner.get(&at(&id, "/tokens?limit=0")).expect(422);
        owner.get(&at(&id, "/tokens?cursor=x")).expect(422);
        // Not without end: whoever needs another ends one first.
        let more = format!(
            "INSERT INTO tokens (id, secret_hash, role, tax_code, employer_id, scopes, made_by, name, created_at, expires_at) \
             SELECT id || '-' || n, secret_hash || n, role, tax_code, employer_id, scopes, made_by, name, created_at, expires_at \
             FROM tokens, (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 \
             UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) AS numbers WHERE employer_id = '{id}'"
        );
        db.connect().execute_sql(&more).unwrap();
        let body = json!({"name": "x", "scopes": ["declare"], "password": PASSWORD, "recovery_code": recovery[2]});
        assert_eq!(post(&owner, &id, "/tokens", body).expect(409)["code"], "too_many_tokens");
    }

    fn only_an_owner_keeps_the_tokens_of_an_employer_and_only_of_theirs(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let member = joined(&house, &owner, LUA);
        let other = registered(&house, OTHER, KHAC);
        let (token, software) = made(&house, &owner, &json!(["declare"]));
        let revoke = format!("/tokens/{}/revoke", text(&token["id"]));
        let reason = json!({"reason": "x"});
        make(&member, &id, &json!(["declare"])).expect(403);
        member.get(&at(&id, "/tokens")).expect(403);
        post(&member, &id, &revoke, reason.clone()).expect(403);
        make(&other, &id, &json!(["declare"])).expect(404);
        other.get(&at(&id, "/tokens")).expect(404);
        post(&other, &id, &revoke, reason.clone()).expect(404);
        // Nor by way of an employer of one's own.
        post(&other, &employer(&other), &revoke, reason.clone()).expect(404);
        let official = administrator(&house, "66");
        official.get(&at(&id, "/tokens")).expect(403);
        assert_eq!(official.get("/api/v1/tokens").expect(200)["items"], json!([]));
        let of_posts = format!("/api/v1/tokens/{}/revoke", text(&token["id"]));
        official.send("POST", &of_posts, &reason).expect(404);
        let evil = Browser { origin: Some("https://evil.test".into()), ..owner.stolen() };
        make(&evil, &id, &json!(["declare"])).expect(403);
        declare(&software).expect(201);
        let refused = trace(db, "refused");
        let tried = "POST /api/v1/employers/{employer_id}/tokens/{token_id}/revoke";
        assert!(refused.iter().filter(|row| row.is_of(tried, &id)).count() >= 2, "{refused:?}");
    }

    fn whoever_leaves_an_employer_leaves_no_token_behind(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let second = joined(&house, &owner, LUA);
        let role = format!("/people/{}/role", account(&second));
        post(&owner, &id, &role, json!({"role": "owner"})).expect(200);
        let (_, theirs) = made(&house, &second, &json!(["declare"]));
        let (_, mine) = made(&house, &owner, &json!(["declare"]));
        // As a member they act for the employer still.
        post(&owner, &id, &role, json!({"role": "member"})).expect(200);
        declare(&theirs).expect(201);
        let remove = format!("/people/{}/remove", account(&second));
        post(&owner, &id, &remove, json!({"reason": "Nghỉ việc"})).expect(200);
        declare(&theirs).expect(401);
        declare(&mine).expect(201);
        let because = tokens(&owner, &id);
        let ended = because.iter().find(|token| token["revoked_at"] != Value::Null).unwrap();
        assert!(text(&ended["revoked_because"]).contains("acts for the employer no more"), "{ended}");

        // Also whoever goes by themselves,
        let third = joined(&house, &owner, "ba@taynguyen.test");
        let role = format!("/people/{}/role", account(&third));
        post(&owner, &id, &role, json!({"role": "owner"})).expect(200);
        let (_, theirs) = made(&house, &third, &json!(["declare"]));
        post(&third, &id, "/leave", json!({})).expect(204);
        declare(&theirs).expect(401);
        // and in whatever way it came about that they are none of its people.
        let gone = format!("UPDATE employer_people SET until = '2026-01-01 00:00:00' WHERE account_id = '{}'", account(&owner));
        db.connect().execute_sql(&gone).unwrap();
        declare(&mine).expect(403);
    }

    fn nobodys_software_acts_for_an_employer_that_is_locked_or_merged(db: &Db) {
        let house = open(db);
        let owner = registered(&house, ONE, TU);
        let id = employer(&owner);
        let province = administrator(&house, "66");
        verify(&province, &id);
        let twin = registered(&house, OTHER, KHAC);
        let (_, software) = made(&house, &owner, &json!(["declare"]));
        let (_, other) = made(&house, &twin, &json!(["declare"]));
        post(&province, &id, "/lock", json!({"reason": "Khiếu nại"})).expect(200);
        declare(&software).expect(403);
        post(&province, &id, "/unlock", json!({"reason": "Đã giải quyết"})).expect(200);
        declare(&software).expect(201);
        let merge = json!({"into": id, "reason": "Một đơn vị"});
        post(&province, &employer(&twin), "/merge", merge).expect(200);
        declare(&other).expect(403);
        // Whoever goes on with such a token is known.
        let rows = trace(db, "refused");
        let tried = rows.iter().filter(|row| row.actor_kind == "token" && row.object_id == "POST /api/v1/declarations");
        assert_eq!(tried.count(), 2, "{rows:?}");
        // A maker who is locked takes the tokens along.
        db.tnld(&["account", "lock", TU]).ok();
        declare(&software).expect(401);
    }
}
