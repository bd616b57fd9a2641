//! Handing over: everything that a post holds goes to another post in one step.

use serde_json::{Value, json};

use super::{LONGEST_REASON, authority_facts, note, sees_cases, take_from, to_change};
use crate::{
    domain::{
        access::{Facts, Right, Sight},
        audit::Action,
        case::{Case, Event},
        declaration::FaultCode,
        post::Post,
    },
    error::{AppError, Result},
    ids::{AccountId, CaseId, EventId, PostId},
    service::{Ctx, form::Form, sealed},
    store::{
        cases,
        conn::DbConn,
        events::{self, NewEvent},
        posts, shifts,
    },
    time::day_in_vietnam,
};

/// What was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandedOver {
    /// Cases, ended ones as well.
    pub cases: usize,
    /// Shifts that are not over.
    pub shifts: usize,
}

/// Hands everything that the post `from` holds over to the post `to_post_id` of the same authority,
/// for a `reason`; where `leaving` names an account, it holds the post no longer. All of it or nothing.
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
    form.finish()?;
    let to = to.ok_or_else(|| AppError::internal("a form lacks its post"))?;

    let held = posts::cases_of(tx, &from.id)?;
    for case in &held {
        hand_over_case(tx, ctx, case, (&from, &to), &reason)?;
    }
    let shifts = shifts::hand_over(tx, &from.id, &to.id, ctx.now)?;
    if let Some(account) = &leaving {
        take_from(tx, ctx, &from, account, &reason)?;
    }
    let done = HandedOver {
        cases: held.len(),
        shifts,
    };
    note(
        ctx,
        Action::HandOver,
        &from,
        json!({ "to": to.id, "cases": done.cases, "shifts": done.shifts }),
    );
    Ok(done)
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
    id: &CaseId,
    (from, to): (&Post, &Post),
    reason: &str,
) -> Result<()> {
    cases::lock(tx, id)?;
    let mut case: Case =
        cases::find(tx, id, &Sight::All)?.ok_or_else(|| AppError::internal("a case is gone"))?;
    let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
    let seen_version = case.version;
    case.assigned_to = Some(to.name.clone());
    case.version += 1;
    if !cases::update(tx, &case, seen_version)? {
        return Err(AppError::Conflict("stale_version"));
    }
    posts::assign(tx, id, Some(&to.id), ctx.now)?;
    let event = Event {
        id: EventId::generate(),
        case_id: id.clone(),
        happened_at: ctx.now,
        actor: ctx.actor.name.clone(),
        actor_role: ctx.actor.role,
        action: "handed_over".to_owned(),
        from_status: Some(case.status),
        to_status: case.status,
        reason: Some(reason.to_owned()),
        details: json!({
            "from_post_id": from.id,
            "from_post": from.name,
            "to_post_id": to.id,
            "to_post": to.name,
        }),
    };
    events::insert(tx, vec![NewEvent::seal(&event, &key)?])?;
    ctx.note(
        Action::HandOver,
        id,
        json!({ "receipt_no": case.receipt_no, "to": to.id }),
    );
    Ok(())
}
