//! Everything we write to people, as facts without wording.
//!
//! Stored as JSON until it is sent, so old facts stay readable: a new field has a default, and a
//! kind is never renamed. There is no field for the free summary, for health data, for identity
//! numbers or for victims' names: these stand behind the link (`accidents.md` 2.4, 10).

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        account::{ActionPurpose, LinkPurpose, news::AccountNews},
        authority::Role,
        classify::CaseClass,
        clocks::ClockId,
        decide::Decision,
        declaration::{Casualties, Declarant, DeclarantRole, Declaration, Kind, Sector},
        delivery::Priority,
        investigation::InvestigationLevel,
        ladder::RungKind,
        routing::{Duty, Recipient},
    },
    named,
};

/// Something to be told to one person or office.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "facts", rename_all = "snake_case")]
pub enum Message {
    /// An authority is told of a case (L84 Art. 34; D39 Art. 10).
    Alert(Box<AlertFacts>),
    /// An authority that was told learns that class, place or the number of victims has changed.
    AlertUpdate(Box<AlertUpdate>),
    /// An alert no longer holds.
    Withdrawn(Withdrawn),
    /// The operator must look at something.
    OperatorAlarm(Alarm),
    /// The trace of a day is closed.
    TraceRoot(TraceRoot),
    /// The holder of an account is given a link that is good once.
    AccountLink(AccountLink),
    /// Somebody is told about their account or an employer that they act for.
    AccountNews(AccountNews),
    /// A post, or an authority, is reminded of what is due.
    Digest(Box<DigestFacts>),
    /// The way to an authority is tested: nothing has happened.
    Canary(CanaryFacts),
}

impl Message {
    /// Somebody must act at once: mail programs may show it first.
    pub fn is_urgent(&self) -> bool {
        match self {
            Self::Alert(facts) => facts.is_urgent(),
            Self::AlertUpdate(update) => update.now.is_urgent(),
            Self::Withdrawn(_)
            | Self::TraceRoot(_)
            | Self::AccountLink(_)
            | Self::AccountNews(_)
            | Self::Digest(_)
            | Self::Canary(_) => false,
            Self::OperatorAlarm(_) => true,
        }
    }

    /// How soon it must leave.
    pub fn priority(&self) -> Priority {
        match self {
            _ if self.is_urgent() => Priority::Urgent,
            Self::TraceRoot(_) | Self::Digest(_) | Self::Canary(_) => Priority::Bulk,
            Self::Alert(_)
            | Self::AlertUpdate(_)
            | Self::Withdrawn(_)
            | Self::OperatorAlarm(_)
            | Self::AccountLink(_)
            | Self::AccountNews(_) => Priority::Normal,
        }
    }

    /// Where the reader's link leads: what stands between the service's address and the secret.
    /// `None` where the reader is given none.
    pub fn link_path(&self) -> Option<&'static str> {
        match self {
            Self::Alert(_) | Self::AlertUpdate(_) => Some("a"),
            Self::Canary(_) => Some(ActionPurpose::TakeCanary.path()),
            Self::AccountLink(link) => Some(link.purpose.path()),
            Self::AccountNews(news) => news.news.link().map(|purpose| purpose.path()),
            Self::Withdrawn(_) | Self::OperatorAlarm(_) | Self::TraceRoot(_) | Self::Digest(_) => {
                None
            }
        }
    }

    /// Content of army and police units, which is not kept once it is delivered; and reminders and tests, of
    /// which nothing is worth keeping: the next day or month has its own.
    pub fn is_forgotten_when_sent(&self) -> bool {
        match self {
            Self::Alert(facts) => facts.sector.is_armed_forces(),
            Self::AlertUpdate(update) => update.now.sector.is_armed_forces(),
            Self::Withdrawn(_)
            | Self::OperatorAlarm(_)
            | Self::TraceRoot(_)
            | Self::AccountLink(_)
            | Self::AccountNews(_) => false,
            Self::Digest(_) | Self::Canary(_) => true,
        }
    }

    /// Whose messages of the kind its reader may stop: never those that the law orders, nor tests.
    pub fn opt_out_of(&self) -> Option<&str> {
        match self {
            Self::Digest(facts) => facts.opt_out_of.as_deref(),
            _ => None,
        }
    }
}

