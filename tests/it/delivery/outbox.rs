//! From a row in the outbox to a real SMTP conversation.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use tnld::{
    config::Secret,
    domain::{
        contact::Channel,
        delivery::Priority,
        message::{AlarmKind, Message},
    },
    error::AppError,
    ids::{CaseId, MessageId},
    jobs::{
        Job, JobMetrics, Wake,
        deliver_outbox::{DeliverOutbox, Letterhead},
        keep_running,
    },
    mail::{address::SmtpUrl, compose::Sender, relays::Relays, transport::Patience},
    sealing::{KeySource, Keys, Sealed},
    service::keys,
    store::{
        alarms,
        alerts::{self, AlertLedger, AlertStatus},
        conn::DbConn,
        links,
        outbox::{self, MessageStatus, NewMessage, Wanted},
        pool::Db,
    },
    time::Clock,
};
use tokio::sync::watch;

use super::ledger::{a_case, an_alert};
use crate::support::{
    scratch::Scratch,
    smtp::{Behaviour, Sink},
};

const PATIENCE: Patience = Patience {
    connect: Duration::from_millis(400),
    mail: Duration::from_millis(400),
};

/// A delivery job over a database and a mail server, with a clock that can be moved.
pub struct House {
    pub db: Db,
    pub keys: Arc<Keys>,
    pub wake: Wake,
    pub sink: Arc<Sink>,
    pub stop: watch::Sender<bool>,
}

