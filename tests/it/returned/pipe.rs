//! `tnld bounce`, as a local mail server calls it.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use super::{House, sample};
use crate::support::Db;

/// Runs `tnld bounce` with `mail` on standard input; its status and what it says on standard error.
fn pipe(db: &Db, settings: &[(&str, &str)], arguments: &[&str], mail: &[u8]) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tnld"))
        .arg("bounce")
        .args(arguments)
        .current_dir(db.folder())
        .env_clear()
        .env("TNLD_DATABASE_URL", db.url())
        .env("TNLD_BOUNCE_ADDRESS", "bounce@tnld.test")
        .envs(settings.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may have left before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(mail);
    let done = child.wait_with_output().unwrap();
    assert!(done.stdout.is_empty());
    (
        done.status.code().unwrap(),
        String::from_utf8(done.stderr).unwrap(),
    )
}

fn with_header(header: &str, mail: &[u8]) -> Vec<u8> {
    [header.as_bytes(), b"\r\n", mail].concat()
}

on_both_databases! {
    fn a_local_mail_server_hands_in_one_mail_after_the_other(db: &Db) {
        let house = House::open(db);
        let (answer, mails) = house.declare();
        let report = sample("postfix_failed");
        assert_eq!(pipe(db, &[], &[&mails[0].from], &report), (0, String::new()));
        let named = with_header(&format!("Delivered-To: {}", mails[1].from), &report);
        assert_eq!(pipe(db, &[], &[], &named), (0, String::new()));
        let named = with_header(&format!("X-Original-To: <{}>", mails[2].from), &sample("vacation"));
        assert_eq!(pipe(db, &[], &[], &named), (0, String::new()));
        let statuses: Vec<String> = mails
            .iter()
            .map(|mail| house.alert(&answer, mail)["status"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(statuses, ["bounced", "bounced", "sent"]);
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));

        // One larger than any report: its beginning says what it is.
        let large = [with_header(&format!("To: {}", mails[2].from), &sample("qmail")), vec![b'x'; 5_000_000]].concat();
        assert_eq!(pipe(db, &[], &[], &large).0, 0);
        assert_eq!(house.alert(&answer, &mails[2])["status"], "bounced");
    }

    fn what_is_for_nobody_is_refused_and_what_cannot_be_kept_comes_again(db: &Db) {
        let house = House::open(db);
        let (_, mails) = house.declare();
        let report = sample("postfix_failed");
        let forged = mails[0].from.replace('.', ".a");
        for arguments in [vec!["nobody@tnld.test"], vec![&*forged], vec![]] {
            let (status, said) = pipe(db, &[], &arguments, &report);
            assert_eq!(status, 67, "{said}");
            assert_eq!(said.lines().count(), 1);
        }
        let mine = &*mails[0].from;
        for (key, value) in [
            ("TNLD_DATABASE_URL", "postgres://tnld@127.0.0.1:1/tnld"),
            ("TNLD_DATABASE_URL", "sqlite:/proc/nowhere/tnld.db"),
            ("TNLD_BOUNCE_ADDRESS", ""),
            ("TNLD_NONSENSE", "1"),
            ("TNLD_MASTER_KEYS_FILE", "no-such.keys"),
        ] {
            let (status, said) = pipe(db, &[(key, value)], &[mine], &report);
            assert_eq!(status, 75, "{key}={value}: {said}");
            assert_eq!(said.lines().count(), 1, "{said}");
        }
        assert_eq!(house.office.rows("bounces"), 0);
        let empty = db.another();
        assert_eq!(pipe(&empty, &[], &[mine], &report).0, 75, "never served");
        assert!(!empty.folder().join("master.keys").exists());
    }
}
