//! What jobs that work on cases work with: the service itself, in no post.

use std::sync::Arc;

use super::Wake;
use crate::{
    domain::{
        access::Actor,
        audit::{ActorKind, Origin, Who},
    },
    error::Result,
    sealing::Keys,
    service::{
        Ctx,
        audit::{Notes, Trail},
        keys,
        world::Worlds,
    },
    store::{catalogues, conn::DbConn, pool::Db},
    time::Clock,
};

/// What a job works with.
#[derive(Clone)]
pub struct Office {
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
    /// Wakes the delivery of messages.
    pub wake: Wake,
    /// Where operator alarms are mailed.
    pub operator_mail: Option<String>,
}

impl Office {
    /// Does `work` in one transaction, with what it notes in the trace.
    pub(super) async fn traced<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut DbConn) -> Result<(T, Ctx)> + Send + 'static,
    ) -> Result<T> {
        let trail = Arc::clone(&self.trail);
        let (done, chain) = self
            .db
            .write(move |tx| {
                let (done, ctx) = work(tx)?;
                let who = Who {
                    kind: ActorKind::Service,
                    ..Who::from(&ctx.actor)
                };
                let chain = trail.append(tx, ctx.notes.take(), &who, &ctx.origin, ctx.now)?;
                Ok((done, chain))
            })
            .await?;
        self.trail.give_back(chain);
        Ok(done)
    }

    /// The service itself, now.
    pub(super) fn ctx(&self, tx: &mut DbConn) -> Result<Ctx> {
        // Also where nobody asks this process for anything, nothing is written under a key of before.
        let revision = catalogues::revisions(tx)?.keys;
        keys::follow(tx, &self.keys, revision)?;
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
