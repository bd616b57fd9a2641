//! Who reads which document, how it is served, what stands in the file of each victim.

use serde_json::json;

use super::*;
use crate::{
    api::{Office, steps, with},
    people::House,
    support::documents,
};
use tnld::sealing::KeySource;

on_both_databases! {
    fn a_photograph_is_written_anew_unless_its_original_is_kept_on_purpose(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let original = photograph(1200, 800);
        assert!(contains(&original, PLACE));
        let entries = [("filename", "Ảnh 1.jpg"), ("filetype", "image/jpeg"), ("item", "c")];
        let document = add(&inspector, &case, &original, &entries);
        assert_ne!(document["sha256"], document["received_sha256"]);
        // Turned as its tag says.
        assert_eq!((&document["width"], &document["height"]), (&json!(800), &json!(1200)));
        let (head, bytes) = inspector.bytes(text(&document["content"]));
        assert_eq!(head.header("content-type"), "image/jpeg");
        assert!(head.header("content-disposition").starts_with("attachment; filename=\"_nh 1.jpg\""));
        assert_eq!(head.header("x-content-type-options"), "nosniff");
        assert!(head.header("content-security-policy").starts_with("sandbox; default-src 'none'"));
        assert_eq!(head.header("cache-control"), "no-store");
        assert!(!contains(&bytes, PLACE) && !contains(&bytes, b"Exif"));
        let drawn = image::load_from_memory(&bytes).unwrap();
        assert_eq!((drawn.width(), drawn.height()), (800, 1200));

        let (head, preview) = inspector.bytes(text(&document["preview"]));
        assert_eq!(head.header("content-type"), "image/jpeg");
        let small = image::load_from_memory(&preview).unwrap();
        assert!(small.width().max(small.height()) <= 640);

        let mut kept = entries.to_vec();
        kept.push(("keep_original", "Vị trí chụp là chứng cứ, biên bản số 12"));
        let evidence = add(&inspector, &case, &original, &kept);
        assert_eq!(evidence["kept_original"], "Vị trí chụp là chứng cứ, biên bản số 12");
        let (_, bytes) = inspector.bytes(text(&evidence["content"]));
        assert!(bytes == original, "byte for byte");
        let (_, preview) = inspector.bytes(text(&evidence["preview"]));
        assert!(!contains(&preview, PLACE));
    }

    fn a_pdf_has_a_picture_of_its_first_page_and_sound_has_none(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let document = add(&inspector, &case, &pdf(3_000, "page"), &SKETCH);
        let (_, preview) = inspector.bytes(text(&document["preview"]));
        let drawn = image::load_from_memory(&preview).unwrap().into_rgb8();
        let below = drawn.get_pixel(drawn.width() / 2, drawn.height() - 20);
        assert!(below[0] > 200 && below[1] < 60, "{below:?}");
        let mut sound = b"RIFF\x24\0\0\0WAVEfmt ".to_vec();
        sound.resize(9_000, 3);
        let entries = [("filename", "Lời khai.wav"), ("filetype", "audio/x-wav"), ("item", "e")];
        let document = add(&inspector, &case, &sound, &entries);
        assert_eq!((&document["media_type"], &document["preview"]), (&json!("audio/wav"), &json!(null)));
        inspector.get(&format!("/api/v1/documents/{}/preview", text(&document["id"]))).expect(404);
        let (_, bytes) = inspector.bytes(text(&document["content"]));
        assert!(bytes == sound);
    }

    fn a_part_of_a_document_is_read_from_the_pieces_that_hold_it(db: &Db) {
        const PIECE: usize = 1024 * 1024;
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let mut file = b"RIFF\x24\0\0\0WAVEfmt ".to_vec();
        let noise = (0..2 * PIECE as u32 + 700_000).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8);
        file.extend(noise);
        let entries = [("filename", "Lời khai.wav"), ("filetype", "audio/x-wav"), ("item", "e")];
        let document = add(&inspector, &case, &file, &entries);
        let path = text(&document["content"]);
        let (head, whole) = inspector.bytes(path);
        assert!(whole == file);
        assert_eq!(head.header("accept-ranges"), "bytes");
        let tag = head.header("etag").to_owned();
        assert_eq!(tag, format!("\"{}\"", text(&document["sha256"])));

        let length = file.len();
        for (asked, first, last) in [
            ("bytes=0-0".to_owned(), 0, 0),
            ("bytes=10-99".to_owned(), 10, 99),
            (format!("bytes={}-{}", PIECE - 3, PIECE + 4), PIECE - 3, PIECE + 4),
            (format!("bytes={PIECE}-{}", 2 * PIECE - 1), PIECE, 2 * PIECE - 1),
            (format!("bytes=5-{}", 2 * PIECE + 5), 5, 2 * PIECE + 5),
            (format!("bytes={}-", length - 7), length - 7, length - 1),
            ("bytes=-9".to_owned(), length - 9, length - 1),
            (format!("bytes=2-{}", length * 2), 2, length - 1),
        ] {
            let part = inspector.send("GET", path, &[("range", &asked), ("if-range", &tag)], b"");
            assert_eq!(part.status, 206, "{asked}");
            assert_eq!(part.header("content-range"), format!("bytes {first}-{last}/{length}"));
            assert_eq!(part.header("content-length"), (last - first + 1).to_string());
            assert_eq!(part.header("content-type"), "audio/wav");
            assert_eq!((part.header("etag"), part.header("cache-control")), (tag.as_str(), "no-store"));
            assert!(part.bytes == file[first..=last], "{asked}");
        }
        for beyond in [format!("bytes={length}-"), "bytes=-0".to_owned()] {
            let refused = inspector.send("GET", path, &[("range", &beyond)], b"");
            assert_eq!(refused.header("content-range"), format!("bytes */{length}"));
            assert_eq!(refused.expect(416)["code"], "range_not_satisfiable");
        }
        // The whole: of what is there no more, of what nobody can read, and of several parts.
        for headers in [
            vec![("range", "bytes=0-9"), ("if-range", "\"of-before\"")],
            vec![("range", "bytes=9-0")],
            vec![("range", "bytes=0-1,5-6")],
        ] {
            let all = inspector.send("GET", path, &headers, b"");
            assert_eq!((all.status, all.bytes.len()), (200, length), "{headers:?}");
        }
        // Pieces that hold none of it are not asked for; what holds some is.
        let mut pieces = below(&store(&office));
        pieces.sort_by_key(|(_, bytes)| std::cmp::Reverse(bytes.len()));
        let full: Vec<_> = pieces.iter().take(2).map(|(path, _)| path.clone()).collect();
        full.iter().for_each(|path| std::fs::remove_file(path).unwrap());
        let last = inspector.send("GET", path, &[("range", "bytes=-100")], b"");
        assert!(last.status == 206 && last.bytes == file[length - 100..]);
        inspector.send("GET", path, &[("range", "bytes=0-9")], b"").expect(410);
        // Whoever may not read it gets no part of it either.
        let stranger = office.inspector("19");
        stranger.send("GET", path, &[("range", "bytes=0-9")], b"").expect(404);
        // Each part that was read is traced.
        let trace = db.tnld(&["audit", "export"]).ok();
        let reads = trace.lines().filter(|line| line.contains("read_document")).count();
        assert!(reads >= 12, "{reads}");
    }

    fn documents_are_confidential_until_the_minutes_are_announced(db: &Db) {
        let office = Office::open(db);
        let (employer, case) = a_case(&office);
        let case = case.as_str();
        let inspector = office.inspector("66");
        let theirs = add(&employer, case, &pdf(3_000, "of the employer"), &SKETCH);
        let statement = [("filename", "Lời khai.pdf"), ("filetype", "application/pdf"), ("item", "e")];
        let internal = [("filename", "Công văn.pdf"), ("filetype", "application/pdf"), ("item", "other")];
        let ours = add(&inspector, case, &pdf(3_000, "a statement"), &statement);
        let letter = add(&inspector, case, &pdf(3_000, "a letter"), &internal);
        let content = |document: &Value| format!("/api/v1/documents/{}/content", text(&document["id"]));
        // Before: whoever investigates reads everything, whoever added a document that one.
        assert_eq!(inspector.bytes(&content(&theirs)).0.status, 200);
        assert_eq!(employer.bytes(&content(&theirs)).0.status, 200);
        assert_eq!(employer.get(&content(&ours)).expect(409)["code"], "not_announced");
        let seen = list(&employer, case);
        assert_eq!(seen["announced_at"], Value::Null);
        let readable: Vec<bool> = seen["items"].as_array().unwrap().iter().map(|one| one["readable"] == true).collect();
        assert_eq!(readable, [true, false, false]);
        assert_eq!((&seen["items"][1]["file_name"], &seen["items"][1]["content"]), (&Value::Null, &Value::Null));
        assert!(!seen.to_string().contains("Lời khai.pdf"));

        let shown = inspector.get(&format!("/api/v1/cases/{case}")).expect(200);
        steps::walk(&inspector, &shown, "ANNOUNCED");
        assert_eq!(employer.bytes(&content(&ours)).0.status, 200, "the file that it keeps");
        employer.get(&content(&letter)).expect(403);
        assert_ne!(list(&employer, case)["announced_at"], Value::Null);
        // Strangers see none of it, before or after.
        for stranger in [office.inspector("19"), office.employer("0100233488")] {
            stranger.get(&content(&ours)).expect(404);
            stranger.get(&format!("/api/v1/cases/{case}/documents")).expect(404);
        }
        // Every look is in the trace, with what for.
        let trace = db.tnld(&["audit", "export"]).ok();
        let reads = trace.lines().filter(|line| line.contains("\"action\":\"read_document\"")).count();
        assert_eq!(reads, 3);
        assert!(trace.lines().any(|line| line.contains("read_document") && line.contains("\"purpose\":\"investigation\"")));
    }

    fn an_employer_whose_own_team_investigates_works_with_the_whole_file(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let answer = employer.declare(&recent("06"));
        let case = text(&answer["case"]["id"]);
        let inspector = office.inspector("51");
        let ours = add(&inspector, case, &pdf(3_000, "of the province"), &SKETCH);
        let content = format!("/api/v1/documents/{}/content", text(&ours["id"]));
        assert_eq!(employer.bytes(&content).0.status, 200);
        // The province takes it over: from now on it is confidential for the employer as well.
        let mut seen = inspector.get(&format!("/api/v1/cases/{case}")).expect(200);
        for name in ["receive", "take_over"] {
            let action = seen["allowed_actions"].as_array().unwrap().iter().find(|one| one["name"] == name);
            seen = steps::perform(&inspector, &seen, action.unwrap(), &json!({})).expect(200);
        }
        assert_eq!(employer.get(&content).expect(409)["code"], "not_announced");
        let own = add(&employer, case, &pdf(3_000, "handed up"), &SKETCH);
        assert_eq!(own["readable"], true);
    }

    fn health_data_need_their_grant(db: &Db) {
        let office = Office::open(db);
        let (employer, case) = a_case(&office);
        let inspector = office.inspector("66");
        let entries = [("filename", "Giấy ra viện.pdf"), ("filetype", "application/pdf"), ("item", "k"), ("victim", "1")];
        let paper = add(&inspector, &case, &pdf(3_000, "paper"), &entries);
        assert_eq!(paper["victim"], 1);
        let content = format!("/api/v1/documents/{}/content", text(&paper["id"]));
        assert_eq!(office.police("22015").bytes(&content).0.status, 200, "with the grant");
        let shown = inspector.get(&format!("/api/v1/cases/{case}")).expect(200);
        steps::walk(&inspector, &shown, "ANNOUNCED");
        assert_eq!(employer.bytes(&content).0.status, 200);
        // Whoever is on duty takes in what arrives, and does not need to know what a person is hurt by.
        let Office { db, program } = office;
        let house = House { db, program };
        let duty = house.official("truc@so-66.test", "SNV-66", "duty_officer", &[]);
        duty.browser.get(&content).expect(403);
        let listed = duty.browser.get(&format!("/api/v1/cases/{case}/documents")).expect(200);
        assert_eq!((&listed["items"][0]["readable"], &listed["items"][0]["file_name"]), (&json!(false), &Value::Null));
    }

    fn the_file_of_each_victim_says_what_is_there_and_what_is_missing(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let answer = employer.declare(&recent("06"));
        let id = text(&answer["case"]["id"]).to_owned();
        let inspector = office.inspector("51");
        let case = steps::walk(&inspector, &inspector.case_of(&answer), "INVESTIGATING");
        let states = |listed: &Value| -> Vec<String> {
            let items = listed["files"][0]["items"].as_array().unwrap();
            items.iter().map(|line| format!("{} {}", text(&line["item"]), text(&line["state"]))).collect()
        };
        let before = list(&inspector, &id);
        assert!(states(&before).iter().all(|line| line.ends_with(" missing")), "{before:#}");
        assert_eq!(before["files"][0]["items"][4]["article"], "D39 Điều 16.1.đ");
        add(&inspector, &id, &pdf(3_000, "sketch"), &SKETCH);
        let own = [("filename", "a.jpg"), ("filetype", "image/jpeg"), ("item", "c"), ("victim", "1")];
        add(&inspector, &id, &photograph(64, 48), &own);
        inspector.step(&case, "check_file", json!({
            "victim": "1", "scene_minutes": "none", "sketch": "in_file", "photographs": "in_file",
            "examination_minutes": "in_file", "expertise_results": "none", "statements": "in_file",
            "injury_certificate": "in_file", "discharge_paper": "none",
        })).expect(200);
        let case = inspector.case_of(&answer);
        steps::walk(&inspector, &case, "ANNOUNCED");
        let after = list(&inspector, &id);
        assert_eq!(states(&after), [
            "a answered_none", "b document", "c document", "d on_paper", "dd answered_none", "e on_paper",
            "g recorded", "h recorded", "i on_paper", "k answered_none",
        ]);
        assert_eq!(after["files"][0]["complete"], true);
    }

    fn a_case_of_sixty_victims_and_five_hundred_documents_is_one_page(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let one = recent("03")["victims"][0].clone();
        let victims: Vec<Value> = (1..=60).map(|number| {
            let mut victim = one.clone();
            victim["no"] = json!(number);
            victim["full_name"] = json!(format!("Người Thứ {number}"));
            victim.as_object_mut().unwrap().remove("citizen_id");
            victim
        }).collect();
        let body = with(recent("03"), &[
            ("/victims", json!(victims)),
            ("/accident/casualties", json!({ "dead": 0, "serious": 60, "light": 0, "missing": 0, "unknown": 0 })),
        ]);
        let answer = employer.declare(&body);
        let id = text(&answer["case"]["id"]).to_owned();
        let inspector = office.inspector("66");
        let document = add(&inspector, &id, &pdf(3_000, "many"), &SKETCH);
        // What is said of it is sealed with its id: the copies have their own.
        let file = match db.sqlite_file() {
            Some(_) => db.folder().join("master.keys"),
            None => db.folder().join("tnld-data/master.keys"),
        };
        documents::copy(db, &KeySource::File(file), text(&document["id"]), 499);
        let listed = list(&inspector, &id);
        assert_eq!(listed["items"].as_array().unwrap().len(), 500);
        assert_eq!(listed["files"].as_array().unwrap().len(), 60);
    }
}
