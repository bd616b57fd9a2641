//! Reads a declaration from JSON: every fault is noted with its pointer, and reading goes on.
//!
//! Two lists of faults come back, because an urgent declaration must not fail on what is only
//! optional (`accidents.md` 10, rule 1): who reads decides when the class is known.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::{
    Casualties, Declarant, DeclarantRole, Declaration, Fault, FaultCode, Kind,
    scalars::Lines,
    walk::{Fields, Node, Notes, Task, Weight, below},
};
use crate::{
    domain::{codes::Codes, place::NoUnit, validators, victim::Victim},
    time::day_in_vietnam,
};

/// Longest name of a person, an establishment, in characters.
pub(super) const LONGEST_NAME: usize = 200;
/// Most victims of one declaration.
pub(super) const MOST_VICTIMS: usize = 500;

const MEMBERS: [&str; 6] = [
    "kind",
    "declarant",
    "establishment",
    "employer",
    "accident",
    "victims",
];

/// What reading needs to know of the world.
pub struct ReadContext<'a> {
    /// Moment of receipt.
    pub now: DateTime<Utc>,
    /// That of the declaration, where this is a supplement of it: what was told had happened then.
    pub first_received_at: DateTime<Utc>,
    /// Code lists.
    pub codes: &'a Codes,
    /// Whether a commune code names a unit on a day.
    pub place_on: &'a dyn Fn(&str, NaiveDate) -> Result<(), NoUnit>,
    /// Whether a code stands in the list of injuries of the law (D39 Phụ lục II).
    pub is_listed_injury: &'a dyn Fn(&str) -> bool,
    /// The declarant's role where the body does not state it: that of the caller.
    pub default_role: DeclarantRole,
}

/// What was read.
#[derive(Debug)]
pub struct Reading {
    /// The declaration; there where every required part is sound. Optional entries with a fault
    /// are left out, or kept as the text that was sent.
    pub declaration: Option<Declaration>,
    /// Faults of required parts: they always stop the declaration.
    pub required: Vec<Fault>,
    /// Faults of optional parts: they stop it unless the case is urgent.
    pub optional: Vec<Fault>,
    /// Remarks that never stop it.
    pub warnings: Vec<Fault>,
}

impl Reading {
    /// The declaration and its warnings, or every fault: an urgent declaration (by
    /// `CaseClass::is_urgent`) stands in spite of faults in its optional parts.
    ///
    /// # Errors
    /// Every fault, where the declaration cannot stand.
    pub fn settle(
        self,
        is_urgent: impl FnOnce(&Declaration) -> bool,
    ) -> Result<(Declaration, Vec<Fault>), Vec<Fault>> {
        let faults = [self.required, self.optional].concat();
        match self.declaration {
            Some(declaration) if faults.is_empty() || is_urgent(&declaration) => {
                Ok((declaration, [faults, self.warnings].concat()))
            }
            _ => Err(faults),
        }
    }
}

/// Reads a whole declaration.
pub fn read(body: &Value, ctx: &ReadContext) -> Reading {
    let mut reader = Reader::new(body, ctx, None);
    let declaration = reader.declaration(body);
    let Notes {
        required,
        optional,
        warnings,
        ..
    } = reader.notes;
    Reading {
        declaration: declaration.filter(|_| required.is_empty()),
        required,
        optional,
        warnings,
    }
}

/// One pass over a body. Where `current` is given, the body supplements it: what is absent stays.
pub(super) struct Reader<'a> {
    pub ctx: &'a ReadContext<'a>,
    pub current: Option<&'a Declaration>,
    /// When it happened; `None` where the body gives no sound moment. What hangs on the day is
    /// then not checked: one fault must not look like many.
    pub occurred_at: Option<DateTime<Utc>>,
    /// The counts as they now stand, where the body gives some.
    pub counts: Option<Casualties>,
    pub notes: Notes,
}

impl<'a> Reader<'a> {
    pub fn new(body: &Value, ctx: &'a ReadContext<'a>, current: Option<&'a Declaration>) -> Self {
        let given = body
            .pointer("/accident/occurred_at")
            .filter(|value| !value.is_null());
        let occurred_at = match (given, current) {
            (None, Some(current)) => Some(current.accident.occurred_at),
            (given, _) => given
                .and_then(Value::as_str)
                .and_then(super::scalars::parse_moment)
                .filter(|moment| super::accident::fault_of_moment(*moment, ctx.now).is_none()),
        };
        let task = match current {
            Some(_) => Task::Supplement,
            None => Task::Declaration,
        };
        Self {
            ctx,
            current,
            occurred_at,
            counts: None,
            notes: Notes::new(task),
        }
    }

    /// Whether required members must be there.
    pub fn is_whole(&self) -> bool {
        self.current.is_none()
    }

    /// Legal day of the accident.
    pub fn day(&self) -> Option<NaiveDate> {
        self.occurred_at.map(day_in_vietnam)
    }

    /// Legal day of receipt.
    pub fn today(&self) -> NaiveDate {
        day_in_vietnam(self.ctx.now)
    }

