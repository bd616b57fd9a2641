//! Running limits counted again when rules or days off changed: the timeline says what moved, and the old day
//! stays in the derivation. Class, recipients and level stand as they were decided.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Ctx, declarations::decided, opening, sealed};
use crate::{
    domain::{
        access::Sight,
        audit::Action,
        case::Case,
        clocks::{self, Clock, NoRule, recount::recount},
        decide::{Decision, Standing, World},
        message::{Alarm, AlarmKind},
    },
    error::{AppError, Result},
    ids::CaseId,
    sealing::CaseKey,
    service::notify,
    store::{
        cases, catalogues, clocks as stored_clocks,
        conn::DbConn,
        events::{self, NewEvent},
        recounts,
    },
    time::rfc3339_in_vietnam,
};

/// What the timeline calls it.
const ACTION: &str = "limits_recounted";
/// Open cases that are looked at in one transaction, which holds up nobody.
const LOOKED_AT: i64 = 200;
/// Cases that are settled in one transaction: declarations wait behind it.
const SETTLED: usize = 50;

/// What is to be settled of some open cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// For which change of the law.
    revision: i64,
    /// After which case it was looked, by id.
    after: String,
    /// The last case that was looked at; `None` where there was none.
    last: Option<CaseId>,
    /// Cases with limits that end on another day, or that could not be counted.
    due: Vec<CaseId>,
    /// How many were looked at.
    looked_at: usize,
}

/// Looks at the next cases on which something runs for the newest change of the law; writes nothing. `None` once all were looked at.
pub fn look(tx: &mut DbConn, ctx: &Ctx) -> Result<Option<Look>> {
    let revision = catalogues::revisions(tx)?.law;
    let Some(after) = recounts::goes_on_after(tx, revision)? else {
        return Ok(None);
    };
    let mut look = Look {
        revision,
        last: None,
        due: Vec::new(),
        looked_at: 0,
        after,
    };
    for id in recounts::unsettled_after(tx, &look.after, LOOKED_AT)? {
        let is_due = match Moved::find(tx, ctx, &id) {
            Ok(moved) => moved.is_some(),
            Err(AppError::Busy) => return Err(AppError::Busy),
            // It is said where something can be written.
            Err(_) => true,
        };
        if is_due {
            look.due.push(id.clone());
        }
        look.looked_at += 1;
        look.last = Some(id);
        if look.due.len() == SETTLED {
            break;
        }
    }
    Ok(Some(look))
}

/// Settles what `look` found and notes how far was looked, in one transaction; how many were looked at. Nothing
/// where another process did so meanwhile, or the law has changed once more: then it is looked again.
pub fn settle(tx: &mut DbConn, ctx: &Ctx, look: &Look) -> Result<usize> {
    catalogues::lock(tx, catalogues::LAW)?;
    let revision = catalogues::revisions(tx)?.law;
    if revision != look.revision
        || recounts::claim(tx, revision, ctx.now)?.as_ref() != Some(&look.after)
    {
        return Ok(0);
    }
    let mut moved = 0;
    for id in &look.due {
        match recount_case(tx, ctx, id) {
            Ok(count) => moved += count,
            Err(AppError::Busy) => return Err(AppError::Busy),
            // One case must not hold up the others, nor stay wrong in silence. (Where the database failed, the
            // alarm fails as well, and the page is looked at again.)
            Err(error) => alarm(tx, ctx, id, &error)?,
        }
    }
    recounts::note(tx, revision, look.last.as_ref(), moved, ctx.now)?;
    Ok(look.looked_at)
}

fn alarm(tx: &mut DbConn, ctx: &Ctx, id: &CaseId, error: &AppError) -> Result<()> {
    tracing::error!(case.id = %id, "The limits of a case were not counted again: {error}");
    let alarm = Alarm {
        alarm: AlarmKind::ClockNotStarted,
        raised_at: ctx.now,
        case_id: Some(id.to_string()),
        receipt_no: None,
        role: None,
        authority_id: None,
        message_id: None,
        reply: Some(error.to_string()),
        record: None,
    };
    let revision = catalogues::revisions(tx)?.law;
    let key = format!("not_recounted/{id}/{revision}");
    notify::operator(tx, ctx.operator_mail.as_deref(), &alarm, &key)
}

