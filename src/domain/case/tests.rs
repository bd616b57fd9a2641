//! Every step from every state, and random walks through the life of a case.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    event::documents,
    guard::{VictimFacts, allowed, may_take},
    take::{Calendar, NotTaken, Taken, take},
    *,
};
use crate::domain::{
    access::{Actor, ActorRole, tests::actor},
    clocks::{
        Clock, ClockId, k3,
        limits::{self, k2},
        tests::{at, law},
    },
    deadline::Holidays,
    declaration::{Fault, FaultCode},
    investigation::Investigation,
    law::Basis,
    notice::NoticeState,
};
use crate::ids::EventId;

mod abroad;
pub(crate) mod after;
pub(crate) mod again;
mod order;
pub(crate) mod police;
pub(crate) mod team;
pub(crate) mod transitions;
mod walks;

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
        law,
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
    victims: Vec<VictimFacts>,
    limit: u32,
    is_unverified: bool,
    of_another_employer: bool,
    is_held: bool,
}

impl File {
    fn new(status: CaseStatus, class: CaseClass, level: InvestigationLevel) -> Self {
        let days = match class {
            CaseClass::Fatal => 30,
            CaseClass::MultiSerious => 20,
            CaseClass::SingleSerious => 7,
            CaseClass::Light => 4,
            CaseClass::Unclear => 0,
        };
        let mut clocks: Vec<Clock> = (days > 0).then(|| limit(days)).into_iter().collect();
        if matches!(
            level,
            InvestigationLevel::Provincial | InvestigationLevel::Central
        ) {
            clocks.push(k2(at("2026-03-02T09:00:00+07:00"), law()).unwrap());
        }
        let mut case = a_case(status, class, level);
        case.due_at = crate::domain::clocks::nearest_due(&clocks);
        Self {
            case,
            clocks,
            events: Vec::new(),
            candidates: Vec::new(),
            victims: vec![VictimFacts {
                number: 1,
                under_contract: true,
                dead: class == CaseClass::Fatal,
            }],
            limit: days,
            is_unverified: false,
            of_another_employer: false,
            is_held: false,
        }
    }

    fn provincial(status: CaseStatus) -> Self {
        Self::new(status, CaseClass::Fatal, InvestigationLevel::Provincial)
    }

    fn facts(&self, now: DateTime<Utc>) -> CaseFacts {
        let facts = CaseFacts::new(
            &self.case,
            &self.clocks,
            &self.events,
            self.candidates.clone(),
            now,
            law(),
        )
        .with_notice(self.is_unverified.then_some(NoticeState::Unverified))
        .with_victims(self.victims.clone())
        .with_limit(&Investigation {
            level: self.case.level,
            limit_days: (self.limit > 0).then(|| self.limit.try_into().unwrap()),
            basis: vec![limit(self.limit.max(1)).basis],
        });
        CaseFacts {
            other_employer: self.of_another_employer,
            held: self.is_held,
            ..facts
        }
    }

    /// The same, ended where its state says so.
    fn ended_if_final(mut self) -> Self {
        if self.case.status.is_final() {
            self.case.closed_at = Some(at(NOW));
        }
        self
    }

    /// The same with what an earlier step left in the timeline.
    fn after(mut self, action: &str, from: CaseStatus, details: Value) -> Self {
        self.events.push(Event {
            id: EventId::generate(),
            case_id: self.case.id.clone(),
            happened_at: self.case.received_at,
            actor: "Đào Văn Tám".to_owned(),
            actor_role: ActorRole::Inspector,
            action: action.to_owned(),
            from_status: Some(from),
            to_status: self.case.status,
            reason: None,
            details,
        });
        self
    }

