//! What a row of the table of steps says: what can be done to a case, from where, by whom, with which
//! fields, on which legal ground, and what it does to the clocks. The rows stand in [`super::table`].

use crate::{
    domain::{
        access::{ActorRole, Right},
        case::{CaseFacts, CaseStatus},
        clocks::ClockId,
        investigation::InvestigationLevel,
    },
    named,
};

named! {
    /// Something that people do to a case.
    pub enum Step {
        // --- it comes in
        /// The commune makes a notice its declaration.
        Declare = "declare",
        /// An official says that the notice of an unknown person is true.
        ConfirmNotice = "confirm_notice",
        /// An authority says: received.
        Receive = "receive",
        /// Class and level are taken as they stand.
        Classify = "classify",
        /// The commune writes its record; no team.
        RecordCommune = "record_commune",
        /// People go to the scene.
        SendToScene = "send_to_scene",
        /// They have arrived there.
        ArriveAtScene = "arrive_at_scene",
        // --- the team
        /// A decision forms the team.
        FormTeam = "form_team",
        /// Another person in the team, in place of one or beside them.
        ChangeTeam = "change_team",
        /// The team begins.
        StartInvestigation = "start_investigation",
        /// Technical or forensic-medical expertise is ordered: 60 days.
        OrderExpertise = "order_expertise",
        /// The one extension of the limit.
        Extend = "extend",
        /// A member reserves an opinion.
        ReserveOpinion = "reserve_opinion",
        // --- abroad
        /// The foreign investigation has ended.
        EndForeignInvestigation = "end_foreign_investigation",
        /// The dossier of an accident abroad has come from the employer.
        ReceiveDossier = "receive_dossier",
        // --- police and procuracy
        /// The joint initial investigation is over.
        EndJointWork = "end_joint_work",
        /// The team's letter to police and procuracy: cause, fault, work accident or not.
        SendOpinion = "send_opinion",
        /// What the police answer.
        RecordPoliceAnswer = "record_police_answer",
        /// The team waits until the police conclude.
        Suspend = "suspend",
        /// The police have concluded; the team goes on.
        Resume = "resume",
        /// Signs of a crime: the file goes to the police.
        RecommendProsecution = "recommend_prosecution",
        /// The police open a criminal case.
        Prosecute = "prosecute",
        /// The police decide not to.
        DeclineProsecution = "decline_prosecution",
        /// The police have concluded their investigation of a criminal case.
        ConcludeCriminalCase = "conclude_criminal_case",
        /// The criminal case is stopped.
        StopCriminalCase = "stop_criminal_case",
        /// What the police decided was sent to the procuracy, and where the law says so to the department.
        InformProcuracy = "inform_procuracy",
        /// The procuracy consents to what the police decided.
        RecordConsent = "record_consent",
        /// The police hand the file over.
        ReturnFile = "return_file",
        /// What was missing in it has come.
        CompleteReturn = "complete_return",
        // --- the minutes
        /// The minutes are written, or written again.
        DraftMinutes = "draft_minutes",
        /// The meeting that announces the minutes.
        Announce = "announce",
        /// The minutes go to those whom the law names.
        DispatchMinutes = "dispatch_minutes",
        /// They hang where workers or the public read them.
        ConfirmPosting = "confirm_posting",
        // --- what follows them
        /// The scene may be cleared, or the body buried.
        ReleaseScene = "release_scene",
        /// Somebody is told to do something, until a day.
        Recommend = "recommend",
        /// It was done, or why not.
        ReportRecommendation = "report_recommendation",
        /// The medical council has said what a victim lost.
        RecordAssessment = "record_assessment",
        /// What the employer pays a victim, or why nothing.
        DecideBenefits = "decide_benefits",
        /// It was paid.
        PayBenefits = "pay_benefits",
        /// One set of the file reached the department of the head office.
        SendBenefitFile = "send_benefit_file",
        /// How a victim is treated, rehabilitated, supported.
        FollowVictim = "follow_victim",
        /// The line of a victim in the register.
        EnterRegister = "enter_register",
        /// What the file of a victim holds.
        CheckFile = "check_file",
        /// A violation, and what was done about it.
        RecordViolation = "record_violation",
        /// A machine, piece of equipment or substance that took part in the accident.
        RecordEquipment = "record_equipment",
        /// The public follows the case, or does no longer.
        FollowPublicly = "follow_publicly",
        /// What may be said about it in public, and who allowed that.
        ReleaseInformation = "release_information",
        /// A complaint or denunciation about the minutes.
        ReceiveComplaint = "receive_complaint",
        /// It was answered, and the complainant is content.
        AnswerComplaint = "answer_complaint",
        /// There will be no new investigation.
        RefuseReinvestigation = "refuse_reinvestigation",
        /// A new team investigates again.
        Reinvestigate = "reinvestigate",
        /// The end.
        Close = "close",
        /// To the archive.
        Archive = "archive",
        // --- whose it is
        /// Somebody works on it from now on.
        Assign = "assign",
        /// One of the candidates of a divided commune.
        ChoosePlace = "choose_place",
        /// To another authority: wrong territory or sector.
        Transfer = "transfer",
        /// The next higher level investigates from now on.
        TakeOver = "take_over",
        /// A document says that it is no graver than the facts as corrected.
        LowerClass = "lower_class",
        /// The same accident is another case.
        MarkDuplicate = "mark_duplicate",
        /// A false declaration.
        Withdraw = "withdraw",
        /// It was no duplicate, not false, or given away by mistake: the case goes on.
        Reinstate = "reinstate",
    }
}

