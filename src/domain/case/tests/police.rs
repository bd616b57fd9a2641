//! Police and procuracy: what stands still, what begins anew, and who may say so (D39 Art. 20).

use super::*;
use CaseStatus::*;

fn police() -> Actor {
    actor(ActorRole::Police, "19", "", "")
}

/// Takes `steps` in their order, each with its sound body.
#[track_caller]
fn go(file: &mut File, steps: &[Step], who: &Actor) {
    for step in steps {
        let body = sound(*step, file.case.version);
        assert_eq!(file.take(*step, body, who), Ok(()), "{step}");
    }
}

#[test]
pub(crate) fn the_opinion_of_the_team_and_the_answer_of_the_police_have_ten_working_days_each() {
    let mut file = File::provincial(Investigating);
    go(
        &mut file,
        &[Step::EndJointWork, Step::SendOpinion],
        &inspector(),
    );
    let k5 = file.clock(ClockId::K5);
    assert_eq!(k5.due_raw, at("2026-03-20T23:59:59+07:00"));
    assert_eq!(k5.stopped_because.as_deref(), Some("opinion_sent"));
    assert_eq!(
        file.clock(ClockId::K6).due_raw,
        at("2026-03-23T23:59:59+07:00")
    );
    go(&mut file, &[Step::RecordPoliceAnswer], &police());
    assert_eq!(file.case.status, Investigating);
    assert_eq!(
        file.clock(ClockId::K6).stopped_because.as_deref(),
        Some("answered")
    );
    // K3 has run all the while (20.1).
    assert!(file.clock(ClockId::K3).is_running());
}

#[test]
pub(crate) fn while_the_police_do_not_know_the_limit_stands_still_and_then_ends_as_much_later() {
    let mut file = File::provincial(PoliceOpinionPending);
    let mut answer = sound(Step::RecordPoliceAnswer, 1);
    answer["answer"] = json!("not_determined");
    file.take(Step::RecordPoliceAnswer, answer, &police())
        .unwrap();
    assert_eq!(file.case.status, PoliceOpinionPending);
    go(&mut file, &[Step::Suspend], &inspector());
    assert_eq!(
        file.clock(ClockId::K3).paused_at,
        Some(at("2026-03-12T00:00:00+07:00"))
    );
    assert_eq!(
        file.clock(ClockId::K3)
            .state(at("2026-05-01T00:00:00+07:00")),
        crate::domain::clocks::ClockState::Paused
    );
    let extended = file.take(Step::Extend, sound(Step::Extend, 3), &inspector());
    assert_eq!(extended, Err(NotTaken::Refused(Refusal::NotInThisState)));
    go(&mut file, &[Step::Resume], &inspector());
    let k3 = file.clock(ClockId::K3);
    assert_eq!((k3.paused_at, k3.paused_days), (None, 6));
    // 30 days from 2 March are 1 April; six days later.
    assert_eq!(k3.due_raw, at("2026-04-07T23:59:59+07:00"));
    // The extension is measured by the limit, not by the days of the suspension.
    assert_eq!(file.facts(at(NOW)).extension, Ok(30));
}

#[test]
pub(crate) fn a_file_with_the_police_is_frozen_and_comes_back_with_a_full_limit() {
    let mut file = File::provincial(Investigating);
    go(&mut file, &[Step::RecommendProsecution], &inspector());
    assert_eq!(
        file.clock(ClockId::K3).stopped_because.as_deref(),
        Some("prosecution_recommended")
    );
    let offered = allowed(&file.facts(at(NOW)), &inspector());
    for rule in offered {
        assert!(
            matches!(
                rule.step,
                // What is said in public stands beside the file.
                Step::Prosecute
                    | Step::DeclineProsecution
                    | Step::Assign
                    | Step::FollowPublicly
                    | Step::ReleaseInformation
            ),
            "{} while the file is away",
            rule.step
        );
    }
    let early = file.take(Step::ReturnFile, sound(Step::ReturnFile, 2), &police());
    assert_eq!(early, Err(NotTaken::Refused(Refusal::NoPoliceDecision)));
    go(
        &mut file,
        &[
            Step::DeclineProsecution,
            Step::InformProcuracy,
            Step::RecordConsent,
        ],
        &police(),
    );
    assert_eq!(
        file.clock(ClockId::K7a).due_raw,
        at("2026-03-13T08:00:00+07:00")
    );
    assert_eq!(
        file.clock(ClockId::K7b).due_raw,
        at("2026-03-16T23:59:59+07:00")
    );
    assert_eq!(
        file.clock(ClockId::K7c).due_raw,
        at("2026-03-17T23:59:59+07:00")
    );
    go(&mut file, &[Step::ReturnFile], &police());
    assert_eq!(file.case.status, ReturnedByPolice);
    let k3 = file
        .clocks
        .iter()
        .rfind(|clock| clock.id == ClockId::K3)
        .unwrap();
    assert_eq!((k3.round, k3.due_raw), (2, at("2026-04-15T23:59:59+07:00")));
    let others = [ClockId::K7a, ClockId::K7b, ClockId::K7c];
    assert!(others.iter().all(|id| file.clock(*id).stopped_at.is_some()));
}

