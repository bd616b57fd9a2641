//! Search by words over HTTP on PostgreSQL, with a million cases in the database.
//!
//! The bar is 25 ms. Beside it stands a limit of the same run: what the first page of the queue takes there, which
//! reads as many lines, and what the same questions take in a small database.

use crate::{
    Plan,
    declare::{POSTGRES, database_on},
    queue::{Desk, FEW, MILLISECONDS_THAT_COUNT, PAGE, filled, many_cases},
    report::{Bar, Report, percentile, short},
    support::{Db, cluster::Cluster},
    words,
};

/// Milliseconds that a search may take, in 95 of 100 cases.
const BAR: f64 = 25.0;

/// A kind of question: what is measured, and how the question of a number reads.
type Kind = (&'static str, fn(usize) -> String);

const KINDS: [Kind; 9] = [
    ("full name", |number| words::name(number * 7919).join(" ")),
    ("name, last word begun, other order", |number| {
        let [family, middle, given] = words::name(number * 7919);
        format!("{given} {middle} {}", &family[..2])
    }),
    ("given name", |number| {
        words::name(number * 7919)[2].to_owned()
    }),
    ("establishment", |number| words::firm(number * 104_729)),
    ("two letters", |number| {
        words::name(number * 7919)[2][..2].to_owned()
    }),
    ("place", |_| "thai nguyen".to_owned()),
    ("name and place of another province", |number| {
        format!("{} ha noi", words::name(number * 7919).join(" "))
    }),
    ("number", |number| {
        format!("0000 {:04}", number * 7919 % 10_000)
    }),
    ("nothing there", |number| format!("khong co {number} zz")),
];

/// PostgreSQL only: SQLite serves what one office has.
pub fn measure(plan: Plan, report: &mut Report) {
    let cluster = Cluster::start_with(POSTGRES);
    let few = filled(database_on(&cluster, "few"), FEW, None);
    let many = database_on(&cluster, "many");
    let many = filled(many, many_cases(plan), Some(("PostgreSQL", report)));
    compare(&few, &many, plan, report);
}

fn compare(few: &Db, many: &Db, plan: Plan, report: &mut Report) {
    let times = if plan.quick { 40 } else { 200 };
    let (few, many) = (Desk::open(few), Desk::open(many));
    report.heading("Search");
    let (mut all, mut all_of_few) = (Vec::new(), Vec::new());
    let mut pages = Vec::new();
    for (what, question) in KINDS {
        let path = |number: usize| {
            let q: String =
                url::form_urlencoded::byte_serialize(question(number).as_bytes()).collect();
            format!("/api/v1/cases/search?limit=50&q={q}")
        };
        // In turns, so that all see the same minutes of the machine.
        let (mut inspector, mut ministry, mut small) = (Vec::new(), Vec::new(), Vec::new());
        for turn in 0..4 {
            let at = |number: usize| path(number + turn * times / 4);
            inspector.extend(many.ask(&many.inspector, times / 4, at));
            ministry.extend(many.ask(&many.ministry, times / 4, at));
            small.extend(few.ask(&few.inspector, times / 4, at));
            pages.extend(many.ask(&many.inspector, times / 4, |_| PAGE.to_owned()));
        }
        for (who, took) in [("inspector", &inspector), ("ministry", &ministry)] {
            let name = format!("{what}, {who}: p50 and p95 ms");
            let figures = [0.5, 0.95].map(|share| short(percentile(took, share)));
            report.figure(&name, figures.join("  "));
            all.extend(took);
        }
        all_of_few.extend(small);
    }
    let p95 = percentile(&all, 0.95);
    report.bar("PostgreSQL: search, p95", p95, "ms", Bar::AtMost(BAR));
    let page = percentile(&pages, 0.95);
    report.figure(
        "first page of the queue in the same run, p95 ms",
        short(page),
    );
    let few_p95 = percentile(&all_of_few, 0.95);
    report.figure(&format!("search with {FEW} cases, p95 ms"), short(few_p95));
    if p95 > MILLISECONDS_THAT_COUNT {
        report.bar(
            "PostgreSQL: search, in first pages of the queue",
            p95 / page,
            "",
            Bar::AtMost(5.0),
        );
        report.bar(
            "PostgreSQL: search, many / few",
            p95 / few_p95,
            "",
            Bar::AtMost(5.0),
        );
    } else {
        report.figure(
            "ratio to the queue (counts above 3 ms only)",
            short(p95 / page),
        );
    }
}
