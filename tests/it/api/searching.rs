//! Cases found by words of names, establishments, places and receipt numbers: by whom, and by whom not.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use super::{
    Caller, Office, ago,
    office::{encoded, text},
    recent, rows, with,
};
use crate::{
    sealing::key_file,
    support::{Db, program::eventually},
};
use tnld::sealing::KeySource;

const SOON: Duration = Duration::from_secs(20);

/// An accident at Tuy Hòa that hurt these two.
fn hurt(number: i64, establishment: &str, names: [&str; 2]) -> Value {
    with(
        recent("03"),
        &[
            ("/accident/occurred_at", json!(ago(90 + number))),
            ("/establishment/name", json!(establishment)),
            ("/victims/0/full_name", json!(names[0])),
            ("/victims/1/full_name", json!(names[1])),
        ],
    )
}

fn found(caller: &Caller, q: &str) -> Vec<String> {
    let page = caller
        .get(&format!("/api/v1/cases/search?q={}", encoded(q)))
        .expect(200);
    assert_eq!(page["next"], Value::Null);
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|line| text(&line["receipt_no"]).to_owned())
        .collect()
}

#[track_caller]
fn assert_finds(caller: &Caller, q: &str, expected: &[&Value]) {
    let expected: BTreeSet<String> = expected
        .iter()
        .map(|answer| text(&answer["receipt_no"]).to_owned())
        .collect();
    let found: BTreeSet<String> = found(caller, q).into_iter().collect();
    assert_eq!(found, expected, "{q}");
}

/// Forgets every mark, as in a database from before there were any.
fn forget_marks(db: &Db) {
    db.connect().execute_sql("DELETE FROM case_search").unwrap();
}

