//! The trace: whatever is done or looked at leaves an entry, and no entry can be rewritten.

use serde_json::Value;

use super::{
    Office,
    office::{each, text},
    recent,
};
use crate::support::{Db, program::eventually};

const SOON: std::time::Duration = std::time::Duration::from_secs(20);

/// What stands in the trace of a declaration, oldest first: `(action, role)`.
fn seen(answer: &Value) -> Vec<(String, String)> {
    let mut seen: Vec<(String, String)> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                text(&entry["action"]).to_owned(),
                text(&entry["role"]).to_owned(),
            )
        })
        .collect();
    seen.reverse();
    seen
}

fn pair(action: &str, role: &str) -> (String, String) {
    (action.to_owned(), role.to_owned())
}

/// A texts column of the trace, for one action.
fn results_of(db: &Db, action: &str) -> Vec<String> {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        text: String,
    }
    let query = diesel::sql_query(format!(
        "SELECT result || ' ' || object_id || ' ' || details AS text FROM audit_entries WHERE action = '{action}' ORDER BY happened_at"
    ));
    let lines: Vec<Line> = query.load(&mut db.connect()).unwrap();
    lines.into_iter().map(|line| line.text).collect()
}

/// What somebody does who can write to the database, and knows that its triggers are in the way.
fn tamper(db: &Db, sql: &str) {
    let mut conn = db.connect();
    let (before, after) = if db.url().starts_with("sqlite") {
        let names = [
            "audit_entries_no_update",
            "audit_entries_no_delete",
            "audit_roots_no_delete",
        ];
        let drop = names.map(|name| format!("DROP TRIGGER IF EXISTS {name};"));
        (drop.join(" "), String::new())
    } else {
        (
            "ALTER TABLE audit_entries DISABLE TRIGGER ALL; ALTER TABLE audit_roots DISABLE TRIGGER ALL;".to_owned(),
            "ALTER TABLE audit_entries ENABLE TRIGGER ALL; ALTER TABLE audit_roots ENABLE TRIGGER ALL;".to_owned(),
        )
    };
    conn.execute_sql(&format!("{before} {sql}; {after}"))
        .unwrap();
}

/// Reads a case so often that some chain has several entries.
fn a_busy_morning(office: &Office<'_>) -> String {
    let employer = office.employer("6099254308");
    let answer = employer.declare(&recent("03"));
    let inspector = office.inspector("66");
    for _ in 0..5 {
        inspector.case_of(&answer);
    }
    text(&answer["receipt_no"]).to_owned()
}

