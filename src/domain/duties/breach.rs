//! A breach of the protection of personal data, and its 72 hours (L91/2025 Art. 23).

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Limit;
use crate::{
    domain::{
        clocks::{DerivationStep, NoRule, value},
        law::{Law, ValueKey},
    },
    named,
    time::{day_in_vietnam, rfc3339_in_vietnam},
};

named! {
    /// Where a breach stands.
    pub enum BreachStatus {
        /// Being dealt with.
        Open = "open",
        /// At its end.
        Closed = "closed",
    }
}

/// What the notification form asks for. Names no data subject: only numbers and kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What happened, when, where.
    pub description: String,
    /// Which data.
    pub data_categories: String,
    /// How many people; `None` where it is not known yet.
    pub people: Option<u32>,
    /// What it may do to them.
    pub consequences: Option<String>,
    /// Who is in charge of data protection, and how they are reached.
    pub contact: String,
}

/// Something that was done against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// When it was noted.
    pub noted_at: DateTime<Utc>,
    /// What.
    pub text: String,
}

/// The limit to notify a breach that was discovered at `discovered_at`: hours that run on through
/// nights and holidays (L91/2025 Art. 23).
pub fn notify_by(discovered_at: DateTime<Utc>, law: &Law) -> Result<Limit, NoRule> {
    let day = day_in_vietnam(discovered_at);
    let (hours, basis) = value(law, ValueKey::BreachNotifyHours.as_str(), day)?;
    let due = discovered_at + TimeDelta::hours(hours.into());
    let derivation = vec![
        DerivationStep {
            text_vi: "Phát hiện vi phạm".to_owned(),
            text_en: "The breach was discovered".to_owned(),
            value: rfc3339_in_vietnam(discovered_at),
            article: basis.article.clone(),
        },
        DerivationStep {
            text_vi: format!("Cộng {hours} giờ, tính liên tục"),
            text_en: format!("Plus {hours} hours, running on through nights and holidays"),
            value: rfc3339_in_vietnam(due),
            article: basis.article.clone(),
        },
    ];
    Ok(Limit {
        due_raw: due,
        due_rolled: due,
        basis,
        derivation,
    })
}

/// When the operator is warned that the limit runs out.
pub fn warn_at(limit: &Limit, law: &Law) -> Result<DateTime<Utc>, NoRule> {
    let day = day_in_vietnam(limit.due_raw);
    let (hours, _) = value(law, ValueKey::BreachWarnHours.as_str(), day)?;
    Ok(limit.due_raw - TimeDelta::hours(hours.into()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::service::rules::shipped;

    proptest! {
        #[test]
        fn seventy_two_hours_are_seventy_two_hours(minutes in 0i64..3 * 365 * 24 * 60) {
            let law = Law::new(shipped());
            let start: DateTime<Utc> = "2025-06-30T17:00:00Z".parse().unwrap();
            let at = start + TimeDelta::minutes(minutes);
            let limit = notify_by(at, &law).unwrap();
            prop_assert_eq!(limit.due_raw - at, TimeDelta::hours(72));
            let warned = warn_at(&limit, &law).unwrap();
            prop_assert!(at < warned && warned < limit.due_raw);
        }
    }

    #[test]
    fn the_article_is_that_of_the_day() {
        let law = Law::new(shipped());
        let article = |at: &str| notify_by(at.parse().unwrap(), &law).unwrap().basis.article;
        assert_eq!(article("2025-12-31T16:59:59Z"), "NĐ 13/2023 Điều 23");
        assert_eq!(article("2025-12-31T17:00:00Z"), "Luật 91/2025 Điều 23");
    }
}
