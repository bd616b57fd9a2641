//! Who investigates again, and whose word is the last (L84 Art. 35.2, 35.3; D39 Art. 17.1).

use super::{transitions::complete, *};
use CaseStatus::*;

pub(super) fn ministry() -> Actor {
    actor(ActorRole::Ministry, "", "", "")
}

/// `step` on 20 March, the day on which all of this happens.
pub(super) fn on_the_day(file: &mut File, step: Step, who: &Actor) -> Result<(), NotTaken> {
    let mut body = sound(step, file.case.version);
    for (name, value) in body.as_object_mut().unwrap() {
        if name.ends_with("_on") {
            *value = json!("2026-03-20");
        } else if name == "held_at" {
            *value = json!("2026-03-20T08:30:00+07:00");
        }
    }
    file.take(step, body, who)
}

/// A new team writes its minutes and announces them.
pub(super) fn investigate_again(file: &mut File, who: &Actor) {
    for step in [Step::Reinvestigate, Step::DraftMinutes, Step::Announce] {
        assert_eq!(on_the_day(file, step, who), Ok(()), "{step}");
    }
}

#[test]
pub(crate) fn the_ministry_investigates_again_what_a_province_has_announced() {
    for (status, reopens) in [
        (Complained, false),
        (Announced, false),
        (FollowUp, false),
        (Closed, true),
        (Archived, true),
    ] {
        let mut file = complete(File::provincial(status).announced()).ended_if_final();
        assert_eq!(file.case.is_ended(), reopens);
        on_the_day(&mut file, Step::Reinvestigate, &ministry()).unwrap();
        assert_eq!(
            (file.case.status, file.case.level, file.case.closed_at),
            (Reinvestigating, InvestigationLevel::Central, None)
        );
        assert_eq!(file.events.last().unwrap().details["level"], "central");
        // News does not send it down again.
        let progress = file.facts(at(NOW)).progress;
        assert_eq!(progress.taken_over_by, Some(InvestigationLevel::Central));
        let k3 = file.clocks.iter().rfind(|clock| clock.id == ClockId::K3);
        assert_eq!(k3.unwrap().due_raw, at("2026-04-19T23:59:59+07:00"));
    }
    for status in [Classified, Investigating, MinutesDrafted, Reinvestigating] {
        let mut file = File::provincial(status);
        let early = on_the_day(&mut file, Step::Reinvestigate, &ministry());
        assert_eq!(early, Err(NotTaken::Refused(Refusal::NotInThisState)));
    }
}

#[test]
pub(crate) fn what_the_central_team_concludes_when_it_investigates_again_is_final() {
    let mut file = complete(File::provincial(Complained).announced());
    // A province does not look at its own case again (L84 Art. 35.3), nor does it do the work of the minister's team.
    let own = on_the_day(&mut file, Step::Reinvestigate, &inspector());
    assert_eq!(own, Err(NotTaken::Refused(Refusal::RoleNotAllowed)));
    investigate_again(&mut file, &ministry());
    let last_word = Err(NotTaken::Refused(Refusal::CentralIsFinal));
    assert_eq!(
        on_the_day(&mut file, Step::Reinvestigate, &ministry()),
        last_word.clone()
    );
    for step in [Step::DispatchMinutes, Step::Recommend] {
        let refused = on_the_day(&mut file, step, &inspector());
        assert_eq!(
            refused,
            Err(NotTaken::Refused(Refusal::RoleNotAllowed)),
            "{step}"
        );
    }
    for who in [inspector(), ministry()] {
        let offered = allowed(&file.facts(at(NOW)), &who);
        assert!(!offered.iter().any(|rule| rule.step == Step::Reinvestigate));
    }
    // Whoever complains is heard and answered all the same.
    on_the_day(&mut file, Step::ReceiveComplaint, &ministry()).unwrap();
    assert_eq!(
        on_the_day(&mut file, Step::Reinvestigate, &ministry()),
        last_word
    );
    on_the_day(&mut file, Step::RefuseReinvestigation, &ministry()).unwrap();
    assert_eq!(file.case.status, Announced);
}

#[test]
fn a_first_investigation_of_the_central_team_is_not_final_and_graver_news_opens_another() {
    let mut first =
        complete(File::new(Complained, CaseClass::Fatal, InvestigationLevel::Central).announced())
            .after("take_over", Received, json!({ "level": "central" }));
    investigate_again(&mut first, &ministry());
    assert!(first.facts(at(NOW)).progress.is_final);
    let again = on_the_day(&mut first, Step::Reinvestigate, &ministry());
    assert_eq!(again, Err(NotTaken::Refused(Refusal::CentralIsFinal)));

    first.case.status = Classified;
    let after_news = first.after("supplemented", Announced, json!({}));
    assert!(!after_news.facts(at(NOW)).progress.is_final);
}
