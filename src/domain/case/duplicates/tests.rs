//! What looks alike, what does not, and what holds for any two cases.

use proptest::prelude::*;

use super::{
    keys::{KeyText, keys_of},
    names::{Name, NameLikeness, firm},
    *,
};
use crate::domain::{
    case::{CaseStatus, tests::a_case},
    classify::CaseClass,
    clocks::tests::at,
    declaration::examples,
    investigation::InvestigationLevel,
    victim::Victim,
};

fn case() -> Case {
    a_case(
        CaseStatus::Declared,
        CaseClass::Fatal,
        InvestigationLevel::Provincial,
    )
}

fn again(case: &Case) -> Case {
    Case {
        id: CaseId::generate(),
        ..case.clone()
    }
}

fn victim(name: &str, year: Option<i32>, number: Option<&str>) -> Victim {
    Victim {
        no: 1,
        full_name: Some(name.to_owned()),
        birth_year: year,
        citizen_id: number.map(str::to_owned),
        ..Victim::default()
    }
}

fn facts(victims: Vec<Victim>) -> Declaration {
    let read = examples::read_at(&examples::full_body(), "2026-03-02T09:00:00+07:00");
    let mut facts = read.declaration.unwrap();
    facts.establishment = None;
    facts.employer = None;
    facts.victims = victims;
    facts
}

fn likenesses(found: &PossibleDuplicate) -> Vec<Likeness> {
    found.grounds.iter().map(|ground| ground.likeness).collect()
}

fn compared(
    (case, facts): (&Case, Option<&Declaration>),
    (other, others): (&Case, Option<&Declaration>),
) -> PossibleDuplicate {
    compare(
        &Compared::of(case, facts, &[]),
        &Compared::of(other, others, &[]),
    )
}

#[test]
fn two_reports_of_one_accident_look_alike_and_say_why() {
    let case = case();
    let mut other = again(&case);
    other.occurred_at += TimeDelta::hours(5);
    let found = compared((&case, None), (&other, None));
    assert_eq!(
        likenesses(&found),
        [
            Likeness::SameTaxCode,
            Likeness::SameEstablishmentName,
            Likeness::SameCounts,
            Likeness::SameCommune,
            Likeness::SameHalfDay,
        ]
    );
    assert_eq!(found.score, 15 + 10 + 5 + 10 + 6);
    other.establishment_tax_code = None;
    other.establishment_name = None;
    other.counts.dead = 2;
    other.commune_code = "00001".to_owned();
    other.province_code = "01".to_owned();
    other.occurred_at += TimeDelta::days(4);
    let found = compared((&case, None), (&other, None));
    assert_eq!((found.score, found.is_near()), (0, false));
}

#[test]
fn a_name_is_the_same_however_it_is_written() {
    let alike = |one: &str, other: &str| Name::of(one).likeness(&Name::of(other));
    use NameLikeness::{Same, Similar, Spelt};
    let table = [
        ("Nguyễn Văn Đức", "nguyễn văn ĐỨC", Some(Spelt)),
        ("Nguyễn Văn Đức", "NGUYEN VAN DUC", Some(Same)),
        ("Nguyễn Văn Đức", "Đức Nguyễn Văn", Some(Spelt)),
        ("Nguyễn Văn Đức", "duc nguyen van", Some(Same)),
        // Decomposed letters.
        ("Hoa\u{0300} Lò", "Hoà Lò", Some(Spelt)),
        // The middle name is left out; one letter is wrong, missing, or two changed places.
        ("Nguyễn Văn Đức", "Nguyễn Đức", Some(Similar)),
        ("Trần Thị Ngọc Ánh", "Trần Ánh", Some(Similar)),
        ("Nguyễn Văn Đức", "Nguyễn Văn Đứt", Some(Similar)),
        ("Nguyễn Văn Hùng", "Nguyễn Văn Hùn", Some(Similar)),
        ("Nguyễn Văn Bình", "Nguyễn Văn Bìhn", Some(Similar)),
        // Somebody else.
        ("Nguyễn Văn Đức", "Nguyễn Văn Bình", None),
        ("Nguyễn Văn Đức", "Nguyễn Văn", None),
        ("Nguyễn Văn Đức", "Trần Văn Bình", None),
        ("Nguyễn Văn Đức", "Đức", None),
        ("Chưa rõ tên", "Chưa rõ tên", None),
        ("", "", None),
    ];
    for (one, other, expected) in table {
        assert_eq!(alike(one, other), expected, "{one:?} {other:?}");
        assert_eq!(alike(other, one), expected, "{other:?} {one:?}");
    }
    assert!(Name::of("Nguyen Van Tu").is_the_same(&Name::of("Nguyễn Văn Tú")));
    assert!(!Name::of("Nguyễn Văn Tư").is_the_same(&Name::of("Nguyễn Văn Tú")));
}

