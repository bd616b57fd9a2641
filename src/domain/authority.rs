//! From a role that the law names to the organisations that hold it, by territory and date.
//!
//! No authority's name stands in code (RT-9): the directory is data, imported from a CSV.

use chrono::NaiveDate;

use crate::{domain::declaration::Sector, named};

named! {
    /// A role that the law names.
    pub enum Role {
        /// Cơ quan quản lý nhà nước về lao động cấp tỉnh.
        ProvincialLabourAuthority = "PROVINCIAL_LABOUR_AUTHORITY",
        /// Công an nơi xảy ra tai nạn.
        LocalPolice = "LOCAL_POLICE",
        /// Cơ quan Cảnh sát điều tra.
        InvestigatingPolice = "INVESTIGATING_POLICE",
        /// Viện kiểm sát nhân dân.
        Procuracy = "PROCURACY",
        /// UBND cấp xã.
        CommunePc = "COMMUNE_PC",
        /// UBND cấp huyện, until 30 June 2025.
        DistrictPc = "DISTRICT_PC",
        /// UBND cấp tỉnh.
        ProvincialPc = "PROVINCIAL_PC",
        /// Bộ quản lý ngành.
        LineMinistry = "LINE_MINISTRY",
        /// Bộ quản lý nhà nước về lao động.
        LabourMinistry = "LABOUR_MINISTRY",
        /// Sở Y tế.
        ProvincialHealth = "PROVINCIAL_HEALTH",
        /// Cơ quan thống kê.
        StatisticsOffice = "STATISTICS_OFFICE",
        /// Ban quản lý khu công nghiệp.
        IzBoard = "IZ_BOARD",
        /// Cơ quan thanh tra.
        Inspectorate = "INSPECTORATE",
        /// Bảo hiểm xã hội.
        Insurer = "INSURER",
        /// Công đoàn.
        Union = "UNION",
    }
}

named! {
    /// Level of an authority.
    pub enum Level {
        /// The country; its territory is `VN`.
        Country = "country",
        /// Province.
        Province = "province",
        /// District, until 30 June 2025.
        District = "district",
        /// Commune.
        Commune = "commune",
    }
}

/// One row of the directory: an organisation in one role for one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Id, stable over time.
    pub authority_id: String,
    /// Role.
    pub role: Role,
    /// Name, as people know it.
    pub name: String,
    /// Level.
    pub level: Level,
    /// Code of its unit as in force on `valid_from`; `VN` for the country.
    pub territory_code: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day no longer; `None` is open.
    pub valid_to: Option<NaiveDate>,
    /// Addresses, at least one.
    pub emails: Vec<String>,
    /// Telephone.
    pub phone: String,
    /// Whom to tell where this one cannot be told.
    pub escalates_to: Option<String>,
    /// Special sectors of a line ministry.
    pub sectors: Vec<Sector>,
}

/// The dated directory, indexed by (role, level, territory). Made once and shared. Read-only.
pub struct Directory {}
