//! What happened to a case, the newest first.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::{
    domain::case::{Event, Step},
    web::{chrome::Chrome, when},
    wording::{case_page as words, choices, labels},
};

/// A row of the timeline.
pub struct Happened {
    /// What.
    pub what: String,
    /// Who, in which role.
    pub who: String,
    /// As people say it.
    pub said: String,
    /// To the minute.
    pub exact: String,
    /// For `datetime`.
    pub machine: String,
    /// The state that it led to, where it is another.
    pub to: Option<&'static str>,
    /// Why.
    pub reason: Option<String>,
    /// What was entered.
    pub details: Vec<(String, String)>,
}

/// The name of a step or of what else happened.
pub fn name_of(c: &Chrome, action: &str) -> String {
    let step = Step::parse(action).map(labels::step);
    match step.or_else(|| words::event(action)) {
        Some(text) => c.t(text).to_owned(),
        None => action.to_owned(),
    }
}

/// A value that was entered, as people read it; empty where there is nothing to read.
fn shown(c: &Chrome, field: &str, value: &Value) -> String {
    match value {
        Value::String(text) => {
            if let Some(name) = choices::name_of(field, text) {
                return c.t(name).to_owned();
            }
            if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
                return c.exact(moment.to_utc());
            }
            match text.parse::<NaiveDate>() {
                Ok(day) => day.format("%d/%m/%Y").to_string(),
                Err(_) => text.clone(),
            }
        }
        Value::Number(number) => number.to_string(),
        Value::Array(items) => {
            let items = items.iter().map(|item| match item {
                Value::Object(fields) => {
                    let fields = fields.iter().map(|(name, value)| shown(c, name, value));
                    let fields = fields.filter(|text| !text.is_empty());
                    fields.collect::<Vec<_>>().join(", ")
                }
                other => shown(c, field, other),
            });
            items.collect::<Vec<_>>().join("; ")
        }
        Value::Null | Value::Bool(_) | Value::Object(_) => String::new(),
    }
}

fn details(c: &Chrome, event: &Event) -> Vec<(String, String)> {
    let fields = event.details.as_object();
    let fields = fields.into_iter().flatten();
    let said = fields.filter(|(name, _)| !matches!(name.as_str(), "reason" | "note"));
    let said = said.filter_map(|(name, value)| {
        // What has no name is for the program, such as ids.
        let label = labels::label(&format!("field.{name}"))?;
        let value = shown(c, name, value);
        (!value.is_empty()).then(|| (c.t(label).to_owned(), value))
    });
    said.collect()
}

fn view(c: &Chrome, event: &Event, now: DateTime<Utc>) -> Happened {
    let moves = event.from_status != Some(event.to_status);
    Happened {
        what: name_of(c, &event.action),
        who: format!("{} · {}", event.actor, c.t(labels::actor(event.actor_role))),
        said: when::said(event.happened_at, now, c.lang),
        exact: c.exact(event.happened_at),
        machine: c.machine(event.happened_at),
        to: moves.then(|| c.t(labels::status(event.to_status))),
        reason: event.reason.clone().filter(|text| !text.is_empty()),
        details: details(c, event),
    }
}

/// The whole timeline, the newest first.
pub fn views(c: &Chrome, events: &[Event], now: DateTime<Utc>) -> Vec<Happened> {
    events
        .iter()
        .rev()
        .map(|event| view(c, event, now))
        .collect()
}

/// What happened after the event `seen`, the oldest first.
pub fn since(c: &Chrome, events: &[Event], seen: &str, now: DateTime<Utc>) -> Vec<Happened> {
    let known = events.iter().position(|event| event.id.as_str() == seen);
    let after = known.map_or(events.len(), |at| at + 1);
    let after = events.get(after..).unwrap_or_default();
    after.iter().map(|event| view(c, event, now)).collect()
}
