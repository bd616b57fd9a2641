//! Fills a database with believable cases, as many as are wanted.
//!
//! A few real cases, declared through the service, are the templates: their facts, decisions, persons,
//! clocks and timelines are multiplied over communes and years in SQL. One province holds a
//! quarter of all cases and a fifth of its own are open; the others have a tenth open. What hangs on a
//! case beyond the queue (clocks, timeline, alerts, mails) is written for open cases.
//!
//! Facts and decisions of the open cases of that province, whose pages are read, are sealed each with
//! a key of its own, as the service does it; the rest, and all timelines, are plain as in cases that
//! are older than sealing.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl,
    sql_types::{Nullable, Text},
};
use tnld::{
    config::Secret,
    sealing::{Column, KeySource, Keys, WrappedKey},
    service::keys,
    store::{conn::DbConn, schema::cases},
    time::Clock,
};

use crate::{service::MASTER_KEYS, words};

/// The province with a quarter of all cases.
pub const BIG_PROVINCE: &str = "19";

/// Multiplies the cases in `conn` into `count` more. Afterwards the database is as after a restart
/// and its nightly maintenance: nothing cached by force, statistics as the server keeps them.
pub fn fill(conn: &mut DbConn, count: u64) {
    let dialect = Dialect::of(conn);
    let mut run = |sql: &str| {
        conn.execute_sql(sql)
            .unwrap_or_else(|error| panic!("{error} in {sql}"));
    };
    run(dialect.before);
    for table in [
        "cases",
        "case_audiences",
        "victims",
        "clocks",
        "case_events",
        "alerts",
        "outbox",
    ] {
        let (group, order) = match table {
            "cases" => ("''", "id"),
            "case_audiences" => ("case_id", "audience"),
            "victims" => ("case_id", "victim_no"),
            "clocks" => ("case_id", "clock, round"),
            _ => ("case_id", "id"),
        };
        run(&format!(
            "CREATE TABLE of_{table} AS SELECT t.*, row_number() OVER (PARTITION BY {group} ORDER BY {order}) AS no FROM {table} t"
        ));
    }
    let source = KeySource::Setting(Secret::new(MASTER_KEYS));
    let keys = keys::open(conn, &source, Clock::default().now()).unwrap();
    open_templates(conn, &keys);
    let mut run = |sql: &str| {
        conn.execute_sql(sql)
            .unwrap_or_else(|error| panic!("{error} in {sql}"));
    };
    run(&format!(
        "CREATE TABLE communes AS
         SELECT row_number() OVER (ORDER BY (c.province_code <> '{BIG_PROVINCE}'), c.code) AS no,
                c.code, c.valid_from, c.province_code AS province, c.full_name || ', ' || p.full_name AS place
         FROM units c JOIN units p ON p.level = 'province' AND p.code = c.province_code AND p.valid_to IS NULL
         WHERE c.level = 'commune' AND c.valid_to IS NULL"
    ));
    run("CREATE UNIQUE INDEX communes_by_no ON communes (no)");
    words::prepare(conn, &keys);
    let indexes = dialect.secondary_indexes(conn);
    for (name, _) in &indexes {
        conn.execute_sql(&format!("DROP INDEX {name}")).unwrap();
    }
    let mut run = |sql: &str| {
        conn.execute_sql(sql)
            .unwrap_or_else(|error| panic!("{error} in {sql}"));
    };
    run(&new_cases(&dialect, count));
    for sql in rows_of_cases(&dialect) {
        run(&sql);
    }
    run(&words::statement(
        &(dialect.at)("n.received"),
        dialect.joined,
    ));
    for (_, sql) in &indexes {
        run(sql);
    }
    seal_what_is_read(conn, &keys);
    let mut run = |sql: &str| {
        conn.execute_sql(sql)
            .unwrap_or_else(|error| panic!("{error} in {sql}"));
    };
    run("DROP TABLE new_cases");
    run("DROP TABLE communes");
    run(words::FORGET);
    for table in [
        "cases",
        "case_audiences",
        "victims",
        "clocks",
        "case_events",
        "alerts",
        "outbox",
    ] {
        run(&format!("DROP TABLE of_{table}"));
    }
    for statement in dialect.after {
        run(statement);
    }
}

