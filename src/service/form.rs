//! A small JSON body, read with all its faults at once.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use serde_json::{Map, Value};

use crate::{
    config::Secret,
    domain::declaration::{Fault, FaultCode},
    error::{AppError, Result},
    text::{is_one_visible_line, nfc},
};

/// Longest text that is read as it was typed, such as a password, a code or a link; in bytes.
const LONGEST_TYPED: usize = 4096;

/// A body while it is read. What nobody asked for is a fault as well, so that nothing slips in.
pub struct Form<'a> {
    members: Option<&'a Map<String, Value>>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
    /// Where the members stand: empty, or the pointer of an entry of a list.
    within: String,
}

impl<'a> Form<'a> {
    /// Begins to read.
    pub fn new(body: &'a Value) -> Self {
        Self::within(String::new(), body)
    }

    /// Begins to read what stands at the pointer `within`.
    pub fn within(within: String, body: &'a Value) -> Self {
        let mut form = Self {
            members: body.as_object(),
            known: Vec::new(),
            faults: Vec::new(),
            within,
        };
        if form.members.is_none() {
            form.faults.push(Fault {
                pointer: form.within.clone(),
                code: FaultCode::WrongType,
            });
        }
        form
    }

    /// Notes that a member may be there, without reading it; whether it is.
    pub fn knows(&mut self, name: &'static str) -> bool {
        self.member(name).is_some()
    }

    /// A day `YYYY-MM-DD` that may be left out.
    pub fn optional_day(&mut self, name: &'static str) -> Option<NaiveDate> {
        self.optional(name, FaultCode::NotADate, |text| {
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
            let is_possible = (2000..=2200).contains(&chrono::Datelike::year(&day));
            (is_possible && day.to_string() == text).then_some(day)
        })
    }

    /// A day.
    pub fn day(&mut self, name: &'static str) -> Option<NaiveDate> {
        let found = self.optional_day(name);
        self.required(name, found)
    }

    /// A whole number that may be left out.
    pub fn optional_number(&mut self, name: &'static str) -> Option<i64> {
        let value = self.member(name)?;
        let number = value.as_i64();
        if number.is_none() {
            self.fault(name, FaultCode::WrongType);
        }
        number
    }

