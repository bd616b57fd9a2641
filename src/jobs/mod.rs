//! What runs without being asked.
//!
//! A job looks at the present state and brings it forward. It takes no input, does no harm when it
//! runs twice, and needs nobody to have called it.

mod attempt;
pub mod clean_up;
pub mod climb_ladder;
pub mod close_trace;
pub mod deliver_calls;
pub mod deliver_outbox;
pub mod fill_likeness;
pub mod fill_search;
pub mod follow_reforms;
pub mod keep_files;
pub mod look_at_coverage;
pub mod office;
mod pass;
mod ready;
pub mod recount_limits;
pub mod retry;
pub mod send_canaries;
pub mod send_digests;
mod slots;
pub mod sum_up_refusals;
pub mod watch_duties;

use std::{future::Future, sync::Arc, time::Duration};

use prometheus::{IntCounterVec, Opts, Registry};
use tokio::sync::{Notify, watch};

use crate::error::{AppError, Result};

/// Becomes `true` when the service is to stop.
pub type Stop = watch::Receiver<bool>;

/// Something the service does on its own, every so often.
pub trait Job: Send + Sync + 'static {
    /// Name in logs and figures.
    const NAME: &'static str;
    /// Pause between two passes that had nothing to do.
    const EVERY: Duration;

    /// One pass over what is due now. Returns how much there was.
    fn run(&self) -> impl Future<Output = Result<usize>> + Send;

    /// Ends a pause early, where somebody can say that there is work.
    fn woken(&self) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }
}

/// Runs `job` until `stop` says so, never ending in the middle of a pass.
pub async fn keep_running<J: Job>(job: J, mut stop: Stop, metrics: JobMetrics) {
    let done = |outcome| metrics.passes.with_label_values(&[J::NAME, outcome]);
    while !*stop.borrow() {
        match job.run().await {
            Ok(0) => done("idle").inc(),
            Ok(_) => {
                done("worked").inc();
                continue;
            }
            Err(error) => {
                done("failed").inc();
                tracing::error!(
                    job.name = J::NAME,
                    "{} failed: {}",
                    J::NAME,
                    with_cause(&error)
                );
            }
        }
        tokio::select! {
            () = tokio::time::sleep(J::EVERY) => {}
            () = job.woken() => {}
            // A closed channel is a stop as well: nobody is left who could say so.
            changed = stop.changed() => if changed.is_err() { return },
        }
    }
}

/// An error with its cause, for the log.
fn with_cause(error: &AppError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// How the passes of the jobs ended.
#[derive(Clone)]
pub struct JobMetrics {
    /// Passes by `job` and `outcome`: `worked`, `idle`, `failed`.
    pub passes: IntCounterVec,
}

impl Default for JobMetrics {
    fn default() -> Self {
        let opts = Opts::new("tnld_job_passes_total", "Passes of background jobs.");
        Self {
            passes: IntCounterVec::new(opts, &["job", "outcome"])
                .expect("name and labels are constants"),
        }
    }
}

impl JobMetrics {
    /// Adds the figures to what `/metrics` shows.
    pub fn register(&self, registry: &Registry) -> prometheus::Result<()> {
        registry.register(Box::new(self.passes.clone()))
    }
}

/// Tells the delivery job of this process that a message was committed. One that is lost costs a
/// second, never a message.
#[derive(Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// There is work.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Waits for [`Wake::wake`]; returns at once where it was called since the last time.
    pub async fn wait(&self) {
        self.0.notified().await;
    }
}
