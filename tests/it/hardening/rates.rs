//! Who comes too often is told so, and nobody else is.

use crate::{
    api::{Office, recent},
    support::{Answer, Client, Db},
};

/// As many requests as it takes until one is refused, at most so many; the refusal.
fn until_refused(
    client: &Client,
    path: &str,
    headers: &[(&str, &str)],
    most: usize,
) -> Option<Answer> {
    (0..most)
        .map(|_| client.send("GET", path, headers, b"").unwrap())
        .find(|answer| answer.status == 429)
}

/// What `tnld_limited_total` says of a limit.
fn limited(client: &Client, limit: &str) -> u64 {
    let name = format!("tnld_limited_total{{limit=\"{limit}\"}} ");
    let figures = client.get("/metrics").text;
    let line = figures.lines().find_map(|line| line.strip_prefix(&name));
    line.map_or(0, |count| count.parse().unwrap())
}

on_both_databases! {
    fn a_flood_of_strangers_is_held_back_and_callers_are_not(db: &Db) {
        let settings = [("TNLD_PROXIES", "127.0.0.1")];
        let office = Office::open_with(db, &settings);
        let employer = office.employer("6099254308");
        employer.declare(&recent("03"));
        let visitor = office.program.client("");

        let refused = until_refused(&visitor, "/a/guessed", &[], 1000).expect("a flood is refused");
        let seconds: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=2).contains(&seconds));
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert_eq!(refused.header("x-content-type-options"), "nosniff");
        assert_ne!(refused.header("x-request-id"), "");
        let problem = refused.json();
        assert_eq!(problem["code"], "too_many_requests");
        assert_eq!(problem["type"], "urn:tnld:problem:too_many_requests");
        assert!(problem["detail"].as_str().unwrap().starts_with("Quá nhiều yêu cầu"));
        assert!(problem["detail_en"].as_str().unwrap().starts_with("Too many requests"));

        // Guessed tokens count as strangers: of a flood most are not even looked up.
        let guesses: Vec<Answer> = (0..400)
            .map(|number| office.program.client(&format!("tnld_guess{number}")).get("/api/v1/cases"))
            .collect();
        let looked_up = guesses.iter().filter(|answer| answer.status == 401).count();
        assert!(guesses.iter().all(|answer| matches!(answer.status, 401 | 429)));
        assert!(looked_up < 300, "{looked_up}");
        // Nor does it help to ask for what does not exist first.
        assert!(until_refused(&office.program.client("tnld_guess"), "/nothing", &[], 1000).is_some());

        // A token that was good before is served from the same address, and watching goes on.
        for _ in 0..30 {
            employer.get("/api/v1/places?q=thai").expect(200);
            visitor.get("/healthz").expect(200);
            assert_eq!(visitor.get("/readyz").status, 200);
        }
        // So is everybody from another address.
        let elsewhere = [("x-forwarded-for", "203.0.113.9")];
        let answer = visitor.send("GET", "/a/guessed", &elsewhere, b"").unwrap();
        assert_eq!(answer.status, 404);
        assert!(limited(&visitor, "address") > 0);
        assert_eq!(limited(&visitor, "token"), 0);
    }

    fn declarations_are_not_held_back_by_the_usual_settings(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let body = recent("03");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..40 {
                        employer.declare(&body);
                    }
                });
            }
        });
        assert_eq!(limited(&office.program.client(""), "token"), 0);
    }

    fn a_token_that_comes_too_often_is_told_so_where_a_rate_is_set(db: &Db) {
        let office = Office::open_with(db, &[("TNLD_RATE_PER_TOKEN", "3")]);
        let token = db.token("ministry", &[]);
        let client = office.program.client(&token);
        client.get("/api/v1/places?q=thai").expect(200);
        let refused = until_refused(&client, "/api/v1/places?q=thai", &[], 50);
        assert_eq!(refused.expect("it is refused").header("retry-after"), "1");
        assert!(limited(&client, "token") > 0);
        // Another token has its own.
        office.ministry().get("/api/v1/places?q=thai").expect(200);
        std::thread::sleep(std::time::Duration::from_millis(1100));
        client.get("/api/v1/places?q=thai").expect(200);
    }
}

#[test]
fn an_ipv6_subscriber_has_one_share() {
    let db = Db::sqlite();
    let office = Office::open_with(&db, &[("TNLD_PROXIES", "127.0.0.1")]);
    let visitor = office.program.client("");
    let ask = |number: usize, network: &str| {
        let address = format!("2001:db8:1:{network}::{number:x}");
        let headers = [("x-forwarded-for", address.as_str())];
        visitor
            .send("GET", "/a/guessed", &headers, b"")
            .unwrap()
            .status
    };
    assert!((1..1000).any(|number| ask(number, "2") == 429));
    assert_eq!(ask(1, "3"), 404);
}
