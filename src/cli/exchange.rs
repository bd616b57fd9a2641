//! Import and export of the directory and of the law.

use std::{fs, path::Path};

use super::{Failure, open, print};
use crate::{
    config::Config,
    error::AppError,
    service::{
        directory::{self, ImportError},
        rules::{self, Imported},
    },
    store::{conn::DbConn, places},
};

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|why| Failure::because(format!("cannot read {}", file.display()), why))
}

fn database() -> Result<DbConn, Failure> {
    open(&Config::load()?)
}

/// Prints every bad row on standard output, and says that nothing was stored.
fn refused(faults: &[impl ToString]) -> Failure {
    let lines: String = faults.iter().map(|fault| fault.to_string() + "\n").collect();
    match print(&lines) {
        Ok(()) => Failure::Other(format!("{} fault(s); nothing was stored", faults.len())),
        Err(failure) => failure,
    }
}

/// `tnld authorities import FILE`.
pub fn import_authorities(file: &Path) -> Result<(), Failure> {
    let csv = read(file)?;
    let mut conn = database()?;
    let units = places::load(&mut conn)?;
    match conn.write(|tx| directory::import(tx, &units, &csv)) {
        Ok(done) => print(&format!(
            "{} added, {} updated, {} unchanged\n",
            done.added, done.updated, done.unchanged
        )),
        Err(ImportError::Rows(faults)) => Err(refused(&faults)),
        Err(ImportError::Failed(error)) => Err(error.into()),
    }
}

/// `tnld authorities export`.
pub fn export_authorities() -> Result<(), Failure> {
    print(&database()?.read(directory::export)?)
}

/// `tnld rules import FILE`.
pub fn import_rules(file: &Path) -> Result<(), Failure> {
    let text = String::from_utf8(read(file)?)
        .map_err(|_| Failure::Other(format!("{} is not UTF-8", file.display())))?;
    let imported = database()?.write(|tx| rules::import(tx, &text)).map_err(|error: AppError| error)?;
    match imported {
        Imported::Rows(count) => print(&format!("{count} rows\n")),
        Imported::Refused(faults) => Err(refused(&faults)),
    }
}

/// `tnld rules export`.
pub fn export_rules() -> Result<(), Failure> {
    print(&database()?.read(rules::export)?)
}
