//! The changes of a proposal: read with all their faults, and checked as an import of rules is.

use chrono::NaiveDate;
use serde_json::Value;

use crate::{
    domain::{
        dated::{self, Edit, NoChange},
        declaration::{Fault, FaultCode},
        law::{
            Rule,
            rows::{COLUMNS, CellFault, overlaps},
        },
    },
    error::{AppError, Result},
    service::{form::Form, rules},
};

/// Most changes of one proposal.
const MOST: usize = 500;
/// Longest text of a cell, in characters.
const LONGEST: usize = 1_000;

/// The law as it would be.
#[derive(Debug, Clone)]
pub(super) struct Changed {
    /// What is written.
    pub edit: Edit<Rule>,
    /// Every rule afterwards.
    pub law: Vec<Rule>,
    /// The days on which something changes.
    pub days: Vec<NaiveDate>,
}

/// Reads `changes` of a body and applies them to `law`, one after the other.
pub(super) fn read(form: &mut Form<'_>, law: &[Rule], today: NaiveDate) -> Option<Changed> {
    let entries = form.entries("changes", MOST);
    let mut changed = Changed {
        edit: Edit::default(),
        law: law.to_vec(),
        days: Vec::new(),
    };
    let mut faults = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let mut one = Form::within(format!("/changes/{at}"), entry);
        let done = change(&mut one, &changed.law, today);
        let found = one.faults();
        if found.is_empty()
            && let Some((edit, day)) = done
        {
            changed.law = edit.applied_to(&changed.law);
            changed.days.push(day);
            merge(&mut changed.edit, edit);
        }
        faults.extend(found);
    }
    if entries.is_empty() || !faults.is_empty() {
        form.take(faults);
        return None;
    }
    let doubles: Vec<Fault> = overlaps(&changed.law)
        .into_iter()
        .map(|index| Fault {
            pointer: format!("/law/{}", changed.law[index].rule_id),
            code: FaultCode::Overlaps,
        })
        .collect();
    let gaps = rules::gaps(&changed.law).into_iter().map(|gap| Fault {
        pointer: format!("/law/{}", gap.column),
        code: FaultCode::Incomplete,
    });
    let faults: Vec<Fault> = doubles.into_iter().chain(gaps).collect();
    if !faults.is_empty() {
        form.take(faults);
        return None;
    }
    changed.days.sort_unstable();
    changed.days.dedup();
    Some(changed)
}

/// The same of changes that were read before, against the same law.
pub(super) fn again(changes: &Value, law: &[Rule], today: NaiveDate) -> Result<Changed> {
    let body = serde_json::json!({ "changes": changes });
    let mut form = Form::new(&body);
    let changed = read(&mut form, law, today);
    form.finish()?;
    changed.ok_or(AppError::Conflict("law_changed"))
}

/// What is done later to a row counts, whatever was done to it before.
fn merge(all: &mut Edit<Rule>, edit: Edit<Rule>) {
    let key = |rule: &Rule| (rule.rule_id.clone(), rule.valid_from);
    let touched: Vec<_> = edit.put.iter().chain(&edit.gone).map(key).collect();
    all.put.retain(|rule| !touched.contains(&key(rule)));
    all.gone.retain(|rule| !touched.contains(&key(rule)));
    all.put.extend(edit.put);
    all.gone.extend(edit.gone);
}

fn change(form: &mut Form<'_>, law: &[Rule], today: NaiveDate) -> Option<(Edit<Rule>, NaiveDate)> {
    let action = form.value("action", FaultCode::NotAllowed, |text| {
        let known = ["add", "end", "correct"];
        known.into_iter().find(|one| *one == text)
    });
    match action? {
        "add" => {
            let cells = COLUMNS.map(|name| cell(form, name).unwrap_or_default());
            let rule = sound(form, &cells, |column| column)?;
            let is_there =
                |old: &Rule| (&old.rule_id, old.valid_from) == (&rule.rule_id, rule.valid_from);
            if law.iter().any(is_there) {
                form.fault("valid_from", FaultCode::Overlaps);
                return None;
            }
            let day = rule.valid_from;
            let edit = Edit {
                put: vec![rule],
                gone: Vec::new(),
            };
            Some((edit, day))
        }
        "end" => {
            let id = form.text("rule_id", LONGEST);
            let on = form.day("on");
            let (id, on) = id.zip(on)?;
            let ended = dated::end(law, &id, on, today);
            Some((or_fault(form, "on", ended)?, on))
        }
        _ => {
            let id = form.text("rule_id", LONGEST);
            let from = form.day("from");
            // What a rule decides, its days and its name stay: another rule is another row.
            const STAY: [&str; 4] = ["rule_id", "decides", "valid_from", "valid_to"];
            let given = COLUMNS.map(|name| {
                let may_change = !STAY.contains(&name) && form.knows(name);
                may_change.then(|| cell(form, name).unwrap_or_default())
            });
            if given.iter().all(Option::is_none) {
                form.fault("", FaultCode::Empty);
            }
            let (id, from) = id.zip(from)?;
            let corrected = dated::correct(law, &id, from, |_| {});
            let mut edit = or_fault(form, "from", corrected)?;
            let old = edit.put.pop()?;
            let mut cells = old.cells();
            for (cell, new) in cells.iter_mut().zip(given) {
                *cell = new.unwrap_or_else(|| std::mem::take(cell));
            }
            edit.put.push(sound(form, &cells, |column| column)?);
            Some((edit, from))
        }
    }
}

/// A cell: a text, or a number where the column has numbers.
fn cell(form: &mut Form<'_>, name: &'static str) -> Option<String> {
    if ["rank", "days"].contains(&name) {
        let number = form.optional_number(name)?;
        return Some(number.to_string());
    }
    form.optional_text(name, LONGEST)
}

fn sound(
    form: &mut Form<'_>,
    cells: &[String; COLUMNS.len()],
    member_of: impl Fn(&'static str) -> &'static str,
) -> Option<Rule> {
    let read = Rule::read(cells.each_ref().map(String::as_str));
    let faults = match read {
        Ok(rule) => return Some(rule),
        Err(faults) => faults,
    };
    for (column, fault) in faults {
        let name = member_of(column);
        if !form.has_fault(name) {
            form.fault(name, code_of(fault));
        }
    }
    None
}

fn or_fault<T>(
    form: &mut Form<'_>,
    name: &str,
    found: std::result::Result<T, NoChange>,
) -> Option<T> {
    let why = match found {
        Ok(found) => return Some(found),
        Err(NoChange::NotInForce) => FaultCode::NotInForce,
        Err(NoChange::LaterHasBegun) => FaultCode::LaterHasBegun,
    };
    form.fault(name, why);
    None
}

fn code_of(fault: CellFault) -> FaultCode {
    match fault {
        CellFault::Empty => FaultCode::Required,
        CellFault::NotANumber => FaultCode::NotANumber,
        CellFault::OutOfRange => FaultCode::OutOfRange,
        CellFault::NotADate => FaultCode::NotADate,
        CellFault::EndsBeforeItStarts => FaultCode::EndsBeforeItStarts,
        CellFault::UnknownFact => FaultCode::FactUnknown,
        CellFault::Overlaps => FaultCode::Overlaps,
        CellFault::Incomplete => FaultCode::Incomplete,
        CellFault::NotAllowed
        | CellFault::WrongNumberOfColumns
        | CellFault::NotUtf8
        | CellFault::WrongHeader => FaultCode::NotAllowed,
    }
}
