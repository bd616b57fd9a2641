//! Who may take which step now. The check of a step and the list of allowed actions are the same
//! question.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        access::{self, Actor, Facts, Right},
        case::{Case, CaseStatus, Event, Progress, Step, event::Conclusion, step::StepRule},
        classify::CaseClass,
        clocks::{Clock, ClockId, NoExtension, longest_extension},
        investigation::InvestigationLevel,
        law::Law,
        notice::NoticeState,
    },
    named,
};

named! {
    /// Why a step is not possible.
    pub enum Refusal {
        /// Another role, or the same role of another level, takes this step.
        RoleNotAllowed = "role_not_allowed",
        /// The case has ended.
        CaseEnded = "case_ended",
        /// The case was transferred to another authority.
        HandedOn = "handed_on",
        /// Nobody takes this step where this level investigates.
        NotAtThisLevel = "not_at_this_level",
        /// Not from where the case stands.
        NotInThisState = "not_in_this_state",
        /// The limit of a light accident is never extended.
        LightNeverExtended = "light_never_extended",
        /// Extended before; once is all.
        ExtendedBefore = "extended_before",
        /// The limit has passed.
        LimitPassed = "limit_passed",
        /// No investigation limit runs.
        NoRunningLimit = "no_running_limit",
        /// The dated value that the step needs is missing.
        RuleMissing = "rule_missing",
        /// People were sent before, or no limit for it runs.
        NobodyToSend = "nobody_to_send",
        /// The commune was not divided, or somebody has chosen.
        PlaceNotDivided = "place_not_divided",
        /// Nobody unknown gave notice of it, or somebody has confirmed or rejected that.
        NothingToConfirm = "nothing_to_confirm",
        /// The minutes have not been sent to everybody.
        MinutesNotSent = "minutes_not_sent",
        /// The minutes were sent before.
        MinutesSentBefore = "minutes_sent_before",
    }
}

impl Refusal {
    /// Whether it is the caller's role that is wrong, and not the state of the case.
    pub fn is_about_the_role(self) -> bool {
        self == Self::RoleNotAllowed
    }
}

/// What the guard looks at.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFacts {
    /// Where the case stands.
    pub status: CaseStatus,
    /// Whether it has ended.
    pub ended: bool,
    /// Class.
    pub class: CaseClass,
    /// Level.
    pub level: InvestigationLevel,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was first received.
    pub received_at: DateTime<Utc>,
    /// Whether K2 runs.
    pub scene_pending: bool,
    /// Longest extension of K3 in days, or why there is none.
    pub extension: Result<u32, Refusal>,
    /// Today's communes that the place may be, where more than one.
    pub candidates: Vec<String>,
    /// Whether it rests on the notice of an unknown person that nobody has confirmed.
    pub unverified: bool,
    /// What earlier steps fixed.
    pub progress: Progress,
    /// When it is asked.
    pub now: DateTime<Utc>,
}

impl CaseFacts {
    /// What is so of `case` at `now`. `candidates` are today's communes of the place.
    pub fn new(
        case: &Case,
        clocks: &[Clock],
        events: &[Event],
        candidates: Vec<String>,
        now: DateTime<Utc>,
        law: &Law,
    ) -> Self {
        let running = |id| {
            clocks
                .iter()
                .find(|clock| clock.id == id && clock.stopped_at.is_none())
        };
        let extension = match running(ClockId::K3) {
            None => Err(Refusal::NoRunningLimit),
            Some(k3) => longest_extension(k3, case.class, now, law).map_err(Refusal::from),
        };
        Self {
            status: case.status,
            ended: case.is_ended(),
            class: case.class,
            level: case.level,
            occurred_at: case.occurred_at,
            received_at: case.received_at,
            scene_pending: running(ClockId::K2).is_some(),
            extension,
            candidates,
            unverified: false,
            progress: Progress::of(events),
            now,
        }
    }

    /// The same of a case whose notice stands so.
    pub fn with_notice(self, state: Option<NoticeState>) -> Self {
        Self {
            unverified: state == Some(NoticeState::Unverified),
            ..self
        }
    }

    /// Whether the drafted minutes conclude that it was no work accident.
    pub fn no_work_accident(&self) -> bool {
        self.progress.conclusion == Some(Conclusion::NotWorkAccident)
    }
}

impl From<NoExtension> for Refusal {
    fn from(no: NoExtension) -> Self {
        match no {
            NoExtension::Light => Self::LightNeverExtended,
            NoExtension::Already => Self::ExtendedBefore,
            NoExtension::Expired => Self::LimitPassed,
            NoExtension::NotRunning | NoExtension::TooLong { .. } => Self::NoRunningLimit,
            NoExtension::NoRule(_) => Self::RuleMissing,
        }
    }
}

/// The row by which `actor` may take `step` now, or why not. Sight is checked where the case is
/// loaded: here it is known that `actor` sees it.
pub fn may_take(
    step: Step,
    facts: &CaseFacts,
    actor: &Actor,
) -> Result<&'static StepRule, Refusal> {
    let level = facts.level;
    access::decide(actor, step.right(), Facts::Found, facts.now)
        .map_err(|_| Refusal::RoleNotAllowed)?;
    // To withdraw what a stranger told is to say that it is false.
    if step == Step::Withdraw && facts.unverified {
        access::decide(actor, Right::ConfirmNotice, Facts::Found, facts.now)
            .map_err(|_| Refusal::RoleNotAllowed)?;
    }
    if !step.rules().any(|rule| rule.is_for(actor.role, level)) {
        let somebody = step
            .rules()
            .any(|rule| rule.who.iter().any(|who| who.levels.contains(&level)));
        let my_role = step
            .rules()
            .any(|rule| rule.who.iter().any(|who| who.role == actor.role));
        return Err(if my_role && !somebody {
            Refusal::NotAtThisLevel
        } else {
            Refusal::RoleNotAllowed
        });
    }
    if facts.ended {
        return Err(Refusal::CaseEnded);
    }
    let handed_to = facts.progress.handed_to.as_ref();
    if handed_to.is_some_and(|handed| handed.bars(actor)) {
        return Err(Refusal::HandedOn);
    }
    let rule = step
        .rules()
        .find(|rule| rule.is_for(actor.role, level) && rule.target(facts.status, false).is_some())
        .ok_or(Refusal::NotInThisState)?;

    match step {
        Step::Extend => {
            facts.extension?;
        }
        Step::SendToScene if facts.status != CaseStatus::Classified && !facts.scene_pending => {
            return Err(Refusal::NobodyToSend);
        }
        Step::ConfirmNotice if !facts.unverified => return Err(Refusal::NothingToConfirm),
        Step::ChoosePlace if facts.candidates.len() < 2 => return Err(Refusal::PlaceNotDivided),
        Step::DispatchMinutes if facts.progress.minutes_sent => {
            return Err(Refusal::MinutesSentBefore);
        }
        // 7.5, condition 2: no end before the minutes have reached everybody.
        Step::Close
            if facts.status == CaseStatus::NotWorkAccident && !facts.progress.minutes_sent =>
        {
            return Err(Refusal::MinutesNotSent);
        }
        _ => {}
    }
    Ok(rule)
}

/// Every step that `actor` may take now, with its row.
pub fn allowed(facts: &CaseFacts, actor: &Actor) -> Vec<&'static StepRule> {
    Step::ALL
        .iter()
        .filter_map(|step| may_take(*step, facts, actor).ok())
        .collect()
}
