//! Who is who across reports: each counts those hurt in an order of its own.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Report;
use crate::domain::case::duplicates::{Person, person::points};

/// For each report, by its position, and each number of a victim there: the person, counted from 1.
pub type Persons = BTreeMap<(usize, u32), u32>;

/// The victims of a report with their numbers: those of a declaration are counted from 1, those of a supplement
/// name the number in the case.
fn victims(report: &Report) -> Vec<(u32, &Value)> {
    let all = report.body.get("victims").and_then(Value::as_array);
    let numbered = all.into_iter().flatten().zip(1..);
    numbered
        .filter_map(|(victim, position)| {
            if !report.is_supplement {
                return Some((position, victim));
            }
            let no = victim.get("no")?.as_u64()?;
            Some((u32::try_from(no).ok()?, victim))
        })
        .collect()
}

/// What a report says of its victim `no`.
pub fn victim(report: &Report, no: u32) -> Option<&Value> {
    let found = victims(report)
        .into_iter()
        .find(|(number, _)| *number == no);
    found.map(|(_, victim)| victim)
}

/// Who is who. The same number of one case is the same person; across cases those whose names or numbers lead to
/// each other, the likeliest first; and where everybody tells of one person, that person.
pub fn across(reports: &[Report]) -> Persons {
    let mut known: Vec<Vec<Person>> = Vec::new();
    let mut of_case: BTreeMap<(&str, u32), u32> = BTreeMap::new();
    let mut found = Persons::new();
    for (position, report) in reports.iter().enumerate() {
        let told = victims(report);
        let mut pairs = Vec::new();
        let mut waiting: Vec<(u32, Person)> = Vec::new();
        for (no, victim) in told {
            let person = Person::told(no, victim);
            match of_case.get(&(report.receipt_no.as_str(), no)) {
                Some(one) => {
                    found.insert((position, no), *one);
                    known[*one as usize - 1].push(person);
                }
                None => waiting.push((no, person)),
            }
        }
        for (at, (_, person)) in waiting.iter().enumerate() {
            for (one, seen) in known.iter().enumerate() {
                let best = seen
                    .iter()
                    .map(|other| points(&person.grounds(other)))
                    .max();
                if let Some(best) = best.filter(|best| *best > 0) {
                    pairs.push((std::cmp::Reverse(best), at, one));
                }
            }
        }
        pairs.sort_unstable();
        let of_this_report = |found: &Persons, one: usize| {
            let mine = found.range((position, 0)..=(position, u32::MAX));
            mine.into_iter()
                .any(|(_, known)| *known as usize == one + 1)
        };
        let mut settled = vec![None; waiting.len()];
        for (_, at, one) in pairs {
            if settled[at].is_none()
                && !settled.contains(&Some(one))
                && !of_this_report(&found, one)
            {
                settled[at] = Some(one);
            }
        }
        // Everybody tells of one person: by whatever name, it is that one.
        if let ([None], [_]) = (settled.as_slice(), known.as_slice())
            && !report.is_supplement
        {
            settled[0] = Some(0);
        }
        for ((no, person), one) in waiting.into_iter().zip(settled) {
            let one = one.unwrap_or_else(|| {
                known.push(Vec::new());
                known.len() - 1
            });
            known[one].push(person);
            let counted = u32::try_from(one + 1).unwrap_or(u32::MAX);
            found.insert((position, no), counted);
            of_case.insert((report.receipt_no.as_str(), no), counted);
        }
    }
    found
}
