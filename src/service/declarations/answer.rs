//! What a declarant is answered. One type for storing and sending: a repeated request gets the
//! very answer that was given.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{
        authority::Role,
        classify::CaseClass,
        clocks::{Clock, ClockId, ClockState, DerivationStep},
        decide::{Decision, Late, PlaceShown},
        declaration::Fault,
        investigation::Investigation,
        law::Basis,
        routing::{AuthorityName, Duty, Recipient},
        victim::VictimClass,
    },
    ids::CaseId,
    store::alerts::AlertLedger,
    time::{rfc3339_in_vietnam, vietnam},
    wording::{
        alerts::alert_said,
        shown::{ContradictionShown, FaultShown},
    },
};

/// The answer to a declaration, a supplement or a preview.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// The number that the declarant holds; `null` in a preview.
    #[schema(example = "267K-3M9Q-XR4F")]
    pub receipt_no: Option<String>,
    /// When the declaration was received, by the server's clock.
    #[schema(example = "2026-05-20T19:02:00+07:00")]
    pub received_at: String,
    /// The case; `null` in a preview.
    pub case: Option<CaseRef>,
    /// Class of each victim named.
    pub victims: Vec<VictimAnswer>,
    /// Class of the case.
    pub classification: Classification,
    /// Who is told.
    pub routing: Vec<RoutingAnswer>,
    /// Legal form of this declaration, or `null`.
    #[schema(example = "D129-01")]
    pub form: Option<String>,
    /// What the form rests on.
    pub form_basis: Option<Basis>,
    /// Where.
    pub place: PlaceShown,
    /// Whether the declaration comes later than the law allows.
    pub late: bool,
    /// Why it counts as late.
    pub late_reason: Option<Late>,
    /// Who investigates, and how long.
    pub investigation: Investigation,
    /// Faults in optional fields, which did not stop the declaration.
    pub warnings: Vec<FaultShown>,
    /// Legal time limits.
    pub clocks: Vec<ClockAnswer>,
    /// What the full legal form still needs.
    pub missing: Vec<String>,
    /// What does not go together.
    pub contradictions: Vec<ContradictionShown>,
    /// The newest root of the trace: whoever keeps the receipt can show that nothing before it was
    /// rewritten. `null` in a preview, and before the first root.
    #[serde(default)]
    pub trace_root: Option<TraceRoot>,
    /// Where the notice on personal data is read.
    #[schema(example = "/privacy")]
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub privacy: Option<String>,
    /// Whom to call: electronic routing does not replace the fastest means.
    pub emergency_numbers: Vec<EmergencyNumber>,
}

/// A root of the trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TraceRoot {
    /// Number, from 1.
    #[schema(example = 288)]
    pub no: i64,
    /// The root, in hex.
    pub root: String,
}

/// Where the case is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CaseRef {
    /// Id.
    pub id: String,
    /// Address, for officials.
    #[schema(example = "/api/v1/cases/0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44")]
    pub href: String,
}

impl CaseRef {
    /// The case's id and address.
    pub fn of(id: &CaseId) -> Self {
        Self {
            id: id.to_string(),
            href: format!("/api/v1/cases/{id}"),
        }
    }
}

/// One victim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VictimAnswer {
    /// Number in the case, for supplements.
    pub no: u32,
    /// Class.
    pub class: VictimClass,
    /// Set where the injury is a poisoning at work: an acute occupational disease is possible beside the accident, and
    /// what that rests on. Left out for callers who may not read of the victim's health.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub possible_disease: Option<Basis>,
}

/// The class of the case and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Classification {
    /// Class.
    pub case_class: CaseClass,
    /// Rules.
    pub basis: Vec<Basis>,
}

