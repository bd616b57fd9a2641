//! Appending: a transaction takes a chain, adds its entries, and gives the chain back.

use std::sync::{Mutex, PoisonError, RwLock};

use chrono::{DateTime, Utc};

use super::Note;
use crate::{
    domain::audit::{
        Entry, Origin, Who,
        chain::{Chain, ChainKey, Linked},
        root::Signer,
    },
    error::{AppError, Result},
    sealing::Keys,
    store::{audit, conn::DbConn},
};

/// The keys of the trace.
pub struct AuditKeys {
    /// For the codes of entries.
    pub chain: ChainKey,
    /// For the signatures of roots.
    pub signer: Signer,
}

impl AuditKeys {
    /// The keys of the trace in a database: they follow from its look-up key, which stays the same
    /// when master keys change.
    pub fn of(keys: &Keys) -> Result<Self> {
        let signer = Signer::new(&keys.derived("audit_roots"))
            .ok_or_else(|| AppError::internal("no key for the roots of the trace"))?;
        Ok(Self {
            chain: ChainKey::new(&keys.derived("audit_chain")),
            signer,
        })
    }
}

/// The chains of this process.
///
/// A chain is out of the house while a transaction holds it. It comes back when that has committed;
/// of one that did not commit nobody knows where it stands, so it is let go and another is begun.
pub struct Trail {
    keys: AuditKeys,
    resting: Mutex<Vec<Chain>>,
    latest: RwLock<Option<(i64, String)>>,
}

impl Trail {
    /// A trail without chains.
    pub fn new(keys: AuditKeys) -> Self {
        Self {
            keys,
            resting: Mutex::default(),
            latest: RwLock::default(),
        }
    }

    /// The keys.
    pub fn keys(&self) -> &AuditKeys {
        &self.keys
    }

    /// Appends what was noted, in the transaction of what it tells of. Give the chain
    /// [`back`](Self::give_back) when that has committed; `None` where nothing was noted.
    pub fn append(
        &self,
        tx: &mut DbConn,
        notes: Vec<Note>,
        who: &Who,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<Option<Chain>> {
        let entries = notes.into_iter().map(|note| Entry {
            happened_at: now,
            who: who.clone(),
            action: note.action,
            purpose: note.action.purpose(),
            object: note.object,
            result: "done".into(),
            origin: origin.clone(),
            details: note.details,
        });
        self.append_entries(tx, entries.collect())
    }

    /// Appends entries that are made already.
    pub fn append_entries(&self, tx: &mut DbConn, entries: Vec<Entry>) -> Result<Option<Chain>> {
        if entries.is_empty() {
            return Ok(None);
        }
        let mut chain = self.resting().pop().unwrap_or_default();
        let linked = entries
            .into_iter()
            .map(|entry| {
                chain = chain.with(&entry, &self.keys.chain);
                Linked {
                    chain: chain.clone(),
                    entry,
                }
            })
            .collect();
        audit::append(tx, linked)?;
        Ok(Some(chain))
    }

    /// Takes a chain back after its transaction has committed.
    pub fn give_back(&self, chain: Option<Chain>) {
        self.resting().extend(chain);
    }

    /// Number and text of the newest root, as far as this process has seen it.
    pub fn latest_root(&self) -> Option<(i64, String)> {
        self.latest
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Notes the newest root.
    pub fn note_root(&self, root: Option<(i64, String)>) {
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) = root;
    }

    fn resting(&self) -> std::sync::MutexGuard<'_, Vec<Chain>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
