//! From the meeting to the archive: who gets the minutes, what closing asks for, complaints.

use super::{transitions::complete, *};
use crate::domain::case::{
    closing::{self, ClosingItem},
    event::MinutesRecipient,
};
use CaseStatus::*;

#[test]
fn the_minutes_are_sent_when_the_last_legal_recipient_has_them() {
    let mut file = File::provincial(Announced).announced();
    let facts = file.facts(at(NOW));
    let legal = MinutesRecipient::legal(file.case.level, &facts);
    assert_eq!(
        legal,
        [
            MinutesRecipient::MemberAgencies,
            MinutesRecipient::LabourMinistry,
            MinutesRecipient::Victims,
            MinutesRecipient::Employer,
        ]
    );
    for (number, recipient) in legal.iter().enumerate() {
        assert_eq!(file.case.status, Announced);
        assert!(file.clock(ClockId::K4).stopped_at.is_none());
        let mut body = sound(Step::DispatchMinutes, file.case.version);
        body["recipient"] = json!(recipient);
        body["proof"] = json!(format!("biên nhận {number}"));
        file.take(Step::DispatchMinutes, body.clone(), &inspector())
            .unwrap();
        // Nobody gets them twice.
        body["seen_version"] = json!(file.case.version);
        assert!(
            file.take(Step::DispatchMinutes, body, &inspector())
                .is_err()
        );
    }
    assert_eq!(file.case.status, Dispatched);
    assert_eq!(
        file.clock(ClockId::K4).stopped_because.as_deref(),
        Some("minutes_sent")
    );
}

#[test]
fn the_meeting_starts_what_runs_from_it() {
    let mut file = File::provincial(MinutesDrafted);
    file.take(Step::Announce, sound(Step::Announce, 1), &inspector())
        .unwrap();
    for (id, due) in [
        (ClockId::K4, "2026-03-20T23:59:59+07:00"),
        (ClockId::K9, "2026-06-15T23:59:59+07:00"),
        (ClockId::K10, "2026-03-24T23:59:59+07:00"),
        (ClockId::K11, "2026-03-19T23:59:59+07:00"),
    ] {
        assert_eq!(file.clock(id).due_raw, at(due), "{id}");
    }
    assert_eq!(file.clock(ClockId::K10).about, Some(1));
    // The time for complaints is nobody's duty: nothing is due by it.
    assert_eq!(file.case.due_at, file.clock(ClockId::K11).due_raw);
}

#[test]
fn the_benefits_of_a_victim_are_decided_paid_and_reported_in_time() {
    let mut file = File::new(
        FollowUp,
        CaseClass::SingleSerious,
        InvestigationLevel::Facility,
    )
    .announced();
    for step in [
        Step::RecordAssessment,
        Step::DecideBenefits,
        Step::PayBenefits,
        Step::SendBenefitFile,
    ] {
        let body = sound(step, file.case.version);
        assert_eq!(file.take(step, body, &inspector()), Ok(()), "{step}");
    }
    for (id, due, because) in [
        (ClockId::K10b, "2026-03-25T23:59:59+07:00", "decided"),
        (ClockId::K10c, "2026-03-23T23:59:59+07:00", "paid"),
        (ClockId::K10d, "2026-03-28T23:59:59+07:00", "sent"),
    ] {
        let clock = file.clock(id);
        assert_eq!((clock.due_raw, clock.about), (at(due), Some(1)), "{id}");
        assert_eq!(clock.stopped_because.as_deref(), Some(because), "{id}");
    }
    // Where nothing is owed, nothing is paid.
    let mut none = File::new(
        FollowUp,
        CaseClass::SingleSerious,
        InvestigationLevel::Facility,
    )
    .announced();
    let mut body = sound(Step::DecideBenefits, 1);
    body["benefit"] = json!("none");
    none.take(Step::DecideBenefits, body, &inspector()).unwrap();
    assert!(!none.clocks.iter().any(|clock| clock.id == ClockId::K10c));
}

