//! Many cases assigned at once: to a post of the caller's authority, to the caller's own, or from one post to
//! another. Each case is answered by itself, and none is left half way. Whoever investigates takes what nobody works
//! on; who works on it else is said by whoever leads or takes in.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{TakeStep, carry_out};
use crate::{
    domain::{
        access::{Facts, Right, audiences},
        case::Step,
        declaration::FaultCode,
        post::Post,
    },
    error::{AppError, Result},
    ids::{CaseId, PostId},
    service::{
        Ctx,
        alerts::belonging,
        audit::Notes,
        form::Form,
        posts::{assignable, authority_facts},
    },
    store::{cases, conn::DbConn, posts},
};

/// Cases in one call.
const MOST: usize = 100;
/// Longest reason, in characters.
const LONGEST_REASON: usize = 1000;

/// What became of one case.
#[derive(Debug)]
pub enum Outcome {
    /// Assigned; the case has this version now.
    Done(i32),
    /// Somebody else changed the case meanwhile: nothing was done.
    Changed,
    /// Not allowed, or not possible: nothing was done.
    Refused(AppError),
}

/// One case of the call.
#[derive(Debug)]
pub struct Assigned {
    /// The case, as it was named.
    pub case: CaseId,
    /// What became of it.
    pub outcome: Outcome,
    /// Who has it, where nothing was done.
    pub held_by: Option<HeldBy>,
}

/// Who works on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBy {
    /// The post; `None` where only a name is written down.
    pub post: Option<PostId>,
    /// Name of the post, or the name that is written down.
    pub name: String,
}

/// A call that was read.
struct Wanted {
    cases: Vec<(CaseId, i64)>,
    to: Post,
    from: Option<PostId>,
    /// Whether the caller may only take what nobody has.
    only_unassigned: bool,
    reason: String,
}

/// Assigns up to a hundred `cases` (each `case_id` and `seen_version`) to the post `to_post_id`, or with `take` to
/// the post of the caller, for a `reason`; with `from_post_id` only those that this post holds, whose alerts go
/// with them. Each case is assigned as by the step of that name, or left as it was; in the order of the call.
pub fn assign_many(tx: &mut DbConn, ctx: &Ctx, body: &Value) -> Result<Vec<Assigned>> {
    let names_a_post = body.get("to_post_id").is_some() || body.get("from_post_id").is_some();
    if names_a_post || !ctx.may(Right::TakeCase, Facts::Any) {
        ctx.require(Right::AssignCase)?;
    }
    let wanted = read(tx, ctx, body)?;
    let mut done: Vec<Option<(Outcome, Option<HeldBy>)>> =
        wanted.cases.iter().map(|_| None).collect();
    // In one order, whoever asks: of two at once neither waits for the other for ever.
    let mut order: Vec<usize> = (0..wanted.cases.len()).collect();
    order.sort_by_key(|at| &wanted.cases[*at].0);
    for at in order {
        let of_case = Ctx {
            notes: Notes::default(),
            ..ctx.clone()
        };
        let (case, seen_version) = &wanted.cases[at];
        let outcome = tx.part(|tx| assign(tx, &of_case, &wanted, (case, *seen_version)));
        let outcome = match outcome {
            Ok(version) => {
                // What is undone leaves no trace, so that only now it is noted.
                for note in of_case.notes.take() {
                    ctx.notes.add(note.action, note.object, note.details);
                }
                Outcome::Done(version)
            }
            Err(AppError::Conflict("stale_version")) => Outcome::Changed,
            Err(error @ (AppError::Busy | AppError::Internal(_))) => return Err(error),
            Err(error) => Outcome::Refused(error),
        };
        let held_by = match &outcome {
            Outcome::Done(_) | Outcome::Refused(AppError::NotFound(_)) => None,
            Outcome::Changed | Outcome::Refused(_) => holder(tx, ctx, case)?,
        };
        done[at] = Some((outcome, held_by));
    }
    let cases = wanted.cases.into_iter().map(|(case, _)| case);
    let assigned = |(case, done): (CaseId, Option<(Outcome, Option<HeldBy>)>)| {
        let (outcome, held_by) = done?;
        Some(Assigned {
            case,
            outcome,
            held_by,
        })
    };
    Ok(cases.zip(done).filter_map(assigned).collect())
}

/// Who works on the case, if the caller sees it.
fn holder(tx: &mut DbConn, ctx: &Ctx, case: &CaseId) -> Result<Option<HeldBy>> {
    let Some(case) = cases::find(tx, case, &audiences(&ctx.actor))? else {
        return Ok(None);
    };
    let post = match posts::of_case(tx, &case.id)? {
        Some(id) => posts::find(tx, &id)?,
        None => None,
    };
    Ok(match (post, case.assigned_to) {
        (Some(post), _) => Some(HeldBy {
            post: Some(post.id),
            name: post.name,
        }),
        (None, Some(name)) => Some(HeldBy { post: None, name }),
        (None, None) => None,
    })
}

