//! Moments, days and texts as they are written in a body.

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};

use crate::text;

/// How many lines a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// No line break, no tab.
    One,
    /// Line breaks and tabs are kept.
    Many,
}

/// A moment of RFC 3339 with an offset, in UTC and whole microseconds; a leap second is the one
/// after it.
pub(super) fn parse_moment(text: &str) -> Option<DateTime<Utc>> {
    let moment = DateTime::parse_from_rfc3339(text.trim()).ok()?.to_utc();
    let nanosecond = moment.nanosecond();
    if nanosecond >= 1_000_000_000 {
        return moment
            .with_nanosecond(0)?
            .checked_add_signed(TimeDelta::seconds(1));
    }
    moment.with_nanosecond(nanosecond - nanosecond % 1000)
}

/// A day `YYYY-MM-DD`: chrono alone would also read `2026-5-2`, and years of other lengths.
pub(super) fn parse_date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let has_form = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    has_form.then(|| text.parse().ok()).flatten()
}

/// The text in normal form, without invisible signs and outer spaces, and whether it had no
/// control characters.
pub(super) fn clean(raw: &str, lines: Lines) -> (String, bool) {
    let visible: String = raw
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| !is_invisible(*c))
        .collect();
    // Pasted text often ends in a line break: that is no fault.
    let trimmed = visible.trim();
    let is_bad = |c: char| c.is_control() && !(lines == Lines::Many && matches!(c, '\n' | '\t'));
    let text = text::nfc(&trimmed.replace(is_bad, " "));
    (text.trim().to_owned(), !trimmed.contains(is_bad))
}

/// Marks of direction and width that copied text carries: nobody sees them, and they can make a
/// text look like another.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_needs_seconds_and_an_offset() {
        let moment = parse_moment(" 2026-05-20T18:50:00.1234567+07:00 ").unwrap();
        assert_eq!(moment.to_rfc3339(), "2026-05-20T11:50:00.123456+00:00");
        let leap = parse_moment("2016-12-31T23:59:60Z").unwrap();
        assert_eq!(leap.to_rfc3339(), "2017-01-01T00:00:00+00:00");
        for wrong in [
            "2026-05-20T18:50:00",
            "2026-05-20T18:50+07:00",
            "2026-05-20",
            "",
        ] {
            assert_eq!(parse_moment(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_day_has_four_two_and_two_digits() {
        assert!(parse_date("2024-02-29").is_some());
        for wrong in [
            "2023-02-29",
            "2024-2-29",
            "+024-02-29",
            "29-02-2024",
            "２024-02-2",
        ] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn text_is_cleaned_of_what_nobody_sees() {
        assert_eq!(clean(" a\u{202E}b\r\n", Lines::One), ("ab".into(), true));
        assert_eq!(clean("a\r\nb", Lines::Many), ("a\nb".into(), true));
        assert_eq!(clean("a\nb", Lines::One), ("a b".into(), false));
        assert_eq!(clean("a\u{0}b", Lines::Many), ("a b".into(), false));
    }
}
