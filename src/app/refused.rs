//! Who was refused what, for the trace: one by one as long as there are few, and counted beyond that.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};

use super::AppState;
use crate::{
    api::{
        extract::{Asked, Credentials},
        gates::Whose,
    },
    domain::audit::{Action, ActorKind, Entry, Object, ObjectKind, Origin, Who},
    error::AppError,
    service::Ctx,
};

/// A request that may be refused: the transaction in which that is found out is gone by then.
pub(super) struct Refused {
    asked: Asked,
    by: Slot,
}

/// Whoever it turns out to be.
#[derive(Clone, Default)]
pub(super) struct Slot(Arc<OnceLock<(Who, Origin, DateTime<Utc>)>>);

impl Slot {
    pub(super) fn note(&self, ctx: &Ctx, error: AppError) -> AppError {
        self.note_who(Who::from(&ctx.actor), &ctx.origin, ctx.now);
        error
    }

    pub(super) fn note_who(&self, who: Who, origin: &Origin, now: DateTime<Utc>) {
        // The first half of a use case that failed has no second.
        let _ = self.0.set((who, origin.clone(), now));
    }
}

impl Refused {
    pub(super) fn of(sender: &Credentials) -> Self {
        Self {
            asked: sender.asked.clone(),
            by: Slot::default(),
        }
    }

    /// Of somebody unknown nothing that is refused is worth tracing.
    pub(super) fn nothing() -> Self {
        Self {
            asked: Asked::default(),
            by: Slot::default(),
        }
    }

    pub(super) fn slot(&self) -> Slot {
        self.by.clone()
    }

    /// Only what an honest caller does not run into belongs into the trace.
    pub(super) fn entry(&self, error: &AppError) -> Option<Entry> {
        use AppError::{Forbidden, NotFound, Unauthenticated};

        if !matches!(error, Forbidden(_) | NotFound(_) | Unauthenticated) {
            return None;
        }
        let (who, origin, now) = self.by.0.get()?;
        Some(Entry {
            happened_at: *now,
            who: who.clone(),
            action: Action::Refused,
            purpose: Action::Refused.purpose(),
            object: Object::new(ObjectKind::Address, &self.asked.what),
            result: error.to_string(),
            origin: origin.clone(),
            details: self.asked.ids.clone().into(),
        })
    }
}

impl AppState {
    /// The entry of a refusal, unless whoever it was, or their network, has had too many of late: then it is
    /// counted, and summed up later.
    pub fn rationed(&self, entry: Entry) -> Option<Entry> {
        let address = entry.origin.address.as_deref();
        let address = address.and_then(|address| address.parse().ok());
        let whose = match (entry.action, entry.who.kind) {
            (Action::SignInRefused, ActorKind::Unknown) => Whose::SigningIn,
            (_, ActorKind::Unknown) => Whose::Stranger,
            _ => Whose::Actor(&entry.who.id),
        };
        if self.gates.may_be_traced(whose, address) {
            return Some(entry);
        }
        self.withhold(entry);
        None
    }

    /// Counts a refusal that is not traced by itself.
    pub fn withhold(&self, entry: Entry) {
        self.metrics.withheld();
        let kind = entry.who.kind;
        if self.withheld.add(entry) {
            tracing::warn!(
                "Refusals are counted and no longer traced one by one (of: {kind}); the trace sums them up"
            );
        }
    }

    /// Traces a refusal, in a transaction of its own.
    pub async fn trace_refusal(&self, entry: Entry) {
        let Some(entry) = self.rationed(entry) else {
            return;
        };
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
}
