//! What an office does with a case, and when: the steps of its life after the declaration.

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use serde_json::{Value, json};

use super::{dice::Dice, people, plot::Twist};
use crate::{
    domain::{
        case::{Case, CaseStatus, Step},
        classify::CaseClass,
        investigation::InvestigationLevel,
        victim::Employment,
    },
    store::cases::CaseVictim,
    time::{day_in_vietnam, rfc3339_in_vietnam, vietnam},
};

/// Whose desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    /// The labour authority of the province.
    Inspector,
    /// The People's Committee of the commune.
    Commune,
}

/// One step to take.
#[derive(Debug, Clone)]
pub struct Planned {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub desk: Desk,
    /// Which.
    pub step: Step,
    /// The fields; `seen_version` is added when it is taken.
    pub body: Value,
}

/// Everything that will be done with `case`, in which `victims` are known, from `begin` on.
pub fn plan(
    case: &Case,
    victims: &[CaseVictim],
    twist: Twist,
    begin: DateTime<Utc>,
    dice: &mut Dice,
) -> Vec<Planned> {
    let number = dice.between(11, 989);
    let mut plan = Plan {
        status: case.status,
        at: begin,
        steps: Vec::new(),
        number,
        year: day_in_vietnam(begin).year(),
        victims,
        hurt: case.counts.total(),
        dice,
    };
    if case.status == CaseStatus::Noticed {
        plan.soon(
            25,
            120,
            Desk::Commune,
            Step::Declare,
            json!({
                "note": "Đã xác minh với gia đình và cơ sở; lập khai báo của xã.",
            }),
        );
    }
    match case.level {
        InvestigationLevel::CommuneRecord => plan.commune_record(),
        InvestigationLevel::None => plan.register(),
        InvestigationLevel::Facility => plan.facility(case.class, twist),
        InvestigationLevel::Provincial
        | InvestigationLevel::Central
        | InvestigationLevel::SpecialLaw => plan.provincial(case.class, twist),
    }
    plan.steps
}

struct Plan<'a> {
    /// Where the case stands before the first step.
    status: CaseStatus,
    at: DateTime<Utc>,
    steps: Vec<Planned>,
    number: u32,
    year: i32,
    victims: &'a [CaseVictim],
    /// How many were hurt, named or not.
    hurt: u32,
    dice: &'a mut Dice,
}

