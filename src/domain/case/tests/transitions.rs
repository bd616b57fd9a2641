//! Every transition that the law knows, with its article (`accidents.md` 7.3), written down once more by hand:
//! what is not here must not be possible.

use super::*;
use CaseStatus::*;

/// From these states `step` leads there; `None`: it stays.
type Transition = (
    Step,
    &'static [CaseStatus],
    Option<CaseStatus>,
    &'static str,
);

const SCENE_OPEN: &[CaseStatus] = &[
    Noticed,
    Declared,
    Transferred,
    Received,
    TeamFormed,
    Investigating,
];
const TEAM_AT_WORK: &[CaseStatus] = &[
    TeamFormed,
    Investigating,
    PoliceOpinionPending,
    Suspended,
    ReturnedByPolice,
    MinutesDrafted,
    Reinvestigating,
];
const FACTS_STAY: &[CaseStatus] = &[
    Classified,
    SceneResponse,
    CommuneRecorded,
    TeamFormed,
    Investigating,
    PoliceOpinionPending,
    Suspended,
    ReturnedByPolice,
    MinutesDrafted,
    Reinvestigating,
    Announced,
    Dispatched,
    NotWorkAccident,
    Complained,
];
const ON_THEIR_WAY: &[CaseStatus] = &[
    Announced,
    Dispatched,
    NotWorkAccident,
    Complained,
    Reinvestigating,
];
const AT_THE_END: &[CaseStatus] = &[Posted, FollowUp];
const ALL_OPEN: &[CaseStatus] = &[
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
const LOWERED: &[CaseStatus] = &[
    Declared,
    Transferred,
    Received,
    Classified,
    CommuneRecorded,
    SceneResponse,
    TeamFormed,
    Investigating,
    PoliceOpinionPending,
    ReturnedByPolice,
    MinutesDrafted,
    Announced,
    Dispatched,
    Posted,
    FollowUp,
    Complained,
    Reinvestigating,
];
const NOT_ANNOUNCED: &[CaseStatus] = &[
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

/// What an officer of the province may do in a fatal case that its team investigates.
#[rustfmt::skip]
const OF_A_FATAL_CASE: &[Transition] = &[
    (Step::Receive, &[Noticed, Declared, Transferred], Some(Received), "L84 34.2"),
    (Step::Classify, &[Received], Some(Classified), "D39 9"),
    (Step::SendToScene, &[Classified], Some(SceneResponse), "D39 11.2.a"),
    (Step::SendToScene, SCENE_OPEN, None, "D39 11.2.a"),
    (Step::ArriveAtScene, SCENE_OPEN, None, "D39 11.2.a"),
    (Step::ArriveAtScene, &[Classified, SceneResponse], None, "D39 11.2.a"),
    (Step::FormTeam, &[Classified, SceneResponse, ReturnedByPolice], Some(TeamFormed), "L84 35.2; D39 11.2"),
    (Step::ChangeTeam, TEAM_AT_WORK, None, "D39 11, 12"),
    (Step::StartInvestigation, &[TeamFormed, ReturnedByPolice], Some(Investigating), "D39 12.1.a"),
    (Step::OrderExpertise, &[TeamFormed, Investigating, PoliceOpinionPending, MinutesDrafted, Reinvestigating], None, "L84 35.6.d"),
    (Step::Extend, &[TeamFormed, Investigating, PoliceOpinionPending, ReturnedByPolice, MinutesDrafted, Reinvestigating], None, "L84 35.6"),
    (Step::ReserveOpinion, TEAM_AT_WORK, None, "D39 12.2.b"),
    (Step::ReserveOpinion, &[Announced], None, "D39 12.2.b"),
    (Step::EndJointWork, &[TeamFormed, Investigating], None, "D39 20.1.đ"),
    (Step::SendOpinion, &[Investigating], Some(PoliceOpinionPending), "D39 20.1.đ"),
    (Step::RecordPoliceAnswer, &[PoliceOpinionPending], Some(Investigating), "D39 20.1.g"),
    (Step::Suspend, &[PoliceOpinionPending], Some(Suspended), "D39 20.1.h"),
    (Step::Resume, &[Suspended], Some(Investigating), "D39 20.1.h"),
    (Step::RecommendProsecution, &[Investigating, PoliceOpinionPending, Suspended, MinutesDrafted, Reinvestigating], Some(ProsecutionRecommended), "D39 20.2; L84 35.7"),
    (Step::Prosecute, &[ProsecutionRecommended, Investigating, PoliceOpinionPending, Suspended], Some(CriminalCase), "D39 20.4.a"),
    (Step::DeclineProsecution, &[ProsecutionRecommended], None, "D39 20.3.a"),
    (Step::ConcludeCriminalCase, &[CriminalCase], None, "D39 20.4.b"),
    (Step::StopCriminalCase, &[CriminalCase], None, "D39 20.4.c"),
    (Step::InformProcuracy, &[ProsecutionRecommended, CriminalCase], None, "D39 20.3.a, 20.4.a"),
    (Step::RecordConsent, &[ProsecutionRecommended, CriminalCase], None, "D39 20.3.b, 20.4.c"),
    (Step::ReturnFile, &[ProsecutionRecommended, CriminalCase], Some(ReturnedByPolice), "D39 20.5; L84 35.6.d"),
    (Step::CompleteReturn, &[ReturnedByPolice, Investigating, PoliceOpinionPending, MinutesDrafted], None, "L84 35.6.d"),
    (Step::DraftMinutes, &[Investigating, PoliceOpinionPending, MinutesDrafted], Some(MinutesDrafted), "D39 14.2"),
    (Step::DraftMinutes, &[Reinvestigating], None, "D39 17"),
    (Step::Announce, &[MinutesDrafted, Reinvestigating], Some(Announced), "D39 14.3; 17.2"),
    (Step::DispatchMinutes, &[Announced], Some(Dispatched), "D39 14.6"),
    (Step::DispatchMinutes, &[Dispatched, Posted, FollowUp, Complained, Reinvestigating, NotWorkAccident], None, "D39 14.6"),
    (Step::ConfirmPosting, &[Dispatched], Some(Posted), "L84 35.9"),
    (Step::ConfirmPosting, &[NotWorkAccident, CommuneRecorded], None, "L84 35.9"),
    (Step::ReleaseScene, FACTS_STAY, None, "D39 18.3.b"),
    (Step::ReleaseScene, AT_THE_END, Some(FollowUp), "D39 18.3.b"),
    (Step::Recommend, &[MinutesDrafted, Announced, Dispatched, NotWorkAccident, Reinvestigating], None, "D39 13.4"),
    (Step::Recommend, AT_THE_END, Some(FollowUp), "D39 18.10"),
    (Step::ReportRecommendation, ON_THEIR_WAY, None, "D39 18.10"),
    (Step::ReportRecommendation, AT_THE_END, Some(FollowUp), "D39 18.10"),
    (Step::RecordAssessment, FACTS_STAY, None, "L84 38.6"),
    (Step::RecordAssessment, AT_THE_END, Some(FollowUp), "L84 38.6"),
    (Step::DecideBenefits, ON_THEIR_WAY, None, "L84 38.7; C28 7.1"),
    (Step::DecideBenefits, AT_THE_END, Some(FollowUp), "L84 38.7; C28 7.1"),
    (Step::PayBenefits, ON_THEIR_WAY, None, "C28 7.2"),
    (Step::PayBenefits, AT_THE_END, Some(FollowUp), "C28 7.2"),
    (Step::PayBenefits, &[Closed, Archived], None, "C28 7.2"),
    (Step::SendBenefitFile, &[Closed, Archived], None, "C28 6.3.c"),
    (Step::SendBenefitFile, ON_THEIR_WAY, None, "C28 6.3.c"),
    (Step::SendBenefitFile, AT_THE_END, Some(FollowUp), "C28 6.3.c"),
    (Step::FollowVictim, FACTS_STAY, None, "L84 38"),
    (Step::FollowVictim, AT_THE_END, Some(FollowUp), "L84 38"),
    (Step::EnterRegister, &[CommuneRecorded, Announced, Dispatched, NotWorkAccident, Complained, Reinvestigating], None, "C13 3"),
    (Step::EnterRegister, AT_THE_END, Some(FollowUp), "C13 3"),
    (Step::CheckFile, FACTS_STAY, None, "D39 16"),
    (Step::CheckFile, AT_THE_END, Some(FollowUp), "D39 16"),
    (Step::RecordViolation, FACTS_STAY, None, "D39 18.10"),
    (Step::RecordViolation, AT_THE_END, Some(FollowUp), "D39 18.10"),
    (Step::RecordEquipment, FACTS_STAY, None, "L84 28"),
    (Step::RecordEquipment, AT_THE_END, Some(FollowUp), "L84 28"),
    (Step::FollowPublicly, ALL_OPEN, None, "D39 12"),
    (Step::ReleaseInformation, ALL_OPEN, None, "D39 12"),
    (Step::ReceiveComplaint, &[Announced, Dispatched, Posted, FollowUp, Complained, NotWorkAccident, Closed, Archived], Some(Complained), "D39 17.1"),
    (Step::AnswerComplaint, &[Complained], Some(Dispatched), "D39 17.1.a"),
    (Step::RefuseReinvestigation, &[Complained], Some(Dispatched), "D39 17.1.b"),
    (Step::Close, &[Posted, FollowUp, NotWorkAccident], Some(Closed), "L84 35.9; D39 16, 18"),
    (Step::Archive, &[Closed], Some(Archived), "D39 18.8"),
    (Step::Assign, ALL_OPEN, None, "L84 34.2"),
    (Step::ConfirmNotice, ALL_OPEN, None, "L84 34.2"),
    (Step::ChoosePlace, ALL_OPEN, None, "L84 34.1.b"),
    (Step::Transfer, &[Noticed, Declared, Transferred, Received, Classified], Some(Transferred), "L84 34.2"),
    (Step::LowerClass, LOWERED, None, "D39 9, 22"),
    (Step::MarkDuplicate, NOT_ANNOUNCED, Some(Duplicate), "L84 34.2"),
    (Step::Withdraw, NOT_ANNOUNCED, Some(NotWorkAccident), "L84 12.1"),
    (Step::Reinstate, &[Duplicate, NotWorkAccident, Transferred], Some(Investigating), "L84 34.2"),
];

/// A fatal case in `status`, with what `step` needs besides.
fn ready(step: Step, status: CaseStatus) -> File {
    let file = File::provincial(status);
    let file = match step {
        Step::Suspend => file.after(
            "record_police_answer",
            PoliceOpinionPending,
            json!({ "answer": "not_determined" }),
        ),
        Step::RecordConsent | Step::ReturnFile | Step::InformProcuracy => {
            file.after("decline_prosecution", ProsecutionRecommended, json!({}))
        }
        Step::ConcludeCriminalCase | Step::StopCriminalCase => {
            file.after("prosecute", Investigating, json!({}))
        }
        Step::CompleteReturn => {
            file.after("return_file", CriminalCase, json!({ "sketch": "missing" }))
        }
        Step::ReserveOpinion | Step::StartInvestigation => {
            file.after("form_team", Classified, json!({ "head": "Đào Văn Tám" }))
        }
        Step::ReportRecommendation => {
            let mut file = file.after("recommend", Announced, json!({}));
            file.events[0].id = EventId::from(RECOMMENDED.to_owned());
            file
        }
        Step::AnswerComplaint | Step::RefuseReinvestigation => {
            file.after("receive_complaint", Dispatched, json!({}))
        }
        Step::ConfirmPosting => file
            .announced()
            .after("dispatch_minutes", Announced, json!({})),
        Step::DispatchMinutes | Step::ReceiveComplaint => file.announced(),
        Step::Close => complete(file.announced()),
        Step::PayBenefits => file.owing(ClockId::K10c),
        Step::SendBenefitFile => file.owing(ClockId::K10d),
        Step::Reinstate => {
            let mut file = file.after("withdraw", Investigating, json!({}));
            file.case.closed_at = Some(file.case.received_at);
            file
        }
        _ => file,
    };
    File {
        candidates: vec!["02008".to_owned(), "02009".to_owned()],
        is_unverified: step == Step::ConfirmNotice,
        is_held: step == Step::LowerClass,
        ..file
    }
    .ended_if_final()
}

impl File {
    /// The same in which the employer owes victim 1 something by this limit, decided on 18 March.
    pub(super) fn owing(mut self, id: ClockId) -> Self {
        let decided = at("2026-03-18T00:00:00+07:00");
        let clock = limits::start(id, decided, law(), law().holidays()).unwrap();
        self.clocks.push(Clock {
            about: Some(1),
            ..clock
        });
        self.case.due_at = crate::domain::clocks::nearest_due(&self.clocks);
        self
    }
}

/// The same with everything that closing asks for.
pub(super) fn complete(file: File) -> File {
    file.after("dispatch_minutes", Announced, json!({}))
        .after(
            "confirm_posting",
            Dispatched,
            json!({ "posted_on": "2026-03-19" }),
        )
        .after("release_scene", FollowUp, json!({}))
        .after("enter_register", FollowUp, json!({}))
        .after("check_file", FollowUp, json!({ "victim": "1" }))
        .after("decide_benefits", FollowUp, json!({ "victim": "1" }))
}

#[test]
fn every_step_from_every_state_leads_where_the_law_says() {
    for from in CaseStatus::ALL {
        for step in Step::ALL {
            let mut file = ready(*step, *from);
            let taken = file.take(*step, sound(*step, 1), &inspector());
            let expected = OF_A_FATAL_CASE
                .iter()
                .find(|(of, states, ..)| of == step && states.contains(from));
            match expected {
                Some((.., to, article)) => assert_eq!(
                    (taken, file.case.status),
                    (Ok(()), to.unwrap_or(*from)),
                    "{from} + {step} ({article})"
                ),
                None => assert!(
                    matches!(taken, Err(NotTaken::Refused(_))),
                    "{from} + {step}: {taken:?}"
                ),
            }
        }
    }
}

#[test]
fn every_step_of_the_table_is_in_this_list_or_belongs_to_another_kind_of_case() {
    for step in Step::ALL {
        let is_here = OF_A_FATAL_CASE.iter().any(|(of, ..)| of == step);
        let elsewhere = matches!(
            step,
            Step::Declare
                | Step::RecordCommune
                | Step::TakeOver
                | Step::Reinvestigate
                | Step::EndForeignInvestigation
                | Step::ReceiveDossier
        );
        assert!(is_here || elsewhere, "{step}");
    }
}

#[test]
pub(crate) fn a_higher_level_takes_a_case_over_with_a_full_limit() {
    let mut facility = File::new(
        Investigating,
        CaseClass::SingleSerious,
        InvestigationLevel::Facility,
    );
    facility
        .take(Step::TakeOver, sound(Step::TakeOver, 1), &inspector())
        .unwrap();
    assert_eq!(facility.case.status, Classified);
    assert_eq!(facility.case.level, InvestigationLevel::Provincial);
    let k3: Vec<_> = facility
        .clocks
        .iter()
        .filter(|clock| clock.id == ClockId::K3)
        .collect();
    assert_eq!(k3[0].stopped_because.as_deref(), Some("restarted"));
    assert_eq!(
        (k3[1].round, k3[1].due_raw),
        (2, at("2026-03-26T23:59:59+07:00"))
    );
    let again = facility.take(Step::TakeOver, sound(Step::TakeOver, 2), &inspector());
    assert_eq!(again, Err(NotTaken::Refused(Refusal::RoleNotAllowed)));
    let ministry = actor(ActorRole::Ministry, "", "", "");
    facility
        .take(Step::TakeOver, sound(Step::TakeOver, 2), &ministry)
        .unwrap();
    assert_eq!(facility.case.level, InvestigationLevel::Central);
}

#[test]
fn every_row_that_starts_or_ends_a_clock_says_from_when() {
    use crate::domain::case::{
        step::{Acted, FieldType, Need},
        table,
    };
    for rule in table::rows() {
        let (step, fields) = (rule.step, rule.fields);
        let is_day = |kind: FieldType| matches!(kind, FieldType::Date | FieldType::Moment);
        match rule.acted {
            None => assert!(
                rule.clocks.is_empty(),
                "{step} does not say when it was done"
            ),
            Some(Acted::On(name)) => {
                let named = fields.iter().find(|field| field.name == name);
                let is_sound =
                    named.is_some_and(|field| is_day(field.kind) && field.need == Need::Always);
                assert!(is_sound, "{step}: {name} is no day that must be there");
            }
            // The law has no day of its own for these: entering them is the act.
            Some(Acted::WhenRecorded) => assert!(
                matches!(
                    step,
                    Step::Declare
                        | Step::Receive
                        | Step::Extend
                        | Step::DraftMinutes
                        | Step::MarkDuplicate
                        | Step::Withdraw
                        | Step::Reinstate
                        | Step::Close
                        | Step::Archive
                ),
                "{step} is entered on another day than it was done"
            ),
        }
    }
}

/// Rows that no officer of the province meets in a fatal case: tests of their own take them.
#[rustfmt::skip]
const OF_OTHERS: &[(Step, ActorRole, &str)] = &[
    (Step::Declare, ActorRole::Commune, "L84 Điều 34.1.d; D39 Điều 10.3"),
    (Step::Classify, ActorRole::Employer, "L84 Điều 35.1; D39 Điều 9; D143 Điều 18.4"),
    (Step::Reinvestigate, ActorRole::Ministry, "L84 Điều 35.2, 35.3; D39 Điều 17"),
    (Step::RecordCommune, ActorRole::Commune, "L84 Điều 35.1; D129 Điều 43.1"),
    (Step::TakeOver, ActorRole::Inspector, "L84 Điều 35.2"),
    (Step::TakeOver, ActorRole::Ministry, "L84 Điều 35.3; D39 Điều 11.3"),
    (Step::EndForeignInvestigation, ActorRole::Inspector, "D39 Điều 19.3"),
    (Step::ReceiveDossier, ActorRole::Inspector, "D39 Điều 19.3"),
    (Step::DraftMinutes, ActorRole::Inspector, "D39 Điều 19.3.b"),
    (Step::Close, ActorRole::Commune, "L84 Điều 35.9.c; D129 Điều 43.1"),
    (Step::Close, ActorRole::Inspector, "L84 Điều 36"),
];

#[test]
fn every_transition_of_the_table_is_named_by_a_row_here_with_its_article() {
    use crate::domain::case::{step::To, table};
    let mut unnamed = Vec::new();
    for rule in table::rows() {
        let elsewhere = OF_OTHERS.iter().any(|(step, role, article)| {
            *step == rule.step
                && *article == rule.article
                && rule.who.iter().any(|who| who.role == *role)
        });
        if elsewhere {
            continue;
        }
        for way in rule.moves {
            for from in way.from {
                let named = OF_A_FATAL_CASE
                    .iter()
                    .find(|(step, states, ..)| *step == rule.step && states.contains(from));
                let Some((.., to, article)) = named else {
                    unnamed.push(format!("{from} + {} ({})", rule.step, rule.article));
                    continue;
                };
                assert!(!article.is_empty(), "{}", rule.step);
                match way.to {
                    To::Same if to.is_some_and(|to| to != *from) => {
                        unnamed.push(format!("{from} + {} stays", rule.step))
                    }
                    To::State(there) if to.unwrap_or(*from) != there => {
                        unnamed.push(format!("{from} + {} to {there}", rule.step))
                    }
                    // Where these lead hangs on what was said or done before: the walk of the list above takes them.
                    _ => {}
                }
            }
        }
    }
    assert_eq!(unnamed, Vec::<String>::new());
}
