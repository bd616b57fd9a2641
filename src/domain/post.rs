//! Posts: an authority's work, held by persons over time. Rights follow the post, its authority's
//! role and its territory on that day.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    domain::{
        access::{ActorRole, AuthorityFacts, Right},
        authority::{Authority, Directory, Level, Role},
        place::{Places, Unit},
    },
    ids::{AccountId, PostId, ShiftId},
    named,
};

named! {
    /// What kind of post.
    pub enum PostKind {
        /// Chánh thanh tra, or who heads the office that took over.
        ChiefInspector = "chief_inspector",
        /// Investigator.
        Investigator = "investigator",
        /// Trực ban.
        DutyOfficer = "duty_officer",
        /// Công chức cấp xã.
        CommuneOfficial = "commune_official",
        /// Công an cấp xã.
        CommunePoliceOfficer = "commune_police_officer",
        /// Điều tra viên Công an tỉnh.
        ProvincialPoliceInvestigator = "provincial_police_investigator",
        /// Kiểm sát viên.
        Procuracy = "procuracy",
        /// Sở Y tế.
        HealthDepartment = "health_department",
        /// Bảo hiểm xã hội.
        Insurer = "insurer",
        /// Công đoàn.
        Union = "union",
        /// Ban quản lý khu công nghiệp.
        ZoneBoard = "zone_board",
        /// Who keeps posts, directory and employers of a province.
        ProvincialAdministrator = "provincial_administrator",
        /// Thành viên Hội đồng An toàn, vệ sinh lao động.
        CouncilMember = "council_member",
        /// Cán bộ Bộ.
        MinistryOfficer = "ministry_officer",
        /// Who runs the service.
        Operator = "operator",
    }
}

/// In which authorities a kind of post may stand, and as whom it acts there.
const SEATS: &[(PostKind, Role, &[Level], ActorRole)] = {
    use Level::{Commune, Country, District, Province};
    use PostKind as K;
    use Role as R;
    const LOCAL: &[Level] = &[Province, District, Commune];
    &[
        (
            K::ChiefInspector,
            R::ProvincialLabourAuthority,
            &[Province],
            ActorRole::Inspector,
        ),
        (
            K::Investigator,
            R::ProvincialLabourAuthority,
            &[Province],
            ActorRole::Inspector,
        ),
        (
            K::DutyOfficer,
            R::ProvincialLabourAuthority,
            &[Province],
            ActorRole::Inspector,
        ),
        (
            K::DutyOfficer,
            R::LocalPolice,
            &[Province, Commune],
            ActorRole::Police,
        ),
        (
            K::DutyOfficer,
            R::InvestigatingPolice,
            &[Province],
            ActorRole::Police,
        ),
        (K::DutyOfficer, R::CommunePc, &[Commune], ActorRole::Commune),
        (
            K::CommuneOfficial,
            R::CommunePc,
            &[Commune],
            ActorRole::Commune,
        ),
        (
            K::CommunePoliceOfficer,
            R::LocalPolice,
            &[Commune],
            ActorRole::Police,
        ),
        (
            K::ProvincialPoliceInvestigator,
            R::InvestigatingPolice,
            &[Province],
            ActorRole::Police,
        ),
        (
            K::ProvincialPoliceInvestigator,
            R::LocalPolice,
            &[Province],
            ActorRole::Police,
        ),
        (K::Procuracy, R::Procuracy, LOCAL, ActorRole::Procuracy),
        (
            K::HealthDepartment,
            R::ProvincialHealth,
            &[Province],
            ActorRole::Health,
        ),
        (K::Insurer, R::Insurer, LOCAL, ActorRole::Insurer),
        (K::Union, R::Union, LOCAL, ActorRole::Union),
        (K::ZoneBoard, R::IzBoard, &[Province], ActorRole::ZoneBoard),
        (
            K::ProvincialAdministrator,
            R::ProvincialLabourAuthority,
            &[Province],
            ActorRole::Administrator,
        ),
        (
            K::ProvincialAdministrator,
            R::ProvincialPc,
            &[Province],
            ActorRole::Administrator,
        ),
        (
            K::CouncilMember,
            R::ProvincialLabourAuthority,
            &[Province],
            ActorRole::Council,
        ),
        (
            K::CouncilMember,
            R::ProvincialPc,
            &[Province],
            ActorRole::Council,
        ),
        (
            K::MinistryOfficer,
            R::LabourMinistry,
            &[Country],
            ActorRole::Ministry,
        ),
        (
            K::Operator,
            R::LabourMinistry,
            &[Country],
            ActorRole::Operator,
        ),
        (
            K::Operator,
            R::ProvincialLabourAuthority,
            &[Province],
            ActorRole::Operator,
        ),
        (
            K::Operator,
            R::ProvincialPc,
            &[Province],
            ActorRole::Operator,
        ),
    ]
};

