//! What goes along when a case goes to others, and who reads it afterwards.

use serde_json::{Value, json};

use super::*;
use crate::api::{Office, office::each, with};

/// What went along with a case, each time.
#[track_caller]
fn moves(caller: &Caller, case: &str) -> Value {
    caller
        .get(&format!("/api/v1/cases/{case}/transfers"))
        .expect(200)["items"]
        .clone()
}

fn to(authority: &str) -> Value {
    json!({ "to_authority": authority, "letter_number": "12/CV", "reason": "Sai địa bàn." })
}

on_both_databases! {
    fn a_transfer_leaves_a_list_of_what_went_along(db: &Db) {
        let office = Office::open(db);
        let (employer, id) = a_case(&office);
        let (old, new) = (office.inspector("66"), office.inspector("51"));
        assert_eq!(moves(&old, &id), json!([]));
        let document = add(&old, &id, &pdf(3_000, "sơ đồ"), &SKETCH);
        old.post(&format!("/api/v1/cases/{id}/forms"), &json!({ "form": "POSTING" })).expect(201);
        let case = old.get(&format!("/api/v1/cases/{id}")).expect(200);

        // Nothing is written by what is refused, or only asked.
        for nobody in ["SNV-66", "CAX-23293", "không có", ""] {
            assert_eq!(old.step(&case, "transfer", to(nobody)).error_pointers(), ["/to_authority"], "{nobody}");
        }
        let seen = json!({ "seen_version": case["version"], "to_authority": "SNV-51", "letter_number": "12/CV", "reason": "Sai." });
        old.post(&format!("/api/v1/cases/{id}/steps/transfer/preview"), &seen).expect(200);
        // The police see the case and may not; of the employer it is none to work on.
        for (stranger, status) in [(office.police("66"), 403), (employer.clone(), 404)] {
            stranger.step(&case, "transfer", to("SNV-51")).expect(status);
        }
        assert_eq!(office.rows("transfers"), 0);

        // Of two at once one gives it away.
        let mut answered: Vec<u16> = std::thread::scope(|scope| {
            let give = || old.step(&case, "transfer", to("SNV-51")).status;
            let both = [scope.spawn(give), scope.spawn(give)];
            both.into_iter().map(|one| one.join().unwrap()).collect()
        });
        answered.sort_unstable();
        assert_eq!(answered, [200, 409]);
        assert_eq!(office.rows("transfers"), 1);

        let list = moves(&new, &id);
        assert_eq!(list, moves(&old, &id), "giver and taker read the same");
        let one = &list[0];
        assert_eq!((&one["because"], &one["article"]), (&json!("transfer"), &json!("L84 Điều 34.2")));
        assert!(text(&one["because_vi"]).contains("địa bàn") && text(&one["because_en"]).contains("territory"));
        assert_eq!((each(&one["from"], "id"), each(&one["to"], "id")), (vec!["SNV-66"], vec!["SNV-51"]));
        assert_eq!((&one["letter_number"], &one["reason"]), (&json!("12/CV"), &json!("Sai địa bàn.")));
        assert_eq!((&one["status_before"], &one["status_after"]), (&json!("DECLARED"), &json!("TRANSFERRED")));
        let stock = &one["inventory"];
        assert_eq!(each(&stock["declarations"], "receipt_no"), [text(&case["receipt_no"])]);
        assert_eq!((&stock["content_kept"], &stock["victims"]["serious"], &stock["supplements"]), (&json!(true), &json!(2), &json!(0)));
        let file = &stock["documents"][0];
        assert_eq!((&file["document_id"], &file["sha256"]), (&document["id"], &document["sha256"]));
        assert_eq!((&file["file_name"], &file["item"], &file["state"]), (&document["file_name"], &json!("b"), &json!("ready")));
        let form = &stock["forms"][0];
        assert_eq!((&form["form"], &form["number"]), (&json!("POSTING"), &json!(1)));
        assert!(form["pages"].as_u64() > Some(0) && text(&form["sha256"]).len() == 64);
        let clocks = each(&stock["open_clocks"], "clock");
        assert!(clocks.contains(&"K2") && clocks.contains(&"K3"), "{clocks:?}");
        assert_eq!(stock["events"], json!(2));
        // Moments are written as everywhere else.
        let moments = ["/declarations/0/received_at", "/open_clocks/0/starts_at", "/open_clocks/0/due_raw", "/alerts/0/created_at"];
        assert!(moments.iter().all(|at| text(stock.pointer(at).unwrap()).ends_with("+07:00")), "{stock}");
        assert!(stock["alerts"].as_array().unwrap().iter().any(|alert| alert["authority"].as_str().is_some_and(|name| name.contains("Quảng Ngãi"))));
        assert_eq!(office.rows("(SELECT 1 FROM transfers WHERE record NOT LIKE 'tnld_:%') AS plain"), 0);

        // Nobody else reads it, and what is done later does not change it.
        for (caller, status) in [(office.police("66"), 403), (employer, 403), (office.operator(), 403), (office.inspector("01"), 404)] {
            caller.get(&format!("/api/v1/cases/{id}/transfers")).expect(status);
        }
        new.get("/api/v1/cases/unknown/transfers").expect(404);
        add(&new, &id, &pdf(3_000, "ảnh"), &SKETCH);
        assert_eq!(moves(&new, &id), list);

        // The list on paper, of whoever has the case, with every document.
        let second = add(&new, &id, &pdf(3_100, "giấy ra viện"), &SKETCH);
        let path = format!("/api/v1/cases/{id}/forms");
        let issued = new.post(&path, &json!({ "form": "TRANSFER-LIST", "entries": { "giver": "Sở Nội vụ Đắk Lắk" } })).expect(201);
        let (head, bytes) = new.bytes(text(&issued["issued"]["pdf"]));
        assert_eq!((head.header("content-type"), &bytes[..5]), ("application/pdf", b"%PDF-".as_slice()));
        assert_eq!(each(&issued["blanks"], "field"), ["taker"]);
        let (_, docx) = new.bytes(text(&issued["issued"]["docx"]));
        let mut paper = zip::ZipArchive::new(std::io::Cursor::new(docx)).unwrap();
        let mut words = String::new();
        std::io::Read::read_to_string(&mut paper.by_name("word/document.xml").unwrap(), &mut words).unwrap();
        for listed in [&document, &second] {
            assert!(words.contains(text(&listed["file_name"])), "{listed}: {words}");
        }

        // The moves stand in the trace, and each look.
        let trace = office.rows("(SELECT 1 FROM audit_entries WHERE action = 'move_case') AS moved");
        assert_eq!(trace, 1);
        assert_eq!(office.rows("(SELECT 1 FROM audit_entries WHERE action = 'read_transfers') AS looked"), 4);
        let case = new.get(&format!("/api/v1/cases/{id}")).expect(200);
        new.step(&case, "transfer", to("SNV-66")).expect(200);
        assert_eq!(moves(&old, &id).as_array().unwrap().len(), 2);
    }

    fn whoever_loses_a_case_to_another_place_reads_what_they_gave(db: &Db) {
        let office = Office::open(db);
        let (employer, id) = a_case(&office);
        let old = office.inspector("66");
        add(&old, &id, &pdf(3_000, "sơ đồ"), &SKETCH);
        let case = old.get(&format!("/api/v1/cases/{id}")).expect(200);
        let place = json!({ "note": "Sửa nơi xảy ra.", "accident": { "place": { "commune_code": "23293" } } });
        employer.supplement(&case["receipt_no"], &place);
        old.get(&format!("/api/v1/cases/{id}")).expect(404);
        let given = moves(&old, &id);
        assert_eq!(each(&given, "because"), ["place_corrected"]);
        assert_eq!((each(&given[0]["from"], "id"), each(&given[0]["to"], "id")), (vec!["SNV-66"], vec!["SNV-51"]));
        assert_eq!(given[0]["inventory"]["documents"].as_array().unwrap().len(), 1);
        let new = office.inspector("51");
        assert_eq!(moves(&new, &id), given);
        // What happens to it there is no matter of theirs.
        let case = new.get(&format!("/api/v1/cases/{id}")).expect(200);
        new.step(&case, "transfer", to("BCT")).expect(200);
        assert_eq!(moves(&new, &id).as_array().unwrap().len(), 2);
        assert_eq!(moves(&old, &id), given);
    }

    fn of_a_unit_of_the_army_only_the_way_it_took_is_told(db: &Db) {
        let office = Office::open(db);
        office.add_authority("BQP,LINE_MINISTRY,Bộ Quốc phòng,country,VN,2016-07-01,,bqp@example.test,02207109999,,army");
        let (employer, id) = a_case(&office);
        let old = office.inspector("66");
        add(&old, &id, &pdf(3_000, "sơ đồ"), &SKETCH);
        let case = old.get(&format!("/api/v1/cases/{id}")).expect(200);
        let sector = json!({ "note": "Thuộc đơn vị quân đội.", "accident": { "sector": "army" } });
        employer.supplement(&case["receipt_no"], &sector);
        let given = moves(&old, &id);
        assert_eq!(each(&given, "because"), ["armed_forces"]);
        assert_eq!(each(&given[0]["to"], "id"), ["BQP"]);
        let stock = &given[0]["inventory"];
        assert_eq!((&stock["content_kept"], &stock["victims_named"]), (&json!(false), &json!(0)));
        let file = &stock["documents"][0];
        assert_eq!((&file["item"], &file["file_name"], &file["sha256"]), (&json!("b"), &Value::Null, &Value::Null));
        assert_eq!(moves(&office.ministry(), &id), given);
    }

    fn a_list_also_of_what_the_province_takes_over_and_of_a_mistake(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let one_hurt = with(recent("03"), &[("/accident/casualties", json!({ "light": 1 })), ("/victims", json!([]))]);
        let answer = employer.declare(&one_hurt);
        let inspector = office.inspector("66");
        let case = inspector.step(&inspector.case_of(&answer), "receive", json!({})).expect(200);
        let decision = json!({ "decision_number": "7/QĐ", "decided_on": crate::api::ago(0)[..10], "reason": "Phức tạp." });
        inspector.step(&case, "take_over", decision).expect(200);
        let id = text(&case["id"]);
        let taken = moves(&inspector, id);
        assert_eq!(each(&taken, "because"), ["taken_over"]);
        assert_eq!((&taken[0]["level_before"], &taken[0]["level_after"]), (&json!("facility"), &json!("provincial")));
        assert_eq!(taken[0]["letter_number"], "7/QĐ");

        let (_, other) = a_case(&office);
        let path = format!("/api/v1/cases/{other}");
        inspector.step(&inspector.get(&path).expect(200), "transfer", to("BCT")).expect(200);
        inspector.step(&inspector.get(&path).expect(200), "reinstate", json!({ "reason": "Chuyển nhầm." })).expect(200);
        let all = moves(&inspector, &other);
        assert_eq!(each(&all, "because"), ["transfer", "given_back"]);
        assert_eq!(each(&all[1]["from"], "id"), ["BCT"]);
        assert_eq!(each(&all[1]["to"], "id"), ["SNV-66"]);
    }
}
