//! Where settings are written: the environment, and the file that `TNLD_CONFIG` names.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
};

use super::{ConfigError, KEYS, shown};
use crate::wording::{Said, settings};

/// The variable that names the file; it stands in the environment only.
const FILE_KEY: &str = "TNLD_CONFIG";

/// The settings as they were written, each under its key. The environment wins over the file.
pub(super) fn read(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<BTreeMap<String, String>, ConfigError> {
    let mut settings = BTreeMap::new();
    let mut file = None;
    for (key, value) in environment {
        let Some(key) = key.to_str() else { continue };
        let is_ours = key.starts_with("TNLD_");
        if !is_ours && !matches!(key, "PGSSLMODE" | "PGREQUIRESSL") {
            continue;
        }
        if is_ours && key != FILE_KEY {
            check_known(key, settings::ENVIRONMENT.said())?;
        }
        let value = value.into_string().map_err(|value| {
            ConfigError::wrong(key, &shown(key, &value.to_string_lossy()), settings::UTF8)
        })?;
        if key == FILE_KEY {
            file = Some(value);
        } else {
            settings.insert(key.to_owned(), value);
        }
    }
    if let Some(path) = file {
        for (key, value) in read_file(&path)? {
            settings.entry(key).or_insert(value);
        }
    }
    Ok(settings)
}

fn check_known(key: &str, place: Said) -> Result<(), ConfigError> {
    if KEYS.contains(&key) {
        return Ok(());
    }
    Err(ConfigError::unknown(key, place))
}

fn read_file(path: &str) -> Result<Vec<(String, String)>, ConfigError> {
    let text = std::fs::read_to_string(OsStr::new(path)).map_err(|why| {
        let allowed = settings::TOML_READABLE.said().with("why", why);
        ConfigError::wrong(FILE_KEY, path, allowed)
    })?;
    let table: toml::Table = text.parse().map_err(|why: toml::de::Error| {
        // The error's own text quotes the line, which may hold a password.
        let line = why.span().map_or(1, |span| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        let allowed = settings::TOML
            .said()
            .with("line", line)
            .with("why", why.message().replace('\n', " "));
        ConfigError::wrong(FILE_KEY, path, allowed)
    })?;
    let mut settings = Vec::new();
    for (key, value) in table {
        check_known(&key, settings::FILE.said().with("file", path))?;
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            other => {
                let kind = settings::OF_TYPE.said().with("kind", other.type_str());
                return Err(ConfigError::of_kind(&key, kind, settings::TEXT));
            }
        };
        settings.push((key, value));
    }
    Ok(settings)
}
