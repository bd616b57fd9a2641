//! Tokens that people make for the posts they hold.

use serde_json::{Value, json};

use super::{House, Official, PASSWORD, trace};
use crate::{
    api::{office::text, recent},
    support::Answer,
};

const CHIEF: &str = "chanh.thanh.tra@so-66.test";

/// Asks for a token for these rights; the recovery code counts as the second factor, once.
fn make(official: &Official, at: usize, scopes: &Value, more: &Value) -> Answer {
    let mut body = json!({
        "name": "Phần mềm một cửa", "scopes": scopes, "password": PASSWORD,
        "recovery_code": official.recovery[at],
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    official.browser.send("POST", "/api/v1/tokens", &body)
}

fn faults(answer: Answer) -> Vec<(String, String)> {
    let body = answer.expect(422);
    let errors = body["errors"].as_array().unwrap().iter();
    errors
        .map(|error| {
            (
                text(&error["pointer"]).to_owned(),
                text(&error["code"]).to_owned(),
            )
        })
        .collect()
}

on_both_databases! {
    fn a_post_makes_a_token_for_some_of_its_rights_and_ends_it(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official(CHIEF, "SNV-66", "chief_inspector", &[]);
        let made = make(&chief, 0, &json!(["read_case", "list_cases", "list_cases"]), &json!({"valid_days": 30})).expect(201);
        let (secret, token) = (text(&made["secret"]), &made["token"]);
        assert_eq!(token["scopes"], json!(["list_cases", "read_case"]));
        assert_eq!((&token["post_id"], &token["made_by"]), (&json!(chief.post), &json!(chief.account)));

        let employer = house.program.client(&db.token("employer", &["--tax-code", "6099254308"]));
        let declared = employer.post("/api/v1/declarations", &recent("03")).expect(201);
        let software = house.program.client(secret);
        let seen = software.get("/api/v1/cases").expect(200);
        assert_eq!(seen["items"].as_array().unwrap().len(), 1);
        software.get(text(&declared["case"]["href"])).expect(200);
        // The post may, the token was not made for it.
        let receipt = format!("/api/v1/declarations/{}", text(&declared["receipt_no"]));
        chief.browser.get(&receipt).expect(200);
        software.get(&receipt).expect(404);
        for path in ["/api/v1/places?q=a", "/api/v1/posts", "/api/v1/tokens"] {
            software.get(path).expect(403);
        }
        let step = format!("{}/steps/receive", text(&declared["case"]["href"]));
        software.post(&step, &json!({"version": 1})).expect(403);
        software.post("/api/v1/tokens", &json!({"name": "x", "scopes": ["list_cases"], "password": "x"})).expect(403);

        let list = chief.browser.get("/api/v1/tokens").expect(200);
        assert_eq!(list["items"][0]["id"], token["id"]);
        assert!(!list.to_string().contains(secret));
        let revoke = format!("/api/v1/tokens/{}/revoke", text(&token["id"]));
        assert_eq!(faults(chief.browser.send("POST", &revoke, &json!({}))), [("/reason".into(), "required".into())]);
        let ended = chief.browser.send("POST", &revoke, &json!({"reason": "Phần mềm đã thay"})).expect(200);
        assert_eq!(ended["revoked_because"], "Phần mềm đã thay");
        software.get("/api/v1/cases").expect(401);
        let again = chief.browser.send("POST", &revoke, &json!({"reason": "Lần nữa"})).expect(200);
        assert_eq!(again["revoked_because"], "Phần mềm đã thay");
        assert_eq!((trace(db, "create_token").len(), trace(db, "revoke_token").len()), (2, 1));
        assert!(db.tnld(&["token", "list"]).ok().contains(&chief.post));
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
    }

    fn a_token_has_no_more_than_its_post_and_nothing_that_a_person_answers_for(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official(CHIEF, "SNV-66", "chief_inspector", &[]);
        let not_allowed = |at: &str| (at.to_owned(), "not_allowed".to_owned());
        // Not the post's, not for software, not a right at all.
        let asked = json!(["list_cases", "manage_directory", "manage_posts", "read_informant"]);
        let refused = faults(make(&chief, 0, &asked, &json!({})));
        assert_eq!(refused, [not_allowed("/scopes/1"), not_allowed("/scopes/2"), not_allowed("/scopes/3")]);
        assert_eq!(faults(make(&chief, 0, &json!(["everything"]), &json!({}))), [not_allowed("/scopes/0")]);
        let wrong = json!({"valid_days": 367, "role": "operator", "name": ""});
        let refused = faults(make(&chief, 0, &json!([]), &wrong));
        let pointers: Vec<&str> = refused.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/name", "/scopes", "/valid_days", "/role"]);
        let scopes = json!(["list_cases"]);
        let refused = faults(make(&chief, 0, &scopes, &json!({"password": "sai rồi sai rồi"})));
        assert_eq!(refused, [("/password".into(), "not_right".into())]);
        let refused = faults(make(&chief, 0, &scopes, &json!({"recovery_code": "AAAA-AAAA-AAAA"})));
        assert_eq!(refused, [("/recovery_code".into(), "not_right".into())]);
        // Nothing of that used the code up.
        make(&chief, 0, &scopes, &json!({})).expect(201);

        let investigator = house.official("dieu.tra@so-66.test", "SNV-66", "investigator", &[]);
        make(&investigator, 0, &scopes, &json!({})).expect(403);
        investigator.browser.get("/api/v1/tokens").expect(403);
        let operator = house.program.client(&db.token("operator", &[]));
        operator.post("/api/v1/tokens", &json!({"name": "x", "scopes": scopes, "password": "x"})).expect(403);
    }

    fn a_token_belongs_to_its_authority_and_ends_with_its_post(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official(CHIEF, "SNV-66", "chief_inspector", &[]);
        let made = make(&chief, 0, &json!(["list_cases"]), &json!({})).expect(201);
        let revoke = format!("/api/v1/tokens/{}/revoke", text(&made["token"]["id"]));
        let neighbour = house.official("chanh@so-19.test", "SNV-19", "chief_inspector", &[]);
        assert_eq!(neighbour.browser.get("/api/v1/tokens").expect(200)["items"], json!([]));
        neighbour.browser.send("POST", &revoke, &json!({"reason": "x"})).expect(404);
        let operator = house.program.client(&db.token("operator", &[]));
        assert_eq!(operator.get("/api/v1/tokens").expect(200)["items"].as_array().unwrap().len(), 1);

        let software = house.program.client(text(&made["secret"]));
        software.get("/api/v1/cases").expect(200);
        db.tnld(&["post", "end", &chief.post, "--reason", "Sắp xếp lại"]).ok();
        software.get("/api/v1/cases").expect(401);
        chief.browser.get("/api/v1/tokens").expect(403);
        let ended = operator.get("/api/v1/tokens").expect(200);
        assert_eq!(ended["items"][0]["revoked_because"], "Sắp xếp lại");
    }

    fn a_token_ends_when_its_maker_leaves_unless_somebody_else_keeps_it(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official(CHIEF, "SNV-66", "chief_inspector", &[]);
        let token = |at, scopes: &Value| make(&chief, at, scopes, &json!({})).expect(201);
        let (one, other) = (token(0, &json!(["list_cases"])), token(1, &json!(["list_cases"])));
        let not_theirs = token(2, &json!(["manage_roster"]));
        let id = |made: &Value| text(&made["token"]["id"]).to_owned();
        let cases = |made: &Value| house.program.client(text(&made["secret"])).get("/api/v1/cases");
        let operator = house.program.client(&db.token("operator", &[]));
        let held = || operator.get(&format!("/api/v1/posts/{}/held", chief.post)).expect(200);
        let listed = held();
        assert_eq!(listed["tokens"].as_array().unwrap().len(), 3);
        assert_eq!((&listed["tokens"][0]["good"], &listed["tokens"][0]["kept"]), (&json!(true), &json!(false)));

        // Nobody keeps what is none of the post, or what the other post may not do.
        let to = operator.post("/api/v1/posts", &json!({"authority_id": "SNV-66", "kind": "investigator", "name": "Số 2"})).expect(201);
        let hand_over = format!("/api/v1/posts/{}/hand-over", chief.post);
        let body = |keep: &[&str]| json!({
            "to_post_id": to["id"], "reason": "Nghỉ hưu", "leaving": chief.account, "keep_tokens": keep,
        });
        // An investigator does not say who is on duty: no token of that post does.
        let refused = operator.post(&hand_over, &body(&[&id(&one), "x", &chief.post, &id(&not_theirs)]));
        assert_eq!(refused.error_pointers(), ["/keep_tokens/1", "/keep_tokens/2", "/keep_tokens/3"]);
        for made in [&one, &other] {
            cases(made).expect(200);
        }

        let done = operator.post(&hand_over, &body(&[&id(&one)])).expect(200);
        assert_eq!((&done["tokens"], &done["ended_tokens"]), (&json!(1), &json!(2)));
        cases(&one).expect(200);
        cases(&other).expect(401);
        let all = operator.get("/api/v1/tokens").expect(200);
        let found = |made: &Value| {
            let mut all = all["items"].as_array().unwrap().iter();
            all.find(|token| token["id"] == made["token"]["id"]).unwrap().clone()
        };
        assert_eq!((&found(&one)["post_id"], &found(&one)["kept_because"]), (&to["id"], &json!("Nghỉ hưu")));
        assert!(text(&found(&other)["revoked_because"]).contains("has left the post"), "{}", found(&other));
        assert_eq!(held()["tokens"], json!([]));
        assert_eq!(trace(db, "keep_token").len(), 1);
        // The post that it has now ends, and with it the token.
        operator.post(&format!("/api/v1/posts/{}/end", text(&to["id"])), &json!({"reason": "Thử"})).expect(200);
        cases(&one).expect(401);
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
    }

    fn nobody_keeps_a_token_for_themselves(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let grants = ["manage_posts", "hand_over", "create_tokens"];
        let leaving = house.official("can.bo@xa.test", "UBX-22015", "commune_official", &grants);
        let colleague = house.official("can.bo.2@xa.test", "UBX-22015", "commune_official", &grants);
        let made = make(&leaving, 0, &json!(["list_cases"]), &json!({})).expect(201);
        let keep = |to: &str| json!({
            "to_post_id": to, "reason": "Nghỉ hưu", "leaving": leaving.account, "keep_tokens": [made["token"]["id"]],
        });
        let hand_over = format!("/api/v1/posts/{}/hand-over", leaving.post);
        let refused = leaving.browser.send("POST", &hand_over, &keep(&colleague.post));
        assert_eq!(faults(refused), [("/keep_tokens/0".into(), "not_allowed".into())]);
        let remove = format!("/api/v1/posts/{}/holders/{}/remove", leaving.post, leaving.account);
        let mut body = keep("x");
        body.as_object_mut().unwrap().retain(|name, _| name == "reason" || name == "keep_tokens");
        assert_eq!(leaving.browser.send("POST", &remove, &body).error_pointers(), ["/keep_tokens/0"]);
        // Nor does anybody while its maker stays: kept now, it would outlive their leaving.
        let stays = json!({
            "to_post_id": colleague.post, "reason": "Luân chuyển", "keep_tokens": [made["token"]["id"]],
        });
        let refused = colleague.browser.send("POST", &hand_over, &stays);
        assert_eq!(faults(refused), [("/keep_tokens/0".into(), "not_allowed".into())]);
        // A colleague answers for it, also where the post is not handed over.
        colleague.browser.send("POST", &remove, &body).expect(200);
        let software = house.program.client(text(&made["secret"]));
        software.get("/api/v1/cases").expect(200);
        let list = colleague.browser.get("/api/v1/tokens").expect(200);
        assert_eq!((&list["items"][0]["kept_by"], &list["items"][0]["post_id"]), (&json!(colleague.account), &json!(leaving.post)));
    }

    fn a_token_stays_dead_when_its_maker_comes_back_to_the_post(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official(CHIEF, "SNV-66", "chief_inspector", &[]);
        let made = make(&chief, 0, &json!(["list_cases"]), &json!({})).expect(201);
        let software = house.program.client(text(&made["secret"]));
        software.get("/api/v1/cases").expect(200);
        let operator = house.program.client(&db.token("operator", &[]));
        let at = |rest: &str| format!("/api/v1/posts/{}{rest}", chief.post);
        let good = || operator.get(&at("/held")).expect(200)["tokens"][0]["good"].clone();
        let set = |what: &str| {
            let set = format!("UPDATE post_holders SET {what} WHERE account_id = '{}'", chief.account);
            db.connect().execute_sql(&set).unwrap();
        };
        // The appointment ran out a while after the token was made.
        let hour = |ago: i64| (tnld::time::Clock::default().now() - chrono::TimeDelta::hours(ago)).format("%F %T").to_string();
        set(&format!("held_from = '{}', held_until = '{}'", hour(5), hour(2)));
        db.connect().execute_sql(&format!("UPDATE tokens SET created_at = '{}' WHERE post_id IS NOT NULL", hour(4))).unwrap();
        software.get("/api/v1/cases").expect(403);
        chief.browser.get("/api/v1/cases").expect(403);
        let rows = trace(db, "refused");
        let of = |kind: &str| rows.iter().filter(|row| row.actor_kind == kind && row.object_id == "GET /api/v1/cases").count();
        assert_eq!((of("token"), of("account")), (1, 1), "{rows:?}");

        let again = json!({"account_id": chief.account});
        operator.post(&at("/holders"), &again).expect(200);
        chief.browser.get("/api/v1/cases").expect(200);
        software.get("/api/v1/cases").expect(403);
        assert_eq!(good(), false);
        // Without a break between two appointments nobody was gone.
        let seamless = format!(
            "UPDATE post_holders SET held_from = '{}' WHERE account_id = '{}' AND held_until IS NULL",
            hour(2), chief.account
        );
        let ended = format!(
            "UPDATE post_holders SET held_until = '{}' WHERE account_id = '{}' AND held_until IS NOT NULL",
            hour(2), chief.account
        );
        db.connect().execute_sql(&ended).unwrap();
        db.connect().execute_sql(&seamless).unwrap();
        software.get("/api/v1/cases").expect(200);
        assert_eq!(good(), true);
    }

    fn what_is_left_of_an_appointment_that_ran_out_is_taken_as_well(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official(CHIEF, "SNV-66", "chief_inspector", &[]);
        make(&chief, 0, &json!(["list_cases"]), &json!({})).expect(201);
        let over = format!("UPDATE post_holders SET held_until = '2026-01-01 00:00:00' WHERE account_id = '{}'", chief.account);
        db.connect().execute_sql(&over).unwrap();
        let operator = house.program.client(&db.token("operator", &[]));
        let remove = format!("/api/v1/posts/{}/holders/{}/remove", chief.post, chief.account);
        let reason = json!({"reason": "Hết nhiệm kỳ"});
        operator.post(&remove, &reason).expect(200);
        let held = operator.get(&format!("/api/v1/posts/{}/held", chief.post)).expect(200);
        assert_eq!(held["tokens"], json!([]));
        operator.post(&remove, &reason).expect(404);
    }

    fn the_name_of_a_token_is_one_visible_line(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official(CHIEF, "SNV-66", "chief_inspector", &[]);
        for odd in ["Phần mềm \u{202e}gnac", "Một\u{200b}cửa", "a\u{2066}b", "a\nb"] {
            let refused = make(&chief, 0, &json!(["list_cases"]), &json!({"name": odd}));
            assert_eq!(faults(refused), [("/name".into(), "bad_characters".into())], "{odd:?}");
        }
        let post = json!({"authority_id": "SNV-66", "kind": "investigator", "name": "Số 1\u{202e}"});
        assert_eq!(chief.browser.send("POST", "/api/v1/posts", &post).error_pointers(), ["/name"]);
    }

    fn a_token_is_taken_no_more_once_the_time_of_its_maker_in_the_post_is_over(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official(CHIEF, "SNV-66", "chief_inspector", &[]);
        let made = make(&chief, 0, &json!(["list_cases"]), &json!({})).expect(201);
        let kept = make(&chief, 1, &json!(["list_cases"]), &json!({})).expect(201);
        let (software, other) = (house.program.client(text(&made["secret"])), house.program.client(text(&kept["secret"])));
        // Nobody did anything on the day that the time was over.
        let over = format!("UPDATE post_holders SET held_until = '2026-01-01 00:00:00' WHERE account_id = '{}'", chief.account);
        db.connect().execute_sql(&over).unwrap();
        software.get("/api/v1/cases").expect(403);
        let operator = house.program.client(&db.token("operator", &[]));
        let held = operator.get(&format!("/api/v1/posts/{}/held", chief.post)).expect(200);
        assert_eq!((&held["tokens"][0]["good"], &held["tokens"][0]["made_by"]), (&json!(false), &json!(chief.account)));
        // Somebody who looks after it lets one of them go on.
        let successor = operator.post("/api/v1/posts", &json!({"authority_id": "SNV-66", "kind": "chief_inspector", "name": "Chánh"})).expect(201);
        let hand_over = json!({"to_post_id": successor["id"], "reason": "Hết nhiệm kỳ", "keep_tokens": [kept["token"]["id"]]});
        operator.post(&format!("/api/v1/posts/{}/hand-over", chief.post), &hand_over).expect(200);
        software.get("/api/v1/cases").expect(403);
        other.get("/api/v1/cases").expect(200);
    }
}
