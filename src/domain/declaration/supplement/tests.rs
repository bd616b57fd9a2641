use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::{
    declaration::examples::{
        RECEIVED, all_pointers, any_json, full_body, names_something, read_at, remove, set,
        with_context,
    },
    victim::{Circumstance, Group, Outcome},
};

const LATER: &str = "2024-12-01T09:00:00+07:00";

fn current() -> Declaration {
    let mut body = full_body();
    remove(&mut body, "/accident/abroad");
    read_at(&body, RECEIVED).declaration.unwrap()
}

fn supplement(body: &Value) -> Supplemented {
    with_context(LATER, |ctx| read(body, &current(), ctx))
}

#[track_caller]
fn merged(body: Value) -> Declaration {
    let read = supplement(&body);
    assert_eq!(read.required, []);
    assert_eq!(read.optional, []);
    read.supplement.unwrap().merged
}

#[track_caller]
fn refused(body: Value) -> Vec<(String, FaultCode)> {
    let read = supplement(&body);
    assert!(read.supplement.is_none());
    read.required
        .into_iter()
        .map(|fault| (fault.pointer, fault.code))
        .collect()
}

fn at(pointer: &str, code: FaultCode) -> Vec<(String, FaultCode)> {
    vec![(pointer.to_owned(), code)]
}

#[test]
fn a_note_alone_changes_nothing() {
    assert_eq!(merged(json!({ "note": "Không có gì mới." })), current());
    assert_eq!(refused(json!({})), at("/note", FaultCode::Required));
    assert_eq!(
        refused(json!({ "note": " " })),
        at("/note", FaultCode::Required)
    );
}

#[test]
fn only_what_is_given_changes() {
    let now = merged(json!({
        "note": "Sửa.",
        "accident": { "casualties": { "dead": 2, "serious": 0 }, "place": { "detail": "Mỏ số 3" } },
        "establishment": { "headcount": 50 },
        "employer": { "phone": "0912345678" },
    }));
    let mut expected = current();
    expected.accident.casualties.dead = 2;
    expected.accident.casualties.serious = 0;
    expected.accident.place.detail = Some("Mỏ số 3".into());
    expected.establishment.as_mut().unwrap().headcount = Some(50);
    expected.employer.as_mut().unwrap().phone = Some("0912345678".into());
    assert_eq!(now, expected);
}

#[test]
fn a_victim_who_dies_later_is_corrected_under_its_number() {
    let now = merged(json!({
        "note": "Nạn nhân số 2 tử vong.",
        "victims": [{ "no": 2, "death": { "at": "2024-11-20T01:00:00+07:00", "circumstance": "treatment" } }],
    }));
    assert_eq!(now.victims.len(), 2);
    assert_eq!(now.victims[0], current().victims[0]);
    let second = &now.victims[1];
    assert_eq!(second.outcome, Some(Outcome::Dead));
    assert_eq!(
        second.death.as_ref().unwrap().circumstance,
        Some(Circumstance::Treatment)
    );
    assert_eq!(second.full_name.as_deref(), Some("Lý Thị Mai"));
    assert_eq!(second.injuries, ["043"]);
}

#[test]
fn new_victims_get_the_next_free_numbers_in_any_order() {
    let now = merged(json!({
        "note": "Thêm.",
        "victims": [{ "no": 4, "outcome": "light" }, { "no": 3, "outcome": "serious" }],
    }));
    let numbers: Vec<u32> = now.victims.iter().map(|v| v.no).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(now.victims[3].outcome, Some(Outcome::Light));
}

#[test]
fn gaps_and_repetitions_of_numbers_are_refused() {
    for (victims, pointer, code) in [
        (
            json!([{ "no": 4 }]),
            "/victims/0/no",
            FaultCode::VictimNumber,
        ),
        (
            json!([{ "no": 1 }, { "no": 1 }]),
            "/victims/1/no",
            FaultCode::VictimNumber,
        ),
        (
            json!([{ "no": 3 }, { "no": 3 }]),
            "/victims/1/no",
            FaultCode::VictimNumber,
        ),
        (json!([{ "no": 0 }]), "/victims/0/no", FaultCode::TooSmall),
        (
            json!([{ "no": "1" }]),
            "/victims/0/no",
            FaultCode::WrongType,
        ),
        (
            json!([{ "outcome": "dead" }]),
            "/victims/0/no",
            FaultCode::Required,
        ),
        (json!([null]), "/victims/0", FaultCode::NullNotAllowed),
    ] {
        assert_eq!(
            refused(json!({ "note": "x", "victims": victims })),
            at(pointer, code)
        );
    }
}

