//! What must come before what, where one entry alone does not say it.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::{
    CaseFacts, Step,
    event::Conclusion,
    fields::StepInput,
    step::{Acted, StepRule},
};
use crate::{
    domain::{
        clocks::{Clock, ClockId},
        declaration::{Fault, FaultCode},
    },
    time::day_in_vietnam,
};

/// An act that ends a limit is not older than the limit: nobody answers a letter before it was sent, pays before it was
/// decided, or meets before the file was back. `before` and `after` are the clocks of the case around the step.
pub(super) fn too_early(
    rule: &StepRule,
    input: &StepInput,
    before: &[Clock],
    after: &[Clock],
) -> Option<Fault> {
    let Some(Acted::On(field)) = rule.acted else {
        return None;
    };
    let (day, moment) = (input.day(field), input.moment(field));
    let ends_before_it_began = |clock: &Clock| match (day, moment) {
        (Some(day), _) => day < day_in_vietnam(clock.starts_at),
        // People tell the minute, not the second.
        (None, Some(moment)) => moment + TimeDelta::minutes(1) <= clock.starts_at,
        (None, None) => false,
    };
    // What counts from a receipt may have been done before the paper came: people go when somebody calls.
    let is_from_an_act = |id| !matches!(id, ClockId::K1 | ClockId::K1b | ClockId::K2 | ClockId::K8);
    let mut ended = before.iter().zip(after).filter(|(old, new)| {
        is_from_an_act(old.id) && old.stopped_at.is_none() && new.stopped_at.is_some()
    });
    ended
        .any(|(_, new)| ends_before_it_began(new))
        .then(|| Fault {
            pointer: format!("/{field}"),
            code: FaultCode::TooEarly,
        })
}

/// What the entries of a step say together that none says alone.
pub(super) fn faults(step: Step, input: &StepInput, facts: &CaseFacts) -> Vec<Fault> {
    let fault = |pointer: &str, code| Fault {
        pointer: pointer.to_owned(),
        code,
    };
    let mut faults = Vec::new();
    match step {
        // Minutes of a death that are dated before the answer of the police did not wait for it: their head says why, as
        // where no answer has come (D39 Art. 20.1.g).
        Step::DraftMinutes => {
            let drafted = input.day("drafted_on");
            let answered = facts.progress.police_answered_on;
            let is_before = drafted
                .zip(answered)
                .is_some_and(|(day, answered)| day < answered);
            let is_said = input.text("why_before_police_answer").is_some();
            if facts.is_fatal() && !facts.abroad && is_before && !is_said {
                faults.push(fault("/why_before_police_answer", FaultCode::Required));
            }
            // Every accident at work has one main cause (D39 Phụ lục VIII).
            let denied = Some(Conclusion::NotWorkAccident.as_str());
            let concluded = input.text("conclusion");
            if concluded.is_some() && concluded != denied && input.text("cause_code").is_none() {
                faults.push(fault("/cause_code", FaultCode::Required));
            }
        }
        // The limit is lengthened before it ends, by an extension as by expertise (L84 Art. 35.6).
        Step::OrderExpertise => {
            let ordered = input.day("ordered_on");
            let is_late = |last| ordered.is_some_and(|day| day > day_in_vietnam(last));
            if facts.limit_ends.is_some_and(is_late) {
                faults.push(fault("/ordered_on", FaultCode::NotAllowed));
            }
        }
        // Forms and opinions know the members by their names: of two who are called alike, each is told apart by what
        // stands behind the name.
        Step::FormTeam | Step::ChangeTeam => {
            let mut named = BTreeSet::new();
            for (number, member) in input.list("members").iter().enumerate() {
                let name = member.text("full_name").map(str::to_lowercase);
                if name.is_some_and(|name| !named.insert(name)) {
                    let pointer = format!("/members/{number}/full_name");
                    faults.push(fault(&pointer, FaultCode::Repeated));
                }
            }
            let changes = ["members", "leaving"]
                .iter()
                .any(|list| !input.list(list).is_empty());
            if step == Step::ChangeTeam && !changes && input.text("head").is_none() {
                faults.push(fault("/members", FaultCode::Required));
            }
        }
        _ => {}
    }
    faults
}