#[derive(diesel::QueryableByName)]
struct Template {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    case_id: String,
    #[diesel(sql_type = Nullable<Text>)]
    master_key: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    data_key: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    one: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    two: Option<String>,
}

/// Templates are multiplied as plain texts: what is sealed opens in one row only.
fn open_templates(conn: &mut DbConn, keys: &Keys) {
    let cases = "SELECT id, id AS case_id, master_key, data_key, facts AS one, decision AS two FROM of_cases";
    let events = "SELECT e.id, e.case_id, c.master_key, c.data_key, e.reason AS one, e.details AS two \
                  FROM of_case_events e JOIN of_cases c ON c.id = e.case_id";
    let texts = [
        (
            "of_cases",
            cases,
            ["facts", "decision"],
            [Column::CaseFacts, Column::CaseDecision],
        ),
        (
            "of_case_events",
            events,
            ["reason", "details"],
            [Column::EventReason, Column::EventDetails],
        ),
    ];
    let mut opened = Vec::new();
    for (table, query, names, columns) in texts {
        let found: Vec<Template> = diesel::sql_query(query).load(conn).unwrap();
        for row in found {
            let wrapped = WrappedKey {
                master_key: row.master_key.unwrap(),
                wrapped: row.data_key.unwrap(),
            };
            let key = keys.case_key(&row.case_id.into(), Some(&wrapped)).unwrap();
            for ((name, column), text) in names.iter().zip(columns).zip([row.one, row.two]) {
                let Some(text) = text else { continue };
                let plain = key.open(column, &row.id, &text.into()).unwrap();
                let plain = plain.replace('\'', "''");
                opened.push(format!(
                    "UPDATE {table} SET {name} = '{plain}' WHERE id = '{}'",
                    row.id
                ));
            }
        }
    }
    for sql in opened {
        conn.execute_sql(&sql).unwrap();
    }
}

/// Seals facts and decision of the cases whose pages are read.
fn seal_what_is_read(conn: &mut DbConn, keys: &Keys) {
    let mut after = String::new();
    loop {
        let rows: Vec<(String, String, String)> = cases::table
            .filter(cases::province_code.eq(BIG_PROVINCE))
            .filter(cases::closed_at.is_null().and(cases::id.gt(&after)))
            .filter(cases::data_key.is_null())
            .order(cases::id)
            .limit(1000)
            .select((cases::id, cases::facts, cases::decision))
            .load(conn)
            .unwrap();
        let Some((last, _, _)) = rows.last() else {
            return;
        };
        after.clone_from(last);
        conn.write(|tx| {
            for (id, facts, decision) in rows {
                let (key, wrapped) = keys.new_case_key(&id.clone().into()).unwrap();
                let seal = |column, text: &str| key.seal(column, &id, text).unwrap().into_stored();
                diesel::update(cases::table.find(&id))
                    .set((
                        cases::facts.eq(seal(Column::CaseFacts, &facts)),
                        cases::decision.eq(seal(Column::CaseDecision, &decision)),
                        cases::master_key.eq(&wrapped.master_key),
                        cases::data_key.eq(&wrapped.wrapped),
                    ))
                    .execute(tx)?;
            }
            diesel::QueryResult::Ok(())
        })
        .unwrap();
    }
}

