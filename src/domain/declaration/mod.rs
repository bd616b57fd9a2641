//! A declaration (*khai báo*): what was told, read without losing a single fault.
//!
//! - [`reader`] walks the JSON and notes every fault with its pointer (with `walk` and
//!   `scalars` for the steps, `accident`, `establishments` and `people` for the parts);
//! - [`missing`] names what the full legal form still needs;
//! - [`supplement`] adds and corrects, and never erases.
//!
//! After [`reader::read`] the types say what is there; nobody checks again.

mod accident;
mod establishments;
#[cfg(test)]
pub(crate) mod examples;
pub mod missing;
mod people;
pub mod reader;
mod scalars;
pub mod supplement;
mod walk;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::victim::{Employment, Outcome, Victim},
    named,
};

named! {
    /// What happened.
    pub enum Kind {
        /// Tai nạn lao động.
        Accident = "accident",
        /// Sự cố kỹ thuật gây mất an toàn, vệ sinh lao động.
        TechnicalIncident = "technical_incident",
    }
}

named! {
    /// In which quality the declarant speaks.
    pub enum DeclarantRole {
        /// Người sử dụng lao động.
        Employer = "employer",
        /// Ủy ban nhân dân cấp xã.
        Commune = "commune",
        /// Gia đình.
        Family = "family",
        /// Người phát hiện.
        Witness = "witness",
        /// Người lao động.
        Worker = "worker",
        /// Công an: a notice by an office (`accidents.md` 7.3).
        Police = "police",
        /// Cơ sở khám bệnh, chữa bệnh, or the health department for it: likewise.
        Hospital = "hospital",
    }
}

named! {
    /// The sector, where special law applies (L84 Art. 34.1.c).
    pub enum Sector {
        /// No special law.
        Ordinary = "ordinary",
        /// Phóng xạ.
        Radiation = "radiation",
        /// Dầu khí.
        OilGas = "oil_gas",
        /// Đường sắt.
        Rail = "rail",
        /// Đường bộ.
        Road = "road",
        /// Đường thủy nội địa.
        InlandWater = "inland_water",
        /// Hàng hải.
        Sea = "sea",
        /// Hàng không.
        Air = "air",
        /// Quân đội.
        Army = "army",
        /// Công an.
        Police = "police",
    }
}

impl DeclarantRole {
    /// Whether an office speaks, which gives notice of what it learned and declares nothing.
    pub fn is_office(self) -> bool {
        matches!(self, Self::Police | Self::Hospital)
    }

    /// Family, witnesses and workers, whom the law protects: who they are is known to the authority
    /// that receives their notice and to nobody else (L84 Art. 34.2). The employer, the commune, the police and
    /// hospitals speak in their office.
    pub fn is_protected(self) -> bool {
        matches!(self, Self::Family | Self::Witness | Self::Worker)
    }
}

impl Declarant {
    /// Takes out who an informant is; `None` of anybody else. What is left names the quality alone.
    pub fn take_identity(&mut self) -> Option<Self> {
        if !self.role.is_protected() {
            return None;
        }
        let nameless = Self {
            role: self.role,
            full_name: String::new(),
            phone: String::new(),
            position: None,
            email: None,
        };
        Some(std::mem::replace(self, nameless))
    }
}

impl Sector {
    /// Army and police units: routed out, content not kept (`sector.armed_forces.store_content`).
    pub fn is_armed_forces(self) -> bool {
        matches!(self, Self::Army | Self::Police)
    }
}

/// Who tells us. `Debug` shows no personal data.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Declarant {
    /// In which quality.
    pub role: DeclarantRole,
    /// Họ và tên.
    pub full_name: String,
    /// Number to call back, digits only with an optional leading `+`.
    pub phone: String,
    /// Chức vụ.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub position: Option<String>,
    /// E-mail.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
}

