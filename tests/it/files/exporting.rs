//! The insurance dossier of a victim as a ZIP.

use std::io::Read;

use serde_json::{Value, json};
use zip::ZipArchive;

use super::*;
use crate::api::{Office, office::each, steps};

/// A ZIP, unpacked: the name and bytes of each of its files.
fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let count = zip.len();
    let one = |at: usize| {
        let mut file = zip.by_index(at).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        (file.name().unwrap().into_owned(), content)
    };
    (0..count).map(one).collect()
}

fn hash(bytes: &[u8]) -> String {
    use sha2::Digest;
    data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(bytes))
}

on_both_databases! {
    fn an_insurance_dossier_goes_as_a_zip_that_says_what_is_missing(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let answer = employer.declare(&recent("06"));
        let inspector = office.inspector("51");
        let id = text(&answer["case"]["id"]).to_owned();
        let path = format!("/api/v1/cases/{id}/victims/1/insurance-dossier/export");
        let paper = |item: &'static str, name: &'static str| {
            [("filename", name), ("filetype", "application/pdf"), ("item", item), ("victim", "1")]
        };
        // Larger than what is sent at a time; a name that would lead elsewhere is nobody's.
        let minutes = pdf(300_000, "minutes");
        add(&inspector, &id, &minutes, &[("filename", "Biên bản.pdf"), ("filetype", "application/pdf"), ("item", "g")]);
        let discharge = pdf(3_000, "discharge");
        add(&inspector, &id, &discharge, &paper("k", "Ra viện \u{202e} C:.pdf"));
        add(&inspector, &id, &pdf(3_000, "statement"), &paper("e", "Lời khai.pdf"));

        let (head, bytes) = inspector.bytes(&path);
        assert_eq!(head.header("content-type"), "application/zip");
        assert!(head.header("content-disposition").ends_with("-1-incomplete.zip\""), "{}", head.header("content-disposition"));
        let files = unpacked(&bytes);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["manifest.json", "001-g.pdf", "002-k.pdf"]);
        assert!(files[1].1 == minutes && files[2].1 == discharge, "byte for byte");
        let manifest: Value = serde_json::from_slice(&files[0].1).unwrap();
        assert_eq!(manifest["dossier"]["complete"], json!(false));
        assert_eq!(manifest["missing"], json!(["investigation_minutes", "discharge_paper", "assessment"]));
        assert_eq!(each(&manifest["files"], "name"), names[1..]);
        for (file, told) in files[1..].iter().zip(manifest["files"].as_array().unwrap()) {
            assert_eq!((text(&told["sha256"]), told["length"].as_u64()), (hash(&file.1).as_str(), Some(file.1.len() as u64)));
            assert!(!text(&told["label_vi"]).is_empty() && !text(&told["label_en"]).is_empty() && told["article"].is_string());
        }
        assert_eq!(manifest["left_out"], json!([]));
        let read = "(SELECT 1 FROM audit_entries WHERE action = 'read_document') AS looked";
        assert_eq!(office.rows(read), 2);

        // Of what the employer's team may read before the announcement it gets the same; a stranger nothing.
        assert_eq!(employer.bytes(&path).0.status, 200);
        for (caller, path, status) in [
            (office.inspector("19"), path.clone(), 404),
            (office.police("51"), path.clone(), 404),
            (office.operator(), path.clone(), 403),
            (inspector.clone(), path.replace("/1/", "/9/"), 404),
            (inspector.clone(), path.replace("/1/", "/x/"), 404),
        ] {
            caller.get(&path).expect(status);
        }

        let case = steps::walk(&inspector, &inspector.get(&format!("/api/v1/cases/{id}")).expect(200), "POSTED");
        for (step, fields) in [
            ("record_assessment", json!({ "victim": "1" })),
            ("check_file", json!({ "victim": "1", "discharge_paper": "in_file" })),
        ] {
            let case = inspector.get(&format!("/api/v1/cases/{}", text(&case["id"]))).expect(200);
            let all = case["allowed_actions"].as_array().unwrap();
            let action = all.iter().find(|action| action["name"] == step).unwrap();
            steps::perform(&inspector, &case, action, &fields).expect(200);
        }
        let (head, bytes) = inspector.bytes(&path);
        assert!(head.header("content-disposition").ends_with("-1.zip\""));
        let manifest: Value = serde_json::from_slice(&unpacked(&bytes)[0].1).unwrap();
        assert_eq!((&manifest["dossier"]["complete"], &manifest["missing"]), (&json!(true), &json!([])));
    }

    fn a_page_can_be_drawn_from_what_a_case_offers(db: &Db) {
        let office = Office::open(db);
        let (_, id) = a_case(&office);
        let inspector = office.inspector("66");
        let case = steps::walk(&inspector, &inspector.get(&format!("/api/v1/cases/{id}")).expect(200), "POSTED");
        fn choices(fields: &Value, found: &mut Vec<(String, Value)>) {
            for field in fields.as_array().into_iter().flatten() {
                if field["type"] == "choice" {
                    assert_eq!(field["values"].as_array().unwrap().len(), field["options"].as_array().unwrap().len());
                    for option in field["options"].as_array().unwrap() {
                        assert!(!text(&option["label_vi"]).is_empty() && !text(&option["label_en"]).is_empty());
                        found.push((text(&field["name"]).to_owned(), option.clone()));
                    }
                }
                choices(&field["items"], found);
            }
        }
        let mut found = Vec::new();
        for action in case["allowed_actions"].as_array().unwrap() {
            choices(&action["fields"], &mut found);
        }
        let words = |field: &str, value: &str| {
            let one = found.iter().find(|(name, option)| name == field && option["value"] == value);
            let one = &one.unwrap_or_else(|| panic!("{field} {value} in {found:#?}")).1;
            (text(&one["label_vi"]).to_owned(), text(&one["label_en"]).to_owned())
        };
        assert_eq!(words("benefit", "compensation"), ("Bồi thường".to_owned(), "Compensation".to_owned()));
        assert_eq!(words("measure", "remedied").1, "Remedied");
        assert_eq!(words("victim", "1"), ("Người bị nạn số 1".to_owned(), "Victim 1".to_owned()));
        let flags = case["flags"].as_array().unwrap();
        let labels = case["flag_labels"].as_array().map_or(0, Vec::len);
        assert_eq!(flags.len(), labels);
    }
}
