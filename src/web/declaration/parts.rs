//! The parts of the legal form, each a page: which there are, and what each still lacks.

use super::rows::{ACCIDENT, DECLARANT, ESTABLISHMENT, Row, VICTIM};
use crate::{
    domain::{declaration::DeclarantRole, victim::Outcome},
    service::declarations::LegalForm,
    web::chrome::Chrome,
    wording::legal_form as words,
};

/// A part of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Who declares.
    Declarant,
    /// Where it happened, and the victims' employer where that is another.
    Establishment,
    /// The accident.
    Accident,
    /// A victim by number, from 1.
    Victim(usize),
}

/// What the form asks of every victim, whatever became of them ([`crate::domain::declaration::missing`]).
const ASKED_OF_VICTIMS: [&str; 6] = [
    "full_name",
    "sex",
    "birth_year",
    "occupation_code",
    "employment",
    "outcome",
];

impl Part {
    /// The part of an address.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "declarant" => Some(Self::Declarant),
            "establishment" => Some(Self::Establishment),
            "accident" => Some(Self::Accident),
            victim => {
                let no = victim.strip_prefix("victim-")?.parse().ok()?;
                (no > 0).then_some(Self::Victim(no))
            }
        }
    }

    /// As it stands in an address.
    pub fn name(self) -> String {
        match self {
            Self::Declarant => "declarant".to_owned(),
            Self::Establishment => "establishment".to_owned(),
            Self::Accident => "accident".to_owned(),
            Self::Victim(no) => format!("victim-{no}"),
        }
    }

    /// As people read it, Vietnamese and English.
    pub fn said(self) -> (String, String) {
        let text = match self {
            Self::Declarant => words::DECLARANT,
            Self::Establishment => words::ESTABLISHMENT,
            Self::Accident => words::ACCIDENT,
            Self::Victim(_) => words::VICTIM,
        };
        let no = match self {
            Self::Victim(no) => no.to_string(),
            _ => String::new(),
        };
        (text.vi.replace("{no}", &no), text.en.replace("{no}", &no))
    }

    /// As the reader of the page reads it.
    pub fn label(self, c: &Chrome) -> String {
        let (vi, en) = self.said();
        c.either(&vi, &en).to_owned()
    }

    /// Its entries.
    pub fn rows(self) -> &'static [Row] {
        match self {
            Self::Declarant => &DECLARANT,
            Self::Establishment => &ESTABLISHMENT,
            Self::Accident => &ACCIDENT,
            Self::Victim(_) => &VICTIM,
        }
    }

    /// Place of its victim in the list; 0 for the other parts.
    pub fn place(self) -> usize {
        match self {
            Self::Victim(no) => no.saturating_sub(1),
            _ => 0,
        }
    }

    /// Whether this is a victim whom nobody has named yet.
    fn is_new(self, form: &LegalForm) -> bool {
        matches!(self, Self::Victim(no) if no > named(form))
    }

    /// Its entries that the legal form still needs; of a victim whom nobody has named yet what it asks of everybody.
    pub fn missing(self, form: &LegalForm) -> Vec<&'static Row> {
        if self.is_new(form) {
            let asked = VICTIM
                .iter()
                .filter(|row| ASKED_OF_VICTIMS.contains(&row.name));
            return asked.collect();
        }
        let is_missing = |row: &&Row| {
            let pointer = row.pointer(self.place());
            let is_part_of = |missing: &String| {
                // Of a death that is missing whole each entry is.
                let rest = pointer.strip_prefix(missing.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            form.missing
                .iter()
                .filter(|missing| !is_a_victim(missing))
                .any(is_part_of)
        };
        self.rows().iter().filter(is_missing).collect()
    }
}

/// Whether a pointer means a victim as a whole, whom nobody has named.
fn is_a_victim(pointer: &str) -> bool {
    let place = pointer.strip_prefix("/victims/");
    place.is_some_and(|place| !place.contains('/'))
}

/// How many victims are named.
fn named(form: &LegalForm) -> usize {
    form.standing["victims"].as_array().map_or(0, Vec::len)
}

/// What became of a victim whom nobody has named yet, where the numbers leave only one answer. Without it a person who
/// is named would count beside those who were counted.
pub fn outcome_of_new(form: &LegalForm, part: Part) -> Option<Outcome> {
    let victims = form.standing["victims"].as_array();
    let counted = |outcome: &Outcome| {
        let casualties = &form.standing["accident"]["casualties"];
        casualties[outcome.as_str()].as_u64().unwrap_or_default()
    };
    let named = |outcome: &Outcome| {
        let victims = victims.into_iter().flatten();
        let such = victims.filter(|one| one["outcome"].as_str() == Some(outcome.as_str()));
        such.count() as u64
    };
    let mut left = Outcome::ALL
        .iter()
        .filter(|outcome| counted(outcome) > named(outcome));
    let only = left.next().filter(|_| left.next().is_none());
    only.copied().filter(|_| part.is_new(form))
}

/// Whether more people were counted than are named.
pub fn lacks_victims(form: &LegalForm) -> bool {
    let next = format!("/victims/{}", named(form));
    form.missing.contains(&next)
}

/// The number of the next victim to name.
pub fn next_victim(form: &LegalForm) -> usize {
    named(form) + 1
}

/// The parts of this form, in their order; the next victim where one is lacking.
pub fn parts(form: &LegalForm) -> Vec<Part> {
    let mut parts = vec![Part::Declarant];
    if form.role == DeclarantRole::Employer {
        parts.push(Part::Establishment);
    }
    parts.push(Part::Accident);
    let last = named(form) + usize::from(lacks_victims(form));
    parts.extend((1..=last).map(Part::Victim));
    parts
}

/// The first part after `part`, and then from the first, that lacks something; `None` where nothing does.
pub fn next_part(form: &LegalForm, part: Option<Part>) -> Option<Part> {
    let all = parts(form);
    let at = part.and_then(|part| all.iter().position(|one| *one == part));
    let from = at.map_or(0, |at| at + 1);
    let mut in_turn = all.iter().cycle().skip(from).take(all.len());
    in_turn.find(|part| lacks(form, **part)).copied()
}

/// Whether a part lacks something.
pub fn lacks(form: &LegalForm, part: Part) -> bool {
    !part.missing(form).is_empty()
}
