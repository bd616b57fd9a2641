//! Posts over HTTP: created, held, assigned to, handed over, ended; the roster.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tnld::{ids::AccountId, time::rfc3339_in_vietnam};

use crate::support::Db;

use super::{
    Caller, Office,
    office::{now, text},
    recent,
};

fn create(operator: &Caller, authority: &str, kind: &str, name: &str) -> String {
    let body = json!({"authority_id": authority, "kind": kind, "name": name});
    let post = operator.post("/api/v1/posts", &body).expect(201);
    text(&post["id"]).to_owned()
}

/// The id of a new account.
fn account(db: &Db, email: &str) -> String {
    db.tnld(&[
        "account",
        "create",
        "--email",
        email,
        "--name",
        "Lò Thị Mai",
    ])
    .ok();
    let list = db.tnld(&["account", "list"]).ok();
    let line = list.lines().find(|line| line.contains(email)).unwrap();
    line.split_whitespace().next().unwrap().to_owned()
}

fn at(id: &str, what: &str) -> String {
    format!("/api/v1/posts/{id}{what}")
}

on_both_databases! {
    fn what_a_post_holds_is_handed_over_before_it_ends(db: &Db) {
        let office = Office::open(db);
        let (operator, inspector) = (office.operator(), office.inspector("66"));
        let from = create(&operator, "SNV-66", "investigator", "Điều tra viên số 1");
        let to = create(&operator, "SNV-66", "investigator", "Điều tra viên số 2");
        let foreign = create(&operator, "SNV-19", "investigator", "Điều tra viên");
        let account = account(db, "mai.lo@snv.test");
        let held = operator.post(&at(&from, "/holders"), &json!({"account_id": account})).expect(200);
        assert_eq!(held["holders"][0]["account_id"], account.as_str());
        let again = json!({"account_id": account, "reason": "Bổ nhiệm lại"});
        operator.post(&at(&from, "/holders"), &again).expect(409);
        // Nobody is appointed who has no account, and nobody is meant twice.
        for (body, pointer) in [
            (json!({"account_id": AccountId::generate()}), "/account_id"),
            (json!({"email": "nobody@snv.test"}), "/full_name"),
            (json!({"email": "mai.lo@snv.test"}), "/full_name"),
            (json!({"account_id": account, "full_name": "Lò Thị Mai"}), "/full_name"),
            (json!({"email": "x"}), "/email"),
            (json!({"email": "mai.lo@snv.test", "account_id": account}), "/email"),
            (json!({}), "/account_id"),
        ] {
            let refused = operator.post(&at(&to, "/holders"), &body);
            assert_eq!(refused.error_pointers(), [pointer], "{body}");
        }
        let by_address = operator.post(&at(&to, "/holders"), &json!({"email": " Mai.Lo@SNV.test", "full_name": "Lò Mai"})).expect(200);
        assert_eq!(by_address["holders"][0]["account_id"], account.as_str());

        let answer = office.employer("6099254308").declare(&recent("03"));
        let case = inspector.case_of(&answer);
        inspector.step(&case, "assign", json!({"post_id": foreign})).expect(422);
        let case = inspector.step(&case, "assign", json!({"post_id": from})).expect(200);
        assert_eq!(case["assigned_to"], "Điều tra viên số 1");
        assert_eq!(case["assigned_post_id"], from.as_str());
        assert_eq!(inspector.queue(&format!("assigned_to={from}")).len(), 1);
        assert_eq!(inspector.queue(&format!("assigned_to={to}")).len(), 0);
        assert_eq!(office.ministry().queue(&format!("assigned_to={from}")).len(), 1);

        let reason = json!({"reason": "Sắp xếp lại bộ máy"});
        let busy = operator.post(&at(&from, "/end"), &reason).expect(409);
        assert_eq!(busy["code"], "post_holds_work");
        let hand = json!({"to_post_id": to, "reason": "Nghỉ hưu", "leaving": account});
        let done = operator.post(&at(&from, "/hand-over"), &hand).expect(200);
        assert_eq!(done, json!({"cases": 1, "alerts": 0, "shifts": 0, "tokens": 0, "ended_tokens": 0}));
        let case = inspector.case_of(&answer);
        assert_eq!(case["assigned_post_id"], to.as_str());
        let last = case["timeline"].as_array().unwrap().last().unwrap();
        assert_eq!((text(&last["action"]), text(&last["reason"])), ("handed_over", "Nghỉ hưu"));
        assert_eq!(operator.get(&at(&from, "")).expect(200)["holders"], json!([]));
        let ended = operator.post(&at(&from, "/end"), &reason).expect(200);
        assert_ne!(ended["ended_at"], Value::Null);
        let again = operator.post(&at(&from, "/end"), &reason).expect(409);
        assert_eq!(again["code"], "post_ended");

        // An assignment by name alone is none to a post.
        let case = inspector.step(&case, "assign", json!({"assigned_to": "Lê Văn Tra"})).expect(200);
        assert_eq!(case["assigned_post_id"], Value::Null);
        assert_eq!(inspector.queue(&format!("assigned_to={to}")).len(), 0);

        let trace = db.tnld(&["audit", "export"]).ok();
        for action in ["create_post", "appoint", "remove_holder", "hand_over", "end_post"] {
            assert!(trace.contains(&format!("\"action\":\"{action}\"")), "{action}");
        }
        db.tnld(&["audit", "verify"]).ok();
    }

    fn the_roster_says_who_is_reachable_now(db: &Db) {
        let office = Office::open(db);
        let (operator, inspector) = (office.operator(), office.inspector("66"));
        let duty = create(&operator, "SNV-66", "duty_officer", "Trực ban");
        let moment = |hours: i64| rfc3339_in_vietnam(now() + TimeDelta::hours(hours));
        let shift = |from, to| json!({"starts_at": moment(from), "ends_at": moment(to), "phone": "0262 3855555"});
        let shifts = at(&duty, "/shifts");
        let running = operator.post(&shifts, &shift(-1, 8)).expect(201);
        operator.post(&shifts, &shift(8, 20)).expect(201);
        let wrong = operator.post(&shifts, &shift(4, 2));
        assert_eq!(wrong.error_pointers(), ["/ends_at"]);
        let stranger = json!({"starts_at": moment(0), "ends_at": moment(1), "phone": "x", "account_id": AccountId::generate()});
        let wrong = operator.post(&shifts, &stranger);
        assert_eq!(wrong.error_pointers(), ["/account_id", "/phone"]);

        let path = "/api/v1/authorities/SNV-66";
        let reachable = || inspector.get(&format!("{path}/on-duty")).expect(200)["items"].clone();
        assert_eq!(reachable().as_array().unwrap().len(), 1);
        assert_eq!(reachable()[0]["post_name"], "Trực ban");
        assert_eq!(reachable()[0]["phone"], "02623855555");
        let roster = inspector.get(&format!("{path}/roster")).expect(200);
        assert_eq!(roster["items"].as_array().unwrap().len(), 2);
        inspector.get(&format!("{path}/roster?from=yesterday")).expect(422);
        office.inspector("19").get(&format!("{path}/roster")).expect(404);

        let cancel = format!("{shifts}/{}/cancel", text(&running["id"]));
        operator.post(&cancel, &json!({"reason": "Đổi ca"})).expect(204);
        assert_eq!(reachable(), json!([]));
        operator.post(&cancel, &json!({"reason": "Đổi ca"})).expect(409);
    }

    fn every_fault_of_a_post_is_named_and_nothing_slips_in(db: &Db) {
        let office = Office::open(db);
        let operator = office.operator();
        let body = json!({
            "authority_id": "UBX-22015", "kind": "chief_inspector", "name": "", "grants": ["read_case"],
            "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "ended_at": "2020-01-01T00:00:00Z",
        });
        let refused = operator.post("/api/v1/posts", &body);
        let pointers = ["/ended_at", "/grants/0", "/id", "/kind", "/name"];
        assert_eq!(refused.error_pointers(), pointers);
        assert_eq!(office.rows("posts"), 0);
        for (path, body) in [
            ("/api/v1/posts?limit=0", 422),
            ("/api/v1/posts?cursor=x", 422),
            ("/api/v1/posts?more=x", 422),
            ("/api/v1/posts/x", 404),
        ] {
            operator.get(path).expect(body);
        }
        for name in ["a", "b", "c"] {
            create(&operator, "SNV-66", "investigator", name);
        }
        let first = operator.get("/api/v1/posts?limit=2").expect(200);
        assert_eq!(first["items"].as_array().unwrap().len(), 2);
        let next = format!("/api/v1/posts?limit=2&cursor={}", text(&first["next"]));
        let second = operator.get(&next).expect(200);
        assert_eq!(second["items"][0]["name"], "c");
        assert_eq!(second["next"], Value::Null);
    }

    fn the_first_administrator_is_made_on_the_command_line(db: &Db) {
        db.with_authorities();
        let made = db.tnld(&[
            "post", "create", "--authority", "UBND-66", "--kind", "provincial_administrator", "--name", "Quản trị",
        ]);
        let id = made.ok().trim_end().to_owned();
        let account = account(db, "mai.lo@snv.test");
        let nobody = AccountId::generate().to_string();
        db.tnld(&["post", "appoint", &id, "--account", &nobody]).failed(1);
        db.tnld(&["post", "appoint", &id, "--account", "nobody@snv.test"]).failed(1);
        db.tnld(&["post", "appoint", &id, "--account", "Mai.Lo@snv.test"]).ok();
        let list = db.tnld(&["post", "list", "--authority", "UBND-66"]).ok();
        assert!(list.contains(&id) && list.contains(&account), "{list}");
        let refused = db.tnld(&[
            "post", "create", "--authority", "UBX-22015", "--kind", "provincial_administrator", "--name", "x",
        ]);
        assert!(refused.failed(1).contains("kind"));
        db.tnld(&["post", "remove", &id, "--account", "mai.lo@snv.test", "--reason", "Thử"]).ok();
        db.tnld(&["post", "end", &id, "--reason", "Thử"]).ok();
        db.tnld(&["post", "end", &id, "--reason", "Thử"]).failed(1);
        assert_eq!(db.tnld(&["post", "list"]).ok(), "");
        db.tnld(&["audit", "verify"]).ok();
    }
}
