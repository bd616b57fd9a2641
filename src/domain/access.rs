//! Who may see and do what. The default is nothing.
//!
//! Sight is territory and role turned into *audiences*: short keys that stand beside each case,
//! so that a queue is one range of an index. `L19` is the labour authority of province 19,
//! `C02008` a commune, `P02008` the police of a commune, `P19` the police of a province.

use std::collections::BTreeSet;

use crate::{
    domain::{
        authority::Role, declaration::Sector, investigation::InvestigationLevel, place::UnitLevel,
        routing::Duty,
    },
    ids::{AccountId, CallerId, PostId, TokenId},
    named,
};

named! {
    /// What a token is for.
    pub enum ActorRole {
        /// Người sử dụng lao động.
        Employer = "employer",
        /// Ủy ban nhân dân cấp xã.
        Commune = "commune",
        /// An officer of a province's labour authority.
        Inspector = "inspector",
        /// Công an.
        Police = "police",
        /// Bộ quản lý nhà nước về lao động.
        Ministry = "ministry",
        /// Who runs the service: no cases at all.
        Operator = "operator",
    }
}

/// By what somebody is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A token.
    Token(TokenId),
    /// The account of a person who is signed in.
    Account(AccountId),
    /// The service itself.
    Service,
}

impl Caller {
    /// The id under which declarations and idempotency keys are kept.
    pub fn id(&self) -> CallerId {
        CallerId::from(match self {
            Self::Token(id) => id.to_string(),
            Self::Account(id) => id.to_string(),
            Self::Service => "tnld".to_owned(),
        })
    }
}

/// Who asks: a token, or a person in a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// By what it is known.
    pub caller: Caller,
    /// The post in which a person acts.
    pub post: Option<PostId>,
    /// Its name, as timelines show it.
    pub name: String,
    /// Its role.
    pub role: ActorRole,
    /// Today's code of its province (inspector; police of a province).
    pub province_code: Option<String>,
    /// Today's code of its commune (commune; police of a commune).
    pub commune_code: Option<String>,
    /// Its tax code (employer).
    pub tax_code: Option<String>,
}

/// Which cases somebody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// Every case.
    All,
    /// The cases of these audiences.
    Audiences(Vec<String>),
    /// None.
    Nothing,
}

/// Which cases `actor` sees.
pub fn audiences(actor: &Actor) -> Sight {
    let key = match (actor.role, &actor.province_code, &actor.commune_code) {
        (ActorRole::Ministry, _, _) => return Sight::All,
        (ActorRole::Inspector, Some(province), _) => format!("L{province}"),
        (ActorRole::Commune, _, Some(commune)) => format!("C{commune}"),
        (ActorRole::Police, _, Some(commune)) => format!("P{commune}"),
        (ActorRole::Police, Some(province), None) => format!("P{province}"),
        _ => return Sight::Nothing,
    };
    Sight::Audiences(vec![key])
}

/// Who sees a case: the rows of `case_audiences`.
///
/// - `provinces`, `communes`: today's codes of every candidate for the place, several where the
///   old unit was divided or a code is ambiguous;
/// - `told`: the roles that are told, with their duty.
///
/// The labour authority always; the commune where it is told, declares or records; the police of
/// commune and province where they must be told or get a copy. Nobody for army and police units:
/// their own ministry only, and the labour ministry sees the routing record.
pub fn audiences_of_case(
    provinces: &[&str],
    communes: &[&str],
    told: &[(Role, Duty)],
    declared_by_commune: bool,
    level: InvestigationLevel,
    sector: Sector,
) -> BTreeSet<String> {
    let mut audiences = BTreeSet::new();
    if sector.is_armed_forces() {
        return audiences;
    }
    let is_told = |roles: &[Role]| {
        told.iter()
            .any(|(role, duty)| roles.contains(role) && *duty != Duty::MayReceive)
    };
    audiences.extend(provinces.iter().map(|code| format!("L{code}")));
    if declared_by_commune
        || level == InvestigationLevel::CommuneRecord
        || is_told(&[Role::CommunePc])
    {
        audiences.extend(communes.iter().map(|code| format!("C{code}")));
    }
    if is_told(&[Role::LocalPolice, Role::InvestigatingPolice]) {
        audiences.extend(communes.iter().map(|code| format!("P{code}")));
        audiences.extend(provinces.iter().map(|code| format!("P{code}")));
    }
    audiences
}

