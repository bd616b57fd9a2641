//! Whether two reports speak of the same person.

use chrono::{Datelike, NaiveDate};
use serde_json::Value;

use super::{
    grounds::Likeness,
    names::{Name, NameLikeness},
};
use crate::domain::victim::Victim;

/// What of a person is compared.
#[derive(Clone, PartialEq, Default)]
pub struct Person {
    /// Number in its case.
    pub no: u32,
    name: Name,
    date_of_birth: Option<NaiveDate>,
    birth_year: Option<i32>,
    /// Letters and digits alone.
    number: Option<String>,
}

impl From<&Victim> for Person {
    fn from(victim: &Victim) -> Self {
        let date_of_birth = victim.date_of_birth;
        Self {
            no: victim.no,
            name: Name::of(victim.full_name.as_deref().unwrap_or_default()),
            date_of_birth,
            birth_year: date_of_birth.map(|day| day.year()).or(victim.birth_year),
            number: victim.citizen_id.as_deref().and_then(plain_number),
        }
    }
}

impl Person {
    /// The victim `no` as a body tells of it, as far as it can be read.
    pub fn told(no: u32, body: &Value) -> Self {
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let year = body.get("birth_year").and_then(Value::as_i64);
        Self::from(&Victim {
            no,
            full_name: text("full_name").map(str::to_owned),
            citizen_id: text("citizen_id").map(str::to_owned),
            date_of_birth: text("date_of_birth").and_then(|text| text.parse().ok()),
            birth_year: year.and_then(|year| i32::try_from(year).ok()),
            ..Victim::default()
        })
    }

    /// What the two have in common, or what speaks against it; nothing where neither name nor number leads
    /// from one to the other.
    pub fn grounds(&self, other: &Self) -> Vec<Likeness> {
        let name = self.name.likeness(&other.name);
        let number = self.number.as_ref().zip(other.number.as_ref());
        let same_number = number.is_some_and(|(a, b)| a == b);
        let mut grounds = Vec::new();
        let same_name = matches!(name, Some(NameLikeness::Spelt | NameLikeness::Same));
        if same_name || same_number {
            grounds.push(Likeness::SameVictim);
        }
        if same_number {
            grounds.push(Likeness::SameIdentityNumber);
        }
        match name {
            Some(NameLikeness::Spelt) => grounds.push(Likeness::SameSpelling),
            Some(NameLikeness::Similar) if !same_number => grounds.push(Likeness::SimilarName),
            _ => {}
        }
        if grounds.is_empty() {
            return grounds;
        }
        // An older card has a number of its own: only two of one kind exclude each other, and not where a single
        // digit was mistyped.
        if number.is_some_and(|(a, b)| a.len() == b.len() && differing(a, b) > 1) {
            grounds.push(Likeness::OtherIdentityNumber);
        }
        grounds.extend(self.birth(other));
        if points(&grounds) > 0 {
            grounds
        } else {
            Vec::new()
        }
    }

    fn birth(&self, other: &Self) -> Option<Likeness> {
        let (mine, theirs) = self.birth_year.zip(other.birth_year)?;
        if self.date_of_birth.is_some() && self.date_of_birth == other.date_of_birth {
            return Some(Likeness::SameBirthDate);
        }
        match mine.abs_diff(theirs) {
            0 => Some(Likeness::SameBirthYear),
            // Who counts from an age is easily wrong by one.
            1 => None,
            _ => Some(Likeness::OtherBirthYear),
        }
    }
}

/// What the grounds add up to.
pub fn points(grounds: &[Likeness]) -> i32 {
    grounds.iter().map(|ground| ground.points()).sum()
}

/// Letters and digits of an identity number.
pub fn plain_number(written: &str) -> Option<String> {
    let plain: String = written
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect();
    (!plain.is_empty()).then_some(plain)
}

/// In how many places two numbers of one length differ.
fn differing(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).filter(|(x, y)| x != y).count()
}
