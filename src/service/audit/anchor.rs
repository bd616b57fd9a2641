//! The newest root as this machine remembers it, in a file that no SQL reaches.
//!
//! Whoever may write to the database can take away the newest roots together with what they close,
//! and everything that is left is sound. The file tells.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{domain::audit::root::Root, files};

/// Number and text of a root.
pub type Remembered = (i64, String);

/// The file.
#[derive(Debug, Clone)]
pub struct Anchor(PathBuf);

impl Anchor {
    /// In `folder`, for the trace whose roots are signed with `public_key` (hex): several databases may
    /// share a folder.
    pub fn new(folder: &Path, public_key: &str) -> Self {
        let trace = public_key.get(..8).unwrap_or(public_key);
        Self(folder.join(format!("trace-{trace}.root")))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// What is remembered; `None` where nothing is yet.
    pub fn read(&self) -> io::Result<Option<Remembered>> {
        let text = match fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(why),
        };
        let remembered = text
            .split_once(' ')
            .and_then(|(no, root)| Some((no.parse().ok()?, root.trim_end().to_owned())));
        remembered
            .map(Some)
            .ok_or_else(|| io::Error::other("not the form of a remembered root"))
    }

    /// Remembers `root`, the newest in the database. `false` where a newer one, or another of the same
    /// number, is remembered: then the database has lost it.
    pub fn remember(&self, root: &Root) -> io::Result<bool> {
        match self.read()? {
            Some((no, text)) if no == root.no => return Ok(text == root.root),
            Some((no, _)) if no > root.no => return Ok(false),
            _ => {}
        }
        if let Some(folder) = self.0.parent() {
            files::create_folder(folder)?;
        }
        // Whoever reads meanwhile, and after a power cut, finds the old one or the new one.
        let new = self.0.with_extension(format!("{}.new", std::process::id()));
        let mut file = files::create(&new)?;
        file.write_all(format!("{} {}\n", root.no, root.root).as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &self.0)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::domain::audit::root::{Heads, Signer};

    #[test]
    fn a_root_that_was_remembered_is_missed_when_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let signer = Signer::new(&[7; 32]).unwrap();
        let anchor = Anchor::new(&folder.path().join("new"), &signer.public_key());
        let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let first = Root::after(None, at, None, Heads::new(), &signer);
        let second = Root::after(Some(&first), at, None, Heads::new(), &signer);
        let another = Root::after(
            Some(&first),
            at,
            at.date_naive().into(),
            Heads::new(),
            &signer,
        );

        assert_eq!(anchor.read().unwrap(), None);
        assert!(anchor.remember(&first).unwrap());
        assert!(anchor.remember(&first).unwrap());
        assert!(anchor.remember(&second).unwrap());
        assert_eq!(anchor.read().unwrap(), Some((2, second.root.clone())));
        assert!(
            !anchor.remember(&first).unwrap(),
            "the newest was taken away"
        );
        assert!(!anchor.remember(&another).unwrap(), "and made anew");
        assert_eq!(anchor.read().unwrap(), Some((2, second.root)));
    }
}
