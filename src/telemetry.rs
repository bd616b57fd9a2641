//! Logs on standard error and figures for `/metrics`. Neither ever holds personal data.

use std::{io::IsTerminal, time::Duration};

use prometheus::{
    Encoder, Gauge, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
    Opts, Registry, TextEncoder, core::Collector,
};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// Sends logs to standard error: lines for people on a terminal, JSON elsewhere.
///
/// `filter` is a checked `tracing` filter (`TNLD_LOG`). A second call changes nothing.
pub fn init_logs(filter: &str) {
    let registry = tracing_subscriber::registry().with(EnvFilter::new(filter));
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    // An error means that logs are already set up, which is all that is wanted.
    let _ = if std::io::stderr().is_terminal() {
        registry.with(layer).try_init()
    } else {
        registry.with(layer.with_ansi(false).json()).try_init()
    };
}

/// How an alert can stand; each is always shown, so that a graph has no gaps.
const ALERT_STATUSES: [&str; 10] = [
    "queued",
    "sent",
    "delayed",
    "bounced",
    "failed",
    "acknowledged",
    "refused",
    "superseded",
    "undeliverable",
    "withdrawn",
];

/// What can come back of a mail.
const RETURN_KINDS: [&str; 5] = ["failed", "delayed", "delivered", "auto_reply", "unknown"];

/// How a document can stand that cannot be read.
const DOCUMENT_STATES: [&str; 3] = ["waiting_for_scan", "quarantined", "removed"];

/// Seconds of requests: from a health check to a database that is away.
const REQUEST_SECONDS: [f64; 12] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0,
];

/// What the database says when somebody asks for figures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    /// Messages that wait in the outbox.
    pub outbox_depth: i64,
    /// Age in seconds of the oldest of them; 0 where none waits.
    pub outbox_oldest_seconds: f64,
    /// Alerts that climb their ladders.
    pub ladders_waiting: i64,
    /// By how many seconds the rung that is due first is overdue; 0 where none is.
    pub ladder_overdue_seconds: f64,
    /// Age in seconds of the oldest alert that somebody must take and nobody has.
    pub alert_oldest_seconds: f64,
    /// Alerts that somebody must telephone about.
    pub open_calls: i64,
    /// The same of those that are about an alert.
    pub undelivered_alert_seconds: f64,
    /// Messages by where they stand, and alerts that were taken, ended or have nobody; what is not named has none.
    pub alerts: Vec<(String, i64)>,
    /// What ever came back of messages, by kind.
    pub returned: Vec<(String, i64)>,
    /// Documents that cannot be read, by state.
    pub documents: Vec<(String, i64)>,
    /// Open cases past their nearest legal limit.
    pub overdue_cases: i64,
    /// Operator alarms ever raised.
    pub alarms: i64,
    /// Requests of data subjects that are past a limit.
    pub overdue_requests: i64,
    /// Breaches that are not closed.
    pub open_breaches: i64,
    /// Duties of the law on personal data that are due again.
    pub overdue_duties: i64,
    /// Of all pairs of a commune and an urgent class, the part that is covered; 1 before the first look.
    pub coverage_ratio: f64,
    /// Provinces that are not covered entirely.
    pub provinces_uncovered: i64,
}

