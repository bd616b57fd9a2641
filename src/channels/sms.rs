//! A gateway of short messages, whatever its interface: an address, headers and a body with places to
//! fill.

use url::Url;

use super::Call;
use crate::config::Secret;

/// How values are written into a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As part of a JSON text.
    Json,
    /// As part of a form's value.
    Form,
}

impl Kind {
    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }

    fn escape(self, value: &str) -> String {
        match self {
            Self::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            Self::Form => url::form_urlencoded::byte_serialize(value.as_bytes()).collect(),
        }
    }
}

/// A gateway as the operator describes it. `Debug` shows neither headers nor secret.
#[derive(Clone)]
pub struct Gateway {
    /// Where it is called.
    pub url: Url,
    /// Headers; `{secret}` is filled in.
    pub headers: Vec<(String, String)>,
    /// What kind of body.
    pub kind: Kind,
    /// The body; `{to}`, `{to_international}`, `{text}`, `{id}` and `{secret}` are filled in.
    pub body: String,
    /// What it knows us by.
    pub secret: Option<Secret>,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway")
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

impl Gateway {
    /// The call that sends `text` to the telephone `to`. `id` is the same for every repeat.
    pub fn call(&self, to: &str, text: &str, id: &str) -> Call {
        let secret = self.secret.as_ref().map_or("", Secret::expose);
        let international = international(to);
        let values = [
            ("to", to),
            ("to_international", &international),
            ("text", text),
            ("id", id),
            ("secret", secret),
        ];
        let fixed = |(name, value): &(String, String)| {
            let value = fill(value, |name| (name == "secret").then(|| secret.to_owned()));
            (name.clone(), value)
        };
        let mut headers: Vec<(String, String)> = self.headers.iter().map(fixed).collect();
        headers.push((
            "Content-Type".to_owned(),
            self.kind.content_type().to_owned(),
        ));
        let body = fill(&self.body, |name| {
            let found = values.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| self.kind.escape(value))
        });
        Call {
            url: self.url.clone(),
            headers,
            body,
            keeps_answer: true,
        }
    }
}

/// Fills each `{name}` that is known, once: what is filled in is not looked at again.
fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        filled.push_str(&rest[..start]);
        rest = &rest[start..];
        let found = rest
            .find('}')
            .and_then(|end| value(&rest[1..end]).map(|value| (end, value)));
        match found {
            Some((end, value)) => {
                filled.push_str(&value);
                rest = &rest[end + 1..];
            }
            None => {
                filled.push('{');
                rest = &rest[1..];
            }
        }
    }
    filled + rest
}

/// A number of Việt Nam with its country code; others as they are.
fn international(phone: &str) -> String {
    match phone.strip_prefix('0') {
        Some(rest) => format!("+84{rest}"),
        None => phone.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gateway(kind: Kind, body: &str) -> Gateway {
        Gateway {
            url: Url::parse("https://sms.test/send").unwrap(),
            headers: vec![("Authorization".into(), "Bearer {secret}".into())],
            kind,
            body: body.into(),
            secret: Some(Secret::new("s3cret")),
        }
    }

    #[test]
    fn what_is_filled_in_stays_what_it_is() {
        let json = gateway(
            Kind::Json,
            r#"{"to":"{to_international}","text":"{text}","x":{"id":"{id}"}}"#,
        );
        let call = json.call("0912345678", "Chết người \"ở\" {secret}\n{to}", "m1");
        let body: serde_json::Value = serde_json::from_str(&call.body).unwrap();
        assert_eq!(body["to"], "+84912345678");
        assert_eq!(body["text"], "Chết người \"ở\" {secret}\n{to}");
        assert_eq!(body["x"]["id"], "m1");
        assert!(
            call.headers
                .contains(&("Authorization".into(), "Bearer s3cret".into()))
        );

        let form = gateway(Kind::Form, "key={secret}&to={to}&text={text}");
        let call = form.call("0912345678", "a&to=113 ế", "m1");
        assert_eq!(
            call.body,
            "key=s3cret&to=0912345678&text=a%26to%3D113+%E1%BA%BF"
        );
        assert!(!format!("{form:?} {call:?}").contains("s3cret"));
    }
}
