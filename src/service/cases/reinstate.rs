//! A case goes on that was ended by mistake: who was told of its end is told of it again, and the case for
//! which it was taken stands alone.

use crate::{
    domain::{
        case::{Case, Progress, course, take::Taken},
        decide::Decision,
        notice::NoticeState,
        routing::Recipient,
    },
    error::Result,
    sealing::CaseKey,
    service::{
        Ctx,
        news::{self, Known},
        notices::{self, Alerting, Told},
        sealed,
    },
    store::{alerts, conn::DbConn, notices as store_notices},
};

/// Those of its place are told again of a case that was given away: whoever received it does not keep it.
pub(super) fn give_back(
    tx: &mut DbConn,
    ctx: &Ctx,
    taken: &mut Taken,
    case: &Case,
    key: &CaseKey,
) -> Result<()> {
    let mut known = Known::of(tx, key, case)?;
    known.progress.handed_to = None;
    let again = known.decide_again(ctx, case, &known.facts)?;
    let decision = Decision {
        recipients: again.recipients,
        ..known.decision
    };
    sealed::set_decision(key, &mut taken.case, &decision)
}

/// What follows from the step `taken`; `before` is what the timeline fixed until then. Their alerts begin
/// anew, with their ladders: what was withdrawn may have been laid aside.
pub(super) fn follow_up(
    tx: &mut DbConn,
    ctx: &Ctx,
    taken: &Taken,
    before: &Progress,
    key: &CaseKey,
) -> Result<()> {
    let case = &taken.case;
    let (rejected, confirmed) = (NoticeState::Rejected, NoticeState::Confirmed);
    store_notices::decide(tx, &case.id, rejected, confirmed, ctx.now)?;

    let (facts, decision) = sealed::both(key, case)?;
    let told = Told {
        case_id: &case.id,
        key,
        receipt_no: &case.receipt_no,
        received_at: case.received_at,
        declaration: &facts,
        decision: &decision,
    };
    let holding = alerts::list(tx, &case.id)?;
    let anew: Vec<&Recipient> = decision
        .recipients
        .iter()
        .filter(|recipient| !notices::knows(holding.iter(), recipient))
        .collect();
    Alerting::of(ctx, &told, &anew)?.write_anew(tx, ctx)?;

    match course::master(before) {
        Some(other) => {
            let reason = taken.input.text("reason").unwrap_or_default();
            news::separate(tx, ctx, case, &other, reason)
        }
        None => Ok(()),
    }
}