impl std::fmt::Debug for Declarant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Declarant")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// An establishment (*cơ sở*): where it happened, or the victims' employer where that is another.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Establishment {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Mã số thuế.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Code of the industry classification in force on the day of the accident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub industry_code: Option<String>,
    /// Loại hình cơ sở.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub establishment_type_code: Option<String>,
    /// Total workers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headcount: Option<i64>,
    /// Of them women.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub female_headcount: Option<i64>,
    /// Telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// Where it happened, as coded by the declarant.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// Five-digit code as in force on `code_date`. `None` only for accidents abroad.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commune_code: Option<String>,
    /// Day on which the code is meant, where it is not the day of the accident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_date: Option<NaiveDate>,
    /// The exact place in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Today's commune, once an official has chosen among several (RT-6). Never read from a body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled: Option<String>,
    /// Day on which a supplement corrected the code; `None` where it came with the first receipt.
    /// Never read from a body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coded_on: Option<NaiveDate>,
}

/// Who sent the worker abroad.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SendingEmployer {
    /// Name.
    pub name: String,
    /// Mã số thuế.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tax_code: Option<String>,
    /// Commune of the seat: its province's labour authority is told (D39 Art. 19).
    pub commune_code: String,
}

/// An accident outside Việt Nam.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Abroad {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Who sent the worker.
    pub sending_employer: SendingEmployer,
}

/// How many persons, by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Casualties {
    /// Chết.
    pub dead: u32,
    /// Bị thương nặng.
    pub serious: u32,
    /// Bị thương nhẹ.
    pub light: u32,
    /// Mất tích.
    pub missing: u32,
    /// Chưa rõ.
    pub unknown: u32,
}

impl Casualties {
    /// The number for one outcome.
    pub fn of(&self, outcome: Outcome) -> u32 {
        match outcome {
            Outcome::Dead => self.dead,
            Outcome::Serious => self.serious,
            Outcome::Light => self.light,
            Outcome::Missing => self.missing,
            Outcome::Unknown => self.unknown,
        }
    }

    /// The number for one outcome, to change it.
    pub fn of_mut(&mut self, outcome: Outcome) -> &mut u32 {
        match outcome {
            Outcome::Dead => &mut self.dead,
            Outcome::Serious => &mut self.serious,
            Outcome::Light => &mut self.light,
            Outcome::Missing => &mut self.missing,
            Outcome::Unknown => &mut self.unknown,
        }
    }

    /// The graver of two counts of the same persons: of each outcome the higher number, from the
    /// gravest on, for no more persons than the higher of the two counts has.
    pub fn graver(&self, other: &Self) -> Self {
        let mut left = self.total().max(other.total());
        let mut graver = Self::default();
        for outcome in [
            Outcome::Dead,
            Outcome::Serious,
            Outcome::Missing,
            Outcome::Unknown,
            Outcome::Light,
        ] {
            let count = self.of(outcome).max(other.of(outcome)).min(left);
            *graver.of_mut(outcome) = count;
            left -= count;
        }
        graver
    }

    /// Everybody.
    pub fn total(&self) -> u32 {
        [
            self.dead,
            self.serious,
            self.light,
            self.missing,
            self.unknown,
        ]
        .into_iter()
        .fold(0, u32::saturating_add)
    }
}

/// The accident itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accident {
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When the declarant learned of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub learned_at: Option<DateTime<Utc>>,
    /// Where.
    pub place: Place,
    /// One sentence or more, in the declarant's words. Never mailed.
    pub summary: String,
    /// Sector.
    pub sector: Sector,
    /// Traffic, on duty or commuting (D39 Art. 23).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub traffic: Option<bool>,
    /// Outside Việt Nam (D39 Art. 19).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub abroad: Option<Abroad>,
    /// Main cause, 1–9 of form XII.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cause_code: Option<String>,
    /// Main injury factor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub injury_factor_code: Option<String>,
    /// Scheme of the factor, found when it was read (`ONLINE-FORM` first).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub injury_factor_scheme: Option<String>,
    /// Counts as declared.
    pub casualties: Casualties,
    /// A technical incident that touches several sites or localities.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub several_sites: Option<bool>,
    /// A serious technical incident (L84 Art. 3.7).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub serious: Option<bool>,
}

