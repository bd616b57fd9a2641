//! Alerts of a case, sending again, and what stands behind a mail's link.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    domain::{
        access::{Right, Sight, audiences},
        audit::Action,
        authority::Role,
        case::{Case, Event},
        clocks::Clock,
        decide::Decision,
        declaration::Declaration,
        notice::NoticeState,
        routing::AuthorityName,
    },
    error::{AppError, Result},
    ids::{CaseId, EventId, MessageId},
    sealing::Keys,
    service::{Ctx, opening, sealed},
    store::{
        alerts::{self, AlertLedger},
        cases, clocks,
        conn::DbConn,
        events::{self, NewEvent},
        links, notices, outbox,
    },
};

/// Every alert of a case that the caller sees.
pub fn list(tx: &mut DbConn, ctx: &Ctx, case: &CaseId) -> Result<Vec<AlertLedger>> {
    visible(tx, ctx, Right::ReadAlerts, case)?;
    ctx.note(Action::ReadAlerts, case, json!({}));
    Ok(alerts::ledger(tx, case)?)
}

/// Sends a failed message again. The ledger keeps every attempt, and the timeline says who asked.
pub fn resend(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &CaseId,
    message: &MessageId,
) -> Result<Vec<AlertLedger>> {
    let mut found = visible(tx, ctx, Right::ResendAlert, case)?;
    let is_of_case = alerts::ledger(tx, case)?.iter().any(|ledger| {
        ledger.alert.ended.is_none() && ledger.messages.iter().any(|one| one.id == *message)
    });
    if !is_of_case {
        return Err(AppError::NotFound("alert"));
    }
    if !outbox::resend(tx, message, ctx.now)? {
        return Err(AppError::Conflict("already_delivered"));
    }
    let event = Event {
        id: EventId::generate(),
        case_id: case.clone(),
        happened_at: ctx.now,
        actor: ctx.actor.name.clone(),
        actor_role: ctx.actor.role,
        action: "alert_sent_again".into(),
        from_status: Some(found.status),
        to_status: found.status,
        reason: None,
        details: json!({ "message": message }),
    };
    let key = sealed::key_to_write(tx, &ctx.keys, &mut found)?;
    events::insert(tx, vec![NewEvent::seal(&event, &key)?])?;
    ctx.note(Action::ResendAlert, case, json!({ "message": message }));
    Ok(alerts::ledger(tx, case)?)
}

fn visible(tx: &mut DbConn, ctx: &Ctx, right: Right, case: &CaseId) -> Result<Case> {
    ctx.require(right)?;
    let found = cases::find(tx, case, &audiences(&ctx.actor))?;
    // What is held is no case yet.
    let is_held = notices::state(tx, case)? == Some(NoticeState::Held);
    found.filter(|_| !is_held).ok_or(AppError::NotFound("case"))
}

/// The case behind a mail's link, read only.
pub struct LinkedCase {
    /// The case.
    pub case: Case,
    /// The facts as they now stand.
    pub facts: Declaration,
    /// What the law says of them.
    pub decision: Decision,
    /// Time limits.
    pub clocks: Vec<Clock>,
    /// Who is told.
    pub alerts: Vec<AlertLedger>,
    /// Until when the link opens.
    pub expires_at: DateTime<Utc>,
    /// The authority that it was sent to.
    pub reader: Option<AuthorityName>,
    /// In which role.
    pub role: Role,
}

/// What a link's secret opens; nothing where it has expired, or was never given.
pub fn behind_link(
    tx: &mut DbConn,
    keys: &Keys,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<Option<LinkedCase>> {
    let Some(target) = links::find(tx, &links::hash(secret), now)? else {
        return Ok(None);
    };
    // Whoever is no longer concerned no longer looks.
    let alert = alerts::of_message(tx, &target.message_id)?;
    let Some(alert) = alert.filter(|alert| alert.ended.is_none()) else {
        return Ok(None);
    };
    let Some(case) = cases::find(tx, &target.case_id, &Sight::All)? else {
        return Ok(None);
    };
    let (facts, decision) = sealed::both(&sealed::key_of(keys, &case)?, &case)?;
    Ok(Some(LinkedCase {
        facts: opening::shown(&facts, decision.counts).into_owned(),
        decision,
        clocks: clocks::list(tx, &case.id)?,
        alerts: alerts::ledger(tx, &case.id)?,
        expires_at: target.expires_at,
        reader: alert.authority,
        role: alert.role,
        case,
    }))
}
