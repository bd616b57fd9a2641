//! What whoever runs the service must look at, as JSON: the same as the page `/operations`.

use actix_web::{HttpResponse, web::Data};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{coverage::ShareBody, extract::Credentials, openapi::QuietRefusals};
use crate::{
    app::AppState,
    archive::Archive,
    domain::{
        authority::Role, delivery::Priority, document::DocumentState, message::AlarmKind,
        routing::AuthorityName,
    },
    error::Result,
    service::operations::{self, Overview},
    store::{alerts::AlertStatus, outbox::MessageStatus, overview::WaitingAlert},
    telemetry::Metrics,
    time::rfc3339_in_vietnam,
};

/// An alert that waits for something.
#[derive(Serialize, ToSchema)]
#[schema(as = WaitingAlert)]
pub struct WaitingAlertBody {
    /// Receipt number of the case.
    pub receipt_no: String,
    /// In which role somebody is told.
    pub role: Role,
    /// Who; `null` where nobody holds the role.
    pub recipient: Option<AuthorityName>,
    /// Since when.
    pub since: String,
    /// For how many seconds.
    pub seconds: i64,
}

impl WaitingAlertBody {
    fn new(alert: &WaitingAlert, now: DateTime<Utc>) -> Self {
        Self {
            receipt_no: alert.receipt_no.clone(),
            role: alert.role,
            recipient: alert.authority.clone(),
            since: rfc3339_in_vietnam(alert.since),
            seconds: (now - alert.since).num_seconds().max(0),
        }
    }
}

/// Messages that wait.
#[derive(Serialize, ToSchema)]
#[schema(as = WaitingMessages)]
pub struct WaitingMessagesBody {
    /// `urgent`, `normal` or `bulk`.
    #[schema(example = "urgent")]
    pub priority: &'static str,
    /// `queued` or `delayed`.
    pub status: MessageStatus,
    /// How many.
    pub count: i64,
    /// For how many seconds the oldest waits.
    pub oldest_seconds: i64,
}

/// Messages by where they stand.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageCount)]
pub struct MessageCountBody {
    /// Where they stand.
    pub status: MessageStatus,
    /// How many.
    pub count: i64,
}

/// Alerts that were taken, ended, or have nobody.
#[derive(Serialize, ToSchema)]
#[schema(as = AlertCount)]
pub struct AlertCountBody {
    /// Where they stand.
    pub status: AlertStatus,
    /// How many.
    pub count: i64,
}

/// Alerts that climb.
#[derive(Serialize, ToSchema)]
#[schema(as = Ladders)]
pub struct LaddersBody {
    /// How many.
    pub climbing: i64,
    /// Those whose next rung is due first, 20 at most.
    pub items: Vec<ClimbingBody>,
}

/// An alert that climbs.
#[derive(Serialize, ToSchema)]
#[schema(as = ClimbingAlert)]
pub struct ClimbingBody {
    /// Which.
    pub alert: WaitingAlertBody,
    /// When its next rung is due.
    pub next_at: String,
}

/// The call list in short.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenCalls)]
pub struct OpenCallsBody {
    /// How many entries are open.
    pub open: i64,
    /// The whole list, with numbers and what to say.
    pub href: &'static str,
    /// The oldest, 20 at most.
    pub items: Vec<OpenCallBody>,
}

/// An open entry.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenCall)]
pub struct OpenCallBody {
    /// Id of the entry.
    pub id: String,
    /// What it is about.
    pub alert: WaitingAlertBody,
    /// Since when it is on the list.
    pub opened_at: String,
}

/// The monthly tests of this month.
#[derive(Serialize, ToSchema)]
#[schema(as = MonthlyTests)]
pub struct TestsBody {
    /// First day of the month.
    pub month: NaiveDate,
    /// Sent.
    pub sent: i64,
    /// Answered, by a test or by a real alert.
    pub answered: i64,
    /// Not answered in time.
    pub missed: i64,
    /// Opened.
    pub opened: i64,
    /// Mails that came back.
    pub returned: i64,
    /// Who missed theirs, 20 at most.
    pub missed_by: Vec<AuthorityName>,
}

