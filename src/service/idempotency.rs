//! The same request twice has one effect and one answer.

use chrono::{DateTime, Utc};
use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

use crate::{
    error::{AppError, Result},
    ids::CallerId,
    sealing::Keys,
    service::Ctx,
    store::{conn::DbConn, idempotency},
};

/// How a keyed hash begins.
const KEYED: &str = "k1:";

/// Whether a request with a key is new.
pub enum Key {
    /// Nothing with this key was answered before, or there is no key.
    New,
    /// It was: the id of the answer.
    AnsweredAs(String),
}

/// What a request is known by.
#[derive(Default)]
pub struct Fingerprint {
    /// Keyed, for a plain hash of a short body could be found by trying.
    keyed: String,
    /// As it was before keys: such are forgotten after 30 days.
    plain: String,
}

impl Fingerprint {
    /// The keyed hash.
    pub fn text(&self) -> &str {
        &self.keyed
    }

    /// Of a caller that is its body: whatever has its key is the same request.
    pub fn of_caller(caller: &CallerId) -> Self {
        Self {
            keyed: caller.to_string(),
            plain: String::new(),
        }
    }
}

/// A keyed hash of the call and its body as a JSON value: order of members, spaces and the spelling
/// of whole numbers (`1`, `1.0`) make no difference.
pub fn fingerprint(keys: &Keys, call: &str, body: &Value) -> Fingerprint {
    let request = format!("{call}\0{}", canonical(body));
    Fingerprint {
        keyed: format!("{KEYED}{}", keys.request_hash(request.as_bytes())),
        plain: data_encoding::HEXLOWER.encode(&Sha256::digest(request.as_bytes())),
    }
}

fn canonical(value: &Value) -> Value {
    match value {
        // serde_json keeps members sorted by name.
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), canonical(value)))
            .collect(),
        Value::Array(values) => values.iter().map(canonical).collect(),
        Value::Number(number) => Value::Number(whole(number).unwrap_or_else(|| number.clone())),
        other => other.clone(),
    }
}

fn whole(number: &Number) -> Option<Number> {
    let float = number.as_f64().filter(|_| number.is_f64())?;
    // Exactly representable range of whole numbers in a double.
    (float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0)
        .then(|| Number::from(float as i64))
}

/// Claims `key` for the answer `answer_id`, or tells which answer it belongs to. In the transaction
/// of the request: where the request fails, the key is free again.
pub fn claim(
    tx: &mut DbConn,
    caller: &CallerId,
    key: Option<&str>,
    fingerprint: &Fingerprint,
    answer_id: &str,
    now: DateTime<Utc>,
) -> Result<Key> {
    let Some(key) = key else { return Ok(Key::New) };
    if idempotency::remember(tx, caller, key, &fingerprint.keyed, answer_id, now)? {
        return Ok(Key::New);
    }
    match idempotency::find(tx, caller, key)? {
        Some((of, answer)) if of == fingerprint.keyed || of == fingerprint.plain => {
            Ok(Key::AnsweredAs(answer))
        }
        Some(_) => Err(AppError::KeyReused),
        // Forgotten between the two statements: the caller repeats the request.
        None => Err(AppError::Busy),
    }
}

/// Whether the form that carries `key` comes for the first time with this content. A form that comes again, as by a double
/// click, has been done; one that somebody went back to and filled in otherwise is another.
pub fn is_first(tx: &mut DbConn, ctx: &Ctx, key: &str, call: &str, body: &Value) -> Result<bool> {
    let same = fingerprint(&ctx.keys, call, body);
    let key = format!("{key}.{}", same.text());
    let caller = ctx.actor.caller.id();
    let claimed = claim(tx, &caller, Some(&key), &same, &key, ctx.now)?;
    Ok(matches!(claimed, Key::New))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bodies_are_compared_as_json_values() {
        let one: Value = serde_json::from_str(r#"{"a": 1, "b": [2.0, {"c": "x"}]}"#).unwrap();
        let two: Value = serde_json::from_str(r#"{"b":[2,{"c":"x"}],"a":1.0}"#).unwrap();
        let keys = crate::sealing::tests::some_keys();
        let hash = |call: &str, body: &Value| fingerprint(&keys, call, body).keyed;
        assert_eq!(hash("call", &one), hash("call", &two));
        assert_ne!(hash("call", &one), hash("other call", &one));
        assert_ne!(
            hash("call", &json!({"a": 1.5})),
            hash("call", &json!({"a": 1}))
        );
        let others = crate::sealing::tests::some_keys();
        assert_ne!(
            hash("call", &one),
            fingerprint(&others, "call", &one).keyed,
            "nobody makes it without the key"
        );
    }
}
