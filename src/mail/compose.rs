//! An e-mail in its envelope: headers that make a repeat recognisable and an alert seen.
//!
//! Only reminders have a `List-Unsubscribe`: nobody may unsubscribe from what the law has them told. Both of its headers
//! are signed, also where they are missing: nobody adds one to an alert on its way.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use lettre::{
    Address,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::{
    dkim::{CannotSign, Signer},
    render::Email,
    return_address::ReturnAddresses,
};
use crate::{ids::MessageId, text::nfc};

/// Who sends, and under which name messages are known.
#[derive(Debug, Clone)]
pub struct Sender {
    /// `TNLD_MAIL_FROM`.
    pub from: Mailbox,
    /// What stands after the `@` of a Message-ID.
    pub domain: String,
    /// Where mails come back to; to the sender where there is none.
    pub returns: Option<Arc<ReturnAddresses>>,
    /// Signs mails, where a key is configured.
    pub signer: Option<Arc<Signer>>,
}

impl Sender {
    /// A sender that mails come back to, and that signs nothing.
    pub fn new(from: Mailbox) -> Self {
        Self {
            domain: from.email.domain().to_owned(),
            from,
            returns: None,
            signer: None,
        }
    }

    /// A sender by the setting `TNLD_MAIL_FROM`, such as `Khai báo TNLĐ <no-reply@localhost>`.
    ///
    /// # Errors
    /// Names the key, the value and what is allowed.
    pub fn parse(text: &str) -> Result<Self, BadSender> {
        let from: Mailbox = text
            .trim()
            .parse()
            .map_err(|_| BadSender(text.to_owned()))?;
        Ok(Self::new(from))
    }
}

/// A value of `TNLD_MAIL_FROM` that is no sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("TNLD_MAIL_FROM is {0:?}: allowed: name@host, or Name <name@host>")]
pub struct BadSender(String);

/// Which message goes to whom.
pub struct Posting<'a> {
    /// Id of the row in the outbox: a repeat has the same Message-ID.
    pub message_id: &'a str,
    /// When the message was noted: a repeat has the same date.
    pub noted_at: DateTime<Utc>,
    /// The reader's address.
    pub to: &'a str,
    /// Mail programs may show it first.
    pub urgent: bool,
    /// Where its reader stops others of the kind, where they may: an `https` address takes one click (RFC 8058).
    pub unsubscribe: Option<&'a str>,
}

