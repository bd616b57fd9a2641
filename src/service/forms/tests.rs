//! Every form of the table, for the cases of the contract, for nobody and for sixty people.

use std::{cell::Cell, collections::BTreeSet};

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    fill::{Bearing, Filled, fill},
    issuer::Issuer,
    known::Known,
    typed::Typed,
};
use crate::{
    domain::{
        access::{ActorRole, tests::actor},
        case::{Case, CaseStatus, Event, tests::a_case},
        classify::CaseClass,
        declaration::{DeclarantRole, Declaration, FaultCode, examples},
        forms::{self, FormDefinition},
        investigation::InvestigationLevel,
        victim::{Sex, Victim, VictimClass},
    },
    ids::EventId,
    paper::{
        Mark,
        block::{Block, Table},
        docx, pdf,
    },
    service::cases::tests::ctx,
    store::cases::CaseVictim,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn issuer() -> Issuer {
    Issuer {
        id: "SNV-19".to_owned(),
        name: "Sở Nội vụ tỉnh Thái Nguyên".to_owned(),
        superior: vec!["ỦY BAN NHÂN DÂN".to_owned(), "TỈNH THÁI NGUYÊN".to_owned()],
        body: vec!["SỞ NỘI VỤ".to_owned()],
        short: "SNV".to_owned(),
        place: Some("Thái Nguyên".to_owned()),
        phone: None,
    }
}

fn counted(victim: &Victim) -> CaseVictim {
    CaseVictim {
        no: victim.no,
        class: VictimClass::Serious,
        outcome: victim
            .outcome
            .unwrap_or(crate::domain::victim::Outcome::Unknown),
        employment: victim.employment,
        sex: victim.sex,
        birth_year: victim.birth_year,
        citizen_id_hash: None,
    }
}

fn filled(
    form: &FormDefinition,
    facts: Option<&Declaration>,
    events: &[Event],
    typed: &Value,
) -> Result<Filled, Vec<crate::domain::declaration::Fault>> {
    let case: Case = a_case(
        CaseStatus::Investigating,
        CaseClass::Fatal,
        InvestigationLevel::Provincial,
    );
    let ctx = ctx(actor(ActorRole::Inspector, "19", "", ""));
    let victims: Vec<CaseVictim> = facts
        .map(|facts| facts.victims.iter().map(counted).collect())
        .unwrap_or_default();
    let issuer = issuer();
    let known = Known {
        case: &case,
        facts,
        decision: None,
        events,
        clocks: &[],
        victims: &victims,
        world: &ctx.world,
        issuer: &issuer,
        moved: None,
        about: None,
        health: Cell::new(false),
        identity: Cell::new(false),
    };
    let numbers: BTreeSet<u32> = known.numbers().into_iter().collect();
    let typed = Typed::read(typed, form, &numbers)?;
    let mark = Mark::of([7; 10]);
    let bearing = Bearing {
        dated: day("2026-02-03"),
        number: Some("12/BB-SNV".to_owned()),
        footer: "Phiếu số 12/2026".to_owned(),
        mark: Some(&mark),
    };
    fill(form, Some(&known), &typed, &bearing)
}

fn of_code(code: &str) -> &'static FormDefinition {
    forms::on(code, day("2026-01-01")).unwrap()
}

fn full() -> Declaration {
    let reading = examples::read_at(&examples::full_body(), "2026-03-02T09:00:00+07:00");
    reading.declaration.unwrap()
}

fn event(action: &str, details: Value) -> Event {
    Event {
        id: EventId::generate(),
        case_id: crate::ids::CaseId::generate(),
        happened_at: examples::moment("2026-03-05T09:00:00+07:00"),
        actor: "Lê Thị Hoa".to_owned(),
        actor_role: ActorRole::Inspector,
        action: action.to_owned(),
        from_status: None,
        to_status: CaseStatus::Investigating,
        reason: None,
        details,
    }
}

fn team() -> Vec<Event> {
    vec![
        event(
            "form_team",
            json!({
                "decision_number": "45/QĐ-SNV", "decided_on": "2026-03-03", "head": "Đỗ Quang Hải",
                "members": [
                    { "full_name": "Nguyễn Thị Hạnh", "capacity": "health", "unit": "Sở Y tế", "position": "Chuyên viên" },
                    { "full_name": "Y Bhim Niê", "capacity": "union" },
                ],
            }),
        ),
        event(
            "draft_minutes",
            json!({
                "minutes_number": "12/BB-SNV", "drafted_on": "2026-03-20", "conclusion": "work_accident", "cause_code": "3",
            }),
        ),
    ]
}

/// Everything that is printed, as one text.
fn printed(filled: &Filled) -> String {
    serde_json::to_string(&filled.paper).unwrap()
}

