//! Throw-away databases: a SQLite file, or a database of the PostgreSQL that
//! `TNLD_TEST_POSTGRES` names (the address of one to connect to for `CREATE DATABASE`).

use std::sync::atomic::{AtomicU32, Ordering};

use tnld::store::{
    conn::DbConn,
    migrate,
    pool::{Db, DbOptions},
};

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
        create_tables(&url);
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
        create_tables(url.as_str());
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

fn create_tables(url: &str) {
    migrate::run(&mut DbConn::open(url).unwrap()).unwrap();
}