#[test]
fn what_the_employer_owes_outlives_a_closed_case_until_it_is_paid_and_the_file_sent() {
    for archived in [false, true] {
        let mut file = complete(File::provincial(FollowUp).announced());
        let body = sound(Step::DecideBenefits, file.case.version);
        file.take(Step::DecideBenefits, body, &inspector()).unwrap();
        let mut ends = vec![Step::Close];
        ends.extend(archived.then_some(Step::Archive));
        for step in ends {
            let body = sound(step, file.case.version);
            file.take(step, body, &inspector()).unwrap();
        }
        let (status, closed_at) = (file.case.status, file.case.closed_at);
        assert!(file.case.is_ended() && !file.case.is_settled());
        // C28 Art. 7.2: five days from the decision; Art. 6.3.c: ten.
        assert_eq!(file.case.due_at, at("2026-03-23T23:59:59+07:00"));
        let offered = allowed(&file.facts(at(NOW)), &inspector());
        let offered: Vec<_> = offered.into_iter().map(|rule| rule.step).collect();
        assert!(offered.contains(&Step::PayBenefits) && offered.contains(&Step::SendBenefitFile));
        assert!(!offered.contains(&Step::DecideBenefits));

        let body = sound(Step::PayBenefits, file.case.version);
        file.take(Step::PayBenefits, body.clone(), &inspector())
            .unwrap();
        assert_eq!(file.case.due_at, at("2026-03-28T23:59:59+07:00"));
        // What is paid is not paid again where nothing is owed any more.
        let again = sound(Step::PayBenefits, file.case.version);
        assert_eq!(
            file.take(Step::PayBenefits, again, &inspector()),
            Err(NotTaken::Refused(Refusal::CaseEnded))
        );
        let body = sound(Step::SendBenefitFile, file.case.version);
        file.take(Step::SendBenefitFile, body, &inspector())
            .unwrap();
        assert!(file.case.is_settled());
        assert_eq!((file.case.status, file.case.closed_at), (status, closed_at));
    }
}

#[test]
fn an_answered_complaint_leaves_the_payment_due_and_an_end_before_its_time_ends_everything() {
    let mut file = complete(File::provincial(FollowUp).announced());
    for step in [
        Step::DecideBenefits,
        Step::Close,
        Step::ReceiveComplaint,
        Step::AnswerComplaint,
    ] {
        let body = sound(step, file.case.version);
        file.take(step, body, &inspector()).unwrap();
    }
    assert_eq!(file.case.status, Closed);
    assert_eq!(file.case.due_at, file.clock(ClockId::K10c).due_raw);
    assert_eq!(
        file.clock(ClockId::K12).stopped_because.as_deref(),
        Some("answered")
    );
    for rule in crate::domain::case::table::rows() {
        use crate::domain::case::step::{ClockEffect, End};
        let all = rule.clocks.contains(&ClockEffect::StopAll);
        assert_eq!(
            all,
            matches!(rule.end, End::Because("duplicate" | "withdrawn")),
            "{}",
            rule.step
        );
    }
}

