//! Random histories: whatever people do, a case keeps its promises.

use proptest::{prelude::*, sample::select};

use super::*;
use crate::domain::case::closing;

/// One attempt: a step at random, or one of those that are offered; by whom; how many hours after the last.
type Attempt = (Option<Step>, usize, ActorRole, i64, u8);

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    let step = prop_oneof![
        1 => select(Step::ALL).prop_map(Some),
        4 => Just(None),
    ];
    let role = prop_oneof![
        5 => Just(ActorRole::Inspector),
        1 => Just(ActorRole::Police),
        1 => Just(ActorRole::Commune),
        1 => Just(ActorRole::Ministry),
        1 => select(ActorRole::ALL),
    ];
    prop::collection::vec((step, any::<usize>(), role, 0_i64..40, any::<u8>()), 0..80)
}

/// A sound body with the days of `now` in it, and other answers by `dice`.
fn body(step: Step, file: &File, now: DateTime<Utc>, dice: u8) -> Value {
    let mut body = sound(step, file.case.version);
    let today = crate::time::day_in_vietnam(now).to_string();
    let moment = crate::time::rfc3339_in_vietnam(now);
    for (name, value) in body.as_object_mut().unwrap() {
        if name.ends_with("_on") {
            *value = json!(if name == "due_on" {
                "2027-01-01"
            } else {
                &today
            });
        } else if name.ends_with("_at") {
            *value = json!(moment);
        }
    }
    let progress = file.facts(now).progress;
    match step {
        Step::DraftMinutes if dice.is_multiple_of(4) => {
            body["conclusion"] = json!("not_work_accident")
        }
        Step::RecordPoliceAnswer if dice.is_multiple_of(2) => {
            body["answer"] = json!("not_determined")
        }
        Step::ReturnFile if dice.is_multiple_of(2) => body["sketch"] = json!("missing"),
        Step::ReportRecommendation => {
            body["recommendation_id"] = json!(progress.open_recommendations.first());
        }
        Step::ReserveOpinion => body["member"] = json!(progress.team.first()),
        Step::DispatchMinutes if dice.is_multiple_of(2) => {
            let facts = file.facts(now);
            let left = progress.still_to_send(file.case.level, &facts);
            body["recipient"] = json!(left.first());
        }
        Step::Announce => body["commune"] = json!("attended"),
        _ => {}
    }
    body
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn random_walks_keep_the_promises_of_a_case(
        class in select(CaseClass::ALL),
        level in select(InvestigationLevel::ALL),
        walk in attempts(),
    ) {
        let mut file = File::new(CaseStatus::Declared, class, level);
        file.candidates = vec!["02008".to_owned(), "02009".to_owned()];
        let mut now = at("2026-03-05T09:00:00+07:00");
        for (step, pick, role, hours, dice) in walk {
            now += TimeDelta::hours(hours / 8);
            let who = actor(role, "19", "02008", "0101234567");
            let facts = file.facts(now);
            let offers = allowed(&facts, &who);
            let step = match step {
                Some(step) => step,
                None if offers.is_empty() => continue,
                None => offers[pick % offers.len()].step,
            };
            let offered = offers.iter().any(|rule| rule.step == step);
            let before = (file.case.clone(), file.clocks.clone(), file.events.len());
            let missing = closing::missing(&facts);
            let text = crate::time::rfc3339_in_vietnam(now);
            let taken = file.take_at(step, body(step, &file, now, dice), &who, &text);
            match taken {
                Ok(()) => {
                    prop_assert!(offered);
                    prop_assert_eq!(file.case.version, before.0.version + 1);
                    prop_assert_eq!(file.events.len(), before.2 + 1);
                    // 7.5: the end comes after everything it asks for.
                    if step == Step::Close {
                        prop_assert!(missing.is_empty(), "closed without {:?}", missing);
                    }
                    if before.0.is_ended() {
                        let back = [
                            Step::ReceiveComplaint, Step::Reinvestigate, Step::Archive, Step::Reinstate,
                        ];
                        let outlived = [Step::PayBenefits, Step::SendBenefitFile];
                        prop_assert!(
                            back.contains(&step) || outlived.contains(&step),
                            "{} out of an ended case", step
                        );
                        // What outlives a case is done in it, and leaves it ended as it was.
                        if outlived.contains(&step) {
                            let ended = (before.0.status, before.0.closed_at);
                            prop_assert!(before.0.status.is_final() && !before.0.is_settled());
                            prop_assert_eq!((file.case.status, file.case.closed_at), ended);
                        }
                    }
                }
                Err(NotTaken::Refused(_)) => {
                    prop_assert!(!offered, "{} was offered", step);
                    prop_assert_eq!(&(file.case.clone(), file.clocks.clone()), &(before.0, before.1));
                }
                Err(_) => prop_assert!(offered),
            }
            promises(&file, class)?;
        }
    }
}

fn promises(file: &File, class: CaseClass) -> Result<(), TestCaseError> {
    let duties = || file.clocks.iter().filter(|clock| clock.id.is_duty());
    let running = duties().filter(|clock| clock.is_running()).count();
    if file.case.is_ended() {
        let outlived = duties().filter(|clock| clock.is_running());
        let outlived = outlived.filter(|clock| ClockId::OUTLIVING.contains(&clock.id));
        let closed = matches!(file.case.status, CaseStatus::Closed | CaseStatus::Archived);
        let may_run = if closed { outlived.count() } else { 0 };
        prop_assert_eq!(running, may_run, "{} runs", file.case.status);
        prop_assert_eq!(file.case.is_settled(), running == 0);
    } else {
        prop_assert!(!file.case.status.is_final());
    }
    prop_assert_eq!(
        running == 0,
        file.case.due_at == crate::domain::clocks::NO_DUE
    );
    for clock in &file.clocks {
        prop_assert!(clock.stopped_at.is_none() || clock.paused_at.is_none());
        prop_assert!(clock.due_raw <= clock.due_rolled);
    }
    // One limit of investigation, and it stands still only while the case does.
    let k3 = || file.clocks.iter().filter(|clock| clock.id == ClockId::K3);
    prop_assert!(k3().filter(|clock| clock.stopped_at.is_none()).count() <= 1);
    let paused = k3().any(|clock| clock.paused_at.is_some());
    prop_assert!(!paused || file.case.status == CaseStatus::Suspended);
    if file.case.status.is_with_the_police() {
        prop_assert!(!k3().any(|clock| clock.stopped_at.is_none()));
    }
    // Extended once for each limit, and never for a light accident.
    let extensions = file
        .events
        .iter()
        .filter(|event| event.action == "extend")
        .count();
    prop_assert!(extensions <= k3().count());
    prop_assert!(extensions == 0 || class != CaseClass::Light);
    // Rounds are numbered without a gap, so that no clock takes the place of another.
    for id in ClockId::ALL {
        let mut rounds: Vec<_> = file
            .clocks
            .iter()
            .filter(|clock| clock.id == *id)
            .map(|clock| clock.round)
            .collect();
        rounds.sort_unstable();
        let count = i32::try_from(rounds.len()).unwrap();
        prop_assert_eq!(rounds, (1..=count).collect::<Vec<_>>());
    }
    Ok(())
}