/// Of the audiences `before`, those whose unit is still one of the case's territory: whoever saw a
/// case goes on seeing it (they know of it and may hold papers) while it lies, or may lie, where
/// they answer for; when its place is corrected to another unit, they lose it with their alert.
pub fn within_territory(
    before: &BTreeSet<String>,
    provinces: &[&str],
    communes: &[&str],
) -> BTreeSet<String> {
    let is_of_it = |unit: &str| provinces.contains(&unit) || communes.contains(&unit);
    before
        .iter()
        .filter(|key| is_of_it(key.split_at(1).1))
        .cloned()
        .collect()
}

/// The audiences `before` as they are after a reform of the units: each of them in every unit of its
/// level that the case now lies in (RT-5).
pub fn succeeding(
    before: &BTreeSet<String>,
    provinces: &[&str],
    communes: &[&str],
) -> BTreeSet<String> {
    let kinds: BTreeSet<(&str, bool)> = before
        .iter()
        .map(|key| key.split_at(1))
        .map(|(kind, code)| (kind, UnitLevel::of_code(code) == Some(UnitLevel::Commune)))
        .collect();
    kinds
        .into_iter()
        .flat_map(|(kind, of_commune)| {
            let units = if of_commune { communes } else { provinces };
            units.iter().map(move |code| format!("{kind}{code}"))
        })
        .collect()
}

/// Whose declaration it is: what stands beside it in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredBy {
    /// Who declared.
    pub caller_id: CallerId,
    /// Their tax code.
    pub tax_code: Option<String>,
    /// Their commune.
    pub commune_code: Option<String>,
}

impl Actor {
    /// The service itself, where it does what nobody asked for: it stands in timelines.
    pub fn service() -> Self {
        Self {
            caller: Caller::Service,
            post: None,
            name: "tnld".to_owned(),
            role: ActorRole::Operator,
            province_code: None,
            commune_code: None,
            tax_code: None,
        }
    }

    /// An authority: commune, inspector, police or ministry. They have a queue.
    pub fn is_official(&self) -> bool {
        matches!(
            self.role,
            ActorRole::Commune | ActorRole::Inspector | ActorRole::Police | ActorRole::Ministry
        )
    }

    /// May declare: employers and communes (L84 Art. 34.1.b, 34.1.d).
    pub fn may_declare(&self) -> bool {
        matches!(self.role, ActorRole::Employer | ActorRole::Commune)
    }

    /// May ask what would be decided.
    pub fn may_preview(&self) -> bool {
        self.may_declare() || self.is_official()
    }

    /// May ask what would have been decided on another day.
    pub fn may_preview_another_day(&self) -> bool {
        self.is_official()
    }

    /// May see a declaration: its declarant (any token of the same employer or commune), and
    /// those who see its case.
    pub fn may_see_declaration(&self, by: &DeclaredBy, sees_its_case: bool) -> bool {
        self.is_declarant(by) || (self.is_official() && sees_its_case)
    }

    /// May add to a declaration: whoever may see it.
    pub fn may_supplement(&self, by: &DeclaredBy, sees_its_case: bool) -> bool {
        self.may_see_declaration(by, sees_its_case)
    }