/// Why a message cannot be sent, now or later.
#[derive(Debug, thiserror::Error)]
pub enum NotSendable {
    /// The address is none.
    #[error("the recipient's address cannot be read")]
    Address,
    /// The parts do not make a message.
    #[error("the message cannot be put together: {0}")]
    Message(#[from] lettre::error::Error),
    /// It cannot be signed.
    #[error(transparent)]
    Signature(#[from] CannotSign),
}

/// A message, ready to leave.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The envelope sender: where it comes back to.
    pub from: Address,
    /// The recipient's address.
    pub to: Address,
    /// Name of its file, where mail goes to a folder: sorts by time, the same for a repeat.
    pub file_name: String,
    /// Headers and body.
    pub bytes: Vec<u8>,
}

/// Puts `email` into its envelope.
pub fn compose(
    email: &Email,
    sender: &Sender,
    posting: &Posting<'_>,
) -> Result<Outgoing, NotSendable> {
    let to: Address = posting
        .to
        .trim()
        .parse()
        .map_err(|_| NotSendable::Address)?;
    let mut builder = lettre::Message::builder()
        .from(sender.from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(nfc(&email.subject))
        .date(posting.noted_at.into())
        .message_id(Some(format!("<{}@{}>", posting.message_id, sender.domain)))
        .raw_header(header("Auto-Submitted", "auto-generated"));
    if posting.urgent {
        builder = builder
            .raw_header(header("X-Priority", "1"))
            .raw_header(header("Importance", "high"));
    }
    if let Some(address) = posting.unsubscribe {
        builder = builder.raw_header(header("List-Unsubscribe", &format!("<{address}>")));
        // Asks for TLS (RFC 8058, 3.1): without it the address is one to be opened.
        if address.starts_with("https://") {
            let one_click = "List-Unsubscribe=One-Click";
            builder = builder.raw_header(header("List-Unsubscribe-Post", one_click));
        }
    }
    let parts = MultiPart::alternative_plain_html(nfc(&email.text), nfc(&email.html));
    let message = builder.multipart(parts)?;
    let bytes = message.formatted();
    let id = MessageId::from(posting.message_id.to_owned());
    let returns = sender.returns.as_ref().and_then(|returns| returns.of(&id));
    Ok(Outgoing {
        from: returns.unwrap_or_else(|| sender.from.email.clone()),
        to,
        file_name: format!(
            "{}-{}.eml",
            posting.noted_at.format("%Y%m%dT%H%M%S%6fZ"),
            posting.message_id
        ),
        bytes: match &sender.signer {
            Some(signer) => signer.sign(&bytes)?,
            None => bytes,
        },
    })
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::{
        domain::message::{Message, tests::a_fatal_alert},
        mail::render::render,
    };

    fn posting<'a>() -> Posting<'a> {
        Posting {
            message_id: "0197-abc",
            noted_at: Utc.with_ymd_and_hms(2026, 3, 2, 1, 30, 0).unwrap(),
            to: "so-noi-vu@thainguyen.test",
            urgent: true,
            unsubscribe: None,
        }
    }

    fn composed(posting: &Posting<'_>) -> Outgoing {
        let sender = Sender::parse("Khai báo TNLĐ <no-reply@tnld.test>").unwrap();
        let email = render(&Message::Alert(Box::new(a_fatal_alert())), None).unwrap();
        compose(&email, &sender, posting).unwrap()
    }

    #[test]
    fn an_urgent_alert_says_so_and_answers_nobody() {
        let mail = composed(&posting());
        let text = String::from_utf8(mail.bytes).unwrap();
        for line in [
            "To: so-noi-vu@thainguyen.test\r\n",
            "Message-ID: <0197-abc@tnld.test>\r\n",
            "Date: Mon, 02 Mar 2026 01:30:00 +0000\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "X-Priority: 1\r\n",
            "Importance: high\r\n",
            "Content-Type: multipart/alternative;",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
        let plain = text.find("text/plain").unwrap();
        assert!(
            plain < text.find("text/html").unwrap(),
            "plain text comes first"
        );
        assert!(text.is_ascii(), "any server can take it");
        assert_eq!(mail.file_name, "20260302T013000000000Z-0197-abc.eml");
    }

    #[test]
    fn nobody_can_unsubscribe_from_an_alert() {
        let text = String::from_utf8(composed(&posting()).bytes).unwrap();
        assert!(!text.to_lowercase().contains("list-unsubscribe"), "{text}");
    }

    #[test]
    fn whoever_is_reminded_may_stop_early_reminders_by_one_click() {
        let with = |address| {
            let posting = Posting {
                unsubscribe: Some(address),
                urgent: false,
                ..posting()
            };
            String::from_utf8(composed(&posting).bytes).unwrap()
        };
        let text = with("https://tnld.test/reminders/x.y");
        for line in [
            "List-Unsubscribe: <https://tnld.test/reminders/x.y>\r\n",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
        assert!(!text.contains("X-Priority"), "{text}");
        let text = with("http://127.0.0.1:8080/reminders/x.y");
        assert!(text.contains("List-Unsubscribe: <http://"), "{text}");
        assert!(!text.contains("List-Unsubscribe-Post"), "{text}");
    }

    #[test]
    fn vietnamese_arrives_composed_in_headers_and_text() {
        // As some keyboards and all old Macs write it: letters and marks apart.
        let apart: String = unicode_normalization::UnicodeNormalization::nfd(
            "Tai nạn lao động ở Phường Đức Xuân, Tỉnh Thái Nguyên: một người chết, hai người bị thương nặng",
        )
        .collect();
        let email = Email {
            subject: apart.clone(),
            text: apart.clone(),
            html: apart,
        };
        let sender = Sender::parse("Khai báo TNLĐ <no-reply@tnld.test>").unwrap();
        let mail = compose(&email, &sender, &posting()).unwrap();
        assert!(mail.bytes.is_ascii());
        for line in mail.bytes.split(|byte| *byte == b'\n') {
            assert!(line.len() <= 78, "{}", String::from_utf8_lossy(line));
        }
        let read = mail_parser::MessageParser::default()
            .parse(&mail.bytes)
            .unwrap();
        let composed = "Tai nạn lao động ở Phường Đức Xuân, Tỉnh Thái Nguyên: một người chết, hai người bị thương nặng";
        assert_eq!(read.subject(), Some(composed));
        assert_eq!(read.body_text(0).unwrap().trim_end(), composed);
        let from = read.from().unwrap().first().unwrap();
        assert_eq!(from.name(), Some("Khai báo TNLĐ"));
        assert_eq!(from.address(), Some("no-reply@tnld.test"));
    }

    #[test]
    fn each_message_comes_back_to_an_address_of_its_own_and_the_reader_sees_the_sender() {
        let keys = crate::sealing::tests::some_keys();
        let base = "bounce@tra-lai.test";
        let returns = ReturnAddresses::new(
            crate::mail::return_address::ReturnBase::parse(base).unwrap(),
            &keys,
        );
        let returns = Arc::new(returns);
        let sender = Sender {
            returns: Some(Arc::clone(&returns)),
            ..Sender::parse("no-reply@tnld.test").unwrap()
        };
        let id = MessageId::generate();
        let email = Email {
            subject: "x".into(),
            text: "x".into(),
            html: "x".into(),
        };
        let posting = Posting {
            message_id: id.as_str(),
            ..posting()
        };
        let mail = compose(&email, &sender, &posting).unwrap();
        assert_eq!(returns.message(mail.from.as_ref()), Some(id));
        let text = String::from_utf8(mail.bytes).unwrap();
        assert!(text.contains("From: no-reply@tnld.test\r\n"), "{text}");
        assert!(!text.contains("bounce"), "{text}");
    }

    #[test]
    fn an_address_with_a_line_break_is_no_address() {
        let sender = Sender::parse("no-reply@tnld.test").unwrap();
        let email = Email {
            subject: "x".into(),
            text: "x".into(),
            html: "x".into(),
        };
        for to in [
            "a@b.test\r\nBcc: c@d.test",
            "a@b.test>, <c@d.test",
            "",
            "nobody",
        ] {
            let posting = Posting { to, ..posting() };
            assert!(compose(&email, &sender, &posting).is_err(), "{to:?}");
        }
    }

    #[test]
    fn a_subject_cannot_add_headers() {
        let sender = Sender::parse("no-reply@tnld.test").unwrap();
        let email = Email {
            subject: "x\r\nBcc: c@d.test".into(),
            text: "x".into(),
            html: "x".into(),
        };
        let mail = compose(&email, &sender, &posting()).unwrap();
        let text = String::from_utf8(mail.bytes).unwrap();
        assert!(!text.contains("\r\nBcc:"), "{text}");
    }

    #[test]
    fn a_wrong_sender_is_refused_with_its_key() {
        let error = Sender::parse("Khai báo TNLĐ").unwrap_err().to_string();
        assert!(
            error.starts_with("TNLD_MAIL_FROM is \"Khai báo TNLĐ\""),
            "{error}"
        );
        assert_eq!(
            Sender::parse("Khai báo TNLĐ <no-reply@localhost>")
                .unwrap()
                .domain,
            "localhost"
        );
    }
}
