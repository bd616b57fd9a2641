//! The one table of steps: what can be done to a case, from where, by whom, with which fields,
//! on which legal ground, and what it does to the clocks (`accidents.md` 7.3).

use crate::{
    domain::{
        access::{ActorRole, Right},
        case::CaseStatus,
        clocks::ClockId,
        investigation::InvestigationLevel,
    },
    named,
};

named! {
    /// Something that people do to a case.
    pub enum Step {
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
        /// A decision forms the team.
        FormTeam = "form_team",
        /// The team begins.
        StartInvestigation = "start_investigation",
        /// The one extension of the limit.
        Extend = "extend",
        /// The minutes are written, or written again.
        DraftMinutes = "draft_minutes",
        /// The meeting that announces the minutes.
        Announce = "announce",
        /// The minutes go to everybody the law names.
        DispatchMinutes = "dispatch_minutes",
        /// The end.
        Close = "close",
        /// Somebody works on it from now on.
        Assign = "assign",
        /// One of the candidates of a divided commune.
        ChoosePlace = "choose_place",
        /// To another authority: wrong territory or sector.
        Transfer = "transfer",
        /// The same accident is another case.
        MarkDuplicate = "mark_duplicate",
        /// A false declaration.
        Withdraw = "withdraw",
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
    }
}

/// Before what a date is impossible. (Nothing may lie in the future.)
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
}

/// One field of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Name in the body.
    pub name: &'static str,
    /// Kind.
    pub kind: FieldType,
    /// Whether it must be there.
    pub required: bool,
    /// The field that makes it optional where it is there.
    pub unless: Option<&'static str>,
    /// Longest text, in characters.
    pub longest: usize,
    /// The values of a choice; those of `choose_place` are the case's own.
    pub values: &'static [&'static str],
    /// Bound of a date or moment.
    pub earliest: Earliest,
}

/// Who may take a step, at which levels of investigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who {
    /// Role.
    pub role: ActorRole,
    /// Levels.
    pub levels: &'static [InvestigationLevel],
}

/// From where to where. `to` is `None` where the state stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// States before.
    pub from: &'static [CaseStatus],
    /// State after.
    pub to: Option<CaseStatus>,
}

/// What a step does to the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockEffect {
    /// Stops one, for a reason.
    Stop(ClockId, &'static str),
    /// Gives K3 its one extension.
    ExtendK3,
    /// Starts K4.
    StartK4,
    /// Stops every one: the case has ended.
    StopAll,
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
    /// Clocks.
    pub clocks: &'static [ClockEffect],
    /// End.
    pub end: End,
    /// Legal ground.
    pub article: &'static str,
}

use ActorRole::{Commune, Inspector, Ministry, Police};
use CaseStatus::{
    Announced, Classified, Closed, CommuneRecorded, Declared, Dispatched, Duplicate, Investigating,
    MinutesDrafted, NotWorkAccident, Noticed, Received, SceneResponse, TeamFormed, Transferred,
};
use InvestigationLevel as L;

const EVERY_LEVEL: &[L] = L::ALL;
const WITH_TEAM: &[L] = &[L::Facility, L::Provincial, L::Central, L::SpecialLaw];
const WITH_SCENE: &[L] = &[L::Provincial, L::Central, L::SpecialLaw];
const OF_MINISTRY: &[L] = &[L::Central, L::SpecialLaw];
const OF_COMMUNE: &[L] = &[L::CommuneRecord];
const NOBODY_INVESTIGATES: &[L] = &[L::None];

/// The labour authority; the commune for what it records itself; the ministry for what it leads.
const OFFICE: &[Who] = &[
    who(Inspector, EVERY_LEVEL),
    who(Commune, OF_COMMUNE),
    who(Ministry, OF_MINISTRY),
];
const OFFICE_AND_POLICE: &[Who] = &[
    who(Inspector, EVERY_LEVEL),
    who(Commune, OF_COMMUNE),
    who(Ministry, OF_MINISTRY),
    who(Police, EVERY_LEVEL),
];
/// Facility teams are the employer's; the labour authority records what they report.
const TEAM: &[Who] = &[who(Inspector, WITH_TEAM), who(Ministry, OF_MINISTRY)];
const SCENE: &[Who] = &[who(Inspector, WITH_SCENE), who(Ministry, OF_MINISTRY)];

