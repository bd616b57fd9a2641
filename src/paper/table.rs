//! A table over as many pages as it needs, its head on each of them.

use super::{
    block::{Column, Run, Table},
    paragraph::{Align, Line, lines},
    sheet::{BOTTOM, COLUMN, LEADING, LEFT, Pages, TOP},
};

/// Size of the words in cells.
const SIZE: f32 = 11.0;
/// Height of a line of cells.
const LINE: f32 = SIZE * LEADING;
/// Between words and the edges of a cell.
const PAD: f32 = 3.0;

/// A row, laid out: the lines of each cell.
type Row = Vec<Vec<Line>>;

/// Where the columns of a table stand: left edge and width of each.
fn edges(columns: &[Column]) -> Vec<(f32, f32)> {
    let all: f32 = columns
        .iter()
        .map(|column| f32::from(column.share.max(1)))
        .sum();
    let mut left = LEFT;
    let edge = |column: &Column| {
        let width = COLUMN * f32::from(column.share.max(1)) / all;
        let edge = (left, width);
        left += width;
        edge
    };
    columns.iter().map(edge).collect()
}

fn depth(row: &Row) -> usize {
    row.iter().map(Vec::len).max().unwrap_or(1).max(1)
}

fn height(lines: usize) -> f32 {
    lines as f32 * LINE + 2.0 * PAD
}

impl Table {
    /// Puts it on the pages.
    pub(super) fn put(&self, pages: &mut Pages) {
        let edges = edges(&self.columns);
        let laid = |cells: &mut dyn Iterator<Item = Run>| -> Row {
            let cells = cells.zip(&edges);
            cells
                .map(|(run, (_, width))| lines(&[run], width - 2.0 * PAD, 0.0, SIZE))
                .collect()
        };
        let titles = self.columns.iter().map(|column| Run::bold(&column.title));
        let head = laid(&mut titles.into_iter());
        let head_height = height(depth(&head));

        pages.space(2.0);
        pages.need(head_height + height(2));
        self.put_row(pages, &edges, &head, 0..depth(&head), true);
        for cells in &self.rows {
            let row = laid(&mut cells.iter().map(Run::plain));
            let whole = depth(&row);
            let fits_a_page = height(whole) <= BOTTOM - TOP - head_height;
            if fits_a_page && pages.need(height(whole)) {
                self.put_row(pages, &edges, &head, 0..depth(&head), true);
            }
            // What is longer than a page goes on on the next.
            let mut from = 0;
            while from < whole {
                let room = ((pages.left() - 2.0 * PAD) / LINE).floor().max(0.0) as usize;
                if room == 0 {
                    pages.turn();
                    self.put_row(pages, &edges, &head, 0..depth(&head), true);
                    continue;
                }
                let to = whole.min(from + room);
                self.put_row(pages, &edges, &row, from..to, false);
                from = to;
            }
        }
        pages.y += 6.0;
    }

    fn put_row(
        &self,
        pages: &mut Pages,
        edges: &[(f32, f32)],
        row: &Row,
        part: std::ops::Range<usize>,
        is_head: bool,
    ) {
        let top = pages.y;
        let bottom = top + height(part.len());
        for ((cell, (left, width)), column) in row.iter().zip(edges).zip(&self.columns) {
            let align = if is_head || column.centred {
                Align::Middle
            } else {
                Align::Left
            };
            let shown = cell.iter().take(part.end).skip(part.start);
            for (nth, line) in shown.enumerate() {
                let within = (left + PAD, width - 2.0 * PAD);
                line.put(pages, within, top + PAD + nth as f32 * LINE, SIZE, align);
            }
        }
        for (left, width) in edges {
            pages.rule((*left, top), (*left, bottom));
            pages.rule((left + width, top), (left + width, bottom));
        }
        for y in [top, bottom] {
            pages.rule((LEFT, y), (LEFT + COLUMN, y));
        }
        pages.y = bottom;
    }
}
