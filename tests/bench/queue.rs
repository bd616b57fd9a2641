//! The queue and the page of a case, over HTTP, with a million cases in the database.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tnld::time::{Clock, rfc3339_in_vietnam};

use crate::{
    Plan,
    bodies::{self, PATH},
    declare::{POSTGRES, database_on},
    generate::{self, BIG_PROVINCE},
    load::{self, Answered},
    report::{Bar, Report, percentile},
    service,
    support::{Db, cluster::Cluster, program::eventually, smtp::Sink},
};

/// Pages of 50.
const PAGE: &str = "/api/v1/cases?limit=50";
/// The page that is measured far down, where there are so many.
const FAR: usize = 500;
/// A ratio between figures below this says nothing.
const MILLISECONDS_THAT_COUNT: f64 = 3.0;

/// Both databases.
pub fn measure(plan: Plan, report: &mut Report) {
    let many = if plan.quick { 50_000 } else { 1_000_000 };
    {
        let few = figures(&filled(Db::empty_sqlite(), 10_000, None), plan);
        let db = filled(Db::empty_sqlite(), many, Some(("SQLite", report)));
        compare("SQLite", &few, &figures(&db, plan), report);
    }
    let cluster = Cluster::start_with(POSTGRES);
    let few = figures(&filled(database_on(&cluster, "few"), 10_000, None), plan);
    let db = filled(
        database_on(&cluster, "many"),
        many,
        Some(("PostgreSQL", report)),
    );
    compare("PostgreSQL", &few, &figures(&db, plan), report);
}

/// `db` with `count` cases.
fn filled(db: Db, count: u64, report: Option<(&str, &mut Report)>) -> Db {
    let begun = Instant::now();
    fill(&db, count);
    if let Some((name, report)) = report {
        report.heading(&format!("Queue and case page on {name}, {count} cases"));
        let seconds = begun.elapsed().as_secs_f64();
        report.figure("seconds to generate them", format!("{seconds:.0}"));
    }
    db
}

/// Gives a database tables, the contract's directory and `count` cases.
pub fn fill(db: &Db, count: u64) {
    db.tnld(&["migrate"]).ok();
    db.with_authorities();
    declare_templates(db);
    generate::fill(&mut db.connect(), count);
}

/// Cases of several kinds, some already received by the inspector.
fn declare_templates(db: &Db) {
    let sink = Sink::start();
    let program = service::start(db, &sink.url());
    let establishment = db.token("employer", &["--tax-code", bodies::TAX_CODE]);
    let client = program.client(&establishment);
    let inspector = program.client(&db.token("inspector", &["--province", BIG_PROVINCE]));
    let moment = rfc3339_in_vietnam(Clock::default().now() - chrono::TimeDelta::minutes(40));
    for number in 0..12 {
        let mut body = bodies::two_dead(&moment, "02008", bodies::TAX_CODE, number);
        if number % 3 > 0 {
            // Two, or one, seriously injured.
            let injured = 3 - number % 3;
            let victims = body["victims"].as_array_mut().unwrap();
            victims.truncate(injured);
            for victim in victims {
                victim["outcome"] = json!("serious");
                victim.as_object_mut().unwrap().remove("death");
            }
            body["accident"]["casualties"]["dead"] = json!(0);
            body["accident"]["casualties"]["serious"] = json!(injured);
        }
        let answer = client.post(PATH, &body).expect(201);
        if number % 2 == 0 {
            let path = format!(
                "/api/v1/cases/{}/steps/receive",
                answer["case"]["id"].as_str().unwrap()
            );
            inspector
                .post(&path, &json!({ "seen_version": 1 }))
                .expect(200);
        }
    }
    // Everything that was noted has left.
    eventually(Duration::from_secs(20), || {
        let metrics = program.client("").get("/metrics").text;
        metrics.contains("\ntnld_outbox_depth 0\n").then_some(())
    });
}

/// 95th percentiles in milliseconds.
struct Figures {
    pages: usize,
    first: f64,
    far: f64,
    ministry: f64,
    newest: f64,
    case: f64,
}

fn figures(db: &Db, plan: Plan) -> Figures {
    let sink = Sink::start();
    let program = service::start(db, &sink.url());
    let address = program.address();
    let token = db.token("inspector", &["--province", BIG_PROVINCE]);
    let ministry = db.token("ministry", &[]);
    let times = if plan.quick { 100 } else { 400 };

    let (cursors, cases) = walk(address, &token);
    let far = cursors
        .last()
        .map_or(PAGE.to_owned(), |cursor| format!("{PAGE}&cursor={cursor}"));
    let p95 = |token: &str, path: &dyn Fn(usize) -> String| {
        let answers = load::one_by_one(address, times, |number, _| load::get(&path(number), token));
        let took: Vec<f64> = answers.iter().map(milliseconds).collect();
        percentile(&took, 0.95)
    };
    Figures {
        pages: cursors.len() + 1,
        first: p95(&token, &|_| PAGE.to_owned()),
        far: p95(&token, &|_| far.clone()),
        ministry: p95(&ministry, &|_| PAGE.to_owned()),
        newest: p95(&token, &|_| format!("{PAGE}&sort=-received")),
        case: p95(&token, &|number| {
            format!("/api/v1/cases/{}", cases[number * 61 % cases.len()])
        }),
    }
}

fn milliseconds(answer: &Answered) -> f64 {
    let body = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status, 200, "{body}");
    answer.took.as_secs_f64() * 1000.0
}

/// Walks down the queue, at most to the page [`FAR`]. The cursors of the pages after the first, and
/// the ids of all cases seen.
fn walk(address: SocketAddr, token: &str) -> (Vec<String>, Vec<String>) {
    let (mut cursors, mut cases) = (Vec::<String>::new(), Vec::new());
    while cursors.len() + 1 < FAR {
        let path = match cursors.last() {
            None => PAGE.to_owned(),
            Some(cursor) => format!("{PAGE}&cursor={cursor}"),
        };
        let answer = load::one_by_one(address, 1, |_, _| load::get(&path, token));
        let page: Value = serde_json::from_slice(&answer[0].body).unwrap();
        let items = page["items"].as_array().unwrap().iter();
        cases.extend(items.map(|item| item["id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => cursors.push(next.to_owned()),
            None => break,
        }
    }
    (cursors, cases)
}

fn compare(name: &str, few: &Figures, many: &Figures, report: &mut Report) {
    let most = Bar::AtMost(10.0);
    report.bar(&format!("{name}: first page, p95"), many.first, "ms", most);
    report.bar(
        &format!("{name}: page {}, p95", many.pages),
        many.far,
        "ms",
        most,
    );
    report.bar(&format!("{name}: case page, p95"), many.case, "ms", most);
    report.bar(
        &format!("{name}: first page of the ministry, p95"),
        many.ministry,
        "ms",
        most,
    );
    report.bar(
        &format!("{name}: newest first, p95"),
        many.newest,
        "ms",
        most,
    );
    report.figure(
        "first page with 10,000 cases, p95 ms",
        format!("{:.2}", few.first),
    );
    let ratio = many.first / few.first;
    if many.first > MILLISECONDS_THAT_COUNT {
        report.bar(
            &format!("{name}: first page, many / few"),
            ratio,
            "",
            Bar::AtMost(1.5),
        );
    } else {
        report.figure("ratio (counts above 3 ms only)", format!("{ratio:.2}"));
    }
}