/// Figures of this process and of its database, in the text form of Prometheus.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    declarations: IntCounter,
    limited: IntCounterVec,
    withheld: IntCounter,
    outbox_depth: IntGauge,
    outbox_oldest_seconds: Gauge,
    ladders_waiting: IntGauge,
    ladder_overdue_seconds: Gauge,
    alert_oldest_seconds: Gauge,
    open_calls: IntGauge,
    undelivered_alert_seconds: Gauge,
    alerts: IntGaugeVec,
    returned: IntGaugeVec,
    documents: IntGaugeVec,
    alarms: IntGauge,
    overdue_cases: IntGauge,
    overdue_requests: IntGauge,
    open_breaches: IntGauge,
    overdue_duties: IntGauge,
    coverage_ratio: Gauge,
    provinces_uncovered: IntGauge,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Figures that all stand at zero.
    pub fn new() -> Self {
        let registry = Registry::new();
        let metrics = Self {
            requests: counters(
                &registry,
                "tnld_http_requests_total",
                "Requests answered, by route pattern.",
                &["route", "method", "status"],
            ),
            request_seconds: histograms(
                &registry,
                "tnld_http_request_seconds",
                "Time from request to answer.",
                &["route", "method"],
                &REQUEST_SECONDS,
            ),
            declarations: register(
                &registry,
                IntCounter::new(
                    "tnld_declarations_total",
                    "Declarations answered with a receipt.",
                ),
            ),
            limited: counters(
                &registry,
                "tnld_limited_total",
                "Requests refused because there were too many, by limit.",
                &["limit"],
            ),
            withheld: register(
                &registry,
                IntCounter::new(
                    "tnld_refusals_counted_total",
                    "Refusals counted and summed up in the trace instead of traced one by one.",
                ),
            ),
            outbox_depth: gauge(
                &registry,
                "tnld_outbox_depth",
                "Messages not yet delivered.",
            ),
            ladders_waiting: gauge(
                &registry,
                "tnld_ladders_waiting",
                "Alerts that climb because nobody has taken them yet.",
            ),
            ladder_overdue_seconds: register(
                &registry,
                Gauge::new(
                    "tnld_ladder_overdue_seconds",
                    "By how much the rung that is due first is overdue.",
                ),
            ),
            alert_oldest_seconds: register(
                &registry,
                Gauge::new(
                    "tnld_alert_oldest_seconds",
                    "Age of the oldest alert that somebody must take and nobody has.",
                ),
            ),
            open_calls: gauge(
                &registry,
                "tnld_open_calls",
                "Alerts that somebody must telephone about.",
            ),
            outbox_oldest_seconds: register(
                &registry,
                Gauge::new(
                    "tnld_outbox_oldest_seconds",
                    "Age of the oldest message not yet delivered.",
                ),
            ),
            undelivered_alert_seconds: register(
                &registry,
                Gauge::new(
                    "tnld_undelivered_alert_seconds",
                    "Age of the oldest message of an alert that is not yet delivered.",
                ),
            ),
            alerts: register(
                &registry,
                IntGaugeVec::new(
                    Opts::new(
                        "tnld_alerts",
                        "Messages of alerts by where they stand; alerts taken, refused, superseded, undeliverable.",
                    ),
                    &["status"],
                ),
            ),
            returned: register(
                &registry,
                IntGaugeVec::new(
                    Opts::new("tnld_returned_mails", "Mails that ever came back, by kind."),
                    &["kind"],
                ),
            ),
            documents: register(
                &registry,
                IntGaugeVec::new(
                    Opts::new("tnld_documents", "Documents that cannot be read, by state."),
                    &["state"],
                ),
            ),
            alarms: gauge(
                &registry,
                "tnld_operator_alarms",
                "Operator alarms ever raised.",
            ),
            overdue_cases: gauge(
                &registry,
                "tnld_overdue_cases",
                "Open cases past their nearest legal limit.",
            ),
            overdue_requests: gauge(
                &registry,
                "tnld_overdue_data_subject_requests",
                "Requests of data subjects past a limit.",
            ),
            open_breaches: gauge(
                &registry,
                "tnld_open_breaches",
                "Breaches of personal data that are not closed.",
            ),
            coverage_ratio: register(
                &registry,
                Gauge::new(
                    "tnld_coverage_ratio",
                    "Communes and urgent classes for which everybody can be reached, of all.",
                ),
            ),
            provinces_uncovered: gauge(
                &registry,
                "tnld_provinces_uncovered",
                "Provinces in which somebody who must be told could not be reached.",
            ),
            overdue_duties: gauge(
                &registry,
                "tnld_overdue_duties",
                "Duties of the law on personal data that are due again.",
            ),
            registry,
        };
        let build = gauge_with_version(&metrics.registry);
        build.set(1);
        metrics.show(&Snapshot::default());
        metrics
    }

    /// A request was answered. `route` is the pattern (`/api/v1/cases/{id}`), never the path
    /// itself, which may hold numbers of cases and would make a series of each.
    pub fn request(&self, route: &str, method: &str, status: u16, took: Duration) {
        self.requests
            .with_label_values(&[route, method, &status.to_string()])
            .inc();
        self.request_seconds
            .with_label_values(&[route, method])
            .observe(took.as_secs_f64());
    }

    /// A declaration was accepted (or its receipt given again).
    pub fn declared(&self) {
        self.declarations.inc();
    }

    /// A refusal was counted instead of traced by itself.
    pub fn withheld(&self) {
        self.withheld.inc();
    }

    /// A request was refused by this limit.
    pub fn limited(&self, limit: &str) {
        self.limited.with_label_values(&[limit]).inc();
    }

    /// Where other parts add their own figures: jobs, mail.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Takes over what the database says now.
    pub fn show(&self, now: &Snapshot) {
        self.outbox_depth.set(now.outbox_depth);
        self.outbox_oldest_seconds.set(now.outbox_oldest_seconds);
        self.ladders_waiting.set(now.ladders_waiting);
        self.ladder_overdue_seconds.set(now.ladder_overdue_seconds);
        self.alert_oldest_seconds.set(now.alert_oldest_seconds);
        self.open_calls.set(now.open_calls);
        self.undelivered_alert_seconds
            .set(now.undelivered_alert_seconds);
        self.overdue_cases.set(now.overdue_cases);
        self.alarms.set(now.alarms);
        self.overdue_requests.set(now.overdue_requests);
        self.open_breaches.set(now.open_breaches);
        self.overdue_duties.set(now.overdue_duties);
        self.coverage_ratio.set(now.coverage_ratio);
        self.provinces_uncovered.set(now.provinces_uncovered);
        for kind in RETURN_KINDS {
            let count = now.returned.iter().find(|(name, _)| name == kind);
            self.returned
                .with_label_values(&[kind])
                .set(count.map_or(0, |(_, count)| *count));
        }
        for state in DOCUMENT_STATES {
            let count = now.documents.iter().find(|(name, _)| name == state);
            self.documents
                .with_label_values(&[state])
                .set(count.map_or(0, |(_, count)| *count));
        }
        for status in ALERT_STATUSES {
            let count = now.alerts.iter().find(|(name, _)| name == status);
            self.alerts
                .with_label_values(&[status])
                .set(count.map_or(0, |(_, count)| *count));
        }
    }

    /// The figures of one family of gauges or counters in this process, each with the values of its labels in the order of
    /// their names; none where no part has registered it.
    pub fn family(&self, name: &str) -> Vec<(Vec<String>, f64)> {
        let families = self.registry.gather();
        let family = families.iter().find(|family| family.name() == name);
        let metrics = family.map_or(&[][..], |family| family.get_metric());
        let figure = |metric: &prometheus::proto::Metric| {
            let labels = metric.get_label().iter();
            let labels = labels.map(|label| label.value().to_owned()).collect();
            let gauge = metric.get_gauge().get_value();
            let counter = metric.get_counter().get_value();
            // One of the two is not set, and so zero.
            (labels, gauge + counter)
        };
        metrics.iter().map(figure).collect()
    }

    /// Everything in the text form of Prometheus.
    pub fn text(&self) -> String {
        let mut text = Vec::new();
        TextEncoder::new()
            .encode(&self.registry.gather(), &mut text)
            .expect("writing into memory cannot fail, and every family has a figure");
        String::from_utf8(text).expect("names, labels and figures are text")
    }
}