    /// The same once the minutes were announced on 17 March 2026, with all that this starts.
    fn announced(self) -> Self {
        let law = law();
        let mut file = self.after(
            "announce",
            CaseStatus::MinutesDrafted,
            json!({ "held_at": "2026-03-17T08:00:00+07:00" }),
        );
        let held = at("2026-03-17T08:00:00+07:00");
        for clock in &mut file.clocks {
            crate::domain::clocks::stop(clock, held, "announced");
        }
        for id in [ClockId::K4, ClockId::K9, ClockId::K11] {
            file.clocks
                .push(limits::start(id, held, law, law.holidays()).unwrap());
        }
        file
    }

    fn take_at(&mut self, step: Step, body: Value, who: &Actor, now: &str) -> Result<(), NotTaken> {
        let (law, now) = (law(), at(now));
        let holidays = law.holidays();
        let calendar = Calendar { law, holidays };
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

/// The event that made the one recommendation of a file.
const RECOMMENDED: &str = "0198f0c0-0000-7000-8000-000000000001";

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
            "minutes_number": "1/BB", "drafted_on": "2026-03-16", "conclusion": "work_accident", "cause_code": "3",
            "why_before_police_answer": "cơ quan điều tra đã thống nhất bằng lời",
        }),
        Step::Announce => json!({
            "held_at": "2026-03-17T08:00:00+07:00", "meeting_minutes_number": "2/BB",
            "members": "attended", "employer": "attended", "union": "attended",
            "victims_or_relatives": "invited_absent", "police": "attended",
            "procuracy": "invited_absent",
        }),
        Step::DispatchMinutes => json!({"dispatched_at": "2026-03-18T10:00:00+07:00"}),
        Step::ConfirmPosting => {
            json!({"posted_on": "2026-03-19", "posted_where": "bảng tin xưởng nung"})
        }
        Step::Close => json!({}),
        Step::ArriveAtScene => json!({"arrived_at": "2026-03-02T10:40:00+07:00"}),
        Step::ChangeTeam => json!({
            "decision_number": "13/QĐ", "decided_on": "2026-03-04", "reason": "ốm",
            "members": [{"full_name": "Lò Thị Mây", "capacity": "health"}],
        }),
        Step::OrderExpertise => json!({
            "document_number": "4/TC", "ordered_on": "2026-03-06", "expertise": "technical",
            "expert_body": "Trung tâm Kiểm định",
        }),
        Step::EndForeignInvestigation => json!({"ended_on": "2026-03-06"}),
        Step::ReceiveDossier => json!({
            "received_on": "2026-03-09", "sending_decision": "in_file", "scene_minutes": "in_file",
            "sketch": "in_file", "examination_minutes": "in_file", "statements": "none",
            "foreign_certificate": "in_file", "injury_certificate": "in_file",
            "discharge_paper": "none", "certified_translation": "in_file",
        }),
        Step::ReserveOpinion => json!({"member": "Đào Văn Tám", "opinion": "chưa rõ nguyên nhân"}),
        Step::EndJointWork => json!({"ended_on": "2026-03-06"}),
        Step::SendOpinion => json!({
            "letter_number": "20/CV", "sent_on": "2026-03-09", "opinion": "work_accident",
        }),
        Step::RecordPoliceAnswer => json!({
            "letter_number": "31/CSĐT", "answered_on": "2026-03-12", "answer": "work_accident",
        }),
        Step::Suspend => json!({"suspended_on": "2026-03-12", "reason": "chờ kết luận"}),
        Step::Resume => json!({
            "letter_number": "40/CSĐT", "resumed_on": "2026-03-18",
            "conclusion_of_police": "work_accident",
        }),
        Step::RecommendProsecution => json!({
            "document_number": "5/KN", "sent_on": "2026-03-10", "procuracy_copy_number": "6/KN",
            "inventory": [{"item": "biên bản khám nghiệm hiện trường"}],
        }),
        Step::Prosecute => {
            json!({"decision_number": "9/QĐ-KT", "decided_at": "2026-03-12T08:00:00+07:00"})
        }
        Step::DeclineProsecution => {
            json!({"decision_number": "9/QĐ-KKT", "decided_at": "2026-03-12T08:00:00+07:00"})
        }
        Step::ConcludeCriminalCase => {
            json!({"document_number": "2/KLĐT", "concluded_on": "2026-03-13"})
        }
        Step::StopCriminalCase => {
            json!({"decision_number": "3/QĐ-ĐC", "decided_at": "2026-03-14T08:00:00+07:00"})
        }
        Step::InformProcuracy => json!({"sent_at": "2026-03-12T15:00:00+07:00"}),
        Step::RecordConsent => json!({"document_number": "8/VKS", "consented_on": "2026-03-13"}),
        Step::ReturnFile => json!({
            "handover_number": "1/BBBG", "handed_over_on": "2026-03-16",
            "decision_paper": "received", "scene_minutes": "received", "sketch": "received",
            "photographs": "received", "examination_minutes": "received",
            "statements": "received", "expertise_results": "none", "objects": "none",
        }),
        Step::CompleteReturn => {
            json!({"handover_number": "2/BBBG", "handed_over_on": "2026-03-18"})
        }
        Step::ReleaseScene => json!({
            "consent_number": "3/ĐY", "consented_on": "2026-03-05", "given_by": "team",
        }),
        Step::Recommend => json!({
            "recommendation": "che chắn băng tải", "addressee": "Giám đốc", "due_on": "2026-06-30",
        }),
        Step::ReportRecommendation => json!({
            "recommendation_id": RECOMMENDED, "result": "done", "reported_on": "2026-03-19",
            "evidence": "ảnh chụp",
        }),
        Step::RecordAssessment => json!({
            "victim": "1", "document_number": "7/GĐYK", "assessed_on": "2026-03-18",
            "loss_percent": 21,
        }),
        Step::DecideBenefits => json!({
            "victim": "1", "benefit": "compensation", "decision_number": "15/QĐ",
            "decided_on": "2026-03-18",
        }),
        Step::PayBenefits => json!({"victim": "1", "paid_on": "2026-03-19"}),
        Step::SendBenefitFile => json!({"victim": "1", "sent_on": "2026-03-19"}),
        Step::FollowVictim => json!({
            "victim": "1", "care": "visit", "happened_on": "2026-03-18", "remark": "thăm gia đình",
        }),
        Step::EnterRegister => json!({"register_number": "12/2026", "entered_on": "2026-03-18"}),
        Step::CheckFile => json!({
            "victim": "1", "scene_minutes": "in_file", "sketch": "in_file",
            "photographs": "in_file", "examination_minutes": "in_file",
            "expertise_results": "none", "statements": "in_file", "injury_certificate": "none",
            "discharge_paper": "none",
        }),
        Step::RecordViolation => json!({
            "violation": "không huấn luyện", "who": "quản đốc", "measure": "sanction_proposed",
            "taken_on": "2026-03-18",
        }),
        Step::RecordEquipment => json!({
            "equipment": "cầu trục 5 tấn", "strict_safety": "yes", "declared": "no",
        }),
        Step::FollowPublicly => json!({"followed": "yes", "reason": "báo chí đưa tin"}),
        Step::ReleaseInformation => json!({
            "briefing": "đang điều tra", "approved_by": "Giám đốc Sở", "approved_on": "2026-03-18",
            "released_to": "báo tỉnh",
        }),
        Step::ReceiveComplaint => json!({
            "received_on": "2026-03-18", "complainant": "Trương Thị Na", "kind": "complaint",
            "subject": "kết luận về nguyên nhân",
        }),
        Step::AnswerComplaint => json!({
            "letter_number": "50/CV", "answered_on": "2026-03-19", "answer": "giữ nguyên kết luận",
        }),
        Step::RefuseReinvestigation => json!({
            "letter_number": "51/CV", "answered_on": "2026-03-19", "reason": "không có tình tiết mới",
        }),
        Step::Reinvestigate => json!({
            "decision_number": "60/QĐ", "decided_on": "2026-03-19", "head": "Hà Văn Sơn",
            "reason": "có tình tiết mới",
        }),
        Step::Archive => json!({"archive_number": "77/LT"}),
        Step::TakeOver => json!({
            "decision_number": "61/QĐ", "decided_on": "2026-03-19", "reason": "phức tạp",
        }),
        Step::Assign => json!({"assigned_to": "Đào Văn Tám"}),
        Step::ChoosePlace => json!({"commune_code": "02009"}),
        Step::Transfer => {
            json!({"to_authority": "SNV-66", "letter_number": "5/CV", "reason": "sai địa bàn"})
        }
        Step::MarkDuplicate => json!({"of_case": CaseId::generate().as_str(), "reason": "trùng"}),
        Step::LowerClass => {
            json!({"document_number": "7/GGĐ", "issued_on": "2026-03-10", "reason": "chẩn đoán lại"})
        }
        Step::Withdraw => json!({"document_number": "8/BB", "reason": "khai sai"}),
        Step::Reinstate => json!({"reason": "đánh dấu nhầm"}),
    };
    body["seen_version"] = json!(version);
    body
}

