//! What is compared, where it stands in a body, and when two readings say the same.

use chrono::{DateTime, Datelike, NaiveDate};
use serde_json::Value;

use super::Report;
use crate::{
    domain::case::duplicates::{
        names::{self, Name},
        person::plain_number,
    },
    named,
    text::search_key,
};

named! {
    /// What reports of one accident say.
    pub enum ReportedField {
        /// When it happened.
        OccurredAt = "occurred_at",
        /// In which commune; old and new codes of one place are the same.
        Place = "place",
        /// The dead.
        Dead = "dead",
        /// Seriously injured.
        Serious = "serious",
        /// Lightly injured.
        Light = "light",
        /// Missing.
        Missing = "missing",
        /// Not known.
        Unknown = "unknown",
        /// Where it happened: tax code.
        EstablishmentTaxCode = "establishment_tax_code",
        /// Where it happened: name.
        EstablishmentName = "establishment_name",
        /// Employer of the victims: tax code.
        EmployerTaxCode = "employer_tax_code",
        /// Employer of the victims: name.
        EmployerName = "employer_name",
        /// Sector.
        Sector = "sector",
        /// Traffic or not.
        Traffic = "traffic",
        /// Main cause.
        Cause = "cause",
        /// Injury factor.
        InjuryFactor = "injury_factor",
        /// A person's name.
        FullName = "full_name",
        /// Day or year of birth.
        Birth = "birth",
        /// Sex.
        Sex = "sex",
        /// Identity number.
        CitizenId = "citizen_id",
        /// Under contract or not.
        Employment = "employment",
        /// Occupation.
        Occupation = "occupation",
        /// What it did to the person.
        Outcome = "outcome",
        /// When the person died.
        DiedAt = "died_at",
        /// Where and how death came.
        DeathCircumstance = "death_circumstance",
        /// Injuries.
        Injuries = "injuries",
    }
}

/// Data that need a grant of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensitive {
    /// Data of health.
    Health,
    /// Identity numbers.
    Identity,
}

impl ReportedField {
    /// Whether it is about one of the persons hurt.
    pub fn is_of_a_person(self) -> bool {
        self >= Self::FullName
    }

    /// Which grant it needs to be read.
    pub fn sensitive(self) -> Option<Sensitive> {
        match self {
            Self::Injuries => Some(Sensitive::Health),
            Self::CitizenId => Some(Sensitive::Identity),
            _ => None,
        }
    }

    /// Where it stands in a declaration; of a person, below the victim.
    pub fn pointer(self) -> &'static str {
        match self {
            Self::OccurredAt => "/accident/occurred_at",
            Self::Place => "/accident/place/commune_code",
            Self::Dead => "/accident/casualties/dead",
            Self::Serious => "/accident/casualties/serious",
            Self::Light => "/accident/casualties/light",
            Self::Missing => "/accident/casualties/missing",
            Self::Unknown => "/accident/casualties/unknown",
            Self::EstablishmentTaxCode => "/establishment/tax_code",
            Self::EstablishmentName => "/establishment/name",
            Self::EmployerTaxCode => "/employer/tax_code",
            Self::EmployerName => "/employer/name",
            Self::Sector => "/accident/sector",
            Self::Traffic => "/accident/traffic",
            Self::Cause => "/accident/cause_code",
            Self::InjuryFactor => "/accident/injury_factor_code",
            Self::FullName => "/full_name",
            Self::Birth => "/date_of_birth",
            Self::Sex => "/sex",
            Self::CitizenId => "/citizen_id",
            Self::Employment => "/employment",
            Self::Occupation => "/occupation_code",
            Self::Outcome => "/outcome",
            Self::DiedAt => "/death/at",
            Self::DeathCircumstance => "/death/circumstance",
            Self::Injuries => "/injuries",
        }
    }

    /// What a report says of it; `None` where it is silent.
    pub fn told(self, report: &Report) -> Option<Value> {
        if self == Self::Place
            && let Some(place) = &report.place
        {
            return Some(Value::from(place.name.clone()));
        }
        let stated = stated(&report.body, self.pointer());
        match self {
            // Whoever counts at all says of the others that there are none; a supplement changes what it names.
            Self::Dead | Self::Serious | Self::Light | Self::Missing | Self::Unknown => stated
                .or_else(|| {
                    let counts = report.body.pointer("/accident/casualties")?;
                    let counts_all = counts.is_object() && !report.is_supplement;
                    counts_all.then(|| Value::from(0))
                }),
            _ => stated,
        }
    }

    /// What is said of it of one of those hurt.
    pub fn told_of(self, victim: &Value) -> Option<Value> {
        match self {
            Self::Birth => {
                stated(victim, "/date_of_birth").or_else(|| stated(victim, "/birth_year"))
            }
            _ => stated(victim, self.pointer()),
        }
    }

    /// Whether two readings say the same. Spelling without marks, another legal form of a firm, a year instead of
    /// a date contradict nobody.
    pub fn is_same(self, one: &Value, other: &Value) -> bool {
        let texts = || Some((one.as_str()?, other.as_str()?));
        let by = |key: fn(&str) -> Option<String>| {
            texts().map_or(one == other, |(a, b)| key(a) == key(b))
        };
        match self {
            Self::OccurredAt | Self::DiedAt => by(minute),
            Self::Place => by(|text| Some(search_key(text))),
            Self::EstablishmentTaxCode | Self::EmployerTaxCode | Self::CitizenId => {
                by(plain_number)
            }
            Self::EstablishmentName | Self::EmployerName => by(names::firm),
            Self::FullName => {
                texts().map_or(one == other, |(a, b)| Name::of(a).is_the_same(&Name::of(b)))
            }
            Self::Birth => match (day(one), day(other)) {
                (Some(a), Some(b)) => a == b,
                _ => year(one) == year(other),
            },
            Self::Injuries => sorted(one) == sorted(other),
            _ => one == other,
        }
    }
}

/// What stands at `pointer`, unless it is nothing.
fn stated(body: &Value, pointer: &str) -> Option<Value> {
    let value = body.pointer(pointer)?;
    let is_nothing = match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    (!is_nothing).then(|| value.clone())
}

/// A moment to the minute, in one offset; of a text that is none the text.
fn minute(text: &str) -> Option<String> {
    let Ok(moment) = DateTime::parse_from_rfc3339(text) else {
        return Some(text.to_owned());
    };
    Some(moment.to_utc().format("%Y-%m-%dT%H:%M").to_string())
}

fn day(value: &Value) -> Option<NaiveDate> {
    value.as_str()?.parse().ok()
}

fn year(value: &Value) -> Option<i64> {
    day(value)
        .map(|day| i64::from(day.year()))
        .or_else(|| value.as_i64())
}

fn sorted(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    let mut items: Vec<String> = items.map(ToString::to_string).collect();
    items.sort_unstable();
    items.dedup();
    items
}
