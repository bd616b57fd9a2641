//! What a form says, block by block, without saying where it stands on the page.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Mark;

/// A form with everything that is printed on it: all that its pages are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// What readers of the file show as its title.
    pub title: String,
    /// Its day, which the file bears.
    pub dated: NaiveDate,
    /// The code on each page; none on a form to be filled in by hand, which nobody issued.
    pub mark: Option<Mark>,
    /// Small line at the foot of each page: which form, and its number here.
    pub footer: String,
    /// The blocks, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Who issues it, and the national header beside it.
    Head(Head),
    /// Words.
    Text(Paragraph),
    /// A label with its value, or dots to write on.
    Entry(Entry),
    /// A table.
    Table(Table),
    /// Who signs, and who gets a copy.
    Signatures(Signatures),
}

/// The top of the first page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Head {
    /// The body above the one that issues, where there is one.
    #[serde(default)]
    pub superior: Vec<String>,
    /// The body that issues; no line means dots to write on.
    #[serde(default)]
    pub body: Vec<String>,
    /// Number and sign, behind `Số:`; empty for a paper that bears none.
    #[serde(default)]
    pub number: Option<String>,
    /// Place and day.
    pub place_and_day: String,
}

/// How a paragraph looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// The name of the form.
    Title,
    /// What it is about, below its name.
    Subtitle,
    /// The heading of a part.
    Section,
    /// The heading within one, such as a victim.
    Subsection,
    /// Words of the form.
    Body,
    /// Words in the middle of the line, such as `QUYẾT ĐỊNH:`.
    Centred,
    /// Whom it goes to: `Kính gửi`.
    Addressee,
    /// A remark below a part.
    Remark,
}

/// Some words of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The words; `\n` begins a line.
    pub text: String,
    /// Bold.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bold: bool,
    /// Italic.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub italic: bool,
}

impl Run {
    /// Plain words.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            bold: false,
            italic: false,
        }
    }

    /// Bold words.
    pub fn bold(text: impl Into<String>) -> Self {
        Self {
            bold: true,
            ..Self::plain(text)
        }
    }
}

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// How it looks.
    pub look: Look,
    /// Its words.
    pub runs: Vec<Run>,
}

/// A label with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The label, without a colon.
    pub label: String,
    /// The value; `None` means dots to write on.
    pub value: Option<String>,
    /// How many dotted lines there are where nothing is known.
    pub lines: u8,
    /// What may be ticked, each with whether it is; a tick box stands before each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<(String, bool)>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// What stands above it.
    pub title: String,
    /// Its part of the width.
    pub share: u16,
    /// Whether its cells stand in the middle.
    #[serde(default)]
    pub centred: bool,
}

/// A table. Its head is repeated on each page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; an empty cell is left to be written in.
    pub rows: Vec<Vec<String>>,
}

/// Somebody who signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// In which quality, in capitals.
    pub title: String,
    /// How: signature, name, seal.
    pub hint: String,
    /// The name below, where it is known.
    pub name: Option<String>,
}

/// Who signs, in columns of two or three; whoever gets a copy stands at the left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signatures {
    /// `Nơi nhận`: who gets a copy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<String>,
    /// Who signs, from left to right.
    pub people: Vec<Signature>,
}