/// A test of the way to an authority, which is to be answered like a real alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanaryFacts {
    /// The first day of the month that it is for.
    pub month: NaiveDate,
    /// Name of the authority.
    pub authority: String,
    /// By when somebody is to answer.
    pub answer_by: DateTime<Utc>,
}

/// Most cases that one reminder names.
pub const MOST_CASES_NAMED: usize = 50;

/// What is due within the limits of the law at a post or an authority, on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestFacts {
    /// The day in Việt Nam.
    pub day: NaiveDate,
    /// How it stood at this moment.
    pub at: DateTime<Utc>,
    /// Name of the authority; empty where nobody is in charge and the operator is told.
    pub authority: String,
    /// Name of the post; none where the authority is told as a whole.
    #[serde(default)]
    pub post: Option<String>,
    /// How many cases are concerned, also those that are not named.
    pub cases: usize,
    /// In how many of them a limit has passed.
    pub overdue: usize,
    /// What is due, the nearest first, of at most [`MOST_CASES_NAMED`] cases.
    pub limits: Vec<DueLimit>,
    /// Whose early reminders its reader can stop; none of the operator's.
    #[serde(default)]
    pub opt_out_of: Option<String>,
}

impl DigestFacts {
    /// How many cases it names.
    pub fn named(&self) -> usize {
        let numbers = self.limits.iter().map(|limit| limit.receipt_no.as_str());
        numbers.collect::<BTreeSet<_>>().len()
    }
}

/// A limit that is due, of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueLimit {
    /// Receipt number of the declaration.
    pub receipt_no: String,
    /// The unit as of the accident.
    pub place: String,
    /// Class of the case.
    pub case_class: CaseClass,
    /// Which limit.
    pub clock: ClockId,
    /// Its exact end.
    pub due_at: DateTime<Utc>,
    /// The working day to which the end moves, where its day is a day off.
    #[serde(default)]
    pub moved_to: Option<NaiveDate>,
    /// The article that sets it.
    pub article: String,
}

/// What an authority is told about a case. `Debug` shows no personal data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertFacts {
    /// Receipt number of the declaration.
    pub receipt_no: String,
    /// Class of the case.
    pub case_class: CaseClass,
    /// Accident or technical incident.
    pub case_kind: Kind,
    /// Sector.
    pub sector: Sector,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When the declaration was received.
    pub received_at: DateTime<Utc>,
    /// The unit as of the accident.
    pub place: String,
    /// Full names of today's unit or units, where they differ.
    #[serde(default)]
    pub place_today: Vec<String>,
    /// Outside Việt Nam.
    #[serde(default)]
    pub abroad: bool,
    /// How many persons, by outcome.
    pub counts: Casualties,
    /// Name of the establishment where it happened.
    #[serde(default)]
    pub establishment: Option<String>,
    /// Kind of accident.
    #[serde(default)]
    pub injury_factor: Option<InjuryFactor>,
    /// Whom to call back.
    pub declarant: Caller,
    /// Role in which the reader is told.
    pub role: Role,
    /// Name of the reader's authority.
    pub authority: String,
    /// How much the reader must be told.
    pub duty: Duty,
    /// Whether the reader stands in for a role that the directory knows nobody for (RT-7).
    #[serde(default)]
    pub stands_in: bool,
    /// Name of the authority that says that the case is not its own, but the reader's.
    #[serde(default)]
    pub passed_on_by: Option<String>,
    /// Set where the reader is told because nobody has taken an alert.
    #[serde(default)]
    pub climbed: Option<Climbed>,
    /// Legal form of the declaration.
    #[serde(default)]
    pub form: Option<String>,
    /// Articles that name the reader.
    #[serde(default)]
    pub articles: Vec<String>,
    /// Who investigates.
    pub level: InvestigationLevel,
    /// Calendar days from receipt to announcement (L84 Art. 35.6).
    #[serde(default)]
    pub limit_days: Option<i32>,
    /// By when people are to be at the scene (D39 Art. 11.2.a).
    #[serde(default)]
    pub scene_due_at: Option<DateTime<Utc>>,
    /// By when the minutes are to be announced, counted exactly.
    #[serde(default)]
    pub announce_due_at: Option<DateTime<Utc>>,
}