/// A declaration whose required parts are sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Declaration {
    /// Accident or technical incident.
    pub kind: Kind,
    /// Who tells.
    pub declarant: Declarant,
    /// Where it happened; `None` for work without an employer, or not told yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub establishment: Option<Establishment>,
    /// The victims' employer where it is another.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub employer: Option<Establishment>,
    /// What happened.
    pub accident: Accident,
    /// The persons hurt, as far as named; numbers ascending from 1.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub victims: Vec<Victim>,
}

impl Declaration {
    /// The tax code of the employer on whose premises it happened: its team investigates, also for a victim of
    /// another employer (`accidents.md` 8.1, rows 12 and 13).
    pub fn tax_code_of_premises(&self) -> Option<&str> {
        self.establishment.as_ref()?.tax_code.as_deref()
    }

    /// Whether the victims' employer is another than that of the premises.
    pub fn is_of_another_employer(&self) -> bool {
        let here = self.tax_code_of_premises();
        self.employer
            .as_ref()
            .is_some_and(|employer| here.is_none() || employer.tax_code.as_deref() != here)
    }

    /// A victim's employment: as stated, else what the declarant's role implies. `None` where it
    /// is neither, and the wider circle of recipients applies.
    pub fn employment_of(&self, stated: Option<Employment>) -> Option<Employment> {
        stated.or(match self.declarant.role {
            DeclarantRole::Employer => Some(Employment::Contract),
            DeclarantRole::Commune => Some(Employment::NoContract),
            DeclarantRole::Family
            | DeclarantRole::Witness
            | DeclarantRole::Worker
            | DeclarantRole::Police
            | DeclarantRole::Hospital => None,
        })
    }
}

/// One thing wrong with the input: where and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// JSON pointer (RFC 6901) into the body; empty for the body as a whole.
    pub pointer: String,
    /// Name of the fault; its texts stand in the catalogue.
    pub code: FaultCode,
}

