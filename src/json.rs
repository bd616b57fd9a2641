//! JSON as other people's programs write it.

use std::{cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not JSON.
    NotJson,
    /// An object has the same key twice. Readers differ in which one counts (RFC 8259, 4), and one of
    /// the two may be a death.
    KeyTwice,
}

impl Unreadable {
    /// The code of its problem document.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotJson => "not_json",
            Self::KeyTwice => "key_twice",
        }
    }
}

/// Reads a text, with every key once.
pub fn read(text: &str) -> Result<Value, Unreadable> {
    let key_twice = Cell::new(false);
    let mut source = serde_json::Deserializer::from_str(text);
    let read = Once(&key_twice).deserialize(&mut source);
    read.and_then(|value| source.end().map(|()| value))
        .map_err(|_| match key_twice.get() {
            true => Unreadable::KeyTwice,
            false => Unreadable::NotJson,
        })
}

/// A value in which no key stands twice; notes where one does, for errors of serde are only text.
#[derive(Clone, Copy)]
struct Once<'a>(&'a Cell<bool>);

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Value, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value with every key once")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(self)?;
            if object.insert(key, value).is_some() {
                self.0.set(true);
                return Err(A::Error::custom("a key stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_that_stands_twice_is_refused_wherever_it_stands() {
        for text in [
            r#"{"dead":1,"dead":0}"#,
            r#"{"casualties":{"dead":1,"light":1,"dead":0}}"#,
            r#"[{"a":[{"b":1,"\u0062":2}]}]"#,
        ] {
            assert_eq!(read(text), Err(Unreadable::KeyTwice), "{text}");
        }
    }

    #[test]
    fn what_is_not_json_is_told_apart() {
        let deep = "[".repeat(100_000);
        let closed = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
        for text in [
            "",
            "{",
            r#"{"a":1,}"#,
            r#"{"a":1,"b":"#,
            "1 2",
            "nul",
            &deep,
            &closed,
        ] {
            assert_eq!(read(text), Err(Unreadable::NotJson));
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1e9..1e9).prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(".*", inner, 0..4)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_other_text_reads_as_serde_json_reads_it(value in values()) {
            let text = value.to_string();
            prop_assert_eq!(read(&text).unwrap(), serde_json::from_str::<Value>(&text).unwrap());
        }
    }
}
