//! Every step from every state, and random walks through the life of a case.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use super::{
    duplicates::{Likeness, compare},
    event::documents,
    guard::{allowed, may_take},
    take::{Calendar, NotTaken, Taken, take},
    *,
};
use crate::domain::{
    access::{Actor, ActorRole, tests::actor},
    clocks::{
        Clock, ClockId, k2, k3,
        tests::{at, law},
    },
    deadline::Holidays,
    declaration::{Fault, FaultCode},
    law::Basis,
};
use crate::ids::EventId;

pub(crate) const NOW: &str = "2026-03-20T09:00:00+07:00";

/// A case of class `class` with level `level` in state `status`, received on 2 March 2026.
pub(crate) fn a_case(status: CaseStatus, class: CaseClass, level: InvestigationLevel) -> Case {
    let id = CaseId::generate();
    Case {
        receipt_no: format!("TN{}", &id.as_str()[24..]),
        id,
        status,
        class,
        kind: Kind::Accident,
        sector: Sector::Ordinary,
        level,
        occurred_at: at("2026-03-02T07:30:00+07:00"),
        received_at: at("2026-03-02T09:00:00+07:00"),
        due_at: crate::domain::clocks::NO_DUE,
        closed_at: None,
        ended_because: None,
        place_code: "02008".to_owned(),
        place_valid_from: Some("2025-07-01".parse().unwrap()),
        commune_code: "02008".to_owned(),
        province_code: "19".to_owned(),
        place_name: "Xã Cẩm Giàng, Tỉnh Thái Nguyên".to_owned(),
        establishment_name: Some("Công ty TNHH Gạch Sông Cầu".to_owned()),
        establishment_tax_code: Some("0101234567".to_owned()),
        counts: Casualties {
            dead: 1,
            ..Casualties::default()
        },
        facts: "null".to_owned().into(),
        decision: "null".to_owned().into(),
        data_key: None,
        assigned_to: None,
        search_key: search_key("TN-26-0001", &[Some("Xã Cẩm Giàng"), Some("Gạch Sông Cầu")]),
        version: 1,
    }
}

pub(crate) fn limit(days: u32) -> Clock {
    let law = law();
    let basis = Basis {
        rule: "investigation.fatal".to_owned(),
        version: "2016-07-01".parse().unwrap(),
        article: "L84 Điều 35.6.d".to_owned(),
        confidence: "T".to_owned(),
        facts: Vec::new(),
    };
    k3(
        at("2026-03-02T09:00:00+07:00"),
        days,
        basis,
        &law,
        law.holidays(),
    )
    .unwrap()
}

/// A case with all that belongs to it.
struct File {
    case: Case,
    clocks: Vec<Clock>,
    events: Vec<Event>,
    candidates: Vec<String>,
}

impl File {
    fn new(status: CaseStatus, class: CaseClass, level: InvestigationLevel) -> Self {
        let mut clocks = Vec::new();
        match class {
            CaseClass::Fatal => clocks.push(limit(30)),
            CaseClass::MultiSerious => clocks.push(limit(20)),
            CaseClass::SingleSerious => clocks.push(limit(7)),
            CaseClass::Light => clocks.push(limit(4)),
            CaseClass::Unclear => {}
        }
        if matches!(
            level,
            InvestigationLevel::Provincial | InvestigationLevel::Central
        ) {
            clocks.push(k2(at("2026-03-02T09:00:00+07:00"), &law()).unwrap());
        }
        let mut case = a_case(status, class, level);
        case.due_at = crate::domain::clocks::nearest_due(&clocks);
        Self {
            case,
            clocks,
            events: Vec::new(),
            candidates: Vec::new(),
        }
    }

    fn provincial(status: CaseStatus) -> Self {
        Self::new(status, CaseClass::Fatal, InvestigationLevel::Provincial)
    }

    fn facts(&self, now: DateTime<Utc>) -> CaseFacts {
        CaseFacts::new(
            &self.case,
            &self.clocks,
            &self.events,
            self.candidates.clone(),
            now,
            &law(),
        )
    }

