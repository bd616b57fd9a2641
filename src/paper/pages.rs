//! A form on its pages: the blocks one below the other, then number and foot of each page.

pub use super::sheet::{Item, Sheet};
use super::{
    block::{Block, Look, Paper, Run},
    paragraph::{Align, lines},
    sheet::{BOTTOM, COLUMN, LEFT, MM, Pages, SIZE, TOP, Words},
};

/// Size of the foot.
const FOOT: f32 = 8.0;
/// Side of the code on each page: it stands in the margin, where nothing is written.
pub const MARK_SIDE: f32 = 17.0 * MM;
/// Its left edge.
pub const MARK_LEFT: f32 = 8.0 * MM;
/// Its upper edge.
pub const MARK_TOP: f32 = BOTTOM - 5.0 * MM;

/// Lays `paper` out.
pub fn laid_out(paper: &Paper) -> Vec<Sheet> {
    let mut pages = Pages::default();
    let mut blocks = paper.blocks.iter().peekable();
    // A heading, and the pages as they were before it.
    let mut heading: Option<(Pages, &Block)> = None;
    while let Some(block) = blocks.next() {
        let is_before = matches!(blocks.peek(), Some(Block::Signatures(_)));
        let before = is_before.then(|| pages.clone());
        let above = heading.take();
        if is_heading(block) {
            heading = Some((pages.clone(), block));
        }
        put(&mut pages, block);
        // Nobody signs a page on which nothing else stands: the words before come along, with their heading.
        let (Some(before), Some(next)) = (before, blocks.peek()) else {
            continue;
        };
        let ended_on = pages.sheets.len();
        let mut signed = pages.clone();
        put(&mut signed, next);
        let is_short = matches!(block, Block::Text(_) | Block::Entry(_));
        if is_short && signed.sheets.len() > ended_on && before.sheets.len() == ended_on {
            pages = match above {
                Some((before, heading)) => {
                    let mut pages = before;
                    pages.turn();
                    put(&mut pages, heading);
                    pages
                }
                None => {
                    let mut pages = before;
                    pages.turn();
                    pages
                }
            };
            put(&mut pages, block);
        }
    }
    let mut sheets = pages.sheets;
    // A page that was begun for nothing.
    while sheets.len() > 1 && sheets.last().is_some_and(|sheet| sheet.items.is_empty()) {
        sheets.pop();
    }
    let all = sheets.len();
    for (nth, sheet) in sheets.iter_mut().enumerate() {
        // The number stands above from the second page on (NĐ 30/2020, Phụ lục I, I.7).
        if nth > 0 {
            let number = (nth + 1).to_string();
            sheet
                .items
                .push(words(&number, TOP - 10.0 * MM, SIZE, Align::Middle));
        }
        let foot = format!("{} · Trang {}/{all}", paper.footer, nth + 1);
        sheet
            .items
            .push(words(&foot, BOTTOM + 6.0 * MM, FOOT, Align::Left));
        if let Some(mark) = &paper.mark {
            let mark = format!("Mã: {}", mark.grouped());
            sheet
                .items
                .push(words(&mark, BOTTOM + 10.0 * MM, FOOT, Align::Left));
        }
    }
    sheets
}

fn is_heading(block: &Block) -> bool {
    let look = match block {
        Block::Text(paragraph) => paragraph.look,
        _ => return false,
    };
    matches!(look, Look::Section | Look::Subsection)
}

fn put(pages: &mut Pages, block: &Block) {
    match block {
        Block::Head(head) => head.put(pages),
        Block::Text(paragraph) => paragraph.put(pages),
        Block::Entry(entry) => entry.put(pages),
        Block::Table(table) => table.put(pages),
        Block::Signatures(signatures) => signatures.put(pages),
    }
}

/// Words on one line of the whole width.
fn words(text: &str, top: f32, size: f32, align: Align) -> Item {
    let mut pages = Pages::default();
    let mut broken = lines(&[Run::plain(text)], COLUMN, 0.0, size);
    // What is too long for the foot is cut there.
    broken.truncate(1);
    for line in &broken {
        line.put(&mut pages, (LEFT, COLUMN), top, size, align);
    }
    let items = pages.sheets.pop().map(|sheet| sheet.items);
    items
        .into_iter()
        .flatten()
        .next()
        .unwrap_or(Item::Words(Words {
            x: LEFT,
            y: top,
            size,
            face: super::face::Face::Regular,
            text: String::new(),
            letters: Vec::new(),
        }))
}

/// Whether something stands within the edges of the paper, and what is written within its margins.
#[cfg(test)]
pub(crate) fn is_on_the_page(item: &Item) -> bool {
    use super::sheet::{HEIGHT, RIGHT};
    let within =
        |x: f32, y: f32| (LEFT - 1.0..=RIGHT + 1.0).contains(&x) && (0.0..=HEIGHT).contains(&y);
    match item {
        Item::Words(words) => {
            let width: f32 = words.letters.iter().map(|letter| letter.advance).sum();
            within(words.x, words.y) && within(words.x + width * words.size, words.y)
        }
        Item::Rule { from, to } => within(from.0, from.1) && within(to.0, to.1),
        Item::Dots { left, right, y } => within(*left, *y) && within(*right, *y),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::paper::{
        Mark,
        block::{Entry, Paragraph, Signature, Signatures},
    };

    fn text(look: Look, text: &str) -> Block {
        Block::Text(Paragraph {
            look,
            runs: vec![Run::plain(text)],
        })
    }

    proptest! {
        #[test]
        fn no_heading_stands_alone_at_the_foot_of_a_page_and_nobody_signs_an_empty_one(
            above in 20_usize..60, lines in 1_u8..8,
        ) {
            let mut blocks = vec![text(Look::Body, "Một dòng."); above];
            blocks.push(text(Look::Section, "12. Kiến nghị"));
            blocks.push(Block::Entry(Entry {
                label: String::new(),
                value: None,
                lines,
                choices: Vec::new(),
            }));
            blocks.push(Block::Signatures(Signatures {
                recipients: Vec::new(),
                people: vec![Signature {
                    title: "TRƯỞNG ĐOÀN".to_owned(),
                    hint: "(Ký)".to_owned(),
                    name: None,
                }],
            }));
            let sheets = laid_out(&Paper {
                title: String::new(),
                dated: "2026-11-23".parse().unwrap(),
                mark: Some(Mark::of([7; 10])),
                footer: String::new(),
                blocks,
            });
            let has = |sheet: &Sheet, what: &str| sheet.items.iter().any(|item| {
                matches!(item, Item::Words(words) if words.text.contains(what))
            });
            let dots = |sheet: &Sheet| sheet.items.iter().any(|item| matches!(item, Item::Dots { .. }));
            for sheet in &sheets {
                prop_assert!(!has(sheet, "Kiến nghị") || dots(sheet));
                prop_assert!(!has(sheet, "TRƯỞNG ĐOÀN") || dots(sheet));
            }
        }
    }
}
