//! `tnld authorities` and `tnld rules`: tables in and out, all rows or none.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Subcommand;
use data_encoding::HEXLOWER;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Failure, open, print, read, trace::Trace};
use crate::{
    config::Config,
    domain::{
        audit::{Action, ObjectKind},
        decide::World,
    },
    service::{
        directory::{self, ImportError},
        rules,
        world::Worlds,
    },
    store::{catalogues, conn::DbConn, places},
    time::{Clock, day_in_vietnam},
    wording::{cli, directory::directory_fault_line, rules::rule_fault},
};

/// Communes that a warning names.
const NAMED: usize = 5;

#[derive(Debug, Subcommand)]
pub(super) enum Exchange {
    #[command(about = cli::IMPORT.label())]
    Import {
        #[arg(help = cli::IMPORT_FILE.label())]
        file: PathBuf,
    },
    #[command(about = cli::EXPORT.label())]
    Export,
}

/// `tnld authorities import FILE`, `tnld authorities export`.
pub(super) fn authorities(action: Exchange) -> Result<(), Failure> {
    let config = Config::load()?;
    let Exchange::Import { file } = action else {
        let mut conn = open(&config)?;
        return print(&conn.read(directory::export)?);
    };
    let csv = read(&file)?;
    let mut conn = open(&config)?;
    let places = places::load(&mut conn)?;
    let trace = Trace::open(&mut conn, &config)?;
    let traced = |tx: &mut DbConn, done: directory::Imported| {
        let details = json!({"added": done.added, "updated": done.updated, "file": digest(&csv)});
        let object = (ObjectKind::Catalogue, catalogues::DIRECTORY);
        trace.note(tx, Action::ImportDirectory, object, details)
    };
    let before = conn.read(|tx| Worlds::new().now(tx))?;
    match directory::import(&mut conn, &places, &csv, traced) {
        Ok(done) => {
            print(
                &cli::AUTHORITIES_IMPORTED
                    .said()
                    .with("added", done.added)
                    .with("updated", done.updated)
                    .with("unchanged", done.unchanged)
                    .lines(),
            )?;
            let today = day_in_vietnam(Clock::with_offset(config.clock_offset).now());
            let after = conn.read(|tx| Worlds::new().now(tx))?;
            warn_of_uncovered(&after, &before, today);
            Ok(())
        }
        Err(ImportError::Rows(faults)) => refuse(&file, &lines(&faults), faults.len()),
        Err(ImportError::Failed(why)) => Err(why.into()),
    }
}

/// Says on standard error for which communes somebody who must be told of a grave accident is missing in
/// the directory as it now is, from today or from one of the next days of change on. What is imported stands.
fn warn_of_uncovered(after: &World, before: &World, today: NaiveDate) {
    let found = directory::uncovered(before, after, today);
    if found.all.is_empty() {
        return;
    }
    let named = if found.newly.is_empty() {
        &found.all
    } else {
        &found.newly
    };
    let shown: Vec<&str> = named.iter().take(NAMED).map(String::as_str).collect();
    let more = if named.len() > shown.len() {
        ", …"
    } else {
        ""
    };
    let said = cli::UNCOVERED
        .said()
        .with("count", found.all.len())
        .with("newly", found.newly.len())
        .with("names", format!("{}{more}", shown.join("; ")));
    eprintln!("tnld: {said}");
}

/// `tnld rules import FILE`, `tnld rules export`.
pub(super) fn rules(action: Exchange) -> Result<(), Failure> {
    let config = Config::load()?;
    let Exchange::Import { file } = action else {
        let mut conn = open(&config)?;
        return print(&conn.read(rules::export)?);
    };
    let csv = read(&file)?;
    let mut conn = open(&config)?;
    let trace = Trace::open(&mut conn, &config)?;
    let traced = |tx: &mut DbConn, rows: usize| {
        let details = json!({"rows": rows, "file": digest(&csv)});
        let object = (ObjectKind::Catalogue, catalogues::LAW);
        trace.note(tx, Action::ImportRules, object, details)
    };
    match rules::import(&mut conn, &csv, traced)? {
        rules::Imported::Rows(count) => {
            print(&cli::RULES_IMPORTED.said().with("count", count).lines())
        }
        rules::Imported::Refused(faults) => {
            let mut text = String::new();
            for fault in &faults {
                let words = rule_fault(fault.fault.as_str())
                    .ok_or_else(|| cli::NO_WORDS.said().with("code", fault.fault))?;
                text.push_str(&directory_fault_line(fault.line, &fault.column, "", words));
                text.push('\n');
            }
            refuse(&file, &text, faults.len())
        }
    }
}

/// The file by its SHA-256, so that it can be told later which one it was.
fn digest(file: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(file))
}

fn lines(faults: &[directory::RowFault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

fn refuse(file: &Path, faults: &str, count: usize) -> Result<(), Failure> {
    print(faults)?;
    let said = cli::NOTHING_IMPORTED.said().with("count", count);
    Err(said.with("file", file.display()).into())
}
