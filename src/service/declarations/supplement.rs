//! A supplement (*bổ sung*): adds and corrects, never erases; class, recipients and clocks follow.

use serde_json::{Value, json};

use super::{
    answer::{Answer, Parts},
    prepare::with_context,
    show,
    submit::Answered,
};
use crate::{
    domain::{
        access::{Right, Sight},
        audit::Action,
        case::{CaseStatus, course},
        declaration::{Fault, FaultCode, reader::ReadContext, supplement as reading},
    },
    error::{AppError, Result},
    ids::SupplementId,
    sealing::Column,
    service::{
        Ctx,
        idempotency::{self, Key},
        news::{self, Cause, Known, take_in},
        reform, sealed,
    },
    store::{
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
    /// Whoever sends it is there to mend it: no fault is passed over, however urgent the case is.
    pub is_attended: bool,
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
    let known = Known::of(tx, &key, &case)?;

    let role = known.facts.declarant.role;
    let read = with_context(&ctx.world, ctx.now, role, |context| {
        let context = ReadContext {
            first_received_at: case.received_at,
            ..*context
        };
        reading::read(&cmd.body, &known.facts, &context)
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
    // Cases of the army and the police are nobody's here: the party that is investigated does not send one there once an
    // authority has it in hand.
    let leaves =
        after.accident.sector.is_armed_forces() && !known.facts.accident.sector.is_armed_forces();
    if leaves && case.status.is_in_hand() && !news::is_of_an_office(ctx) {
        return Err(AppError::Invalid(vec![Fault {
            pointer: "/accident/sector".to_owned(),
            code: FaultCode::NotAllowed,
        }]));
    }
    let decision = known.decide_again(ctx, &case, after)?;
    let is_passed_over = decision.case_class.is_urgent() && !cmd.is_attended;
    if !read.optional.is_empty() && !is_passed_over {
        return Err(AppError::Invalid(faults()));
    }
    let keep_content = !after.accident.sector.is_armed_forces();
    let note = if keep_content {
        added.note.as_str()
    } else {
        ""
    };
    let cause = Cause {
        action: "supplemented",
        note,
        details: json!({}),
        event: &format!("supplement/{id}"),
    };
    let decision = take_in(tx, ctx, (&mut case, &key), &known, after, decision, cause)?;

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
    // The alerts of a duplicate stand with the case to which it was merged.
    let master = course::master(&known.progress).filter(|_| case.status == CaseStatus::Duplicate);
    show::set_statuses(tx, master.as_ref().unwrap_or(&case.id), &mut answer.routing)?;
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
