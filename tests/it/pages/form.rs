//! Reads forms out of pages and fills them in, as a person does who knows nothing but what the page shows.

use std::collections::BTreeMap;

use crate::{people::Browser, support::Answer};

/// An entry of a form.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub name: String,
    /// `text`, `date`, `hidden`, `radio`, `select`, `textarea`, …
    pub kind: String,
    pub value: String,
    /// Values of a list or of a row of circles; those that are not empty.
    pub choices: Vec<String>,
    /// Whether the page says that it may be left out.
    pub is_optional: bool,
}

/// What stands between `before` and `after`.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let from = text.find(before)? + before.len();
    let rest = &text[from..];
    Some(&rest[..rest.find(after)?])
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = between(tag, &format!(" {name}=\""), "\"")?;
    Some(value.replace("&#34;", "\"").replace("&#38;", "&"))
}

/// The first form of the page that is sent to `action`, up to its end.
#[track_caller]
pub fn form<'a>(html: &'a str, action: &str) -> &'a str {
    let mark = format!("action=\"{action}\"");
    let at = html
        .find(&mark)
        .unwrap_or_else(|| panic!("no form {action} in {html}"));
    let rest = &html[at..];
    &rest[..rest.find("</form>").unwrap()]
}

/// The entries of a form in their order.
pub fn entries(form: &str) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    for piece in form.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap();
        let (element, _) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
        match element {
            "option" => {
                let value = attribute(tag, "value").unwrap_or_default();
                let select = found.last_mut().unwrap();
                if tag.ends_with(" selected") {
                    select.value.clone_from(&value);
                }
                select
                    .choices
                    .extend(Some(value).filter(|value| !value.is_empty()));
            }
            "input" | "select" | "textarea" => {
                let Some(name) = attribute(tag, "name") else {
                    continue;
                };
                let kind = match element {
                    "input" => attribute(tag, "type").unwrap(),
                    other => other.to_owned(),
                };
                let mut value = attribute(tag, "value").unwrap_or_default();
                if kind == "checkbox" && !tag.contains(" checked") {
                    // A box that is not ticked sends nothing.
                    value.clear();
                }
                if kind == "radio" {
                    let is_chosen = tag.contains(" checked");
                    match found.last_mut().filter(|entry| entry.name == name) {
                        Some(entry) => entry.choices.push(value.clone()),
                        None => found.push(Entry {
                            name,
                            kind,
                            choices: vec![value.clone()],
                            is_optional: !tag.contains(" required"),
                            ..Entry::default()
                        }),
                    }
                    if is_chosen {
                        found.last_mut().unwrap().value = value;
                    }
                    continue;
                }
                found.push(Entry {
                    is_optional: !tag.contains(" required"),
                    value: match element {
                        "textarea" => piece.split_once('>').unwrap().1.to_owned(),
                        _ => value,
                    },
                    name,
                    kind,
                    choices: Vec::new(),
                });
            }
            _ => {}
        }
    }
    found
}

/// What a person fills in where nothing stands yet: the first of several answers, today, now.
pub fn filled(entries: &[Entry]) -> BTreeMap<String, String> {
    let now = tnld::time::Clock::default().now();
    let local = tnld::time::rfc3339_in_vietnam(now);
    let fill = |entry: &Entry| {
        if !entry.value.is_empty() || entry.is_optional {
            return entry.value.clone();
        }
        match entry.kind.as_str() {
            "date" => local[..10].to_owned(),
            "datetime-local" => local[..16].to_owned(),
            "number" => "1".to_owned(),
            "radio" | "select" => entry.choices.first().cloned().unwrap_or_default(),
            _ => format!("{} 15/2026", entry.name),
        }
    };
    let pairs = entries
        .iter()
        .map(|entry| (entry.name.clone(), fill(entry)));
    pairs.collect()
}

/// Sends a form as a browser does.
#[track_caller]
pub fn send<'a>(
    browser: &Browser,
    action: &str,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let kind = "application/x-www-form-urlencoded";
    let accept = [("accept", "text/html")];
    browser.send_bytes("POST", action, kind, body.as_bytes(), &accept)
}

/// A page, asked for as a browser does.
#[track_caller]
pub fn page(browser: &Browser, path: &str) -> String {
    let accept = [("accept", "text/html")];
    let answer = browser.send_bytes("GET", path, "", b"", &accept);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    answer.text
}
