//! The end of a form: who gets a copy at the left, who signs beside it. All of it stays on one page.

use super::{
    block::{Run, Signature, Signatures},
    paragraph::{Align, Line, lines},
    sheet::{COLUMN, LEADING, LEFT, Pages, SIZE},
};

/// Room to sign and for the seal.
const ROOM: f32 = 68.0;
/// Size of the list of copies.
const SMALL: f32 = 11.0;
/// Between columns.
const GAP: f32 = 6.0;
/// Most people in one row.
pub(super) const ABREAST: usize = 3;

/// A column, laid out.
struct Block {
    title: Vec<Line>,
    hint: Vec<Line>,
    name: Vec<Line>,
}

impl Block {
    fn of(signature: &Signature, width: f32) -> Self {
        let hint = Run {
            italic: true,
            ..Run::plain(&signature.hint)
        };
        let name = signature.name.as_deref().unwrap_or_default();
        Self {
            title: lines(&[Run::bold(&signature.title)], width, 0.0, SIZE),
            hint: lines(&[hint], width, 0.0, SMALL),
            name: lines(&[Run::bold(name)], width, 0.0, SIZE),
        }
    }

    fn height(&self) -> f32 {
        let big = (self.title.len() + self.name.len()) as f32 * SIZE;
        (big + self.hint.len() as f32 * SMALL) * LEADING + ROOM
    }

    fn put(&self, pages: &mut Pages, within: (f32, f32)) -> f32 {
        let mut y = pages.y;
        for (lines, size, room) in [
            (&self.title, SIZE, 0.0),
            (&self.hint, SMALL, ROOM),
            (&self.name, SIZE, 0.0),
        ] {
            for line in lines {
                line.put(pages, within, y, size, Align::Middle);
                y += size * LEADING;
            }
            y += room;
        }
        y
    }
}

impl Signatures {
    /// The rows of those who sign: two or three abreast; beside a list of copies, one.
    pub(super) fn rows(&self) -> Vec<&[Signature]> {
        match (self.recipients.is_empty(), self.people.len()) {
            (false, _) | (true, 0..=1) => self.people.chunks(1).collect(),
            (true, 4) => self.people.chunks(2).collect(),
            (true, _) => self.people.chunks(ABREAST).collect(),
        }
    }

    /// Puts it on the pages.
    pub(super) fn put(&self, pages: &mut Pages) {
        pages.space(10.0);
        let half = (COLUMN - GAP) / 2.0;
        for (nth, row) in self.rows().into_iter().enumerate() {
            let copies = if nth == 0 {
                self.copies(half)
            } else {
                Vec::new()
            };
            // One who signs alone does so at the right.
            let alone = row.len() == 1;
            let width = if alone {
                half
            } else {
                (COLUMN - GAP * (row.len() - 1) as f32) / row.len() as f32
            };
            let first = if alone { LEFT + half + GAP } else { LEFT };
            let blocks: Vec<Block> = row.iter().map(|one| Block::of(one, width)).collect();
            let tallest = blocks.iter().map(Block::height).fold(0.0, f32::max);
            pages.need(tallest.max(copies.len() as f32 * SMALL * LEADING));
            let mut end = pages.y;
            for (nth, block) in blocks.iter().enumerate() {
                let x = first + nth as f32 * (width + GAP);
                end = block.put(pages, (x, width)).max(end);
            }
            let mut y = pages.y;
            for line in copies {
                line.put(pages, (LEFT, half), y, SMALL, Align::Left);
                y += SMALL * LEADING;
            }
            pages.y = end.max(y) + 8.0;
        }
    }

    fn copies(&self, width: f32) -> Vec<Line> {
        if self.recipients.is_empty() {
            return Vec::new();
        }
        let heading = Run {
            bold: true,
            italic: true,
            ..Run::plain("Nơi nhận:")
        };
        let mut all = lines(&[heading], width, 0.0, SMALL);
        for (nth, recipient) in self.recipients.iter().enumerate() {
            let ends = if nth + 1 == self.recipients.len() {
                "."
            } else {
                ";"
            };
            let runs = [Run::plain(format!("- {recipient}{ends}"))];
            all.extend(lines(&runs, width, 0.0, SMALL));
        }
        all
    }
}
