//! The notice on personal data by purpose (PD-2; L91/2025 Art. 4, 19): for everybody, without a token.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{
        decide::World,
        duties::{
            evidence::LegalDuty,
            retention::{Keeping, RecordClass, period},
        },
        law::Basis,
    },
    error::Result,
    reference,
    store::{conn::DbConn, evidence},
    time::day_in_vietnam,
    wording::duties as words,
};

/// The notice as it is on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Privacy {
    /// The day.
    #[schema(example = "2026-05-20")]
    pub day: NaiveDate,
    /// What data are processed for.
    pub purposes: Vec<PurposeShown>,
    /// What everybody may ask for.
    pub rights: Vec<Both>,
    /// How to ask, and to complain.
    pub channel: Both,
    /// The same as the service itself was told (L91/2025 Art. 19.2.d); `null` where nobody did.
    pub complaint_channel: Option<String>,
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Both {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl From<crate::wording::Text> for Both {
    fn from(text: crate::wording::Text) -> Self {
        Self {
            vi: text.vi.to_owned(),
            en: text.en.to_owned(),
        }
    }
}

/// One purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PurposeShown {
    /// Name.
    #[schema(example = "declaration")]
    pub purpose: String,
    /// In words.
    pub text: Both,
    /// Document and article.
    pub legal_basis: String,
    /// Which data.
    pub data: Both,
    /// Who receives them.
    pub recipients: Both,
    /// How long they are kept.
    pub kept: Vec<KeptShown>,
}

/// How long a class of records is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeptShown {
    /// The class.
    pub class: RecordClass,
    /// In words.
    pub text: Both,
    /// The rule.
    pub basis: Basis,
}

#[derive(Deserialize)]
struct Row {
    purpose: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    legal_basis: String,
    purpose_vi: String,
    purpose_en: String,
    data_vi: String,
    data_en: String,
    recipients_vi: String,
    recipients_en: String,
    keeps: String,
}

/// The notice at `now`.
pub fn show(tx: &mut DbConn, world: &World, now: DateTime<Utc>) -> Result<Privacy> {
    let day = day_in_vietnam(now);
    let both = |vi, en| Both { vi, en };
    let purposes = reference::rows::<Row>(reference::PRIVACY)
        .into_iter()
        .filter(|row| row.valid_from <= day && row.valid_to.is_none_or(|end| day < end))
        .map(|row| PurposeShown {
            kept: row
                .keeps
                .split(';')
                .filter_map(RecordClass::parse)
                .filter_map(|class| kept(class, world, day))
                .collect(),
            purpose: row.purpose,
            text: both(row.purpose_vi, row.purpose_en),
            legal_basis: row.legal_basis,
            data: both(row.data_vi, row.data_en),
            recipients: both(row.recipients_vi, row.recipients_en),
        })
        .collect();
    let channel = evidence::of_operator(tx, LegalDuty::ComplaintChannel)?;
    Ok(Privacy {
        day,
        purposes,
        rights: words::RIGHTS.into_iter().map(Both::from).collect(),
        channel: words::CHANNEL.into(),
        complaint_channel: channel.map(|channel| channel.reference),
    })
}

fn kept(class: RecordClass, world: &World, day: NaiveDate) -> Option<KeptShown> {
    let period = period(class, &world.law, day)?;
    let text = match period.keeping {
        Keeping::Kept => words::KEPT,
        Keeping::Days(_) => words::KEPT_DAYS,
        Keeping::Years(_) => words::KEPT_YEARS,
        Keeping::RetirementAge(_) => words::KEPT_RETIREMENT,
    };
    let class_text = words::record_class(class.as_str())?;
    let fill = |text: &str, class: &str| {
        let number = period.number.to_string();
        format!("{class}: {}", text.replace("{number}", &number))
    };
    Some(KeptShown {
        class,
        text: Both {
            vi: fill(text.vi, class_text.vi),
            en: fill(text.en, class_text.en),
        },
        basis: period.basis,
    })
}
