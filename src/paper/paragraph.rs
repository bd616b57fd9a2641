//! Words broken into lines.

use super::{
    block::{Look, Paragraph, Run},
    face::Face,
    sheet::{ASCENT, COLUMN, Item, LEADING, LEFT, Pages, SIZE, Words},
};

/// Where the lines of a paragraph stand between its edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    Left,
    /// In the middle.
    Middle,
    /// At both edges, but for the last line.
    Both,
}

/// A piece of a line in one face.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// Face.
    pub face: Face,
    /// How wide it is.
    pub width: f32,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// Its pieces, from left to right.
    pub pieces: Vec<Piece>,
    /// Whether words follow that did not fit: only such a line is drawn out to both edges.
    pub is_full: bool,
}

impl Line {
    /// How wide it is.
    pub fn width(&self) -> f32 {
        self.pieces.iter().map(|piece| piece.width).sum()
    }

    fn add(&mut self, word: &str, face: Face, size: f32) {
        match self.pieces.last_mut() {
            Some(last) if last.face == face => {
                last.text.push_str(word);
                last.width += face.width(word, size);
            }
            _ => self.pieces.push(Piece {
                text: word.to_owned(),
                face,
                width: face.width(word, size),
            }),
        }
    }

    /// Puts the line on the page, its upper edge at `top`.
    pub fn put(
        &self,
        pages: &mut Pages,
        (left, width): (f32, f32),
        top: f32,
        size: f32,
        align: Align,
    ) {
        let shaped: Vec<_> = self
            .pieces
            .iter()
            .map(|piece| piece.face.letters(&piece.text))
            .collect();
        let advances = shaped.iter().flatten().map(|letter| letter.advance);
        let slack = (width - advances.sum::<f32>() * size).max(0.0);
        let spaces: usize = self.pieces.iter().map(|piece| spaces(&piece.text)).sum();
        let (mut x, more) = match align {
            Align::Left => (left, 0.0),
            Align::Middle => (left + slack / 2.0, 0.0),
            Align::Both if self.is_full && spaces > 0 => (left, slack / spaces as f32),
            Align::Both => (left, 0.0),
        };
        for (piece, mut letters) in self.pieces.iter().zip(shaped) {
            for letter in &mut letters {
                if &piece.text[letter.text.clone()] == " " {
                    letter.advance += more / size;
                }
            }
            let advance: f32 = letters.iter().map(|letter| letter.advance).sum();
            pages.put(Item::Words(Words {
                x,
                y: top + ASCENT * size,
                size,
                face: piece.face,
                text: piece.text.clone(),
                letters,
            }));
            x += advance * size;
        }
    }
}

fn spaces(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b' ').count()
}

/// Breaks `runs` into lines of `width` points, the first of them `indent` shorter.
pub fn lines(runs: &[Run], width: f32, indent: f32, size: f32) -> Vec<Line> {
    let mut done = Vec::new();
    let mut line = Line::default();
    let mut room = width - indent;
    let mut used = 0.0;
    for run in runs {
        let face = Face::of(run.bold, run.italic);
        for (nth, part) in run.text.split('\n').enumerate() {
            if nth > 0 {
                done.push(std::mem::take(&mut line));
                (room, used) = (width, 0.0);
            }
            for word in words(part) {
                let bare = word.trim_end();
                if used + face.width(bare, size) > room && used > 0.0 {
                    end(&mut line, size);
                    done.push(std::mem::take(&mut line));
                    (room, used) = (width, 0.0);
                }
                let mut rest = word;
                // A word longer than a line is broken where it has to be.
                while face.width(rest.trim_end(), size) > room {
                    let fits = prefix_within(rest, face, size, room);
                    line.add(&rest[..fits], face, size);
                    line.is_full = true;
                    done.push(std::mem::take(&mut line));
                    (room, used) = (width, 0.0);
                    rest = &rest[fits..];
                }
                line.add(rest, face, size);
                used += face.width(rest, size);
            }
        }
    }
    done.push(line);
    for line in &mut done {
        trim_end(line, size);
    }
    done
}

/// Words with the spaces that follow them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(' ').filter(|word| !word.is_empty())
}

fn prefix_within(word: &str, face: Face, size: f32, room: f32) -> usize {
    let ends = word
        .char_indices()
        .map(|(at, letter)| at + letter.len_utf8());
    let fitting = ends.take_while(|end| face.width(&word[..*end], size) <= room);
    let first = word.chars().next().map_or(0, char::len_utf8);
    fitting.last().unwrap_or(first)
}

fn end(line: &mut Line, size: f32) {
    line.is_full = true;
    trim_end(line, size);
}

