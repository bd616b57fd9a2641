//! What a step does to the clocks of its case.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        case::{
            CaseFacts, CaseStatus, Refusal,
            event::{CriminalDecision, is_incomplete},
            fields::StepInput,
            step::{Acted, ClockEffect, SceneMoment, StepRule},
            take::{Calendar, answered, sends_to_the_last},
        },
        clocks::{self, Clock, ClockId, NoRule, limits, pause},
        investigation::InvestigationLevel,
    },
    time::{day_in_vietnam, start_of_day_in_vietnam},
};

/// The clocks of a case while a step changes them.
pub(super) struct Effects<'a> {
    pub facts: &'a CaseFacts,
    pub input: &'a StepInput,
    pub calendar: Calendar<'a>,
    /// When it is recorded.
    pub now: DateTime<Utc>,
    /// Those that were there.
    pub all: &'a mut [Clock],
    /// Those that start.
    pub started: Vec<Clock>,
    /// A value was missing, so that one did not start.
    pub no_rule: Option<NoRule>,
}

impl Effects<'_> {
    /// Applies those of `rule`, in their order.
    pub(super) fn apply(&mut self, rule: &StepRule) -> Result<(), Refusal> {
        let at = self.acted_at(rule);
        for effect in rule.clocks {
            self.one(*effect, at)?;
        }
        Ok(())
    }

    fn one(&mut self, effect: ClockEffect, at: DateTime<Utc>) -> Result<(), Refusal> {
        match effect {
            ClockEffect::Stop(id, because) => self.stop(at, because, |clock| clock.id == id),
            ClockEffect::StopK2(moment) => self.stop_k2(moment, at),
            ClockEffect::StopK4OnceAllSent => {
                if sends_to_the_last(self.input, self.facts) {
                    self.stop(at, "minutes_sent", |clock| clock.id == ClockId::K4);
                }
            }
            ClockEffect::StopOfComplaint(id, because) => {
                let since = answered(self.input, self.facts)
                    .and_then(|complaint| complaint.received_on)
                    .map(start_of_day_in_vietnam);
                let is_last = self.facts.progress.open_complaints.len() <= 1;
                // Of two that came on one day the days are the same, and one of them is over.
                let own = self.all.iter().position(|clock| {
                    clock.id == id && clock.is_running() && Some(clock.starts_at) == since
                });
                let round = own.map(|at| self.all[at].round);
                self.stop(at, because, |clock| {
                    clock.id == id && (is_last || Some(clock.round) == round)
                });
            }
            ClockEffect::StopForVictim(id, because) => {
                let victim = self.victim();
                self.stop(at, because, |clock| clock.id == id && clock.about == victim);
            }
            ClockEffect::Revive => self.revive(),
            ClockEffect::StopAll => {
                let now = self.now;
                self.stop(now, "ended", |clock| clock.id.is_duty());
            }
            ClockEffect::StopAllOfTheCase => {
                let now = self.now;
                self.stop(now, "ended", |clock| clock.id.ends_with_the_case());
            }
            ClockEffect::ExtendK3 => {
                let days = self.input.number("days").unwrap_or(0);
                let (class, now) = (self.facts.class, self.now);
                let Calendar { law, holidays } = self.calendar;
                let k3 = self.running_k3().ok_or(Refusal::NoRunningLimit)?;
                *k3 = clocks::extend(k3, days, class, now, law, holidays)?;
            }
            ClockEffect::ExpertiseK3 => {
                let Calendar { law, holidays } = self.calendar;
                let done = self
                    .running_k3()
                    .map(|k3| pause::with_expertise(k3, Some(at), law, holidays));
                self.note(done.unwrap_or(Ok(())));
            }
            ClockEffect::PauseK3 => {
                let law = self.calendar.law;
                let done = self.running_k3().map(|k3| pause::pause(k3, at, law));
                self.note(done.unwrap_or(Ok(())));
            }
            ClockEffect::ResumeK3 => {
                let holidays = self.calendar.holidays;
                let k3 = |clock: &&mut Clock| clock.id == ClockId::K3;
                for clock in self.all.iter_mut().filter(k3) {
                    pause::resume(clock, at, holidays);
                }
            }
            ClockEffect::RestartK3 => self.restart_k3(at, self.facts.progress.expertise_ordered),
            ClockEffect::RestartK3ForAnother => self.restart_k3(at, false),
            ClockEffect::RestartK3OnceComplete => {
                if !is_incomplete(&self.input.to_json()) {
                    self.restart_k3(at, self.facts.progress.expertise_ordered);
                }
            }
            ClockEffect::Start(id) => self.start(id, at, None),
            ClockEffect::StartUnlessDenied(id) => {
                if !self.facts.no_work_accident() {
                    self.start(id, at, None);
                }
            }
            ClockEffect::StopOnceComplete(id, because) => {
                if !is_incomplete(&self.input.to_json()) {
                    self.stop(at, because, |clock| clock.id == id);
                }
            }
            // Nothing is owed where it was no accident at work.
            ClockEffect::StartForTheDead(_) if self.facts.no_work_accident() => {}
            ClockEffect::StartForTheDead(id) => {
                let owed = self.facts.victims.iter();
                for victim in owed.filter(|victim| victim.family_is_owed()) {
                    self.start(id, at, i32::try_from(victim.number).ok());
                }
            }
            ClockEffect::StartForVictim(id) => {
                // Nothing is paid, and nothing sent, where nothing is owed.
                if self.input.text("benefit") != Some("none") {
                    self.start(id, at, self.victim());
                }
            }
            ClockEffect::StartHandover => {
                let id = match self.facts.progress.criminal {
                    Some(CriminalDecision::Stopped) => ClockId::K7f,
                    _ => ClockId::K7b,
                };
                self.start(id, at, None);
            }
            ClockEffect::StartK13 => {
                if self.facts.is_fatal() {
                    self.start(ClockId::K13, self.facts.closed_at.unwrap_or(at), None);
                }
            }
        }
        Ok(())
    }

    /// The moment of the act, not of its entry here; of a day its beginning.
    fn acted_at(&self, rule: &StepRule) -> DateTime<Utc> {
        let said = match rule.acted {
            Some(Acted::On(field)) => self
                .input
                .moment(field)
                .or_else(|| self.input.day(field).map(start_of_day_in_vietnam)),
            Some(Acted::WhenRecorded) | None => None,
        };
        said.unwrap_or(self.now)
    }

    fn victim(&self) -> Option<i32> {
        self.input
            .victim()
            .and_then(|number| number.try_into().ok())
    }

    /// Those that were there and those of this step: what ends a case leaves none running.
    fn stop(&mut self, at: DateTime<Utc>, because: &str, which: impl Fn(&Clock) -> bool) {
        let all = self.all.iter_mut().chain(self.started.iter_mut());
        for clock in all.filter(|clock| which(clock)) {
            clocks::stop(clock, at, because);
        }
    }

    fn stop_k2(&mut self, moment: SceneMoment, at: DateTime<Utc>) {
        const STOPS_ON_ARRIVAL: &str = "clock.scene.stops_on_arrival";
        let day = day_in_vietnam(self.facts.received_at);
        let Some((on_arrival, _)) = self.calendar.law.number(STOPS_ON_ARRIVAL, day) else {
            // Which of the two counts is not known: the limit runs on, and somebody is told.
            return self.note(Err(NoRule {
                key: STOPS_ON_ARRIVAL,
                day,
            }));
        };
        match (moment, on_arrival) {
            (SceneMoment::Arrival, _) => {
                self.stop(at, "people_there", |clock| clock.id == ClockId::K2);
            }
            (SceneMoment::Dispatch, 0) => {
                self.stop(at, "people_sent", |clock| clock.id == ClockId::K2);
            }
            (SceneMoment::Dispatch, _) => {}
        }
    }

    fn running_k3(&mut self) -> Option<&mut Clock> {
        let mut all = self.all.iter_mut();
        all.find(|clock| clock.id == ClockId::K3 && clock.is_running())
    }

    /// Starts `id`. Where it runs already, what hangs on newer minutes or a newer letter takes its place; any
    /// other goes on: saying the same twice gives nobody more time.
    fn start(&mut self, id: ClockId, at: DateTime<Utc>, about: Option<i32>) {
        let same = |clock: &Clock| clock.id == id && clock.about == about;
        let mut all = self.all.iter().chain(&self.started);
        if all.any(|clock| same(clock) && clock.stopped_at.is_none()) {
            use ClockId::{K4, K6, K9, K10, K11, K12, K13};
            match id {
                K4 | K6 | K9 | K10 | K11 | K13 => self.stop(at, "restarted", same),
                // Another person's complaint has ten working days of its own.
                K12 => {}
                _ => return,
            }
        }
        let Calendar { law, holidays } = self.calendar;
        let clock = limits::start(id, at, law, holidays);
        self.add(clock.map(|clock| Clock { about, ..clock }));
    }

    /// The law knows no pause for an office that was mistaken: what the end stopped goes on to the same days,
    /// and may be overdue at once. Where news changed the class meanwhile, the limits of the class of now
    /// began with that news.
    fn revive(&mut self) {
        let Some(end) = self.facts.progress.early_end.clone() else {
            return;
        };
        let (to, law) = (end.goes_on_in(), self.calendar.law);
        let by_the_end = |clock: &&mut Clock| {
            clock.stopped_at.is_some_and(|at| at >= end.at)
                && matches!(
                    clock.stopped_because.as_deref(),
                    Some("ended" | "transferred")
                )
        };
        let mut noted = Ok(());
        for clock in self.all.iter_mut().filter(by_the_end) {
            let goes_on = match clock.id {
                ClockId::K1 | ClockId::K1b => to == CaseStatus::Noticed,
                ClockId::K2 => to.awaits_scene(),
                ClockId::K8 => self.facts.level == InvestigationLevel::CommuneRecord,
                _ => end.changed_at.is_none(),
            };
            if !goes_on {
                continue;
            }
            pause::revive(clock, end.at, self.now);
            if to == CaseStatus::Suspended
                && clock.id == ClockId::K3
                && let Some(since) = self.facts.progress.suspended_on
            {
                noted = noted.and(pause::pause(clock, start_of_day_in_vietnam(since), law));
            }
        }
        self.note(noted);
        let Some(changed_at) = end.changed_at else {
            return;
        };
        self.restart_k3(changed_at, self.facts.progress.expertise_ordered);
        let is_province = self.facts.level == InvestigationLevel::Provincial;
        if is_province && to.awaits_scene() && !self.all.iter().any(|clock| clock.id == ClockId::K2)
        {
            self.start(ClockId::K2, changed_at, None);
        }
        let has_k8 = self.all.iter().any(|clock| clock.id == ClockId::K8);
        if self.facts.level == InvestigationLevel::CommuneRecord && !has_k8 {
            self.start(ClockId::K8, changed_at, None);
        }
    }

    /// In full, for the class of now, and as long as expertise needs where this team has ordered it. One that still
    /// runs stops: a case has one limit of investigation.
    fn restart_k3(&mut self, at: DateTime<Utc>, with_expertise: bool) {
        self.stop(at, "restarted", |clock| clock.id == ClockId::K3);
        let Some((days, basis)) = self.facts.limit.clone() else {
            return;
        };
        let Calendar { law, holidays } = self.calendar;
        let mut k3 = clocks::k3(at, days, basis, law, holidays);
        if with_expertise && let Ok(clock) = &mut k3 {
            let done = pause::with_expertise(clock, None, law, holidays);
            self.note(done);
        }
        self.add(k3);
    }

    fn add(&mut self, clock: Result<Clock, NoRule>) {
        match clock {
            Ok(mut clock) => {
                let same = |other: &&Clock| other.id == clock.id;
                let rounds = self.all.iter().chain(&self.started).filter(same);
                clock.round = rounds.map(|other| other.round).max().unwrap_or(0) + 1;
                self.started.push(clock);
            }
            Err(missing) => self.note(Err(missing)),
        }
    }

    fn note(&mut self, done: Result<(), NoRule>) {
        if let Err(missing) = done {
            self.no_rule.get_or_insert(missing);
        }
    }
}
