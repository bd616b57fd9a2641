//! Lines of a client that may send anything: never more in memory than is allowed.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// What a client sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line with its end, which is CRLF, or a bare LF.
    Text(Vec<u8>),
    /// More than was allowed; read up to its end and thrown away.
    TooLong,
    /// The client has closed.
    End,
}

/// The next line, of at most `longest` bytes with its end.
pub(super) async fn read(
    from: &mut (impl AsyncBufRead + Unpin),
    longest: usize,
) -> io::Result<Line> {
    let mut line = Vec::new();
    let mut is_too_long = false;
    loop {
        let some = from.fill_buf().await?;
        if some.is_empty() {
            return Ok(Line::End);
        }
        let (taken, is_whole) = match some.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (some.len(), false),
        };
        if is_too_long || line.len() + taken > longest {
            is_too_long = true;
            line.clear();
        } else {
            line.extend_from_slice(&some[..taken]);
        }
        from.consume(taken);
        if is_whole {
            return Ok(match is_too_long {
                true => Line::TooLong,
                false => Line::Text(line),
            });
        }
    }
}

/// What became of the text after DATA.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// All of it, without its final dot.
    Whole(Vec<u8>),
    /// More than was allowed; thrown away.
    TooLarge,
    /// The client has closed before the end, or sends without end.
    Broken,
}

/// Reads up to the line with a single dot, and undoes the doubled ones (RFC 5321, 4.5.2). Only a dot
/// between two CRLF ends the text: who takes a bare LF for an end lets others smuggle mails.
pub(super) async fn text(
    from: &mut (impl AsyncBufRead + Unpin),
    largest: usize,
) -> io::Result<Text> {
    let mut text = Vec::new();
    let mut size = 0_usize;
    let mut is_after_crlf = true;
    loop {
        // A line may be as long as all of it: some servers do not know the limit of 998.
        let line = match read(from, largest).await? {
            Line::Text(line) => line,
            Line::TooLong => {
                // Whoever sends such a line may go on for ever.
                return Ok(Text::Broken);
            }
            Line::End => return Ok(Text::Broken),
        };
        if is_after_crlf && line == b".\r\n" {
            return Ok(if size > largest {
                Text::TooLarge
            } else {
                Text::Whole(text)
            });
        }
        let content = match line.strip_prefix(b".") {
            Some(rest) if is_after_crlf => rest,
            _ => &line,
        };
        is_after_crlf = line.ends_with(b"\r\n");
        size = size.saturating_add(content.len());
        if size <= largest {
            text.extend_from_slice(content);
        } else {
            text = Vec::new();
            if size > largest.saturating_mul(10) {
                return Ok(Text::Broken);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text_of(sent: &str, largest: usize) -> Text {
        text(&mut sent.as_bytes(), largest).await.unwrap()
    }

    #[actix_web::test]
    async fn only_a_dot_between_two_ends_of_lines_ends_the_text() {
        let whole = |text: &str| Text::Whole(text.as_bytes().to_vec());
        assert_eq!(text_of("a\r\n.\r\n", 99).await, whole("a\r\n"));
        assert_eq!(text_of(".\r\n", 99).await, whole(""));
        assert_eq!(
            text_of("..a\r\n.b\r\n.\r\n", 99).await,
            whole(".a\r\nb\r\n")
        );
        assert_eq!(
            text_of("a\n.\r\nMAIL\r\n.\r\n", 99).await,
            whole("a\n.\r\nMAIL\r\n")
        );
        assert_eq!(
            text_of("a\r\n.\nb\r\n.\r\n", 99).await,
            whole("a\r\n\nb\r\n")
        );
        assert_eq!(text_of("a\r\n.\r", 99).await, Text::Broken);
    }

    #[actix_web::test]
    async fn nothing_is_kept_beyond_the_limits() {
        assert_eq!(text_of("aaaa\r\nbbbb\r\n.\r\n", 10).await, Text::TooLarge);
        assert_eq!(text_of(&"aaaa\r\n".repeat(30), 10).await, Text::Broken);
        assert_eq!(text_of(&"a".repeat(30), 10).await, Text::Broken);
        let mut sent = "NOOP aaaaaaaaaaaaaaaaaaaaa\r\nQUIT\r\n".as_bytes();
        assert_eq!(read(&mut sent, 10).await.unwrap(), Line::TooLong);
        assert_eq!(
            read(&mut sent, 10).await.unwrap(),
            Line::Text(b"QUIT\r\n".to_vec())
        );
        assert_eq!(read(&mut sent, 10).await.unwrap(), Line::End);
    }
}
