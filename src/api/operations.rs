//! Health, readiness, metrics, alarms.

use actix_web::{HttpResponse, http::StatusCode, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::Credentials,
    openapi::{ReadRefusals, WatchRefusals},
};
use crate::{
    app::AppState, domain::message::Alarm, error::Result, service::operations,
    time::rfc3339_in_vietnam,
};

/// The process answers.
#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
pub struct HealthBody {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Alive.
#[utoipa::path(
    get, path = "/healthz", tag = "operations", security(()),
    responses((status = 200, description = "Alive", body = HealthBody), WatchRefusals),
)]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(HealthBody { status: "ok" })
}

/// Whether declarations can be taken.
#[derive(Serialize, ToSchema)]
#[schema(as = Readiness)]
pub struct ReadinessBody {
    /// `ready`, `database` or `migrations`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Messages that wait to be delivered; never a reason for 503.
    outbox_depth: Option<i64>,
    /// Age of the oldest of them in seconds.
    outbox_oldest_seconds: Option<f64>,
    /// Age in seconds of the oldest alert that somebody must take and nobody has.
    alert_oldest_seconds: Option<f64>,
    /// Alerts that somebody must telephone about.
    open_calls: Option<i64>,
    /// Age of the oldest of an alert in seconds: somebody has not been told for so long.
    undelivered_alert_seconds: Option<f64>,
    /// `ready`, or `away`: files cannot be sent or read for now; never a reason for 503.
    #[schema(example = "ready")]
    file_store: &'static str,
    /// `none` where no scanner for malware is set, `ready`, or `away`: documents wait.
    #[schema(example = "ready")]
    scanner: &'static str,
    /// Documents that wait for the scanner.
    files_waiting_for_scan: Option<i64>,
}

/// Ready to take declarations: 503 only for the database or its migrations.
#[utoipa::path(
    get, path = "/readyz", tag = "operations", security(()),
    responses(
        (status = 200, description = "Ready", body = ReadinessBody),
        (status = 503, description = "The database is away, or migrations are pending", body = ReadinessBody),
        WatchRefusals,
    ),
)]
pub async fn readyz(state: Data<AppState>) -> HttpResponse {
    let now = state.clock.now();
    let (code, body) = match state
        .db
        .write(move |conn| operations::readiness(conn, now))
        .await
    {
        Ok(found) => {
            let (code, status) = if found.migrations_pending {
                (StatusCode::SERVICE_UNAVAILABLE, "migrations")
            } else {
                (StatusCode::OK, "ready")
            };
            let body = ReadinessBody {
                status,
                outbox_depth: Some(found.outbox_depth),
                outbox_oldest_seconds: Some(found.outbox_oldest_seconds),
                alert_oldest_seconds: Some(found.alert_oldest_seconds),
                open_calls: Some(found.open_calls),
                undelivered_alert_seconds: Some(found.undelivered_alert_seconds),
                file_store: state.archive.store_standing(),
                scanner: state.archive.scanner_standing(),
                files_waiting_for_scan: Some(found.waiting_for_scan),
            };
            (code, body)
        }
        Err(error) => {
            tracing::warn!("Not ready: {error}");
            let body = ReadinessBody {
                status: "database",
                outbox_depth: None,
                outbox_oldest_seconds: None,
                alert_oldest_seconds: None,
                open_calls: None,
                undelivered_alert_seconds: None,
                file_store: state.archive.store_standing(),
                scanner: state.archive.scanner_standing(),
                files_waiting_for_scan: None,
            };
            (StatusCode::SERVICE_UNAVAILABLE, body)
        }
    };
    HttpResponse::build(code).json(body)
}

/// Figures for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "operations", security(()),
    responses((status = 200, description = "Prometheus text", content_type = "text/plain", body = String), WatchRefusals),
)]
pub async fn metrics(state: Data<AppState>) -> HttpResponse {
    let now = state.clock.now();
    let worlds = state.worlds.clone();
    match state
        .db
        .read(move |conn| operations::snapshot(conn, &worlds, now))
        .await
    {
        Ok(snapshot) => state.metrics.show(&snapshot),
        // The figures of the process are worth having when the database is away.
        Err(error) => tracing::warn!("No figures from the database: {error}"),
    }
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(state.metrics.text())
}

/// Something that an operator must look at.
#[derive(Serialize, ToSchema)]
#[schema(as = Alarm)]
pub struct AlarmBody {
    /// Id.
    id: String,
    /// `undeliverable`, `message_failed`, `clock_not_started`, `breach_opened`, `breach_due`,
    /// `request_overdue`, `duty_overdue`, `call_needed`, `coverage_fell`, `canary_missed`, `malware_found`.
    #[schema(example = "undeliverable")]
    kind: String,
    /// When.
    raised_at: String,
    /// The case.
    case_id: Option<String>,
    /// Its receipt number.
    receipt_no: Option<String>,
    /// The role that is not told.
    role: Option<String>,
    /// The authority that is not told.
    authority_id: Option<String>,
    /// The message that was given up.
    message_id: Option<String>,
    /// What the mail server said.
    reply: Option<String>,
    /// The entry of a register of personal data protection, or the name of the duty.
    record: Option<String>,
}

/// The operator's list.
#[derive(Serialize, ToSchema)]
#[schema(as = AlarmList)]
pub struct AlarmsBody {
    /// At most 100, newest first.
    items: Vec<AlarmBody>,
    /// Always `null`.
    next: Option<String>,
}

/// What an operator must look at: roles that nobody holds, messages that were given up.
#[utoipa::path(
    get, path = "/api/v1/alarms", tag = "operations", operation_id = "list_alarms",
    responses((status = 200, description = "Alarms", body = AlarmsBody), ReadRefusals),
)]
pub async fn alarms(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let raised = state.read_as(sender, operations::alarms).await?;
    let items = raised
        .into_iter()
        .map(|raised| {
            let Alarm {
                alarm,
                raised_at,
                case_id,
                receipt_no,
                role,
                authority_id,
                message_id,
                reply,
                record,
            } = raised.alarm;
            AlarmBody {
                id: raised.id.to_string(),
                kind: alarm.to_string(),
                raised_at: rfc3339_in_vietnam(raised_at),
                case_id,
                receipt_no,
                role: role.map(|role| role.to_string()),
                authority_id,
                message_id,
                reply,
                record,
            }
        })
        .collect();
    Ok(HttpResponse::Ok().json(AlarmsBody { items, next: None }))
}
