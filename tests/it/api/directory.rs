//! The directory over HTTP: looked through, changed on a day, and what a change would alter.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use tnld::time::day_in_vietnam;

use super::{
    Office,
    office::{each, now, text},
    recent,
};

fn in_days(days: u64) -> NaiveDate {
    day_in_vietnam(now()) + Days::new(days)
}

fn role_of<'a>(effect: &'a Value, role: &str) -> &'a Value {
    let all = effect["routing"].as_array().unwrap().iter();
    let mut found = all.filter(|change| change["role"] == role);
    found.next().unwrap_or_else(|| panic!("{role}: {effect}"))
}

on_both_databases! {
    fn an_authority_is_found_by_role_territory_and_day(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("19");
        let ids = |query: &str| -> Vec<String> {
            let page = inspector.get(&format!("/api/v1/authorities?{query}")).expect(200);
            each(&page["items"], "authority_id").into_iter().map(str::to_owned).collect()
        };
        assert_eq!(ids("territory=19&role=PROVINCIAL_LABOUR_AUTHORITY"), ["SNV-19"]);
        assert_eq!(ids("territory=19&role=LOCAL_POLICE"), ["CAX-02008"]);
        assert_eq!(ids("territory=22045"), ["CAX-22045", "UBX-22045"]);
        assert_eq!(ids("day=2024-05-01&territory=06"), ["CAH-063", "TTS-06"]);
        assert_eq!(ids("territory=VN"), ["BCT", "BNV", "BXD"]);
        let page = inspector.get("/api/v1/authorities?limit=2").expect(200);
        let next = text(&page["next"]).to_owned();
        let second = inspector.get(&format!("/api/v1/authorities?limit=2&cursor={next}")).expect(200);
        assert!(each(&second["items"], "authority_id")[0] > next.as_str());
        let wrong = inspector.get("/api/v1/authorities?role=CHIEF&territory=7&day=x&limit=0");
        assert_eq!(wrong.error_pointers(), ["/day", "/limit", "/role", "/territory"]);
    }

    fn a_change_says_what_it_alters_and_counts_from_its_day(db: &Db) {
        let mut office = Office::open(db);
        let operator = office.operator();
        let declared = office.employer("6099254308").declare(&recent("03"));
        assert!(declared["routing"].to_string().contains("SNV-66"));

        let path = "/api/v1/authorities/SNV-66";
        let mut body = json!({"from": in_days(2), "emails": ["moi66@example.test"], "reason": "Đổi hộp thư"});
        let mut asked = body.clone();
        asked["change"] = json!("correct");
        asked["authority_id"] = json!("SNV-66");
        let effect = operator.post("/api/v1/authorities/preview", &asked).expect(200);
        let labour = role_of(&effect, "PROVINCIAL_LABOUR_AUTHORITY");
        assert_eq!(labour["after"][0]["emails"], json!(["moi66@example.test"]));
        assert!(labour["commune_count"].as_u64().unwrap() > 20, "{labour}");
        assert_eq!(labour["communes"].as_array().unwrap().len(), 20);
        assert_eq!(effect["open_cases"], 1);
        assert_eq!(effect["receipt_nos"][0], declared["receipt_no"]);
        let rows = || operator.get(path).expect(200)["rows"].as_array().unwrap().len();
        assert_eq!(rows(), 1, "a preview changes nothing");

        body["seen_revision"] = effect["revision"].clone();
        let done = operator.post(&format!("{path}/correct"), &body).expect(200);
        assert_eq!(done["authority"]["rows"][0]["valid_to"], json!(in_days(2)));
        assert_eq!(done["authority"]["rows"][1]["emails"], json!(["moi66@example.test"]));
        let stale = operator.post(&format!("{path}/correct"), &body).expect(409);
        assert_eq!(stale["code"], "directory_changed");
        let on = |day: NaiveDate| {
            let path = format!("/api/v1/authorities?territory=66&role=PROVINCIAL_LABOUR_AUTHORITY&day={day}");
            operator.get(&path).expect(200)["items"][0]["emails"].clone()
        };
        assert_eq!(on(in_days(1)), json!(["snv66@example.test", "truc.snv66@example.test"]));
        assert_eq!(on(in_days(2)), json!(["moi66@example.test"]));

        // Ended before the planned row begins: that never begins, and somebody else stands in.
        let end = json!({"on": in_days(1), "reason": "Sáp nhập"});
        let done = operator.post(&format!("{path}/end"), &end).expect(200);
        assert_eq!(done["authority"]["rows"].as_array().unwrap().len(), 1);
        assert!(done["effect"]["gaps_opened"].as_u64().unwrap() > 20);
        let changes = operator.get(path).expect(200)["changes"].clone();
        assert_eq!(each(&changes, "reason"), ["Sáp nhập", "Đổi hộp thư"]);
        assert_eq!(changes[0]["action"], "change_directory");
        let employer = office.db.token("employer", &["--tax-code", "6099254308"]);
        assert!(office.with_token(&employer).declare(&recent("03"))["routing"].to_string().contains("SNV-66"));
        drop(operator);
        office.program.stop();
        let office = Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", "172800")]);
        let later = office.with_token(&employer).declare(&recent("03"));
        assert!(!later["routing"].to_string().contains("SNV-66"), "{later}");
        db.tnld(&["audit", "verify"]).ok();
    }

    fn every_fault_of_a_change_is_named_at_once(db: &Db) {
        let office = Office::open(db);
        let operator = office.operator();
        let wrong = operator.post("/api/v1/authorities", &json!({
            "authority_id": "CAX-X", "role": "POLICE", "name": "Công an", "level": "commune", "territory_code": "66",
            "valid_from": "2020-01-01", "emails": ["nobody"], "phone": 3, "escalates_to": "NOBODY", "more": 1,
        }));
        assert_eq!(wrong.error_pointers(), ["/emails", "/escalates_to", "/more", "/phone", "/reason", "/role", "/territory_code"]);
        let path = "/api/v1/authorities/CAX-22045";
        let past = json!({"from": "2026-01-01", "phone": "1", "reason": "x"});
        assert_eq!(operator.post(&format!("{path}/correct"), &past).error_pointers(), ["/from"]);
        let nothing = operator.post("/api/v1/authorities/NOBODY/end", &json!({"on": in_days(1), "reason": "x"}));
        nothing.expect(404);
        let twice = operator.post("/api/v1/authorities", &json!({
            "authority_id": "CAX-22045", "role": "LOCAL_POLICE", "name": "Công an", "level": "commune",
            "territory_code": "22045", "valid_from": in_days(3), "emails": ["a@example.test"], "reason": "x",
        }));
        assert_eq!(twice.error_pointers(), ["/valid_from"]);

        // A gap closes when somebody holds the role where nobody did.
        let added = operator.post("/api/v1/authorities", &json!({
            "authority_id": "CAX-22018", "role": "LOCAL_POLICE", "name": "Công an phường", "level": "commune",
            "territory_code": "22051", "valid_from": in_days(3), "emails": ["a@example.test"], "escalates_to": "CAT-66",
            "reason": "Thành lập",
        })).expect(201);
        assert_eq!(added["effect"]["gaps_closed"], 1, "{added}");
        assert_eq!(role_of(&added["effect"], "LOCAL_POLICE")["commune_count"], 1);
    }
}
