//! The bodies of a declaration and of a supplement, as the OpenAPI document describes them.
//!
//! Requests are not read through these types but by `domain::declaration::reader`, which finds
//! every fault; a test keeps both together. Nothing here has `Debug`: these are personal data.

mod supplement;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use supplement::*;

use crate::domain::{
    declaration::{DeclarantRole, Kind, Sector},
    victim::{Circumstance, Employment, Group, Outcome, Sex, WorkerClass},
};

/// A declaration of an accident at work or of a technical incident.
///
/// An urgent notice needs no more than `kind`, the declarant's name and telephone, and the
/// accident's moment, place, counts and one sentence.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kind": "accident",
    "declarant": { "role": "employer", "full_name": "Trần Thị Hoa", "phone": "0987000111", "position": "Giám đốc an toàn" },
    "establishment": { "name": "Công ty CP Xây dựng Tây Nguyên", "tax_code": "6099254308", "industry_code": "41010", "headcount": 120 },
    "accident": {
        "occurred_at": "2025-11-12T14:30:00+07:00",
        "place": { "commune_code": "22015", "detail": "Công trình nhà ở số 5" },
        "summary": "Sập giàn giáo tầng 3, hai công nhân bị gãy xương đùi và gãy xương sườn.",
        "casualties": { "dead": 0, "serious": 2, "light": 0, "missing": 0, "unknown": 0 },
        "injury_factor_code": "8",
        "cause_code": "1"
    },
    "victims": [
        { "full_name": "Lê Văn Nam", "sex": "male", "birth_year": 1990, "employment": "contract", "outcome": "serious", "injuries": ["043"] },
        { "full_name": "Y Thuận", "sex": "male", "birth_year": 2008, "employment": "contract", "outcome": "serious", "injuries": ["024"], "groups": ["minor"] }
    ]
}))]
pub struct DeclarationBody {
    /// Accident or technical incident.
    pub kind: Kind,
    /// Who tells.
    pub declarant: DeclarantBody,
    /// Where it happened; `null` for work without an employer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub establishment: Option<EstablishmentBody>,
    /// The victims' employer where it is another.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub employer: Option<EstablishmentBody>,
    /// What happened.
    pub accident: AccidentBody,
    /// The persons hurt, as far as they are named; may be fewer than the counts say.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schema(max_items = 500)]
    pub victims: Vec<VictimBody>,
}

/// Who tells.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclarantBody {
    /// In which quality. Where not stated: that of the token.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub role: Option<DeclarantRole>,
    /// Full name.
    #[schema(min_length = 1, max_length = 200)]
    pub full_name: String,
    /// Number to call back: 8 to 15 digits; spaces, dots, dashes and a leading `+` are fine.
    pub phone: String,
    /// Position.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(max_length = 200, nullable = false)]
    pub position: Option<String>,
    /// E-mail.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(max_length = 254, nullable = false)]
    pub email: Option<String>,
}

/// An establishment. The full legal form asks for more of it than the first notice.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EstablishmentBody {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(max_length = 200, nullable = false)]
    pub name: Option<String>,
    /// Tax code with a good check digit: 10 digits, 13 for a branch, or a 12-digit personal number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub tax_code: Option<String>,
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(max_length = 500, nullable = false)]
    pub address: Option<String>,
    /// Industry, in the classification in force on the day of the accident; its first three digits are enough.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub industry_code: Option<String>,
    /// Type of establishment.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub establishment_type_code: Option<String>,
    /// Workers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 0, maximum = 9999999, nullable = false)]
    pub headcount: Option<i64>,
    /// Of them women.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 0, maximum = 9999999, nullable = false)]
    pub female_headcount: Option<i64>,
    /// Telephone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub phone: Option<String>,
}

/// What happened.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccidentBody {
    /// When it happened, with an offset. Not in the future, not before 1 July 2016.
    pub occurred_at: DateTime<FixedOffset>,
    /// When the declarant learned of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub learned_at: Option<DateTime<FixedOffset>>,
    /// Where.
    pub place: PlaceBody,
    /// One sentence or more. It is never mailed.
    #[schema(min_length = 1, max_length = 5000)]
    pub summary: String,
    /// Sector; `ordinary` where not stated.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub sector: Option<Sector>,
    /// A traffic accident, on duty or commuting (Decree 39/2016/NĐ-CP Art. 23).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub traffic: Option<bool>,
    /// Outside Việt Nam (Decree 39/2016/NĐ-CP Art. 19).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub abroad: Option<AbroadBody>,
    /// Main cause, `1` to `9` (Annex XII of Decree 39/2016/NĐ-CP).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(pattern = "^[1-9]$", nullable = false)]
    pub cause_code: Option<String>,
    /// Main injury factor, of any list; the online form is looked at first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub injury_factor_code: Option<String>,
    /// How many persons, by outcome. At least one for an accident, unless a victim is named.
    pub casualties: CasualtiesBody,
    /// A technical incident that touches several sites or localities.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub several_sites: Option<bool>,
    /// A serious technical incident (Law 84/2015/QH13 Art. 3.7).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub serious: Option<bool>,
}

/// Where it happened.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceBody {
    /// Commune, five digits, leading zeros kept, as in force on `code_date` or on the day of the accident. Not needed for an accident abroad.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(pattern = "^[0-9]{5}$", nullable = false)]
    pub commune_code: Option<String>,
    /// Day on which the code is meant, where it is not the day of the accident.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub code_date: Option<NaiveDate>,
    /// The exact place in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(max_length = 500, nullable = false)]
    pub detail: Option<String>,
}

