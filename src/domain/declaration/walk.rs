//! Walking a JSON tree: every step notes what is wrong with its pointer, and goes on.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};

use super::{
    Fault, FaultCode,
    scalars::{Lines, clean, parse_date, parse_moment},
};

/// More faults than any person could read are not noted: an answer must not grow to many times
/// its request.
const MOST_FAULTS: usize = 10_000;

/// Whether a fault stops the declaration whatever its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// It stops it.
    Required,
    /// It only stops what is not urgent.
    Optional,
}

/// What is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// A declaration: `null` says nothing, and an optional text with a fault is kept as far as it
    /// can be.
    Declaration,
    /// A supplement: `null` is a fault, because nothing can be erased, and a text with a fault is
    /// left out, because a sound one may stand in its place.
    Supplement,
}

/// Everything that was noted.
#[derive(Debug)]
pub(super) struct Notes {
    /// Faults that always stop.
    pub required: Vec<Fault>,
    /// Faults that stop only what is not urgent.
    pub optional: Vec<Fault>,
    /// Remarks that never stop.
    pub warnings: Vec<Fault>,
    task: Task,
}

impl Notes {
    pub fn new(task: Task) -> Self {
        Self {
            required: Vec::new(),
            optional: Vec::new(),
            warnings: Vec::new(),
            task,
        }
    }

    /// Notes a fault.
    pub fn fault(&mut self, weight: Weight, pointer: impl Into<String>, code: FaultCode) {
        let list = match weight {
            Weight::Required => &mut self.required,
            Weight::Optional => &mut self.optional,
        };
        if list.len() < MOST_FAULTS {
            list.push(Fault {
                pointer: pointer.into(),
                code,
            });
        }
    }

    /// Notes what never stops anything.
    pub fn warn(&mut self, pointer: impl Into<String>, code: FaultCode) {
        self.warnings.push(Fault {
            pointer: pointer.into(),
            code,
        });
    }

    /// Whether a text with a fault is kept.
    fn keeps_wrong(&self, weight: Weight) -> bool {
        weight == Weight::Optional && self.task == Task::Declaration
    }

    /// Whether something required is wrong at `pointer` or below it.
    pub fn is_refused_below(&self, pointer: &str) -> bool {
        self.required.iter().any(|fault| {
            fault
                .pointer
                .strip_prefix(pointer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// The pointer of a member (RFC 6901).
pub(super) fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// One value that is there, with its place in the body.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    /// Where it stands.
    pub pointer: String,
    weight: Weight,
}

/// The members of an object.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    /// Where the object stands.
    pub pointer: String,
}

impl<'a> Node<'a> {
    /// The body as a whole.
    pub fn root(value: &'a Value) -> Self {
        Self {
            value,
            pointer: String::new(),
            weight: Weight::Required,
        }
    }

    /// The value as it was sent.
    pub fn raw(&self) -> &'a Value {
        self.value
    }

    /// Notes a fault of this value; nothing is read from it.
    pub fn refuse<T>(&self, code: FaultCode, notes: &mut Notes) -> Option<T> {
        notes.fault(self.weight, self.pointer.as_str(), code);
        None
    }

    /// The members of an object; members of other names than `known` are noted.
    pub fn fields(&self, known: &[&str], notes: &mut Notes) -> Option<Fields<'a>> {
        let Value::Object(map) = self.value else {
            return self.refuse(FaultCode::WrongType, notes);
        };
        for (name, value) in map {
            let (weight, code) = if !known.contains(&name.as_str()) {
                (Weight::Optional, FaultCode::UnknownField)
            } else if value.is_null() && notes.task == Task::Supplement {
                (Weight::Required, FaultCode::NullNotAllowed)
            } else {
                continue;
            };
            notes.fault(weight, below(&self.pointer, name), code);
        }
        Some(Fields {
            map,
            pointer: self.pointer.clone(),
        })
    }

    /// The entries of a list, at most `most`.
    pub fn items(&self, most: usize, notes: &mut Notes) -> Vec<Node<'a>> {
        let Value::Array(list) = self.value else {
            notes.fault(self.weight, self.pointer.as_str(), FaultCode::WrongType);
            return Vec::new();
        };
        if list.len() > most {
            notes.fault(self.weight, self.pointer.as_str(), FaultCode::TooMany);
        }
        let mut items = Vec::with_capacity(list.len().min(most));
        for (at, value) in list.iter().take(most).enumerate() {
            let pointer = format!("{}/{at}", self.pointer);
            if value.is_null() && notes.task == Task::Supplement {
                notes.fault(Weight::Required, pointer, FaultCode::NullNotAllowed);
            } else {
                items.push(Node {
                    value,
                    pointer,
                    weight: self.weight,
                });
            }
        }
        items
    }

