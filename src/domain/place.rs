//! Administrative units by date, their successions, and how a place is shown.
//!
//! `(level, code, valid_from)` is the key: the same code names different units at different times
//! (`administration.md` 2.3). A place keeps its name as of the accident (RT-1); today's unit
//! stands beside it (RT-2).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::named;

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
    /// Type.
    pub kind: String,
    /// Province (its own code for a province).
    pub province_code: String,
    /// District, before 1 July 2025.
    pub district_code: Option<String>,
    /// Where the row comes from; says when the start is assumed.
    pub source: String,
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

/// All units and successions, indexed; made once and shared. Read-only.
pub struct Places {
    // private fields: sorted vectors and indexes (kept small: interned or indexed strings)
}