    fn take_at(&mut self, step: Step, body: Value, who: &Actor, now: &str) -> Result<(), NotTaken> {
        let (law, now) = (law(), at(now));
        let holidays = law.holidays();
        let calendar = Calendar {
            law: &law,
            holidays,
        };
        let facts = self.facts(now);
        let taken = take(
            step,
            &body,
            (&self.case, &self.clocks, &facts),
            who,
            now,
            calendar,
        )?;
        self.keep(taken);
        Ok(())
    }

    fn take(&mut self, step: Step, body: Value, who: &Actor) -> Result<(), NotTaken> {
        self.take_at(step, body, who, NOW)
    }

    fn keep(&mut self, taken: Taken) {
        self.case = taken.case;
        for changed in taken.changed {
            let (id, round) = (changed.id, changed.round);
            let same = |clock: &&mut Clock| (clock.id, clock.round) == (id, round);
            *self.clocks.iter_mut().find(same).unwrap() = changed;
        }
        self.clocks.extend(taken.started);
        self.events.push(taken.event);
    }

    fn clock(&self, id: ClockId) -> &Clock {
        self.clocks.iter().find(|clock| clock.id == id).unwrap()
    }
}

pub(crate) fn inspector() -> Actor {
    actor(ActorRole::Inspector, "19", "", "")
}

fn commune() -> Actor {
    actor(ActorRole::Commune, "", "02008", "")
}

/// A sound body for `step` on a file at `version`.
pub(crate) fn sound(step: Step, version: i32) -> Value {
    let mut body = match step {
        Step::Declare | Step::ConfirmNotice | Step::Receive | Step::Classify => json!({}),
        Step::RecordCommune => json!({"record_number": "03/BB", "recorded_on": "2026-03-05"}),
        Step::SendToScene => {
            json!({"dispatched_at": "2026-03-02T10:15:00+07:00", "people": "Đào Văn Tám"})
        }
        Step::FormTeam => {
            json!({"decision_number": "12/QĐ", "decided_on": "2026-03-03", "head": "Đào Văn Tám"})
        }
        Step::StartInvestigation => json!({"started_at": "2026-03-03T14:00:00+07:00"}),
        Step::Extend => json!({"days": 1, "consent_number": "7/CV", "reason": "phức tạp"}),
        Step::DraftMinutes => json!({
            "minutes_number": "1/BB", "drafted_on": "2026-03-16", "conclusion": "work_accident",
        }),
        Step::Announce => {
            json!({"held_at": "2026-03-17T08:00:00+07:00", "meeting_minutes_number": "2/BB"})
        }
        Step::DispatchMinutes => json!({"dispatched_at": "2026-03-18T10:00:00+07:00"}),
        Step::Close => json!({"posted_on": "2026-03-19"}),
        Step::Assign => json!({"assigned_to": "Đào Văn Tám"}),
        Step::ChoosePlace => json!({"commune_code": "02009"}),
        Step::Transfer => {
            json!({"to_authority": "SNV-66", "letter_number": "5/CV", "reason": "sai địa bàn"})
        }
        Step::MarkDuplicate => json!({"of_case": CaseId::generate().as_str(), "reason": "trùng"}),
        Step::Withdraw => json!({"reason": "khai sai"}),
    };
    body["seen_version"] = json!(version);
    body
}

