//! Migrations built into the program.

use diesel::{
    RunQueryDsl,
    backend::Backend,
    migration::{Migration, MigrationSource, Result as MigrationResult},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{
    error::{AppError, Result},
    on_each_backend,
    store::conn::DbConn,
};

const COMMON: EmbeddedMigrations = embed_migrations!("migrations/common");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any number that nothing else in the database takes a lock by: 'tnld' in ASCII.
const MIGRATION_LOCK: i64 = 0x746e_6c64;

/// The shared migrations and the few of one engine, in the order of their versions.
struct Merged(EmbeddedMigrations);

impl<DB: Backend> MigrationSource<DB> for Merged {
    fn migrations(&self) -> MigrationResult<Vec<Box<dyn Migration<DB>>>> {
        let mut all = MigrationSource::<DB>::migrations(&COMMON)?;
        all.extend(MigrationSource::<DB>::migrations(&self.0)?);
        Ok(all) // the harness sorts by version
    }
}

/// Applies what is pending: all of it or, at the first failure, nothing. Of two processes that
/// start at once, one waits for the other. Returns how many were applied.
pub fn run(conn: &mut DbConn) -> Result<usize> {
    conn.write(|tx| {
        lock(tx)?;
        let source = source_for(tx);
        on_each_backend!(tx, |inner| inner
            .run_pending_migrations(source)
            .map(|applied| applied.len()))
        .map_err(AppError::internal)
    })
}

/// Whether the database lacks a migration that this program has. Ask after [`run`]: in an empty
/// database this makes the table that counts the migrations, without waiting for anybody.
pub fn pending(conn: &mut DbConn) -> Result<bool> {
    let source = source_for(conn);
    on_each_backend!(conn, |inner| inner.has_pending_migration(source)).map_err(AppError::internal)
}

/// Undoes every migration, and with them all data. For tests and for people who mean it.
pub fn undo_all(conn: &mut DbConn) -> Result<usize> {
    conn.write(|tx| {
        lock(tx)?;
        let source = source_for(tx);
        on_each_backend!(tx, |inner| inner
            .revert_all_migrations(source)
            .map(|undone| undone.len()))
        .map_err(AppError::internal)
    })
}

fn source_for(conn: &DbConn) -> Merged {
    Merged(match conn {
        DbConn::Sqlite(_) => SQLITE,
        DbConn::Postgres(_) => POSTGRES,
    })
}

/// Until the transaction ends. A transaction that writes to SQLite is alone already.
fn lock(tx: &mut DbConn) -> Result<()> {
    if let DbConn::Postgres(inner) = tx {
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
            .bind::<diesel::sql_types::BigInt, _>(MIGRATION_LOCK)
            .execute(inner)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_go_up_and_down_and_up_again() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("tnld.db").display());
        let mut conn = DbConn::open(&url).unwrap();

        assert!(pending(&mut conn).unwrap());
        let applied = run(&mut conn).unwrap();
        assert!(applied >= 5);
        assert!(!pending(&mut conn).unwrap());
        assert_eq!(run(&mut conn).unwrap(), 0);

        assert_eq!(undo_all(&mut conn).unwrap(), applied);
        assert!(pending(&mut conn).unwrap());
        assert_eq!(run(&mut conn).unwrap(), applied);
    }

    #[test]
    fn two_processes_may_start_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("tnld.db").display());
        DbConn::open(&url).unwrap();
        let applied: usize = std::thread::scope(|scope| {
            let starts =
                [(); 4].map(|()| scope.spawn(|| run(&mut DbConn::open(&url).unwrap()).unwrap()));
            starts.map(|start| start.join().unwrap()).into_iter().sum()
        });
        assert!(applied >= 5);
        assert!(!pending(&mut DbConn::open(&url).unwrap()).unwrap());
    }
}
