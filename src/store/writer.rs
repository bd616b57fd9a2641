//! The one thread that writes to SQLite, and its group commit.
//!
//! ```text
//! waiting writes ─▶ BEGIN IMMEDIATE ─▶ a savepoint for each ─▶ COMMIT ─▶ answers
//! ```
//!
//! The group grows by itself: what arrives during one commit shares the next. A lone write waits
//! for nothing. Several writers on SQLite would starve each other, for it has no queue of its own.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
    thread::JoinHandle,
    time::Instant,
};

use diesel::{
    Connection, QueryResult,
    connection::{AnsiTransactionManager, TransactionManager},
};
use prometheus::Histogram;
use tokio::sync::{
    mpsc::{self, error::TrySendError},
    oneshot,
};

use super::{conn::DbConn, pool::DbMetrics};
use crate::error::{AppError, Result};

/// Writes that may wait; more are told to come back.
const MAX_WAITING: usize = 1024;

type Manager = <DbConn as Connection>::TransactionManager;

/// The way to the writer thread.
pub(super) struct Writer {
    inbox: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    waited: Histogram,
}

impl Writer {
    /// Starts the thread on an open connection.
    pub(super) fn start(
        url: &str,
        conn: DbConn,
        max_group: usize,
        metrics: &DbMetrics,
    ) -> std::io::Result<Self> {
        let (sender, inbox) = mpsc::channel(MAX_WAITING);
        let thread = WriterThread {
            url: url.to_owned(),
            conn: Some(conn),
            max_group: max_group.max(1),
            group_sizes: metrics.group.clone(),
        };
        let handle = std::thread::Builder::new()
            .name("tnld-writer".to_owned())
            .spawn(move || thread.run(inbox))?;
        Ok(Self {
            inbox: Mutex::new(Some(sender)),
            thread: Mutex::new(Some(handle)),
            waited: metrics.wait.with_label_values(&["write"]),
        })
    }

    /// Hands `work` to the thread and waits until the group it ran in is committed.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut DbConn) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Write {
            work: Some(work),
            outcome: Err(AppError::Busy),
            reply,
            span: tracing::Span::current(),
            asked_at: Instant::now(),
            waited: self.waited.clone(),
        });
        match lock(&self.inbox).as_ref().map(|inbox| inbox.try_send(job)) {
            Some(Ok(())) => {}
            Some(Err(TrySendError::Full(_))) => {
                tracing::warn!("{MAX_WAITING} writes wait for the database");
                return Err(AppError::Busy);
            }
            Some(Err(TrySendError::Closed(_))) | None => return Err(AppError::Busy),
        }
        answer.await.unwrap_or(Err(AppError::Busy))
    }

    /// How many writes wait.
    pub(super) fn queue_length(&self) -> usize {
        lock(&self.inbox)
            .as_ref()
            .map_or(0, |inbox| inbox.max_capacity() - inbox.capacity())
    }

    /// Takes no more work and waits until what was taken is done.
    pub(super) fn stop(&self) {
        drop(lock(&self.inbox).take());
        if let Some(thread) = lock(&self.thread).take()
            && thread.join().is_err()
        {
            tracing::error!("The thread that writes to the database had stopped");
        }
    }
}

/// The guarded values are replaced as a whole, so a panic elsewhere leaves them sound.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// One write, whatever it returns.
trait Job: Send {
    /// Runs the work; whether its changes are to be kept.
    fn run(&mut self, conn: &mut DbConn) -> bool;
    /// Tells the caller. With `lost`, the group was not committed, and its outcome counts for nothing.
    fn answer(self: Box<Self>, lost: bool);
}

struct Write<T, F> {
    work: Option<F>,
    outcome: Result<T>,
    reply: oneshot::Sender<Result<T>>,
    span: tracing::Span,
    asked_at: Instant,
    waited: Histogram,
}

