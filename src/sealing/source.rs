//! Where master keys are kept: a file of their own, or the environment.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{MasterKey, MasterKeys, SealError};
use crate::{config::Secret, files};

/// How a new key file begins.
const HEAD: &str = "\
# Master keys of tnld: without them nobody reads the personal data in the database.
# Keep a copy apart from the database and from its backups. The last line is the key in use;
# the lines before it open what was sealed earlier. `tnld keys` adds, lists and retires keys.
";

/// Where the master keys come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// `TNLD_MASTER_KEYS_FILE`.
    File(PathBuf),
    /// `TNLD_MASTER_KEYS`: the same lines in a setting.
    Setting(Secret),
}

impl KeySource {
    /// The keys; `None` where there is no file.
    pub fn read(&self) -> Result<Option<MasterKeys>, SealError> {
        let text = match self {
            Self::Setting(text) => Zeroizing::new(text.expose().to_owned()),
            Self::File(path) => match fs::read_to_string(path) {
                Ok(text) => Zeroizing::new(text),
                Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(why) => return Err(SealError::Source(why.to_string())),
            },
        };
        MasterKeys::parse(&text).map(Some)
    }

    /// The folder of what is kept apart from the database: that of the key file.
    pub fn folder(&self) -> PathBuf {
        let file = match self {
            Self::File(path) => path.parent(),
            Self::Setting(_) => None,
        };
        match file {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            Some(_) => PathBuf::from("."),
            None => PathBuf::from("tnld-data"),
        }
    }

    /// Adds a key as the last one; makes the file, readable by its owner only, where there is none.
    /// Whoever reads meanwhile sees the old file or the new one, also after a power cut.
    pub fn append(&self, key: &MasterKey) -> Result<(), SealError> {
        let Self::File(path) = self else {
            return Err(SealError::Source(
                "TNLD_MASTER_KEYS is a setting, which this program cannot change".into(),
            ));
        };
        append_to(path, key).map_err(|why| SealError::Source(why.to_string()))
    }
}

impl std::fmt::Display for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Setting(_) => f.write_str("TNLD_MASTER_KEYS"),
        }
    }
}

fn append_to(path: &Path, key: &MasterKey) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    files::create_folder(folder)?;
    let before = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Zeroizing::new(HEAD.to_owned()),
        Err(why) => return Err(why),
    };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = folder.join(name);
    // What is left of an attempt that was cut off is not used again: its mode may be another.
    match fs::remove_file(&beside) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
        _ => {}
    }
    let mut file = files::create_new(&beside)?;
    file.write_all(before.as_bytes())?;
    if !before.ends_with('\n') {
        file.write_all(b"\n")?;
    }
    file.write_all(key.line().as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    File::open(folder)?.sync_all()
}
