//! What comes before what, and what nobody puts aside by a word.

use super::{transitions::complete, *};
use CaseStatus::*;

/// `step` on this day, all its dates and moments at once.
fn on(file: &mut File, step: Step, day: &str, who: &Actor) -> Result<(), NotTaken> {
    let mut body = sound(step, file.case.version);
    for (name, value) in body.as_object_mut().unwrap() {
        if name.ends_with("_on") {
            *value = json!(day);
        } else if name.ends_with("_at") {
            *value = json!(format!("{day}T08:30:00+07:00"));
        }
    }
    file.take_at(step, body, who, "2026-04-20T09:00:00+07:00")
}

fn too_early(taken: Result<(), NotTaken>) -> String {
    let Err(NotTaken::Faults(faults)) = taken else {
        panic!("{taken:?}");
    };
    let [fault] = faults.as_slice() else {
        panic!("{faults:?}");
    };
    assert_eq!(fault.code, crate::domain::declaration::FaultCode::TooEarly);
    fault.pointer.clone()
}

fn police() -> Actor {
    actor(ActorRole::Police, "19", "", "")
}

/// D39 Art. 17.1.a, 7.5: each complaint is answered in ten working days of its own, and the case goes back once none is open.
#[test]
fn each_complaint_has_its_own_answer_and_its_own_days() {
    let mut file = complete(File::provincial(FollowUp).announced());
    for (day, who) in [("2026-03-18", "Vi Thị Năm"), ("2026-03-20", "Hà Văn Tư")] {
        let mut body = sound(Step::ReceiveComplaint, file.case.version);
        body["received_on"] = json!(day);
        body["complainant"] = json!(who);
        file.take_at(
            Step::ReceiveComplaint,
            body,
            &inspector(),
            "2026-04-20T09:00:00+07:00",
        )
        .unwrap();
    }
    let running = |file: &File| {
        let k12 = file.clocks.iter().filter(|clock| clock.id == ClockId::K12);
        let running = k12.filter(|clock| clock.is_running());
        running.map(|clock| clock.due_raw).collect::<Vec<_>>()
    };
    let (first, second) = (
        at("2026-04-01T23:59:59+07:00"),
        at("2026-04-03T23:59:59+07:00"),
    );
    assert_eq!(running(&file), [first, second]);

    let open = file.facts(at(NOW)).progress.open_complaints;
    let answer = |file: &mut File, which: Option<&str>| {
        let mut body = sound(Step::AnswerComplaint, file.case.version);
        body["answered_on"] = json!("2026-03-25");
        if let Some(which) = which {
            body["complaint_id"] = json!(which);
        }
        file.take_at(
            Step::AnswerComplaint,
            body,
            &inspector(),
            "2026-04-20T09:00:00+07:00",
        )
    };
    let Err(NotTaken::Faults(faults)) = answer(&mut file, None) else {
        panic!("of two it is not said which");
    };
    assert_eq!(faults[0].pointer, "/complaint_id");
    answer(&mut file, Some(&open[1].event)).unwrap();
    assert_eq!(
        (file.case.status, running(&file)),
        (Complained, vec![first])
    );
    // Of the one that is left there is no question which.
    answer(&mut file, None).unwrap();
    assert_eq!((file.case.status, running(&file)), (FollowUp, Vec::new()));
}

/// C28 Art. 7: the decision follows the assessment, the payment and the file follow the decision.
#[test]
fn nothing_is_decided_before_it_is_assessed_nor_paid_before_it_is_decided() {
    let level = InvestigationLevel::Facility;
    let mut file = File::new(FollowUp, CaseClass::SingleSerious, level).announced();
    on(
        &mut file,
        Step::RecordAssessment,
        "2026-03-18",
        &inspector(),
    )
    .unwrap();
    let early = on(&mut file, Step::DecideBenefits, "2026-03-17", &inspector());
    assert_eq!(too_early(early), "/decided_on");
    on(&mut file, Step::DecideBenefits, "2026-03-20", &inspector()).unwrap();
    let early = on(&mut file, Step::PayBenefits, "2026-03-19", &inspector());
    assert_eq!(too_early(early), "/paid_on");
    let early = on(&mut file, Step::SendBenefitFile, "2026-03-19", &inspector());
    assert_eq!(too_early(early), "/sent_on");
    on(&mut file, Step::PayBenefits, "2026-03-20", &inspector()).unwrap();
}

