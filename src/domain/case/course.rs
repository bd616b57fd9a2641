//! What news does to the course of a case: where it stands from then on, and which limits run.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        case::{Case, CaseStatus, Progress, event::Conclusion},
        classify::CaseClass,
        clocks::{self, Clock, ClockId, NoRule, limits, pause},
        decide::{Decision, investigation_clock},
        investigation::InvestigationLevel,
        law::Law,
    },
    ids::CaseId,
};

/// How a case goes on after news of it was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// The state from now on.
    pub status: CaseStatus,
    /// Another province is in charge.
    pub elsewhere: bool,
    /// Its place is no reason any more to leave whoever works on it: they go on seeing it, wherever it is corrected to.
    pub keeps_sight: bool,
    /// The case had ended and is open again.
    pub reopens: bool,
    /// The work begins anew: what was done does not serve the class or the body of now.
    pub begins_anew: bool,
    /// The case has ended before its time and stays so: nobody is told of it.
    pub rests: bool,
    /// The news is graver than what was known: a higher class, or more dead or seriously injured.
    pub graver: bool,
}

impl Course {
    /// The course of `case`, decided `earlier` and `now`. `first` is the state in which a case like
    /// it begins.
    ///
    /// - Graver news opens a case again that was withdrawn as false: the law does not know a
    ///   withdrawal, and the authority must examine what it is told (L84 Art. 34.2).
    /// - A class that rises after the minutes were announced sends the case back to `CLASSIFIED`: its
    ///   authority reviews the file and investigates again, with a decision, minutes and a meeting of
    ///   their own (D39 Art. 17, 22.3).
    /// - Where the body changes between a team and a commune record, or nobody, what the one began is
    ///   not the other's: `CLASSIFIED`, from where each has its way to the end.
    pub fn after(
        case: &Case,
        earlier: &Decision,
        now: &Decision,
        progress: &Progress,
        first: CaseStatus,
    ) -> Self {
        use CaseStatus::{
            Announced, Classified, Complained, Declared, Dispatched, Duplicate, FollowUp,
            NotWorkAccident, Noticed, Posted, Received, Transferred,
        };
        let ended = case.is_ended();
        let rose = now.case_class < earlier.case_class;
        let graver = rose
            || now.counts.dead > earlier.counts.dead
            || now.counts.serious > earlier.counts.serious;
        let moved_up = earlier.case_class != CaseClass::Unclear
            && now.investigation.level != earlier.investigation.level;
        let level = |decision: &Decision| decision.investigation.level;
        let (has_team, had_team) = (level(now).is_of_a_team(), level(earlier).is_of_a_team());
        // A lower class, with its document, is the matter of a lower team (7.1).
        let comes_down = !rose && level(earlier).is_above(level(now));
        let is_announced = matches!(
            case.status,
            Announced | Dispatched | Posted | FollowUp | Complained | NotWorkAccident
        );
        let elsewhere = goes_elsewhere(case, earlier, now, progress);
        let handed_on = case.status == Transferred && progress.handed_to.is_some();
        let status = match case.status {
            // It is another case now, or with a body that has no queue here.
            Duplicate => Duplicate,
            Transferred if ended && handed_on => Transferred,
            Transferred | NotWorkAccident if ended && graver => first,
            Transferred | NotWorkAccident if ended => case.status,
            Noticed => Noticed,
            _ if elsewhere => Declared,
            Declared | Received | Transferred => case.status,
            // The file lies with the police: it comes back to whoever is then in charge.
            status if status.is_with_the_police() => status,
            _ if rose && (ended || moved_up || is_announced) => Classified,
            _ if has_team && !had_team => Classified,
            _ if comes_down && !is_announced && !ended => Classified,
            _ if has_team != had_team && !ended => Classified,
            status => status,
        };
        let reopens = ended && status != case.status;
        Self {
            status,
            elsewhere,
            keeps_sight: !may_move(case),
            reopens,
            begins_anew: reopens || (status == Classified && case.status != Classified),
            rests: case.ended_because.is_some() && !reopens && !handed_on,
            graver,
        }
    }
}

/// Whether a case may still come to another authority by its place alone: not once its minutes were announced, nor while
/// its file is with the police.
fn may_move(case: &Case) -> bool {
    use CaseStatus::{
        Classified, Declared, Investigating, MinutesDrafted, Noticed, PoliceOpinionPending,
        Received, ReturnedByPolice, SceneResponse, Suspended, TeamFormed, Transferred,
    };

    !case.is_ended()
        && matches!(
            case.status,
            Noticed
                | Declared
                | Received
                | Transferred
                | Classified
                | SceneResponse
                | TeamFormed
                | Investigating
                | PoliceOpinionPending
                | Suspended
                | ReturnedByPolice
                | MinutesDrafted
        )
}