/// The roles of authorities in which a post of this kind may stand, each with whom it acts as.
pub fn acts_as(kind: PostKind) -> impl Iterator<Item = (Role, ActorRole)> {
    SEATS
        .iter()
        .filter(move |(one, ..)| *one == kind)
        .map(|(_, role, _, acts)| (*role, *acts))
}

/// The kinds of posts that may stand in an authority of this role.
pub fn kinds_in(role: Role) -> impl Iterator<Item = PostKind> {
    SEATS
        .iter()
        .filter(move |(_, one, ..)| *one == role)
        .map(|(kind, ..)| *kind)
}

/// As whom a post of this kind acts in `authority`; `None` where it has no place there.
pub fn role_in(kind: PostKind, authority: &Authority) -> Option<ActorRole> {
    SEATS
        .iter()
        .find(|(one, role, levels, _)| {
            *one == kind && *role == authority.role && levels.contains(&authority.level)
        })
        .map(|(.., acts)| *acts)
}

/// A post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Id.
    pub id: PostId,
    /// The authority of the directory that it belongs to.
    pub authority_id: String,
    /// Kind.
    pub kind: PostKind,
    /// Name, as its authority calls it.
    pub name: String,
    /// Rights beyond those of its kind.
    pub grants: Vec<Right>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why.
    pub ended_because: Option<String>,
}

/// Somebody holds a post for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The post.
    pub post: PostId,
    /// Who.
    pub account: AccountId,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when, not including it; `None` is open.
    pub until: Option<DateTime<Utc>>,
    /// Why it began, or why it ended.
    pub reason: Option<String>,
    /// When it was given, which may be before it begins.
    pub appointed_at: DateTime<Utc>,
}

/// Somebody is on duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Id.
    pub id: ShiftId,
    /// The post.
    pub post: PostId,
    /// Who of those who hold it; `None` is all of them.
    pub account: Option<AccountId>,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when, not including it.
    pub ends_at: DateTime<Utc>,
    /// Where whoever is on duty is reached.
    pub phone: String,
}

/// In which role the people of an authority handle cases.
pub fn handles_as(role: Role) -> Option<ActorRole> {
    Some(match role {
        Role::ProvincialLabourAuthority => ActorRole::Inspector,
        Role::CommunePc => ActorRole::Commune,
        Role::LocalPolice | Role::InvestigatingPolice => ActorRole::Police,
        Role::LabourMinistry => ActorRole::Ministry,
        Role::Procuracy => ActorRole::Procuracy,
        Role::ProvincialHealth => ActorRole::Health,
        Role::Insurer => ActorRole::Insurer,
        Role::Union => ActorRole::Union,
        Role::IzBoard => ActorRole::ZoneBoard,
        _ => return None,
    })
}

/// What `authority` is on `day`: its unit by the codes of that day. `None` where its unit was
/// divided or nobody knows what became of it.
pub fn facts_of(authority: &Authority, places: &Places, day: NaiveDate) -> Option<AuthorityFacts> {
    let mut facts = AuthorityFacts {
        id: authority.authority_id.clone(),
        role: handles_as(authority.role),
        province_code: None,
        commune_code: None,
    };
    if authority.level == Level::Country {
        return Some(facts);
    }
    let before = unit_of(authority, places)?;
    let units = places.on_day(before, day);
    // A unit that was divided has a successor of its own body, or none.
    let unit = match units.as_slice() {
        [one] => *one,
        several => several.iter().find(|unit| places.same_body(before, unit))?,
    };
    facts.province_code = places
        .province_of(unit, day)
        .map(|found| found.code.clone());
    if unit.level == crate::domain::place::UnitLevel::Commune {
        facts.commune_code = Some(unit.code.clone());
    }
    Some(facts)
}

fn unit_of<'a>(authority: &Authority, places: &'a Places) -> Option<&'a Unit> {
    let level = authority.level.unit_level()?;
    let code = &authority.territory_code;
    places.unit_on(level, code, authority.valid_from).ok()
}

/// Who has taken over from the authority called `id` by `day`: the holder of the same role in the
/// unit that hers became, by id; `None` while it is in force, and where nobody has.
///
/// Where its unit was divided, the authority of the first successor by its code: it is one office,
/// and somebody must be able to hand over the rest.
pub fn successor<'a>(
    id: &str,
    directory: &'a Directory,
    places: &Places,
    day: NaiveDate,
) -> Option<&'a Authority> {
    if directory.by_id(id, day).is_some() {
        return None;
    }
    let last = directory
        .rows()
        .iter()
        .filter(|row| row.authority_id == id && row.valid_to.is_some_and(|end| end <= day))
        .max_by_key(|row| row.valid_from)?;
    let holders = |unit| directory.holders(last.role, last.level, unit, day, places);
    if last.level == Level::Country {
        return holders(None).into_iter().next();
    }
    let before = unit_of(last, places)?;
    let units = places.on_day(before, day);
    units.into_iter().find_map(|unit| {
        let is_same_level = Some(unit.level) == last.level.unit_level();
        is_same_level.then(|| holders(Some(unit)).into_iter().next())?
    })
}

