//! Tells the operator of breaches whose 72 hours run out, of requests and duties that are overdue.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

use super::{Job, Wake};
use crate::{
    domain::{
        duties::breach::warn_at,
        message::{Alarm, AlarmKind},
    },
    error::Result,
    service::{evidence, world::Worlds},
    store::{
        alarms, breaches,
        conn::DbConn,
        pool::Db,
        subject_requests::{self, Which},
    },
    time::{Clock, day_in_vietnam},
};

/// Most of each kind in one look; the next look finds the others.
const MOST: i64 = 100;

/// Looks every ten seconds: the 72 hours of a breach may be nearly over when it is registered.
pub struct WatchDuties {
    db: Db,
    clock: Clock,
    worlds: Arc<Worlds>,
    operator_mail: Option<String>,
    wake: Wake,
}

impl WatchDuties {
    /// A job on `db`.
    pub fn new(
        db: Db,
        clock: Clock,
        worlds: Arc<Worlds>,
        operator_mail: Option<String>,
        wake: Wake,
    ) -> Self {
        Self {
            db,
            clock,
            worlds,
            operator_mail,
            wake,
        }
    }
}

impl Job for WatchDuties {
    const NAME: &'static str = "watch_duties";
    const EVERY: Duration = Duration::from_secs(10);

    async fn run(&self) -> Result<usize> {
        let (worlds, now) = (Arc::clone(&self.worlds), self.clock.now());
        let due = self.db.read(move |tx| find(tx, &worlds, now)).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let operator = self.operator_mail.clone();
        let raised = self
            .db
            .write(move |tx| {
                let mut raised = 0;
                for (key, alarm) in &due {
                    let is_new = alarms::raise_and_tell(tx, alarm, key, operator.as_deref())?;
                    raised += usize::from(is_new);
                }
                Ok(raised)
            })
            .await?;
        if raised > 0 {
            self.wake.wake();
        }
        Ok(raised)
    }
}

/// What the operator must hear of at `now`, by the key under which each is told once.
fn find(tx: &mut DbConn, worlds: &Worlds, now: DateTime<Utc>) -> Result<Vec<(String, Alarm)>> {
    let mut due = Vec::new();
    let mut note = |kind: AlarmKind, record: &str, round: &str| {
        let key = format!("{kind}/{record}/{round}");
        due.push((key, Alarm::of_record(kind, record, now)));
    };
    let world = worlds.now(tx)?;
    for breach in breaches::to_notify(tx, MOST)? {
        // Without a value in force the warning comes at once.
        let warned = warn_at(&breach.limit, &world.law).map_or(true, |at| at <= now);
        if warned {
            note(AlarmKind::BreachDue, breach.id.as_str(), "");
        }
    }
    for request in subject_requests::list(tx, None, Which::Overdue(now), None, MOST)? {
        let limits = &request.limits;
        let round = if limits.answer.due_raw < now {
            "answer"
        } else {
            "acknowledge"
        };
        note(AlarmKind::RequestOverdue, request.id.as_str(), round);
    }
    for (authority, proof) in evidence::overdue(tx, &world, day_in_vietnam(now))? {
        let record = match authority {
            Some(authority) => format!("{}/{authority}", proof.duty),
            None => proof.duty.to_string(),
        };
        note(AlarmKind::DutyOverdue, &record, &proof.due_on.to_string());
    }
    Ok(due)
}
