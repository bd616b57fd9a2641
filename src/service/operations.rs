//! What an operator sees: depth of the outbox, standing of alerts, alarms.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    domain::{
        access::Right,
        canary::month_of,
        coverage::{Coverage, Share},
        document::DocumentState,
        routing::AuthorityName,
    },
    error::Result,
    ids::CallId,
    service::{Ctx, evidence, world::Worlds},
    store::{
        alarms::{self, RaisedAlarm},
        alerts::{self, AlertStatus},
        bounces, breaches,
        canaries::{self, MonthCounts},
        cases,
        conn::DbConn,
        coverage, documents, ladders, migrate,
        outbox::{self, MessageStatus},
        outbox_due,
        overview::{self, WaitingAlert, WaitingMessages},
        subject_requests,
    },
    telemetry::Snapshot,
    time::day_in_vietnam,
};

/// Most alarms in one answer.
const MOST_ALARMS: i64 = 100;
/// Most entries of each list of the overview.
const MOST_LINES: i64 = 20;

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
    /// Documents that wait for the scanner.
    pub waiting_for_scan: i64,
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
        waiting_for_scan: documents::count_by_state(conn)?
            .into_iter()
            .find(|(state, _)| *state == DocumentState::WaitingForScan)
            .map_or(0, |(_, count)| count),
    })
}

/// The figures that come from the database.
pub fn snapshot(conn: &mut DbConn, worlds: &Worlds, now: DateTime<Utc>) -> Result<Snapshot> {
    let world = worlds.now(conn)?;
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
            .chain(
                alerts::counts(conn)?
                    .into_iter()
                    .map(|(status, count)| (status.to_string(), count)),
            )
            .collect(),
        returned: bounces::counts(conn)?
            .into_iter()
            .map(|(kind, count)| (kind.to_string(), count))
            .collect(),
        documents: documents::count_by_state(conn)?
            .into_iter()
            .map(|(state, count)| (state.to_string(), count))
            .collect(),
        overdue_cases: cases::count_overdue(conn, now)?,
        alarms: alarms::count_all(conn)?,
        overdue_requests: subject_requests::count_overdue(conn, now)?,
        open_breaches: breaches::count_open(conn)?,
        overdue_duties: evidence::overdue(conn, &world, day_in_vietnam(now))?.len() as i64,
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

/// What whoever runs the service must look at, as the database says: receipt numbers, authorities and figures, and
/// nothing of persons.
pub struct Overview {
    /// When.
    pub at: DateTime<Utc>,
    /// The alert of which a message waits longest to be delivered.
    pub oldest_undelivered: Option<WaitingAlert>,
    /// The alert that waits longest for somebody to take it.
    pub oldest_untaken: Option<WaitingAlert>,
    /// What waits in the outbox.
    pub waiting: Vec<WaitingMessages>,
    /// Messages by where they stand.
    pub messages: Vec<(MessageStatus, i64)>,
    /// Alerts that were taken, ended, or have nobody.
    pub alerts: Vec<(AlertStatus, i64)>,
    /// How many alerts climb.
    pub climbing: i64,
    /// Those whose next rung is due first, each with that moment.
    pub ladders: Vec<(WaitingAlert, DateTime<Utc>)>,
    /// How many must be telephoned about.
    pub open_calls: i64,
    /// The oldest of them, each with its entry and since when it is there.
    pub calls: Vec<(WaitingAlert, CallId, DateTime<Utc>)>,
    /// Messages of open cases that were given up, the newest first.
    pub failed: Vec<WaitingAlert>,
    /// The month of the tests, how they stand, and who has missed theirs.
    pub canaries: (NaiveDate, MonthCounts, Vec<AuthorityName>),
    /// The share of the country, and in how many provinces something is missing; `None` before the first look.
    pub coverage: Option<(Share, usize)>,
    /// The newest alarms.
    pub alarms: Vec<RaisedAlarm>,
    /// Documents that cannot be read, by state.
    pub documents: Vec<(DocumentState, i64)>,
}

/// The overview; operators only.
pub fn overview(tx: &mut DbConn, ctx: &Ctx) -> Result<Overview> {
    ctx.require(Right::ReadAlarms)?;
    let waiting = ladders::waiting(tx)?;
    let month = month_of(day_in_vietnam(ctx.now));
    let shares = coverage::newest_shares(tx, None)?;
    Ok(Overview {
        at: ctx.now,
        oldest_undelivered: overview::oldest_undelivered(tx)?,
        oldest_untaken: overview::oldest_untaken(tx)?,
        waiting: overview::waiting_messages(tx)?,
        messages: outbox::counts(tx)?,
        alerts: alerts::counts(tx)?,
        climbing: waiting.ladders,
        ladders: overview::climbing(tx, MOST_LINES)?,
        open_calls: waiting.calls,
        calls: overview::called(tx, MOST_LINES)?,
        failed: overview::failed(tx, MOST_LINES)?,
        canaries: (
            month,
            canaries::counts_of(tx, month)?,
            canaries::missed_in(tx, month, MOST_LINES)?,
        ),
        coverage: shares.map(|provinces| {
            let looked = Coverage {
                provinces,
                ..Coverage::default()
            };
            (looked.country(), looked.uncovered_provinces())
        }),
        alarms: alarms::list(tx, None, MOST_LINES)?,
        documents: documents::count_by_state(tx)?,
    })
}
