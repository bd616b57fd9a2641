//! The trace: noted by use cases, appended in their transaction, closed by roots, verified.

mod anchor;
mod asked;
mod roots;
mod trail;
mod verify;
mod withheld;

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::domain::audit::{Action, Object};

pub use anchor::{Anchor, Remembered};
pub use asked::{Place, SeenBy, who_saw};
pub use roots::{Made, close};
pub use trail::{AuditKeys, Trail};
pub use verify::{Finding, Verified, verify};
pub use withheld::Withheld;

/// What a use case noted, before it is appended.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// What was done.
    pub action: Action,
    /// To what.
    pub object: Object,
    /// What else; no personal data.
    pub details: Value,
}

/// The notes of one request.
#[derive(Debug, Clone, Default)]
pub struct Notes(Arc<Mutex<Vec<Note>>>);

impl Notes {
    /// Notes that something was done, or is about to be shown.
    pub fn add(&self, action: Action, object: Object, details: Value) {
        self.guard().push(Note {
            action,
            object,
            details,
        });
    }

    /// Takes what was noted.
    pub fn take(&self) -> Vec<Note> {
        std::mem::take(&mut self.guard())
    }

    fn guard(&self) -> std::sync::MutexGuard<'_, Vec<Note>> {
        // Notes are pushed whole: a panic elsewhere leaves them sound.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
