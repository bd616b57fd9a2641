//! The decision table of `accidents.md` 8.1 and 8.3, row by row, and what must hold of every decision.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    domain::{
        authority::{Authority, Level, Role},
        declaration::{
            DeclarantRole, Sector,
            reader::{self, ReadContext},
        },
        place::UnitLevel,
        routing::Duty,
    },
    reference,
    service::rules,
};

/// Two communes of Thái Nguyên and their authorities, old and new, and the ministries.
const DIRECTORY: &str = "\
TTS-06|PROVINCIAL_LABOUR_AUTHORITY|province|06|2016-07-01|2025-03-01|
SNV-06|PROVINCIAL_LABOUR_AUTHORITY|province|06|2025-03-01|2025-07-01|
CAH-063|LOCAL_POLICE|district|063|2016-07-01|2025-03-01|
CAT-06|INVESTIGATING_POLICE|province|06|2016-07-01|2025-07-01|
CAX-06|LOCAL_POLICE|commune|02008|2025-03-01|2025-07-01|
UBH-063|DISTRICT_PC|district|063|2016-07-01|2025-07-01|
UBX-02008-OLD|COMMUNE_PC|commune|02008|2016-07-01|2025-07-01|
UBT-06|PROVINCIAL_PC|province|06|2016-07-01|2025-07-01|
SNV-19|PROVINCIAL_LABOUR_AUTHORITY|province|19|2025-07-01||UBT-19
UBT-19|PROVINCIAL_PC|province|19|2025-07-01||
CAT-19|INVESTIGATING_POLICE|province|19|2025-07-01||
CAX-02008|LOCAL_POLICE|commune|02008|2025-07-01||CAT-19
UBX-02008|COMMUNE_PC|commune|02008|2025-07-01||
BHXH-19|INSURER|province|19|2025-07-01||
BCT|LINE_MINISTRY|country|VN|2016-07-01||
BQP|LINE_MINISTRY|country|VN|2016-07-01||
BNV|LABOUR_MINISTRY|country|VN|2025-03-01||
";

static WORLD: LazyLock<World> = LazyLock::new(|| world(DIRECTORY));

