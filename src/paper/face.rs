//! The four faces of the type, and words shaped in them.

use std::{ops::Range, sync::LazyLock};

use rustybuzz::{Direction, ShapePlan, UnicodeBuffer, script::LATIN, shape_with_plan};

/// A face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Face {
    /// Upright.
    Regular,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Bold italic.
    BoldItalic,
}

/// The files of the faces, with their licence in `fonts/`.
const FILES: [&[u8]; 4] = [
    include_bytes!("fonts/tinos-regular.ttf"),
    include_bytes!("fonts/tinos-bold.ttf"),
    include_bytes!("fonts/tinos-italic.ttf"),
    include_bytes!("fonts/tinos-bold-italic.ttf"),
];

/// A face that was read, and how Latin letters are shaped in it.
struct Shaper {
    face: rustybuzz::Face<'static>,
    plan: ShapePlan,
}

static SHAPERS: LazyLock<[Shaper; 4]> = LazyLock::new(|| {
    FILES.map(|file| {
        let face = rustybuzz::Face::from_slice(file, 0);
        let face = face.expect("the fonts are part of the program, and a test reads them");
        let plan = ShapePlan::new(&face, Direction::LeftToRight, Some(LATIN), None, &[]);
        Shaper { face, plan }
    })
});

/// One letter where it stands, in units of its size: 1 is as wide as the type is high.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// Glyph.
    pub glyph: u32,
    /// The bytes of the text that it shows.
    pub text: Range<usize>,
    /// How far the next one stands.
    pub advance: f32,
    /// Moved to the right.
    pub x: f32,
    /// Moved up.
    pub y: f32,
}

impl Face {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Regular, Self::Bold, Self::Italic, Self::BoldItalic];

    /// The face of these properties.
    pub fn of(bold: bool, italic: bool) -> Self {
        match (bold, italic) {
            (false, false) => Self::Regular,
            (true, false) => Self::Bold,
            (false, true) => Self::Italic,
            (true, true) => Self::BoldItalic,
        }
    }

    /// Its file.
    pub fn file(self) -> &'static [u8] {
        FILES[self as usize]
    }

    fn shaper(self) -> &'static Shaper {
        &SHAPERS[self as usize]
    }

    /// Whether it has a letter of its own for `letter`.
    pub fn has(self, letter: char) -> bool {
        self.shaper().face.glyph_index(letter).is_some()
    }

    /// The letters of `text` on one line.
    pub fn letters(self, text: &str) -> Vec<Letter> {
        let Shaper { face, plan } = self.shaper();
        let unit = 1.0 / face.units_per_em() as f32;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        // As the plan has it; Greek and Cyrillic names are shaped no differently.
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(LATIN);
        let shaped = shape_with_plan(face, plan, buffer);
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let starts: Vec<usize> = infos.iter().map(|info| info.cluster as usize).collect();
        // Letters of one cluster share its text: it ends where the next cluster begins.
        let end_of = |start: usize| {
            let later = starts.iter().copied().filter(|other| *other > start);
            later.min().unwrap_or(text.len())
        };
        infos
            .iter()
            .zip(positions)
            .map(|(info, at)| {
                let start = info.cluster as usize;
                Letter {
                    glyph: info.glyph_id,
                    text: start..end_of(start),
                    advance: at.x_advance as f32 * unit,
                    x: at.x_offset as f32 * unit,
                    y: at.y_offset as f32 * unit,
                }
            })
            .collect()
    }

    /// How wide `text` is in this face at `size` points.
    pub fn width(self, text: &str, size: f32) -> f32 {
        let letters = self.letters(text);
        letters.iter().map(|letter| letter.advance).sum::<f32>() * size
    }
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    /// Every letter of Vietnamese: twelve vowels under six tones in both cases, and the consonants.
    fn alphabet() -> Vec<char> {
        const VOWELS: &str = "aăâeêioôơuưy";
        const TONES: [&str; 6] = ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"];
        let mut letters: Vec<char> = "bcdđfghjklmnpqrstvwxzBCDĐFGHJKLMNPQRSTVWXZ"
            .chars()
            .collect();
        for vowel in VOWELS
            .chars()
            .flat_map(|vowel| [vowel, vowel.to_uppercase().next().unwrap()])
        {
            for tone in TONES {
                let composed: Vec<char> = format!("{vowel}{tone}").nfc().collect();
                assert_eq!(
                    composed.len(),
                    1,
                    "{vowel}{tone:?} has no letter of its own"
                );
                letters.extend(composed);
            }
        }
        letters
    }

    #[test]
    fn every_vietnamese_letter_stands_in_every_face() {
        let letters = alphabet();
        assert_eq!(letters.len(), 2 * (12 * 6 + 21));
        for face in Face::ALL {
            for letter in &letters {
                assert!(face.has(*letter), "{face:?} lacks {letter}");
                let shaped = face.letters(&letter.to_string());
                assert_eq!(shaped.len(), 1, "{letter}");
                assert!(shaped[0].glyph != 0 && shaped[0].advance > 0.0, "{letter}");
            }
            for sign in "0123456789.,;:?!()[]/-–—…“”‘’\"'%+=°№₫□■".chars() {
                assert!(face.has(sign), "{face:?} lacks {sign}");
            }
        }
    }

    #[test]
    fn letters_cover_their_text_also_where_marks_stand_apart() {
        // Languages of the highlands put marks on letters that have no form of their own.
        for text in ["Nguyễn Thị Hường", "Y Ƀĭh Niê", "a\u{306}\u{301}b"] {
            let letters = Face::Regular.letters(text);
            let mut covered: Vec<usize> = letters.iter().flat_map(|l| l.text.clone()).collect();
            covered.sort_unstable();
            covered.dedup();
            assert_eq!(covered.len(), text.len(), "{text}");
        }
    }
}
