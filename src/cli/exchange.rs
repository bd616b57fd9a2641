//! `tnld authorities` and `tnld rules`: tables in and out, all rows or none.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Failure, open, print, read};
use crate::{
    config::Config,
    service::{
        directory::{self, ImportError},
        rules,
    },
    store::places,
    wording::{cli, directory::directory_fault_line, rules::rule_fault},
};

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
    match directory::import(&mut conn, &places, &csv) {
        Ok(done) => print(
            &cli::AUTHORITIES_IMPORTED
                .said()
                .with("added", done.added)
                .with("updated", done.updated)
                .with("unchanged", done.unchanged)
                .lines(),
        ),
        Err(ImportError::Rows(faults)) => refuse(&file, &lines(&faults), faults.len()),
        Err(ImportError::Failed(why)) => Err(why.into()),
    }
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
    match rules::import(&mut conn, &csv)? {
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

fn lines(faults: &[directory::RowFault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

fn refuse(file: &Path, faults: &str, count: usize) -> Result<(), Failure> {
    print(faults)?;
    let said = cli::NOTHING_IMPORTED.said().with("count", count);
    Err(said.with("file", file.display()).into())
}
