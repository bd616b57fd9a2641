use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::{
    declaration::examples::{
        self, Example, RECEIVED, all_pointers, any_json, full_body, names_something, pointers,
        read_at, remove, set,
    },
    victim::{Group, Outcome},
};

fn read_full_with(changes: &[(&str, Value)]) -> Reading {
    let mut body = full_body();
    for (pointer, value) in changes {
        set(&mut body, pointer, value.clone());
    }
    read_at(&body, RECEIVED)
}

fn codes_at(faults: &[Fault]) -> Vec<(&str, FaultCode)> {
    faults
        .iter()
        .map(|f| (f.pointer.as_str(), f.code))
        .collect()
}

/// The faults of the full body with one thing changed: required ones, optional ones.
#[track_caller]
fn check(
    pointer: &str,
    value: Value,
    required: &[(&str, FaultCode)],
    optional: &[(&str, FaultCode)],
) {
    let reading = read_full_with(&[(pointer, value.clone())]);
    assert_eq!(codes_at(&reading.required), required, "{pointer} = {value}");
    assert_eq!(codes_at(&reading.optional), optional, "{pointer} = {value}");
    assert_eq!(reading.declaration.is_some(), required.is_empty());
}

#[track_caller]
fn stops(pointer: &str, value: Value, code: FaultCode) {
    check(pointer, value, &[(pointer, code)], &[]);
}

#[track_caller]
fn warns(pointer: &str, value: Value, code: FaultCode) {
    check(pointer, value, &[], &[(pointer, code)]);
}

#[test]
fn the_nine_good_examples_of_the_contract_read_without_faults() {
    for Example {
        name,
        body,
        received_at,
        ..
    } in &examples::all()[..9]
    {
        let reading = read_at(body, received_at);
        // Example 9 names factor 10, which only the older list has.
        assert_eq!(pointers(&reading), [""; 0], "{name}");
        assert_eq!(reading.warnings, [], "{name}");
        assert!(reading.declaration.is_some(), "{name}");
    }
}

