//! Forms over HTTP: issued, numbered, read again as they were, and found by the code on their pages.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tnld::paper::{FormRef, Mark};

use super::{
    Caller, Office,
    office::{now, text},
    recent, with,
};

fn hash(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// A case of two people in the province 66, and its inspector.
fn a_case(office: &Office) -> (Value, Caller) {
    let answer = office.employer("6099254308").declare(&recent("03"));
    let inspector = office.inspector("66");
    (inspector.case_of(&answer), inspector)
}

fn of(case: &Value) -> String {
    format!("/api/v1/cases/{}/forms", text(&case["id"]))
}

on_both_databases! {
    fn a_form_is_issued_and_read_again_as_it_was(db: &Db) {
        let office = Office::open(db);
        let (case, inspector) = a_case(&office);
        for (number, form) in ["D129-01", "D39-X", "COMMUNE-RECORD"].into_iter().enumerate() {
            let just = inspector.post(&of(&case), &json!({ "form": form })).expect(201);
            let issued = &just["issued"];
            assert_eq!((&issued["form"], &issued["number"], &issued["version"]), (&json!(form), &json!(number + 1), &json!(1)));
            assert_eq!(issued["case_version"], case["version"]);
            assert!(!just["blanks"].as_array().unwrap().is_empty());

            let pdf = inspector.get(text(&issued["pdf"]));
            assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
            assert!(pdf.header("content-disposition").starts_with("attachment"));
            assert!(pdf.bytes.starts_with(b"%PDF"));
            assert_eq!(hash(&pdf.bytes), text(&issued["sha256"]));
            let docx = inspector.get(text(&issued["docx"]));
            assert!(docx.status == 200 && docx.bytes.starts_with(b"PK"));
        }
        // What the case becomes later changes nothing of what was issued.
        let all = inspector.get(&of(&case)).expect(200);
        inspector.step(&case, "receive", json!({})).expect(200);
        let first = all["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(hash(&inspector.get(text(&first["pdf"])).bytes), text(&first["sha256"]));
        let again = inspector.post(&of(&case), &json!({ "form": "D129-01" })).expect(201);
        assert_eq!((&again["issued"]["version"], &again["issued"]["number"]), (&json!(2), &json!(4)));
        assert_eq!(inspector.get(&of(&case)).expect(200)["items"].as_array().unwrap().len(), 4);
        assert!(db.tnld(&["audit", "export"]).ok().contains("\"action\":\"list_forms\""));
        // The decisions of authorities are theirs alone (D39 Art. 11.2, 11.3).
        inspector.post(&of(&case), &json!({ "form": "D39-VI" })).expect(201);
        assert_eq!(inspector.post(&of(&case), &json!({ "form": "D39-VII" })).error_pointers(), ["/form"]);
        // The pages are personal data: sealed, as everything of the case.
        let plain = "SELECT 1 FROM issued_forms WHERE pdf NOT LIKE 'tnld1:%' OR paper NOT LIKE 'tnld_:%'";
        assert_eq!(office.rows(&format!("({plain}) AS plain")), 0);
    }

    fn numbers_of_an_authority_have_no_gap_also_where_many_ask_at_once(db: &Db) {
        let office = Office::open(db);
        let (case, inspector) = a_case(&office);
        let good = json!({ "form": "POSTING" });
        let bad = json!({ "form": "POSTING", "entries": { "minutes_number": { "not": "a text" } } });
        std::thread::scope(|scope| {
            for nth in 0..12 {
                let (case, inspector, good, bad) = (&case, &inspector, &good, &bad);
                scope.spawn(move || {
                    let (body, status) = if nth % 3 == 0 { (bad, 422) } else { (good, 201) };
                    inspector.post(&of(case), body).expect(status);
                });
            }
        });
        let all = inspector.get(&of(&case)).expect(200);
        let mut numbers: Vec<u64> = all["items"].as_array().unwrap().iter().map(|one| one["number"].as_u64().unwrap()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=8).collect::<Vec<u64>>());
        // The commune numbers its own.
        let commune = office.commune("22015").post(&of(&case), &json!({ "form": "D129-06" }));
        if commune.status == 201 {
            assert_eq!(commune.json()["issued"]["number"], 1);
        }
    }

    fn the_code_on_a_page_leads_to_its_case(db: &Db) {
        let office = Office::open(db);
        let (case, inspector) = a_case(&office);
        let issued = inspector.post(&of(&case), &json!({ "form": "D39-X" })).expect(201)["issued"].clone();
        let mark = Mark::parse(text(&issued["mark"])).unwrap();
        let code = FormRef { mark, page: Some(1) };
        for written in [code.text(), code.text().to_lowercase(), text(&issued["mark"]).to_owned()] {
            let found = inspector.get(&format!("/api/v1/forms/by-mark/{written}")).expect(200);
            assert_eq!((&found["issued"]["case_id"], &found["file_item"]), (&case["id"], &json!("g")));
        }
        let by_code = format!("/api/v1/forms/by-mark/{}", code.text());
        assert_eq!(inspector.get(&by_code).expect(200)["page"], 1);
        // Whoever does not see the case finds no form.
        let stranger = office.inspector("19");
        assert_eq!(stranger.get(&by_code).status, 404);
        assert_eq!(stranger.get(text(&issued["pdf"])).status, 404);
        assert_eq!(inspector.get("/api/v1/forms/by-mark/K7Q2-M4XW-RT90-BHVE").status, 404);
        assert_eq!(inspector.get("/api/v1/forms/by-mark/x").status, 404);
    }

    fn a_form_that_cannot_be_is_refused_with_every_fault(db: &Db) {
        let office = Office::open(db);
        let (case, inspector) = a_case(&office);
        let refused = inspector.post(&of(&case), &json!({ "form": "D39-IV", "victim": 9, "dated": "2999-01-01", "colour": "red" }));
        assert_eq!(refused.error_pointers(), ["/colour", "/dated", "/form", "/victim"]);
        // Out of force since 1 July 2025.
        let refused = inspector.post(&of(&case), &json!({ "form": "D39-IV" }));
        assert_eq!(refused.error_pointers(), ["/form"]);
        let before = inspector.post(&of(&case), &json!({ "form": "D39-IV", "dated": "2025-06-30" }));
        assert_eq!(before.error_pointers(), ["/dated"]);
        let refused = inspector.post(&of(&case), &json!({ "form": "D39-X", "entries": { "moment": "hôm qua" } }));
        assert_eq!((refused.status, refused.error_pointers()), (422, vec!["/entries/moment".to_owned()]));
        assert_eq!(office.police("22015").post(&of(&case), &json!({ "form": "D39-X" })).status, 403);
    }

    fn a_label_is_corrected_by_two_people_from_a_day_on(db: &Db) {
        let office = Office::open(db);
        let (case, inspector) = a_case(&office);
        let today = tnld::time::day_in_vietnam(now());
        let label = "Diễn biến vụ tai nạn, ghi rõ từng người";
        let change = json!({ "reason": "Theo công văn của Bộ", "changes": [{
            "action": "add", "rule_id": "FL-X-COURSE", "decides": "form_label", "rank": 1, "key": "D39-X/cost_total",
            "outcome": label, "date_basis": "step", "valid_from": today, "article": "Công văn", "confidence": "D",
        }] });
        let (one, other) = (office.operator(), office.operator());
        let proposed = one.post("/api/v1/rules/proposals", &change).expect(201);
        let has_label = |forms: &Value| forms.to_string().contains(label);
        assert!(!has_label(&inspector.get("/api/v1/forms").expect(200)));
        let approve = format!("/api/v1/rules/proposals/{}/approve", text(&proposed["id"]));
        other.post(&approve, &json!({})).expect(200);
        let forms = inspector.get("/api/v1/forms").expect(200);
        assert!(has_label(&forms));
        let minutes = forms["items"].as_array().unwrap().iter().find(|form| form["code"] == "D39-X").unwrap();
        assert_eq!(minutes["corrected"], json!(["D39-X/cost_total"]));
        assert!(!has_label(&inspector.get("/api/v1/forms?day=2025-01-01").expect(200)));
        let just = inspector.post(&of(&case), &json!({ "form": "D39-X" })).expect(201);
        assert!(just["blanks"].to_string().contains(label));
        // What no form has is no label.
        let wrong = with(change, &[("/changes/0/key", json!("D39-X/colour"))]);
        assert_eq!(one.post("/api/v1/rules/proposals", &wrong).status, 422);
    }
}
