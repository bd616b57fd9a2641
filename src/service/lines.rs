//! On which line of a CSV file a record begins, as an editor counts.

/// Counts the lines up to one record after the other. The reader's own count is off after `\r\n`
/// and blank lines.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    seen: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    /// For the records of this text, without its byte order mark.
    pub(super) fn of(text: &'a [u8]) -> Self {
        Self {
            text,
            seen: 0,
            line: 1,
        }
    }

    /// The line, from 1, on which a record begins that lies at this position; positions grow from
    /// call to call.
    pub(super) fn at(&mut self, position: Option<&csv::Position>) -> usize {
        let start = position
            .and_then(|position| usize::try_from(position.byte()).ok())
            .map_or(self.seen, |start| start.clamp(self.seen, self.text.len()));
        // The end of the line before, and blank lines, stand before the record itself.
        let breaks = self.text[start..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let start = start + breaks;
        self.line += new_lines(&self.text[self.seen..start]);
        self.seen = start;
        self.line
    }
}

/// How many lines end in `text`: with `\n`, `\r\n` or `\r`.
pub(super) fn new_lines(text: &[u8]) -> usize {
    let is_end = |at: usize| match text[at] {
        b'\n' => true,
        b'\r' => text.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    (0..text.len()).filter(|at| is_end(*at)).count()
}

/// A file without its byte order mark.
pub(super) fn without_mark(file: &[u8]) -> &[u8] {
    file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first cell of each record with the line on which it begins.
    fn lines(text: &str) -> Vec<(String, usize)> {
        let text = without_mark(text.as_bytes());
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text);
        let mut lines = Lines::of(text);
        reader
            .records()
            .map(|record| {
                let record = record.unwrap();
                (record[0].to_owned(), lines.at(record.position()))
            })
            .collect()
    }

    #[test]
    fn lines_are_those_that_an_editor_shows() {
        for end in ["\n", "\r\n", "\r"] {
            for mark in ["", "\u{feff}"] {
                let text = "a,1||\"b\",\"two|lines\"||| |c,\"|\"|d,1".replace('|', end);
                let expected = [("a", 1), ("b", 3), (" ", 7), ("c", 8), ("d", 10)];
                assert_eq!(
                    lines(&format!("{mark}{text}")),
                    expected.map(|(cell, line)| (cell.to_owned(), line)),
                    "{end:?} {mark:?}"
                );
            }
        }
        assert_eq!(lines("\n\r\na\n"), [("a".to_owned(), 3)]);
    }
}
