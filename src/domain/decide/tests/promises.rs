//! What must hold of every decision, whatever its row.

use super::*;

/// An accident of a day in old xã Cẩm Giàng, told on another.
fn on(occurred_at: &str, received_at: &str, casualties: Value) -> Decision {
    let accident = json!({ "occurred_at": occurred_at });
    decision_of(
        &WORLD,
        &body("employer", casualties, json!([]), accident),
        received_at,
    )
}

/// Row 36: the accident is decided by its class; that an acute disease is possible stands beside it, with its article.
#[test]
pub(crate) fn a_poisoning_may_be_an_acute_disease_as_well() {
    let possible = |injuries: Value| {
        let victims =
            json!([{ "employment": "contract", "outcome": "light", "injuries": injuries }]);
        let body = body("employer", json!({"light": 1}), victims, json!({}));
        let decision = decision_of(&WORLD, &body, "2025-11-10T09:00:00+07:00");
        decision.victims[0].possible_disease.clone()
    };
    let found = possible(json!(["011", "061"])).unwrap();
    assert_eq!(
        (found.rule.as_str(), found.article.as_str()),
        ("S-061", "NĐ 39/2016 Phụ lục II")
    );
    assert_eq!(possible(json!(["011"])), None);
    assert_eq!(possible(json!([])), None);
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
pub(crate) fn a_serious_incident_before_july_2025_goes_to_the_district() {
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
pub(crate) fn insurance_of_somebody_lightly_hurt_does_not_decide_who_investigates() {
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
        first_received_at: moment("2025-11-10T09:00:00+07:00"),
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
            team: None,
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
        team: None,
    };
    let declaration = declaration_of(&WORLD, &told, received_at);
    let again = decide(&declaration, &WORLD, received_at, Some(standing)).unwrap();
    assert_eq!(ids(&again), [ClockId::K8]);
}
