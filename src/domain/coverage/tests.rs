use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::*;
use crate::{
    domain::{
        authority::Directory,
        codes::Codes,
        contact::{Channel, Contact},
        place::Places,
    },
    ids::ContactId,
    reference,
    service::rules::shipped,
};

static PLACES: LazyLock<Arc<Places>> = LazyLock::new(|| {
    let successions = reference::units::successions().into_iter();
    let successions = successions.map(|noted| noted.succession).collect();
    Arc::new(Places::new(reference::units::units(), successions))
});
static LAW: LazyLock<Arc<Law>> = LazyLock::new(|| Arc::new(Law::new(shipped())));

/// Everybody whom the rules name for a grave accident in xã 02008 of province 19.
const ROWS: [(&str, Role, Level, &str); 5] = [
    (
        "SNV",
        Role::ProvincialLabourAuthority,
        Level::Province,
        "19",
    ),
    ("CAT", Role::InvestigatingPolice, Level::Province, "19"),
    ("CAX", Role::LocalPolice, Level::Commune, "02008"),
    ("UBX", Role::CommunePc, Level::Commune, "02008"),
    ("BNV", Role::LabourMinistry, Level::Country, "VN"),
];

fn now() -> DateTime<Utc> {
    "2026-11-22T02:00:00+07:00".parse().unwrap()
}

fn ago(days: i64) -> DateTime<Utc> {
    now() - TimeDelta::days(days)
}

fn rows() -> Vec<Authority> {
    let row = |(id, role, level, code): (&str, Role, Level, &str)| Authority {
        authority_id: id.into(),
        role,
        name: id.into(),
        level,
        territory_code: code.into(),
        valid_from: "2025-07-01".parse().unwrap(),
        valid_to: None,
        emails: vec![format!("{}@Example.test", id.to_lowercase())],
        phone: "02207100000".into(),
        escalates_to: (id == "UBX").then(|| "SNV".to_owned()),
        sectors: Vec::new(),
    };
    ROWS.map(row).into()
}

fn world(rows: Vec<Authority>, contacts: Vec<Contact>) -> World {
    let directory = Directory::new(rows, &PLACES).with_contacts(contacts);
    World {
        places: Arc::clone(&PLACES),
        directory: Arc::new(directory),
        law: Arc::clone(&LAW),
        codes: Arc::new(Codes::built_in()),
    }
}

/// Somebody answered everywhere yesterday.
fn proofs() -> Proofs {
    let address = |row: Authority| (key(&row.emails[0]), ago(1));
    Proofs {
        answered: rows().into_iter().map(address).collect(),
        ..Proofs::default()
    }
}

/// The commune 02008 alone.
fn looked(world: &World, proofs: &Proofs) -> Coverage {
    let day = day_in_vietnam(now());
    let limits = Limits::on(&world.law, day).unwrap();
    let commune = PLACES.unit_on(UnitLevel::Commune, "02008", day).unwrap();
    Looker::new(world, day, Some((proofs, limits, now()))).at([commune].into_iter())
}

/// What is missing, by authority (or role) and classes.
fn shown(coverage: &Coverage) -> Vec<String> {
    let line = |gap: &Gap| {
        let who = gap.authority.as_deref().unwrap_or(gap.role.as_str());
        let classes: Vec<&str> = gap.classes.iter().map(|class| class.as_str()).collect();
        let missing: Vec<&str> = gap.missing.iter().map(|one| one.as_str()).collect();
        format!("{who} {} {}", missing.join("+"), classes.join(","))
    };
    coverage.gaps.iter().map(line).collect()
}

const ALL: &str = "FATAL,MULTI_SERIOUS,UNCLEAR";

#[test]
fn a_commune_is_covered_where_everybody_has_a_living_path() {
    let coverage = looked(&world(rows(), vec![]), &proofs());
    assert_eq!(shown(&coverage), Vec::<String>::new());
    let all = Share {
        total: 3,
        covered: 3,
    };
    assert_eq!(coverage.provinces, BTreeMap::from([("19".to_owned(), all)]));
    assert_eq!(coverage.uncovered_provinces(), 0);
}

#[test]
fn what_is_missing_is_named_with_the_classes_that_it_concerns() {
    let mut rows = rows();
    rows.retain(|row| row.authority_id != "CAX");
    rows[0].phone.clear();
    let mut proofs = proofs();
    proofs.bounced.insert("ubx@example.test".into(), now());
    let coverage = looked(&world(rows, vec![]), &proofs);
    assert_eq!(
        shown(&coverage),
        [
            format!("SNV no_telephone {ALL}"),
            format!("LOCAL_POLICE no_holder {ALL}"),
            // Stands in for them, and has nobody above.
            format!("CAT nobody_above {ALL}"),
            format!("UBX bounced {ALL}"),
        ]
    );
    assert_eq!(
        coverage.country(),
        Share {
            total: 3,
            covered: 0
        }
    );
    assert_eq!(coverage.uncovered(), BTreeSet::from(["02008"]));
}

#[test]
fn nobody_above_is_missing_below_the_country_only() {
    let mut rows = rows();
    // The police fall back on the police of the province, which is gone; so is whoever is above.
    rows.retain(|row| ["CAX", "BNV"].contains(&row.authority_id.as_str()));
    let coverage = look_at_directory(
        &world(rows, vec![]),
        [PLACES
            .unit_on(UnitLevel::Commune, "02008", day_in_vietnam(now()))
            .unwrap()]
        .into_iter(),
        day_in_vietnam(now()),
    );
    let lines = shown(&coverage);
    assert!(
        lines.contains(&format!("CAX nobody_above {ALL}")),
        "{lines:?}"
    );
    assert!(
        !lines.iter().any(|line| line.starts_with("BNV")),
        "{lines:?}"
    );
}

