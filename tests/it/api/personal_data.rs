//! The duties of the law on personal data: notice, requests, breaches, holds, destruction.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tnld::time::rfc3339_in_vietnam;

use super::{
    Office, ago,
    office::{each, now, text},
    recent,
};
use crate::support::{Db, program::eventually};

const SOON: std::time::Duration = std::time::Duration::from_secs(20);
const REQUESTS: &str = "/api/v1/data-subject-requests";

fn request(kind: &str) -> Value {
    json!({
        "kind": kind, "relation": "data_subject", "requester": "Hà Văn Tư",
        "contact": "tu@nguoi-lao-dong.test", "details": "Ai đã xem hồ sơ của tôi?",
    })
}

/// Ends a case as if that had been many years ago.
fn ended_long_ago(db: &Db) {
    let sql = "UPDATE cases SET status = 'CLOSED', received_at = '1990-01-01 00:00:00', closed_at = '1990-06-01 00:00:00'; \
               UPDATE case_audiences SET status = 'CLOSED', received_at = '1990-01-01 00:00:00', closed_at = '1990-06-01 00:00:00'; \
               UPDATE victims SET birth_year = 1950;";
    db.connect().execute_sql(sql).unwrap();
}

fn plan(db: &Db) -> Value {
    serde_json::from_str(&db.tnld(&["retention", "plan"]).ok()).unwrap()
}

/// A column of one row of a table.
fn column(db: &Db, sql: &str) -> Option<String> {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
        text: Option<String>,
    }
    let line: Line = diesel::sql_query(sql)
        .get_result(&mut db.connect())
        .unwrap();
    line.text
}

