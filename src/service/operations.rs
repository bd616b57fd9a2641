//! What an operator sees: depth of the outbox, standing of alerts, alarms.

use chrono::{DateTime, Utc};

use crate::{
    domain::{access::Right, coverage::Coverage},
    error::Result,
    service::Ctx,
    store::{
        alarms::{self, RaisedAlarm},
        bounces, breaches, cases,
        conn::DbConn,
        coverage, evidence, ladders, migrate, outbox, outbox_due, subject_requests,
    },
    telemetry::Snapshot,
    time::day_in_vietnam,
};

/// Most alarms in one answer.
const MOST_ALARMS: i64 = 100;

/// How the outbox stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Readiness {
    /// Whether a newer or older program left migrations to apply.
    pub migrations_pending: bool,
    /// Messages that wait.
    pub outbox_depth: i64,
    /// Age of the oldest of them in seconds.
    pub outbox_oldest_seconds: f64,
    /// Age of the oldest alert that somebody must take and nobody has, in seconds.
    pub alert_oldest_seconds: f64,
    /// Alerts that somebody must telephone about.
    pub open_calls: i64,
    /// Age of the oldest of an alert in seconds.
    pub undelivered_alert_seconds: f64,
}

/// Whether the service can take declarations. A dead mail server must not close the intake.
pub fn readiness(conn: &mut DbConn, now: DateTime<Utc>) -> Result<Readiness> {
    let backlog = outbox::backlog(conn)?;
    let waiting = ladders::waiting(conn)?;
    Ok(Readiness {
        migrations_pending: migrate::pending(conn)?,
        outbox_depth: backlog.depth,
        outbox_oldest_seconds: age(backlog.oldest, now),
        alert_oldest_seconds: age(waiting.oldest, now),
        open_calls: waiting.calls,
        undelivered_alert_seconds: age(outbox_due::oldest_alert(conn)?, now),
    })
}

/// The figures that come from the database.
pub fn snapshot(conn: &mut DbConn, now: DateTime<Utc>) -> Result<Snapshot> {
    let backlog = outbox::backlog(conn)?;
    let waiting = ladders::waiting(conn)?;
    let shares = coverage::newest_shares(conn, None)?;
    let covered = Coverage {
        provinces: shares.unwrap_or_default(),
        ..Coverage::default()
    };
    Ok(Snapshot {
        coverage_ratio: covered.country().ratio(),
        provinces_uncovered: covered.uncovered_provinces() as i64,
        ladders_waiting: waiting.ladders,
        ladder_overdue_seconds: age(waiting.due_at, now),
        alert_oldest_seconds: age(waiting.oldest, now),
        open_calls: waiting.calls,
        outbox_depth: backlog.depth,
        outbox_oldest_seconds: age(backlog.oldest, now),
        undelivered_alert_seconds: age(outbox_due::oldest_alert(conn)?, now),
        alerts: outbox::counts(conn)?
            .into_iter()
            .map(|(status, count)| (status.to_string(), count))
            .collect(),
        returned: bounces::counts(conn)?
            .into_iter()
            .map(|(kind, count)| (kind.to_string(), count))
            .collect(),
        overdue_cases: cases::count_overdue(conn, now)?,
        alarms: alarms::count_all(conn)?,
        overdue_requests: subject_requests::count_overdue(conn, now)?,
        open_breaches: breaches::count_open(conn)?,
        overdue_duties: evidence::overdue(conn, day_in_vietnam(now))?.len() as i64,
    })
}

fn age(oldest: Option<DateTime<Utc>>, now: DateTime<Utc>) -> f64 {
    let milliseconds = oldest.map_or(0, |oldest| (now - oldest).num_milliseconds().max(0));
    // Precise far beyond any age that a message can reach.
    milliseconds as f64 / 1000.0
}

/// The latest alarms, newest first; operators only.
pub fn alarms(tx: &mut DbConn, ctx: &Ctx) -> Result<Vec<RaisedAlarm>> {
    ctx.require(Right::ReadAlarms)?;
    Ok(alarms::list(tx, None, MOST_ALARMS)?)
}
