use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::{
    domain::law::{DateBasis, Rule},
    service::rules::shipped,
};

fn at(minute: i64) -> DateTime<Utc> {
    let begin: DateTime<Utc> = "2026-02-16T17:00:00Z".parse().unwrap();
    begin + TimeDelta::minutes(minute)
}

fn row(kind: RungKind, outcome: &str, minutes: i32) -> Rule {
    Rule {
        rule_id: format!("{kind}-{outcome}-{minutes}"),
        decides: Subject::Ladder,
        rank: 10,
        key: kind.to_string(),
        facts: Vec::new(),
        outcome: outcome.to_owned(),
        days: Some(minutes),
        date_basis: DateBasis::Received,
        valid_from: NaiveDate::from_ymd_opt(2016, 7, 1).unwrap(),
        valid_to: None,
        article: "D".into(),
        confidence: "D".into(),
        note: String::new(),
    }
}

fn shown(rungs: &[Rung]) -> Vec<(String, i32, i64)> {
    let one = |rung: &Rung| {
        (
            rung.id.kind.to_string(),
            rung.id.nth,
            rung.after.num_minutes(),
        )
    };
    rungs.iter().map(one).collect()
}

#[test]
fn a_death_is_on_the_call_list_after_forty_minutes_and_a_light_accident_never() {
    let law = Law::new(shipped());
    let of = |class| shown(&rungs(&law, class, Role::LocalPolice, at(0)));
    let expected = |minutes: [i64; 4]| -> Vec<(String, i32, i64)> {
        let kinds = RungKind::ALL.iter().map(|kind| kind.to_string());
        kinds
            .zip(minutes)
            .map(|(kind, minute)| (kind, 1, minute))
            .collect()
    };
    assert_eq!(of(CaseClass::Fatal), expected([10, 20, 30, 40]));
    assert_eq!(of(CaseClass::MultiSerious), expected([15, 30, 45, 60]));
    assert_eq!(of(CaseClass::Unclear), expected([20, 40, 60, 90]));
    assert!(of(CaseClass::SingleSerious).is_empty());
    assert!(of(CaseClass::Light).is_empty());
}

#[test]
fn a_law_without_a_ladder_puts_what_is_urgent_on_the_call_list_at_once() {
    let none = Law::new(Vec::new());
    for class in CaseClass::ALL {
        let found = shown(&rungs(&none, *class, Role::LocalPolice, at(0)));
        match class.is_urgent() {
            true => assert_eq!(found, [("call_list".to_owned(), 1, 0)]),
            false => assert!(found.is_empty()),
        }
    }
    let short = Law::new(vec![row(RungKind::NextContact, ANY_ROLE, 7)]);
    let found = shown(&rungs(&short, CaseClass::Fatal, Role::LocalPolice, at(0)));
    assert_eq!(found.last().unwrap(), &("call_list".to_owned(), 1, 7));
}

#[test]
fn a_row_for_a_role_stands_in_place_of_those_for_any_and_several_are_numbered() {
    let law = Law::new(vec![
        row(RungKind::CallList, ANY_ROLE, 40),
        row(RungKind::CallList, "COMMUNE_PC", 15),
        row(RungKind::NextContact, ANY_ROLE, 12),
        row(RungKind::NextContact, ANY_ROLE, 6),
    ]);
    let of = |role| shown(&rungs(&law, CaseClass::Fatal, role, at(0)));
    let commune = of(Role::CommunePc);
    assert_eq!(commune[0], ("next_contact".to_owned(), 1, 6));
    assert_eq!(commune[1], ("next_contact".to_owned(), 2, 12));
    assert_eq!(commune[2], ("call_list".to_owned(), 1, 15));
    assert_eq!(of(Role::LocalPolice)[2].2, 40);
}