#[test]
fn every_step_from_every_state_leads_where_the_law_says() {
    use CaseStatus::*;
    let working = [
        Noticed,
        Declared,
        Received,
        Classified,
        SceneResponse,
        TeamFormed,
        Investigating,
        MinutesDrafted,
    ];
    let open = [
        working.as_slice(),
        &[
            CommuneRecorded,
            Transferred,
            Announced,
            Dispatched,
            NotWorkAccident,
        ],
    ]
    .concat();
    let mut expected: Vec<(Step, CaseStatus, CaseStatus)> = vec![
        (Step::Receive, Declared, Received),
        (Step::Receive, Transferred, Received),
        (Step::Classify, Received, Classified),
        (Step::SendToScene, Noticed, Noticed),
        (Step::SendToScene, Declared, Declared),
        (Step::SendToScene, Transferred, Transferred),
        (Step::SendToScene, Received, Received),
        (Step::SendToScene, Classified, SceneResponse),
        (Step::SendToScene, TeamFormed, TeamFormed),
        (Step::SendToScene, Investigating, Investigating),
        (Step::FormTeam, Classified, TeamFormed),
        (Step::FormTeam, SceneResponse, TeamFormed),
        (Step::StartInvestigation, TeamFormed, Investigating),
        (Step::Extend, TeamFormed, TeamFormed),
        (Step::Extend, Investigating, Investigating),
        (Step::Extend, MinutesDrafted, MinutesDrafted),
        (Step::DraftMinutes, Investigating, MinutesDrafted),
        (Step::DraftMinutes, MinutesDrafted, MinutesDrafted),
        (Step::Announce, MinutesDrafted, Announced),
        (Step::DispatchMinutes, Announced, Dispatched),
        (Step::DispatchMinutes, NotWorkAccident, NotWorkAccident),
        (Step::Close, Dispatched, Closed),
        (Step::Transfer, Noticed, Transferred),
        (Step::Transfer, Declared, Transferred),
        (Step::Transfer, Transferred, Transferred),
        (Step::Transfer, Received, Transferred),
        (Step::Transfer, Classified, Transferred),
    ];
    for from in working.iter().chain(&[CommuneRecorded, Transferred]) {
        expected.push((Step::MarkDuplicate, *from, Duplicate));
        expected.push((Step::Withdraw, *from, NotWorkAccident));
    }
    for from in &open {
        expected.push((Step::Assign, *from, *from));
        expected.push((Step::ChoosePlace, *from, *from));
    }
    for from in CaseStatus::ALL {
        for step in Step::ALL {
            let mut file = File::provincial(*from);
            file.candidates = vec!["02008".to_owned(), "02009".to_owned()];
            let taken = file.take(*step, sound(*step, 1), &inspector());
            let to = expected
                .iter()
                .find(|(s, f, _)| (s, f) == (step, from))
                .map(|(_, _, to)| *to);
            match to {
                Some(to) => assert_eq!((taken, file.case.status), (Ok(()), to), "{from} + {step}"),
                None => assert!(
                    matches!(taken, Err(NotTaken::Refused(_))),
                    "{from} + {step}"
                ),
            }
        }
    }
}

#[test]
fn no_step_after_the_minutes_leaves_the_scene_waiting() {
    use CaseStatus::*;
    for (from, step) in [
        (Investigating, Step::DraftMinutes),
        (MinutesDrafted, Step::DraftMinutes),
        (MinutesDrafted, Step::Announce),
        (Announced, Step::DispatchMinutes),
        (Dispatched, Step::Close),
    ] {
        let mut file = File::provincial(from);
        assert_eq!(file.clock(ClockId::K2).stopped_at, None);
        file.take(step, sound(step, 1), &inspector()).unwrap();
        assert!(
            file.clock(ClockId::K2).stopped_at.is_some(),
            "{from} + {step}"
        );
        assert!(!file.case.status.awaits_scene());
    }
}

#[test]
fn an_ended_case_allows_no_step() {
    for status in CaseStatus::ALL {
        let mut file = File::provincial(*status);
        file.case.closed_at = Some(at(NOW));
        file.candidates = vec!["02008".to_owned(), "02009".to_owned()];
        assert!(allowed(&file.facts(at(NOW)), &inspector()).is_empty());
    }
}

