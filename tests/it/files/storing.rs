//! The store: away, changed by somebody, and under another master key.

use std::{os::unix::fs::PermissionsExt, time::Duration};

use serde_json::json;

use super::*;
use crate::{
    api::{Office, office::rows},
    support::{Db, program::eventually, s3::S3},
};

const SOON: Duration = Duration::from_secs(30);

on_both_databases! {
    fn what_was_changed_in_the_store_is_not_shown(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let one = add(&inspector, &case, &pdf(3_000, "one"), &SKETCH);
        let two = add(&inspector, &case, &pdf(3_000, "two"), &SKETCH);
        let files = below(&store(&office));
        assert_eq!(files.len(), 4);
        for (path, bytes) in &files {
            let mut changed = bytes.clone();
            let middle = changed.len() / 2;
            changed[middle] ^= 1;
            std::fs::write(path, changed).unwrap();
        }
        for document in [&one, &two] {
            inspector.get(text(&document["content"])).expect(500);
        }
        for (path, bytes) in &files {
            std::fs::write(path, bytes).unwrap();
        }
        for document in [&one, &two] {
            assert_eq!(inspector.bytes(text(&document["content"])).0.status, 200);
        }
    }

    fn files_open_after_the_master_key_was_changed(db: &Db) {
        let office = Office::open(db);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let file = pdf(30_000, "rotate");
        let document = add(&inspector, &case, &file, &SKETCH);
        let before = db.tnld(&["keys", "list"]).ok();
        let old = before.split_whitespace().find(|word| word.contains('-')).unwrap().to_owned();
        db.tnld(&["keys", "rotate"]).ok();
        db.tnld(&["keys", "retire", &old]).ok();
        let (_, bytes) = inspector.bytes(text(&document["content"]));
        assert!(bytes == file);
        let again = add(&inspector, &case, &file, &SKETCH);
        let (_, bytes) = inspector.bytes(text(&again["content"]));
        assert!(bytes == file);
    }
}

on_both_databases! {
    fn a_bucket_of_an_s3_store_keeps_files_as_a_folder_does(db: &Db) {
        let s3 = S3::start();
        let office = Office::open_with(db, &[("TNLD_FILES_URL", &s3.url())]);
        let (_, case) = a_case(&office);
        let inspector = office.inspector("66");
        let file = pdf(2 * 1024 * 1024 + 77, "bucket");
        let upload = begin(&inspector, &case, file.len(), &SKETCH).header("location").to_owned();
        let half = 1024 * 1024 + 500;
        assert_eq!(patch(&inspector, &upload, 0, &file[..half]).status, 204);
        // Away in the middle: what was noted stays, the rest comes when it is back.
        s3.set_away(true);
        let refused = patch(&inspector, &upload, half, &file[half..]);
        assert_eq!(refused.expect(503)["code"], "file_store_away");
        assert_eq!(offset(&inspector, &upload), half);
        s3.set_away(false);
        let done = patch(&inspector, &upload, half, &file[half..]);
        assert_eq!(done.status, 204, "{} {:?}", done.text, s3.refused());
        let document = inspector.get(done.header("document-location")).expect(200);
        let (_, bytes) = inspector.bytes(text(&document["content"]));
        assert!(bytes == file);
        assert_eq!(s3.refused(), [""; 0], "every request was signed as it must be");
        let objects = s3.objects();
        assert_eq!(objects.len(), 4, "three pieces and a preview: {:?}", objects.keys());
        for (name, bytes) in &objects {
            assert!(name.starts_with("thu/nghiem/"), "{name}");
            assert!(!contains(bytes, b"%PDF") && !contains(bytes, b"MediaBox"));
        }
        // What nobody needs is deleted.
        let half = begin(&inspector, &case, file.len(), &SKETCH).header("location").to_owned();
        assert_eq!(patch(&inspector, &half, 0, &file[..5_000]).status, 204);
        assert_eq!(s3.objects().len(), 5);
        assert_eq!(inspector.send("DELETE", &half, &[VERSION], b"").status, 204);
        eventually(SOON, || (s3.objects().len() == 4).then_some(()));
        s3.set_away(true);
        assert_eq!(inspector.get(text(&document["content"])).expect(503)["code"], "file_store_away");
    }
}

#[test]
fn while_the_store_is_away_nothing_is_half_done() {
    let db = Db::sqlite();
    let bucket = format!(
        "s3://KEY:SECRET@127.0.0.1:{}/tnld?tls=off",
        crate::support::program::free_port()
    );
    let office = Office::open_with(&db, &[("TNLD_FILES_URL", &bucket)]);
    let (_, case) = a_case(&office);
    let inspector = office.inspector("66");
    let file = pdf(3_000, "away");
    let upload = begin(&inspector, &case, file.len(), &SKETCH)
        .header("location")
        .to_owned();
    let refused = patch(&inspector, &upload, 0, &file);
    assert_eq!(refused.expect(503)["code"], "file_store_away");
    assert_eq!(offset(&inspector, &upload), 0, "nothing is half done");
    assert_eq!(rows(&db, "documents"), 0);
    let operator = office.operator();
    eventually(SOON, || {
        operator
            .get("/metrics")
            .text
            .contains("tnld_file_store_away 1")
            .then_some(())
    });
    // The intake stays open; whoever asks is told.
    let ready = operator.get("/readyz");
    assert_eq!(
        (ready.status, ready.json()["file_store"].clone()),
        (200, json!("away"))
    );
    let overview = operator.get("/api/v1/operations").expect(200);
    assert_eq!(overview["files"]["store"], "away");
}

#[test]
fn a_folder_that_cannot_be_written_is_a_store_that_is_away() {
    let db = Db::sqlite();
    let office = Office::open(&db);
    let (_, case) = a_case(&office);
    let inspector = office.inspector("66");
    let file = pdf(3_000, "folder");
    let upload = begin(&inspector, &case, file.len(), &SKETCH)
        .header("location")
        .to_owned();
    // A file in the place of the folder keeps root out as well.
    let folder = store(&office);
    let mode = std::fs::metadata(&folder).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, b"").unwrap();
    assert_eq!(
        patch(&inspector, &upload, 0, &file).expect(503)["code"],
        "file_store_away"
    );
    std::fs::remove_file(&folder).unwrap();
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(patch(&inspector, &upload, 0, &file).status, 204);
}