/// The coverage in short.
#[derive(Serialize, ToSchema)]
#[schema(as = CoverageInShort)]
pub struct CoverageInShortBody {
    /// The whole country.
    pub country: ShareBody,
    /// Provinces in which something is missing.
    pub provinces_uncovered: usize,
    /// The whole report.
    pub href: &'static str,
}

/// A relay as this process sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = RelayState)]
pub struct RelayBody {
    /// Host and port.
    pub relay: String,
    /// `carries`, `on_trial` or `away`.
    #[schema(example = "carries")]
    pub state: &'static str,
}

/// What runs without being asked in this process, and how often it did.
#[derive(Serialize, ToSchema)]
#[schema(as = JobPasses)]
pub struct JobBody {
    /// Name.
    pub job: String,
    /// Passes that did something.
    pub worked: u64,
    /// Passes that had nothing to do.
    pub idle: u64,
    /// Passes that failed.
    pub failed: u64,
}

/// An alarm in short.
#[derive(Serialize, ToSchema)]
#[schema(as = AlarmInShort)]
pub struct AlarmInShortBody {
    /// What kind.
    pub kind: AlarmKind,
    /// When.
    pub raised_at: String,
    /// Receipt number of the case.
    pub receipt_no: Option<String>,
    /// What it names.
    pub record: Option<String>,
}

/// What whoever runs the service must look at.
#[derive(Serialize, ToSchema)]
#[schema(as = Operations)]
pub struct OperationsBody {
    /// When.
    pub at: String,
    /// The alert of which a message waits longest to be delivered.
    pub oldest_undelivered: Option<WaitingAlertBody>,
    /// The alert that waits longest for somebody to take it.
    pub oldest_untaken: Option<WaitingAlertBody>,
    /// What waits in the outbox, the most urgent first.
    pub waiting: Vec<WaitingMessagesBody>,
    /// Messages by where they stand.
    pub messages: Vec<MessageCountBody>,
    /// Alerts that were taken, ended, or have nobody.
    pub alerts: Vec<AlertCountBody>,
    /// Ladders.
    pub ladders: LaddersBody,
    /// The call list.
    pub calls: OpenCallsBody,
    /// Messages of open cases that were given up, the newest 20.
    pub failed: Vec<WaitingAlertBody>,
    /// The monthly tests.
    pub tests: TestsBody,
    /// The coverage; `null` before the first look.
    pub coverage: Option<CoverageInShortBody>,
    /// The newest 20 alarms.
    pub alarms: Vec<AlarmInShortBody>,
    /// The mail relays, as this process sees them.
    pub relays: Vec<RelayBody>,
    /// Jobs of this process.
    pub jobs: Vec<JobBody>,
    /// Files of cases.
    pub files: FilesBody,
}

/// How the file store and the scanner stand, as this process sees them.
#[derive(Serialize, ToSchema)]
#[schema(as = FilesInShort)]
pub struct FilesBody {
    /// `ready` or `away`.
    #[schema(example = "ready")]
    pub store: &'static str,
    /// `none`, `ready` or `away`.
    #[schema(example = "ready")]
    pub scanner: &'static str,
    /// Documents that wait for the scanner.
    pub waiting_for_scan: i64,
    /// Documents in which malware was found.
    pub quarantined: i64,
}

impl FilesBody {
    fn new(found: &Overview, archive: &Archive) -> Self {
        let count = |wanted: DocumentState| {
            let mut all = found.documents.iter();
            all.find(|(state, _)| *state == wanted)
                .map_or(0, |(_, count)| *count)
        };
        Self {
            store: archive.store_standing(),
            scanner: archive.scanner_standing(),
            waiting_for_scan: count(DocumentState::WaitingForScan),
            quarantined: count(DocumentState::Quarantined),
        }
    }
}

fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::Urgent => "urgent",
        Priority::Normal => "normal",
        Priority::Bulk => "bulk",
    }
}

fn relays(metrics: &Metrics) -> Vec<RelayBody> {
    let states = metrics.family("tnld_relay_state").into_iter();
    let relay = |(labels, figure): (Vec<String>, f64)| RelayBody {
        relay: labels.concat(),
        state: match figure {
            ..0.5 => "carries",
            0.5..1.5 => "on_trial",
            _ => "away",
        },
    };
    states.map(relay).collect()
}

