//! Personal data in the database: sealed, also in the raw file and in a dump; and the master keys.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use serde_json::{Value, json};
use tnld::{
    ids::CaseId,
    sealing::KeySource,
    service::keys,
    store::{conn::DbConn, schema::cases},
    time::Clock,
};

use crate::{
    api::{Office, recent, with},
    support::{Db, program::eventually},
};

/// What the tests declare, as it must not be found. The forms of a search are among them.
const PERSONAL: [&str; 14] = [
    "Lò Thị Mẫu Đơn",
    "lo thi mau don",
    "001188012345",
    "Quàng Văn Thí Dụ",
    "quang van thi du",
    "0987654321",
    "xe goòng trật bánh",
    "Gương lò số bảy",
    "đã chuyển viện cấp cứu",
    "Vi Văn Bổ Sung",
    "034077001122",
    "chồng của người bị nạn",
    "\"full_name\":",
    "\"injuries\":",
];

fn a_death() -> Value {
    with(
        recent("01"),
        &[
            ("/declarant/full_name", json!("Quàng Văn Thí Dụ")),
            ("/declarant/phone", json!("0987654321")),
            ("/accident/place/commune_code", json!("02008")),
            ("/accident/place/detail", json!("Gương lò số bảy")),
            (
                "/accident/summary",
                json!("Một xe goòng trật bánh đè lên người."),
            ),
            ("/victims/0/full_name", json!("Lò Thị Mẫu Đơn")),
            ("/victims/0/citizen_id", json!("001188012345")),
        ],
    )
}

