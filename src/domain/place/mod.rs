//! Administrative units by date, their successions, and how a place is shown.
//!
//! `(level, code, valid_from)` is the key: the same code names different units at different times
//! (`administration.md` 2.3). A place keeps its name as of the accident (RT-1); today's unit
//! stands beside it (RT-2).
//!
//! - [`places`] finds units, their successors, parents and names;
//! - [`reading`] says what a code on a declaration means;
//! - [`search`] finds units by name.

pub mod places;
pub mod reading;
pub mod search;

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use places::{Body, Places};
pub use reading::Reading;
pub use search::Found;

use crate::named;

#[cfg(test)]
mod tests;

named! {
    /// Level of an administrative unit.
    pub enum UnitLevel {
        /// Tỉnh, thành phố trực thuộc trung ương.
        Province = "province",
        /// Quận, huyện, thị xã, thành phố thuộc tỉnh; until 30 June 2025.
        District = "district",
        /// Xã, phường, thị trấn, đặc khu.
        Commune = "commune",
    }
}

impl UnitLevel {
    /// The level that a code belongs to by its length: 2, 3 or 5 digits.
    pub fn of_code(code: &str) -> Option<Self> {
        if !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        match code.len() {
            2 => Some(Self::Province),
            3 => Some(Self::District),
            5 => Some(Self::Commune),
            _ => None,
        }
    }
}

/// One unit under one name for one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Level.
    pub level: UnitLevel,
    /// Official code: 2, 3 or 5 digits, leading zeros kept.
    pub code: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day no longer; `None` is open.
    pub valid_to: Option<NaiveDate>,
    /// Name without type.
    pub name: String,
    /// Name with type.
    pub full_name: String,
    /// Type: `xã`, `phường`, `tỉnh`, …
    pub kind: Arc<str>,
    /// Province (its own code for a province).
    pub province_code: String,
    /// District (its own code for a district), before 1 July 2025.
    pub district_code: Option<String>,
    /// Where the row comes from; says when the start is assumed.
    pub source: Arc<str>,
}

impl Unit {
    /// Whether the unit is in force on `day`.
    pub fn in_force_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && !self.has_ended_by(day)
    }

    /// Whether `day` is after the unit's last day.
    pub fn has_ended_by(&self, day: NaiveDate) -> bool {
        self.valid_to.is_some_and(|end| end <= day)
    }

    /// `day` itself if the unit is in force then, else its first or last day.
    fn nearest_day(&self, day: NaiveDate) -> NaiveDate {
        let last = self.valid_to.and_then(|end| end.pred_opt());
        day.min(last.unwrap_or(day)).max(self.valid_from)
    }
}

/// What became of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// Level of the old unit.
    pub level: UnitLevel,
    /// Old unit.
    pub old_code: String,
    /// Old unit's first day.
    pub old_valid_from: NaiveDate,
    /// New unit, of the same level (for the five island districts: a commune).
    pub new_code: String,
    /// New unit's first day.
    pub new_valid_from: NaiveDate,
    /// `whole`, `part`, `renamed`, `retyped`, `unchanged`, …
    pub extent: String,
    /// Day of the change.
    pub effective_on: NaiveDate,
}

/// A unit as an answer shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UnitName {
    /// Code.
    pub code: String,
    /// Name without type.
    pub name: String,
    /// Name with type and parents: `Xã Mỹ Thanh, Huyện Bạch Thông, Tỉnh Bắc Kạn`.
    pub full_name: String,
    /// First day under this code and name.
    pub valid_from: NaiveDate,
    /// First day no longer; `null` is open.
    pub valid_to: Option<NaiveDate>,
}

/// Why a code names no unit on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoUnit {
    /// No unit ever had the code.
    Unknown,
    /// A unit had it, but not on that day.
    NotInForce,
}
