//! Closes the trace: a signed root every few minutes, and one for each day, which is mailed.

use std::{sync::Arc, time::Duration};

use super::{Job, Wake};
use crate::{
    domain::{
        audit::root::Root,
        contact::Channel,
        message::{Message, TraceRoot},
    },
    error::Result,
    ids::MessageId,
    service::audit::{Anchor, Made, Trail, close},
    store::{
        conn::DbConn,
        outbox::{self, NewMessage},
        pool::Db,
    },
    time::Clock,
};

/// Makes roots, and keeps the newest one for receipts.
pub struct CloseTrace {
    db: Db,
    clock: Clock,
    trail: Arc<Trail>,
    anchor: Anchor,
    /// Where the root of a day goes.
    mail: Option<String>,
    wake: Wake,
}

impl CloseTrace {
    /// A job on `db`.
    pub fn new(
        db: Db,
        clock: Clock,
        trail: Arc<Trail>,
        anchor: Anchor,
        mail: Option<String>,
        wake: Wake,
    ) -> Self {
        Self {
            db,
            clock,
            trail,
            anchor,
            mail,
            wake,
        }
    }
}

impl CloseTrace {
    /// Two short reads and writes of a file every half minute: not worth another thread.
    fn remember(&self, newest: Option<&Root>) {
        let file = self.anchor.path().display();
        let kept = match newest {
            Some(root) => self.anchor.remember(root),
            None => self.anchor.read().map(|remembered| remembered.is_none()),
        };
        match kept {
            Ok(true) => {}
            Ok(false) => tracing::error!(
                "The trace was cut off: the newest root that {file} remembers is gone from the database"
            ),
            Err(why) => tracing::error!(
                "The newest root of the trace cannot be remembered in {file}: {why}"
            ),
        }
    }
}

impl Job for CloseTrace {
    const NAME: &'static str = "close_trace";
    const EVERY: Duration = Duration::from_secs(30);

    async fn run(&self) -> Result<usize> {
        let (trail, mail, now) = (Arc::clone(&self.trail), self.mail.clone(), self.clock.now());
        let made = self
            .db
            .write(move |tx| {
                let made = close(tx, &trail.keys().signer, now)?;
                if let (Made::Day(root), Some(mail)) = (&made, mail) {
                    tell(tx, root, &mail, &trail.keys().signer.public_key())?;
                }
                Ok(made)
            })
            .await?;
        let latest = made.latest().map(|root| (root.no, root.root.clone()));
        self.trail.note_root(latest);
        self.remember(made.latest());
        match made {
            // More than one day may be waiting, after a pause.
            Made::Day(root) => {
                tracing::info!(
                    trace.root = root.root,
                    trace.no = root.no,
                    "The trace of {} is closed",
                    root.day.unwrap_or_default()
                );
                self.wake.wake();
                Ok(1)
            }
            Made::Within(_) | Made::Nothing(_) => Ok(0),
        }
    }
}

fn tell(tx: &mut DbConn, root: &Root, mail: &str, public_key: &str) -> Result<()> {
    let Some(day) = root.day else { return Ok(()) };
    let message = Message::TraceRoot(TraceRoot {
        day,
        no: root.no,
        root: root.root.clone(),
        signature: root.signature.clone(),
        public_key: public_key.to_owned(),
    });
    let new = NewMessage {
        id: MessageId::generate(),
        alert_id: None,
        case_id: None,
        channel: Channel::Email,
        contact: None,
        priority: message.priority(),
        recipient: mail.to_owned(),
        payload: outbox::payload(&message)?.into(),
        dedup_key: format!("trace/{}", root.no),
        noted_at: root.made_at,
    };
    outbox::enqueue(tx, vec![new])?;
    Ok(())
}
