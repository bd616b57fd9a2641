//! The desk of an official: views of the queue and how many cases they hold, many cases assigned at once, filters
//! that a post has saved, and names that are looked for only by whoever may read them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{House, Official, PASSWORD, trace};
use crate::{
    api::{
        ago,
        office::{each, rows, text},
        recent, with,
    },
    support::{Answer, Client},
};

const ASSIGN: &str = "/api/v1/cases/assignments";
const FILTERS: &str = "/api/v1/saved-filters";

fn employer(house: &House<'_>) -> Client {
    let token = house.db.token("employer", &["--tax-code", "6099254308"]);
    house.program.client(&token)
}

/// Cases in Tuy Hòa, the oldest first.
fn declared(house: &House<'_>, count: i64) -> Vec<Value> {
    let employer = employer(house);
    (0..count)
        .map(|number| {
            let moment = json!(ago(90 + number));
            let body = with(recent("03"), &[("/accident/occurred_at", moment)]);
            let answer = employer.post("/api/v1/declarations", &body).expect(201);
            answer["case"].clone()
        })
        .collect()
}

fn shown(official: &Official, case: &Value) -> Value {
    official.browser.get(text(&case["href"])).expect(200)
}

fn step(official: &Official, case: &Value, step: &str, mut fields: Value) -> Value {
    fields["seen_version"] = shown(official, case)["version"].clone();
    let path = format!("{}/steps/{step}", text(&case["href"]));
    official.browser.send("POST", &path, &fields).expect(200)
}

/// A case of a call, at the version that the official sees.
fn seen(official: &Official, case: &Value) -> Value {
    json!({"case_id": case["id"], "seen_version": shown(official, case)["version"]})
}

fn assign(official: &Official, body: &Value) -> Answer {
    official.browser.send("POST", ASSIGN, body)
}

fn outcomes(answer: &Value) -> Vec<&str> {
    each(&answer["items"], "outcome")
}

/// The cases of a view, sorted.
fn view(official: &Official, query: &str) -> Vec<String> {
    let page = official
        .browser
        .get(&format!("/api/v1/cases?{query}"))
        .expect(200);
    let mut ids: Vec<String> = each(&page["items"], "id")
        .into_iter()
        .map(str::to_owned)
        .collect();
    ids.sort();
    ids
}

fn ids(cases: &[&Value]) -> Vec<String> {
    let mut ids: Vec<String> = cases
        .iter()
        .map(|case| text(&case["id"]).to_owned())
        .collect();
    ids.sort();
    ids
}

fn counts(official: &Official) -> BTreeMap<String, String> {
    let counts = official.browser.get("/api/v1/cases/counts").expect(200);
    let items = counts["items"].as_array().unwrap().iter();
    items
        .map(|one| {
            assert_ne!(one["label_vi"], one["label_en"]);
            (
                text(&one["view"]).to_owned(),
                text(&one["shown"]).to_owned(),
            )
        })
        .collect()
}

