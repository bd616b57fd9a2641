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
    store::{conn::DbConn, keys::known},
    time::Clock,
    wording::cli,
};

/// Appends to the trace for whoever stands at the machine.
pub(super) struct Trace {
    /// None where this machine does not hold the keys.
    trail: Option<Trail>,
    now: DateTime<Utc>,
}

impl Trace {
    /// Opens the keys of the trace.
    ///
    /// A database that was never served has no keys yet, and a command makes none: they belong where the
    /// service finds them. Where the keys of a database are not at hand the command goes on, and says
    /// that it leaves no trace: whoever may write to the database needs no command for that.
    pub(super) fn open(conn: &mut DbConn, config: &Config) -> Result<Self> {
        let now = Clock::with_offset(config.clock_offset).now();
        let trail = if known(conn)?.is_empty() {
            None
        } else {
            let opened = keys::open(conn, &config.master_keys, now)
                .and_then(|keys| Ok(Trail::new(AuditKeys::of(&keys)?)));
            if let Err(why) = &opened {
                let why =
                    std::error::Error::source(why).map_or_else(String::new, ToString::to_string);
                eprintln!("tnld: {}", cli::NOT_TRACED.said().with("why", why));
            }
            opened.ok()
        };
        Ok(Self { trail, now })
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
        let Some(trail) = &self.trail else {
            return Ok(());
        };
        trail
            .append(tx, vec![note], &who, &origin, self.now)
            .map(drop)
    }
}
