//! Notices that are held: the list of them, and what an official decides.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::details;
use crate::{
    domain::{
        access::{ActorRole, Facts, Right, Sight},
        audit::Action,
        case::{Case, CaseStatus},
        clocks::NO_DUE,
        decide::{Decision, Standing},
        declaration::Declaration,
        notice::NoticeState,
        receipt::ReceiptNo,
    },
    error::{AppError, Result},
    sealing::CaseKey,
    service::{
        Ctx,
        declarations::decided,
        form::Form,
        notices::{self as telling, Alerting, Told},
        opening::{self, Territory},
        reform, sealed,
    },
    store::{
        alerts, cases, clocks,
        conn::DbConn,
        events::{self, NewEvent},
        notices::{self, Notice, Where},
    },
};

/// Most notices in one answer.
const MOST: i64 = 200;

/// A notice that is held, for a list.
pub struct Held {
    /// The notice.
    pub notice: Notice,
    /// Its case as it would be.
    pub case: Case,
    /// What was said; `None` for the operator, and where the content is not kept.
    pub summary: Option<String>,
}

/// A held notice with all that is known of it.
struct Opened {
    notice: Notice,
    case: Case,
    key: CaseKey,
    facts: Declaration,
    decision: Decision,
    audiences: BTreeSet<String>,
}

impl Opened {
    fn of(tx: &mut DbConn, ctx: &Ctx, notice: Notice) -> Result<Self> {
        let found = cases::find(tx, &notice.case_id, &Sight::All)?;
        let mut case = found.ok_or(AppError::NotFound("notice"))?;
        let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
        let (facts, decision) = sealed::both(&key, &case)?;
        let audiences = opening::audiences(
            &facts,
            &decision,
            &Territory::of(&decision),
            // Nobody is known to have sent a notice.
            &[],
        );
        Ok(Self {
            notice,
            case,
            key,
            facts,
            decision,
            audiences,
        })
    }

    /// Who would see the case.
    fn facts(&self) -> Facts<'_> {
        Facts::Case {
            audiences: &self.audiences,
        }
    }
}

/// The notices that are held in the caller's territory, the oldest first. The operator, who sees no case,
/// is told that they are there, when and where.
pub fn list_held(tx: &mut DbConn, ctx: &Ctx) -> Result<Vec<Held>> {
    ctx.require(Right::ReadHeldNotices)?;
    let actor = &ctx.actor;
    let is_operator = actor.role == ActorRole::Operator;
    let code = actor
        .commune_code
        .as_deref()
        .or(actor.province_code.as_deref());
    let within = match code {
        _ if is_operator => Where::Everywhere,
        Some(code) => Where::In(code),
        None => return Ok(Vec::new()),
    };
    let mut found = Vec::new();
    for notice in notices::held(tx, &within, MOST)? {
        let opened = Opened::of(tx, ctx, notice)?;
        if !ctx.may(Right::ReadHeldNotices, opened.facts()) {
            continue;
        }
        if !is_operator {
            let about = details(&opened.notice);
            ctx.note(Action::ReadHeldNotice, &opened.case.id, about);
        }
        let summary = opened.facts.accident.summary;
        found.push(Held {
            summary: Some(summary).filter(|text| !is_operator && !text.is_empty()),
            notice: opened.notice,
            case: opened.case,
        });
    }
    Ok(found)
}

/// Let a held notice be told.
pub struct Release {
    /// The number as it was written.
    pub receipt_no: String,
    /// The body: `note` may be in it.
    pub body: Value,
}

/// Let a held notice be told to nobody.
pub struct Reject {
    /// The number as it was written.
    pub receipt_no: String,
    /// The body: `reason`.
    pub body: Value,
}

/// The held notice of a number, if the caller decides on it.
fn find(tx: &mut DbConn, ctx: &Ctx, written: &str) -> Result<Opened> {
    ctx.require(Right::ConfirmNotice)?;
    let number = ReceiptNo::parse(written).map_err(|_| AppError::ReceiptMistyped)?;
    let notice = notices::find(tx, &number.to_string())?.ok_or(AppError::NotFound("notice"))?;
    let was_held = notice.held_because.is_some();
    // Of two who decide at once, one waits and finds what the other did.
    cases::lock(tx, &notice.case_id)?;
    let opened = Opened::of(tx, ctx, notice)?;
    ctx.require_of(Right::ConfirmNotice, opened.facts(), "notice")?;
    if !was_held {
        return Err(AppError::NotFound("notice"));
    }
    Ok(opened)
}