/// Why the ladder of an alert has come to the reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climbed {
    /// As whom the reader is told.
    pub rung: RungKind,
    /// Since when nobody has taken the alert.
    pub since: DateTime<Utc>,
    /// The authority that has not taken it; `None` where nobody holds the role.
    #[serde(default)]
    pub authority: Option<String>,
}

/// What hurt people, by its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InjuryFactor {
    /// Code in its scheme.
    pub code: String,
    /// Vietnamese name.
    pub name_vi: String,
    /// English name.
    pub name_en: String,
}

/// Who told us, and how to call back.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Caller {
    /// In which quality.
    pub role: DeclarantRole,
    /// Họ và tên.
    pub full_name: String,
    /// Telephone.
    pub phone: String,
}

impl Caller {
    /// Whom to call back; of an informant, whom a mail does not name, only the quality (L84 Art. 34.2).
    fn of(declarant: &Declarant) -> Self {
        let shown = |text: &str| match declarant.role.is_protected() {
            true => String::new(),
            false => text.to_owned(),
        };
        Self {
            role: declarant.role,
            full_name: shown(&declarant.full_name),
            phone: shown(&declarant.phone),
        }
    }
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// A change of class or place, or more dead or seriously injured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertUpdate {
    /// Class that the reader was told before.
    pub earlier_class: CaseClass,
    /// How many persons, by outcome, as the reader was told before.
    #[serde(default)]
    pub earlier_counts: Option<Casualties>,
    /// The case as it stands now.
    pub now: AlertFacts,
}

named! {
    /// Why an alert no longer holds.
    pub enum WithdrawnBecause {
        /// The declaration was found to be false.
        FalseDeclaration = "false_declaration",
        /// The accident was found not to be one at work.
        NotAWorkAccident = "not_a_work_accident",
        /// The same accident stands in another case.
        Duplicate = "duplicate",
        /// Another authority is in charge.
        Transferred = "transferred",
        /// New facts: the law no longer names the reader.
        NoLongerNamed = "no_longer_named",
        /// The reader said that it is not theirs.
        NotTheirs = "not_theirs",
    }
}

/// An alert that no longer holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Receipt number of the declaration.
    pub receipt_no: String,
    /// Class that the reader was told.
    pub case_class: CaseClass,
    /// Name of the reader's authority.
    pub authority: String,
    /// The unit as of the accident.
    pub place: String,
    /// Why.
    pub because: WithdrawnBecause,
    /// Who is told instead, by name.
    #[serde(default)]
    pub passed_to: Vec<String>,
    /// When that was decided.
    pub withdrawn_at: DateTime<Utc>,
}

named! {
    /// What an operator must look at.
    pub enum AlarmKind {
        /// An authority says that an alert is not its own: the directory may be wrong.
        AlertRefused = "alert_refused",
        /// A role that must be told is held by nobody in the directory (RT-7).
        Undeliverable = "undeliverable",
        /// A message was given up.
        MessageFailed = "message_failed",
        /// An alert came back from an address of the directory.
        AddressBounced = "address_bounced",
        /// A step was taken, but a dated value for its time limit is missing: the clock did not start.
        ClockNotStarted = "clock_not_started",
        /// A breach of the protection of personal data was registered: its 72 hours run.
        BreachOpened = "breach_opened",
        /// Its 72 hours are nearly over, and nobody was notified.
        BreachDue = "breach_due",
        /// What a data subject asks for is overdue.
        RequestOverdue = "request_overdue",
        /// A duty of the law on personal data is due again.
        DutyOverdue = "duty_overdue",
        /// A notice is held.
        NoticeHeld = "notice_held",
        /// A notice of a death or of several seriously injured is held.
        UrgentNoticeHeld = "urgent_notice_held",
        /// Nobody has taken an alert: somebody must telephone.
        CallNeeded = "call_needed",
        /// Fewer of those who must be told could be reached than on the day before.
        CoverageFell = "coverage_fell",
        /// Authorities did not answer the monthly test in time: one alarm for all of a day.
        CanaryMissed = "canary_missed",
        /// The scanner found malware in a document of a case.
        MalwareFound = "malware_found",
    }
}

