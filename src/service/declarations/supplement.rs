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
        access::{Right, Sight},
        audit::Action,
        case::{Case, CaseStatus},
        classify::CaseClass,
        clocks::{self, Clock, ClockId},
        decide::{Decision, Standing, investigation_clock},
        declaration::supplement as reading,
        investigation::InvestigationLevel,
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
        reform, sealed,
    },
    store::{
        alerts, cases, clocks as stored_clocks,
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
    let stored = show::visible(tx, ctx, Right::Supplement, &cmd.receipt_no)?.stored;
    let id = SupplementId::generate();
    let call = format!("supplement {}", stored.receipt_no);
    let fingerprint = idempotency::fingerprint(&ctx.keys, &call, &cmd.body);
    if let Key::AnsweredAs(earlier) = idempotency::claim(
        tx,
        &ctx.actor.caller.id(),
        cmd.key.as_deref(),
        &fingerprint,
        id.as_str(),
        ctx.now,
    )? {
        return Answered::again(tx, ctx, &earlier);
    }
    // Two supplements at once take their turn: each builds on what the other left.
    cases::lock(tx, &stored.case_id)?;
    // Its units may have ended since midnight, and nobody have looked yet.
    reform::carry_over(tx, ctx, &stored.case_id)?;
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
    let standing = Standing {
        received_at: case.received_at,
        held,
    };
    let mut decision = decided(after, &ctx.world, ctx.now, Some(standing))?;
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
    let elsewhere = goes_elsewhere(&case, &earlier, &decision);
    let status = status_after(&case, &earlier, &decision, elsewhere);
    let change = Change {
        reopens: case.is_ended() && status != case.status,
        elsewhere,
        status,
    };
    decision.clocks = follow_clocks(tx, ctx, &case, &earlier, &decision, &change)?;

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
        .filter(|recipient| {
            let alerts = told_before.iter().map(|ledger| &ledger.alert);
            !rests && !notices::knows(alerts, recipient)
        })
        .collect();
    Alerting::of(ctx, &told, &new)?.write(tx, ctx)?;
    let place_changed = place_changed(&earlier, &decision);
    let more_hurt = decision.counts.dead > earlier.counts.dead
        || decision.counts.serious > earlier.counts.serious;
    if earlier.case_class != decision.case_class || place_changed || more_hurt {
        notices::tell_change(
            tx,
            ctx,
            &told,
            (&earlier).into(),
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
    let mut details = json!({ "note": note, "class_before": earlier.case_class, "class_now": decision.case_class });
    if place_changed {
        details["place_before"] = shown_place(&earlier);
        details["place_now"] = shown_place(&decision);
    }
    let revision = Revision {
        declaration: &kept(after.clone(), decision.counts),
        decision: &decision,
        clocks: &decision.clocks,
        status,
        elsewhere,
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
        root: ctx.latest_root.as_ref(),
        now: ctx.now,
    });
    ctx.note(
        Action::Supplement,
        &case.id,
        json!({ "receipt_no": stored.receipt_no, "supplement": id }),
    );
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
            caller_id: &ctx.actor.caller.id(),
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

/// Whether the case lies, or may lie, in other units than before.
fn place_changed(earlier: &Decision, now: &Decision) -> bool {
    let today = |decision: &Decision| -> Vec<String> {
        let units = decision.place.today.iter();
        units.map(|unit| unit.code.clone()).collect()
    };
    (&earlier.place.code, earlier.place.valid_from) != (&now.place.code, now.place.valid_from)
        || today(earlier) != today(now)
        || earlier.provinces != now.provinces
}

fn shown_place(decision: &Decision) -> Value {
    json!({ "name": decision.place.name, "code": decision.place.code, "provinces": decision.provinces })
}

/// Whether the place was corrected to another province that now investigates in its own right: none
/// of the earlier provinces is one of today's, and no meeting has announced the minutes yet.
fn goes_elsewhere(case: &Case, earlier: &Decision, now: &Decision) -> bool {
    use CaseStatus::{
        Classified, Declared, Investigating, MinutesDrafted, Noticed, Received, SceneResponse,
        TeamFormed,
    };

    let in_progress = matches!(
        case.status,
        Noticed
            | Declared
            | Received
            | Classified
            | SceneResponse
            | TeamFormed
            | Investigating
            | MinutesDrafted
    );
    in_progress
        && now.investigation.level == InvestigationLevel::Provincial
        && !now.provinces.is_empty()
        && !earlier
            .provinces
            .iter()
            .any(|code| now.provinces.contains(code))
}

/// What a supplement changes in the way of a case.
struct Change {
    /// The case had ended and is open again.
    reopens: bool,
    /// Another province is in charge.
    elsewhere: bool,
    /// The state from now on.
    status: CaseStatus,
}

/// The clocks of the case after a new decision.
///
/// Where the limit changes, the old K3 stops and a new one starts: from the first receipt where the
/// class was unclear until now (35.6 counts from the receipt), else from now, the notice of the
/// graver outcome (D39 Art. 22; `clock.escalation.mode`), and also where the case `reopens`. K2
/// starts once, when the province comes in, while people can still be sent.
///
/// A place that is corrected to another province starts the province's clocks anew, from now: K2 and
/// K3 count from the receipt by the body that acts (`accidents.md` 7.3, 7.4), and that is another.
fn follow_clocks(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &Case,
    earlier: &Decision,
    decision: &Decision,
    change: &Change,
) -> Result<Vec<Clock>> {
    let mut all = stored_clocks::list(tx, &case.id)?;
    let limit_changed = earlier.investigation.limit_days != decision.investigation.limit_days;
    let late_death =
        decision.case_class == CaseClass::Fatal && earlier.case_class != CaseClass::Unclear;
    for started in &decision.clocks {
        let rounds = all.iter().filter(|clock| clock.id == started.id).count();
        let starts_anew = rounds == 0
            || change.elsewhere
            || (started.id == ClockId::K3 && (limit_changed || change.reopens));
        let is_past = started.id == ClockId::K2 && !change.status.awaits_scene();
        if !starts_anew || is_past {
            continue;
        }
        let because = if change.elsewhere {
            "place_changed"
        } else {
            "class_changed"
        };
        for old in all
            .iter_mut()
            .filter(|clock| clock.id == started.id && clock.stopped_at.is_none())
        {
            clocks::stop(old, ctx.now, because);
        }
        let mut started = match started.id {
            ClockId::K3 if !late_death && !change.elsewhere => {
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
/// province and starts there anew (D39 Art. 22), and a case that had ended is open again. Another
/// province has not received it yet, whatever was done before.
fn status_after(case: &Case, earlier: &Decision, now: &Decision, elsewhere: bool) -> CaseStatus {
    use CaseStatus::{Classified, Declared, Duplicate, Noticed, Received, Transferred};

    let rose = now.case_class < earlier.case_class;
    let moved_up = earlier.case_class != CaseClass::Unclear
        && now.investigation.level != earlier.investigation.level;
    let begins_anew = case.is_ended() || moved_up;
    match case.status {
        // The case is another one now, or has not begun.
        Duplicate | Transferred | Noticed | Declared => case.status,
        Received if !elsewhere => case.status,
        _ if elsewhere => Declared,
        _ if rose && begins_anew => Classified,
        status => status,
    }
}