fn jobs(metrics: &Metrics) -> Vec<JobBody> {
    let mut jobs: Vec<JobBody> = Vec::new();
    for (labels, figure) in metrics.family("tnld_job_passes_total") {
        let [job, outcome] = labels.as_slice() else {
            continue;
        };
        if jobs.last().is_none_or(|last| last.job != *job) {
            jobs.push(JobBody {
                job: job.clone(),
                worked: 0,
                idle: 0,
                failed: 0,
            });
        }
        let Some(last) = jobs.last_mut() else {
            continue;
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a counter of passes is whole and not negative"
        )]
        let count = figure as u64;
        match outcome.as_str() {
            "worked" => last.worked = count,
            "idle" => last.idle = count,
            _ => last.failed = count,
        }
    }
    jobs
}

impl OperationsBody {
    /// The overview with what this process knows besides.
    pub fn new(found: &Overview, metrics: &Metrics, archive: &Archive) -> Self {
        let now = found.at;
        let line = |alert: &WaitingAlert| WaitingAlertBody::new(alert, now);
        let (month, counts, missed_by) = &found.canaries;
        Self {
            at: rfc3339_in_vietnam(now),
            oldest_undelivered: found.oldest_undelivered.as_ref().map(line),
            oldest_untaken: found.oldest_untaken.as_ref().map(line),
            waiting: found
                .waiting
                .iter()
                .map(|some| WaitingMessagesBody {
                    priority: priority(some.priority),
                    status: some.status,
                    count: some.count,
                    oldest_seconds: (now - some.oldest).num_seconds().max(0),
                })
                .collect(),
            messages: found
                .messages
                .iter()
                .map(|(status, count)| MessageCountBody {
                    status: *status,
                    count: *count,
                })
                .collect(),
            alerts: found
                .alerts
                .iter()
                .map(|(status, count)| AlertCountBody {
                    status: *status,
                    count: *count,
                })
                .collect(),
            ladders: LaddersBody {
                climbing: found.climbing,
                items: found
                    .ladders
                    .iter()
                    .map(|(alert, next_at)| ClimbingBody {
                        alert: line(alert),
                        next_at: rfc3339_in_vietnam(*next_at),
                    })
                    .collect(),
            },
            calls: OpenCallsBody {
                open: found.open_calls,
                href: "/api/v1/calls",
                items: found
                    .calls
                    .iter()
                    .map(|(alert, id, opened_at)| OpenCallBody {
                        id: id.to_string(),
                        alert: line(alert),
                        opened_at: rfc3339_in_vietnam(*opened_at),
                    })
                    .collect(),
            },
            failed: found.failed.iter().map(line).collect(),
            tests: TestsBody {
                month: *month,
                sent: counts.sent,
                answered: counts.answered,
                missed: counts.missed,
                opened: counts.opened,
                returned: counts.returned,
                missed_by: missed_by.clone(),
            },
            coverage: found
                .coverage
                .map(|(country, provinces_uncovered)| CoverageInShortBody {
                    country: country.into(),
                    provinces_uncovered,
                    href: "/api/v1/coverage",
                }),
            alarms: found
                .alarms
                .iter()
                .map(|raised| AlarmInShortBody {
                    kind: raised.alarm.alarm,
                    raised_at: rfc3339_in_vietnam(raised.alarm.raised_at),
                    receipt_no: raised.alarm.receipt_no.clone(),
                    record: raised.alarm.record.clone(),
                })
                .collect(),
            relays: relays(metrics),
            jobs: jobs(metrics),
            files: FilesBody::new(found, archive),
        }
    }
}

/// What whoever runs the service must look at now: what waits, who has not taken what, what failed, how relays, tests and
/// coverage stand. Receipt numbers and authorities, nothing of persons. The page `/operations` shows the same.
#[utoipa::path(
    get, path = "/api/v1/operations", tag = "operations", operation_id = "show_operations",
    responses((status = 200, description = "As it is now", body = OperationsBody), QuietRefusals),
)]
pub async fn show(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let found = state.read_as(sender, operations::overview).await?;
    Ok(HttpResponse::Ok().json(OperationsBody::new(&found, &state.metrics, &state.archive)))
}
