//! Db: the only door from async code to the database.
//!
//! Work runs off the async threads, in one transaction, within the caller's tracing span.
//! PostgreSQL has one pool for everything. SQLite has a small pool for readers, and one thread
//! that writes (`store::writer`).

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use diesel::{
    Connection, ConnectionError, QueryResult, connection::TransactionManager,
    result::Error as DieselError,
};
use prometheus::{Histogram, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry};

use super::{conn::DbConn, writer::Writer};
use crate::error::{AppError, Result};

/// More only help when the disk is slow; measured with 8, 16 and 32.
const POSTGRES_CONNECTIONS: u32 = 16;
const SQLITE_READERS: u32 = 4;
/// How long a request waits for a connection before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(2);

/// Which database, and how it is used.
#[derive(Clone)]
pub struct DbOptions {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// How many waiting writes share one commit, on SQLite.
    pub max_group: usize,
}

impl DbOptions {
    /// The usual options for a database.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_group: 64,
        }
    }
}

/// Why the database cannot be used at the start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be reached, or is none.
    #[error(transparent)]
    Unreachable(#[from] ConnectionError),
    /// No thread for its writes.
    #[error("the thread that writes to the database: {0}")]
    NoThread(#[from] std::io::Error),
}

/// The way from async code to the database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    doors: Arc<Doors>,
    metrics: DbMetrics,
}

struct Doors {
    pool: r2d2::Pool<Opener>,
    /// SQLite's; PostgreSQL writes through the pool.
    writer: Option<Writer>,
}

impl Db {
    /// Opens the database. One connection is made at once, so that a wrong address is told with its
    /// true cause; a database that goes away later makes [`AppError::Busy`] until it is back.
    pub fn open(options: &DbOptions) -> Result<Self, OpenError> {
        let first = DbConn::open(&options.url)?;
        let metrics = DbMetrics::default();
        let (connections, writer) = match first {
            DbConn::Postgres(_) => (POSTGRES_CONNECTIONS, None),
            DbConn::Sqlite(_) => {
                let writer = Writer::start(&options.url, first, options.max_group, &metrics)?;
                (SQLITE_READERS, Some(writer))
            }
        };
        let pool = r2d2::Pool::builder()
            .max_size(connections)
            .min_idle(Some(2))
            .connection_timeout(PATIENCE)
            .error_handler(Box::new(LogErrors))
            .build_unchecked(Opener(options.url.clone()));
        Ok(Self {
            doors: Arc::new(Doors { pool, writer }),
            metrics,
        })
    }

    /// Runs `work` in a transaction that only reads; every query in it sees the same moment.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut DbConn) -> Result<T> + Send + 'static,
    {
        self.hop("read", move |conn| conn.read(work)).await
    }

    /// Runs `work` in a transaction that may write. When this returns `Ok`, the commit is durable.
    /// The work finishes and commits also when the caller has gone away.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut DbConn) -> Result<T> + Send + 'static,
    {
        let outcome = match &self.doors.writer {
            Some(writer) => writer.run(work).await,
            None => return self.hop("write", move |conn| conn.write(work)).await,
        };
        self.note(outcome, "write")
    }

    /// Runs `read`, then `write` with what it found. PostgreSQL does both in one transaction; SQLite
    /// reads beside the thread that writes, so what was read may be a moment old when it is used.
    pub async fn read_then_write<P, T, R, W>(&self, read: R, write: W) -> Result<T>
    where
        P: Send + 'static,
        T: Send + 'static,
        R: FnOnce(&mut DbConn) -> Result<P> + Send + 'static,
        W: FnOnce(&mut DbConn, P) -> Result<T> + Send + 'static,
    {
        if self.doors.writer.is_none() {
            return self
                .write(move |tx| {
                    let found = read(tx)?;
                    write(tx, found)
                })
                .await;
        }
        let found = self.read(read).await?;
        self.write(move |tx| write(tx, found)).await
    }

