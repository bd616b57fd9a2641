//! The way of those who show nothing, no token and no session: two calls, which give a challenge and take a
//! notice, and the pages behind the links of mails.

use std::sync::Arc;

use crate::{
    api::extract::Stranger,
    app::{AppState, Refused},
    domain::{access::Actor, audit::Entry},
    error::Result,
    service::{Ctx, audit::Notes, keys},
    store::{catalogues, conn::DbConn},
};

impl AppState {
    /// Runs a use case in two halves for somebody unknown, as [`AppState::plan_and_write_as`] does for
    /// the sender of a request.
    pub async fn plan_and_write_for_nobody<P: Send + 'static, T: Send + 'static>(
        &self,
        sender: Stranger,
        plan: impl FnOnce(&Ctx) -> Result<P> + Send + 'static,
        write: impl FnOnce(&mut DbConn, &Ctx, P) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let refused = Refused::nothing();
        let (reading, writing) = (self.clone(), self.clone());
        let outcome = self
            .db
            .read_then_write(
                move |tx| {
                    let ctx = reading.ctx_of_nobody(tx, &sender)?;
                    let planned = plan(&ctx)?;
                    Ok((ctx, planned))
                },
                move |tx, (ctx, planned)| {
                    let done = write(tx, &ctx, planned)?;
                    Ok((done, writing.append(tx, &ctx)?))
                },
            )
            .await;
        let done = self.settled(outcome, &refused).await?;
        self.wake.wake();
        Ok(done)
    }

    /// Runs a use case for whoever holds the link of a mail. What is to be traced comes back with what
    /// was done, and is appended in the same transaction.
    pub async fn write_by_link<T: Send + 'static>(
        &self,
        sender: Stranger,
        work: impl FnOnce(&mut DbConn, &Ctx) -> Result<(T, Vec<Entry>)> + Send + 'static,
    ) -> Result<T> {
        let state = self.clone();
        let (done, chain) = self
            .db
            .write(move |tx| {
                let ctx = state.ctx_of_nobody(tx, &sender)?;
                let (done, entries) = work(tx, &ctx)?;
                Ok((done, state.trail.append_entries(tx, entries)?))
            })
            .await?;
        self.trail.give_back(chain);
        self.wake.wake();
        Ok(done)
    }

    /// Reads for whoever holds the link of a mail, and what is for everybody.
    pub async fn read_by_link<T: Send + 'static>(
        &self,
        sender: Stranger,
        work: impl FnOnce(&mut DbConn, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let state = self.clone();
        self.db
            .read(move |tx| {
                let ctx = state.ctx_of_nobody(tx, &sender)?;
                work(tx, &ctx)
            })
            .await
    }

    /// Runs a use case that reads and shows nothing of anybody.
    pub async fn read_for_nobody<T: Send + 'static>(
        &self,
        sender: Stranger,
        work: impl FnOnce(&Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let state = self.clone();
        self.db
            .read(move |tx| work(&state.ctx_of_nobody(tx, &sender)?))
            .await
    }

    fn ctx_of_nobody(&self, tx: &mut DbConn, sender: &Stranger) -> Result<Ctx> {
        let revisions = catalogues::revisions(tx)?;
        keys::follow(tx, &self.keys, revisions.keys)?;
        Ok(Ctx {
            actor: Actor::nobody(),
            now: self.clock.now(),
            world: self.worlds.at(tx, revisions)?,
            operator_mail: self.operator_mail.clone(),
            keys: Arc::clone(&self.keys),
            origin: sender.origin.clone(),
            notes: Notes::default(),
            latest_root: self.trail.latest_root(),
        })
    }
}
