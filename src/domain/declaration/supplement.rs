//! Reads a supplement (*bổ sung*): it adds and corrects, and never erases.
//!
//! What is left out stays; lists are united; only the counts that are given change.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Declarant, Declaration, Fault, FaultCode,
    accident::LONGEST_SUMMARY,
    people,
    reader::{MOST_VICTIMS, ReadContext, Reader},
    scalars::Lines,
    walk::{Fields, Node, Notes, Weight, below},
};
use crate::{domain::victim::Victim, time::day_in_vietnam};

const MEMBERS: [&str; 5] = ["note", "accident", "establishment", "employer", "victims"];
/// What may be added to a declarant.
const OF_DECLARANT: [&str; 2] = ["position", "email"];

/// Whether this adds to a declarant, and names nothing else of them.
fn adds_to_declarant(value: &Value) -> bool {
    value.as_object().is_some_and(|map| {
        !map.is_empty() && map.keys().all(|name| OF_DECLARANT.contains(&name.as_str()))
    })
}

/// A supplement whose required parts are sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Supplement {
    /// Why, in the declarant's words. Never mailed.
    pub note: String,
    /// The declaration as it now stands.
    pub merged: Declaration,
}

/// What was read; faults as in [`super::reader::Reading`].
#[derive(Debug)]
pub struct Supplemented {
    /// The supplement; there where every required part is sound.
    pub supplement: Option<Supplement>,
    /// Faults that always stop it.
    pub required: Vec<Fault>,
    /// Faults that stop it unless the case is urgent.
    pub optional: Vec<Fault>,
    /// Remarks that never stop it.
    pub warnings: Vec<Fault>,
}

impl Supplemented {
    /// The supplement and its warnings, or every fault; `is_urgent` is asked of the declaration
    /// as it would stand.
    ///
    /// # Errors
    /// Every fault, where the supplement cannot stand.
    pub fn settle(
        self,
        is_urgent: impl FnOnce(&Declaration) -> bool,
    ) -> Result<(Supplement, Vec<Fault>), Vec<Fault>> {
        let faults = [self.required, self.optional].concat();
        match self.supplement {
            Some(supplement) if faults.is_empty() || is_urgent(&supplement.merged) => {
                Ok((supplement, [faults, self.warnings].concat()))
            }
            _ => Err(faults),
        }
    }
}

/// Reads a supplement to `current`.
pub fn read(body: &Value, current: &Declaration, ctx: &ReadContext) -> Supplemented {
    let mut reader = Reader::new(body, ctx, Some(current));
    let supplement = reader.supplement(body, current);
    let Notes {
        required,
        optional,
        warnings,
        ..
    } = reader.notes;
    Supplemented {
        supplement: supplement.filter(|_| required.is_empty()),
        required,
        optional,
        warnings,
    }
}