#[test]
fn the_legal_form_of_a_firm_says_nothing() {
    assert_eq!(
        firm("Công ty TNHH Gạch Sông Cầu"),
        firm("CTY CP GACH SONG CAU").map(|name| name.replace("cty ", ""))
    );
    assert_eq!(firm("Công ty cổ phần Sông Cầu"), firm("SÔNG CẦU"));
    assert!(firm("Công ty TNHH").is_some() && firm(" – ").is_none());
}

#[test]
fn a_year_alone_goes_with_a_full_date_and_other_years_speak_against() {
    let case = case();
    let other = again(&case);
    let born = |day: &str| Victim {
        date_of_birth: Some(day.parse().unwrap()),
        birth_year: None,
        ..victim("Hà Văn Tư", None, None)
    };
    let dated = facts(vec![born("1986-05-09")]);
    let found = |others: Victim| {
        let others = facts(vec![others]);
        let found = compared((&case, Some(&dated)), (&other, Some(&others)));
        (likenesses(&found), found.score)
    };
    let (same_date, date_score) = found(born("1986-05-09"));
    let (same_year, year_score) = found(victim("Ha Van Tu", Some(1986), None));
    let (next_year, _) = found(victim("Ha Van Tu", Some(1987), None));
    let (other_year, other_score) = found(victim("Ha Van Tu", Some(1999), None));
    assert!(same_date.contains(&Likeness::SameBirthDate));
    assert!(same_year.contains(&Likeness::SameBirthYear) && year_score < date_score);
    assert!(!next_year.iter().any(|ground| ground.points() < 0));
    assert!(other_year.contains(&Likeness::OtherBirthYear) && other_score < year_score);
}

#[test]
fn two_numbers_of_one_kind_exclude_each_other_and_an_old_card_does_not() {
    let one = victim("Hà Văn Tư", Some(1986), Some("001086012345"));
    let grounds = |number: &str, year| {
        let other = victim("Hà Văn Tư", year, Some(number));
        Person::from(&one).grounds(&Person::from(&other))
    };
    let against = Likeness::OtherIdentityNumber;
    assert!(grounds("001086099999", Some(1986)).contains(&against));
    assert!(!grounds("012345678", Some(1986)).contains(&against));
    assert!(!grounds("001086012346", Some(1986)).contains(&against));
    assert!(grounds("001086 012345", Some(1986)).contains(&Likeness::SameIdentityNumber));
    // A namesake, and no more: nothing in common.
    assert!(grounds("001099099999", Some(1999)).is_empty());
}

#[test]
fn three_days_apart_are_near_only_where_an_hour_is_rough() {
    let (exact, rough) = (
        at("2026-03-02T07:31:00+07:00"),
        at("2026-03-04T07:00:00+07:00"),
    );
    assert_eq!(nearness(exact, rough), Some(Likeness::SameDays));
    assert_eq!(nearness(rough, exact), Some(Likeness::SameDays));
    assert_eq!(nearness(exact, rough + TimeDelta::minutes(1)), None);
    assert_eq!(nearness(exact, rough + TimeDelta::days(2)), None);
    assert!(is_rough(at("2026-03-04T00:00:00+07:00")));
}

#[test]
fn whoever_names_nobody_gives_no_key() {
    let keys = |name: &str, year| -> Vec<String> {
        let keys = keys_of(&facts(vec![victim(name, year, None)]));
        keys.into_iter().map(|key: KeyText| key.text).collect()
    };
    assert_eq!(
        keys("Nguyễn Văn Đức", Some(1986)),
        ["duc nguyen van", "duc 1986"]
    );
    assert_eq!(keys("Đức Nguyễn Văn", None), ["duc nguyen van"]);
    assert_eq!(
        keys("Lê Thị Lý", Some(1990)),
        ["le ly thi", "le 1990", "ly 1990"]
    );
    assert!(keys("Chưa rõ tên", Some(1990)).is_empty());
    assert!(keys("Tư", None).is_empty());
}

