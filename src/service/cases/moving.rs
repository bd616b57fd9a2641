//! Which steps take a case to others, and to whom.

use crate::{
    domain::{
        case::{Progress, Step, take::Taken},
        decide::Decision,
        inventory::MovedBecause,
        routing::AuthorityName,
    },
    error::Result,
    sealing::CaseKey,
    service::{
        Ctx,
        inventory::{Move, in_hands_of},
        sealed,
        transfer::Handover,
    },
    time::day_in_vietnam,
};

/// Why a step takes a case to others; `None` where it stays with those who have it.
pub(super) fn because(step: Step, goes_up: bool, before: &Progress) -> Option<MovedBecause> {
    match step {
        Step::Transfer => Some(MovedBecause::Transfer),
        Step::Reinstate => before.handed_to.as_ref().map(|_| MovedBecause::GivenBack),
        // Also a new investigation above the employer's (L84 Art. 35.2).
        _ => goes_up.then_some(MovedBecause::TakenOver),
    }
}

/// Who gives the case to whom by the step `taken`; `before` is what was known until then.
pub(super) fn sides(
    ctx: &Ctx,
    because: MovedBecause,
    (decision, progress): (Option<&Decision>, &Progress),
    taken: &Taken,
    handover: Option<&Handover>,
    key: &CaseKey,
) -> Result<Move> {
    let had = || decision.map(in_hands_of).unwrap_or_default();
    let (from, to) = match (because, handover) {
        (_, Some(handover)) => handover.sides(),
        (MovedBecause::GivenBack, _) => {
            let theirs = progress.handed_to.as_ref();
            let theirs = theirs.map(|handed| named(ctx, &handed.authority));
            let again = sealed::decision(key, &taken.case)?;
            let to = again.as_ref().map(in_hands_of).unwrap_or_default();
            (theirs.into_iter().collect(), to)
        }
        // The employer's own team is no authority; the ministry is named by the level.
        _ if taken.event.details["level"] == "provincial" => (Vec::new(), had()),
        _ => (had(), Vec::new()),
    };
    let input = &taken.input;
    let number = input.text("letter_number");
    Ok(Move {
        because,
        from,
        to,
        letter_number: number
            .or_else(|| input.text("decision_number"))
            .map(str::to_owned),
        reason: input.text("reason").map(str::to_owned),
        basis: Vec::new(),
    })
}

/// The authority `id` as the directory names it today.
fn named(ctx: &Ctx, id: &str) -> AuthorityName {
    let found = ctx.world.directory.by_id(id, day_in_vietnam(ctx.now));
    AuthorityName {
        id: id.to_owned(),
        name: found.map_or_else(|| id.to_owned(), |one| one.name.clone()),
    }
}