on_both_databases! {
    fn whoever_declared_can_ask_who_saw_it(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.declare(&recent("03"));
        let path = format!("/api/v1/declarations/{}/trace", text(&answer["receipt_no"]));
        let inspector = office.inspector("66");
        let case = inspector.case_of(&answer);
        inspector.get(&format!("/api/v1/cases/{}/alerts", text(&case["id"]))).expect(200);
        employer.get(&format!("/api/v1/declarations/{}", text(&answer["receipt_no"]))).expect(200);

        let first = employer.get(&path).expect(200);
        assert_eq!(
            seen(&first),
            [
                pair("declare", "employer"),
                pair("read_case", "inspector"),
                pair("read_alerts", "inspector"),
                pair("read_declaration", "employer"),
            ]
        );
        assert_eq!(first["items"][1]["action_vi"], "Xem tình trạng báo tin");
        assert_eq!(first["items"][1]["purpose"], "investigation");
        assert_eq!(first["items"][1]["territory"], "66");
        // The asking is traced as well.
        let second = employer.get(&path).expect(200);
        assert_eq!(seen(&second).last(), Some(&pair("read_trace", "employer")));

        // A stranger hears nothing, and that he asked is known.
        office.employer("0100233488").get(&path).expect(404);
        office.inspector("01").get(&format!("/api/v1/cases/{}", text(&case["id"]))).expect(404);
        office.operator().get("/api/v1/cases").expect(403);
        let refused = results_of(db, "refused");
        assert_eq!(refused.len(), 3, "{refused:?}");
        assert!(refused[0].contains("declaration not found GET /api/v1/declarations/"));
        assert!(refused[1].contains(text(&case["id"])));
        assert!(refused[2].starts_with("not allowed"));
    }

    fn the_page_behind_a_mails_link_is_traced_for_the_office_that_got_it(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.declare(&recent("03"));
        let mail = eventually(SOON, || office.mails().pop());
        let link = mail.text().split_whitespace().find_map(|word| word.find("/a/").map(|at| word[at..].to_owned()));
        let page = office.program.client("").get(&link.unwrap());
        assert_eq!(page.status, 200, "{}", page.text);
        let trace = employer
            .get(&format!("/api/v1/declarations/{}/trace", text(&answer["receipt_no"])))
            .expect(200);
        assert_eq!(trace["items"][0]["action"], "read_by_link");
        assert_eq!(trace["items"][0]["actor_kind"], "link");
        assert!(!text(&trace["items"][0]["actor"]).is_empty());
    }

    fn pages_of_a_long_trace_follow_each_other(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.declare(&recent("03"));
        let inspector = office.inspector("66");
        let path = format!("/api/v1/declarations/{}/trace", text(&answer["receipt_no"]));
        let case = format!("/api/v1/cases/{}", text(&answer["case"]["id"]));
        for _ in 0..120 {
            inspector.get(&case).expect(200);
        }
        let first = employer.get(&path).expect(200);
        assert_eq!(each(&first["items"], "action").len(), 100);
        let next = format!("{path}?cursor={}", text(&first["next"]));
        let second = employer.get(&next).expect(200);
        assert_eq!(each(&second["items"], "action").len(), 21);
        assert_eq!(each(&second["items"], "action").last(), Some(&"declare"));
        assert_eq!(second["next"], Value::Null);
        assert_eq!(employer.get(&format!("{path}?cursor=x")).expect(422)["code"], "invalid");
    }

    fn what_is_changed_deleted_or_moved_is_found(db: &Db) {
        let office = Office::open(db);
        a_busy_morning(&office);
        drop(office);
        let sound = db.tnld(&["audit", "verify"]).ok();
        assert!(sound.contains("Nhật ký nguyên vẹn"), "{sound}");

        // The database itself refuses, as long as its triggers stand.
        assert!(db.connect().execute_sql("UPDATE audit_entries SET actor_name = 'X'").is_err());
        assert!(db.connect().execute_sql("DELETE FROM audit_entries").is_err());

        tamper(db, "UPDATE audit_entries SET actor_name = 'Người khác' WHERE action = 'read_case' AND seq = (SELECT max(seq) FROM audit_entries)");
        let found = db.tnld(&["audit", "verify"]);
        assert!(found.stdout.contains("ĐÃ BỊ SỬA HOẶC ĐẢO"), "{}", found.stdout);
    }

    fn a_moment_that_is_written_in_another_way_is_found(db: &Db) {
        let office = Office::open(db);
        a_busy_morning(&office);
        drop(office);
        // In an SQLite file it reads as the same moment; PostgreSQL keeps it as it was.
        let other = if db.sqlite_file().is_some() {
            "UPDATE audit_entries SET happened_at = replace(happened_at, ' ', 'T') WHERE seq = 2"
        } else {
            "UPDATE audit_entries SET happened_at = happened_at + interval '1 second' WHERE seq = 2"
        };
        tamper(db, other);
        let found = db.tnld(&["audit", "verify"]);
        assert!(found.stdout.contains("mục 2"), "{}", found.stdout);
    }

    fn a_value_that_is_stored_as_bytes_is_found(db: &Db) {
        // It reads the same, and no query finds it any more. The columns of PostgreSQL have types.
        if db.sqlite_file().is_none() {
            return;
        }
        let office = Office::open(db);
        a_busy_morning(&office);
        drop(office);
        for column in ["object_id", "action", "origin", "happened_at", "seq", "chain"] {
            tamper(db, &format!("UPDATE audit_entries SET {column} = CAST({column} AS BLOB) WHERE seq = 2 AND origin IS NOT NULL"));
            let found = db.tnld(&["audit", "verify"]);
            assert!(found.stdout.contains("ĐÃ BỊ SỬA HOẶC ĐẢO"), "{column}: {}", found.stdout);
            let back = if column == "seq" { "INTEGER" } else { "TEXT" };
            tamper(db, &format!("UPDATE audit_entries SET {column} = CAST({column} AS {back})"));
            db.tnld(&["audit", "verify"]).ok();
        }
    }

    fn an_entry_that_is_taken_out_of_the_middle_is_found(db: &Db) {
        let office = Office::open(db);
        a_busy_morning(&office);
        drop(office);
        tamper(db, "DELETE FROM audit_entries WHERE seq = 2");
        let found = db.tnld(&["audit", "verify"]);
        assert!(found.stdout.contains("THIẾU") && found.stdout.contains("mục 2"), "{}", found.stdout);
    }

    fn entries_that_change_places_are_found(db: &Db) {
        let office = Office::open(db);
        a_busy_morning(&office);
        drop(office);
        tamper(db, "UPDATE audit_entries SET seq = -1 WHERE seq = 2; UPDATE audit_entries SET seq = 2 WHERE seq = 3; UPDATE audit_entries SET seq = 3 WHERE seq = -1");
        let found = db.tnld(&["audit", "verify"]);
        assert!(found.stdout.contains("mục 2"), "{}", found.stdout);
    }

    fn the_end_of_a_chain_that_is_cut_off_is_missed_by_the_root(db: &Db) {
        let office = Office::open(db);
        a_busy_morning(&office);
        drop(office);
        // The job makes a root of what it finds at the start, and receipts repeat it.
        let office = Office::reopen_with(db, &[]);
        let employer = office.employer("6099254308");
        eventually(SOON, || (office.rows("audit_roots") == 1).then_some(()));
        let root = eventually(SOON, || {
            Some(employer.declare(&recent("03"))["trace_root"].clone()).filter(|root| !root.is_null())
        });
        assert_eq!(root["no"], 1);
        assert_eq!(text(&root["root"]).len(), 64);
        drop(office);
        db.tnld(&["audit", "verify"]).ok();

        tamper(db, "DELETE FROM audit_entries WHERE action = 'read_case' AND seq = (SELECT max(seq) FROM audit_entries WHERE action = 'read_case')");
        let found = db.tnld(&["audit", "verify"]);
        assert!(found.stdout.contains("BỊ CẮT") || found.stdout.contains("THIẾU"), "{}", found.stdout);
    }

    fn a_trace_that_is_emptied_with_its_roots_is_missed_by_the_machine(db: &Db) {
        let office = Office::open(db);
        a_busy_morning(&office);
        drop(office);
        let office = Office::reopen_with(db, &[]);
        eventually(SOON, || (office.rows("audit_roots") == 1).then_some(()));
        drop(office);
        let sound = db.tnld(&["audit", "verify"]).ok();
        assert!(sound.contains("ghi nhớ giá trị gốc số 1"), "{sound}");

        if !db.url().starts_with("sqlite") {
            assert!(db.connect().execute_sql("TRUNCATE audit_entries").is_err());
        }
        tamper(db, "DELETE FROM audit_roots; DELETE FROM audit_entries");
        let found = db.tnld(&["audit", "verify"]);
        assert!(found.stdout.contains("BỊ CẮT: giá trị gốc số 1"), "{}", found.stdout);
        // What is done afterwards makes a root of the same number, but not the same root.
        let office = Office::reopen_with(db, &[]);
        a_busy_morning(&office);
        drop(office);
        let office = Office::reopen_with(db, &[]);
        eventually(SOON, || (office.rows("audit_roots") == 1).then_some(()));
        drop(office);
        let found = db.tnld(&["audit", "verify"]);
        assert!(found.stdout.contains("BỊ CẮT: giá trị gốc số 1"), "{}", found.stdout);
    }

    fn a_day_that_is_over_is_closed_and_mailed(db: &Db) {
        let office = Office::open(db);
        a_busy_morning(&office);
        drop(office);
        let tomorrow = (24 * 3600 + 600).to_string();
        let office = Office::reopen_with(
            db,
            &[("TNLD_CLOCK_OFFSET", &tomorrow), ("TNLD_AUDIT_MAIL", "luutru@example.test")],
        );
        let mail = eventually(SOON, || {
            let mut mails = office.mails().into_iter();
            mails.find(|mail| mail.header("To").contains("luutru@example.test"))
        });
        let text = mail.text();
        assert!(text.contains("Chốt nhật ký truy cập ngày"), "{text}");
        drop(office);
        db.tnld(&["audit", "verify"]).ok();
    }
}
