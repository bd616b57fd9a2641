//! A small JSON body, read with all its faults at once.

use chrono::{DateTime, SubsecRound, Utc};
use serde_json::{Map, Value};

use crate::{
    domain::declaration::{Fault, FaultCode},
    error::{AppError, Result},
    text::nfc,
};

/// A body while it is read. What nobody asked for is a fault as well, so that nothing slips in.
pub struct Form<'a> {
    members: Option<&'a Map<String, Value>>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

impl<'a> Form<'a> {
    /// Begins to read.
    pub fn new(body: &'a Value) -> Self {
        let mut form = Self {
            members: body.as_object(),
            known: Vec::new(),
            faults: Vec::new(),
        };
        if form.members.is_none() {
            form.faults.push(Fault {
                pointer: String::new(),
                code: FaultCode::WrongType,
            });
        }
        form
    }

    /// Notes a fault of an entry; `name` may lead further down, as in `grants/0`.
    pub fn fault(&mut self, name: &str, code: FaultCode) {
        self.faults.push(Fault {
            pointer: format!("/{name}"),
            code,
        });
    }

    /// A member that is there and not null.
    fn member(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.members?.get(name).filter(|value| !value.is_null())
    }

    fn required<T>(&mut self, name: &'static str, found: Option<T>) -> Option<T> {
        let has_fault = |fault: &Fault| fault.pointer.strip_prefix('/') == Some(name);
        if found.is_none() && self.members.is_some() && !self.faults.iter().any(has_fault) {
            self.fault(name, FaultCode::Required);
        }
        found
    }

    /// A text on one line that may be left out.
    pub fn optional_text(&mut self, name: &'static str, longest: usize) -> Option<String> {
        let value = self.member(name)?;
        let Some(text) = value.as_str() else {
            self.fault(name, FaultCode::WrongType);
            return None;
        };
        let text = nfc(text.trim());
        if text.chars().count() > longest {
            self.fault(name, FaultCode::TooLong);
        } else if text.chars().any(char::is_control) {
            self.fault(name, FaultCode::BadCharacters);
        } else if !text.is_empty() {
            return Some(text);
        }
        None
    }

    /// A text on one line.
    pub fn text(&mut self, name: &'static str, longest: usize) -> Option<String> {
        let found = self.optional_text(name, longest);
        self.required(name, found)
    }

    /// A value that `read` makes of a text; `code` where it makes none.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        code: FaultCode,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.optional_text(name, 1000)?;
        let found = read(&text);
        if found.is_none() {
            self.fault(name, code);
        }
        found
    }

    /// The same, and it must be there.
    pub fn value<T>(
        &mut self,
        name: &'static str,
        code: FaultCode,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let found = self.optional(name, code, read);
        self.required(name, found)
    }

    /// A moment that may be left out.
    pub fn optional_moment(&mut self, name: &'static str) -> Option<DateTime<Utc>> {
        self.optional(name, FaultCode::NotAMoment, |text| {
            let moment = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
            let is_possible = (2000..=2200).contains(&chrono::Datelike::year(&moment));
            is_possible.then(|| moment.trunc_subsecs(6))
        })
    }

    /// A moment.
    pub fn moment(&mut self, name: &'static str) -> Option<DateTime<Utc>> {
        let found = self.optional_moment(name);
        self.required(name, found)
    }

    /// A list of names, each read by `read`; empty where it is left out.
    pub fn names<T>(&mut self, name: &'static str, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let Some(value) = self.member(name) else {
            return Vec::new();
        };
        let Some(entries) = value.as_array() else {
            self.fault(name, FaultCode::WrongType);
            return Vec::new();
        };
        let mut found = Vec::new();
        for (at, entry) in entries.iter().take(100).enumerate() {
            match entry.as_str().and_then(&read) {
                Some(one) => found.push(one),
                None => self.fault(&format!("{name}/{at}"), FaultCode::NotAllowed),
            }
        }
        if entries.len() > 100 {
            self.fault(name, FaultCode::TooMany);
        }
        found
    }

    /// Every fault that was noted, and of each member that nobody asked for.
    pub fn finish(mut self) -> Result<()> {
        let members = self.members.into_iter().flat_map(Map::keys);
        let unknown: Vec<&String> = members
            .filter(|name| !self.known.contains(&name.as_str()))
            .collect();
        for name in unknown {
            let name = name.replace('~', "~0").replace('/', "~1");
            self.fault(&name, FaultCode::UnknownField);
        }
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(AppError::Invalid(self.faults))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_fault_is_named_and_nothing_slips_in() {
        let body = json!({"name": 3, "at": "tomorrow", "more": 1, "a/b": 2, "list": ["x", 4]});
        let mut form = Form::new(&body);
        assert_eq!(form.text("name", 10), None);
        assert_eq!(form.text("missing", 10), None);
        assert_eq!(form.moment("at"), None);
        assert_eq!(form.names("list", |text| Some(text.to_owned())), ["x"]);
        let Err(AppError::Invalid(faults)) = form.finish() else {
            panic!("no faults")
        };
        let found: Vec<_> = faults
            .iter()
            .map(|fault| (fault.pointer.as_str(), fault.code))
            .collect();
        assert_eq!(
            found,
            [
                ("/name", FaultCode::WrongType),
                ("/missing", FaultCode::Required),
                ("/at", FaultCode::NotAMoment),
                ("/list/1", FaultCode::NotAllowed),
                ("/a~1b", FaultCode::UnknownField),
                ("/more", FaultCode::UnknownField),
            ]
        );
    }

    #[test]
    fn what_is_no_object_is_one_fault() {
        let body = json!([1]);
        let mut form = Form::new(&body);
        assert_eq!(form.text("name", 10), None);
        assert!(matches!(form.finish(), Err(AppError::Invalid(faults)) if faults.len() == 1));
    }
}
