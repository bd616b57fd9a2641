//! By what other reports of a person are found. The store keeps them as keyed hashes only.

use std::collections::BTreeSet;

use chrono::Datelike;

use super::names::Name;
use crate::{
    domain::{declaration::Declaration, victim::Victim},
    named,
};

named! {
    /// What kind of key.
    pub enum LikenessKind {
        /// All words of a name, without marks, in the order of the alphabet.
        Name = "name",
        /// One telling word of a name and the year of birth: finds who is written with another middle name.
        WordAndYear = "word_and_year",
    }
}

/// A key in plain text, before it is hashed. `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyText {
    /// What kind.
    pub kind: LikenessKind,
    /// The text.
    pub text: String,
}

impl std::fmt::Debug for KeyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyText")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Persons of one case by whom it is looked for: an accident with more is found by its place and time.
const MOST_PERSONS: usize = 50;

/// The keys of everybody hurt: for each person the name, and up to three words with the year. Two or three rows
/// of the store for one person, most often. (Of identity numbers a hash stands beside each victim.)
pub fn keys_of(facts: &Declaration) -> BTreeSet<KeyText> {
    let persons = facts.victims.iter().take(MOST_PERSONS);
    persons.flat_map(keys_of_victim).collect()
}

fn keys_of_victim(victim: &Victim) -> Vec<KeyText> {
    let name = Name::of(victim.full_name.as_deref().unwrap_or_default());
    let key = |kind, text| KeyText { kind, text };
    let mut keys: Vec<KeyText> = name
        .whole()
        .map(|text| key(LikenessKind::Name, text))
        .into_iter()
        .collect();
    let year = victim.date_of_birth.map(|day| day.year());
    if let Some(year) = year.or(victim.birth_year) {
        let words = name.telling().into_iter();
        keys.extend(words.map(|word| key(LikenessKind::WordAndYear, format!("{word} {year}"))));
    }
    keys
}
