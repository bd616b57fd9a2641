//! AppState, and the way from a handler to a use case: one hop to a blocking thread, one transaction.

mod nobody;

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    api::{extract::Credentials, gates::Gates},
    config::Proxies,
    domain::{
        access::Caller,
        audit::{Action, Entry, Object, ObjectKind, Origin, Who, chain::Chain},
        limits::Limit,
    },
    error::{AppError, Result},
    jobs::Wake,
    sealing::Keys,
    service::{
        Ctx,
        audit::{Note, Notes, Trail},
        keys, limits,
        tokens::Callers,
        world::Worlds,
    },
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
    /// Who comes too often.
    pub gates: Arc<Gates>,
    /// The proxies in front of the service.
    pub proxies: Arc<Proxies>,
    /// The trace of what is done and looked at.
    pub trail: Arc<Trail>,
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
    /// same transaction, so a revoked token is noticed in the same instant as the work; and what was
    /// done is traced in it, so that nothing is done without a trace.
    pub async fn write_as<T: Send + 'static>(
        &self,
        sender: Credentials,
        work: impl FnOnce(&mut DbConn, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let refused = Refused::of(&sender);
        let (state, slot) = (self.clone(), refused.slot());
        let outcome = self
            .db
            .write(move |tx| {
                let ctx = state.ctx(tx, &sender)?;
                state.note_use(tx, &ctx)?;
                match work(tx, &ctx) {
                    Ok(done) => Ok((done, state.append(tx, &ctx)?)),
                    Err(error) => Err(slot.note(ctx, error)),
                }
            })
            .await;
        let done = self.settled(outcome, &refused).await?;
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
        let refused = Refused::of(&sender);
        let (reading, writing) = (self.clone(), self.clone());
        let (slot, other_slot) = (refused.slot(), refused.slot());
        let outcome = self
            .db
            .read_then_write(
                move |tx| {
                    let ctx = reading.ctx(tx, &sender)?;
                    match plan(&ctx) {
                        Ok(planned) => Ok((ctx, planned)),
                        Err(error) => Err(slot.note(ctx, error)),
                    }
                },
                move |tx, (ctx, planned)| {
                    writing.note_use(tx, &ctx)?;
                    match write(tx, &ctx, planned) {
                        Ok(done) => Ok((done, writing.append(tx, &ctx)?)),
                        Err(error) => Err(other_slot.note(ctx, error)),
                    }
                },
            )
            .await;
        let done = self.settled(outcome, &refused).await?;
        self.wake.wake();
        Ok(done)
    }

    /// Runs a use case that only reads, for the sender of a request. What it shows of a person is
    /// traced before it is shown.
    pub async fn read_as<T: Send + 'static>(
        &self,
        sender: Credentials,
        work: impl FnOnce(&mut DbConn, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let refused = Refused::of(&sender);
        let (state, slot) = (self.clone(), refused.slot());
        let outcome = self
            .db
            .read(move |tx| {
                let ctx = state.ctx(tx, &sender)?;
                match work(tx, &ctx) {
                    Ok(done) => Ok(((done, ctx), None)),
                    Err(error) => Err(slot.note(ctx, error)),
                }
            })
            .await;
        let (done, ctx) = self.settled(outcome, &refused).await?;
        self.note_use_later(&ctx);
        let notes = ctx.notes.take();
        if !notes.is_empty() {
            self.trace(notes, Who::from(&ctx.actor), ctx.origin, ctx.now)
                .await?;
        }
        Ok(done)
    }

    /// Appends to the trace in a transaction of its own.
    pub async fn trace(
        &self,
        notes: Vec<Note>,
        who: Who,
        origin: Origin,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let trail = Arc::clone(&self.trail);
        let chain = self
            .db
            .write(move |tx| trail.append(tx, notes, &who, &origin, now))
            .await?;
        self.trail.give_back(chain);
        Ok(())
    }

    /// Counts one more of `subject` under `limit`, in a transaction of its own, so that it stays counted
    /// whatever becomes of the request; [`AppError::TooMany`] where that is too many.
    pub async fn take(&self, limit: &'static Limit, subject: String) -> Result<()> {
        let (keys, now) = (Arc::clone(&self.keys), self.clock.now());
        let taken = self
            .db
            .write(move |tx| limits::take(tx, &keys, limit, &subject, now))
            .await;
        if let Err(AppError::TooMany { limit, .. }) = &taken {
            self.metrics.limited(limit);
        }
        taken
    }

    fn append(&self, tx: &mut DbConn, ctx: &Ctx) -> Result<Option<Chain>> {
        let who = Who::from(&ctx.actor);
        self.trail
            .append(tx, ctx.notes.take(), &who, &ctx.origin, ctx.now)
    }

    /// Takes the chain of a committed transaction back; of a refusal, traces who was refused what.
    async fn settled<T>(
        &self,
        outcome: Result<(T, Option<Chain>)>,
        refused: &Refused,
    ) -> Result<T> {
        let error = match outcome {
            Ok((done, chain)) => {
                self.trail.give_back(chain);
                return Ok(done);
            }
            Err(error) => error,
        };
        if let Some(entry) = refused.entry(&error) {
            let trail = Arc::clone(&self.trail);
            let traced = self
                .db
                .write(move |tx| trail.append_entries(tx, vec![entry]))
                .await;
            match traced {
                Ok(chain) => self.trail.give_back(chain),
                Err(why) => tracing::error!("A refusal could not be traced: {why}"),
            }
        }
        Err(error)
    }

    fn ctx(&self, tx: &mut DbConn, sender: &Credentials) -> Result<Ctx> {
        let now = self.clock.now();
        let found = crate::service::tokens::caller(tx, &sender.secret_hash, now)?;
        let Some((actor, revisions)) = found else {
            self.gates.forget(&sender.secret_hash);
            return Err(AppError::Unauthenticated);
        };
        self.gates.know(&sender.secret_hash);
        keys::follow(tx, &self.keys, revisions.keys)?;
        let world = self.worlds.at(tx, revisions)?;
        Ok(Ctx {
            actor,
            now,
            world,
            operator_mail: self.operator_mail.clone(),
            keys: Arc::clone(&self.keys),
            origin: sender.origin.clone(),
            notes: Notes::default(),
            latest_root: self.trail.latest_root(),
        })
    }

    fn note_use(&self, tx: &mut DbConn, ctx: &Ctx) -> Result<()> {
        match &ctx.actor.caller {
            Caller::Token(token) => self.callers.note_use(tx, token, ctx.now),
            _ => Ok(()),
        }
    }

    /// A token's last use is written at most once a minute, after the answer.
    fn note_use_later(&self, ctx: &Ctx) {
        let Caller::Token(token) = &ctx.actor.caller else {
            return;
        };
        if !self.callers.is_due(token, ctx.now) {
            return;
        }
        let (state, token, now) = (self.clone(), token.clone(), ctx.now);
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

/// Who was refused what, for the trace: the transaction in which that was found out is gone.
struct Refused {
    asked: String,
    by: Slot,
}

#[derive(Clone, Default)]
struct Slot(Arc<OnceLock<Ctx>>);

impl Slot {
    fn note(&self, ctx: Ctx, error: AppError) -> AppError {
        // The first half of a use case that failed has no second.
        let _ = self.0.set(ctx);
        error
    }
}

impl Refused {
    fn of(sender: &Credentials) -> Self {
        Self {
            asked: sender.asked.clone(),
            by: Slot::default(),
        }
    }

    /// Of somebody unknown nothing that is refused is worth tracing.
    fn nothing() -> Self {
        Self {
            asked: String::new(),
            by: Slot::default(),
        }
    }

    fn slot(&self) -> Slot {
        self.by.clone()
    }

    /// Only what an honest caller does not run into belongs into the trace.
    fn entry(&self, error: &AppError) -> Option<Entry> {
        if !matches!(error, AppError::Forbidden(_) | AppError::NotFound(_)) {
            return None;
        }
        let ctx = self.by.0.get()?;
        Some(Entry {
            happened_at: ctx.now,
            who: Who::from(&ctx.actor),
            action: Action::Refused,
            purpose: Action::Refused.purpose(),
            object: Object::new(ObjectKind::Address, &self.asked),
            result: error.to_string(),
            origin: ctx.origin.clone(),
            details: json!({}),
        })
    }
}
