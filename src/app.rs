//! AppState, and the way from a handler to a use case: one hop to a blocking thread, one transaction.

mod nobody;
mod open;
pub mod people;
mod refused;

use std::sync::Arc;

use chrono::{DateTime, Utc};
pub use open::OpenPages;
use refused::{Refused, Slot};

use crate::{
    api::{
        extract::{Credentials, Proof},
        gates::Gates,
    },
    archive::Archive,
    config::Proxies,
    domain::{
        audit::{Origin, Who, chain::Chain},
        limits::Limit,
    },
    error::{AppError, Result},
    ids::TokenId,
    jobs::Wake,
    oidc::Providers,
    sealing::Keys,
    service::{
        Ctx, accounts,
        accounts::sessions::Found,
        audit::{Note, Notes, Trail, Withheld},
        keys, limits,
        passwords::Passwords,
        tokens::{self, Callers},
        webauthn::RelyingParty,
        world::Worlds,
    },
    store::{
        accounts::Account,
        catalogues::{self, Revisions},
        conn::DbConn,
        pool::Db,
        sessions::Session,
        tokens::{ActiveToken, find_active},
    },
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
    /// Refusals that are counted instead of traced one by one.
    pub withheld: Arc<Withheld>,
    /// Wakes the delivery of messages.
    pub wake: Wake,
    /// Figures.
    pub metrics: Arc<Metrics>,
    /// Where operator alarms are mailed.
    pub operator_mail: Option<String>,
    /// The keys to personal data.
    pub keys: Arc<Keys>,
    /// Hashes passwords.
    pub passwords: Arc<Passwords>,
    /// Checks what passkeys show; none where the public address cannot have any.
    pub relying_party: Option<Arc<RelyingParty>>,
    /// Files of cases.
    pub archive: Archive,
    /// OpenID providers by which people may sign in.
    pub providers: Arc<Providers>,
    /// Base of links, without a slash at its end.
    pub public_url: Arc<str>,
    /// What was read for everybody.
    pub open: Arc<OpenPages>,
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
                let (ctx, used) = state.ctx(tx, &sender, &slot)?;
                state.note_use(tx, &used, ctx.now)?;
                match work(tx, &ctx) {
                    Ok(done) => Ok((done, state.append(tx, &ctx)?)),
                    Err(error) => Err(slot.note(&ctx, error)),
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
        plan: impl FnOnce(&mut DbConn, &Ctx) -> Result<P> + Send + 'static,
        write: impl FnOnce(&mut DbConn, &Ctx, P) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let refused = Refused::of(&sender);
        let (reading, writing) = (self.clone(), self.clone());
        let (slot, other_slot) = (refused.slot(), refused.slot());
        let outcome = self
            .db
            .read_then_write(
                move |tx| {
                    let (ctx, used) = reading.ctx(tx, &sender, &slot)?;
                    match plan(tx, &ctx) {
                        Ok(planned) => Ok((ctx, used, planned)),
                        Err(error) => Err(slot.note(&ctx, error)),
                    }
                },
                move |tx, (ctx, used, planned)| {
                    writing.note_use(tx, &used, ctx.now)?;
                    match write(tx, &ctx, planned) {
                        Ok(done) => Ok((done, writing.append(tx, &ctx)?)),
                        Err(error) => Err(other_slot.note(&ctx, error)),
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
                let (ctx, used) = state.ctx(tx, &sender, &slot)?;
                match work(tx, &ctx) {
                    Ok(done) => Ok(((done, ctx, used), None)),
                    Err(error) => Err(slot.note(&ctx, error)),
                }
            })
            .await;
        let (done, ctx, used) = self.settled(outcome, &refused).await?;
        self.note_use_later(used, ctx.now);
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
            self.trace_refusal(entry).await;
        }
        Err(error)
    }

    fn ctx(&self, tx: &mut DbConn, sender: &Credentials, slot: &Slot) -> Result<(Ctx, Used)> {
        let now = self.clock.now();
        let (whose, revisions) = self.known(tx, sender, slot, now)?;
        keys::follow(tx, &self.keys, revisions.keys)?;
        let world = self.worlds.at(tx, revisions)?;
        let who = whose.who();
        let (actor, used) = match whose {
            Whose::Token(token) => {
                let used = Used::Token(token.id.clone());
                (tokens::actor(tx, &world, *token, now), used)
            }
            Whose::Person(found) => {
                let (session, account) = *found;
                let actor = accounts::sessions::actor(tx, &world, &session, &account, now);
                (actor, Used::Session(Box::new(session)))
            }
        };
        // A post that has run out, a maker who has left: somebody goes on where their time is over.
        let actor = actor.inspect_err(|_| slot.note_who(who, &sender.origin, now))?;
        let ctx = Ctx {
            actor,
            now,
            world,
            operator_mail: self.operator_mail.clone(),
            keys: Arc::clone(&self.keys),
            origin: sender.origin.clone(),
            notes: Notes::default(),
            latest_root: self.trail.latest_root(),
        };
        Ok((ctx, used))
    }

    /// Who shows what `sender` shows, and how new the dated data are that the request needs.
    fn known(
        &self,
        tx: &mut DbConn,
        sender: &Credentials,
        slot: &Slot,
        now: DateTime<Utc>,
    ) -> Result<(Whose, Revisions)> {
        let secret_hash = sender.proof.secret_hash();
        let known = match &sender.proof {
            Proof::Token { .. } => find_active(tx, secret_hash, now)?
                .map(|token| {
                    let revisions = token.revisions;
                    (Whose::Token(Box::new(token)), revisions)
                })
                .ok_or(AppError::Unauthenticated),
            Proof::Session { .. } => match person(tx, sender, secret_hash, slot, now) {
                Ok(found) => Ok((Whose::Person(Box::new(found)), catalogues::revisions(tx)?)),
                Err(why) => Err(why),
            },
        };
        match &known {
            Ok(_) => self.gates.know(secret_hash),
            Err(AppError::Unauthenticated) => self.gates.forget(secret_hash),
            Err(_) => {}
        }
        known
    }

    fn note_use(&self, tx: &mut DbConn, used: &Used, now: DateTime<Utc>) -> Result<()> {
        match used {
            Used::Token(token) => self.callers.note_use(tx, token, now),
            Used::Session(session) => accounts::sessions::note_use(tx, session, now),
        }
    }

    /// The last use of a token or session is written at most once a minute, after the answer.
    fn note_use_later(&self, used: Used, now: DateTime<Utc>) {
        let is_due = match &used {
            Used::Token(token) => self.callers.is_due(token, now),
            Used::Session(session) => accounts::sessions::is_due(session, now),
        };
        if !is_due {
            return;
        }
        let state = self.clone();
        actix_web::rt::spawn(async move {
            let noting = state.clone();
            if let Err(error) = state
                .db
                .write(move |tx| noting.note_use(tx, &used, now))
                .await
            {
                tracing::warn!("A last use could not be noted: {error}");
            }
        });
    }
}

