//! The time of an answer tells nobody who has an account or which tax code is known.

use std::time::{Duration, Instant};

use super::firm::{ONE, OTHER, form, open, registered, send};

/// Tries of each kind; taken in turn, so that a busy machine is busy for both.
const TRIES: usize = 45;
/// Addresses that have an account.
const KNOWN: usize = 5;
/// Times that this is done at most.
const ROUNDS: usize = 4;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

on_both_databases! {
    fn a_known_and_an_unknown_address_take_as_long_to_register(db: &Db) {
        let house = open(db);
        registered(&house, ONE, "tu.ha@taynguyen.test");
        for no in 0..KNOWN {
            house.person(&format!("known{no}@donvi.test"));
        }
        let time = |tax_code: &str, email: String| {
            let begun = Instant::now();
            let answer = send(&house, &form(tax_code, &email));
            assert_eq!((answer.status, answer.text.as_str()), (202, ""));
            begun.elapsed()
        };
        let mut ratios = Vec::new();
        for round in 0..ROUNDS {
            let (mut known, mut unknown) = (Vec::new(), Vec::new());
            for no in 0..TRIES {
                let one = |known: &mut Vec<_>| known.push(time(ONE, format!("known{}@donvi.test", no % KNOWN)));
                // Each goes first as often as the other: what the one leaves to be done slows the other.
                if no % 2 == 0 {
                    one(&mut known);
                }
                unknown.push(time(OTHER, format!("new{round}x{no}@donvi.test")));
                if no % 2 == 1 {
                    one(&mut known);
                }
            }
            let (known, unknown) = (median(known), median(unknown));
            let ratio = known.as_secs_f64() / unknown.as_secs_f64();
            println!("known {known:?}, unknown {unknown:?}, ratio {ratio:.2}");
            ratios.push(ratio);
            if (0.85..1.18).contains(&ratio) {
                return;
            }
        }
        panic!("known to unknown: {ratios:?}");
    }
}