impl<T, F> Job for Write<T, F>
where
    T: Send,
    F: FnOnce(&mut DbConn) -> Result<T> + Send,
{
    fn run(&mut self, conn: &mut DbConn) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        self.waited.observe(self.asked_at.elapsed().as_secs_f64());
        self.outcome = self.span.in_scope(|| {
            catch_unwind(AssertUnwindSafe(|| work(conn)))
                .unwrap_or_else(|_| Err(AppError::internal("the work panicked")))
        });
        self.outcome.is_ok()
    }

    fn answer(self: Box<Self>, lost: bool) {
        // A refusal is lost too: it may rest on what an earlier write of the group had changed.
        let outcome = if lost {
            Err(AppError::Busy)
        } else {
            self.outcome
        };
        // The caller may have gone away; its work is committed all the same.
        let _ = self.reply.send(outcome);
    }
}

struct WriterThread {
    url: String,
    conn: Option<DbConn>,
    max_group: usize,
    group_sizes: Histogram,
}

impl WriterThread {
    fn run(mut self, mut inbox: mpsc::Receiver<Box<dyn Job>>) {
        let mut taken = Vec::with_capacity(self.max_group);
        while inbox.blocking_recv_many(&mut taken, self.max_group) > 0 {
            let mut waiting = VecDeque::from_iter(taken.drain(..));
            // More than one round only when a full disk or the like ended a group early.
            while !waiting.is_empty() {
                self.commit(&mut waiting);
            }
        }
    }

    /// Runs jobs from the front of `waiting` in one transaction, and answers them.
    fn commit(&mut self, waiting: &mut VecDeque<Box<dyn Job>>) {
        let mut done = Vec::with_capacity(waiting.len());
        let outcome = match self.begin() {
            Ok(conn) => run_group(conn, waiting, &mut done),
            Err(error) => {
                done.extend(waiting.drain(..));
                Err(error)
            }
        };
        self.group_sizes.observe(done.len() as f64);

        let lost = outcome.is_err();
        if let Err(error) = outcome {
            tracing::error!("{} write(s) were not committed: {error}", done.len());
            // Whatever state the connection is in: closing it rolls back, the next group opens a new one.
            self.conn = None;
        }
        for job in done {
            job.answer(lost);
        }
    }

    /// A connection with its write lock taken.
    fn begin(&mut self) -> QueryResult<&mut DbConn> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => DbConn::open(&self.url)
                .map_err(|error| diesel::result::Error::QueryBuilderError(error.into()))?,
        };
        let conn = self.conn.insert(conn);
        match conn {
            DbConn::Sqlite(inner) => {
                AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE")?;
            }
            DbConn::Postgres(inner) => AnsiTransactionManager::begin_transaction(inner)?,
        }
        Ok(conn)
    }
}

/// Depth of the transaction that the whole group shares.
const GROUP: u32 = 1;

fn run_group(
    conn: &mut DbConn,
    waiting: &mut VecDeque<Box<dyn Job>>,
    done: &mut Vec<Box<dyn Job>>,
) -> QueryResult<()> {
    while let Some(job) = waiting.pop_front() {
        done.push(job);
        let job = done.last_mut().expect("just pushed");
        Manager::begin_transaction(conn)?;
        if job.run(conn) {
            Manager::commit_transaction(conn)?;
            if depth(conn)? != GROUP {
                return Err(diesel::result::Error::BrokenTransactionManager);
            }
            continue;
        }
        // A refusal goes back to its savepoint; a panic may have left inner ones open as well. This
        // fails where SQLite itself gave up the whole transaction (a full disk): then all are lost.
        while depth(conn)? > GROUP {
            Manager::rollback_transaction(conn)?;
        }
    }
    Manager::commit_transaction(conn)
}

fn depth(conn: &mut DbConn) -> QueryResult<u32> {
    let depth = Manager::transaction_manager_status_mut(conn).transaction_depth()?;
    Ok(depth.map_or(0, u32::from))
}
