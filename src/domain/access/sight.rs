//! Sight: territory and role turned into *audiences*, short keys that stand beside each case, so
//! that a queue is one range of an index and a stranger's case is not found.
//!
//! A key is a letter and today's code of a unit: `L19` is the labour authority of province 19,
//! `C02008` a commune, `P02008` the police of a commune, `P19` the police of a province. Whoever is
//! told beside them has a letter of its own: `K` the procuracy (*kiểm sát*), `H` the health
//! department, `I` the insurer, `U` the union, `Z` the board of an industrial zone. `E` is an employer
//! that declared and whose own team investigates: `E0101234567` by a token of that tax code, `E` with
//! the id of its record by one of its people.

use std::collections::BTreeSet;

use super::{Actor, ActorRole, AuthorityFacts, Bound, DeclaredBy, Right, table};
use crate::domain::{
    authority::Role,
    declaration::{DeclarantRole, Sector},
    investigation::InvestigationLevel,
    place::UnitLevel,
    routing::Duty,
};

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

/// Those who see a case only because they were told of it, by the letter of their audience.
const TOLD_BESIDE: &[(&str, ActorRole, &[Role])] = &[
    ("K", ActorRole::Procuracy, &[Role::Procuracy]),
    ("H", ActorRole::Health, &[Role::ProvincialHealth]),
    ("I", ActorRole::Insurer, &[Role::Insurer]),
    ("U", ActorRole::Union, &[Role::Union]),
    ("Z", ActorRole::ZoneBoard, &[Role::IzBoard]),
];

/// Which cases `actor` sees: what the table of rights says of reading cases, as keys.
pub fn audiences(actor: &Actor) -> Sight {
    let bounds = || {
        let holder = actor.holder();
        table::rows().filter(move |row| Some(row.holder) == holder && row.right == Right::ReadCase)
    };
    if bounds().any(|row| row.bound == Bound::Everywhere) {
        return Sight::All;
    }
    let keys = keys_of(actor);
    let is_by_key =
        |row: table::Row| matches!(row.bound, Bound::OwnTerritory | Bound::OwnFacilityCase);
    if !keys.is_empty() && bounds().any(is_by_key) {
        Sight::Audiences(keys)
    } else {
        Sight::Nothing
    }
}

/// The keys of the cases within the territory of `actor`, or that it investigates as an employer. Whoever
/// wrote a tax code that the province has not verified as theirs has none.
pub(super) fn keys_of(actor: &Actor) -> Vec<String> {
    let of_employer = |code: &String| format!("{OF_EMPLOYER}{code}");
    match (&actor.employer, actor.role) {
        (Some(acts), _) if acts.is_verified => {
            let records = std::iter::once(&acts.id).chain(&acts.merged);
            let records = records.map(|id| format!("{OF_EMPLOYER}{id}"));
            let codes = acts.tax_codes.iter().map(of_employer);
            codes.chain(records).collect()
        }
        (Some(_), _) => Vec::new(),
        (None, ActorRole::Employer) => actor.tax_code.iter().map(of_employer).collect(),
        (None, role) => key(
            role,
            actor.province_code.as_ref(),
            actor.commune_code.as_ref(),
        )
        .into_iter()
        .collect(),
    }
}

/// The letter of the employers whose own team investigates.
const OF_EMPLOYER: char = 'E';

/// The key of whoever declared `by`, where an employer did for the premises of this tax code. Not what is
/// written in a declaration counts, but in whose name it was sent: a notice, a commune or another employer
/// opens no case to an employer whom they name.
pub fn key_of_declarer(by: &DeclaredBy, premises: Option<&str>) -> Option<String> {
    let own = by.tax_code.as_deref()?;
    (premises == Some(own)).then(|| match &by.employer {
        Some(record) => format!("{OF_EMPLOYER}{record}"),
        None => format!("{OF_EMPLOYER}{own}"),
    })
}

/// Whether `key` is that of an employer.
pub fn is_of_employer(key: &str) -> bool {
    key.starts_with(OF_EMPLOYER)
}

/// The key of the cases within the territory of an authority; `None` where it has no queue here, or
/// sees every case.
pub fn audience_of(authority: &AuthorityFacts) -> Option<String> {
    key(
        authority.role?,
        authority.province_code.as_ref(),
        authority.commune_code.as_ref(),
    )
}

fn key(role: ActorRole, province: Option<&String>, commune: Option<&String>) -> Option<String> {
    let (letter, code) = match role {
        ActorRole::Inspector => ("L", province),
        ActorRole::Commune => ("C", commune),
        ActorRole::Police => ("P", commune.or(province)),
        role => TOLD_BESIDE
            .iter()
            .find(|(_, one, _)| *one == role)
            .map(|(letter, ..)| (*letter, commune.or(province)))?,
    };
    code.map(|code| format!("{letter}{code}"))
}

/// What decides who sees a case.
#[derive(Debug, Clone, Copy)]
pub struct CaseSeen<'a> {
    /// Today's codes of every candidate for the province, several where the old unit was divided or a code
    /// is ambiguous.
    pub provinces: &'a [&'a str],
    /// The same of the commune.
    pub communes: &'a [&'a str],
    /// The roles that are told, with their duty.
    pub told: &'a [(Role, Duty)],
    /// Who declared.
    pub declared_by: DeclarantRole,
    /// The employers who declared what happened on their own premises: see [`key_of_declarer`].
    pub employers: &'a [String],
    /// Who investigates.
    pub level: InvestigationLevel,
    /// Sector.
    pub sector: Sector,
}

