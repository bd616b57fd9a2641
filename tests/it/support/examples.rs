//! The contract's examples, unchanged.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Where they lie.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/examples")
}

/// One example by the beginning of its name: `example("07")`.
pub fn example(name: &str) -> Value {
    let mut found = all().into_iter().filter(|(file, _)| file.starts_with(name));
    let (_, example) = found.next().expect("an example of that name");
    example
}

/// Every example with the name of its file, in order.
pub fn all() -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, serde_json::from_str(&text).unwrap())
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}