named! {
    /// What kind of entry a field takes.
    pub enum FieldType {
        /// Text.
        Text = "text",
        /// A day, `YYYY-MM-DD`.
        Date = "date",
        /// A moment with offset, RFC 3339.
        Moment = "moment",
        /// A whole number from 1.
        Number = "number",
        /// One of the values given.
        Choice = "choice",
        /// The id of another case.
        Case = "case_id",
        /// The id of a post of one's own authority.
        Post = "post_id",
        /// A list of objects, each with the fields under `items`.
        List = "list",
    }
}

/// Before what a date is impossible. (Nothing may lie in the future, but what is still to be done.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earliest {
    /// No date, no bound.
    Any,
    /// The accident.
    Accident,
    /// The receipt of the notice or declaration.
    Receipt,
    /// The decision that formed the team.
    Decision,
    /// The minutes.
    Minutes,
    /// The meeting, or the commune's record.
    Publication,
    /// The team's letter to the police.
    Opinion,
    /// Their answer.
    PoliceAnswer,
    /// The suspension.
    Suspension,
    /// The day on which the file went to the police; where it did not, the receipt.
    FileSent,
    /// What the police decided about a criminal case.
    PoliceDecision,
    /// Today: a day until which something is to be done.
    Today,
}

/// Whether a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Always.
    Always,
    /// Never.
    Optional,
    /// Unless the other is there.
    Unless(&'static str),
    /// Where the case is so; elsewhere it may be there.
    Where(Circumstance),
}

/// What a case may be like, where a field depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circumstance {
    /// Somebody died (D39 Art. 13.7, 14.4: police and procuracy are invited).
    Fatal,
    /// Somebody died and the police have not answered (D39 Art. 20.1.g).
    FatalUnanswered,
    /// A victim worked under contract.
    UnderContract,
    /// A victim worked without contract.
    WithoutContract,
    /// More than one complaint is open.
    SeveralComplaints,
    /// A team was formed, or a record written: what was found is not put aside by a word.
    Begun,
    /// The employer of the premises investigates, and the victims' employer is another (D39 Art. 11.1.b).
    OtherEmployer,
}