const BEFORE_ANNOUNCEMENT: &[CaseStatus] = &[
    Noticed,
    Declared,
    Transferred,
    Received,
    Classified,
    CommuneRecorded,
    SceneResponse,
    TeamFormed,
    Investigating,
    MinutesDrafted,
];
const OPEN: &[CaseStatus] = &[
    Noticed,
    Declared,
    Transferred,
    Received,
    Classified,
    CommuneRecorded,
    SceneResponse,
    TeamFormed,
    Investigating,
    MinutesDrafted,
    Announced,
    Dispatched,
    NotWorkAccident,
];

/// Minutes rest on what the team found at the scene (D39 Art. 13, 14): with them people were there,
/// whether or not anybody wrote down when they were sent. The steps that follow say the same, so that K2
/// never runs on beside them.
const K2_IS_PAST: &[ClockEffect] = &[ClockEffect::Stop(ClockId::K2, "minutes_drafted")];

const REASON: Field = text("reason", 2000);
const NOTE: Field = optional(text("note", 2000));
const CONCLUSIONS: &[&str] = &["work_accident", "allowance_39_2", "not_work_accident"];
const CAUSES: &[&str] = &["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// Every step.
pub const STEPS: &[StepRule] = &[
    StepRule {
        step: Step::Declare,
        moves: &[to(&[Noticed], Declared)],
        who: &[who(Commune, EVERY_LEVEL)],
        fields: &[NOTE],
        clocks: &[],
        end: End::No,
        article: "L84 Điều 34.1.d; D39 Điều 10.3",
    },
    StepRule {
        step: Step::ConfirmNotice,
        moves: &[stay(OPEN)],
        who: &[who(Commune, EVERY_LEVEL), who(Inspector, EVERY_LEVEL)],
        fields: &[NOTE],
        clocks: &[],
        end: End::No,
        article: "L84 Điều 34.2",
    },
    StepRule {
        step: Step::Receive,
        moves: &[to(&[Declared, Transferred], Received)],
        who: OFFICE_AND_POLICE,
        fields: &[optional(text("file_number", 100))],
        clocks: &[],
        end: End::No,
        article: "L84 Điều 34.2; D39 Điều 10",
    },
    StepRule {
        step: Step::Classify,
        moves: &[to(&[Received], Classified)],
        who: OFFICE,
        fields: &[NOTE],
        clocks: &[],
        end: End::No,
        article: "D39 Điều 9",
    },
    StepRule {
        step: Step::RecordCommune,
        moves: &[to(&[Classified], CommuneRecorded)],
        who: &[who(Commune, OF_COMMUNE)],
        fields: &[
            text("record_number", 100),
            date("recorded_on", Earliest::Accident),
        ],
        clocks: &[],
        end: End::No,
        article: "L84 Điều 35.1; D129 Điều 43.1",
    },
    StepRule {
        step: Step::SendToScene,
        moves: &[
            to(&[Classified], SceneResponse),
            // People go at once, whatever the papers: from any state before the minutes.
            stay(&[
                Noticed,
                Declared,
                Transferred,
                Received,
                TeamFormed,
                Investigating,
            ]),
        ],
        who: SCENE,
        fields: &[
            moment("dispatched_at", Earliest::Accident),
            text("people", 500),
        ],
        clocks: &[ClockEffect::Stop(ClockId::K2, "people_sent")],
        end: End::No,
        article: "D39 Điều 11.2.a",
    },
    StepRule {
        step: Step::FormTeam,
        moves: &[to(&[Classified, SceneResponse], TeamFormed)],
        who: TEAM,
        fields: &[
            text("decision_number", 100),
            date("decided_on", Earliest::Receipt),
            text("head", 200),
        ],
        clocks: &[],
        end: End::No,
        article: "L84 Điều 35.1–35.4; D39 Điều 11",
    },
    StepRule {
        step: Step::StartInvestigation,
        moves: &[to(&[TeamFormed], Investigating)],
        who: TEAM,
        fields: &[optional(moment("started_at", Earliest::Decision))],
        clocks: &[],
        end: End::No,
        article: "D39 Điều 12.1.a",
    },
    StepRule {
        step: Step::Extend,
        moves: &[stay(&[TeamFormed, Investigating, MinutesDrafted])],
        who: TEAM,
        fields: &[number("days"), text("consent_number", 100), REASON],
        clocks: &[ClockEffect::ExtendK3],
        end: End::No,
        article: "L84 Điều 35.6",
    },
    StepRule {
        step: Step::DraftMinutes,
        moves: &[to(&[Investigating, MinutesDrafted], MinutesDrafted)],
        who: TEAM,
        fields: &[
            text("minutes_number", 100),
            date("drafted_on", Earliest::Decision),
            choice("conclusion", CONCLUSIONS),
            optional(choice("cause_code", CAUSES)),
        ],
        clocks: K2_IS_PAST,
        end: End::No,
        article: "D39 Điều 13.5, 14.2, 15.3",
    },
    StepRule {
        step: Step::Announce,
        // With conclusion (iii): to NOT_WORK_ACCIDENT instead; see `StepRule::target`.
        moves: &[to(&[MinutesDrafted], Announced)],
        who: TEAM,
        fields: &[
            moment("held_at", Earliest::Minutes),
            text("meeting_minutes_number", 100),
        ],
        clocks: &[
            ClockEffect::Stop(ClockId::K2, "minutes_drafted"),
            ClockEffect::Stop(ClockId::K3, "announced"),
            ClockEffect::StartK4,
        ],
        end: End::No,
        article: "L84 Điều 35.8; D39 Điều 13.6, 14.3, 15.3",
    },
    StepRule {
        step: Step::DispatchMinutes,
        moves: &[to(&[Announced], Dispatched), stay(&[NotWorkAccident])],
        who: TEAM,
        fields: &[moment("dispatched_at", Earliest::Publication)],
        clocks: &[
            ClockEffect::Stop(ClockId::K2, "minutes_drafted"),
            ClockEffect::Stop(ClockId::K4, "minutes_sent"),
        ],
        end: End::No,
        article: "D39 Điều 13.9, 14.6, 15.5",
    },
    StepRule {
        step: Step::Close,
        moves: &[to(&[Dispatched, NotWorkAccident], Closed)],
        who: TEAM,
        fields: &[date("posted_on", Earliest::Publication), NOTE],
        clocks: &[ClockEffect::StopAll],
        end: End::Done,
        article: "L84 Điều 35.9",
    },
    StepRule {
        step: Step::Close,
        moves: &[to(&[CommuneRecorded], Closed)],
        who: &[who(Commune, OF_COMMUNE), who(Inspector, OF_COMMUNE)],
        fields: &[date("posted_on", Earliest::Publication), NOTE],
        clocks: &[ClockEffect::StopAll],
        end: End::Done,
        article: "L84 Điều 35.9.c",
    },
    StepRule {
        step: Step::Close,
        moves: &[to(&[Classified], Closed)],
        who: &[who(Inspector, NOBODY_INVESTIGATES)],
        fields: &[NOTE],
        clocks: &[ClockEffect::StopAll],
        end: End::Done,
        article: "L84 Điều 36",
    },
    StepRule {
        step: Step::Assign,
        moves: &[stay(OPEN)],
        who: OFFICE,
        fields: &[
            unless("post_id", text("assigned_to", 200)),
            optional(post("post_id")),
        ],
        clocks: &[],
        end: End::No,
        article: "L84 Điều 34.2",
    },
    StepRule {
        step: Step::ChoosePlace,
        moves: &[stay(OPEN)],
        who: &[
            who(Inspector, EVERY_LEVEL),
            who(Commune, EVERY_LEVEL),
            who(Ministry, EVERY_LEVEL),
        ],
        fields: &[choice("commune_code", &[])],
        clocks: &[],
        end: End::No,
        article: "L84 Điều 34.1.b",
    },
    StepRule {
        step: Step::Transfer,
        // The limits go on at the other authority, from its receipt; it takes the case on from
        // `TRANSFERRED`. One that has no queue here ends it: see `service::transfer`.
        moves: &[to(
            &[Noticed, Declared, Transferred, Received, Classified],
            Transferred,
        )],
        who: OFFICE,
        fields: &[
            text("to_authority", 100),
            text("letter_number", 100),
            REASON,
        ],
        clocks: &[],
        end: End::No,
        article: "L84 Điều 34.2",
    },
    StepRule {
        step: Step::MarkDuplicate,
        moves: &[to(BEFORE_ANNOUNCEMENT, Duplicate)],
        who: OFFICE,
        fields: &[case("of_case"), REASON],
        clocks: &[ClockEffect::StopAll],
        end: End::Because("duplicate"),
        article: "L84 Điều 34.2",
    },
    StepRule {
        step: Step::Withdraw,
        moves: &[to(BEFORE_ANNOUNCEMENT, NotWorkAccident)],
        who: OFFICE,
        fields: &[REASON],
        clocks: &[ClockEffect::StopAll],
        end: End::Because("withdrawn"),
        article: "L84 Điều 12.1, 34.2",
    },
];

const fn who(role: ActorRole, levels: &'static [L]) -> Who {
    Who { role, levels }
}

const fn to(from: &'static [CaseStatus], to: CaseStatus) -> Move {
    Move { from, to: Some(to) }
}

const fn stay(from: &'static [CaseStatus]) -> Move {
    Move { from, to: None }
}

const fn field(name: &'static str, kind: FieldType, earliest: Earliest) -> Field {
    Field {
        name,
        kind,
        required: true,
        unless: None,
        longest: 100,
        values: &[],
        earliest,
    }
}

const fn text(name: &'static str, longest: usize) -> Field {
    Field {
        longest,
        ..field(name, FieldType::Text, Earliest::Any)
    }
}

const fn date(name: &'static str, earliest: Earliest) -> Field {
    field(name, FieldType::Date, earliest)
}

const fn moment(name: &'static str, earliest: Earliest) -> Field {
    field(name, FieldType::Moment, earliest)
}

const fn number(name: &'static str) -> Field {
    field(name, FieldType::Number, Earliest::Any)
}

const fn choice(name: &'static str, values: &'static [&'static str]) -> Field {
    Field {
        values,
        ..field(name, FieldType::Choice, Earliest::Any)
    }
}

const fn case(name: &'static str) -> Field {
    field(name, FieldType::Case, Earliest::Any)
}

const fn post(name: &'static str) -> Field {
    field(name, FieldType::Post, Earliest::Any)
}

const fn unless(other: &'static str, field: Field) -> Field {
    Field {
        unless: Some(other),
        ..field
    }
}

const fn optional(field: Field) -> Field {
    Field {
        required: false,
        ..field
    }
}

impl Step {
    /// The right that it needs, before its rows say who takes it at which level.
    pub fn right(self) -> Right {
        match self {
            Self::Declare | Self::Receive | Self::Classify | Self::RecordCommune => {
                Right::ReceiveCase
            }
            Self::ConfirmNotice => Right::ConfirmNotice,
            Self::SendToScene
            | Self::FormTeam
            | Self::StartInvestigation
            | Self::Extend
            | Self::DraftMinutes
            | Self::Announce
            | Self::DispatchMinutes
            | Self::Close => Right::Investigate,
            Self::Assign => Right::AssignCase,
            Self::ChoosePlace | Self::Transfer | Self::MarkDuplicate | Self::Withdraw => {
                Right::ReferCase
            }
        }
    }

    /// The rows of this step.
    pub fn rules(self) -> impl Iterator<Item = &'static StepRule> {
        STEPS.iter().filter(move |rule| rule.step == self)
    }
}

impl StepRule {
    /// The state that follows `from` by this row, or `None`. Where the announced minutes conclude
    /// that it was no work accident, the case says so instead of `ANNOUNCED`.
    pub fn target(&self, from: CaseStatus, no_work_accident: bool) -> Option<CaseStatus> {
        let found = self.moves.iter().find(|m| m.from.contains(&from))?;
        let to = found.to.unwrap_or(from);
        Some(if self.step == Step::Announce && no_work_accident {
            NotWorkAccident
        } else {
            to
        })
    }

    /// Whether `role` may take it at `level`.
    pub fn is_for(&self, role: ActorRole, level: L) -> bool {
        self.who
            .iter()
            .any(|who| who.role == role && who.levels.contains(&level))
    }
}
