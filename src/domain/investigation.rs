//! Who investigates, and in how many days (L84 Art. 35.1–35.6).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    domain::law::{Basis, Days, Fact, Law, Subject},
    named,
};

named! {
    /// Level of an investigation.
    pub enum InvestigationLevel {
        /// Đoàn điều tra cấp cơ sở.
        Facility = "facility",
        /// Đoàn điều tra cấp tỉnh.
        Provincial = "provincial",
        /// Đoàn điều tra cấp trung ương.
        Central = "central",
        /// Biên bản ghi nhận của UBND cấp xã.
        CommuneRecord = "commune_record",
        /// By special law.
        SpecialLaw = "special_law",
        /// Nobody: register and statistics only.
        None = "none",
    }
}

impl InvestigationLevel {
    /// Whether a team investigates.
    pub fn is_of_a_team(self) -> bool {
        match self {
            Self::Facility | Self::Provincial | Self::Central | Self::SpecialLaw => true,
            Self::CommuneRecord | Self::None => false,
        }
    }

    /// Whether this team stands above that one, where both are teams (L84 Art. 35.1–35.3).
    pub fn is_above(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Provincial, Self::Facility) | (Self::Central, Self::Facility | Self::Provincial)
        )
    }
}

/// Who investigates, and how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Investigation {
    /// Level.
    pub level: InvestigationLevel,
    /// Calendar days from receipt to announcement; `None` where no limit runs (yet).
    pub limit_days: Option<i32>,
    /// Rules.
    pub basis: Vec<Basis>,
}

/// Who investigates a case with these facts, and in how many days: the first rule that holds.
pub fn of(facts: &BTreeSet<Fact>, law: &Law, days: Days) -> Investigation {
    match law.first(Subject::Investigation, facts, days) {
        Some(rule) => Investigation {
            level: InvestigationLevel::parse(&rule.outcome)
                .unwrap_or(InvestigationLevel::Provincial),
            limit_days: rule.days,
            basis: vec![rule.basis()],
        },
        // Without a rule the province decides; an import that would leave this gap is refused.
        None => Investigation {
            level: InvestigationLevel::Provincial,
            limit_days: None,
            basis: Vec::new(),
        },
    }
}