/// Something that an operator must look at. Names authorities and roles, never victims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// What kind.
    pub alarm: AlarmKind,
    /// When it was noticed.
    pub raised_at: DateTime<Utc>,
    /// The case, by its id.
    #[serde(default)]
    pub case_id: Option<String>,
    /// Its receipt number.
    #[serde(default)]
    pub receipt_no: Option<String>,
    /// The role that is not told.
    #[serde(default)]
    pub role: Option<Role>,
    /// The authority that is not told, by its id.
    #[serde(default)]
    pub authority_id: Option<String>,
    /// The message that was given up, by its id.
    #[serde(default)]
    pub message_id: Option<String>,
    /// What the mail server said.
    #[serde(default)]
    pub reply: Option<String>,
    /// The entry of a register, the name of the duty, the provinces, the authorities, or the document and what was
    /// found in it.
    #[serde(default)]
    pub record: Option<String>,
}

impl Alarm {
    /// One about an entry of a register.
    pub fn of_record(alarm: AlarmKind, record: &str, raised_at: DateTime<Utc>) -> Self {
        Self {
            alarm,
            raised_at,
            case_id: None,
            receipt_no: None,
            role: None,
            authority_id: None,
            message_id: None,
            reply: None,
            record: Some(record.to_owned()),
        }
    }
}

/// The signed root of a day of the trace, for whoever keeps it outside of the house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceRoot {
    /// The day in Việt Nam.
    pub day: NaiveDate,
    /// Number of the root.
    pub no: i64,
    /// The root, in hex.
    pub root: String,
    /// Its Ed25519 signature over the root's text, in hex.
    pub signature: String,
    /// The public key, in hex.
    pub public_key: String,
}

/// What the link of an account is for. The link itself is made when the mail leaves.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLink {
    /// What for.
    pub purpose: LinkPurpose,
    /// Name of the account's holder.
    pub full_name: String,
}

impl std::fmt::Debug for AccountLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountLink")
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

named! {
    /// What the law asks of the reader of an alert.
    pub enum Ask {
        /// Send people to the scene within two hours (D39 Art. 11.2.a).
        SendPeople = "send_people",
        /// Form the provincial team (L84 Art. 35.2; D39 Art. 11.2).
        FormTeam = "form_team",
        /// Announce the minutes in time (L84 Art. 35.6).
        Announce = "announce",
        /// Verify on the dossier of an accident abroad (D39 Art. 19).
        VerifyDossier = "verify_dossier",
        /// Investigate or take part by special law (L84 Art. 34.1.c; D39 Art. 21).
        SpecialLaw = "special_law",
        /// Follow the facility's investigation (L84 Art. 35.1; D39 Art. 13.9).
        FollowFacility = "follow_facility",
        /// Examine the scene of a death jointly with the team (D39 Art. 20.1).
        ExamineJointly = "examine_jointly",
        /// Work with the team, and look for criminal signs (L84 Art. 35.7; D39 Art. 20.2).
        WorkWithTeam = "work_with_team",
        /// Write the commune's record (L84 Art. 35.1; D129 Art. 43.1).
        WriteRecord = "write_record",
        /// Report on to the labour authority and the police (L84 Art. 34.1.d; D39 Art. 10.3.b).
        ReportOn = "report_on",
        /// Enter it in the register (L84 Art. 36).
        Register = "register",
        /// Respond to the technical incident (L84 Art. 19; D39 Art. 26).
        RespondToIncident = "respond_to_incident",
        /// Tell whoever holds the role that the directory knows nobody for (RT-7).
        PassOn = "pass_on",
        /// Take an alert that nobody at the authority has taken yet.
        TakeIt = "take_it",
        /// See to it that the authority below takes an alert that nobody there has taken, or take it.
        ReachThem = "reach_them",
        /// Nothing: for information.
        ForInformation = "for_information",
    }
}

