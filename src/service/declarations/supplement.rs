//! A supplement (*bổ sung*): adds and corrects, never erases; class, recipients and clocks follow.

use serde_json::{Value, json};

use super::{
    answer::{Answer, Parts},
    prepare::{decided, with_context},
    show,
    submit::Answered,
};
use crate::{
    domain::{
        access::Sight,
        case::{Case, CaseStatus},
        classify::CaseClass,
        clocks::{self, Clock, ClockId},
        decide::{Decision, investigation_clock},
        declaration::supplement as reading,
        routing::{self, Recipient},
    },
    error::{AppError, Result},
    ids::SupplementId,
    sealing::Column,
    service::{
        Ctx,
        idempotency::{self, Key},
        notices::{self, Alerting, Told},
        opening::{self, Revision, kept},
        sealed,
    },
    store::{
        alerts::{self, Alert, AlertLedger},
        cases, clocks as stored_clocks,
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
    let call = format!("supplement {}", stored.receipt_no);
    let fingerprint = idempotency::fingerprint(&ctx.keys, &call, &cmd.body);
    if let Key::AnsweredAs(earlier) = idempotency::claim(
        tx,
        &ctx.actor.token_id,
        cmd.key.as_deref(),
        &fingerprint,
        id.as_str(),
        ctx.now,
    )? {
        return Answered::again(tx, ctx, &earlier);
    }
    // Two supplements at once take their turn: each builds on what the other left.
    cases::lock(tx, &stored.case_id)?;
    let mut case =
        cases::find(tx, &stored.case_id, &Sight::All)?.ok_or(AppError::NotFound("case"))?;
    let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
    let (before, earlier) = sealed::both(&key, &case)?;

    let read = with_context(&ctx.world, ctx.now, before.declarant.role, |context| {
        reading::read(&cmd.body, &before, context)
    });
    let faults = || [read.required.as_slice(), read.optional.as_slice()].concat();
    let Some(added) = read
        .supplement
        .as_ref()
        .filter(|_| read.required.is_empty())
    else {
        return Err(AppError::Invalid(faults()));
    };
    let after = &added.merged;
    // From UNCLEAR everything is a step to knowing; else going down needs a document and a reason.
    let held = Some(earlier.case_class).filter(|class| *class != CaseClass::Unclear);
    let mut decision = decided(after, &ctx.world, ctx.now, held)?;
    if !read.optional.is_empty() && !decision.case_class.is_urgent() {
        return Err(AppError::Invalid(faults()));
    }
    // Who was told because of a class that is held up stays named, with the duty that went with it.
    if decision.class_is_held() && !place_changed(&earlier, &decision) {
        routing::keep_stronger(&mut decision.recipients, &earlier.recipients);
    }
    // Whether it was late belongs to the first receipt, and so does its form; a class that rose, as
    // after a late death, needs the form of its own class.
    decision.late.clone_from(&earlier.late);
    if earlier.case_class == decision.case_class {
        decision.form.clone_from(&earlier.form);
        decision.form_basis.clone_from(&earlier.form_basis);
    }
    let status = status_after(&case, &earlier, &decision);
    let reopens = case.is_ended() && status != case.status;
    decision.clocks = follow_clocks(tx, ctx, &case, &earlier, &decision, reopens)?;

    let told_before = alerts::ledger(tx, &case.id)?;
    let told = Told {
        case_id: &case.id,
        key: &key,
        receipt_no: &case.receipt_no,
        received_at: case.received_at,
        declaration: after,
        decision: &decision,
    };
    // Of a case that was withdrawn, merged or given away nobody hears again, unless it grows graver.
    let rests = case.ended_because.is_some() && decision.case_class >= earlier.case_class;
    let new: Vec<&Recipient> = decision
        .recipients
        .iter()
        .filter(|recipient| !rests && !knows(&told_before, recipient))
        .collect();
    Alerting::of(ctx, &told, &new)?.write(tx, ctx)?;
    if earlier.case_class != decision.case_class || place_changed(&earlier, &decision) {
        notices::tell_change(
            tx,
            ctx,
            &told,
            earlier.case_class,
            &told_before,
            &new,
            &format!("supplement/{id}"),
        )?;
    }
    let keep_content = !after.accident.sector.is_armed_forces();
    let note = if keep_content {
        added.note.as_str()
    } else {
        ""
    };
    let details = json!({ "note": note, "class_before": earlier.case_class, "class_now": decision.case_class });
    let revision = Revision {
        declaration: &kept(after.clone(), decision.counts),
        decision: &decision,
        clocks: &decision.clocks,
        status,
        details,
    };
    opening::revise(tx, ctx, &mut case, &revision, &key)?;

    let mut answer = Answer::new(&Parts {
        receipt_no: Some(&stored.receipt_no),
        case: Some(&case.id),
        received_at: case.received_at,
        decision: &decision,
        clocks: &decision.clocks,
        warnings: &[read.optional.as_slice(), read.warnings.as_slice()].concat(),
        now: ctx.now,
    });
    show::set_statuses(tx, &case.id, &mut answer.routing)?;
    let answer = serde_json::to_string(&answer)?;
    let seal = |column, text: &str| key.seal(column, id.as_str(), text);
    let body = keep_content.then(|| seal(Column::SupplementBody, &cmd.raw));
    declarations::insert_supplement(
        tx,
        &NewSupplement {
            id: &id,
            receipt_no: &stored.receipt_no,
            case_id: &case.id,
            token_id: &ctx.actor.token_id,
            received_at: ctx.now,
            note: &seal(Column::SupplementNote, note)?,
            body: body.transpose()?.as_ref(),
            answer: &seal(Column::SupplementAnswer, &answer)?,
        },
    )?;
    Ok(Answered {
        answer,
        receipt_no: stored.receipt_no,
        replayed: false,
    })
}

/// Whether an authority was told before, with a duty at least as strong.
fn knows(told_before: &[AlertLedger], recipient: &Recipient) -> bool {
    let holding = told_before
        .iter()
        .map(|ledger| &ledger.alert)
        .filter(|alert| alert.ended.is_none());
    let same = |alert: &&Alert| alert.authority == recipient.authority;
    holding
        .filter(same)
        .any(|alert| match &recipient.authority {
            Some(_) => alert.duty <= recipient.duty,
            None => alert.role == recipient.role,
        })
}

fn place_changed(earlier: &Decision, now: &Decision) -> bool {
    (&earlier.place.code, earlier.place.valid_from) != (&now.place.code, now.place.valid_from)
}

/// The clocks of the case after a new decision.
///
/// Where the limit changes, the old K3 stops and a new one starts: from the first receipt where the
/// class was unclear until now (35.6 counts from the receipt), else from now, the notice of the
/// graver outcome (D39 Art. 22; `clock.escalation.mode`), and also where the case `reopens`. K2
/// starts once, when the province comes in.
fn follow_clocks(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &Case,
    earlier: &Decision,
    decision: &Decision,
    reopens: bool,
) -> Result<Vec<Clock>> {
    let mut all = stored_clocks::list(tx, &case.id)?;
    let limit_changed = earlier.investigation.limit_days != decision.investigation.limit_days;
    let late_death =
        decision.case_class == CaseClass::Fatal && earlier.case_class != CaseClass::Unclear;
    for started in &decision.clocks {
        let rounds = all.iter().filter(|clock| clock.id == started.id).count();
        let starts_anew = rounds == 0 || (started.id == ClockId::K3 && (limit_changed || reopens));
        if !starts_anew {
            continue;
        }
        for old in all
            .iter_mut()
            .filter(|clock| clock.id == started.id && clock.stopped_at.is_none())
        {
            clocks::stop(old, ctx.now, "class_changed");
        }
        let mut started = match started.id {
            ClockId::K3 if !late_death => {
                investigation_clock(&decision.investigation, &ctx.world.law, case.received_at)
                    .map_err(AppError::internal)?
                    .unwrap_or_else(|| started.clone())
            }
            _ => started.clone(),
        };
        started.round = i32::try_from(rounds).unwrap_or(i32::MAX).saturating_add(1);
        all.push(started);
    }
    // What no longer applies stops: nobody is sent to the scene of an accident that turned out light.
    let started_by_law = [ClockId::K2, ClockId::K3];
    for old in all
        .iter_mut()
        .filter(|clock| clock.stopped_at.is_none() && started_by_law.contains(&clock.id))
    {
        if !decision.clocks.iter().any(|clock| clock.id == old.id) {
            clocks::stop(old, ctx.now, "class_changed");
        }
    }
    Ok(all)
}

/// Where the case stands after its class rose: a facility case whose victim dies goes to the
/// province and starts there anew (D39 Art. 22), and a case that had ended is open again.
fn status_after(case: &Case, earlier: &Decision, now: &Decision) -> CaseStatus {
    use CaseStatus::{Classified, Declared, Duplicate, Noticed, Received, Transferred};

    let rose = now.case_class < earlier.case_class;
    let moved_up = earlier.case_class != CaseClass::Unclear
        && now.investigation.level != earlier.investigation.level;
    let begins_anew = case.is_ended() || moved_up;
    match case.status {
        // The case is another one now, or has not begun.
        Duplicate | Transferred | Noticed | Declared | Received => case.status,
        _ if rose && begins_anew => Classified,
        status => status,
    }
}