named! {
    /// What can be wrong with a declaration or a supplement.
    pub enum FaultCode {
        /// A required entry is not there or empty.
        Required = "required",
        /// Another JSON type is expected.
        WrongType = "wrong_type",
        /// No entry of that name exists.
        UnknownField = "unknown_field",
        /// `null` in a supplement, which cannot erase.
        NullNotAllowed = "null_not_allowed",
        /// Shorter than is safe.
        TooShort = "too_short",
        /// Longer than is kept.
        TooLong = "too_long",
        /// More entries than are kept.
        TooMany = "too_many",
        /// Not one of the allowed values.
        NotAllowed = "not_allowed",
        /// A number below what is possible.
        TooSmall = "too_small",
        /// A number above what is possible.
        TooLarge = "too_large",
        /// Control characters in a text.
        BadCharacters = "bad_characters",
        /// Not a moment of RFC 3339 with an offset.
        NotAMoment = "not_a_moment",
        /// Not a date `YYYY-MM-DD`.
        NotADate = "not_a_date",
        /// Later than now.
        InTheFuture = "in_the_future",
        /// Earlier than possible: death or learning before the accident.
        BeforeAccident = "before_accident",
        /// Before the breach was discovered.
        BeforeDiscovery = "before_discovery",
        /// Before 1 July 2016, when the law came into force.
        BeforeTheLaw = "before_the_law",
        /// The accident is dated after what followed from it: its becoming known, or a death.
        AfterConsequence = "after_consequence",
        /// A birth after the accident, too long before it, or two that differ.
        Birth = "birth",
        /// Not a telephone number.
        Phone = "phone",
        /// Not an e-mail address.
        Email = "email",
        /// The check digit of the tax code is wrong, or its form.
        TaxCode = "tax_code",
        /// Not an identity number.
        CitizenId = "citizen_id",
        /// No unit ever had this code.
        PlaceUnknown = "place_unknown",
        /// A unit had this code, but not on that day.
        PlaceNotInForce = "place_not_in_force",
        /// Not in the industry classification of that day.
        IndustryUnknown = "industry_unknown",
        /// Not in the occupation list.
        OccupationUnknown = "occupation_unknown",
        /// Not in the list of establishment types.
        EstablishmentTypeUnknown = "establishment_type_unknown",
        /// Not in the list of injuries of D39 Phụ lục II.
        InjuryUnknown = "injury_unknown",
        /// In no list of injury factors.
        InjuryFactorUnknown = "injury_factor_unknown",
        /// Not one of the nine causes.
        CauseUnknown = "cause_unknown",
        /// Not a country code of ISO 3166-1, or Việt Nam itself.
        CountryUnknown = "country_unknown",
        /// An accident hurt nobody: say `unknown` where it is not known yet.
        NobodyHurt = "nobody_hurt",
        /// More women than workers.
        MoreWomenThanWorkers = "more_women_than_workers",
        /// A supplement names a victim twice, or leaves out a number.
        VictimNumber = "victim_number",
        /// Earlier than the step before it allows.
        TooEarly = "too_early",
        /// A password that too many people have.
        CommonPassword = "common_password",
        /// A password that is its owner's name or address.
        NamesOwner = "names_owner",
        /// Not what was chosen or sent: a password or a code that is wrong, or tried too often.
        NotRight = "not_right",
        /// A supplement that says nothing.
        Empty = "empty",
        /// A death is described, but another outcome stated: counts as dead (a warning).
        DeathNotDead = "death_not_dead",
        /// The identity number does not go with sex or birth (a warning, never a refusal).
        CitizenIdMismatch = "citizen_id_mismatch",

        // --- dated rows: the directory and the law
        /// The end is not after the start.
        EndsBeforeItStarts = "ends_before_it_starts",
        /// A change counts from today on at the earliest.
        InThePast = "in_the_past",
        /// A code of another level.
        LevelAndCode = "level_and_code",
        /// The same thing twice on one day.
        Overlaps = "overlaps",
        /// Twice in one list.
        Repeated = "repeated",
        /// No such authority.
        AuthorityUnknown = "authority_unknown",
        /// The authority itself.
        EscalatesToItself = "escalates_to_itself",
        /// A line ministry without a sector.
        SectorsRequired = "sectors_required",
        /// A sector of somebody else.
        SectorsNotAllowed = "sectors_not_allowed",
        /// Nothing of that id is in force on that day.
        NotInForce = "not_in_force",
        /// A later version has begun already.
        LaterHasBegun = "later_has_begun",
        /// Not a whole number.
        NotANumber = "not_a_number",
        /// A number that this limit or value cannot have.
        OutOfRange = "out_of_range",
        /// A fact that rules cannot ask for.
        FactUnknown = "fact_unknown",
        /// Afterwards no rule would answer a question that must be answered.
        Incomplete = "incomplete",
        /// Who has no account does not speak for the commune: counts as a witness (a warning).
        RoleNotProven = "role_not_proven",
    }
}

#[cfg(test)]
mod tests {
    use super::Casualties;

    #[test]
    fn of_two_counts_of_the_same_persons_the_graver_holds() {
        let counts = |dead, serious, light| Casualties {
            dead,
            serious,
            light,
            ..Casualties::default()
        };
        for (one, other, graver) in [
            (counts(0, 1, 0), counts(1, 0, 0), counts(1, 0, 0)),
            (counts(0, 2, 1), counts(1, 1, 0), counts(1, 2, 0)),
            (counts(1, 0, 0), counts(0, 0, 3), counts(1, 0, 2)),
            (counts(2, 0, 0), counts(2, 0, 0), counts(2, 0, 0)),
        ] {
            assert_eq!(one.graver(&other), graver);
            assert_eq!(other.graver(&one), graver);
        }
    }
}
