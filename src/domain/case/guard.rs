//! Who may take which step now. The check of a step and the list of allowed actions are the same
//! question.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        access::{self, Actor, ActorRole, Facts, Right},
        case::{
            Case, CaseStatus, Event, Progress, Step, closing,
            event::{Conclusion, CriminalDecision},
            step::{ClockEffect, End, StepRule},
        },
        classify::CaseClass,
        clocks::{Clock, ClockId, NoExtension, limits, longest_extension},
        decide::Decision,
        declaration::Declaration,
        investigation::{Investigation, InvestigationLevel},
        law::{Basis, Fact, Law, ValueKey},
        notice::NoticeState,
    },
    named,
    time::day_in_vietnam,
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
        /// Police and procuracy work with the team, and answer it, after a death.
        OnlyAfterDeath = "only_after_death",
        /// Only of an accident abroad.
        OnlyAbroad = "only_abroad",
        /// The dossier of the accident abroad is not complete.
        DossierIncomplete = "dossier_incomplete",
        /// Expertise was ordered before.
        ExpertiseBefore = "expertise_before",
        /// The police have not answered that they do not know.
        PoliceNotUndecided = "police_not_undecided",
        /// The police have answered.
        PoliceHaveSpoken = "police_have_spoken",
        /// The police have decided nothing yet that would end their work.
        NoPoliceDecision = "no_police_decision",
        /// The police have decided that already.
        PoliceDecidedBefore = "police_decided_before",
        /// Everything was handed over.
        NothingMissing = "nothing_missing",
        /// The new minutes are not written yet.
        NoNewMinutes = "no_new_minutes",
        /// The time for complaints is over, or no minutes were announced.
        ComplaintWindowOver = "complaint_window_over",
        /// No recommendation waits for a report.
        NothingRecommended = "nothing_recommended",
        /// Something that must be there before a case is closed is missing; the case names it.
        NotComplete = "not_complete",
        /// It was posted before.
        PostedBefore = "posted_before",
        /// The minutes were sent before.
        MinutesSentBefore = "minutes_sent_before",
        /// The class rests on the facts as they stand, and nothing is held above them.
        NothingHeld = "nothing_held",
        /// Another level investigates since, and has formed no team.
        NoTeam = "no_team",
        /// Minutes were announced: a complaint or a new investigation changes them, nobody's word.
        MinutesAnnounced = "minutes_announced",
        /// A team of the ministry has investigated it again (D39 Art. 17.1.đ).
        CentralIsFinal = "central_is_final",
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
    /// Whether it happened abroad.
    pub abroad: bool,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was first received.
    pub received_at: DateTime<Utc>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// Whether K2 runs.
    pub scene_pending: bool,
    /// Duties that run although the case may have ended; see [`ClockId::OUTLIVING`].
    pub outlived: Vec<ClockId>,
    /// When the limit of the investigation ends, where one runs.
    pub limit_ends: Option<DateTime<Utc>>,
    /// Longest extension of K3 in days, or why there is none.
    pub extension: Result<u32, Refusal>,
    /// Until when complaints about the minutes are heard; `None` where none were announced.
    pub complaints_until: Option<DateTime<Utc>>,
    /// Whether a case waits with its end until nobody can complain any more.
    pub waits_for_complaints: bool,
    /// The limit that the law sets for an investigation of this case, in calendar days.
    pub limit: Option<(u32, Basis)>,
    /// How many were hurt, as counted.
    pub hurt: u32,
    /// The persons hurt who are known, by number.
    pub victims: Vec<VictimFacts>,
    /// Whether the victims' employer is another than that of the premises.
    pub other_employer: bool,
    /// Whether the commune forms the team of this level: the victim is insured without a contract (D143 Art. 18.4).
    pub of_communes_team: bool,
    /// Whether class or team stand above what the facts alone would give.
    pub held: bool,
    /// Victims to whom the employer owes a decision on benefits: a limit for it runs.
    pub owed_a_decision: BTreeSet<u32>,
    /// Today's communes that the place may be, where more than one.
    pub candidates: Vec<String>,
    /// Whether it rests on the notice of an unknown person that nobody has confirmed.
    pub unverified: bool,
    /// Whether it rests on one that somebody has rejected as false.
    pub rejected: bool,
    /// What earlier steps fixed.
    pub progress: Progress,
    /// Whether it is assigned to nobody and the caller takes it for its own post.
    pub taken_unassigned: bool,
    /// When it is asked.
    pub now: DateTime<Utc>,
}

/// What a step must know of a person hurt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VictimFacts {
    /// Number in the case, from 1.
    pub number: u32,
    /// Whether they worked under a labour contract, as far as it is known.
    pub under_contract: bool,
    /// Whether they died.
    pub dead: bool,
}