#[test]
fn every_fault_of_a_repeated_victim_is_named() {
    let body = json!({ "note": "x", "victims": [{ "no": 1 }, { "no": 1, "sex": "nam" }] });
    let read = supplement(&body);
    assert_eq!(read.required[0].pointer, "/victims/1/no");
    assert_eq!(read.optional[0].pointer, "/victims/1/sex");
}

#[test]
fn null_is_a_fault_wherever_it_stands() {
    for pointer in [
        "/note",
        "/accident",
        "/establishment",
        "/employer",
        "/victims",
        "/accident/place",
        "/accident/summary",
        "/accident/learned_at",
        "/accident/casualties/dead",
        "/establishment/tax_code",
        "/victims/0/no",
        "/victims/0/death",
        "/victims/0/injuries",
        "/victims/0/injuries/0",
    ] {
        let mut body = json!({
            "note": "x",
            "accident": { "place": {}, "casualties": {} },
            "establishment": {},
            "victims": [{ "no": 1, "injuries": ["014"] }],
        });
        set(&mut body, pointer, Value::Null);
        assert_eq!(
            refused(body),
            at(pointer, FaultCode::NullNotAllowed),
            "{pointer}"
        );
    }
}

#[test]
fn kind_and_declarant_cannot_be_supplemented() {
    let read = supplement(&json!({ "note": "x", "kind": "accident", "declarant": {} }));
    let found: Vec<_> = read
        .optional
        .iter()
        .map(|f| (f.pointer.as_str(), f.code))
        .collect();
    assert_eq!(
        found,
        [
            ("/declarant", FaultCode::UnknownField),
            ("/kind", FaultCode::UnknownField)
        ]
    );
}

#[test]
fn what_the_form_asks_of_whoever_declared_is_added_and_who_it_is_stays() {
    let now = merged(json!({ "note": "x", "declarant": { "position": "Quản đốc" } }));
    assert_eq!(now.declarant.position.as_deref(), Some("Quản đốc"));
    let body =
        json!({ "note": "x", "declarant": { "position": "Quản đốc", "full_name": "Lý Thị Mận" } });
    let read = supplement(&body);
    let found: Vec<_> = read.optional.iter().map(|f| f.pointer.as_str()).collect();
    assert_eq!(found, ["/declarant"]);
}

#[test]
fn given_lists_are_united_with_what_stands() {
    let now = merged(json!({
        "note": "x",
        "victims": [{ "no": 1, "injuries": ["043", "014"], "groups": ["foreigner"] }],
    }));
    assert_eq!(now.victims[0].injuries, ["014", "043"]);
    assert_eq!(now.victims[0].groups, [Group::Disabled, Group::Foreigner]);
}

#[test]
fn groups_follow_corrected_facts() {
    let now = merged(json!({
        "note": "Sửa năm sinh và giới tính.",
        "victims": [{ "no": 2, "birth_year": 1950, "sex": "male" }],
    }));
    assert_eq!(now.victims[1].groups, [Group::Elderly]);
    // The day of the accident alone can make a person of full age.
    let now = merged(json!({ "note": "x", "victims": [{ "no": 2, "birth_year": 2006 }] }));
    assert_eq!(now.victims[1].groups, [Group::Female]);
}

#[test]
fn a_new_date_of_birth_takes_the_old_year_with_it() {
    let now =
        merged(json!({ "note": "x", "victims": [{ "no": 2, "date_of_birth": "1990-05-06" }] }));
    assert_eq!(now.victims[1].birth_year, Some(1990));
}

#[test]
fn the_casualties_may_not_be_corrected_to_nobody_while_nobody_is_named() {
    let mut current = current();
    current.victims.clear();
    let body = json!({ "note": "x", "accident": { "casualties": { "dead": 0, "serious": 0 } } });
    let read = with_context(LATER, |ctx| read(&body, &current, ctx));
    assert_eq!(read.required[0].pointer, "/accident/casualties");
    assert_eq!(read.required[0].code, FaultCode::NobodyHurt);
}

#[test]
fn a_corrected_moment_must_go_with_what_followed() {
    for moment in ["2024-11-05T08:30:00+07:00", "2024-11-05T09:00:00+07:00"] {
        let body = json!({ "note": "x", "accident": { "occurred_at": moment } });
        assert_eq!(
            refused(body),
            at("/accident/occurred_at", FaultCode::AfterConsequence)
        );
    }
    let now = merged(json!({
        "note": "x",
        "accident": { "occurred_at": "2024-11-05T09:00:00+07:00", "learned_at": "2024-11-05T09:30:00+07:00" },
        "victims": [{ "no": 1, "death": { "at": "2024-11-05T09:05:00+07:00" } }],
    }));
    let death = now.victims[0].death.clone().unwrap();
    assert_eq!(death.circumstance, Some(Circumstance::Scene));
}

