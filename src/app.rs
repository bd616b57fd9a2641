//! AppState, and the way from a handler to a use case: one hop to a blocking thread, one transaction.

use std::sync::Arc;

use crate::{
    api::extract::Credentials,
    error::{AppError, Result},
    jobs::Wake,
    sealing::Keys,
    service::{Ctx, keys, tokens::Callers, world::Worlds},
    store::{conn::DbConn, pool::Db},
    telemetry::Metrics,
    time::Clock,
};

/// What every handler can reach.
#[derive(Clone)]
pub struct AppState {
    /// The database.
    pub db: Db,
    /// The service's clock.
    pub clock: Clock,
    /// Places, directory and law in memory.
    pub worlds: Arc<Worlds>,
    /// Who called when.
    pub callers: Arc<Callers>,
    /// Wakes the delivery of messages.
    pub wake: Wake,
    /// Figures.
    pub metrics: Arc<Metrics>,
    /// Where operator alarms are mailed.
    pub operator_mail: Option<String>,
    /// The keys to personal data.
    pub keys: Arc<Keys>,
    /// Base of links, without a slash at its end.
    pub public_url: Arc<str>,
}

impl AppState {
    /// Runs a use case that may write, for the sender of a request. The sender is looked up in the
    /// same transaction, so a revoked token is noticed in the same instant as the work.
    pub async fn write_as<T: Send + 'static>(
        &self,
        sender: Credentials,
        work: impl FnOnce(&mut DbConn, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let state = self.clone();
        let done = self
            .db
            .write(move |tx| {
                let ctx = state.ctx(tx, &sender)?;
                state.callers.note_use(tx, &ctx.actor.token_id, ctx.now)?;
                work(tx, &ctx)
            })
            .await?;
        // Whatever the work noted for delivery leaves at once.
        self.wake.wake();
        Ok(done)
    }

    /// Runs a use case in two halves: `plan` looks at the body and the world and decides, `write`
    /// stores what it decided. On SQLite only the second half waits for its turn to write.
    pub async fn plan_and_write_as<P: Send + 'static, T: Send + 'static>(
        &self,
        sender: Credentials,
        plan: impl FnOnce(&Ctx) -> Result<P> + Send + 'static,
        write: impl FnOnce(&mut DbConn, &Ctx, P) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let state = self.clone();
        let callers = Arc::clone(&self.callers);
        let done = self
            .db
            .read_then_write(
                move |tx| {
                    let ctx = state.ctx(tx, &sender)?;
                    let planned = plan(&ctx)?;
                    Ok((ctx, planned))
                },
                move |tx, (ctx, planned)| {
                    callers.note_use(tx, &ctx.actor.token_id, ctx.now)?;
                    write(tx, &ctx, planned)
                },
            )
            .await?;
        self.wake.wake();
        Ok(done)
    }

    /// Runs a use case that only reads, for the sender of a request.
    pub async fn read_as<T: Send + 'static>(
        &self,
        sender: Credentials,
        work: impl FnOnce(&mut DbConn, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let state = self.clone();
        let (done, ctx) = self
            .db
            .read(move |tx| {
                let ctx = state.ctx(tx, &sender)?;
                Ok((work(tx, &ctx)?, ctx))
            })
            .await?;
        self.note_use_later(&ctx);
        Ok(done)
    }

    fn ctx(&self, tx: &mut DbConn, sender: &Credentials) -> Result<Ctx> {
        let now = self.clock.now();
        let (actor, revisions) = crate::service::tokens::caller(tx, &sender.secret_hash, now)?
            .ok_or(AppError::Unauthenticated)?;
        keys::follow(tx, &self.keys, revisions.keys)?;
        let world = self.worlds.at(tx, revisions)?;
        Ok(Ctx {
            actor,
            now,
            world,
            operator_mail: self.operator_mail.clone(),
            keys: Arc::clone(&self.keys),
        })
    }

    /// A token's last use is written at most once a minute, after the answer.
    fn note_use_later(&self, ctx: &Ctx) {
        if !self.callers.is_due(&ctx.actor.token_id, ctx.now) {
            return;
        }
        let (state, token, now) = (self.clone(), ctx.actor.token_id.clone(), ctx.now);
        actix_web::rt::spawn(async move {
            let callers = Arc::clone(&state.callers);
            if let Err(error) = state
                .db
                .write(move |tx| callers.note_use(tx, &token, now))
                .await
            {
                tracing::warn!("The last use of a token could not be noted: {error}");
            }
        });
    }
}
