use std::path::Path;

use proptest::prelude::*;

use super::{fingerprint, read};
use crate::domain::bounce::ReturnKind::{self, AutoReply, Delayed, Delivered, Failed, Unknown};

fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/returned/{name}.eml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// Every sample of `tests/returned`, with what it says: its kind, code, and words of the reason.
const SAMPLES: [(&str, ReturnKind, Option<&str>, &str); 29] = [
    (
        "postfix_failed",
        Failed,
        Some("5.1.1"),
        "550 5.1.1 no such user",
    ),
    (
        "postfix_delayed",
        Delayed,
        Some("4.4.1"),
        "connect to mail.donvi.test[127.0.0.1]:25: Connection timed out",
    ),
    (
        "expired_after_days",
        Failed,
        Some("4.4.7"),
        "delivery time expired",
    ),
    (
        "mailbox_full",
        Failed,
        Some("5.2.2"),
        "552 5.2.2 Hộp thư đã đầy",
    ),
    ("mailbox_full_for_now", Delayed, Some("4.2.2"), "452 4.2.2"),
    ("no_action_permanent", Failed, Some("5.1.10"), ""),
    ("relayed", Delivered, Some("2.0.0"), "250 2.0.0 Ok"),
    (
        "list_with_one_dead_reader",
        Delivered,
        Some("5.1.1"),
        "550 5.1.1 unknown",
    ),
    ("report_without_recipients", Unknown, None, ""),
    (
        "exchange_report",
        Failed,
        Some("5.1.10"),
        "RESOLVER.ADR.RecipientNotFound",
    ),
    (
        "control_letters_in_the_reason",
        Failed,
        Some("5.1.1"),
        "550 5.1.1 [31mno such user xxx",
    ),
    (
        "qmail",
        Failed,
        Some("5.1.1"),
        "Sorry, no mailbox here by that name. (#5.1.1)",
    ),
    (
        "exim_failed",
        Failed,
        Some("5.1.1"),
        "550 5.1.1 <truc-ban@donvi.test>: Recipient address rejected: User unknown",
    ),
    ("exim_delayed", Delayed, None, ""),
    (
        "sendmail_transcript",
        Failed,
        Some("5.1.1"),
        "550 5.1.1 <truc-ban@donvi.test>... User unknown",
    ),
    ("sendmail_warning", Delayed, None, ""),
    (
        "postfix_plain_text_only",
        Failed,
        Some("5.2.2"),
        "said: 552 5.2.2 Over quota",
    ),
    (
        "exchange_text",
        Failed,
        Some("5.1.1"),
        "Remote server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound",
    ),
    (
        "gmail_failed",
        Failed,
        Some("5.1.1"),
        "550 5.1.1 The email account",
    ),
    (
        "gmail_delayed",
        Delayed,
        Some("4.4.1"),
        "did not accept our requests",
    ),
    ("vietnamese_server", Failed, None, ""),
    ("vacation", AutoReply, None, ""),
    ("vacation_without_sender", AutoReply, None, ""),
    ("out_of_office_by_subject", AutoReply, None, ""),
    ("person_who_answers", Unknown, None, ""),
    ("server_that_says_nothing", Unknown, None, ""),
    ("read_receipt", Unknown, None, ""),
    ("report_only_in_the_quoted_mail", Unknown, None, ""),
    (
        "daemon_with_a_code_only",
        Failed,
        Some("5.7.1"),
        "550 5.7.1 rejected by policy",
    ),
];

#[test]
fn every_sample_is_understood_as_a_person_would() {
    for (name, kind, status, said) in SAMPLES {
        let found = read(&sample(name), None);
        assert_eq!(
            (found.kind, found.status.as_deref()),
            (kind, status),
            "{name}: {found:?}"
        );
        let shown = found.diagnostic.unwrap_or_default();
        assert!(
            shown.contains(said) && (said.is_empty() == shown.is_empty()),
            "{name}: {shown:?}"
        );
    }
}

