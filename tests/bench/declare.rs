//! Declarations a second, from 32 connections, each answered after its commit is durable.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use diesel::{ExpressionMethods, RunQueryDsl};
use tnld::store::conn::DbConn;

use crate::{
    Plan,
    bodies::Establishments,
    load::{self, Load},
    report::{Bar, Report, all, median, percentile},
    rows,
    service::{self, Resting, USUAL_GROUP},
    support::{Db, Program, cluster::Cluster, smtp::Sink},
};

const CONNECTIONS: usize = 32;

/// Communes of the contract's directory, where labour authority and police are known.
pub const COMMUNES: [&str; 4] = ["02008", "22015", "22045", "25270"];

/// The cluster's settings, those of the first measurements: memory for a small server, and every
/// commit durable.
pub const POSTGRES: &str = "-c shared_buffers=1GB -c synchronous_commit=on -c fsync=on \
    -c max_wal_size=4GB -c checkpoint_timeout=15min -c work_mem=64MB -c maintenance_work_mem=512MB";

fn load(plan: Plan) -> Load {
    Load {
        connections: CONNECTIONS,
        warm_up: Duration::from_secs(1),
        measured: Duration::from_secs(if plan.quick { 2 } else { 5 }),
        rate: None,
    }
}

fn rounds(plan: Plan) -> usize {
    if plan.quick { 3 } else { 5 }
}

/// A new database on the cluster, with schema, units and rules.
pub fn database_on(cluster: &Cluster, name: &str) -> Db {
    DbConn::open(&cluster.url("postgres"))
        .unwrap()
        .execute_sql(&format!("CREATE DATABASE {name}"))
        .unwrap();
    let db = Db::at(cluster.url(name));
    db.tnld(&["migrate"]).ok();
    db
}

/// On PostgreSQL, beside `pgbench` with the same rows.
pub fn postgres(plan: Plan, report: &mut Report) {
    report.heading("Declarations on PostgreSQL, 32 connections");
    let cluster = Cluster::start_with(POSTGRES);
    let db = database_on(&cluster, "declare");
    db.with_authorities();
    let requests = Establishments::issue(&db, CONNECTIONS).requests(&COMMUNES);
    let resting = Resting::start();
    let sink = Sink::start();
    let empty = || {
        // What may only be added to cannot be emptied either, but by who owns the tables.
        let of_ours = [
            "declarations",
            "supplements",
            "case_events",
            "delivery_attempts",
            "audit_entries",
        ];
        let triggers = |what: &str| -> String {
            let one = |table| format!("ALTER TABLE {table} {what} TRIGGER USER;");
            of_ours.iter().map(one).collect()
        };
        let mut conn = db.connect();
        conn.execute_sql(&triggers("DISABLE")).unwrap();
        conn.execute_sql("TRUNCATE cases, outbox, alarms, audit_entries CASCADE; CHECKPOINT")
            .unwrap();
        conn.execute_sql(&triggers("ENABLE")).unwrap();
    };
    // The script is made of what a declaration leaves: of a first one, declared for this.
    let rows = {
        let mut program = service::start(&db, &resting.url());
        load::one_by_one(program.address(), 3, |number, _| requests(0, number));
        program.kill_hard();
        rows::of_newest_declaration(&mut db.connect())
    };
    report.figure("rows of one declaration", rows::counted(&rows));
    let (script, values) = rows::pgbench(&rows);
    let file = db.folder().join("declare.sql");
    std::fs::write(&file, script).unwrap();

    let (mut ours, mut limits, mut sending, mut p99) = (vec![], vec![], vec![], vec![]);
    for round in 0..rounds(plan) {
        empty();
        {
            let mut program = service::start(&db, &resting.url());
            let outcome = load::run(program.address(), load(plan), &requests);
            // What it holds of mails that hang would only delay its end.
            program.kill_hard();
            ours.push(outcome.per_second(201));
            p99.push(percentile(&outcome.milliseconds(), 0.99));
        }
        empty();
        {
            let mut program = service::start(&db, &sink.url());
            let outcome = load::run(program.address(), load(plan), &requests);
            sending.push(outcome.per_second(201));
            program.kill_hard();
        }
        empty();
        limits.push(pgbench(&cluster, &db, plan, round, &values));
    }
    let ratios: Vec<f64> = ours.iter().zip(&limits).map(|(o, l)| o / l).collect();
    let while_sending: Vec<f64> = sending.iter().zip(&limits).map(|(o, l)| o / l).collect();
    report.figure("declarations/s, mail at rest", all(&ours));
    report.figure("declarations/s while all mails leave", all(&sending));
    report.figure(
        "pgbench -M prepared, one INSERT for each row, tps",
        all(&limits),
    );
    report.figure("p99 ms, mail at rest", all(&p99));
    report.figure("ratio while all mails leave", all(&while_sending));
    report.figure("ratios", all(&ratios));
    let ratio = median(&ratios);
    report.bar(
        "PostgreSQL: declarations / pgbench",
        ratio,
        "",
        Bar::AtLeast(0.7),
    );
}

