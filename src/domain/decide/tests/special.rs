//! Rows 26 to 36: special sectors, abroad, technical incidents, poisoning.

use super::{
    rows::{Row, row},
    *,
};

fn in_sector(sector: &str, casualties: Value) -> Value {
    body(
        "employer",
        casualties,
        json!([]),
        json!({ "sector": sector }),
    )
}

fn abroad(casualties: Value) -> Value {
    let sent = json!({ "name": "Công ty Phái cử", "commune_code": "02008" });
    let accident = json!({ "abroad": { "country": "JP", "sending_employer": sent } });
    body("employer", casualties, json!([]), accident)
}

fn incident(role: &str, casualties: Value, extra: Value) -> Value {
    let mut accident = json!({ "kind": "technical_incident" });
    for (name, value) in extra.as_object().unwrap() {
        accident[name] = value.clone();
    }
    body(role, casualties, json!([]), accident)
}

/// Somebody was poisoned by carbon monoxide (Phụ lục II, 061), and counted as lightly hurt.
fn poisoned() -> Value {
    let victim = json!({ "employment": "contract", "outcome": "light", "injuries": ["061"] });
    body("employer", json!({"light": 1}), json!([victim]), json!({}))
}

pub(super) fn rows() -> Vec<Row> {
    let serious = json!({ "serious": true });
    let several = json!({ "serious": true, "several_sites": true });
    vec![
        row(26, "death", in_sector("oil_gas", json!({"dead": 1})))
            .is("FATAL")
            .must(&["BCT", "CAX-02008", "SNV-19"])
            .form("D129-01")
            .by("special_law")
            .within(30),
        row(
            26,
            "two serious",
            in_sector("oil_gas", json!({"serious": 2})),
        )
        .is("MULTI_SERIOUS")
        .must(&["BCT", "SNV-19"])
        .copies(&["CAX-02008"])
        .form("D129-01")
        .by("special_law")
        .within(20),
        row(26, "unclear", in_sector("oil_gas", json!({"unknown": 2})))
            .is("UNCLEAR")
            .must(&["BCT", "SNV-19"])
            .copies(&["CAX-02008"])
            .form("D129-01")
            .by("special_law"),
        row(
            27,
            "one serious",
            in_sector("oil_gas", json!({"serious": 1})),
        )
        .is("SINGLE_SERIOUS")
        .by("facility")
        .within(7),
        row(27, "light", in_sector("oil_gas", json!({"light": 1})))
            .is("LIGHT")
            .by("facility")
            .within(4),
        row(28, "army, death", in_sector("army", json!({"dead": 1})))
            .is("FATAL")
            .must(&["BQP"])
            .by("special_law")
            .within(30),
        row(
            28,
            "army, two serious",
            in_sector("army", json!({"serious": 2})),
        )
        .is("MULTI_SERIOUS")
        .must(&["BQP"])
        .by("special_law")
        .within(20),
        row(
            28,
            "army, one serious",
            in_sector("army", json!({"serious": 1})),
        )
        .is("SINGLE_SERIOUS")
        .must(&["BQP"])
        .by("facility")
        .within(7),
        row(28, "army, light", in_sector("army", json!({"light": 1})))
            .is("LIGHT")
            .must(&["BQP"])
            .by("facility")
            .within(4),
        row(
            29,
            "crew, death in Vietnamese waters",
            in_sector("sea", json!({"dead": 1})),
        )
        .is("FATAL")
        .must(&["BXD", "CAX-02008", "SNV-19"])
        .form("D129-01")
        .by("special_law")
        .within(30),
        row(
            29,
            "crew, two serious",
            in_sector("sea", json!({"serious": 2})),
        )
        .is("MULTI_SERIOUS")
        .must(&["BXD", "SNV-19"])
        .copies(&["CAX-02008"])
        .form("D129-01")
        .by("special_law")
        .within(20),
        row(30, "death", abroad(json!({"dead": 1})))
            .is("FATAL")
            .must(&["SNV-19"])
            .form("D39-III")
            .by("provincial"),
        row(30, "two serious", abroad(json!({"serious": 2})))
            .is("MULTI_SERIOUS")
            .must(&["SNV-19"])
            .form("D39-III")
            .by("provincial"),
        row(31, "one serious", abroad(json!({"serious": 1})))
            .is("SINGLE_SERIOUS")
            .by("facility")
            .within(7),
        row(31, "light", abroad(json!({"light": 1})))
            .is("LIGHT")
            .by("facility")
            .within(4),
        row(
            32,
            "death",
            incident("employer", json!({"dead": 1}), json!({})),
        )
        .is("FATAL")
        .must(&["CAX-02008", "SNV-19"])
        .form("D39-III")
        .by("special_law")
        .within(30),
        row(
            32,
            "unclear",
            incident("employer", json!({"unknown": 3}), json!({})),
        )
        .is("UNCLEAR")
        .must(&["SNV-19"])
        .copies(&["CAX-02008"])
        .form("D39-III")
        .by("special_law"),
        row(
            32,
            "nobody hurt",
            incident("employer", json!({}), json!({})),
        )
        .is("LIGHT")
        .form("D39-III")
        .by("special_law"),
        row(
            33,
            "one site",
            incident("employer", json!({}), serious.clone()),
        )
        .is("LIGHT")
        .must(&["UBX-02008"])
        .copies(&["SNV-19"])
        .form("D39-III")
        .by("special_law"),
        row(
            33,
            "several sites",
            incident("employer", json!({}), several),
        )
        .is("LIGHT")
        .must(&["UBT-19", "UBX-02008"])
        .copies(&["SNV-19"])
        .form("D39-III")
        .by("special_law"),
        row(
            33,
            "told by the commune",
            incident("commune", json!({}), serious),
        )
        .is("LIGHT")
        .must(&["SNV-19"])
        .form("D39-III")
        .by("special_law"),
        row(
            34,
            "a finder tells the commune",
            incident("witness", json!({}), json!({})),
        )
        .is("LIGHT")
        .must(&["UBX-02008"])
        .by("special_law"),
        row(36, "poisoned at work", poisoned())
            .is("SINGLE_SERIOUS")
            .by("facility")
            .within(7),
        row(36, "and one more seriously hurt", {
            let mut two = poisoned();
            two["accident"]["casualties"] = json!({"light": 1, "serious": 1});
            two
        })
        .is("MULTI_SERIOUS")
        .must(&["SNV-19"])
        .copies(&["CAX-02008"])
        .form("D129-01")
        .by("provincial")
        .within(20),
    ]
}
