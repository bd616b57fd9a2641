//! Pages without a browser's script: forms are sent as a browser sends them, and answers are read as text.

mod case;
mod commune;
mod commune_kept;
mod coverage;
mod declaration;
mod desk;
mod directory;
mod drafts;
pub mod form;
mod frame;
mod law;
mod notice;
mod open;
mod posts;
mod public;
mod signing_in;
mod trace;

use url::form_urlencoded::Serializer;

use crate::{
    people::Browser,
    support::{Answer, Client},
};

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

/// Fills in a form: name and value.
pub type Entries<'a> = Vec<(&'a str, String)>;

/// A page as a browser asks for it.
#[track_caller]
pub fn page(client: &Client, path: &str) -> Answer {
    let accept = [("accept", "text/html,application/xhtml+xml")];
    client.send("GET", path, &accept, b"").unwrap()
}

/// Sends a form as a browser does.
#[track_caller]
pub fn send(client: &Client, path: &str, entries: &Entries<'_>) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(entries)
        .finish();
    let headers = [
        ("accept", "text/html,application/xhtml+xml"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    client
        .send("POST", path, &headers, body.as_bytes())
        .unwrap()
}

/// What the hidden and visible entries of a page hold: name and value.
pub fn entries(html: &str) -> Entries<'_> {
    let inputs = html.split("<input ").skip(1);
    let inputs = inputs.map(|input| input.split('>').next().unwrap());
    inputs
        .filter(|input| {
            let is_choice = input.contains("type=\"radio\"") || input.contains("type=\"checkbox\"");
            !is_choice || input.contains(" checked")
        })
        .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
        .map(|(name, value)| (name, value.to_owned()))
        .collect()
}

/// An attribute of a tag.
pub fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

/// Types into entries, in place of what they held.
pub fn typed<'a>(mut form: Entries<'a>, more: &[(&'a str, &str)]) -> Entries<'a> {
    for (name, value) in more {
        form.retain(|(other, _)| other != name);
        form.push((name, (*value).to_owned()));
    }
    form
}
