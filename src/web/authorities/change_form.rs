//! The forms by which the directory is changed: their entries, and the body that they make.

use serde_json::{Map, Value, json};

use crate::{
    domain::{
        authority::{Authority, Level, Role},
        declaration::Sector,
    },
    service::directory::Change,
    web::{
        chrome::Chrome,
        fields::{Choice, Control, Field, Typed},
    },
    wording::{Text, directory_page as words, labels},
};

/// How the boxes of sectors are named, before the code.
const SECTOR: &str = "sector-";
/// Entries that are one text each in the body.
const TEXTS: [&str; 8] = [
    "authority_id",
    "role",
    "name",
    "level",
    "territory_code",
    "valid_from",
    "phone",
    "escalates_to",
];

/// What is done with the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Another authority.
    Add,
    /// Name or contacts are others.
    Correct,
    /// It ends.
    End,
}

impl What {
    /// Its part of the address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Add => "new",
            Self::Correct => "correct",
            Self::End => "end",
        }
    }

    /// What it is called, and what whoever does it should know.
    pub fn texts(self) -> (Text, Text) {
        match self {
            Self::Add => (words::ADD, words::ADD_TEXT),
            Self::Correct => (words::CORRECT, words::CORRECT_TEXT),
            Self::End => (words::END, words::END_TEXT),
        }
    }

    /// The change of `id` for the use case.
    pub fn of(self, id: &str) -> Change {
        match self {
            Self::Add => Change::Add,
            Self::Correct => Change::Correct(id.to_owned()),
            Self::End => Change::End(id.to_owned()),
        }
    }
}

fn quiet(field: Field) -> Field {
    Field {
        required: false,
        optional: "",
        ..field
    }
}

fn lines(emails: &[String]) -> String {
    emails.join("\n")
}

/// Puts what the row says where nothing was typed.
pub fn suggest(typed: &mut Typed, row: &Authority) {
    typed.suggest("name", row.name.as_str());
    typed.suggest("emails", lines(&row.emails));
    typed.suggest("phone", row.phone.as_str());
    typed.suggest("escalates_to", row.escalates_to.clone().unwrap_or_default());
}

/// How the authority is called and reached.
fn reached(c: &Chrome, typed: &Typed, is_marked: bool) -> Vec<Field> {
    let mut fields = vec![
        typed.line(c, "name", &words::NAME).max(1000),
        typed
            .field(c, "emails", c.t(words::EMAILS), Control::Lines)
            .hint(c.t(words::EMAILS_HINT))
            .max(1000),
    ];
    if is_marked {
        let right = typed.field(c, "confirmed", c.t(words::CONFIRMED), Control::Check);
        fields.push(quiet(right));
    }
    fields.extend([
        typed
            .field(c, "phone", c.t(words::PHONE), Control::Line("tel"))
            .max(30),
        quiet(
            typed
                .line(c, "escalates_to", &words::ABOVE)
                .hint(c.t(words::ABOVE_HINT))
                .max(100),
        ),
    ]);
    fields
}

fn choices<T: ToString + Copy>(c: &Chrome, all: &[T], name: impl Fn(T) -> Text) -> Control {
    let choice = |one: &T| Choice {
        value: one.to_string(),
        label: c.t(name(*one)).to_owned(),
    };
    Control::Select(all.iter().map(choice).collect())
}

/// The entries of the form; `is_marked` where mail to one of its addresses came back.
pub fn fields(c: &Chrome, what: What, typed: &Typed, is_marked: bool) -> Vec<Field> {
    let day = |name: &str, label| typed.field(c, name, c.t(label), Control::Line("date"));
    let reason = quiet(
        typed
            .field(c, "reason", c.t(words::REASON), Control::Lines)
            .max(1000),
    );
    let mut fields = match what {
        What::End => vec![day("on", words::ON)],
        What::Correct => {
            let mut fields = vec![day("from", words::FROM)];
            fields.extend(reached(c, typed, is_marked));
            fields
        }
        What::Add => {
            let roles = choices(c, Role::ALL, labels::role);
            let levels = choices(c, Level::ALL, words::level);
            let mut fields = vec![
                typed
                    .line(c, "authority_id", &words::ID)
                    .hint(c.t(words::ID_HINT))
                    .max(100),
                typed.field(c, "role", c.t(words::ROLE), roles),
                typed.field(c, "level", c.t(words::LEVEL), levels),
                typed
                    .line(c, "territory_code", &words::TERRITORY)
                    .hint(c.t(words::TERRITORY_HINT))
                    .max(10),
                day("valid_from", words::FROM),
            ];
            fields.extend(reached(c, typed, false));
            fields.extend(Sector::ALL.iter().map(|sector| {
                let label = c.t(labels::sector(*sector));
                quiet(typed.field(c, &format!("{SECTOR}{sector}"), label, Control::Check))
            }));
            fields
        }
    };
    fields.push(reason);
    fields
}

/// The body of the same call over the API. Of a correction only what differs from `row`.
pub fn body(what: What, id: &str, typed: &Typed, row: Option<&Authority>) -> Value {
    let mut body = Map::new();
    let text = |name: &str| json!(typed.get(name));
    let emails = || -> Vec<&str> {
        let all = typed.get("emails").split(['\n', ',', ';']).map(str::trim);
        all.filter(|one| !one.is_empty()).collect()
    };
    match what {
        What::End => {
            body.insert("on".into(), text("on"));
        }
        What::Correct => {
            body.insert("from".into(), text("from"));
            let stands = |name: &str| {
                row.map(|row| match name {
                    "name" => row.name.as_str(),
                    "phone" => row.phone.as_str(),
                    _ => row.escalates_to.as_deref().unwrap_or_default(),
                })
            };
            for name in ["name", "phone", "escalates_to"] {
                if stands(name) != Some(typed.get(name)) {
                    body.insert(name.into(), text(name));
                }
            }
            let are_same = row.is_some_and(|row| row.emails == emails());
            if !are_same || typed.get("confirmed") == "yes" {
                body.insert("emails".into(), json!(emails()));
            }
        }
        What::Add => {
            for name in TEXTS.iter().filter(|name| !typed.get(name).is_empty()) {
                body.insert((*name).to_owned(), text(name));
            }
            body.insert("emails".into(), json!(emails()));
            let is_chosen = |sector: &&Sector| typed.get(&format!("{SECTOR}{sector}")) == "yes";
            let sectors: Vec<&Sector> = Sector::ALL.iter().filter(is_chosen).collect();
            if !sectors.is_empty() {
                body.insert("sectors".into(), json!(sectors));
            }
        }
    }
    if typed.get("do") == "preview" {
        let change = if what == What::Add {
            "add"
        } else {
            what.slug()
        };
        body.insert("change".into(), json!(change));
        if what != What::Add {
            body.insert("authority_id".into(), json!(id));
        }
    } else if !typed.get("reason").is_empty() {
        body.insert("reason".into(), text("reason"));
    }
    Value::Object(body)
}

/// The entry that a fault is about.
pub fn entry(pointer: &str) -> Option<String> {
    let name = pointer.trim_start_matches('/');
    let name = name.split('/').next().unwrap_or(name);
    let is_known = TEXTS.contains(&name) || ["emails", "from", "on", "reason"].contains(&name);
    match name {
        "sectors" => Some(format!("{SECTOR}{}", Sector::ALL.first()?)),
        _ => is_known.then(|| name.to_owned()),
    }
}
