//! Requests that are too large are refused at once, and cleanly.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use super::Line;
use crate::api::Office;

on_both_databases! {
    fn a_head_or_an_address_that_is_too_large_is_refused(db: &Db) {
        let office = Office::open(db);
        let ask = |head: &str| {
            let mut line = Line::to(office.program.address());
            line.send(&format!("GET {head}connection: close\r\n\r\n"));
            let (answer, closed) = line.read(Duration::from_secs(10));
            assert!(closed, "{answer}");
            answer
        };
        let host = "HTTP/1.1\r\nhost: tnld.test\r\n";
        let one = |size: usize| format!("/healthz {host}x-large: {}\r\n", "x".repeat(size));
        assert!(ask(&one(30_000)).starts_with("HTTP/1.1 200"));
        let answer = ask(&one(100 * 1024));
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
        assert!(answer.contains("\"code\":\"headers_too_large\""), "{answer}");
        assert!(answer.contains("x-content-type-options: nosniff"), "{answer}");
        // What the HTTP layer does not even read to its end.
        assert!(ask(&one(200 * 1024)).starts_with("HTTP/1.1 431"));
        let mut many = format!("/healthz {host}");
        for number in 0..200 {
            write!(many, "x-{number}: 1\r\n").unwrap();
        }
        assert!(ask(&many).starts_with("HTTP/1.1 431"));

        let path = |size: usize| format!("/a/{} {host}", "x".repeat(size));
        assert!(ask(&path(8000)).starts_with("HTTP/1.1 404"));
        for size in [9000, 60_000] {
            let answer = ask(&path(size));
            assert!(answer.starts_with("HTTP/1.1 414"), "{answer}");
            assert!(answer.contains("\"code\":\"address_too_long\""), "{answer}");
        }
        // Neither has it harmed anybody.
        office.with_token("").get("/healthz").expect(200);
    }

    fn a_body_that_is_nested_deeply_is_refused_quickly(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let begun = Instant::now();
        for open in ["[", "{\"a\":"] {
            let body = open.repeat(100_000);
            for path in ["/api/v1/declarations", "/api/v1/declarations/preview"] {
                let json = ("content-type", "application/json");
                let answer = employer.send("POST", path, &[json], body.as_bytes());
                assert_eq!(answer.expect(400)["code"], "not_json");
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}
