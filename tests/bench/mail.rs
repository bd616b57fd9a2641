//! From a receipt to the mail server's acceptance, and how fast a backlog leaves.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use diesel::{QueryDsl, RunQueryDsl};
use serde_json::Value;
use tnld::store::schema::outbox;

use crate::{
    Plan,
    bodies::Establishments,
    declare::{COMMUNES, POSTGRES, database_on},
    load::{self, Load},
    report::{Bar, Report, ms, percentile},
    service::{self, Resting},
    support::{
        Db,
        cluster::Cluster,
        mailbox::Mail,
        program::eventually,
        smtp::{Received, Sink},
    },
};

/// Declarations a second while the delay is measured.
const RATE: f64 = 50.0;
/// Labour authority (two addresses) and police.
const MAILS_EACH: usize = 3;

/// Both databases.
pub fn measure(plan: Plan, report: &mut Report) {
    let cluster = Cluster::start_with(POSTGRES);
    let sqlite = || {
        let db = Db::empty_sqlite();
        db.tnld(&["migrate"]).ok();
        db
    };
    delay("SQLite", &sqlite(), plan, report);
    delay("PostgreSQL", &database_on(&cluster, "delay"), plan, report);
    backlog("SQLite", &sqlite(), plan, report);
    backlog(
        "PostgreSQL",
        &database_on(&cluster, "backlog"),
        plan,
        report,
    );
}

fn delay(name: &str, db: &Db, plan: Plan, report: &mut Report) {
    report.heading(&format!(
        "From 201 to SMTP acceptance on {name}, {RATE} declarations/s"
    ));
    db.with_authorities();
    let sink = Sink::start();
    let program = service::start(db, &sink.url());
    let load = Load {
        connections: 8,
        warm_up: Duration::from_secs(1),
        measured: Duration::from_secs(if plan.quick { 3 } else { 10 }),
        rate: Some(RATE),
    };
    let requests = Establishments::issue(db, 8).requests(&COMMUNES);
    let outcome = load::run(program.address(), load, &requests);

    let receipts: HashMap<String, Instant> = outcome
        .answers
        .iter()
        .map(|answer| {
            assert_eq!(answer.status, 201);
            let body: Value = serde_json::from_slice(&answer.body).unwrap();
            (body["receipt_no"].as_str().unwrap().to_owned(), answer.at)
        })
        .collect();
    let delays = eventually(Duration::from_secs(20), || {
        let delays = delays(&sink.received(), &receipts);
        (delays.len() == MAILS_EACH * receipts.len()).then_some(delays)
    });
    report.figure("declarations", receipts.len());
    report.figure("mails", delays.len());
    report.figure("p50 ms", format!("{:.1}", percentile(&delays, 0.5)));
    report.bar(
        &format!("{name}: 201 to acceptance, p99"),
        percentile(&delays, 0.99),
        "ms",
        Bar::AtMost(100.0),
    );
}

/// How long after its receipt each mail was accepted, in milliseconds; 0 where it was earlier.
fn delays(mails: &[Received], receipts: &HashMap<String, Instant>) -> Vec<f64> {
    mails
        .iter()
        .filter_map(|received| {
            let subject = Mail::parse(&received.data).header("subject");
            let answered = receipts
                .iter()
                .find_map(|(receipt, at)| subject.contains(receipt).then_some(*at))?;
            Some(ms(received.at.saturating_duration_since(answered)))
        })
        .collect()
}

fn backlog(name: &str, db: &Db, plan: Plan, report: &mut Report) {
    let mails = if plan.quick { 2_000 } else { 10_000 };
    report.heading(&format!("A backlog of {mails} mails on {name}"));
    db.with_authorities();
    let requests = Establishments::issue(db, 32).requests(&COMMUNES);
    {
        let resting = Resting::start();
        let mut program = service::start(db, &resting.url());
        let burst = Load {
            connections: 32,
            warm_up: Duration::ZERO,
            measured: Duration::from_millis(500),
            rate: None,
        };
        // A few more, for the first process dies with some mails in its hands.
        while waiting(db) < mails as i64 + 200 {
            load::run(program.address(), burst, &requests);
        }
        program.kill_hard();
    }
    report.figure("mails that wait", waiting(db));
    let sink = Sink::start();
    let _program = service::start(db, &sink.url());
    let received = sink.wait_for(mails, Duration::from_secs(120));
    let took = received[mails - 1].at - received[0].at;
    let rate = mails as f64 / took.as_secs_f64();
    report.bar(
        &format!("{name}: backlog, mails"),
        rate,
        "/s",
        Bar::AtLeast(500.0),
    );
}

fn waiting(db: &Db) -> i64 {
    outbox::table.count().get_result(&mut db.connect()).unwrap()
}
