use std::sync::Mutex;

use tokio::{
    io::{AsyncReadExt, BufReader, DuplexStream, duplex},
    sync::watch,
};

use super::*;
use crate::error::AppError;

/// A message, its text and its envelope sender.
type Kept = (MessageId, Vec<u8>, String);

/// Knows addresses `b+ID@x.test`, keeps what it takes, and fails for messages in `failing`.
#[derive(Clone, Default)]
struct Shelf {
    taken: Arc<Mutex<Vec<Kept>>>,
    failing: Arc<Mutex<Vec<MessageId>>>,
}

impl Desk for Shelf {
    fn name(&self) -> &str {
        "x.test"
    }

    fn message(&self, address: &str) -> Option<MessageId> {
        MessageId::parse(address.strip_prefix("b+")?.strip_suffix("@x.test")?)
    }

    async fn take(&self, message: MessageId, raw: Arc<Vec<u8>>, sender: String) -> Result<()> {
        if self.failing.lock().unwrap().contains(&message) {
            return Err(AppError::Busy);
        }
        self.taken
            .lock()
            .unwrap()
            .push((message, raw.to_vec(), sender));
        Ok(())
    }
}

struct Conversation {
    shelf: Shelf,
    client: DuplexStream,
    stop: watch::Sender<bool>,
    session: tokio::task::JoinHandle<io::Result<()>>,
}

fn quick() -> Bounds {
    Bounds {
        command: Duration::from_millis(300),
        text: Duration::from_millis(500),
        session: Duration::from_secs(5),
        largest: 1000,
    }
}

fn begin() -> Conversation {
    let shelf = Shelf::default();
    let (client, server) = duplex(64 * 1024);
    let (stop, stopped) = watch::channel(false);
    let session = Session::new(BufReader::new(server), shelf.clone(), quick(), stopped);
    Conversation {
        shelf,
        client,
        stop,
        session: actix_web::rt::spawn(session.talk()),
    }
}

impl Conversation {
    /// Sends everything and reads the codes of the replies until the end.
    async fn codes(mut self, sent: &str) -> (Vec<String>, Shelf) {
        self.client.write_all(sent.as_bytes()).await.unwrap();
        let mut said = String::new();
        self.client.read_to_string(&mut said).await.unwrap();
        let last_lines = said
            .lines()
            .filter(|line| line.as_bytes().get(3) != Some(&b'-'));
        let codes = last_lines.map(|line| line[..3].to_owned()).collect();
        (codes, self.shelf)
    }
}

fn address(id: &MessageId) -> String {
    format!("b+{id}@x.test")
}

#[actix_web::test]
async fn lmtp_answers_for_each_recipient_and_smtp_once() {
    let (one, two) = (MessageId::generate(), MessageId::generate());
    for (hello, after_data) in [
        ("LHLO a.test", vec!["250", "451"]),
        ("EHLO a.test", vec!["451"]),
        ("HELO a", vec!["451"]),
    ] {
        let conversation = begin();
        conversation.shelf.failing.lock().unwrap().push(two.clone());
        let (codes, shelf) = conversation
            .codes(&format!(
                "{hello}\r\nMAIL FROM:<>\r\nRCPT TO:<{}>\r\nRCPT TO:<nobody@x.test>\r\nRCPT TO:<{}>\r\n\
                 DATA\r\nSubject: x\r\n\r\n..y\r\n.\r\nQUIT\r\n",
                address(&one),
                address(&two)
            ))
            .await;
        let mut expected = vec!["220", "250", "250", "250", "550", "250", "354"];
        expected.extend(after_data);
        expected.push("221");
        assert_eq!(codes, expected, "{hello}");
        let taken = shelf.taken.lock().unwrap();
        assert_eq!(taken.len(), 1);
        assert_eq!(
            taken[0],
            (
                one.clone(),
                b"Subject: x\r\n\r\n.y\r\n".to_vec(),
                String::new()
            )
        );
    }
}

