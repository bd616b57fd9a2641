//! Throw-away databases, copied from a template that is made once for all tests.

use std::{
    path::{Path, PathBuf},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use diesel::QueryResult;
use tempfile::TempDir;
use tnld::{
    domain::authority::Authority,
    store::{authorities, catalogues, conn::DbConn, migrate},
};

use super::program::{self, Output};

/// A database of one test, and a folder beside it. Both go away at the end.
pub struct Db {
    url: String,
    folder: TempDir,
    drop_in: Option<String>,
}

impl Db {
    /// An SQLite file with schema, units and rules.
    pub fn sqlite() -> Self {
        static TEMPLATE: LazyLock<Db> = LazyLock::new(|| {
            let db = Db::empty_sqlite();
            db.tnld(&["migrate"]).ok();
            db
        });

        let db = Self::empty_sqlite();
        std::fs::copy(TEMPLATE.sqlite_file().unwrap(), db.sqlite_file().unwrap()).unwrap();
        db
    }

    /// An SQLite file that does not exist yet.
    pub fn empty_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            url: format!("sqlite:{}", folder.path().join("tnld.db").display()),
            folder,
            drop_in: None,
        }
    }

    /// A PostgreSQL database with schema, units and rules.
    pub fn postgres() -> Self {
        static TEMPLATE: LazyLock<String> = LazyLock::new(|| {
            let db = Db::empty_postgres();
            db.tnld(&["migrate"]).ok();
            let (_, name) = db.url.rsplit_once('/').unwrap();
            let name = name.to_owned();
            // The template outlives every test; the cluster is thrown away with it.
            let _ = std::mem::ManuallyDrop::new(db);
            name
        });

        // First, so that each test says what is missing.
        cluster_of_the_tests();
        Self::create_postgres(&format!("TEMPLATE {}", *TEMPLATE))
    }

    /// A PostgreSQL database with nothing in it.
    pub fn empty_postgres() -> Self {
        Self::create_postgres("")
    }

    fn create_postgres(like: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let maintenance = cluster_of_the_tests();
        let name = format!(
            "tnld_it_{}_{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        DbConn::open(&maintenance)
            .unwrap()
            .execute_sql(&format!("CREATE DATABASE {name} {like}"))
            .unwrap();
        let (server, _) = maintenance.rsplit_once('/').unwrap();
        Self {
            url: format!("{server}/{name}"),
            folder: tempfile::tempdir().unwrap(),
            drop_in: Some(maintenance),
        }
    }

    /// A database somewhere else: on a cluster or a file system of the test's own.
    pub fn at(url: String) -> Self {
        Self {
            url,
            folder: tempfile::tempdir().unwrap(),
            drop_in: None,
        }
    }

    /// Another one of the same kind.
    pub fn another(&self) -> Self {
        if self.url.starts_with("sqlite:") {
            Self::sqlite()
        } else {
            Self::postgres()
        }
    }

    /// Its address, for `TNLD_DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The file of an SQLite database.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite:").map(PathBuf::from)
    }

    /// The test's folder: working folder of the program, mails, logs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A connection, for what cannot be seen from outside (that a secret is not stored).
    pub fn connect(&self) -> DbConn {
        DbConn::open(&self.url).unwrap()
    }

    /// Runs `tnld` with these arguments on this database, to its end.
    pub fn tnld(&self, arguments: &[&str]) -> Output {
        self.tnld_with(&[], arguments)
    }

    /// The same with more settings.
    pub fn tnld_with(&self, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
        let mut all = vec![("TNLD_DATABASE_URL", self.url.as_str())];
        all.extend(settings);
        program::run(self.folder(), &all, arguments)
    }

    /// A new token: `db.token("inspector", &["--province", "19"])`.
    pub fn token(&self, role: &str, territory: &[&str]) -> String {
        let mut arguments = vec!["token", "issue", "--role", role];
        arguments.extend(territory);
        self.tnld(&arguments).ok().trim_end().to_owned()
    }

    /// Loads the authorities of the contract's examples: the rows that `tnld authorities import`
    /// makes of them, which is asked once for all tests.
    pub fn with_authorities(&self) -> &Self {
        static ROWS: LazyLock<Vec<Authority>> = LazyLock::new(|| {
            let db = Db::sqlite();
            let file = super::examples::folder().join("authorities.csv");
            db.tnld(&["authorities", "import", file.to_str().unwrap()])
                .ok();
            authorities::all(&mut db.connect()).unwrap()
        });

        let mut conn = self.connect();
        if migrate::pending(&mut conn).unwrap() {
            self.tnld(&["migrate"]).ok();
        }
        let rows: Vec<&Authority> = ROWS.iter().collect();
        let written: QueryResult<()> = conn.write(|tx| {
            authorities::upsert(tx, &rows)?;
            catalogues::bump(tx, catalogues::DIRECTORY)
        });
        written.unwrap();
        self
    }
}

/// The address from which databases are made and dropped.
fn cluster_of_the_tests() -> String {
    std::env::var_os("TNLD_TEST_POSTGRES")
        .and_then(|url| url.into_string().ok())
        .expect("TNLD_TEST_POSTGRES names no PostgreSQL cluster: run the tests with tests/run")
}

impl Drop for Db {
    fn drop(&mut self) {
        let Some(maintenance) = &self.drop_in else {
            return;
        };
        let (_, name) = self.url.rsplit_once('/').unwrap();
        let dropped = DbConn::open(maintenance)
            .unwrap()
            .execute_sql(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        if !std::thread::panicking() {
            dropped.unwrap();
        }
    }
}