on_both_databases! {
    fn everybody_reads_the_notice_and_every_receipt_leads_to_it(db: &Db) {
        let office = Office::open(db);
        let nobody = office.with_token("");
        let notice = nobody.get("/api/v1/privacy").expect(200);
        assert!(each(&notice["purposes"], "purpose").contains(&"declaration"));
        let page = nobody.get(text(&office.employer("6099254308").declare(&recent("03"))["privacy"]));
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Your rights") && page.text.contains("Quyền của bạn"));
        // The channel for complaints is the one that was noted.
        let channel = json!({"duty": "complaint_channel", "done_on": "2026-05-20", "reference": "Điện thoại 02623855555"});
        let operator = office.operator();
        let noted = operator.send("PUT", "/api/v1/duties", &[("content-type", "application/json")], channel.to_string().as_bytes());
        assert_eq!(noted.expect(200)["due_on"], "2027-05-20");
        assert_eq!(nobody.get("/api/v1/privacy").expect(200)["complaint_channel"], "Điện thoại 02623855555");
        let duties = operator.get("/api/v1/duties").expect(200);
        assert_eq!(each(&duties["items"], "status"), ["missing", "missing", "missing", "done"]);
    }

    fn a_victim_is_told_who_saw_the_record(db: &Db) {
        let office = Office::open(db);
        let (operator, inspector) = (office.operator(), office.inspector("66"));
        let answer = office.employer("6099254308").declare(&recent("03"));
        inspector.case_of(&answer);
        let mut body = request("view");
        body["receipt_no"] = answer["receipt_no"].clone();
        let asked = operator.post(REQUESTS, &body).expect(201);
        let path = format!("{REQUESTS}/{}", text(&asked["id"]));
        assert_eq!(asked["acknowledge"]["basis"]["article"], "NĐ 356/2025 Điều 5");
        operator.post(&format!("{path}/acknowledge"), &Value::Null).expect(200);
        operator.post(&format!("{path}/acknowledge"), &Value::Null).expect(409);
        let extended = operator.post(&format!("{path}/extend"), &json!({"reason": "Nhiều nơi lưu"})).expect(200);
        assert_eq!(extended["extended_days"], 10);
        operator.post(&format!("{path}/extend"), &json!({"reason": "Nhiều nơi lưu"})).expect(409);
        // That no consent is needed hides nothing from the person.
        let hidden = operator.post(&format!("{path}/refuse"), &json!({"ground": "art_19_case", "answer": "x"}));
        assert_eq!((hidden.status, hidden.error_pointers()), (422, vec!["/ground".to_owned()]));
        let told = operator.post(&format!("{path}/answer"), &json!({"answer": "Gửi kèm danh sách"})).expect(200);
        let seen = each(&told["seen_by"], "action");
        assert!(seen.contains(&"read_case") && seen.contains(&"declare"), "{seen:?}");
        operator.post(&format!("{path}/refuse"), &json!({"ground": "no_data", "answer": "x"})).expect(409);
        // Nobody reads the register in the database.
        let kept = column(db, "SELECT content AS text FROM data_subject_requests").unwrap();
        assert!(kept.starts_with("tnld") && !kept.contains("nguoi-lao-dong"));
        let wrong = operator.post(REQUESTS, &json!({"kind": "all", "status": "answered", "receipt_no": "267K-3M9Q-XR4F"}));
        assert_eq!(
            wrong.error_pointers(),
            ["/contact", "/details", "/kind", "/receipt_no", "/relation", "/requester", "/status"]
        );
    }

    fn what_is_overdue_is_listed_counted_and_told(db: &Db) {
        let office = Office::open_with(db, &[("TNLD_OPERATOR_MAIL", "van-hanh@tnld.test")]);
        let operator = office.operator();
        let mut late = request("erase");
        late["received_at"] = json!(ago(60 * 24 * 45));
        let late = operator.post(REQUESTS, &late).expect(201);
        operator.post(REQUESTS, &request("erase")).expect(201);
        assert_eq!((&late["answer_overdue"], &late["acknowledge_overdue"]), (&json!(true), &json!(true)));
        let listed = operator.get(&format!("{REQUESTS}?status=overdue")).expect(200);
        assert_eq!(each(&listed["items"], "id"), [text(&late["id"])]);
        let figures = operator.get("/metrics").text;
        assert!(figures.contains("tnld_overdue_data_subject_requests 1"));
        let refused = json!({"ground": "art_19_case", "answer": "Luật buộc lưu"});
        let path = format!("{REQUESTS}/{}/refuse", text(&late["id"]));
        assert_eq!(operator.post(&path, &refused).expect(200)["status"], "refused");
        assert!(operator.get("/metrics").text.contains("tnld_overdue_data_subject_requests 0"));
    }

    fn a_breach_runs_for_72_hours_and_the_operator_is_told_twice(db: &Db) {
        let office = Office::open_with(db, &[("TNLD_OPERATOR_MAIL", "van-hanh@tnld.test")]);
        let operator = office.operator();
        let discovered = now() - TimeDelta::hours(60);
        let body = json!({
            "discovered_at": rfc3339_in_vietnam(discovered), "description": "Mất máy tính xách tay",
            "data_categories": "Họ tên", "people": "12", "contact": "Bộ phận bảo vệ dữ liệu",
        });
        let breach = operator.post("/api/v1/breaches", &body).expect(201);
        let due = rfc3339_in_vietnam(discovered + TimeDelta::hours(72));
        assert_eq!(breach["notify_limit"]["due_raw"], due.as_str());
        let path = format!("/api/v1/breaches/{}", text(&breach["id"]));
        operator.post(&format!("{path}/close"), &json!({"reason": "Xong"})).expect(409);
        operator.post(&format!("{path}/measures"), &json!({"text": "Đã khóa tài khoản"})).expect(200);
        let alarms = || {
            let found = operator.get("/api/v1/alarms").expect(200);
            let mut kinds: Vec<String> = each(&found["items"], "kind").into_iter().map(str::to_owned).collect();
            kinds.sort();
            kinds
        };
        eventually(SOON, || (alarms() == ["breach_due", "breach_opened"]).then_some(()));
        let early = rfc3339_in_vietnam(discovered - TimeDelta::minutes(1));
        let early = operator.post(&format!("{path}/notified"), &json!({"notified_at": early, "to": "Cục A05"}));
        assert_eq!((early.status, early.error_pointers()), (422, vec!["/notified_at".to_owned()]));
        let told = json!({"notified_at": ago(1), "to": "Cục A05", "reference": "12/TB"});
        operator.post(&format!("{path}/notified"), &told).expect(200);
        operator.post(&format!("{path}/notified"), &told).expect(409);
        let form = operator.get(&format!("{path}/form"));
        assert!(form.text.contains("Đã khóa tài khoản") && form.text.contains("Cục A05"));
        assert_eq!(operator.post(&format!("{path}/close"), &json!({"reason": "Xong"})).expect(200)["status"], "closed");
        operator.post(&format!("{path}/measures"), &json!({"text": "x"})).expect(409);
    }

    fn exactly_what_a_plan_lists_is_destroyed_and_nothing_on_hold(db: &Db) {
        let office = Office::open(db);
        let (operator, ministry, employer) =
            (office.operator(), office.ministry(), office.employer("6099254308"));
        let answer = employer.declare(&recent("03"));
        let receipt = text(&answer["receipt_no"]);
        let case = text(&answer["case"]["id"]);
        assert_eq!(plan(db)["would_destroy"]["cases"], json!([]));
        ended_long_ago(db);
        let first = plan(db);
        assert_eq!(each(&first["would_destroy"]["cases"], "receipt_no"), [receipt]);
        let dry = operator.get("/api/v1/retention/plan").expect(200);
        assert_eq!(dry["cases"], first["would_destroy"]["cases"]);

        // On hold, the plan of before destroys nothing.
        let hold = json!({"ground": "criminal", "reason": "Đã khởi tố"});
        operator.post(&format!("/api/v1/cases/{case}/hold"), &hold).expect(204);
        operator.post(&format!("/api/v1/cases/{case}/hold"), &hold).expect(409);
        db.tnld(&["retention", "run", "--plan", text(&first["plan"])]).failed(1);
        assert_eq!(plan(db)["would_destroy"]["on_hold"], json!({receipt: ["criminal"]}));
        employer.get(&format!("/api/v1/declarations/{receipt}")).expect(200);
        operator.post(&format!("/api/v1/cases/{case}/hold/lift"), &hold).expect(204);

        // What has changed since is not destroyed either.
        let second = plan(db);
        db.connect().execute_sql("UPDATE cases SET version = version + 1").unwrap();
        db.tnld(&["retention", "run", "--plan", text(&second["plan"])]).failed(1);

        let third = plan(db);
        let key = column(db, "SELECT data_key AS text FROM cases").unwrap();
        db.tnld(&["retention", "run", "--plan", text(&third["plan"])]).ok();
        db.tnld(&["retention", "run", "--plan", text(&third["plan"])]).failed(1);
        employer.get(&format!("/api/v1/declarations/{receipt}")).expect(404);
        ministry.get(text(&answer["case"]["href"])).expect(404);
        assert_eq!(ministry.queue("status=CLOSED").len(), 0);
        assert_eq!(column(db, "SELECT data_key AS text FROM cases"), None);
        assert_eq!(column(db, "SELECT citizen_id_hash AS text FROM victims"), None);
        // The figures stay, and so does the trace of it.
        assert_eq!(column(db, "SELECT case_class AS text FROM cases").as_deref(), Some("MULTI_SERIOUS"));
        assert!(db.tnld(&["audit", "export"]).ok().contains("\"action\":\"destroy\""));
        db.tnld(&["audit", "verify"]).ok();
        drop(office);
        if let Some(file) = db.url().strip_prefix("sqlite:") {
            for name in [file.to_owned(), format!("{file}-wal")] {
                let bytes = std::fs::read(name).unwrap_or_default();
                let there = bytes.windows(key.len()).any(|window| window == key.as_bytes());
                assert!(!there, "the wrapped key is still in the file");
            }
        }
    }

    fn lists_alarms_and_mails_show_no_identity_number_and_no_health_data(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let mut body = recent("03");
        body["victims"][0]["citizen_id"] = json!("001099012345");
        body["victims"][0]["full_name"] = json!("Y Thuận Êban");
        body["victims"][0]["injuries"] = json!(["043"]);
        body["victims"][0]["diagnosis"] = json!("Chấn thương sọ não, gãy xương");
        office.employer("6099254308").declare(&body);
        eventually(SOON, || (!office.mails().is_empty()).then_some(()));
        let mut shown = vec![
            inspector.get("/api/v1/cases").text,
            office.operator().get("/api/v1/alarms").text,
            office.operator().get("/metrics").text,
            db.tnld(&["audit", "export"]).ok(),
            db.tnld(&["retention", "plan"]).ok(),
        ];
        shown.extend(office.mails_as_sent());
        shown.extend(office.mails().into_iter().flat_map(|mail| [mail.text().to_owned(), mail.html().to_owned()]));
        shown.push(office.program.log());
        for text in shown {
            for personal in ["001099012345", "Thuận", "sọ não", "gãy xương"] {
                assert!(!text.contains(personal), "{personal}: {text}");
            }
        }
    }
}