on_both_databases! {
    fn words_find_names_establishments_places_and_numbers(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let first = employer.declare(&hurt(1, "Xưởng gỗ Đức Thịnh", ["Lò Thị Mẫu Đơn", "Đặng Hoàng Hưng"]));
        let second = employer.declare(&hurt(2, "Mỏ đá Hòa Thuận", ["Nguyễn Văn Hưng", "Y Thuận"]));
        let inspector = office.inspector("66");
        for (q, expected) in [
            // Names: any order, no diacritics, either spelling of tone marks, the last word begun.
            ("Lò Thị Mẫu Đơn", vec![&first]),
            ("don mau thi lo", vec![&first]),
            ("lo thi ma", vec![&first]),
            ("dang hoang hung", vec![&first]),
            ("hung", vec![&first, &second]),
            ("hu", vec![&first, &second]),
            ("van hung", vec![&second]),
            // Only the last word may be begun.
            ("hu van", vec![]),
            ("nguyen thi", vec![]),
            ("y thuan", vec![&second]),
            // Establishments, tax code, places; words of several kinds together.
            ("duc thinh", vec![&first]),
            ("hoa thuan hung", vec![&second]),
            ("Hoà Thuận Hưng", vec![&second]),
            ("6099254308", vec![&first, &second]),
            ("609925", vec![&first, &second]),
            ("609", vec![]),
            ("tuy hoa", vec![&first, &second]),
            ("dak lak mau", vec![&first]),
            ("%", vec![]),
            ("_", vec![]),
            ("'; drop table cases", vec![]),
        ] {
            assert_finds(&inspector, q, &expected);
        }
        // Names are looked through among cases, not beside them: of the queue's own search they are no part.
        assert!(inspector.queue("q=mau+don").is_empty());
        let number = text(&first["receipt_no"]);
        // A group that happens to be all digits is a number, which is not found by its first two (as `609` above).
        let is_number = number[5..9].bytes().all(|sign| sign.is_ascii_digit());
        let begun = if is_number { 9 } else { 7 };
        for q in [
            number.to_owned(),
            number.to_lowercase(),
            number.replace('-', ""),
            number.replace('-', " "),
            format!("{number} don"),
            number[..begun].to_owned(),
            number[5..9].to_owned(),
        ] {
            assert_finds(&inspector, &q, &[&first]);
        }
        let lines = inspector.get("/api/v1/cases/search?q=hung").expect(200);
        let newest = text(&second["receipt_no"]);
        assert_eq!(lines["items"][0]["receipt_no"], newest, "the newest first");
        let shown = lines.to_string();
        assert!(!shown.contains("Hưng") && !shown.contains("Nguyễn"), "{shown}");

        // One row for each case, whatever it is found by.
        assert_eq!(rows(db, "case_search"), 2);
    }

    fn who_looked_for_what_is_traced_without_the_words(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        employer.declare(&hurt(1, "Xưởng gỗ Đức Thịnh", ["Lò Thị Mẫu Đơn", "Đặng Hoàng Hưng"]));
        employer.declare(&hurt(2, "Mỏ đá Hòa Thuận", ["Nguyễn Văn Hưng", "Y Thuận"]));
        let inspector = office.inspector("66");
        let searches = || {
            let all = db.tnld(&["audit", "export"]).ok();
            let lines = all.lines().filter(|line| line.contains("search_cases"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(found(&inspector, "hưng").len(), 2);
        assert_eq!(found(&inspector, "HUNG").len(), 2);
        assert_eq!(found(&inspector, "mẫu đơn").len(), 1);
        assert_eq!(found(&inspector, "zzz").len(), 0);
        inspector.get("/api/v1/cases?q=thinh").expect(200);
        let lines = searches();
        assert_eq!(lines.len(), 5, "{lines:#?}");
        // A list that nobody looks through by words leaves nothing here.
        inspector.get("/api/v1/cases").expect(200);
        assert_eq!(searches().len(), 5);
        let traced: Vec<Value> = lines
            .iter()
            .map(|line| {
                let row: Value = serde_json::from_str(line).unwrap();
                match &row["details"] {
                    Value::String(text) => serde_json::from_str(text).unwrap(),
                    details => details.clone(),
                }
            })
            .collect();
        // The same word is the same hash, however it is written: who asked for a name can be found out.
        assert_eq!(traced[0]["words"], traced[1]["words"]);
        assert_ne!(traced[0]["words"], traced[3]["words"]);
        assert_eq!(traced[2]["words"].as_array().unwrap().len(), 2);
        let counts: Vec<&Value> = traced.iter().map(|details| &details["found"]).collect();
        assert_eq!(counts, [&json!(2), &json!(2), &json!(1), &json!(0), &json!(1)]);
        let names: Vec<&Value> = traced.iter().map(|details| &details["names"]).collect();
        assert_eq!(names, [&json!(true), &json!(true), &json!(true), &json!(true), &json!(false)]);
        let all = lines.join("\n").to_lowercase();
        for word in ["hưng", "hung", "mau", "mẫu", "zzz", "thinh"] {
            assert!(!all.contains(&format!("\"{word}")), "{word}");
        }
        db.tnld(&["audit", "verify"]).ok();
    }

    fn nobody_finds_what_they_do_not_see(db: &Db) {
        let office = Office::open(db);
        let own = office.employer("6099254308").declare(&hurt(1, "Xưởng gỗ Đức Thịnh", ["Lò Thị Mẫu Đơn", "Y Thuận"]));
        for (caller, expected) in [
            (office.inspector("66"), vec![&own]),
            (office.police("66"), vec![&own]),
            (office.ministry(), vec![&own]),
            (office.inspector("19"), vec![]),
            (office.commune("02008"), vec![]),
            (office.police("19"), vec![]),
            // The province investigates: it is no case of the employer's own team.
            (office.employer("6099254308"), vec![]),
            (office.employer("4799123402"), vec![]),
        ] {
            for q in ["mau don", "duc thinh", "tuy hoa", text(&own["receipt_no"])] {
                assert_finds(&caller, q, &expected);
            }
        }
        office.operator().get("/api/v1/cases/search?q=mau").expect(403);
        office.with_token("").get("/api/v1/cases/search?q=mau").expect(401);
        // Its own team's case is.
        let facility = with(
            recent("06"),
            &[
                ("/accident/place/commune_code", json!("22015")),
                ("/establishment/tax_code", json!("6099254308")),
                ("/victims/0/full_name", json!("Bùi Thị Nhãn")),
            ],
        );
        let employer = office.employer("6099254308");
        let facility = employer.declare(&facility);
        assert_finds(&employer, "bui thi nha", &[&facility]);
        assert_finds(&office.employer("4799123402"), "bui thi nhan", &[]);
        // No question, and so no name, stands in the log.
        let log = office.program.log();
        for name in ["mau don", "mau+don", "nhan", "duc thinh", "duc+thinh"] {
            assert!(!log.contains(name), "{name}");
        }
    }

    fn a_transferred_case_is_found_where_it_went(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&hurt(1, "Xưởng gỗ Đức Thịnh", ["Lò Thị Mẫu Đơn", "Y Thuận"]));
        let (inspector, other) = (office.inspector("66"), office.inspector("19"));
        assert_finds(&other, "mau don", &[]);
        let fields = json!({"to_authority": "SNV-19", "letter_number": "12/CV", "reason": "Không thuộc địa bàn"});
        inspector.step(&inspector.case_of(&answer), "transfer", fields).expect(200);
        assert_finds(&other, "mau don", &[&answer]);
        assert_finds(&inspector, "mau don", &[&answer]);
    }

    fn what_is_added_is_found_and_what_is_corrected_no_more(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.declare(&hurt(1, "Xưởng gỗ Đức Thịnh", ["Lò Thị Mẫu Đơn", "Y Thuận"]));
        let inspector = office.inspector("66");
        let receipt = &answer["receipt_no"];
        let added = json!({
            "note": "Sửa tên người bị nạn.",
            "victims": [{"no": 1, "full_name": "Lò Thị Hồng"}],
        });
        employer.supplement(receipt, &added);
        assert_finds(&inspector, "hong", &[&answer]);
        assert_finds(&inspector, "mau don", &[]);
        assert_finds(&inspector, "y thuan", &[&answer]);
        assert_eq!(rows(db, "case_search"), 1);
    }

    fn of_a_unit_of_the_army_no_name_is_found(db: &Db) {
        let office = Office::open(db);
        let body = with(
            hurt(1, "Xưởng gỗ Đức Thịnh", ["Lò Thị Mẫu Đơn", "Y Thuận"]),
            &[("/accident/sector", json!("army"))],
        );
        let answer = office.employer("6099254308").declare(&body);
        let ministry = office.ministry();
        assert_finds(&ministry, text(&answer["receipt_no"]), &[&answer]);
        for q in ["mau don", "y thuan", "duc thinh"] {
            assert_finds(&ministry, q, &[]);
        }
    }

    fn a_held_notice_is_found_by_nobody(db: &Db) {
        let office = Office::open(db);
        let body = with(
            hurt(1, "Xưởng gỗ Đức Thịnh", ["Lò Thị Mẫu Đơn", "Y Thuận"]),
            &[("/declarant", json!({"role": "witness", "full_name": "Vàng A Sự", "phone": "0912345678"})), ("/accident/casualties/serious", json!(1))],
        );
        let one = json!([body["victims"][0]]);
        let body = with(body, &[("/victims", one)]);
        // Not urgent, and without the answer to a challenge.
        let held = office.with_token("").post("/api/v1/notices", &body).expect(202);
        assert_eq!(rows(db, "case_search"), 1);
        for caller in [office.inspector("66"), office.commune("22015"), office.ministry()] {
            assert_finds(&caller, "mau don", &[]);
        }
        let path = format!("/api/v1/notices/{}/release", text(&held["receipt_no"]));
        office.inspector("66").post(&path, &json!({})).expect(200);
        for caller in [office.inspector("66"), office.commune("22015"), office.ministry()] {
            assert_finds(&caller, "mau don", &[&held]);
        }
    }

    fn pages_follow_without_gap_or_repeat(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let mut expected: Vec<String> = (0..7)
            .map(|number| {
                let body = hurt(number, "Xưởng gỗ Đức Thịnh", ["Lò Thị Mẫu Đơn", "Y Thuận"]);
                text(&employer.declare(&body)["receipt_no"]).to_owned()
            })
            .collect();
        expected.reverse();
        for caller in [office.inspector("66"), office.ministry()] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = caller.get(&format!("/api/v1/cases/search?q=mau+don&limit=3{cursor}")).expect(200);
                let items = page["items"].as_array().unwrap().iter();
                seen.extend(items.map(|line| text(&line["receipt_no"]).to_owned()));
                match page["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(seen, expected);
        }
        // A last page that is exactly full has no next one.
        let page = office.ministry().get("/api/v1/cases/search?q=mau+don&limit=7").expect(200);
        assert_eq!(page["next"], Value::Null);
    }

    fn every_wrong_parameter_of_a_search_is_named_at_once(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let wrong = inspector.get("/api/v1/cases/search?limit=0&cursor=x");
        assert_eq!(wrong.error_pointers(), ["/cursor", "/limit", "/q"]);
        let long = "a".repeat(201);
        for q in ["", "+", long.as_str(), "a%00b", "a%0Ab"] {
            let wrong = inspector.get(&format!("/api/v1/cases/search?q={q}"));
            assert_eq!(wrong.error_pointers(), ["/q"], "{q}");
        }
        for query in ["q=a&q=b", "q=a&page=2", "q=a&status=open"] {
            inspector.get(&format!("/api/v1/cases/search?{query}")).expect(422);
        }
    }

    fn a_database_from_before_gets_its_marks_and_so_does_a_rotation(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let token = db.token("inspector", &["--province", "66"]);
        let answers: Vec<Value> = (0..3)
            .map(|number| employer.declare(&hurt(number, "Xưởng gỗ Đức Thịnh", ["Lò Thị Mẫu Đơn", "Y Thuận"])))
            .collect();
        let all: Vec<&Value> = answers.iter().collect();
        drop(office);
        forget_marks(db);
        let office = Office::reopen_with(db, &[]);
        let inspector = office.with_token(&token);
        eventually(SOON, || (found(&inspector, "mau don").len() == 3).then_some(()));
        assert_finds(&inspector, "tuy hoa don", &all);
        drop(office);

        forget_marks(db);
        db.tnld(&["keys", "rotate"]).ok();
        assert_eq!(rows(db, "case_search"), 3);
        // Marked by the same key: it goes over to the new master key, and every mark stays good.
        let office = Office::reopen_with(db, &[]);
        assert_finds(&office.with_token(&token), "don mau", &all);
        // Begun anywhere, it goes on there.
        db.connect().execute_sql("DELETE FROM case_search WHERE case_id = (SELECT min(case_id) FROM case_search)").unwrap();
        db.tnld(&["keys", "rotate"]).ok();
        assert_finds(&office.with_token(&token), "don mau", &all);
    }

    fn after_a_leak_every_case_is_marked_under_a_new_key_while_the_service_runs(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let first = employer.declare(&hurt(1, "Xưởng gỗ Đức Thịnh", ["Lò Thị Mẫu Đơn", "Đặng Hoàng Hưng"]));
        let second = employer.declare(&hurt(2, "Mỏ đá Hòa Thuận", ["Nguyễn Văn Hưng", "Y Thuận"]));
        let inspector = office.inspector("66");
        let generations = || {
            let mut conn = db.connect();
            let stored = conn.read(|tx| Ok::<_, tnld::error::AppError>(tnld::store::keys::data_keys(tx)?)).unwrap();
            let names = stored.into_iter().map(|(name, _)| name).filter(|name| name.starts_with("search"));
            names.collect::<Vec<_>>()
        };
        assert_eq!(generations(), ["search"]);

        // The service goes on while the change stands in its middle, as when the command was stopped: what is new is
        // marked under the new key, what is old is found under its own.
        db.connect().execute_sql("UPDATE case_search SET made_with = 9").unwrap();
        let begun = tnld::service::keys::begin_search_key(&mut db.connect(), &KeySource::File(key_file(db))).unwrap();
        assert_eq!(begun, (2, true));
        assert_eq!(generations(), ["search", "search.2"]);
        let third = employer.declare(&hurt(3, "Mỏ than Hưng Long", ["Hồ A Tếnh", "Giàng Thị Súa"]));
        assert_finds(&inspector, "hưng", &[&first, &second, &third]);
        assert_finds(&inspector, "mẫu đơn", &[&first]);
        db.connect().execute_sql("UPDATE case_search SET made_with = 1 WHERE made_with = 9").unwrap();
        assert_finds(&inspector, "hưng", &[&first, &second, &third]);

        // The command goes on where it stood, and at last the old key is gone.
        let said = db.tnld(&["keys", "renew-search"]).ok();
        assert!(said.contains("search.2"), "{said}");
        assert_eq!(generations(), ["search.2"]);
        assert_finds(&inspector, "hưng", &[&first, &second, &third]);
        assert_finds(&inspector, "mẫu đơn", &[&first]);
        let fourth = employer.declare(&hurt(4, "Trại tôm Hưng Thạnh", ["Lê Thị Sáu", "Trần Văn Bảy"]));
        assert_finds(&inspector, "hưng", &[&first, &second, &third, &fourth]);
        // What a process that had not heard of it wrote after all is marked anew; a new start finds it as well.
        db.connect().execute_sql("UPDATE case_search SET made_with = 1, marks = ''").unwrap();
        db.tnld(&["keys", "renew-search"]).ok();
        assert_eq!(generations(), ["search.3"]);
        assert_finds(&inspector, "hưng", &[&first, &second, &third, &fourth]);
        // A change of the master key takes it along.
        db.tnld(&["keys", "rotate"]).ok();
        assert_finds(&inspector, "mẫu đơn", &[&first]);
        let trace = db.tnld(&["audit", "export"]).ok();
        assert!(trace.lines().any(|line| line.contains("rotate_keys") && line.contains("search.2")));
        db.tnld(&["audit", "verify"]).ok();
    }

    fn nothing_finds_a_case_that_was_destroyed(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&hurt(1, "Xưởng gỗ Đức Thịnh", ["Lò Thị Mẫu Đơn", "Y Thuận"]));
        assert_finds(&office.ministry(), "mau don", &[&answer]);
        let sql = "UPDATE cases SET status = 'CLOSED', received_at = '1990-01-01 00:00:00', closed_at = '1990-06-01 00:00:00'; \
                   UPDATE victims SET birth_year = 1950;";
        db.connect().execute_sql(sql).unwrap();
        let plan: Value = serde_json::from_str(&db.tnld(&["retention", "plan"]).ok()).unwrap();
        db.tnld(&["retention", "run", "--plan", text(&plan["plan"])]).ok();
        assert_finds(&office.ministry(), "mau don", &[]);
        assert_eq!(rows(db, "case_search"), 0);
        // Nor does it get its marks back.
        db.tnld(&["keys", "rotate"]).ok();
        assert_eq!(rows(db, "case_search"), 0);
    }
}
