//! A supplement (*bổ sung*): adds and corrects, never erases; class, recipients and clocks follow.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    answer::{Answer, Parts},
    notices::{self, Told},
    prepare::{decided, with_context},
    show,
    submit::Answered,
};
use crate::{
    domain::{
        case::CaseStatus,
        classify::CaseClass,
        clocks::{self, Clock, ClockId},
        decide::Decision,
        declaration::{Declaration, supplement as reading},
        routing::Recipient,
    },
    error::{AppError, Result},
    ids::SupplementId,
    service::{
        Ctx,
        idempotency::{self, Key},
        opening,
    },
    store::{
        alerts::{self, TellAgain},
        cases,
        conn::DbConn,
        declarations::{self, NewSupplement},
    },
};

/// A supplement to accept.
pub struct Supplement {
    /// The number as it was written.
    pub receipt_no: String,
    /// The body as a value.
    pub body: Value,
    /// The body as it came.
    pub raw: String,
    /// `Idempotency-Key`.
    pub key: Option<String>,
}

/// Accepts a supplement and answers with the case as it now stands.
pub fn supplement(tx: &mut DbConn, ctx: &Ctx, cmd: Supplement) -> Result<Answered> {
    let stored = show::visible(tx, ctx, &cmd.receipt_no)?;
    let id = SupplementId::generate();
    let fingerprint = idempotency::fingerprint(&format!("supplement {}", stored.receipt_no), &cmd.body);
    let key = cmd.key.as_deref();
    if let Key::AnsweredAs(earlier) =
        idempotency::claim(tx, &ctx.actor.token_id, key, &fingerprint, id.as_str(), ctx.now)?
    {
        return Answered::again(tx, &earlier);
    }
    // Two supplements at once take their turn: each builds on what the other left.
    cases::lock(tx, &stored.case_id)?;
    let mut case = cases::find_any(tx, &stored.case_id)?.ok_or(AppError::NotFound("case"))?;
    let before: Declaration = serde_json::from_value(case.facts.clone())?;
    let earlier: Decision = serde_json::from_value(case.decision.clone())?;

    let read = with_context(&ctx.world, ctx.now, before.declarant.role, |context| {
        reading::read(&cmd.body, &before, context)
    });
    let all_faults = || read.required.iter().chain(&read.optional).cloned().collect();
    let Some(after) = read.declaration.as_ref().filter(|_| read.required.is_empty()) else {
        return Err(AppError::Invalid(all_faults()));
    };
    // From UNCLEAR everything is a step to knowing; else going down needs a document and a reason.
    let held = Some(earlier.case_class).filter(|class| *class != CaseClass::Unclear);
    let mut decision = decided(after, &ctx.world, ctx.now, held)?;
    if !read.optional.is_empty() && !decision.case_class.is_urgent() {
        return Err(AppError::Invalid(all_faults()));
    }
    // Late, and the form, belong to the first receipt.
    decision.late = earlier.late.clone();
    decision.form = earlier.form.clone();
    decision.form_basis = earlier.form_basis.clone();

    let clocks = follow_clocks(&case.clocks, &earlier, &mut decision, case.received_at, ctx.now);
    let told_before = alerts::standing(tx, &case.id)?;
    let status = status_after(case.status, &earlier, &decision);
    let reopened = case.status != status;
    let event = json!({ "note": read.note, "class": { "from": earlier.case_class, "to": decision.case_class } });

    let told = Told { case_id: &case.id, receipt_no: &case.receipt_no, received_at: case.received_at, declaration: after, decision: &decision };
    let new: Vec<&Recipient> = decision.recipients.iter().filter(|recipient| !knows(&told_before, recipient)).collect();
    notices::alert(tx, ctx, &told, &new)?;
    if earlier.case_class != decision.case_class || place_changed(&earlier, &decision) {
        let event = format!("supplement/{id}");
        notices::tell_change(tx, ctx, &told, earlier.case_class, &told_before, &event)?;
    }
    let keep_content = !after.accident.sector.is_armed_forces();
    opening::revise(tx, ctx, &mut case, after, &decision, clocks, status, reopened, event)?;

    let mut answer = Answer::new(&Parts {
        receipt_no: Some(&stored.receipt_no),
        case: Some(&case.id),
        received_at: case.received_at,
        decision: &decision,
        clocks: &case.clocks,
        warnings: &[read.optional.as_slice(), read.warnings.as_slice()].concat(),
        now: ctx.now,
    });
    show::set_statuses(tx, &case.id, &mut answer.routing)?;
    let answer = serde_json::to_string(&answer)?;
    declarations::insert_supplement(
        tx,
        &NewSupplement {
            id: &id,
            receipt_no: &stored.receipt_no,
            case_id: &case.id,
            token_id: &ctx.actor.token_id,
            received_at: ctx.now,
            note: &read.note,
            body: keep_content.then_some(cmd.raw.as_str()),
            answer: &answer,
        },
    )?;
    Ok(Answered { answer, receipt_no: Some(stored.receipt_no), replayed: false })
}