    fn str(&self, notes: &mut Notes) -> Option<&'a str> {
        match self.value {
            Value::String(text) => Some(text),
            _ => self.refuse(FaultCode::WrongType, notes),
        }
    }

    /// A text in normal form, trimmed. Of an optional text of a declaration, what
    /// can be kept is kept even with a fault.
    pub fn text(&self, longest: usize, lines: Lines, notes: &mut Notes) -> Option<String> {
        let (mut text, is_clean) = clean(self.str(notes)?, lines);
        let mut faults = Vec::new();
        if !is_clean {
            faults.push(FaultCode::BadCharacters);
        }
        if let Some((end, _)) = text.char_indices().nth(longest) {
            faults.push(FaultCode::TooLong);
            text.truncate(end);
        }
        if text.is_empty() && is_clean && self.weight == Weight::Required {
            faults.push(FaultCode::Required);
        }
        for code in &faults {
            notes.fault(self.weight, self.pointer.as_str(), *code);
        }
        let is_kept = faults.is_empty() || notes.keeps_wrong(self.weight);
        (is_kept && !text.is_empty()).then_some(text)
    }

    /// A text of a fixed form, as `read` brings it into that form. An optional one of a
    /// declaration that is wrong is kept as it was written.
    pub fn formed(
        &self,
        code: FaultCode,
        read: impl FnOnce(&str) -> Option<String>,
        notes: &mut Notes,
    ) -> Option<String> {
        let text = self.text(100, Lines::One, notes)?;
        match read(&text) {
            Some(formed) => Some(formed),
            None => {
                notes.fault(self.weight, self.pointer.as_str(), code);
                notes.keeps_wrong(self.weight).then_some(text)
            }
        }
    }

    /// A code of a list. An optional one of a declaration that is not in it is kept as it
    /// was written.
    pub fn listed(
        &self,
        code: FaultCode,
        stands_in_list: impl FnOnce(&str) -> bool,
        notes: &mut Notes,
    ) -> Option<String> {
        self.formed(
            code,
            |text| stands_in_list(text).then(|| text.to_owned()),
            notes,
        )
    }

    /// One of a few names.
    pub fn choice<T>(&self, parse: impl Fn(&str) -> Option<T>, notes: &mut Notes) -> Option<T> {
        let text = self.str(notes)?;
        parse(text.trim()).or_else(|| self.refuse(FaultCode::NotAllowed, notes))
    }

    /// Yes or no.
    pub fn flag(&self, notes: &mut Notes) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(*flag),
            _ => self.refuse(FaultCode::WrongType, notes),
        }
    }

    /// A whole number between `least` and `most`. `1.0` is one.
    pub fn number(&self, least: i64, most: i64, notes: &mut Notes) -> Option<i64> {
        let Value::Number(number) = self.value else {
            return self.refuse(FaultCode::WrongType, notes);
        };
        let code = match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) if whole < least => FaultCode::TooSmall,
            (Some(whole), _) if whole > most => FaultCode::TooLarge,
            (Some(whole), _) => return Some(whole),
            // The limits are small, so they are exact as floating-point numbers.
            (None, Some(float)) if float.fract() != 0.0 => FaultCode::WrongType,
            (None, Some(float)) if float < least as f64 => FaultCode::TooSmall,
            (None, Some(float)) if float > most as f64 => FaultCode::TooLarge,
            (None, Some(float)) => return Some(float as i64),
            (None, None) => FaultCode::TooLarge,
        };
        self.refuse(code, notes)
    }

    /// A moment (RFC 3339 with an offset), in UTC and whole microseconds.
    pub fn moment(&self, notes: &mut Notes) -> Option<DateTime<Utc>> {
        parse_moment(self.str(notes)?).or_else(|| self.refuse(FaultCode::NotAMoment, notes))
    }

    /// A day `YYYY-MM-DD`.
    pub fn date(&self, notes: &mut Notes) -> Option<NaiveDate> {
        parse_date(self.str(notes)?).or_else(|| self.refuse(FaultCode::NotADate, notes))
    }
}

impl<'a> Fields<'a> {
    /// The member, unless it is absent or `null`.
    pub fn get(&self, name: &str, weight: Weight) -> Option<Node<'a>> {
        let value = self.map.get(name).filter(|value| !value.is_null())?;
        Some(Node {
            value,
            pointer: below(&self.pointer, name),
            weight,
        })
    }

    /// An optional member.
    pub fn optional(&self, name: &str) -> Option<Node<'a>> {
        self.get(name, Weight::Optional)
    }

    /// A required member; where it `must_be_there` its absence is noted.
    pub fn required(&self, name: &str, must_be_there: bool, notes: &mut Notes) -> Option<Node<'a>> {
        self.demanded(name, must_be_there, Weight::Required, notes)
    }

    /// A required member of something that itself has this `weight`.
    pub fn demanded(
        &self,
        name: &str,
        must_be_there: bool,
        weight: Weight,
        notes: &mut Notes,
    ) -> Option<Node<'a>> {
        let node = self.get(name, weight);
        let was_null = self.map.contains_key(name) && notes.task == Task::Supplement;
        if node.is_none() && must_be_there && !was_null {
            notes.fault(weight, below(&self.pointer, name), FaultCode::Required);
        }
        node
    }

    /// Whether the member is there and not `null`.
    pub fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }
}
