//! Signatures, as another program checks them: dkimpy, which Debian has.

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::{
    api::{Office, recent},
    support::{Db, program::eventually},
};

/// Says whether a mail on standard input is signed, with the record that the DNS would have.
const CHECK: &str = "
import sys, dkim
mail = sys.stdin.buffer.read()
name, text = sys.argv[1].encode() + b'.', sys.argv[2].encode()
find = lambda asked, timeout=5: text if asked == name else b''
print('sound' if dkim.verify(mail, dnsfunc=find) else 'broken')
";

fn key(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/dkim")
        .join(name)
}

/// What dkimpy says of a mail.
fn checked(mail: &[u8], record: &(String, String)) -> String {
    let mut child = Command::new("/usr/bin/python3") // Debian's: another one does not see its packages
        .args(["-c", CHECK, &record.0, &record.1])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3-dkim is missing: tests/run installs it");
    child.stdin.take().unwrap().write_all(mail).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success());
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

/// Name and text of the line that `tnld dkim` prints.
fn record(line: &str) -> (String, String) {
    let (name, rest) = line.split_once(". IN TXT ( ").unwrap();
    let text: String = rest.split('"').skip(1).step_by(2).collect();
    (name.to_owned(), text)
}

#[test]
fn another_program_finds_the_signatures_sound_and_changes_in_between() {
    for (file, kind) in [
        ("rsa-pkcs1.pem", "rsa"),
        ("rsa-pkcs8.pem", "rsa"),
        ("ed25519.pem", "ed25519"),
    ] {
        let db = Db::sqlite();
        let path = key(file);
        let settings = [
            ("TNLD_MAIL_FROM", "Khai báo TNLĐ <no-reply@tnld.test>"),
            ("TNLD_DKIM_SELECTOR", "s2026"),
            ("TNLD_DKIM_KEY_FILE", path.to_str().unwrap()),
        ];
        let record = record(&db.tnld_with(&settings, &["dkim"]).ok());
        assert_eq!(record.0, "s2026._domainkey.tnld.test");
        assert!(
            record.1.starts_with(&format!("v=DKIM1; k={kind}; p=")),
            "{}",
            record.1
        );

        let office = Office::open_with(&db, &settings);
        office.employer("6099254308").declare(&recent("03"));
        let mails = eventually(super::SOON, || {
            let found = office.mails_as_sent();
            (found.len() == 3).then_some(found)
        });
        for mail in &mails {
            assert_eq!(checked(mail.as_bytes(), &record), "sound", "{mail}");
            // What servers on the way do to white space does no harm.
            let moved = mail.replace("Auto-Submitted: ", "auto-submitted:\r\n   ") + "\r\n\r\n";
            assert_eq!(checked(moved.as_bytes(), &record), "sound");
        }
        let mail = &mails[0];
        for changed in [
            mail.replacen("To: ", "To: x", 1),
            mail.replacen("Subject: ", "Subject: x", 1),
            format!("Subject: another\r\n{mail}"),
            format!("From: nobody@elsewhere.test\r\n{mail}"),
            mail.replacen("text/plain", "text/other", 1),
        ] {
            assert_ne!(&changed, mail);
            assert_eq!(checked(changed.as_bytes(), &record), "broken", "{changed}");
        }
    }
}

#[test]
fn a_wrong_key_stops_the_start_in_one_clear_line() {
    let db = Db::sqlite();
    let not_a_key = db.folder().join("not-a-key.pem");
    std::fs::write(&not_a_key, "secret words").unwrap();
    let short = key("too-short.pem");
    for (selector, file) in [
        ("s1", "no-such.pem"),
        ("s1", not_a_key.to_str().unwrap()),
        ("s1", short.to_str().unwrap()),
        ("s1", ""),
        ("", not_a_key.to_str().unwrap()),
        ("s 1", not_a_key.to_str().unwrap()),
    ] {
        let settings = [
            ("TNLD_DKIM_SELECTOR", selector),
            ("TNLD_DKIM_KEY_FILE", file),
            ("TNLD_LISTEN", "127.0.0.1:0"),
        ];
        for command in ["serve", "dkim"] {
            let said = db.tnld_with(&settings, &[command]).failed(1);
            assert!(
                said.contains("TNLD_DKIM_") && said.contains(" | "),
                "{said}"
            );
            assert!(!said.contains("secret words"), "{said}");
        }
    }
    let said = db.tnld(&["dkim"]).failed(1);
    assert!(said.contains("TNLD_DKIM_SELECTOR"), "{said}");
}

#[test]
fn both_headers_by_which_reminders_are_stopped_are_signed_and_nobody_adds_them_to_an_alert() {
    use std::sync::Arc;
    use tnld::mail::{
        compose::{Posting, Sender, compose},
        dkim::{DkimSettings, Signer},
        render::Email,
    };
    let signer = Signer::open(&DkimSettings {
        domain: "tnld.test".into(),
        selector: "s2026".into(),
        key_file: key("rsa-pkcs8.pem"),
    });
    let signer = Arc::new(signer.unwrap());
    let (name, text) = signer.record();
    let sender = Sender {
        signer: Some(signer),
        ..Sender::parse("Khai báo TNLĐ <no-reply@tnld.test>").unwrap()
    };
    let email = Email {
        subject: "Nhắc việc".into(),
        text: "Nhắc việc".into(),
        html: "<p>Nhắc việc</p>".into(),
    };
    let sent = |unsubscribe| {
        let posting = Posting {
            message_id: "0197-abc",
            noted_at: "2026-11-22T02:00:00Z".parse().unwrap(),
            to: "mai.lo@snv.test",
            urgent: false,
            unsubscribe,
        };
        String::from_utf8(compose(&email, &sender, &posting).unwrap().bytes).unwrap()
    };
    let record = (name, text);
    let reminder = sent(Some("https://tnld.test/reminders/x.y"));
    assert_eq!(checked(reminder.as_bytes(), &record), "sound", "{reminder}");
    for changed in [
        reminder.replace("reminders/x.y", "reminders/x.z"),
        reminder.replace("One-Click", "Two-Clicks"),
    ] {
        assert_ne!(changed, reminder);
        assert_eq!(checked(changed.as_bytes(), &record), "broken", "{changed}");
    }
    let alert = sent(None);
    assert_eq!(checked(alert.as_bytes(), &record), "sound", "{alert}");
    let added = format!("List-Unsubscribe: <https://elsewhere.test>\r\n{alert}");
    assert_eq!(checked(added.as_bytes(), &record), "broken", "{added}");
}