impl Ask {
    /// Where the law says so.
    pub const fn article(self) -> &'static str {
        match self {
            Self::SendPeople => "NĐ 39/2016/NĐ-CP Điều 11.2.a",
            Self::FormTeam => "Luật 84/2015/QH13 Điều 35.2, NĐ 39/2016/NĐ-CP Điều 11.2",
            Self::Announce => "Luật 84/2015/QH13 Điều 35.6",
            Self::VerifyDossier => "NĐ 39/2016/NĐ-CP Điều 19",
            Self::SpecialLaw => "Luật 84/2015/QH13 Điều 34.1.c, NĐ 39/2016/NĐ-CP Điều 21",
            Self::FollowFacility => "Luật 84/2015/QH13 Điều 35.1, NĐ 39/2016/NĐ-CP Điều 13.9",
            Self::ExamineJointly => "NĐ 39/2016/NĐ-CP Điều 20.1",
            Self::WorkWithTeam => "Luật 84/2015/QH13 Điều 35.7, NĐ 39/2016/NĐ-CP Điều 20.2",
            Self::WriteRecord => "Luật 84/2015/QH13 Điều 35.1, NĐ 129/2025/NĐ-CP Điều 43.1",
            Self::ReportOn => "Luật 84/2015/QH13 Điều 34.1.d, NĐ 39/2016/NĐ-CP Điều 10.3.b",
            Self::Register => "Luật 84/2015/QH13 Điều 36",
            Self::RespondToIncident => "Luật 84/2015/QH13 Điều 19, NĐ 39/2016/NĐ-CP Điều 26",
            Self::PassOn | Self::TakeIt | Self::ReachThem | Self::ForInformation => "",
        }
    }
}

impl AlertFacts {
    /// What `recipient` is told. `None` where the recipient is a role that nobody holds.
    pub fn of(
        declaration: &Declaration,
        decision: &Decision,
        recipient: &Recipient,
        injury_factor: Option<InjuryFactor>,
        receipt_no: &str,
        received_at: DateTime<Utc>,
    ) -> Option<Self> {
        let due = |id: ClockId| {
            let running = |clock: &&crate::domain::clocks::Clock| {
                clock.id == id && clock.stopped_at.is_none()
            };
            decision
                .clocks
                .iter()
                .find(running)
                .map(|clock| clock.due_raw)
        };
        let mut articles = Vec::<String>::new();
        for basis in &recipient.basis {
            if !articles.contains(&basis.article) {
                articles.push(basis.article.clone());
            }
        }
        let today = decision.place.today.iter().map(|unit| &unit.full_name);
        Some(Self {
            receipt_no: receipt_no.to_owned(),
            case_class: decision.case_class,
            case_kind: declaration.kind,
            sector: declaration.accident.sector,
            occurred_at: declaration.accident.occurred_at,
            received_at,
            place: decision.place.name.clone(),
            place_today: today
                .filter(|name| **name != decision.place.name)
                .cloned()
                .collect(),
            abroad: declaration.accident.abroad.is_some(),
            counts: decision.counts,
            establishment: declaration
                .establishment
                .as_ref()
                .and_then(|establishment| establishment.name.clone()),
            injury_factor,
            declarant: Caller::of(&declaration.declarant),
            role: recipient.role,
            authority: recipient.authority.as_ref()?.name.clone(),
            duty: recipient.duty,
            stands_in: recipient.stands_in,
            passed_on_by: recipient.passed_on_by.clone(),
            climbed: None,
            form: recipient.form.clone(),
            articles,
            level: decision.investigation.level,
            limit_days: decision.investigation.limit_days,
            scene_due_at: due(ClockId::K2),
            announce_due_at: due(ClockId::K3),
        })
    }

    /// Somebody must be told at once.
    pub fn is_urgent(&self) -> bool {
        self.case_class.is_urgent()
    }

    /// What the law asks of the reader, most pressing first; never empty.
    pub fn asks(&self) -> Vec<Ask> {
        let mut asks = Vec::new();
        match self.climbed.as_ref().map(|climbed| climbed.rung) {
            Some(RungKind::HigherAuthority) => asks.push(Ask::ReachThem),
            Some(_) => asks.push(Ask::TakeIt),
            None => {}
        }
        if self.stands_in {
            asks.push(Ask::PassOn);
        }
        if self.duty == Duty::MustReceive {
            asks.extend_from_slice(self.asked_of_role());
        }
        if asks.is_empty() {
            asks.push(Ask::ForInformation);
        }
        asks
    }

