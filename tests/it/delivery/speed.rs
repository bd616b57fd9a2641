//! How fast mail leaves. Prints figures and asserts none: run it with
//! `cargo test --release --test it speed -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use tnld::{
    domain::{contact::Channel, delivery::Priority},
    ids::MessageId,
    jobs::{JobMetrics, keep_running},
    sealing::Sealed,
    store::outbox::{self, NewMessage},
    time::Clock,
};

use super::outbox::{House, fatal_alert};
use crate::support::scratch::Scratch;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn a_backlog_of_ten_thousand_drains() {
    for scratch in Scratch::all() {
        let house = House::new(&scratch);
        note(&house, 10_000, "backlog").await;
        let started = Instant::now();
        let job = house.job_with(0, Default::default());
        let running = tokio::spawn(keep_running(
            job,
            house.stop.subscribe(),
            JobMetrics::default(),
        ));
        let received = house.sink.wait_for(10_000, Duration::from_secs(120));
        let took = started.elapsed().as_secs_f64();
        println!(
            "{}: 10,000 mails in {took:.2} s, {:.0} a second, {} connections",
            name(&scratch),
            received.len() as f64 / took,
            house.sink.connections()
        );
        house.stop.send(true).unwrap();
        running.await.unwrap();
        assert_eq!(house.sink.count(), 10_000, "each once");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn fifty_declarations_a_second() {
    for scratch in Scratch::all() {
        let house = House::new(&scratch);
        let job = house.job_with(0, Default::default());
        let running = tokio::spawn(keep_running(
            job,
            house.stop.subscribe(),
            JobMetrics::default(),
        ));
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut beat = tokio::time::interval(Duration::from_millis(20));
        let mut committed = std::collections::HashMap::new();
        for n in 0..500 {
            beat.tick().await;
            let ids = note(&house, 2, &format!("n{n}")).await;
            house.wake.wake();
            let now = Instant::now();
            committed.extend(ids.into_iter().map(|id| (id, now)));
        }
        let received = house.sink.wait_for(1000, Duration::from_secs(20));
        let mut waits: Vec<f64> = received
            .iter()
            .map(|mail| {
                let id = mail.header("Message-ID").unwrap().trim_matches(['<', '>']);
                let id = id.split('@').next().unwrap().to_owned();
                mail.at
                    .saturating_duration_since(committed[&id])
                    .as_secs_f64()
                    * 1000.0
            })
            .collect();
        waits.sort_by(f64::total_cmp);
        println!(
            "{}: commit to acceptance at 50 a second: p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
            name(&scratch),
            waits[500],
            waits[990],
            waits[999]
        );
        house.stop.send(true).unwrap();
        running.await.unwrap();
    }
}

fn name(scratch: &Scratch) -> &str {
    scratch.url.split(':').next().unwrap()
}

async fn note(house: &House, count: usize, event: &str) -> Vec<String> {
    let event = event.to_owned();
    house
        .db
        .write(move |tx| {
            let payload = Sealed::from(outbox::payload(&fatal_alert())?);
            let now = Clock::default().now();
            let rows: Vec<NewMessage> = (0..count)
                .map(|n| NewMessage {
                    id: MessageId::generate(),
                    alert_id: None,
                    case_id: None,
                    channel: Channel::Email,
                    contact: None,
                    priority: Priority::Urgent,
                    recipient: "so-noi-vu@so.test".to_owned(),
                    payload: payload.clone(),
                    dedup_key: format!("{event}/{n}"),
                    noted_at: now,
                })
                .collect();
            for rows in rows.chunks(500) {
                outbox::enqueue(tx, rows.to_vec())?;
            }
            Ok(rows.iter().map(|row| row.id.to_string()).collect())
        })
        .await
        .unwrap()
}
