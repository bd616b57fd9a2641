//! What cannot be accepted: each with its own clear code, every fault at once, nothing stored.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    Office, ago,
    office::{each, text},
    recent, with,
};
use crate::support::examples;

const PATH: &str = "/api/v1/declarations";
const JSON: (&str, &str) = ("content-type", "application/json");

/// Sends bytes as they are and reads the answer until the line is closed or nothing more comes.
fn raw(office: &Office<'_>, request: &[u8]) -> String {
    let mut line = TcpStream::connect(office.address()).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    // The answer may come, and the line be closed, before everything is sent.
    let _ = line.write_all(request);
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    loop {
        match line.read(&mut part) {
            Ok(0) => break,
            Ok(count) => {
                answer.extend_from_slice(&part[..count]);
                if is_whole(&answer) {
                    break;
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Whether head and announced body are there.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    });
    length.is_some_and(|length: usize| body.len() >= length)
}

on_both_databases! {
    fn a_body_that_cannot_be_read_has_a_status_and_a_code_of_its_own(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let good = recent("03").to_string();
        let nested = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        let latin = good
            .replace("Công ty", "C\u{1}ng ty")
            .into_bytes()
            .into_iter()
            .map(|byte| if byte == 1 { 0xf4 } else { byte })
            .collect::<Vec<u8>>();
        let large = good.replacen('{', &format!("{{ {}", " ".repeat(1024 * 1024)), 1);
        let cut = &good[..good.len() - 2];
        let huge_number = good.replacen("120", "1e999", 1);
        let cases: [(&str, u16, &str, &str, &[u8]); 14] = [
            ("not JSON", 400, "not_json", "application/json", b"hello"),
            ("nothing", 400, "not_json", "application/json", b" "),
            (
                "a key twice",
                400,
                "key_twice",
                "application/json",
                br#"{"accident":{"casualties":{"dead":1,"dead":0,"light":1}}}"#.as_slice(),
            ),
            (
                "cut off",
                400,
                "not_json",
                "application/json",
                cut.as_bytes(),
            ),
            (
                "nested too deep",
                400,
                "not_json",
                "application/json",
                nested.as_bytes(),
            ),
            (
                "half a surrogate",
                400,
                "not_json",
                "application/json",
                br#"{"kind": "\ud800"}"#,
            ),
            (
                "a number beyond all numbers",
                400,
                "not_json",
                "application/json",
                huge_number.as_bytes(),
            ),
            ("Latin-1", 400, "not_utf8", "application/json", &latin),
            (
                "larger than 1 MiB",
                413,
                "too_large",
                "application/json",
                large.as_bytes(),
            ),
            (
                "a form",
                415,
                "wrong_content_type",
                "application/x-www-form-urlencoded",
                b"kind=accident",
            ),
            (
                "JSON called text",
                415,
                "wrong_content_type",
                "text/plain",
                good.as_bytes(),
            ),
            (
                "another charset",
                415,
                "wrong_content_type",
                "application/json; charset=iso-8859-1",
                good.as_bytes(),
            ),
            ("no type", 415, "wrong_content_type", "", good.as_bytes()),
            (
                "problem",
                415,
                "wrong_content_type",
                "application/problem+json",
                good.as_bytes(),
            ),
        ];
        let first = employer.declare(&recent("03"));
        let supplements = format!("{PATH}/{}/supplements", text(&first["receipt_no"]));
        let steps = format!("{}/steps/receive", text(&first["case"]["href"]));
        let inspector = office.inspector("66");
        for (what, status, code, content_type, body) in cases {
            let headers: Vec<(&str, &str)> = (!content_type.is_empty())
                .then_some(("content-type", content_type))
                .into_iter()
                .collect();
            for (caller, path) in [
                (&employer, PATH),
                (&employer, "/api/v1/declarations/preview"),
                (&employer, supplements.as_str()),
                (&inspector, steps.as_str()),
            ] {
                let answer = caller.send("POST", path, &headers, body);
                let problem = answer.expect(status);
                assert_eq!(problem["code"], code, "{what} on {path}");
                assert_eq!(problem["status"], status, "{what}");
                assert_eq!(problem["type"], format!("urn:tnld:problem:{code}"));
                assert_ne!(problem["detail"], problem["detail_en"], "{what}");
            }
        }
        // What is JSON but no object.
        for body in [json!([]), json!("text"), json!(7), json!(null), json!(true)] {
            for (caller, path) in [
                (&employer, PATH),
                (&employer, supplements.as_str()),
                (&inspector, steps.as_str()),
            ] {
                let answer = caller.post(path, &body);
                assert_eq!(answer.error_pointers(), [""], "{body} on {path}");
                answer.expect(422);
            }
        }
        assert_eq!(office.rows("cases"), 1);
        assert_eq!(office.rows("supplements"), 0);
        assert_eq!(inspector.case_of(&first)["version"], 1);
    }

    fn a_body_that_does_not_say_how_long_it_is_is_measured(db: &Db) {
        let office = Office::open(db);
        let token = db.token("employer", &["--tax-code", "6099254308"]);
        let head = |more: &str| {
            format!(
                "POST {PATH} HTTP/1.1\r\nHost: tnld.test\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n{more}\r\n\r\n"
            )
        };
        let chunked = |body: &[u8]| {
            let mut request = head("Transfer-Encoding: chunked").into_bytes();
            for part in body.chunks(8192) {
                request.extend(format!("{:x}\r\n", part.len()).into_bytes());
                request.extend(part);
                request.extend(b"\r\n");
            }
            request.extend(b"0\r\n\r\n");
            request
        };
        let good = recent("03").to_string();
        let large = format!("{}{good}", " ".repeat(1024 * 1024 - good.len() + 1));
        let fits = format!("{}{good}", " ".repeat(1024 * 1024 - good.len()));

        let answer = raw(&office, &chunked(large.as_bytes()));
        assert!(
            answer.starts_with("HTTP/1.1 413 ") && answer.contains("too_large"),
            "{answer}"
        );
        let answer = raw(&office, &chunked(fits.as_bytes()));
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
        // Announced too long: refused before a byte of it is sent.
        let answer = raw(&office, head("Content-Length: 1048577").as_bytes());
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        // Cut off in the middle: nobody is left to answer, and nothing is stored.
        let mut half = head(&format!("Content-Length: {}", good.len())).into_bytes();
        half.extend(&good.as_bytes()[..good.len() / 2]);
        let mut line = TcpStream::connect(office.address()).unwrap();
        line.write_all(&half).unwrap();
        drop(line);
        // What is no HTTP at all ends with the line, not with the program.
        raw(
            &office,
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        );
        raw(&office, b"POST / HTTP/9.9\r\nContent-Length: -1\r\n\r\n");
        assert_eq!(office.program.client("").get("/healthz").status, 200);
        assert_eq!(office.rows("cases"), 1);
    }

    fn every_fault_of_the_contracts_bad_body_is_named_and_nothing_is_stored(db: &Db) {
        let office = Office::open(db);
        let example = examples::example("10");
        let answer = office
            .employer("4799123402")
            .post(PATH, &example["request"]["body"]);
        let mut expected: Vec<&str> = example["expect"]["error_pointers"]
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect();
        expected.sort_unstable();
        assert_eq!(answer.error_pointers(), expected);
        let problem = answer.expect(422);
        for error in problem["errors"].as_array().unwrap() {
            let (vietnamese, english) = (text(&error["message_vi"]), text(&error["message_en"]));
            assert!(
                vietnamese.ends_with('.') && english.ends_with('.'),
                "{error}"
            );
            assert_ne!(vietnamese, english);
            // The submitted value is never sent back.
            assert!(!error.to_string().contains("4799123403"), "{error}");
        }
        for table in ["cases", "declarations", "alerts", "outbox", "case_events"] {
            assert_eq!(office.rows(table), 0, "{table}");
        }
    }

    fn each_fault_has_its_own_code(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        // Nobody must be told of it at once: the faults of optional fields stop it too.
        let body = recent("06");
        let faults: [(&str, Value, &str); 27] = [
            ("/kind", json!("fire"), "not_allowed"),
            ("/kind", Value::Null, "required"),
            ("/declarant/full_name", json!("  "), "required"),
            ("/declarant/full_name", json!("a\u{0}b"), "bad_characters"),
            ("/declarant/full_name", json!("a".repeat(201)), "too_long"),
            ("/declarant/phone", json!("12"), "phone"),
            ("/declarant/email", json!("nobody"), "email"),
            ("/declarant/role", json!("minister"), "not_allowed"),
            ("/establishment/tax_code", json!("6199331204"), "tax_code"),
            ("/establishment/headcount", json!(1.5), "wrong_type"),
            ("/establishment/headcount", json!("9000"), "wrong_type"),
            ("/establishment/colour", json!("red"), "unknown_field"),
            ("/accident/occurred_at", json!(ago(-60)), "in_the_future"),
            (
                "/accident/occurred_at",
                json!("2016-06-30T23:59:59+07:00"),
                "before_the_law",
            ),
            (
                "/accident/occurred_at",
                json!("2026-02-31T00:00:00+07:00"),
                "not_a_moment",
            ),
            (
                "/accident/occurred_at",
                json!("2026-03-02T02:10:00"),
                "not_a_moment",
            ),
            (
                "/accident/place/commune_code",
                json!("99999"),
                "place_unknown",
            ),
            (
                "/accident/place/commune_code",
                json!("02011"),
                "place_not_in_force",
            ),
            (
                "/accident/place/code_date",
                json!("yesterday"),
                "not_a_date",
            ),
            ("/accident/casualties/serious", json!(10_000), "too_large"),
            ("/accident/casualties/serious", json!(1e300), "too_large"),
            ("/accident/casualties/serious", json!(true), "wrong_type"),
            (
                "/accident/injury_factor_code",
                json!("99"),
                "injury_factor_unknown",
            ),
            ("/victims/0/citizen_id", json!("12"), "citizen_id"),
            ("/victims/0/injuries/0", json!("999"), "injury_unknown"),
            (
                "/victims/0/death",
                json!({ "at": ago(300) }),
                "before_accident",
            ),
            ("/victims/0/date_of_birth", json!("1799-01-01"), "birth"),
        ];
        for (pointer, value, code) in faults {
            let answer = employer.post(PATH, &with(body.clone(), &[(pointer, value.clone())]));
            let problem = answer.expect(422);
            let found: Vec<(&str, &str)> = each(&problem["errors"], "pointer")
                .into_iter()
                .zip(each(&problem["errors"], "code"))
                .collect();
            let expected = if code == "before_accident" {
                "/victims/0/death/at"
            } else {
                pointer
            };
            assert_eq!(found, [(expected, code)], "{pointer} = {value}");
        }
        assert_eq!(office.rows("cases"), 0);
        employer.declare(&body);
    }

    fn a_place_is_looked_up_on_the_day_that_the_code_is_meant_for(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("4799123402");
        let old = examples::example("01")["request"]["body"].clone();
        let at = "/accident/place/commune_code";
        let code_of = |body: &Value| {
            let problem = employer.post(PATH, body).expect(422);
            assert_eq!(each(&problem["errors"], "pointer"), [at], "{problem:#}");
            text(&problem["errors"][0]["code"]).to_owned()
        };
        // Today's code for an accident before it existed, an old one after its end.
        assert_eq!(
            code_of(&with(recent("07"), &[(at, json!("02011"))])),
            "place_not_in_force"
        );
        assert_eq!(
            code_of(&with(old.clone(), &[(at, json!("00000"))])),
            "place_unknown"
        );
        employer.declare(&old);
        let dated = with(
            recent("07"),
            &[
                (at, json!("02011")),
                ("/accident/place/code_date", json!("2024-11-05")),
            ],
        );
        let answer = employer.declare(&dated);
        assert!(
            answer["place"].to_string().contains("Mỹ Thanh")
                && answer["place"].to_string().contains("Cẩm Giàng")
        );
        // Abroad, no commune is asked for.
        let abroad = with(
            recent("07"),
            &[
                ("/accident/place", json!({ "detail": "Osaka" })),
                (
                    "/accident/abroad",
                    json!({ "country": "JP", "sending_employer": { "name": "Công ty Phái cử", "commune_code": "22015" } }),
                ),
            ],
        );
        let answer = employer.declare(&abroad);
        assert_eq!(
            answer["routing"][0]["authority"]["id"], "SNV-66",
            "{answer:#}"
        );
    }

    fn a_fault_in_an_optional_field_does_not_stop_an_urgent_case(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let body = with(
            recent("03"),
            &[
                ("/establishment/tax_code", json!("6099254309")),
                ("/establishment/industry_code", json!("99999")),
                ("/establishment/colour", json!("red")),
                ("/victims/0/citizen_id", json!("chưa rõ")),
                ("/victims/1/occupation_code", json!("0000")),
                ("/accident/cause_code", json!("12")),
            ],
        );
        let answer = employer.declare(&body);
        let mut warned = each(&answer["warnings"], "pointer");
        warned.sort_unstable();
        assert_eq!(
            warned,
            [
                "/accident/cause_code",
                "/establishment/colour",
                "/establishment/industry_code",
                "/establishment/tax_code",
                "/victims/0/citizen_id",
                "/victims/1/occupation_code",
            ]
        );
        // The text is kept: as received, and where it can stand in the case.
        let shown = employer
            .get(&format!("{PATH}/{}", text(&answer["receipt_no"])))
            .expect(200);
        assert_eq!(shown["declaration"], body);
        let case = office.inspector("66").case_of(&answer);
        assert_eq!(
            case["declaration"]["establishment"]["tax_code"],
            "6099254309"
        );
        assert_eq!(case["declaration"]["victims"][0]["citizen_id"], "chưa rõ");

        // Beside a fault in a required field everything is named, and nothing is stored.
        let both = with(body.clone(), &[("/accident/summary", json!(""))]);
        let refused = employer.post(PATH, &both);
        assert_eq!(refused.error_pointers().len(), 7, "{}", refused.text);
        refused.expect(422);
        // Nor does it pass where nobody must be told at once.
        let light = with(
            body,
            &[
                ("/accident/casualties", json!({ "serious": 0, "light": 2 })),
                (
                    "/victims",
                    json!([{ "outcome": "light", "employment": "contract" }]),
                ),
            ],
        );
        let refused = employer.post(PATH, &light);
        assert_eq!(refused.error_pointers().len(), 4, "{}", refused.text);
        // An outcome that cannot be read makes no alarm of a case in which everybody is counted.
        let misspelt = with(
            recent("03"),
            &[
                ("/accident/casualties", json!({ "serious": 0, "light": 2 })),
                ("/victims", json!([{ "outcome": "lihgt" }])),
            ],
        );
        let refused = employer.post(PATH, &misspelt);
        assert_eq!(refused.error_pointers(), ["/victims/0/outcome"]);
        refused.expect(422);
        assert_eq!(office.rows("cases"), 1);

        // The date of a code is optional too: where the code names nothing on it, the day of the accident counts.
        let misdated = with(
            recent("03"),
            &[
                ("/accident/place/commune_code", json!("02008")),
                ("/accident/place/code_date", json!("2010-01-01")),
            ],
        );
        let answer = employer.declare(&misdated);
        assert_eq!(
            each(&answer["warnings"], "pointer"),
            ["/accident/place/commune_code"]
        );
    }

    fn a_role_that_may_not_is_refused_and_the_rest_of_the_addresses_as_well(db: &Db) {
        let office = Office::open(db);
        let body = recent("03");
        for caller in [
            office.inspector("66"),
            office.police("66"),
            office.ministry(),
            office.operator(),
        ] {
            assert_eq!(caller.post(PATH, &body).expect(403)["code"], "forbidden");
        }
        let employer = office.employer("6099254308");
        for path in [
            "/api/v1",
            "/api/v1/",
            "/api/v1/nothing",
            "/api/v2/declarations",
            "/api/v1/cases/x/y/z",
            "/nothing",
            "//",
        ] {
            let answer = employer.get(path);
            assert_eq!(
                answer.header("content-type"),
                "application/problem+json",
                "{path}"
            );
            assert_eq!(answer.expect(404)["code"], "not_found", "{path}");
        }
        for (method, path) in [
            ("GET", PATH),
            ("DELETE", "/api/v1/cases"),
            ("PUT", "/api/v1/declarations/preview"),
            ("POST", "/api/v1/cases"),
            ("PATCH", "/api/v1/cases/x"),
            ("POST", "/api/v1/places"),
            ("GET", "/api/v1/cases/x/steps/receive"),
            ("DELETE", "/healthz"),
            ("POST", "/openapi.json"),
            ("POST", "/metrics"),
            ("HEAD", "/api/v1/declarations/preview"),
            ("POST", "/privacy"),
            ("PUT", "/assets/page.css"),
            ("DELETE", "/docs"),
            ("POST", "/docs/index.html"),
        ] {
            let answer = employer.send(method, path, &[], b"");
            assert_eq!(
                answer.header("content-type"),
                "application/problem+json",
                "{method} {path}"
            );
            let allowed: Vec<&str> = answer.header("allow").split(", ").collect();
            assert!(
                allowed == ["GET", "HEAD"] || allowed == ["POST"],
                "{method} {path}: {allowed:?}"
            );
            assert_eq!(answer.status, 405, "{method} {path}");
            if method != "HEAD" {
                assert_eq!(answer.json()["code"], "method_not_allowed");
            }
        }
        assert_eq!(office.rows("cases"), 0);
    }

    fn head_is_get_without_the_body(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        for path in [
            "/healthz",
            "/openapi.json",
            "/api/v1/cases",
            "/api/v1/cases?limit=0",
            "/api/v1/cases/x",
            "/api/v1/places?q=thai+nguyen",
            "/a/x",
            "/assets/page.css",
            "/docs",
            "/docs/",
            "/nothing",
        ] {
            let get = inspector.get(path);
            let head = inspector.send("HEAD", path, &[], b"");
            assert_eq!(head.status, get.status, "{path}");
            assert_eq!(head.text, "", "{path}");
            for name in ["content-type", "content-length", "location", "cache-control"] {
                assert_eq!(head.header(name), get.header(name), "{path}: {name}");
            }
            assert_ne!(head.header("content-length"), "", "{path}");
        }
        let nobody = office.with_token("").send("HEAD", "/api/v1/cases", &[], b"");
        assert_eq!(nobody.status, 401);
    }

    fn nothing_in_an_address_is_a_fault_of_ours(db: &Db) {
        let office = Office::open(db);
        let (inspector, employer) = (office.inspector("66"), office.employer("6099254308"));
        let long = "x".repeat(4000);
        for id in [
            "%00",
            "a%00b",
            "%FF",
            "%2F",
            "..%2f..",
            "'%20OR%201=1%20--",
            "%F0%9F%98%80",
            "null",
            long.as_str(),
        ] {
            for path in ["/api/v1/cases/ID", "/api/v1/cases/ID/alerts"] {
                inspector.get(&path.replace("ID", id)).expect(404);
            }
            inspector
                .post(
                    &format!("/api/v1/cases/{id}/steps/receive"),
                    &json!({ "seen_version": 1 }),
                )
                .expect(404);
            inspector
                .post(
                    &format!("/api/v1/cases/{id}/alerts/{id}/resend"),
                    &json!({}),
                )
                .expect(404);
            employer.get(&format!("{PATH}/{id}")).expect(404);
            employer
                .post(&format!("{PATH}/{id}/supplements"), &json!({ "note": "x" }))
                .expect(404);
            let page = employer.get(&format!("/a/{id}"));
            assert_eq!(page.status, 404, "{id}: {}", page.text);
        }
        for query in [
            "q=%00",
            "assigned_to=%00",
            "commune=%00",
            "province=a%00",
            "cursor=%00",
            "status=%00",
            "q=%FF",
            "due_before=%00",
        ] {
            let answer = inspector.get(&format!("/api/v1/cases?{query}"));
            assert!(
                matches!(answer.status, 200 | 422),
                "{query}: {}",
                answer.text
            );
        }
        let places = inspector.get("/api/v1/places?q=%00&date=2026-01-01");
        assert!(matches!(places.status, 200 | 422), "{}", places.text);
    }

    fn a_body_of_the_largest_size_is_answered_in_good_time(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        // As many faults as a body can hold, and as many victims as are read.
        let mut members: String = (0..60_000)
            .map(|number| format!("\"m{number}\":1,"))
            .collect();
        members.truncate(900_000);
        members.truncate(members.rfind(',').unwrap());
        let started = std::time::Instant::now();
        let answer = employer.send("POST", PATH, &[JSON], format!("{{{members}}}").as_bytes());
        assert_eq!(answer.status, 422);
        let victims: Vec<Value> = (0..500)
            .map(|number| json!({ "full_name": format!("Người {number}"), "outcome": "light", "employment": "contract" }))
            .collect();
        let crowd = with(
            recent("03"),
            &[
                ("/victims", json!(victims)),
                ("/accident/casualties/light", json!(500)),
            ],
        );
        assert_eq!(
            employer.declare(&crowd)["victims"]
                .as_array()
                .unwrap()
                .len(),
            500
        );
        let more = with(crowd, &[("/victims", json!(vec![json!({}); 501]))]);
        let answer = employer.declare(&more);
        assert_eq!(each(&answer["warnings"], "code"), ["too_many"]);
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{:?}",
            started.elapsed()
        );
    }
}
