//! What a post holds: alerts as well as cases, handed over in one step; and who is given one.

use std::time::Duration;

use serde_json::{Value, json};

use super::{House, Official, PASSWORD, trace};
use crate::{
    api::{
        office::{rows, text},
        recent,
    },
    support::{Answer, mailbox::Mail, program::eventually},
};

const SOON: Duration = Duration::from_secs(20);

/// A case in Đắk Lắk: the answer to its declaration.
fn declared(house: &House<'_>) -> Value {
    let token = house.db.token("employer", &["--tax-code", "6099254308"]);
    let employer = house.program.client(&token);
    employer
        .post("/api/v1/declarations", &recent("03"))
        .expect(201)
}

/// The alert of the labour authority, as somebody sees it.
fn alert(official: &Official, case: &Value) -> Value {
    let path = format!("{}/alerts", text(&case["href"]));
    let all = official.browser.get(&path).expect(200);
    let mut all = all["items"].as_array().unwrap().iter();
    all.find(|alert| alert["role"] == "PROVINCIAL_LABOUR_AUTHORITY")
        .unwrap()
        .clone()
}

fn held(official: &Official, post: &str) -> Value {
    let path = format!("/api/v1/posts/{post}/held");
    official.browser.get(&path).expect(200)
}

fn step(official: &Official, case: &Value, step: &str, mut fields: Value) -> Value {
    let seen = official.browser.get(text(&case["href"])).expect(200);
    fields["seen_version"] = seen["version"].clone();
    let path = format!("{}/steps/{step}", text(&case["href"]));
    official.browser.send("POST", &path, &fields).expect(200)
}

/// A new post of the labour authority, and how somebody is given it.
fn post_of(administrator: &Official) -> (String, impl Fn(Value) -> Answer) {
    let made = json!({"authority_id": "SNV-66", "kind": "investigator", "name": "Điều tra viên"});
    let post = administrator
        .browser
        .send("POST", "/api/v1/posts", &made)
        .expect(201);
    let id = text(&post["id"]).to_owned();
    let holders = format!("/api/v1/posts/{id}/holders");
    (id, move |body: Value| {
        administrator.browser.send("POST", &holders, &body)
    })
}

/// The secret of the link by which a password is chosen.
fn link_in(mail: &Mail) -> String {
    let link = mail.text();
    let link = link
        .lines()
        .find(|line| line.contains("/account/reset/"))
        .unwrap();
    link.trim().rsplit('/').next().unwrap().to_owned()
}

