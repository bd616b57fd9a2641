//! Two relays: one that is away, the other at once; what can wait loses no try.

use std::sync::Arc;

use tnld::{
    domain::{
        contact::Channel,
        delivery::{Priority, TlsState},
    },
    ids::MessageId,
    jobs::Job,
    mail::{address::SmtpUrl, relays::Relays, transport::Patience},
    sealing::Sealed,
    store::{
        outbox::{self, MessageStatus, NewMessage},
        schema,
    },
    time::Clock,
};

use super::{ledger::a_notice, outbox::House};
use crate::support::{
    scratch::Scratch,
    smtp::{Behaviour, Encryption, Options, Sink},
};

fn both(first: &str, second: &str) -> Arc<Relays> {
    let urls = [first, second].map(|url| SmtpUrl::parse(url).unwrap());
    let patience = Patience {
        connect: std::time::Duration::from_millis(400),
        mail: std::time::Duration::from_millis(400),
    };
    Arc::new(Relays::open(&urls, patience).unwrap())
}

/// Notes mails that are about no case, each to a domain of its own.
pub async fn note(house: &House, count: usize, priority: Priority, to: &str) -> Vec<MessageId> {
    let to = to.to_owned();
    let write = house.db.write(move |tx| {
        let payload = Sealed::from(outbox::payload(&a_notice())?);
        let now = Clock::default().now();
        let rows: Vec<NewMessage> = (0..count)
            .map(|n| {
                let id = MessageId::generate();
                NewMessage {
                    dedup_key: id.to_string(),
                    id,
                    alert_id: None,
                    case_id: None,
                    channel: Channel::Email,
                    contact: None,
                    priority,
                    recipient: to.replace('#', &n.to_string()),
                    payload: payload.clone(),
                    noted_at: now,
                }
            })
            .collect();
        for rows in rows.chunks(500) {
            outbox::enqueue(tx, rows.to_vec())?;
        }
        Ok(rows.into_iter().map(|row| row.id).collect())
    });
    write.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_urgent_alert_goes_over_the_other_relay_at_once_and_the_ledger_names_both() {
    let folder = tempfile::tempdir().unwrap();
    for scratch in Scratch::all() {
        let house = House::new(&scratch);
        house.sink.behave(Behaviour::Refuse);
        let second = Sink::with(Options {
            tls: Encryption::Implicit,
            ..Options::default()
        });
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, second.certificate()).unwrap();
        let port = second.address().port();
        let url = format!("smtps://localhost:{port}?ca={}", ca.display());
        let case = house.an_alert_to("c1", &["a@ca.test"]).await;
        let job = house.job_over(both(&house.sink.url(), &url), 0);
        assert_eq!(job.run().await.unwrap(), 1);

        assert_eq!((house.sink.count(), second.count()), (0, 1));
        let message = &house.ledger(&case).await[0].messages[0];
        assert_eq!(message.status, MessageStatus::Sent);
        let way: Vec<_> = message
            .attempts
            .iter()
            .map(|one| (one.outcome, one.transit.clone().unwrap()))
            .map(|(outcome, transit)| (outcome, transit.relay, transit.tls))
            .collect();
        let first = house.sink.address().to_string();
        assert_eq!(
            way,
            [
                (MessageStatus::Delayed, first, None),
                (
                    MessageStatus::Sent,
                    format!("localhost:{port}"),
                    Some(TlsState::Tls13)
                ),
            ]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_wait_waits_for_a_relay_without_losing_tries_and_then_leaves() {
    for scratch in Scratch::all() {
        let house = House::new(&scratch);
        house.sink.behave(Behaviour::Refuse);
        note(&house, 40, Priority::Normal, "a@d#.test").await;
        let job = house.job_in(0);
        job.run().await.unwrap();
        assert_eq!(job.run().await.unwrap(), 0, "the relay is away");
        let tried = house
            .db
            .read(|tx| {
                use diesel::prelude::*;
                let tried: i64 = schema::delivery_attempts::table.count().get_result(tx)?;
                Ok::<_, tnld::error::AppError>(tried)
            })
            .await
            .unwrap();
        assert!((3..=6).contains(&tried), "{tried} tries of 40 messages");

        // Not looked at again before its time, and then with one message before all others.
        house.sink.behave(Behaviour::Accept);
        let job = job.by(Clock::with_offset(10));
        assert_eq!(job.run().await.unwrap(), 0);
        let job = job.by(Clock::with_offset(20));
        let mut sent = 0;
        for _ in 0..3 {
            sent += job.run().await.unwrap();
        }
        assert_eq!((sent, house.sink.count()), (40, 40));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_comes_back_is_given_everything_that_waited_for_it() {
    for scratch in Scratch::all() {
        let house = House::new(&scratch);
        house.sink.behave(Behaviour::Refuse);
        let to: Vec<String> = (0..12).map(|n| format!("a@d{n}.test")).collect();
        let to: Vec<&str> = to.iter().map(String::as_str).collect();
        house.an_alert_to("c1", &to).await;
        let mut job = house.job_in(0);
        for second in (0..400).step_by(20) {
            job = job.by(Clock::with_offset(second));
            job.run().await.unwrap();
        }
        assert_eq!(house.sink.count(), 0);
        // Each waits for more than a minute now, and the next look at the relay is near.
        house.sink.behave(Behaviour::Accept);
        let job = job.by(Clock::with_offset(400));
        job.run().await.unwrap();
        assert_eq!(house.sink.count(), 12);
    }
}