/// Whether the place was corrected to another province that now investigates in its own right: none
/// of the earlier provinces is one of today's, no transfer has brought the case there already, and no
/// meeting has announced the minutes yet.
pub fn goes_elsewhere(
    case: &Case,
    earlier: &Decision,
    now: &Decision,
    progress: &Progress,
) -> bool {
    let was_there = |code: &String| {
        let handed = progress.handed_to.as_ref();
        earlier.provinces.contains(code)
            || handed.is_some_and(|to| to.audience.as_deref() == Some(&format!("L{code}")))
    };
    may_move(case)
        && now.investigation.level == InvestigationLevel::Provincial
        && !now.provinces.is_empty()
        && !now.provinces.iter().any(was_there)
}

/// A time in which an authority had an alert that held: from its receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InCharge {
    /// Receipt.
    pub from: DateTime<Utc>,
    /// Until when; `None` where it still holds.
    pub to: Option<DateTime<Utc>>,
}

impl InCharge {
    fn contains(&self, moment: DateTime<Utc>) -> bool {
        self.from <= moment && self.to.is_none_or(|end| moment < end)
    }
}

/// The clocks of an authority to which the case comes at `started`, which would start now: one to
/// which it comes back, in a time in which it was in charge before (`told`), keeps its first start,
/// with what was granted it. The law counts from its receipt (35.6), and nobody moves that by
/// correcting the place to and fro. `None` where it has done already what the limit is for.
pub fn begun(all: &[Clock], started: &Clock, told: &[InCharge]) -> Option<Clock> {
    let own = || {
        all.iter().filter(|clock| {
            clock.id == started.id && told.iter().any(|time| time.contains(clock.starts_at))
        })
    };
    let because = |clock: &Clock, reason: &str| clock.stopped_because.as_deref() == Some(reason);
    if started.id == ClockId::K2 && own().any(|clock| because(clock, "people_sent")) {
        return None;
    }
    let before = own().rfind(|clock| {
        clock.basis == started.basis
            && (because(clock, "place_changed") || because(clock, "transferred"))
    });
    Some(match before {
        Some(before) => Clock {
            stopped_at: None,
            stopped_because: None,
            ..before.clone()
        },
        None => started.clone(),
    })
}

/// Adds `clock` as the next round of its kind.
pub fn add_round(all: &mut Vec<Clock>, mut clock: Clock) {
    let rounds = all.iter().filter(|old| old.id == clock.id);
    clock.round = rounds.map(|old| old.round).max().unwrap_or(0) + 1;
    all.push(clock);
}

