//! What follows from a step: the new state of the case and its clocks, and the timeline's row.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    domain::{
        access::Actor,
        case::{
            Case, CaseFacts, Event, Refusal, Step,
            fields::{self, StepInput},
            guard::may_take,
            step::{ClockEffect, End, StepRule},
        },
        clocks::{self, Clock, ClockId, NoRule},
        deadline::Holidays,
        declaration::Fault,
        law::Law,
    },
    ids::EventId,
};

/// Why a step was not taken. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTaken {
    /// Not by this actor, or not now.
    Refused(Refusal),
    /// Somebody else changed the case since the sender saw it.
    StaleVersion,
    /// Faults in what came with it.
    Faults(Vec<Fault>),
}

/// A step taken: what to write.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The case after it, with its version one higher.
    pub case: Case,
    /// Clocks that changed.
    pub changed: Vec<Clock>,
    /// Clocks that started.
    pub started: Vec<Clock>,
    /// The timeline's row.
    pub event: Event,
    /// What came with it.
    pub input: StepInput,
    /// A value was missing, so a clock did not start: an operator must know.
    pub no_rule: Option<NoRule>,
}

/// The days that clocks count by.
#[derive(Clone, Copy)]
pub struct Calendar<'a> {
    /// Dated values.
    pub law: &'a Law,
    /// Days off.
    pub holidays: &'a Holidays,
}

/// `actor` takes `step` at `now` with `body`. Refusals come in this order: the role, the version,
/// the state, then every fault of the body at once.
pub fn take(
    step: Step,
    body: &Value,
    (case, clocks, facts): (&Case, &[Clock], &CaseFacts),
    actor: &Actor,
    now: DateTime<Utc>,
    calendar: Calendar,
) -> Result<Taken, NotTaken> {
    let rule = may_take(step, facts, actor);
    if rule.is_err_and(Refusal::is_about_the_role) {
        return Err(NotTaken::Refused(Refusal::RoleNotAllowed));
    }
    if fields::seen_version(body).is_some_and(|seen| seen != case.version) {
        return Err(NotTaken::StaleVersion);
    }
    let rule = rule.map_err(NotTaken::Refused)?;
    let input = fields::read(rule, body, facts, now).map_err(NotTaken::Faults)?;

    let to = rule
        .target(case.status, facts.no_work_accident())
        .ok_or(NotTaken::Refused(Refusal::NotInThisState))?;
    let mut next = Case {
        status: to,
        version: case.version + 1,
        ..case.clone()
    };
    match step {
        Step::Assign => next.assigned_to = input.text("assigned_to").map(str::to_owned),
        Step::ChoosePlace => {
            next.commune_code = input.text("commune_code").unwrap_or_default().to_owned();
        }
        _ => {}
    }
    if rule.end != End::No {
        next.closed_at = Some(now);
    }
    if let End::Because(reason) = rule.end {
        next.ended_because = Some(reason.to_owned());
    }
    let mut all = clocks.to_vec();
    let (started, no_rule) =
        move_clocks(rule, &input, facts, &mut all, now, calendar).map_err(NotTaken::Refused)?;
    let changed = all
        .iter()
        .zip(clocks)
        .filter(|(after, before)| after != before)
        .map(|(after, _)| after.clone())
        .collect();
    all.extend(started.iter().cloned());
    next.due_at = clocks::nearest_due(&all);

    let event = Event {
        id: EventId::generate(),
        case_id: case.id.clone(),
        happened_at: now,
        actor: actor.name.clone(),
        actor_role: actor.role,
        action: step.as_str().to_owned(),
        from_status: Some(case.status),
        to_status: to,
        reason: input
            .text("reason")
            .or_else(|| input.text("note"))
            .map(str::to_owned),
        details: input.to_json(),
    };
    Ok(Taken {
        case: next,
        changed,
        started,
        event,
        input,
        no_rule,
    })
}

/// Applies the clock effects of `rule` to `all`; returns the clocks that start.
fn move_clocks(
    rule: &StepRule,
    input: &StepInput,
    facts: &CaseFacts,
    all: &mut [Clock],
    now: DateTime<Utc>,
    Calendar { law, holidays }: Calendar,
) -> Result<(Vec<Clock>, Option<NoRule>), Refusal> {
    // The moment that counts is the one of the act, not of its entry here.
    let acted_at = input
        .moment("held_at")
        .or_else(|| input.moment("dispatched_at"))
        .unwrap_or(now);
    let mut started = Vec::new();
    let mut no_rule = None;
    for effect in rule.clocks {
        match effect {
            ClockEffect::Stop(id, because) => {
                for clock in all.iter_mut().filter(|clock| clock.id == *id) {
                    clocks::stop(clock, acted_at, because);
                }
            }
            ClockEffect::StopAll => {
                for clock in all.iter_mut() {
                    clocks::stop(clock, now, "ended");
                }
            }
            ClockEffect::ExtendK3 => {
                let days = input.number("days").unwrap_or(0);
                let running = all
                    .iter_mut()
                    .find(|clock| clock.id == ClockId::K3 && clock.stopped_at.is_none())
                    .ok_or(Refusal::NoRunningLimit)?;
                *running = clocks::extend(running, days, facts.class, now, law, holidays)?;
            }
            ClockEffect::StartK4 => match clocks::k4(acted_at, law, holidays) {
                Ok(mut k4) => {
                    let before = all.iter().filter(|clock| clock.id == ClockId::K4);
                    k4.round = before.map(|clock| clock.round).max().unwrap_or(0) + 1;
                    started.push(k4);
                }
                Err(missing) => no_rule = Some(missing),
            },
        }
    }
    Ok((started, no_rule))
}
