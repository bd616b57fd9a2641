//! `tnld authorities` and `tnld rules`: tables in and out, all rows or none.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Failure, open, print};
use crate::{
    config::Config,
    error::AppError,
    service::{
        directory::{self, ImportError},
        rules,
    },
    store::places,
    wording::{directory::directory_fault_line, rules::rule_fault},
};

#[derive(Debug, Subcommand)]
pub(super) enum Exchange {
    /// Load a CSV file: all rows or none; bad rows go to standard output, one a line
    Import {
        /// The file
        file: PathBuf,
    },
    /// Write the same form to standard output
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
    match conn.write(|tx| directory::import(tx, &places, &csv)) {
        Ok(done) => print(&format!(
            "{} added, {} updated, {} unchanged\n",
            done.added, done.updated, done.unchanged
        )),
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
    let csv = String::from_utf8(read(&file)?)
        .map_err(|why| Failure::because(file.display(), why.utf8_error()))?;
    let mut conn = open(&config)?;
    match conn.write::<_, AppError>(|tx| rules::import(tx, &csv))? {
        rules::Imported::Rows(count) => print(&format!("{count} added or replaced\n")),
        rules::Imported::Refused(faults) => {
            let mut text = String::new();
            for fault in &faults {
                let words = rule_fault(fault.fault.as_str())
                    .ok_or_else(|| Failure::Other(format!("no words for {}", fault.fault)))?;
                // Line 0 is the file as a whole; nobody has a file of more lines than fit.
                let line = usize::try_from(fault.line).unwrap_or(usize::MAX);
                text.push_str(&directory_fault_line(line, &fault.column, "", words));
                text.push('\n');
            }
            refuse(&file, &text, faults.len())
        }
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|why| Failure::because(file.display(), why))
}

fn lines(faults: &[directory::RowFault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

fn refuse(file: &Path, faults: &str, count: usize) -> Result<(), Failure> {
    print(faults)?;
    Err(Failure::Other(format!(
        "{}: {count} fault(s); nothing was imported",
        file.display()
    )))
}
