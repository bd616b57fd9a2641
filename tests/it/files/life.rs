//! The end of documents: removed with a reason, erased when their time is over, destroyed with their case.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::{
    api::{Office, office::rows},
    support::{
        Db,
        program::{clock_offset_to, eventually},
    },
};

const SOON: Duration = Duration::from_secs(20);

/// The office again, so many days later.
fn later<'a>(db: &'a Db, days: i64) -> Office<'a> {
    let later = tnld::time::Clock::default().now() + chrono::TimeDelta::days(days);
    Office::reopen_with(
        db,
        &[("TNLD_CLOCK_OFFSET", &clock_offset_to(&later.to_rfc3339()))],
    )
}

on_both_databases! {
    fn an_employer_takes_back_its_own_papers_only(db: &Db) {
        let office = Office::open(db);
        let (employer, inspector) = (office.employer("6199331203"), office.inspector("51"));
        let answer = employer.declare(&crate::api::recent("06"));
        let case = text(&employer.case_of(&answer)["id"]).to_owned();
        let own = add(&employer, &case, &pdf(3_000, "own"), &SKETCH);
        let theirs = add(&inspector, &case, &pdf(3_000, "theirs"), &SKETCH);
        let remove = |document: &serde_json::Value| {
            let at = format!("/api/v1/documents/{}/remove", text(&document["id"]));
            employer.post(&at, &json!({ "reason": "Tải nhầm" }))
        };
        remove(&theirs).expect(403);
        remove(&own).expect(200);
    }

    fn a_document_is_removed_with_a_reason_and_erased_unless_there_is_a_hold(db: &Db) {
        let office = Office::open(db);
        let (employer, case) = a_case(&office);
        let token = db.token("inspector", &["--province", "66"]);
        let inspector = office.with_token(&token);
        let document = add(&employer, &case, &pdf(3_000, "removed"), &SKETCH);
        let path = format!("/api/v1/documents/{}", text(&document["id"]));
        let remove = format!("{path}/remove");
        // Whoever declares adds, and does not take away.
        employer.post(&remove, &json!({ "reason": "x" })).expect(404);
        assert_eq!(inspector.post(&remove, &json!({})).error_pointers(), ["/reason"]);
        let removed = inspector.post(&remove, &json!({ "reason": "Tải nhầm hồ sơ" })).expect(200);
        assert_eq!((&removed["state"], &removed["removed_because"]), (&json!("removed"), &json!("Tải nhầm hồ sơ")));
        assert_eq!(inspector.post(&remove, &json!({ "reason": "x" })).expect(409)["code"], "document_removed");
        assert_eq!(inspector.get(&format!("{path}/content")).expect(410)["code"], "document_removed");
        assert_eq!(list(&inspector, &case)["files"][0]["items"][1]["state"], "missing");
        assert_eq!(below(&store(&office)).len(), 2, "its bytes are still there");
        let operator = db.token("operator", &[]);
        let hold = json!({ "ground": "criminal", "reason": "Đã khởi tố" });
        office.with_token(&operator).post(&format!("/api/v1/cases/{case}/hold"), &hold).expect(204);
        drop((office, employer));

        let office = later(db, 40);
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(below(&store(&office)).len(), 2, "a hold keeps them");
        let lift = format!("/api/v1/cases/{case}/hold/lift");
        office.with_token(&operator).post(&lift, &hold).expect(204);
        eventually(SOON, || below(&store(&office)).is_empty().then_some(()));
        let inspector = office.with_token(&token);
        let erased = inspector.get(&path).expect(200);
        assert_ne!(erased["erased_at"], Value::Null);
        assert_eq!(erased["removed_because"], "Tải nhầm hồ sơ");
        eventually(SOON, || (rows(db, "blobs") == 0).then_some(()));
    }

    fn the_files_of_a_case_that_is_destroyed_go_with_it(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let document = add(&inspector, &case, &pdf(3_000, "destroyed"), &SKETCH);
        let seen = inspector.get(&format!("/api/v1/cases/{case}")).expect(200);
        let letter = json!({ "to_authority": "SNV-51", "letter_number": "12/CV", "reason": "Sai địa bàn." });
        inspector.step(&seen, "transfer", letter).expect(200);
        let half = pdf(20_000, "half");
        let upload = begin(&inspector, &case, half.len(), &SKETCH).header("location").to_owned();
        assert_eq!(patch(&inspector, &upload, 0, &half[..9_000]).status, 204);
        let sql = "UPDATE cases SET status = 'CLOSED', received_at = '1990-01-01 00:00:00', closed_at = '1990-06-01 00:00:00'; \
                   UPDATE case_audiences SET status = 'CLOSED', received_at = '1990-01-01 00:00:00', closed_at = '1990-06-01 00:00:00'; \
                   UPDATE victims SET birth_year = 1950;";
        db.connect().execute_sql(sql).unwrap();
        let plan: Value = serde_json::from_str(&db.tnld(&["retention", "plan"]).ok()).unwrap();
        db.tnld(&["retention", "run", "--plan", text(&plan["plan"])]).ok();
        inspector.get(text(&document["content"])).expect(404);
        eventually(SOON, || below(&store(&office)).is_empty().then_some(()));
        eventually(SOON, || (rows(db, "blobs") == 0 && rows(db, "uploads") == 0).then_some(()));
        assert_eq!(rows(db, "documents"), 1, "that there was one stays");
        // Of the list of what went along nothing is left but that there was one.
        assert_eq!(rows(db, "transfers"), 1);
        assert_eq!(rows(db, "transfers WHERE record IS NOT NULL"), 0);
        inspector.get(&format!("/api/v1/cases/{case}/transfers")).expect(404);
    }
}
