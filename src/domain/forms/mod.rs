//! The forms as the offices know them: what each one asks, in which order, under which label, and where the
//! value comes from.
//!
//! The definitions are data (`reference/forms.toml`), each with its days, its article and how sure it is:
//! the text of most appendices was not found. A label, a heading or a title is corrected without a release
//! by a dated rule of the law (`form_label`), which two people make: its key is that of [`keys`].

mod labels;
pub mod source;

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

pub use labels::{LONGEST_LABEL, is_label, keys};
pub use source::{Rows, Source};

use crate::{
    domain::{access::ActorRole, document::FileItem},
    named,
};

named! {
    /// Whose name stands above a form.
    pub enum HeadOf {
        /// The authority that issues it.
        Issuer = "issuer",
        /// The establishment of the accident: the form is the employer's, who numbers it.
        Establishment = "establishment",
    }
}

named! {
    /// What a part of a form is.
    pub enum PartKind {
        /// Whom it goes to: `Kính gửi`.
        Addressees = "addressees",
        /// Words, with sources in braces.
        Text = "text",
        /// Labels with values.
        Fields = "fields",
        /// The same for each victim.
        EachVictim = "each_victim",
        /// A table.
        Table = "table",
        /// Who signs.
        Signatures = "signatures",
    }
}

/// A field of a form, or a column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name within the form.
    pub key: String,
    /// What stands before it.
    pub label: String,
    /// Where its value comes from.
    pub source: Source,
    /// Dotted lines where nothing is known.
    #[serde(default = "one")]
    pub lines: u8,
    /// The part of a table's width.
    #[serde(default = "one_share")]
    pub share: u16,
    /// Whether cells stand in the middle.
    #[serde(default)]
    pub centred: bool,
    /// Whether what is typed comes before what the case says.
    #[serde(default)]
    pub typed: bool,
    /// What may be ticked: code and words.
    #[serde(default)]
    pub choices: Vec<(String, String)>,
    /// How sure it is; as the form, where it says nothing.
    #[serde(default)]
    pub confidence: String,
    /// What a lawyer should know.
    #[serde(default)]
    pub note: String,
}

/// Somebody who signs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// Its name within the form.
    pub key: String,
    /// In which quality.
    pub title: String,
    /// How.
    pub hint: String,
    /// Whose name stands below, where it is known.
    pub source: Option<Source>,
}

/// A part of a form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name within the form.
    pub key: String,
    /// What it is.
    pub kind: PartKind,
    /// Its heading.
    #[serde(default)]
    pub title: String,
    /// Its words, of a text. `{establishment.name}` stands for a value.
    #[serde(default)]
    pub text: String,
    /// Whether the words stand in the middle, in bold.
    #[serde(default)]
    pub centred: bool,
    /// Fields or columns.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// Rows of a table.
    pub rows: Option<Rows>,
    /// Rows to write on where nothing is known.
    #[serde(default = "three")]
    pub blank_rows: u8,
    /// Who signs.
    #[serde(default)]
    pub signers: Vec<Signer>,
    /// Who gets a copy, or whom it goes to, where the case does not say it.
    #[serde(default)]
    pub recipients: Vec<String>,
}

/// A form between two days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormDefinition {
    /// Its code, the same over its versions.
    pub code: String,
    /// Which form of which act: `Phụ lục IX, Nghị định 39/2016/NĐ-CP`.
    pub name: String,
    /// In English.
    pub name_en: String,
    /// Who alone may issue it, where the act names one; empty is whoever may issue forms of the case.
    #[serde(default)]
    pub issued_by: Vec<ActorRole>,
    /// What stands above it.
    pub title: String,
    /// What stands below that.
    #[serde(default)]
    pub subtitle: String,
    /// Document and article.
    pub article: String,
    /// Whose name stands above it.
    pub head: HeadOf,
    /// A line below that name.
    #[serde(default)]
    pub head_line: String,
    /// What stands in its number for its kind; empty for one that bears no number.
    #[serde(default)]
    pub sign: String,
    /// What the signed form is in the file.
    pub file_item: Option<FileItem>,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day no longer.
    pub valid_to: Option<NaiveDate>,
    /// How sure it is: `T`, `M-high`, `M-med`, `M-low`, `D` (see `accidents.md`).
    pub confidence: String,
    /// What a lawyer should know.
    pub note: String,
    /// Its parts, in order.
    #[serde(rename = "part")]
    pub parts: Vec<Part>,
}

fn one() -> u8 {
    1
}

fn one_share() -> u16 {
    1
}

fn three() -> u8 {
    3
}

#[derive(Deserialize)]
struct Shipped {
    form: Vec<FormDefinition>,
}

static FORMS: LazyLock<Vec<FormDefinition>> = LazyLock::new(|| {
    let text = include_str!("../../reference/forms.toml");
    let shipped: Shipped =
        toml::from_str(text).expect("the forms are part of the program, and a test reads them");
    shipped.form
});

/// Every form of all times.
pub fn all() -> &'static [FormDefinition] {
    &FORMS
}

/// The form `code` on `day`.
pub fn on(code: &str, day: NaiveDate) -> Option<&'static FormDefinition> {
    all()
        .iter()
        .find(|form| form.code == code && form.in_force_on(day))
}

impl FormDefinition {
    /// Whether it is used on `day`.
    pub fn in_force_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }

    /// Its field `key`, with its part.
    pub fn field(&self, key: &str) -> Option<(&Part, &Field)> {
        let fields = self
            .parts
            .iter()
            .flat_map(|part| part.fields.iter().map(move |field| (part, field)));
        fields.into_iter().find(|(_, field)| field.key == key)
    }
}

impl Part {
    /// The sources in its words, each with its braces, in order.
    pub fn sources(&self) -> Vec<(&str, Source)> {
        let mut found = Vec::new();
        for part in self.text.split('{').skip(1) {
            if let Some((name, _)) = part.split_once('}')
                && let Some(source) = Source::parse(name)
            {
                found.push((name, source));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests;