/// Who shows what a request shows.
enum Whose {
    Token(Box<ActiveToken>),
    Person(Box<(Session, Account)>),
}

impl Whose {
    /// As the trace names them before they act in anything.
    fn who(&self) -> Who {
        match self {
            Self::Token(token) => tokens::who_shows(token),
            Self::Person(found) => accounts::who(&found.1),
        }
    }
}

/// What a request showed, and is noted as used.
enum Used {
    Token(TokenId),
    Session(Box<Session>),
}

/// The person whose session `sender` shows. Whoever shows the cookie of a session that was ended, or
/// shows one from the page of somebody else, is traced.
fn person(
    tx: &mut DbConn,
    sender: &Credentials,
    secret_hash: &str,
    slot: &Slot,
    now: DateTime<Utc>,
) -> Result<(Session, Account)> {
    let refuse = |account: &Account, why| {
        slot.note_who(accounts::who(account), &sender.origin, now);
        Err(why)
    };
    match accounts::sessions::find(tx, secret_hash, now)? {
        Found::Nobody => Err(AppError::Unauthenticated),
        Found::Ended(account) => refuse(&account, AppError::Unauthenticated),
        Found::Signed(found) if sender.is_cross_site => refuse(
            &found.1,
            AppError::Forbidden("sent by the page of another site"),
        ),
        Found::Signed(found) => Ok(*found),
    }
}
