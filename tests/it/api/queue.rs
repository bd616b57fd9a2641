//! The queue: filters, search, order, pages by key, and whose cases it shows.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Caller, Office, ago,
    office::{each, encoded, now, text},
    recent, with,
};
use crate::support::{examples, program};

fn receipts(answers: &[&Value]) -> BTreeSet<String> {
    let numbers = answers
        .iter()
        .map(|answer| text(&answer["receipt_no"]).to_owned());
    numbers.collect()
}

#[track_caller]
fn assert_finds(caller: &Caller, query: &str, expected: &[&Value]) {
    let found: BTreeSet<String> = caller.queue(query).into_iter().collect();
    assert_eq!(found, receipts(expected), "{query}");
}

/// Example 03 at Tuy Hòa, declared by another establishment at another hour.
fn at_tuy_hoa(number: usize) -> Value {
    with(
        recent("03"),
        &[
            (
                "/accident/occurred_at",
                json!(ago(90 + i64::try_from(number).unwrap())),
            ),
            (
                "/establishment/name",
                json!(format!("Xưởng gỗ Đức Thịnh {number}")),
            ),
        ],
    )
}

on_both_databases! {
    fn each_filter_shows_what_it_says(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let serious = employer.declare(&at_tuy_hoa(1));
        let fatal = employer.declare(&with(
            recent("07"),
            &[("/accident/place/commune_code", json!("22045"))],
        ));
        let unclear = employer.declare(&with(
            recent("07"),
            &[
                ("/accident/place/commune_code", json!("22015")),
                ("/accident/casualties", json!({ "unknown": 2 })),
                (
                    "/establishment",
                    json!({ "name": "Mỏ đá Hòa Thuận", "tax_code": "4799123402" }),
                ),
            ],
        ));
        let facility = employer.declare(&with(
            recent("06"),
            &[("/accident/place/commune_code", json!("22015"))],
        ));
        let inspector = office.inspector("66");
        let all = [&serious, &fatal, &unclear, &facility];

        let line = inspector
            .get("/api/v1/cases?status=DECLARED&class=FATAL")
            .expect(200)["items"][0]
            .clone();
        let mut members: Vec<&String> = line.as_object().unwrap().keys().collect();
        members.sort();
        assert_eq!(
            members,
            [
                "assigned_to",
                "case_class",
                "due_at",
                "establishment",
                "id",
                "place",
                "receipt_no",
                "received_at",
                "status",
                "version",
            ]
        );
        assert_eq!(line["id"], fatal["case"]["id"]);

        assert_finds(&inspector, "", &all);
        assert_finds(&inspector, "status=open", &all);
        for (class, expected) in [
            ("MULTI_SERIOUS", &serious),
            ("FATAL", &fatal),
            ("UNCLEAR", &unclear),
            ("SINGLE_SERIOUS", &facility),
        ] {
            assert_finds(&inspector, &format!("class={class}"), &[expected]);
        }
        assert_finds(&inspector, "class=LIGHT", &[]);
        assert_finds(&inspector, "commune=22045", &[&fatal]);
        assert_finds(
            &inspector,
            "commune=22015",
            &[&serious, &unclear, &facility],
        );
        assert_finds(&inspector, "commune=22015&class=FATAL", &[]);
        assert_finds(&inspector, "province=66", &all);
        assert_finds(&inspector, "province=19", &[]);

        // Words without diacritics, in any case and order; either spelling of tone marks.
        for q in [
            "duc thinh",
            "THỊNH đức",
            "go xuong",
            "xuong go duc thinh 1",
            "Tuy Hoà xưởng",
            "tuy hòa xưởng",
        ] {
            assert_finds(&inspector, &format!("q={}", encoded(q)), &[&serious]);
        }
        assert_finds(&inspector, "q=hoa+thuan", &[&unclear]);
        assert_finds(&inspector, "q=4799123402", &[&unclear]);
        assert_finds(&inspector, "q=binh+kien", &[&fatal]);
        assert_finds(&inspector, "q=duc+thinh+hoa+thuan", &[]);
        for q in ["%25", "_", "%27", "*"] {
            // Signs without a letter or digit in them stand in no case.
            assert_finds(&inspector, &format!("q={q}"), &[]);
        }
        let receipt_no = text(&fatal["receipt_no"]);
        for q in [
            receipt_no.to_owned(),
            receipt_no.to_lowercase(),
            receipt_no.replace('-', ""),
            receipt_no[5..9].to_owned(),
        ] {
            assert_finds(&inspector, &format!("q={q}"), &[&fatal]);
        }

        let case = inspector.case_of(&fatal);
        inspector.step(&case, "receive", json!({})).expect(200);
        assert_finds(&inspector, "status=RECEIVED", &[&fatal]);
        assert_finds(
            &inspector,
            "status=DECLARED",
            &[&serious, &unclear, &facility],
        );
        inspector
            .step(
                &inspector.case_of(&serious),
                "withdraw",
                json!({ "reason": "Sai." }),
            )
            .expect(200);
        assert_finds(&inspector, "status=open", &[&fatal, &unclear, &facility]);
        assert_finds(&inspector, "", &all);
        // What has ended has no limit any more: it comes last.
        let by_due = inspector.queue("");
        assert_eq!(by_due.last().unwrap(), text(&serious["receipt_no"]));
        assert_finds(&inspector, "status=NOT_WORK_ACCIDENT", &[&serious]);

        // K2 ends two hours after the receipt, K3 of a facility after seven days; nothing runs for the unclear.
        let soon = encoded(&ago(-180));
        let later = encoded(&ago(-60 * 24 * 9));
        assert!(
            inspector
                .queue(&format!("due_before={soon}"))
                .contains(&text(&fatal["receipt_no"]).to_owned())
        );
        assert!(
            !inspector
                .queue(&format!("due_before={soon}"))
                .contains(&text(&facility["receipt_no"]).to_owned())
        );
        assert!(
            inspector
                .queue(&format!("due_before={later}"))
                .contains(&text(&facility["receipt_no"]).to_owned())
        );
        assert_finds(&inspector, "overdue=true", &[]);
        assert_finds(
            &inspector,
            "overdue=false&status=open",
            &[&fatal, &unclear, &facility],
        );
    }

    fn every_wrong_parameter_is_named_at_once(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let wrong = inspector.get(
            "/api/v1/cases?status=DONE&class=fatal&due_before=tomorrow&overdue=yes&sort=received&limit=101&cursor=xyz",
        );
        assert_eq!(
            wrong.error_pointers(),
            [
                "/class",
                "/cursor",
                "/due_before",
                "/limit",
                "/overdue",
                "/sort",
                "/status"
            ]
        );
        for error in wrong.expect(422)["errors"].as_array().unwrap() {
            assert_ne!(error["message_vi"], error["message_en"]);
        }
        for (query, pointer) in [
            ("limit=0", "/limit"),
            ("limit=-1", "/limit"),
            ("limit=ten", "/limit"),
            ("limit=", "/limit"),
            ("due_before=2026-01-01T00:00:00+07:00", "/due_before"),
            ("status=", "/status"),
            ("commune=2201", "/commune"),
            ("province=066", "/province"),
        ] {
            assert_eq!(
                inspector
                    .get(&format!("/api/v1/cases?{query}"))
                    .error_pointers(),
                [pointer],
                "{query}"
            );
        }
        // A cursor that nobody was given: another form, a moment that no case can have, an id that is none.
        let id = "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44";
        for made_up in [
            "",
            "d",
            &format!("d|0|{}", "\0".repeat(36)),
            &format!("d|-8000000000000000000|{id}"),
            &format!("d|x|{id}"),
            &format!("e|0|{id}"),
        ] {
            let cursor = data_encoding::BASE64URL_NOPAD.encode(made_up.as_bytes());
            let answer = inspector.get(&format!("/api/v1/cases?cursor={cursor}"));
            assert_eq!(answer.error_pointers(), ["/cursor"], "{made_up:?}");
        }
        for query in ["state=open", "status=open&status=open", "page=2"] {
            inspector.get(&format!("/api/v1/cases?{query}")).expect(422);
        }
        inspector.get("/api/v1/cases?limit=100").expect(200);
    }

    fn pages_follow_without_gap_or_repeat_while_cases_are_added(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let mut known: Vec<String> = (0..17)
            .map(|number| text(&employer.declare(&at_tuy_hoa(number))["receipt_no"]).to_owned())
            .collect();
        let (inspector, ministry) = (office.inspector("66"), office.ministry());
        // Five have ended; the twelve others fill three pages to the last line.
        for line in inspector.get("/api/v1/cases?limit=5").expect(200)["items"]
            .as_array()
            .unwrap()
        {
            inspector
                .step(line, "withdraw", json!({ "reason": "Khai nhầm." }))
                .expect(200);
        }

        for (caller, query, adds) in [
            (&inspector, "sort=due", false),
            (&ministry, "", false),
            (&inspector, "sort=due", true),
            (&inspector, "sort=-received", true),
            (&ministry, "sort=due", true),
            (&ministry, "sort=-received", true),
            (&inspector, "commune=22015", true),
        ] {
            let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
            loop {
                let page = caller
                    .get(&format!("/api/v1/cases?{query}&limit=4{cursor}"))
                    .expect(200);
                let items = page["items"].as_array().unwrap();
                assert!(items.len() <= 4);
                let due = |line: &Value| line["due_at"].as_str().unwrap_or("9999").to_owned();
                let in_order = items.windows(2).all(|pair| {
                    if query.contains("received") {
                        text(&pair[0]["received_at"]) >= text(&pair[1]["received_at"])
                    } else {
                        due(&pair[0]) <= due(&pair[1])
                    }
                });
                assert!(in_order, "{query}: {page:#}");
                seen.extend(
                    each(&page["items"], "receipt_no")
                        .into_iter()
                        .map(str::to_owned),
                );
                pages += 1;
                // Somebody declares between two pages.
                if pages == 2 && adds {
                    let new = employer.declare(&at_tuy_hoa(50));
                    known.push(text(&new["receipt_no"]).to_owned());
                }
                match page["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            let once: BTreeSet<&String> = seen.iter().collect();
            assert_eq!(once.len(), seen.len(), "{query}: no repeats");
            // The one that came in between may or may not be there; the others all are.
            let between = known.last().unwrap();
            let missing: Vec<_> = known
                .iter()
                .filter(|number| !once.contains(number) && *number != between)
                .collect();
            assert!(missing.is_empty(), "{query}: {missing:?}");
        }
        // A cursor is good for its own order only, and shows nobody else's cases.
        let by_due = inspector.get("/api/v1/cases?limit=4").expect(200);
        let cursor = text(&by_due["next"]);
        inspector
            .get(&format!("/api/v1/cases?sort=-received&cursor={cursor}"))
            .expect(422);
        let elsewhere = office
            .inspector("19")
            .get(&format!("/api/v1/cases?cursor={cursor}"))
            .expect(200);
        assert_eq!(
            (&elsewhere["items"], &elsewhere["next"]),
            (&json!([]), &Value::Null)
        );
        // A last page that is exactly full has no next one.
        let total = known.len();
        let page = inspector
            .get(&format!("/api/v1/cases?limit={total}"))
            .expect(200);
        assert_eq!(
            (page["items"].as_array().unwrap().len(), &page["next"]),
            (total, &Value::Null)
        );
    }

    fn filters_by_today_s_places_find_the_accidents_of_their_predecessors(db: &Db) {
        let office = Office::open(db);
        let old = examples::example("01")["request"]["body"].clone();
        let answer = office.employer("4799123402").declare(&old);
        let inspector = office.inspector("19");
        assert_finds(&inspector, "commune=02008", &[&answer]);
        assert_finds(&inspector, "province=19", &[&answer]);
        assert_finds(&inspector, "commune=02011", &[]);
        assert_finds(&inspector, "province=06", &[]);
        // By either name.
        assert_finds(&inspector, "q=my+thanh", &[&answer]);
        assert_finds(&inspector, "q=cam+giang", &[&answer]);
    }

    fn what_is_overdue_stands_first_and_is_counted(db: &Db) {
        let office = Office::open(db);
        let employer_token = db.token("employer", &["--tax-code", "6099254308"]);
        let inspector_token = db.token("inspector", &["--province", "66"]);
        let facility = office.with_token(&employer_token).declare(&with(
            recent("06"),
            &[("/accident/place/commune_code", json!("22015"))],
        ));
        let serious = office.with_token(&employer_token).declare(&at_tuy_hoa(1));
        assert_eq!(
            office
                .with_token("")
                .get("/healthz")
                .header("tnld-clock-offset"),
            ""
        );
        drop(office);

        // Ten days later, by the clock of a rehearsal.
        let ten_days = (10 * 24 * 3600).to_string();
        let office = Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", &ten_days)]);
        let inspector = office.with_token(&inspector_token);
        let fresh = office.with_token(&employer_token).declare(&with(
            at_tuy_hoa(2),
            &[(
                "/accident/occurred_at",
                json!(tnld::time::rfc3339_in_vietnam(
                    now() + chrono::TimeDelta::days(10) - chrono::TimeDelta::hours(1)
                )),
            )],
        ));
        assert_finds(&inspector, "overdue=true", &[&facility, &serious]);
        assert_finds(&inspector, "overdue=false", &[&fresh]);
        let order = inspector.queue("");
        assert_eq!(order.last().unwrap(), text(&fresh["receipt_no"]));
        let case = inspector.case_of(&facility);
        assert_eq!(case["clocks"][0]["state"], "overdue");
        assert_eq!(inspector.case_of(&fresh)["clocks"][0]["state"], "running");
        let metrics = office.with_token("").get("/metrics").text;
        assert!(
            metrics.lines().any(|line| line == "tnld_overdue_cases 2"),
            "{metrics}"
        );

        // Every answer says that the clock is moved.
        for (method, path, body) in [
            ("GET", "/healthz", ""),
            ("GET", "/api/v1/cases", ""),
            ("GET", "/nothing", ""),
            ("GET", "/openapi.json", ""),
            ("POST", "/api/v1/declarations", "x"),
            ("PUT", "/api/v1/cases", ""),
            ("GET", "/a/unknown", ""),
            ("GET", "/metrics", ""),
        ] {
            let answer = inspector.send(
                method,
                path,
                &[("content-type", "application/json")],
                body.as_bytes(),
            );
            assert_eq!(
                answer.header("tnld-clock-offset"),
                ten_days,
                "{method} {path}"
            );
        }
        let nobody = office.with_token("tnld_nobody").get("/api/v1/cases");
        assert_eq!(
            (nobody.status, nobody.header("tnld-clock-offset")),
            (401, ten_days.as_str())
        );
        drop(office);
        // Where others could reach it, the clock is not moved.
        let port = program::free_port();
        let listen = format!("0.0.0.0:{port}");
        let refused = db.tnld_with(
            &[("TNLD_LISTEN", &listen), ("TNLD_CLOCK_OFFSET", "60")],
            &["serve"],
        );
        assert!(refused.failed(1).contains("TNLD_CLOCK_OFFSET"));
    }
}
