//! Being operated: liveness, readiness, figures, the page of the API, ids of requests.

use super::{
    Office,
    office::{each, text},
    recent,
};
use crate::support::program::{eventually, free_port};

on_both_databases! {
    fn a_dead_mail_server_does_not_close_the_intake(db: &Db) {
        let nobody = format!("smtp://127.0.0.1:{}", free_port());
        let office = Office::open_with(db, &[("TNLD_SMTP_URL", &nobody)]);
        let visitor = office.with_token("");
        assert_eq!(visitor.get("/healthz").expect(200)["status"], "ok");
        let before = visitor.get("/readyz").expect(200);
        assert_eq!(
            (before["status"].as_str(), before["outbox_depth"].as_i64()),
            (Some("ready"), Some(0))
        );

        let employer = office.employer("6099254308");
        let answer = employer.declare(&recent("03"));
        let after = eventually(std::time::Duration::from_secs(10), || {
            let ready = visitor.get("/readyz").expect(200);
            (ready["outbox_oldest_seconds"].as_f64() > Some(0.0)).then_some(ready)
        });
        assert_eq!(
            (after["status"].as_str(), after["outbox_depth"].as_i64()),
            (Some("ready"), Some(3))
        );
        let inspector = office.inspector("66");
        let path = format!("{}/alerts", text(&answer["case"]["href"]));
        let delayed = eventually(std::time::Duration::from_secs(10), || {
            let ledger = inspector.get(&path).expect(200);
            each(&ledger["items"], "status")
                .iter()
                .all(|status| *status == "delayed")
                .then_some(ledger)
        });
        let first = &delayed["items"][0];
        assert!(first["next_attempt_at"].is_string() && first["resend"].is_null());
        assert_eq!(first["attempts"][0]["outcome"], "delayed");
        let metrics = visitor.get("/metrics").text;
        assert!(
            metrics.lines().any(|line| line == "tnld_outbox_depth 3"),
            "{metrics}"
        );
        assert!(
            metrics
                .lines()
                .any(|line| line == "tnld_alerts{status=\"delayed\"} 3"),
            "{metrics}"
        );
    }

    fn requests_are_counted_by_route_and_status_and_carry_an_id(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.declare(&recent("03"));
        let inspector = office.inspector("66");
        inspector.case_of(&answer);
        inspector.get("/api/v1/cases/unknown").expect(404);
        office.operator().get("/api/v1/cases").expect(403);
        let refused = employer.get("/nothing/here");
        let id = refused.header("x-request-id").to_owned();
        assert_eq!(refused.json()["instance"], id.as_str());
        assert_ne!(employer.get("/healthz").header("x-request-id"), id);

        let metrics = office.with_token("").get("/metrics");
        assert!(
            metrics
                .header("content-type")
                .starts_with("text/plain; version=0.0.4")
        );
        for line in [
            "tnld_http_requests_total{method=\"POST\",route=\"/api/v1/declarations\",status=\"201\"} 1",
            "tnld_http_requests_total{method=\"GET\",route=\"/api/v1/cases/{case_id}\",status=\"200\"} 1",
            "tnld_http_requests_total{method=\"GET\",route=\"/api/v1/cases/{case_id}\",status=\"404\"} 1",
            "tnld_http_requests_total{method=\"GET\",route=\"/api/v1/cases\",status=\"403\"} 1",
            "tnld_declarations_total 1",
            "tnld_operator_alarms 0",
        ] {
            assert!(
                metrics.text.lines().any(|found| found == line),
                "{line} is missing in {}",
                metrics.text
            );
        }
        // Figures of routes, never of single addresses.
        for personal in [
            text(&answer["case"]["id"]),
            text(&answer["receipt_no"]),
            "/nothing",
        ] {
            assert!(!metrics.text.contains(personal), "{personal}");
        }
        for name in [
            "tnld_outbox_oldest_seconds",
            "tnld_overdue_cases",
            "tnld_http_request_seconds_bucket",
            "tnld_build_info",
        ] {
            assert!(
                metrics.text.lines().any(|line| line.starts_with(name)),
                "{name} is missing in {}",
                metrics.text
            );
        }
    }

    fn the_page_of_the_api_is_served_without_anything_from_elsewhere(db: &Db) {
        let office = Office::open(db);
        let visitor = office.with_token("");
        let moved = visitor.get("/docs");
        assert_eq!((moved.status, moved.header("location")), (302, "/docs/"));
        let page = visitor.get("/docs/");
        assert_eq!(page.status, 200);
        let mut wanted = vec!["index.html".to_owned()];
        for part in page
            .text
            .split(['"', '\''])
            .filter(|part| part.ends_with(".js") || part.ends_with(".css"))
        {
            assert!(!part.contains("//"), "{part} comes from elsewhere");
            wanted.push(part.trim_start_matches("./").to_owned());
        }
        assert!(wanted.len() > 3, "{}", page.text);
        for file in &wanted {
            assert_eq!(visitor.get(&format!("/docs/{file}")).status, 200, "{file}");
        }
        let settings = visitor.get("/docs/swagger-initializer.js").text;
        assert!(
            settings.contains("/openapi.json") && !settings.contains("http"),
            "{settings}"
        );
    }

    fn an_operator_sees_alarms_and_no_case(db: &Db) {
        let office = Office::open(db);
        let operator = office.operator();
        let answer = office.employer("6099254308").declare(&recent("03"));
        assert_eq!(
            operator.get("/api/v1/alarms").expect(200)["items"],
            serde_json::json!([])
        );
        operator.get("/api/v1/cases").expect(403);
        operator.get(text(&answer["case"]["href"])).expect(403);
        operator
            .get(&format!(
                "/api/v1/declarations/{}",
                text(&answer["receipt_no"])
            ))
            .expect(404);
    }

    fn the_operators_page_names_the_alert_that_waits_longest_and_no_person(db: &Db) {
        let nobody = format!("smtp://127.0.0.1:{}", free_port());
        let office = Office::open_with(db, &[("TNLD_SMTP_URL", &nobody)]);
        let (operator, visitor) = (office.operator(), office.with_token(""));
        let empty = operator.get("/operations");
        assert_eq!(empty.status, 200, "{}", empty.text);
        assert_eq!(operator.get("/api/v1/operations").expect(200)["oldest_undelivered"], serde_json::Value::Null);

        let body = recent("03");
        let answer = office.employer("6099254308").declare(&body);
        let receipt = text(&answer["receipt_no"]);
        let found = eventually(std::time::Duration::from_secs(20), || {
            let found = operator.get("/api/v1/operations").expect(200);
            let away = found["relays"].as_array().unwrap().iter().any(|relay| relay["state"] == "away");
            away.then_some(found)
        });
        assert_eq!(found["oldest_undelivered"]["receipt_no"], receipt);
        assert_eq!(found["oldest_untaken"]["receipt_no"], receipt);
        assert_eq!(found["ladders"]["items"].as_array().unwrap().len() as i64, found["ladders"]["climbing"]);
        assert!(found["ladders"]["climbing"].as_i64() >= Some(1), "{found}");
        let waiting: i64 = found["waiting"].as_array().unwrap().iter().map(|some| some["count"].as_i64().unwrap()).sum();
        assert_eq!((waiting, &found["waiting"][0]["priority"]), (3, &serde_json::json!("urgent")));
        assert!(found["jobs"].as_array().unwrap().iter().any(|job| job["job"] == "deliver_outbox"), "{found}");
        assert_eq!((&found["tests"]["sent"], &found["calls"]["open"]), (&serde_json::json!(0), &serde_json::json!(0)));

        let page = operator.get("/operations");
        for shown in [receipt, "Sở Nội vụ tỉnh Đắk Lắk", "mất liên lạc", "Đang leo thang", "Khẩn"] {
            assert!(page.text.contains(shown), "{shown} in {}", page.text);
        }
        assert!(!page.text.contains("<script") && !page.text.contains("style="), "{}", page.text);
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        assert_eq!(page.header("cache-control"), "no-store");
        let persons = [&body["declarant"]["full_name"], &body["declarant"]["phone"], &body["victims"][0]["full_name"]];
        for person in persons {
            assert!(!page.text.contains(text(person)) && !found.to_string().contains(text(person)), "{person}");
        }

        // Nobody else sees it.
        let asked = visitor.get("/operations");
        assert_eq!(asked.status, 401);
        assert!(asked.text.contains("name=\"token\"") && !asked.text.contains(receipt), "{}", asked.text);
        let refused = office.inspector("66").get("/operations");
        assert_eq!(refused.status, 403);
        assert!(!refused.text.contains(receipt), "{}", refused.text);
        // Whoever has a token and a browser types it.
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let token = db.token("operator", &[]);
        let typed = visitor.send("POST", "/operations", &form, format!("token={token}").as_bytes());
        assert!(typed.status == 200 && typed.text.contains(receipt), "{}", typed.text);
        assert!(!typed.text.contains(&token));
        let wrong = visitor.send("POST", "/operations", &form, b"token=tnld_no");
        assert_eq!(wrong.status, 401);
    }
}