/// Where the key file is.
pub(crate) fn key_file(db: &Db) -> PathBuf {
    match db.sqlite_file() {
        Some(_) => db.folder().join("master.keys"),
        None => db.folder().join("tnld-data/master.keys"),
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

fn lines(conn: &mut DbConn, sql: &str) -> Vec<String> {
    let found: Vec<Line> = diesel::sql_query(sql).load(conn).unwrap();
    found.into_iter().map(|line| line.text).collect()
}

/// Everything that a thief would have: the file and its log, or every row of every table.
fn loot(db: &Db) -> Vec<u8> {
    if let Some(file) = db.sqlite_file() {
        let wal = PathBuf::from(format!("{}-wal", file.display()));
        let mut bytes = std::fs::read(file).unwrap();
        bytes.extend(std::fs::read(wal).unwrap_or_default());
        return bytes;
    }
    let mut conn = db.connect();
    let tables = lines(
        &mut conn,
        "SELECT table_name::text AS text FROM information_schema.tables WHERE table_schema = 'public'",
    );
    assert!(tables.len() > 15, "{tables:?}");
    let rows = tables.iter().flat_map(|table| {
        // Every value as text, column by column: JSON would hide quotes.
        let sql = format!(
            "SELECT coalesce(value, '') AS text FROM {table} t, jsonb_each_text(to_jsonb(t))"
        );
        lines(&mut conn, &sql)
    });
    rows.collect::<Vec<_>>().join("\n").into_bytes()
}

#[track_caller]
fn assert_hidden(db: &Db) {
    let loot = loot(db);
    let is_there = |needle: &str| {
        let needle = needle.as_bytes();
        loot.windows(needle.len()).any(|window| window == needle)
    };
    assert!(is_there("02008"), "the search looks at the right place");
    assert!(is_there("tnld1:"), "and something is sealed");
    for needle in PERSONAL {
        assert!(!is_there(needle), "{needle:?} stands there to read");
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many cases a master key wraps.
fn wrapped_by(conn: &mut DbConn, id: &str) -> i64 {
    let sql = format!("SELECT count(*) AS n FROM cases WHERE master_key = '{id}'");
    diesel::sql_query(sql).get_result::<Count>(conn).unwrap().n
}

/// The names in a key file, in its order.
fn names(db: &Db) -> Vec<String> {
    let text = std::fs::read_to_string(key_file(db)).unwrap();
    let keys = text.lines().filter(|line| !line.starts_with('#'));
    keys.filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

on_both_databases! {
    fn nothing_personal_is_found_in_a_stolen_database(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("4799123402");
        let headers = [("idempotency-key", "seal-1")];
        let body = a_death();
        let first = employer.post_with("/api/v1/declarations", &headers, &body).expect(201);
        let added = json!({
            "note": "Vi Văn Bổ Sung báo thêm: đã chuyển viện cấp cứu.",
            "victims": [{ "no": 2, "full_name": "Vi Văn Bổ Sung", "citizen_id": "034077001122", "outcome": "serious" }],
        });
        employer.supplement(&first["receipt_no"], &added);
        let inspector = office.inspector("19");
        let case = inspector.case_of(&first);
        let reason = json!({ "reason": "Người khai là chồng của người bị nạn, xin rút." });
        let after = inspector.step(&case, "withdraw", reason).expect(200);
        // The alerts leave, and so do the mails that take them back.
        eventually(Duration::from_secs(20), || {
            let metrics = office.program.client("").get("/metrics").text;
            metrics.contains("\ntnld_outbox_depth 0\n").then_some(())
        });
        assert!(office.mails().len() >= 2);

        // It is all there for those who may see it.
        let shown = inspector.case_of(&first).to_string();
        let receipt = first["receipt_no"].as_str().unwrap();
        let declared = employer.get(&format!("/api/v1/declarations/{receipt}")).text;
        for text in ["Lò Thị Mẫu Đơn", "001188012345", "xe goòng trật bánh", "034077001122"] {
            assert!(shown.contains(text) && declared.contains(text), "{text}: {shown}");
        }
        assert!(shown.contains("chồng của người bị nạn"), "{after}");
        let again = employer.post_with("/api/v1/declarations", &headers, &body);
        assert_eq!(again.json()["receipt_no"], first["receipt_no"], "the answer is kept, and opens");

        assert_hidden(db);
        drop(office);
        assert_hidden(db);
    }

    fn a_person_is_found_again_in_another_commune(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("4799123402");
        let first = employer.declare(&a_death());
        // Cẩm Giàng and Đức Xuân are of one province.
        let elsewhere = |number: &str| with(a_death(), &[
            ("/accident/place/commune_code", json!("01840")),
            ("/victims/0/full_name", json!("Chưa rõ tên")),
            ("/victims/0/citizen_id", json!(number)),
        ]);
        let again = employer.declare(&elsewhere("001188012345"));
        employer.declare(&elsewhere("001188012399"));
        let case = office.inspector("19").case_of(&first);
        let found = case["possible_duplicates"].as_array().unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["case_id"], again["case"]["id"]);
        assert!(found[0]["reasons"].as_array().unwrap().contains(&json!("same_victim")));
    }

    fn without_its_key_a_database_is_not_served(db: &Db) {
        let office = Office::open(db);
        let first = office.employer("4799123402").declare(&a_death());
        drop(office);
        let file = key_file(db);
        let id = names(db).remove(0);
        let serve = |settings: &[(&str, &str)]| {
            let mut all = vec![("TNLD_LISTEN", "127.0.0.1:0"), ("TNLD_LOG", "off")];
            all.extend(settings);
            db.tnld_with(&all, &["serve"]).failed(1)
        };
        let hidden = file.with_extension("away");
        std::fs::rename(&file, &hidden).unwrap();
        let why = serve(&[]);
        assert!(why.contains(&id) && why.contains("master.keys"), "{why}");
        assert!(!file.exists(), "no key is made quietly");

        let other = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let why = serve(&[("TNLD_MASTER_KEYS", &format!("{id} {other}"))]);
        assert!(why.contains("is not the key") && !why.contains("AAECAw"), "{why}");
        let why = serve(&[("TNLD_MASTER_KEYS", &format!("mine {other}"))]);
        assert!(why.contains(&id) && why.contains("TNLD_MASTER_KEYS"), "{why}");
        std::fs::write(&file, "nonsense\n").unwrap();
        let why = serve(&[]);
        assert!(why.contains("line 1") && !why.contains("nonsense"), "{why}");

        // The same lines in a setting are as good as the file.
        let lines = std::fs::read_to_string(&hidden).unwrap();
        let office = Office::reopen_with(db, &[("TNLD_MASTER_KEYS", &lines)]);
        let case = office.inspector("19").case_of(&first);
        assert_eq!(case["declaration"]["victims"][0]["full_name"], "Lò Thị Mẫu Đơn");
        let why = db.tnld_with(&[("TNLD_MASTER_KEYS", &lines)], &["keys", "rotate"]).failed(1);
        assert!(why.contains("TNLD_MASTER_KEYS"), "{why}");
    }

    fn a_case_that_is_older_than_sealing_is_read_and_sealed_when_it_is_written(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("4799123402");
        let first = employer.declare(&a_death());
        let id = CaseId::parse(first["case"]["id"].as_str().unwrap()).unwrap();
        make_older(db, &id);
        let inspector = office.inspector("19");
        let case = inspector.case_of(&first);
        assert_eq!(case["declaration"]["victims"][0]["full_name"], "Lò Thị Mẫu Đơn");
        employer.supplement(&first["receipt_no"], &json!({ "note": "Vi Văn Bổ Sung", "accident": { "cause_code": "2" } }));
        let stored: (String, Option<String>) = cases::table
            .find(id.as_str())
            .select((cases::facts, cases::data_key))
            .first(&mut db.connect())
            .unwrap();
        assert!(stored.0.starts_with("tnld") && stored.1.is_some());
        let case = inspector.case_of(&first);
        assert_eq!(case["declaration"]["accident"]["cause_code"], "2");
        assert_eq!(case["declaration"]["victims"][0]["full_name"], "Lò Thị Mẫu Đơn");
    }

    fn keys_change_while_declarations_come_in_and_the_change_may_be_cut_off(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("4799123402");
        let inspector = office.inspector("19");
        let first = employer.declare(&a_death());
        let old = names(db).remove(0);
        more_cases(db, 3000);
        let mut conn = db.connect();
        assert_eq!(wrapped_by(&mut conn, &old), 3001);

        let stop = AtomicBool::new(false);
        let declared = std::thread::scope(|scope| {
            let declaring = scope.spawn(|| {
                let mut declared = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    declared.push(employer.declare(&a_death()));
                }
                declared
            });
            let mut rotation = Command::new(env!("CARGO_BIN_EXE_tnld"))
                .args(["keys", "rotate"])
                .current_dir(db.folder())
                .env_clear()
                .env("TNLD_DATABASE_URL", db.url())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            eventually(Duration::from_secs(60), || (wrapped_by(&mut conn, &old) < 2900).then_some(()));
            rotation.kill().unwrap();
            rotation.wait().unwrap();
            let left = wrapped_by(&mut conn, &old);
            assert!(left > 0, "it was cut off in the middle");
            assert_eq!(names(db).len(), 2);
            let refused = db.tnld(&["keys", "retire", &old]).failed(1);
            assert!(refused.contains(&old) && refused.contains("rotate"), "{refused}");

            let said = db.tnld(&["keys", "rotate"]).ok();
            assert!(said.contains("Going on"), "{said}");
            stop.store(true, Ordering::Relaxed);
            declaring.join().unwrap()
        });
        let names = names(db);
        assert_eq!(names.len(), 2, "the second call made no key of its own");
        let new = &names[1];
        assert!(declared.len() > 3);
        // The server has followed: what is new is wrapped by the new key.
        let last = employer.declare(&a_death());
        let by: Option<String> = cases::table
            .find(last["case"]["id"].as_str().unwrap())
            .select(cases::master_key)
            .first(&mut conn)
            .unwrap();
        assert_eq!(by.as_ref(), Some(new));
        // A case that was planned before the change may have come after its end.
        if wrapped_by(&mut conn, &old) > 0 {
            db.tnld(&["keys", "rotate"]).ok();
        }
        assert_eq!(wrapped_by(&mut conn, &old), 0);
        for answer in declared.iter().chain([&first, &last]) {
            let case = inspector.case_of(answer);
            assert_eq!(case["declaration"]["victims"][0]["full_name"], "Lò Thị Mẫu Đơn");
        }

        let refused = db.tnld(&["keys", "retire", new]).failed(1);
        assert!(refused.contains("in use"), "{refused}");
        db.tnld(&["keys", "retire", &old]).ok();
        let listed = db.tnld(&["keys", "list"]).ok();
        assert_eq!(listed.lines().count(), 2);
        assert!(listed.lines().next().unwrap().contains("retired"), "{listed}");
        assert!(db.tnld(&["keys", "retire", &old]).failed(1).contains("no master key"));

        // Its line may go, and nothing is missed.
        drop(office);
        let text = std::fs::read_to_string(key_file(db)).unwrap();
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with(old.as_str())).collect();
        std::fs::write(key_file(db), kept.join("\n")).unwrap();
        let office = Office::reopen_with(db, &[]);
        let case = office.with_token(&db.token("inspector", &["--province", "19"])).case_of(&first);
        assert_eq!(case["declaration"]["victims"][0]["full_name"], "Lò Thị Mẫu Đơn");
        assert_hidden(db);
    }
}

/// Makes a case as one was before sealing.
fn make_older(db: &Db, id: &CaseId) {
    use tnld::{sealing::Column, store::keys as stored};

    let mut conn = db.connect();
    let source = KeySource::File(key_file(db));
    let keys = keys::open(&mut conn, &source, Clock::default().now()).unwrap();
    let wrapped = stored::of_case(&mut conn, id).unwrap();
    let key = keys.case_key(id, wrapped.as_ref()).unwrap();
    let (facts, decision): (String, String) = cases::table
        .find(id.as_str())
        .select((cases::facts, cases::decision))
        .first(&mut conn)
        .unwrap();
    let open = |column, text: String| key.open(column, id.as_str(), &text.into()).unwrap();
    diesel::update(cases::table.find(id.as_str()))
        .set((
            cases::facts.eq(open(Column::CaseFacts, facts)),
            cases::decision.eq(open(Column::CaseDecision, decision)),
            cases::data_key.eq(None::<String>),
            cases::master_key.eq(None::<String>),
        ))
        .execute(&mut conn)
        .unwrap();
    // Its timeline and its declaration cannot be changed by anybody: nothing reads them without a key.
    conn.execute_sql(match conn {
        DbConn::Sqlite(_) => "DROP TRIGGER case_events_no_update; DROP TRIGGER declarations_no_update",
        DbConn::Postgres(_) => {
            "ALTER TABLE case_events DISABLE TRIGGER USER; ALTER TABLE declarations DISABLE TRIGGER USER"
        }
    })
    .unwrap();
    conn.execute_sql(&format!(
        "UPDATE case_events SET details = '{{}}', reason = NULL WHERE case_id = '{id}'; \
         UPDATE declarations SET answer = 'null', body = NULL WHERE case_id = '{id}'"
    ))
    .unwrap();
}

/// Cases that have a key and nothing else, to be wrapped again.
fn more_cases(db: &Db, count: usize) {
    let mut conn = db.connect();
    let source = KeySource::File(key_file(db));
    let keys = keys::open(&mut conn, &source, Clock::default().now()).unwrap();
    let done: QueryResult<()> = conn.write(|tx| {
        for _ in 0..count {
            let id = CaseId::generate();
            let (_, wrapped) = keys.new_case_key(&id).unwrap();
            tx.execute_sql(&format!(
                "INSERT INTO cases (id, receipt_no, status, case_class, kind, sector, level, occurred_at, received_at, due_at, \
                 place_code, commune_code, province_code, place_name, dead, serious, light, missing, unknown, version, \
                 search_key, facts, decision, master_key, data_key) VALUES ('{id}', 'R{id}', 'CLOSED', 'FATAL', 'accident', \
                 'ordinary', 'provincial', '2020-01-01 00:00:00', '2020-01-01 00:00:00', '9999-12-31 00:00:00', '1', '1', '1', \
                 'x', 1, 0, 0, 0, 0, 1, 'x', 'null', 'null', '{}', '{}')",
                wrapped.master_key, wrapped.wrapped
            ))?;
        }
        Ok(())
    });
    done.unwrap();
}
