//! Where the database is: `sqlite:PATH` or `postgres://…`.

use std::{fmt, io, path::Path};

use super::secret::{Secret, without_passwords};
use crate::{
    files,
    wording::{Said, settings},
};

/// The address of the database, checked. Shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Secret);

/// What a PostgreSQL client takes its TLS mode from when the address does not say it.
#[derive(Debug, Clone, Copy, Default)]
pub struct TlsFromEnvironment<'a> {
    /// `PGSSLMODE`.
    pub sslmode: Option<&'a str>,
    /// `PGREQUIRESSL`, the older form.
    pub requiressl: Option<&'a str>,
}

impl DatabaseUrl {
    /// Checks an address; the error says what is allowed.
    pub fn parse(text: &str, environment: TlsFromEnvironment<'_>) -> Result<Self, Said> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            check_sqlite(path)?;
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            check_postgres(text, environment)?;
        } else {
            return Err(settings::DATABASE.said());
        }
        Ok(Self(Secret::new(text)))
    }

    /// The address with its password, to open a connection.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The file of an SQLite database; `None` for PostgreSQL.
    pub fn sqlite_path(&self) -> Option<&Path> {
        self.expose().strip_prefix("sqlite:").map(Path::new)
    }

    /// Makes the folder of an SQLite file where it is missing, for nobody else to look into.
    pub fn create_folder(&self) -> io::Result<()> {
        match self.sqlite_path().and_then(Path::parent) {
            Some(folder) if !folder.as_os_str().is_empty() => files::create_folder(folder),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_passwords(self.expose()))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

fn check_sqlite(path: &str) -> Result<(), Said> {
    // SQLite itself reads these as something else than a file of that name.
    let is_other = path.is_empty()
        || path == ":memory:"
        || path.starts_with("file:")
        || path.ends_with('/')
        || (path.starts_with("//") && !path.starts_with("///"));
    if is_other {
        return Err(settings::SQLITE_PATH.said());
    }
    Ok(())
}

/// Whether nothing in the user's part of the address has to be guessed: one `@` at most, before any
/// parameter, and every `%` followed by two hexadecimal digits.
fn is_encoded(text: &str) -> bool {
    let before_parameters = text.split(['?', '#']).next().unwrap_or_default();
    let sound_percents = text
        .split('%')
        .skip(1)
        .all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()));
    sound_percents
        && text.matches('@').count() == before_parameters.matches('@').count()
        && text.matches('@').count() <= 1
}

fn check_postgres(text: &str, environment: TlsFromEnvironment<'_>) -> Result<(), Said> {
    let url =
        url::Url::parse(text).map_err(|why| settings::POSTGRES_ADDRESS.said().with("why", why))?;
    if !is_encoded(text) {
        // Such an address is cut in the wrong place, and what is said about it could show the rest.
        return Err(settings::POSTGRES_ENCODED.said());
    }
    let parameter = |wanted: &str| {
        url.query_pairs()
            .filter(|(name, _)| name == wanted)
            .map(|(_, value)| value.into_owned())
            .last()
    };
    let in_address = parameter("sslmode").or_else(|| {
        let ssl = parameter("ssl")?;
        (ssl == "true").then(|| "require".to_owned())
    });
    let (mode, place) = match (in_address, environment.sslmode, environment.requiressl) {
        (Some(mode), _, _) => (mode, settings::SSLMODE_IN_ADDRESS),
        (None, Some(mode), _) if !mode.is_empty() => (mode.to_owned(), settings::SSLMODE_VARIABLE),
        (None, _, Some(flag)) if flag.starts_with('1') => {
            ("require".to_owned(), settings::REQUIRESSL_VARIABLE)
        }
        _ => return Ok(()),
    };
    match mode.as_str() {
        "disable" | "allow" | "prefer" => Ok(()),
        "require" | "verify-ca" | "verify-full" if cfg!(feature = "postgres-tls") => Ok(()),
        "require" | "verify-ca" | "verify-full" => Err(settings::NO_TLS
            .said()
            .with_text("place", place)
            .with("mode", mode)),
        _ => Err(settings::SSLMODE
            .said()
            .with_text("place", place)
            .with("mode", format_args!("{mode:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<DatabaseUrl, Said> {
        DatabaseUrl::parse(text, TlsFromEnvironment::default())
    }

    #[test]
    fn only_files_and_postgres_addresses_are_databases() {
        for good in [
            "sqlite:tnld.db",
            "sqlite:/var/lib/tnld/tnld.db",
            "sqlite:///var/lib/tnld/tnld.db",
            "postgres://tnld@localhost/tnld",
            "postgres:///tnld?host=/run/postgresql&user=tnld",
            "postgresql://tnld:pw@[::1]:5432/tnld?sslmode=prefer",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "tnld.db",
            "sqlite:",
            "sqlite::memory:",
            "sqlite://tnld.db",
            "sqlite:data/",
            "sqlite:file:tnld.db?mode=ro",
            "mysql://localhost/tnld",
            "host=localhost dbname=tnld",
            "postgres://localhost:port/tnld",
            "postgres://localhost/tnld?sslmode=always",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tls_is_refused_with_the_reason_where_the_program_has_none() {
        let asked = [
            ("postgres://h/d?sslmode=require", None, None),
            ("postgres://h/d?sslmode=verify-ca", None, None),
            ("postgres://h/d?sslmode=verify-full", Some("disable"), None),
            ("postgres://h/d?ssl=true", None, None),
            ("postgres://h/d", Some("require"), None),
            ("postgres://h/d", None, Some("1")),
        ];
        for (url, sslmode, requiressl) in asked {
            let environment = TlsFromEnvironment {
                sslmode,
                requiressl,
            };
            let answer = DatabaseUrl::parse(url, environment);
            if cfg!(feature = "postgres-tls") {
                assert!(answer.is_ok(), "{url}");
            } else {
                let why = answer.expect_err(url).to_string();
                assert!(why.contains("postgres-tls"), "{url}: {why}");
            }
        }
        let environment = TlsFromEnvironment {
            sslmode: Some("require"),
            requiressl: None,
        };
        assert!(DatabaseUrl::parse("postgres://h/d?sslmode=disable", environment).is_ok());
        assert!(DatabaseUrl::parse("sqlite:tnld.db", environment).is_ok());
    }

    #[test]
    fn the_folder_of_an_sqlite_file_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a/b/tnld.db");
        let url = parse(&format!("sqlite:{}", file.display())).unwrap();
        url.create_folder().unwrap();
        assert!(folder.path().join("a/b").is_dir());
        assert_eq!(url.sqlite_path(), Some(file.as_path()));
    }
}
