//! What follows from a step: the new state of the case and its clocks, and the timeline's row.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    domain::{
        access::{Actor, ActorRole},
        case::{
            Case, CaseFacts, CaseStatus, Event, Refusal, Step,
            effects::Effects,
            event::OpenComplaint,
            fields::{self, StepInput},
            guard::may_take,
            order,
            step::{End, StepRule, To},
        },
        clocks::{self, Clock, NoRule},
        deadline::Holidays,
        declaration::Fault,
        investigation::InvestigationLevel,
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

    let to = target(rule, case.status, &input, facts)
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
    match rule.end {
        End::No | End::Outlived => {}
        // Archiving moves no end.
        End::Done => next.closed_at = case.closed_at.or(Some(now)),
        End::Because(reason) => {
            next.closed_at = Some(now);
            next.ended_because = Some(reason.to_owned());
        }
        End::Reopens => {
            next.closed_at = None;
            next.ended_because = None;
        }
    }
    // A complaint about a closed case that was answered leaves it closed.
    let ends_again = rule.end == End::No && to.is_final();
    if ends_again {
        next.closed_at = Some(now);
    }
    // Nobody investigates again what it investigated itself below the province (L84 Art. 35.2); what a province
    // did, the ministry does as its own (35.3).
    let goes_up = match step {
        Step::TakeOver => true,
        Step::Reinvestigate => match case.level {
            InvestigationLevel::Facility => true,
            InvestigationLevel::Provincial => actor.role == ActorRole::Ministry,
            _ => false,
        },
        _ => false,
    };
    if goes_up {
        next.level = level_above(case.level);
    }
    let mut all = clocks.to_vec();
    let mut effects = Effects {
        facts,
        input: &input,
        calendar,
        now,
        all: &mut all,
        started: Vec::new(),
        no_rule: None,
    };
    effects.apply(rule).map_err(NotTaken::Refused)?;
    let (started, no_rule) = (effects.started, effects.no_rule);
    if let Some(fault) = order::too_early(rule, &input, clocks, &all) {
        return Err(NotTaken::Faults(vec![fault]));
    }
    if ends_again {
        for clock in all.iter_mut().filter(|clock| clock.id.ends_with_the_case()) {
            clocks::stop(clock, now, "ended");
        }
    }
    let changed = all
        .iter()
        .zip(clocks)
        .filter(|(after, before)| after != before)
        .map(|(after, _)| after.clone())
        .collect();
    all.extend(started.iter().cloned());
    next.due_at = clocks::nearest_due(&all);

    let mut details = input.to_json();
    if step == Step::DispatchMinutes && input.text("recipient").is_none() {
        let all = facts.progress.still_to_send(facts.level, facts);
        details["recipients"] = all.iter().map(|to| Value::from(to.as_str())).collect();
    }
    // Later it must be known that it was the central team that investigated again (D39 Art. 17.1.đ).
    let by_central = step == Step::Reinvestigate && next.level == InvestigationLevel::Central;
    if goes_up || by_central {
        details["level"] = Value::from(next.level.as_str());
    }
    if let Some(missing) = &no_rule {
        details["missing_rule"] = Value::from(missing.key);
    }
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
        details,
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

/// Where `rule` leads from `from` with this `input`, or `None`.
fn target(
    rule: &StepRule,
    from: CaseStatus,
    input: &StepInput,
    facts: &CaseFacts,
) -> Option<CaseStatus> {
    let to = match rule.way_from(from)? {
        To::Same | To::AsDecided => from,
        To::State(to) => to,
        To::AsConcluded(_) if facts.no_work_accident() => CaseStatus::NotWorkAccident,
        To::AsConcluded(to) => to,
        To::OnceAllSent(to) if sends_to_the_last(input, facts) => to,
        To::IfPoliceKnow(to) if input.text("answer") != Some("not_determined") => to,
        To::OnceAllSent(_) | To::IfPoliceKnow(_) => from,
        To::Before if facts.progress.open_complaints.len() > 1 => from,
        // What was sent while the complaint was open need not be sent again.
        To::Before => match facts.progress.before? {
            CaseStatus::Announced if facts.progress.minutes_sent(facts.level, facts) => {
                CaseStatus::Dispatched
            }
            before => before,
        },
        To::BeforeTheEnd => facts.progress.early_end.as_ref()?.goes_on_in(),
    };
    Some(to)
}

/// The complaint that a step answers: the one that it names, else the only one.
pub(super) fn answered<'a>(input: &StepInput, facts: &'a CaseFacts) -> Option<&'a OpenComplaint> {
    let open = &facts.progress.open_complaints;
    match input.text("complaint_id") {
        Some(named) => open.iter().find(|complaint| complaint.event == named),
        None => open.first(),
    }
}

/// Whether with this sending everybody has the minutes.
pub(super) fn sends_to_the_last(input: &StepInput, facts: &CaseFacts) -> bool {
    let left = facts.progress.still_to_send(facts.level, facts);
    let to = input.text("recipient");
    to.is_none() || left.iter().all(|recipient| Some(recipient.as_str()) == to)
}

/// Who takes over from a team: the province from an employer, the ministry from a province (L84 Art. 35.2,
/// 35.3).
fn level_above(level: InvestigationLevel) -> InvestigationLevel {
    match level {
        InvestigationLevel::Facility => InvestigationLevel::Provincial,
        _ => InvestigationLevel::Central,
    }
}
