//! The time of an answer tells nobody who has an account.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{House, PASSWORD};

/// Tries of each kind; taken in turn, so that a busy machine is busy for both.
const TRIES: usize = 15;
/// Times that this is done at most; no account is made to wait for so few wrong tries.
const ROUNDS: usize = 4;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

on_both_databases! {
    fn a_known_and_an_unknown_account_take_as_long(db: &Db) {
        let house = House::open_with(db, &[("TNLD_PROXIES", "127.0.0.1")]);
        // One account for each try, so that none is made to wait.
        for no in 0..TRIES {
            house.person(&format!("known{no}@donvi.test"));
        }
        // Each from another network, for one network alone is soon told to wait.
        let network = Cell::new(0);
        let time = |email: String, password: &str| {
            network.set(network.get() + 1);
            let address = format!("203.0.113.{}", network.get());
            let body = json!({"email": email, "password": password}).to_string();
            let browser = house.browser();
            let begun = Instant::now();
            browser
                .send_bytes(
                    "POST",
                    "/api/v1/session",
                    "application/json",
                    body.as_bytes(),
                    &[("x-forwarded-for", &address)],
                )
                .expect(401);
            begun.elapsed()
        };
        time("warm@donvi.test".into(), PASSWORD);
        // Whatever else the machine does is chance; a difference of ours would be there every time.
        let mut ratios = Vec::new();
        for round in 0..ROUNDS {
            let (mut known, mut unknown) = (Vec::new(), Vec::new());
            for no in 0..TRIES {
                known.push(time(format!("known{no}@donvi.test"), "đoán mò cho vui"));
                unknown.push(time(format!("nobody{no}@donvi.test"), "đoán mò cho vui"));
            }
            let (known, unknown) = (median(known), median(unknown));
            let ratio = known.as_secs_f64() / unknown.as_secs_f64();
            println!("known {known:?}, unknown {unknown:?}, ratio {ratio:.2}");
            ratios.push(ratio);
            assert_eq!(house.refused("no account"), TRIES * (round + 1) + 1);
            assert_eq!(house.refused("wrong password"), TRIES * (round + 1));
            if (0.85..1.18).contains(&ratio) {
                return;
            }
        }
        panic!("known to unknown: {ratios:?}");
    }
}