#[test]
fn an_address_is_dead_for_thirty_days_and_verified_for_two_tests() {
    let of = |change: &dyn Fn(&mut Proofs)| {
        let mut proofs = proofs();
        change(&mut proofs);
        shown(&looked(&world(rows(), vec![]), &proofs)).concat()
    };
    let cax = || "cax@example.test".to_owned();
    let bounced = |at| {
        of(&|proofs: &mut Proofs| {
            proofs.answered.insert(cax(), ago(40));
            proofs.bounced.insert(cax(), at);
        })
    };
    assert_eq!(bounced(ago(29)), format!("CAX bounced {ALL}"));
    assert_eq!(bounced(ago(30)), "");
    // Somebody answered since.
    assert_eq!(bounced(ago(41)), "");
    let answered = |at| {
        of(&|proofs: &mut Proofs| {
            proofs.answered.insert(cax(), at);
        })
    };
    assert_eq!(answered(ago(61)), "");
    assert_eq!(answered(ago(62)), format!("CAX not_verified {ALL}"));
}

#[test]
fn a_test_that_nobody_answered_is_missing_until_somebody_answers_anything() {
    let of = |missed: Option<DateTime<Utc>>, answered: DateTime<Utc>| {
        let mut proofs = proofs();
        let address = "cax@example.test".to_owned();
        proofs.answered.insert(address, answered);
        proofs
            .missed
            .extend(missed.map(|at| ("CAX".to_owned(), at)));
        shown(&looked(&world(rows(), vec![]), &proofs)).concat()
    };
    assert_eq!(of(None, ago(20)), "");
    assert_eq!(of(Some(ago(2)), ago(20)), format!("CAX test_missed {ALL}"));
    assert_eq!(of(Some(ago(2)), ago(1)), "");
    // Who is both silent and not verified lacks both.
    assert_eq!(
        of(Some(ago(2)), ago(70)),
        format!("CAX not_verified+test_missed {ALL}")
    );
}

#[test]
fn one_living_contact_covers_an_authority_whose_own_address_is_dead() {
    let contact = |verified_at| Contact {
        id: ContactId::generate(),
        authority_id: "CAX".into(),
        position: 1,
        channel: Channel::Email,
        address: "truc@cax.test".into(),
        name: "Trực ban".into(),
        phone: Some("0911000111".into()),
        verified_at,
        valid_from: "2026-01-01".parse().unwrap(),
        valid_to: None,
        created_at: ago(200),
    };
    let mut dead = proofs();
    dead.bounced.insert("cax@example.test".into(), now());
    let of = |contacts| {
        let mut rows = rows();
        let police = rows.iter_mut().find(|row| row.authority_id == "CAX");
        police.unwrap().phone.clear();
        shown(&looked(&world(rows, contacts), &dead)).concat()
    };
    assert_eq!(of(vec![]), format!("CAX bounced+no_telephone {ALL}"));
    assert_eq!(of(vec![contact(None)]), format!("CAX not_verified {ALL}"));
    assert_eq!(of(vec![contact(Some(ago(10)))]), "");
    let mut ended = contact(Some(ago(10)));
    ended.valid_to = Some("2026-11-22".parse().unwrap());
    assert_eq!(of(vec![ended]), format!("CAX bounced+no_telephone {ALL}"));
}

#[test]
fn a_share_is_rounded_down_and_compared_whatever_the_number_of_communes() {
    let share = |covered, total| Share { total, covered };
    assert_eq!(share(2999, 3000).percent(), 99.9);
    assert_eq!(share(3000, 3000).percent(), 100.0);
    assert_eq!(share(0, 0).percent(), 100.0);
    assert!(share(9, 12).is_less_than(share(8, 9)));
    assert!(!share(8, 9).is_less_than(share(9, 12)));
    assert!(!share(6, 8).is_less_than(share(3, 4)));
    assert!(!share(0, 0).is_less_than(share(3, 4)));
}

proptest! {
    #[test]
    fn a_gap_is_named_exactly_where_something_is_not_covered_and_bad_news_never_helps(
        kept in proptest::collection::vec(any::<bool>(), 5),
        phones in proptest::collection::vec(any::<bool>(), 5),
        bounced in proptest::collection::vec(proptest::option::of(0..80_i64), 5),
        answered in proptest::collection::vec(proptest::option::of(0..80_i64), 5),
        worse in 0..5_usize,
    ) {
        let mut proofs = Proofs::default();
        let mut sample = Vec::new();
        for (at, mut row) in rows().into_iter().enumerate() {
            let address = key(&row.emails[0]);
            proofs.bounced.extend(bounced[at].map(|days| (address.clone(), ago(days))));
            proofs.answered.extend(answered[at].map(|days| (address, ago(days))));
            if !phones[at] {
                row.phone.clear();
            }
            if kept[at] {
                sample.push(row);
            }
        }
        sample.iter_mut().for_each(|row| row.escalates_to = None);
        let world = world(sample, vec![]);
        let before = looked(&world, &proofs);
        let missed: BTreeSet<CaseClass> = before.gaps.iter().flat_map(|gap| gap.classes.clone()).collect();
        let share = before.country();
        prop_assert_eq!(share.total as usize, 3);
        prop_assert_eq!(share.covered as usize, 3 - missed.len());
        for gap in &before.gaps {
            prop_assert!(!gap.missing.is_empty() && gap.communes == ["02008"]);
            prop_assert_eq!(gap.authority.is_none(), gap.missing == [Missing::NoHolder]);
        }

        proofs.bounced.insert(format!("{}@example.test", ROWS[worse].0.to_lowercase()), now());
        let after = looked(&world, &proofs).country();
        prop_assert!(after.covered <= share.covered);
    }
}