fn world(directory: &str) -> World {
    let successions = reference::units::successions()
        .into_iter()
        .map(|noted| noted.succession)
        .collect();
    let places = Places::new(reference::units::units(), successions);
    let rows = directory.lines().map(|line| {
        let cells: Vec<&str> = line.split('|').collect();
        Authority {
            authority_id: cells[0].into(),
            role: Role::parse(cells[1]).unwrap(),
            name: cells[0].into(),
            level: Level::parse(cells[2]).unwrap(),
            territory_code: cells[3].into(),
            valid_from: cells[4].parse().unwrap(),
            valid_to: cells[5].parse().ok(),
            emails: vec![format!("{}@example.test", cells[0].to_lowercase())],
            phone: "02207100000".into(),
            escalates_to: Some(cells[6].to_owned()).filter(|id| !id.is_empty()),
            sectors: match cells[0] {
                "BCT" => vec![Sector::OilGas],
                "BQP" => vec![Sector::Army],
                _ => Vec::new(),
            },
        }
    });
    let directory = Directory::new(rows.collect(), &places);
    World {
        places: Arc::new(places),
        directory: Arc::new(directory),
        law: Arc::new(Law::new(rules::shipped())),
        codes: Arc::new(Codes::built_in()),
    }
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A declaration of an accident of 10 November 2025 in xã Cẩm Giàng, changed by `patch`.
fn body(role: &str, casualties: Value, victims: Value, accident: Value) -> Value {
    let mut body = json!({
        "kind": "accident",
        "declarant": { "role": role, "full_name": "Ma Thị Lan", "phone": "02093888777" },
        "accident": {
            "occurred_at": "2025-11-10T07:45:00+07:00",
            "place": { "commune_code": "02008" },
            "summary": "Tai nạn khi làm việc.",
            "casualties": casualties,
        },
        "victims": victims,
    });
    for (name, value) in accident.as_object().unwrap() {
        match name.as_str() {
            "kind" => body["kind"] = value.clone(),
            _ => body["accident"][name] = value.clone(),
        }
    }
    body
}

fn declaration_of(world: &World, body: &Value, received_at: DateTime<Utc>) -> Declaration {
    let place_on = |code: &str, day: NaiveDate| {
        world
            .places
            .unit_on(UnitLevel::Commune, code, day)
            .map(|_| ())
    };
    let is_listed_injury = |code: &str| {
        let mut injuries = world.law.rules(Subject::SeriousInjury).iter();
        injuries.any(|rule| rule.key == code)
    };
    let context = ReadContext {
        now: received_at,
        codes: &world.codes,
        place_on: &place_on,
        is_listed_injury: &is_listed_injury,
        default_role: DeclarantRole::Employer,
    };
    let reading = reader::read(body, &context);
    assert_eq!(
        (reading.required, reading.optional),
        (vec![], vec![]),
        "{body}"
    );
    reading.declaration.unwrap()
}

fn decision_of(world: &World, body: &Value, received_at: &str) -> Decision {
    let received_at = moment(received_at);
    decide(
        &declaration_of(world, body, received_at),
        world,
        received_at,
        None,
    )
    .unwrap()
}

fn told(decision: &Decision, duty: Duty) -> Vec<&str> {
    let mut ids: Vec<&str> = decision
        .recipients
        .iter()
        .filter(|recipient| recipient.duty == duty)
        .map(|recipient| {
            recipient
                .authority
                .as_ref()
                .map_or("nobody", |authority| authority.id.as_str())
        })
        .collect();
    ids.sort_unstable();
    ids
}

fn of(employment: &str, outcome: &str) -> Value {
    json!({ "employment": employment, "outcome": outcome })
}

fn insured(outcome: &str) -> Value {
    json!({ "employment": "no_contract", "outcome": outcome, "voluntary_insurance": true })
}

/// One row of the table: name, body, then class, must receive, copies, form, level, days.
type Row = (
    &'static str,
    Value,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    Option<&'static str>,
    &'static str,
    Option<i32>,
);

fn table() -> Vec<Row> {
    let none = json!([]);
    let nothing = json!({});
    let (employer, commune) = ("employer", "commune");
    let incident = |extra: Value| {
        let mut all = json!({ "kind": "technical_incident" });
        for (name, value) in extra.as_object().unwrap() {
            all[name] = value.clone();
        }
        all
    };
    vec![
        (
            "1 light, contract",
            body(employer, json!({"light": 1}), none.clone(), nothing.clone()),
            "LIGHT",
            &[],
            &[],
            None,
            "facility",
            Some(4),
        ),
        (
            "2 one serious, contract",
            body(
                employer,
                json!({"serious": 1}),
                none.clone(),
                nothing.clone(),
            ),
            "SINGLE_SERIOUS",
            &[],
            &[],
            None,
            "facility",
            Some(7),
        ),
        (
            "3 two serious, contract",
            body(
                employer,
                json!({"serious": 2}),
                none.clone(),
                nothing.clone(),
            ),
            "MULTI_SERIOUS",
            &["SNV-19"],
            &["CAX-02008"],
            Some("D129-01"),
            "provincial",
            Some(20),
        ),
        (
            "4 death, contract",
            body(employer, json!({"dead": 1}), none.clone(), nothing.clone()),
            "FATAL",
            &["CAX-02008", "SNV-19"],
            &[],
            Some("D129-01"),
            "provincial",
            Some(30),
        ),
        (
            "5 light, no contract",
            body(commune, json!({"light": 1}), none.clone(), nothing.clone()),
            "LIGHT",
            &[],
            &[],
            None,
            "none",
            None,
        ),
        (
            "6 one serious, no contract",
            body(
                commune,
                json!({"serious": 1}),
                none.clone(),
                nothing.clone(),
            ),
            "SINGLE_SERIOUS",
            &[],
            &[],
            Some("COMMUNE-RECORD"),
            "commune_record",
            None,
        ),
        (
            "7 two serious, no contract",
            body(
                commune,
                json!({"serious": 2}),
                none.clone(),
                nothing.clone(),
            ),
            "MULTI_SERIOUS",
            &["CAX-02008", "SNV-19"],
            &[],
            Some("D129-06"),
            "provincial",
            Some(20),
        ),
        (
            "8 death, no contract",
            body(commune, json!({"dead": 1}), none.clone(), nothing.clone()),
            "FATAL",
            &["CAX-02008", "SNV-19"],
            &[],
            Some("D129-06"),
            "provincial",
            Some(30),
        ),
        (
            "9 one serious, insured",
            body(
                commune,
                json!({"serious": 1}),
                json!([insured("serious")]),
                nothing.clone(),
            ),
            "SINGLE_SERIOUS",
            &[],
            &["BHXH-19"],
            Some("D143-II"),
            "facility",
            Some(7),
        ),
        (
            "9 light, insured",
            body(
                commune,
                json!({"light": 1}),
                json!([insured("light")]),
                nothing.clone(),
            ),
            "LIGHT",
            &[],
            &["BHXH-19"],
            Some("D143-II"),
            "facility",
            Some(4),
        ),
        (
            "10 death, insured",
            body(
                commune,
                json!({"dead": 1}),
                json!([insured("dead")]),
                nothing.clone(),
            ),
            "FATAL",
            &["CAX-02008", "SNV-19"],
            &["BHXH-19"],
            Some("D143-II"),
            "provincial",
            Some(30),
        ),
        (
            "11 one serious of each kind",
            body(
                employer,
                json!({"serious": 2}),
                json!([of("contract", "serious"), of("no_contract", "serious")]),
                nothing.clone(),
            ),
            "MULTI_SERIOUS",
            &["CAX-02008", "SNV-19", "UBX-02008"],
            &[],
            Some("D129-01"),
            "provincial",
            Some(20),
        ),
        (
            "11 one serious without, light with contract",
            body(
                employer,
                json!({"serious": 1, "light": 1}),
                json!([of("no_contract", "serious"), of("contract", "light")]),
                nothing.clone(),
            ),
            "SINGLE_SERIOUS",
            &["UBX-02008"],
            &[],
            None,
            "facility",
            Some(7),
        ),
        (
            "15 traffic",
            body(
                employer,
                json!({"dead": 1}),
                none.clone(),
                json!({"traffic": true}),
            ),
            "FATAL",
            &["CAX-02008", "SNV-19"],
            &[],
            Some("D129-01"),
            "provincial",
            Some(30),
        ),
        (
            "17 missing",
            body(
                employer,
                json!({"missing": 1}),
                none.clone(),
                nothing.clone(),
            ),
            "UNCLEAR",
            &["CAX-02008", "SNV-19"],
            &[],
            Some("D129-01"),
            "provincial",
            None,
        ),
        (
            "17 outcomes unknown",
            body(
                employer,
                json!({"unknown": 2, "serious": 1}),
                none.clone(),
                nothing.clone(),
            ),
            "UNCLEAR",
            &["SNV-19"],
            &["CAX-02008"],
            Some("D129-01"),
            "provincial",
            None,
        ),
        (
            "26 special sector, death",
            body(
                employer,
                json!({"dead": 1}),
                none.clone(),
                json!({"sector": "oil_gas"}),
            ),
            "FATAL",
            &["BCT", "CAX-02008", "SNV-19"],
            &[],
            Some("D129-01"),
            "special_law",
            Some(30),
        ),
        (
            "26 special sector, two serious",
            body(
                employer,
                json!({"serious": 2}),
                none.clone(),
                json!({"sector": "oil_gas"}),
            ),
            "MULTI_SERIOUS",
            &["BCT", "SNV-19"],
            &["CAX-02008"],
            Some("D129-01"),
            "special_law",
            Some(20),
        ),
        (
            "26 special sector, unclear",
            body(
                employer,
                json!({"unknown": 2}),
                none.clone(),
                json!({"sector": "oil_gas"}),
            ),
            "UNCLEAR",
            &["BCT", "SNV-19"],
            &["CAX-02008"],
            Some("D129-01"),
            "special_law",
            None,
        ),
        (
            "27 special sector, one serious",
            body(
                employer,
                json!({"serious": 1}),
                none.clone(),
                json!({"sector": "oil_gas"}),
            ),
            "SINGLE_SERIOUS",
            &[],
            &[],
            None,
            "facility",
            Some(7),
        ),
        (
            "27 special sector, light",
            body(
                employer,
                json!({"light": 1}),
                none.clone(),
                json!({"sector": "oil_gas"}),
            ),
            "LIGHT",
            &[],
            &[],
            None,
            "facility",
            Some(4),
        ),
        (
            "28 army, death",
            body(
                employer,
                json!({"dead": 1}),
                none.clone(),
                json!({"sector": "army"}),
            ),
            "FATAL",
            &["BQP"],
            &[],
            None,
            "special_law",
            Some(30),
        ),
        (
            "30 abroad, death",
            body(
                employer,
                json!({"dead": 1}),
                none.clone(),
                json!({"abroad": {"country": "JP", "sending_employer": {"name": "Công ty Phái cử", "commune_code": "02008"}}}),
            ),
            "FATAL",
            &["SNV-19"],
            &[],
            Some("D39-III"),
            "provincial",
            None,
        ),
        (
            "31 abroad, one serious",
            body(
                employer,
                json!({"serious": 1}),
                none.clone(),
                json!({"abroad": {"country": "JP", "sending_employer": {"name": "Công ty Phái cử", "commune_code": "02008"}}}),
            ),
            "SINGLE_SERIOUS",
            &[],
            &[],
            None,
            "facility",
            Some(7),
        ),
        (
            "32 incident, death",
            body(
                employer,
                json!({"dead": 1}),
                none.clone(),
                incident(json!({})),
            ),
            "FATAL",
            &["CAX-02008", "SNV-19"],
            &[],
            Some("D39-III"),
            "special_law",
            Some(30),
        ),
        (
            "32 incident, unclear",
            body(
                employer,
                json!({"unknown": 3}),
                none.clone(),
                incident(json!({})),
            ),
            "UNCLEAR",
            &["SNV-19"],
            &["CAX-02008"],
            Some("D39-III"),
            "special_law",
            None,
        ),
        (
            "32 incident, nobody hurt",
            body(employer, json!({}), none.clone(), incident(json!({}))),
            "LIGHT",
            &[],
            &[],
            Some("D39-III"),
            "special_law",
            None,
        ),
        (
            "33 serious incident",
            body(
                employer,
                json!({}),
                none.clone(),
                incident(json!({"serious": true})),
            ),
            "LIGHT",
            &["UBX-02008"],
            &["SNV-19"],
            Some("D39-III"),
            "special_law",
            None,
        ),
        (
            "33 serious incident, several sites",
            body(
                employer,
                json!({}),
                none.clone(),
                incident(json!({"serious": true, "several_sites": true})),
            ),
            "LIGHT",
            &["UBT-19", "UBX-02008"],
            &["SNV-19"],
            Some("D39-III"),
            "special_law",
            None,
        ),
        (
            "33 serious incident, told by the commune",
            body(
                commune,
                json!({}),
                none.clone(),
                incident(json!({"serious": true})),
            ),
            "LIGHT",
            &["SNV-19"],
            &[],
            Some("D39-III"),
            "special_law",
            None,
        ),
        (
            "family tells of a death",
            body("family", json!({"dead": 1}), none.clone(), nothing.clone()),
            "FATAL",
            &["CAX-02008", "SNV-19", "UBX-02008"],
            &[],
            None,
            "provincial",
            Some(30),
        ),
        (
            "witness tells of one serious",
            body(
                "witness",
                json!({"serious": 1}),
                none.clone(),
                nothing.clone(),
            ),
            "SINGLE_SERIOUS",
            &["UBX-02008"],
            &[],
            None,
            "commune_record",
            None,
        ),
    ]
}

#[test]
fn every_row_of_the_decision_table_is_decided_as_written() {
    for (name, body, class, must, copies, form, level, days) in table() {
        let decision = decision_of(&WORLD, &body, "2025-11-10T09:00:00+07:00");
        assert_eq!(decision.case_class.as_str(), class, "{name}");
        assert_eq!(told(&decision, Duty::MustReceive), must, "{name}");
        assert_eq!(told(&decision, Duty::Copy), copies, "{name}");
        assert_eq!(decision.form.as_deref(), form, "{name}");
        assert_eq!(
            (
                decision.investigation.level.as_str(),
                decision.investigation.limit_days
            ),
            (level, days),
            "{name}"
        );
        for recipient in &decision.recipients {
            assert!(
                recipient
                    .basis
                    .iter()
                    .all(|basis| !basis.article.is_empty()),
                "{name}"
            );
        }
        assert!(
            !decision.class_basis.is_empty() && !decision.investigation.basis.is_empty(),
            "{name}"
        );
    }
}

/// An accident of a day in old xã Cẩm Giàng, told on another.
fn on(occurred_at: &str, received_at: &str, casualties: Value) -> Decision {
    let accident = json!({ "occurred_at": occurred_at });
    decision_of(
        &WORLD,
        &body("employer", casualties, json!([]), accident),
        received_at,
    )
}

#[test]
fn police_are_those_of_the_level_that_the_law_names_on_the_day_of_receipt() {
    let received = |day: &str| {
        on(
            "2024-11-05T08:00:00+07:00",
            &format!("{day}T10:00:00+07:00"),
            json!({"dead": 1}),
        )
    };
    assert_eq!(
        told(&received("2025-02-28"), Duty::MustReceive),
        ["CAH-063", "TTS-06"]
    );
    let between = received("2025-03-01");
    assert_eq!(told(&between, Duty::MustReceive), ["CAT-06", "SNV-06"]);
    assert_eq!(told(&between, Duty::Copy), ["CAX-06"]);
    assert_eq!(between.form.as_deref(), Some("D39-III"));
    let after = received("2025-07-01");
    assert_eq!(told(&after, Duty::MustReceive), ["CAX-02008", "SNV-19"]);
    assert_eq!(after.form.as_deref(), Some("D129-01"));
    assert!(
        after.place.name.contains("Bạch Thông")
            && after.place.today[0].full_name.contains("Thái Nguyên")
    );
}

#[test]
fn a_serious_incident_before_july_2025_goes_to_the_district() {
    let accident = json!({ "kind": "technical_incident", "occurred_at": "2025-01-10T08:00:00+07:00", "serious": true });
    let body = body("employer", json!({}), json!([]), accident);
    let decision = decision_of(&WORLD, &body, "2025-01-10T09:00:00+07:00");
    assert_eq!(
        told(&decision, Duty::MustReceive),
        ["UBH-063", "UBX-02008-OLD"]
    );
}

#[test]
fn where_nobody_holds_a_role_somebody_stands_in_and_the_gap_is_shown() {
    let without = |ids: &[&str]| {
        let kept: String = DIRECTORY
            .lines()
            .filter(|line| !ids.contains(&line.split('|').next().unwrap()))
            .map(|line| format!("{line}\n"))
            .collect();
        let body = body("employer", json!({"dead": 1}), json!([]), json!({}));
        decision_of(&world(&kept), &body, "2025-11-10T09:00:00+07:00")
    };
    assert_eq!(
        told(&without(&["CAX-02008"]), Duty::MustReceive),
        ["CAT-19", "SNV-19", "nobody"]
    );
    assert_eq!(
        told(&without(&["SNV-19"]), Duty::MustReceive),
        ["BNV", "CAX-02008", "nobody"]
    );
    assert_eq!(
        told(
            &without(&["CAX-02008", "CAT-19", "SNV-19", "BNV"]),
            Duty::MustReceive
        ),
        ["nobody", "nobody"]
    );
    let ended = DIRECTORY.replace(
        "SNV-19|PROVINCIAL_LABOUR_AUTHORITY|province|19|2025-07-01||UBT-19",
        "SNV-19|PROVINCIAL_LABOUR_AUTHORITY|province|19|2025-07-01|2025-10-01|UBT-19",
    );
    let body = body("employer", json!({"dead": 1}), json!([]), json!({}));
    let decision = decision_of(&world(&ended), &body, "2025-11-10T09:00:00+07:00");
    assert_eq!(
        told(&decision, Duty::MustReceive),
        ["CAX-02008", "UBT-19", "nobody"]
    );
}

#[test]
fn a_victim_counted_as_light_with_a_listed_injury_is_one_more_serious() {
    let victim = json!({ "employment": "contract", "outcome": "light", "injuries": ["014"] });
    let casualties = json!({ "serious": 1, "light": 1 });
    let decision = decision_of(
        &WORLD,
        &body("employer", casualties, json!([victim]), json!({})),
        "2025-11-10T09:00:00+07:00",
    );
    assert_eq!(decision.counts.serious, 2);
    assert_eq!(decision.case_class, CaseClass::MultiSerious);
}

#[test]
fn insurance_of_somebody_lightly_hurt_does_not_decide_who_investigates() {
    let victims = json!([of("no_contract", "serious"), insured("light")]);
    let told = body(
        "commune",
        json!({ "serious": 1, "light": 1 }),
        victims,
        json!({}),
    );
    let decision = decision_of(&WORLD, &told, "2025-11-10T09:00:00+07:00");
    assert_eq!(decision.investigation.level.as_str(), "commune_record");
    assert_eq!(decision.form.as_deref(), Some("COMMUNE-RECORD"));
}

#[test]
fn where_nobody_knows_what_became_of_a_commune_its_province_is_told() {
    let places = &WORLD.places;
    let received = "2025-11-10".parse().unwrap();
    let lost = reference::units::units()
        .into_iter()
        .filter(|unit| unit.level == UnitLevel::Commune)
        .find(|unit| {
            let here = places.unit_on(UnitLevel::Commune, &unit.code, unit.valid_from);
            here.is_ok_and(|here| {
                here.has_ended_by(received) && places.on_day(here, received).is_empty()
            })
        })
        .unwrap();
    let accident = json!({ "occurred_at": "2024-11-05T08:00:00+07:00", "place": { "commune_code": lost.code } });
    let decision = decision_of(
        &WORLD,
        &body("employer", json!({"dead": 1}), json!([]), accident),
        "2025-11-10T09:00:00+07:00",
    );
    let missing = decision
        .recipients
        .iter()
        .filter(|recipient| recipient.authority.is_none());
    assert!(missing.count() >= 1, "the gap is shown");
    assert!(
        decision
            .recipients
            .iter()
            .any(|recipient| recipient.authority.is_some()),
        "somebody is told"
    );
    assert!(!decision.provinces.is_empty(), "somebody sees the case");
}

#[test]
fn late_is_more_than_a_day_after_learning_of_it() {
    let late = |received: &str| {
        on("2025-11-10T07:45:00+07:00", received, json!({"dead": 1}))
            .late
            .is_some()
    };
    assert!(!late("2025-11-11T07:45:00+07:00"));
    assert!(late("2025-11-11T07:45:01+07:00"));
}

#[test]
fn a_held_class_does_not_go_down() {
    let body = body("employer", json!({"light": 1}), json!([]), json!({}));
    let place_on = |_: &str, _: NaiveDate| Ok(());
    let context = ReadContext {
        now: moment("2025-11-10T09:00:00+07:00"),
        codes: &WORLD.codes,
        place_on: &place_on,
        is_listed_injury: &|_| false,
        default_role: DeclarantRole::Employer,
    };
    let declaration = reader::read(&body, &context).declaration.unwrap();
    let decision = decide(
        &declaration,
        &WORLD,
        context.now,
        Some(Standing {
            received_at: context.now,
            held: Some(CaseClass::Fatal),
        }),
    )
    .unwrap();
    assert_eq!(decision.case_class, CaseClass::Fatal);
    assert_eq!(
        decision.contradictions[0].code,
        ContradictionCode::ClassHeld
    );
    assert_eq!(told(&decision, Duty::MustReceive), ["CAX-02008", "SNV-19"]);
}

#[test]
fn an_old_code_with_two_meanings_tells_the_authorities_of_both() {
    let places = &WORLD.places;
    let before = "2024-11-05".parse().unwrap();
    let after = "2025-11-10".parse().unwrap();
    let ambiguous = reference::units::units()
        .into_iter()
        .filter(|unit| unit.level == UnitLevel::Commune)
        .find(|unit| {
            let reading = places.reading(&unit.code, before, after, None);
            reading.is_ok_and(|reading| {
                reading.other.is_some() && places.on_day(reading.unit, after).len() > 1
            })
        })
        .unwrap();
    let accident = json!({ "occurred_at": "2024-11-05T08:00:00+07:00", "place": { "commune_code": ambiguous.code } });
    let ambiguous_body = body("employer", json!({"dead": 1}), json!([]), accident);
    let decision = decision_of(&WORLD, &ambiguous_body, "2025-11-10T09:00:00+07:00");
    assert!(
        decision
            .contradictions
            .iter()
            .any(|one| one.code == ContradictionCode::PlaceAmbiguous)
    );
    assert!(decision.place.today.len() >= 2);

    let chosen = decision.place.today[1].code.clone();
    let received_at = moment("2025-11-10T09:00:00+07:00");
    let mut settled = declaration_of(&WORLD, &ambiguous_body, received_at);
    settled.accident.place.settled = Some(chosen.clone());
    let decision = decide(&settled, &WORLD, received_at, None).unwrap();
    assert_eq!(decision.place.today.len(), 1);
    assert_eq!(decision.place.today[0].code, chosen);
    assert_eq!(decision.contradictions, []);

    let accident = json!({ "occurred_at": "2024-11-05T08:00:00+07:00", "place": { "commune_code": ambiguous.code, "code_date": "2025-08-01" } });
    let decision = decision_of(
        &WORLD,
        &body("employer", json!({"dead": 1}), json!([]), accident),
        "2025-11-10T09:00:00+07:00",
    );
    assert!(
        decision
            .contradictions
            .iter()
            .all(|one| one.code != ContradictionCode::PlaceAmbiguous)
    );
}

#[test]
fn a_code_that_came_before_the_reform_cannot_mean_a_unit_that_came_with_it() {
    let accident =
        json!({ "occurred_at": "2025-06-20T08:00:00+07:00", "place": { "commune_code": "00004" } });
    let body = body("employer", json!({"dead": 1}), json!([]), accident);
    let after = moment("2025-08-01T09:00:00+07:00");
    let declaration = declaration_of(&WORLD, &body, after);
    let ambiguous = |decision: &Decision| {
        let codes = decision.contradictions.iter().map(|found| found.code);
        codes
            .collect::<Vec<_>>()
            .contains(&ContradictionCode::PlaceAmbiguous)
    };
    assert!(ambiguous(
        &decide(&declaration, &WORLD, after, None).unwrap()
    ));
    let standing = Some(Standing {
        received_at: moment("2025-06-20T09:00:00+07:00"),
        held: None,
    });
    let again = decide(&declaration, &WORLD, after, standing).unwrap();
    assert!(!ambiguous(&again));
    assert_eq!(again.provinces, ["01"]);
    // A code that a supplement corrected later may mean either.
    let mut corrected = declaration;
    corrected.accident.place.coded_on = "2025-08-01".parse().ok();
    assert!(ambiguous(
        &decide(&corrected, &WORLD, after, standing).unwrap()
    ));
}

#[test]
fn a_reform_asks_for_the_units_that_ended_since_the_case_was_decided() {
    use succession::{ended_units, may_have_ended, units_of};

    let accident =
        json!({ "occurred_at": "2025-06-20T08:00:00+07:00", "place": { "commune_code": "02011" } });
    let body = body("employer", json!({"dead": 1}), json!([]), accident);
    let places = &WORLD.places;
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    let codes = |units: Vec<&crate::domain::place::Unit>| -> Vec<String> {
        units.into_iter().map(|unit| unit.code.clone()).collect()
    };
    let received_on = day("2025-06-20");
    let before = decision_of(&WORLD, &body, "2025-06-20T09:00:00+07:00");
    assert_eq!(
        codes(units_of(&before, places, received_on)),
        ["02011", "06"]
    );
    assert!(ended_units(&before, places, received_on, day("2025-06-30")).is_empty());
    let ended = ended_units(&before, places, received_on, day("2025-07-01"));
    assert_eq!(codes(ended), ["02011", "06"]);
    let after = decision_of(&WORLD, &body, "2025-07-01T09:00:00+07:00");
    assert!(ended_units(&after, places, received_on, day("2026-12-31")).is_empty());

    // The code of Yên Bái is that of Lào Cai today.
    let ends =
        |code, from, to| may_have_ended(places, UnitLevel::Province, code, day(from), day(to));
    assert!(ends("15", "2025-06-30", "2025-07-01"));
    assert!(!ends("15", "2025-07-01", "2026-12-31"));
    assert!(!ends("15", "2025-06-29", "2025-06-30"));
}

#[test]
fn a_choice_goes_on_with_what_became_of_the_chosen_commune() {
    // Lộc Ninh became a phường on 30 April 2026 under the same code.
    let accident =
        json!({ "occurred_at": "2025-07-20T08:00:00+07:00", "place": { "commune_code": "25270" } });
    let body = body("employer", json!({"dead": 1}), json!([]), accident);
    let received_at = moment("2026-05-02T09:00:00+07:00");
    let mut declaration = declaration_of(&WORLD, &body, received_at);
    declaration.accident.place.settled = Some("25270".into());
    let decision = decide(&declaration, &WORLD, received_at, None).unwrap();
    assert_eq!(decision.place.today.len(), 1);
    assert_eq!(decision.place.today[0].name, "Lộc Ninh");
    assert!(
        decision.place.today[0]
            .full_name
            .starts_with("Phường Lộc Ninh")
    );
}

proptest! {
    /// Whatever is declared: an urgent case always names somebody who must be told, or the gap.
    #[test]
    fn nobody_dies_in_silence(
        dead in 0_u32..3, serious in 0_u32..4, light in 0_u32..3, missing in 0_u32..2, unknown in 0_u32..2,
        role in prop::sample::select(vec!["employer", "commune", "family", "witness", "worker"]),
        sector in prop::sample::select(vec!["ordinary", "oil_gas", "army", "rail"]),
        contract in any::<bool>(), incident in any::<bool>(),
        day in 0_i64..3_650,
    ) {
        prop_assume!(dead + serious + light + missing + unknown > 0);
        let occurred = moment("2016-07-02T01:00:00Z") + TimeDelta::days(day);
        let accident = json!({
            "occurred_at": occurred.to_rfc3339(), "sector": sector,
            "kind": if incident { "technical_incident" } else { "accident" },
        });
        let victim = of(if contract { "contract" } else { "no_contract" }, "unknown");
        let casualties = json!({"dead": dead, "serious": serious, "light": light, "missing": missing, "unknown": unknown});
        let victims = if unknown > 0 { json!([victim]) } else { json!([]) };
        let decision = decision_of(&WORLD, &body(role, casualties, victims, accident), &(occurred + TimeDelta::hours(1)).to_rfc3339());

        let must = decision.recipients.iter().filter(|recipient| recipient.duty == Duty::MustReceive).count();
        prop_assert!(!decision.case_class.is_urgent() || must > 0);
        prop_assert_eq!(decision.case_class == CaseClass::Fatal, dead > 0);
        let limit = decision.investigation.limit_days.is_some();
        prop_assert_eq!(limit, decision.clocks.iter().any(|clock| clock.id == clocks::ClockId::K3));
        prop_assert!(role != "commune" || decision.recipients.iter().all(|recipient| recipient.role != Role::CommunePc));
    }
}

/// Where nobody has ever answered, the coverage names everybody who must be told.
#[test]
fn the_coverage_asks_for_exactly_those_whom_a_case_would_be_told_to() {
    use crate::domain::coverage::{self, Proofs};

    let received_at = "2025-11-10T08:00:00+07:00";
    let begun = std::time::Instant::now();
    let coverage = coverage::look(&WORLD, &Proofs::default(), moment(received_at)).unwrap();
    eprintln!(
        "{} pairs in {:?}",
        coverage.country().total,
        begun.elapsed()
    );
    assert_eq!(coverage.provinces.len(), 34);
    assert_eq!(coverage.country().total, 3321 * 3);

    let scenes = [
        (CaseClass::Fatal, json!({"dead": 1})),
        (CaseClass::MultiSerious, json!({"serious": 2})),
        (CaseClass::Unclear, json!({"missing": 1})),
        (CaseClass::Unclear, json!({"unknown": 1})),
    ];
    for class in [
        CaseClass::Fatal,
        CaseClass::MultiSerious,
        CaseClass::Unclear,
    ] {
        let mut expected = BTreeSet::new();
        for (_, casualties) in scenes.iter().filter(|(of, _)| *of == class) {
            for role in ["employer", "witness"] {
                let body = body(role, casualties.clone(), json!([]), json!({}));
                let decision = decision_of(&WORLD, &body, received_at);
                assert_eq!(decision.case_class, class);
                let told = told(&decision, Duty::MustReceive).into_iter();
                expected.extend(told.map(str::to_owned));
            }
        }
        let asked: BTreeSet<String> = coverage
            .gaps
            .iter()
            .filter(|gap| gap.communes.iter().any(|code| code == "02008"))
            .filter(|gap| gap.classes.contains(&class))
            .map(|gap| {
                gap.authority
                    .clone()
                    .unwrap_or_else(|| gap.role.to_string())
            })
            .collect();
        assert_eq!(asked, expected, "{class}");
    }
}

#[test]
fn an_alarm_whose_value_is_missing_holds_no_declaration_up_and_is_named() {
    use crate::domain::clocks::ClockId;
    let told = body("family", json!({"serious": 1}), json!([]), json!({}));
    let at = "2025-11-10T09:00:00+07:00";
    let ids = |decision: &Decision| -> Vec<ClockId> {
        decision.clocks.iter().map(|clock| clock.id).collect()
    };
    let whole = decision_of(&WORLD, &told, at);
    assert_eq!(ids(&whole), [ClockId::K1, ClockId::K8]);
    assert_eq!(whole.not_started, []);
    let mut rules = rules::shipped();
    rules.retain(|rule| rule.key != "limits.commune_record_days");
    let poorer = World {
        law: Arc::new(Law::new(rules)),
        ..world(DIRECTORY)
    };
    let decision = decision_of(&poorer, &told, at);
    assert_eq!(ids(&decision), [ClockId::K1]);
    let keys: Vec<_> = decision
        .not_started
        .iter()
        .map(|missing| missing.key)
        .collect();
    assert_eq!(keys, ["limits.commune_record_days"]);
    // News of a case is no notice of it: what ran from the first receipt is not begun again.
    let received_at = moment(at);
    let standing = Standing {
        received_at,
        held: None,
    };
    let declaration = declaration_of(&WORLD, &told, received_at);
    let again = decide(&declaration, &WORLD, received_at, Some(standing)).unwrap();
    assert_eq!(ids(&again), [ClockId::K8]);
}
