//! Moves files between clients, the file store, the process that reads them, and the scanner. What the
//! database says is said by `service::documents`, one transaction for each step; in between bytes travel.
//!
//! ```text
//! PATCH ─▶ append ─▶ store         piece by piece, each noted before the next
//!            whole ─▶ finish       type, hash, image written anew, preview ─▶ a document
//!                     scan         clamd, until it has answered ─▶ ready or quarantined
//! GET   ◀─ read   ◀─ store         piece by piece
//! GET   ◀─ pack   ◀─ store         the same, several files as one ZIP
//! ```

mod append;
mod finish;
mod looking;
mod pack;
mod read;
mod scanning;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use prometheus::{IntCounterVec, IntGauge, Opts, Registry};
use tokio::sync::{Notify, Semaphore};

use crate::{
    domain::{
        access::Actor,
        audit::{ActorKind, Origin, Who},
    },
    error::{AppError, Result},
    scan::Clamd,
    sealing::Keys,
    service::{
        Ctx,
        audit::{Notes, Trail},
        world::Worlds,
    },
    storage::{Storage, StorageError},
    store::{conn::DbConn, pool::Db},
    time::Clock,
};

pub use append::{Append, Appended, Checksum, NEXT_WITHIN};
pub use finish::Outcome;
pub use pack::{Content, Packed, ToPack};
pub use read::Pieces;

/// Files that are read by a process of their own at a time: each may take much memory.
const LOOKED_AT: usize = 1;

/// What is done with files. Cheap to clone.
#[derive(Clone)]
pub struct Archive(Arc<Parts>);

/// What it works with.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The service's clock.
    pub clock: Clock,
    /// Places, directory and law in memory.
    pub worlds: Arc<Worlds>,
    /// The keys to personal data.
    pub keys: Arc<Keys>,
    /// The trace.
    pub trail: Arc<Trail>,
    /// The file store.
    pub storage: Storage,
    /// The scanner, where there is one.
    pub clamd: Option<Clamd>,
    /// Largest file, in bytes.
    pub largest: u64,
    /// Where the operator is told of malware, if anywhere.
    pub operator_mail: Option<String>,
    looking: Semaphore,
    wake: Notify,
    scanner_is_away: AtomicBool,
    figures: Figures,
}

impl Archive {
    /// Puts the parts together.
    #[expect(clippy::too_many_arguments, reason = "each is a part of its own")]
    pub fn new(
        db: Db,
        clock: Clock,
        worlds: Arc<Worlds>,
        keys: Arc<Keys>,
        trail: Arc<Trail>,
        storage: Storage,
        clamd: Option<Clamd>,
        largest: u64,
        operator_mail: Option<String>,
    ) -> Self {
        Self(Arc::new(Parts {
            db,
            clock,
            worlds,
            keys,
            trail,
            storage,
            clamd,
            largest,
            operator_mail,
            looking: Semaphore::new(LOOKED_AT),
            wake: Notify::new(),
            scanner_is_away: AtomicBool::new(false),
            figures: Figures::default(),
        }))
    }

    /// Largest file that is taken, in bytes.
    pub fn largest(&self) -> u64 {
        self.0.largest
    }

    /// Whether documents are scanned.
    pub fn scans(&self) -> bool {
        self.0.clamd.is_some()
    }

    /// `ready`, or `away` where the file store did not answer when it was asked last.
    pub fn store_standing(&self) -> &'static str {
        match self.0.storage.is_away() {
            true => "away",
            false => "ready",
        }
    }

    /// `none`, `ready`, or `away` where the scanner did not answer when it was asked last.
    pub fn scanner_standing(&self) -> &'static str {
        match (self.scans(), self.0.scanner_is_away.load(Ordering::Relaxed)) {
            (false, _) => "none",
            (true, false) => "ready",
            (true, true) => "away",
        }
    }

    /// There is something to scan or to sweep.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }

    /// Waits for [`Archive::wake`].
    pub async fn woken(&self) {
        self.0.wake.notified().await;
    }

    /// Adds the figures to what `/metrics` shows.
    pub fn register(&self, registry: &Registry) -> prometheus::Result<()> {
        registry.register(Box::new(self.0.figures.files.clone()))?;
        registry.register(Box::new(self.0.figures.store_away.clone()))?;
        registry.register(Box::new(self.0.figures.scanner_away.clone()))
    }

    fn note_scanner(&self, is_away: bool) {
        if self.0.scanner_is_away.swap(is_away, Ordering::Relaxed) != is_away {
            if is_away {
                tracing::error!("The scanner for malware does not answer; files wait");
            } else {
                tracing::info!("The scanner for malware answers again");
            }
        }
        self.0.figures.scanner_away.set(is_away.into());
    }

    /// What the store said, for the caller: away is a 503 and nothing else.
    fn stored_or_away<T>(&self, outcome: Result<T, StorageError>) -> Result<T> {
        self.0
            .figures
            .store_away
            .set(self.0.storage.is_away().into());
        outcome.map_err(|why| match why {
            StorageError::Away(_) => AppError::Away("file_store_away"),
            why => AppError::internal(why),
        })
    }

    fn count(&self, outcome: &str) {
        self.0.figures.files.with_label_values(&[outcome]).inc();
    }

    /// Does `work` for the service itself in one transaction, with what it notes in the trace.
    async fn traced<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut DbConn, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let parts = Arc::clone(&self.0);
        let (done, chain) = self
            .0
            .db
            .write(move |tx| {
                let ctx = parts.ctx(tx)?;
                let done = work(tx, &ctx)?;
                let who = Who {
                    kind: ActorKind::Service,
                    ..Who::from(&ctx.actor)
                };
                let notes = ctx.notes.take();
                let chain = parts.trail.append(tx, notes, &who, &ctx.origin, ctx.now)?;
                Ok((done, chain))
            })
            .await?;
        self.0.trail.give_back(chain);
        Ok(done)
    }
}

impl Parts {
    fn ctx(&self, tx: &mut DbConn) -> Result<Ctx> {
        Ok(Ctx {
            actor: Actor::service(),
            now: self.clock.now(),
            world: self.worlds.now(tx)?,
            operator_mail: self.operator_mail.clone(),
            keys: Arc::clone(&self.keys),
            origin: Origin::default(),
            notes: Notes::default(),
            latest_root: None,
        })
    }
}

/// What is counted about files.
struct Figures {
    files: IntCounterVec,
    store_away: IntGauge,
    scanner_away: IntGauge,
}

impl Default for Figures {
    fn default() -> Self {
        let sound = "names and labels are constants";
        let files = Opts::new(
            "tnld_files_total",
            "Files by what became of them in this process.",
        );
        let files = IntCounterVec::new(files, &["outcome"]).expect(sound);
        for outcome in ["taken", "refused", "clean", "quarantined"] {
            files.with_label_values(&[outcome]).inc_by(0);
        }
        let gauge = |name, help| IntGauge::new(name, help).expect(sound);
        Self {
            files,
            store_away: gauge(
                "tnld_file_store_away",
                "1 while the file store does not answer.",
            ),
            scanner_away: gauge(
                "tnld_scanner_away",
                "1 while the scanner for malware does not answer.",
            ),
        }
    }
}