#[actix_web::test]
async fn commands_out_of_order_or_without_sense_are_refused() {
    let one = address(&MessageId::generate());
    for (sent, expected) in [
        ("MAIL FROM:<>\r\n".to_owned(), "503"),
        ("LHLO a\r\nRCPT TO:<x>\r\n".to_owned(), "503"),
        ("LHLO a\r\nDATA\r\n".to_owned(), "503"),
        ("LHLO a\r\nMAIL FROM:<>\r\nDATA\r\n".to_owned(), "503"),
        (
            "LHLO a\r\nMAIL FROM:<>\r\nMAIL FROM:<>\r\n".to_owned(),
            "503",
        ),
        ("LHLO\r\n".to_owned(), "501"),
        ("LHLO a\r\nMAIL TO:<>\r\n".to_owned(), "501"),
        ("LHLO a\r\nMAIL FROM:<> SIZE=1001\r\n".to_owned(), "552"),
        (
            "LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<\u{1ea1}>\r\n".to_owned(),
            "550",
        ),
        (
            format!("LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<{one}>\r\nRSET\r\nDATA\r\n"),
            "503",
        ),
        (
            format!("LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<{one}>\r\nLHLO a\r\nDATA\r\n"),
            "503",
        ),
        ("BDAT 3\r\n".to_owned(), "500"),
        (format!("NOOP {}\r\n", "x".repeat(3000)), "500"),
        ("VRFY x\r\n".to_owned(), "252"),
    ] {
        let (codes, shelf) = begin().codes(&format!("{sent}QUIT\r\n")).await;
        assert_eq!(codes[codes.len() - 2], expected, "{sent}: {codes:?}");
        assert!(shelf.taken.lock().unwrap().is_empty());
    }
}

#[actix_web::test]
async fn a_mail_that_is_too_large_is_refused_and_the_next_one_taken() {
    let one = address(&MessageId::generate());
    let mail = |lines: usize| {
        format!(
            "MAIL FROM:<>\r\nRCPT TO:<{one}>\r\nDATA\r\n{}.\r\n",
            "0123456789\r\n".repeat(lines)
        )
    };
    let (codes, shelf) = begin()
        .codes(&format!("LHLO a\r\n{}{}QUIT\r\n", mail(200), mail(2)))
        .await;
    assert_eq!(
        codes,
        [
            "220", "250", "250", "250", "354", "552", "250", "250", "354", "250", "221"
        ]
    );
    assert_eq!(shelf.taken.lock().unwrap()[0].1.len(), 24);
}

#[actix_web::test]
async fn who_is_slow_or_sends_nonsense_is_sent_away() {
    let one = address(&MessageId::generate());
    for (sent, last) in [
        (String::new(), "421"),
        ("LHLO a\r\nMAIL FROM:".to_owned(), "421"),
        (
            format!("LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<{one}>\r\nDATA\r\nhalf a mail"),
            "421",
        ),
        ("WHAT\r\n".repeat(40), "421"),
        (
            "LHLO a\r\nMAIL FROM:<>\r\n".to_owned() + &"RCPT TO:<guess@x.test>\r\n".repeat(40),
            "421",
        ),
    ] {
        let (codes, shelf) = begin().codes(&sent).await;
        assert_eq!(codes.last().map(String::as_str), Some(last), "{sent}");
        assert!(shelf.taken.lock().unwrap().is_empty());
    }
}

#[actix_web::test]
async fn who_hangs_up_in_the_middle_leaves_nothing() {
    let one = address(&MessageId::generate());
    let mut conversation = begin();
    let sent =
        format!("LHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<{one}>\r\nDATA\r\nSubject: x\r\n\r\nfailed");
    conversation
        .client
        .write_all(sent.as_bytes())
        .await
        .unwrap();
    drop(conversation.client);
    // Its answers reach nobody.
    let _ = conversation.session.await.unwrap();
    assert!(conversation.shelf.taken.lock().unwrap().is_empty());
}

#[actix_web::test]
async fn a_stop_ends_a_conversation_between_two_commands() {
    let mut conversation = begin();
    conversation.client.write_all(b"LHLO a\r\n").await.unwrap();
    conversation.stop.send(true).unwrap();
    let mut said = String::new();
    conversation.client.read_to_string(&mut said).await.unwrap();
    assert!(said.lines().last().unwrap().starts_with("421"), "{said}");
}
