//! The one table of steps (`accidents.md` 7.3): the guards, the actions that are offered, the drawing in
//! the documentation and the tests are all read from it.
//!
//! `intake` until the class is fixed, `team` the investigation, `abroad` its place where others investigate, `police` what lies with police and
//! procuracy, `minutes` from the minutes to the posting, `follow_up` what follows them, `benefits` what the
//! victims are owed, `ending` complaints and the end, `belonging` whose case it is.

mod abroad;
mod belonging;
mod benefits;
mod build;
pub mod drawing;
mod ending;
mod follow_up;
mod intake;
mod minutes;
mod police;
mod team;

use crate::domain::{
    access::ActorRole::{Commune, Employer, Inspector, Ministry, Police, Procuracy},
    case::{
        CaseStatus,
        step::{StepRule, Who},
    },
    investigation::InvestigationLevel as L,
};
use CaseStatus::{
    Announced, Classified, CommuneRecorded, Complained, CriminalCase, Declared, Dispatched,
    FollowUp, Investigating, MinutesDrafted, NotWorkAccident, Noticed, PoliceOpinionPending,
    Posted, ProsecutionRecommended, Received, Reinvestigating, ReturnedByPolice, SceneResponse,
    Suspended, TeamFormed, Transferred,
};
use build::who;

/// Every row, in the order of a case's life.
pub fn rows() -> impl Iterator<Item = &'static StepRule> {
    [
        intake::ROWS,
        team::ROWS,
        abroad::ROWS,
        police::ROWS,
        minutes::ROWS,
        follow_up::ROWS,
        benefits::ROWS,
        ending::ROWS,
        belonging::ROWS,
    ]
    .into_iter()
    .flatten()
}

const EVERY_LEVEL: &[L] = L::ALL;
const WITH_TEAM: &[L] = &[L::Facility, L::Provincial, L::Central, L::SpecialLaw];
/// Where the province itself, or a team that it watches, investigates: what the minister's team does is not the province's
/// (L84 Art. 35.3).
const OF_PROVINCE: &[L] = &[L::Facility, L::Provincial, L::SpecialLaw];
const BELOW_THE_MINISTRY: &[L] = &[
    L::Facility,
    L::Provincial,
    L::SpecialLaw,
    L::CommuneRecord,
    L::None,
];
const WITH_SCENE: &[L] = &[L::Provincial, L::Central, L::SpecialLaw];
const OF_MINISTRY: &[L] = &[L::Central, L::SpecialLaw];
const OF_EMPLOYER: &[L] = &[L::Facility];
const OF_COMMUNE: &[L] = &[L::CommuneRecord];
const NOBODY_INVESTIGATES: &[L] = &[L::None];

/// The labour authority; the commune for what it records itself; the ministry for what it leads.
const OFFICE: &[Who] = &[
    who(Inspector, BELOW_THE_MINISTRY),
    who(Commune, OF_COMMUNE),
    who(Ministry, OF_MINISTRY),
];
const OFFICE_AND_POLICE: &[Who] = &[
    who(Inspector, EVERY_LEVEL),
    who(Commune, OF_COMMUNE),
    who(Ministry, OF_MINISTRY),
    who(Police, EVERY_LEVEL),
];
/// The authorities that lead or watch a team.
const STATE: &[Who] = &[who(Inspector, OF_PROVINCE), who(Ministry, OF_MINISTRY)];
/// Those who may have a case investigated again: the province what an employer or a special law has investigated, the
/// ministry what a province has (L84 Art. 35.2, 35.3; D39 Art. 17.1.b).
const ABOVE_THE_TEAM: &[Who] = &[
    who(Inspector, &[L::Facility, L::SpecialLaw]),
    who(Ministry, &[L::Provincial, L::Central, L::SpecialLaw]),
];
/// Facility teams are the employer's own, or the commune's where the victim is insured without a contract (D143 Art.
/// 18.4; the guard knows which); the labour authority writes down what comes to it on paper.
const TEAM: &[Who] = &[
    who(Inspector, OF_PROVINCE),
    who(Ministry, OF_MINISTRY),
    who(Employer, OF_EMPLOYER),
    who(Commune, OF_EMPLOYER),
];
/// The team, and the commune for its record.
const TEAM_OR_COMMUNE: &[Who] = &[
    who(Inspector, OF_PROVINCE),
    who(Employer, OF_EMPLOYER),
    who(Inspector, OF_COMMUNE),
    who(Ministry, OF_MINISTRY),
    who(Commune, &[L::Facility, L::CommuneRecord]),
];
/// People are nearest in the province, whoever leads.
const SCENE: &[Who] = &[who(Inspector, WITH_SCENE), who(Ministry, OF_MINISTRY)];
/// The police themselves, or the office that holds their letter in hand: not every unit has an account.
const POLICE: &[Who] = &[
    who(Police, WITH_TEAM),
    who(Inspector, WITH_TEAM),
    who(Ministry, OF_MINISTRY),
];
const POLICE_OR_PROCURACY: &[Who] = &[
    who(Police, WITH_TEAM),
    who(Procuracy, WITH_TEAM),
    who(Inspector, WITH_TEAM),
    who(Ministry, OF_MINISTRY),
];

/// Before a meeting has announced anything, and not while the file lies with the police.
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
    PoliceOpinionPending,
    Suspended,
    ReturnedByPolice,
    MinutesDrafted,
];
/// The team is at work, or waits for the police.
const TEAM_WORKS: &[CaseStatus] = &[
    TeamFormed,
    Investigating,
    PoliceOpinionPending,
    Suspended,
    ReturnedByPolice,
    MinutesDrafted,
    Reinvestigating,
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
    PoliceOpinionPending,
    Suspended,
    ProsecutionRecommended,
    CriminalCase,
    ReturnedByPolice,
    MinutesDrafted,
    Announced,
    Dispatched,
    Posted,
    FollowUp,
    Complained,
    Reinvestigating,
    NotWorkAccident,
];