/// One authority to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoutingAnswer {
    /// Role.
    pub role: Role,
    /// Who; `null` where nobody holds the role.
    pub authority: Option<AuthorityName>,
    /// Telephone.
    pub phone: Option<String>,
    /// Duty.
    pub duty: Duty,
    /// Form that goes to it.
    pub form: Option<String>,
    /// Rules.
    pub basis: Vec<Basis>,
    /// Where the alert stands: `queued`, `sent`, `delayed`, `bounced`, `failed`, `withdrawn`, `superseded`,
    /// `undeliverable`; `preview` where nothing is sent.
    #[schema(example = "queued")]
    pub status: String,
    /// When somebody there took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<String>,
    /// Where it stands, in words; `null` in a preview.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(example = "Công an xã Cẩm Giàng đã nhận lúc 11:04 ngày 22/11/2026")]
    pub said_vi: Option<String>,
    /// The same in English.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub said_en: Option<String>,
}

/// One legal time limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockAnswer {
    /// Which limit.
    pub id: ClockId,
    /// Start.
    pub starts_at: String,
    /// Exact end; alarms go by it.
    pub due_raw: String,
    /// End moved to a working day.
    pub due_rolled: String,
    /// Where it stands.
    pub state: ClockState,
    /// When it stopped.
    pub stopped_at: Option<String>,
    /// Why it stopped.
    pub stopped_because: Option<String>,
    /// Days added by the one extension.
    pub extended_days: i32,
    /// Since when it stands still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_at: Option<String>,
    /// Calendar days for which it stood still.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub paused_days: i32,
    /// The number of the victim whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub victim: Option<i32>,
    /// Rule.
    pub basis: Basis,
    /// How the dates came about.
    pub derivation: Vec<DerivationStep>,
}

// The signature that serde asks for.
fn is_zero(days: &i32) -> bool {
    *days == 0
}

impl ClockAnswer {
    /// The clock as it stands at `now`.
    pub fn at(clock: &Clock, now: DateTime<Utc>) -> Self {
        Self {
            id: clock.id,
            starts_at: rfc3339_in_vietnam(clock.starts_at),
            due_raw: rfc3339_in_vietnam(clock.due_raw),
            due_rolled: rfc3339_in_vietnam(clock.due_rolled),
            state: clock.state(now),
            stopped_at: clock.stopped_at.map(rfc3339_in_vietnam),
            stopped_because: clock.stopped_because.clone(),
            extended_days: clock.extended_days,
            paused_at: clock.paused_at.map(rfc3339_in_vietnam),
            paused_days: clock.paused_days,
            victim: clock.about,
            basis: clock.basis.clone(),
            derivation: clock.derivation.clone(),
        }
    }
}

/// A number to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmergencyNumber {
    /// The number.
    #[schema(example = "115")]
    pub number: String,
    /// Whose, in Vietnamese.
    #[schema(example = "Cấp cứu y tế")]
    pub name_vi: String,
    /// Whose, in English.
    #[schema(example = "Ambulance")]
    pub name_en: String,
}

/// What is stored of the answer before anything else is known of it.
pub struct Parts<'a> {
    /// Number, unless it is a preview.
    pub receipt_no: Option<&'a str>,
    /// Case, unless it is a preview.
    pub case: Option<&'a CaseId>,
    /// Moment of the first receipt.
    pub received_at: DateTime<Utc>,
    /// What the law says.
    pub decision: &'a Decision,
    /// All clocks of the case, where it has any beyond the decision's.
    pub clocks: &'a [Clock],
    /// Faults in optional fields.
    pub warnings: &'a [Fault],
    /// The newest root of the trace.
    pub root: Option<&'a (i64, String)>,
    /// The present moment, for the state of clocks.
    pub now: DateTime<Utc>,
}

