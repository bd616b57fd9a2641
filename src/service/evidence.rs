//! The duties of L91/2025 Art. 19.2, what proves them, and when they are due again (PD-10).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use super::{Ctx, form::Form};
use crate::{
    domain::{
        access::{Holder, Right},
        audit::{Action, Object, ObjectKind},
        decide::World,
        declaration::FaultCode,
        duties::evidence::{DutyStatus, LegalDuty, due_again, status},
        post::acting,
    },
    error::{AppError, Result},
    ids::EvidenceId,
    store::{
        conn::DbConn,
        evidence::{self, Evidence},
    },
    time::day_in_vietnam,
};

/// A duty and its newest proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyShown {
    /// The duty.
    pub duty: LegalDuty,
    /// Where it stands.
    pub status: DutyStatus,
    /// What proves it.
    pub evidence: Option<Evidence>,
}

/// Whose duties the caller keeps: a province those of its own authority, the operator those of the service.
pub(super) fn whose(ctx: &Ctx) -> Option<&str> {
    ctx.actor
        .post
        .as_ref()
        .filter(|_| ctx.actor.holder() != Some(Holder::Operator))
        .map(|held| held.authority_id.as_str())
}

/// Every duty of the caller's authority.
pub fn list(tx: &mut DbConn, ctx: &Ctx) -> Result<Vec<DutyShown>> {
    ctx.require(Right::LegalDuties)?;
    let today = day_in_vietnam(ctx.now);
    let mut newest = newest(tx, &ctx.world, today)?;
    let own = whose(ctx).map(str::to_owned);
    let shown = |duty: &LegalDuty| {
        let evidence = newest.remove(&(own.clone(), duty.as_str()));
        let due_on = evidence.as_ref().map(|evidence| evidence.due_on);
        DutyShown {
            duty: *duty,
            status: status(due_on, today),
            evidence,
        }
    };
    Ok(LegalDuty::ALL.iter().map(shown).collect())
}

/// The newest proof of each duty, by the authority that answers for it on `today` (`None` is the operator): what was
/// proved by one that has ended is its successor's.
fn newest(
    tx: &mut DbConn,
    world: &World,
    today: NaiveDate,
) -> Result<BTreeMap<(Option<String>, &'static str), Evidence>> {
    let proofs = evidence::newest(tx)?.into_iter().map(|proof| {
        let of = proof.authority_id.as_deref();
        let of = of.map(|id| acting(id, &world.directory, &world.places, today).to_owned());
        ((of, proof.duty.as_str()), proof)
    });
    // A later one takes the place of an earlier one.
    Ok(proofs.collect())
}

/// The newest proof of each duty that is due again, with the authority that answers for it on `today`; `None` is the
/// operator.
pub fn overdue(
    tx: &mut DbConn,
    world: &World,
    today: NaiveDate,
) -> Result<Vec<(Option<String>, Evidence)>> {
    let newest = newest(tx, world, today)?.into_iter();
    let overdue =
        newest.filter(|(_, proof)| status(Some(proof.due_on), today) == DutyStatus::Overdue);
    Ok(overdue.map(|((of, _), proof)| (of, proof)).collect())
}

/// Notes what proves a duty: `duty`, `done_on`, `reference`, and where it is not the usual time `due_on`.
pub fn note(tx: &mut DbConn, ctx: &Ctx, body: &Value) -> Result<DutyShown> {
    ctx.require(Right::LegalDuties)?;
    let today = day_in_vietnam(ctx.now);
    let mut form = Form::new(body);
    let duty = form.value("duty", FaultCode::NotAllowed, LegalDuty::parse);
    let done_on = form.value("done_on", FaultCode::NotAllowed, |text| {
        day(text).filter(|day| *day <= today)
    });
    let due_on = form.optional("due_on", FaultCode::NotAllowed, |text| {
        day(text).filter(|due| done_on.is_none_or(|done| done < *due))
    });
    let reference = form.text("reference", 1000);
    form.finish()?;
    let (Some(duty), Some(done_on), Some(reference)) = (duty, done_on, reference) else {
        return Err(AppError::internal("a form without faults lacks an entry"));
    };
    let due_on = match due_on {
        Some(due_on) => due_on,
        None => {
            let (due_on, _) =
                due_again(done_on, &ctx.world.law).map_err(|_| AppError::Conflict("no_rule"))?;
            due_on
        }
    };
    let new = Evidence {
        id: EvidenceId::generate(),
        duty,
        done_on,
        due_on,
        reference,
        noted_at: ctx.now,
        noted_by: ctx.actor.name.clone(),
        authority_id: whose(ctx).map(str::to_owned),
    };
    evidence::insert(tx, &new)?;
    ctx.note_of(
        Action::NoteDuty,
        Object::new(ObjectKind::LegalDuty, duty),
        json!({ "done_on": done_on, "due_on": due_on }),
    );
    let shown = list(tx, ctx)?.into_iter().find(|shown| shown.duty == duty);
    shown.ok_or_else(|| AppError::internal("a duty is not among them all"))
}

fn day(text: &str) -> Option<NaiveDate> {
    let day: NaiveDate = text.parse().ok()?;
    (2000..=2200).contains(&day.year()).then_some(day)
}
