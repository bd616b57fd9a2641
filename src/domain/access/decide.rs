//! May this caller do that, with this record, now? Every question of access is asked here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Actor, ActorRole, Bound, Caller, Right, sight, table};
use crate::{
    ids::{CallerId, EmployerId},
    named,
};

named! {
    /// Why something is not allowed.
    pub enum Denial {
        /// This kind of holder does not have the right.
        RightNotHeld = "right_not_held",
        /// The right needs a grant that the post does not have.
        NotGranted = "not_granted",
        /// The token was not made for it.
        NotInScope = "not_in_scope",
        /// The person holds the post no longer.
        PostNotHeld = "post_not_held",
        /// The case lies elsewhere, or the authority was not told of it.
        NotOfTerritory = "not_of_territory",
        /// Somebody else declared it.
        NotOwnRecord = "not_own_record",
        /// Another employer.
        NotOwnEmployer = "not_own_employer",
        /// A member; only an owner may.
        NotAnOwner = "not_an_owner",
        /// Another authority.
        NotOwnAuthority = "not_own_authority",
        /// Another authority received the notice.
        NotReceived = "not_received",
        /// Another province.
        NotOwnProvince = "not_own_province",
    }
}

impl Denial {
    /// Whether it is the record that is another's: then the caller is told of no record.
    pub fn is_about_the_record(self) -> bool {
        match self {
            // The caller sees the case, and not who gave notice of it.
            Self::RightNotHeld
            | Self::NotGranted
            | Self::NotInScope
            | Self::PostNotHeld
            | Self::NotReceived
            | Self::NotAnOwner => false,
            Self::NotOfTerritory
            | Self::NotOwnRecord
            | Self::NotOwnEmployer
            | Self::NotOwnAuthority
            | Self::NotOwnProvince => true,
        }
    }
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
    /// The record of the employer for which a person declared.
    pub employer: Option<EmployerId>,
}

/// An authority of the directory, as it is today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityFacts {
    /// Its id.
    pub id: String,
    /// In which role its people act; `None` where it handles no cases.
    pub role: Option<ActorRole>,
    /// Today's code of its province, of a commune as well; `None` for the country.
    pub province_code: Option<String>,
    /// Today's code of its commune.
    pub commune_code: Option<String>,
}

/// What is known of the record that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facts<'a> {
    /// None in particular: whether the right is there at all. What follows is scoped by `sight`, or
    /// asks again.
    Any,
    /// A case that a query scoped by `sight` has found.
    Found,
    /// A case: who sees it.
    Case {
        /// Its audiences.
        audiences: &'a BTreeSet<String>,
    },
    /// A declaration: who made it, and who sees its case.
    Declaration {
        /// Who made it.
        by: &'a DeclaredBy,
        /// The audiences of its case.
        audiences: &'a BTreeSet<String>,
    },
    /// Who gave notice of a case: the authorities that received it.
    Informant {
        /// The commune and the labour authority that were to be told.
        received_by: &'a [AuthorityFacts],
    },
    /// An authority, its posts and its roster.
    Authority(&'a AuthorityFacts),
    /// The record of an employer.
    Employer {
        /// Its id.
        id: &'a EmployerId,
        /// Today's code of the province of its seat.
        province_code: Option<&'a str>,
    },
    /// A claim on the tax code of an employer.
    Claim {
        /// The employer that it is made on.
        on: &'a EmployerId,
        /// Whether that is verified: before, its owner may be the one who has no right to the tax code.
        on_is_verified: bool,
        /// Today's code of the province of its seat.
        province_code: Option<&'a str>,
    },
}

