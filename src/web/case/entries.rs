//! The entries of a step: drawn from the step's own table of fields, and read back as what the use case takes.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde_json::{Map, Value};

use crate::{
    api::choices::named,
    domain::case::{
        Step,
        step::{Field as Rule, FieldType, Need, Values},
    },
    service::cases::{AllowedField, AllowedStep, CaseDetail},
    time::{day_in_vietnam, rfc3339_in_vietnam, start_of_day_in_vietnam},
    web::{
        chrome::Chrome,
        fields::{Choice, Control, Field, Typed},
    },
    wording::{case_page as words, labels},
};

/// Rows of a list that are shown where nothing was typed yet.
const ROWS: usize = 2;
/// Rows of a list that are shown at most, as many as a step takes.
const MOST_ROWS: usize = 100;
/// Texts that may be longer have several lines.
const ONE_LINE: usize = 200;

/// Entries that stand together.
pub struct Block {
    /// What they are, where that is more than their labels.
    pub legend: Option<String>,
    /// How many entries of the form are its own.
    pub count: usize,
    /// The list to which a row can be added behind it.
    pub more: Option<&'static str>,
    /// Help, where it begins a list.
    pub hint: Option<&'static str>,
}

/// What is there besides the step itself.
pub struct Known<'a> {
    /// The case.
    pub detail: &'a CaseDetail,
    /// Posts to which it may be assigned.
    pub posts: &'a [Choice],
}

fn rows_name(list: &str) -> String {
    format!("rows.{list}")
}

/// How many rows of a list are shown.
pub fn rows(typed: &Typed, list: &str) -> usize {
    let said = typed.get(&rows_name(list)).parse::<usize>();
    said.unwrap_or(ROWS).clamp(1, MOST_ROWS)
}

fn label(c: &Chrome, name: &str) -> &'static str {
    c.t(labels::field(name))
}

/// The rule of a field, for what `AllowedField` does not say: how long, and what stands in for it.
fn rule_of(step: Step, name: &str) -> Option<&'static Rule> {
    let mut fields = step.rules().flat_map(|rule| {
        let of_lists = rule.fields.iter().flat_map(|field| field.items);
        rule.fields.iter().chain(of_lists)
    });
    fields.find(|field| field.name == name)
}

fn choices(c: &Chrome, field: &AllowedField, detail: &CaseDetail) -> Vec<Choice> {
    let choice = |value: &String| {
        let (vi, en) = named(field.name, field.source, value, detail);
        Choice {
            value: value.clone(),
            label: c.either(&vi, &en).to_owned(),
        }
    };
    field.values.iter().map(choice).collect()
}

fn with_nothing(c: &Chrome, mut choices: Vec<Choice>) -> Vec<Choice> {
    let nothing = Choice {
        value: String::new(),
        label: c.t(words::NOT_CHOSEN).to_owned(),
    };
    choices.insert(0, nothing);
    choices
}

fn control(
    c: &Chrome,
    step: Step,
    field: &AllowedField,
    known: &Known<'_>,
    is_dense: bool,
) -> Control {
    match field.kind {
        FieldType::Date => Control::Line("date"),
        FieldType::Moment => Control::Line("datetime-local"),
        FieldType::Number => Control::Line("number"),
        FieldType::Choice => {
            let choices = choices(c, field, known.detail);
            // Nothing can be taken back from a row of circles: what may be left out is a list.
            match field.required && !is_dense && choices.len() <= 5 {
                true => Control::Radio(choices),
                false => Control::Select(with_nothing(c, choices)),
            }
        }
        FieldType::Post if !known.posts.is_empty() => {
            Control::Select(with_nothing(c, known.posts.to_vec()))
        }
        FieldType::Text
            if rule_of(step, field.name).is_some_and(|rule| rule.longest > ONE_LINE) =>
        {
            Control::Lines
        }
        FieldType::Text | FieldType::Case | FieldType::Post | FieldType::List => {
            Control::Line("text")
        }
    }
}