fn trim_end(line: &mut Line, size: f32) {
    if let Some(last) = line.pieces.last_mut() {
        let bare = last.text.trim_end();
        if bare.len() < last.text.len() {
            last.text.truncate(bare.len());
            last.width = last.face.width(&last.text, size);
        }
    }
    if line.pieces.last().is_some_and(|last| last.text.is_empty()) {
        line.pieces.pop();
    }
}

/// What a look means in points.
struct Measure {
    size: f32,
    align: Align,
    indent: f32,
    before: f32,
    after: f32,
    bold: bool,
    italic: bool,
    /// Lines that must follow on the same page.
    keeps: f32,
}

impl Look {
    fn measure(self) -> Measure {
        let plain = Measure {
            size: SIZE,
            align: Align::Both,
            indent: 0.0,
            before: 0.0,
            after: 4.0,
            bold: false,
            italic: false,
            keeps: 0.0,
        };
        match self {
            Self::Title => Measure {
                size: 14.0,
                align: Align::Middle,
                before: 14.0,
                after: 2.0,
                bold: true,
                keeps: 3.0,
                ..plain
            },
            Self::Subtitle => Measure {
                align: Align::Middle,
                after: 10.0,
                bold: true,
                keeps: 3.0,
                ..plain
            },
            Self::Section => Measure {
                before: 5.0,
                bold: true,
                align: Align::Left,
                keeps: 4.5,
                ..plain
            },
            Self::Subsection => Measure {
                before: 3.0,
                bold: true,
                italic: true,
                align: Align::Left,
                keeps: 2.0,
                ..plain
            },
            Self::Body => Measure {
                indent: 28.0,
                ..plain
            },
            Self::Centred => Measure {
                align: Align::Middle,
                before: 4.0,
                bold: true,
                keeps: 2.0,
                ..plain
            },
            Self::Addressee => Measure {
                before: 2.0,
                indent: 70.0,
                align: Align::Left,
                ..plain
            },
            Self::Remark => Measure {
                size: 11.0,
                italic: true,
                ..plain
            },
        }
    }
}

impl Paragraph {
    /// A paragraph of one run.
    pub fn new(look: Look, text: impl Into<String>) -> Self {
        Self {
            look,
            runs: vec![Run::plain(text)],
        }
    }

    /// Puts it on the pages.
    pub(super) fn put(&self, pages: &mut Pages) {
        let measure = self.look.measure();
        let runs: Vec<Run> = self
            .runs
            .iter()
            .map(|run| Run {
                bold: run.bold || measure.bold,
                italic: run.italic || measure.italic,
                ..run.clone()
            })
            .collect();
        // Addressees stand one below the other, all of them set in.
        let hangs = self.look == Look::Addressee;
        let (left, width) = if hangs {
            (LEFT + measure.indent, COLUMN - measure.indent)
        } else {
            (LEFT, COLUMN)
        };
        let indent = if hangs { 0.0 } else { measure.indent };
        let lines = lines(&runs, width, indent, measure.size);
        let height = measure.size * LEADING;
        pages.space(measure.before);
        pages.need(height * (1.0 + measure.keeps));
        for (nth, line) in lines.iter().enumerate() {
            pages.need(height);
            let indent = if nth == 0 { indent } else { 0.0 };
            let within = (left + indent, width - indent);
            line.put(pages, within, pages.y, measure.size, measure.align);
            pages.y += height;
        }
        pages.y += measure.after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(lines: &[Line]) -> Vec<String> {
        let text = |line: &Line| {
            line.pieces
                .iter()
                .map(|piece| piece.text.as_str())
                .collect()
        };
        lines.iter().map(text).collect()
    }

    #[test]
    fn no_line_is_wider_than_the_column_and_no_word_is_lost() {
        let text = "Đá rơi từ vách mỏ trúng công nhân khoan, tử vong tại chỗ. ".repeat(9);
        let broken = lines(
            &[Run::bold("Tóm tắt: "), Run::plain(&text)],
            200.0,
            28.0,
            13.0,
        );
        assert!(broken.len() > 9);
        for line in &broken {
            assert!(line.width() <= 200.0, "{line:?}");
        }
        let joined = text_of(&broken).join(" ");
        assert_eq!(joined, format!("Tóm tắt: {}", text.trim_end()));
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        let broken = lines(&[Run::plain("Đ".repeat(100))], 100.0, 0.0, 13.0);
        assert!(broken.len() > 5);
        assert!(broken.iter().all(|line| line.width() <= 100.0));
        assert_eq!(text_of(&broken).concat(), "Đ".repeat(100));
    }

    #[test]
    fn lines_of_the_text_stay_lines() {
        let broken = lines(&[Run::plain("một\nhai\n\nba")], 300.0, 0.0, 13.0);
        assert_eq!(text_of(&broken), ["một", "hai", "", "ba"]);
    }
}