#[test]
fn roles_and_levels_decide_who_may_take_a_step() {
    use InvestigationLevel::{CommuneRecord, Facility, None as Nobody, Provincial, SpecialLaw};
    let police = actor(ActorRole::Police, "", "02008", "");
    let ministry = actor(ActorRole::Ministry, "", "", "");
    let employer = actor(ActorRole::Employer, "", "", "0101234567");
    let operator = actor(ActorRole::Operator, "", "", "");
    let no = |refusal| Err(refusal);
    let table = [
        (
            Step::Receive,
            CaseStatus::Declared,
            Provincial,
            &police,
            Ok(()),
        ),
        (
            Step::Receive,
            CaseStatus::Declared,
            CommuneRecord,
            &commune(),
            Ok(()),
        ),
        (
            Step::Receive,
            CaseStatus::Declared,
            Provincial,
            &commune(),
            no(Refusal::RoleNotAllowed),
        ),
        (
            Step::Receive,
            CaseStatus::Declared,
            Provincial,
            &employer,
            no(Refusal::RoleNotAllowed),
        ),
        (
            Step::Receive,
            CaseStatus::Declared,
            Provincial,
            &operator,
            no(Refusal::RoleNotAllowed),
        ),
        (
            Step::Declare,
            CaseStatus::Noticed,
            Provincial,
            &commune(),
            Ok(()),
        ),
        (
            Step::Declare,
            CaseStatus::Noticed,
            Provincial,
            &inspector(),
            no(Refusal::RoleNotAllowed),
        ),
        (
            Step::RecordCommune,
            CaseStatus::Classified,
            CommuneRecord,
            &commune(),
            Ok(()),
        ),
        (
            Step::RecordCommune,
            CaseStatus::Classified,
            Facility,
            &commune(),
            no(Refusal::NotAtThisLevel),
        ),
        (
            Step::RecordCommune,
            CaseStatus::Classified,
            CommuneRecord,
            &inspector(),
            no(Refusal::RoleNotAllowed),
        ),
        (
            Step::SendToScene,
            CaseStatus::Classified,
            Facility,
            &inspector(),
            no(Refusal::NotAtThisLevel),
        ),
        (
            Step::SendToScene,
            CaseStatus::Classified,
            SpecialLaw,
            &inspector(),
            Ok(()),
        ),
        (
            Step::SendToScene,
            CaseStatus::Classified,
            Provincial,
            &police,
            no(Refusal::RoleNotAllowed),
        ),
        (
            Step::FormTeam,
            CaseStatus::Classified,
            Facility,
            &inspector(),
            Ok(()),
        ),
        (
            Step::FormTeam,
            CaseStatus::Classified,
            CommuneRecord,
            &inspector(),
            no(Refusal::NotAtThisLevel),
        ),
        (
            Step::FormTeam,
            CaseStatus::Classified,
            Nobody,
            &inspector(),
            no(Refusal::NotAtThisLevel),
        ),
        (
            Step::FormTeam,
            CaseStatus::Classified,
            SpecialLaw,
            &ministry,
            Ok(()),
        ),
        (
            Step::FormTeam,
            CaseStatus::Classified,
            Provincial,
            &ministry,
            no(Refusal::RoleNotAllowed),
        ),
        (
            Step::Close,
            CaseStatus::Classified,
            Nobody,
            &inspector(),
            Ok(()),
        ),
        (
            Step::Close,
            CaseStatus::Classified,
            Provincial,
            &inspector(),
            no(Refusal::NotInThisState),
        ),
        (
            Step::Close,
            CaseStatus::CommuneRecorded,
            CommuneRecord,
            &commune(),
            Ok(()),
        ),
        (
            Step::Close,
            CaseStatus::NotWorkAccident,
            Provincial,
            &inspector(),
            no(Refusal::MinutesNotSent),
        ),
        (
            Step::ChoosePlace,
            CaseStatus::Received,
            Provincial,
            &inspector(),
            no(Refusal::PlaceNotDivided),
        ),
    ];
    for (step, status, level, who, expected) in table {
        let file = File::new(status, CaseClass::Fatal, level);
        let found = may_take(step, &file.facts(at(NOW)), who).map(|_| ());
        assert_eq!(
            found, expected,
            "{step} of {status} at {level} by {}",
            who.role
        );
    }
}

#[test]
fn a_fatal_case_goes_from_declaration_to_closure_with_its_clocks() {
    let mut file = File::provincial(CaseStatus::Declared);
    let steps = [
        Step::Receive,
        Step::Classify,
        Step::SendToScene,
        Step::FormTeam,
        Step::StartInvestigation,
        Step::Extend,
        Step::DraftMinutes,
        Step::Announce,
        Step::DispatchMinutes,
        Step::Close,
    ];
    for step in steps {
        let version = file.case.version;
        assert_eq!(
            file.take(step, sound(step, version), &inspector()),
            Ok(()),
            "{step}"
        );
        assert_eq!(file.case.version, version + 1);
    }
    assert_eq!(file.case.status, CaseStatus::Closed);
    assert_eq!(file.case.closed_at, Some(at(NOW)));
    assert_eq!(file.case.ended_because, None);
    assert_eq!(file.case.due_at, crate::domain::clocks::NO_DUE);
    let k2 = file.clock(ClockId::K2);
    assert_eq!(k2.stopped_at, Some(at("2026-03-02T10:15:00+07:00")));
    assert_eq!(k2.stopped_because.as_deref(), Some("people_sent"));
    let k3 = file.clock(ClockId::K3);
    assert_eq!(k3.stopped_at, Some(at("2026-03-17T08:00:00+07:00")));
    assert_eq!(
        (k3.stopped_because.as_deref(), k3.extended_days),
        (Some("announced"), 1)
    );
    let k4 = file.clock(ClockId::K4);
    assert_eq!(k4.due_raw, at("2026-03-20T23:59:59+07:00"));
    assert_eq!(k4.stopped_because.as_deref(), Some("minutes_sent"));
    let papers = documents(&file.events);
    let numbers: Vec<_> = papers.iter().map(|paper| paper.number.as_str()).collect();
    assert_eq!(numbers, ["12/QĐ", "7/CV", "1/BB", "2/BB"]);
}