/// Who sees a case: the rows of `case_audiences`.
///
/// The employer where it declared the accident itself and its own team investigates: what family or witnesses
/// told is not for the employer (L84 Art. 34.2). The labour authority always; the commune where it is told, declares or records; the police of
/// commune and province, and procuracy, health department, insurer, union and zone board, where they
/// must be told or get a copy. Nobody for army and police units:
/// their own ministry only, and the labour ministry sees the routing record.
pub fn audiences_of_case(case: CaseSeen<'_>) -> BTreeSet<String> {
    let CaseSeen {
        provinces,
        communes,
        told,
        declared_by,
        employers,
        level,
        sector,
    } = case;
    let mut audiences = BTreeSet::new();
    if sector.is_armed_forces() {
        return audiences;
    }
    let is_told = |roles: &[Role]| {
        told.iter()
            .any(|(role, duty)| roles.contains(role) && *duty != Duty::MayReceive)
    };
    audiences.extend(provinces.iter().map(|code| format!("L{code}")));
    if declared_by == DeclarantRole::Employer && level == InvestigationLevel::Facility {
        audiences.extend(employers.iter().cloned());
    }
    if declared_by == DeclarantRole::Commune
        || level == InvestigationLevel::CommuneRecord
        || is_told(&[Role::CommunePc])
    {
        audiences.extend(communes.iter().map(|code| format!("C{code}")));
    }
    // Whoever told of it in its office goes on seeing it.
    let told_by = match declared_by {
        DeclarantRole::Police => "P",
        DeclarantRole::Hospital => "H",
        _ => "",
    };
    let mut note = |letter: &str, roles: &[Role]| {
        if is_told(roles) || letter == told_by {
            let units = communes.iter().chain(provinces);
            audiences.extend(units.map(|code| format!("{letter}{code}")));
        }
    };
    note("P", &[Role::LocalPolice, Role::InvestigatingPolice]);
    for (letter, _, roles) in TOLD_BESIDE {
        note(letter, roles);
    }
    audiences
}

/// Police and procuracy of the places of a case: who hold its file hold it in every class (D39 Art. 20.2).
pub fn holders_of_the_file(provinces: &[&str], communes: &[&str]) -> BTreeSet<String> {
    let units = || communes.iter().chain(provinces);
    ["P", "K"]
        .iter()
        .flat_map(|letter| units().map(move |code| format!("{letter}{code}")))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        access::tests::{actor, in_post},
        post::PostKind,
    };
    use crate::ids::EmployerId;

    fn case(told: &[(Role, Duty)], level: InvestigationLevel, sector: Sector) -> Vec<String> {
        let seen = CaseSeen {
            provinces: &["19"],
            communes: &["02008", "02009"],
            told,
            declared_by: DeclarantRole::Family,
            employers: &[],
            level,
            sector,
        };
        audiences_of_case(seen).into_iter().collect()
    }

    #[test]
    fn an_employer_sees_what_it_declared_itself_while_its_own_team_investigates() {
        let by = |tax_code: Option<&str>, employer: Option<&EmployerId>| DeclaredBy {
            caller_id: "x".to_owned().into(),
            tax_code: tax_code.map(str::to_owned),
            commune_code: None,
            employer: employer.cloned(),
        };
        let own = Some("0101234567");
        let key = key_of_declarer(&by(own, None), own).unwrap();
        assert_eq!(key, "E0101234567");
        let record = EmployerId::generate();
        let of_record = key_of_declarer(&by(own, Some(&record)), own);
        assert_eq!(of_record, Some(format!("E{record}")));
        for (by, premises) in [
            (by(None, None), own),
            (by(Some("0209999999"), None), own),
            (by(own, Some(&record)), None),
        ] {
            assert_eq!(key_of_declarer(&by, premises), None);
        }
        let seen = |declared_by, level, sector| {
            audiences_of_case(CaseSeen {
                provinces: &["19"],
                communes: &[],
                told: &[],
                declared_by,
                employers: std::slice::from_ref(&key),
                level,
                sector,
            })
            .contains("E0101234567")
        };
        use InvestigationLevel::{Facility, Provincial};
        assert!(seen(DeclarantRole::Employer, Facility, Sector::Ordinary));
        assert!(!seen(DeclarantRole::Family, Facility, Sector::Ordinary));
        assert!(!seen(DeclarantRole::Employer, Provincial, Sector::Ordinary));
        assert!(!seen(DeclarantRole::Employer, Facility, Sector::Army));
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
                one("E0101234567"),
            ),
            (actor(ActorRole::Operator, "", "", ""), Sight::Nothing),
            (actor(ActorRole::Inspector, "", "", ""), Sight::Nothing),
            (
                in_post(PostKind::Procuracy, ActorRole::Procuracy, "19", ""),
                one("K19"),
            ),
            (
                in_post(PostKind::CouncilMember, ActorRole::Council, "19", ""),
                Sight::Nothing,
            ),
            (
                in_post(
                    PostKind::ProvincialAdministrator,
                    ActorRole::Administrator,
                    "19",
                    "",
                ),
                Sight::Nothing,
            ),
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
    fn an_insurer_sees_what_it_gets_a_copy_of_and_nothing_that_it_only_may_receive() {
        let told = [(Role::Insurer, Duty::Copy), (Role::Union, Duty::MayReceive)];
        assert_eq!(
            case(&told, InvestigationLevel::Facility, Sector::Ordinary),
            ["I02008", "I02009", "I19", "L19"]
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
}