impl Circumstance {
    /// Whether a case with these facts is so.
    pub fn holds(self, facts: &CaseFacts) -> bool {
        match self {
            // Abroad others investigated; the province verifies what they found (D39 Art. 19.3).
            Self::Fatal => facts.is_fatal() && !facts.abroad,
            Self::FatalUnanswered => {
                facts.is_fatal() && !facts.abroad && !facts.progress.police_have_spoken
            }
            // Whom nobody has named yet counts as under contract: the employer is asked to come.
            Self::UnderContract => {
                facts.victims.is_empty() || facts.victims.iter().any(|victim| victim.under_contract)
            }
            Self::WithoutContract => facts.victims.iter().any(|victim| !victim.under_contract),
            Self::SeveralComplaints => facts.progress.open_complaints.len() > 1,
            Self::Begun => {
                let progress = &facts.progress;
                progress.decided_on.is_some() || progress.recorded_on.is_some()
            }
            Self::OtherEmployer => {
                facts.other_employer && facts.level == InvestigationLevel::Facility
            }
        }
    }
}

/// Where the values of a choice come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// These, for every case.
    Fixed(&'static [&'static str]),
    /// Today's communes that the place may be.
    Candidates,
    /// The numbers of the victims.
    Victims,
    /// Those to whom the minutes are still to be sent.
    MinutesRecipients,
    /// Recommendations that nobody has reported on.
    OpenRecommendations,
    /// Complaints that nobody has answered.
    OpenComplaints,
    /// Names of the team.
    TeamMembers,
}

/// One field of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Name in the body.
    pub name: &'static str,
    /// Kind.
    pub kind: FieldType,
    /// Whether it must be there.
    pub need: Need,
    /// Longest text, in characters.
    pub longest: usize,
    /// The values of a choice.
    pub values: Values,
    /// Bound of a date or moment.
    pub earliest: Earliest,
    /// Fields of each object of a list.
    pub items: &'static [Field],
}

/// Who may take a step, at which levels of investigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who {
    /// Role.
    pub role: ActorRole,
    /// Levels.
    pub levels: &'static [InvestigationLevel],
}

/// Where a step leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// It stays where it is.
    Same,
    /// There.
    State(CaseStatus),
    /// There; or `NOT_WORK_ACCIDENT`, where the minutes conclude so.
    AsConcluded(CaseStatus),
    /// There, once every legal recipient has the minutes; until then it stays.
    OnceAllSent(CaseStatus),
    /// Where the police answered that they know, there; else it stays.
    IfPoliceKnow(CaseStatus),
    /// Where it stood before it was complained about, once no complaint is open; what was done meanwhile counts.
    Before,
    /// Where news of another class leads: see [`super::course`].
    AsDecided,
    /// Where it stood before it ended before its time; see [`EarlyEnd::goes_on_in`](super::event::EarlyEnd).
    BeforeTheEnd,
}

/// From where to where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// States before.
    pub from: &'static [CaseStatus],
    /// State after.
    pub to: To,
}