    fn is_declarant(&self, by: &DeclaredBy) -> bool {
        let same =
            |mine: &Option<String>, theirs: &Option<String>| mine.is_some() && mine == theirs;
        match self.role {
            ActorRole::Employer => {
                by.caller_id == self.caller.id() || same(&self.tax_code, &by.tax_code)
            }
            ActorRole::Commune => {
                by.caller_id == self.caller.id() || same(&self.commune_code, &by.commune_code)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn actor(role: ActorRole, province: &str, commune: &str, tax_code: &str) -> Actor {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Actor {
            caller: Caller::Token(TokenId::generate()),
            post: None,
            name: format!("{role} of {province}{commune}{tax_code}"),
            role,
            province_code: some(province),
            commune_code: some(commune),
            tax_code: some(tax_code),
        }
    }

    fn case(told: &[(Role, Duty)], level: InvestigationLevel, sector: Sector) -> Vec<String> {
        audiences_of_case(&["19"], &["02008", "02009"], told, false, level, sector)
            .into_iter()
            .collect()
    }

    #[test]
    fn each_role_sees_its_own_territory_and_the_others_nothing() {
        let one = |key: &str| Sight::Audiences(vec![key.to_owned()]);
        let table = [
            (actor(ActorRole::Inspector, "19", "", ""), one("L19")),
            (actor(ActorRole::Commune, "", "02008", ""), one("C02008")),
            (actor(ActorRole::Police, "", "02008", ""), one("P02008")),
            (actor(ActorRole::Police, "19", "", ""), one("P19")),
            (actor(ActorRole::Ministry, "", "", ""), Sight::All),
            (
                actor(ActorRole::Employer, "", "", "0101234567"),
                Sight::Nothing,
            ),
            (actor(ActorRole::Operator, "", "", ""), Sight::Nothing),
            (actor(ActorRole::Inspector, "", "", ""), Sight::Nothing),
        ];
        for (actor, sight) in table {
            assert_eq!(audiences(&actor), sight, "{}", actor.name);
        }
    }

    #[test]
    fn the_labour_authority_sees_every_case_of_its_province() {
        assert_eq!(
            case(&[], InvestigationLevel::Facility, Sector::Ordinary),
            ["L19"]
        );
    }

    #[test]
    fn a_commune_sees_what_it_is_told_or_records() {
        let told = [(Role::CommunePc, Duty::MustReceive)];
        let expected = ["C02008", "C02009", "L19"];
        assert_eq!(
            case(&told, InvestigationLevel::Facility, Sector::Ordinary),
            expected
        );
        assert_eq!(
            case(&[], InvestigationLevel::CommuneRecord, Sector::Ordinary),
            expected
        );
    }

    #[test]
    fn police_see_what_they_must_receive_or_get_a_copy_of() {
        let expected = ["L19", "P02008", "P02009", "P19"];
        for duty in [Duty::MustReceive, Duty::Copy] {
            let told = [(Role::LocalPolice, duty)];
            assert_eq!(
                case(&told, InvestigationLevel::Provincial, Sector::Ordinary),
                expected
            );
        }
        let told = [(Role::LocalPolice, Duty::MayReceive)];
        assert_eq!(
            case(&told, InvestigationLevel::Provincial, Sector::Ordinary),
            ["L19"]
        );
    }

    #[test]
    fn nobody_of_the_territory_sees_cases_of_army_and_police_units() {
        let told = [(Role::LineMinistry, Duty::MustReceive)];
        assert!(case(&told, InvestigationLevel::SpecialLaw, Sector::Army).is_empty());
    }

    #[test]
    fn a_corrected_place_takes_the_case_from_those_it_no_longer_concerns() {
        let keys = |keys: &[&str]| -> BTreeSet<String> {
            keys.iter().map(|key| (*key).to_owned()).collect()
        };
        let before = keys(&["C02008", "L19", "P02008", "P19"]);
        assert_eq!(within_territory(&before, &["66"], &["22015"]), keys(&[]));
        assert_eq!(
            within_territory(&before, &["19"], &["02011"]),
            keys(&["L19", "P19"])
        );
        assert_eq!(within_territory(&before, &["19"], &["02008"]), before);
    }

    #[test]
    fn whoever_answers_for_the_successors_sees_what_was_seen_before() {
        let keys = |keys: &[&str]| -> BTreeSet<String> {
            keys.iter().map(|key| (*key).to_owned()).collect()
        };
        let before = keys(&["L06", "P02011", "P06"]);
        assert_eq!(
            succeeding(&before, &["19"], &["02008", "02009"]),
            keys(&["L19", "P02008", "P02009", "P19"])
        );
        // Of a commune that nobody knows the successor of, the province still sees the case.
        assert_eq!(succeeding(&before, &["19"], &[]), keys(&["L19", "P19"]));
    }

    #[test]
    fn a_declaration_belongs_to_its_employer_and_to_the_authorities_of_its_case() {
        let declarant = actor(ActorRole::Employer, "", "", "0101234567");
        let by = DeclaredBy {
            caller_id: declarant.caller.id(),
            tax_code: declarant.tax_code.clone(),
            commune_code: None,
        };
        let colleague = actor(ActorRole::Employer, "", "", "0101234567");
        let stranger = actor(ActorRole::Employer, "", "", "0109999999");
        let inspector = actor(ActorRole::Inspector, "19", "", "");
        let operator = actor(ActorRole::Operator, "", "", "");
        assert!(declarant.may_see_declaration(&by, false));
        assert!(colleague.may_supplement(&by, false));
        assert!(!stranger.may_see_declaration(&by, true));
        assert!(inspector.may_see_declaration(&by, true));
        assert!(!inspector.may_see_declaration(&by, false));
        assert!(!operator.may_see_declaration(&by, true));
    }

    #[test]
    fn only_employers_and_communes_declare() {
        let may: Vec<_> = ActorRole::ALL
            .iter()
            .filter(|role| actor(**role, "19", "02008", "0101234567").may_declare())
            .collect();
        assert_eq!(may, [&ActorRole::Employer, &ActorRole::Commune]);
    }
}