    fn declaration(&mut self, body: &Value) -> Option<Declaration> {
        let fields = Node::root(body).fields(&MEMBERS, &mut self.notes)?;
        let kind = fields
            .required("kind", true, &mut self.notes)
            .and_then(|node| node.choice(Kind::parse, &mut self.notes));
        let declarant = fields
            .required("declarant", true, &mut self.notes)
            .and_then(|node| self.declarant(&node));
        let establishment = self.establishment(&fields, "establishment", None);
        let employer = self.establishment(&fields, "employer", None);
        let accident = fields
            .required("accident", true, &mut self.notes)
            .and_then(|node| self.accident(&node));
        let victims = self.victims(&fields);
        self.check_somebody_is_hurt(kind, &victims, body);
        Some(Declaration {
            kind: kind?,
            declarant: declarant?,
            establishment,
            employer,
            accident: accident?,
            victims,
        })
    }

    fn declarant(&mut self, node: &Node) -> Option<Declarant> {
        const MEMBERS: [&str; 5] = ["role", "full_name", "phone", "position", "email"];
        let notes = &mut self.notes;
        let fields = node.fields(&MEMBERS, notes)?;
        // In which quality somebody speaks follows from the token where it cannot be read.
        let own = self.ctx.default_role;
        // Nobody but the police speaks for the police, and they for nobody else; so with hospitals.
        let may_be = |role: &DeclarantRole| *role == own || !(role.is_office() || own.is_office());
        let role = fields
            .optional("role")
            .and_then(|node| node.choice(|text| DeclarantRole::parse(text).filter(may_be), notes))
            .unwrap_or(own);
        let full_name = fields
            .required("full_name", true, notes)
            .and_then(|node| node.text(LONGEST_NAME, Lines::One, notes));
        let phone = fields
            .required("phone", true, notes)
            .and_then(|node| node.formed(FaultCode::Phone, validators::phone, notes));
        let (position, email) = self.reached_as(&fields);
        Some(Declarant {
            role,
            full_name: full_name?,
            phone: phone?,
            position,
            email,
        })
    }

    /// Position and e-mail of a declarant.
    pub fn reached_as(&mut self, fields: &Fields) -> (Option<String>, Option<String>) {
        let notes = &mut self.notes;
        let position = fields
            .optional("position")
            .and_then(|node| node.text(LONGEST_NAME, Lines::One, notes));
        let email = fields.optional("email").and_then(|node| {
            let address = validators::email(&node.text(254, Lines::One, notes)?);
            // A wrong address is not kept: nobody shall write to it.
            address.or_else(|| node.refuse(FaultCode::Email, notes))
        });
        (position, email)
    }

    /// The victims of a declaration; the number of each is its position, from 1. An entry that
    /// cannot be read stays a person of whom nothing is known.
    fn victims(&mut self, fields: &Fields) -> Vec<Victim> {
        let Some(node) = fields.optional("victims") else {
            return Vec::new();
        };
        let items = node.items(MOST_VICTIMS, &mut self.notes);
        (1..)
            .zip(items)
            .map(|(no, item)| {
                let before = Victim {
                    no,
                    ..Victim::default()
                };
                self.victim(&item, &super::people::MEMBERS, &before)
            })
            .collect()
    }

    /// An accident hurt somebody, or somebody's fate is unknown; a technical incident may have
    /// hurt nobody (L84 Art. 3.7).
    pub fn check_somebody_is_hurt(&mut self, kind: Option<Kind>, victims: &[Victim], body: &Value) {
        const CASUALTIES: &str = "/accident/casualties";
        // An outcome that cannot be read has its own fault; it still speaks of somebody.
        let says_outcome = |victim: &Value| {
            ["outcome", "death"]
                .iter()
                .any(|name| victim.get(name).is_some_and(|value| !value.is_null()))
        };
        let names_somebody = victims.iter().any(|victim| victim.outcome.is_some())
            || body["victims"]
                .as_array()
                .is_some_and(|victims| victims.iter().any(says_outcome));
        let counts_nobody = self.counts.is_some_and(|counts| counts.total() == 0)
            && !self.notes.is_refused_below(CASUALTIES);
        if kind == Some(Kind::Accident) && counts_nobody && !names_somebody {
            self.notes
                .fault(Weight::Required, CASUALTIES, FaultCode::NobodyHurt);
        }
    }

    /// Whether `code` names a commune on `day`. Where no sound day is known, whether it ever did.
    pub fn fault_of_commune(&self, code: &str, day: Option<NaiveDate>) -> Option<FaultCode> {
        if code.len() != 5 || !code.bytes().all(|b| b.is_ascii_digit()) {
            return Some(FaultCode::PlaceUnknown);
        }
        match (self.ctx.place_on)(code, day.unwrap_or_else(|| self.today())) {
            Err(NoUnit::Unknown) => Some(FaultCode::PlaceUnknown),
            Err(NoUnit::NotInForce) if day.is_some() => Some(FaultCode::PlaceNotInForce),
            Err(NoUnit::NotInForce) | Ok(()) => None,
        }
    }

    /// Notes a fault at a member of `fields`.
    pub fn fault_at(&mut self, fields: &Fields, name: &str, weight: Weight, code: FaultCode) {
        self.notes.fault(weight, below(&fields.pointer, name), code);
    }
}

#[cfg(test)]
mod tests;
