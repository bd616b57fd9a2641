//! A case is no graver than the facts as they stand: a document says so, and its class goes down.

use serde_json::json;

use crate::{
    domain::{
        audit::Action,
        case::{Case, Step, take::Taken},
    },
    error::Result,
    sealing::CaseKey,
    service::{
        Ctx,
        news::{self, Cause, Known},
    },
    store::conn::DbConn,
};

/// `taken` is the step as its rules allow it; where it leads, what the law says of the facts decides: clocks, alerts and
/// the timeline follow as after any other news. Who was told of the graver case is told.
pub(super) fn lower(
    tx: &mut DbConn,
    ctx: &Ctx,
    (mut case, key): (Case, &CaseKey),
    taken: Taken,
) -> Result<Taken> {
    let known = Known::of(tx, key, &case)?;
    let decision = known.decide_lower(ctx, &case)?;
    let details = taken.input.to_json();
    let cause = Cause {
        action: Step::LowerClass.as_str(),
        note: taken.input.text("reason").unwrap_or_default(),
        event: &format!("lowered/{}/{}", case.id, case.version),
        details,
    };
    let facts = known.facts.clone();
    news::take_in(tx, ctx, (&mut case, key), &known, &facts, decision, cause)?;
    ctx.note(
        Action::TakeStep,
        &case.id,
        json!({ "receipt_no": case.receipt_no, "step": Step::LowerClass }),
    );
    Ok(Taken { case, ..taken })
}
