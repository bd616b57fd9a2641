//! Status codes (RFC 3463) and the lines that carry them.

use crate::text::is_invisible;

/// Longest line that is kept, in letters.
const LONGEST: usize = 300;

/// The first status code in a text: class 2, 4 or 5, subject and detail.
pub(super) fn status_in(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    (0..bytes.len())
        .filter(|&at| at == 0 || !is_of_a_number(bytes[at - 1]))
        .find_map(|at| status_at(&bytes[at..]))
}

fn is_of_a_number(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'.'
}

/// A status code right at the beginning, with nothing of a longer number after it.
fn status_at(bytes: &[u8]) -> Option<String> {
    if !matches!(bytes.first()?, b'2' | b'4' | b'5') {
        return None;
    }
    let mut at = 1;
    // Subjects have one digit (0 to 7), so that numbers of versions are no codes.
    for longest in [1, 3] {
        if bytes.get(at) != Some(&b'.') {
            return None;
        }
        at += 1;
        let digits = bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if !(1..=longest).contains(&digits) {
            return None;
        }
        at += digits;
    }
    // A sentence may end after it; an address of the Internet goes on.
    let goes_on = match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'.'), Some(next)) => next.is_ascii_digit(),
        (Some(next), _) => next.is_ascii_alphanumeric(),
        (None, _) => false,
    };
    (!goes_on).then(|| String::from_utf8_lossy(&bytes[..at]).into_owned())
}

/// The three digits of an SMTP reply of class 4 or 5 at the beginning of a word, such as `550 `.
pub(super) fn reply_in(line: &str) -> Option<u16> {
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .find_map(|word| {
            let code: u16 = word.parse().ok()?;
            (word.len() == 3 && (400..600).contains(&code)).then_some(code)
        })
}

/// Whether a code says that nobody tries any more.
pub(super) fn is_permanent(status: &str) -> bool {
    status.starts_with('5')
}

/// One printable line, of at most 300 letters.
pub(super) fn line(text: &str) -> Option<String> {
    let printable = text.chars().map(|c| match c {
        c if c.is_control() || c == '\u{fffd}' || is_invisible(c) => ' ',
        c => c,
    });
    let text: String = printable.collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().take(LONGEST).collect();
    (!line.is_empty()).then_some(line)
}