#[test]
fn a_case_is_not_closed_before_everything_is_there_and_names_what_is_missing() {
    let open = File::provincial(FollowUp).announced();
    let items: Vec<_> = closing::missing(&open.facts(at(NOW)))
        .into_iter()
        .map(|(item, _)| item)
        .collect();
    assert_eq!(
        items,
        [
            ClosingItem::MinutesNotSent,
            ClosingItem::NotPosted,
            ClosingItem::SceneNotReleased,
            ClosingItem::NotRegistered,
            ClosingItem::FileIncomplete,
            ClosingItem::BenefitsUndecided,
        ]
    );
    let mut open = open;
    let refused = open.take(Step::Close, sound(Step::Close, 1), &inspector());
    assert_eq!(refused, Err(NotTaken::Refused(Refusal::NotComplete)));

    let mut file = complete(File::provincial(FollowUp).announced());
    file.take(Step::Recommend, sound(Step::Recommend, 1), &inspector())
        .unwrap();
    let facts = file.facts(at(NOW));
    assert_eq!(
        closing::missing(&facts),
        [(ClosingItem::RecommendationOpen, vec![])]
    );
    let mut report = sound(Step::ReportRecommendation, 2);
    report["recommendation_id"] = json!(facts.progress.open_recommendations[0]);
    file.take(Step::ReportRecommendation, report, &inspector())
        .unwrap();
    file.take(Step::Close, sound(Step::Close, 3), &inspector())
        .unwrap();
    assert_eq!(file.case.status, Closed);
    assert_eq!(file.case.due_at, crate::domain::clocks::NO_DUE);

    file.take(Step::Archive, sound(Step::Archive, 4), &inspector())
        .unwrap();
    assert_eq!(file.case.closed_at, Some(at(NOW)));
    assert_eq!(
        file.clock(ClockId::K13).due_raw,
        at("2041-03-20T23:59:59+07:00")
    );
}

#[test]
pub(crate) fn a_complaint_opens_a_closed_case_and_its_answer_closes_it_again() {
    let mut file = complete(File::provincial(FollowUp).announced());
    for step in [Step::Close, Step::ReceiveComplaint] {
        let body = sound(step, file.case.version);
        file.take(step, body, &inspector()).unwrap();
    }
    assert_eq!((file.case.status, file.case.closed_at), (Complained, None));
    assert_eq!(
        file.clock(ClockId::K12).due_raw,
        at("2026-04-01T23:59:59+07:00")
    );
    assert_eq!(file.case.due_at, file.clock(ClockId::K12).due_raw);
    let answer = sound(Step::AnswerComplaint, file.case.version);
    file.take(Step::AnswerComplaint, answer, &inspector())
        .unwrap();
    assert_eq!(
        (file.case.status, file.case.closed_at),
        (Closed, Some(at(NOW)))
    );
    // 90 days from 17 March end on 15 June. What counts is the day on which it was received.
    let complain = |file: &mut File, received_on: &str| {
        let mut body = sound(Step::ReceiveComplaint, file.case.version);
        body["received_on"] = json!(received_on);
        let now = "2026-06-17T08:00:00+07:00";
        file.take_at(Step::ReceiveComplaint, body, &inspector(), now)
    };
    let too_late = Fault {
        pointer: "/received_on".to_owned(),
        code: FaultCode::NotAllowed,
    };
    assert_eq!(
        complain(&mut file, "2026-06-16"),
        Err(NotTaken::Faults(vec![too_late]))
    );
    assert_eq!(complain(&mut file, "2026-06-15"), Ok(()));
    // Another person's does not change where the case goes back to.
    assert_eq!(complain(&mut file, "2026-06-15"), Ok(()));
    assert_eq!(file.facts(at(NOW)).progress.before, Some(Closed));
}

#[test]
pub(crate) fn new_minutes_take_the_force_of_the_old_ones_when_they_are_announced() {
    let mut file = complete(File::provincial(Complained).announced());
    file.take(
        Step::Reinvestigate,
        sound(Step::Reinvestigate, 1),
        &again::ministry(),
    )
    .unwrap();
    let k3 = file
        .clocks
        .iter()
        .rfind(|clock| clock.id == ClockId::K3)
        .unwrap();
    assert_eq!((k3.round, k3.due_raw), (2, at("2026-04-18T23:59:59+07:00")));
    let early = file.take(Step::Announce, sound(Step::Announce, 2), &again::ministry());
    assert_eq!(early, Err(NotTaken::Refused(Refusal::NoNewMinutes)));
    assert!(!file.facts(at(NOW)).progress.superseded);
    let mut draft = sound(Step::DraftMinutes, 2);
    draft["drafted_on"] = json!("2026-03-20");
    file.take(Step::DraftMinutes, draft, &again::ministry())
        .unwrap();
    let mut announce = sound(Step::Announce, 3);
    announce["held_at"] = json!("2026-03-20T08:30:00+07:00");
    file.take(Step::Announce, announce, &again::ministry())
        .unwrap();
    assert_eq!(file.case.status, Announced);
    let progress = file.facts(at(NOW)).progress;
    assert!(progress.superseded);
    // Everything that hangs on the minutes is to be done with the new ones.
    assert!(progress.posted_on.is_none());
    assert_eq!(
        file.clocks
            .iter()
            .filter(|clock| clock.id == ClockId::K4)
            .count(),
        2
    );
}