#[test]
fn minutes_that_deny_a_work_accident_are_announced_sent_and_closed_as_such() {
    let mut file = File::provincial(CaseStatus::Investigating);
    let mut draft = sound(Step::DraftMinutes, 1);
    draft["conclusion"] = json!("not_work_accident");
    file.take(Step::DraftMinutes, draft, &inspector()).unwrap();
    file.take(Step::Announce, sound(Step::Announce, 2), &inspector())
        .unwrap();
    assert_eq!(file.case.status, CaseStatus::NotWorkAccident);
    assert!(!file.case.is_ended());
    let early = file.take(Step::Close, sound(Step::Close, 3), &inspector());
    assert_eq!(early, Err(NotTaken::Refused(Refusal::MinutesNotSent)));
    file.take(
        Step::DispatchMinutes,
        sound(Step::DispatchMinutes, 3),
        &inspector(),
    )
    .unwrap();
    let again = file.take(
        Step::DispatchMinutes,
        sound(Step::DispatchMinutes, 4),
        &inspector(),
    );
    assert_eq!(again, Err(NotTaken::Refused(Refusal::MinutesSentBefore)));
    file.take(Step::Close, sound(Step::Close, 4), &inspector())
        .unwrap();
    assert_eq!(file.case.status, CaseStatus::Closed);
}

#[test]
fn a_false_declaration_ends_with_its_reason_and_stops_every_clock() {
    let mut file = File::provincial(CaseStatus::Received);
    file.take(Step::Withdraw, sound(Step::Withdraw, 1), &inspector())
        .unwrap();
    assert_eq!(file.case.status, CaseStatus::NotWorkAccident);
    assert_eq!(file.case.ended_because.as_deref(), Some("withdrawn"));
    assert!(
        file.clocks
            .iter()
            .all(|clock| clock.stopped_because.as_deref() == Some("ended"))
    );
    assert_eq!(file.events[0].reason.as_deref(), Some("khai sai"));
}

#[test]
fn a_commune_takes_its_own_record_from_receipt_to_closure() {
    let mut file = File::new(
        CaseStatus::Declared,
        CaseClass::SingleSerious,
        InvestigationLevel::CommuneRecord,
    );
    for step in [
        Step::Receive,
        Step::Classify,
        Step::RecordCommune,
        Step::Close,
    ] {
        let version = file.case.version;
        assert_eq!(
            file.take(step, sound(step, version), &commune()),
            Ok(()),
            "{step}"
        );
    }
    assert_eq!(file.case.status, CaseStatus::Closed);
}

#[test]
fn a_case_that_nobody_investigates_is_closed_without_a_posting() {
    let mut file = File::new(
        CaseStatus::Classified,
        CaseClass::Light,
        InvestigationLevel::None,
    );
    assert_eq!(
        file.take(Step::Close, json!({"seen_version": 1}), &inspector()),
        Ok(())
    );
}

#[test]
fn somebody_who_saw_an_older_version_is_told_so() {
    let mut file = File::provincial(CaseStatus::Declared);
    file.take(Step::Receive, sound(Step::Receive, 1), &inspector())
        .unwrap();
    let late = file.take(Step::Receive, sound(Step::Receive, 1), &inspector());
    assert_eq!(late, Err(NotTaken::StaleVersion));
}

