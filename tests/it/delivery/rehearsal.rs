//! Rehearsals: the mail server is away for ten minutes; two processes share one outbox.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use tnld::{
    domain::{contact::Channel, delivery::Priority},
    ids::MessageId,
    jobs::Job,
    sealing::Sealed,
    store::outbox::{self, NewMessage},
    time::Clock,
};

use super::{ledger::a_notice, outbox::House};
use crate::support::{
    Client, Db, Program, examples,
    mailbox::Mail,
    program::{clock_offset_to, eventually},
    scratch::Scratch,
    smtp::{Behaviour, Sink},
};

const DEATHS: usize = 100;
/// For how long the server is away, in seconds of the service's clock.
const AWAY: i64 = 600;
/// From its recovery to the last alert, in seconds of the service's clock.
const RECOVERED_WITHIN: i64 = 120;

/// Each mail under its one Message-ID, and none twice.
fn each_once(sink: &Sink, expected: usize) {
    let received = sink.received();
    let ids: BTreeSet<_> = received
        .iter()
        .map(|mail| mail.header("Message-ID"))
        .collect();
    assert_eq!((received.len(), ids.len()), (expected, expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_alert_leaves_within_two_minutes_after_an_outage_of_ten() {
    for scratch in Scratch::all() {
        // Away altogether, and answering each message with "later", which no breaker notices.
        for (round, outage) in [Behaviour::Refuse, Behaviour::DeferRecipient]
            .into_iter()
            .enumerate()
        {
            let house = House::new(&scratch);
            house.sink.behave(outage);
            let mut cases = Vec::new();
            for n in 0..DEATHS {
                let to = format!("truc@d{n}.test");
                cases.push(house.an_alert_to(&format!("c{round}-{n}"), &[&to]).await);
            }
            let begun = Instant::now();
            // The service's time is moved on in steps; what really passes is added to it.
            let mut job = house.job_in(0);
            for second in (0..AWAY).step_by(5) {
                job = job.by(Clock::with_offset(second));
                job.run().await.unwrap();
            }
            assert_eq!(house.sink.count(), 0);
            house.sink.behave(Behaviour::Accept);
            let recovered = Clock::with_offset(AWAY).now();
            let mut last = recovered;
            for second in (AWAY..AWAY + RECOVERED_WITHIN).step_by(5) {
                let clock = Clock::with_offset(second);
                job = job.by(clock);
                job.run().await.unwrap();
                last = clock.now();
                if house.sink.count() == DEATHS {
                    break;
                }
            }
            each_once(&house.sink, DEATHS);
            assert!(
                last - recovered <= TimeDelta::seconds(RECOVERED_WITHIN),
                "{outage:?}"
            );
            let mut tries = Vec::new();
            for case in &cases {
                tries.push(house.ledger(case).await[0].messages[0].attempts.len());
            }
            println!(
                "{outage:?}: all {} s after recovery, {:?} tries each, in {:?}",
                (last - recovered).num_seconds(),
                tries.iter().min().zip(tries.iter().max()),
                begun.elapsed()
            );
        }
    }
}

/// A figure of `/metrics`.
fn figure(client: &Client, name: &str) -> f64 {
    let text = client.get("/metrics").text;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let line = line.unwrap_or_else(|| panic!("{name} is missing in {text}"));
    line.trim().parse().unwrap()
}

on_both_databases! {
    fn a_hundred_deaths_in_an_outage_are_seen_and_none_is_lost_or_told_twice(db: &Db) {
        db.with_authorities();
        let server = Sink::start();
        server.behave(Behaviour::Refuse);
        let token = db.token("employer", &["--tax-code", "0100233488"]);
        let start: i64 = clock_offset_to("2026-05-20T20:00:00+07:00").parse().unwrap();
        // Each is another process, as after a crash: nothing is remembered but what is stored.
        let at = |second: i64| {
            let offset = (start + second).to_string();
            let settings = [
                ("TNLD_CLOCK_OFFSET", offset.as_str()),
                ("TNLD_SMTP_URL", &server.url()),
                ("TNLD_LOG", "error"),
            ];
            Program::start(db, &settings)
        };
        let body = examples::example("07")["request"]["body"].clone();
        let mut receipts = BTreeSet::new();
        {
            let program = at(0);
            let client = program.client(&token);
            let begun = Instant::now();
            for _ in 0..DEATHS {
                let answer = client.post("/api/v1/declarations", &body).expect(201);
                receipts.insert(answer["receipt_no"].as_str().unwrap().to_owned());
            }
            assert!(begun.elapsed() < Duration::from_secs(60));
            let ready = client.get("/readyz");
            assert_eq!(ready.status, 200);
            eventually(Duration::from_secs(30), || {
                let oldest = figure(&client, "tnld_undelivered_alert_seconds ");
                let away = figure(&client, &format!("tnld_relay_state{{relay=\"{}\"}} ", server.address()));
                (oldest > 1.0 && away > 0.0).then_some(())
            });
        }
        {
            let program = at(AWAY - 60);
            let client = program.client(&token);
            let ready = client.get("/readyz").expect(200);
            let oldest = ready["undelivered_alert_seconds"].as_f64().unwrap();
            assert!((500.0..700.0).contains(&oldest), "{oldest}");
            assert!(figure(&client, "tnld_undelivered_alert_seconds ") > 500.0);
        }
        assert_eq!(server.count(), 0);
        server.behave(Behaviour::Accept);
        let recovered = Instant::now();
        let program = at(AWAY);
        let client = program.client(&token);
        eventually(Duration::from_secs(RECOVERED_WITHIN.unsigned_abs()), || {
            (figure(&client, "tnld_outbox_depth ") == 0.0).then_some(())
        });
        println!("all {:?} after recovery", recovered.elapsed());

        // Three addresses hear of each death, each once.
        let mut told = BTreeMap::<(String, String), usize>::new();
        for received in server.received() {
            let mail = Mail::parse(&received.data);
            let about = receipts.iter().find(|receipt| mail.header("subject").contains(*receipt));
            let about = about.expect("a mail is about one of them").clone();
            *told.entry((received.to[0].clone(), about)).or_default() += 1;
        }
        assert_eq!((receipts.len(), told.len()), (DEATHS, 3 * DEATHS));
        assert!(told.values().all(|count| *count == 1));
        each_once(&server, 3 * DEATHS);
    }
}

#[test]
fn two_processes_deliver_two_thousand_messages_once_each() {
    let db = Db::postgres();
    let sink = Sink::start();
    let settings = [("TNLD_SMTP_URL", sink.url())];
    let settings = settings
        .each_ref()
        .map(|(key, value)| (*key, value.as_str()));
    let programs = [
        Program::start(&db, &settings),
        Program::start(&db, &settings),
    ];
    let rows: Vec<NewMessage> = (0..2_000)
        .map(|n| {
            let id = MessageId::generate();
            NewMessage {
                dedup_key: id.to_string(),
                id,
                alert_id: None,
                case_id: None,
                channel: Channel::Email,
                contact: None,
                priority: Priority::of_rank(n % 3),
                recipient: format!("a@d{}.test", n % 50),
                payload: Sealed::from(outbox::payload(&a_notice()).unwrap()),
                noted_at: Clock::default().now(),
            }
        })
        .collect();
    let noted = db.connect().write(|tx| {
        rows.chunks(500)
            .try_for_each(|rows| outbox::enqueue(tx, rows.to_vec()).map(drop))
    });
    noted.unwrap();
    sink.wait_for(2_000, Duration::from_secs(60));
    let sent = eventually(Duration::from_secs(10), || {
        let sent = programs.each_ref().map(|program| {
            figure(
                &program.client(""),
                "tnld_mail_attempts_total{outcome=\"sent\"} ",
            )
        });
        (sent[0] + sent[1] == 2_000.0).then_some(sent)
    });
    assert!(
        sent.iter().all(|count| *count > 0.0),
        "both take part: {sent:?}"
    );
    each_once(&sink, 2_000);
}
