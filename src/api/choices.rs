//! What the values of choices and flags mean, in words, so that a page can be drawn from the answer alone.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::case::{flags::Flag, step::Values},
    service::cases::CaseDetail,
    wording::{choices, labels},
};

/// A value of a choice, in words.
#[derive(Serialize, ToSchema)]
#[schema(as = ActionOption)]
pub struct OptionBody {
    /// What to send.
    value: String,
    /// In words.
    label_vi: String,
    /// In words.
    label_en: String,
}

/// A flag, in words.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseFlag)]
pub struct FlagBody {
    /// Which.
    flag: Flag,
    /// In words.
    label_vi: String,
    /// In words.
    label_en: String,
}

/// The values of a field, in words. What a case says itself — a commune, a recommendation, a name — is given in its own
/// words in both languages.
pub fn options(
    field: &str,
    source: Values,
    values: &[String],
    detail: &CaseDetail,
) -> Vec<OptionBody> {
    let one = |value: &String| {
        let (label_vi, label_en) = named(field, source, value, detail);
        OptionBody {
            value: value.clone(),
            label_vi,
            label_en,
        }
    };
    values.iter().map(one).collect()
}

/// A value of a field, in Vietnamese and in English.
pub fn named(field: &str, source: Values, value: &str, detail: &CaseDetail) -> (String, String) {
    let own = match source {
        Values::Candidates => detail.decision.as_ref().and_then(|decision| {
            let mut today = decision.place.today.iter();
            let unit = today.find(|unit| unit.code == value)?;
            Some(unit.full_name.clone())
        }),
        Values::OpenComplaints => {
            let mut events = detail.events.iter();
            let came = events.find(|event| event.id.as_str() == value);
            came.and_then(|event| {
                let who = event.details["complainant"].as_str()?;
                let day: chrono::NaiveDate = event.details["received_on"].as_str()?.parse().ok()?;
                Some(format!("{who}, {}", day.format("%d/%m/%Y")))
            })
        }
        Values::OpenRecommendations => {
            let mut events = detail.events.iter();
            let made = events.find(|event| event.id.as_str() == value);
            made.and_then(|event| event.details["recommendation"].as_str())
                .map(str::to_owned)
        }
        Values::Victims => {
            let both = |of: &str| format!("{of} {value}");
            return choices::code("victim").map_or_else(
                || (value.to_owned(), value.to_owned()),
                |word| (both(word.vi), both(word.en)),
            );
        }
        Values::Fixed(_) | Values::MinutesRecipients | Values::TeamMembers => None,
    };
    match (own, choices::name_of(field, value)) {
        (Some(own), _) => (own.clone(), own),
        (None, Some(name)) => (name.vi.to_owned(), name.en.to_owned()),
        (None, None) => (value.to_owned(), value.to_owned()),
    }
}

/// Flags, in words.
pub fn flags(flags: &[Flag]) -> Vec<FlagBody> {
    let one = |flag: &Flag| {
        let label = labels::flag(*flag);
        FlagBody {
            flag: *flag,
            label_vi: label.vi.into(),
            label_en: label.en.into(),
        }
    };
    flags.iter().map(one).collect()
}