/// Whether an authority was told before, with a duty at least as strong.
fn knows(told_before: &[TellAgain], recipient: &Recipient) -> bool {
    told_before.iter().any(|alert| match &recipient.authority {
        Some(authority) => alert.authority_id.as_deref() == Some(&authority.id) && alert.duty <= recipient.duty,
        None => alert.authority_id.is_none() && alert.role == recipient.role,
    })
}

fn place_changed(earlier: &Decision, now: &Decision) -> bool {
    (&earlier.place.code, earlier.place.valid_from) != (&now.place.code, now.place.valid_from)
}

/// The clocks of the case after a new decision.
///
/// Where the limit changes, the old K3 stops and a new one starts: from the first receipt where no
/// K3 ran before (35.6 counts from the receipt), else from now, the notice of the graver outcome
/// (D39 Art. 22; `clock.escalation.mode`). K2 starts once, when the province comes in.
fn follow_clocks(
    running: &[Clock],
    earlier: &Decision,
    decision: &mut Decision,
    received_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<Clock> {
    let mut clocks = running.to_vec();
    let limit_changed = earlier.investigation.limit_days != decision.investigation.limit_days;
    for mut started in std::mem::take(&mut decision.clocks) {
        let earlier_rounds = clocks.iter().filter(|clock| clock.id == started.id).count();
        let starts_anew = match started.id {
            ClockId::K3 => limit_changed || earlier_rounds == 0,
            ClockId::K2 | ClockId::K4 => earlier_rounds == 0,
        };
        if !starts_anew {
            continue;
        }
        for old in clocks.iter_mut().filter(|clock| clock.id == started.id && clock.stopped_at.is_none()) {
            clocks::stop(old, now, "class_changed");
        }
        if started.id == ClockId::K3 && earlier_rounds == 0 {
            started = clocks::started_at(&started, received_at);
        }
        started.round = i32::try_from(earlier_rounds).unwrap_or(i32::MAX).saturating_add(1);
        clocks.push(started);
    }
    decision.clocks = clocks.clone();
    clocks
}

/// Where the case stands after its class rose: a facility case whose victim dies goes to the
/// province and starts there anew (D39 Art. 22), also when it was closed.
fn status_after(status: CaseStatus, earlier: &Decision, now: &Decision) -> CaseStatus {
    let rose = now.case_class < earlier.case_class && earlier.case_class != CaseClass::Unclear;
    let moved_up = rose && now.investigation.level != earlier.investigation.level;
    let elsewhere = matches!(status, CaseStatus::Duplicate | CaseStatus::Transferred);
    let not_begun = matches!(status, CaseStatus::Noticed | CaseStatus::Declared | CaseStatus::Received);
    if moved_up && !elsewhere && !not_begun { CaseStatus::Classified } else { status }
}