impl Reader<'_> {
    fn supplement(&mut self, body: &Value, current: &Declaration) -> Option<Supplement> {
        let mut known = MEMBERS.to_vec();
        if body.get("declarant").is_some_and(adds_to_declarant) {
            known.push("declarant");
        }
        let fields = Node::root(body).fields(&known, &mut self.notes)?;
        let note = fields
            .required("note", true, &mut self.notes)
            .and_then(|node| node.text(LONGEST_SUMMARY, Lines::Many, &mut self.notes));
        let declarant = self.declarant_on_top(&fields, &current.declarant);
        let establishment =
            self.establishment(&fields, "establishment", current.establishment.as_ref());
        let employer = self.establishment(&fields, "employer", current.employer.as_ref());
        let accident = match fields.get("accident", Weight::Required) {
            Some(node) => self.accident(&node),
            None => Some(current.accident.clone()),
        };
        let victims = self.victims_on_top(&fields, &current.victims);
        self.check_somebody_is_hurt(Some(current.kind), &victims, body);
        let merged = Declaration {
            kind: current.kind,
            declarant,
            establishment,
            employer,
            accident: accident?,
            victims,
        };
        self.check_moved_accident(body, current, &merged);
        Some(Supplement {
            note: note?,
            merged,
        })
    }

    /// What the form asks of whoever declared, and the notice did not. Who it is stays.
    fn declarant_on_top(&mut self, fields: &Fields, current: &Declarant) -> Declarant {
        let mut declarant = current.clone();
        let node = fields
            .optional("declarant")
            .filter(|node| adds_to_declarant(node.raw()));
        if let Some(given) = node.and_then(|node| node.fields(&OF_DECLARANT, &mut self.notes)) {
            let (position, email) = self.reached_as(&given);
            declarant.position = position.or(declarant.position);
            declarant.email = email.or(declarant.email);
        }
        declarant
    }

    /// The victims as they now stand: an existing number corrects, the next free one adds.
    fn victims_on_top(&mut self, fields: &Fields, current: &[Victim]) -> Vec<Victim> {
        let mut victims = current.to_vec();
        let mut added = Vec::new();
        let mut seen = BTreeSet::new();
        let known: Vec<&str> = [&["no"][..], &people::MEMBERS].concat();
        let items = fields
            .optional("victims")
            .map(|node| node.items(MOST_VICTIMS, &mut self.notes))
            .unwrap_or_default();
        for item in items {
            let Some(entry) = item.fields(&known, &mut self.notes) else {
                continue;
            };
            let no = entry
                .required("no", true, &mut self.notes)
                .and_then(|node| {
                    let no = node.number(1, i64::from(u32::MAX), &mut self.notes)?;
                    let no = u32::try_from(no).expect("the line above sees to it");
                    if seen.insert(no) {
                        return Some(no);
                    }
                    node.refuse(FaultCode::VictimNumber, &mut self.notes)
                });
            let standing = victims.iter().position(|victim| Some(victim.no) == no);
            let before = match standing {
                Some(at) => victims[at].clone(),
                None => Victim {
                    no: no.unwrap_or_default(),
                    ..Victim::default()
                },
            };
            let victim = self.victim_fields(&entry, &before);
            match standing {
                Some(at) => victims[at] = victim,
                None if no.is_some() => added.push((victim, below(&entry.pointer, "no"))),
                None => {}
            }
        }
        // Victims that are not named here age with the day of the accident all the same.
        for victim in victims.iter_mut().filter(|v| !seen.contains(&v.no)) {
            victim.groups = self.groups(victim, victim, Vec::new());
        }
        self.append(&mut victims, added);
        victims
    }

    /// Appends new victims; their numbers must go on without a gap, in any order.
    fn append(&mut self, victims: &mut Vec<Victim>, mut added: Vec<(Victim, String)>) {
        added.sort_by_key(|(victim, _)| victim.no);
        for (victim, pointer) in added {
            let next = victims.last().map_or(1, |last| last.no.saturating_add(1));
            if victim.no != next {
                self.notes
                    .fault(Weight::Required, pointer, FaultCode::VictimNumber);
            } else if victims.len() >= MOST_VICTIMS {
                self.notes
                    .fault(Weight::Required, pointer, FaultCode::TooMany);
            } else {
                victims.push(victim);
            }
        }
    }

    /// Where the day of the accident, or of its code, is corrected, what stood before must still
    /// go with it.
    fn check_moved_accident(&mut self, body: &Value, current: &Declaration, merged: &Declaration) {
        const OCCURRED_AT: &str = "/accident/occurred_at";
        const COMMUNE_CODE: &str = "/accident/place/commune_code";
        if self.notes.is_refused_below("/accident") {
            return;
        }
        let (old, new) = (&current.accident, &merged.accident);
        if new.occurred_at != old.occurred_at {
            let learned_before = body.pointer("/accident/learned_at").is_none()
                && new.learned_at.is_some_and(|at| at < new.occurred_at);
            let died_before = merged
                .victims
                .iter()
                .zip(&current.victims)
                .filter(|(new, old)| new.death == old.death)
                .filter_map(|(victim, _)| victim.death.as_ref())
                .any(|death| death.at < new.occurred_at);
            let told_before = new.occurred_at > self.ctx.first_received_at;
            if learned_before || died_before || told_before {
                self.notes
                    .fault(Weight::Required, OCCURRED_AT, FaultCode::AfterConsequence);
            }
        }
        let day = |accident: &super::Accident| {
            accident
                .place
                .code_date
                .unwrap_or_else(|| day_in_vietnam(accident.occurred_at))
        };
        if let Some(code) = &new.place.commune_code
            && new.place.commune_code == old.place.commune_code
            && day(new) != day(old)
            && let Some(fault) = self.fault_of_commune(code, Some(day(new)))
            && body.pointer(COMMUNE_CODE).is_none()
        {
            self.notes.fault(Weight::Required, COMMUNE_CODE, fault);
        }
    }
}

#[cfg(test)]
mod tests;
