//! For tests: the examples of the contract, and a small world to read them in.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::{
    DeclarantRole,
    reader::{self, ReadContext, Reading},
};
use crate::domain::{codes::Codes, place::NoUnit};

/// One example of the contract.
pub(crate) struct Example {
    pub name: &'static str,
    pub received_at: String,
    pub body: Value,
    pub expect: Value,
}

/// The ten examples.
pub(crate) fn all() -> Vec<Example> {
    macro_rules! example {
        ($($name:literal)*) => {
            [$(($name, include_str!(concat!("../../../tests/contract/examples/", $name, ".json"))),)*]
        };
    }
    example! {
        "01-fatal-contract-2024-district"
        "02-fatal-contract-declared-late"
        "03-two-serious-contract"
        "04-fatal-no-contract-commune"
        "05-one-serious-no-contract"
        "06-one-serious-contract"
        "07-urgent-notice-minimal"
        "08-mixed-one-serious-each"
        "09-oil-gas-fatal"
        "10-bad-body"
    }
    .into_iter()
    .map(|(name, text)| {
        let json: Value = serde_json::from_str(text).unwrap();
        Example {
            name,
            received_at: json["request"]["received_at"].as_str().unwrap().into(),
            body: json["request"]["body"].clone(),
            expect: json["expect"].clone(),
        }
    })
    .collect()
}

fn codes_of(csv: &str, column: usize) -> BTreeSet<String> {
    csv::Reader::from_reader(csv.as_bytes())
        .records()
        .map(|row| row.unwrap()[column].to_owned())
        .collect()
}

/// Reads with the real code lists and communes.
pub(crate) fn with_context<T>(received_at: &str, read: impl FnOnce(&ReadContext) -> T) -> T {
    thread_local! {
        static LISTS: (Codes, [BTreeSet<String>; 3]) = (Codes::built_in(), [
            codes_of(include_str!("../../reference/legacy_communes.csv"), 0),
            codes_of(include_str!("../../reference/communes.csv"), 0),
            codes_of(include_str!("../../reference/severe_injuries.csv"), 0),
        ]);
    }
    LISTS.with(|(codes, [old, new, injuries])| {
        let reform = NaiveDate::from_ymd_opt(2025, 7, 1).unwrap();
        let place_on = |code: &str, day: NaiveDate| {
            let (now, other) = if day < reform { (old, new) } else { (new, old) };
            match (now.contains(code), other.contains(code)) {
                (true, _) => Ok(()),
                (false, true) => Err(NoUnit::NotInForce),
                (false, false) => Err(NoUnit::Unknown),
            }
        };
        read(&ReadContext {
            now: moment(received_at),
            first_received_at: moment(received_at),
            codes,
            place_on: &place_on,
            is_listed_injury: &|code| injuries.contains(code),
            default_role: DeclarantRole::Employer,
        })
    })
}

pub(crate) fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// Reads a body as received at a moment.
pub(crate) fn read_at(body: &Value, received_at: &str) -> Reading {
    with_context(received_at, |ctx| reader::read(body, ctx))
}

/// Where the faults are, required ones first.
pub(crate) fn pointers(reading: &Reading) -> Vec<&str> {
    [&reading.required, &reading.optional]
        .into_iter()
        .flatten()
        .map(|fault| fault.pointer.as_str())
        .collect()
}

