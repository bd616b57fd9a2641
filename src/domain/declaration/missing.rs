//! What the full legal form still needs (`accidents.md` 3.2, 3.3; D39 Phụ lục III and IV, from
//! 1 July 2025 forms 01 and 06 of D129).
//!
//! Nothing here stops a declaration: the law asks for speed first, the rest follows as a supplement.

use super::{DeclarantRole, Declaration};
use crate::domain::victim::{Outcome, Victim};

/// JSON pointers of the entries that the form of the declaration still needs, in its order. None
/// for a notice of family, witness or worker: it has no legal form.
pub fn pointers(declaration: &Declaration) -> Vec<String> {
    let role = declaration.declarant.role;
    if !matches!(role, DeclarantRole::Employer | DeclarantRole::Commune) {
        return Vec::new();
    }
    let mut missing = Vec::new();
    let mut ask = |pointer: String, is_there: bool| {
        if !is_there {
            missing.push(pointer);
        }
    };

    ask(
        "/declarant/position".into(),
        declaration.declarant.position.is_some(),
    );
    if role == DeclarantRole::Employer {
        let place_of_work = declaration.establishment.clone().unwrap_or_default();
        for (name, is_there) in [
            ("name", place_of_work.name.is_some()),
            ("tax_code", place_of_work.tax_code.is_some()),
            ("address", place_of_work.address.is_some()),
            ("industry_code", place_of_work.industry_code.is_some()),
            (
                "establishment_type_code",
                place_of_work.establishment_type_code.is_some(),
            ),
            ("headcount", place_of_work.headcount.is_some()),
            ("phone", place_of_work.phone.is_some()),
        ] {
            ask(format!("/establishment/{name}"), is_there);
        }
    }
    ask(
        "/accident/place/detail".into(),
        declaration.accident.place.detail.is_some(),
    );
    for (at, victim) in declaration.victims.iter().enumerate() {
        for (name, is_there) in of_victim(victim) {
            ask(format!("/victims/{at}/{name}"), is_there);
        }
    }
    let named = declaration.victims.len();
    let hurt = usize::try_from(declaration.accident.casualties.total()).unwrap_or(usize::MAX);
    ask(format!("/victims/{named}"), named >= hurt);
    missing
}

fn of_victim(victim: &Victim) -> Vec<(&'static str, bool)> {
    let mut entries = vec![
        ("full_name", victim.full_name.is_some()),
        ("sex", victim.sex.is_some()),
        (
            "birth_year",
            victim.date_of_birth.is_some() || victim.birth_year.is_some(),
        ),
        ("occupation_code", victim.occupation_code.is_some()),
        ("employment", victim.employment.is_some()),
        ("outcome", victim.outcome.is_some()),
    ];
    match (victim.outcome, &victim.death) {
        (Some(Outcome::Dead), None) => entries.push(("death", false)),
        (Some(Outcome::Dead), Some(death)) => {
            entries.push(("death/circumstance", death.circumstance.is_some()));
        }
        (Some(Outcome::Serious), _) => entries.push(("injuries", !victim.injuries.is_empty())),
        _ => {}
    }
    entries
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::declaration::examples::{self, RECEIVED, full_body, read_at, remove, set};

    fn missing_of(body: &serde_json::Value) -> Vec<String> {
        pointers(&read_at(body, RECEIVED).declaration.unwrap())
    }

    #[test]
    fn an_urgent_notice_lacks_nearly_everything() {
        let examples = examples::all();
        let notice = &examples[6];
        let read = read_at(&notice.body, &notice.received_at);
        assert_eq!(
            pointers(&read.declaration.unwrap()),
            [
                "/declarant/position",
                "/establishment/name",
                "/establishment/tax_code",
                "/establishment/address",
                "/establishment/industry_code",
                "/establishment/establishment_type_code",
                "/establishment/headcount",
                "/establishment/phone",
                "/victims/0",
            ]
        );
    }

    #[test]
    fn a_full_declaration_lacks_only_what_a_victim_lacks() {
        assert_eq!(
            missing_of(&full_body()),
            ["/victims/1/occupation_code", "/victims/1/employment"]
        );
    }

    #[test]
    fn each_victim_is_asked_for_what_its_outcome_needs() {
        let mut body = full_body();
        remove(&mut body, "/victims/0/death");
        remove(&mut body, "/victims/1/injuries");
        set(&mut body, "/accident/casualties/serious", json!(3));
        let missing = missing_of(&body);
        for pointer in ["/victims/0/death", "/victims/1/injuries", "/victims/2"] {
            assert!(missing.iter().any(|m| m == pointer), "{pointer}");
        }
        set(
            &mut body,
            "/victims/0/death",
            json!({ "at": "2024-11-05T09:00:00+07:00" }),
        );
        assert!(missing_of(&body).contains(&"/victims/0/death/circumstance".to_owned()));
    }

    #[test]
    fn the_commune_names_no_establishment_and_a_witness_fills_in_no_form() {
        let mut body = full_body();
        remove(&mut body, "/establishment");
        set(&mut body, "/declarant/role", json!("commune"));
        assert!(
            !missing_of(&body)
                .iter()
                .any(|m| m.contains("establishment"))
        );
        set(&mut body, "/declarant/role", json!("witness"));
        assert_eq!(missing_of(&body), [""; 0]);
    }
}
