//! Entries of forms: label, help, what was typed, what is wrong with it. One look and one behaviour everywhere; a form that
//! is shown again has everything that was typed, its faults beside the entries and in a summary that takes the focus.

use std::collections::BTreeMap;

use askama::Template;
use serde_json::{Value, json};

use super::chrome::Chrome;
use crate::wording::{Text, chrome as words, page_faults::on_page, shown::FaultShown};

/// One of several answers.
#[derive(Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// How an entry is given.
pub enum Control {
    /// `<input>` of a type.
    Line(&'static str),
    /// Several lines.
    Lines,
    /// A list that opens.
    Select(Vec<Choice>),
    /// One of few, all in sight.
    Radio(Vec<Choice>),
    /// Yes, or nothing.
    Check,
}

/// An entry of a form.
#[derive(Template)]
#[template(path = "field.html", config = "src/web/askama.toml")]
pub struct Field {
    /// Name and id.
    pub name: String,
    /// Label.
    pub label: String,
    /// Help below the label.
    pub hint: Option<String>,
    /// What stands in it.
    pub value: String,
    /// What is wrong with it.
    pub wrong: Option<String>,
    /// How it is given.
    pub control: Control,
    /// Must be given.
    pub required: bool,
    /// Said beside the label of one that need not be given.
    pub optional: &'static str,
    /// What browsers may fill in (WCAG 1.3.5).
    pub autocomplete: &'static str,
    /// Which keys a telephone shows.
    pub inputmode: &'static str,
    /// Longest text, in characters; 0 says nothing.
    pub max: u32,
}

impl Field {
    /// Help below the label.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Need not be given.
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// What browsers may fill in.
    pub fn fills(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    /// Which keys a telephone shows.
    pub fn keys(mut self, inputmode: &'static str) -> Self {
        self.inputmode = inputmode;
        self
    }

    /// Longest text, in characters.
    pub fn max(mut self, characters: u32) -> Self {
        self.max = characters;
        self
    }

    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if self.hint.is_some() {
            ids.push(format!("{}-hint", self.name));
        }
        if self.wrong.is_some() {
            ids.push(format!("{}-wrong", self.name));
        }
        ids.join(" ")
    }
}

/// What was typed into a form, and what is wrong with it.
#[derive(Clone, Default)]
pub struct Typed {
    values: BTreeMap<String, String>,
    wrong: BTreeMap<String, String>,
}

impl Typed {
    /// Nothing wrong yet.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            values: pairs.into_iter().collect(),
            wrong: BTreeMap::new(),
        }
    }

    /// What was typed into `name`, without space around it; empty where nothing.
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", |value| value.trim())
    }

    /// The same without what was typed, for passwords.
    pub fn forget(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// Puts a first value where nothing was typed.
    pub fn suggest(&mut self, name: &str, value: impl Into<String>) {
        self.values
            .entry(name.to_owned())
            .or_insert_with(|| value.into());
    }

    /// Says what is wrong with `name`; what was said first stays.
    pub fn wrong(&mut self, name: &str, message: impl Into<String>) {
        self.wrong
            .entry(name.to_owned())
            .or_insert_with(|| message.into());
    }

    /// Takes over what a use case found wrong. `name_of` says which entry of the form a JSON pointer means; what
    /// belongs to none is said of the form as a whole.
    pub fn faults(
        &mut self,
        c: &Chrome,
        faults: &[FaultShown],
        name_of: impl Fn(&str) -> Option<String>,
    ) {
        for fault in faults {
            let name = name_of(&fault.pointer).unwrap_or_default();
            let message = match on_page(&fault.code) {
                Some(text) => c.t(text),
                None => c.either(&fault.message_vi, &fault.message_en),
            };
            self.wrong(&name, message);
        }
    }

    /// What is said of `name`; of the form as a whole where it is empty.
    pub fn said_of(&self, name: &str) -> Option<&str> {
        self.wrong.get(name).map(String::as_str)
    }

    /// Whether anything is wrong.
    pub fn is_wrong(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// An entry of the form.
    pub fn field(&self, c: &Chrome, name: &str, label: &str, control: Control) -> Field {
        Field {
            name: name.to_owned(),
            label: label.to_owned(),
            hint: None,
            value: self.values.get(name).cloned().unwrap_or_default(),
            wrong: self.wrong.get(name).cloned(),
            control,
            required: true,
            optional: c.t(words::OPTIONAL),
            autocomplete: "",
            inputmode: "",
            max: 0,
        }
    }

    /// One line of text.
    pub fn line(&self, c: &Chrome, name: &str, label: &Text) -> Field {
        self.field(c, name, c.t(label), Control::Line("text"))
    }

    /// What is wrong, in the order of the entries, each with a link to its own.
    pub fn summary<'a>(&self, c: &Chrome, fields: impl IntoIterator<Item = &'a Field>) -> Summary {
        let of_the_form = self.wrong.get("").map(|message| Line {
            id: String::new(),
            label: String::new(),
            message: message.clone(),
        });
        let mut summary = Summary {
            heading: c.t(words::FAULTS),
            lines: of_the_form.into_iter().collect(),
        };
        summary.add(fields);
        summary
    }
}

struct Line {
    id: String,
    label: String,
    message: String,
}

/// Everything that is wrong with a form, above it. Takes the focus as the page opens, without script.
#[derive(Template)]
#[template(path = "summary.html", config = "src/web/askama.toml")]
pub struct Summary {
    heading: &'static str,
    lines: Vec<Line>,
}

impl Summary {
    /// The lines as JSON, for a script that has kept what was typed.
    pub fn lines(&self) -> Vec<Value> {
        let lines = self.lines.iter();
        let line =
            |line: &Line| json!({ "name": line.id, "label": line.label, "message": line.message });
        lines.map(line).collect()
    }

    /// Names what is wrong with more entries of the same form.
    pub fn add<'a>(&mut self, fields: impl IntoIterator<Item = &'a Field>) {
        self.lines.extend(fields.into_iter().filter_map(|field| {
            let message = field.wrong.clone()?;
            Some(Line {
                id: field.name.clone(),
                label: field.label.clone(),
                message,
            })
        }));
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_form_that_is_shown_again_has_what_was_typed_and_its_faults_beside_it() {
        let c = Chrome::of(&TestRequest::default().to_http_request());
        let mut typed = Typed::new([("name".to_owned(), "Đỗ <An>".to_owned())]);
        typed.wrong("name", "Quá ngắn.");
        typed.wrong("name", "Nothing of this.");
        let field = typed.line(&c, "name", &words::EMAIL).hint("Giúp");
        let html = field.render().unwrap();
        assert!(html.contains(r#"value="Đỗ &#60;An&#62;""#), "{html}");
        assert!(html.contains(r#"aria-describedby="name-hint name-wrong""#));
        assert!(html.contains(r#"aria-invalid="true""#));
        let summary = typed.summary(&c, &[field]).render().unwrap();
        assert!(summary.contains(r##"href="#name""##), "{summary}");
        assert!(summary.contains("Quá ngắn.") && summary.contains("autofocus"));
        assert!(
            !Typed::default()
                .summary(&c, &[])
                .render()
                .unwrap()
                .contains("autofocus")
        );
    }
}