impl Answer {
    /// The answer of these parts.
    pub fn new(parts: &Parts<'_>) -> Self {
        let decision = parts.decision;
        let status = |recipient: &Recipient| match (&recipient.authority, parts.receipt_no) {
            (None, _) => "undeliverable",
            (Some(_), None) => "preview",
            (Some(_), Some(_)) => "queued",
        };
        Self {
            receipt_no: parts.receipt_no.map(str::to_owned),
            received_at: rfc3339_in_vietnam(parts.received_at),
            case: parts.case.map(CaseRef::of),
            victims: decision
                .victims
                .iter()
                .map(|victim| VictimAnswer {
                    no: victim.no,
                    class: victim.class,
                    possible_disease: victim.possible_disease.clone(),
                })
                .collect(),
            classification: Classification {
                case_class: decision.case_class,
                basis: decision.class_basis.clone(),
            },
            routing: decision
                .recipients
                .iter()
                .map(|recipient| RoutingAnswer {
                    role: recipient.role,
                    authority: recipient.authority.clone(),
                    phone: recipient.phone.clone(),
                    duty: recipient.duty,
                    form: recipient.form.clone(),
                    basis: recipient.basis.clone(),
                    status: status(recipient).to_owned(),
                    taken_at: None,
                    said_vi: None,
                    said_en: None,
                })
                .collect(),
            form: decision.form.clone(),
            form_basis: decision.form_basis.clone(),
            place: decision.place.clone(),
            late: decision.late.is_some(),
            late_reason: decision.late.clone(),
            investigation: decision.investigation.clone(),
            warnings: parts.warnings.iter().map(FaultShown::from).collect(),
            clocks: parts
                .clocks
                .iter()
                .map(|clock| ClockAnswer::at(clock, parts.now))
                .collect(),
            missing: decision.missing.clone(),
            contradictions: decision
                .contradictions
                .iter()
                .map(ContradictionShown::from)
                .collect(),
            trace_root: parts.root.map(|(no, root)| TraceRoot {
                no: *no,
                root: root.clone(),
            }),
            privacy: parts.receipt_no.map(|_| "/privacy".to_owned()),
            emergency_numbers: emergency_numbers(&decision.recipients),
        }
    }
}

/// The numbers to call anywhere in the country.
pub fn national_numbers() -> Vec<EmergencyNumber> {
    [
        ("113", "Công an", "Police"),
        ("114", "Cứu nạn, cứu hộ, chữa cháy", "Fire and rescue"),
        ("115", "Cấp cứu y tế", "Ambulance"),
    ]
    .map(|(number, vi, en)| EmergencyNumber {
        number: number.into(),
        name_vi: vi.into(),
        name_en: en.into(),
    })
    .into()
}

/// The national numbers, then those of the authorities that are told.
fn emergency_numbers(recipients: &[Recipient]) -> Vec<EmergencyNumber> {
    let told = recipients.iter().filter_map(|recipient| {
        let name = recipient.authority.as_ref()?.name.clone();
        let number = recipient.phone.clone()?;
        Some(EmergencyNumber {
            number,
            name_vi: name.clone(),
            name_en: name,
        })
    });
    national_numbers().into_iter().chain(told).collect()
}

impl From<&AlertLedger> for RoutingAnswer {
    fn from(ledger: &AlertLedger) -> Self {
        let alert = &ledger.alert;
        let (status, opened_at) = (ledger.status(), ledger.opened_at());
        let said = |form: &str| {
            let at = opened_at.or(ledger.since());
            let at = at.map(|at| at.with_timezone(&vietnam()).format(form).to_string());
            let who = alert.authority.as_ref().map(|who| who.name.as_str());
            alert_said(status, opened_at.is_some())
                .said()
                .with("who", who.unwrap_or_default())
                .with("at", at.unwrap_or_default())
        };
        Self {
            role: alert.role,
            authority: alert.authority.clone(),
            phone: alert.phone.clone(),
            duty: alert.duty,
            form: alert.form.clone(),
            basis: alert.basis.clone(),
            status: status.to_string(),
            taken_at: ledger
                .taken
                .as_ref()
                .map(|taken| rfc3339_in_vietnam(taken.at)),
            said_vi: Some(said("%H:%M ngày %d/%m/%Y").vi().to_owned()),
            said_en: Some(said("%H:%M on %d %B %Y").en().to_owned()),
        }
    }
}
