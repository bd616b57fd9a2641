//! Telling the operator: a row on the list of alarms, a log line, and a mail where one is configured.

use crate::{
    domain::message::Alarm,
    error::Result,
    store::{alarms, conn::DbConn},
};

/// Raises `alarm` once for `dedup_key`, in the transaction of what caused it.
pub fn operator(
    tx: &mut DbConn,
    operator_mail: Option<&str>,
    alarm: &Alarm,
    dedup_key: &str,
) -> Result<()> {
    if alarms::raise_and_tell(tx, alarm, dedup_key, operator_mail)? {
        tracing::error!(
            alarm.kind = %alarm.alarm,
            case.id = alarm.case_id.as_deref().unwrap_or_default(),
            "An operator must look at {}",
            alarm.alarm
        );
    }
    Ok(())
}