    /// Runs `work` on a pooled connection, on a blocking thread.
    async fn hop<T, F>(&self, door: &'static str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut DbConn) -> Result<T> + Send + 'static,
    {
        let pool = self.doors.pool.clone();
        let waited = self.metrics.wait.with_label_values(&[door]);
        let span = tracing::Span::current();
        let asked_at = Instant::now();
        let outcome = tokio::task::spawn_blocking(move || {
            span.in_scope(|| {
                let conn = pool.get();
                waited.observe(asked_at.elapsed().as_secs_f64());
                match conn {
                    Ok(mut conn) => work(&mut conn),
                    Err(error) => {
                        tracing::warn!("No connection to the database: {error}");
                        Err(AppError::Busy)
                    }
                }
            })
        })
        .await
        // A panic: the connection is dropped with its open transaction, nothing was committed.
        .unwrap_or_else(|panic| Err(AppError::internal(panic)));
        self.note(outcome, door)
    }

    fn note<T>(&self, outcome: Result<T>, door: &str) -> Result<T> {
        let outcome = outcome.map_err(busy_if_it_passes);
        if matches!(outcome, Err(AppError::Busy)) {
            self.metrics.refused.with_label_values(&[door]).inc();
        }
        outcome
    }

    /// Lets the writes that wait finish, and takes no more.
    pub async fn shutdown(&self) {
        let doors = self.doors.clone();
        // The thread cannot be joined from an async one; a panic in it was logged where it happened.
        let _ = tokio::task::spawn_blocking(move || {
            if let Some(writer) = &doors.writer {
                writer.stop();
            }
        })
        .await;
    }

    /// What `/metrics` shows of the database.
    pub fn metrics(&self) -> &DbMetrics {
        &self.metrics
    }

    /// How many writes wait for their turn now (SQLite), or how many connections are in use.
    pub fn queue_length(&self) -> usize {
        match &self.doors.writer {
            Some(writer) => writer.queue_length(),
            None => {
                let state = self.doors.pool.state();
                (state.connections - state.idle_connections) as usize
            }
        }
    }
}

/// What is counted about the database.
#[derive(Clone)]
pub struct DbMetrics {
    /// Seconds from the call to the start of the work, by `door` (`read`, `write`).
    pub wait: HistogramVec,
    /// Calls refused because the database was away, full or overloaded, by `door`.
    pub refused: IntCounterVec,
    /// How many writes shared one commit (SQLite).
    pub group: Histogram,
}

impl Default for DbMetrics {
    fn default() -> Self {
        let wait = HistogramOpts::new(
            "tnld_db_wait_seconds",
            "Time a call waited for the database.",
        )
        .buckets(vec![
            0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0,
        ]);
        let refused = Opts::new(
            "tnld_db_refused_total",
            "Calls that the database could not take.",
        );
        let group = HistogramOpts::new("tnld_db_commit_group", "Writes that shared one commit.")
            .buckets(vec![1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]);
        let sound = "names, labels and buckets are constants";
        Self {
            wait: HistogramVec::new(wait, &["door"]).expect(sound),
            refused: IntCounterVec::new(refused, &["door"]).expect(sound),
            group: Histogram::with_opts(group).expect(sound),
        }
    }
}

impl DbMetrics {
    /// Adds the figures to what `/metrics` shows.
    pub fn register(&self, registry: &Registry) -> prometheus::Result<()> {
        registry.register(Box::new(self.wait.clone()))?;
        registry.register(Box::new(self.refused.clone()))?;
        registry.register(Box::new(self.group.clone()))
    }
}

/// Makes an error [`AppError::Busy`] where the same request may succeed a little later: the
/// database is restarting, or its disk is full. Nothing was acknowledged.
pub(super) fn busy_if_it_passes(error: AppError) -> AppError {
    const PASSING: &[&str] = &[
        "database or disk is full",
        "disk I/O error",
        "database is locked",
        "deadlock detected",
        "statement timeout",
        "terminating connection",
        "server closed the connection",
        "the database system is",
        "could not write to file",
        "No space left on device",
        // Retired between the plan and its writing: the next one takes the new key.
        "the master key is not in use",
    ];

    let AppError::Internal(cause) = &error else {
        return error;
    };
    let passes = match cause.downcast_ref::<DieselError>() {
        Some(DieselError::BrokenTransactionManager | DieselError::RollbackErrorOnCommit { .. }) => {
            true
        }
        Some(DieselError::DatabaseError(_, info)) => {
            PASSING.iter().any(|text| info.message().contains(text))
        }
        _ => false,
    };
    if passes {
        tracing::error!("The database could not take the work: {cause}");
        return AppError::Busy;
    }
    error
}

/// Makes and checks pooled connections.
struct Opener(String);

impl r2d2::ManageConnection for Opener {
    type Connection = DbConn;
    type Error = ManageError;

    fn connect(&self) -> std::result::Result<DbConn, ManageError> {
        Ok(DbConn::open(&self.0)?)
    }

    fn is_valid(&self, conn: &mut DbConn) -> std::result::Result<(), ManageError> {
        Ok(ping(conn)?)
    }

    /// A connection with an open transaction (its work panicked) is not used again.
    fn has_broken(&self, conn: &mut DbConn) -> bool {
        <DbConn as Connection>::TransactionManager::is_broken_transaction_manager(conn)
    }
}

fn ping(conn: &mut DbConn) -> QueryResult<()> {
    conn.execute_sql("SELECT 1")
}

#[derive(Debug, thiserror::Error)]
enum ManageError {
    #[error(transparent)]
    Connect(#[from] ConnectionError),
    #[error(transparent)]
    Query(#[from] DieselError),
}

#[derive(Debug)]
struct LogErrors;

impl r2d2::HandleError<ManageError> for LogErrors {
    fn handle_error(&self, error: ManageError) {
        tracing::warn!("A connection to the database failed: {error}");
    }
}
