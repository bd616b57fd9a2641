//! Whose word on the address of a client is taken.

use crate::{
    api::{Caller, Office, recent},
    support::Db,
};

/// The addresses in the trace, of the newest entry last.
fn traced(db: &Db) -> Vec<String> {
    let lines = db.tnld(&["audit", "export"]).ok();
    let entries = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    entries
        .filter_map(|entry: serde_json::Value| entry["origin"].as_str().map(str::to_owned))
        .collect()
}

fn declare(employer: &Caller, forwarded: &[&str]) {
    let headers: Vec<(&str, &str)> = forwarded
        .iter()
        .map(|value| ("x-forwarded-for", *value))
        .chain([
            ("x-forwarded-proto", "https"),
            ("forwarded", "for=1.2.3.4"),
            ("x-real-ip", "1.2.3.4"),
        ])
        .collect();
    let answer = employer.post_with("/api/v1/declarations", &headers, &recent("03"));
    assert_eq!(answer.status, 201, "{}", answer.text);
}

on_both_databases! {
    fn a_forged_address_is_not_believed(db: &Db) {
        let office = Office::open(db);
        declare(&office.employer("6099254308"), &["203.0.113.9"]);
        let found = traced(db);
        assert!(!found.is_empty() && found.iter().all(|origin| origin == "127.0.0.1"), "{found:?}");
    }

    fn a_proxy_of_ours_says_for_whom_it_speaks(db: &Db) {
        let office = Office::open_with(db, &[("TNLD_PROXIES", "127.0.0.0/8, 10.1.1.1")]);
        let employer = office.employer("6099254308");
        declare(&employer, &["1.2.3.4, 203.0.113.9, 10.1.1.1"]);
        declare(&employer, &["1.2.3.4, 10.1.1.1", "2001:db8::7"]);
        declare(&employer, &["9.9.9.9\t,,", "'; DROP TABLE cases; --"]);
        let found = traced(db);
        assert_eq!(found, ["203.0.113.9", "2001:db8::7", "127.0.0.1"]);
    }
}
