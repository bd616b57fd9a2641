//! One connection, one mail server, every mood of it.

use std::time::Duration;

use chrono::{TimeZone, Utc};
use tnld::mail::{
    address::SmtpUrl,
    compose::{Outgoing, Posting, Sender, compose},
    render::Email,
    transport::{Connection, Delivery, Mailer, Patience},
};

use crate::support::smtp::{Behaviour, Encryption, Options, Sink};

const QUICK: Patience = Patience {
    connect: Duration::from_millis(300),
    mail: Duration::from_millis(300),
};

fn a_mail(to: &str) -> Outgoing {
    let email = Email {
        subject: "Tai nạn lao động".into(),
        text: "Một dòng.\n".into(),
        html: "<p>Một dòng.</p>".into(),
    };
    let posting = Posting {
        message_id: "0197-abc",
        noted_at: Utc.with_ymd_and_hms(2026, 3, 2, 1, 30, 0).unwrap(),
        to,
        urgent: true,
        unsubscribe: None,
    };
    compose(
        &email,
        &Sender::parse("Khai báo <no-reply@tnld.test>").unwrap(),
        &posting,
    )
    .unwrap()
}

fn connection(url: &str) -> Connection {
    Mailer::open(&SmtpUrl::parse(url).unwrap(), QUICK)
        .unwrap()
        .connection()
}

fn reply(delivery: &Delivery) -> &str {
    let (Delivery::Accepted { reply }
    | Delivery::Temporary { reply, .. }
    | Delivery::Permanent { reply }) = delivery;
    reply
}

#[tokio::test]
async fn many_mails_leave_over_one_connection() {
    let sink = Sink::start();
    let mut connection = connection(&sink.url());
    for n in 0..20 {
        let delivery = connection.deliver(&a_mail(&format!("a{n}@so.test"))).await;
        assert_eq!(
            delivery,
            Delivery::Accepted {
                reply: format!("250 2.0.0 queued as {}", n + 1)
            }
        );
    }
    assert_eq!(sink.connections(), 1);
    let received = sink.received();
    assert_eq!(received[3].to, ["a3@so.test"]);
    assert_eq!(received[3].from, "no-reply@tnld.test");
    assert_eq!(
        received[3].header("Message-ID"),
        Some("<0197-abc@tnld.test>")
    );
}

#[tokio::test]
async fn lines_that_begin_with_a_dot_arrive_as_they_are() {
    let sink = Sink::start();
    let body = "Subject: x\r\n\r\n.\r\n..two\r\nend";
    let mail = Outgoing {
        bytes: body.into(),
        ..a_mail("a@so.test")
    };
    connection(&sink.url()).deliver(&mail).await;
    assert_eq!(sink.received()[0].data.trim_end(), body);
}

#[tokio::test]
async fn a_reply_decides_whether_a_mail_is_tried_again() {
    let cases = [
        (
            Behaviour::DeferRecipient,
            false,
            "451 4.2.1 come back later",
        ),
        (Behaviour::RejectRecipient, true, "550 5.1.1 no such user"),
        (Behaviour::MailboxFull, false, "552 5.2.2 mailbox full"),
        (Behaviour::RejectContent, true, "554 5.6.0 not like this"),
        (
            Behaviour::RejectSender,
            false,
            "550 5.7.1 sender not allowed",
        ),
        (Behaviour::RejectConnection, false, "554 5.3.2 not today"),
        (Behaviour::ShutDown, false, "421 4.3.2 going down"),
    ];
    let sink = Sink::start();
    for (behaviour, is_final, expected) in cases {
        sink.behave(behaviour);
        let mut connection = connection(&sink.url());
        let delivery = connection.deliver(&a_mail("a@so.test")).await;
        assert_eq!(
            matches!(delivery, Delivery::Permanent { .. }),
            is_final,
            "{behaviour:?}"
        );
        assert_eq!(reply(&delivery), expected, "{behaviour:?}");

        sink.behave(Behaviour::Accept);
        let delivery = connection.deliver(&a_mail("a@so.test")).await;
        assert!(
            matches!(delivery, Delivery::Accepted { .. }),
            "after {behaviour:?}: {delivery:?}"
        );
    }
    assert_eq!(sink.count(), cases.len());
}

#[tokio::test]
async fn after_a_refused_recipient_the_connection_is_used_on() {
    let sink = Sink::start();
    sink.behave(Behaviour::RejectNobody);
    let mut connection = connection(&sink.url());
    for n in 0..6 {
        let to = if n % 2 == 0 {
            "nobody@so.test"
        } else {
            "a@so.test"
        };
        let delivery = connection.deliver(&a_mail(to)).await;
        assert_eq!(
            matches!(delivery, Delivery::Permanent { .. }),
            n % 2 == 0,
            "{delivery:?}"
        );
    }
    assert_eq!((sink.count(), sink.connections()), (3, 1));
}

