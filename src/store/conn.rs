//! One connection type over both databases, and their transactions.
#![expect(missing_docs, reason = "diesel's derive writes items that carry none")]

use std::{
    io,
    path::Path,
    sync::{Mutex, PoisonError},
};

use diesel::{
    Connection, ConnectionError, ConnectionResult, PgConnection, QueryResult, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
};

use crate::files;

/// A connection to SQLite or PostgreSQL; queries are written once.
#[derive(diesel::MultiConnection)]
pub enum DbConn {
    /// Inside the program.
    Sqlite(SqliteConnection),
    /// Beside it.
    Postgres(PgConnection),
}

/// Write `$body` once and compile it for each database. Only for what [`DbConn`] cannot express:
/// `ON CONFLICT`, many rows in one `INSERT`.
#[macro_export]
macro_rules! on_each_backend {
    ($conn:expr, |$inner:ident| $body:expr) => {
        match $conn {
            $crate::store::conn::DbConn::Sqlite($inner) => $body,
            $crate::store::conn::DbConn::Postgres($inner) => $body,
        }
    };
}

/// Inserts `$rows` by one statement, which `$statement` makes of `$values`; how many were new. A few
/// rows, as a declaration brings them, go by one that stays prepared: diesel prepares the one for
/// a list of any length anew each time. Their fields own what they hold.
#[macro_export]
macro_rules! insert_rows {
    ($conn:expr, $rows:expr, |$values:ident| $statement:expr) => {{
        let rows = &$rows[..];
        $crate::insert_rows!(@exactly 1 2 3 4; $conn, rows, |$values| $statement)
    }};
    (@exactly $count:literal $($more:literal)*; $conn:expr, $rows:ident, |$values:ident| $statement:expr) => {
        if let Ok($values) = <&[_; $count]>::try_from($rows) {
            $crate::on_each_backend!($conn, |inner| $statement.execute(inner))
        } else {
            $crate::insert_rows!(@exactly $($more)*; $conn, $rows, |$values| $statement)
        }
    };
    (@exactly ; $conn:expr, $rows:ident, |$values:ident| $statement:expr) => {{
        let $values = $rows;
        $crate::on_each_backend!($conn, |inner| $statement.execute(inner))
    }};
}

impl DbConn {
    /// Opens `sqlite:PATH` or `postgres://…` and prepares the connection. The scheme decides, so a
    /// mistyped address is an error and never a new, empty file.
    pub fn open(url: &str) -> ConnectionResult<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            make_private(path)?;
            let mut conn = SqliteConnection::establish(path)?;
            // FULL: a receipt is a promise, and in WAL mode NORMAL may lose the last commits in a power cut.
            conn.batch_execute(
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;",
            )
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(Self::Sqlite(conn))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let mut conn = PgConnection::establish(url)?;
            // JIT: what is asked here takes a few milliseconds, and its compiler alone takes fifteen.
            conn.batch_execute(
                "SET TIME ZONE 'UTC'; SET statement_timeout = '30s'; SET jit = off;",
            )
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(Self::Postgres(conn))
        } else {
            Err(ConnectionError::InvalidConnectionUrl(
                "expected sqlite:PATH or postgres://…".into(),
            ))
        }
    }

    /// One transaction that may write. SQLite takes its write lock now (`IMMEDIATE`), so a busy
    /// database makes us wait here instead of failing half way through.
    pub fn write<T, E>(&mut self, work: impl FnOnce(&mut DbConn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<diesel::result::Error>,
    {
        self.transaction_with("BEGIN IMMEDIATE", "BEGIN", work)
    }

    /// One transaction that only reads: every query in it sees the same moment.
    pub fn read<T, E>(&mut self, work: impl FnOnce(&mut DbConn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<diesel::result::Error>,
    {
        self.transaction_with(
            "BEGIN",
            "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            work,
        )
    }

    /// A part of a transaction that stands or falls by itself: what it wrote is undone where it fails, and the rest
    /// goes on.
    pub fn part<T, E>(&mut self, work: impl FnOnce(&mut DbConn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<diesel::result::Error>,
    {
        self.transaction(work)
    }

    fn transaction_with<T, E>(
        &mut self,
        sqlite: &str,
        postgres: &str,
        work: impl FnOnce(&mut DbConn) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<diesel::result::Error>,
    {
        type Manager = <DbConn as Connection>::TransactionManager;

        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, sqlite)?,
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, postgres)?,
        }
        match work(self) {
            Ok(value) => Manager::commit_transaction(self)
                .map(|()| value)
                .map_err(E::from),
            Err(refusal) => {
                // If even this fails the connection is broken, and the pool drops it.
                let _ = Manager::rollback_transaction(self);
                Err(refusal)
            }
        }
    }

    /// Gives back the pages that SQLite keeps, after whole tables were read that are not read again soon.
    pub fn let_go_of_pages(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(_) => self.execute_sql("PRAGMA shrink_memory"),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Runs plain SQL, for migrations and maintenance.
    pub fn execute_sql(&mut self, sql: &str) -> QueryResult<()> {
        self.batch_execute(sql)
    }
}

/// Makes the file of a new database for nobody but its owner; SQLite gives the files beside it
/// (`-wal`, `-shm`) the same mode.
fn make_private(path: &str) -> ConnectionResult<()> {
    static MAKING: Mutex<()> = Mutex::new(());

    let is_file = !path.is_empty() && path != ":memory:" && !path.starts_with("file:");
    // Closing a file frees every lock that this process holds on it, so that the file must be closed
    // again before SQLite opens it, in whatever thread.
    let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if !is_file || Path::new(path).exists() {
        return Ok(());
    }
    match files::create_new(Path::new(path)) {
        Ok(_) => Ok(()),
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(why) => Err(ConnectionError::BadConnection(format!("{path}: {why}"))),
    }
}
