//! The entries of a part as they are drawn, with what stands or was typed.

use chrono::DateTime;
use serde_json::Value;

use super::{
    lists::{Lists, choice_of},
    parts::{self, Part},
    rows::{Finder, Kind, List, Row},
};
use crate::{
    domain::codes::FoundCode,
    service::declarations::LegalForm,
    web::{
        chrome::Chrome,
        fields::{Choice, Control, Field, Typed},
        when,
    },
    wording::legal_form as words,
};

/// Most codes that are offered: what fits on a telephone.
const MOST: usize = 8;
/// Longest text that is searched for, in characters.
const LONGEST_SEARCH: u32 = 200;

/// An entry as it stands on the page.
pub enum Drawn {
    /// One entry.
    One(Box<Field>),
    /// A search with what it found.
    Find(Box<Search>),
}

/// A search, what it found, and whether there is more.
pub struct Search {
    /// Name of the entry that is chosen, for the button.
    pub name: &'static str,
    pub q: Field,
    pub found: Option<Field>,
    /// For which words it was found.
    pub found_for: String,
    pub more: bool,
}

impl Drawn {
    /// What stands in a summary of faults.
    pub fn fields(&self) -> Vec<&Field> {
        match self {
            Self::One(field) => vec![field],
            Self::Find(search) => [&search.q].into_iter().chain(&search.found).collect(),
        }
    }
}

pub(super) fn q_of(row: &Row) -> String {
    format!("{}_q", row.name)
}

fn for_of(row: &Row) -> String {
    format!("{}_for", row.name)
}

fn put(typed: &mut Typed, name: &str, value: &str) {
    typed.forget(name);
    typed.suggest(name, value);
}

/// What stands in an entry, as it is typed.
pub(super) fn stands(form: &LegalForm, part: Part, row: &Row) -> String {
    let value = form.standing.pointer(&row.pointer(part.place()));
    match (row.kind, value) {
        (_, None | Some(Value::Null)) | (Kind::More(_), _) => String::new(),
        (Kind::Check, Some(Value::Bool(true))) => "yes".to_owned(),
        (Kind::Check, Some(_)) => String::new(),
        (Kind::Moment, Some(Value::String(text))) => DateTime::parse_from_rfc3339(text)
            .map_or_else(|_| text.clone(), |moment| when::local(moment.to_utc())),
        (_, Some(Value::String(text))) => text.clone(),
        (_, Some(other)) => other.to_string(),
    }
}

/// Puts what stands into the entries.
pub fn prefill(c: &Chrome, typed: &mut Typed, (form, part): (&LegalForm, Part), lists: &Lists) {
    if let Some(outcome) = parts::outcome_of_new(form, part) {
        typed.suggest("outcome", outcome.as_str());
    }
    for row in part.rows() {
        let value = stands(form, part, row);
        if let Kind::Find(finder) = row.kind
            && let Some(label) = lists.label(finder, form, &value)
        {
            let label = c.either(&label.vi, &label.en);
            typed.suggest(&q_of(row), label);
            typed.suggest(&for_of(row), label);
        }
        typed.suggest(row.name, value);
    }
}

/// Finds what was typed into searches: what is found alone is chosen. Says what is wrong where that is not clear and
/// `must` be.
pub fn find(
    c: &Chrome,
    typed: &mut Typed,
    (form, part): (&LegalForm, Part),
    lists: &Lists,
    must: bool,
) {
    for row in part.rows() {
        let Kind::Find(finder) = row.kind else {
            continue;
        };
        let (q, code) = (
            typed.get(&q_of(row)).to_owned(),
            typed.get(row.name).to_owned(),
        );
        let is_chosen = q == typed.get(&for_of(row)) && lists.label(finder, form, &code).is_some();
        if is_chosen {
            continue;
        }
        typed.forget(row.name);
        put(typed, &for_of(row), &q);
        if q.is_empty() {
            continue;
        }
        match lists.codes.find(lists.long(finder, form), &q, MOST) {
            (found, _) if found.is_empty() => typed.wrong(&q_of(row), c.t(words::NOTHING_FOUND)),
            (found, false) if found.len() == 1 => put(typed, row.name, found[0].code),
            _ if must => typed.wrong(row.name, c.t(words::CHOOSE_ONE)),
            _ => {}
        }
    }
}