#[test]
fn a_commune_must_be_in_force_on_the_corrected_day() {
    let mut current = current();
    current.accident.place.code_date = None;
    current.accident.learned_at = None;
    current.victims.clear();
    let body = json!({ "note": "x", "accident": { "occurred_at": "2025-07-02T08:00:00+07:00" } });
    let read = with_context("2025-08-01T00:00:00Z", |ctx| read(&body, &current, ctx));
    assert_eq!(read.required[0].pointer, "/accident/place/commune_code");
    assert_eq!(read.required[0].code, FaultCode::PlaceNotInForce);
}

#[test]
fn an_accident_turns_out_to_have_been_abroad() {
    let abroad = json!({
        "country": "la", "sending_employer": { "name": "Mỏ đá", "commune_code": "02011" },
    });
    let now = merged(json!({ "note": "x", "accident": { "abroad": abroad } }));
    assert_eq!(now.accident.abroad.unwrap().country, "LA");
    // Said by halves, it does not stop what is urgent, which lies where it lay.
    let by_halves = json!({ "note": "x", "accident": { "abroad": { "country": "LA" } } });
    let read = supplement(&by_halves);
    let pointers: Vec<&str> = read.optional.iter().map(|f| f.pointer.as_str()).collect();
    assert_eq!(pointers, ["/accident/abroad/sending_employer"]);
    assert_eq!(read.supplement.unwrap().merged, current());
}

#[test]
fn a_wrong_optional_entry_does_not_take_the_place_of_a_sound_one() {
    let body = json!({
        "note": "x",
        "establishment": { "tax_code": "1" },
        "victims": [{ "no": 1, "injuries": ["999"], "occupation_code": "thợ" }],
    });
    let read = supplement(&body);
    assert_eq!(read.optional.len(), 3);
    let (supplement, warnings) = read.settle(|_| true).unwrap();
    assert_eq!(supplement.merged, current());
    assert_eq!(warnings.len(), 3);
}

fn full_supplement() -> Value {
    let mut body = full_body();
    remove(&mut body, "/kind");
    remove(&mut body, "/declarant");
    body["note"] = json!("x");
    body["victims"][0]["no"] = json!(1);
    body["victims"][1]["no"] = json!(3);
    body
}

fn check_merging(body: &Value) -> Result<(), TestCaseError> {
    let current = current();
    let read = with_context(LATER, |ctx| read(body, &current, ctx));
    prop_assert_eq!(read.supplement.is_some(), read.required.is_empty());
    for fault in [&read.required, &read.optional, &read.warnings]
        .into_iter()
        .flatten()
    {
        prop_assert!(
            names_something(body, &fault.pointer),
            "{} in {}",
            fault.pointer,
            body
        );
    }
    let Some(supplement) = read.supplement else {
        return Ok(());
    };
    prop_assert_eq!(supplement.merged.kind, current.kind);
    prop_assert_eq!(&supplement.merged.declarant, &current.declarant);
    let (old, new) = (
        serde_json::to_value(&current).unwrap(),
        serde_json::to_value(&supplement.merged).unwrap(),
    );
    for pointer in all_pointers(&old) {
        // Groups follow the facts, so a corrected fact may take one away.
        if !pointer.contains("/groups") {
            prop_assert!(
                new.pointer(&pointer).is_some(),
                "{} is lost by {}",
                pointer,
                body
            );
        }
    }
    let numbers: Vec<u32> = supplement.merged.victims.iter().map(|v| v.no).collect();
    let in_order: Vec<u32> = (1..).take(numbers.len()).collect();
    prop_assert_eq!(numbers, in_order);
    for (old, new) in current.victims.iter().zip(&supplement.merged.victims) {
        prop_assert!(old.injuries.iter().all(|code| new.injuries.contains(code)));
    }
    Ok(())
}

#[test]
fn a_supplement_may_say_everything_again() {
    let read = supplement(&full_supplement());
    assert_eq!(read.required, []);
    assert_eq!(read.optional, []);
    assert_eq!(read.supplement.unwrap().merged.victims.len(), 3);
}

proptest! {
    #[test]
    fn any_json_supplements_without_panic_or_loss(body in any_json()) {
        check_merging(&body)?;
    }

    #[test]
    fn a_good_supplement_with_anything_in_it_loses_nothing(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any_json()), 1..4),
        keep in proptest::collection::vec(any::<bool>(), 4),
    ) {
        let mut body = full_supplement();
        for (name, keep) in ["accident", "establishment", "employer", "victims"].iter().zip(keep) {
            if !keep {
                remove(&mut body, &format!("/{name}"));
            }
        }
        for (at, value) in changes {
            let all = all_pointers(&body);
            if !all.is_empty() {
                set(&mut body, &all[at.index(all.len())], value);
            }
        }
        check_merging(&body)?;
    }
}