/// How many persons, by outcome. In a declaration a count that is left out is 0; in a supplement it stays.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CasualtiesBody {
    /// Dead.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 0, maximum = 9999, nullable = false)]
    pub dead: Option<u32>,
    /// Seriously injured.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 0, maximum = 9999, nullable = false)]
    pub serious: Option<u32>,
    /// Lightly injured.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 0, maximum = 9999, nullable = false)]
    pub light: Option<u32>,
    /// Missing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 0, maximum = 9999, nullable = false)]
    pub missing: Option<u32>,
    /// Not known yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 0, maximum = 9999, nullable = false)]
    pub unknown: Option<u32>,
}

/// An accident outside Việt Nam.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbroadBody {
    /// Country, ISO 3166-1 alpha-2.
    #[schema(pattern = "^[A-Z]{2}$")]
    pub country: String,
    /// Who sent the worker.
    pub sending_employer: SendingEmployerBody,
}

/// The employer who sent a worker abroad.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendingEmployerBody {
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Tax code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub tax_code: Option<String>,
    /// Commune of the seat.
    #[schema(pattern = "^[0-9]{5}$")]
    pub commune_code: String,
}

/// A person hurt.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VictimBody {
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
    pub death: Option<DeathBody>,
    /// Injuries by the codes of Annex II of Decree 39/2016/NĐ-CP.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schema(max_items = 100)]
    pub injuries: Vec<String>,
    /// Groups that the law protects. Those that follow from other entries are computed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schema(max_items = 20)]
    pub groups: Vec<Group>,
}

/// When and how a victim died.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeathBody {
    /// Moment of death.
    pub at: DateTime<FixedOffset>,
    /// Where and how (Decree 39/2016/NĐ-CP Art. 9.1).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub circumstance: Option<Circumstance>,
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::domain::declaration::{
        examples::{self, Example},
        reader, supplement as supplements,
    };

    fn example_of<T: ToSchema>() -> Value {
        use utoipa::openapi::{RefOr, Schema};
        let RefOr::T(Schema::Object(schema)) = T::schema() else {
            panic!("a body is an object");
        };
        schema.example.expect("the body has an example")
    }

    #[test]
    fn every_example_of_the_contract_has_the_form_of_the_body() {
        for Example { name, body, .. } in examples::all() {
            let read = serde_json::from_value::<DeclarationBody>(body);
            assert_eq!(
                read.err().map(|e| e.to_string()).is_some(),
                name.starts_with("10-"),
                "{name}"
            );
        }
    }

    #[test]
    fn the_example_of_a_declaration_reads_without_faults() {
        let body = serde_json::to_value(
            serde_json::from_value::<DeclarationBody>(example_of::<DeclarationBody>()).unwrap(),
        )
        .unwrap();
        let reading = examples::read_at(&body, "2025-11-12T15:10:00+07:00");
        assert_eq!(examples::pointers(&reading), [""; 0]);
        assert!(reading.declaration.is_some());
    }

    #[test]
    fn the_example_of_a_supplement_reads_without_faults() {
        let current = examples::read_at(
            &example_of::<DeclarationBody>(),
            "2025-11-12T15:10:00+07:00",
        )
        .declaration
        .unwrap();
        let body = serde_json::to_value(
            serde_json::from_value::<SupplementBody>(example_of::<SupplementBody>()).unwrap(),
        )
        .unwrap();
        let read = examples::with_context("2025-11-14T09:00:00+07:00", |ctx| {
            supplements::read(&body, &current, ctx)
        });
        assert_eq!(read.required, []);
        assert_eq!(read.optional, []);
        assert!(read.supplement.is_some());
    }

    #[test]
    fn body_and_reader_know_the_same_entries() {
        // A member that only one of them knows is a fault of the other.
        let mut body = examples::all()[0].body.clone();
        let full = serde_json::json!({
            "full_name": "Nông Văn Bình", "sex": "male", "date_of_birth": "1986-02-03",
            "birth_year": 1986, "citizen_id": "006086012345", "occupation_code": "8111",
            "employment": "contract", "worker_class": "other", "voluntary_insurance": false,
            "outcome": "dead", "injuries": ["014"], "groups": [],
            "death": { "at": "2024-11-05T08:25:00+07:00", "circumstance": "scene" },
        });
        let full: VictimBody = serde_json::from_value(full).unwrap();
        body["victims"][0] = serde_json::to_value(full).unwrap();
        body["establishment"]["establishment_type_code"] = "110".into();
        body["establishment"]["phone"] = "02093888777".into();
        body["declarant"]["email"] = "an.toan@mo-da.test".into();
        body["employer"] = body["establishment"].clone();
        body["accident"]["several_sites"] = true.into();
        body["accident"]["serious"] = false.into();
        body["accident"]["traffic"] = false.into();
        body["accident"]["sector"] = "ordinary".into();
        body["accident"]["cause_code"] = "1".into();
        body["accident"]["learned_at"] = "2024-11-05T08:30:00+07:00".into();
        body["accident"]["place"]["code_date"] = "2024-11-05".into();
        body["accident"]["abroad"] = serde_json::json!({
            "country": "JP",
            "sending_employer": { "name": "X", "tax_code": "4799123402", "commune_code": "02011" },
        });
        assert!(serde_json::from_value::<DeclarationBody>(body.clone()).is_ok());
        let reading =
            examples::with_context("2024-11-05T10:00:00+07:00", |ctx| reader::read(&body, ctx));
        assert_eq!(examples::pointers(&reading), [""; 0]);
    }
}