on_both_databases! {
    fn an_alert_belongs_to_the_post_in_which_it_is_taken_and_goes_with_it(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let officer = house.official("tra@so-66.test", "SNV-66", "investigator", &[]);
        let answer = declared(&house);
        let case = &answer["case"];
        assert_eq!(alert(&chief, case)["post"], Value::Null);
        step(&officer, case, "receive", json!({}));
        let taken = alert(&chief, case);
        assert_eq!((&taken["status"], &taken["post"]["id"]), (&json!("acknowledged"), &json!(officer.post)));

        // The case is assigned to nobody, and yet the post holds something.
        let theirs = held(&officer, &officer.post);
        let item = &theirs["items"][0];
        assert_eq!((&item["receipt_no"], &item["assigned"]), (&answer["receipt_no"], &json!(false)));
        assert_eq!((&item["alerts"][0]["id"], item["alerts"][0]["taken_at"].is_string()), (&taken["id"], true));
        let end = format!("/api/v1/posts/{}/end", officer.post);
        let busy = chief.browser.send("POST", &end, &json!({"reason": "Sắp xếp lại"})).expect(409);
        assert_eq!(busy["code"], "post_holds_work");
        // What a colleague holds is for whoever may hand it over.
        let path = format!("/api/v1/posts/{}/held", chief.post);
        officer.browser.get(&path).expect(403);
        officer.browser.get("/api/v1/posts/x/held").expect(404);
        officer.browser.get(&format!("/api/v1/posts/{}/held?limit=0", officer.post)).expect(422);

        step(&chief, case, "assign", json!({"post_id": officer.post}));
        assert_eq!(held(&chief, &officer.post)["items"][0]["assigned"], true);
        let body = json!({"to_post_id": chief.post, "reason": "Nghỉ hưu", "leaving": officer.account});
        let hand_over = format!("/api/v1/posts/{}/hand-over", officer.post);
        let done = chief.browser.send("POST", &hand_over, &body).expect(200);
        assert_eq!(done, json!({"cases": 1, "alerts": 1, "shifts": 0, "tokens": 0, "ended_tokens": 0}));
        assert_eq!(alert(&chief, case)["post"]["id"], chief.post.as_str());
        assert_eq!(held(&chief, &officer.post)["items"], json!([]));
        let mine = held(&chief, &chief.post);
        assert_eq!((&mine["items"][0]["assigned"], mine["items"][0]["alerts"].as_array().unwrap().len()), (&json!(true), 1));
        let shown = chief.browser.get(text(&case["href"])).expect(200);
        let last = shown["timeline"].as_array().unwrap().last().unwrap();
        assert_eq!((text(&last["action"]), text(&last["reason"])), ("handed_over", "Nghỉ hưu"));
        chief.browser.send("POST", &end, &json!({"reason": "Sắp xếp lại"})).expect(200);
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
    }

    fn an_alert_is_assigned_within_its_authority_and_not_taken_by_that(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let duty = house.official("truc@so-66.test", "SNV-66", "duty_officer", &[]);
        let neighbour = house.official("chanh@so-19.test", "SNV-19", "chief_inspector", &[]);
        let police = house.official("cong.an@xa.test", "CAX-22015", "commune_police_officer", &[]);
        let administrator = house.official("quan.tri@tinh.test", "UBND-66", "provincial_administrator", &[]);
        let answer = declared(&house);
        let case = &answer["case"];
        let id = text(&alert(&chief, case)["id"]).to_owned();
        let assign = |who: &Official, body: Value| {
            let path = format!("{}/alerts/{id}/assign", text(&case["href"]));
            who.browser.send("POST", &path, &body)
        };
        let to_duty = json!({"post_id": duty.post, "reason": "Trực ca đêm"});
        // Nobody assigns the alert of another authority, of this case or of any.
        assign(&neighbour, to_duty.clone()).expect(404);
        assign(&police, json!({"post_id": police.post})).expect(404);
        assign(&administrator, to_duty.clone()).expect(403);
        for post in [&neighbour.post, &police.post, &administrator.post, &id] {
            assert_eq!(assign(&chief, json!({"post_id": post})).error_pointers(), ["/post_id"], "{post}");
        }
        assert_eq!(assign(&chief, json!({"status": "acknowledged"})).error_pointers(), ["/post_id", "/status"]);

        let shown = assign(&chief, to_duty.clone()).expect(200);
        assert!(shown.to_string().contains(&duty.post), "{shown}");
        // Once more is no news.
        assign(&chief, to_duty).expect(200);
        let now = alert(&duty, case);
        assert_eq!((&now["post"]["name"], &now["taken"]), (&json!("duty_officer"), &Value::Null));
        assert_eq!(held(&duty, &duty.post)["items"][0]["alerts"][0]["taken_at"], Value::Null);
        // Whoever takes it in another post does not take it from the one that it was assigned to.
        step(&chief, case, "receive", json!({}));
        let taken = alert(&duty, case);
        assert_eq!((&taken["post"]["id"], &taken["status"]), (&json!(duty.post), &json!("acknowledged")));
        assert_eq!(trace(db, "assign_alert").len(), 1);
        let shown = chief.browser.get(text(&case["href"])).expect(200);
        let actions: Vec<&str> = shown["timeline"].as_array().unwrap().iter().map(|one| text(&one["action"])).collect();
        assert_eq!(actions.iter().filter(|action| **action == "alert_assigned").count(), 1, "{actions:?}");

        // Handed over by the administrator, who sees no case and yet leaves nothing behind.
        let listed = held(&administrator, &duty.post);
        assert_eq!(listed["items"][0]["receipt_no"], answer["receipt_no"]);
        administrator.browser.get(text(&case["href"])).expect(403);
        let body = json!({"to_post_id": chief.post, "reason": "Chuyển công tác", "leaving": duty.account});
        let hand_over = format!("/api/v1/posts/{}/hand-over", duty.post);
        let done = administrator.browser.send("POST", &hand_over, &body).expect(200);
        assert_eq!((&done["cases"], &done["alerts"]), (&json!(0), &json!(1)));
        assert_eq!(alert(&chief, case)["post"]["id"], chief.post.as_str());
    }

    fn an_administrator_gives_a_post_to_somebody_who_has_no_account_yet(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let administrator = house.official("quan.tri@tinh.test", "UBND-66", "provincial_administrator", &[]);
        let made = json!({"authority_id": "SNV-66", "kind": "investigator", "name": "Điều tra viên số 1"});
        let post = administrator.browser.send("POST", "/api/v1/posts", &made).expect(201);
        let holders = format!("/api/v1/posts/{}/holders", text(&post["id"]));
        let appoint = |body: Value| administrator.browser.send("POST", &holders, &body);
        // A name is asked for, whether there is an account or not.
        for email in ["moi@so-66.test", "quan.tri@tinh.test"] {
            assert_eq!(appoint(json!({"email": email})).error_pointers(), ["/full_name"]);
        }
        for odd in ["A\r\nBcc: x@y.test", "Bạn trúng thưởng: http://evil.test"] {
            let odd = json!({"email": "moi@so-66.test", "full_name": odd});
            assert!(appoint(odd).error_pointers().contains(&"/full_name".to_owned()));
        }
        let twin = json!({"email": "mоi@so-66.test", "full_name": "Lê Văn Mới"});
        assert_eq!(appoint(twin).error_pointers(), ["/email"]);
        let late = json!({"email": "moi@so-66.test", "full_name": "Lê Văn Mới", "until": "2020-01-01T00:00:00Z"});
        assert_eq!(appoint(late).error_pointers(), ["/until"]);
        assert_eq!(rows(db, "accounts"), 1);

        let given = appoint(json!({"email": "Moi@So-66.test", "full_name": "Lê Văn Mới"})).expect(200);
        assert_eq!(given["holders"].as_array().unwrap().len(), 1);
        let mail = eventually(Duration::from_secs(20), || {
            house.mails().into_iter().find(|mail| mail.header("to") == "moi@so-66.test")
        });
        let link = mail.text();
        let link = link.lines().find(|line| line.contains("/account/reset/")).unwrap();
        let secret = link.trim().rsplit('/').next().unwrap();
        let body = json!({"secret": secret, "password": PASSWORD});
        assert_eq!(house.browser().send("POST", "/api/v1/password-reset/confirm", &body).status, 204);
        let official = house.signed_in("moi@so-66.test");
        // Nothing before a second factor.
        official.get("/api/v1/cases").expect(403);
        official.set_up_totp();
        official.get("/api/v1/cases").expect(200);
        // They hold it already, and there is no second account.
        appoint(json!({"email": "moi@so-66.test", "full_name": "Ai khác"})).expect(409);
        assert_eq!(rows(db, "accounts"), 2);
        let names: Vec<String> = trace(db, "make_account").into_iter().map(|row| row.actor_kind).collect();
        assert_eq!(names.iter().filter(|kind| *kind == "account").count(), 1, "{names:?}");
    }
    fn nobody_learns_by_appointing_which_addresses_have_accounts(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let administrator = house.official("quan.tri@tinh.test", "UBND-66", "provincial_administrator", &[]);
        house.person("co.san@so-66.test");
        house.invited("chua.dung@so-66.test", "Lê Văn Mới");
        let (post, appoint) = post_of(&administrator);
        let answers: Vec<Value> = ["co.san@so-66.test", "chua.dung@so-66.test", "la@so-66.test"]
            .into_iter()
            .map(|email| appoint(json!({"email": email, "full_name": "Tên Khác"})).expect(200))
            .collect();
        let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        for (number, answer) in answers.iter().enumerate() {
            assert_eq!(names(answer), names(&answers[0]));
            let holders = answer["holders"].as_array().unwrap();
            assert_eq!(holders.len(), number + 1);
            for holder in holders {
                assert_eq!(names(holder), names(&holders[0]));
                // The id does not tell when the account was made: version 4.
                let id = text(&holder["account_id"]);
                assert_eq!(&id[14..15], "4", "{id}");
            }
        }
        // The name that its holder has stays.
        let list = db.tnld(&["account", "list"]).ok();
        let name = |email: &str| {
            let line = list.lines().find(|line| line.contains(email)).unwrap();
            line.rsplit("  ").next().unwrap().to_owned()
        };
        assert_eq!(name("co.san@"), "Trần Thị Lụa");
        assert_eq!((name("chua.dung@"), name("la@so")), ("Lê Văn Mới".into(), "Tên Khác".into()));
        // Who uses their account is told of the post, without a link; the others are mailed their links.
        let to = |email: &str| house.mails().iter().filter(|mail| mail.header("to") == email).count();
        let everybody = ["co.san@so-66.test", "chua.dung@so-66.test", "la@so-66.test"];
        eventually(SOON, || everybody.iter().all(|email| to(email) == 1).then_some(()));
        let mails = house.mails();
        let told = mails.iter().find(|mail| mail.header("to") == "co.san@so-66.test").unwrap();
        assert!(told.header("subject").contains("giao một vị trí") && !told.text().contains("/account/"));

        // A locked account is refused, however it is named.
        db.tnld(&["account", "lock", "co.san@so-66.test"]).ok();
        let (_, appoint) = post_of(&administrator);
        let account = &answers[0]["holders"][0]["account_id"];
        for named in [json!({"email": "co.san@so-66.test", "full_name": "Tên Khác"}), json!({"account_id": account})] {
            assert_eq!(appoint(named).expect(409)["code"], "account_locked");
        }
        assert_eq!(rows(db, &format!("post_holders WHERE post_id <> '{post}'")), 1);
    }

    fn whoever_has_not_come_yet_is_sent_another_link_in_place_of_the_first(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let administrator = house.official("quan.tri@tinh.test", "UBND-66", "provincial_administrator", &[]);
        let (_, appoint) = post_of(&administrator);
        let (_, appoint_again) = post_of(&administrator);
        let new = json!({"email": "moi@so-66.test", "full_name": "Lê Văn Mới"});
        let links = |count: usize| {
            eventually(SOON, || {
                let mails = house.mails();
                let theirs = mails.iter().filter(|mail| mail.header("to") == "moi@so-66.test");
                let links: Vec<String> = theirs.map(link_in).collect();
                (links.len() == count).then_some(links)
            })
        };
        let confirm = |secret: &str| {
            let body = json!({"secret": secret, "password": PASSWORD});
            house.browser().send("POST", "/api/v1/password-reset/confirm", &body)
        };
        appoint(new.clone()).expect(200);
        let first = links(1);
        // The same post again, or another one.
        let again = appoint(new.clone()).expect(200);
        assert_eq!(again["holders"].as_array().unwrap().len(), 1);
        let second = links(2);
        appoint_again(new.clone()).expect(200);
        let third = links(3);
        let newest = |all: &[String], before: &[String]| all.iter().find(|link| !before.contains(link)).unwrap().clone();
        for dead in [&first[0], &newest(&second, &first)] {
            assert_eq!(confirm(dead).expect(409)["code"], "link_expired");
        }
        // What says another time is another appointment.
        let mut later = new.clone();
        later["until"] = json!("2199-01-01T00:00:00Z");
        assert_eq!(appoint(later).expect(409)["code"], "already_held");
        assert_eq!(confirm(&newest(&third, &second)).status, 204);
        // Whoever has come is sent nothing more.
        assert_eq!(appoint(new).expect(409)["code"], "already_held");
        assert_eq!(links(3).len(), 3);
    }

    fn nobody_floods_an_address_or_the_world_by_appointing(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let administrator = house.official("quan.tri@tinh.test", "UBND-66", "provincial_administrator", &[]);
        house.person("co.san@so-66.test");
        for email in ["moi@so-66.test", "co.san@so-66.test"] {
            let named = json!({"email": email, "full_name": "Lê Văn Mới"});
            for _ in 0..5 {
                post_of(&administrator).1(named.clone()).expect(200);
            }
            let refused = post_of(&administrator).1(named);
            assert!(refused.headers.contains_key("retry-after"));
            assert_eq!(refused.expect(429)["code"], "too_many_requests", "{email}");
        }
        let (post, appoint) = post_of(&administrator);
        for number in 0..40 {
            let one = json!({"email": format!("nguoi.{number}@so-66.test"), "full_name": "Lê Văn Mới"});
            appoint(one).expect(200);
        }
        appoint(json!({"email": "mot.nguoi.nua@so-66.test", "full_name": "Lê Văn Mới"})).expect(429);
        assert_eq!(rows(db, &format!("post_holders WHERE post_id = '{post}'")), 40);
        assert_eq!(rows(db, "accounts"), 43);
    }
}
