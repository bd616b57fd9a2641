//! Photographs that follow a notice: whoever holds the address of its receipt sends them, and reads none back.

use serde_json::{Value, json};

use super::*;
use crate::{
    api::{ago, office::rows},
    pages::{Entries, page, send as post},
    support::program::clock_offset_to,
};

/// A notice of a witness about commune 22015, where so many died; the address of its receipt.
fn notice(office: &Office, dead: u32) -> String {
    let body = json!({
        "kind": "accident",
        "declarant": { "role": "witness", "full_name": "Lò Thị Mai Chứng", "phone": "0912000333" },
        "accident": {
            "occurred_at": ago(40),
            "place": { "commune_code": "22015" },
            "summary": "Tường lò sập, có người bị vùi.",
            "casualties": { "dead": dead, "serious": 0, "light": 1, "missing": 0, "unknown": 0 },
        },
    });
    let given = office.with_token("").post("/api/v1/notices", &body);
    assert!([201, 202].contains(&given.status), "{}", given.text);
    address(office, &given.json()["receipt_no"])
}

/// The address of the page of a receipt, by its number.
fn address(office: &Office, receipt_no: &Value) -> String {
    let number: Entries<'_> = vec![("number", text(receipt_no).to_owned())];
    let found = post(&office.program.client(""), "/status", &number);
    assert_eq!(found.status, 303, "{}", found.text);
    found.header("location").to_owned()
}

/// A name that a phone gives a photograph.
fn name(number: u32) -> String {
    format!("6f1e0c52-7a1b-4d3c-9a55-{number:012}")
}

/// Begins a photograph of this name.
#[track_caller]
fn start(nobody: &Caller, address: &str, id: &str, length: usize, kind: &str) -> Answer {
    let (length, entries) = (
        length.to_string(),
        metadata(&[("id", id), ("filetype", kind)]),
    );
    let headers = [
        VERSION,
        ("upload-length", length.as_str()),
        ("upload-metadata", entries.as_str()),
    ];
    nobody.send("POST", &format!("{address}/photos"), &headers, b"")
}

/// Sends a whole photograph.
#[track_caller]
fn bring(nobody: &Caller, address: &str, id: &str, bytes: &[u8]) -> Answer {
    let begun = start(nobody, address, id, bytes.len(), "image/jpeg");
    assert_eq!(begun.status, 201, "{}", begun.text);
    patch(nobody, begun.header("location"), 0, bytes)
}

/// Sends the form that stands on the page, as a browser without script does.
#[track_caller]
fn form(office: &Office, address: &str, id: &str, kind: &str, bytes: &[u8]) -> Answer {
    let mut body = format!(
        "--of-the-form\r\ncontent-disposition: form-data; name=\"id\"\r\n\r\n{id}\r\n--of-the-form\r\n\
         content-disposition: form-data; name=\"photo\"; filename=\"Lò Thị Mai.jpg\"\r\ncontent-type: {kind}\r\n\r\n"
    )
    .into_bytes();
    body.extend(bytes);
    body.extend(b"\r\n--of-the-form--\r\n");
    let headers = [
        ("accept", "text/html,application/xhtml+xml"),
        ("content-type", "multipart/form-data; boundary=of-the-form"),
    ];
    let nobody = office.program.client("");
    nobody
        .send("POST", &format!("{address}/photos"), &headers, &body)
        .unwrap()
}

/// The documents of the only case there is, as the inspector sees them.
fn seen(inspector: &Caller) -> Value {
    let cases = inspector.get("/api/v1/cases").expect(200);
    list(inspector, text(&cases["items"][0]["id"]))
}

