//! Files and folders that hold personal data: nobody but their owner may look into them.
//!
//! Only what the program makes itself is made so. What was there before stays as its owner wants it.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io,
    path::Path,
};

/// Makes a folder, and those above it that are missing, with mode 0700.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens a file to be written from its start, made with mode 0600 where it is missing.
pub fn create(path: &Path) -> io::Result<File> {
    private().create(true).truncate(true).open(path)
}

/// Makes an empty file with mode 0600; an error where there is one.
pub fn create_new(path: &Path) -> io::Result<File> {
    private().create_new(true).open(path)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_is_made_is_for_its_owner_and_what_was_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("old");
        std::fs::create_dir(&old).unwrap();
        std::fs::set_permissions(&old, Permissions::from_mode(0o755)).unwrap();

        let new = old.join("a/b");
        create_folder(&new).unwrap();
        create_folder(&new).unwrap();
        assert_eq!(
            [&old, &old.join("a"), &new].map(|path| mode(path)),
            [0o755, 0o700, 0o700]
        );

        let file = new.join("mail");
        create(&file).unwrap();
        assert_eq!(mode(&file), 0o600);
        assert!(create_new(&file).is_err());
        std::fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        create(&file).unwrap();
        assert_eq!(mode(&file), 0o640);
    }
}
