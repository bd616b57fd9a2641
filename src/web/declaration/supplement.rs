//! The supplement that a part makes of what differs from what stands.

use serde_json::{Map, Value, json};

use super::{
    entries::{q_of, stands},
    parts::Part,
    rows::{Kind, Row},
};
use crate::{
    service::declarations::LegalForm,
    web::{chrome::Chrome, fields::Typed, when},
    wording::legal_form as words,
};

/// The supplement that is made of what differs from what stands; `None` where nothing does. Says what is wrong where
/// something was emptied.
pub fn of(c: &Chrome, typed: &mut Typed, form: &LegalForm, part: Part) -> Option<Value> {
    let mut body = Value::Object(Map::new());
    for row in part.rows() {
        let (now, before) = (typed.get(row.name).to_owned(), stands(form, part, row));
        if now == before.trim() {
            continue;
        }
        let value = match row.kind {
            Kind::Check => json!(now == "yes"),
            _ if now.is_empty() => {
                let place = match row.kind {
                    Kind::Find(_) => q_of(row),
                    _ => row.name.to_owned(),
                };
                typed.wrong(&place, c.t(words::CANNOT_ERASE));
                continue;
            }
            Kind::Number => now
                .parse::<i64>()
                .map_or_else(|_| json!(now), |number| json!(number)),
            Kind::Moment => when::typed(&now),
            Kind::More(_) => json!([now]),
            _ => json!(now),
        };
        set(&mut body, row.at, value);
    }
    let is_empty = body.as_object().is_none_or(Map::is_empty);
    if is_empty {
        return None;
    }
    if let (Part::Victim(no), Some(victim)) = (part, body.as_object_mut()?.remove("victims")) {
        let mut victim = victim["#"].clone();
        victim["no"] = json!(no);
        body["victims"] = json!([victim]);
    }
    body["note"] = json!(words::NOTE.vi.replace("{part}", &part.said().0));
    Some(body)
}

fn set(body: &mut Value, pointer: &str, value: Value) {
    let mut at = body;
    for name in pointer.split('/').skip(1) {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[name];
    }
    *at = value;
}

/// Which entry of a part a pointer into the supplement means.
pub fn entry_of(part: Part, pointer: &str) -> Option<String> {
    // A supplement of this page names one victim.
    let is_it = |row: &&Row| {
        let own = row.pointer(0);
        let is_within = |inner: &str, outer: &str| {
            inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        own == pointer || is_within(pointer, &own) || is_within(&own, pointer)
    };
    let row = part.rows().iter().find(is_it)?;
    Some(match row.kind {
        Kind::Find(_) => q_of(row),
        _ => row.name.to_owned(),
    })
}