#[test]
fn the_list_of_a_team_is_read_with_every_fault_at_its_place() {
    let mut file = File::provincial(Classified);
    let mut body = sound(Step::FormTeam, 1);
    body["members"] = json!([
        {"full_name": "Lò Thị Mây", "capacity": "health", "unit": "Sở Y tế"},
        {"full_name": " ", "capacity": "driver", "age": 3},
        "Sùng A Páo",
    ]);
    let Err(NotTaken::Faults(faults)) = file.take(Step::FormTeam, body.clone(), &inspector())
    else {
        panic!("taken");
    };
    let found: Vec<_> = faults
        .iter()
        .map(|f| (f.pointer.as_str(), f.code))
        .collect();
    assert_eq!(
        found,
        [
            ("/members/1/age", FaultCode::UnknownField),
            ("/members/1/full_name", FaultCode::Required),
            ("/members/1/capacity", FaultCode::NotAllowed),
            ("/members/2", FaultCode::WrongType),
        ]
    );
    body["members"] = json!([{"full_name": "Lò Thị Mây", "capacity": "health"}]);
    file.take(Step::FormTeam, body, &inspector()).unwrap();
    let team = file.facts(at(NOW)).progress.team;
    assert_eq!(team, ["Đào Văn Tám", "Lò Thị Mây"]);
    let mut stranger = sound(Step::ReserveOpinion, 2);
    stranger["member"] = json!("Ngô Thị Hai");
    assert!(matches!(
        file.take(Step::ReserveOpinion, stranger, &inspector()),
        Err(NotTaken::Faults(_))
    ));
}

/// What `course::owe_the_dead` starts for victim 1 of a case whose minutes were announced on 17 March.
fn owed(progress: &Progress, since: Option<&str>) -> Vec<Clock> {
    let course = crate::domain::case::course::Course {
        keeps_sight: false,
        status: CaseStatus::Announced,
        elsewhere: false,
        reopens: false,
        begins_anew: false,
        rests: false,
        graver: true,
    };
    let mut clocks = Vec::new();
    crate::domain::case::course::owe_the_dead(
        &mut clocks,
        progress,
        &course,
        &[1],
        since.map(at),
        law(),
    )
    .unwrap();
    clocks
}

#[test]
fn the_family_of_one_who_is_named_after_the_meeting_waits_for_its_decision_too() {
    let announced = File::provincial(CaseStatus::Announced).announced();
    let progress = announced.facts(at(NOW)).progress;
    let from_the_meeting = owed(&progress, None);
    assert_eq!(
        from_the_meeting[0].starts_at,
        at("2026-03-17T08:00:00+07:00")
    );
    assert_eq!(
        (from_the_meeting[0].id, from_the_meeting[0].about),
        (ClockId::K10, Some(1))
    );
    let died_later = owed(&progress, Some("2026-03-19T08:00:00+07:00"));
    assert_eq!(died_later[0].starts_at, at("2026-03-19T08:00:00+07:00"));

    let decided = announced.after(
        "decide_benefits",
        CaseStatus::Announced,
        json!({ "victim": "1" }),
    );
    assert!(owed(&decided.facts(at(NOW)).progress, None).is_empty());
    let before = File::provincial(CaseStatus::MinutesDrafted);
    assert!(owed(&before.facts(at(NOW)).progress, None).is_empty());
}
