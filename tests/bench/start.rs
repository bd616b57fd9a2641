//! How soon the service is ready, how fast the national directory is read, and how much memory it takes.

use std::time::{Duration, Instant};

use tnld::{
    domain::place::UnitLevel,
    store::places,
    time::{Clock, day_in_vietnam},
};

use crate::{
    Plan,
    bodies::Establishments,
    declare::{POSTGRES, database_on},
    directory,
    load::{self, Load},
    report::{Bar, Report, all, median},
    service,
    support::{Db, cluster::Cluster, smtp::Sink},
};

/// Both databases.
pub fn measure(plan: Plan, report: &mut Report) {
    let sqlite = Db::empty_sqlite();
    sqlite.tnld(&["migrate"]).ok();
    start("SQLite", &sqlite, plan, report);
    let cluster = Cluster::start_with(POSTGRES);
    start("PostgreSQL", &database_on(&cluster, "start"), plan, report);
}

fn start(name: &str, db: &Db, plan: Plan, report: &mut Report) {
    report.heading(&format!(
        "Start and memory on {name}, with the national directory"
    ));
    let (file, rows) = directory::write(db);
    report.figure("authorities", rows);
    let begun = Instant::now();
    db.tnld(&["authorities", "import", file.to_str().unwrap()])
        .ok();
    let import = begun.elapsed().as_secs_f64();
    let import_name = format!("{name}: import of the national directory");
    if name == "SQLite" {
        report.bar(&import_name, import, "s", Bar::AtMost(5.0));
    } else {
        report.figure(&import_name, format!("{import:.2} s"));
    }

    let sink = Sink::start();
    let mut ready = Vec::new();
    for _ in 0..if plan.quick { 3 } else { 5 } {
        let begun = Instant::now();
        let _program = service::start(db, &sink.url());
        ready.push(begun.elapsed().as_secs_f64());
    }
    report.figure("seconds from start to ready", all(&ready));
    report.bar(
        &format!("{name}: ready after start"),
        median(&ready),
        "s",
        Bar::AtMost(1.0),
    );

    let establishments = Establishments::issue(db, 32);
    let program = service::start(db, &sink.url());
    std::thread::sleep(Duration::from_secs(3));
    let (idle, _) = service::memory(program.pid());
    report.bar(
        &format!("{name}: resident memory, idle"),
        idle,
        "MB",
        Bar::AtMost(60.0),
    );

    let communes = communes(db);
    let communes: Vec<&str> = communes.iter().map(String::as_str).collect();
    let load = Load {
        connections: 32,
        warm_up: Duration::ZERO,
        measured: Duration::from_secs(if plan.quick { 3 } else { 15 }),
        rate: None,
    };
    let outcome = load::run(program.address(), load, &establishments.requests(&communes));
    report.figure(
        "declarations/s meanwhile, mails leaving",
        format!("{:.0}", outcome.per_second(201)),
    );
    let (_, most) = service::memory(program.pid());
    report.bar(
        &format!("{name}: most resident memory under load"),
        most,
        "MB",
        Bar::AtMost(150.0),
    );
}

/// Every commune of today.
fn communes(db: &Db) -> Vec<String> {
    let places = db.connect().read(places::load).unwrap();
    let today = day_in_vietnam(Clock::default().now());
    let units = places.in_force(UnitLevel::Commune, today);
    units.map(|unit| unit.code.clone()).collect()
}