impl House {
    pub fn new(scratch: &Scratch) -> Self {
        let source = KeySource::Setting(Secret::new(
            "test AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ));
        let mut conn = DbConn::open(&scratch.url).unwrap();
        let keys = keys::open(&mut conn, &source, Clock::default().now()).unwrap();
        Self {
            db: scratch.db(),
            keys: Arc::new(keys),
            wake: Wake::default(),
            sink: Arc::new(Sink::start()),
            stop: watch::channel(false).0,
        }
    }

    /// The job as it would run `seconds` from now.
    pub fn job_in(&self, seconds: i64) -> DeliverOutbox {
        self.job_with(seconds, PATIENCE)
    }

    pub fn job_with(&self, seconds: i64, patience: Patience) -> DeliverOutbox {
        self.job_over(self.relays(patience), seconds)
    }

    /// The sink as the only relay, of which nothing is known yet.
    pub fn relays(&self, patience: Patience) -> Arc<Relays> {
        let urls = [SmtpUrl::parse(&self.sink.url()).unwrap()];
        Arc::new(Relays::open(&urls, patience).unwrap())
    }

    /// The job over these relays, of which it knows what was seen before.
    pub fn job_over(&self, relays: Arc<Relays>, seconds: i64) -> DeliverOutbox {
        let letterhead = Letterhead {
            sender: Sender::parse("Khai báo TNLĐ <no-reply@tnld.test>").unwrap(),
            public_url: "https://tnld.example.test".into(),
            operator: Some("ops@tnld.test".into()),
        };
        DeliverOutbox::new(
            self.db.clone(),
            Clock::with_offset(seconds),
            self.keys.clone(),
            relays,
            letterhead,
            self.wake.clone(),
            self.stop.subscribe(),
        )
    }

    /// One alert of one case, to these addresses.
    pub async fn an_alert_to(&self, case: &str, addresses: &[&str]) -> CaseId {
        let (case, addresses) = (
            case.to_owned(),
            addresses
                .iter()
                .map(|to| (*to).to_owned())
                .collect::<Vec<_>>(),
        );
        let payload = Sealed::from(outbox::payload(&fatal_alert()).unwrap());
        self.db
            .write(move |tx| {
                let case_id = a_case(tx, &case);
                let alert = an_alert(&case_id, Some("Công an phường"));
                alerts::insert_many(tx, std::slice::from_ref(&alert))?;
                let rows: Vec<NewMessage> = addresses
                    .iter()
                    .map(|to| NewMessage {
                        id: MessageId::generate(),
                        alert_id: Some(alert.id.clone()),
                        case_id: Some(case_id.clone()),
                        channel: Channel::Email,
                        contact: None,
                        priority: Priority::Urgent,
                        recipient: to.clone(),
                        payload: payload.clone(),
                        dedup_key: format!("{}/{to}", alert.id),
                        noted_at: Clock::default().now(),
                    })
                    .collect();
                outbox::enqueue(tx, rows)?;
                Ok(case_id)
            })
            .await
            .unwrap()
    }

    pub async fn ledger(&self, case_id: &CaseId) -> Vec<AlertLedger> {
        let case_id = case_id.clone();
        self.db
            .read(move |tx| Ok::<_, AppError>(alerts::ledger(tx, &case_id)?))
            .await
            .unwrap()
    }

    /// The status of the only message of the only alert, and how often it was tried.
    async fn only(&self, case_id: &CaseId) -> (MessageStatus, usize) {
        let message = &self.ledger(case_id).await[0].messages[0];
        (message.status, message.attempts.len())
    }
}

pub fn fatal_alert() -> Message {
    serde_json::from_str(
        r#"{"kind":"alert","facts":{"receipt_no":"TN26-000123-K","case_class":"FATAL",
        "case_kind":"accident","sector":"ordinary","occurred_at":"2026-03-02T00:45:00Z",
        "received_at":"2026-03-02T01:30:00Z","place":"Phường Đức Xuân","counts":{"dead":1},
        "declarant":{"role":"employer","full_name":"Nguyễn Thị Hòa","phone":"0912345678"},
        "role":"LOCAL_POLICE","authority":"Công an phường Đức Xuân","duty":"must_receive",
        "level":"provincial"}}"#,
    )
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_reaches_each_address_and_its_link_opens_the_case() {
    for scratch in Scratch::all() {
        let house = House::new(&scratch);
        let case_id = house.an_alert_to("c1", &["a@ca.test", "b@ca.test"]).await;
        assert_eq!(house.job_in(0).run().await.unwrap(), 2);

        let received = house.sink.received();
        let mut to: Vec<_> = received.iter().map(|mail| mail.to[0].as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, ["a@ca.test", "b@ca.test"]);
        let ledger = house.ledger(&case_id).await;
        assert_eq!(ledger[0].status(), AlertStatus::Sent);
        for mail in &received {
            assert_eq!(mail.header("Importance"), Some("high"));
            let text = plain_text(&mail.data);
            let link = text
                .lines()
                .find(|line| line.starts_with("https://"))
                .unwrap();
            let secret = link.strip_prefix("https://tnld.example.test/a/").unwrap();
            let hash = links::hash(secret);
            let found = house
                .db
                .read(move |tx| Ok::<_, AppError>(links::find(tx, &hash, Clock::default().now())?))
                .await
                .unwrap();
            assert_eq!(found.unwrap().case_id, case_id);
        }
        assert_eq!(house.job_in(0).run().await.unwrap(), 0, "once is enough");
        assert_eq!(house.sink.count(), 2);
    }
}

/// The first part of a message, decoded.
fn plain_text(data: &str) -> String {
    let (head, rest) = data.split_once("text/plain").unwrap();
    assert!(head.contains("multipart/alternative"));
    let (headers, body) = rest.split_once("\r\n\r\n").unwrap();
    let body = body.split("\r\n--").next().unwrap();
    let bytes = if headers.contains("base64") {
        let packed: String = body.split_whitespace().collect();
        data_encoding::BASE64.decode(packed.as_bytes()).unwrap()
    } else {
        assert!(headers.contains("quoted-printable"), "{headers}");
        let joined = body.replace("=\r\n", "");
        let mut parts = joined.split('=');
        let mut bytes = parts.next().unwrap().as_bytes().to_vec();
        for part in parts {
            bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
            bytes.extend_from_slice(&part.as_bytes()[2..]);
        }
        bytes
    };
    String::from_utf8(bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_for_now_is_tried_again_with_the_same_message_id() {
    for scratch in Scratch::all() {
        let house = House::new(&scratch);
        let case_id = house.an_alert_to("c1", &["a@ca.test"]).await;
        let mut later = 0;
        for (tries, behaviour) in [
            Behaviour::DeferRecipient,
            Behaviour::HangAfterData,
            Behaviour::DropMidMessage,
            Behaviour::Refuse,
            Behaviour::RejectSender,
        ]
        .into_iter()
        .enumerate()
        {
            house.sink.behave(behaviour);
            let job = house.job_in(later);
            assert_eq!(job.run().await.unwrap(), 1, "{behaviour:?}");
            assert_eq!(
                house.only(&case_id).await,
                (MessageStatus::Delayed, tries + 1),
                "{behaviour:?}"
            );
            assert_eq!(job.run().await.unwrap(), 0, "not before its time");
            later += 400;
        }
        house.sink.behave(Behaviour::DropAfterMessage);
        house.job_in(later).run().await.unwrap();
        house.sink.behave(Behaviour::Accept);
        house.job_in(later + 400).run().await.unwrap();
        assert_eq!(house.only(&case_id).await, (MessageStatus::Sent, 7));

        let received = house.sink.received();
        assert_eq!(
            received.len(),
            2,
            "the server kept the first, and never said so"
        );
        assert!(received[0].header("Message-ID").is_some());
        for name in ["Message-ID", "Date", "Subject"] {
            assert_eq!(received[0].header(name), received[1].header(name));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_refused_for_good_fails_at_once_and_alarms_the_operator() {
    for scratch in Scratch::all() {
        let house = House::new(&scratch);
        house.sink.behave(Behaviour::RejectNobody);
        let case_id = house
            .an_alert_to("c1", &["nobody@ca.test", "b@ca.test"])
            .await;
        house.job_in(0).run().await.unwrap();

        let ledger = house.ledger(&case_id).await;
        assert_eq!(
            ledger[0].status(),
            AlertStatus::Sent,
            "the other address was told"
        );
        let failed = ledger[0]
            .messages
            .iter()
            .find(|m| m.address == "nobody@ca.test")
            .unwrap();
        assert_eq!(failed.status, MessageStatus::Failed);
        assert_eq!(failed.attempts[0].reply, "550 5.1.1 no such user");

        let raised = house
            .db
            .read(|tx| Ok::<_, AppError>(alarms::list(tx, None, 9)?))
            .await
            .unwrap();
        assert_eq!(raised.len(), 1);
        let alarm = &raised[0].alarm;
        assert_eq!(alarm.alarm, AlarmKind::MessageFailed);
        assert_eq!(alarm.case_id.as_deref(), Some("c1"));
        assert_eq!(alarm.authority_id.as_deref(), Some("ca-Công an phường"));
        let received = house.sink.wait_for(2, Duration::from_secs(3));
        assert!(received.iter().any(|mail| mail.to == ["ops@tnld.test"]));

        // Put right, it is sent again.
        house.sink.behave(Behaviour::Accept);
        let id = failed.id.clone();
        assert!(
            house
                .db
                .write(move |tx| Ok(outbox::resend(tx, &id, Clock::default().now())?))
                .await
                .unwrap()
        );
        house.job_in(0).run().await.unwrap();
        let ledger = house.ledger(&case_id).await;
        assert!(
            ledger[0]
                .messages
                .iter()
                .all(|m| m.status == MessageStatus::Sent)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_mail_that_fails_makes_no_further_mail() {
    let scratch = Scratch::sqlite();
    let house = House::new(&scratch);
    house.sink.behave(Behaviour::RejectRecipient);
    house.an_alert_to("c1", &["a@ca.test"]).await;
    house.job_in(0).run().await.unwrap();
    let depth = house
        .db
        .read(|tx| Ok::<_, AppError>(outbox::backlog(tx)?))
        .await
        .unwrap()
        .depth;
    assert_eq!(depth, 0);
    let raised = house
        .db
        .read(|tx| Ok::<_, AppError>(alarms::count(tx, AlarmKind::MessageFailed)?))
        .await
        .unwrap();
    assert_eq!(raised, 2, "the alert, and the mail about it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_hangs_does_not_hold_up_the_others() {
    let scratch = Scratch::sqlite();
    let house = House::new(&scratch);
    house.sink.behave(Behaviour::HangForSlow);
    let many: Vec<String> = (0..40).map(|n| format!("a{n}@ca.test")).collect();
    let mut addresses = vec!["slow@ca.test"];
    addresses.extend(many.iter().map(String::as_str));
    let case_id = house.an_alert_to("c1", &addresses).await;
    let patience = Patience {
        mail: Duration::from_secs(4),
        ..PATIENCE
    };
    let started = Instant::now();
    let job = house.job_with(0, patience);
    let pass = tokio::spawn(async move { job.run().await });
    house.sink.wait_for(40, Duration::from_secs(3));
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "while the slow one hangs"
    );

    // Something noted while it hangs leaves at once as well, and what left is recorded.
    house.an_alert_to("c2", &["late@ca.test"]).await;
    house.wake.wake();
    house.sink.wait_for(41, Duration::from_secs(2));
    assert!(!pass.is_finished());
    let ledger = house.ledger(&case_id).await;
    assert_eq!(
        ledger[0]
            .messages
            .iter()
            .filter(|m| m.status == MessageStatus::Sent)
            .count(),
        40
    );
    assert_eq!(pass.await.unwrap().unwrap(), 42);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_committed_message_leaves_when_the_job_is_woken() {
    for scratch in Scratch::all() {
        let house = House::new(&scratch);
        let job = house.job_in(0);
        let running = tokio::spawn(keep_running(
            job,
            house.stop.subscribe(),
            JobMetrics::default(),
        ));
        tokio::time::sleep(Duration::from_millis(300)).await;
        house.an_alert_to("c1", &["a@ca.test"]).await;
        house.wake.wake();
        house.sink.wait_for(1, Duration::from_millis(700));

        // Written by another process, that cannot wake us.
        house.an_alert_to("c2", &["b@ca.test"]).await;
        house.sink.wait_for(2, Duration::from_secs(3));

        house.stop.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(2), running)
            .await
            .unwrap()
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_send_each_message_once() {
    for scratch in Scratch::all() {
        let house = House::new(&scratch);
        let many: Vec<String> = (0..300).map(|n| format!("a{n}@ca.test")).collect();
        house
            .an_alert_to("c1", &many.iter().map(String::as_str).collect::<Vec<_>>())
            .await;
        let mut jobs = tokio::task::JoinSet::new();
        for _ in 0..3 {
            // Each with a database of its own, as a process has.
            let other = House {
                keys: house.keys.clone(),
                db: scratch.db(),
                wake: Wake::default(),
                sink: house.sink.clone(),
                stop: watch::channel(false).0,
            };
            jobs.spawn(async move { other.job_in(0).run().await.unwrap() });
        }
        let mut sent = 0;
        while let Some(count) = jobs.join_next().await {
            sent += count.unwrap();
        }
        assert_eq!(sent, 300);
        let mut to: Vec<String> = house
            .sink
            .received()
            .into_iter()
            .map(|mail| mail.to[0].clone())
            .collect();
        to.sort();
        to.dedup();
        assert_eq!((to.len(), house.sink.count()), (300, 300));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_process_had_claimed_is_sent_when_its_lease_is_over() {
    for scratch in Scratch::all() {
        let house = House::new(&scratch);
        house.an_alert_to("c1", &["a@ca.test"]).await;
        house
            .db
            .write(|tx| {
                let claim = outbox::claim(
                    tx,
                    Clock::default().now(),
                    TimeDelta::seconds(30),
                    Wanted::mails(10),
                )?;
                assert_eq!(
                    claim.messages.len(),
                    1,
                    "claimed, and then the process dies"
                );
                Ok(())
            })
            .await
            .unwrap();
        assert_eq!(house.job_in(0).run().await.unwrap(), 0);
        assert_eq!(house.job_in(31).run().await.unwrap(), 1);
        assert_eq!(house.sink.count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_process_takes_over_at_once() {
    let scratch = Scratch::sqlite();
    let house = House::new(&scratch);
    house.an_alert_to("c1", &["a@ca.test"]).await;
    house
        .db
        .write(|tx| {
            Ok(outbox::claim(
                tx,
                Clock::default().now(),
                TimeDelta::seconds(30),
                Wanted::mails(10),
            )?
            .messages
            .len())
        })
        .await
        .unwrap();
    let job = house.job_in(0);
    assert_eq!(job.take_over().await.unwrap(), 1);
    assert_eq!(job.run().await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_the_middle_gives_back_what_was_not_begun() {
    let scratch = Scratch::sqlite();
    let house = House::new(&scratch);
    house.sink.behave(Behaviour::HangAfterData);
    let many: Vec<String> = (0..8).map(|n| format!("a{n}@ca.test")).collect();
    let case_id = house
        .an_alert_to("c1", &many.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    let job = house.job_with(
        0,
        Patience {
            mail: Duration::from_secs(1),
            ..PATIENCE
        },
    );
    let pass = tokio::spawn(async move { job.run().await });
    tokio::time::sleep(Duration::from_millis(400)).await;
    house.stop.send(true).unwrap();
    assert_eq!(pass.await.unwrap().unwrap(), 8);

    // Three were being sent to that domain and are delayed; five were not begun, and wait for
    // nobody's lease.
    let ledger = house.ledger(&case_id).await;
    let of = |status| {
        let messages = ledger[0].messages.iter();
        messages.filter(|one| one.status == status).count()
    };
    assert_eq!(
        (of(MessageStatus::Delayed), of(MessageStatus::Queued)),
        (3, 5)
    );
    house.sink.behave(Behaviour::Accept);
    let next = House {
        stop: watch::channel(false).0,
        ..house
    };
    // The first that is taken shows that the relay carries: what was delayed leaves as well.
    assert_eq!(next.job_in(0).run().await.unwrap(), 8);
    assert_eq!(next.sink.count(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_that_cannot_be_read_fail_visibly() {
    let scratch = Scratch::sqlite();
    let house = House::new(&scratch);
    let case_id = house.an_alert_to("c1", &["a@ca.test"]).await;
    house
        .db
        .write(|tx| Ok(tx.execute_sql("UPDATE outbox SET payload = '{\"kind\":\"dream\"}'")?))
        .await
        .unwrap();
    house.job_in(0).run().await.unwrap();
    assert_eq!(house.only(&case_id).await, (MessageStatus::Failed, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_army_unit_reported_is_not_kept_once_it_is_delivered() {
    let scratch = Scratch::sqlite();
    let house = House::new(&scratch);
    house.an_alert_to("c1", &["a@ca.test"]).await;
    house
        .db
        .write(|tx| {
            Ok(tx.execute_sql("UPDATE outbox SET payload = REPLACE(payload, 'ordinary', 'army')")?)
        })
        .await
        .unwrap();
    house.job_in(0).run().await.unwrap();
    let kept: i64 = house
        .db
        .read(|tx| {
            use diesel::prelude::*;
            use tnld::store::schema::outbox::dsl::{outbox, payload};
            Ok::<_, AppError>(
                outbox
                    .filter(payload.is_not_null())
                    .count()
                    .get_result(tx)?,
            )
        })
        .await
        .unwrap();
    assert_eq!((house.sink.count(), kept), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes 45 seconds"]
async fn a_slow_mail_stays_leased_while_it_is_being_sent() {
    let scratch = Scratch::sqlite();
    let house = House::new(&scratch);
    house.sink.behave(Behaviour::HangAfterData);
    house.an_alert_to("c1", &["a@ca.test"]).await;
    let job = house.job_with(
        0,
        Patience {
            mail: Duration::from_secs(45),
            ..PATIENCE
        },
    );
    let pass = tokio::spawn(async move { job.run().await });
    while !pass.is_finished() {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let claim = |tx: &mut tnld::store::conn::DbConn| {
            Ok(outbox::claim(
                tx,
                Clock::default().now(),
                TimeDelta::seconds(30),
                Wanted::mails(1),
            )?)
        };
        let stolen = house.db.write(claim).await.unwrap().messages;
        assert!(stolen.is_empty(), "somebody else would send it as well");
    }
}