#[test]
fn every_form_is_written_for_every_case_of_the_contract_and_for_nobody() {
    let examples = examples::all();
    let declared = examples.iter().map(|example| {
        let reading = examples::read_at(&example.body, &example.received_at);
        (example.name, reading.declaration)
    });
    let mut cases: Vec<(&str, Option<Declaration>)> = declared.collect();
    cases.push(("nobody", None));
    cases.push(("everything", Some(full())));
    for form in forms::all() {
        for (nth, (name, facts)) in cases.iter().enumerate() {
            for events in [Vec::new(), team()] {
                let filled = filled(form, facts.as_ref(), &events, &json!({})).ok();
                let filled = filled.unwrap_or_else(|| panic!("{} of {name}", form.code));
                // Writing takes its time: one case in four is enough for the pages.
                if nth % 4 == 0 {
                    let written = pdf::write(&filled.paper).unwrap();
                    assert!(written.pages >= 1 && written.bytes.starts_with(b"%PDF"));
                    assert!(docx::write(&filled.paper).unwrap().starts_with(b"PK"));
                }
            }
        }
    }
}

#[test]
fn the_same_form_has_the_same_bytes() {
    let form = of_code("D39-X");
    let first = filled(form, Some(&full()), &team(), &json!({})).unwrap();
    let second = filled(form, Some(&full()), &team(), &json!({})).unwrap();
    assert_eq!(first.paper, second.paper);
    let stored: crate::paper::Paper =
        serde_json::from_str(&serde_json::to_string(&first.paper).unwrap()).unwrap();
    for again in [second.paper, stored] {
        assert_eq!(
            pdf::write(&first.paper).unwrap(),
            pdf::write(&again).unwrap()
        );
        assert_eq!(
            docx::write(&first.paper).unwrap(),
            docx::write(&again).unwrap()
        );
    }
}

#[test]
fn what_the_case_says_stands_on_the_form_and_the_rest_is_named() {
    let filled = filled(of_code("D39-X"), Some(&full()), &team(), &json!({})).unwrap();
    let text = printed(&filled);
    for said in [
        "Đỗ Quang Hải",
        "Sở Y tế",
        "45/QĐ-SNV",
        "03/03/2026",
        "Thái Nguyên, ngày 03 tháng 02 năm 2026",
    ] {
        assert!(text.contains(said), "{said} is not printed");
    }
    // One of the three conclusions is ticked (D39, form note).
    let ticked = filled.paper.blocks.iter().find_map(|block| match block {
        Block::Entry(entry) if entry.choices.len() == 3 => Some(entry.choices.clone()),
        _ => None,
    });
    let ticked: Vec<bool> = ticked.unwrap().into_iter().map(|(_, is)| is).collect();
    assert_eq!(ticked, [true, false, false]);
    let blank: Vec<&str> = filled
        .blanks
        .iter()
        .map(|blank| blank.field.as_str())
        .collect();
    for missing in [
        "victim_home",
        "hours_worked",
        "cost_total",
        "of_participants",
    ] {
        assert!(blank.contains(&missing), "{missing} is not named");
    }
    for there in ["establishment_name", "conclusion", "of_team"] {
        assert!(!blank.contains(&there), "{there} is named");
    }
}

#[test]
fn who_gave_notice_is_never_printed() {
    let mut facts = full();
    facts.declarant.role = DeclarantRole::Witness;
    facts.declarant.full_name = "Lò Thị Mai".to_owned();
    facts.declarant.phone = "0912000111".to_owned();
    for form in forms::all() {
        let text = printed(&filled(form, Some(&facts), &[], &json!({})).unwrap());
        assert!(
            !text.contains("Lò Thị Mai") && !text.contains("0912000111"),
            "{}",
            form.code
        );
    }
}

#[test]
fn minutes_of_sixty_victims_go_over_many_pages_and_lose_nobody() {
    let mut facts = full();
    facts.victims = (1..=60)
        .map(|no| Victim {
            no,
            full_name: Some(format!("Nguyễn Thị Hường {no}")),
            sex: Some(Sex::Female),
            birth_year: Some(1_987),
            ..Victim::default()
        })
        .collect();
    let minutes = filled(of_code("D39-X"), Some(&facts), &team(), &json!({})).unwrap();
    let written = pdf::write(&minutes.paper).unwrap();
    assert!(written.pages > 20, "{} pages", written.pages);
    let declaration = filled(of_code("D129-01"), Some(&facts), &[], &json!({})).unwrap();
    let table = declaration
        .paper
        .blocks
        .iter()
        .find_map(|block| match block {
            Block::Table(Table { rows, .. }) => Some(rows.len()),
            _ => None,
        });
    assert_eq!(table, Some(60));
    let sheets = crate::paper::pages::laid_out(&declaration.paper);
    assert!(sheets.len() > 2);
    for (nth, sheet) in sheets.iter().enumerate() {
        let words = |text: &str| {
            sheet.items.iter().any(|item| match item {
                crate::paper::pages::Item::Words(words) => words.text.contains(text),
                _ => false,
            })
        };
        // The head of the table is repeated, and each page says which it is.
        if words("Nguyễn Thị Hường") {
            assert!(words("Họ và tên nạn nhân"), "page {}", nth + 1);
        }
        assert!(words(&format!("Trang {}/{}", nth + 1, sheets.len())));
        for item in &sheet.items {
            assert!(crate::paper::pages::is_on_the_page(item), "{item:?}");
        }
    }
}