/// What a step does to the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockEffect {
    /// Stops one, for a reason.
    Stop(ClockId, &'static str),
    /// Stops K2 where the dated value says that this is what is meant: people sent, or people there.
    StopK2(SceneMoment),
    /// Stops K4 once every legal recipient has the minutes.
    StopK4OnceAllSent,
    /// Stops that of the complaint that is answered.
    StopOfComplaint(ClockId, &'static str),
    /// Stops the clock of the victim who is named.
    StopForVictim(ClockId, &'static str),
    /// Gives K3 its one extension.
    ExtendK3,
    /// K3 becomes that of expertise, from the same start.
    ExpertiseK3,
    /// K3 stands still.
    PauseK3,
    /// K3 goes on.
    ResumeK3,
    /// K3 begins anew, in full.
    RestartK3,
    /// The same for another team, which orders expertise for itself where it needs it.
    RestartK3ForAnother,
    /// K3 begins anew, in full, once everything has been handed over.
    RestartK3OnceComplete,
    /// Starts one.
    Start(ClockId),
    /// Starts one, unless the minutes deny an accident at work.
    StartUnlessDenied(ClockId),
    /// Stops one, for a reason, once everything has been handed over.
    StopOnceComplete(ClockId, &'static str),
    /// Starts one for each worker under contract who died.
    StartForTheDead(ClockId),
    /// Starts one for the victim who is named.
    StartForVictim(ClockId),
    /// Starts K7b after a decision not to prosecute, K7f after one to stop.
    StartHandover,
    /// Starts K13 after a death: fifteen years from the end. Other files are kept until their victims
    /// retire, which the plan of retention counts.
    StartK13,
    /// Stops every duty: the case has ended before its time.
    StopAll,
    /// Stops every duty but those that outlive the case: it has come to its end. See [`ClockId::OUTLIVING`].
    StopAllOfTheCase,
    /// What an end before its time stopped goes on, to the same days.
    Revive,
}

/// When a step was done, which is not when it is entered here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acted {
    /// On the day, or at the moment, in this field; of a day its beginning in Việt Nam.
    On(&'static str),
    /// When it is recorded: entering it is the act.
    WhenRecorded,
}

/// Which moment the two hours of K2 mean: the text allows both (D39 Art. 11.2.a).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SceneMoment {
    /// People were sent.
    Dispatch,
    /// They arrived.
    Arrival,
}

/// Whether a step ends a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It goes on.
    No,
    /// It ends with its investigation.
    Done,
    /// It ends for another reason.
    Because(&'static str),
    /// It had ended, and is open again.
    Reopens,
    /// It has ended and stays so: a duty that outlived it is done.
    Outlived,
}

/// One row of the table. A step has several where its fields differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepRule {
    /// The step.
    pub step: Step,
    /// States.
    pub moves: &'static [Move],
    /// Roles and levels.
    pub who: &'static [Who],
    /// Fields, besides `seen_version`.
    pub fields: &'static [Field],
    /// From when the clocks count that it starts or ends; every row with clocks says so.
    pub acted: Option<Acted>,
    /// Clocks.
    pub clocks: &'static [ClockEffect],
    /// End.
    pub end: End,
    /// Legal ground.
    pub article: &'static str,
}

impl Step {
    /// The right that it needs, before its rows say who takes it at which level.
    pub fn right(self) -> Right {
        match self {
            Self::Declare | Self::Receive | Self::Classify | Self::RecordCommune => {
                Right::ReceiveCase
            }
            Self::ConfirmNotice => Right::ConfirmNotice,
            Self::RecordPoliceAnswer
            | Self::Prosecute
            | Self::DeclineProsecution
            | Self::ConcludeCriminalCase
            | Self::StopCriminalCase
            | Self::InformProcuracy
            | Self::RecordConsent
            | Self::ReturnFile
            | Self::CompleteReturn => Right::RecordCriminalSide,
            Self::Assign => Right::AssignCase,
            Self::ChoosePlace
            | Self::Transfer
            | Self::TakeOver
            | Self::LowerClass
            | Self::MarkDuplicate
            | Self::Withdraw
            | Self::Reinstate => Right::ReferCase,
            _ => Right::Investigate,
        }
    }

    /// The rows of this step.
    pub fn rules(self) -> impl Iterator<Item = &'static StepRule> {
        super::table::rows().filter(move |rule| rule.step == self)
    }
}

impl StepRule {
    /// The row's way out of `from`, or `None`.
    pub fn way_from(&self, from: CaseStatus) -> Option<To> {
        let found = self.moves.iter().find(|m| m.from.contains(&from))?;
        Some(found.to)
    }

    /// Whether `role` may take it at `level`.
    pub fn is_for(&self, role: ActorRole, level: InvestigationLevel) -> bool {
        self.who
            .iter()
            .any(|who| who.role == role && who.levels.contains(&level))
    }
}

impl Field {
    /// Whether it must be there in a case with these facts, whatever else the body holds.
    pub fn is_required(&self, facts: &CaseFacts) -> bool {
        match self.need {
            Need::Always | Need::Unless(_) => true,
            Need::Optional => false,
            Need::Where(circumstance) => circumstance.holds(facts),
        }
    }
}
