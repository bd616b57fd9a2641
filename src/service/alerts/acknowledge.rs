//! That somebody has an alert: by its link, by a step of the case, over the telephone.

use serde_json::json;

use crate::{
    domain::{
        access::{Actor, ActorRole, Caller},
        acknowledgement::Officer,
        case::{Case, Event},
        post,
    },
    error::Result,
    ids::{EventId, MessageId},
    sealing::{CaseKey, Column},
    service::{
        Ctx,
        posts::{acts_today, authority_facts},
    },
    store::{
        accounts,
        acknowledgements::{self, How, Taken},
        alerts::{self, Alert},
        conn::DbConn,
        events::{self, NewEvent},
        posts,
    },
};

use super::{belonging, ladder, officers};

/// Notes that `officer` has the alert, and lets its ladder rest. `false` where somebody was faster.
pub fn acknowledge(
    tx: &mut DbConn,
    (case, key): (&Case, &CaseKey),
    alert: &Alert,
    (how, message): (How, Option<&MessageId>),
    officer: &Officer,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<bool> {
    let taken = Taken {
        alert: alert.id.clone(),
        message: message.cloned(),
        how,
        at: now,
        officer: officers::seal(key, Column::AcknowledgementOfficer, &alert.id, officer)?,
    };
    if !acknowledgements::insert(tx, &case.id, &taken)? {
        return Ok(false);
    }
    ladder::taken(tx, &alert.id, now)?;
    Ok(true)
}

/// Puts into the timeline that the alert was taken.
pub fn note_in_timeline(
    tx: &mut DbConn,
    (case, key): (&Case, &CaseKey),
    alert: &Alert,
    officer: &Officer,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    let authority = alert.authority.as_ref();
    let event = Event {
        id: EventId::generate(),
        case_id: case.id.clone(),
        happened_at: now,
        actor: authority.map_or_else(|| alert.role.to_string(), |who| who.name.clone()),
        // Who has no queue here acts for its ministry.
        actor_role: post::handles_as(alert.role).unwrap_or(ActorRole::Ministry),
        action: "alert_taken".into(),
        from_status: Some(case.status),
        to_status: case.status,
        reason: None,
        details: json!({ "alert": alert.id, "name": officer.name, "post": officer.post, "phone": officer.phone }),
    };
    events::append(tx, NewEvent::seal(&event, key)?)?;
    Ok(())
}

/// Whoever takes a step of a case has the alert of its authority: the step says so itself. Where they act in
/// a post, the alert belongs to that from then on, if to none before.
pub fn by_step(tx: &mut DbConn, ctx: &Ctx, case: &Case, key: &CaseKey) -> Result<()> {
    let theirs: Vec<Alert> = alerts::list(tx, &case.id)?
        .into_iter()
        .filter(|alert| alert.ended.is_none() && is_of(ctx, alert))
        .collect();
    for alert in &theirs {
        let officer = officer_of(tx, &ctx.actor, alert)?;
        acknowledge(tx, (case, key), alert, (How::Step, None), &officer, ctx.now)?;
    }
    belonging::give(tx, ctx, &case.id, &theirs)
}

/// Whether the caller acts for the authority that the alert went to, or for whoever took over from it.
pub(super) fn is_of(ctx: &Ctx, alert: &Alert) -> bool {
    let Some(authority) = &alert.authority else {
        return false;
    };
    let actor = &ctx.actor;
    let today = acts_today(ctx, &authority.id);
    if let Some(held) = &actor.post {
        return held.authority_id == today;
    }
    if !matches!(actor.caller, Caller::Token(_)) {
        return false;
    }
    let facts = authority_facts(ctx, today);
    let same_territory = match (&actor.commune_code, &actor.province_code) {
        (Some(commune), _) => facts.commune_code.as_ref() == Some(commune),
        (None, Some(province)) => {
            facts.commune_code.is_none() && facts.province_code.as_ref() == Some(province)
        }
        (None, None) => facts.commune_code.is_none() && facts.province_code.is_none(),
    };
    facts.role == Some(actor.role) && same_territory
}

/// Who took the step, as whoever calls back needs it.
fn officer_of(tx: &mut DbConn, actor: &Actor, alert: &Alert) -> Result<Officer> {
    let authority = alert.authority.as_ref().map(|who| who.name.clone());
    let account = match &actor.caller {
        Caller::Account(id) => accounts::find(tx, id)?,
        _ => None,
    };
    let post = match &actor.post {
        Some(held) => posts::find(tx, &held.id)?.map(|post| post.name),
        None => None,
    };
    let (name, phone) = match account {
        Some(account) => (account.full_name, account.phone),
        None => (actor.name.clone(), None),
    };
    Ok(Officer {
        name,
        post: post.or(authority).unwrap_or_default(),
        phone: phone.or_else(|| alert.phone.clone()).unwrap_or_default(),
    })
}