    /// The entries of a list that must be there, each to be read by itself.
    pub fn entries(&mut self, name: &'static str, most: usize) -> &'a [Value] {
        let found = self.member(name);
        let list = match found {
            Some(Value::Array(list)) => Some(list.as_slice()),
            Some(_) => {
                self.fault(name, FaultCode::WrongType);
                None
            }
            None => None,
        };
        if list.is_some_and(|list| list.len() > most) {
            self.fault(name, FaultCode::TooMany);
            return &[];
        }
        let list = list.filter(|list| !list.is_empty());
        self.required(name, list).unwrap_or_default()
    }

    /// Whether a fault was noted at `name` or in it.
    pub fn has_fault(&self, name: &str) -> bool {
        let pointer = format!("{}/{name}", self.within);
        let is_there = |fault: &Fault| {
            let rest = fault.pointer.strip_prefix(&pointer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.faults.iter().any(is_there)
    }

    /// Takes over the faults of what was read by itself.
    pub fn take(&mut self, faults: Vec<Fault>) {
        self.faults.extend(faults);
    }

    /// Notes a fault of an entry; `name` may lead further down, as in `grants/0`.
    pub fn fault(&mut self, name: &str, code: FaultCode) {
        self.faults.push(Fault {
            pointer: format!("{}/{name}", self.within),
            code,
        });
    }

    /// A member that is there and not null.
    fn member(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.members?.get(name).filter(|value| !value.is_null())
    }

    fn required<T>(&mut self, name: &'static str, found: Option<T>) -> Option<T> {
        if found.is_none() && self.members.is_some() && !self.has_fault(name) {
            self.fault(name, FaultCode::Required);
        }
        found
    }

    /// A text on one visible line that may be left out.
    pub fn optional_text(&mut self, name: &'static str, longest: usize) -> Option<String> {
        let value = self.member(name)?;
        let Some(text) = value.as_str() else {
            self.fault(name, FaultCode::WrongType);
            return None;
        };
        let text = nfc(text.trim());
        if text.chars().count() > longest {
            self.fault(name, FaultCode::TooLong);
        } else if !is_one_visible_line(&text) {
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

    /// A text that may be left out, as it was typed: nothing is cut off it, and it may be empty.
    pub fn optional_typed(&mut self, name: &'static str) -> Option<&'a str> {
        match self.member(name)? {
            Value::String(text) if text.len() <= LONGEST_TYPED => Some(text),
            Value::String(_) => {
                self.fault(name, FaultCode::TooLong);
                None
            }
            _ => {
                self.fault(name, FaultCode::WrongType);
                None
            }
        }
    }

    /// A text as it was typed; empty where it is not there, which is a fault.
    pub fn typed(&mut self, name: &'static str) -> &'a str {
        let found = self.optional_typed(name);
        let found = found.filter(|text| !text.is_empty());
        self.required(name, found).unwrap_or_default()
    }

    /// A secret that may be left out.
    pub fn optional_secret(&mut self, name: &'static str) -> Option<Secret> {
        self.optional_typed(name).map(Secret::new)
    }

    /// A secret.
    pub fn secret(&mut self, name: &'static str) -> Secret {
        Secret::new(self.typed(name))
    }

    /// An object that must be there, to be read by somebody else.
    pub fn object(&mut self, name: &'static str) -> Option<&'a Value> {
        let found = self.member(name);
        if found.is_some_and(|value| !value.is_object()) {
            self.fault(name, FaultCode::WrongType);
        }
        self.required(name, found.filter(|value| value.is_object()))
    }

    /// Notes that a member is missing that nothing stands in for.
    pub fn lacks(&mut self, name: &'static str) {
        self.required::<()>(name, None);
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

    /// Refuses with every fault that was noted, and of each member that nobody asked for.
    pub fn finish(self) -> Result<()> {
        let faults = self.faults();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(AppError::Invalid(faults))
        }
    }

    /// Every fault that was noted, and of each member that nobody asked for.
    pub fn faults(mut self) -> Vec<Fault> {
        let members = self.members.into_iter().flat_map(Map::keys);
        let unknown: Vec<&String> = members
            .filter(|name| !self.known.contains(&name.as_str()))
            .collect();
        for name in unknown {
            let name = name.replace('~', "~0").replace('/', "~1");
            self.fault(&name, FaultCode::UnknownField);
        }
        self.faults
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
    fn what_is_typed_stays_as_it_is_and_is_there() {
        let long = "x".repeat(LONGEST_TYPED + 1);
        let body = json!({
            "email": " A@b.test ", "code": 7, "password": "", "secret": null, "long": long, "shown": [],
        });
        let mut form = Form::new(&body);
        assert_eq!(form.typed("email"), " A@b.test ");
        assert_eq!((form.typed("code"), form.typed("password")), ("", ""));
        assert_eq!(form.secret("secret").expose(), "");
        assert_eq!(
            (form.optional_typed("none"), form.optional_typed("long")),
            (None, None)
        );
        assert_eq!(form.object("shown"), None);
        form.lacks("post_id");
        let found = form.faults();
        let found: Vec<_> = found
            .iter()
            .map(|fault| (fault.pointer.as_str(), fault.code))
            .collect();
        assert_eq!(
            found,
            [
                ("/code", FaultCode::WrongType),
                ("/password", FaultCode::Required),
                ("/secret", FaultCode::Required),
                ("/long", FaultCode::TooLong),
                ("/shown", FaultCode::WrongType),
                ("/post_id", FaultCode::Required),
            ]
        );
    }

    #[test]
    fn no_text_turns_its_direction_around_or_hides_a_sign() {
        let body =
            json!({"name": "Phần mềm \u{202e}aưc tộm", "reason": "a\u{200b}b", "plain": "Một cửa"});
        let mut form = Form::new(&body);
        assert_eq!(form.text("name", 200), None);
        assert_eq!(form.optional_text("reason", 200), None);
        assert_eq!(form.text("plain", 200).as_deref(), Some("Một cửa"));
        let codes: Vec<_> = form.faults().iter().map(|fault| fault.code).collect();
        assert_eq!(codes, [FaultCode::BadCharacters, FaultCode::BadCharacters]);
    }

    #[test]
    fn what_is_no_object_is_one_fault() {
        let body = json!([1]);
        let mut form = Form::new(&body);
        assert_eq!(form.text("name", 10), None);
        assert!(matches!(form.finish(), Err(AppError::Invalid(faults)) if faults.len() == 1));
    }
}
