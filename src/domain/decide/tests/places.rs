//! Codes of communes that mean more than one unit, and what became of a unit.

use super::*;

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
        team: None,
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