    fn asked_of_role(&self) -> &'static [Ask] {
        use InvestigationLevel::{Central, CommuneRecord, Facility, Provincial, SpecialLaw};

        let told_by_a_private_person = matches!(
            self.declarant.role,
            DeclarantRole::Family | DeclarantRole::Witness | DeclarantRole::Worker
        );
        match (self.role, self.level) {
            (Role::ProvincialLabourAuthority, _) if self.abroad => &[Ask::VerifyDossier],
            (Role::ProvincialLabourAuthority, Provincial | Central)
                if self.limit_days.is_some() =>
            {
                &[Ask::SendPeople, Ask::FormTeam, Ask::Announce]
            }
            (Role::ProvincialLabourAuthority, Provincial | Central) => {
                &[Ask::SendPeople, Ask::FormTeam]
            }
            (Role::ProvincialLabourAuthority | Role::LineMinistry, SpecialLaw) => {
                &[Ask::SpecialLaw]
            }
            (Role::ProvincialLabourAuthority, Facility) => &[Ask::FollowFacility],
            (Role::LocalPolice | Role::InvestigatingPolice, _)
                if self.case_class == CaseClass::Fatal =>
            {
                &[Ask::ExamineJointly]
            }
            (Role::LocalPolice | Role::InvestigatingPolice, _) => &[Ask::WorkWithTeam],
            (Role::CommunePc | Role::DistrictPc | Role::ProvincialPc, _)
                if self.case_kind == Kind::TechnicalIncident =>
            {
                &[Ask::RespondToIncident]
            }
            (Role::CommunePc, CommuneRecord) => &[Ask::WriteRecord, Ask::Register],
            (Role::CommunePc, _) if self.is_urgent() && told_by_a_private_person => {
                &[Ask::ReportOn, Ask::Register]
            }
            (Role::CommunePc, _) => &[Ask::Register],
            _ => &[],
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::TimeZone;

    use super::*;

    /// A fatal accident, as the labour authority of its place is told of it.
    pub(crate) fn a_fatal_alert() -> AlertFacts {
        let received_at = Utc.with_ymd_and_hms(2026, 3, 2, 1, 30, 0).unwrap();
        AlertFacts {
            receipt_no: "TN26-000123-K".into(),
            case_class: CaseClass::Fatal,
            case_kind: Kind::Accident,
            sector: Sector::Ordinary,
            occurred_at: Utc.with_ymd_and_hms(2026, 3, 2, 0, 45, 0).unwrap(),
            received_at,
            place: "Phường Đức Xuân, Tỉnh Thái Nguyên".into(),
            place_today: vec![],
            abroad: false,
            counts: Casualties {
                dead: 1,
                serious: 2,
                ..Casualties::default()
            },
            establishment: Some("Công ty TNHH Cơ khí Sông Cầu".into()),
            injury_factor: Some(InjuryFactor {
                code: "11".into(),
                name_vi: "Ngã từ trên cao".into(),
                name_en: "Fall from a height".into(),
            }),
            declarant: Caller {
                role: DeclarantRole::Employer,
                full_name: "Nguyễn Thị Hòa".into(),
                phone: "0912345678".into(),
            },
            role: Role::ProvincialLabourAuthority,
            authority: "Sở Nội vụ tỉnh Thái Nguyên".into(),
            duty: Duty::MustReceive,
            stands_in: false,
            passed_on_by: None,
            climbed: None,
            form: Some("D129-01".into()),
            articles: vec!["L84 Art. 34.1.b".into(), "D129 Art. 45".into()],
            level: InvestigationLevel::Provincial,
            limit_days: Some(30),
            scene_due_at: Some(received_at + chrono::TimeDelta::hours(2)),
            announce_due_at: Some(Utc.with_ymd_and_hms(2026, 4, 1, 16, 59, 59).unwrap()),
        }
    }

    #[test]
    fn each_reader_is_asked_what_the_law_asks_of_its_role() {
        let cases: &[(Role, CaseClass, Duty, InvestigationLevel, &[Ask])] = {
            use {CaseClass as C, Duty as D, InvestigationLevel as L};
            &[
                (
                    Role::ProvincialLabourAuthority,
                    C::Fatal,
                    D::MustReceive,
                    L::Provincial,
                    &[Ask::SendPeople, Ask::FormTeam, Ask::Announce],
                ),
                (
                    Role::ProvincialLabourAuthority,
                    C::Fatal,
                    D::MustReceive,
                    L::SpecialLaw,
                    &[Ask::SpecialLaw],
                ),
                (
                    Role::LineMinistry,
                    C::Fatal,
                    D::MustReceive,
                    L::SpecialLaw,
                    &[Ask::SpecialLaw],
                ),
                (
                    Role::LocalPolice,
                    C::Fatal,
                    D::MustReceive,
                    L::Provincial,
                    &[Ask::ExamineJointly],
                ),
                (
                    Role::LocalPolice,
                    C::MultiSerious,
                    D::MustReceive,
                    L::Provincial,
                    &[Ask::WorkWithTeam],
                ),
                (
                    Role::LocalPolice,
                    C::MultiSerious,
                    D::Copy,
                    L::Provincial,
                    &[Ask::ForInformation],
                ),
                (
                    Role::CommunePc,
                    C::SingleSerious,
                    D::MustReceive,
                    L::CommuneRecord,
                    &[Ask::WriteRecord, Ask::Register],
                ),
                (
                    Role::CommunePc,
                    C::SingleSerious,
                    D::MustReceive,
                    L::Facility,
                    &[Ask::Register],
                ),
                (
                    Role::LabourMinistry,
                    C::Fatal,
                    D::MustReceive,
                    L::Provincial,
                    &[Ask::ForInformation],
                ),
            ]
        };
        for (role, case_class, duty, level, expected) in cases.iter().copied() {
            let facts = AlertFacts {
                role,
                case_class,
                duty,
                level,
                ..a_fatal_alert()
            };
            assert_eq!(facts.asks(), expected, "{role} {case_class} {duty} {level}");
        }
    }

    #[test]
    fn a_commune_that_a_family_told_is_asked_to_report_on() {
        let mut facts = AlertFacts {
            role: Role::CommunePc,
            ..a_fatal_alert()
        };
        facts.declarant.role = DeclarantRole::Family;
        assert_eq!(facts.asks(), [Ask::ReportOn, Ask::Register]);
    }

    #[test]
    fn whoever_stands_in_is_asked_to_pass_it_on_first() {
        let facts = AlertFacts {
            role: Role::LabourMinistry,
            stands_in: true,
            ..a_fatal_alert()
        };
        assert_eq!(facts.asks(), [Ask::PassOn]);
    }

    #[test]
    fn facts_survive_the_outbox() {
        let messages = [
            Message::Alert(Box::new(a_fatal_alert())),
            Message::AlertUpdate(Box::new(AlertUpdate {
                earlier_counts: None,
                earlier_class: CaseClass::SingleSerious,
                now: a_fatal_alert(),
            })),
        ];
        for message in messages {
            let json = serde_json::to_string(&message).unwrap();
            assert_eq!(serde_json::from_str::<Message>(&json).unwrap(), message);
        }
    }

    #[test]
    fn facts_stored_before_a_field_existed_can_still_be_read() {
        let old = r#"{"kind":"alert","facts":{"receipt_no":"TN26-000123-K","case_class":"FATAL",
            "case_kind":"accident","sector":"ordinary","occurred_at":"2026-03-02T00:45:00Z",
            "received_at":"2026-03-02T01:30:00Z","place":"Phường Đức Xuân","counts":{"dead":1},
            "declarant":{"role":"employer","full_name":"Nguyễn Thị Hòa","phone":"0912345678"},
            "role":"LOCAL_POLICE","authority":"Công an phường Đức Xuân","duty":"must_receive",
            "level":"provincial"}}"#;
        let Message::Alert(facts) = serde_json::from_str(old).unwrap() else {
            panic!("an alert")
        };
        assert_eq!(facts.counts.dead, 1);
        assert_eq!(facts.asks(), [Ask::ExamineJointly]);
    }

    #[test]
    fn debug_output_names_no_declarant() {
        let text = format!("{:?}", a_fatal_alert());
        assert!(
            !text.contains("Hòa") && !text.contains("0912345678"),
            "{text}"
        );
    }
}