on_both_databases! {
    fn a_photograph_follows_in_parts_and_is_for_those_who_investigate_alone(db: &Db) {
        let office = Office::open(db);
        let (nobody, inspector) = (office.with_token(""), office.inspector("66"));
        let address = notice(&office, 1);
        let jpeg = photograph(600, 400);
        let half = jpeg.len() / 2;
        let begun = start(&nobody, &address, &name(1), jpeg.len(), "image/jpeg");
        assert_eq!((begun.status, begun.json()["state"].clone()), (201, json!("receiving")));
        let photo = begun.header("location").to_owned();
        assert_eq!(photo, format!("{address}/photos/{}", name(1)));
        assert_eq!(patch(&nobody, &photo, 0, &jpeg[..half]).status, 204);
        // Its answer was lost: the same one is found, and goes on where it stands.
        let again = start(&nobody, &address, &name(1), jpeg.len(), "image/jpeg");
        assert_eq!((again.status, again.header("upload-offset")), (201, half.to_string().as_str()));
        assert_eq!(offset(&nobody, &photo), half);
        assert_eq!(patch(&nobody, &photo, 0, &jpeg).expect(409)["code"], "wrong_offset");
        let done = patch(&nobody, &photo, half, &jpeg[half..]);
        assert_eq!((done.status, done.header("document-location")), (204, ""));
        assert_eq!(nobody.get(&photo).expect(200), json!({ "state": "received" }));
        let again = start(&nobody, &address, &name(1), jpeg.len(), "image/jpeg");
        assert_eq!(again.expect(201), json!({ "state": "received" }));

        let listed = seen(&inspector);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        let one = &listed["items"][0];
        assert_eq!((&one["item"], &one["added_role"], &one["file_name"]),
            (&json!("c"), &json!("informant"), &json!("Ảnh kèm tin báo 1.jpg")));
        let (answer, bytes) = inspector.bytes(text(&one["content"]));
        assert_eq!((answer.status, contains(&bytes, PLACE)), (200, false));
        // The file lacks its photographs until somebody who investigates has put some there.
        for file in listed["files"].as_array().unwrap() {
            let item = file["items"].as_array().unwrap().iter().find(|item| item["item"] == "c");
            assert_eq!(item.unwrap()["state"], "missing", "{file}");
        }
        let cases = inspector.get("/api/v1/cases").expect(200);
        let case = text(&cases["items"][0]["id"]);
        let shown = inspector.send("GET", &format!("/cases/{case}"), &[("accept", "text/html")], b"");
        assert!(shown.text.contains("Người báo tin gửi") && shown.text.contains("chưa được xác minh"), "{}", shown.text);

        // Whoever sent it reads nothing back; the page says how many there are.
        assert_eq!(nobody.get(text(&one["content"])).status, 401);
        let receipt = page(&office.program.client(""), &address);
        assert!(receipt.text.contains("Đã nhận 1 ảnh"), "{}", receipt.text);
        assert!(!receipt.text.contains("/documents/"));
        let ended = nobody.send("DELETE", &photo, &[VERSION], b"");
        assert_eq!(ended.expect(409)["code"], "upload_ended");
        let trace = db.tnld(&["audit", "export"]).ok();
        for action in ["begin_upload", "add_document"] {
            let noted = trace.lines().filter(|line| line.contains(action));
            assert_eq!(noted.filter(|line| line.contains(text(&one["id"])) || action == "begin_upload").count(), 1, "{action}");
        }
    }

    fn an_employer_never_sees_what_the_holder_of_a_receipt_sent(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.declare(&recent("03"));
        let address = address(&office, &answer["receipt_no"]);
        assert_eq!(bring(&office.with_token(""), &address, &name(1), &photograph(80, 60)).status, 204);
        let case = text(&answer["case"]["id"]);
        // Not even that somebody sent one.
        assert_eq!(list(&employer, case)["items"], json!([]));
        let inspected = list(&office.inspector("66"), case);
        let id = text(&inspected["items"][0]["id"]);
        for what in ["", "/content", "/preview"] {
            employer.get(&format!("/api/v1/documents/{id}{what}")).expect(404);
        }
        assert_eq!(inspected["items"][0]["file_name"], "Ảnh kèm tin báo 1.jpg");
    }

    fn what_is_too_much_too_large_too_late_or_no_photograph_is_refused_in_words(db: &Db) {
        let office = Office::open(db);
        let nobody = office.with_token("");
        let address = notice(&office, 1);
        let code = |id: u32, length: usize, kind: &str| {
            let refused = start(&nobody, &address, &name(id), length, kind);
            let problem = refused.json();
            assert!(text(&problem["detail"]) != text(&problem["code"]), "{problem}");
            (refused.status, text(&problem["code"]).to_owned())
        };
        assert_eq!(code(1, 5 * 1024 * 1024 + 1, "image/jpeg"), (413, "photo_too_large".to_owned()));
        for kind in ["application/pdf", "audio/mpeg", "text/html"] {
            assert_eq!(code(1, 100, kind), (422, "photo_no_image".to_owned()));
        }
        // What is not what it says is refused as it comes; the same name may be tried again.
        let begun = start(&nobody, &address, &name(1), 60_000, "image/jpeg");
        let refused = patch(&nobody, begun.header("location"), 0, &vec![7; 60_000]);
        assert_eq!(refused.expect(422)["code"], "file_type_not_allowed");
        assert_eq!(nobody.get(begun.header("location")).expect(410)["code"], "file_type_not_allowed");
        for number in 1..=10 {
            let done = bring(&nobody, &address, &name(number), &photograph(40, 30));
            assert_eq!(done.status, 204, "{number}: {}", done.text);
        }
        assert_eq!(code(11, 100, "image/jpeg"), (409, "photos_too_many".to_owned()));
        let shown = page(&office.program.client(""), &address);
        assert!(shown.text.contains("Đã nhận 10 ảnh") && shown.text.contains("Không nhận thêm ảnh"), "{}", shown.text);
        // Another receipt has its own ten.
        let other = notice(&office, 1);
        assert_eq!(start(&nobody, &other, &name(1), 4_000, "image/jpeg").status, 201);
        let (number, _) = other.split_once('~').unwrap();
        for wrong in [number.to_owned(), format!("{number}~AAAAAAAAAAAAAAAA")] {
            assert_eq!(start(&nobody, &wrong, &name(2), 4_000, "image/jpeg").status, 404);
            assert_eq!(nobody.get(&format!("{wrong}/photos/{}", name(1))).status, 404);
        }
        // One that is not wanted any more gives its place free.
        let on_its_way = format!("{other}/photos/{}", name(1));
        assert_eq!(nobody.send("DELETE", &on_its_way, &[VERSION], b"").status, 204);
        assert_eq!((rows(db, "uploads"), nobody.get(&on_its_way).status), (10 + 1, 404));
        drop(office);

        let later = tnld::time::Clock::default().now() + chrono::TimeDelta::minutes(7 * 24 * 60 + 1);
        let offset = clock_offset_to(&later.to_rfc3339());
        let office = Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", &offset)]);
        let late = start(&office.with_token(""), &other, &name(3), 4_000, "image/jpeg");
        assert_eq!(late.expect(410)["code"], "photos_closed");
        assert!(page(&office.program.client(""), &other).text.contains("Không nhận thêm ảnh"));
    }

    fn a_form_without_script_sends_one_photograph(db: &Db) {
        let office = Office::open(db);
        let address = notice(&office, 1);
        let shown = page(&office.program.client(""), &address);
        let id = crate::pages::hidden(&shown, "id");
        let jpeg = photograph(300, 200);
        for _ in 0..2 {
            // A double click is one photograph.
            let sent = form(&office, &address, &id, "image/jpeg", &jpeg);
            assert_eq!((sent.status, sent.header("location")), (303, format!("{address}#photos").as_str()));
        }
        let inspector = office.inspector("66");
        let listed = seen(&inspector);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        // What it was called on the phone stays there.
        assert_eq!(listed["items"][0]["file_name"], "Ảnh kèm tin báo 1.jpg");

        for (number, kind, bytes, said) in [
            (1, "image/jpeg", Vec::new(), "Hãy chọn một ảnh"),
            (2, "application/pdf", pdf(2_000, "form"), "Chỉ nhận ảnh JPEG, PNG hoặc WebP"),
            (3, "image/jpeg", pdf(2_000, "form"), "khác với loại tệp"),
            (4, "image/jpeg", vec![7; 6 * 1024 * 1024], "lớn hơn 5 MB"),
        ] {
            let refused = form(&office, &address, &name(number), kind, &bytes);
            assert_eq!(refused.status, 422, "{}", refused.text);
            assert!(refused.text.contains(said) && refused.text.contains("role=\"alert\""), "{said}: {}", refused.text);
            assert!(refused.text.contains("Đã nhận 1 ảnh"));
        }
        // The page of another site sends nothing.
        let headers = [("content-type", "multipart/form-data; boundary=x"), ("origin", "https://evil.test")];
        let foreign = office.with_token("").send("POST", &format!("{address}/photos"), &headers, b"--x--");
        assert_eq!(foreign.status, 403);
        assert_eq!(seen(&inspector)["items"].as_array().unwrap().len(), 1);
    }

    fn a_photograph_of_a_notice_that_was_merged_goes_to_the_case_that_stands_for_it(db: &Db) {
        let office = Office::open(db);
        let (nobody, inspector) = (office.with_token(""), office.inspector("66"));
        let address = notice(&office, 1);
        let noticed = inspector.get("/api/v1/cases").expect(200)["items"][0].clone();
        let (_, case) = a_case(&office);
        let merge = json!({ "of_case": case, "reason": "Cùng một vụ." });
        inspector.step(&noticed, "mark_duplicate", merge).expect(200);
        assert_eq!(bring(&nobody, &address, &name(1), &photograph(80, 60)).status, 204);
        assert_eq!(list(&inspector, &case)["items"].as_array().unwrap().len(), 1);
        assert_eq!(list(&inspector, text(&noticed["id"]))["items"], json!([]));
    }

    fn a_notice_that_is_held_takes_photographs_and_one_that_was_false_takes_none(db: &Db) {
        let office = Office::open(db);
        let nobody = office.with_token("");
        let address = notice(&office, 0);
        assert_eq!(bring(&nobody, &address, &name(1), &photograph(80, 60)).status, 204);
        let inspector = office.inspector("66");
        let held = inspector.get("/api/v1/notices/held").expect(200);
        let number = text(&held["items"][0]["receipt_no"]).to_owned();
        inspector.post(&format!("/api/v1/notices/{number}/release"), &json!({})).expect(200);
        assert_eq!(seen(&inspector)["items"].as_array().unwrap().len(), 1);

        let other = notice(&office, 0);
        let held = inspector.get("/api/v1/notices/held").expect(200);
        let number = text(&held["items"][0]["receipt_no"]).to_owned();
        inspector
            .post(&format!("/api/v1/notices/{number}/reject"), &json!({ "reason": "Tin giả." }))
            .expect(200);
        assert_eq!(start(&nobody, &other, &name(1), 4_000, "image/jpeg").status, 409);
        assert!(page(&office.program.client(""), &other).text.contains("Không nhận thêm ảnh"));
    }
}
