//! Handing over: everything that a post holds goes to another post in one step.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    LONGEST_REASON, authorities_within, authority_facts, holders::take_from, kept_tokens, note,
    sees_cases, to_change,
};
use crate::{
    domain::{
        access::{Facts, Right, Sight},
        audit::Action,
        case::{Case, Event},
        declaration::FaultCode,
        post::Post,
    },
    error::{AppError, Result},
    ids::{AccountId, AlertId, CaseId, EventId, PostId},
    service::{Ctx, form::Form, sealed},
    store::{
        alert_posts, cases,
        conn::DbConn,
        events::{self, NewEvent},
        posts, shifts,
    },
    time::day_in_vietnam,
};

/// Most posts that are offered to hand over to.
const MOST_TARGETS: i64 = 100;

/// What was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandedOver {
    /// Cases, ended ones as well.
    pub cases: usize,
    /// Alerts that still hold.
    pub alerts: usize,
    /// Shifts that are not over.
    pub shifts: usize,
    /// Tokens that were kept.
    pub tokens: usize,
    /// Tokens that ended, because whoever made them leaves.
    pub ended_tokens: usize,
}

/// Hands everything that the post `from` holds over to the post `to_post_id` of the same authority,
/// for a `reason`; where `leaving` names an account, it holds the post no longer, and of the tokens that it
/// made those go on that `keep_tokens` names. All of it or nothing.
pub fn hand_over(tx: &mut DbConn, ctx: &Ctx, from: &PostId, body: &Value) -> Result<HandedOver> {
    let from = to_change(tx, ctx, Right::HandOver, from)?;
    let mut form = Form::new(body);
    let to = form.value("to_post_id", FaultCode::NotAllowed, PostId::parse);
    let reason = form.text("reason", LONGEST_REASON).unwrap_or_default();
    let leaving = form.optional("leaving", FaultCode::NotAllowed, AccountId::parse);
    let to = match to {
        Some(id) => posts::find(tx, &id)?,
        None => None,
    };
    let to = to.filter(|to| {
        to.ended_at.is_none()
            && to.id != from.id
            && is_within_reach(ctx, &from, to)
            && acts_alike(&from, to)
    });
    if to.is_none() && body.get("to_post_id").is_some_and(Value::is_string) {
        form.fault("to_post_id", FaultCode::NotAllowed);
    }
    let kept = kept_tokens::named(
        tx,
        ctx,
        &mut form,
        (&from, leaving.as_ref()),
        to.as_ref().unwrap_or(&from),
    )?;
    form.finish()?;
    let to = to.ok_or_else(|| AppError::internal("a form lacks its post"))?;

    let assigned: BTreeSet<CaseId> = posts::cases_of(tx, &from.id)?.into_iter().collect();
    let mut alerts: BTreeMap<CaseId, Vec<AlertId>> = BTreeMap::new();
    for (case, alert) in alert_posts::of_post(tx, &from.id)? {
        alerts.entry(case).or_default().push(alert);
    }
    // In one order, whatever of them is held: of two at once neither waits for the other.
    let all: BTreeSet<&CaseId> = assigned.iter().chain(alerts.keys()).collect();
    for case in all {
        let held = Held {
            case,
            is_assigned: assigned.contains(case),
            alerts: alerts.get(case).map_or(&[], Vec::as_slice),
        };
        hand_over_case(tx, ctx, held, (&from, &to), &reason)?;
    }
    let shifts = shifts::hand_over(tx, &from.id, &to.id, ctx.now)?;
    kept_tokens::keep(tx, ctx, &kept, &to, &reason)?;
    let ended_tokens = match &leaving {
        Some(account) => take_from(tx, ctx, &from, (account, !kept.is_empty()), &reason)?,
        None => 0,
    };
    let done = HandedOver {
        cases: assigned.len(),
        alerts: alerts.values().map(Vec::len).sum(),
        shifts,
        tokens: kept.len(),
        ended_tokens,
    };
    note(
        ctx,
        Action::HandOver,
        &from,
        json!({
            "to": to.id, "cases": done.cases, "alerts": done.alerts, "shifts": done.shifts,
            "tokens": done.tokens,
        }),
    );
    Ok(done)
}

/// The posts of its authority to which the post `from` may be handed over, by age.
pub fn targets(tx: &mut DbConn, ctx: &Ctx, from: &Post) -> Result<Vec<Post>> {
    let within = authorities_within(ctx, Right::HandOver, Some(&from.authority_id));
    let found = posts::list(tx, within.as_deref(), None, MOST_TARGETS)?;
    let fits = |to: &Post| to.id != from.id && acts_alike(from, to);
    Ok(found.into_iter().filter(fits).collect())
}

/// What a post holds in a case.
struct Held<'a> {
    case: &'a CaseId,
    is_assigned: bool,
    alerts: &'a [AlertId],
}

/// Posts hand over within their authority. Of one that has ended and that nobody has succeeded, whoever
/// keeps both may hand over to another, so that nothing is out of reach.
fn is_within_reach(ctx: &Ctx, from: &Post, to: &Post) -> bool {
    let today = day_in_vietnam(ctx.now);
    let is_in_force = |id: &str| ctx.world.directory.by_id(id, today).is_some();
    let facts = authority_facts(ctx, &to.authority_id);
    from.authority_id == to.authority_id
        || (!is_in_force(&from.authority_id)
            && is_in_force(&to.authority_id)
            && ctx.may(Right::HandOver, Facts::Authority(&facts)))
}

/// What the one holds the other may hold: both see cases, or neither does.
fn acts_alike(from: &Post, to: &Post) -> bool {
    !sees_cases(from) || sees_cases(to)
}

fn hand_over_case(
    tx: &mut DbConn,
    ctx: &Ctx,
    held: Held<'_>,
    (from, to): (&Post, &Post),
    reason: &str,
) -> Result<()> {
    let id = held.case;
    cases::lock(tx, id)?;
    let mut case: Case =
        cases::find(tx, id, &Sight::All)?.ok_or_else(|| AppError::internal("a case is gone"))?;
    let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
    if held.is_assigned {
        let seen_version = case.version;
        case.assigned_to = Some(to.name.clone());
        case.version += 1;
        if !cases::update(tx, &case, seen_version)? {
            return Err(AppError::Conflict("stale_version"));
        }
        posts::assign(tx, id, Some(&to.id), ctx.now)?;
    }
    for alert in held.alerts {
        alert_posts::assign(tx, (id, alert), &to.id, ctx.now)?;
    }
    let event = Event {
        id: EventId::generate(),
        case_id: id.clone(),
        happened_at: ctx.now,
        actor: ctx.actor.name.clone(),
        actor_role: ctx.actor.role,
        action: if held.is_assigned {
            "handed_over"
        } else {
            "alert_handed_over"
        }
        .to_owned(),
        from_status: Some(case.status),
        to_status: case.status,
        reason: Some(reason.to_owned()),
        details: json!({
            "from_post_id": from.id,
            "from_post": from.name,
            "to_post_id": to.id,
            "to_post": to.name,
            "alerts": held.alerts,
        }),
    };
    events::append(tx, NewEvent::seal(&event, &key)?)?;
    ctx.note(
        Action::HandOver,
        id,
        json!({ "receipt_no": case.receipt_no, "to": to.id, "alerts": held.alerts }),
    );
    Ok(())
}
