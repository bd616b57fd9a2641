//! The queue and the page of a case, over HTTP, with a million cases in the database.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tnld::time::{Clock, rfc3339_in_vietnam};

use crate::{
    Plan,
    bodies::{self, PATH},
    declare::{POSTGRES, database_on},
    generate::{self, BIG_PROVINCE},
    load::{self, Answered},
    report::{Bar, Report, percentile, short},
    service,
    support::{Db, Program, cluster::Cluster, program::eventually, smtp::Sink},
};

/// Pages of 50.
pub const PAGE: &str = "/api/v1/cases?limit=50";
/// The small database that the large one is compared with.
pub const FEW: u64 = 10_000;
/// The page that is measured far down, where there are so many.
const FAR: usize = 500;
/// A ratio between figures below this says nothing.
pub const MILLISECONDS_THAT_COUNT: f64 = 3.0;

/// Both databases.
pub fn measure(plan: Plan, report: &mut Report) {
    {
        let few = filled(Db::empty_sqlite(), FEW, None);
        let many = filled(
            Db::empty_sqlite(),
            many_cases(plan),
            Some(("SQLite", report)),
        );
        compare("SQLite", &few, &many, plan, report);
    }
    let cluster = Cluster::start_with(POSTGRES);
    let few = filled(database_on(&cluster, "few"), FEW, None);
    let many = database_on(&cluster, "many");
    let many = filled(many, many_cases(plan), Some(("PostgreSQL", report)));
    compare("PostgreSQL", &few, &many, plan, report);
}

/// `db`, filled with `count` cases.
pub fn filled(db: Db, count: u64, report: Option<(&str, &mut Report)>) -> Db {
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

/// A service on a large or small database, and who asks it.
pub struct Desk {
    program: Program,
    pub inspector: String,
    pub ministry: String,
    _sink: Sink,
}

impl Desk {
    pub fn open(db: &Db) -> Self {
        let sink = Sink::start();
        Self {
            program: service::start(db, &sink.url()),
            inspector: db.token("inspector", &["--province", BIG_PROVINCE]),
            ministry: db.token("ministry", &[]),
            _sink: sink,
        }
    }

    /// Asks `times` on one connection; how long each took in milliseconds.
    pub fn ask(&self, token: &str, times: usize, path: impl Fn(usize) -> String) -> Vec<f64> {
        let address = self.program.address();
        let request = |number, _: Option<&Answered>| load::get(&path(number), token);
        let answers = load::one_by_one(address, times, request);
        answers.iter().map(milliseconds).collect()
    }

    /// Walks down the inspector's queue, at most to the page [`FAR`]. The cursors of the pages after
    /// the first, and the ids of all cases seen.
    fn walk(&self) -> (Vec<String>, Vec<String>) {
        let (mut cursors, mut cases) = (Vec::<String>::new(), Vec::new());
        load::one_by_one(self.program.address(), FAR, |_, answer| {
            if let Some(answer) = answer {
                let page: Value = serde_json::from_slice(&answer.body).unwrap();
                let items = page["items"].as_array().unwrap().iter();
                cases.extend(items.map(|item| item["id"].as_str().unwrap().to_owned()));
                cursors.extend(page["next"].as_str().map(str::to_owned));
            }
            load::get(&page_after(cursors.last()), &self.inspector)
        });
        (cursors, cases)
    }
}

fn page_after(cursor: Option<&String>) -> String {
    cursor.map_or(PAGE.to_owned(), |cursor| format!("{PAGE}&cursor={cursor}"))
}

fn milliseconds(answer: &Answered) -> f64 {
    let body = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status, 200, "{body}");
    answer.took.as_secs_f64() * 1000.0
}

fn compare(name: &str, few: &Db, many: &Db, plan: Plan, report: &mut Report) {
    let times = if plan.quick { 100 } else { 400 };
    let (few, many) = (Desk::open(few), Desk::open(many));
    let (cursors, cases) = many.walk();
    let far = page_after(cursors.last());

    // In turns, so that both see the same minutes of the machine.
    let (mut first_of_few, mut first) = (vec![], vec![]);
    for _ in 0..8 {
        first_of_few.extend(few.ask(&few.inspector, times / 8, |_| PAGE.to_owned()));
        first.extend(many.ask(&many.inspector, times / 8, |_| PAGE.to_owned()));
    }
    let mut bar = |what: &str, took: &[f64]| {
        report.figure(&format!("{what}, p50 ms"), short(percentile(took, 0.5)));
        let name = format!("{name}: {what}, p95");
        report.bar(&name, percentile(took, 0.95), "ms", Bar::AtMost(10.0));
    };
    bar("first page", &first);
    let far = many.ask(&many.inspector, times, |_| far.clone());
    bar(&format!("page {}", cursors.len() + 1), &far);
    let case = |number: usize| format!("/api/v1/cases/{}", cases[number * 61 % cases.len()]);
    bar("case page", &many.ask(&many.inspector, times, case));
    bar(
        "first page of the ministry",
        &many.ask(&many.ministry, times, |_| PAGE.to_owned()),
    );
    let newest = |_| format!("{PAGE}&sort=-received");
    bar("newest first", &many.ask(&many.inspector, times, newest));
    let mut page = |what: &str, path: &str| {
        let took = many.ask(&many.inspector, times, |_| path.to_owned());
        let name = format!("{name}: {what}, p95");
        report.bar(&name, percentile(&took, 0.95), "ms", Bar::AtMost(60.0));
    };
    page("page of the desk", "/desk");
    page("page of the desk, overdue", "/desk?view=overdue");
    page("page of the desk, nobody's", "/desk?view=unassigned");

    let of_few = percentile(&first_of_few, 0.95);
    report.figure(
        &format!("first page with {FEW} cases, p95 ms"),
        short(of_few),
    );
    let ratio = percentile(&first, 0.95) / of_few;
    if percentile(&first, 0.95) > MILLISECONDS_THAT_COUNT {
        report.bar(
            &format!("{name}: first page, many / few"),
            ratio,
            "",
            Bar::AtMost(1.5),
        );
    } else {
        report.figure("ratio (counts above 3 ms only)", short(ratio));
    }
}

pub fn many_cases(plan: Plan) -> u64 {
    plan.rows
        .unwrap_or(if plan.quick { 50_000 } else { 1_000_000 })
}
