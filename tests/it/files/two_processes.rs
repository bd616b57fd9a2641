//! One upload, two processes of the service on one PostgreSQL and one folder of files.

use std::{io::Write, net::TcpStream, time::Duration};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::*;
use crate::support::{Db, program::eventually};

const MIB: usize = 1024 * 1024;
const SOON: Duration = Duration::from_secs(20);

/// The same office, and the same person at each of its two processes.
struct Two<'a> {
    office: Office<'a>,
    second: Office<'a>,
    token: String,
}

impl<'a> Two<'a> {
    fn open(db: &'a Db) -> Self {
        let office = Office::open(db);
        Self {
            token: db.token("inspector", &["--province", "66"]),
            second: Office::reopen_with(db, &[]),
            office,
        }
    }

    fn at_first(&self) -> Caller {
        self.office.with_token(&self.token)
    }

    fn at_second(&self) -> Caller {
        self.second.with_token(&self.token)
    }

    /// Begins a part of `upload` at the first process, of which only `bytes` come.
    fn cut_off(&self, upload: &str, length: usize, bytes: &[u8]) -> TcpStream {
        let mut line = TcpStream::connect(self.office.program.address()).unwrap();
        let head = format!(
            "PATCH {upload} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ntus-resumable: 1.0.0\r\n\
             content-type: {PART}\r\nupload-offset: 0\r\ncontent-length: {length}\r\n\r\n",
            self.token
        );
        line.write_all(head.as_bytes()).unwrap();
        line.write_all(bytes).unwrap();
        line.flush().unwrap();
        line
    }

    /// Both read the one document of `case`, byte for byte.
    #[track_caller]
    fn both_read(&self, case: &str, file: &[u8]) {
        for reader in [self.at_first(), self.at_second()] {
            let listed = list(&reader, case);
            let items = listed["items"].as_array().unwrap();
            assert_eq!(items.len(), 1, "{listed}");
            assert_eq!(items[0]["sha256"], HEXLOWER.encode(&Sha256::digest(file)));
            let (_, bytes) = reader.bytes(text(&items[0]["content"]));
            assert!(bytes == file);
        }
    }
}

#[test]
fn an_upload_goes_on_at_another_process_and_both_read_it() {
    let db = Db::postgres();
    let two = Two::open(&db);
    let (_, case) = a_case(&two.office);
    let (first, second) = (two.at_first(), two.at_second());
    let file = pdf(2 * MIB + 70_000, "on both");
    let begun = begin(&first, &case, file.len(), &SKETCH);
    let upload = begun.header("location");
    // In turn, also in the middle of a piece.
    let mut at = 0;
    for (length, process) in [(500_000, &first), (MIB, &second), (300_001, &first)] {
        assert_eq!(
            offset(process, upload),
            at,
            "each knows what the other took"
        );
        let part = patch(process, upload, at, &file[at..at + length]);
        assert_eq!(part.status, 204, "{}", part.text);
        at += length;
    }
    let done = patch(&second, upload, at, &file[at..]);
    assert_eq!(done.status, 204, "{}", done.text);
    two.both_read(&case, &file);
}

#[test]
fn of_two_processes_that_append_at_one_place_one_wins() {
    let db = Db::postgres();
    let two = Two::open(&db);
    let (_, case) = a_case(&two.office);
    let (first, second) = (two.at_first(), two.at_second());
    let file = pdf(2 * MIB + 40_000, "at once");
    let begun = begin(&first, &case, file.len(), &SKETCH);
    let upload = begun.header("location");
    // At the beginning, in the middle of a piece, and at the end: what the loser sent leaves no trace.
    let mut at = 0;
    for to in [MIB / 2, MIB + 9, file.len()] {
        let part = &file[at..to];
        let answers = std::thread::scope(|scope| {
            let both = [&first, &second, &first, &second]
                .map(|process| scope.spawn(move || patch(process, upload, at, part)));
            both.map(|one| one.join().unwrap())
        });
        let mut statuses = answers.each_ref().map(|answer| answer.status);
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409, 409, 409]);
        for lost in answers.iter().filter(|answer| answer.status == 409) {
            let code = lost.json()["code"].clone();
            assert!(code == "wrong_offset" || code == "upload_ended", "{code}");
        }
        at = to;
        if at < file.len() {
            assert_eq!((offset(&first, upload), offset(&second, upload)), (at, at));
        }
    }
    two.both_read(&case, &file);
}

#[test]
fn what_came_before_a_process_was_killed_goes_on_at_the_other() {
    let db = Db::postgres();
    let mut two = Two::open(&db);
    let (_, case) = a_case(&two.office);
    let second = two.at_second();
    let file = pdf(3 * MIB, "killed");
    let begun = begin(&two.at_first(), &case, file.len(), &SKETCH);
    let upload = begun.header("location").to_owned();
    let line = two.cut_off(&upload, file.len(), &file[..2 * MIB + 1000]);
    eventually(SOON, || (offset(&second, &upload) == 2 * MIB).then_some(()));
    two.office.program.kill_hard();
    drop(line);
    let at = offset(&second, &upload);
    assert_eq!(at, 2 * MIB, "whole pieces that were noted");
    let done = patch(&second, &upload, at, &file[at..]);
    assert_eq!(done.status, 204, "{}", done.text);
    two.office.program.restart();
    two.both_read(&case, &file);
}
