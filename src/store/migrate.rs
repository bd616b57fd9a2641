//! Migrations built into the program.

use std::error::Error;

use diesel::{
    backend::Backend,
    migration::{Migration, MigrationSource, Result as MigrationResult},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::DbConn;
use crate::on_each_backend;

const COMMON: EmbeddedMigrations = embed_migrations!("migrations/common");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The shared migrations and the few of one engine; the harness sorts them by version.
struct Merged(EmbeddedMigrations);

impl<DB: Backend> MigrationSource<DB> for Merged {
    fn migrations(&self) -> MigrationResult<Vec<Box<dyn Migration<DB>>>> {
        let mut all = MigrationSource::<DB>::migrations(&COMMON)?;
        all.extend(MigrationSource::<DB>::migrations(&self.0)?);
        Ok(all)
    }
}

fn source(conn: &DbConn) -> Merged {
    Merged(match conn {
        DbConn::Sqlite(_) => SQLITE,
        DbConn::Postgres(_) => POSTGRES,
    })
}

/// Applies pending migrations; returns how many there were.
pub fn migrate(conn: &mut DbConn) -> Result<usize, Box<dyn Error + Send + Sync>> {
    let source = source(conn);
    on_each_backend!(conn, |inner| inner
        .run_pending_migrations(source)
        .map(|done| done.len()))
}
