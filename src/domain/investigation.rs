//! Who investigates, and in how many days (L84 Art. 35.1–35.6).

use serde::{Deserialize, Serialize};

use crate::{domain::law::Basis, named};

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
