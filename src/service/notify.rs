//! Telling the operator: a row on the list of alarms, a log line, and a mail where one is configured.

use crate::{
    domain::message::{Alarm, Message},
    error::Result,
    ids::MessageId,
    store::{
        alarms,
        conn::DbConn,
        outbox::{self, NewMessage},
    },
};

/// Raises `alarm` once for `dedup_key`, in the transaction of what caused it.
pub fn operator(
    tx: &mut DbConn,
    operator_mail: Option<&str>,
    alarm: &Alarm,
    dedup_key: &str,
) -> Result<()> {
    if !alarms::raise(tx, alarm, dedup_key)? {
        return Ok(());
    }
    tracing::error!(
        alarm.kind = %alarm.alarm,
        case.id = alarm.case_id.as_deref().unwrap_or_default(),
        "An operator must look at {}",
        alarm.alarm
    );
    if let Some(mail) = operator_mail {
        let message = Message::OperatorAlarm(alarm.clone());
        let letter = NewMessage {
            id: MessageId::generate(),
            alert_id: None,
            case_id: None,
            recipient: mail,
            message: &message,
            dedup_key: format!("alarm/{dedup_key}"),
            noted_at: alarm.raised_at,
        };
        outbox::enqueue(tx, &[letter])?;
    }
    Ok(())
}