/// The entries with what was typed.
pub fn draw(
    c: &Chrome,
    typed: &Typed,
    (form, part): (&LegalForm, Part),
    lists: &Lists,
) -> Vec<(Option<&'static str>, Drawn)> {
    let missing = part.missing(form);
    let draw = |row: &'static Row| {
        let is_asked = missing.iter().any(|one| one.name == row.name);
        let said = if is_asked { c.t(words::ASKED) } else { "" };
        let dress = |field: Field| Field {
            required: false,
            optional: said,
            ..field
        };
        let drawn = match row.kind {
            Kind::Find(finder) => {
                let search = search(c, typed, row, (finder, form), lists);
                Drawn::Find(Box::new(Search {
                    q: dress(search.q),
                    ..search
                }))
            }
            _ => Drawn::One(Box::new(dress(one(c, typed, row, (form, part), lists)))),
        };
        (row.heading.map(|heading| c.t(heading)), drawn)
    };
    part.rows().iter().map(draw).collect()
}

fn search(
    c: &Chrome,
    typed: &Typed,
    row: &'static Row,
    (finder, form): (Finder, &LegalForm),
    lists: &Lists,
) -> Search {
    let code = typed.get(row.name);
    let found_for = typed.get(&for_of(row)).to_owned();
    let (choices, more, label) = match lists.label(finder, form, code) {
        Some(label) => {
            let chosen = choice_of(c, &FoundCode { code, label });
            (vec![chosen], false, words::CHOSEN)
        }
        None => {
            let list = lists.long(finder, form);
            let (offered, more) = lists.codes.find(list, &found_for, MOST);
            let choices = offered.iter().map(|one| choice_of(c, one)).collect();
            (choices, more, words::CHOOSE)
        }
    };
    let found = (!choices.is_empty()).then(|| Field {
        required: false,
        optional: "",
        ..typed.field(c, row.name, c.t(label), Control::Radio(choices))
    });
    let q = typed.field(c, &q_of(row), c.t(row.label), Control::Line("text"));
    Search {
        name: row.name,
        q: q.hint(c.t(words::FIND_HINT)).max(LONGEST_SEARCH),
        found,
        found_for,
        more,
    }
}

fn one(
    c: &Chrome,
    typed: &Typed,
    row: &Row,
    (form, part): (&LegalForm, Part),
    lists: &Lists,
) -> Field {
    let with_none = |list: List| {
        let none = Choice {
            value: String::new(),
            label: c.t(words::NOT_CHOSEN).to_owned(),
        };
        let choices = [none].into_iter().chain(lists.choices(c, list));
        Control::Select(choices.collect())
    };
    let control = match row.kind {
        Kind::Line(_) | Kind::Digits(_) | Kind::Find(_) => Control::Line("text"),
        Kind::Lines(_) => Control::Lines,
        Kind::Phone => Control::Line("tel"),
        Kind::Email => Control::Line("email"),
        Kind::Number => Control::Line("number"),
        Kind::Date => Control::Line("date"),
        Kind::Moment => Control::Line("datetime-local"),
        Kind::Check => Control::Check,
        Kind::One(list) | Kind::More(list) => with_none(list),
    };
    let field = typed.field(c, row.name, c.t(row.label), control);
    let field = match row.kind {
        Kind::Line(most) | Kind::Lines(most) => field.max(most),
        Kind::Digits(most) => field.max(most).keys("numeric"),
        Kind::Number => field.keys("numeric"),
        Kind::Phone => field.fills("tel").keys("tel"),
        Kind::Email => field.fills("email").keys("email"),
        _ => field,
    };
    let mut hints: Vec<String> = row.hint.iter().map(|hint| c.t(*hint).to_owned()).collect();
    if row.kind == Kind::More(List::Injury) {
        let declared = form.standing.pointer(&row.pointer(part.place()));
        let codes = declared.and_then(Value::as_array).into_iter().flatten();
        let names: Vec<String> = codes
            .filter_map(Value::as_str)
            .map(|code| injury_name(c, lists, code))
            .collect();
        if !names.is_empty() {
            hints.insert(
                0,
                format!("{}: {}.", c.t(words::INJURIES), names.join("; ")),
            );
        }
    }
    match hints.is_empty() {
        true => field,
        false => field.hint(hints.join(" ")),
    }
}

fn injury_name(c: &Chrome, lists: &Lists, code: &str) -> String {
    let known = lists.injuries.iter().find(|(own, ..)| own == code);
    known.map_or_else(
        || code.to_owned(),
        |(_, vi, en)| format!("{code} {}", c.either(vi, en)),
    )
}
