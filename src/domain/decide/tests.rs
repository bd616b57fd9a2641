//! The decision table of `accidents.md` 8.1 and 8.3 ([`rows`], [`special`]), and what must hold of every decision.

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

mod ordinary;
mod places;
pub(crate) mod promises;
pub(crate) mod rows;
mod special;

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
BXD|LINE_MINISTRY|country|VN|2016-07-01||
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
                "BXD" => vec![Sector::Sea],
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
            "kind" | "establishment" | "employer" => body[name.as_str()] = value.clone(),
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
        first_received_at: received_at,
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
