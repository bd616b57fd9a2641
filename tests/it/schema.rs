//! `src/store/schema.rs`, the tables of both databases, and the way there and back.

use std::collections::BTreeMap;

use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool, Text},
};
use tnld::store::{conn::DbConn, migrate};

use crate::support::Db;

/// Column by column: its type and whether it may be null.
type Tables = BTreeMap<String, BTreeMap<String, (String, bool)>>;

/// What the code says.
fn in_code() -> Tables {
    let source = include_str!("../../src/store/schema.rs");
    let mut tables = Tables::new();
    let mut table = String::new();
    for line in source.lines().map(str::trim) {
        if let Some((name, kind)) = line
            .strip_suffix(',')
            .and_then(|line| line.split_once(" -> "))
        {
            let (kind, nullable) = match kind.strip_prefix("Nullable<") {
                Some(kind) => (kind.trim_end_matches('>'), true),
                None => (kind, false),
            };
            let columns = tables.entry(table.clone()).or_default();
            columns.insert(name.to_owned(), (kind.to_owned(), nullable));
        } else if let Some((name, _)) = line
            .split_once(" (")
            .filter(|(_, rest)| rest.ends_with(") {"))
        {
            name.clone_into(&mut table);
        }
    }
    tables
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

/// What the database says.
fn in_database(conn: &mut DbConn) -> Tables {
    let query = match conn {
        DbConn::Sqlite(_) => {
            "SELECT m.name AS table_name, c.name AS column_name, c.type AS kind, c.\"notnull\" = 0 AS nullable \
             FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        }
        DbConn::Postgres(_) => {
            "SELECT table_name::text, column_name::text, data_type::text AS kind, is_nullable = 'YES' AS nullable \
             FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    let columns: Vec<Column> = diesel::sql_query(query).load(conn).unwrap();
    let mut tables = Tables::new();
    for column in columns {
        // The harness of the migrations counts them in a table of its own.
        if column.table_name == "__diesel_schema_migrations" {
            continue;
        }
        let kind = match column.kind.to_ascii_lowercase().as_str() {
            "text" => "Text",
            "date" => "Date",
            "timestamp" | "timestamp without time zone" => "Timestamp",
            "integer" => "Integer",
            "bigint" => "BigInt",
            "boolean" => "Bool",
            other => panic!("a type that nothing here reads: {other}"),
        };
        tables
            .entry(column.table_name)
            .or_default()
            .insert(column.column_name, (kind.to_owned(), column.nullable));
    }
    tables
}

/// How many tables, indexes, triggers and functions of ours there are.
fn objects(conn: &mut DbConn) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let query = match conn {
        DbConn::Sqlite(_) => {
            "SELECT count(*) AS n FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE '%diesel%'"
        }
        DbConn::Postgres(_) => {
            "SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace \
                     WHERE s.nspname = 'public' AND c.relname NOT LIKE '%diesel%') \
                  + (SELECT count(*) FROM pg_proc p JOIN pg_namespace s ON s.oid = p.pronamespace WHERE s.nspname = 'public') AS n"
        }
    };
    diesel::sql_query(query)
        .get_result::<Count>(conn)
        .unwrap()
        .n
}

on_both_databases! {
    fn the_code_knows_every_column_as_it_is(db: &Db) {
        let code = in_code();
        assert!(code.len() > 15, "{:?}", code.keys());
        assert_eq!(in_database(&mut db.connect()), code);
    }
}

fn there_and_back(db: &Db) {
    let mut conn = db.connect();
    assert_eq!(objects(&mut conn), 0);
    let applied = migrate::run(&mut conn).unwrap();
    let made = objects(&mut conn);
    assert!(applied >= 5 && made > 15);
    assert_eq!(migrate::undo_all(&mut conn).unwrap(), applied);
    assert_eq!(objects(&mut conn), 0, "nothing is left behind");
    assert!(migrate::pending(&mut conn).unwrap());
    assert_eq!(migrate::run(&mut conn).unwrap(), applied);
    assert_eq!(objects(&mut conn), made);
    assert_eq!(in_database(&mut conn), in_code());
}

#[test]
fn migrations_go_there_and_back_and_there_again_on_sqlite() {
    there_and_back(&Db::empty_sqlite());
}

#[test]
fn migrations_go_there_and_back_and_there_again_on_postgres() {
    there_and_back(&Db::empty_postgres());
}
