//! The top of the first page: who issues at the left, the national header at the right, below them
//! number, place and day (NĐ 30/2020, Phụ lục I).

use super::{
    block::{Head, Run},
    face::Face,
    paragraph::{Align, lines},
    sheet::{COLUMN, LEADING, LEFT, Pages, RIGHT, SIZE},
};

/// Quốc hiệu.
pub(super) const COUNTRY: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
/// Tiêu ngữ.
pub(super) const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";

/// Size of the names above.
const NAMES: f32 = 12.0;
/// Width of the left column.
const HALF: f32 = COLUMN * 0.43;
/// Between the columns.
const GAP: f32 = 8.0;

impl Head {
    /// What stands behind `Số:`.
    pub(super) fn numbered(&self) -> Option<String> {
        self.number.as_ref().map(|number| format!("Số: {number}"))
    }

    /// Puts it on the page.
    pub(super) fn put(&self, pages: &mut Pages) {
        let top = pages.y;
        let left = self.put_body(pages, top);
        let right = put_country(pages, top);

        // Number, place and day stand on one line below both.
        let below = left.max(right) + 5.0;
        let (start, width) = right_half();
        if let Some(number) = self.numbered() {
            let words = lines(&[Run::plain(number)], HALF, 0.0, SIZE);
            let mut y = below;
            for line in &words {
                line.put(pages, (LEFT, HALF), y, SIZE, Align::Middle);
                y += SIZE * LEADING;
            }
        }
        let day = Run {
            italic: true,
            ..Run::plain(&self.place_and_day)
        };
        let mut y = below;
        for line in lines(&[day], width, 0.0, SIZE) {
            line.put(pages, (start, width), y, SIZE, Align::Middle);
            y += SIZE * LEADING;
        }
        pages.y = y.max(below + SIZE * LEADING);
    }

    fn put_body(&self, pages: &mut Pages, top: f32) -> f32 {
        let mut y = top;
        for text in &self.superior {
            for line in lines(&[Run::plain(text)], HALF, 0.0, NAMES) {
                line.put(pages, (LEFT, HALF), y, NAMES, Align::Middle);
                y += NAMES * LEADING;
            }
        }
        let mut widest: f32 = 60.0;
        for text in &self.body {
            for line in lines(&[Run::bold(text)], HALF, 0.0, NAMES) {
                line.put(pages, (LEFT, HALF), y, NAMES, Align::Middle);
                widest = widest.max(line.width());
                y += NAMES * LEADING;
            }
        }
        if self.body.is_empty() {
            for _ in 0..2 {
                pages.dots(LEFT + 12.0, LEFT + HALF - 12.0, y, NAMES);
                y += NAMES * LEADING;
            }
        }
        // A line of a third to a half of the words above it.
        let half = (widest * 0.42).min(HALF * 0.5) / 2.0;
        let middle = LEFT + HALF / 2.0;
        pages.rule((middle - half, y + 2.0), (middle + half, y + 2.0));
        y + 3.0
    }
}

fn right_half() -> (f32, f32) {
    let start = LEFT + HALF + GAP;
    (start, RIGHT - start)
}

fn put_country(pages: &mut Pages, top: f32) -> f32 {
    let within = right_half();
    let mut y = top;
    for (text, size) in [(COUNTRY, NAMES), (MOTTO, SIZE)] {
        for line in lines(&[Run::bold(text)], within.1, 0.0, size) {
            line.put(pages, within, y, size, Align::Middle);
            y += size * LEADING;
        }
    }
    let half = Face::Bold.width(MOTTO, SIZE) / 2.0;
    let middle = within.0 + within.1 / 2.0;
    pages.rule((middle - half, y + 2.0), (middle + half, y + 2.0));
    y + 3.0
}