/// Who acts on `day` for the authority called `id`, by id: itself, or whoever took over from it.
pub fn acting<'a>(
    id: &'a str,
    directory: &'a Directory,
    places: &Places,
    day: NaiveDate,
) -> &'a str {
    successor(id, directory, places, day).map_or(id, |new| &new.authority_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::access::table, reference::units::places_for_tests};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn authority(
        id: &str,
        role: Role,
        level: Level,
        code: &str,
        from: &str,
        to: Option<&str>,
    ) -> Authority {
        Authority {
            authority_id: id.to_owned(),
            role,
            name: format!("Cơ quan {id}"),
            level,
            territory_code: code.to_owned(),
            valid_from: day(from),
            valid_to: to.map(day),
            emails: vec!["so@example.test".to_owned()],
            phone: "02207100000".to_owned(),
            escalates_to: None,
            sectors: Vec::new(),
        }
    }

    #[test]
    fn every_kind_of_post_has_a_place_in_some_authority() {
        for kind in PostKind::ALL {
            assert!(acts_as(*kind).next().is_some(), "{kind}");
        }
    }

    #[test]
    fn a_post_has_no_place_in_a_foreign_authority() {
        let commune = authority(
            "UBX",
            Role::CommunePc,
            Level::Commune,
            "02008",
            "2025-07-01",
            None,
        );
        assert_eq!(
            role_in(PostKind::CommuneOfficial, &commune),
            Some(ActorRole::Commune)
        );
        assert_eq!(role_in(PostKind::ChiefInspector, &commune), None);
        assert_eq!(role_in(PostKind::ProvincialAdministrator, &commune), None);
        let district = authority(
            "CAH",
            Role::LocalPolice,
            Level::District,
            "063",
            "2016-07-01",
            None,
        );
        assert_eq!(role_in(PostKind::CommunePoliceOfficer, &district), None);
    }

    #[test]
    fn rights_may_be_granted_to_some_kinds_of_posts_only() {
        let may = |kind, right| table::grantable(kind).any(|one| one == right);
        assert!(may(PostKind::DutyOfficer, Right::ReadHealthData));
        assert!(!may(PostKind::ZoneBoard, Right::ReadHealthData));
        assert!(!may(PostKind::Operator, Right::ReadIdentityNumbers));
    }

    #[test]
    fn an_authority_has_the_codes_of_the_day() {
        let places = places_for_tests();
        let office = authority(
            "SLD-06",
            Role::ProvincialLabourAuthority,
            Level::Province,
            "06",
            "2016-07-01",
            None,
        );
        let on = |text: &str| facts_of(&office, places, day(text)).unwrap();
        assert_eq!(on("2025-06-30").province_code.as_deref(), Some("06"));
        // Bắc Kạn became a part of Thái Nguyên.
        assert_eq!(on("2025-07-01").province_code.as_deref(), Some("19"));
        let commune = authority(
            "UBX",
            Role::CommunePc,
            Level::Commune,
            "02008",
            "2025-07-01",
            None,
        );
        let facts = facts_of(&commune, places, day("2026-05-20")).unwrap();
        assert_eq!(facts.commune_code.as_deref(), Some("02008"));
        assert_eq!(facts.province_code.as_deref(), Some("19"));
        assert_eq!(facts.role, Some(ActorRole::Commune));
    }

    #[test]
    fn the_authority_of_the_successor_takes_over_once_one_has_ended() {
        let places = places_for_tests();
        let labour = Role::ProvincialLabourAuthority;
        let directory = Directory::new(
            vec![
                authority(
                    "SNV-06",
                    labour,
                    Level::Province,
                    "06",
                    "2025-03-01",
                    Some("2025-07-01"),
                ),
                authority("SNV-19", labour, Level::Province, "19", "2025-07-01", None),
                authority("SNV-66", labour, Level::Province, "66", "2025-07-01", None),
            ],
            places,
        );
        let by = |text: &str| {
            successor("SNV-06", &directory, places, day(text)).map(|row| row.authority_id.as_str())
        };
        assert_eq!(by("2025-06-30"), None);
        assert_eq!(by("2025-07-01"), Some("SNV-19"));
        assert!(successor("SNV-19", &directory, places, day("2026-01-01")).is_none());
        assert!(successor("NOBODY", &directory, places, day("2026-01-01")).is_none());
    }
}