/// A body in which every entry is given, and sound.
pub(crate) fn full_body() -> Value {
    serde_json::json!({
        "kind": "accident",
        "declarant": {
            "role": "employer", "full_name": "Hoàng Văn Thái", "phone": "0912345601",
            "position": "Giám đốc", "email": "an.toan@mo-da.test",
        },
        "establishment": {
            "name": "Mỏ đá Mỹ Thanh", "tax_code": "4799123402", "address": "Xã Mỹ Thanh",
            "industry_code": "08101", "establishment_type_code": "110", "headcount": 46,
            "female_headcount": 6, "phone": "02093888777",
        },
        "employer": { "name": "Tổ khoan Nà Cù", "headcount": 4 },
        "accident": {
            "occurred_at": "2024-11-05T08:20:00+07:00",
            "learned_at": "2024-11-05T08:40:00+07:00",
            "place": { "commune_code": "02011", "code_date": "2024-11-05", "detail": "Mỏ số 2" },
            "summary": "Đá rơi.\nMột người chết.",
            "sector": "ordinary", "traffic": false, "cause_code": "1", "injury_factor_code": "7",
            "abroad": {
                "country": "LA",
                "sending_employer": {
                    "name": "Mỏ đá Mỹ Thanh", "tax_code": "4799123402", "commune_code": "02011",
                },
            },
            "casualties": { "dead": 1, "serious": 1, "light": 0, "missing": 0, "unknown": 0 },
            "several_sites": false, "serious": false,
        },
        "victims": [
            {
                "full_name": "Nông Văn Bình", "sex": "male", "date_of_birth": "1986-02-03",
                "birth_year": 1986, "citizen_id": "006086012345", "occupation_code": "8111",
                "employment": "contract", "worker_class": "other", "voluntary_insurance": false,
                "outcome": "dead", "injuries": ["014"], "groups": ["disabled"],
                "death": { "at": "2024-11-05T08:25:00+07:00", "circumstance": "scene" },
            },
            { "full_name": "Lý Thị Mai", "sex": "female", "birth_year": 2008,
              "outcome": "serious", "injuries": ["043"] },
        ],
    })
}

/// A moment at which [`full_body`] may have been received.
pub(crate) const RECEIVED: &str = "2024-11-05T10:00:00+07:00";

/// Sets (or adds) what stands at a pointer whose parent exists.
pub(crate) fn set(body: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Object(map) => {
            map.insert(name.replace("~1", "/").replace("~0", "~"), value);
        }
        Value::Array(list) => list[name.parse::<usize>().unwrap()] = value,
        _ => panic!("{parent} has no members"),
    }
}

/// Removes a member of an object.
pub(crate) fn remove(body: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent)
        .and_then(Value::as_object_mut)
        .and_then(|map| map.remove(name))
        .unwrap();
}

/// Every pointer of a value, the root left out.
pub(crate) fn all_pointers(value: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, found: &mut Vec<String>) {
        let members: Vec<(String, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), v)).collect(),
            Value::Array(list) => (0..)
                .zip(list)
                .map(|(i, v): (usize, _)| (i.to_string(), v))
                .collect(),
            _ => Vec::new(),
        };
        for (name, value) in members {
            let pointer = super::walk::below(at, &name);
            walk(value, &pointer, found);
            found.push(pointer);
        }
    }
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}

/// Whether a pointer names something in the body, or a member that an object of it lacks.
pub(crate) fn names_something(body: &Value, pointer: &str) -> bool {
    let mut at = body;
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let next = match at {
            Value::Object(map) => match map.get(&token) {
                None => return true,
                next => next,
            },
            Value::Array(list) => token.parse::<usize>().ok().and_then(|i| list.get(i)),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => return false,
        }
    }
    true
}

/// Any JSON, with the names and texts of bodies among it.
pub(crate) fn any_json() -> impl proptest::strategy::Strategy<Value = Value> {
    use proptest::prelude::*;
    let text = prop_oneof![
        any::<String>(),
        proptest::sample::select(vec![
            "dead",
            "contract",
            "02011",
            "99999",
            "2024-11-05",
            "2024-11-05T08:20:00+07:00",
            "9999-12-31T23:59:60Z",
            "0912345601",
            "4799123402",
            "014",
            "7",
            "male",
            "LA",
            "",
            " ",
        ])
        .prop_map(str::to_owned),
    ];
    let name = prop_oneof![
        "[a-z~/ ]{0,6}",
        proptest::sample::select(vec![
            "kind",
            "accident",
            "place",
            "casualties",
            "victims",
            "no",
            "death",
            "at",
            "dead",
            "occurred_at",
            "commune_code",
            "note",
            "summary",
            "declarant",
            "groups",
        ])
        .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3_i64..5).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
