//! Mail servers that report in words: qmail, Exim, Sendmail, Postfix, Exchange, Gmail.

use super::{Head, code};
use crate::domain::bounce::{ReturnKind, Returned};

/// How a server says that it goes on trying. Such a letter often threatens with the end as well, so
/// these words are looked for first.
const DELAYED: [&str; 16] = [
    "delayed mail (still being retried)",
    "delivery status notification (delay)",
    "delivery delayed",
    "delivery is delayed",
    "delivery incomplete",
    "has not yet been delivered",
    "has not been delivered yet",
    "could not send message for past",
    "will be retried",
    "will keep trying",
    "will continue to try",
    "still being retried",
    "warning message only",
    "transient non-fatal errors",
    "message delayed",
    "bị chậm trễ",
];

/// How a server says that it has given up.
const FAILED: [&str; 27] = [
    "undelivered mail returned to sender",
    "undeliverable",
    "delivery status notification (failure)",
    "returned mail",
    "mail delivery failed",
    "failure notice",
    "could not be delivered",
    "couldn't be delivered",
    "couldn\u{2019}t be delivered",
    "wasn't delivered",
    "wasn\u{2019}t delivered",
    "was not delivered",
    "delivery has failed",
    "delivery to the following recipient failed permanently",
    "delivery to the following recipients failed",
    "permanent fatal errors",
    "permanent error",
    "permanent failure",
    "unable to deliver",
    "i wasn't able to deliver your message",
    "address not found",
    "message not delivered",
    "message blocked",
    "user unknown",
    "mailbox full",
    "không gửi được",
    "không thể gửi",
];

/// Where a server begins to quote what it returns.
const QUOTATIONS: [&str; 9] = [
    "--- below this line is a copy of the message",
    "------ this is a copy of the message",
    "------ this is a copy of your message",
    "----- original message",
    "-----original message",
    "----- forwarded message",
    "original message headers",
    "original message follows",
    "----- message header follows",
];

/// How the subject of an automatic reply begins.
const REPLIES: [&str; 9] = [
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto:",
    "out of office",
    "out of the office",
    "trả lời tự động",
    "thư trả lời tự động",
];

/// What a server says; nothing where it uses none of the known words and names no code.
pub(super) fn read(head: &Head, text: &str) -> Option<Returned> {
    let lower = text.to_lowercase();
    let says = |words: &[&str]| {
        words
            .iter()
            .any(|words| head.subject.contains(words) || lower.contains(words))
    };
    let (reason, permanent) = reason(text);
    let kind = if head.names_failed || is_qmail(text) {
        ReturnKind::Failed
    } else if says(&DELAYED) {
        ReturnKind::Delayed
    } else if says(&FAILED) || permanent {
        ReturnKind::Failed
    } else {
        return None;
    };
    let status = reason.and_then(code::status_in);
    Some(Returned {
        kind,
        status,
        diagnostic: reason.and_then(code::line),
    })
}

/// Whether a subject, in small letters, is that of an automatic reply.
pub(super) fn is_subject_of_a_reply(subject: &str) -> bool {
    REPLIES
        .iter()
        .any(|begin| subject.trim_start().starts_with(begin))
}

/// The text before what it quotes.
pub(super) fn without_quotation(text: &str) -> &str {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let lower = line.trim_start_matches([' ', '\t', '>']).to_lowercase();
        if QUOTATIONS.iter().any(|begin| lower.starts_with(begin)) {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

/// qmail's format (QSBMF): it begins with these words, and is only ever sent for good.
fn is_qmail(text: &str) -> bool {
    text.trim_start().starts_with("Hi. This is the")
}

/// The line that says why, and whether its code is a permanent one. A code with its words counts
/// more than a bare one.
fn reason(text: &str) -> (Option<&str>, bool) {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let with_status = lines().find(|line| code::status_in(line).is_some());
    let found = with_status.or_else(|| {
        // `550 No such user here`; a number alone may be anything.
        lines().find(|line| code::reply_in(line).is_some() && line.chars().any(char::is_alphabetic))
    });
    let permanent = found.is_some_and(|line| match code::status_in(line) {
        Some(status) => code::is_permanent(&status),
        // Three digits without a status are no evidence by themselves.
        None => false,
    });
    (found, permanent)
}