#[test]
fn what_is_typed_fills_what_the_case_lacks_and_contradicts_nothing() {
    let statement = of_code("D39-VIII");
    let typed = json!({
        "entries": { "person_name": "Hoàng Thị Mai" },
        "rows": { "questions": [{ "question": "Ở đâu?", "answer": "Cạnh máy nghiền." }] },
    });
    let text = printed(&filled(statement, Some(&full()), &[], &typed).unwrap());
    assert!(text.contains("Hoàng Thị Mai") && text.contains("Cạnh máy nghiền."));

    let faults = |form: &FormDefinition, typed: Value| {
        let found = filled(form, Some(&full()), &team(), &typed).err().unwrap();
        let all = found.into_iter().map(|fault| (fault.pointer, fault.code));
        all.collect::<std::collections::BTreeMap<String, FaultCode>>()
    };
    let expected = |all: &[(&str, FaultCode)]| {
        let all = all
            .iter()
            .map(|(pointer, code)| ((*pointer).to_owned(), *code));
        all.collect::<std::collections::BTreeMap<String, FaultCode>>()
    };
    let minutes = of_code("D39-X");
    assert_eq!(
        faults(
            minutes,
            json!({ "entries": { "conclusion": "not_work_accident", "moment": "hôm qua" } })
        ),
        expected(&[
            ("/entries/moment", FaultCode::NotAllowed),
            ("/entries/conclusion", FaultCode::NotAllowed),
        ])
    );
    assert_eq!(
        faults(
            minutes,
            json!({ "rows": { "of_team": [{ "member_name": "Ai đó" }] } })
        ),
        expected(&[("/rows/of_team", FaultCode::NotAllowed)])
    );
    assert_eq!(
        faults(
            minutes,
            json!({
                "entries": { "x": "1", "victim_home": "Huế", "cost_total": 5, "cause_group": "nobody" },
                "victims": { "99": {} }, "rows": { "of_team": {}, "y": [] },
            })
        ),
        expected(&[
            ("/entries/x", FaultCode::UnknownField),
            ("/entries/victim_home", FaultCode::NotAllowed),
            ("/entries/cost_total", FaultCode::WrongType),
            ("/entries/cause_group", FaultCode::NotAllowed),
            ("/victims/99", FaultCode::UnknownField),
            ("/rows/of_team", FaultCode::WrongType),
            ("/rows/y", FaultCode::UnknownField),
        ])
    );
}

#[test]
fn the_public_notice_names_nobody_who_was_hurt() {
    let facts = full();
    let names: Vec<&str> = facts
        .victims
        .iter()
        .filter_map(|v| v.full_name.as_deref())
        .collect();
    assert!(!names.is_empty());
    let text = printed(&filled(of_code("POSTING"), Some(&facts), &team(), &json!({})).unwrap());
    for name in names {
        assert!(!text.contains(name));
    }
}

#[test]
fn every_code_of_a_step_that_forms_print_has_words() {
    use crate::domain::case::{
        step::{Field, Values},
        table,
    };
    fn walk(fields: &'static [Field], seen: &mut Vec<String>) {
        for field in fields {
            let kind = match field.name {
                "capacity" => "capacity",
                "measure" => "measure",
                "opinion" | "answer" | "conclusion_of_police" => "opinion",
                "expertise" => "expertise",
                "sketch" | "photographs" | "scene_minutes" | "examination_minutes" => "state",
                _ => "",
            };
            if let (Values::Fixed(values), false) = (field.values, kind.is_empty()) {
                seen.extend(values.iter().map(|value| format!("{kind}.{value}")));
            }
            walk(field.items, seen);
        }
    }
    let mut seen = Vec::new();
    for rule in table::rows() {
        walk(rule.fields, &mut seen);
    }
    assert!(seen.len() > 30);
    for code in seen {
        let words = crate::wording::forms::code(&code);
        assert!(words.is_some(), "no words for {code}");
    }
}