#[test]
pub(crate) fn the_full_limit_begins_only_when_nothing_is_missing_any_more() {
    let mut file = File::provincial(ProsecutionRecommended)
        .after("form_team", Classified, json!({ "head": "Đào Văn Tám" }))
        .after("decline_prosecution", Investigating, json!({}));
    for clock in &mut file.clocks {
        crate::domain::clocks::stop(
            clock,
            at("2026-03-10T00:00:00+07:00"),
            "prosecution_recommended",
        );
    }
    let mut body = sound(Step::ReturnFile, 1);
    body["sketch"] = json!("missing");
    file.take(Step::ReturnFile, body, &police()).unwrap();
    assert!(
        !file
            .clocks
            .iter()
            .any(|clock| clock.id == ClockId::K3 && clock.is_running())
    );
    let mut start = sound(Step::StartInvestigation, file.case.version);
    start["started_at"] = json!("2026-03-17T14:00:00+07:00");
    file.take(Step::StartInvestigation, start, &inspector())
        .unwrap();
    go(&mut file, &[Step::CompleteReturn], &police());
    let k3 = file
        .clocks
        .iter()
        .rfind(|clock| clock.id == ClockId::K3)
        .unwrap();
    assert_eq!(k3.due_raw, at("2026-04-17T23:59:59+07:00"));
    let again = file.take(
        Step::CompleteReturn,
        sound(Step::CompleteReturn, 4),
        &police(),
    );
    assert_eq!(again, Err(NotTaken::Refused(Refusal::NothingMissing)));
}

#[test]
fn what_the_police_do_has_its_order_in_time() {
    let mut file = File::provincial(PoliceOpinionPending).after(
        "send_opinion",
        Investigating,
        json!({ "sent_on": "2026-03-13" }),
    );
    let too_early = |name: &str| {
        Err(NotTaken::Faults(vec![Fault {
            pointer: format!("/{name}"),
            code: FaultCode::TooEarly,
        }]))
    };
    let mut answer = sound(Step::RecordPoliceAnswer, 1);
    answer["answer"] = json!("not_determined");
    assert_eq!(
        file.take(Step::RecordPoliceAnswer, answer.clone(), &police()),
        too_early("answered_on")
    );
    answer["answered_on"] = json!("2026-03-16");
    file.take(Step::RecordPoliceAnswer, answer, &police())
        .unwrap();
    let mut suspend = sound(Step::Suspend, 2);
    assert_eq!(
        file.take(Step::Suspend, suspend.clone(), &inspector()),
        too_early("suspended_on")
    );
    suspend["suspended_on"] = json!("2026-03-19");
    file.take(Step::Suspend, suspend, &inspector()).unwrap();
    let resume = sound(Step::Resume, 3);
    assert_eq!(
        file.take(Step::Resume, resume, &inspector()),
        too_early("resumed_on")
    );

    let mut away = File::provincial(ProsecutionRecommended).after(
        "decline_prosecution",
        Investigating,
        json!({ "decided_at": "2026-03-18T08:00:00+07:00" }),
    );
    for (step, name) in [
        (Step::RecordConsent, "consented_on"),
        (Step::ReturnFile, "handed_over_on"),
    ] {
        assert_eq!(away.take(step, sound(step, 1), &police()), too_early(name));
    }
}

#[test]
fn a_team_that_waits_too_long_writes_its_minutes_and_says_why() {
    let mut file = File::provincial(PoliceOpinionPending);
    go(&mut file, &[Step::DraftMinutes], &inspector());
    assert_eq!(file.case.status, MinutesDrafted);
}

#[test]
pub(crate) fn a_file_comes_back_after_an_indictment_too() {
    let mut file = File::provincial(Investigating);
    go(
        &mut file,
        &[Step::Prosecute, Step::ConcludeCriminalCase],
        &police(),
    );
    let again = file.take(
        Step::ConcludeCriminalCase,
        sound(Step::ConcludeCriminalCase, 3),
        &police(),
    );
    assert_eq!(again, Err(NotTaken::Refused(Refusal::PoliceDecidedBefore)));
    go(&mut file, &[Step::ReturnFile], &police());
    assert_eq!(file.case.status, ReturnedByPolice);
}

#[test]
fn expertise_makes_the_limit_sixty_days_from_the_same_start() {
    let mut file = File::provincial(Investigating);
    go(
        &mut file,
        &[Step::Extend, Step::OrderExpertise],
        &inspector(),
    );
    // 60 days from 2 March are 1 May; one more was granted before.
    assert_eq!(
        file.clock(ClockId::K3).due_raw,
        at("2026-05-02T23:59:59+07:00")
    );
    let again = file.take(
        Step::OrderExpertise,
        sound(Step::OrderExpertise, 3),
        &inspector(),
    );
    assert_eq!(again, Err(NotTaken::Refused(Refusal::ExpertiseBefore)));
    assert_eq!(file.facts(at(NOW)).extension, Err(Refusal::ExtendedBefore));
}

#[test]
fn minutes_of_a_death_wait_for_the_police_or_say_why_not() {
    let mut file = File::provincial(Investigating);
    let mut body = sound(Step::DraftMinutes, 1);
    body.as_object_mut()
        .unwrap()
        .remove("why_before_police_answer");
    let fault = Fault {
        pointer: "/why_before_police_answer".to_owned(),
        code: FaultCode::Required,
    };
    assert_eq!(
        file.take(Step::DraftMinutes, body.clone(), &inspector()),
        Err(NotTaken::Faults(vec![fault]))
    );
    let mut answered = File::provincial(Investigating).after(
        "record_police_answer",
        PoliceOpinionPending,
        json!({ "answer": "work_accident" }),
    );
    assert_eq!(
        answered.take(Step::DraftMinutes, body.clone(), &inspector()),
        Ok(())
    );
    let mut serious = File::new(
        Investigating,
        CaseClass::MultiSerious,
        InvestigationLevel::Provincial,
    );
    assert_eq!(serious.take(Step::DraftMinutes, body, &inspector()), Ok(()));
    let letter = serious.take(Step::SendOpinion, sound(Step::SendOpinion, 2), &inspector());
    assert_eq!(letter, Err(NotTaken::Refused(Refusal::NotInThisState)));
}