#[test]
fn a_rung_that_reaches_nobody_makes_the_next_one_due_at_once_and_no_other() {
    let law = Law::new(shipped());
    let rungs = rungs(&law, CaseClass::Fatal, Role::LocalPolice, at(0));
    let mut standing = Standing::begin(&rungs, at(0)).unwrap();
    assert_eq!(standing.due(&rungs, at(9)), None);
    let first = standing.due(&rungs, at(10)).unwrap();
    standing.climb(&rungs, first, false, at(10));
    let second = standing.due(&rungs, at(10)).unwrap();
    assert_eq!(second.kind, RungKind::DutyRoster);
    standing.climb(&rungs, second, true, at(10));
    assert_eq!(standing.next_at, Some(at(30)));
    standing.hurry(at(12));
    assert_eq!(
        standing.due(&rungs, at(12)).unwrap().kind,
        RungKind::HigherAuthority
    );
}

/// What may happen to an alert.
#[derive(Debug, Clone)]
enum Happening {
    /// So many minutes pass, or the clock is put back.
    Minutes(i64),
    /// The job looks; the rung reaches somebody or not.
    Look(bool),
    Hurry,
    Taken,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        4 => (-20_i64..90).prop_map(Happening::Minutes),
        6 => any::<bool>().prop_map(Happening::Look),
        1 => Just(Happening::Hurry),
        1 => Just(Happening::Taken),
    ];
    prop::collection::vec(one, 0..60)
}

fn any_rungs() -> impl Strategy<Value = Vec<Rung>> {
    let row = (0..RungKind::ALL.len(), 0..60_i32, any::<bool>());
    prop::collection::vec(row, 0..8).prop_map(|rows| {
        let law = Law::new(
            rows.into_iter()
                .enumerate()
                .map(|(number, (kind, minutes, own))| Rule {
                    rule_id: number.to_string(),
                    ..row_of(RungKind::ALL[kind], own, minutes)
                })
                .collect(),
        );
        rungs(&law, CaseClass::Fatal, Role::LocalPolice, at(0))
    })
}

fn row_of(kind: RungKind, own: bool, minutes: i32) -> Rule {
    row(kind, if own { "LOCAL_POLICE" } else { ANY_ROLE }, minutes)
}

proptest! {
    #[test]
    fn every_rung_once_in_order_never_early_and_never_after_it_was_taken(
        rungs in any_rungs(), happenings in happenings(),
    ) {
        prop_assert_eq!(rungs.iter().filter(|rung| rung.id.kind == RungKind::CallList).count().min(1), 1);
        let mut standing = Standing::begin(&rungs, at(0)).unwrap();
        let (mut now, mut taken) = (0, false);
        // From when on the next rung may come before its moment.
        let mut hurried = false;
        let mut climbed: Vec<RungId> = Vec::new();
        for happening in happenings {
            match happening {
                Happening::Minutes(minutes) => now += minutes,
                Happening::Hurry => {
                    hurried |= standing.next_at.is_some();
                    standing.hurry(at(now));
                }
                Happening::Taken => {
                    taken = true;
                    standing.rest();
                }
                Happening::Look(reached) => {
                    let due = standing.due(&rungs, at(now));
                    prop_assert!(due.is_none() || !taken);
                    let Some(rung) = due else { continue };
                    let moment = at(0) + rungs.iter().find(|one| one.id == rung).unwrap().after;
                    prop_assert!(hurried || moment <= at(now), "early");
                    prop_assert_eq!(rung, rungs[climbed.len()].id, "in order, each once");
                    climbed.push(rung);
                    standing.climb(&rungs, rung, reached, at(now));
                    hurried = !reached;
                }
            }
        }
        if !taken {
            // After any silence everything that is left is climbed.
            while let Some(rung) = standing.due(&rungs, at(100_000)) {
                climbed.push(rung);
                standing.climb(&rungs, rung, true, at(100_000));
            }
            prop_assert_eq!(climbed, rungs.iter().map(|rung| rung.id).collect::<Vec<_>>());
            prop_assert_eq!(standing.next_at, None);
        }
    }

    #[test]
    fn other_rules_never_make_anything_later(before in any_rungs(), after in any_rungs(), wait in 0_i64..60) {
        let mut standing = Standing::begin(&before, at(0)).unwrap();
        while let Some(rung) = standing.due(&before, at(wait)) {
            standing.climb(&before, rung, true, at(wait));
        }
        let promised = standing.next_at;
        standing.follow(&after);
        if let (Some(now), Some(promised)) = (standing.next_at, promised) {
            prop_assert!(now <= promised);
        }
    }
}
