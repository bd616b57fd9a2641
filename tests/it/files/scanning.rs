//! The scanner for malware: nothing is read before it has spoken.

use std::{net::SocketAddr, time::Duration};

use serde_json::json;

use super::*;
use crate::{
    api::Office,
    support::{
        clamd::{Clamd, MALWARE, NAME},
        program::{eventually, free_port},
    },
};

const SOON: Duration = Duration::from_secs(40);

/// A PDF with something in it that the scanner looks for.
fn bad_pdf() -> Vec<u8> {
    let mut bytes = pdf(3_000, "bad");
    bytes.extend(b"% ");
    bytes.extend(MALWARE);
    bytes
}

on_both_databases! {
    fn a_document_is_read_once_the_scanner_found_nothing(db: &Db) {
        let clamd = Clamd::start();
        let office = Office::open_with(db, &[("TNLD_CLAMD", &clamd.url())]);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let file = pdf(2 * 1024 * 1024 + 9, "scanned");
        let document = add(&inspector, &case, &file, &SKETCH);
        let path = format!("/api/v1/documents/{}", text(&document["id"]));
        let ready = eventually(SOON, || {
            let now = inspector.get(&path).expect(200);
            (now["state"] == "ready").then_some(now)
        });
        assert_ne!(ready["scanned_at"], Value::Null);
        assert_eq!(clamd.seen(), [file.len()], "the whole file");
        assert_eq!(inspector.bytes(text(&ready["content"])).0.status, 200);
        // Of a photograph what came is scanned, not what was made of it; then it goes.
        let original = photograph(300, 200);
        let entries = [("filename", "a.jpg"), ("filetype", "image/jpeg"), ("item", "c")];
        let photo = add(&inspector, &case, &original, &entries);
        let path = format!("/api/v1/documents/{}", text(&photo["id"]));
        eventually(SOON, || (inspector.get(&path).expect(200)["state"] == "ready").then_some(()));
        assert_eq!(clamd.seen()[1], original.len());
        // The PDF's three pieces and its preview, the image and its preview.
        eventually(SOON, || (below(&store(&office)).len() == 6).then_some(()));
    }

    fn what_the_scanner_finds_is_quarantined_and_told(db: &Db) {
        let clamd = Clamd::start();
        let office = Office::open_with(db, &[("TNLD_CLAMD", &clamd.url())]);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let document = add(&inspector, &case, &bad_pdf(), &SKETCH);
        let path = format!("/api/v1/documents/{}", text(&document["id"]));
        let found = eventually(SOON, || {
            let now = inspector.get(&path).expect(200);
            (now["state"] == "quarantined").then_some(now)
        });
        assert_eq!((&found["finding"], &found["content"]), (&json!(NAME), &Value::Null));
        for what in ["content", "preview"] {
            let refused = inspector.get(&format!("{path}/{what}"));
            assert_eq!(refused.expect(409)["code"], "quarantined");
        }
        let listed = list(&inspector, &case);
        assert_eq!(listed["items"][0]["state"], "quarantined");
        assert_eq!(listed["files"][0]["items"][1]["state"], "missing", "it counts for nothing");
        let trace = db.tnld(&["audit", "export"]).ok();
        assert!(trace.lines().any(|line| line.contains("quarantine_document") && line.contains(NAME)));
        assert!(office.operator().get("/metrics").text.contains("tnld_documents{state=\"quarantined\"} 1"));
    }

    fn the_operator_hears_once_of_malware_however_often_it_is_sent(db: &Db) {
        let clamd = Clamd::start();
        let office = Office::open_with(db, &[("TNLD_CLAMD", &clamd.url()), ("TNLD_OPERATOR_MAIL", "van-hanh@tnld.test")]);
        let (_, case) = a_case(&office);
        let (_, other_case) = a_case(&office);
        let inspector = office.inspector("66");
        let quarantined = |case: &str| {
            let entries = [("filename", "Ảnh nạn nhân Hồ Văn Chín.pdf"), ("filetype", "application/pdf"), ("item", "b")];
            let document = add(&inspector, case, &bad_pdf(), &entries);
            let path = format!("/api/v1/documents/{}", text(&document["id"]));
            eventually(SOON, || (inspector.get(&path).expect(200)["state"] == "quarantined").then_some(()));
            text(&document["id"]).to_owned()
        };
        let first = quarantined(&case);
        quarantined(&case);
        quarantined(&other_case);
        let operator = office.operator();
        let alarms = operator.get("/api/v1/alarms").expect(200);
        let mut about: Vec<&Value> = alarms["items"].as_array().unwrap().iter().collect();
        about.retain(|alarm| alarm["kind"] == "malware_found");
        assert_eq!(about.len(), 2, "one for each case: {alarms}");
        let of_case = about.iter().find(|alarm| alarm["case_id"] == case.as_str()).unwrap();
        assert_eq!(of_case["record"], format!("{first}: {NAME}"));
        let number = inspector.get(&format!("/api/v1/cases/{case}")).expect(200)["receipt_no"].clone();
        assert_eq!(of_case["receipt_no"], number);
        assert!(!alarms.to_string().contains("Chín"), "no name of a file, which may name a person");
    }

    fn while_the_scanner_is_away_documents_wait_and_are_scanned_later(db: &Db) {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let office = Office::open_with(db, &[("TNLD_CLAMD", &format!("tcp://{address}"))]);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let good = add(&inspector, &case, &pdf(3_000, "good"), &SKETCH);
        let bad = add(&inspector, &case, &bad_pdf(), &SKETCH);
        for document in [&good, &bad] {
            assert_eq!(document["state"], "waiting_for_scan");
            let refused = inspector.get(&format!("/api/v1/documents/{}/content", text(&document["id"])));
            assert_eq!(refused.expect(409)["code"], "waiting_for_scan");
        }
        let operator = office.operator();
        eventually(SOON, || {
            let figures = operator.get("/metrics").text;
            let told = figures.contains("tnld_scanner_away 1") && figures.contains("tnld_documents{state=\"waiting_for_scan\"} 2");
            told.then_some(())
        });
        let ready = operator.get("/readyz").json();
        assert_eq!(ready["files_waiting_for_scan"], 2);
        let _clamd = Clamd::start_at(address);
        let state = |document: &Value| {
            let now = inspector.get(&format!("/api/v1/documents/{}", text(&document["id"]))).expect(200);
            text(&now["state"]).to_owned()
        };
        eventually(SOON, || (state(&good) == "ready" && state(&bad) == "quarantined").then_some(()));
        eventually(SOON, || operator.get("/metrics").text.contains("tnld_scanner_away 0").then_some(()));
    }
}
