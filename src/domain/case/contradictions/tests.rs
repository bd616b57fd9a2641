//! Several mouths of one accident.

use serde_json::json;

use super::*;
use crate::domain::clocks::tests::at;

fn report(source: ReportSource, minute: u32, receipt_no: &str, body: Value) -> Report {
    Report {
        case_id: CaseId::generate(),
        receipt_no: receipt_no.to_owned(),
        source,
        is_supplement: false,
        received_at: at("2026-03-02T09:00:00+07:00") + chrono::TimeDelta::minutes(minute.into()),
        body,
        place: None,
    }
}

fn dead(name: &str, more: Value) -> Value {
    let mut victim = json!({ "full_name": name, "outcome": "dead" });
    if let (Some(all), Some(more)) = (victim.as_object_mut(), more.as_object()) {
        all.extend(more.clone());
    }
    json!({ "accident": { "casualties": { "dead": 1 } }, "victims": [victim] })
}

fn find(rows: &[ReportedRow], field: ReportedField) -> Vec<&ReportedRow> {
    rows.iter().filter(|row| row.field == field).collect()
}

#[test]
fn three_mouths_of_one_death_stand_side_by_side() {
    let family = dead("Ha Van Tu", json!({ "birth_year": 1986 }));
    let employer = dead(
        "Hà Văn Tư",
        json!({ "date_of_birth": "1986-05-09", "injuries": ["014"] }),
    );
    let mut police = dead("Hà Văn Tú", json!({ "birth_year": 1985 }));
    police["accident"]["casualties"] = json!({ "dead": 1, "light": 1 });
    let (reports, rows) = table(vec![
        report(ReportSource::Police, 30, "C", police),
        report(ReportSource::Employer, 20, "B", employer),
        report(ReportSource::Family, 10, "A", family),
    ]);
    let sources: Vec<ReportSource> = reports.iter().map(|report| report.source).collect();
    assert_eq!(
        sources,
        [
            ReportSource::Family,
            ReportSource::Employer,
            ReportSource::Police
        ]
    );

    let names = find(&rows, ReportedField::FullName);
    assert_eq!(
        (names.len(), names[0].readings.len(), names[0].person),
        (1, 3, Some(1))
    );
    // Marks that are left out contradict nobody; other marks do.
    assert!(names[0].differs);
    assert!(find(&rows, ReportedField::Birth)[0].differs);
    assert!(!find(&rows, ReportedField::Dead)[0].differs);
    assert!(find(&rows, ReportedField::Light)[0].differs);
    let injuries = find(&rows, ReportedField::Injuries);
    assert_eq!(
        (injuries[0].differs, injuries[0].readings.len()),
        (false, 1)
    );
}

#[test]
fn a_name_without_marks_and_a_year_without_a_day_contradict_nobody() {
    let (_, rows) = table(vec![
        report(
            ReportSource::Family,
            1,
            "A",
            dead("TU HA VAN", json!({ "birth_year": 1986 })),
        ),
        report(
            ReportSource::Employer,
            2,
            "B",
            dead("Hà Văn Tư", json!({ "date_of_birth": "1986-05-09" })),
        ),
    ]);
    assert!(rows.iter().all(|row| !row.differs), "{rows:?}");
}

#[test]
fn old_and_new_codes_of_one_place_are_one_place() {
    let told = |name: &str, today: &[&str]| ToldPlace {
        name: name.to_owned(),
        today: today.iter().map(|code| (*code).to_owned()).collect(),
    };
    let body = json!({ "accident": { "place": { "commune_code": "02011" } } });
    let at_place = |source, minute, place| Report {
        place: Some(place),
        ..report(source, minute, &minute.to_string(), body.clone())
    };
    let old = at_place(ReportSource::Family, 1, told("Xã Mỹ Thanh", &["02008"]));
    let new = at_place(
        ReportSource::Employer,
        2,
        told("Xã Cẩm Giàng", &["02008", "02009"]),
    );
    let other = at_place(ReportSource::Police, 3, told("Xã Khác", &["22015"]));
    let differs = |reports: &[&Report]| {
        let (_, rows) = table(reports.iter().map(|report| (*report).clone()).collect());
        find(&rows, ReportedField::Place)[0].differs
    };
    assert!(!differs(&[&old, &new]));
    assert!(differs(&[&old, &new, &other]));
}

#[test]
fn who_corrects_itself_contradicts_nobody() {
    let first = report(
        ReportSource::Employer,
        1,
        "A",
        json!({ "accident": { "occurred_at": "2026-03-02T07:30:00+07:00" }, "victims": [{ "full_name": "Vi Thị Năm" }] }),
    );
    let supplement = |source, minute, body| Report {
        is_supplement: true,
        case_id: first.case_id.clone(),
        ..report(source, minute, "A", body)
    };
    let moved = json!({ "accident": { "occurred_at": "2026-03-02T06:30:00+07:00" } });
    let same = json!({ "accident": { "occurred_at": "2026-03-01T23:30:00Z" } });
    let own = supplement(ReportSource::Employer, 2, moved);
    let (_, rows) = table(vec![first.clone(), own.clone()]);
    let times = find(&rows, ReportedField::OccurredAt);
    assert_eq!((times[0].differs, times[0].readings.len()), (false, 2));
    // The police say what the employer says now, in another offset; and later they do not.
    let police = supplement(ReportSource::Police, 3, same);
    let (_, rows) = table(vec![first.clone(), own.clone(), police]);
    assert!(!find(&rows, ReportedField::OccurredAt)[0].differs);
    let police = supplement(
        ReportSource::Police,
        4,
        json!({ "victims": [{ "no": 1, "full_name": "Vi Thị Nam" }, { "no": 2, "full_name": "Lò Văn Ón" }] }),
    );
    let (_, rows) = table(vec![first, own, police]);
    let names = find(&rows, ReportedField::FullName);
    assert_eq!(
        (names.len(), names[0].differs, names[1].differs),
        (2, true, false)
    );
}

#[test]
fn persons_are_told_apart_by_name_and_not_by_their_number() {
    let body = |names: &[&str]| {
        let victims: Vec<Value> = names
            .iter()
            .map(|name| json!({ "full_name": name }))
            .collect();
        json!({ "victims": victims })
    };
    let (_, rows) = table(vec![
        report(
            ReportSource::Employer,
            1,
            "A",
            body(&["Lê Văn Hùng", "Ksor Bơ"]),
        ),
        report(
            ReportSource::Hospital,
            2,
            "B",
            body(&["KSOR BO", "Lê Hùng", "Rơ Châm Y"]),
        ),
    ]);
    let names = find(&rows, ReportedField::FullName);
    let numbers = |row: &ReportedRow| -> Vec<u32> {
        row.readings
            .iter()
            .filter_map(|reading| reading.victim)
            .collect()
    };
    assert_eq!(names.len(), 3);
    assert_eq!(
        (numbers(names[0]), numbers(names[1])),
        (vec![1, 2], vec![2, 1])
    );
    assert_eq!(numbers(names[2]), [3]);
}

#[test]
fn a_field_that_nobody_fills_is_not_there_and_nothing_breaks_on_odd_bodies() {
    for odd in [
        json!(null),
        json!([]),
        json!({ "victims": 1 }),
        json!({ "victims": [null, 1] }),
        json!({ "accident": [] }),
    ] {
        let (reports, rows) = table(vec![report(ReportSource::Worker, 1, "A", odd)]);
        assert_eq!((reports.len(), rows.len()), (1, 0));
    }
}
