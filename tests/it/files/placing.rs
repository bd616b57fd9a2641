//! A signed form comes back as a scan: the code on its page says where it belongs.

use image::{GrayImage, ImageFormat, Luma, imageops};
use serde_json::json;
use tnld::paper::{FormRef, Mark};

use super::*;
use crate::api::Caller;

/// The page of a form as an office scans it: A4 at 150 dots an inch, grey, with its code in the corner.
fn scan(issued: &Value) -> Vec<u8> {
    let mark = Mark::parse(text(&issued["mark"])).unwrap();
    let code = FormRef {
        mark,
        page: Some(1),
    }
    .picture();
    let code = image::load_from_memory(&code).unwrap().into_luma8();
    let code = imageops::resize(&code, 120, 120, imageops::FilterType::Triangle);
    let mut page = GrayImage::from_pixel(1240, 1754, Luma([240]));
    for line in 0..30 {
        for x in (200..1100).filter(|x| x * 7 % 11 < 4) {
            page.put_pixel(x, 200 + line * 40, Luma([40]));
        }
    }
    imageops::overlay(&mut page, &code, 60, 1580);
    let mut bytes = Vec::new();
    page.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg)
        .unwrap();
    bytes
}

/// A statement of the case, issued.
#[track_caller]
fn statement(caller: &Caller, case: &str) -> Value {
    let body =
        json!({ "form": "D39-VIII", "victim": 1, "entries": { "person_name": "Hoàng Thị Mai" } });
    let answer = caller.post(&format!("/api/v1/cases/{case}/forms"), &body);
    answer.expect(201)["issued"].clone()
}

#[track_caller]
fn place(caller: &Caller, bytes: &[u8], kind: &str) -> Answer {
    caller.send(
        "POST",
        "/api/v1/scans?file_name=l%E1%BB%9Di%20khai.jpg",
        &[("content-type", kind)],
        bytes,
    )
}

on_both_databases! {
    fn a_scan_goes_by_its_code_to_the_case_the_item_and_the_victim(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let issued = statement(&inspector, &case);
        let placed = place(&inspector, &scan(&issued), "image/jpeg");
        let location = placed.header("location").to_owned();
        let body = placed.expect(201);
        let document = &body["document"];
        assert_eq!(inspector.get(&location).expect(200), *document);
        assert_eq!((&document["case_id"], &document["item"], &document["victim"]), (&json!(case), &json!("e"), &json!(1)));
        assert_eq!((&document["issued_form"], &document["form_page"]), (&issued["id"], &json!(1)));
        assert_eq!(document["file_name"], "lời khai.jpg");
        assert_eq!(body["form"]["file_item"], "e");

        // The form names its scans, until they are removed.
        let scans = || inspector.get(&format!("/api/v1/cases/{case}/forms")).expect(200)["items"][0]["scans"].clone();
        assert_eq!(scans(), json!([document["id"]]));
        let by_mark = inspector.get(&format!("/api/v1/forms/by-mark/{}", text(&issued["mark"]))).expect(200);
        assert_eq!(by_mark["issued"]["scans"], json!([document["id"]]));
        let file = &list(&inspector, &case)["files"][0]["items"];
        let statements = file.as_array().unwrap().iter().find(|line| line["item"] == "e").unwrap();
        assert_eq!((&statements["state"], &statements["documents"]), (&json!("document"), &json!(1)));
        inspector.post(&format!("{location}/remove"), &json!({ "reason": "Quét nhầm bản nháp" })).expect(200);
        assert_eq!(scans(), json!([]));
    }

    fn an_upload_that_says_no_item_is_placed_by_its_code_and_one_that_does_is_not_moved(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let issued = statement(&inspector, &case);
        let bytes = scan(&issued);
        let entries = [("filename", "a.jpg"), ("filetype", "image/jpeg"), ("item", "other")];
        let left = add(&inspector, &case, &bytes, &entries[..2]);
        assert_eq!((&left["item"], &left["victim"], &left["issued_form"]), (&json!("e"), &json!(1), &issued["id"]));
        let said = add(&inspector, &case, &bytes, &entries);
        assert_eq!((&said["item"], &said["victim"], &said["issued_form"]), (&json!("other"), &json!(null), &issued["id"]));
        // Without a code, or with that of another case, it is just a document of this one.
        let (_, other) = a_case(&office);
        let foreign = add(&inspector, &other, &bytes, &entries[..2]);
        assert_eq!((&foreign["item"], &foreign["issued_form"]), (&json!("other"), &json!(null)));
        let plain = add(&inspector, &case, &photograph(600, 400), &entries[..2]);
        assert_eq!((&plain["item"], &plain["issued_form"]), (&json!("other"), &json!(null)));
    }

    fn a_scan_without_a_place_stores_nothing_and_says_why(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let bytes = scan(&statement(&inspector, &case));
        // Of a stranger's case it is not told that it exists.
        assert_eq!(place(&office.inspector("19"), &bytes, "image/jpeg").status, 404);
        assert_eq!(place(&inspector, &photograph(600, 400), "image/jpeg").expect(422)["code"], "no_form_code");
        assert_eq!(place(&inspector, b"MZ\x90", "image/jpeg").expect(422)["code"], "file_type_not_allowed");
        assert_eq!(place(&inspector, &bytes, "image/png").expect(422)["code"], "file_type_differs");
        assert_eq!(place(&inspector, &bytes, "audio/mpeg").expect(415)["code"], "wrong_scan_type");
        assert_eq!(place(&inspector, &vec![0; 33 << 20], "image/jpeg").expect(413)["code"], "scan_too_large");
        let long = format!("/api/v1/scans?file_name={}", "a".repeat(201));
        let refused = inspector.send("POST", &long, &[("content-type", "image/jpeg")], &bytes);
        assert_eq!((refused.status, refused.error_pointers()), (422, vec!["/file_name".to_owned()]));
        assert_eq!(list(&inspector, &case)["items"], json!([]));
    }
}