/// Everything that a declaration does, with the moment of receipt unchanged. It stays unverified.
pub fn release(tx: &mut DbConn, ctx: &Ctx, cmd: &Release) -> Result<Case> {
    let held = find(tx, ctx, &cmd.receipt_no)?;
    let mut form = Form::new(&cmd.body);
    let note = form.optional_text("note", 2000);
    form.finish()?;
    settle(tx, ctx, &held.notice, NoticeState::Unverified)?;
    let about = details(&held.notice);
    let (case, mut decision) = (held.case, held.decision);
    // The directory may have changed while it was held.
    let standing = Standing {
        received_at: case.received_at,
        held: Some(decision.case_class),
        team: None,
    };
    decision.recipients = decided(&held.facts, &ctx.world, ctx.now, Some(standing))?.recipients;
    let details = json!({ "note": note });
    let mut case = change(
        tx,
        ctx,
        case,
        &held.key,
        "notice_released",
        details,
        |case| sealed::set_decision(&held.key, case, &decision),
    )?;
    let audiences = opening::audiences(&held.facts, &decision, &Territory::of(&decision), &[]);
    cases::set_audiences(tx, &case, &audiences)?;
    // Its units may have ended while it was held.
    if reform::carry_over(tx, ctx, &case.id)? {
        case = cases::find(tx, &case.id, &Sight::All)?.ok_or(AppError::NotFound("case"))?;
        decision = sealed::both(&held.key, &case)?.1;
    }
    let told = Told {
        case_id: &case.id,
        key: &held.key,
        receipt_no: &case.receipt_no,
        received_at: case.received_at,
        declaration: &held.facts,
        decision: &decision,
    };
    let known = alerts::list(tx, &case.id)?;
    let anew: Vec<_> = decision
        .recipients
        .iter()
        .filter(|recipient| !telling::knows(known.iter(), recipient))
        .collect();
    Alerting::of(ctx, &told, &anew)?.write_anew(tx, ctx)?;
    ctx.note(Action::ReleaseNotice, &case.id, about);
    Ok(case)
}

/// A false notice: its case ends, and stays where officials find it.
pub fn reject(tx: &mut DbConn, ctx: &Ctx, cmd: &Reject) -> Result<Case> {
    let held = find(tx, ctx, &cmd.receipt_no)?;
    let mut form = Form::new(&cmd.body);
    let reason = form.text("reason", 2000);
    form.finish()?;
    settle(tx, ctx, &held.notice, NoticeState::Rejected)?;
    let (id, about) = (held.case.id.clone(), details(&held.notice));
    let mut running = clocks::list(tx, &id)?;
    for clock in &mut running {
        crate::domain::clocks::stop(clock, ctx.now, "ended");
    }
    clocks::update(tx, &id, &running)?;
    let details = json!({ "note": reason });
    let case = change(
        tx,
        ctx,
        held.case,
        &held.key,
        "notice_rejected",
        details,
        |case| {
            case.status = CaseStatus::NotWorkAccident;
            case.closed_at = Some(ctx.now);
            case.ended_because = Some("withdrawn".to_owned());
            case.due_at = NO_DUE;
            Ok(())
        },
    )?;
    cases::set_audiences(tx, &case, &held.audiences)?;
    ctx.note(Action::RejectNotice, &id, about);
    Ok(case)
}

fn settle(tx: &mut DbConn, ctx: &Ctx, notice: &Notice, to: NoticeState) -> Result<()> {
    if notices::decide(tx, &notice.case_id, NoticeState::Held, to, ctx.now)? {
        Ok(())
    } else {
        Err(AppError::Conflict("notice_decided"))
    }
}

/// Writes a changed case and its row of the timeline.
fn change(
    tx: &mut DbConn,
    ctx: &Ctx,
    mut case: Case,
    key: &CaseKey,
    action: &str,
    details: Value,
    with: impl FnOnce(&mut Case) -> Result<()>,
) -> Result<Case> {
    let (seen_version, from) = (case.version, case.status);
    with(&mut case)?;
    case.version += 1;
    if !cases::update(tx, &case, seen_version)? {
        return Err(AppError::Conflict("stale_version"));
    }
    let event = opening::event(ctx, &case, action, Some(from), details);
    events::append(tx, NewEvent::seal(&event, key)?)?;
    Ok(case)
}
