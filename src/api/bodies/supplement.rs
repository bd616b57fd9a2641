//! The body of a supplement: the same entries as a declaration, none of them required.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CasualtiesBody, EstablishmentBody, PlaceBody};
use crate::domain::{
    declaration::Sector,
    victim::{Circumstance, Employment, Group, Outcome, Sex, WorkerClass},
};

/// A supplement: only what is new or corrected. What is left out stays; `null` is a fault.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "note": "Nạn nhân số 1 đã tử vong tại bệnh viện.",
    "accident": { "casualties": { "dead": 1, "serious": 1 } },
    "victims": [
        { "no": 1, "outcome": "dead", "death": { "at": "2025-11-14T03:10:00+07:00", "circumstance": "treatment" } }
    ]
}))]
pub struct SupplementBody {
    /// Why. It is never mailed.
    #[schema(min_length = 1, max_length = 5000)]
    pub note: String,
    /// What the legal form asks of whoever declared.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub declarant: Option<DeclarantPartBody>,
    /// Corrections of the accident.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub accident: Option<AccidentPartBody>,
    /// Corrections of the establishment.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub establishment: Option<EstablishmentBody>,
    /// Corrections of the victims' employer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub employer: Option<EstablishmentBody>,
    /// Victims that are corrected or added.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schema(max_items = 500)]
    pub victims: Vec<VictimPartBody>,
}

/// What is new or corrected of whoever declared: not who it is.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclarantPartBody {
    /// Position in the establishment or the office.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    pub position: Option<String>,
    /// E-mail.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(format = "email", max_length = 254, nullable = false)]
    pub email: Option<String>,
}

/// What is new or corrected of an accident.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccidentPartBody {
    /// When it happened.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub occurred_at: Option<DateTime<FixedOffset>>,
    /// When the declarant learned of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub learned_at: Option<DateTime<FixedOffset>>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub place: Option<PlaceBody>,
    /// Description.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(min_length = 1, max_length = 5000, nullable = false)]
    pub summary: Option<String>,
    /// Sector.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub sector: Option<Sector>,
    /// A traffic accident, on duty or commuting (Decree 39/2016/NĐ-CP Art. 23).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub traffic: Option<bool>,
    /// Outside Việt Nam; all of it where the declaration had none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub abroad: Option<AbroadPartBody>,
    /// Main cause, `1` to `9` (Annex XII of Decree 39/2016/NĐ-CP).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(pattern = "^[1-9]$", nullable = false)]
    pub cause_code: Option<String>,
    /// Main injury factor, of any list; the online form is looked at first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub injury_factor_code: Option<String>,
    /// Counts that change.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub casualties: Option<CasualtiesBody>,
    /// A technical incident that touches several sites or localities.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub several_sites: Option<bool>,
    /// A serious technical incident (Law 84/2015/QH13 Art. 3.7).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub serious: Option<bool>,
}

/// What is new or corrected of an accident outside Việt Nam.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbroadPartBody {
    /// Country, ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(pattern = "^[A-Z]{2}$", nullable = false)]
    pub country: Option<String>,
    /// Who sent the worker.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub sending_employer: Option<SendingEmployerPartBody>,
}

/// What is new or corrected of the employer who sent a worker abroad.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendingEmployerPartBody {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    pub name: Option<String>,
    /// Tax code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub tax_code: Option<String>,
    /// Commune of the seat.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(pattern = "^[0-9]{5}$", nullable = false)]
    pub commune_code: Option<String>,
}

/// What is new or corrected of a death; `at` is needed where none stood before.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeathPartBody {
    /// Moment of death.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub at: Option<DateTime<FixedOffset>>,
    /// Where and how (Decree 39/2016/NĐ-CP Art. 9.1).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub circumstance: Option<Circumstance>,
}

/// A victim that is corrected or added.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VictimPartBody {
    /// Number of the victim in the answer's list; the next free number adds a victim.
    #[schema(minimum = 1)]
    pub no: u32,
    /// Full name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(max_length = 200, nullable = false)]
    pub full_name: Option<String>,
    /// Sex.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub sex: Option<Sex>,
    /// Date of birth, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub date_of_birth: Option<NaiveDate>,
    /// Year of birth, where only that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub birth_year: Option<i32>,
    /// Personal number (12 digits), old identity card (9 digits) or passport number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub citizen_id: Option<String>,
    /// Code of the list of occupations (Decision 34/2020/QĐ-TTg).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub occupation_code: Option<String>,
    /// Under a labour contract or not. Where not stated: `contract` if the employer declares, `no_contract` if the commune does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub employment: Option<Employment>,
    /// Kind of work.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub worker_class: Option<WorkerClass>,
    /// Has voluntary accident insurance (Decree 143/2024/NĐ-CP).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub voluntary_insurance: Option<bool>,
    /// What the accident did. Where not stated: not known yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub outcome: Option<Outcome>,
    /// When and how the victim died. Whoever has a death counts as dead.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub death: Option<DeathPartBody>,
    /// Injuries by the codes of Annex II of Decree 39/2016/NĐ-CP. United with what stands.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schema(max_items = 100)]
    pub injuries: Vec<String>,
    /// Groups that the law protects. Those that follow from other entries are computed. United with what stands.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schema(max_items = 20)]
    pub groups: Vec<Group>,
}
