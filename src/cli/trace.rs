//! What is done with the command line stands in the trace as well.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    config::Config,
    domain::{
        access::Actor,
        audit::{Action, ActorKind, Object, ObjectKind, Origin, Who},
    },
    error::Result,
    service::{
        audit::{AuditKeys, Note, Trail},
        keys,
    },
    store::conn::DbConn,
    time::Clock,
};

/// Appends to the trace for whoever stands at the machine.
pub(super) struct Trace {
    trail: Trail,
    now: DateTime<Utc>,
}

impl Trace {
    /// Opens the keys of the trace: nothing that must be traced is done without them.
    pub(super) fn open(conn: &mut DbConn, config: &Config) -> Result<Self> {
        let now = Clock::with_offset(config.clock_offset).now();
        let keys = keys::open(conn, &config.master_keys, now)?;
        Ok(Self {
            trail: Trail::new(AuditKeys::of(&keys)?),
            now,
        })
    }

    /// Notes in this transaction that something was done.
    pub(super) fn note(
        &self,
        tx: &mut DbConn,
        action: Action,
        object: (ObjectKind, &str),
        details: Value,
    ) -> Result<()> {
        let who = Who {
            kind: ActorKind::Console,
            ..Who::from(&Actor::service())
        };
        let note = Note {
            action,
            object: Object::new(object.0, object.1),
            details,
        };
        // A chain that is given back to nobody is begun anew by the next command.
        let origin = Origin::default();
        self.trail
            .append(tx, vec![note], &who, &origin, self.now)
            .map(drop)
    }
}