/// Whether `actor` may use `right` on the record of these facts at `now`, or why not. The default is
/// no: only a row of the table allows anything.
pub fn decide(
    actor: &Actor,
    right: Right,
    facts: Facts<'_>,
    now: DateTime<Utc>,
) -> Result<(), Denial> {
    let has_ended = |until: DateTime<Utc>| until <= now;
    if actor
        .post
        .as_ref()
        .is_some_and(|held| held.until.is_some_and(has_ended))
    {
        return Err(Denial::PostNotHeld);
    }
    let is_meant = |scopes: &Vec<Right>| scopes.contains(&right);
    if !actor.scopes.as_ref().is_none_or(is_meant) {
        return Err(Denial::NotInScope);
    }
    let holder = actor.holder();
    let mut denial = Denial::RightNotHeld;
    for row in table::rows().filter(|row| Some(row.holder) == holder && row.right == right) {
        let is_granted = |grants: &[Right]| grants.contains(&right);
        if row.by_grant
            && !actor
                .post
                .as_ref()
                .is_some_and(|held| is_granted(&held.grants))
        {
            denial = Denial::NotGranted;
            continue;
        }
        match within(row.bound, actor, facts) {
            Ok(()) => return Ok(()),
            Err(why) => denial = why,
        }
    }
    Err(denial)
}

/// Whether the record lies within the bound of a right.
fn within(bound: Bound, actor: &Actor, facts: Facts<'_>) -> Result<(), Denial> {
    let is_within = |is: bool, denial| if is { Ok(()) } else { Err(denial) };
    if facts == Facts::Any {
        return Ok(());
    }
    match bound {
        Bound::Everywhere => Ok(()),
        Bound::OwnTerritory | Bound::OwnFacilityCase => {
            let is = match facts {
                Facts::Found => true,
                Facts::Case { audiences } | Facts::Declaration { audiences, .. } => {
                    let keys = sight::keys_of(actor);
                    keys.iter().any(|key| audiences.contains(key))
                }
                _ => false,
            };
            is_within(is, Denial::NotOfTerritory)
        }
        Bound::OwnRecord => {
            let is = match facts {
                Facts::Declaration { by, .. } => is_declarant(actor, by),
                _ => false,
            };
            is_within(is, Denial::NotOwnRecord)
        }
        Bound::OwnReceipt => {
            let is = match facts {
                Facts::Informant { received_by } => {
                    received_by.iter().any(|authority| is_own(actor, authority))
                }
                _ => false,
            };
            is_within(is, Denial::NotReceived)
        }
        Bound::OwnEmployer => {
            let is = match facts {
                Facts::Employer { id, .. } => acts_for(actor, id),
                _ => false,
            };
            is_within(is, Denial::NotOwnEmployer)
        }
        Bound::OwnedEmployer => {
            let is_theirs = match facts {
                Facts::Employer { id, .. } => acts_for(actor, id),
                Facts::Claim {
                    on, on_is_verified, ..
                } => on_is_verified && acts_for(actor, on),
                _ => false,
            };
            is_within(is_theirs, Denial::NotOwnEmployer)?;
            let is_owner = actor.employer.as_ref().is_some_and(|acts| acts.is_owner);
            is_within(is_owner, Denial::NotAnOwner)
        }
        Bound::OwnAuthority => {
            let is = match facts {
                Facts::Authority(authority) => is_own(actor, authority),
                _ => false,
            };
            is_within(is, Denial::NotOwnAuthority)
        }
        Bound::OwnProvince => {
            let theirs = match facts {
                Facts::Authority(authority) => authority.province_code.as_deref(),
                Facts::Employer { province_code, .. } | Facts::Claim { province_code, .. } => {
                    province_code
                }
                _ => None,
            };
            let mine = actor.province_code.as_deref();
            is_within(mine.is_some() && mine == theirs, Denial::NotOwnProvince)
        }
    }
}

/// Whether the person acts for this employer.
fn acts_for(actor: &Actor, employer: &EmployerId) -> bool {
    let acts = actor.employer.as_ref();
    acts.is_some_and(|acts| acts.id == *employer)
}