/// The table `new_cases`: for each case its number, id, template, commune and moments (seconds).
fn new_cases(dialect: &Dialect, count: u64) -> String {
    let now = Clock::default().now().timestamp();
    let day = 86_400;
    // Multiplying by a prime scatters what would otherwise go in step.
    format!(
        "CREATE TABLE new_cases AS
         WITH {series},
         kinds AS (SELECT n, n % 4 = 0 AS big,
                CASE WHEN n % 4 = 0 THEN n / 4 % 5 = 0 ELSE n * 7919 % 1000 < 100 END AS is_open
             FROM numbers),
         moments AS (SELECT n, big, is_open,
                {now} - CASE WHEN is_open THEN n * 104729 % (70 * {day})
                             ELSE 70 * {day} + n * 15485863 % (1000 * {day}) END AS received
             FROM kinds)
         SELECT n, {id} AS id, is_open, received,
                1 + n % (SELECT count(*) FROM of_cases) AS template,
                1 + CASE WHEN big THEN n / 4 * 7919 % (SELECT count(*) FROM communes WHERE province = '{BIG_PROVINCE}')
                         ELSE (SELECT count(*) FROM communes WHERE province = '{BIG_PROVINCE}')
                              + n * 7919 % (SELECT count(*) FROM communes WHERE province <> '{BIG_PROVINCE}') END AS commune,
                CASE WHEN is_open THEN (received + 30 * {day}) / {day} * {day} + 61199 ELSE 253402214400 END AS due
         FROM moments",
        series = (dialect.series)(count),
        id = (dialect.id)("01970000-0000-7000-8000-", "n"),
    )
}

/// What fills the tables with the rows of `new_cases`.
fn rows_of_cases(dialect: &Dialect) -> Vec<String> {
    let at = dialect.at;
    let from =
        "FROM new_cases n JOIN of_cases c ON c.no = n.template JOIN communes u ON u.no = n.commune";
    let (received, due) = (at("n.received"), at("n.due"));
    let closed = format!(
        "CASE WHEN n.is_open THEN NULL ELSE {} END",
        at("n.received + 20 * 86400")
    );
    let new_id = |prefix: &str, no: &str| (dialect.id)(prefix, &format!("(n.n * 20 + {no})"));
    // Rows of open cases, each beside the row of its template.
    let of = |table: &str| format!("{from} JOIN of_{table} t ON t.case_id = c.id WHERE n.is_open");
    vec![
        format!(
            "INSERT INTO cases (id, receipt_no, status, case_class, kind, sector, level, occurred_at, received_at,
                due_at, closed_at, ended_because, place_code, place_valid_from, commune_code, province_code,
                place_name, establishment_name, establishment_tax_code, dead, serious, light, missing, unknown,
                facts, decision, assigned_to, search_key, version)
             SELECT n.id, {receipt}, CASE WHEN n.is_open THEN c.status ELSE 'CLOSED' END, c.case_class, c.kind,
                c.sector, c.level, {occurred}, {received}, {due}, {closed}, NULL, u.code, u.valid_from, u.code,
                u.province, u.place, c.establishment_name, c.establishment_tax_code, c.dead, c.serious, c.light,
                c.missing, c.unknown, c.facts, c.decision, NULL, c.search_key, c.version {from}",
            receipt = (dialect.id)("26-", "n.n"),
            occurred = at("n.received - 7200"),
        ),
        format!(
            "INSERT INTO case_audiences (audience, case_id, due_at, received_at, closed_at, status)
             SELECT substr(t.audience, 1, 1) || CASE WHEN length(t.audience) = 3 THEN u.province ELSE u.code END,
                n.id, {due}, {received}, {closed}, CASE WHEN n.is_open THEN c.status ELSE 'CLOSED' END
             {from} JOIN of_case_audiences t ON t.case_id = c.id"
        ),
        format!(
            "INSERT INTO victims (case_id, victim_no, class, outcome, employment, sex, birth_year)
             SELECT n.id, t.victim_no, t.class, t.outcome, t.employment, t.sex, t.birth_year
             {from} JOIN of_victims t ON t.case_id = c.id"
        ),
        format!(
            "INSERT INTO clocks (case_id, clock, round, starts_at, due_raw, due_rolled, stopped_at,
                stopped_because, extended_days, basis, derivation)
             SELECT n.id, t.clock, t.round, {received}, {due}, {due}, t.stopped_at, t.stopped_because,
                t.extended_days, t.basis, t.derivation {}",
            of("clocks")
        ),
        format!(
            "INSERT INTO case_events (id, case_id, happened_at, actor, actor_role, action, from_status, to_status,
                reason, details)
             SELECT {}, n.id, {}, t.actor, t.actor_role, t.action, t.from_status, t.to_status, t.reason, t.details {}",
            new_id("01980000-0000-7000-8000-", "t.no"),
            at("n.received + 3600 * (t.no - 1)"),
            of("case_events")
        ),
        format!(
            "INSERT INTO alerts (id, case_id, role, authority_id, authority_name, phone, duty, form, basis,
                created_at, ended_at, ended_because)
             SELECT {}, n.id, t.role, t.authority_id, t.authority_name, t.phone, t.duty, t.form, t.basis,
                {received}, NULL, NULL {}",
            new_id("01990000-0000-7000-8000-", "t.no"),
            of("alerts")
        ),
        format!(
            "INSERT INTO outbox (id, alert_id, case_id, recipient, payload, dedup_key, status, created_at, due_at,
                lease_until, attempts, settled_at)
             SELECT {message}, {alert}, n.id, t.recipient, NULL, 'alert/' || {message}, 'sent', {received},
                {received}, NULL, 1, {received}
             {from} JOIN of_outbox t ON t.case_id = c.id JOIN of_alerts a ON a.id = t.alert_id WHERE n.is_open",
            message = new_id("019a0000-0000-7000-8000-", "t.no"),
            alert = new_id("01990000-0000-7000-8000-", "a.no"),
        ),
    ]
}

