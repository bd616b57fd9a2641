//! `/law`: the rules with their articles and days. One person proposes a change and sees beforehand what it would alter,
//! another approves it.

mod change;
mod effect;
mod holidays;
mod proposals;
mod rule;
mod rules;
mod words;

pub use holidays::{propose as propose_holiday, show as show_holidays};
pub use proposals::{list as list_proposals, settle, show as show_proposal};
pub use rule::{propose as propose_rule, show as show_rule};
pub use rules::show;

use chrono::NaiveDate;

use crate::{domain::law::Rule, web::chrome::Chrome, wording::law_page};

/// `20/05/2026`.
fn day(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

/// When a version is in force.
fn lasts(c: &Chrome, rule: &Rule) -> String {
    // The law names the last day, the row the first one behind it.
    let last = rule.valid_to.and_then(|end| end.pred_opt());
    let to = last.map_or_else(|| c.t(law_page::OPEN_END).to_owned(), day);
    format!("{} – {to}", day(rule.valid_from))
}

/// The name of a code, or the code.
fn named(c: &Chrome, key: &str) -> String {
    law_page::code(key).map_or_else(|| key.to_owned(), |text| c.t(text).to_owned())
}

/// How sure a row is, in words.
fn sureness(c: &Chrome, confidence: &str) -> String {
    named(c, &format!("confidence.{confidence}"))
}

/// The part of a note in the language of the page, where it holds both.
fn note<'a>(c: &Chrome, note: &'a str) -> &'a str {
    match note.split_once(" / ") {
        Some((vi, en)) => c.either(vi, en),
        None => note,
    }
}
