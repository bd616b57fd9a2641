//! The employer's own team works in the service: it sees and runs its facility case, and the province watches
//! (L84 Art. 35.1, 35.2).

use serde_json::{Value, json};

use super::{
    Caller, Office,
    office::{each, text},
    recent, steps,
};

fn names(case: &Value) -> Vec<&str> {
    each(&case["allowed_actions"], "name")
}

#[track_caller]
fn take(caller: &Caller, case: &Value, name: &str) -> Value {
    let seen = caller.get(&path(case)).expect(200);
    let all = seen["allowed_actions"].as_array().unwrap();
    let action = all.iter().find(|action| action["name"] == name);
    let action = action.unwrap_or_else(|| panic!("{name} is not offered: {:?}", names(&seen)));
    steps::perform(caller, &seen, action, &json!({})).expect(200)
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", text(&case["id"]))
}

on_both_databases! {
    fn an_employer_runs_its_own_case_from_the_class_to_the_end(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let answer = employer.declare(&recent("06"));
        let receipt_no = text(&answer["receipt_no"]).to_owned();
        assert_eq!(employer.queue("status=open"), [receipt_no]);
        let mut case = employer.case_of(&answer);
        assert_eq!(case["investigation"]["level"], "facility");
        for not_theirs in ["assign", "withdraw", "transfer", "take_over", "release_scene", "record_violation"] {
            assert!(!names(&case).contains(&not_theirs), "{not_theirs}");
        }
        for step in ["classify", "form_team", "start_investigation", "draft_minutes"] {
            case = take(&employer, &case, step);
        }
        let announce = employer.step(&case, "announce", steps::meeting());
        case = match announce.status {
            200 => announce.expect(200),
            _ => take(&employer, &case, "announce"),
        };
        for step in ["dispatch_minutes", "confirm_posting"] {
            case = take(&employer, &case, step);
        }
        // Whether the scene may be cleared is said by the authority.
        let open = employer.step(&case, "close", json!({}));
        assert_eq!(open.expect(409)["code"], "not_complete");
        let inspector = office.inspector("51");
        take(&inspector, &case, "release_scene");
        case = employer.case_of(&answer);
        case = steps::walk(&employer, &case, "CLOSED");
        assert!(!names(&case).contains(&"archive"));
    }

    fn who_employs_the_victim_is_invited_and_a_poisoning_may_be_a_disease_as_well(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let mut body = recent("06");
        body["employer"] = json!({ "name": "Công ty cung ứng lao động Bờ Y", "tax_code": "6099254308" });
        body["victims"][0]["injuries"] = json!(["061"]);
        let answer = employer.declare(&body);
        assert_eq!(answer["victims"][0]["possible_disease"]["article"], "NĐ 39/2016 Phụ lục II");
        let case = employer.case_of(&answer);
        assert_eq!(case["victims"][0]["possible_disease"]["rule"], "S-061");
        // Whoever does not read the injuries does not read this either.
        let elsewhere = office.inspector("51").case_of(&answer);
        let may_read = !elsewhere["declaration"]["victims"][0]["injuries"].is_null();
        assert_eq!(may_read, !elsewhere["victims"][0]["possible_disease"].is_null());

        let case = take(&employer, &case, "classify");
        let mut team = json!({ "decision_number": "05/QĐ", "decided_on": steps::today(), "head": "Đào Văn Tám" });
        let alone = employer.step(&case, "form_team", team.clone());
        assert_eq!(alone.error_pointers(), ["/other_employer_invited"]);
        team["other_employer_invited"] = json!("Vi Thị Năm, giấy mời số 04/GM");
        let formed = employer.step(&case, "form_team", team).expect(200);
        assert_eq!(formed["status"], "TEAM_FORMED");
    }

    fn another_employer_finds_nothing_and_the_case_leaves_whoever_does_not_investigate_it_any_more(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let answer = employer.declare(&recent("06"));
        let case = employer.case_of(&answer);
        let other = office.employer("6099254308");
        other.get(&path(&case)).expect(404);
        assert!(other.queue("status=open").is_empty());
        other.step(&case, "classify", json!({})).expect(404);

        // The province takes it over: from now on the employer hears of it as the law says, not by reading along.
        let inspector = office.inspector("51");
        take(&inspector, &case, "receive");
        let over = take(&inspector, &case, "take_over");
        assert_eq!(over["investigation"]["level"], "provincial");
        employer.get(&path(&case)).expect(404);
        assert!(employer.queue("status=open").is_empty());
    }

    fn a_death_takes_the_case_from_the_employer_and_what_others_told_is_not_for_it(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let answer = employer.declare(&recent("06"));
        let case = employer.case_of(&answer);
        let death = json!({ "note": "Nạn nhân đã chết.", "accident": { "casualties": { "dead": 1, "serious": 0 } } });
        employer.supplement(&answer["receipt_no"], &death);
        employer.get(&path(&case)).expect(404);

        // The family tells of an accident at the same establishment: who told stays unknown to the employer.
        let mut body = recent("06");
        body["declarant"]["role"] = json!("family");
        let commune = office.commune("23293");
        commune.declare(&body);
        assert!(employer.queue("status=open").is_empty());
    }

    fn whom_others_name_in_a_declaration_sees_nothing_of_it(db: &Db) {
        let office = Office::open(db);
        let named = office.employer("6199331203");
        let inspector = office.inspector("51");
        // Another employer declares what happened on the premises of this one.
        let other = office.employer("6099254308");
        let answer = other.declare(&recent("06"));
        let case = inspector.case_of(&answer);
        assert_eq!(case["investigation"]["level"], "facility");
        named.get(&path(&case)).expect(404);
        named.get(&format!("{}/documents", path(&case))).expect(404);
        // Nor does whoever writes without an account that they are the employer open it to that.
        let mut body = recent("06");
        body["declarant"] = json!({ "role": "employer", "full_name": "Triệu Thị Ngà", "phone": "0909111222" });
        let told = office.with_token("").post("/api/v1/notices", &body).expect(202);
        let release = format!("/api/v1/notices/{}/release", text(&told["receipt_no"]));
        let case = inspector.case_of(&inspector.post(&release, &json!({})).expect(200));
        named.get(&path(&case)).expect(404);
        named.get(&format!("/api/v1/declarations/{}", text(&told["receipt_no"]))).expect(404);
        // It stays so through whatever is added later, and through the inspector's confirmation.
        other.supplement(&answer["receipt_no"], &json!({ "note": "Thêm.", "establishment": { "headcount": 47 } }));
        let confirmed = inspector.step(&case, "confirm_notice", json!({}));
        assert_eq!(confirmed.status, 200, "{}", confirmed.text);
        assert!(named.queue("status=open").is_empty());
        // What it declares itself is its own.
        let own = named.declare(&recent("06"));
        assert_eq!(named.queue("status=open"), [text(&own["receipt_no"])]);
    }

    fn the_province_investigates_again_what_an_employer_investigated(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let answer = employer.declare(&recent("06"));
        let inspector = office.inspector("51");
        let case = steps::walk(&inspector, &inspector.case_of(&answer), "CLOSED");
        assert!(!names(&employer.case_of(&answer)).contains(&"reinvestigate"));
        let again = take(&inspector, &case, "reinvestigate");
        assert_eq!((&again["status"], &again["investigation"]["level"]), (&json!("REINVESTIGATING"), &json!("provincial")));
        employer.get(&path(&case)).expect(404);
    }

    fn an_insurance_dossier_names_what_is_missing_until_nothing_is(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6199331203");
        let answer = employer.declare(&recent("06"));
        let inspector = office.inspector("51");
        let path = format!("{}/victims/1/insurance-dossier", path(&inspector.case_of(&answer)));
        let states = |caller: &Caller| -> Value {
            let dossier = caller.get(&path).expect(200);
            let items = dossier["items"].as_array().unwrap().iter();
            let missing: Vec<_> = items.filter(|item| item["state"] == "missing").collect();
            let names: Vec<_> = missing.iter().map(|item| item["item"].clone()).collect();
            json!([dossier["complete"], dossier["file_by"].is_string(), names])
        };
        let lacks = json!([false, false, ["investigation_minutes", "discharge_paper", "assessment"]]);
        assert_eq!(states(&inspector), lacks);
        assert_eq!(states(&employer), lacks);
        let case = steps::walk(&inspector, &inspector.case_of(&answer), "POSTED");
        take(&inspector, &case, "record_assessment");
        let file = json!({ "victim": "1", "discharge_paper": "in_file" });
        let seen = inspector.case_of(&answer);
        let all = seen["allowed_actions"].as_array().unwrap();
        let check = all.iter().find(|action| action["name"] == "check_file").unwrap();
        steps::perform(&inspector, &seen, check, &file).expect(200);
        assert_eq!(states(&inspector), json!([true, true, []]));
        inspector.get(&path.replace("/1/", "/9/")).expect(404);
        office.inspector("19").get(&path).expect(404);
        office.operator().get(&path).expect(403);
    }
}
