//! Use cases: one function for each thing somebody can ask for, in one transaction.

pub mod accounts;
pub mod alerts;
pub mod audit;
pub mod breaches;
pub mod calls;
pub mod canaries;
pub mod cases;
pub mod coverage;
pub mod declarations;
pub mod digests;
pub mod directory;
pub mod documents;
pub mod drafts_kept;
pub mod employers;
pub mod evidence;
pub mod figures;
pub mod form;
pub mod forms;
pub mod help;
pub mod idempotency;
pub mod intake;
pub mod inventory;
pub mod keys;
pub mod likeness;
pub mod limits;
mod lines;
pub mod masking;
mod news;
pub mod notices;
pub mod notify;
pub mod opening;
pub mod operations;
pub mod opt_outs;
pub mod paging;
pub mod passwords;
pub mod places;
pub mod posts;
pub mod privacy;
pub mod published;
pub mod queue_params;
pub mod recount;
pub mod reform;
pub mod retention;
pub mod returns;
pub mod rule_proposals;
pub mod rules;
pub mod saved_filters;
pub mod sealed;
pub mod search;
mod seen;
pub mod standings;
pub mod subject_requests;
pub mod tokens;
mod transfer;
pub mod webauthn;
pub mod world;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use serde_json::Value;

use crate::{
    domain::{
        access::{self, Actor, Denial, Facts, Right},
        audit::{Action, Object, ObjectKind, Origin},
        decide::World,
    },
    error::{AppError, Result},
    ids::CaseId,
    sealing::Keys,
};

/// Who asks, when, and the dated world that rules look at. Made at the edge, passed to every use case.
#[derive(Clone)]
pub struct Ctx {
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: DateTime<Utc>,
    /// Places, authorities, law and code lists as they are now.
    pub world: Arc<World>,
    /// Where operator alarms are mailed, where that is configured.
    pub operator_mail: Option<String>,
    /// The keys to personal data.
    pub keys: Arc<Keys>,
    /// From where.
    pub origin: Origin,
    /// What is done and shown, for the trace.
    pub notes: audit::Notes,
    /// The newest root of the trace, which receipts repeat.
    pub latest_root: Option<(i64, String)>,
}

impl Ctx {
    /// Notes that a case is changed or shown.
    pub fn note(&self, action: Action, case: &CaseId, details: Value) {
        self.note_of(action, Object::new(ObjectKind::Case, case), details);
    }

    /// Notes that something is changed or shown, with the post in which that is done.
    pub fn note_of(&self, action: Action, object: Object, mut details: Value) {
        if let Some(held) = &self.actor.post {
            details["as_post"] = Value::from(held.id.as_str());
            details["as_authority"] = Value::from(held.authority_id.as_str());
        }
        self.notes.add(action, object, details);
    }

    /// Whether the caller may use `right` on the record of these facts.
    pub fn may(&self, right: Right, facts: Facts<'_>) -> bool {
        access::decide(&self.actor, right, facts, self.now).is_ok()
    }

    /// Refuses whoever does not have `right` at all. What follows is scoped by sight, or asks again.
    pub fn require(&self, right: Right) -> Result<()> {
        Ok(access::decide(&self.actor, right, Facts::Any, self.now)?)
    }

    /// Refuses whoever may not use `right` on this `record`; of a stranger's it is not told that it
    /// exists.
    pub fn require_of(&self, right: Right, facts: Facts<'_>, record: &'static str) -> Result<()> {
        access::decide(&self.actor, right, facts, self.now)
            .map_err(|denial| refused(denial, record))
    }
}

/// What is answered where something may not be done with a `record`: of a stranger's it is not told that
/// it exists.
fn refused(denial: Denial, record: &'static str) -> AppError {
    if denial.is_about_the_record() {
        AppError::NotFound(record)
    } else {
        denial.into()
    }
}

impl From<Denial> for AppError {
    fn from(denial: Denial) -> Self {
        Self::Forbidden(denial.as_str())
    }
}