fn drawn(
    c: &Chrome,
    typed: &Typed,
    step: Step,
    (name, field): (&str, &AllowedField),
    known: &Known<'_>,
    is_dense: bool,
) -> Field {
    let control = control(c, step, field, known, is_dense);
    let mut drawn = typed.field(c, name, label(c, field.name), control);
    let rule = rule_of(step, field.name);
    let hint = match (field.kind, rule.map(|rule| rule.need)) {
        (_, Some(Need::Unless(other))) => {
            Some(c.t(words::STEP_UNLESS).replace("{other}", label(c, other)))
        }
        (FieldType::Moment, _) => Some(c.t(words::NOW_LOCAL).to_owned()),
        (FieldType::Number, _) => Some(c.t(words::STEP_NUMBER).to_owned()),
        (FieldType::Case, _) => Some(c.t(words::STEP_CASE).to_owned()),
        _ if field.name == "to_authority" => Some(c.t(words::STEP_AUTHORITY).to_owned()),
        _ => None,
    };
    if let Some(hint) = hint {
        drawn = drawn.hint(hint);
    }
    if let (FieldType::Text, Some(rule)) = (field.kind, rule) {
        drawn = drawn.max(u32::try_from(rule.longest).unwrap_or(0));
    }
    let is_spared = matches!(rule.map(|rule| rule.need), Some(Need::Unless(_)));
    match field.required && !is_spared {
        true => drawn,
        false => drawn.optional(),
    }
}

/// The entries of a step in their order, and how they stand together.
pub fn form(
    c: &Chrome,
    typed: &mut Typed,
    allowed: &AllowedStep,
    known: &Known<'_>,
) -> (Vec<Field>, Vec<Block>) {
    let is_choice = |field: &&AllowedField| field.kind == FieldType::Choice;
    let is_dense = allowed.fields.iter().filter(is_choice).count() > 3;
    let (mut fields, mut blocks) = (Vec::new(), Vec::new());
    for field in &allowed.fields {
        // The only one who was hurt need not be chosen.
        if let (Values::Victims, [only]) = (field.source, field.values.as_slice()) {
            typed.suggest(field.name, only.as_str());
        }
        if field.kind != FieldType::List {
            let own = (field.name, field);
            fields.push(drawn(c, typed, allowed.step, own, known, is_dense));
            blocks.push(Block {
                legend: None,
                count: 1,
                more: None,
                hint: None,
            });
            continue;
        }
        let shown = rows(typed, field.name);
        for row in 0..shown {
            for item in &field.items {
                let name = format!("{}.{row}.{}", field.name, item.name);
                let own = (name.as_str(), item);
                let mut entry = drawn(c, typed, allowed.step, own, known, true);
                // A row that is left empty is no fault of its entries.
                entry.required = false;
                if item.required {
                    entry.optional = "";
                }
                fields.push(entry);
            }
            let legend = c.t(words::STEP_ROW).replace("{list}", label(c, field.name));
            let is_last = row + 1 == shown && shown < MOST_ROWS;
            blocks.push(Block {
                legend: Some(legend.replace("{no}", &(row + 1).to_string())),
                count: field.items.len(),
                more: is_last.then_some(field.name),
                hint: (row == 0).then(|| c.t(words::STEP_LIST_HINT)),
            });
        }
    }
    (fields, blocks)
}

/// The lists of a step with how many rows of each are shown: hidden entries.
pub fn row_counts(typed: &Typed, allowed: &AllowedStep) -> Vec<(String, usize)> {
    let lists = allowed.fields.iter();
    let lists = lists.filter(|field| field.kind == FieldType::List);
    lists
        .map(|field| (rows_name(field.name), rows(typed, field.name)))
        .collect()
}

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
    // Not the day it is by another clock.
    debug_assert_eq!(day_in_vietnam(moment), local.date());
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