on_both_databases! {
    fn each_view_holds_what_it_says_and_is_counted(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let officer = house.official("tra@so-66.test", "SNV-66", "investigator", &[]);
        let neighbour = house.official("chanh@so-19.test", "SNV-19", "chief_inspector", &[]);
        let police = house.official("cong.an@tinh.test", "CAT-66", "provincial_police_investigator", &[]);
        let cases = declared(&house, 4);
        let [free, theirs, own, waits] = &cases[..] else { panic!() };
        step(&chief, theirs, "assign", json!({"post_id": officer.post}));
        step(&chief, own, "assign", json!({"post_id": chief.post}));
        for (name, fields) in [
            ("receive", json!({})),
            ("classify", json!({})),
        ] {
            step(&chief, waits, name, fields);
        }
        let sql = format!(
            "UPDATE cases SET status = 'POLICE_OPINION_PENDING' WHERE id = '{0}'; \
             UPDATE case_audiences SET status = 'POLICE_OPINION_PENDING' WHERE case_id = '{0}'",
            text(&waits["id"])
        );
        db.connect().execute_sql(&sql).unwrap();

        assert_eq!(view(&chief, "view=mine"), ids(&[own]));
        assert_eq!(view(&officer, "view=mine"), ids(&[theirs]));
        assert_eq!(view(&chief, "view=unit"), ids(&[own, theirs]));
        assert_eq!(view(&officer, "view=unit"), ids(&[own, theirs]));
        assert_eq!(view(&chief, "view=unassigned"), ids(&[free, waits]));
        assert_eq!(view(&chief, "view=waiting"), ids(&[waits]));
        // The police do not wait for themselves, and none of it is assigned to their posts.
        assert_eq!(view(&police, "view=waiting"), ids(&[]));
        assert_eq!(view(&police, "view=unit"), ids(&[]));
        for name in ["mine", "unit", "unassigned", "waiting", "due_this_week", "overdue"] {
            assert_eq!(view(&neighbour, &format!("view={name}")), ids(&[]), "{name}");
        }
        // Together with what the queue filters by, and page by page.
        assert_eq!(view(&chief, "view=unit&class=FATAL"), ids(&[]));
        assert_eq!(view(&chief, "view=unit&q=tuy+hoa&commune=22015&sort=-received"), ids(&[own, theirs]));
        assert_eq!(view(&chief, &format!("view=unit&assigned_to={}", officer.post)), ids(&[theirs]));
        assert_eq!(view(&chief, "view=unassigned&status=POLICE_OPINION_PENDING"), ids(&[waits]));
        assert_eq!(view(&chief, "view=unassigned&status=CLOSED"), ids(&[]));
        let first = chief.browser.get("/api/v1/cases?view=unit&limit=1").expect(200);
        let next = format!("view=unit&limit=1&cursor={}", text(&first["next"]));
        assert_ne!(view(&chief, &next), [text(&first["items"][0]["id"])]);
        let wrong = chief.browser.get("/api/v1/cases?view=theirs&class=x");
        assert_eq!(wrong.error_pointers(), ["/class", "/view"]);

        // Limits: one that has ended, one that ends within minutes (unless that is next week), one in a year.
        let due = |case: &Value, sql: &str| {
            let id = text(&case["id"]);
            let sql = format!(
                "UPDATE cases SET due_at = {sql} WHERE id = '{id}'; \
                 UPDATE case_audiences SET due_at = {sql} WHERE case_id = '{id}'"
            );
            db.connect().execute_sql(&sql).unwrap();
        };
        due(free, "'2020-01-01 00:00:00'");
        due(theirs, "'2200-01-01 00:00:00'");
        let now = tnld::time::Clock::default().now();
        let monday = tnld::domain::case::views::end_of_week(now);
        let last = monday - chrono::TimeDelta::seconds(1);
        for (case, at) in [(own, last), (waits, monday)] {
            due(case, &format!("'{}'", at.naive_utc().format("%F %T")));
        }
        assert_eq!(view(&chief, "view=overdue"), ids(&[free]));
        assert_eq!(view(&chief, "view=due_this_week"), ids(&[own]));
        let counted = counts(&chief);
        let expected = [
            ("due_this_week", "1"), ("mine", "1"), ("overdue", "1"), ("unassigned", "2"), ("unit", "2"), ("waiting", "1"),
        ];
        for (name, count) in expected {
            assert_eq!(counted[name], count, "{name}");
        }
        assert_eq!(counted.len(), expected.len());
        assert!(counts(&neighbour).values().all(|count| count == "0"));
        // What has ended is no work.
        step(&chief, own, "withdraw", json!({"reason": "Sai."}));
        assert_eq!(view(&chief, "view=mine"), ids(&[]));
        assert_eq!(counts(&chief)["due_this_week"], "0");
    }

    fn a_count_stops_at_a_hundred(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        declared(&house, 101);
        let counted = counts(&chief);
        assert_eq!((counted["unassigned"].as_str(), counted["mine"].as_str()), ("100+", "0"));
    }

    fn experts_are_waited_for_until_the_work_begins_anew(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let case = &declared(&house, 1)[0];
        assert_eq!(view(&chief, "view=waiting"), ids(&[]));
        let id = text(&case["id"]);
        let event = |no: u32, at: &str, action: &str, from: &str, to: &str| {
            let sql = format!(
                "INSERT INTO case_events (id, case_id, happened_at, actor, actor_role, action, from_status, to_status, reason, details) \
                 VALUES ('0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e{no:02}', '{id}', '{at}', 'x', 'inspector', '{action}', '{from}', '{to}', NULL, '{{}}')"
            );
            db.connect().execute_sql(&sql).unwrap();
        };
        let state = |status: &str| {
            let sql = format!(
                "UPDATE cases SET status = '{status}' WHERE id = '{id}'; \
                 UPDATE case_audiences SET status = '{status}' WHERE case_id = '{id}'"
            );
            db.connect().execute_sql(&sql).unwrap();
        };
        state("INVESTIGATING");
        assert_eq!(view(&chief, "view=waiting"), ids(&[]));
        event(1, "2150-01-01 00:00:00", "order_expertise", "INVESTIGATING", "INVESTIGATING");
        assert_eq!(view(&chief, "view=waiting"), ids(&[case]));
        state("MINUTES_DRAFTED");
        assert_eq!(view(&chief, "view=waiting"), ids(&[]));
        state("INVESTIGATING");
        event(2, "2150-01-02 00:00:00", "supplemented", "INVESTIGATING", "CLASSIFIED");
        assert_eq!(view(&chief, "view=waiting"), ids(&[]));
    }

    fn many_cases_are_assigned_each_by_itself(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let officer = house.official("tra@so-66.test", "SNV-66", "investigator", &[]);
        let duty = house.official("truc@so-66.test", "SNV-66", "duty_officer", &[]);
        let neighbour = house.official("chanh@so-19.test", "SNV-19", "chief_inspector", &[]);
        let cases = declared(&house, 4);
        let [first, stale, ended, second] = &cases[..] else { panic!() };
        step(&chief, ended, "withdraw", json!({"reason": "Sai."}));
        let mut wanted: Vec<Value> = [first, stale, ended, second].iter().map(|case| seen(&chief, case)).collect();
        wanted[1]["seen_version"] = json!(7);
        let nobody = json!({"case_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "seen_version": 1});
        wanted.push(nobody);
        let body = json!({"cases": wanted, "to_post_id": officer.post, "reason": "Phân công theo địa bàn"});
        let done = assign(&chief, &body).expect(200);
        assert_eq!(outcomes(&done), ["done", "changed_meanwhile", "refused", "done", "refused"]);
        assert_eq!(done["done"], 2);
        for (at, code) in [(1, "stale_version"), (2, "case_ended"), (4, "not_found")] {
            let reason = &done["items"][at]["reason"];
            assert_eq!(reason["code"], code);
            assert_ne!(reason["message_vi"], reason["message_en"]);
        }
        for (case, version) in [(first, 0), (second, 3)] {
            let now = shown(&chief, case);
            assert_eq!(now["assigned_post_id"], officer.post.as_str());
            assert_eq!(now["version"], done["items"][version]["version"]);
            let last = now["timeline"].as_array().unwrap().last().unwrap();
            assert_eq!((text(&last["action"]), text(&last["reason"])), ("assign", "Phân công theo địa bàn"));
        }
        assert_eq!(shown(&chief, stale)["assigned_post_id"], Value::Null);
        assert_eq!(shown(&chief, stale)["version"], 1);
        // What was done is traced, and what was not leaves no trace but the steps before.
        let assigned = trace(db, "take_step").into_iter().filter(|row| row.details.contains("\"assign\"")).count();
        assert_eq!(assigned, 2);

        // Taken for oneself, by whoever may say who works on it.
        let take = |case: &Value| json!({"cases": [seen(&duty, case)], "take": true, "reason": "Trực ca"});
        assert_eq!(outcomes(&assign(&duty, &take(stale)).expect(200)), ["done"]);
        assert_eq!(shown(&chief, stale)["assigned_post_id"], duty.post.as_str());
        // What somebody has is not taken from them, and who has it is said.
        let refused = assign(&officer, &take(stale)).expect(200);
        assert_eq!((outcomes(&refused), &refused["done"]), (vec!["refused"], &json!(0)));
        assert_eq!(refused["items"][0]["reason"]["code"], "already_assigned");
        assert_eq!(refused["items"][0]["held_by"]["post_id"], duty.post.as_str());
        // A stranger's case is not there, and a stranger's post no target.
        let theirs = json!({"cases": [seen(&chief, first)], "take": true, "reason": "x"});
        let answer = assign(&neighbour, &theirs).expect(200);
        assert_eq!((outcomes(&answer), &answer["items"][0]["reason"]["code"]), (vec!["refused"], &json!("not_found")));
        let strange = json!({"cases": [seen(&chief, first)], "to_post_id": neighbour.post, "reason": "x"});
        assert_eq!(assign(&chief, &strange).error_pointers(), ["/to_post_id"]);

        // Handed over from one post to another: what it does not hold stays.
        let both = json!({
            "cases": [seen(&chief, first), seen(&chief, stale)],
            "from_post_id": officer.post, "to_post_id": chief.post, "reason": "Nghỉ phép",
        });
        let done = assign(&chief, &both).expect(200);
        assert_eq!(outcomes(&done), ["done", "refused"]);
        assert_eq!(done["items"][1]["reason"]["code"], "assigned_elsewhere");
        assert_eq!(shown(&chief, stale)["assigned_post_id"], duty.post.as_str());
        db.tnld(&["audit", "verify"]).ok();
    }

    fn alerts_go_along_when_a_post_hands_its_cases_over(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let officer = house.official("tra@so-66.test", "SNV-66", "investigator", &[]);
        let case = &declared(&house, 1)[0];
        step(&officer, case, "receive", json!({}));
        step(&chief, case, "assign", json!({"post_id": officer.post}));
        let body = json!({
            "cases": [seen(&chief, case)], "from_post_id": officer.post, "take": true, "reason": "Nghỉ phép",
        });
        assert_eq!(outcomes(&assign(&chief, &body).expect(200)), ["done"]);
        let held = |who: &Official| {
            let path = format!("/api/v1/posts/{}/held", who.post);
            who.browser.get(&path).expect(200)["items"].clone()
        };
        assert_eq!(held(&officer), json!([]));
        assert_eq!(held(&chief)[0]["alerts"].as_array().unwrap().len(), 1);
        assert_eq!(trace(db, "assign_alert").len(), 1);
    }

    fn an_investigator_takes_what_nobody_has_and_nothing_else(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let officer = house.official("tra@so-66.test", "SNV-66", "investigator", &[]);
        let other = house.official("tra-hai@so-66.test", "SNV-66", "investigator", &[]);
        let neighbour = house.official("tra@so-19.test", "SNV-19", "investigator", &[]);
        let cases = declared(&house, 5);
        let [free, theirs, named, ended, also_free] = &cases[..] else { panic!() };
        step(&chief, theirs, "assign", json!({"post_id": other.post}));
        step(&chief, named, "assign", json!({"assigned_to": "Lê Văn Tra"}));
        step(&chief, ended, "withdraw", json!({"reason": "Sai."}));
        let wanted: Vec<Value> = cases.iter().map(|case| seen(&chief, case)).collect();
        let body = json!({"cases": wanted, "take": true, "reason": "Theo địa bàn"});

        let answer = assign(&officer, &body).expect(200);
        assert_eq!(outcomes(&answer), ["done", "refused", "refused", "refused", "done"]);
        let code = |at: usize| text(&answer["items"][at]["reason"]["code"]);
        assert_eq!([code(1), code(2), code(3)], ["already_assigned", "already_assigned", "case_ended"]);
        assert_eq!(answer["items"][1]["held_by"]["post_id"], other.post.as_str());
        assert_eq!(answer["items"][2]["held_by"], json!({"name": "Lê Văn Tra"}));
        assert_eq!(answer["items"][3]["held_by"], Value::Null);
        for case in [free, also_free] {
            let now = shown(&officer, case);
            assert_eq!(now["assigned_post_id"], officer.post.as_str());
            let last = now["timeline"].as_array().unwrap().last().unwrap();
            assert_eq!((text(&last["action"]), text(&last["reason"])), ("assign", "Theo địa bàn"));
        }
        assert_eq!(shown(&chief, theirs)["assigned_post_id"], other.post.as_str());

        // Who works on a case else, the chief says: also of one's own cases, and of those of a colleague.
        let own = json!([seen(&officer, free)]);
        assign(&officer, &json!({"cases": own, "to_post_id": other.post, "reason": "x"})).expect(403);
        assign(&officer, &json!({"cases": own, "to_post_id": officer.post, "reason": "x"})).expect(403);
        let from = json!({"cases": [seen(&officer, theirs)], "from_post_id": other.post, "take": true, "reason": "x"});
        assign(&officer, &from).expect(403);
        // The step of a single case stays with whoever leads.
        let path = format!("/api/v1/cases/{}/steps/assign", text(&free["id"]));
        let single = json!({"seen_version": shown(&officer, free)["version"], "post_id": officer.post});
        officer.browser.send("POST", &path, &single).expect(403);
        // The case of another territory is not there, and nobody is named.
        let strange = json!({"cases": [seen(&officer, theirs)], "take": true, "reason": "x"});
        let answer = assign(&neighbour, &strange).expect(200);
        assert_eq!(answer["items"][0]["reason"]["code"], "not_found");
        assert_eq!(answer["items"][0]["held_by"], Value::Null);
        db.tnld(&["audit", "verify"]).ok();
    }

    fn of_two_investigators_who_take_a_case_at_once_one_has_it_and_the_other_is_told_who(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let first = house.official("tra@so-66.test", "SNV-66", "investigator", &[]);
        let second = house.official("tra-hai@so-66.test", "SNV-66", "investigator", &[]);
        let cases = declared(&house, 8);
        let mut wanted: Vec<Value> = cases.iter().map(|case| seen(&chief, case)).collect();
        let one = json!({"cases": wanted, "take": true, "reason": "Của tôi"});
        wanted.reverse();
        let other = json!({"cases": wanted, "take": true, "reason": "Của tôi"});
        let answers = std::thread::scope(|scope| {
            let (one_browser, other_browser) = (first.browser.stolen(), second.browser.stolen());
            let one = scope.spawn(move || one_browser.send("POST", ASSIGN, &one).expect(200));
            let other = scope.spawn(move || other_browser.send("POST", ASSIGN, &other).expect(200));
            [one.join().unwrap(), other.join().unwrap()]
        });
        let mut taken = 0;
        for (answer, (mine, theirs)) in answers.iter().zip([(&first, &second), (&second, &first)]) {
            for item in answer["items"].as_array().unwrap() {
                let case = cases.iter().find(|case| case["id"] == item["case_id"]).unwrap();
                let has = shown(&chief, case)["assigned_post_id"].clone();
                if item["outcome"] == "done" {
                    taken += 1;
                    assert_eq!(has, mine.post.as_str());
                } else {
                    assert_eq!(item["reason"]["code"], "already_assigned");
                    assert_eq!(item["held_by"]["post_id"], theirs.post.as_str());
                    assert_eq!(has, theirs.post.as_str());
                }
            }
        }
        assert_eq!(taken, cases.len());
        assert_eq!(rows(db, "case_posts"), 8);
        db.tnld(&["audit", "verify"]).ok();
    }

    fn of_two_at_once_each_case_goes_to_one(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let duty = house.official("truc@so-66.test", "SNV-66", "duty_officer", &[]);
        let cases = declared(&house, 12);
        let mut wanted: Vec<Value> = cases.iter().map(|case| seen(&chief, case)).collect();
        let one = json!({"cases": wanted, "take": true, "reason": "Của tôi"});
        // The other names them the other way round: neither waits for the other for ever.
        wanted.reverse();
        let other = json!({"cases": wanted, "take": true, "reason": "Của tôi"});
        let (first, second) = std::thread::scope(|scope| {
            let (chief, duty) = (chief.browser.stolen(), duty.browser.stolen());
            let first = scope.spawn(move || chief.send("POST", ASSIGN, &one).expect(200));
            let second = scope.spawn(move || duty.send("POST", ASSIGN, &other).expect(200));
            (first.join().unwrap(), second.join().unwrap())
        });
        let mut winners = BTreeMap::new();
        for (answer, post) in [(&first, &chief.post), (&second, &duty.post)] {
            for item in answer["items"].as_array().unwrap() {
                match text(&item["outcome"]) {
                    "done" => assert!(winners.insert(text(&item["case_id"]).to_owned(), post).is_none()),
                    other => assert_eq!(other, "changed_meanwhile"),
                }
            }
        }
        assert_eq!(winners.len(), cases.len());
        for case in &cases {
            let now = shown(&chief, case);
            assert_eq!(text(&now["assigned_post_id"]), winners[text(&case["id"])].as_str());
            let times = now["timeline"].as_array().unwrap().iter();
            assert_eq!(times.filter(|event| event["action"] == "assign").count(), 1);
        }
        assert_eq!(rows(db, "case_posts"), 12);
        db.tnld(&["audit", "verify"]).ok();
    }

    fn every_fault_of_an_assignment_is_named_and_nothing_is_done(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let case = &declared(&house, 1)[0];
        let good = seen(&chief, case);
        for (body, pointers) in [
            (json!({}), vec!["/cases", "/reason", "/to_post_id"]),
            (json!({"cases": [], "take": "yes", "reason": "", "all": true}), vec!["/all", "/cases", "/reason", "/take"]),
            (
                json!({"cases": [good, good, {"case_id": "x"}, 3], "to_post_id": "x", "reason": 4}),
                vec!["/cases/1/case_id", "/cases/2/case_id", "/cases/2/seen_version", "/cases/3", "/reason", "/to_post_id"],
            ),
            (json!({"cases": [good], "take": true, "to_post_id": chief.post, "reason": "x"}), vec!["/take"]),
            (json!({"cases": [good], "take": true, "from_post_id": chief.post, "reason": "x"}), vec!["/from_post_id"]),
            (json!({"cases": vec![good.clone(); 101], "take": true, "reason": "x"}), vec!["/cases"]),
        ] {
            let mut found = assign(&chief, &body).error_pointers();
            found.retain(|pointer| pointer != "/cases/3/case_id" && pointer != "/cases/3/seen_version");
            assert_eq!(found, pointers, "{body}");
        }
        let token = db.token("inspector", &["--province", "66"]);
        let software = house.program.client(&token);
        let body = json!({"cases": [good], "take": true, "reason": "x"});
        assert_eq!(software.post(ASSIGN, &body).error_pointers(), ["/take"]);
        assert_eq!(shown(&chief, case)["version"], 1);
    }

    fn a_post_saves_filters_and_nobody_else_sees_them(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let officer = house.official("tra@so-66.test", "SNV-66", "investigator", &[]);
        let save = |who: &Official, body: &Value| who.browser.send("POST", FILTERS, body);
        let filter = json!({"view": "mine", "class": "FATAL", "q": "Lò Thị Mẫu Đơn"});
        let saved = save(&chief, &json!({"name": "Của tôi", "filter": filter})).expect(201);
        assert_eq!((&saved["name"], &saved["filter"]), (&json!("Của tôi"), &filter));
        save(&chief, &json!({"name": "Mọi vụ", "filter": {}})).expect(201);
        let list = |who: &Official| who.browser.get(FILTERS).expect(200)["items"].clone();
        assert_eq!(each(&list(&chief), "name"), ["Của tôi", "Mọi vụ"]);
        assert_eq!(list(&chief)[0], saved);
        assert_eq!(list(&officer), json!([]));
        // A name once in a post, however it is written; another post has names of its own.
        let again = save(&chief, &json!({"name": "CỦA  TÔI", "filter": {}})).expect(409);
        assert_eq!(again["code"], "filter_name_taken");
        save(&officer, &json!({"name": "Của tôi", "filter": {}})).expect(201);
        // Read by the reader of the queue: every fault at once.
        for (body, pointers) in [
            (json!({}), vec!["/filter", "/name"]),
            (
                json!({"name": "x", "filter": {"view": "theirs", "class": "x", "limit": "3", "cursor": "x", "overdue": true, "q": "a\nb"}, "post_id": "x"}),
                vec!["/filter/class", "/filter/cursor", "/filter/limit", "/filter/overdue", "/filter/q", "/filter/view", "/post_id"],
            ),
            (json!({"name": "a".repeat(101), "filter": []}), vec!["/filter", "/name"]),
        ] {
            assert_eq!(save(&chief, &body).error_pointers(), pointers, "{body}");
        }
        // Nobody deletes another's, and nobody learns of it.
        let path = format!("{FILTERS}/{}", text(&saved["id"]));
        officer.browser.delete(&path).expect(404);
        chief.browser.delete(&format!("{FILTERS}/x")).expect(404);
        assert_eq!(chief.browser.delete(&path).status, 204);
        chief.browser.delete(&path).expect(404);
        assert_eq!(each(&list(&chief), "name"), ["Mọi vụ"]);
        // Each stands in the trace, without the name that was looked for.
        assert_eq!((trace(db, "save_filter").len(), trace(db, "delete_filter").len()), (3, 1));
        assert!(!db.tnld(&["audit", "export"]).ok().contains("Mẫu Đơn"));
        // Fifty, and no more.
        for number in 1..50 {
            save(&chief, &json!({"name": format!("Số {number}"), "filter": {}})).expect(201);
        }
        let full = save(&chief, &json!({"name": "Một nữa", "filter": {}})).expect(409);
        assert_eq!(full["code"], "too_many_filters");
        // Whoever acts in no post has no desk.
        let token = db.token("inspector", &["--province", "66"]);
        house.program.client(&token).get(FILTERS).expect(403);
        let file = db.sqlite_file().map(|file| std::fs::read(file).unwrap());
        let there = file.is_some_and(|bytes| bytes.windows(6).any(|window| window == "Mẫu".as_bytes()));
        assert!(!there);
    }

    fn names_are_looked_for_only_by_whoever_may_read_them(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let body = with(recent("03"), &[("/victims/0/full_name", json!("Lò Thị Mẫu Đơn"))]);
        employer(&house).post("/api/v1/declarations", &body).expect(201);
        let make = |at: usize, scopes: Value| {
            let body = json!({
                "name": "Phần mềm", "scopes": scopes, "password": PASSWORD, "recovery_code": chief.recovery[at],
            });
            let made = chief.browser.send("POST", "/api/v1/tokens", &body).expect(201);
            house.program.client(text(&made["secret"]))
        };
        let found = |client: &Client, q: &str| {
            let page = client.get(&format!("/api/v1/cases/search?q={q}")).expect(200);
            page["items"].as_array().unwrap().len()
        };
        let lists = make(0, json!(["list_cases"]));
        let reads = make(1, json!(["list_cases", "read_case"]));
        for (q, by_list) in [("mau+don", 0), ("lo", 0), ("tay+nguyen", 1), ("tuy+hoa", 1), ("tuy+hoa+mau", 0)] {
            assert_eq!((found(&lists, q), found(&reads, q)), (by_list, 1), "{q}");
        }
    }
}