/// Counts the running limits of the case `id` again; how many moved.
fn recount_case(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<usize> {
    cases::lock(tx, id)?;
    match Moved::find(tx, ctx, id)? {
        Some(moved) => moved.write(tx, ctx),
        None => Ok(0),
    }
}

/// A case with limits that end on another day.
struct Moved {
    case: Case,
    key: CaseKey,
    decision: Option<Decision>,
    before: Vec<Clock>,
    after: Vec<Clock>,
}

impl Moved {
    fn find(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<Option<Self>> {
        let found = cases::find(tx, id, &Sight::All)?.filter(|case| !case.is_settled());
        let Some(case) = found else {
            return Ok(None);
        };
        let key = sealed::key_of(&ctx.keys, &case)?;
        let (decision, limit_moved) = decided_anew(&ctx.world, ctx.now, &case, &key)?;
        let before = stored_clocks::list(tx, id)?;
        let law = &ctx.world.law;
        let anew: Vec<Option<Clock>> = before
            .iter()
            .map(|clock| recount(clock, limit_moved, law, ctx.now))
            .collect::<std::result::Result<_, NoRule>>()
            .map_err(AppError::internal)?;
        if anew.iter().all(Option::is_none) {
            return Ok(None);
        }
        let after = anew.into_iter().zip(&before);
        let after = after.map(|(anew, old)| anew.unwrap_or_else(|| old.clone()));
        Ok(Some(Self {
            after: after.collect(),
            case,
            key,
            decision,
            before,
        }))
    }

    fn write(mut self, tx: &mut DbConn, ctx: &Ctx) -> Result<usize> {
        let pairs = || {
            self.before
                .iter()
                .zip(&self.after)
                .filter(|(old, new)| old != new)
        };
        let changed: Vec<Clock> = pairs().map(|(_, new)| new.clone()).collect();
        let told: Vec<_> = pairs()
            .map(|(old, new)| {
                json!({
                    "clock": old.id,
                    "round": old.round,
                    "due_before": rfc3339_in_vietnam(old.due_rolled),
                    "due_now": rfc3339_in_vietnam(new.due_rolled),
                })
            })
            .collect();
        let case = &mut self.case;
        let seen_version = case.version;
        case.version += 1;
        case.due_at = clocks::nearest_due(&self.after);
        if let Some(decision) = &self.decision {
            sealed::set_decision(&self.key, case, decision)?;
        }
        if !cases::update(tx, case, seen_version)? {
            return Err(AppError::Conflict("stale_version"));
        }
        stored_clocks::update(tx, &case.id, &changed)?;
        let details = json!({ "clocks": told });
        let event = opening::event(ctx, case, ACTION, Some(case.status), details);
        events::append(tx, NewEvent::seal(&event, &self.key)?)?;
        ctx.note(
            Action::RecountLimits,
            &case.id,
            json!({ "receipt_no": case.receipt_no, "moved": changed.len() }),
        );
        Ok(changed.len())
    }
}

/// The decision with the limit of the investigation as the law now has it, where that is another, and by how
/// many calendar days it is longer.
pub(super) fn decided_anew(
    world: &World,
    now: DateTime<Utc>,
    case: &Case,
    key: &CaseKey,
) -> Result<(Option<Decision>, i64)> {
    let (facts, decision) = (sealed::facts(key, case)?, sealed::decision(key, case)?);
    let (Some(facts), Some(mut decision)) = (facts, decision) else {
        return Ok((None, 0));
    };
    let standing = Standing {
        received_at: case.received_at,
        held: Some(decision.case_class),
        team: Some(&decision.investigation).filter(|_| decision.is_held()),
    };
    let anew = decided(&facts, world, now, Some(standing))?.investigation;
    let (before, limits) = (&decision.investigation, &anew);
    let (Some(old), Some(new)) = (before.limit_days, limits.limit_days) else {
        return Ok((None, 0));
    };
    if before.level != limits.level || old == new {
        return Ok((None, 0));
    }
    decision.investigation = anew;
    Ok((Some(decision), i64::from(new - old)))
}