#[test]
fn the_limit_is_extended_once_never_for_light_and_never_after_it_passed() {
    let mut file = File::provincial(CaseStatus::Investigating);
    file.take(Step::Extend, sound(Step::Extend, 1), &inspector())
        .unwrap();
    assert_eq!(file.case.due_at, file.clock(ClockId::K2).due_raw);
    let again = file.take(Step::Extend, sound(Step::Extend, 2), &inspector());
    assert_eq!(again, Err(NotTaken::Refused(Refusal::ExtendedBefore)));

    let mut light = File::new(
        CaseStatus::Investigating,
        CaseClass::Light,
        InvestigationLevel::Facility,
    );
    let refused = light.take_at(
        Step::Extend,
        sound(Step::Extend, 1),
        &inspector(),
        "2026-03-03T09:00:00+07:00",
    );
    assert_eq!(refused, Err(NotTaken::Refused(Refusal::LightNeverExtended)));

    let mut late = File::provincial(CaseStatus::Investigating);
    let refused = late.take_at(
        Step::Extend,
        sound(Step::Extend, 1),
        &inspector(),
        "2026-04-02T00:00:00+07:00",
    );
    assert_eq!(refused, Err(NotTaken::Refused(Refusal::LimitPassed)));
}

fn faults(step: Step, status: CaseStatus, change: impl Fn(&mut Value)) -> Vec<(String, FaultCode)> {
    let mut file = File::provincial(status);
    let mut body = sound(step, 1);
    change(&mut body);
    match file.take(step, body, &inspector()) {
        Err(NotTaken::Faults(faults)) => faults
            .into_iter()
            .map(|Fault { pointer, code }| (pointer, code))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_fault_of_a_body_is_named_at_once() {
    let found = faults(Step::FormTeam, CaseStatus::Classified, |body| {
        *body = json!({
            "seen_version": "1", "decision_number": " ", "decided_on": "3/3/2026", "a/b": 1,
        });
    });
    let expected = [
        ("/seen_version", FaultCode::WrongType),
        ("/a~1b", FaultCode::UnknownField),
        ("/decision_number", FaultCode::Required),
        ("/decided_on", FaultCode::NotADate),
        ("/head", FaultCode::Required),
    ];
    assert_eq!(
        found,
        expected.map(|(pointer, code)| (pointer.to_owned(), code))
    );
}

#[test]
fn impossible_dates_and_numbers_are_refused() {
    use CaseStatus::{Classified, Investigating, MinutesDrafted};
    let table = [
        (
            Step::FormTeam,
            Classified,
            "decided_on",
            json!("2026-03-01"),
            FaultCode::BeforeAccident,
        ),
        (
            Step::FormTeam,
            Classified,
            "decided_on",
            json!("2026-03-21"),
            FaultCode::InTheFuture,
        ),
        (
            Step::FormTeam,
            Classified,
            "decided_on",
            json!("2026-02-30"),
            FaultCode::NotADate,
        ),
        (
            Step::SendToScene,
            Classified,
            "dispatched_at",
            json!("2026-03-02T07:00:00+07:00"),
            FaultCode::BeforeAccident,
        ),
        (
            Step::SendToScene,
            Classified,
            "dispatched_at",
            json!("2026-03-20T09:00:01+07:00"),
            FaultCode::InTheFuture,
        ),
        (
            Step::SendToScene,
            Classified,
            "dispatched_at",
            json!("2026-03-02 10:00"),
            FaultCode::NotAMoment,
        ),
        (
            Step::SendToScene,
            Classified,
            "people",
            json!("x".repeat(501)),
            FaultCode::TooLong,
        ),
        (
            Step::SendToScene,
            Classified,
            "people",
            json!("a\u{0}b"),
            FaultCode::BadCharacters,
        ),
        (
            Step::SendToScene,
            Classified,
            "people",
            json!(3),
            FaultCode::WrongType,
        ),
        (
            Step::Extend,
            Investigating,
            "days",
            json!(31),
            FaultCode::TooLarge,
        ),
        (
            Step::Extend,
            Investigating,
            "days",
            json!(0),
            FaultCode::TooSmall,
        ),
        (
            Step::Extend,
            Investigating,
            "days",
            json!("7"),
            FaultCode::WrongType,
        ),
        (
            Step::Extend,
            Investigating,
            "days",
            json!(u64::MAX),
            FaultCode::TooLarge,
        ),
        (
            Step::DraftMinutes,
            Investigating,
            "conclusion",
            json!("perhaps"),
            FaultCode::NotAllowed,
        ),
        (
            Step::DraftMinutes,
            Investigating,
            "cause_code",
            json!("10"),
            FaultCode::NotAllowed,
        ),
        (
            Step::Announce,
            MinutesDrafted,
            "held_at",
            json!("2026-03-02T08:00:00+07:00"),
            FaultCode::TooEarly,
        ),
        (
            Step::Announce,
            MinutesDrafted,
            "seen_version",
            json!(null),
            FaultCode::Required,
        ),
    ];
    for (step, status, name, value, code) in table {
        let found = faults(step, status, |body| body[name] = value.clone());
        assert_eq!(found, [(format!("/{name}"), code)], "{step} {name} {value}");
    }
}

#[test]
fn a_step_may_not_lie_before_the_one_that_it_follows() {
    let mut file = File::provincial(CaseStatus::Classified);
    file.take(Step::FormTeam, sound(Step::FormTeam, 1), &inspector())
        .unwrap();
    file.take(
        Step::StartInvestigation,
        sound(Step::StartInvestigation, 2),
        &inspector(),
    )
    .unwrap();
    let mut draft = sound(Step::DraftMinutes, 3);
    draft["drafted_on"] = json!("2026-03-02");
    let too_early = |name: &str| {
        Err(NotTaken::Faults(vec![Fault {
            pointer: format!("/{name}"),
            code: FaultCode::TooEarly,
        }]))
    };
    assert_eq!(
        file.take(Step::DraftMinutes, draft, &inspector()),
        too_early("drafted_on")
    );
    file.take(
        Step::DraftMinutes,
        sound(Step::DraftMinutes, 3),
        &inspector(),
    )
    .unwrap();
    let mut announce = sound(Step::Announce, 4);
    announce["held_at"] = json!("2026-03-15T23:59:00+07:00");
    assert_eq!(
        file.take(Step::Announce, announce, &inspector()),
        too_early("held_at")
    );
    file.take(Step::Announce, sound(Step::Announce, 4), &inspector())
        .unwrap();
    let mut sent = sound(Step::DispatchMinutes, 5);
    sent["dispatched_at"] = json!("2026-03-17T07:59:59+07:00");
    assert_eq!(
        file.take(Step::DispatchMinutes, sent, &inspector()),
        too_early("dispatched_at")
    );
}

#[test]
fn a_place_is_chosen_among_its_candidates_only() {
    let mut file = File::provincial(CaseStatus::Received);
    file.candidates = vec!["02008".to_owned(), "02009".to_owned()];
    let mut elsewhere = sound(Step::ChoosePlace, 1);
    elsewhere["commune_code"] = json!("00001");
    assert!(matches!(
        file.take(Step::ChoosePlace, elsewhere, &commune()),
        Err(NotTaken::Faults(_))
    ));
    file.take(Step::ChoosePlace, sound(Step::ChoosePlace, 1), &commune())
        .unwrap();
    assert_eq!(file.case.commune_code, "02009");
    assert_eq!(file.case.place_code, "02008");
}

#[test]
fn where_the_dated_value_of_k4_is_missing_the_meeting_counts_and_somebody_is_told() {
    let file = File::provincial(CaseStatus::MinutesDrafted);
    let (law, now) = (crate::domain::law::Law::default(), at(NOW));
    let holidays = Holidays::default();
    let calendar = Calendar {
        law: &law,
        holidays: &holidays,
    };
    let facts = file.facts(now);
    let taken = take(
        Step::Announce,
        &sound(Step::Announce, 1),
        (&file.case, &file.clocks, &facts),
        &inspector(),
        now,
        calendar,
    )
    .unwrap();
    assert!(taken.started.is_empty());
    assert_eq!(
        taken.no_rule.unwrap().key,
        "limits.send_minutes_working_days"
    );
}

#[test]
fn two_reports_of_one_accident_look_alike_and_say_why() {
    let case = a_case(
        CaseStatus::Declared,
        CaseClass::Fatal,
        InvestigationLevel::Provincial,
    );
    let mut other = Case {
        id: CaseId::generate(),
        ..case.clone()
    };
    other.occurred_at += TimeDelta::hours(5);
    let found = compare((&case, None), (&other, None));
    assert_eq!(
        found.reasons,
        [
            Likeness::SameTaxCode,
            Likeness::SameEstablishmentName,
            Likeness::SameCounts
        ]
    );
    other.establishment_tax_code = None;
    other.establishment_name = None;
    other.counts.dead = 2;
    assert_eq!(compare((&case, None), (&other, None)).score, 0);
}

#[test]
fn a_search_finds_receipt_numbers_with_and_without_separators() {
    let key = search_key("TN-26-0001", &[Some("Hoà Bình"), None, Some("0101234567")]);
    assert_eq!(key, "tn260001 tn 26 0001 hoa binh 0101234567");
}

proptest! {
    #[test]
    fn random_walks_keep_the_promises_of_a_case(
        class in select(CaseClass::ALL),
        level in select(InvestigationLevel::ALL),
        walk in prop::collection::vec((select(Step::ALL), select(ActorRole::ALL), 0_i64..40, any::<bool>()), 0..60),
    ) {
        let mut file = File::new(CaseStatus::Declared, class, level);
        file.candidates = vec!["02008".to_owned(), "02009".to_owned()];
        let mut now = at("2026-03-19T09:00:00+07:00");
        for (step, role, hours, denies) in walk {
            now += TimeDelta::hours(hours / 8);
            let who = actor(role, "19", "02008", "0101234567");
            let mut body = sound(step, file.case.version);
            if step == Step::DraftMinutes && denies {
                body["conclusion"] = json!("not_work_accident");
            }
            let before = (file.case.clone(), file.clocks.clone());
            let facts = file.facts(now);
            let offered = allowed(&facts, &who).iter().any(|rule| rule.step == step);
            let taken = file.take_at(step, body, &who, &crate::time::rfc3339_in_vietnam(now));
            match taken {
                Ok(()) => {
                    prop_assert!(offered);
                    prop_assert_eq!(file.case.version, before.0.version + 1);
                    prop_assert!(!before.0.is_ended(), "a step out of an ended case");
                }
                Err(NotTaken::Refused(_)) => {
                    prop_assert!(!offered);
                    prop_assert_eq!(&(file.case.clone(), file.clocks.clone()), &before);
                }
                Err(_) => prop_assert!(offered),
            }
            let running = file.clocks.iter().filter(|clock| clock.stopped_at.is_none()).count();
            if file.case.is_ended() {
                prop_assert_eq!(running, 0);
                prop_assert_eq!(file.case.due_at, crate::domain::clocks::NO_DUE);
            } else {
                prop_assert!(!file.case.status.is_final());
            }
            prop_assert_eq!(running == 0, file.case.due_at == crate::domain::clocks::NO_DUE);
            let extensions = file.events.iter().filter(|event| event.action == "extend").count();
            prop_assert!(extensions <= 1);
            prop_assert!(extensions == 0 || class != CaseClass::Light);
        }
    }
}

#[test]
fn who_gave_a_case_away_reads_on_and_the_other_acts() {
    let mut file = File::provincial(CaseStatus::Transferred);
    let gave = inspector();
    file.take(Step::Receive, sound(Step::Receive, 1), &gave)
        .unwrap();
    let mut file = File::provincial(CaseStatus::Transferred);
    file.events.push(Event {
        id: EventId::generate(),
        case_id: file.case.id.clone(),
        happened_at: file.case.received_at,
        actor: gave.name.clone(),
        actor_role: gave.role,
        action: "transfer".to_owned(),
        from_status: Some(CaseStatus::Declared),
        to_status: CaseStatus::Transferred,
        reason: None,
        details: json!({ "received_by": "SNV-66", "audience": "L66" }),
    });
    let refused = file.take(Step::Receive, sound(Step::Receive, 1), &gave);
    assert_eq!(refused, Err(NotTaken::Refused(Refusal::HandedOn)));
    let other = actor(ActorRole::Inspector, "66", "", "");
    file.take(Step::Receive, sound(Step::Receive, 1), &other)
        .unwrap();
    assert_eq!(file.case.status, CaseStatus::Received);
}
