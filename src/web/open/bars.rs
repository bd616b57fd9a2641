//! A bar for each province: its accidents, by class where that is shown.

use crate::{
    web::chrome::Chrome,
    wording::{Text, open_pages as words},
};

/// Width of the longest bar.
const WIDE: i64 = 400;

/// The classes with the colours of their marks, in the order of the columns.
pub const CLASSES: [(Text, &str); 3] = [
    (words::FATAL, "alarm"),
    (words::SERIOUS, "warn"),
    (words::OTHER, "good"),
];

/// A part of a bar.
pub struct Part {
    pub x: i64,
    pub width: i64,
    pub tone: &'static str,
}

/// A bar.
pub struct Bar {
    pub name: String,
    pub parts: Vec<Part>,
    pub sum: i64,
    /// What it says, in words.
    pub said: String,
    /// Behind its end.
    pub end: i64,
}

/// A bar of `sum` accidents, of them `classes`; `most` is the sum of the longest.
pub fn bar(c: &Chrome, name: &str, sum: i64, classes: Option<[i64; 3]>, most: i64) -> Bar {
    let parted = match classes {
        Some(classes) => CLASSES
            .iter()
            .zip(classes)
            .map(|((name, tone), count)| (c.t(*name), *tone, count))
            .collect(),
        None => vec![("", "quiet", sum)],
    };
    let mut end = 0;
    let mut parts = Vec::new();
    let mut said = Vec::new();
    for (class, tone, count) in parted.into_iter().filter(|(_, _, count)| *count > 0) {
        let width = (count * WIDE / most.max(1)).max(2);
        parts.push(Part {
            x: end,
            width,
            tone,
        });
        end += width;
        if !class.is_empty() {
            said.push(format!("{class} {count}"));
        }
    }
    let text = if said.is_empty() {
        words::OF_ROW
    } else {
        words::OF_ROW_PARTS
    };
    let said = c.t(text).replace("{parts}", &said.join(", "));
    let said = said.replace("{sum}", &sum.to_string());
    Bar {
        said: said.replace("{name}", name),
        name: name.to_owned(),
        parts,
        sum,
        end: end + 8,
    }
}
