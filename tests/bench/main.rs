//! Measures how fast and how small the program is, against limits taken in the same run.
//!
//! ```text
//! cargo bench --bench bench -- [declare-postgres|declare-sqlite|files|mail|queue|same|search|start|all] [--quick]
//! cargo bench --bench bench -- search --rows=20000
//! cargo bench --bench bench -- generate sqlite:/tmp/large.db 1000000
//! ```
//!
//! A service on a generated database needs its key: `TNLD_MASTER_KEYS` as in `service.rs`.
//!
//! Everything runs on loopback, with throw-away databases: SQLite files, and a PostgreSQL cluster of
//! its own (the server's programs must be installed; `tests/run` installs them). The exit status is 1
//! where a bar was missed. Absolute figures depend on machine and minute; the ratios do not.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on should stop"
)]

#[path = "../it/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "shared with the tests, which use the rest"
)]
mod support;

mod bodies;
mod declare;
mod directory;
mod files;
mod generate;
mod load;
mod mail;
mod queue;
mod report;
mod rows;
mod same;
mod search;
mod service;
mod start;
mod words;

use std::process::ExitCode;

use report::Report;

/// What is measured, and how thoroughly.
#[derive(Clone, Copy)]
struct Plan {
    /// Fewer rounds, a smaller queue: to see that everything works.
    quick: bool,
    /// How many cases the queue and the search are measured with, where it was said.
    rows: Option<u64>,
}

type Part = (&'static str, fn(Plan, &mut Report));

const PARTS: [Part; 8] = [
    ("declare-postgres", declare::postgres),
    ("declare-sqlite", declare::sqlite),
    ("files", files::measure),
    ("mail", mail::measure),
    ("queue", queue::measure),
    ("same", same::measure),
    ("search", search::measure),
    ("start", start::measure),
];

fn main() -> ExitCode {
    // `cargo bench` adds its own `--bench`.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    if let [command, max_group] = arguments.as_slice()
        && command == service::COMMAND
    {
        service::serve(max_group.parse().unwrap());
        return ExitCode::SUCCESS;
    }

    if let [command, url, count] = arguments.as_slice()
        && command == "generate"
    {
        queue::fill(&support::Db::at(url.clone()), count.parse().unwrap());
        return ExitCode::SUCCESS;
    }

    let rows = arguments
        .iter()
        .find_map(|text| text.strip_prefix("--rows="))
        .map(|count| count.parse().unwrap());
    let plan = Plan {
        rows,
        quick: arguments.iter().any(|argument| argument == "--quick"),
    };
    let named: Vec<&String> = arguments
        .iter()
        .filter(|text| !text.starts_with("--"))
        .collect();
    let is_known = |name: &str| name == "all" || PARTS.iter().any(|(part, _)| *part == name);
    if let Some(unknown) = named.iter().find(|name| !is_known(name)) {
        eprintln!(
            "{unknown:?} is not measured; say declare-postgres, declare-sqlite, files, mail, queue, same, search, start or all, \
             and --quick or --rows=COUNT"
        );
        return ExitCode::from(2);
    }
    let all = named.is_empty() || named.iter().any(|name| *name == "all");

    let mut report = Report::default();
    for (name, measure) in PARTS {
        if all || named.iter().any(|wanted| *wanted == name) {
            measure(plan, &mut report);
        }
    }
    report.close()
}
