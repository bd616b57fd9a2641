//! What was typed into the form of a step, as the use case takes it.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde_json::{Map, Value};

use super::entries::rows;
use crate::{
    domain::case::step::FieldType,
    service::cases::{AllowedField, AllowedStep},
    time::{rfc3339_in_vietnam, start_of_day_in_vietnam},
    web::fields::Typed,
};

/// A day, as the field sends it or as people write it where the field is a plain line.
fn day(text: &str) -> Option<NaiveDate> {
    let forms = ["%Y-%m-%d", "%d/%m/%Y"];
    let read = |form: &&str| NaiveDate::parse_from_str(text, form).ok();
    forms.iter().find_map(read)
}

/// A moment by the clocks of Việt Nam, in the same two ways.
fn moment(text: &str) -> Option<String> {
    let forms = [
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%dT%H:%M:%S",
        "%d/%m/%Y %H:%M",
        "%H:%M %d/%m/%Y",
    ];
    let read = |form: &&str| NaiveDateTime::parse_from_str(text, form).ok();
    let local = forms.iter().find_map(read)?;
    let since_midnight = local.time() - NaiveTime::MIN;
    let moment = start_of_day_in_vietnam(local.date()) + since_midnight;
    Some(rfc3339_in_vietnam(moment))
}

fn value(kind: FieldType, text: &str) -> Value {
    match kind {
        FieldType::Date => day(text).map_or_else(|| text.into(), |day| day.to_string().into()),
        FieldType::Moment => moment(text).map_or_else(|| text.into(), Value::from),
        FieldType::Number => text
            .parse::<i64>()
            .map_or_else(|_| text.into(), Value::from),
        _ => text.into(),
    }
}

/// Which row of the form each object of a list came from.
#[derive(Default)]
pub struct Rows(BTreeMap<&'static str, Vec<usize>>);

impl Rows {
    /// The entry of the form that a pointer into the body means.
    pub fn name_of(&self, allowed: &AllowedStep, pointer: &str) -> Option<String> {
        let mut parts = pointer.trim_start_matches('/').split('/');
        let name = parts.next()?;
        let field = allowed.fields.iter().find(|field| field.name == name)?;
        if field.kind != FieldType::List {
            return Some(name.to_owned());
        }
        let first = field.items.first().map(|item| item.name);
        let at = parts.next().and_then(|at| at.parse::<usize>().ok());
        let rows = self.0.get(name);
        let row = at.and_then(|at| rows?.get(at).copied()).unwrap_or(0);
        Some(format!("{name}.{row}.{}", parts.next().or(first)?))
    }
}

/// The body of a step, from what was typed. What was left empty is left out.
pub fn body(typed: &Typed, allowed: &AllowedStep, seen_version: &str) -> (Value, Rows) {
    let (mut body, mut rows_of) = (Map::new(), Rows::default());
    body.insert(
        "seen_version".to_owned(),
        value(FieldType::Number, seen_version),
    );
    for field in &allowed.fields {
        if field.kind != FieldType::List {
            let text = typed.get(field.name);
            if !text.is_empty() {
                body.insert(field.name.to_owned(), value(field.kind, text));
            }
            continue;
        }
        let mut items = Vec::new();
        for row in 0..rows(typed, field.name) {
            let entry = |item: &AllowedField| {
                let text = typed.get(&format!("{}.{row}.{}", field.name, item.name));
                (!text.is_empty()).then(|| (item.name.to_owned(), value(item.kind, text)))
            };
            let object: Map<String, Value> = field.items.iter().filter_map(entry).collect();
            if !object.is_empty() {
                items.push(Value::Object(object));
                rows_of.0.entry(field.name).or_default().push(row);
            }
        }
        if !items.is_empty() {
            body.insert(field.name.to_owned(), Value::Array(items));
        }
    }
    (Value::Object(body), rows_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::{Step, step::Values};

    fn field(name: &'static str, kind: FieldType, items: Vec<AllowedField>) -> AllowedField {
        AllowedField {
            name,
            kind,
            required: true,
            values: Vec::new(),
            source: Values::Fixed(&[]),
            items,
        }
    }

    #[test]
    fn what_is_typed_becomes_what_the_step_takes() {
        let allowed = AllowedStep {
            step: Step::FormTeam,
            article: "",
            fields: vec![
                field("decided_on", FieldType::Date, Vec::new()),
                field("held_at", FieldType::Moment, Vec::new()),
                field("days", FieldType::Number, Vec::new()),
                field("head", FieldType::Text, Vec::new()),
                field(
                    "members",
                    FieldType::List,
                    vec![
                        field("full_name", FieldType::Text, Vec::new()),
                        field("capacity", FieldType::Choice, Vec::new()),
                    ],
                ),
            ],
        };
        let typed = [
            ("decided_on", "20/05/2026"),
            ("held_at", "2026-05-20T14:30"),
            ("days", "mười"),
            ("head", "  "),
            ("rows.members", "3"),
            ("members.0.full_name", " "),
            ("members.2.full_name", "Lê Thị Bưởi"),
        ];
        let typed = Typed::new(typed.map(|(name, text)| (name.to_owned(), text.to_owned())));
        let (body, rows) = body(&typed, &allowed, "4");
        assert_eq!(
            body,
            serde_json::json!({
                "seen_version": 4, "decided_on": "2026-05-20", "held_at": "2026-05-20T14:30:00+07:00",
                "days": "mười", "members": [{"full_name": "Lê Thị Bưởi"}],
            })
        );
        let name = |pointer| rows.name_of(&allowed, pointer);
        assert_eq!(
            name("/members/0/capacity").as_deref(),
            Some("members.2.capacity")
        );
        assert_eq!(name("/members").as_deref(), Some("members.0.full_name"));
        assert_eq!(name("/head").as_deref(), Some("head"));
        assert_eq!(name("/other"), None);
    }
}
