//! Pages without a browser's script: forms are sent as a browser sends them, and answers are read as text.

mod commune;
mod frame;
mod signing_in;

use url::form_urlencoded::Serializer;

use crate::{people::Browser, support::Answer};

/// What a browser says that it takes.
const TAKES: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

/// Opens a page.
#[track_caller]
pub fn open(browser: &Browser, path: &str) -> Answer {
    browser.send_bytes("GET", path, "", b"", &[TAKES])
}

/// Sends a form.
#[track_caller]
pub fn fill(browser: &Browser, path: &str, entries: &[(&str, &str)]) -> Answer {
    let body = Serializer::new(String::new())
        .extend_pairs(entries)
        .finish();
    let kind = "application/x-www-form-urlencoded";
    browser.send_bytes("POST", path, kind, body.as_bytes(), &[TAKES])
}

/// Where an answer leads.
#[track_caller]
pub fn leads_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.header("location")
}

/// The value of a hidden entry.
#[track_caller]
pub fn hidden(page: &Answer, name: &str) -> String {
    let mark = format!(r#"name="{name}" value=""#);
    let (_, rest) = page.text.split_once(&mark).unwrap();
    rest.split('"').next().unwrap().to_owned()
}
