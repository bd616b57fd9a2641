//! What does not go together in a case, and the table of what each report of the accident says.

use chrono::DateTime;
use serde_json::Value;

use super::Looked;
use crate::{
    service::cases::reports::ReportTable,
    web::chrome::Chrome,
    wording::{case_page as words, labels, shown::ContradictionShown},
};

/// What reports say, where they differ.
pub struct Differ {
    /// Who tells, and when it came.
    pub reports: Vec<(&'static str, String)>,
    /// A field, and what each report says of it.
    pub rows: Vec<(String, Vec<String>)>,
}

fn texts(c: &Chrome, value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().flat_map(|item| texts(c, item)).collect(),
        Value::String(text) => vec![match DateTime::parse_from_rfc3339(text) {
            Ok(moment) => c.exact(moment.to_utc()),
            Err(_) => text.clone(),
        }],
        other => vec![other.to_string()],
    }
}

/// The rows in which reports differ.
pub fn table(c: &Chrome, found: &ReportTable) -> Differ {
    let reports = found.reports.iter().map(|report| {
        let source = c.t(labels::report_source(report.source));
        (source, c.exact(report.received_at))
    });
    let differing = found.rows.iter().filter(|row| row.differs);
    let rows = differing.map(|row| {
        let mut label = c.t(labels::reported(row.field)).to_owned();
        if let Some(person) = row.person {
            let victim = c.t(words::VICTIM).replace("{no}", &person.to_string());
            label = format!("{label} · {victim}");
        }
        let said = (0..found.reports.len()).map(|at| {
            let readings = row.readings.iter().filter(|one| one.report == at);
            let said = readings.flat_map(|one| texts(c, &one.value));
            said.collect::<Vec<_>>().join("; ")
        });
        (label, said.collect())
    });
    Differ {
        reports: reports.collect(),
        rows: rows.collect(),
    }
}

/// What does not go together, in words, each with its readings.
pub fn contradictions(c: &Chrome, looked: &Looked) -> Vec<(String, Vec<String>)> {
    let detail = &looked.detail;
    let decided = detail.decision.iter();
    let decided = decided.flat_map(|decision| &decision.contradictions);
    let all = decided.chain(&detail.differing);
    let all = all.map(ContradictionShown::from);
    let said = all.map(|one| {
        let message = c.either(&one.message_vi, &one.message_en).to_owned();
        (message, one.readings)
    });
    said.collect()
}
