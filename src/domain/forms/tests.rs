use std::collections::BTreeSet;

use super::*;
use crate::domain::law::{Law, Rule};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn every_form_of_the_law_is_there_on_its_days() {
    let asked = [
        ("D39-III", "2025-06-30"),
        ("D39-IV", "2025-06-30"),
        ("D39-V", "2026-01-01"),
        ("D39-VI", "2026-01-01"),
        ("D39-VII", "2026-01-01"),
        ("D39-VIII", "2026-01-01"),
        ("D39-IX", "2026-01-01"),
        ("D39-X", "2026-01-01"),
        ("D39-X-VERIFICATION", "2026-01-01"),
        ("D39-XI", "2026-01-01"),
        ("D39-XIII", "2026-01-01"),
        ("D129-01", "2025-07-01"),
        ("D129-06", "2025-07-01"),
        ("D143-II", "2026-01-01"),
        ("COMMUNE-RECORD", "2026-01-01"),
        ("INVITATION", "2026-01-01"),
        ("HANDOVER-TO-POLICE", "2026-01-01"),
        ("HANDOVER-FROM-POLICE", "2026-01-01"),
        ("HANDOVER-UP", "2026-01-01"),
        ("TRANSFER-LIST", "2026-01-01"),
        ("FILE-LIST", "2026-01-01"),
        ("POSTING", "2026-01-01"),
    ];
    for (code, on_day) in asked {
        assert!(on(code, day(on_day)).is_some(), "{code} on {on_day}");
    }
    assert!(on("D129-01", day("2025-06-30")).is_none());
    assert!(on("D129-06", day("2025-06-30")).is_none());
    let known: BTreeSet<&str> = all().iter().map(|form| form.code.as_str()).collect();
    let named: BTreeSet<&str> = asked.iter().map(|(code, _)| *code).collect();
    assert_eq!(known, named);
}

#[test]
fn a_form_is_there_once_on_a_day_and_its_names_are_its_own() {
    for form in all() {
        let others = all()
            .iter()
            .filter(|other| other.code == form.code && *other != form);
        for other in others {
            let apart = other.valid_to.is_some_and(|end| end <= form.valid_from)
                || form.valid_to.is_some_and(|end| end <= other.valid_from);
            assert!(apart, "{} is there twice", form.code);
        }
        let keys = keys(form);
        let different: BTreeSet<&String> = keys.iter().collect();
        assert_eq!(keys.len(), different.len(), "{}", form.code);
        for key in keys {
            assert!(is_label(&key), "{key}");
        }
    }
    assert!(!is_label("D39-X/no_such_field") && !is_label(""));
}

#[test]
fn every_part_has_what_its_kind_needs() {
    for form in all() {
        let of = |part: &Part| format!("{}/{}", form.code, part.key);
        assert!(!form.article.is_empty() && !form.confidence.is_empty() && !form.note.is_empty());
        assert_eq!(
            form.parts.last().map(|part| part.kind),
            Some(PartKind::Signatures),
            "{}: nobody signs",
            form.code
        );
        for part in &form.parts {
            let has = match part.kind {
                PartKind::Text => !part.text.is_empty(),
                PartKind::Fields | PartKind::EachVictim => !part.fields.is_empty(),
                PartKind::Table => part.rows.is_some() && !part.fields.is_empty(),
                PartKind::Signatures => !part.signers.is_empty(),
                PartKind::Addressees => !part.recipients.is_empty(),
            };
            assert!(has, "{}", of(part));
            let braces = part.text.matches('{').count();
            assert_eq!(
                part.sources().len(),
                braces,
                "{}: an unknown source",
                of(part)
            );
            for field in &part.fields {
                let is_of_victims = matches!(field.source, Source::Victim(_));
                let may = part.kind == PartKind::EachVictim || part.rows == Some(Rows::Victims);
                assert!(!is_of_victims || may, "{}: {}", of(part), field.key);
                let is_of_rows = matches!(field.source, Source::Row(_));
                assert!(
                    !is_of_rows || part.kind == PartKind::Table,
                    "{}: {}",
                    of(part),
                    field.key
                );
                assert!(field.lines >= 1 && field.share >= 1);
            }
        }
    }
}

#[test]
fn a_dated_rule_corrects_a_label_from_its_day_on() {
    let rule = Rule::read([
        "FL-1",
        "form_label",
        "1",
        "D39-X/course",
        "",
        "Diễn biến vụ tai nạn (ghi rõ từng người)",
        "",
        "step",
        "2026-03-01",
        "",
        "Công văn của Sở",
        "D",
        "",
    ])
    .unwrap();
    let law = Law::new(vec![rule]);
    let form = on("D39-X", day("2026-01-01")).unwrap();
    let (before, none) = form.corrected(&law, day("2026-02-28"));
    assert_eq!((&before, none), (form, Vec::new()));
    let (after, keys) = form.corrected(&law, day("2026-03-01"));
    assert_eq!(keys, ["D39-X/course"]);
    assert_ne!(&after, form);
}

#[test]
fn a_rule_corrects_nothing_that_no_form_has() {
    let cells = |key: &'static str, label: &'static str| {
        let row = [
            "FL-1",
            "form_label",
            "1",
            key,
            "",
            label,
            "",
            "step",
            "2026-03-01",
            "",
            "a",
            "D",
            "",
        ];
        Rule::read(row).is_ok()
    };
    assert!(cells("D39-X/course", "Diễn biến"));
    assert!(!cells("D39-X/curse", "Diễn biến"));
    assert!(!cells("D39-X/course", ""));
}