/// Registers a collector under a name that is written in this file, once.
fn register<C: Collector + Clone + 'static>(
    registry: &Registry,
    collector: prometheus::Result<C>,
) -> C {
    let collector = collector.expect("names and labels in this file are well formed");
    registry
        .register(Box::new(collector.clone()))
        .expect("every name stands once in this file");
    collector
}

fn counters(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    register(registry, IntCounterVec::new(Opts::new(name, help), labels))
}

fn gauge(registry: &Registry, name: &str, help: &str) -> IntGauge {
    register(registry, IntGauge::new(name, help))
}

fn gauge_with_version(registry: &Registry) -> IntGauge {
    let about = Opts::new("tnld_build_info", "The program that runs; always 1.")
        .const_label("version", env!("CARGO_PKG_VERSION"));
    register(registry, IntGauge::with_opts(about))
}

fn histograms(
    registry: &Registry,
    name: &str,
    help: &str,
    labels: &[&str],
    buckets: &[f64],
) -> HistogramVec {
    let about = HistogramOpts::new(name, help).buckets(buckets.to_vec());
    register(registry, HistogramVec::new(about, labels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_shown_before_anything_happened() {
        let text = Metrics::new().text();
        for line in [
            "tnld_outbox_depth 0",
            "tnld_outbox_oldest_seconds 0",
            "tnld_overdue_cases 0",
            "tnld_operator_alarms 0",
            concat!(
                "tnld_build_info{version=\"",
                env!("CARGO_PKG_VERSION"),
                "\"} 1"
            ),
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
        for status in ALERT_STATUSES {
            assert!(text.contains(&format!("tnld_alerts{{status=\"{status}\"}} 0")));
        }
    }

    #[test]
    fn figures_count_what_happened() {
        let metrics = Metrics::new();
        let route = "/api/v1/cases/{id}";
        metrics.request(route, "GET", 200, Duration::from_millis(3));
        metrics.request(route, "GET", 404, Duration::from_millis(1));
        metrics.declared();
        metrics.limited("address");
        metrics.show(&Snapshot {
            outbox_depth: 7,
            undelivered_alert_seconds: 2.5,
            outbox_oldest_seconds: 1.5,
            ladders_waiting: 5,
            ladder_overdue_seconds: 0.5,
            alert_oldest_seconds: 61.0,
            open_calls: 2,
            alerts: vec![("sent".into(), 4)],
            returned: vec![("failed".into(), 3)],
            documents: vec![("quarantined".into(), 1)],
            overdue_cases: 2,
            alarms: 1,
            overdue_requests: 3,
            open_breaches: 1,
            overdue_duties: 4,
            coverage_ratio: 0.25,
            provinces_uncovered: 34,
        });
        let text = metrics.text();
        for line in [
            "tnld_http_requests_total{method=\"GET\",route=\"/api/v1/cases/{id}\",status=\"404\"} 1",
            "tnld_http_request_seconds_count{method=\"GET\",route=\"/api/v1/cases/{id}\"} 2",
            "tnld_declarations_total 1",
            "tnld_limited_total{limit=\"address\"} 1",
            "tnld_outbox_depth 7",
            "tnld_outbox_oldest_seconds 1.5",
            "tnld_ladders_waiting 5",
            "tnld_ladder_overdue_seconds 0.5",
            "tnld_alert_oldest_seconds 61",
            "tnld_open_calls 2",
            "tnld_undelivered_alert_seconds 2.5",
            "tnld_alerts{status=\"sent\"} 4",
            "tnld_returned_mails{kind=\"failed\"} 3",
            "tnld_returned_mails{kind=\"unknown\"} 0",
            "tnld_overdue_cases 2",
            "tnld_overdue_data_subject_requests 3",
            "tnld_open_breaches 1",
            "tnld_overdue_duties 4",
            "tnld_coverage_ratio 0.25",
            "tnld_provinces_uncovered 34",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
    }
}
