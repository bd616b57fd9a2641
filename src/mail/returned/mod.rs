//! Reads what comes back of a mail: reports of mail servers, their older texts, and automatic replies.
//!
//! ```text
//! bytes ──▶ delivery-status part (RFC 3464)? ──▶ its fields
//!       └─▶ from a mail server, in words?      ──▶ the words it is known by
//!       └─▶ headers of an automatic reply?     ──▶ auto_reply
//!       └─▶ else                                   unknown
//! ```
//!
//! Nothing is final without evidence: a message that is not understood never ends an address. Of the
//! text only a status code and one line of the server's words are kept.

mod code;
mod report;
#[cfg(test)]
mod tests;
mod words;

use mail_parser::{Message, MessageParser, MimeHeaders};

use crate::domain::bounce::{ReturnKind, Returned};

/// So much of a text is looked at: what a server says stands before what it quotes.
const LOOKED_AT: usize = 16 * 1024;

/// Reads a message that came to a return address. `sender` is its envelope sender, where that is
/// known: reports have none.
pub fn read(raw: &[u8], sender: Option<&str>) -> Returned {
    let Some(mail) = MessageParser::default().parse(raw) else {
        return Returned::of(ReturnKind::Unknown);
    };
    if let Some(returned) = report_in(&mail) {
        return returned;
    }
    let head = Head::of(&mail, sender);
    if head.is_from_a_server
        && let Some(returned) = words::read(&head, &own_text(&mail))
    {
        return returned;
    }
    Returned::of(match head.is_automatic {
        true => ReturnKind::AutoReply,
        false => ReturnKind::Unknown,
    })
}

/// What tells two messages apart that came to one return address, so that a repeat counts once.
pub fn fingerprint(raw: &[u8]) -> String {
    use sha2::{Digest, Sha256};

    let head = MessageParser::default().parse_headers(raw);
    let text = match &head {
        Some(mail) => match mail.message_id() {
            Some(id) => id.to_owned(),
            // A repeat passes other servers, but keeps its date and subject.
            None => format!(
                "{}\n{}",
                mail.header_raw("Date").unwrap_or_default(),
                mail.subject().unwrap_or_default()
            ),
        },
        None => String::new(),
    };
    data_encoding::HEXLOWER.encode(&Sha256::digest(text)[..8])
}

/// What the machine-readable part says. The message that a report quotes has parts of its own, which
/// are not looked at.
fn report_in(mail: &Message<'_>) -> Option<Returned> {
    let is_report = |part: &&mail_parser::MessagePart<'_>| {
        part.content_type().is_some_and(|kind| {
            kind.ctype().eq_ignore_ascii_case("message")
                && kind.subtype().is_some_and(|subtype| {
                    subtype.eq_ignore_ascii_case("delivery-status")
                        || subtype.eq_ignore_ascii_case("global-delivery-status")
                })
        })
    };
    let part = mail.parts.iter().find(is_report)?;
    report::read(&String::from_utf8_lossy(part.contents()))
}

/// What the headers say of who writes, and how.
struct Head {
    subject: String,
    is_from_a_server: bool,
    is_automatic: bool,
    /// Exim names in a header whom it could not reach.
    names_failed: bool,
}

impl Head {
    fn of(mail: &Message<'_>, sender: Option<&str>) -> Self {
        let header = |name: &'static str| {
            let text = mail.header_raw(name).unwrap_or_default();
            text.trim().to_ascii_lowercase()
        };
        let has = |name: &'static str| mail.header_raw(name).is_some();
        let from = mail
            .from()
            .and_then(|from| from.first())
            .and_then(|from| from.address())
            .unwrap_or_default();
        let subject = mail.subject().unwrap_or_default().to_lowercase();
        let is_nobody = |address: &str| {
            let address = address.trim().trim_matches(['<', '>']);
            address.is_empty() || is_daemon(address)
        };
        let has_no_sender =
            sender.is_some_and(is_nobody) || mail.header_raw("Return-Path").is_some_and(is_nobody);
        let submitted = header("Auto-Submitted");
        let is_automatic = submitted.starts_with("auto-replied")
            || submitted.starts_with("auto-generated")
            || submitted.starts_with("auto-notified")
            || [
                "X-Autoreply",
                "X-Autorespond",
                "X-Autoresponder",
                "X-Auto-Reply",
            ]
            .into_iter()
            .any(has)
            || matches!(
                header("Precedence").as_str(),
                "auto_reply" | "auto-reply" | "junk"
            )
            || words::is_subject_of_a_reply(&subject);
        let names_failed = has("X-Failed-Recipients");
        Self {
            // A person who is away also writes without an envelope sender (RFC 3834, 3.3); then the
            // name before the `@` tells.
            is_from_a_server: is_daemon(from) || names_failed || (has_no_sender && from.is_empty()),
            subject,
            is_automatic,
            names_failed,
        }
    }
}

/// Whether a mail server writes under this address.
fn is_daemon(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    let local = local.to_ascii_lowercase();
    [
        "mailer-daemon",
        "mail-daemon",
        "postmaster",
        "mailerdaemon",
        "microsoftexchange",
        "mdaemon",
    ]
    .iter()
    .any(|name| local.starts_with(name))
}

/// What the message itself says, before what it quotes.
fn own_text(mail: &Message<'_>) -> String {
    let text = mail.body_text(0).unwrap_or_default();
    let mut end = text.len().min(LOOKED_AT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    words::without_quotation(&text[..end]).to_owned()
}