impl Plan<'_> {
    fn is_unread(&self) -> bool {
        !self.status.is_in_hand()
    }

    fn is_unclassified(&self) -> bool {
        self.is_unread() || self.status == CaseStatus::Received
    }

    /// So many minutes after the step before, by day and night.
    fn soon(&mut self, least: u32, most: u32, desk: Desk, step: Step, body: Value) {
        self.at += self.dice.minutes(least, most);
        self.push(desk, step, body);
    }

    /// So many hours after the step before, but in office hours.
    fn later(&mut self, least: u32, most: u32, desk: Desk, step: Step, body: Value) {
        let wanted = self.at + self.dice.hours(least, most);
        self.at = self.in_office_hours(wanted);
        self.push(desk, step, body);
    }

    /// At `wanted` or, where the step before was later, soon after it; in office hours.
    fn around(
        &mut self,
        wanted: DateTime<Utc>,
        desk: Desk,
        step: Step,
        body: impl FnOnce(DateTime<Utc>) -> Value,
    ) {
        let least = self.at + self.dice.minutes(35, 90);
        self.at = self.in_office_hours(wanted.max(least));
        let body = body(self.at);
        self.push(desk, step, body);
    }

    fn push(&mut self, desk: Desk, step: Step, body: Value) {
        self.steps.push(Planned {
            at: self.at,
            desk,
            step,
            body,
        });
    }

    fn in_office_hours(&mut self, moment: DateTime<Utc>) -> DateTime<Utc> {
        let local = moment.with_timezone(&vietnam());
        let clock = |hour, minute| {
            NaiveTime::from_hms_opt(hour, minute, 0).expect("hours and minutes are below")
        };
        let mut day = local.date_naive();
        let is_weekend =
            |day: chrono::NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let is_open = !is_weekend(day) && (clock(7, 45)..clock(16, 45)).contains(&local.time());
        if is_open {
            return moment;
        }
        if local.time() >= clock(16, 45) {
            day = day.succ_opt().unwrap_or(day);
        }
        while is_weekend(day) {
            day = day.succ_opt().unwrap_or(day);
        }
        let opened = vietnam()
            .from_local_datetime(&day.and_time(clock(7, 50)))
            .single()
            .expect("a fixed offset maps every local time to one moment")
            .to_utc();
        opened + self.dice.minutes(0, 100)
    }

    fn numbered(&self, kind: &str) -> String {
        format!("{}/{kind}-{}", self.number, self.year)
    }

    fn today(&self) -> String {
        day_in_vietnam(self.at).to_string()
    }

    /// The commune writes its record; no team (L84 Art. 35.1).
    fn commune_record(&mut self) {
        let desk = Desk::Commune;
        if self.is_unread() {
            let file = json!({ "file_number": self.numbered("TNLĐ") });
            self.later(1, 8, desk, Step::Receive, file);
        }
        if self.is_unclassified() {
            self.later(1, 3, desk, Step::Classify, json!({}));
        }
        self.later(20, 80, desk, Step::RecordCommune, Value::Null);
        let recorded_on = self.today();
        let record =
            json!({ "record_number": self.numbered("BB-UBND"), "recorded_on": recorded_on });
        self.set_last(record);
        self.later(
            24,
            60,
            desk,
            Step::ConfirmPosting,
            json!({ "posted_on": recorded_on, "posted_where": "Trụ sở UBND xã và loa truyền thanh" }),
        );
        let register =
            json!({ "register_number": self.numbered("STK"), "entered_on": self.today() });
        self.soon(15, 60, desk, Step::EnterRegister, register);
        self.later(48, 90, desk, Step::Close, json!({}));
    }

    /// Nobody investigates; the case counts in the statistics.
    fn register(&mut self) {
        let desk = Desk::Inspector;
        self.later(
            4,
            30,
            desk,
            Step::Receive,
            json!({ "file_number": self.numbered("TNLĐ") }),
        );
        self.later(1, 3, desk, Step::Classify, json!({}));
        self.later(
            4,
            48,
            desk,
            Step::Close,
            json!({ "note": "Đưa vào thống kê định kỳ." }),
        );
    }

    /// The employer's team; the labour authority records what it reports (L84 Art. 35.1).
    fn facility(&mut self, class: CaseClass, twist: Twist) {
        let desk = Desk::Inspector;
        let limit: i64 = if class == CaseClass::Light { 4 } else { 7 };
        let begin = self.at;
        if self.is_unread() {
            let file = json!({ "file_number": self.numbered("TNLĐ") });
            self.later(1, 6, desk, Step::Receive, file);
        }
        if twist == Twist::False {
            self.later(3, 9, desk, Step::Withdraw, json!({
                "reason": "Cơ sở xác nhận khai nhầm: người lao động nghỉ ốm, không xảy ra tai nạn.",
            }));
            return;
        }
        if twist == Twist::Transferred {
            self.later(
                2,
                6,
                desk,
                Step::Transfer,
                json!({
                    "to_authority": "SNV-20",
                    "letter_number": self.numbered("CV-SNV"),
                    "reason": "Nơi xảy ra tai nạn thuộc địa bàn tỉnh khác.",
                }),
            );
            return;
        }
        if self.is_unclassified() {
            self.soon(30, 90, desk, Step::Classify, json!({}));
        }
        self.soon(20, 60, desk, Step::FormTeam, Value::Null);
        let team = json!({
            "decision_number": self.numbered("QĐ-ĐTCS"),
            "decided_on": self.today(),
            "head": people::name(self.dice),
        });
        self.set_last(team);
        self.soon(30, 90, desk, Step::StartInvestigation, json!({}));
        let share = i64::from(self.dice.between(45, 85));
        let drafted_around = begin + TimeDelta::hours(limit * 24 * share / 100);
        self.conclude(desk, drafted_around, class, twist, "ĐTCS");
    }

    /// The province's team, with people at the scene at once (L84 Art. 35.2; D39 Art. 11).
    fn provincial(&mut self, class: CaseClass, twist: Twist) {
        let desk = Desk::Inspector;
        let begin = self.at;
        let inspector = people::name(self.dice);
        if self.is_unread() {
            let file = json!({ "file_number": self.numbered("TNLĐ") });
            self.soon(5, 20, desk, Step::Receive, file);
        }
        if self.is_unclassified() {
            self.soon(4, 12, desk, Step::Classify, json!({}));
            self.soon(
                1,
                5,
                desk,
                Step::Assign,
                json!({ "assigned_to": inspector }),
            );
        }
        let too_late = self.dice.percent(12);
        let (least, most) = if too_late { (130, 200) } else { (12, 55) };
        if self.status != CaseStatus::SceneResponse {
            self.soon(least, most, desk, Step::SendToScene, Value::Null);
            let sent = json!({
                "dispatched_at": rfc3339_in_vietnam(self.at - TimeDelta::minutes(3)),
                "people": format!("{inspector}, {}", people::name(self.dice)),
            });
            self.set_last(sent);
        }
        if class == CaseClass::Unclear {
            return;
        }
        let limit: i64 = if class == CaseClass::Fatal { 30 } else { 20 };
        self.later(20, 40, desk, Step::FormTeam, Value::Null);
        let team = json!({
            "decision_number": self.numbered("QĐ-SNV"),
            "decided_on": self.today(),
            "head": inspector,
        });
        self.set_last(team);
        self.later(3, 20, desk, Step::StartInvestigation, json!({}));
        let mut share = i64::from(self.dice.between(55, 82));
        // A technical incident that hurt nobody has no limit that could be extended.
        if class.is_urgent() && self.dice.percent(25) {
            let days = limit / 2;
            let body = json!({
                "days": days,
                "consent_number": self.numbered("CV-SNV"),
                "reason": "Chờ kết luận giám định kỹ thuật thiết bị.",
            });
            self.around(
                begin + TimeDelta::hours(limit * 24 * 80 / 100),
                desk,
                Step::Extend,
                |_| body,
            );
            share = 100 * (limit + days) / limit - 20;
        }
        let drafted_around = begin + TimeDelta::hours(limit * 24 * share / 100);
        if class == CaseClass::Fatal {
            self.with_the_police(desk);
        }
        self.conclude(desk, drafted_around, class, twist, "ĐTTNLĐ");
    }

    /// The team and the police agree that it was an accident at work (D39 Art. 20.1).
    fn with_the_police(&mut self, desk: Desk) {
        self.later(30, 60, desk, Step::EndJointWork, Value::Null);
        let ended = json!({ "ended_on": self.today() });
        self.set_last(ended);
        self.later(20, 50, desk, Step::SendOpinion, Value::Null);
        let letter = json!({
            "letter_number": self.numbered("CV-ĐTTNLĐ"),
            "sent_on": self.today(),
            "opinion": "work_accident",
        });
        self.set_last(letter);
        self.later(50, 110, desk, Step::RecordPoliceAnswer, Value::Null);
        let answer = json!({
            "letter_number": self.numbered("CSĐT"),
            "answered_on": self.today(),
            "answer": "work_accident",
        });
        self.set_last(answer);
    }

    /// Minutes, meeting, dispatch, posting, what follows, end.
    fn conclude(
        &mut self,
        desk: Desk,
        drafted_around: DateTime<Utc>,
        class: CaseClass,
        twist: Twist,
        kind: &str,
    ) {
        let conclusion = match twist {
            Twist::NoWorkAccident => "not_work_accident",
            _ if self.dice.percent(6) => "allowance_39_2",
            _ => "work_accident",
        };
        let (minutes, meeting) = (self.numbered(&format!("BB-{kind}")), self.numbered("BBH"));
        let cause = self.dice.between(1, 9).to_string();
        self.around(drafted_around, desk, Step::DraftMinutes, |at| {
            json!({
                "minutes_number": minutes,
                "drafted_on": day_in_vietnam(at).to_string(),
                "conclusion": conclusion,
                "cause_code": cause,
            })
        });
        let drafted_at = self.at;
        let wait = self.dice.hours(2, 5);
        self.around(drafted_at + wait, desk, Step::Announce, |at| {
            json!({
                "held_at": rfc3339_in_vietnam(at - TimeDelta::minutes(30)),
                "meeting_minutes_number": meeting,
                "members": "attended", "employer": "attended", "commune": "attended",
                "union": "attended", "victims_or_relatives": "attended",
                "police": "attended", "procuracy": "invited_absent",
            })
        });
        let wait = self.dice.hours(18, 50);
        self.around(
            self.at + wait,
            desk,
            Step::DispatchMinutes,
            |at| json!({ "dispatched_at": rfc3339_in_vietnam(at - TimeDelta::minutes(20)) }),
        );
        let wait = self.dice.hours(20, 60);
        self.around(self.at + wait, desk, Step::ConfirmPosting, |at| {
            json!({
                "posted_on": day_in_vietnam(at).to_string(),
                "posted_where": "Bảng tin của cơ sở",
            })
        });
        self.follow_up(desk, class, conclusion);
    }

    /// What the law wants done before the end (`accidents.md` 7.5).
    fn follow_up(&mut self, desk: Desk, class: CaseClass, conclusion: &str) {
        if class != CaseClass::Light {
            let consent = json!({
                "consent_number": self.numbered("ĐY"),
                "consented_on": self.today(),
                "given_by": "team",
            });
            self.soon(10, 40, desk, Step::ReleaseScene, consent);
        }
        for victim in self.victims {
            let number = victim.no.to_string();
            let file = json!({
                "victim": number,
                "scene_minutes": "in_file", "sketch": "in_file", "photographs": "in_file",
                "examination_minutes": "in_file", "expertise_results": "none",
                "statements": "in_file", "injury_certificate": "in_file", "discharge_paper": "none",
            });
            self.soon(10, 30, desk, Step::CheckFile, file);
            let is_owed = victim.employment != Some(Employment::NoContract);
            if is_owed && conclusion != "not_work_accident" {
                let decided = json!({
                    "victim": number,
                    "benefit": if conclusion == "work_accident" { "compensation" } else { "allowance" },
                    "decision_number": self.numbered("QĐ-BTTC"),
                    "decided_on": self.today(),
                });
                self.later(20, 60, desk, Step::DecideBenefits, decided);
                let paid = json!({ "victim": number, "paid_on": self.today() });
                self.later(20, 40, desk, Step::PayBenefits, paid);
                let sent = json!({ "victim": number, "sent_on": self.today() });
                self.soon(20, 60, desk, Step::SendBenefitFile, sent);
            }
        }
        if conclusion != "not_work_accident" {
            let register =
                json!({ "register_number": self.numbered("STK"), "entered_on": self.today() });
            self.soon(15, 60, desk, Step::EnterRegister, register);
        }
        // While somebody is not named yet, the case stays open.
        if self.victims.len() >= self.hurt as usize {
            self.later(24, 90, desk, Step::Close, json!({}));
        }
    }

    fn set_last(&mut self, body: Value) {
        if let Some(last) = self.steps.last_mut() {
            last.body = body;
        }
    }
}
