//! Reading and deciding: what submission, preview and `tnld explain` have in common.

use chrono::{DateTime, Datelike, Utc};
use serde_json::Value;

use super::answer::{Answer, Parts};
use crate::{
    domain::{
        access::{Actor, ActorRole, Right},
        classify::{CaseClass, Contradiction, ContradictionCode},
        decide::{Decision, Standing, Undecidable, World, decide},
        declaration::{
            DeclarantRole, Declaration, Fault, FaultCode,
            reader::{self, ReadContext},
        },
        law::Subject,
        place::UnitLevel,
    },
    error::{AppError, Result},
    service::Ctx,
    time::day_in_vietnam,
};

/// A declaration that may be accepted, and what the law says of it.
pub struct Prepared {
    /// The declaration.
    pub declaration: Declaration,
    /// What follows.
    pub decision: Decision,
    /// Faults in optional fields, which do not stop an urgent declaration.
    pub warnings: Vec<Fault>,
}

/// What reading needs to know of the world, at the moment of receipt.
pub fn with_context<T>(
    world: &World,
    received_at: DateTime<Utc>,
    default_role: DeclarantRole,
    work: impl FnOnce(&ReadContext<'_>) -> T,
) -> T {
    let place_on = |code: &str, day| {
        world
            .places
            .unit_on(UnitLevel::Commune, code, day)
            .map(|_| ())
    };
    let today = day_in_vietnam(received_at);
    let is_listed_injury = |code: &str| {
        world
            .law
            .rules(Subject::SeriousInjury)
            .iter()
            .any(|rule| rule.key == code && rule.in_force_on(today))
    };
    work(&ReadContext {
        now: received_at,
        first_received_at: received_at,
        codes: &world.codes,
        place_on: &place_on,
        is_listed_injury: &is_listed_injury,
        default_role,
    })
}

/// Reads `body` as received at `received_at` and decides. Refuses with every fault where a
/// required field is unsound, or where an optional one is and nobody must be told at once.
pub fn prepare(
    body: &Value,
    world: &World,
    received_at: DateTime<Utc>,
    default_role: DeclarantRole,
) -> Result<Prepared> {
    let reading = with_context(world, received_at, default_role, |context| {
        reader::read(body, context)
    });
    let all_faults = || {
        reading
            .required
            .iter()
            .chain(&reading.optional)
            .cloned()
            .collect()
    };
    let Some(declaration) = reading.declaration.filter(|_| reading.required.is_empty()) else {
        return Err(AppError::Invalid(all_faults()));
    };
    let decision = decided(&declaration, world, received_at, None)?;
    let is_urgent = decision.case_class.is_urgent()
        && !is_unclear_by_fault(&declaration, &decision, &reading.optional);
    if !reading.optional.is_empty() && !is_urgent {
        return Err(AppError::Invalid(all_faults()));
    }
    let warnings = reading
        .optional
        .iter()
        .chain(&reading.warnings)
        .cloned()
        .collect();
    Ok(Prepared {
        declaration,
        decision,
        warnings,
    })
}

/// Whether nothing but an outcome that could not be read makes a case unclear. Everybody is counted
/// then, and nobody as missing or unknown: the declarant hears of the fault instead of an office.
fn is_unclear_by_fault(declaration: &Declaration, decision: &Decision, faults: &[Fault]) -> bool {
    let counted = &declaration.accident.casualties;
    let is_outcome = |fault: &Fault| {
        fault.pointer.starts_with("/victims/") && fault.pointer.ends_with("/outcome")
    };
    decision.case_class == CaseClass::Unclear
        && counted.missing == 0
        && counted.unknown == 0
        && counted.total() as usize >= declaration.victims.len()
        && faults.iter().any(is_outcome)
}

/// What the law says; where it cannot be applied that is a fault of ours and never silent.
pub fn decided(
    declaration: &Declaration,
    world: &World,
    received_at: DateTime<Utc>,
    standing: Option<Standing>,
) -> Result<Decision> {
    decide(declaration, world, received_at, standing)
        .map_err(|undecidable: Undecidable| AppError::internal(undecidable))
}

/// In which quality a token speaks where the body does not say.
pub fn default_role(actor: &Actor) -> DeclarantRole {
    match actor.role {
        ActorRole::Commune => DeclarantRole::Commune,
        ActorRole::Police => DeclarantRole::Police,
        ActorRole::Health => DeclarantRole::Hospital,
        ActorRole::Informant => DeclarantRole::Witness,
        _ => DeclarantRole::Employer,
    }
}

/// The difference between the token and the establishment or commune that the body names; shown to
/// officials, never a refusal.
pub fn declarant_differs(
    actor: &Actor,
    declaration: &Declaration,
    decision: &Decision,
) -> Option<Contradiction> {
    let (pointer, mine, named) = match actor.role {
        ActorRole::Employer => {
            let establishments = [&declaration.establishment, &declaration.employer];
            let named: Vec<String> = establishments
                .into_iter()
                .flatten()
                .filter_map(|one| one.tax_code.clone())
                .collect();
            ("/establishment/tax_code", actor.tax_code.clone()?, named)
        }
        ActorRole::Commune => {
            let named = decision
                .place
                .today
                .iter()
                .map(|unit| unit.code.clone())
                .collect();
            (
                "/accident/place/commune_code",
                actor.commune_code.clone()?,
                named,
            )
        }
        _ => return None,
    };
    let differs = !named.is_empty() && !named.contains(&mine);
    differs.then(|| Contradiction {
        pointer: pointer.to_owned(),
        code: ContradictionCode::DeclarantDiffers,
        readings: std::iter::once(mine).chain(named).collect(),
    })
}

/// A question: what would be decided?
pub struct Preview {
    /// The body of a declaration.
    pub body: Value,
    /// Another moment of receipt; officials only.
    pub received_at: Option<DateTime<Utc>>,
}

/// Decides as a declaration would; stores nothing, alerts nobody.
pub fn preview(ctx: &Ctx, cmd: Preview) -> Result<Answer> {
    ctx.require(Right::Preview)?;
    if cmd.received_at.is_some() {
        ctx.require(Right::PreviewAnotherDay)?;
    }
    let received_at = cmd.received_at.unwrap_or(ctx.now);
    // The law is not known before 2016, and calendars are not endless.
    if !(2016..2100).contains(&day_in_vietnam(received_at).year()) {
        let code = FaultCode::NotAllowed;
        return Err(AppError::Invalid(vec![Fault {
            pointer: "/received_at".into(),
            code,
        }]));
    }
    let mut prepared = prepare(&cmd.body, &ctx.world, received_at, default_role(&ctx.actor))?;
    let differs = declarant_differs(&ctx.actor, &prepared.declaration, &prepared.decision);
    prepared.decision.contradictions.extend(differs);
    Ok(shown(&prepared, received_at))
}

/// The same for the command line, where nobody is signed in.
pub fn explain(world: &World, body: &Value, received_at: DateTime<Utc>) -> Result<Answer> {
    Ok(shown(
        &prepare(body, world, received_at, DeclarantRole::Employer)?,
        received_at,
    ))
}

fn shown(prepared: &Prepared, received_at: DateTime<Utc>) -> Answer {
    Answer::new(&Parts {
        receipt_no: None,
        case: None,
        received_at,
        decision: &prepared.decision,
        clocks: &prepared.decision.clocks,
        warnings: &prepared.warnings,
        root: None,
        now: received_at,
    })
}
