//! An accident abroad: the dossier within five days of the foreign investigation, then the verification minutes
//! (D39 Art. 19.3).

use super::*;
use CaseStatus::*;

fn abroad(status: CaseStatus) -> File {
    let mut file = File::provincial(status);
    file.case.place_code.clear();
    file
}

#[test]
fn the_province_verifies_on_a_complete_dossier_without_a_team() {
    let mut file = abroad(Classified);
    let who = inspector();
    let early = file.take(Step::DraftMinutes, sound(Step::DraftMinutes, 1), &who);
    assert_eq!(early, Err(NotTaken::Refused(Refusal::DossierIncomplete)));

    let end = Step::EndForeignInvestigation;
    file.take(end, sound(end, 1), &who).unwrap();
    // Five days from Friday, 6 March: Wednesday.
    assert_eq!(
        file.clock(ClockId::K1c).due_raw,
        at("2026-03-11T23:59:59+07:00")
    );
    let mut lacking = sound(Step::ReceiveDossier, 2);
    lacking["certified_translation"] = json!("missing");
    file.take(Step::ReceiveDossier, lacking, &who).unwrap();
    assert!(file.clock(ClockId::K1c).stopped_at.is_none());
    file.take(Step::ReceiveDossier, sound(Step::ReceiveDossier, 3), &who)
        .unwrap();
    assert!(file.clock(ClockId::K1c).stopped_at.is_some());

    let minutes = json!({
        "minutes_number": "1/XM", "drafted_on": "2026-03-16", "conclusion": "work_accident", "cause_code": "7",
        "seen_version": 4,
    });
    file.take(Step::DraftMinutes, minutes, &who).unwrap();
    assert_eq!(file.case.status, MinutesDrafted);
    // Nobody here investigated a crime abroad: police and procuracy are not on the legal list.
    let mut meeting = sound(Step::Announce, 5);
    let fields = meeting.as_object_mut().unwrap();
    fields.remove("police");
    fields.remove("procuracy");
    file.take(Step::Announce, meeting, &who).unwrap();
    assert_eq!(file.case.status, Announced);
}

#[test]
fn nothing_of_it_is_for_an_accident_in_viet_nam() {
    for step in [Step::EndForeignInvestigation, Step::ReceiveDossier] {
        let mut file = File::provincial(Classified);
        let refused = file.take(step, sound(step, 1), &inspector());
        assert_eq!(refused, Err(NotTaken::Refused(Refusal::OnlyAbroad)));
    }
    let mut file = File::provincial(Classified);
    let refused = file.take(
        Step::DraftMinutes,
        sound(Step::DraftMinutes, 1),
        &inspector(),
    );
    assert_eq!(refused, Err(NotTaken::Refused(Refusal::NotInThisState)));
}