#[test]
fn no_step_after_the_minutes_leaves_the_scene_waiting() {
    use CaseStatus::*;
    for (from, step) in [
        (Investigating, Step::DraftMinutes),
        (MinutesDrafted, Step::DraftMinutes),
        (MinutesDrafted, Step::Announce),
        (Announced, Step::DispatchMinutes),
    ] {
        let mut file = File::provincial(from);
        if from == Announced {
            file = file.after(
                "announce",
                MinutesDrafted,
                json!({ "held_at": "2026-03-17T08:00:00+07:00" }),
            );
        }
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
fn an_ended_case_knows_only_its_way_back_and_to_the_archive() {
    use CaseStatus::*;
    for status in CaseStatus::ALL {
        let mut file = File::provincial(*status).announced();
        file.case.closed_at = Some(at(NOW));
        file.candidates = vec!["02008".to_owned(), "02009".to_owned()];
        let offered: Vec<_> = allowed(&file.facts(at(NOW)), &inspector())
            .into_iter()
            .map(|rule| rule.step)
            .collect();
        let expected: &[Step] = match status {
            // The minutes of the province are looked at again by the ministry (L84 Art. 35.3).
            Closed => &[Step::ReceiveComplaint, Step::Archive],
            Archived => &[Step::ReceiveComplaint],
            _ => &[],
        };
        assert_eq!(offered, expected, "{status}");
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
            no(Refusal::NotComplete),
        ),
        (
            Step::Close,
            CaseStatus::NotWorkAccident,
            Provincial,
            &inspector(),
            no(Refusal::NotComplete),
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
        Step::ConfirmPosting,
        Step::ReleaseScene,
        Step::EnterRegister,
        Step::CheckFile,
        Step::DecideBenefits,
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
    // The benefits were decided, not yet paid (C28 Art. 7.2): that outlives the case.
    assert_eq!(file.case.due_at, file.clock(ClockId::K10c).due_raw);
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
    assert_eq!(
        numbers,
        ["12/QĐ", "7/CV", "1/BB", "2/BB", "3/ĐY", "12/2026", "15/QĐ"]
    );
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
    assert_eq!(early, Err(NotTaken::Refused(Refusal::NotComplete)));
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
    // Nothing is owed, and no register counts it; the rest is asked for all the same.
    for step in [
        Step::ConfirmPosting,
        Step::ReleaseScene,
        Step::CheckFile,
        Step::Close,
    ] {
        let body = sound(step, file.case.version);
        assert_eq!(file.take(step, body, &inspector()), Ok(()), "{step}");
    }
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
        Step::ConfirmPosting,
        Step::EnterRegister,
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
fn a_search_finds_receipt_numbers_with_and_without_separators() {
    let key = search_key("TN-26-0001", &[Some("Hoà Bình"), None, Some("0101234567")]);
    assert_eq!(key, "tn260001 tn 26 0001 hoa binh 0101234567");
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
