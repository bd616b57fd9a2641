//! Small bodies, read with all their faults at once: texts by name, and no other member.

use serde_json::{Map, Value};

use crate::{
    config::Secret,
    domain::declaration::{Fault, FaultCode},
    error::{AppError, Result},
};

/// The members of a body.
pub struct Members<'a> {
    map: &'a Map<String, Value>,
    faults: Vec<Fault>,
}

/// Longest text of such a body, in bytes.
const LONGEST: usize = 4096;

impl<'a> Members<'a> {
    /// The members of `body`, which has none but these.
    pub fn of(body: &'a Value, known: &[&str]) -> Result<Self> {
        let Value::Object(map) = body else {
            return Err(AppError::Invalid(vec![fault("", FaultCode::WrongType)]));
        };
        let unknown = map.keys().filter(|name| !known.contains(&name.as_str()));
        let faults = unknown
            .map(|name| {
                let escaped = name.replace('~', "~0").replace('/', "~1");
                fault(&format!("/{escaped}"), FaultCode::UnknownField)
            })
            .collect();
        Ok(Self { map, faults })
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &str) -> &'a str {
        match self.optional(name) {
            Some(text) if !text.is_empty() => text,
            _ => {
                let pointer = format!("/{name}");
                if !self.faults.iter().any(|fault| fault.pointer == pointer) {
                    self.faults.push(fault(&pointer, FaultCode::Required));
                }
                ""
            }
        }
    }

    /// A text that may be there.
    pub fn optional(&mut self, name: &str) -> Option<&'a str> {
        let code = match self.map.get(name) {
            None | Some(Value::Null) => return None,
            Some(Value::String(text)) if text.len() <= LONGEST => return Some(text),
            Some(Value::String(_)) => FaultCode::TooLong,
            Some(_) => FaultCode::WrongType,
        };
        self.faults.push(fault(&format!("/{name}"), code));
        None
    }

    /// A secret that must be there.
    pub fn secret(&mut self, name: &str) -> Secret {
        Secret::new(self.text(name))
    }

    /// A secret that may be there.
    pub fn optional_secret(&mut self, name: &str) -> Option<Secret> {
        self.optional(name).map(Secret::new)
    }

    /// Notes a fault of a member.
    pub fn refuse(&mut self, name: &str, code: FaultCode) {
        self.faults.push(fault(&format!("/{name}"), code));
    }

    /// Every fault that was found, if there is any.
    pub fn check(self) -> Result<()> {
        if self.faults.is_empty() {
            return Ok(());
        }
        Err(AppError::Invalid(self.faults))
    }
}

fn fault(pointer: &str, code: FaultCode) -> Fault {
    Fault {
        pointer: pointer.to_owned(),
        code,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_fault_is_named_at_once() {
        let body = json!({"email": 7, "role": "operator", "a/b": 1, "code": null});
        let mut members = Members::of(&body, &["email", "password", "code"]).unwrap();
        assert_eq!(members.text("email"), "");
        assert_eq!(members.text("password"), "");
        assert_eq!(members.optional("code"), None);
        let Err(AppError::Invalid(faults)) = members.check() else {
            panic!("faults");
        };
        let mut found: Vec<(String, FaultCode)> = faults
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect();
        found.sort();
        assert_eq!(
            found,
            [
                ("/a~1b".to_owned(), FaultCode::UnknownField),
                ("/email".to_owned(), FaultCode::WrongType),
                ("/password".to_owned(), FaultCode::Required),
                ("/role".to_owned(), FaultCode::UnknownField),
            ]
        );
        assert!(Members::of(&json!([]), &[]).is_err());
    }
}