/// What the two databases say differently.
struct Dialect {
    /// A common table expression `numbers (n)` from 1 to the number given.
    series: fn(u64) -> String,
    /// A prefix and twelve digits of a number.
    id: fn(&str, &str) -> String,
    /// The timestamp of seconds since 1970.
    at: fn(&str) -> String,
    /// Audiences of a case in one text.
    joined: &'static str,
    /// Before the rows: nothing here needs to be durable.
    before: &'static str,
    /// After them.
    after: &'static [&'static str],
    /// Name and SQL of indexes that are made after the rows.
    indexes: &'static str,
}

#[derive(diesel::QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

impl Dialect {
    fn of(conn: &DbConn) -> Self {
        match conn {
            DbConn::Sqlite(_) => Self {
                series: |count| {
                    format!(
                        "RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
                    )
                },
                id: |prefix, number| format!("'{prefix}' || printf('%012d', {number})"),
                at: |seconds| format!("datetime({seconds}, 'unixepoch')"),
                joined: "group_concat(audience, ' ')",
                before: "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; \
                         PRAGMA journal_mode = OFF; PRAGMA cache_size = -500000",
                after: &["PRAGMA journal_mode = WAL"],
                indexes: "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL \
                          AND (tbl_name LIKE 'case%' OR tbl_name IN ('alerts', 'outbox'))",
            },
            DbConn::Postgres(_) => Self {
                series: |count| {
                    format!(
                        "numbers (n) AS (SELECT CAST(n AS BIGINT) FROM generate_series(1, {count}) AS s (n))"
                    )
                },
                id: |prefix, number| format!("'{prefix}' || lpad(CAST({number} AS TEXT), 12, '0')"),
                at: |seconds| format!("TIMESTAMP 'epoch' + ({seconds}) * INTERVAL '1 second'"),
                joined: "string_agg(audience, ' ')",
                before: "SET session_replication_role = replica; SET synchronous_commit = off; \
                         SET statement_timeout = 0",
                // What a million cases left to be written must not be written while pages are measured.
                after: &["VACUUM (ANALYZE)", "CHECKPOINT"],
                indexes: "SELECT CAST(indexname AS TEXT) AS name, indexdef AS sql FROM pg_indexes \
                          WHERE schemaname = 'public' AND (tablename LIKE 'case%' OR tablename IN ('alerts', 'outbox')) \
                          AND indexdef NOT LIKE 'CREATE UNIQUE%'",
            },
        }
    }

    fn secondary_indexes(&self, conn: &mut DbConn) -> Vec<(String, String)> {
        let found: Vec<Index> = diesel::sql_query(self.indexes).load(conn).unwrap();
        let found = found.into_iter();
        found.map(|index| (index.name, index.sql)).collect()
    }
}
