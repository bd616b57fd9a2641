//! Use cases: one function for each thing somebody can ask for, in one transaction.

pub mod alerts;
pub mod audit;
pub mod cases;
pub mod declarations;
pub mod directory;
pub mod idempotency;
pub mod keys;
pub mod limits;
mod lines;
pub mod notices;
pub mod notify;
pub mod opening;
pub mod operations;
pub mod places;
pub mod queue_params;
pub mod reform;
pub mod rules;
pub mod sealed;
pub mod standings;
pub mod tokens;
pub mod world;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use serde_json::Value;

use crate::{
    domain::{
        access::Actor,
        audit::{Action, Object, ObjectKind, Origin},
        decide::World,
    },
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
        self.notes
            .add(action, Object::new(ObjectKind::Case, case), details);
    }
}
