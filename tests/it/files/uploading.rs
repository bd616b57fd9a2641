//! Files come in parts: on broken lines, after a crash, by two at once; and what is not taken leaves nothing.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use data_encoding::BASE64;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::*;
use crate::{
    api::{
        Office,
        office::{each, rows},
        steps,
    },
    support::{
        Db,
        program::{clock_offset_to, eventually},
    },
};

const SOON: Duration = Duration::from_secs(20);
const MIB: usize = 1024 * 1024;

fn sum(bytes: &[u8]) -> String {
    format!("sha256 {}", BASE64.encode(&Sha256::digest(bytes)))
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

on_both_databases! {
    fn a_file_comes_in_parts_and_becomes_a_document(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let abilities = inspector.send("OPTIONS", "/api/v1/uploads", &[], b"");
        assert_eq!(abilities.header("tus-version"), "1.0.0");
        assert!(abilities.header("tus-extension").contains("checksum"));
        assert_eq!(abilities.header("tus-max-size"), (100 * MIB).to_string());

        let file = pdf(2 * MIB + 70_000, "parts");
        let begun = begin(&inspector, &case, file.len(), &SKETCH);
        assert_eq!((begun.status, begun.header("tus-resumable")), (201, "1.0.0"), "{}", begun.text);
        assert!(begun.header("upload-expires").ends_with("GMT"));
        let upload = begun.header("location");
        assert_eq!(offset(&inspector, upload), 0);
        // Parts of odd lengths: within a piece, over its end, over several.
        let mut at = 0;
        for length in [10, 9_000, MIB, 300, MIB + 5] {
            let done = patch(&inspector, upload, at, &file[at..at + length]);
            at += length;
            assert_eq!((done.status, done.header("upload-offset")), (204, at.to_string().as_str()), "{}", done.text);
        }
        assert_eq!(offset(&inspector, upload), at);
        let shown = inspector.get(upload).expect(200);
        assert_eq!((&shown["state"], &shown["received"]), (&json!("receiving"), &json!(at)));
        let done = patch(&inspector, upload, at, &file[at..]);
        assert_eq!(done.status, 204, "{}", done.text);
        let document = inspector.get(done.header("document-location")).expect(200);
        assert_eq!(document["state"], "ready");
        assert_eq!((&document["sha256"], &document["received_sha256"]), (&json!(hex(&file)), &json!(hex(&file))));
        assert_eq!(document["file_name"], "Sơ đồ hiện trường.pdf");
        let (head, bytes) = inspector.bytes(text(&document["content"]));
        assert_eq!(head.status, 200);
        assert!(bytes == file, "what is read is what was sent");
        assert_eq!(inspector.get(upload).expect(200)["state"], "document");

        // In the store there is nothing to read, and nothing that nobody needs: three pieces and a preview.
        let stored = below(&store(&office));
        assert_eq!(stored.len(), 4, "{:?}", stored.iter().map(|(path, _)| path).collect::<Vec<_>>());
        for (path, bytes) in &stored {
            assert!(!contains(bytes, b"%PDF") && !contains(bytes, b"parts") && !contains(bytes, b"MediaBox"));
            assert!(!path.to_string_lossy().contains("hiện trường"));
        }
    }

    fn what_came_before_a_crash_is_there_when_the_sender_goes_on(db: &Db) {
        let mut office = Office::open(db);
        let (_, case) = a_case(&office);
        let token = db.token("inspector", &["--province", "66"]);
        let inspector = office.with_token(&token);
        let file = pdf(3 * MIB, "crash");
        let begun = begin(&inspector, &case, file.len(), &SKETCH);
        let upload = begun.header("location").to_owned();
        // A part that is cut off in its third piece.
        let mut line = TcpStream::connect(office.address()).unwrap();
        let head = format!(
            "PATCH {upload} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ntus-resumable: 1.0.0\r\n\
             content-type: {PART}\r\nupload-offset: 0\r\ncontent-length: {}\r\n\r\n",
            file.len()
        );
        line.write_all(head.as_bytes()).unwrap();
        line.write_all(&file[..2 * MIB + 1000]).unwrap();
        line.flush().unwrap();
        eventually(SOON, || (offset(&inspector, &upload) == 2 * MIB).then_some(()));
        office.program.kill_hard();
        drop(line);
        office.program.restart();
        let at = offset(&inspector, &upload);
        assert_eq!(at, 2 * MIB, "whole pieces that were noted");
        let done = patch(&inspector, &upload, at, &file[at..]);
        assert_eq!(done.status, 204, "{}", done.text);
        let document = inspector.get(done.header("document-location")).expect(200);
        assert_eq!(document["sha256"], hex(&file));
        let (_, bytes) = inspector.bytes(text(&document["content"]));
        assert!(bytes == file);
    }

    fn a_line_that_breaks_costs_nothing_of_what_came(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let token = db.token("inspector", &["--province", "66"]);
        let inspector = office.with_token(&token);
        let file = pdf(50_000, "line");
        let upload = begin(&inspector, &case, file.len(), &SKETCH).header("location").to_owned();
        let mut line = TcpStream::connect(office.address()).unwrap();
        let head = format!(
            "PATCH {upload} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ntus-resumable: 1.0.0\r\n\
             content-type: {PART}\r\nupload-offset: 0\r\ncontent-length: {}\r\n\r\n",
            file.len()
        );
        line.write_all(head.as_bytes()).unwrap();
        line.write_all(&file[..30_000]).unwrap();
        line.flush().unwrap();
        std::thread::sleep(Duration::from_millis(300));
        line.shutdown(std::net::Shutdown::Both).unwrap();
        drop(line);
        eventually(SOON, || (offset(&inspector, &upload) == 30_000).then_some(()));
        let done = patch(&inspector, &upload, 30_000, &file[30_000..]);
        assert_eq!(done.status, 204, "{}", done.text);
    }

    fn of_two_who_write_at_once_one_wins(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let file = pdf(MIB + 40_000, "two");
        let begun = begin(&inspector, &case, file.len(), &SKETCH);
        let upload = begun.header("location");
        let wrong = patch(&inspector, upload, 7, &file[7..]);
        assert_eq!(wrong.expect(409)["code"], "wrong_offset");
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let both: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| patch(&inspector, upload, 0, &file).status))
                .collect();
            both.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(answers.iter().filter(|status| **status == 204).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|status| [204, 409].contains(status)), "{answers:?}");
        let listed = list(&inspector, &case);
        assert_eq!(each(&listed["items"], "sha256"), [hex(&file)]);
        let (_, bytes) = inspector.bytes(text(&listed["items"][0]["content"]));
        assert!(bytes == file);
    }

    fn a_part_whose_sum_is_wrong_is_dropped_whole(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let file = pdf(MIB + 5_000, "sum");
        let begun = begin(&inspector, &case, file.len(), &SKETCH);
        let upload = begun.header("location");
        let half = MIB + 100;
        let wrong = patch_with(&inspector, upload, 0, &file[..half], &[("upload-checksum", &sum(b"other"))]);
        assert_eq!((wrong.status, wrong.json()["code"].clone()), (460, json!("checksum_mismatch")));
        assert_eq!(offset(&inspector, upload), 0);
        assert!(below(&store(&office)).is_empty(), "nothing of it is kept");
        let right = patch_with(&inspector, upload, 0, &file[..half], &[("upload-checksum", &sum(&file[..half]))]);
        assert_eq!(right.status, 204, "{}", right.text);
        let sha1 = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &file[half..]);
        let sha1 = format!("sha1 {}", BASE64.encode(sha1.as_ref()));
        let rest = patch_with(&inspector, upload, half, &file[half..], &[("upload-checksum", &sha1)]);
        assert_eq!(rest.status, 204, "{}", rest.text);
        let odd = patch_with(&inspector, upload, half, b"x", &[("upload-checksum", "md5 AAAA")]);
        assert_eq!(odd.expect(400)["code"], "bad_upload_header");
    }

    fn what_is_not_what_it_says_is_refused_and_not_kept(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let mut program = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".to_vec();
        program.resize(60_000, 1);
        let jpeg = photograph(40, 30);
        let png_of_jpeg = [("filename", "a.png"), ("filetype", "image/png"), ("item", "c")];
        let exe_of_jpeg = [("filename", "a.exe"), ("filetype", "image/jpeg"), ("item", "c")];
        let a_jpeg = [("filename", "a.jpg"), ("filetype", "image/jpeg"), ("item", "c")];
        let cut = jpeg[..jpeg.len() / 3].to_vec();
        for (bytes, entries, code) in [
            (&program, &SKETCH, "file_type_not_allowed"),
            (&b"%PDF-1.4 junk".to_vec(), &SKETCH, "file_broken"),
            (&jpeg, &png_of_jpeg, "file_type_differs"),
            (&jpeg, &exe_of_jpeg, "file_type_differs"),
            (&cut, &a_jpeg, "file_broken"),
        ] {
            let begun = begin(&inspector, &case, bytes.len(), entries);
            let upload = begun.header("location");
            let refused = patch(&inspector, upload, 0, bytes);
            let body = refused.expect(422);
            assert_eq!(body["code"], code);
            assert_ne!(body["detail"], body["detail_en"]);
            let gone = inspector.get(upload).expect(410);
            assert_eq!(gone["code"], code, "whoever asks later hears why");
        }
        assert_eq!(rows(db, "documents"), 0);
        eventually(SOON, || below(&store(&office)).is_empty().then_some(()));
        // A large one is refused with its first piece, before the rest of it comes.
        let mut large = program.clone();
        large.resize(3 * MIB, 1);
        let begun = begin(&inspector, &case, large.len(), &SKETCH);
        let refused = patch(&inspector, begun.header("location"), 0, &large[..MIB]);
        assert_eq!(refused.expect(422)["code"], "file_type_not_allowed");
        assert!(db.tnld(&["audit", "export"]).ok().contains("\"action\":\"refuse_file\""));
    }

    fn bombs_are_refused(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        // A PDF whose one stream unpacks to 300 MB.
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        for _ in 0..300 {
            packed.write_all(&vec![0; MIB]).unwrap();
        }
        let mut bomb = b"%PDF-1.7\n1 0 obj\n<< /Filter /FlateDecode >>\nstream\n".to_vec();
        bomb.extend(packed.finish().unwrap());
        bomb.extend(b"\nendstream\nendobj\n%%EOF");
        let refused = send(&inspector, &case, &bomb, &SKETCH);
        assert_eq!(refused.expect(422)["code"], "file_bomb");
        // An image of ten thousand million pixels in 70 bytes.
        let mut image = Vec::new();
        image::DynamicImage::new_luma8(1, 1)
            .write_to(&mut std::io::Cursor::new(&mut image), image::ImageFormat::Png)
            .unwrap();
        image[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
        image[20..24].copy_from_slice(&100_000_u32.to_be_bytes());
        let mut crc = flate2::Crc::new();
        crc.update(&image[12..29]);
        let crc = crc.sum().to_be_bytes();
        image[29..33].copy_from_slice(&crc);
        let entries = [("filename", "a.png"), ("filetype", "image/png"), ("item", "c")];
        let refused = send(&inspector, &case, &image, &entries);
        assert_eq!(refused.expect(422)["code"], "image_too_large");
    }

    fn a_length_that_comes_later_is_refused_also_beside_one_that_is_said(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let entries = metadata(&SKETCH);
        let path = format!("/api/v1/cases/{case}/uploads");
        let metadata = ("upload-metadata", entries.as_str());
        for length in [None, Some(("upload-length", "100"))] {
            let headers: Vec<_> = [VERSION, metadata, ("upload-defer-length", "1")].into_iter().chain(length).collect();
            let refused = office.inspector("66").send("POST", &path, &headers, b"");
            assert_eq!(refused.expect(400)["code"], "bad_upload_header");
        }
        assert_eq!(rows(db, "uploads"), 0);
    }

    fn a_file_that_is_too_large_is_refused_before_it_comes(db: &Db) {
        let office = Office::open_with(db, &[("TNLD_FILES_MAX_MB", "2")]);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let refused = begin(&inspector, &case, 2 * 1024 * MIB, &SKETCH);
        let body = refused.expect(413);
        assert_eq!(body["code"], "file_too_large");
        assert_eq!(rows(db, "uploads"), 0);
        // Nor does more come than was said.
        let begun = begin(&inspector, &case, 100, &SKETCH);
        let upload = begun.header("location");
        let refused = patch(&inspector, upload, 0, &pdf(4000, "long"));
        assert_eq!(refused.expect(413)["code"], "upload_too_long");
        assert_eq!(offset(&inspector, upload), 0);
    }

    fn an_odd_request_is_told_what_is_wrong(db: &Db) {
        let office = Office::open(db);
        let (employer, case) = a_case(&office);
        let inspector = office.inspector("66");
        let path = format!("/api/v1/cases/{case}/uploads");
        let metadata = metadata(&SKETCH);
        let old = [("tus-resumable", "0.2.2"), ("upload-length", "10"), ("upload-metadata", metadata.as_str())];
        let refused = inspector.send("POST", &path, &old, b"");
        assert_eq!((refused.status, refused.header("tus-version")), (412, "1.0.0"));
        let refused = inspector.send("POST", &path, &[VERSION, ("upload-metadata", metadata.as_str())], b"");
        assert_eq!(refused.expect(400)["code"], "bad_upload_header");
        let faults = begin(&inspector, &case, 10, &[("filetype", "text/html"), ("item", "b"), ("victim", "9"), ("x", "1")]);
        assert_eq!(faults.error_pointers(), ["/filename", "/filetype", "/x"]);
        let mut nobody = SKETCH.to_vec();
        nobody.push(("victim", "9"));
        assert_eq!(begin(&inspector, &case, 10, &nobody).error_pointers(), ["/victim"]);
        let upload = begin(&inspector, &case, 10, &SKETCH).header("location").to_owned();
        let typed = inspector.send("PATCH", &upload, &[VERSION, ("content-type", "text/plain"), ("upload-offset", "0")], b"x");
        assert_eq!(typed.expect(415)["code"], "wrong_upload_type");
        let without = inspector.send("PATCH", &upload, &[VERSION, ("content-type", PART)], b"x");
        assert_eq!(without.expect(400)["code"], "bad_upload_header");
        // An upload is its sender's, whoever else sees the case.
        employer.get(&upload).expect(404);
        patch(&employer, &upload, 0, b"%PDF").expect(404);
        employer.send("DELETE", &upload, &[VERSION], b"").expect(404);
        // Whoever does not see the case begins none.
        for stranger in [office.inspector("19"), office.employer("0100233488")] {
            begin(&stranger, &case, 10, &SKETCH).expect(404);
        }
        begin(&office.operator(), &case, 10, &SKETCH).expect(403);
        assert_eq!(inspector.send("DELETE", &upload, &[VERSION], b"").status, 204);
        inspector.get(&upload).expect(404);
    }

    fn a_first_part_may_come_with_the_beginning(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let file = pdf(5_000, "first");
        let (length, metadata) = (file.len().to_string(), metadata(&SKETCH));
        let headers = [
            VERSION,
            ("upload-length", length.as_str()),
            ("upload-metadata", metadata.as_str()),
            ("content-type", PART),
        ];
        let begun = inspector.send("POST", &format!("/api/v1/cases/{case}/uploads"), &headers, &file[..2_000]);
        assert_eq!((begun.status, begun.header("upload-offset")), (201, "2000"), "{}", begun.text);
        let done = patch(&inspector, begun.header("location"), 2_000, &file[2_000..]);
        assert_eq!(done.status, 204, "{}", done.text);
    }

    fn what_nobody_goes_on_with_expires(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let token = db.token("inspector", &["--province", "66"]);
        let inspector = office.with_token(&token);
        let file = pdf(20_000, "expires");
        let upload = begin(&inspector, &case, file.len(), &SKETCH).header("location").to_owned();
        assert_eq!(patch(&inspector, &upload, 0, &file[..9_000]).status, 204);
        assert_eq!(below(&store(&office)).len(), 1);
        drop(office);
        let later = tnld::time::Clock::default().now() + chrono::TimeDelta::hours(25);
        let offset = clock_offset_to(&later.to_rfc3339());
        let office = Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", &offset)]);
        let inspector = office.with_token(&token);
        // Expired, and then forgotten; its bytes go.
        let gone = inspector.get(&upload);
        assert!([404, 410].contains(&gone.status), "{}", gone.text);
        eventually(SOON, || below(&store(&office)).is_empty().then_some(()));
        eventually(SOON, || (rows(db, "uploads") == 0 && rows(db, "blobs") == 0).then_some(()));
    }

    fn nobody_writes_into_a_file_that_has_ended(db: &Db) {
        let office = Office::open(db);
        let commune = office.commune("02008");
        let answer = commune.declare(&recent("05"));
        let mut case = commune.case_of(&answer);
        let id = text(&case["id"]).to_owned();
        case = steps::walk(&commune, &case, "CLOSED");
        add(&commune, &id, &pdf(3_000, "late"), &SKETCH);
        let archived = commune.step(&case, "archive", json!({ "archive_number": "12/LT" }));
        assert_eq!(archived.expect(200)["status"], "ARCHIVED");
        assert_eq!(begin(&commune, &id, 10, &SKETCH).expect(409)["code"], "case_ended");
    }
}

#[test]
fn a_body_that_stops_is_answered_and_what_came_is_kept() {
    let db = Db::sqlite();
    let office = Office::open(&db);
    let (_, case) = a_case(&office);
    let token = db.token("inspector", &["--province", "66"]);
    let inspector = office.with_token(&token);
    let file = pdf(40_000, "slow");
    let upload = begin(&inspector, &case, file.len(), &SKETCH)
        .header("location")
        .to_owned();
    let mut line = TcpStream::connect(office.address()).unwrap();
    let head = format!(
        "PATCH {upload} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ntus-resumable: 1.0.0\r\n\
         content-type: {PART}\r\nupload-offset: 0\r\ncontent-length: {}\r\n\r\n",
        file.len()
    );
    line.write_all(head.as_bytes()).unwrap();
    line.write_all(&file[..12_000]).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let mut answer = [0; 12];
    line.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
    assert_eq!(offset(&inspector, &upload), 12_000);
}
