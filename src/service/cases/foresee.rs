//! What a step would do: asked beforehand, for today or for a later day. Nothing is written.

use chrono::{DateTime, Utc};

use super::{TakeStep, at_hand::AtHand};
use crate::{
    domain::{
        access::Right,
        audit::Action,
        case::{CaseStatus, Step},
        clocks::Clock,
        declaration::{Fault, FaultCode},
    },
    error::{AppError, Result},
    service::{Ctx, sealed, seen::seen, transfer},
    store::conn::DbConn,
};

/// A case as a step would leave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreseen {
    /// Where it would stand.
    pub status: CaseStatus,
    /// Nearest end of a running limit.
    pub due_at: DateTime<Utc>,
    /// When it would have ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// Every limit as it would then be, with its derivation.
    pub clocks: Vec<Clock>,
}

/// What the step `cmd` would do at `at`; where that is none, now. Refusals and faults are those of the step.
pub fn foresee(
    tx: &mut DbConn,
    ctx: &Ctx,
    cmd: &TakeStep,
    at: Option<DateTime<Utc>>,
) -> Result<Foreseen> {
    ctx.require(Right::ReadCase)?;
    let at = at.unwrap_or(ctx.now);
    // What was possible is what was done; asked is what may still be.
    if at < ctx.now {
        return Err(AppError::Invalid(vec![Fault {
            pointer: "/at".to_owned(),
            code: FaultCode::TooEarly,
        }]));
    }
    let case = seen(tx, ctx, &cmd.case)?;
    let key = sealed::key_of(&ctx.keys, &case)?;
    let at_hand = AtHand::read(tx, ctx, case, &key, at)?;
    let mut taken = at_hand.take(ctx, cmd, at)?;
    if cmd.step == Step::Transfer {
        let (_, decision) = sealed::both(&key, &at_hand.case)?;
        let known = (
            at_hand.running.as_slice(),
            decision,
            &at_hand.facts.progress,
        );
        transfer::hand_over(tx, ctx, &mut taken, known, &key)?;
    }
    ctx.note(
        Action::ReadCase,
        &cmd.case,
        serde_json::json!({ "receipt_no": at_hand.case.receipt_no, "foreseen": cmd.step }),
    );
    let is_same = |one: &Clock, other: &Clock| (one.id, one.round) == (other.id, other.round);
    let mut clocks = at_hand.running;
    for clock in &mut clocks {
        if let Some(after) = taken.changed.iter().find(|after| is_same(after, clock)) {
            clock.clone_from(after);
        }
    }
    clocks.extend(taken.started);
    Ok(Foreseen {
        status: taken.case.status,
        due_at: taken.case.due_at,
        closed_at: taken.case.closed_at,
        clocks,
    })
}