/// Transactions per second of the same rows.
fn pgbench(cluster: &Cluster, db: &Db, plan: Plan, round: usize, values: &[String]) -> f64 {
    let seconds = load(plan).measured.as_secs().to_string();
    let mut command = Command::new(cluster.program("pgbench"));
    command
        .args([
            "-n", "-M", "prepared", "-c", "32", "-j", "2", "-T", &seconds,
        ])
        .arg("-f")
        .arg(db.folder().join("declare.sql"))
        .arg("-D")
        .arg(format!("n={}", 1_000_000_000 * (round + 1)))
        .stdin(Stdio::null());
    for value in values {
        command.arg("-D").arg(value);
    }
    let done = command.arg(db.url()).output().unwrap();
    let (stdout, stderr) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    let tps = stdout
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .and_then(|rest| rest.split(' ').next())
        .and_then(|number| number.parse().ok());
    match tps {
        Some(tps) if done.status.success() => tps,
        _ => panic!("pgbench: {stdout}{stderr}"),
    }
}

/// On SQLite, with and without shared commits.
pub fn sqlite(plan: Plan, report: &mut Report) {
    report.heading("Declarations on SQLite (synchronous=FULL), 32 connections");
    let template = Db::empty_sqlite();
    template.tnld(&["migrate"]).ok();
    template.with_authorities();
    let requests = Establishments::issue(&template, CONNECTIONS).requests(&COMMUNES);
    let copy = || {
        let db = Db::empty_sqlite();
        std::fs::copy(template.sqlite_file().unwrap(), db.sqlite_file().unwrap()).unwrap();
        db
    };
    let resting = Resting::start();
    let sink = Sink::start();
    let rows = {
        let db = copy();
        let mut program = service::start(&db, &resting.url());
        load::one_by_one(program.address(), 3, |number, _| requests(0, number));
        program.kill_hard();
        let rows = rows::of_newest_declaration(&mut db.connect());
        report.figure("rows of one declaration", rows::counted(&rows));
        rows
    };
    let serve = |url: &str, max_group: usize| {
        let db = copy();
        let mut program = service::start_with_group(&db, url, max_group);
        let outcome = load::run(program.address(), load(plan), &requests);
        let group = mean_group(&program);
        program.kill_hard();
        (outcome.per_second(201), outcome.milliseconds(), group)
    };

    let (mut grouped, mut single, mut loops, mut grouped_loops) = (vec![], vec![], vec![], vec![]);
    let (mut sending, mut p99, mut groups) = (vec![], vec![], vec![]);
    for _ in 0..rounds(plan) {
        let (rate, took, group) = serve(&resting.url(), USUAL_GROUP);
        grouped.push(rate);
        p99.push(percentile(&took, 0.99));
        groups.push(group);
        single.push(serve(&resting.url(), 1).0);
        sending.push(serve(&sink.url(), USUAL_GROUP).0);
        loops.push(bare_loop(&copy(), &rows, 1, plan));
        grouped_loops.push(bare_loop(&copy(), &rows, CONNECTIONS, plan));
    }
    report.figure("declarations/s, mail at rest", all(&grouped));
    report.figure("writes in one commit, mean", all(&groups));
    report.figure(
        "the same service, one declaration for each commit",
        all(&single),
    );
    report.figure("declarations/s while all mails leave", all(&sending));
    report.figure("bare loop in SQLite, one for each commit", all(&loops));
    report.figure(
        "bare loop in SQLite, 32 for each commit",
        all(&grouped_loops),
    );
    report.figure("p99 ms, mail at rest", all(&p99));
    let ratio = |limits: &[f64]| median(&grouped) / median(limits);
    report.figure(
        "ratio to the bare loop, one for each commit",
        format!("{:.2}", ratio(&loops)),
    );
    report.figure(
        "ratio to the bare loop, 32 for each commit",
        format!("{:.2}", ratio(&grouped_loops)),
    );
    report.bar(
        "SQLite: shared commits / one for each commit",
        ratio(&single),
        "",
        Bar::AtLeast(1.8),
    );
}

/// Mean number of writes that shared a commit, as the service counts it.
fn mean_group(program: &Program) -> f64 {
    let metrics = program.client("").get("/metrics").text;
    let figure = |name: &str| -> f64 {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name));
        line.map_or(0.0, |value| value.trim().parse().unwrap())
    };
    figure("tnld_db_commit_group_sum ") / figure("tnld_db_commit_group_count ").max(1.0)
}

diesel::table! {
    declared (id) {
        id -> Text,
    }
}

/// Declarations a second that SQLite itself writes, `group` for each commit, in a loop that does
/// nothing else.
fn bare_loop(db: &Db, rows: &[rows::Row], group: usize, plan: Plan) -> f64 {
    let mut conn = db.connect();
    rows::know_master_key(&mut conn, rows);
    conn.execute_sql(&rows::trigger(rows)).unwrap();
    let duration = Duration::from_secs(if plan.quick { 1 } else { 3 });
    let begun = Instant::now();
    let mut number = 100_000_000_000_u64;
    while begun.elapsed() < duration {
        conn.write(|tx| {
            for _ in 0..group {
                number += 1;
                diesel::insert_into(declared::table)
                    .values(declared::id.eq(number.to_string()))
                    .execute(tx)?;
            }
            diesel::QueryResult::Ok(())
        })
        .unwrap();
    }
    (number - 100_000_000_000) as f64 / begun.elapsed().as_secs_f64()
}