/// A case and its facts, with few values, so that two of them often have something in common.
fn any_side() -> impl Strategy<Value = (Case, Declaration)> {
    let words = prop::sample::select(vec![
        "Nguyễn", "Nguyen", "Văn", "Thị", "Đức", "Duc", "Đứt", "Bình",
    ]);
    let victim = (
        prop::collection::vec(words, 0..4),
        prop::option::of(1984..1988_i32),
        prop::option::of(prop::sample::select(vec![
            "001086012345",
            "001086099999",
            "012345678",
        ])),
    );
    let victims = prop::collection::vec(victim, 0..3);
    let firms = prop::option::of(prop::sample::select(vec!["Cty Sông Cầu", "Gạch Sông Cầu"]));
    let codes = prop::option::of(prop::sample::select(vec!["0101234567", "4799123402"]));
    let communes = prop::sample::select(vec![("02008", "19"), ("02009", "19"), ("22015", "66")]);
    (victims, firms, codes, communes, 0..6000_i64, 0..3_u32).prop_map(
        |(victims, firm, code, (commune, province), minutes, dead)| {
            let mut case = case();
            case.establishment_name = firm.map(str::to_owned);
            case.establishment_tax_code = code.map(str::to_owned);
            case.commune_code = commune.to_owned();
            case.province_code = province.to_owned();
            case.occurred_at += TimeDelta::minutes(minutes);
            case.counts.dead = dead;
            let numbered = victims.into_iter().zip(1..);
            let victims = numbered.map(|((words, year, number), no)| Victim {
                no,
                ..victim_of(&words, year, number)
            });
            (case, facts(victims.collect()))
        },
    )
}

fn victim_of(words: &[&str], year: Option<i32>, number: Option<&str>) -> Victim {
    victim(&words.join(" "), year, number)
}

fn score(one: &(Case, Declaration), other: &(Case, Declaration)) -> u32 {
    compared((&one.0, Some(&one.1)), (&other.0, Some(&other.1))).score
}

proptest! {
    #[test]
    fn the_score_is_the_same_from_both_sides_and_within_a_hundred(one in any_side(), other in any_side()) {
        let found = compared((&one.0, Some(&one.1)), (&other.0, Some(&other.1)));
        prop_assert_eq!(found.score, score(&other, &one));
        prop_assert!(found.score <= 100);
        let sum: i32 = found.grounds.iter().map(|ground| ground.points).sum();
        prop_assert_eq!(i64::from(found.score), i64::from(sum.clamp(0, 100)));
    }

    #[test]
    fn the_order_of_the_words_does_not_matter(one in any_side(), other in any_side(), turn in 0_usize..4) {
        let mut turned = one.clone();
        for victim in &mut turned.1.victims {
            let name = victim.full_name.take().unwrap_or_default();
            let mut words: Vec<&str> = name.split(' ').collect();
            let by = turn % words.len();
            words.rotate_left(by);
            victim.full_name = Some(words.join(" "));
        }
        prop_assert_eq!(score(&turned, &other), score(&one, &other));
    }

    #[test]
    fn more_in_common_never_counts_less(one in any_side(), other in any_side(), what in 0_usize..7) {
        let (one, mut other) = (one, other);
        // With one person on each side it is clear who is compared with whom.
        let (Some(mine), Some(theirs)) = (one.1.victims.first(), other.1.victims.first()) else {
            return Ok(());
        };
        let (mine, mut theirs) = (mine.clone(), theirs.clone());
        let one = (one.0, facts(vec![mine.clone()]));
        other.1 = facts(vec![theirs.clone()]);
        let before = score(&one, &other);
        match what {
            0 => other.0.establishment_tax_code.clone_from(&one.0.establishment_tax_code),
            1 => other.0.establishment_name.clone_from(&one.0.establishment_name),
            2 => other.0.occurred_at = one.0.occurred_at,
            3 => {
                other.0.commune_code.clone_from(&one.0.commune_code);
                other.0.province_code.clone_from(&one.0.province_code);
            }
            4 => other.0.counts = one.0.counts,
            5 => theirs.full_name = mine.full_name,
            _ => theirs.citizen_id = mine.citizen_id.or(theirs.citizen_id),
        }
        other.1 = facts(vec![theirs]);
        prop_assert!(score(&one, &other) >= before.min(100), "{what}");
    }
}