#[test]
fn every_sample_of_the_folder_has_its_line_above() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/returned");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    found.sort();
    let mut named: Vec<String> = SAMPLES.iter().map(|sample| sample.0.to_owned()).collect();
    named.sort();
    assert_eq!(found, named);
}

#[test]
fn the_reason_is_one_printable_line_of_at_most_300_letters() {
    let shown = read(&sample("control_letters_in_the_reason"), None)
        .diagnostic
        .unwrap();
    assert_eq!(shown.chars().count(), 300);
    assert!(
        !shown.contains(|c: char| c.is_control() || c == '\u{202e}'),
        "{shown:?}"
    );
}

#[test]
fn what_a_person_writes_is_never_kept() {
    for name in ["vacation", "vacation_without_sender", "person_who_answers"] {
        let found = read(&sample(name), Some(""));
        assert_eq!((found.status, found.diagnostic), (None, None), "{name}");
        assert_ne!(found.kind, Failed, "{name}");
    }
}

#[test]
fn lines_that_end_in_a_bare_newline_are_read_alike() {
    for (name, kind, ..) in SAMPLES {
        let text = String::from_utf8_lossy(&sample(name)).replace("\r\n", "\n");
        assert_eq!(read(text.as_bytes(), None).kind, kind, "{name}");
    }
}

#[test]
fn a_repeat_that_came_another_way_has_the_same_fingerprint() {
    let first = sample("postfix_failed");
    let mut again =
        b"Received: from elsewhere.test by mx.test; Mon, 2 Mar 2026 08:40:00 +0700\r\n".to_vec();
    again.extend_from_slice(&first);
    assert_eq!(fingerprint(&first), fingerprint(&again));
    assert_ne!(fingerprint(&first), fingerprint(&sample("postfix_delayed")));
    // qmail writes no Message-ID: date and subject tell.
    assert_ne!(
        fingerprint(&sample("qmail")),
        fingerprint(&sample("exim_delayed"))
    );
}

/// Words that make up reports, so that chance finds its way into every branch.
const PIECES: [&str; 24] = [
    "Content-Type: multipart/report; boundary=b\r\n",
    "Content-Type: message/delivery-status\r\n",
    "--b\r\n",
    "--b--\r\n",
    "\r\n",
    "Action: failed\r\n",
    "Action:",
    "Status: 5.1.1\r\n",
    "Status: 5",
    "Diagnostic-Code: smtp; 550\r\n",
    " folded\r\n",
    "From: MAILER-DAEMON@x.test\r\n",
    "Subject: =?utf-8?q?=e1=bb?=\r\n",
    "Hi. This is the qmail-send program\r\n",
    "5.1.1",
    "550 ",
    "Auto-Submitted: auto-replied\r\n",
    "X-Failed-Recipients: a@b.test\r\n",
    "Return-Path: <>\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "\u{202e}ạ",
    "=?",
    "Content-Type: text/html\r\n\r\n<p",
    ".",
];

fn without_evidence(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    !["failed", "5.", "hi. this is", "daemon", "return-path"]
        .iter()
        .any(|word| text.contains(word))
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..2000), sender in proptest::option::of(".{0,30}")) {
        let found = read(&raw, sender.as_deref());
        fingerprint(&raw);
        let shown = found.diagnostic.unwrap_or_default();
        prop_assert!(shown.chars().count() <= 300 && !shown.contains(char::is_control));
    }

    #[test]
    fn no_pieces_of_reports_make_it_panic(pieces in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.iter().map(|piece| PIECES[*piece]).collect();
        let found = read(text.as_bytes(), Some(""));
        fingerprint(text.as_bytes());
        if let Some(status) = &found.status {
            prop_assert!(status.len() <= 7 && matches!(status.as_bytes()[0], b'2' | b'4' | b'5'), "{status}");
        }
        if without_evidence(&text) {
            prop_assert!(!found.is_final(), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn what_a_person_writes_is_never_final(body in "[ -~\\n]{0,600}") {
        let mail = format!("From: Le Thi Ba <ba@donvi.test>\r\nSubject: Re\r\n\r\n{body}");
        prop_assert!(!read(mail.as_bytes(), Some("ba@donvi.test")).is_final());
    }
}
