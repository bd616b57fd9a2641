//! Rows 1 to 17: ordinary sectors.

use super::{
    rows::{Row, row},
    *,
};

/// Somebody declares so many.
fn by(role: &str, casualties: Value) -> Value {
    body(role, casualties, json!([]), json!({}))
}

fn of_victims(role: &str, casualties: Value, victims: Value) -> Value {
    body(role, casualties, victims, json!({}))
}

/// Gạch Sông Cầu is where it happened, Xây lắp Sông Công employs the victims.
fn on_the_premises_of_another(casualties: Value) -> Value {
    let firms = json!({
        "establishment": { "name": "Công ty TNHH Gạch Sông Cầu" },
        "employer": { "name": "Công ty CP Xây lắp Sông Công" },
    });
    body("employer", casualties, json!([]), firms)
}

fn leased(outcome: &str) -> Value {
    json!([{ "employment": "contract", "worker_class": "leased", "outcome": outcome }])
}

/// In the commune where the worker lives and works for a firm of elsewhere.
fn at_home(casualties: Value) -> Value {
    let home = json!({
        "establishment": { "name": "Công ty CP May Phú Bình Xuân", "address": "Phường Tuy Hòa, Đắk Lắk" },
    });
    body("employer", casualties, json!([]), home)
}

pub(super) fn rows() -> Vec<Row> {
    const PLA_AND_POLICE: &[&str] = &["CAX-02008", "SNV-19"];
    const PLA: &[&str] = &["SNV-19"];
    const POLICE: &[&str] = &["CAX-02008"];
    const COMMUNE: &[&str] = &["UBX-02008"];
    const INSURER: &[&str] = &["BHXH-19"];
    vec![
        row(1, "light", by("employer", json!({"light": 1})))
            .is("LIGHT")
            .by("facility")
            .within(4),
        row(2, "one serious", by("employer", json!({"serious": 1})))
            .is("SINGLE_SERIOUS")
            .by("facility")
            .within(7),
        row(3, "two serious", by("employer", json!({"serious": 2})))
            .is("MULTI_SERIOUS")
            .must(PLA)
            .copies(POLICE)
            .form("D129-01")
            .by("provincial")
            .within(20),
        row(4, "death", by("employer", json!({"dead": 1})))
            .is("FATAL")
            .must(PLA_AND_POLICE)
            .form("D129-01")
            .by("provincial")
            .within(30),
        row(5, "light, no contract", by("commune", json!({"light": 1})))
            .is("LIGHT")
            .by("none"),
        row(
            6,
            "one serious, no contract",
            by("commune", json!({"serious": 1})),
        )
        .is("SINGLE_SERIOUS")
        .form("COMMUNE-RECORD")
        .by("commune_record"),
        row(6, "a witness tells", by("witness", json!({"serious": 1})))
            .is("SINGLE_SERIOUS")
            .must(COMMUNE)
            .by("commune_record"),
        row(
            7,
            "two serious, no contract",
            by("commune", json!({"serious": 2})),
        )
        .is("MULTI_SERIOUS")
        .must(PLA_AND_POLICE)
        .form("D129-06")
        .by("provincial")
        .within(20),
        row(8, "death, no contract", by("commune", json!({"dead": 1})))
            .is("FATAL")
            .must(PLA_AND_POLICE)
            .form("D129-06")
            .by("provincial")
            .within(30),
        row(8, "the family tells", by("family", json!({"dead": 1})))
            .is("FATAL")
            .must(&["CAX-02008", "SNV-19", "UBX-02008"])
            .by("provincial")
            .within(30),
        row(
            9,
            "one serious, insured",
            of_victims(
                "commune",
                json!({"serious": 1}),
                json!([insured("serious")]),
            ),
        )
        .is("SINGLE_SERIOUS")
        .copies(INSURER)
        .form("D143-II")
        .by("facility")
        .within(7),
        row(
            9,
            "light, insured",
            of_victims("commune", json!({"light": 1}), json!([insured("light")])),
        )
        .is("LIGHT")
        .copies(INSURER)
        .form("D143-II")
        .by("facility")
        .within(4),
        row(
            10,
            "death, insured",
            of_victims("commune", json!({"dead": 1}), json!([insured("dead")])),
        )
        .is("FATAL")
        .must(PLA_AND_POLICE)
        .copies(INSURER)
        .form("D143-II")
        .by("provincial")
        .within(30),
        row(
            10,
            "two serious, insured",
            of_victims(
                "commune",
                json!({"serious": 2}),
                json!([insured("serious"), insured("serious")]),
            ),
        )
        .is("MULTI_SERIOUS")
        .must(PLA_AND_POLICE)
        .copies(INSURER)
        .form("D143-II")
        .by("provincial")
        .within(20),
        row(
            11,
            "one serious of each",
            of_victims(
                "employer",
                json!({"serious": 2}),
                json!([of("contract", "serious"), of("no_contract", "serious")]),
            ),
        )
        .is("MULTI_SERIOUS")
        .must(&["CAX-02008", "SNV-19", "UBX-02008"])
        .form("D129-01")
        .by("provincial")
        .within(20),
        row(
            11,
            "a death, mixed",
            of_victims(
                "employer",
                json!({"dead": 1, "serious": 1}),
                json!([of("contract", "dead"), of("no_contract", "serious")]),
            ),
        )
        .is("FATAL")
        .must(&["CAX-02008", "SNV-19", "UBX-02008"])
        .form("D129-01")
        .by("provincial")
        .within(30),
        row(
            11,
            "one serious without contract, light with",
            of_victims(
                "employer",
                json!({"serious": 1, "light": 1}),
                json!([of("no_contract", "serious"), of("contract", "light")]),
            ),
        )
        .is("SINGLE_SERIOUS")
        .must(COMMUNE)
        .by("facility")
        .within(7),
        row(
            12,
            "death of another's worker",
            on_the_premises_of_another(json!({"dead": 1})),
        )
        .is("FATAL")
        .must(PLA_AND_POLICE)
        .form("D129-01")
        .by("provincial")
        .within(30),
        row(
            12,
            "one serious, of another",
            on_the_premises_of_another(json!({"serious": 1})),
        )
        .is("SINGLE_SERIOUS")
        .by("facility")
        .within(7),
        row(
            13,
            "a leased worker dies",
            of_victims("employer", json!({"dead": 1}), leased("dead")),
        )
        .is("FATAL")
        .must(PLA_AND_POLICE)
        .form("D129-01")
        .by("provincial")
        .within(30),
        row(
            13,
            "a leased worker, light",
            of_victims("employer", json!({"light": 1}), leased("light")),
        )
        .is("LIGHT")
        .by("facility")
        .within(4),
        row(14, "a home worker dies", at_home(json!({"dead": 1})))
            .is("FATAL")
            .must(PLA_AND_POLICE)
            .form("D129-01")
            .by("provincial")
            .within(30),
        row(
            14,
            "a home worker, one serious",
            at_home(json!({"serious": 1})),
        )
        .is("SINGLE_SERIOUS")
        .by("facility")
        .within(7),
        row(
            15,
            "death in traffic",
            body(
                "employer",
                json!({"dead": 1}),
                json!([]),
                json!({"traffic": true}),
            ),
        )
        .is("FATAL")
        .must(PLA_AND_POLICE)
        .form("D129-01")
        .by("provincial")
        .within(30),
        row(16, "dies in hospital", {
            let death = json!({ "at": "2025-11-10T08:50:00+07:00", "circumstance": "treatment" });
            let victim = json!({ "employment": "contract", "outcome": "dead", "death": death });
            of_victims("employer", json!({"dead": 1}), json!([victim]))
        })
        .is("FATAL")
        .must(PLA_AND_POLICE)
        .form("D129-01")
        .by("provincial")
        .within(30),
        row(17, "missing", by("employer", json!({"missing": 1})))
            .is("UNCLEAR")
            .must(PLA_AND_POLICE)
            .form("D129-01")
            .by("provincial"),
        row(
            17,
            "outcomes unknown",
            by("employer", json!({"unknown": 2, "serious": 1})),
        )
        .is("UNCLEAR")
        .must(PLA)
        .copies(POLICE)
        .form("D129-01")
        .by("provincial"),
    ]
}
