//! What whoever asks for a form types in: values that the case does not have.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    domain::{
        declaration::{Fault, FaultCode},
        forms::{FormDefinition, Part, PartKind},
    },
    text::nfc,
};

/// Longest text of a field, in characters.
const LONGEST: usize = 8_000;
/// Most rows of a table.
const MOST_ROWS: usize = 300;

/// Everything typed, sound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// Values by field, and by the victim whom they are about.
    values: BTreeMap<(String, Option<u32>), String>,
    /// Rows by part, each by column.
    rows: BTreeMap<String, Vec<BTreeMap<String, String>>>,
}

impl Typed {
    /// What was typed for a field, of a victim where it is about one.
    pub fn value(&self, key: &str, victim: Option<u32>) -> Option<&str> {
        let found = self.values.get(&(key.to_owned(), victim));
        found.map(String::as_str)
    }

    /// What was typed for the rows of a part.
    pub fn rows(&self, part: &str) -> Option<&[BTreeMap<String, String>]> {
        self.rows.get(part).map(Vec::as_slice)
    }

    /// Reads `entries` (`{"field": "text"}`), `victims` (`{"1": {"field": "text"}}`) and `rows`
    /// (`{"part": [{"column": "text"}]}`) of `body`, or every fault in them.
    pub fn read(
        body: &Value,
        form: &FormDefinition,
        victims: &BTreeSet<u32>,
    ) -> Result<Self, Vec<Fault>> {
        let mut reading = Reading {
            form,
            typed: Self::default(),
            faults: Vec::new(),
        };
        if let Some(entries) = reading.object(&body["entries"], "/entries") {
            for (key, value) in entries {
                reading.entry(key, None, value, "/entries");
            }
        }
        if let Some(all) = reading.object(&body["victims"], "/victims") {
            for (number, entries) in all {
                let at = format!("/victims/{number}");
                let no = number.parse().ok().filter(|no| victims.contains(no));
                if no.is_none() {
                    reading.fault(at, FaultCode::UnknownField);
                } else if let Some(entries) = reading.object(entries, &at) {
                    for (key, value) in entries {
                        reading.entry(key, no, value, &at);
                    }
                }
            }
        }
        if let Some(all) = reading.object(&body["rows"], "/rows") {
            for (key, rows) in all {
                reading.table(key, rows);
            }
        }
        if reading.faults.is_empty() {
            Ok(reading.typed)
        } else {
            Err(reading.faults)
        }
    }
}

struct Reading<'a> {
    form: &'a FormDefinition,
    typed: Typed,
    faults: Vec<Fault>,
}

impl<'a> Reading<'a> {
    fn fault(&mut self, pointer: String, code: FaultCode) {
        self.faults.push(Fault { pointer, code });
    }

    fn object<'v>(
        &mut self,
        value: &'v Value,
        at: &str,
    ) -> Option<&'v serde_json::Map<String, Value>> {
        if value.is_null() {
            return None;
        }
        let object = value.as_object();
        if object.is_none() {
            self.fault(at.to_owned(), FaultCode::WrongType);
        }
        object
    }

    /// Whether a part asks its fields of each victim.
    fn is_of_victims(part: &Part) -> bool {
        use crate::domain::forms::Rows;
        part.kind == PartKind::EachVictim || part.rows == Some(Rows::Victims)
    }

    fn entry(&mut self, key: &str, victim: Option<u32>, value: &Value, at: &str) {
        let at = format!("{at}/{}", escaped(key));
        let Some((part, field)) = self.form.field(key) else {
            self.fault(at, FaultCode::UnknownField);
            return;
        };
        let is_table = part.kind == PartKind::Table && !Self::is_of_victims(part);
        if is_table || Self::is_of_victims(part) != victim.is_some() {
            self.fault(at, FaultCode::NotAllowed);
            return;
        }
        let choices = &field.choices;
        let Some(text) = self.text(value, &at) else {
            return;
        };
        if !choices.is_empty() && !choices.iter().any(|(choice, _)| *choice == text) {
            self.fault(at, FaultCode::NotAllowed);
            return;
        }
        self.typed.values.insert((key.to_owned(), victim), text);
    }

    fn table(&mut self, key: &str, rows: &Value) {
        let at = format!("/rows/{}", escaped(key));
        let part = self.form.parts.iter().find(|part| part.key == key);
        let Some(part) = part.filter(|part| part.kind == PartKind::Table) else {
            self.fault(at, FaultCode::UnknownField);
            return;
        };
        if Self::is_of_victims(part) {
            self.fault(at, FaultCode::NotAllowed);
            return;
        }
        let Some(rows) = rows.as_array() else {
            self.fault(at, FaultCode::WrongType);
            return;
        };
        if rows.len() > MOST_ROWS {
            self.fault(at, FaultCode::TooMany);
            return;
        }
        let mut read = Vec::new();
        for (nth, row) in rows.iter().enumerate() {
            let at = format!("{at}/{nth}");
            let mut cells = BTreeMap::new();
            for (column, value) in self.object(row, &at).into_iter().flatten() {
                let at = format!("{at}/{}", escaped(column));
                if !part.fields.iter().any(|field| field.key == *column) {
                    self.fault(at, FaultCode::UnknownField);
                } else if let Some(text) = self.text(value, &at) {
                    cells.insert(column.clone(), text);
                }
            }
            read.push(cells);
        }
        self.typed.rows.insert(key.to_owned(), read);
    }

    /// A text over several lines; `None` where it is empty.
    fn text(&mut self, value: &Value, at: &str) -> Option<String> {
        let Some(text) = value.as_str() else {
            self.fault(at.to_owned(), FaultCode::WrongType);
            return None;
        };
        let text = nfc(text.trim());
        if text.chars().count() > LONGEST {
            self.fault(at.to_owned(), FaultCode::TooLong);
        } else if text.chars().any(|c| c.is_control() && c != '\n') {
            self.fault(at.to_owned(), FaultCode::BadCharacters);
        } else if !text.is_empty() {
            return Some(text);
        }
        None
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
