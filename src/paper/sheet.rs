//! A page, and what stands where on it, in points from its upper left corner.

use super::face::{Face, Letter};

/// Points of a millimetre.
pub const MM: f32 = 72.0 / 25.4;
/// Width of A4.
pub const WIDTH: f32 = 210.0 * MM;
/// Height of A4.
pub const HEIGHT: f32 = 297.0 * MM;
/// Where text begins: 20 mm above and below, 30 mm left, 15 mm right (NĐ 30/2020, Phụ lục I, 20–25, 30–35 and 15–20 mm).
pub const LEFT: f32 = 30.0 * MM;
/// Where lines end.
pub const RIGHT: f32 = WIDTH - 15.0 * MM;
/// Where pages begin.
pub const TOP: f32 = 20.0 * MM;
/// Where pages end.
pub const BOTTOM: f32 = HEIGHT - 20.0 * MM;
/// Width of the text.
pub const COLUMN: f32 = RIGHT - LEFT;

/// Size of the words of a form.
pub const SIZE: f32 = 13.0;
/// Height of a line to the size of its type.
pub const LEADING: f32 = 1.22;
/// How far below the upper edge of its line a letter stands, to its size.
pub const ASCENT: f32 = 0.93;

/// Something on a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Words on one line.
    Words(Words),
    /// A thin line.
    Rule {
        /// From here.
        from: (f32, f32),
        /// To here.
        to: (f32, f32),
    },
    /// Dots to write on.
    Dots {
        /// First.
        left: f32,
        /// Last.
        right: f32,
        /// Height.
        y: f32,
    },
}

/// Words of one face on one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    /// Where they begin.
    pub x: f32,
    /// The line that they stand on.
    pub y: f32,
    /// Size of the type.
    pub size: f32,
    /// Face.
    pub face: Face,
    /// The words.
    pub text: String,
    /// Their letters.
    pub letters: Vec<Letter>,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// What stands on it.
    pub items: Vec<Item>,
}

/// Pages while they are written, from top to bottom.
#[derive(Debug, Clone)]
pub struct Pages {
    /// The pages so far.
    pub sheets: Vec<Sheet>,
    /// How far the last one is filled.
    pub y: f32,
}

impl Default for Pages {
    fn default() -> Self {
        Self {
            sheets: vec![Sheet::default()],
            y: TOP,
        }
    }
}

impl Pages {
    /// Begins another page.
    pub fn turn(&mut self) {
        self.sheets.push(Sheet::default());
        self.y = TOP;
    }

    /// What is left of the page.
    pub fn left(&self) -> f32 {
        BOTTOM - self.y
    }

    /// Begins another page where less than `height` is left of this one; whether it did.
    pub fn need(&mut self, height: f32) -> bool {
        let turns = self.left() < height && self.y > TOP;
        if turns {
            self.turn();
        }
        turns
    }

    /// Leaves some space; none at the top of a page.
    pub fn space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Puts something on the page.
    pub fn put(&mut self, item: Item) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.items.push(item);
        }
    }

    /// A thin line.
    pub fn rule(&mut self, from: (f32, f32), to: (f32, f32)) {
        self.put(Item::Rule { from, to });
    }

    /// Dots to write on, on the line that begins at `top`.
    pub fn dots(&mut self, left: f32, right: f32, top: f32, size: f32) {
        if right - left > 4.0 {
            self.put(Item::Dots {
                left,
                right,
                y: top + ASCENT * size,
            });
        }
    }
}
