//! The way from a handler to what people do with their own account, and to what needs no account.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{AppState, Refused, Slot, Used, Whose};
use crate::{
    api::extract::Credentials,
    config::Secret,
    domain::{
        audit::{Action, Entry},
        decide::World,
        declaration::FaultCode,
    },
    error::{AppError, Result},
    service::{
        accounts::{
            Occasion, Signed, proof,
            second_factor::{self, Factor},
            who, wrong,
        },
        audit::Notes,
        keys, tokens,
    },
    store::{catalogues, conn::DbConn, sessions::Session},
};

/// What somebody who is signed in shows again before a change of how they sign in.
pub struct ShownAgain {
    /// The password, and where it stands in the body.
    pub password: (Secret, &'static str),
    /// The second factor, where it must be shown too.
    pub factor: Option<Factor>,
}

impl AppState {
    /// Runs what a person who is signed in does with their own account.
    pub async fn write_signed<T: Send + 'static>(
        &self,
        sender: Credentials,
        work: impl FnOnce(&mut DbConn, &Signed) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let refused = Refused::of(&sender);
        let (state, slot) = (self.clone(), refused.slot());
        let outcome = self
            .db
            .write(move |tx| {
                let signed = state.signed(tx, &sender, &slot)?;
                let used = Used::Session(Box::new(signed.session.clone()));
                state.note_use(tx, &used, signed.now)?;
                let done = work(tx, &signed).inspect_err(|_| {
                    slot.note_who(who(&signed.account), &signed.origin, signed.now);
                })?;
                let notes = signed.notes.take();
                let who = who(&signed.account);
                let chain = state
                    .trail
                    .append(tx, notes, &who, &signed.origin, signed.now)?;
                Ok((done, chain))
            })
            .await;
        let done = self.settled(outcome, &refused).await?;
        self.wake.wake();
        Ok(done)
    }

    /// Shows a person who is signed in something of their own account.
    pub async fn read_signed<T: Send + 'static>(
        &self,
        sender: Credentials,
        work: impl FnOnce(&mut DbConn, &Signed) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (done, signed) = self.looked_at(sender, work).await?;
        let now = signed.now;
        self.note_use_later(Used::Session(Box::new(signed.session)), now);
        Ok(done)
    }

    /// The session that `sender` shows, and the moment of this look. Looking is no use: the session ends no later
    /// for it.
    pub async fn session_of(&self, sender: Credentials) -> Result<(Session, DateTime<Utc>)> {
        let ((), signed) = self.looked_at(sender, |_, _| Ok(())).await?;
        Ok((signed.session, signed.now))
    }

    async fn looked_at<T: Send + 'static>(
        &self,
        sender: Credentials,
        work: impl FnOnce(&mut DbConn, &Signed) -> Result<T> + Send + 'static,
    ) -> Result<(T, Signed)> {
        let refused = Refused::of(&sender);
        let (state, slot) = (self.clone(), refused.slot());
        let outcome = self
            .db
            .read(move |tx| {
                let signed = state.signed(tx, &sender, &slot)?;
                let done = work(tx, &signed).inspect_err(|_| {
                    slot.note_who(who(&signed.account), &signed.origin, signed.now);
                })?;
                Ok(((done, signed), None))
            })
            .await;
        self.settled(outcome, &refused).await
    }

    /// Runs what a person does who has shown again who they are. The password is looked at beside the
    /// database, between two transactions; a wrong try is counted and traced. What can be refused
    /// without the password is refused by `check` before.
    pub async fn write_confirmed<T: Send + 'static>(
        &self,
        sender: Credentials,
        shown: ShownAgain,
        check: impl FnOnce(&mut DbConn, &Signed) -> Result<()> + Send + 'static,
        work: impl FnOnce(&mut DbConn, &Signed) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (counted, stored) = self
            .write_signed(sender.clone(), |tx, signed| {
                check(tx, signed)?;
                let counted = proof::count_again(tx, signed)?;
                Ok((counted, signed.account.password_hash.clone()))
            })
            .await?;
        let (password, pointer) = shown.password;
        let is_right = self.passwords.verify(password, stored.clone()).await?;
        let (factor, rationed) = (shown.factor, self.clone());
        self.write_signed(sender, move |tx, signed| {
            let is_unchanged = signed.account.password_hash == stored;
            if !(is_right && is_unchanged && counted.is_looked_at) {
                rationed.note_wrong(signed, "password");
                return Ok(Err(wrong(pointer, FaultCode::NotRight)));
            }
            if let Some(factor) = factor
                && !second_factor::passes(tx, &signed.keys, &signed.account, &factor, signed.now)?
            {
                let pointer = match factor.recovery_code {
                    Some(_) if factor.totp.is_none() => "/recovery_code",
                    _ => "/totp",
                };
                rationed.note_wrong(signed, "code");
                return Ok(Err(wrong(pointer, FaultCode::NotRight)));
            }
            proof::was_right(tx, &counted)?;
            work(tx, signed).map(Ok)
        })
        .await?
    }

    /// Runs what needs no account: signing in, the links of mails. What is to be traced comes back
    /// with what was done, and is appended in the same transaction.
    pub async fn write_open<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut DbConn, &World) -> Result<(T, Vec<Entry>)> + Send + 'static,
    ) -> Result<T> {
        let state = self.clone();
        let (done, chain) = self
            .db
            .write(move |tx| {
                let revisions = catalogues::revisions(tx)?;
                keys::follow(tx, &state.keys, revisions.keys)?;
                let world = state.worlds.at(tx, revisions)?;
                let (done, entries) = work(tx, &world)?;
                let entries = entries.into_iter().filter_map(|entry| match entry.action {
                    // Whoever types passwords all day does not fill the trace.
                    Action::SignInRefused => state.rationed(entry),
                    _ => Some(entry),
                });
                let entries = entries.collect();
                Ok((done, state.trail.append_entries(tx, entries)?))
            })
            .await?;
        self.trail.give_back(chain);
        self.wake.wake();
        Ok(done)
    }

    /// Notes that somebody who is signed in did not show who they are, unless they have tried that too often
    /// of late: then it is counted.
    fn note_wrong(&self, signed: &Signed, why: &str) {
        let occasion = Occasion {
            who: who(&signed.account),
            origin: signed.origin.clone(),
            now: signed.now,
        };
        let entry = occasion.entry(Action::SignInRefused, &signed.account.id, why);
        if self.rationed(entry).is_some() {
            signed.note(Action::SignInRefused, serde_json::json!({ "why": why }));
        }
    }

    fn signed(&self, tx: &mut DbConn, sender: &Credentials, slot: &Slot) -> Result<Signed> {
        let now = self.clock.now();
        let (whose, revisions) = self.known(tx, sender, slot, now)?;
        let (session, account) = match whose {
            Whose::Person(found) => *found,
            Whose::Token(token) => {
                slot.note_who(tokens::who_shows(&token), &sender.origin, now);
                return Err(AppError::Forbidden("a token has no account"));
            }
        };
        keys::follow(tx, &self.keys, revisions.keys)?;
        Ok(Signed {
            account,
            session,
            now,
            world: self.worlds.at(tx, revisions)?,
            origin: sender.origin.clone(),
            keys: Arc::clone(&self.keys),
            notes: Notes::default(),
        })
    }
}