/// The clocks of the case after news that was decided at `now`; `told` are the times in which the
/// authority that is now in charge was so before.
///
/// Where the limit changes, the old K3 stops and a new one starts: from the receipt by the same body
/// where its class only became clear (35.6 counts from the receipt), else from the news, which is the
/// notice of a graver outcome to the body that investigates it (D39 Art. 22;
/// `clock.escalation.mode`). The news also starts what a fallen class or an early end had stopped: a
/// new round, because nobody could act in between. K2 starts while people can still be sent.
///
/// A place that is corrected to another province starts the province's clocks from now: K2 and K3
/// count from the receipt by the body that acts (`accidents.md` 7.3, 7.4); see [`begun`].
pub fn follow(
    mut all: Vec<Clock>,
    case: &Case,
    (earlier, decision): (&Decision, &Decision),
    course: &Course,
    told: &[InCharge],
    law: &Law,
    now: DateTime<Utc>,
) -> Result<Vec<Clock>, NoRule> {
    // Nothing runs in a case that has ended, and it begins with its next life, if it has one.
    if case.is_ended() && !course.reopens {
        return Ok(all);
    }
    let (before, level) = (earlier.investigation.level, decision.investigation.level);
    let limit_changed = earlier.investigation.limit_days != decision.investigation.limit_days;
    let was_unclear = earlier.case_class == CaseClass::Unclear;
    let late_death = decision.case_class == CaseClass::Fatal && !was_unclear;
    let comes_up = level == InvestigationLevel::Provincial && before != level && !was_unclear;
    // What was ordered for a team that goes on is ordered; another team orders for itself.
    let expertise = all
        .iter()
        .filter(|clock| clock.id == ClockId::K3 && !course.begins_anew)
        .max_by_key(|clock| clock.round)
        .is_some_and(|clock| pause::is_of_expertise(clock, law));
    for started in &decision.clocks {
        let last = all.iter().filter(|clock| clock.id == started.id);
        let last = last.max_by_key(|clock| clock.round);
        let is_first = last.is_none();
        let was_lifted = last
            .and_then(|clock| clock.stopped_because.as_deref())
            .is_some_and(|because| matches!(because, "class_changed" | "ended"));
        let starts_anew = is_first
            || course.elsewhere
            || was_lifted
            || (started.id == ClockId::K3 && (limit_changed || course.reopens));
        // While the file lies with the police no limit of the team runs: it begins in full when it is back.
        let is_past = match started.id {
            ClockId::K2 => !course.status.awaits_scene(),
            ClockId::K3 => course.status.is_with_the_police(),
            // The commune has its days from when the record becomes its own.
            ClockId::K8 => is_first && before == level,
            _ => false,
        };
        if !starts_anew || is_past {
            continue;
        }
        let because = if course.elsewhere {
            "place_changed"
        } else {
            "class_changed"
        };
        stop_all(&mut all, started.id, now, because);
        let from_now = course.begins_anew || was_lifted || late_death || comes_up;
        let next = if course.elsewhere {
            begun(&all, started, told)
        } else if started.id == ClockId::K3 && !from_now {
            let receipts = told.iter().map(|time| time.from);
            let received_at = receipts.min().unwrap_or(case.received_at);
            investigation_clock(&decision.investigation, law, received_at)?
        } else {
            Some(started.clone())
        };
        let mut next = next;
        if let Some(next) = &mut next
            && expertise
            && next.id == ClockId::K3
        {
            pause::with_expertise(next, None, law, law.holidays())?;
        }
        if let Some(next) = next {
            add_round(&mut all, next);
        }
    }
    if level != InvestigationLevel::CommuneRecord {
        stop_all(&mut all, ClockId::K8, now, "class_changed");
    }
    // What no longer applies stops: nobody is sent to the scene of an accident that turned out light,
    // and minutes that a new investigation will replace are not waited for.
    for id in [ClockId::K2, ClockId::K3] {
        if !decision.clocks.iter().any(|clock| clock.id == id) {
            stop_all(&mut all, id, now, "class_changed");
        }
    }
    if course.begins_anew {
        // What hangs on the minutes waits for the new ones.
        for id in [ClockId::K4, ClockId::K11] {
            stop_all(&mut all, id, now, "class_changed");
        }
        // Whoever complained of the old minutes has what they asked for: another investigation.
        stop_all(&mut all, ClockId::K12, now, "reinvestigated");
    }
    // A limit that begins anew while the police have not concluded stands still with the case.
    if course.status == CaseStatus::Suspended {
        let k3 = |clock: &&mut Clock| clock.id == ClockId::K3 && clock.is_running();
        for clock in all.iter_mut().filter(k3) {
            pause::pause(clock, now, law)?;
        }
    }
    Ok(all)
}

/// Starts K10 for each of the `dead` who has none although the minutes were announced: the family of one who
/// was named, or died, after the meeting waits for its decision like any other (C28 Art. 7.1). It counts from
/// the meeting, or from `since`, the news of the death, where that came later.
pub fn owe_the_dead(
    all: &mut Vec<Clock>,
    progress: &Progress,
    course: &Course,
    dead: &[u32],
    since: Option<DateTime<Utc>>,
    law: &Law,
) -> Result<(), NoRule> {
    let denied = progress.conclusion == Some(Conclusion::NotWorkAccident);
    let Some(held_at) = progress.announced_at.filter(|_| !denied) else {
        return Ok(());
    };
    // New minutes begin it for everybody.
    if course.begins_anew || course.rests {
        return Ok(());
    }
    let undecided = dead
        .iter()
        .filter(|no| !progress.benefits_decided.contains(no));
    for no in undecided.filter_map(|no| i32::try_from(*no).ok()) {
        let is_his = |clock: &Clock| clock.id == ClockId::K10 && clock.about == Some(no);
        if !all.iter().any(is_his) {
            let start = since.unwrap_or(held_at);
            let clock = limits::start(ClockId::K10, start, law, law.holidays())?;
            add_round(
                all,
                Clock {
                    about: Some(no),
                    ..clock
                },
            );
        }
    }
    Ok(())
}

/// Stops every clock `id` that runs.
pub fn stop_all(all: &mut [Clock], id: ClockId, now: DateTime<Utc>, because: &str) {
    for clock in all.iter_mut().filter(|clock| clock.id == id) {
        clocks::stop(clock, now, because);
    }
}

/// The case to which a duplicate was merged, as its timeline says.
pub fn master(progress: &Progress) -> Option<CaseId> {
    progress.duplicate_of.as_deref().and_then(CaseId::parse)
}