#[test]
fn the_bad_example_of_the_contract_has_exactly_its_faults() {
    let examples = examples::all();
    let Example {
        body,
        received_at,
        expect,
        ..
    } = &examples[9];
    let reading = read_at(body, received_at);
    let mut found = pointers(&reading);
    let mut expected: Vec<&str> = expect["error_pointers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p.as_str().unwrap())
        .collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert!(reading.declaration.is_none());
}

#[test]
fn a_full_body_is_kept_entry_by_entry() {
    let reading = read_full_with(&[]);
    assert_eq!(pointers(&reading), [""; 0]);
    assert_eq!(reading.warnings, []);
    let declaration = reading.declaration.unwrap();
    let kept = serde_json::to_value(&declaration).unwrap();
    let body = full_body();
    for pointer in all_pointers(&body) {
        let (sent, kept) = (body.pointer(&pointer).unwrap(), kept.pointer(&pointer));
        let is_moment = pointer.ends_with("_at") || pointer.ends_with("/at");
        if !sent.is_object() && !sent.is_array() && !is_moment {
            assert_eq!(kept, Some(sent), "{pointer}");
        }
        assert!(kept.is_some(), "{pointer}");
    }
    assert_eq!(
        declaration.accident.injury_factor_scheme.as_deref(),
        Some("ONLINE-FORM")
    );
    assert_eq!(declaration.victims[1].groups, [Group::Female, Group::Minor]);
    assert_eq!(declaration.victims[1].no, 2);
    assert_eq!(
        serde_json::from_value::<Declaration>(kept).unwrap(),
        declaration
    );
}

#[test]
fn every_required_entry_that_is_left_out_is_named() {
    for pointer in [
        "/kind",
        "/declarant",
        "/declarant/full_name",
        "/declarant/phone",
        "/accident",
        "/accident/occurred_at",
        "/accident/summary",
        "/accident/casualties",
        "/accident/abroad/country",
        "/accident/abroad/sending_employer",
        "/accident/abroad/sending_employer/name",
        "/accident/abroad/sending_employer/commune_code",
    ] {
        let mut body = full_body();
        // Of a place here and one abroad, one is required.
        if pointer.starts_with("/accident/abroad") {
            remove(&mut body, "/accident/place");
        }
        remove(&mut body, pointer);
        let missing = read_at(&body, RECEIVED);
        assert_eq!(
            codes_at(&missing.required),
            [(pointer, FaultCode::Required)]
        );
        assert_eq!(missing.optional, []);
        // null says as little as nothing.
        set(&mut body, pointer, Value::Null);
        let missing = read_at(&body, RECEIVED);
        assert_eq!(
            codes_at(&missing.required),
            [(pointer, FaultCode::Required)]
        );
    }
}

#[test]
fn every_optional_entry_may_be_left_out_or_null() {
    let body = full_body();
    let required = [
        "/kind",
        "/declarant",
        "full_name",
        "phone",
        "/accident",
        "occurred_at",
        "summary",
        "casualties",
        "country",
        "sending_employer",
        "name",
        "sending_employer/commune_code",
    ];
    for pointer in all_pointers(&body) {
        let is_entry = pointer.rsplit('/').next().unwrap().parse::<usize>().is_ok();
        let is_required = required.iter().any(|r| pointer.ends_with(r))
            && (pointer.starts_with("/accident") || !pointer.contains("victims"));
        let is_establishment =
            pointer.starts_with("/establishment") || pointer.starts_with("/employer");
        if is_entry || (is_required && !is_establishment) {
            continue;
        }
        let mut without = body.clone();
        remove(&mut without, &pointer);
        let mut with_null = body.clone();
        set(&mut with_null, &pointer, Value::Null);
        for body in [without, with_null] {
            let reading = read_at(&body, RECEIVED);
            let expected: &[&str] = match pointer.as_str() {
                // Who describes a death says when it was.
                "/victims/0/death/at" => &["/victims/0/death/at"],
                _ => &[],
            };
            assert_eq!(pointers(&reading), expected, "{pointer}");
            assert!(reading.declaration.is_some(), "{pointer}");
        }
    }
}

#[test]
fn the_place_is_required_unless_it_happened_abroad() {
    let mut body = full_body();
    remove(&mut body, "/accident/abroad");
    for pointer in ["/accident/place", "/accident/place/commune_code"] {
        let mut body = body.clone();
        remove(&mut body, pointer);
        let reading = read_at(&body, RECEIVED);
        assert_eq!(
            codes_at(&reading.required),
            [(pointer, FaultCode::Required)]
        );
    }
    for (value, code) in [
        (json!("99999"), FaultCode::PlaceUnknown),
        (json!("2011"), FaultCode::PlaceUnknown),
        (json!(2011), FaultCode::PlaceUnknown),
        (json!(" "), FaultCode::Required),
        (json!("0201١"), FaultCode::PlaceUnknown),
    ] {
        set(&mut body, "/accident/place/commune_code", value);
        let reading = read_at(&body, RECEIVED);
        assert_eq!(
            codes_at(&reading.required),
            [("/accident/place/commune_code", code)]
        );
    }
}

#[test]
fn a_commune_code_is_looked_up_on_its_own_date_or_on_the_day_of_the_accident() {
    // 02011 ended with the reform of 1 July 2025; 02008 is there on both sides.
    let mut body = full_body();
    remove(&mut body, "/accident/abroad");
    remove(&mut body, "/accident/place/code_date");
    let late = "2025-08-01T09:00:00+07:00";
    assert_eq!(pointers(&read_at(&body, late)), [""; 0]);
    set(&mut body, "/accident/place/code_date", json!("2025-07-15"));
    // The date is optional, and the code is good on the day of the accident.
    let reading = read_at(&body, late);
    assert_eq!(
        codes_at(&reading.optional),
        [("/accident/place/commune_code", FaultCode::PlaceNotInForce)]
    );
    assert_eq!(reading.required, []);
    set(&mut body, "/accident/place/code_date", json!("2025-08-02"));
    let reading = read_at(&body, late);
    assert_eq!(
        codes_at(&reading.optional),
        [("/accident/place/code_date", FaultCode::InTheFuture)]
    );
    // The code date fails, so the day of the accident counts.
    assert_eq!(reading.required, []);
}

#[test]
fn a_wrong_moment_of_the_accident_does_not_make_other_entries_wrong() {
    for (value, code) in [
        (json!("2031-01-01T00:00:00+07:00"), FaultCode::InTheFuture),
        (json!("9999-12-31T23:59:60Z"), FaultCode::InTheFuture),
        (json!("2016-06-30T23:59:59+07:00"), FaultCode::BeforeTheLaw),
        (json!("0001-01-01T00:00:00Z"), FaultCode::BeforeTheLaw),
        (json!("2024-11-05T08:20:00"), FaultCode::NotAMoment),
        (json!("2024-11-05T08:20+07:00"), FaultCode::NotAMoment),
        (json!("05/11/2024 08:20"), FaultCode::NotAMoment),
        (json!("2024-02-30T08:20:00+07:00"), FaultCode::NotAMoment),
        (json!(1730769600), FaultCode::WrongType),
    ] {
        stops("/accident/occurred_at", value, code);
    }
}

#[test]
fn a_clock_that_is_five_minutes_ahead_is_no_future() {
    let reading = read_full_with(&[
        ("/accident/occurred_at", json!("2024-11-05T10:05:00+07:00")),
        ("/accident/learned_at", Value::Null),
        ("/victims/0/death", Value::Null),
    ]);
    assert_eq!(pointers(&reading), [""; 0]);
    stops(
        "/accident/occurred_at",
        json!("2024-11-05T10:05:01+07:00"),
        FaultCode::InTheFuture,
    );
}

#[test]
fn counts_are_whole_numbers_of_people() {
    for (value, code) in [
        (json!(-1), FaultCode::TooSmall),
        (json!(1.5), FaultCode::WrongType),
        (json!("1"), FaultCode::WrongType),
        (json!(10_000), FaultCode::TooLarge),
        (json!(1e300), FaultCode::TooLarge),
        (json!(-1e300), FaultCode::TooSmall),
        (json!(u64::MAX), FaultCode::TooLarge),
        (json!([1]), FaultCode::WrongType),
    ] {
        stops("/accident/casualties/dead", value, code);
    }
    let reading = read_full_with(&[("/accident/casualties", json!({ "serious": 2.0 }))]);
    let casualties = reading.declaration.unwrap().accident.casualties;
    assert_eq!((casualties.serious, casualties.total()), (2, 2));
}

#[test]
fn an_accident_hurts_somebody() {
    let nobody = json!({ "dead": 0 });
    let body_without_victims = |kind: &str| {
        let mut body = full_body();
        remove(&mut body, "/victims");
        set(&mut body, "/kind", json!(kind));
        set(&mut body, "/accident/casualties", nobody.clone());
        body
    };
    let accident = body_without_victims("accident");
    assert_eq!(
        codes_at(&read_at(&accident, RECEIVED).required),
        [("/accident/casualties", FaultCode::NobodyHurt)]
    );
    let incident = body_without_victims("technical_incident");
    assert_eq!(pointers(&read_at(&incident, RECEIVED)), [""; 0]);
    let mut with_more = accident.clone();
    set(&mut with_more, "/accident/summary", json!(""));
    assert_eq!(
        pointers(&read_at(&with_more, RECEIVED)),
        ["/accident/summary", "/accident/casualties"]
    );
    // A victim with an outcome is somebody; so is one whose outcome cannot be read.
    assert_eq!(
        pointers(&read_full_with(&[("/accident/casualties", nobody.clone())])),
        [""; 0]
    );
    let mut unreadable = accident.clone();
    set(&mut unreadable, "/victims", json!([{ "outcome": "hurt" }]));
    let reading = read_at(&unreadable, RECEIVED);
    assert_eq!(
        codes_at(&reading.optional),
        [("/victims/0/outcome", FaultCode::NotAllowed)]
    );
    assert_eq!(reading.declaration.unwrap().victims[0].outcome, None);
}

#[test]
fn what_steers_routing_stops_only_where_nothing_stands_in_its_place() {
    stops("/kind", json!("disaster"), FaultCode::NotAllowed);
    stops("/kind", json!(1), FaultCode::WrongType);
    let seat = "/accident/abroad/sending_employer/commune_code";
    for (pointer, wrong, code) in [
        ("/declarant/role", json!("boss"), FaultCode::NotAllowed),
        ("/accident/sector", json!("space"), FaultCode::NotAllowed),
        (
            "/accident/abroad/country",
            json!("VN"),
            FaultCode::CountryUnknown,
        ),
        (
            "/accident/abroad/country",
            json!("Japan"),
            FaultCode::CountryUnknown,
        ),
        (seat, json!("99999"), FaultCode::PlaceUnknown),
        ("/accident/abroad", json!("Lào"), FaultCode::WrongType),
    ] {
        let mut body = full_body();
        set(&mut body, "/accident/place/commune_code", json!("02008"));
        set(&mut body, pointer, wrong);
        let reading = read_at(&body, RECEIVED);
        assert_eq!(codes_at(&reading.required), [], "{pointer}");
        assert_eq!(codes_at(&reading.optional), [(pointer, code)]);
        let read = reading.declaration.unwrap();
        let is_about_abroad = pointer.starts_with("/accident/abroad");
        assert_eq!(read.accident.abroad.is_none(), is_about_abroad);
        // Without a place, abroad is where it happened.
        remove(&mut body, "/accident/place");
        let stopped = is_about_abroad.then_some((pointer, code));
        let required = read_at(&body, RECEIVED).required;
        assert_eq!(codes_at(&required), stopped.into_iter().collect::<Vec<_>>());
    }
    stops("/declarant/phone", json!(912345601), FaultCode::WrongType);
    stops("/declarant/phone", json!("gọi tôi"), FaultCode::Phone);
}

#[test]
fn the_role_and_the_sector_have_a_default() {
    let reading = read_full_with(&[
        ("/declarant/role", Value::Null),
        ("/accident/sector", Value::Null),
    ]);
    let declaration = reading.declaration.unwrap();
    assert_eq!(declaration.declarant.role, DeclarantRole::Employer);
    assert_eq!(
        declaration.accident.sector,
        crate::domain::declaration::Sector::Ordinary
    );
}

#[test]
fn a_fault_in_an_optional_entry_leaves_the_declaration_standing() {
    warns("/declarant/email", json!("không có"), FaultCode::Email);
    warns(
        "/declarant/position",
        json!("x".repeat(201)),
        FaultCode::TooLong,
    );
    warns("/establishment", json!("X"), FaultCode::WrongType);
    warns(
        "/establishment/tax_code",
        json!("4799123403"),
        FaultCode::TaxCode,
    );
    warns(
        "/establishment/industry_code",
        json!("34"),
        FaultCode::IndustryUnknown,
    );
    warns(
        "/establishment/establishment_type_code",
        json!("9"),
        FaultCode::EstablishmentTypeUnknown,
    );
    warns("/establishment/headcount", json!(-1), FaultCode::TooSmall);
    warns(
        "/establishment/female_headcount",
        json!(47),
        FaultCode::MoreWomenThanWorkers,
    );
    warns("/employer/phone", json!("x"), FaultCode::Phone);
    warns(
        "/accident/learned_at",
        json!("2024-11-05T08:19:59+07:00"),
        FaultCode::BeforeAccident,
    );
    warns(
        "/accident/learned_at",
        json!("2024-11-06T08:00:00+07:00"),
        FaultCode::InTheFuture,
    );
    warns("/accident/place/detail", json!(7), FaultCode::WrongType);
    warns(
        "/accident/place/code_date",
        json!("5/11/2024"),
        FaultCode::NotADate,
    );
    warns(
        "/accident/place/code_date",
        json!("2024-11-5"),
        FaultCode::NotADate,
    );
    warns(
        "/accident/place/code_date",
        json!("2023-02-29"),
        FaultCode::NotADate,
    );
    warns("/accident/traffic", json!("yes"), FaultCode::WrongType);
    warns("/accident/cause_code", json!("10"), FaultCode::CauseUnknown);
    warns(
        "/accident/injury_factor_code",
        json!("99"),
        FaultCode::InjuryFactorUnknown,
    );
    warns("/victims", json!({}), FaultCode::WrongType);
    warns("/victims/0", json!(null), FaultCode::WrongType);
    warns("/victims/0/sex", json!("nam"), FaultCode::NotAllowed);
    warns(
        "/victims/0/date_of_birth",
        json!("2024-11-06"),
        FaultCode::Birth,
    );
    warns("/victims/0/birth_year", json!(1985), FaultCode::Birth);
    warns("/victims/1/birth_year", json!(1903), FaultCode::Birth);
    warns("/victims/1/birth_year", json!(1990.5), FaultCode::WrongType);
    warns("/victims/0/citizen_id", json!("12"), FaultCode::CitizenId);
    warns(
        "/victims/0/occupation_code",
        json!("thợ"),
        FaultCode::OccupationUnknown,
    );
    warns("/victims/0/employment", json!(true), FaultCode::WrongType);
    warns("/victims/0/worker_class", json!("x"), FaultCode::NotAllowed);
    warns(
        "/victims/0/voluntary_insurance",
        json!(1),
        FaultCode::WrongType,
    );
    warns(
        "/victims/0/death/at",
        json!("2024-11-05T08:00:00+07:00"),
        FaultCode::BeforeAccident,
    );
    warns(
        "/victims/0/death/circumstance",
        json!("home"),
        FaultCode::NotAllowed,
    );
    warns(
        "/victims/0/injuries/0",
        json!("14"),
        FaultCode::InjuryUnknown,
    );
    warns("/victims/0/injuries", json!("014"), FaultCode::WrongType);
    warns("/victims/0/groups/0", json!("old"), FaultCode::NotAllowed);
}

#[test]
fn texts_with_a_fault_are_kept_as_far_as_they_can_be() {
    let long = "ă".repeat(600);
    let reading = read_full_with(&[
        ("/accident/place/detail", json!(long)),
        ("/establishment/name", json!("Mỏ\u{7}đá")),
        ("/establishment/tax_code", json!("4799123403")),
        ("/victims/0/injuries", json!(["014", "999", "014"])),
    ]);
    assert_eq!(reading.optional.len(), 4);
    let declaration = reading.declaration.unwrap();
    let establishment = declaration.establishment.unwrap();
    assert_eq!(declaration.accident.place.detail, Some("ă".repeat(500)));
    assert_eq!(establishment.name.as_deref(), Some("Mỏ đá"));
    assert_eq!(establishment.tax_code.as_deref(), Some("4799123403"));
    assert_eq!(declaration.victims[0].injuries, ["014", "999"]);
}

#[test]
fn required_texts_are_neither_empty_nor_too_long_nor_full_of_signs() {
    for (value, code) in [
        ("", FaultCode::Required),
        (" \t\n\u{200B}", FaultCode::Required),
        ("a\u{0}b", FaultCode::BadCharacters),
    ] {
        stops("/accident/summary", json!(value), code);
        stops("/declarant/full_name", json!(value), code);
    }
    stops(
        "/declarant/full_name",
        json!("An\tBình"),
        FaultCode::BadCharacters,
    );
    stops(
        "/accident/summary",
        json!("x".repeat(5001)),
        FaultCode::TooLong,
    );
}

#[test]
fn text_is_kept_trimmed_and_in_one_normal_form() {
    let reading = read_full_with(&[
        ("/declarant/full_name", json!("  Hoa\u{0300} \u{FEFF}\n")),
        ("/accident/summary", json!("Một\r\n\tHai\r\n")),
    ]);
    let declaration = reading.declaration.unwrap();
    assert_eq!(declaration.declarant.full_name, "Hoà");
    assert_eq!(declaration.accident.summary, "Một\n\tHai");
}

#[test]
fn unknown_entries_are_named_wherever_they_stand() {
    let mut body = full_body();
    let parents: Vec<String> = all_pointers(&body)
        .into_iter()
        .filter(|p| body.pointer(p).unwrap().is_object())
        .chain([String::new()])
        .collect();
    for parent in &parents {
        set(&mut body, &format!("{parent}/x"), json!(null));
    }
    let reading = read_at(&body, RECEIVED);
    let mut found = pointers(&reading);
    let mut expected: Vec<String> = parents.iter().map(|p| format!("{p}/x")).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert!(
        reading
            .optional
            .iter()
            .all(|f| f.code == FaultCode::UnknownField)
    );
    assert!(reading.declaration.is_some());
}

#[test]
fn names_in_pointers_are_escaped() {
    let mut body = full_body();
    body["a/b~c"] = json!(1);
    assert_eq!(pointers(&read_at(&body, RECEIVED)), ["/a~1b~0c"]);
}

#[test]
fn a_body_that_is_no_object_has_one_fault() {
    for body in [json!(null), json!([]), json!("x"), json!(1)] {
        let reading = read_at(&body, RECEIVED);
        assert_eq!(codes_at(&reading.required), [("", FaultCode::WrongType)]);
    }
}

#[test]
fn more_victims_than_are_kept_are_a_fault_and_the_first_are_kept() {
    let reading = read_full_with(&[("/victims", json!(vec![json!({ "outcome": "light" }); 501]))]);
    assert_eq!(
        codes_at(&reading.optional),
        [("/victims", FaultCode::TooMany)]
    );
    let victims = reading.declaration.unwrap().victims;
    assert_eq!(victims.len(), 500);
    assert_eq!(victims[499].no, 500);
}

#[test]
fn a_death_makes_the_victim_dead() {
    let reading = read_full_with(&[("/victims/0/outcome", Value::Null)]);
    assert_eq!(reading.warnings, []);
    assert_eq!(
        reading.declaration.unwrap().victims[0].outcome,
        Some(Outcome::Dead)
    );

    let reading = read_full_with(&[("/victims/0/outcome", json!("serious"))]);
    assert_eq!(
        codes_at(&reading.warnings),
        [("/victims/0/outcome", FaultCode::DeathNotDead)]
    );
    assert_eq!(
        reading.declaration.unwrap().victims[0].outcome,
        Some(Outcome::Dead)
    );
}

#[test]
fn a_personal_number_that_does_not_fit_is_only_a_warning() {
    for (pointer, value) in [
        ("/victims/0/citizen_id", json!("006186012345")),
        ("/victims/0/citizen_id", json!("006087012345")),
    ] {
        let reading = read_full_with(&[(pointer, value)]);
        assert_eq!(pointers(&reading), [""; 0]);
        assert_eq!(
            codes_at(&reading.warnings),
            [(pointer, FaultCode::CitizenIdMismatch)]
        );
    }
}

#[test]
fn an_industry_is_read_by_the_list_of_the_day_of_the_accident() {
    let mut body = full_body();
    set(&mut body, "/establishment/industry_code", json!("V"));
    assert_eq!(
        pointers(&read_at(&body, "2026-01-01T00:00:00Z")),
        ["/establishment/industry_code"]
    );
    for pointer in [
        "/accident/learned_at",
        "/victims",
        "/accident/abroad",
        "/accident/place",
    ] {
        remove(&mut body, pointer);
    }
    set(
        &mut body,
        "/accident/place",
        json!({ "commune_code": "02008" }),
    );
    set(
        &mut body,
        "/accident/occurred_at",
        json!("2025-11-15T00:00:00+07:00"),
    );
    assert_eq!(pointers(&read_at(&body, "2026-01-01T00:00:00Z")), [""; 0]);
}

#[test]
fn an_urgent_declaration_stands_in_spite_of_optional_faults() {
    let faulty = || read_full_with(&[("/establishment/tax_code", json!("1"))]);
    let (_, warnings) = faulty().settle(|_| true).unwrap();
    assert_eq!(
        codes_at(&warnings),
        [("/establishment/tax_code", FaultCode::TaxCode)]
    );
    assert_eq!(codes_at(&faulty().settle(|_| false).unwrap_err()).len(), 1);

    let both = read_full_with(&[
        ("/establishment/tax_code", json!("1")),
        ("/kind", json!("x")),
    ]);
    assert_eq!(both.settle(|_| true).unwrap_err().len(), 2);
}

fn check_reading(body: &Value) -> Result<(), TestCaseError> {
    let reading = read_at(body, RECEIVED);
    prop_assert_eq!(reading.declaration.is_some(), reading.required.is_empty());
    for fault in [&reading.required, &reading.optional, &reading.warnings]
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
    if let Some(declaration) = reading.declaration {
        let stored = serde_json::to_string(&declaration).unwrap();
        prop_assert!(!stored.contains("\\u0000"));
        prop_assert_eq!(
            serde_json::from_str::<Declaration>(&stored).unwrap(),
            declaration
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_json_is_read_without_panic_and_every_fault_names_its_place(body in any_json()) {
        check_reading(&body)?;
    }

    #[test]
    fn a_good_body_with_anything_in_it_is_read_without_panic(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any_json()), 1..4),
    ) {
        let mut body = full_body();
        for (at, value) in changes {
            let all = all_pointers(&body);
            if !all.is_empty() {
                set(&mut body, &all[at.index(all.len())], value);
            }
        }
        check_reading(&body)?;
    }
}
