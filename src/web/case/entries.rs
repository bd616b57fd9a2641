//! The entries of a step: drawn from the step's own table of fields.

use crate::{
    api::choices::named,
    domain::case::{
        Step,
        step::{Field as Rule, FieldType, Need, Values},
    },
    service::cases::{AllowedField, AllowedStep, CaseDetail},
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