/// The same employer or commune. A token is known by itself as well; a person is not: what it
/// declared in one post stays with that post. Whoever wrote a tax code that the province has not
/// verified as theirs sees what they declared for that very record themselves, and nothing of others:
/// whoever was removed from an employer does not come back by a record of their own.
fn is_declarant(actor: &Actor, by: &DeclaredBy) -> bool {
    if let Some(acts) = &actor.employer {
        let is_of_it = by
            .tax_code
            .as_ref()
            .is_some_and(|code| acts.tax_codes.contains(code));
        let is_own = by.caller_id == actor.caller.id() && by.employer.as_ref() == Some(&acts.id);
        return is_of_it && (acts.is_verified || is_own);
    }
    let same = |mine: &Option<String>, theirs: &Option<String>| mine.is_some() && mine == theirs;
    let is_token = matches!(actor.caller, Caller::Token(_));
    (is_token && by.caller_id == actor.caller.id())
        || same(&actor.tax_code, &by.tax_code)
        || same(&actor.commune_code, &by.commune_code)
}

/// The authority of the post; of a token, the one for which it was made.
fn is_own(actor: &Actor, authority: &AuthorityFacts) -> bool {
    match &actor.post {
        Some(held) => held.authority_id == authority.id,
        None => {
            // A commune's province is known of the authority, and not of the token.
            let province_code = match authority.commune_code {
                Some(_) => &None,
                None => &authority.province_code,
            };
            authority.role == Some(actor.role)
                && actor.commune_code == authority.commune_code
                && &actor.province_code == province_code
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;
    use crate::{
        domain::{
            access::{
                HeldPost,
                table::Holder,
                tests::{actor, in_post, person_of},
            },
            post::{PostKind, acts_as},
        },
        ids::PostId,
    };

    fn now() -> DateTime<Utc> {
        "2026-05-20T12:00:00Z".parse().unwrap()
    }

    fn may(actor: &Actor, right: Right, facts: Facts<'_>) -> bool {
        decide(actor, right, facts, now()).is_ok()
    }

    /// Somebody of every kind: tokens, and posts with the grants given.
    fn everybody(grants: &[Right]) -> Vec<Actor> {
        let mut all: Vec<Actor> = ActorRole::ALL
            .iter()
            .map(|role| match role {
                ActorRole::Employer => actor(*role, "", "", "0101234567"),
                ActorRole::Commune => actor(*role, "", "02008", ""),
                ActorRole::Ministry | ActorRole::Operator => actor(*role, "", "", ""),
                _ => actor(*role, "19", "", ""),
            })
            .collect();
        let employer = EmployerId::from("an employer".to_owned());
        for (is_owner, is_verified) in [(true, true), (true, false), (false, true), (false, false)]
        {
            all.push(person_of(&employer, &["0101234567"], is_owner, is_verified));
        }
        for kind in PostKind::ALL {
            for (_, role) in acts_as(*kind) {
                let (province, commune) = match role {
                    ActorRole::Commune => ("", "02008"),
                    ActorRole::Ministry | ActorRole::Operator => ("", ""),
                    _ => ("19", ""),
                };
                let mut someone = in_post(*kind, role, province, commune);
                someone.post.as_mut().unwrap().grants = grants.to_vec();
                all.push(someone);
            }
        }
        all
    }

    fn keys(keys: &[&str]) -> BTreeSet<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    #[test]
    fn a_declaration_belongs_to_its_employer_and_to_the_authorities_of_its_case() {
        let declarant = actor(ActorRole::Employer, "", "", "0101234567");
        let by = DeclaredBy {
            caller_id: declarant.caller.id(),
            tax_code: declarant.tax_code.clone(),
            commune_code: None,
            employer: None,
        };
        let (here, elsewhere) = (keys(&["L19"]), keys(&["L20"]));
        let of = |audiences| Facts::Declaration { by: &by, audiences };
        let colleague = actor(ActorRole::Employer, "", "", "0101234567");
        let stranger = actor(ActorRole::Employer, "", "", "0109999999");
        let inspector = actor(ActorRole::Inspector, "19", "", "");
        let operator = actor(ActorRole::Operator, "", "", "");
        let read = Right::ReadDeclaration;
        assert!(may(&declarant, read, of(&elsewhere)));
        assert!(may(&colleague, Right::Supplement, of(&elsewhere)));
        assert!(!may(&stranger, read, of(&here)));
        assert!(may(&inspector, read, of(&here)));
        assert!(!may(&inspector, read, of(&elsewhere)));
        assert!(!may(&operator, read, of(&here)));
    }

    #[test]
    fn what_a_person_declared_in_one_post_stays_with_that_post() {
        let before = in_post(PostKind::CommuneOfficial, ActorRole::Commune, "", "02008");
        let by = DeclaredBy {
            caller_id: before.caller.id(),
            tax_code: None,
            commune_code: before.commune_code.clone(),
            employer: None,
        };
        let nobody = BTreeSet::new();
        let facts = Facts::Declaration {
            by: &by,
            audiences: &nobody,
        };
        let mut moved = in_post(PostKind::CommuneOfficial, ActorRole::Commune, "", "02011");
        moved.caller = before.caller.clone();
        assert!(may(&before, Right::ReadDeclaration, facts));
        assert_eq!(
            decide(&moved, Right::ReadDeclaration, facts, now()),
            Err(Denial::NotOfTerritory)
        );
    }

    #[test]
    fn of_an_employer_that_is_not_verified_each_sees_what_they_declared_themselves() {
        let employer = EmployerId::generate();
        let person =
            |is_verified| person_of(&employer, &["0101234567", "0109999999"], true, is_verified);
        let (mut before, after) = (person(false), person(true));
        before.employer.as_mut().unwrap().tax_codes.truncate(1);
        let nobody = BTreeSet::new();
        let seen_for =
            |who: &Actor, caller_id: CallerId, tax_code: &str, declared_for: Option<EmployerId>| {
                let by = DeclaredBy {
                    caller_id,
                    tax_code: Some(tax_code.to_owned()),
                    commune_code: None,
                    employer: declared_for.clone(),
                };
                let facts = Facts::Declaration {
                    by: &by,
                    audiences: &nobody,
                };
                let may = |right| may(who, right, facts);
                assert_eq!(may(Right::ReadDeclaration), may(Right::Supplement));
                may(Right::ReadDeclaration)
            };
        let seen = |who: &Actor, caller_id: CallerId, tax_code: &str| {
            seen_for(who, caller_id, tax_code, Some(employer.clone()))
        };
        let stranger = || actor(ActorRole::Employer, "", "", "0101234567").caller.id();
        assert!(seen(&before, before.caller.id(), "0101234567"));
        assert!(!seen(&before, stranger(), "0101234567"));
        // What they declared while they acted for another record of the same tax code.
        for other in [None, Some(EmployerId::generate())] {
            let mine = before.caller.id();
            assert!(!seen_for(&before, mine, "0101234567", other));
        }
        // What they declared for another employer stays with that one.
        assert!(!seen(&before, before.caller.id(), "0109999999"));
        assert!(seen(&after, stranger(), "0101234567"));
        assert!(seen(&after, stranger(), "0109999999"));
        assert!(!seen(&after, stranger(), "0108888888"));
    }

    #[test]
    fn owners_decide_about_people_and_about_claims_once_they_are_verified() {
        let (employer, other) = (EmployerId::generate(), EmployerId::generate());
        let facts = Facts::Employer {
            id: &employer,
            province_code: Some("19"),
        };
        let claim = |on_is_verified| Facts::Claim {
            on: &employer,
            on_is_verified,
            province_code: Some("19"),
        };
        let owner = person_of(&employer, &["0101234567"], true, true);
        let member = person_of(&employer, &["0101234567"], false, true);
        let stranger = person_of(&other, &["0101234567"], true, true);
        let token = actor(ActorRole::Employer, "", "", "0101234567");
        let manage = |who: &Actor| decide(who, Right::ManageEmployerPeople, facts, now());
        assert_eq!(manage(&owner), Ok(()));
        assert_eq!(manage(&member), Err(Denial::NotAnOwner));
        // The same tax code is not the same employer.
        assert_eq!(manage(&stranger), Err(Denial::NotOwnEmployer));
        assert_eq!(manage(&token), Err(Denial::NotOwnEmployer));
        assert!(may(&owner, Right::DecideClaims, claim(true)));
        assert!(!may(&owner, Right::DecideClaims, claim(false)));
        assert!(!may(&member, Right::DecideClaims, claim(true)));
        assert!(may(&member, Right::ReadEmployer, facts));
        assert!(!may(&owner, Right::ManageEmployers, facts));
        let in_province = |province| {
            in_post(
                PostKind::ProvincialAdministrator,
                ActorRole::Administrator,
                province,
                "",
            )
        };
        for right in [Right::ManageEmployers, Right::ReadEmployer] {
            assert!(may(&in_province("19"), right, facts));
            assert!(!may(&in_province("66"), right, facts));
        }
        assert!(may(&in_province("19"), Right::DecideClaims, claim(false)));
        assert!(!may(&in_province("19"), Right::ManageEmployerPeople, facts));
        let ministry = in_post(PostKind::MinistryOfficer, ActorRole::Ministry, "", "");
        assert!(may(&ministry, Right::ManageEmployers, facts));
        assert!(!may(
            &in_post(PostKind::ChiefInspector, ActorRole::Inspector, "19", ""),
            Right::ManageEmployers,
            facts
        ));
    }

    #[test]
    fn only_employers_and_communes_declare() {
        for someone in everybody(Right::ALL) {
            let may_declare = matches!(someone.role, ActorRole::Employer | ActorRole::Commune)
                && someone
                    .post
                    .as_ref()
                    .is_none_or(|held| held.kind == PostKind::CommuneOfficial);
            assert_eq!(
                may(&someone, Right::Declare, Facts::Any),
                may_declare,
                "{someone:?}"
            );
        }
    }

    #[test]
    fn whoever_has_left_a_post_has_none_of_its_rights() {
        for mut someone in everybody(Right::ALL) {
            let Some(held) = &mut someone.post else {
                continue;
            };
            held.until = Some(now());
            for right in Right::ALL {
                assert_eq!(
                    decide(&someone, *right, Facts::Any, now()),
                    Err(Denial::PostNotHeld)
                );
            }
        }
    }

    #[test]
    fn nobody_who_runs_the_service_sees_a_case_or_a_person() {
        let of_persons = [
            Right::ReadDeclaration,
            Right::ListCases,
            Right::ReadCase,
            Right::ReadHealthData,
            Right::ReadIdentityNumbers,
            Right::ReadInformant,
        ];
        let apart = [
            ActorRole::Operator,
            ActorRole::Administrator,
            ActorRole::Council,
        ];
        for someone in everybody(Right::ALL) {
            if apart.contains(&someone.role) {
                for right in of_persons {
                    assert!(!may(&someone, right, Facts::Any), "{someone:?} {right}");
                }
            }
        }
    }

    #[test]
    fn an_administrator_keeps_its_own_province_and_a_chief_its_own_authority() {
        let authority = |id: &str, province: &str, commune: Option<&str>| AuthorityFacts {
            id: id.to_owned(),
            role: Some(ActorRole::Inspector),
            province_code: Some(province.to_owned()),
            commune_code: commune.map(str::to_owned),
        };
        let administrator = in_post(
            PostKind::ProvincialAdministrator,
            ActorRole::Administrator,
            "19",
            "",
        );
        let chief = in_post(PostKind::ChiefInspector, ActorRole::Inspector, "19", "");
        let own = &chief.post.as_ref().unwrap().authority_id;
        let manage = |someone: &Actor, facts: &AuthorityFacts| {
            decide(someone, Right::ManagePosts, Facts::Authority(facts), now())
        };
        let commune = authority("UBX-02008", "19", Some("02008"));
        assert_eq!(manage(&administrator, &commune), Ok(()));
        assert_eq!(manage(&chief, &commune), Err(Denial::NotOwnAuthority));
        assert_eq!(manage(&chief, &authority(own, "19", None)), Ok(()));
        assert_eq!(
            manage(&administrator, &authority("SNV-66", "66", None)),
            Err(Denial::NotOwnProvince)
        );
        let token = actor(ActorRole::Inspector, "19", "", "");
        let read = |facts: &AuthorityFacts| may(&token, Right::ReadPosts, Facts::Authority(facts));
        assert!(read(&authority("SNV-19", "19", None)));
        assert!(!read(&commune));
        assert!(!read(&authority("SNV-66", "66", None)));
    }

    #[test]
    fn a_right_by_grant_is_there_with_the_grant_only() {
        let mut duty = in_post(PostKind::DutyOfficer, ActorRole::Inspector, "19", "");
        let case = keys(&["L19"]);
        let facts = Facts::Case { audiences: &case };
        assert_eq!(
            decide(&duty, Right::ReadHealthData, facts, now()),
            Err(Denial::NotGranted)
        );
        duty.post.as_mut().unwrap().grants = vec![Right::ReadHealthData];
        assert_eq!(decide(&duty, Right::ReadHealthData, facts, now()), Ok(()));
        let elsewhere = keys(&["L20"]);
        let elsewhere = Facts::Case {
            audiences: &elsewhere,
        };
        assert_eq!(
            decide(&duty, Right::ReadHealthData, elsewhere, now()),
            Err(Denial::NotOfTerritory)
        );
    }

    #[test]
    fn the_link_of_a_mail_shows_no_more_than_a_post_of_the_authority_sees() {
        use crate::domain::authority::Role;

        let health = |role| table::is_behind_link(role, Right::ReadHealthData);
        for role in [
            Role::ProvincialLabourAuthority,
            Role::LocalPolice,
            Role::CommunePc,
            Role::ProvincialHealth,
        ] {
            assert!(health(role), "{role}");
        }
        for role in [
            Role::Procuracy,
            Role::Insurer,
            Role::Union,
            Role::IzBoard,
            Role::ProvincialPc,
            Role::StatisticsOffice,
        ] {
            assert!(!health(role), "{role}");
        }
    }

    #[test]
    fn every_kind_of_holder_and_every_right_has_a_row() {
        for holder in Holder::ALL {
            assert!(table::rows().any(|row| row.holder == *holder), "{holder}");
        }
        for right in Right::ALL {
            assert!(table::rows().any(|row| row.right == *right), "{right}");
        }
        let mut seen = std::collections::HashSet::new();
        for row in table::rows() {
            assert!(
                seen.insert((row.holder, row.right, row.bound)),
                "twice: {row:?}"
            );
        }
    }

    fn audience_keys() -> impl Strategy<Value = BTreeSet<String>> {
        let letters = select(&["L", "C", "P", "K", "H", "I", "U", "Z"]);
        let codes = select(&["19", "20", "02008", "02011"]);
        prop::collection::btree_set(
            (letters, codes).prop_map(|(letter, code)| format!("{letter}{code}")),
            0..6,
        )
    }

    proptest! {
        #[test]
        fn without_a_row_there_is_no_right(
            who in select(everybody(Right::ALL)),
            right in select(Right::ALL),
            audiences in audience_keys(),
        ) {
            let has_row = table::rows()
                .any(|row| Some(row.holder) == who.holder() && row.right == right);
            prop_assert_eq!(may(&who, right, Facts::Any), has_row);
            let employer = EmployerId::from("an employer".to_owned());
            let of_employer = Facts::Employer { id: &employer, province_code: Some("19") };
            let claim = Facts::Claim { on: &employer, on_is_verified: true, province_code: Some("19") };
            for facts in [Facts::Found, Facts::Case { audiences: &audiences }, of_employer, claim] {
                prop_assert!(has_row || !may(&who, right, facts));
                // What is allowed of one record is allowed at all.
                prop_assert!(!may(&who, right, facts) || may(&who, right, Facts::Any));
            }
        }

        #[test]
        fn who_sees_a_case_still_sees_it_when_more_do(
            who in select(everybody(&[])),
            right in select(Right::ALL),
            few in audience_keys(),
            more in audience_keys(),
        ) {
            let all: BTreeSet<String> = few.union(&more).cloned().collect();
            let before = may(&who, right, Facts::Case { audiences: &few });
            let after = may(&who, right, Facts::Case { audiences: &all });
            prop_assert!(after || !before);
        }

        #[test]
        fn to_be_verified_and_to_be_an_owner_never_takes_a_right_away(
            right in select(Right::ALL),
            is_owner: bool,
            declared_by_me: bool,
            codes in prop::collection::vec(select(&["0101234567", "0109999999"]), 1..3),
        ) {
            let employer = EmployerId::from("an employer".to_owned());
            let less = person_of(&employer, &codes[..1], is_owner, false);
            let more = Actor { caller: less.caller.clone(), ..person_of(&employer, &codes, true, true) };
            let by = DeclaredBy {
                caller_id: if declared_by_me { less.caller.id() } else { CallerId::from("x".to_owned()) },
                tax_code: Some("0101234567".to_owned()),
                commune_code: None,
                employer: Some(employer.clone()),
            };
            let nobody = BTreeSet::new();
            for facts in [
                Facts::Declaration { by: &by, audiences: &nobody },
                Facts::Employer { id: &employer, province_code: None },
                Facts::Claim { on: &employer, on_is_verified: true, province_code: None },
            ] {
                prop_assert!(!may(&less, right, facts) || may(&more, right, facts));
            }
        }

        #[test]
        fn a_grant_never_takes_a_right_away(
            at in 0..everybody(&[]).len(),
            right in select(Right::ALL),
            grant in select(Right::ALL),
            audiences in audience_keys(),
        ) {
            let (without, with) = (everybody(&[]), everybody(&[grant]));
            let facts = Facts::Case { audiences: &audiences };
            prop_assert!(!may(&without[at], right, facts) || may(&with[at], right, facts));
        }

        #[test]
        fn a_token_has_no_right_but_those_of_its_post_and_of_its_scopes(
            who in select(everybody(Right::ALL)),
            right in select(Right::ALL),
            scopes in prop::collection::vec(select(Right::ALL), 0..5),
            audiences in audience_keys(),
        ) {
            let token = Actor {
                scopes: Some(scopes.clone()),
                ..who.clone()
            };
            for facts in [Facts::Any, Facts::Found, Facts::Case { audiences: &audiences }] {
                let expected = scopes.contains(&right) && may(&who, right, facts);
                prop_assert_eq!(may(&token, right, facts), expected);
            }
        }

        #[test]
        fn lists_and_single_cases_are_scoped_by_the_same_facts(
            who in select(everybody(&[])),
            audiences in audience_keys(),
        ) {
            let in_list = match sight::audiences(&who) {
                sight::Sight::All => true,
                sight::Sight::Nothing => false,
                sight::Sight::Audiences(keys) => keys.iter().any(|key| audiences.contains(key)),
            };
            prop_assert_eq!(
                may(&who, Right::ReadCase, Facts::Case { audiences: &audiences }),
                in_list
            );
        }
    }

    #[test]
    fn a_post_of_another_authority_is_another_post() {
        let held = HeldPost {
            id: PostId::generate(),
            kind: PostKind::Investigator,
            authority_id: "SNV-19".into(),
            grants: Vec::new(),
            until: None,
        };
        let someone = Actor {
            post: Some(held),
            ..actor(ActorRole::Inspector, "19", "", "")
        };
        let facts = AuthorityFacts {
            id: "SNV-19B".into(),
            role: Some(ActorRole::Inspector),
            province_code: Some("19".into()),
            commune_code: None,
        };
        assert!(!may(&someone, Right::ReadRoster, Facts::Authority(&facts)));
    }
}
