//! A person hurt (*nạn nhân*): employment, outcome, injuries.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::named;

named! {
    /// Whether the victim worked under a labour contract (*hợp đồng lao động*).
    pub enum Employment {
        /// Under contract.
        Contract = "contract",
        /// Without contract.
        NoContract = "no_contract",
    }
}

named! {
    /// What the accident did to the victim, as declared.
    pub enum Outcome {
        /// Died.
        Dead = "dead",
        /// Seriously injured.
        Serious = "serious",
        /// Lightly injured.
        Light = "light",
        /// Cannot be found.
        Missing = "missing",
        /// Not known yet.
        Unknown = "unknown",
    }
}

named! {
    /// Where and how death came (D39 Art. 9.1 a–d).
    pub enum Circumstance {
        /// At the scene (9.1.a).
        Scene = "scene",
        /// On the way to, or during, emergency care (9.1.b).
        EnRoute = "en_route",
        /// During treatment, or by recurrence of the wound (9.1.c).
        Treatment = "treatment",
        /// Declared dead by the Court (9.1.d).
        CourtDeclared = "court_declared",
    }
}

named! {
    /// The victim's sex.
    pub enum Sex {
        /// Nam.
        Male = "male",
        /// Nữ.
        Female = "female",
    }
}

named! {
    /// The kind of work, where it matters for statistics or protection.
    pub enum WorkerClass {
        /// Nông dân.
        Farmer = "farmer",
        /// Tự làm chủ.
        SelfEmployed = "self_employed",
        /// Tổ đội xây dựng.
        ConstructionCrew = "construction_crew",
        /// Giúp việc gia đình.
        HouseholdHelper = "household_helper",
        /// Thành viên hợp tác xã.
        CooperativeMember = "cooperative_member",
        /// Lao động nền tảng số.
        PlatformWorker = "platform_worker",
        /// Học nghề, tập nghề.
        Apprentice = "apprentice",
        /// Thử việc.
        Probation = "probation",
        /// Lao động cho thuê lại.
        Leased = "leased",
        /// Cán bộ, công chức, viên chức.
        CivilServant = "civil_servant",
        /// Khác.
        Other = "other",
    }
}

named! {
    /// Groups that the law protects and the statistics count.
    pub enum Group {
        /// Nữ.
        Female = "female",
        /// Chưa thành niên.
        Minor = "minor",
        /// Cao tuổi.
        Elderly = "elderly",
        /// Khuyết tật.
        Disabled = "disabled",
        /// Người nước ngoài.
        Foreigner = "foreigner",
    }
}

named! {
    /// The class of one victim (D39 Art. 9), derived, never typed in.
    pub enum VictimClass {
        /// Dead by D39 Art. 9.1 a, b or d.
        Fatal = "FATAL",
        /// Died in treatment; fatal once the forensic minutes exist (9.1.c), routed as fatal before.
        FatalProvisional = "FATAL_PROVISIONAL",
        /// Missing; fatal once the Court declares death.
        Missing = "MISSING",
        /// At least one injury of D39 Phụ lục II, or declared seriously injured.
        Serious = "SERIOUS",
        /// Not known yet.
        Unknown = "UNKNOWN",
        /// Everything else.
        Light = "LIGHT",
    }
}

/// When and how the victim died.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Death {
    /// The moment of death.
    pub at: DateTime<Utc>,
    /// Where and how; `None` where not stated.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub circumstance: Option<Circumstance>,
}

/// One person hurt, as declared. `Debug` shows no personal data.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Victim {
    /// Number in the case: 1, 2, …
    pub no: u32,
    /// Họ và tên.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// Sex.
    pub sex: Option<Sex>,
    /// Full date of birth, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<NaiveDate>,
    /// Year of birth, where only that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_year: Option<i32>,
    /// Số định danh cá nhân, CMND or passport number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citizen_id: Option<String>,
    /// Code of the occupation list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occupation_code: Option<String>,
    /// Under contract or not, as stated; see `Declaration::employment_of` where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employment: Option<Employment>,
    /// Kind of work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_class: Option<WorkerClass>,
    /// Bảo hiểm tai nạn lao động tự nguyện (D143).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voluntary_insurance: Option<bool>,
    /// What the accident did; `None` where not stated or not readable: counts as unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Facts of the death.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub death: Option<Death>,
    /// Codes of D39 Phụ lục II.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub injuries: Vec<String>,
    /// Groups, stated and computed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
}

impl std::fmt::Debug for Victim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Victim")
            .field("no", &self.no)
            .finish_non_exhaustive()
    }
}
