//! By which words a case is found, without diacritics: those of its receipt number, place, establishment and
//! tax code, and those of the names of the persons hurt, which are kept apart: they are personal data.

use std::collections::BTreeSet;

use crate::{
    domain::{case::Case, declaration::Declaration, receipt::ReceiptNo},
    text::search_key,
};

/// How short the beginning of a word may be by which the word is found, in letters.
const SHORTEST_START: usize = 2;
/// Of a number: that of a tax code or a receipt begins like many others.
const SHORTEST_START_OF_NUMBER: usize = 4;
/// Longer beginnings find nothing; the longest Vietnamese syllable has seven letters.
const LONGEST_START: usize = 12;
/// Words of a question that are looked for; more narrow nothing any more.
const MOST_WORDS: usize = 10;

/// The words of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Searched {
    /// Words that stand in the queue as well.
    pub words: BTreeSet<String>,
    /// Words of names of persons.
    pub names: BTreeSet<String>,
}

impl Searched {
    /// Those of `case`, of whose facts `shown` is what may be shown of them.
    pub fn of(case: &Case, shown: Option<&Declaration>) -> Self {
        // The first word of the search key is the receipt number without its separators: a question that has it
        // so is taken apart instead (see `asked`), which saves as many beginnings as it has signs.
        let mut words: BTreeSet<String> = split(&case.search_key).skip(1).collect();
        let employer = shown.and_then(|shown| shown.employer.as_ref());
        for text in employer
            .into_iter()
            .flat_map(|one| [&one.name, &one.tax_code])
        {
            words.extend(split(&search_key(text.as_deref().unwrap_or_default())));
        }
        let victims = shown.map(|shown| shown.victims.as_slice());
        let names = victims
            .unwrap_or_default()
            .iter()
            .filter_map(|victim| victim.full_name.as_deref())
            .flat_map(|name| split(&search_key(name)).collect::<Vec<_>>())
            .collect();
        Self { words, names }
    }
}

fn split(key: &str) -> impl Iterator<Item = String> {
    key.split_whitespace().map(str::to_owned)
}

/// The beginnings by which `word` is found beside itself.
pub fn starts(word: &str) -> impl Iterator<Item = &str> {
    let shortest = match word.bytes().all(|byte| byte.is_ascii_digit()) {
        true => SHORTEST_START_OF_NUMBER,
        false => SHORTEST_START,
    };
    let ends = word.char_indices().map(|(at, _)| at).skip(shortest);
    let many = (LONGEST_START + 1).saturating_sub(shortest);
    ends.take(many).map(|end| &word[..end])
}

/// The words of a question, of which the last may be the beginning of one; a receipt number is taken apart as it
/// stands in cases, with signs that were mistaken for others put right.
pub fn asked(question: &str) -> Vec<String> {
    if let Ok(number) = ReceiptNo::parse(question.trim()) {
        return split(&search_key(number.as_str())).collect();
    }
    let key = search_key(question);
    let words = split(&key).flat_map(|word| match ReceiptNo::parse(&word) {
        Ok(number) => split(&search_key(number.as_str())).collect(),
        Err(_) => vec![word],
    });
    words.take(MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_by_its_beginnings_and_a_number_by_longer_ones() {
        assert_eq!(starts("hung").collect::<Vec<_>>(), ["hu", "hun"]);
        assert_eq!(starts("an").count(), 0);
        assert_eq!(starts("4799").count(), 0);
        assert_eq!(starts("479912").collect::<Vec<_>>(), ["4799", "47991"]);
        assert_eq!(starts("abcdefghijklmnopq").last(), Some("abcdefghijkl"));
    }

    #[test]
    fn a_question_is_split_and_a_receipt_number_taken_apart() {
        assert_eq!(asked(" Hưng, NGUYỄN đ "), ["hung", "nguyen", "d"]);
        let parts = ["267k", "3m9q", "xr4f"];
        for text in ["267K-3M9Q-XR4F", "267k3m9qxr4f", "267K 3M9Q XR4F"] {
            let number = ReceiptNo::generate(2026, [7; 16]).to_string();
            let written = match text.contains('-') {
                true => number.clone(),
                false => number.replace('-', if text.contains(' ') { " " } else { "" }),
            };
            let expected: Vec<String> = number
                .to_lowercase()
                .split('-')
                .map(str::to_owned)
                .collect();
            assert_eq!(asked(&written), expected, "{written}");
        }
        // One that is none stays as it was typed.
        assert_eq!(asked("267K-3M9Q-XR4F").len(), parts.len());
        assert_eq!(asked("%_'").len(), 0);
        assert_eq!(asked(&"a ".repeat(30)).len(), 10);
    }
}
