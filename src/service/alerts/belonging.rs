//! To which post of the authority an alert belongs: the one in which somebody has taken it, or to which it is
//! assigned. It goes with the post when that is handed over, or its authority is merged.

use serde_json::{Value, json};

use super::{AlertShown, acknowledge::is_of, visible, with_ladders};
use crate::{
    domain::{
        access::{Right, Sight},
        audit::Action,
        case::{Case, Event},
        declaration::FaultCode,
        post::Post,
    },
    error::{AppError, Result},
    ids::{AlertId, CaseId, EventId, PostId},
    sealing::CaseKey,
    service::{Ctx, form::Form, posts, sealed},
    store::{
        alert_posts,
        alerts::{self, Alert},
        cases,
        conn::DbConn,
        events::{self, NewEvent},
    },
};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 1000;

/// Assigns an alert of the caller's authority to one of its posts: `post_id`, and where stated `reason`.
/// Nobody has taken it by that.
pub fn assign(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &CaseId,
    alert: &AlertId,
    body: &Value,
) -> Result<Vec<AlertShown>> {
    ctx.require(Right::AssignCase)?;
    cases::lock(tx, case)?;
    let mut case = visible(tx, ctx, Right::AssignCase, case)?;
    let found = alerts::find(tx, alert)?.filter(|one| one.case_id == case.id && is_of(ctx, one));
    let found = found.ok_or(AppError::NotFound("alert"))?;
    let mut form = Form::new(body);
    let id = form.value("post_id", FaultCode::NotAllowed, PostId::parse);
    let reason = form.optional_text("reason", LONGEST_REASON);
    let post = match id {
        Some(id) => posts::assignable(tx, ctx, &id)?,
        None => None,
    };
    let post = post.filter(|post| is_for(ctx, post, &found));
    if post.is_none() && !form.has_fault("post_id") {
        form.fault("post_id", FaultCode::NotAllowed);
    }
    form.finish()?;
    let post = post.ok_or_else(|| AppError::internal("a form lacks its post"))?;
    if found.ended.is_some() {
        return Err(AppError::Conflict("alert_ended"));
    }
    let before = alert_posts::of_case(tx, &case.id)?;
    let is_theirs = |(one, of): &(AlertId, Post)| *one == found.id && of.id == post.id;
    if !before.iter().any(is_theirs) {
        let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
        alert_posts::assign(tx, (&case.id, &found.id), &post.id, ctx.now)?;
        note_in_timeline(tx, ctx, (&case, &key), (&found, &post), reason)?;
        ctx.note(
            Action::AssignAlert,
            &case.id,
            json!({ "receipt_no": case.receipt_no, "alert": found.id, "to": post.id }),
        );
    }
    with_ladders(tx, ctx, &case)
}

fn note_in_timeline(
    tx: &mut DbConn,
    ctx: &Ctx,
    (case, key): (&Case, &CaseKey),
    (alert, post): (&Alert, &Post),
    reason: Option<String>,
) -> Result<()> {
    let event = Event {
        id: EventId::generate(),
        case_id: case.id.clone(),
        happened_at: ctx.now,
        actor: ctx.actor.name.clone(),
        actor_role: ctx.actor.role,
        action: "alert_assigned".into(),
        from_status: Some(case.status),
        to_status: case.status,
        reason,
        details: json!({ "alert": alert.id, "post_id": post.id, "post": post.name }),
    };
    events::append(tx, NewEvent::seal(&event, key)?)?;
    Ok(())
}

/// The alerts of a case that belong to the post `from` and still hold belong to the post `to` from now on, as the
/// case does.
pub(in crate::service) fn hand_on(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &CaseId,
    (from, to): (&PostId, &Post),
    reason: &str,
) -> Result<()> {
    let belong = alert_posts::of_case(tx, case)?;
    let belong: Vec<AlertId> = belong
        .into_iter()
        .filter(|(_, post)| post.id == *from)
        .map(|(alert, _)| alert)
        .collect();
    for id in belong {
        let Some(alert) = alerts::find(tx, &id)?.filter(|alert| alert.ended.is_none()) else {
            continue;
        };
        let case = cases::find(tx, case, &Sight::All)?;
        let mut case = case.ok_or(AppError::NotFound("case"))?;
        let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
        alert_posts::assign(tx, (&case.id, &id), &to.id, ctx.now)?;
        note_in_timeline(
            tx,
            ctx,
            (&case, &key),
            (&alert, to),
            Some(reason.to_owned()),
        )?;
        ctx.note(
            Action::AssignAlert,
            &case.id,
            json!({ "receipt_no": case.receipt_no, "alert": id, "to": to.id }),
        );
    }
    Ok(())
}

/// Whether the post is one of the authority that the alert went to, or of whoever took over from it.
fn is_for(ctx: &Ctx, post: &Post, alert: &Alert) -> bool {
    let authority = alert.authority.as_ref();
    authority.is_some_and(|who| posts::acts_today(ctx, &who.id) == post.authority_id)
}

/// Whoever acts in a post and has taken these alerts has them in that post, where they belong to none.
pub(super) fn give(tx: &mut DbConn, ctx: &Ctx, case: &CaseId, taken: &[Alert]) -> Result<()> {
    let Some(held) = &ctx.actor.post else {
        return Ok(());
    };
    if taken.is_empty() {
        return Ok(());
    }
    let before = alert_posts::of_case(tx, case)?;
    for alert in taken {
        if before.iter().all(|(one, _)| *one != alert.id) {
            alert_posts::assign(tx, (case, &alert.id), &held.id, ctx.now)?;
        }
    }
    Ok(())
}

/// Where the authority of one of these `new` alerts, or the one that it took over from, had an alert of the
/// case that belonged to a post, the new one belongs to that post.
pub fn inherit(tx: &mut DbConn, ctx: &Ctx, new: &[Alert]) -> Result<()> {
    let Some(first) = new.first() else {
        return Ok(());
    };
    let before = alert_posts::of_case(tx, &first.case_id)?;
    for alert in new {
        let authority = alert.authority.as_ref();
        // The post that had the latest of them.
        let theirs = before.iter().rev().find(|(_, post)| {
            let today = posts::acts_today(ctx, &post.authority_id);
            post.ended_at.is_none() && authority.is_some_and(|who| who.id == today)
        });
        if let Some((_, post)) = theirs {
            alert_posts::assign(tx, (&alert.case_id, &alert.id), &post.id, ctx.now)?;
        }
    }
    Ok(())
}