/// D39 Art. 20.1.đ, g: the letter follows the joint work; minutes that are dated before the answer say why.
#[test]
fn the_letter_follows_the_joint_work_and_the_minutes_follow_the_answer() {
    let mut file = File::provincial(Investigating).after(
        "form_team",
        Classified,
        json!({ "decided_on": "2026-03-03", "head": "Đào Văn Tám" }),
    );
    on(&mut file, Step::EndJointWork, "2026-03-10", &inspector()).unwrap();
    let early = on(&mut file, Step::SendOpinion, "2026-03-09", &inspector());
    assert_eq!(too_early(early), "/sent_on");
    on(&mut file, Step::SendOpinion, "2026-03-11", &inspector()).unwrap();
    on(&mut file, Step::RecordPoliceAnswer, "2026-03-16", &police()).unwrap();
    let mut body = sound(Step::DraftMinutes, file.case.version);
    body["drafted_on"] = json!("2026-03-15");
    body.as_object_mut()
        .unwrap()
        .remove("why_before_police_answer");
    let refused = file.take(Step::DraftMinutes, body.clone(), &inspector());
    let Err(NotTaken::Faults(faults)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(faults[0].pointer, "/why_before_police_answer");
    body["drafted_on"] = json!("2026-03-16");
    file.take(Step::DraftMinutes, body, &inspector()).unwrap();
}

/// D39 Art. 20.2–20.5, L84 Art. 35.6.d: nobody decides about a file before it came, nor meets while it is away, and what
/// is always there is never "none".
#[test]
fn a_file_that_was_away_leaves_no_day_in_between() {
    let team = json!({ "decided_on": "2026-03-03", "head": "Đào Văn Tám" });
    let mut file = File::provincial(Investigating).after("form_team", Classified, team);
    on(
        &mut file,
        Step::RecommendProsecution,
        "2026-03-10",
        &inspector(),
    )
    .unwrap();
    let early = on(&mut file, Step::DeclineProsecution, "2026-03-09", &police());
    assert_eq!(too_early(early), "/decided_at");
    on(&mut file, Step::DeclineProsecution, "2026-03-20", &police()).unwrap();
    for item in ["decision_paper", "scene_minutes", "sketch", "statements"] {
        let mut body = sound(Step::ReturnFile, file.case.version);
        body["handed_over_on"] = json!("2026-03-24");
        body[item] = json!("none");
        let refused = file.take_at(
            Step::ReturnFile,
            body,
            &police(),
            "2026-04-20T09:00:00+07:00",
        );
        let Err(NotTaken::Faults(faults)) = refused else {
            panic!("{item}: {refused:?}");
        };
        assert_eq!(faults[0].pointer, format!("/{item}"));
    }
    on(&mut file, Step::ReturnFile, "2026-03-24", &police()).unwrap();
    on(
        &mut file,
        Step::StartInvestigation,
        "2026-03-25",
        &inspector(),
    )
    .unwrap();
    let early = on(&mut file, Step::DraftMinutes, "2026-03-23", &inspector());
    assert_eq!(too_early(early), "/drafted_on");
    on(&mut file, Step::DraftMinutes, "2026-03-26", &inspector()).unwrap();
    let early = on(&mut file, Step::Announce, "2026-03-23", &inspector());
    assert_eq!(too_early(early), "/held_at");
    on(&mut file, Step::Announce, "2026-03-27", &inspector()).unwrap();
}

/// L84 Art. 35.6.d, D39 Art. 17: another team has the limit of the class, and orders expertise for itself.
#[test]
fn another_team_does_not_inherit_the_expertise_of_the_first() {
    let mut file = complete(File::new(
        FollowUp,
        CaseClass::SingleSerious,
        InvestigationLevel::Facility,
    ))
    .after("order_expertise", Investigating, json!({}))
    .announced();
    on(&mut file, Step::Reinvestigate, "2026-03-20", &inspector()).unwrap();
    let k3 = file
        .clocks
        .iter()
        .rfind(|clock| clock.id == ClockId::K3)
        .unwrap();
    assert_eq!(k3.due_raw, at("2026-03-27T23:59:59+07:00"));
    assert!(!file.facts(at(NOW)).progress.expertise_ordered);
    on(&mut file, Step::OrderExpertise, "2026-03-21", &inspector()).unwrap();
}

/// 7.1, 7.5: minutes are changed by a complaint, not by a word; what was begun is put aside by a paper.
#[test]
fn announced_minutes_are_not_withdrawn_and_what_was_begun_needs_a_paper() {
    let mut announced = File::provincial(Classified).announced();
    for step in [Step::Withdraw, Step::MarkDuplicate] {
        let refused = announced.take(step, sound(step, 1), &inspector());
        assert_eq!(refused, Err(NotTaken::Refused(Refusal::MinutesAnnounced)));
    }
    let word = json!({ "seen_version": 1, "reason": "khai sai" });
    let team = json!({ "decided_on": "2026-03-03", "head": "Đào Văn Tám" });
    let mut begun = File::provincial(Investigating).after("form_team", Classified, team);
    let Err(NotTaken::Faults(faults)) = begun.take(Step::Withdraw, word.clone(), &inspector())
    else {
        panic!("a word was enough");
    };
    assert_eq!(faults[0].pointer, "/document_number");
    let mut fresh = File::provincial(Received);
    fresh.take(Step::Withdraw, word, &inspector()).unwrap();
}

/// D39 Art. 22: the file comes back to another level, which forms its own team; what was settled of the victim is not any
/// more.
#[test]
fn after_a_late_death_nothing_of_the_victim_is_settled_and_the_old_team_is_none() {
    let file = complete(File::provincial(ProsecutionRecommended))
        .after("decide_benefits", Investigating, json!({ "victim": "1" }))
        .after("enter_register", Investigating, json!({}));
    let before = file.facts(at(NOW)).progress;
    assert!(
        before.registered
            && before.benefits_decided.contains(&1)
            && before.files_checked.contains(&1)
    );
    let mut file = file
        .after(
            "supplemented",
            ProsecutionRecommended,
            json!({ "level_now": "provincial", "victims_changed": [1] }),
        )
        .after("decline_prosecution", ProsecutionRecommended, json!({}));
    let after = file.facts(at(NOW)).progress;
    assert!(
        !after.registered && after.benefits_decided.is_empty() && after.files_checked.is_empty()
    );
    on(&mut file, Step::ReturnFile, "2026-03-24", &police()).unwrap();
    let refused = on(
        &mut file,
        Step::StartInvestigation,
        "2026-03-25",
        &inspector(),
    );
    assert_eq!(refused, Err(NotTaken::Refused(Refusal::NoTeam)));
    on(&mut file, Step::FormTeam, "2026-03-25", &inspector()).unwrap();
}

/// L84 Art. 34.1, D39 Art. 11.2.a: people go when somebody calls, and the paper comes later.
#[test]
fn who_went_before_the_notice_was_received_was_in_time() {
    let mut file = File::provincial(Classified);
    let mut body = sound(Step::SendToScene, 1);
    body["dispatched_at"] = json!("2026-03-02T08:50:00+07:00");
    assert!(at("2026-03-02T08:50:00+07:00") < file.clock(ClockId::K2).starts_at);
    file.take(Step::SendToScene, body, &inspector()).unwrap();
    assert!(file.clock(ClockId::K2).stopped_at.is_some());
}
