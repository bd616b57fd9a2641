//! Throw-away databases: a SQLite file, or a database of the PostgreSQL that
//! `TNLD_TEST_POSTGRES` names (the address of one to connect to for `CREATE DATABASE`).

use std::sync::atomic::{AtomicU32, Ordering};

use tnld::store::{
    conn::DbConn,
    pool::{Db, DbOptions},
};

const COMMON: &[&str] = &[
    include_str!("../../../migrations/common/2026-11-21-000001_places/up.sql"),
    include_str!("../../../migrations/common/2026-11-21-000002_authorities_and_law/up.sql"),
    include_str!("../../../migrations/common/2026-11-21-000003_declarations_and_cases/up.sql"),
    include_str!("../../../migrations/common/2026-11-21-000004_alerts/up.sql"),
    include_str!("../../../migrations/common/2026-11-22-000010_sealing/up.sql"),
    include_str!("../../../migrations/common/2026-11-22-000030_callers/up.sql"),
    include_str!("../../../migrations/common/2026-11-22-000031_posts/up.sql"),
    include_str!("../../../migrations/common/2026-11-22-000033_accounts/up.sql"),
    include_str!("../../../migrations/common/2026-11-22-000040_rate_windows/up.sql"),
    include_str!("../../../migrations/common/2026-11-22-000050_notices/up.sql"),
];
const SQLITE: &str =
    include_str!("../../../migrations/sqlite/2026-11-21-000005_append_only/up.sql");
const POSTGRES: &str =
    include_str!("../../../migrations/postgres/2026-11-21-000005_append_only/up.sql");

/// A database that is gone when this is dropped.
pub struct Scratch {
    /// Its address.
    pub url: String,
    _folder: Option<tempfile::TempDir>,
    drop_from: Option<(String, String)>,
}

impl Scratch {
    /// A new SQLite file with all tables.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("tnld.db").display());
        create_tables(&url, SQLITE);
        Self {
            url,
            _folder: Some(folder),
            drop_from: None,
        }
    }

    /// A new PostgreSQL database with all tables, where the machine offers one.
    pub fn postgres() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let admin = std::env::var_os("TNLD_TEST_POSTGRES")?
            .into_string()
            .unwrap();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("tnld_test_{}_{number}", std::process::id());
        DbConn::open(&admin)
            .unwrap()
            .execute_sql(&format!("CREATE DATABASE {name}"))
            .unwrap();
        let mut url = url::Url::parse(&admin).unwrap();
        url.set_path(&name);
        create_tables(url.as_str(), POSTGRES);
        Some(Self {
            url: url.into(),
            _folder: None,
            drop_from: Some((admin, name)),
        })
    }

    /// One of each that there is.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::sqlite()];
        all.extend(Self::postgres());
        all
    }

    /// Opens it.
    pub fn db(&self) -> Db {
        Db::open(&DbOptions::new(&self.url)).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some((admin, name)) = &self.drop_from
            && let Ok(mut conn) = DbConn::open(admin)
        {
            let _ = conn.execute_sql(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn create_tables(url: &str, own: &str) {
    let mut conn = DbConn::open(url).unwrap();
    for sql in COMMON.iter().chain([&own]) {
        conn.execute_sql(sql).unwrap();
    }
}
