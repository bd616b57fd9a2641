//! The same request twice has one effect and one answer.

use chrono::{DateTime, Utc};
use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

use crate::{
    error::{AppError, Result},
    ids::TokenId,
    store::{conn::DbConn, idempotency},
};

/// Whether a request with a key is new.
pub enum Key {
    /// Nothing with this key was answered before, or there is no key.
    New,
    /// It was: the id of the answer.
    AnsweredAs(String),
}

/// A hash of the call and its body as a JSON value: order of members, spaces and the spelling of
/// whole numbers (`1`, `1.0`) make no difference.
pub fn fingerprint(call: &str, body: &Value) -> String {
    let mut hash = Sha256::new();
    hash.update(call.as_bytes());
    hash.update([0]);
    hash.update(canonical(body).to_string().as_bytes());
    data_encoding::HEXLOWER.encode(&hash.finalize())
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
    token: &TokenId,
    key: Option<&str>,
    fingerprint: &str,
    answer_id: &str,
    now: DateTime<Utc>,
) -> Result<Key> {
    let Some(key) = key else { return Ok(Key::New) };
    if idempotency::remember(tx, token, key, fingerprint, answer_id, now)? {
        return Ok(Key::New);
    }
    match idempotency::find(tx, token, key)? {
        Some((of, answer)) if of == fingerprint => Ok(Key::AnsweredAs(answer)),
        Some(_) => Err(AppError::KeyReused),
        // Forgotten between the two statements: the caller repeats the request.
        None => Err(AppError::Busy),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bodies_are_compared_as_json_values() {
        let one: Value = serde_json::from_str(r#"{"a": 1, "b": [2.0, {"c": "x"}]}"#).unwrap();
        let two: Value = serde_json::from_str(r#"{"b":[2,{"c":"x"}],"a":1.0}"#).unwrap();
        assert_eq!(fingerprint("call", &one), fingerprint("call", &two));
        assert_ne!(fingerprint("call", &one), fingerprint("other call", &one));
        assert_ne!(
            fingerprint("call", &json!({"a": 1.5})),
            fingerprint("call", &json!({"a": 1}))
        );
    }
}