impl VictimFacts {
    /// Whether the employer owes benefits to the family (L84 Art. 38.5, 39).
    pub fn family_is_owed(self) -> bool {
        self.dead && self.under_contract
    }
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
        let progress = Progress::of(events);
        let window = clocks.iter().filter(|clock| clock.id == ClockId::K9);
        // Where the minutes were announced before K9 was a clock, it is counted now.
        let counted = |held_at| limits::start(ClockId::K9, held_at, law, law.holidays()).ok();
        let window = window
            .map(|clock| clock.due_rolled)
            .max()
            .or_else(|| Some(counted(progress.announced_at?)?.due_rolled));
        let waits = law.number(
            ValueKey::WaitForComplaints.as_str(),
            day_in_vietnam(case.occurred_at),
        );
        let extension = match running(ClockId::K3) {
            None => Err(Refusal::NoRunningLimit),
            Some(k3) => longest_extension(k3, case.class, now, law).map_err(Refusal::from),
        };
        Self {
            status: case.status,
            ended: case.is_ended(),
            class: case.class,
            level: case.level,
            abroad: case.place_code.is_empty(),
            occurred_at: case.occurred_at,
            received_at: case.received_at,
            closed_at: case.closed_at,
            scene_pending: running(ClockId::K2).is_some(),
            outlived: ClockId::OUTLIVING
                .iter()
                .copied()
                .filter(|id| running(*id).is_some())
                .collect(),
            limit_ends: running(ClockId::K3).map(|k3| k3.due_raw),
            extension,
            complaints_until: window,
            waits_for_complaints: waits.is_some_and(|(value, _)| value == 1),
            limit: None,
            hurt: case.counts.total(),
            victims: Vec::new(),
            other_employer: false,
            of_communes_team: false,
            held: false,
            owed_a_decision: clocks
                .iter()
                .filter(|clock| matches!(clock.id, ClockId::K10 | ClockId::K10b))
                .filter(|clock| clock.stopped_at.is_none())
                .filter_map(|clock| clock.about?.try_into().ok())
                .collect(),
            candidates,
            unverified: false,
            rejected: false,
            progress,
            taken_unassigned: false,
            now,
        }
    }

    /// The same of a case whose notice stands so.
    pub fn with_notice(self, state: Option<NoticeState>) -> Self {
        Self {
            unverified: state == Some(NoticeState::Unverified),
            rejected: state == Some(NoticeState::Rejected),
            ..self
        }
    }

    /// The same of a case of which the law says this.
    pub fn with_limit(self, investigation: &Investigation) -> Self {
        let days = investigation.limit_days;
        let days = days.and_then(|days| u32::try_from(days).ok());
        Self {
            limit: days.zip(investigation.basis.first().cloned()),
            ..self
        }
    }

    /// The same of a case in which these were hurt.
    pub fn with_victims(self, victims: Vec<VictimFacts>) -> Self {
        Self { victims, ..self }
    }

    /// The same of a case that was decided so.
    pub fn with_decision(self, decision: Option<&Decision>) -> Self {
        Self {
            held: decision.is_some_and(Decision::is_held),
            of_communes_team: decision.is_some_and(|decision| {
                let investigation = &decision.investigation;
                let by_insurance = |fact: &String| fact == Fact::VoluntaryInsured.as_str();
                investigation.level == InvestigationLevel::Facility
                    && investigation
                        .basis
                        .iter()
                        .any(|basis| basis.facts.iter().any(by_insurance))
            }),
            ..self
        }
    }

    /// The same of a case of which this is known.
    pub fn with_declaration(self, declaration: Option<&Declaration>) -> Self {
        Self {
            other_employer: declaration.is_some_and(Declaration::is_of_another_employer),
            ..self
        }
    }

    /// Whether somebody died, as the case stands.
    pub fn is_fatal(&self) -> bool {
        self.class == CaseClass::Fatal
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
    let takes = step == Step::Assign && facts.taken_unassigned;
    let may = |right| access::decide(actor, right, Facts::Found, facts.now);
    may(step.right())
        .or_else(|denial| {
            if takes {
                may(Right::TakeCase)
            } else {
                Err(denial)
            }
        })
        .map_err(|_| Refusal::RoleNotAllowed)?;
    // To withdraw what a stranger told is to say that it is false; to take that back, that it is true.
    if (step == Step::Withdraw && facts.unverified) || (step == Step::Reinstate && facts.rejected) {
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
    // The team of an employer is not the commune's, only because the law knows facility teams of both.
    if actor.role == ActorRole::Commune
        && level == InvestigationLevel::Facility
        && !facts.of_communes_team
        && !step
            .rules()
            .any(|rule| rule.is_for(actor.role, InvestigationLevel::None))
    {
        return Err(Refusal::RoleNotAllowed);
    }
    let rule = step
        .rules()
        .find(|rule| rule.is_for(actor.role, level) && rule.way_from(facts.status).is_some());
    // An ended case knows only its way back, that to the archive, and what outlives it.
    let goes_on = |rule: &StepRule| match rule.end {
        End::Reopens => true,
        End::Outlived => rule.clocks.iter().any(|effect| match effect {
            ClockEffect::StopForVictim(id, _) => facts.outlived.contains(id),
            _ => false,
        }),
        _ => step == Step::Archive,
    };
    if facts.ended && !rule.is_some_and(goes_on) {
        return Err(Refusal::CaseEnded);
    }
    let handed_to = facts.progress.handed_to.as_ref();
    if handed_to.is_some_and(|handed| handed.bars(actor)) {
        return Err(Refusal::HandedOn);
    }
    let rule = rule.ok_or(Refusal::NotInThisState)?;
    match bar(step, facts) {
        Some(refusal) => Err(refusal),
        None => Ok(rule),
    }
}

/// What stands in the way of `step`, where role and state are right.
fn bar(step: Step, facts: &CaseFacts) -> Option<Refusal> {
    let progress = &facts.progress;
    let unless = |holds: bool, refusal: Refusal| (!holds).then_some(refusal);
    match step {
        Step::Extend => facts.extension.err(),
        Step::SendToScene => unless(
            facts.status == CaseStatus::Classified || facts.scene_pending,
            Refusal::NobodyToSend,
        ),
        Step::ConfirmNotice => unless(facts.unverified, Refusal::NothingToConfirm),
        Step::ChoosePlace => unless(facts.candidates.len() > 1, Refusal::PlaceNotDivided),
        Step::EndForeignInvestigation | Step::ReceiveDossier => {
            unless(facts.abroad, Refusal::OnlyAbroad)
        }
        // Without a team the province verifies on the dossier alone (D39 Art. 19.3.b).
        Step::DraftMinutes if facts.status == CaseStatus::Classified => {
            unless(facts.abroad, Refusal::NotInThisState).or(unless(
                progress.dossier_complete,
                Refusal::DossierIncomplete,
            ))
        }
        Step::OrderExpertise => unless(!progress.expertise_ordered, Refusal::ExpertiseBefore),
        Step::EndJointWork | Step::SendOpinion => unless(facts.is_fatal(), Refusal::OnlyAfterDeath)
            .or(unless(
                !progress.police_have_spoken,
                Refusal::PoliceHaveSpoken,
            )),
        Step::Suspend => unless(progress.police_undecided, Refusal::PoliceNotUndecided),
        Step::RecordPoliceAnswer => unless(!progress.police_undecided, Refusal::PoliceHaveSpoken),
        Step::DeclineProsecution => {
            unless(progress.criminal.is_none(), Refusal::PoliceDecidedBefore)
        }
        Step::ConcludeCriminalCase => unless(
            progress.criminal == Some(CriminalDecision::Opened),
            Refusal::PoliceDecidedBefore,
        ),
        Step::StopCriminalCase => unless(
            matches!(
                progress.criminal,
                Some(CriminalDecision::Opened | CriminalDecision::Concluded)
            ),
            Refusal::PoliceDecidedBefore,
        ),
        Step::InformProcuracy => unless(progress.criminal.is_some(), Refusal::NoPoliceDecision),
        Step::RecordConsent => unless(
            matches!(
                progress.criminal,
                Some(CriminalDecision::Declined | CriminalDecision::Stopped)
            ),
            Refusal::NoPoliceDecision,
        ),
        // After an indictment too: minutes and benefits do not end with the police (D39 Art. 28).
        Step::ReturnFile => unless(
            progress
                .criminal
                .is_some_and(|decision| decision != CriminalDecision::Opened),
            Refusal::NoPoliceDecision,
        ),
        Step::CompleteReturn => unless(progress.return_incomplete, Refusal::NothingMissing),
        Step::Announce => unless(!progress.minutes_awaited, Refusal::NoNewMinutes),
        Step::LowerClass => unless(facts.held, Refusal::NothingHeld),
        Step::StartInvestigation => unless(!progress.team.is_empty(), Refusal::NoTeam),
        Step::Withdraw | Step::MarkDuplicate => {
            unless(progress.announced_at.is_none(), Refusal::MinutesAnnounced)
        }
        Step::ReserveOpinion => unless(!progress.team.is_empty(), Refusal::NotInThisState),
        Step::DispatchMinutes => unless(
            !progress.minutes_sent(facts.level, facts),
            Refusal::MinutesSentBefore,
        ),
        Step::ConfirmPosting => unless(
            facts.status != CaseStatus::NotWorkAccident
                || progress.minutes_sent(facts.level, facts),
            Refusal::NotComplete,
        )
        .or(unless(progress.posted_on.is_none(), Refusal::PostedBefore)),
        Step::ReportRecommendation => unless(
            !progress.open_recommendations.is_empty(),
            Refusal::NothingRecommended,
        ),
        // What counts is the day of receipt, which `fields` reads, not that of the entry here.
        Step::ReceiveComplaint => unless(
            facts.complaints_until.is_some(),
            Refusal::ComplaintWindowOver,
        ),
        Step::Reinvestigate => unless(!progress.is_final, Refusal::CentralIsFinal),
        Step::Close => unless(closing::missing(facts).is_empty(), Refusal::NotComplete),
        // An investigation that came to its end is reopened by a complaint or a new investigation.
        Step::Reinstate => unless(progress.early_end.is_some(), Refusal::NotInThisState),
        _ => None,
    }
}

/// Every step that `actor` may take now, with its row.
pub fn allowed(facts: &CaseFacts, actor: &Actor) -> Vec<&'static StepRule> {
    Step::ALL
        .iter()
        .filter_map(|step| may_take(*step, facts, actor).ok())
        .collect()
}
