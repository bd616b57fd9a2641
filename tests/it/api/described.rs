//! Holds answers against the API description: status, content type, and every member of the body.

use std::{collections::BTreeMap, sync::LazyLock};

use serde_json::Value;

use crate::support::Answer;

/// The description that the program gives of itself.
pub static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&tnld::api::openapi::document_json()).unwrap());

/// Fails where an answer is not as the description says. `HEAD` is described as `GET`, and has no
/// body.
#[track_caller]
pub fn check(method: &str, path: &str, answer: &Answer) {
    let about = || format!("{method} {path}: {} {}", answer.status, answer.text);
    let has_body = method != "HEAD";
    let described = if has_body { method } else { "GET" };
    let Some(operation) = operation(described, path) else {
        // Nothing is described here: a page, or an address that does not exist.
        if path.starts_with("/api/") {
            assert!(matches!(answer.status, 404 | 405), "{}", about());
            assert_eq!(
                answer.header("content-type"),
                "application/problem+json",
                "{}",
                about()
            );
            if has_body {
                let faults = mismatches(&problem(), &answer.json());
                assert!(faults.is_empty(), "{faults:?} in {}", about());
            }
        }
        return;
    };
    let status = answer.status.to_string();
    let response = &operation["responses"][&status];
    assert!(
        response.is_object(),
        "{status} is not described: {}",
        about()
    );
    let Some(content) = response["content"].as_object() else {
        return;
    };
    let kind = answer
        .header("content-type")
        .split(';')
        .next()
        .unwrap_or_default();
    let Some(media) = content.get(kind) else {
        panic!("the content type {kind:?} is not described: {}", about());
    };
    if has_body && kind.ends_with("json") && !media["schema"].is_null() {
        let body: Value = serde_json::from_str(&answer.text).unwrap();
        let faults = mismatches(&media["schema"], &body);
        assert!(faults.is_empty(), "{faults:?} in {}", about());
    }
}

/// The operation that answers `method` on `path`.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap_or_default();
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let fits = |template: &str| {
        let (template, path): (Vec<&str>, Vec<&str>) =
            (template.split('/').collect(), path.split('/').collect());
        template.len() == path.len()
            && template
                .iter()
                .zip(&path)
                .all(|(part, given)| part == given || (part.starts_with('{') && !given.is_empty()))
    };
    // The literal path wins: `/declarations/preview` is no receipt number.
    let item = paths.get(path).or_else(|| {
        let mut found = paths.iter().filter(|(template, _)| fits(template));
        found.next().map(|(_, item)| item)
    })?;
    item.get(method.to_ascii_lowercase())
}

fn problem() -> Value {
    serde_json::json!({ "$ref": "#/components/schemas/Problem" })
}

/// Everything in `value` that is not as `schema` says, undocumented members included.
pub fn mismatches(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    compare(schema, value, "", &mut faults);
    faults
}

/// What a reference stands for; the schema itself where it is none.
pub fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            let pointer = reference.strip_prefix('#').expect("references stay inside");
            let found = DOCUMENT.pointer(pointer);
            found.unwrap_or_else(|| panic!("{reference} leads nowhere"))
        }
        None => schema,
    }
}

fn compare(schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let schema = if schema["$ref"].is_string() {
        resolved(schema)
    } else {
        schema
    };
    if let Some(choices) = schema["oneOf"].as_array() {
        let mut tried: Vec<Vec<String>> = choices
            .iter()
            .map(|choice| {
                let mut found = Vec::new();
                compare(choice, value, at, &mut found);
                found
            })
            .collect();
        tried.sort_by_key(Vec::len);
        faults.extend(tried.into_iter().next().unwrap_or_default());
        return;
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => panic!("a schema without a type at {at:?}: {schema}"),
    };
    if !kinds.iter().any(|kind| is_of_kind(kind, value)) {
        faults.push(format!("{at} is {value}, no {kinds:?}"));
        return;
    }
    if let Some(values) = schema["enum"].as_array()
        && !values.contains(value)
    {
        faults.push(format!("{at} is {value}, none of {values:?}"));
    }
    match value {
        Value::Object(members) => compare_members(schema, members, at, faults),
        Value::Array(entries) => {
            for (number, entry) in entries.iter().enumerate() {
                compare(&schema["items"], entry, &format!("{at}/{number}"), faults);
            }
        }
        Value::String(text) => {
            let fits = match schema["format"].as_str() {
                Some("date") => text.parse::<chrono::NaiveDate>().is_ok(),
                Some("date-time") => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
                _ => true,
            };
            if !fits {
                faults.push(format!("{at} is {text:?}, no {}", schema["format"]));
            }
        }
        _ => {}
    }
}

fn compare_members(
    schema: &Value,
    members: &serde_json::Map<String, Value>,
    at: &str,
    faults: &mut Vec<String>,
) {
    // An object without described members may hold anything: a body as it was received.
    let Some(described) = schema["properties"].as_object() else {
        return;
    };
    for (name, value) in members {
        match described.get(name) {
            Some(schema) => compare(schema, value, &format!("{at}/{name}"), faults),
            None => faults.push(format!("{at}/{name} is not described")),
        }
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if !members.contains_key(name.as_str().unwrap()) {
            faults.push(format!("{at} lacks {name}"));
        }
    }
}

fn is_of_kind(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("a type of schema that nothing here reads: {other}"),
    }
}

/// Every operation: `METHOD /path` and what is said of it.
pub fn operations() -> BTreeMap<String, &'static Value> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, operation)| {
            (format!("{} {path}", method.to_ascii_uppercase()), operation)
        })
    });
    operations.collect()
}
