//! The rows that one declaration leaves in the database, and how to write the same rows without the
//! service: one statement for each row, between `BEGIN` and `COMMIT`.

use std::collections::BTreeMap;

use diesel::{RunQueryDsl, sql_types::Text};
use serde_json::Value;
use tnld::store::conn::DbConn;

/// What a declaration writes, in the order in which keys refer to each other, and which column
/// names the case.
const TABLES: [(&str, &str); 11] = [
    ("cases", "id"),
    ("case_audiences", "case_id"),
    ("case_search", "case_id"),
    ("victims", "case_id"),
    ("likeness_keys", "case_id"),
    ("clocks", "case_id"),
    ("case_events", "case_id"),
    ("alerts", "case_id"),
    ("outbox", "case_id"),
    ("declarations", "case_id"),
    ("audit_entries", "object_id"),
];

/// Columns with keys, which differ from one declaration to the next.
const KEYS: [&str; 7] = [
    "id",
    "case_id",
    "alert_id",
    "receipt_no",
    "dedup_key",
    "chain",
    "object_id",
];

/// One row as the service wrote it.
pub struct Row {
    table: &'static str,
    values: Vec<(String, Value)>,
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

fn lines(conn: &mut DbConn, sql: &str) -> Vec<String> {
    let found: Vec<Line> = diesel::sql_query(sql).load(conn).unwrap();
    found.into_iter().map(|line| line.text).collect()
}

/// Every row of the newest declaration.
pub fn of_newest_declaration(conn: &mut DbConn) -> Vec<Row> {
    let newest = "SELECT id AS text FROM cases ORDER BY received_at DESC, id DESC LIMIT 1";
    let case = lines(conn, newest).pop().expect("something was declared");
    let mut rows = Vec::new();
    for (table, key) in TABLES {
        let columns = columns(conn, table);
        let as_json = match conn {
            DbConn::Postgres(_) => "CAST(row_to_json(t) AS TEXT)".to_owned(),
            DbConn::Sqlite(_) => {
                let pairs: Vec<String> = columns
                    .iter()
                    .map(|column| format!("'{column}', t.{column}"))
                    .collect();
                format!("json_object({})", pairs.join(", "))
            }
        };
        let sql = format!("SELECT {as_json} AS text FROM {table} t WHERE t.{key} = '{case}'");
        for line in lines(conn, &sql) {
            let mut row: Value = serde_json::from_str(&line).unwrap();
            let values = columns
                .iter()
                .map(|column| (column.clone(), row[column].take()))
                .collect();
            rows.push(Row { table, values });
        }
    }
    rows
}

fn columns(conn: &mut DbConn, table: &str) -> Vec<String> {
    let sql = match conn {
        DbConn::Postgres(_) => format!(
            "SELECT CAST(column_name AS TEXT) AS text FROM information_schema.columns \
             WHERE table_name = '{table}' ORDER BY ordinal_position"
        ),
        DbConn::Sqlite(_) => format!("SELECT name AS text FROM pragma_table_info('{table}')"),
    };
    lines(conn, &sql)
}

/// How many rows of each table, for the report: `cases 1, victims 2`.
pub fn counted(rows: &[Row]) -> String {
    let counts: Vec<String> = TABLES
        .iter()
        .map(|(table, _)| (table, rows.iter().filter(|row| row.table == *table).count()))
        .map(|(table, count)| format!("{table} {count}"))
        .collect();
    counts.join(", ")
}

/// A script for `pgbench`, and the values that it binds. Each value goes over the wire as the
/// service's do; keys are new in each transaction and grow with it.
pub fn pgbench(rows: &[Row]) -> (String, Vec<String>) {
    let mut script = String::from("\\set n :n + 1\n\\set id :n * 100 + :client_id\nBEGIN;\n");
    let mut bound = Vec::new();
    let mut ids = Ids::default();
    for (number, row) in rows.iter().enumerate() {
        let mut values = Vec::new();
        for (column, value) in &row.values {
            values.push(match value {
                Value::String(text) if KEYS.contains(&column.as_str()) => {
                    ids.new_key(text, "CAST(:id AS text)")
                }
                Value::String(text) => {
                    let name = format!("v{number}_{column}");
                    bound.push(format!("{name}={text}"));
                    format!(":{name}")
                }
                Value::Null => "NULL".to_owned(),
                other => other.to_string(),
            });
        }
        script.push_str(&insert(row, &values));
        script.push_str(";\n");
    }
    script.push_str("COMMIT;\n");
    (script, bound)
}

/// A trigger for SQLite that writes the rows whenever a row with a new key, of twelve digits, is
/// added to the table `declared`: the limit of the database alone, without statements to prepare or
/// values to bind.
pub fn trigger(rows: &[Row]) -> String {
    let mut ids = Ids::default();
    let mut statements = String::new();
    for row in rows {
        let values: Vec<String> = row
            .values
            .iter()
            .map(|(column, value)| match value {
                Value::String(text) if KEYS.contains(&column.as_str()) => {
                    ids.new_key(text, "NEW.id")
                }
                Value::String(text) => quoted(text),
                Value::Null => "NULL".to_owned(),
                other => other.to_string(),
            })
            .collect();
        statements.push_str(&insert(row, &values));
        statements.push_str("; ");
    }
    format!(
        "CREATE TABLE declared (id TEXT NOT NULL); \
         CREATE TRIGGER declare AFTER INSERT ON declared BEGIN {statements} END;"
    )
}

/// Makes the master key that these rows name known to a database that has never been served.
pub fn know_master_key(conn: &mut DbConn, rows: &[Row]) {
    let named = rows
        .iter()
        .flat_map(|row| &row.values)
        .find(|(column, _)| column == "master_key");
    if let Some((_, Value::String(id))) = named {
        let id = quoted(id);
        conn.execute_sql(&format!(
            "INSERT INTO master_keys (id, fingerprint, created_at) VALUES ({id}, '', '2026-01-01 00:00:00')"
        ))
        .unwrap();
    }
}

fn insert(row: &Row, values: &[String]) -> String {
    let columns: Vec<&str> = row.values.iter().map(|(name, _)| name.as_str()).collect();
    let (table, columns, values) = (row.table, columns.join(", "), values.join(", "));
    format!("INSERT INTO {table} ({columns}) VALUES ({values})")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Gives each id of the real rows an SQL expression that makes another one like it.
#[derive(Default)]
struct Ids(BTreeMap<String, usize>);

impl Ids {
    /// `text` with each id in it replaced; `suffix` is SQL for twelve new digits.
    fn new_key(&mut self, text: &str, suffix: &str) -> String {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = (0..rest.len()).find(|at| is_id(rest.get(*at..*at + 36))) {
            if at > 0 {
                parts.push(quoted(&rest[..at]));
            }
            let known = self.0.len();
            let number = *self.0.entry(rest[at..at + 36].to_owned()).or_insert(known);
            parts.push(format!("'019f0000-0000-7000-80{number:02x}-' || {suffix}"));
            rest = &rest[at + 36..];
        }
        if parts.is_empty() {
            // A receipt number: letters and digits that mean nothing here.
            return format!("'R' || {suffix}");
        }
        if !rest.is_empty() {
            parts.push(quoted(rest));
        }
        parts.join(" || ")
    }
}

/// Whether this has the form of a UUID.
fn is_id(text: Option<&str>) -> bool {
    text.is_some_and(|text| {
        text.char_indices().all(|(at, letter)| match at {
            8 | 13 | 18 | 23 => letter == '-',
            _ => letter.is_ascii_hexdigit(),
        })
    })
}