#[tokio::test]
async fn a_server_that_hangs_drops_or_is_away_is_a_passing_failure() {
    let sink = Sink::start();
    for behaviour in [
        Behaviour::HangAfterData,
        Behaviour::Silent,
        Behaviour::DropMidMessage,
        Behaviour::Refuse,
    ] {
        sink.behave(behaviour);
        let mut connection = connection(&sink.url());
        let delivery = connection.deliver(&a_mail("a@so.test")).await;
        assert!(
            matches!(delivery, Delivery::Temporary { .. }),
            "{behaviour:?}: {delivery:?}"
        );
        assert!(!reply(&delivery).is_empty());
        assert_eq!(sink.count(), 0);
    }
    sink.behave(Behaviour::Accept);
    let delivery = connection(&sink.url()).deliver(&a_mail("a@so.test")).await;
    assert!(
        matches!(delivery, Delivery::Accepted { .. }),
        "{delivery:?}"
    );
}

#[tokio::test]
async fn a_connection_that_the_server_closed_meanwhile_costs_no_try() {
    let sink = Sink::start();
    let mut connection = connection(&sink.url());
    connection.deliver(&a_mail("a@so.test")).await;
    sink.behave(Behaviour::Refuse);
    sink.behave(Behaviour::Accept);
    let delivery = connection.deliver(&a_mail("b@so.test")).await;
    assert!(
        matches!(delivery, Delivery::Accepted { .. }),
        "{delivery:?}"
    );
    assert_eq!(sink.connections(), 2);
}

#[tokio::test]
async fn mail_leaves_encrypted_and_logged_in_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for tls in [Encryption::StartTls, Encryption::Implicit] {
        let sink = Sink::with(Options {
            tls,
            login: Some(("khai báo".into(), "p@ss/1".into())),
            ..Options::default()
        });
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, sink.certificate()).unwrap();
        let url = |login: &str, ca: &str| {
            let port = sink.address().port();
            match tls {
                Encryption::Implicit => format!("smtps://{login}@localhost:{port}?{ca}"),
                _ => format!("smtp://{login}@localhost:{port}?tls=required&{ca}"),
            }
        };
        let ca = format!("ca={}", ca.display());
        let right = "khai%20b%C3%A1o:p%40ss%2F1";

        let delivery = connection(&url(right, &ca))
            .deliver(&a_mail("a@so.test"))
            .await;
        assert!(
            matches!(delivery, Delivery::Accepted { .. }),
            "{tls:?}: {delivery:?}"
        );
        assert!(sink.received()[0].encrypted);

        let delivery = connection(&url("khai:wrong", &ca))
            .deliver(&a_mail("a@so.test"))
            .await;
        assert_eq!(
            delivery,
            Delivery::Temporary {
                reply: "535 5.7.8 who are you".into(),
                is_away: true
            },
            "{tls:?}"
        );

        let strange = connection(url(right, "").trim_end_matches(['?', '&']))
            .deliver(&a_mail("a@so.test"))
            .await;
        assert!(
            matches!(strange, Delivery::Temporary { .. }),
            "{tls:?}: {strange:?}"
        );
        assert_eq!(sink.count(), 1, "an unknown certificate is not spoken to");
    }
}

#[tokio::test]
async fn a_server_without_encryption_gets_nothing_where_it_is_asked_for() {
    let sink = Sink::start();
    let url = format!("smtp://{}?tls=required", sink.address());
    let delivery = connection(&url).deliver(&a_mail("a@so.test")).await;
    assert!(
        matches!(delivery, Delivery::Temporary { .. }),
        "{delivery:?}"
    );
    assert_eq!(sink.count(), 0);
}

#[tokio::test]
async fn a_folder_holds_one_whole_file_for_each_message() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mail");
    let mut connection = connection(&format!("file:{}", path.display()));
    for _ in 0..2 {
        let delivery = connection.deliver(&a_mail("a@so.test")).await;
        assert!(
            matches!(delivery, Delivery::Accepted { .. }),
            "{delivery:?}"
        );
    }
    let names: Vec<_> = std::fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, ["20260302T013000000000Z-0197-abc.eml"]);
    let text = std::fs::read_to_string(path.join(&names[0])).unwrap();
    assert!(text.contains("To: a@so.test\r\n"));

    std::fs::remove_dir_all(&path).unwrap();
    let delivery = connection.deliver(&a_mail("a@so.test")).await;
    assert!(
        matches!(delivery, Delivery::Temporary { .. }),
        "{delivery:?}"
    );
}

#[test]
fn a_certificate_file_that_holds_none_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    for file in [empty.display().to_string(), "/nowhere/ca.pem".into()] {
        for url in [
            format!("smtps://localhost:1?ca={file}"),
            format!("smtp://localhost:1?tls=required&ca={file}"),
        ] {
            let Err(error) = Mailer::open(&SmtpUrl::parse(&url).unwrap(), QUICK) else {
                panic!("{url} was accepted");
            };
            assert!(error.to_string().contains(&file), "{error}");
        }
    }
}
