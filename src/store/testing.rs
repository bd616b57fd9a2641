//! Throw-away databases for unit tests: SQLite always, PostgreSQL where `TNLD_TEST_POSTGRES` names
//! a cluster (a schema of its own for each test).

use crate::store::{conn::DbConn, migrate};

/// A database with all migrations; it goes away with this value.
pub(crate) struct TestDb {
    place: Place,
    /// One connection; [`TestDb::connect`] opens more.
    pub conn: DbConn,
}

enum Place {
    Sqlite(tempfile::TempDir),
    Postgres { url: String, schema: String },
}

impl TestDb {
    /// One database of each kind that is there.
    pub fn all() -> Vec<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut places = vec![Place::Sqlite(folder)];
        #[expect(clippy::disallowed_methods, reason = "the setting of a test run")]
        if let Ok(url) = std::env::var("TNLD_TEST_POSTGRES") {
            let schema = format!("unit_{}", uuid::Uuid::now_v7().simple());
            let mut conn = DbConn::open(&url).unwrap();
            conn.execute_sql(&format!("CREATE SCHEMA {schema}"))
                .unwrap();
            places.push(Place::Postgres { url, schema });
        }
        places
            .into_iter()
            .map(|place| {
                let mut conn = place.connect();
                migrate::run(&mut conn).unwrap();
                Self { place, conn }
            })
            .collect()
    }

    /// Another connection to the same database.
    pub fn connect(&self) -> DbConn {
        self.place.connect()
    }
}

impl Place {
    fn connect(&self) -> DbConn {
        match self {
            Self::Sqlite(folder) => {
                DbConn::open(&format!("sqlite:{}", folder.path().join("t.db").display())).unwrap()
            }
            Self::Postgres { url, schema } => {
                let mut conn = DbConn::open(url).unwrap();
                conn.execute_sql(&format!("SET search_path TO {schema}"))
                    .unwrap();
                conn
            }
        }
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Place::Postgres { schema, .. } = &self.place {
            let drop = format!("DROP SCHEMA {schema} CASCADE");
            // A test that failed half way may still hold locks; its schema is then left behind.
            let _ = self.conn.execute_sql(&drop);
        }
    }
}