fn assign(
    tx: &mut DbConn,
    ctx: &Ctx,
    wanted: &Wanted,
    (case, seen_version): (&CaseId, i64),
) -> Result<i32> {
    // Not seen comes before not held: nobody learns of a stranger's case.
    let seen = cases::find(tx, case, &audiences(&ctx.actor))?;
    seen.ok_or(AppError::NotFound("case"))?;
    if wanted.only_unassigned {
        // Of two who take it at once the second waits here, and finds who has it.
        cases::lock(tx, case)?;
        if holder(tx, ctx, case)?.is_some() {
            return Err(AppError::Conflict("already_assigned"));
        }
    }
    if let Some(from) = &wanted.from {
        // Whoever assigns it at the same time waits, or is waited for.
        cases::lock(tx, case)?;
        if posts::of_case(tx, case)?.as_ref() != Some(from) {
            return Err(AppError::Conflict("assigned_elsewhere"));
        }
    }
    let step = TakeStep {
        case: case.clone(),
        step: Step::Assign,
        body: json!({
            "seen_version": seen_version, "post_id": wanted.to.id, "reason": wanted.reason,
        }),
    };
    let taken = carry_out(tx, ctx, &step, wanted.only_unassigned)?;
    if let Some(from) = &wanted.from {
        belonging::hand_on(tx, ctx, case, (from, &wanted.to), &wanted.reason)?;
    }
    Ok(taken.case.version)
}

fn read(tx: &mut DbConn, ctx: &Ctx, body: &Value) -> Result<Wanted> {
    let mut form = Form::new(body);
    let mut found = Vec::new();
    let mut named = BTreeSet::new();
    for (at, entry) in form.entries("cases", MOST).iter().enumerate() {
        let mut one = Form::within(format!("/cases/{at}"), entry);
        let case = one.value("case_id", FaultCode::NotAllowed, CaseId::parse);
        let version = one.optional_number("seen_version");
        if version.is_none() && !one.has_fault("seen_version") {
            one.fault("seen_version", FaultCode::Required);
        }
        if case
            .as_ref()
            .is_some_and(|case| !named.insert(case.clone()))
        {
            one.fault("case_id", FaultCode::NotAllowed);
        }
        form.take(one.faults());
        found.extend(case.zip(version));
    }
    let to = target(tx, ctx, &mut form, body)?;
    let from = match form.optional("from_post_id", FaultCode::NotAllowed, PostId::parse) {
        Some(id) => {
            let is_own = posts::find(tx, &id)?.is_some_and(|post| {
                let facts = authority_facts(ctx, &post.authority_id);
                ctx.may(Right::ReadPosts, Facts::Authority(&facts))
            });
            if !is_own || to.as_ref().is_some_and(|to| to.id == id) {
                form.fault("from_post_id", FaultCode::NotAllowed);
            }
            Some(id)
        }
        None => None,
    };
    let reason = form.text("reason", LONGEST_REASON);
    form.finish()?;
    let (Some(to), Some(reason)) = (to, reason) else {
        return Err(AppError::internal("a form without faults lacks an entry"));
    };
    Ok(Wanted {
        cases: found,
        to,
        from,
        only_unassigned: !ctx.may(Right::AssignCase, Facts::Any),
        reason,
    })
}

/// The post that receives: the one that is named, or with `take` the caller's own.
fn target(tx: &mut DbConn, ctx: &Ctx, form: &mut Form<'_>, body: &Value) -> Result<Option<Post>> {
    let named = form.optional("to_post_id", FaultCode::NotAllowed, PostId::parse);
    let takes = form.knows("take") && body["take"] != false;
    if takes && body["take"] != true {
        form.fault("take", FaultCode::WrongType);
        return Ok(None);
    }
    let (id, name) = match (named, takes) {
        (Some(_), true) => {
            form.fault("take", FaultCode::NotAllowed);
            return Ok(None);
        }
        (Some(id), false) => (id, "to_post_id"),
        (None, true) => match &ctx.actor.post {
            Some(held) => (held.id.clone(), "take"),
            None => {
                form.fault("take", FaultCode::NotAllowed);
                return Ok(None);
            }
        },
        (None, false) => {
            if !form.has_fault("to_post_id") {
                form.fault("to_post_id", FaultCode::Required);
            }
            return Ok(None);
        }
    };
    let post = assignable(tx, ctx, &id)?;
    if post.is_none() {
        form.fault(name, FaultCode::NotAllowed);
    }
    Ok(post)
}
