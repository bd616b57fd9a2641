//! The code on each page: it names the form and tells nothing of anybody.
//!
//! `TNLD:K7Q2M4XWRT90BHVE.2` is page 2 of the form with the mark `K7Q2M4XWRT90BHVE`: 80 random bits,
//! which only the database knows what they belong to.

use std::{fmt, io::Cursor};

use image::{GrayImage, ImageFormat, Luma};
use qrcode::{Color, EcLevel, QrCode};
use serde::{Deserialize, Serialize};

/// Digits and capital letters without those that are misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a mark.
const LENGTH: usize = 16;
/// How the code on a page begins.
const PREFIX: &str = "TNLD:";
/// More pages than a form has.
const MOST_PAGES: u32 = 9_999;

/// The mark of one form that was issued. Always well formed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mark(String);

/// What the code on a page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormRef {
    /// The form.
    pub mark: Mark,
    /// Its page; `None` where the code does not say it, as that of a DOCX.
    pub page: Option<u32>,
}

impl Mark {
    /// A mark of ten random bytes.
    pub fn of(random: [u8; 10]) -> Self {
        let bits = random
            .iter()
            .fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
        let sign = |nth: usize| {
            let five = (bits >> (5 * (LENGTH - 1 - nth))) & 31;
            char::from(ALPHABET[usize::try_from(five).expect("five bits")])
        };
        Self((0..LENGTH).map(sign).collect())
    }

    /// Reads a mark as people write it, in groups, in either case, with `O`, `I` and `L` for digits.
    pub fn parse(text: &str) -> Option<Self> {
        let meant = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            });
        let signs: String = meant.take(LENGTH + 1).collect();
        let is_known = |byte: u8| ALPHABET.contains(&byte);
        (signs.len() == LENGTH && signs.bytes().all(is_known)).then_some(Self(signs))
    }

    /// The mark.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In groups of four, to be read by people.
    pub fn grouped(&self) -> String {
        let (first, rest) = self.0.split_at(4);
        let (second, rest) = rest.split_at(4);
        let (third, last) = rest.split_at(4);
        format!("{first}-{second}-{third}-{last}")
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Mark {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no mark"))
    }
}

impl From<Mark> for String {
    fn from(mark: Mark) -> Self {
        mark.0
    }
}

impl FormRef {
    /// The text of the code on a page.
    pub fn text(&self) -> String {
        match self.page {
            Some(page) => format!("{PREFIX}{}.{page}", self.mark),
            None => format!("{PREFIX}{}", self.mark),
        }
    }

    /// Reads the text of a code, or a mark that somebody typed.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = match text.get(..PREFIX.len()) {
            Some(start) if start.eq_ignore_ascii_case(PREFIX) => &text[PREFIX.len()..],
            _ => text,
        };
        let (mark, page) = match bare.split_once('.') {
            Some((mark, page)) => {
                let is_number = !page.is_empty() && page.bytes().all(|b| b.is_ascii_digit());
                let page = page
                    .parse()
                    .ok()
                    .filter(|page| is_number && (1..=MOST_PAGES).contains(page));
                (mark, Some(page?))
            }
            None => (bare, None),
        };
        Some(Self {
            mark: Mark::parse(mark)?,
            page,
        })
    }

    /// The code as squares, row by row: whether each is dark. A quarter of them may be lost.
    pub fn squares(&self) -> Vec<Vec<bool>> {
        let code = QrCode::with_error_correction_level(self.text(), EcLevel::Q)
            .expect("thirty letters and digits fit into a code");
        let dark: Vec<bool> = code
            .to_colors()
            .into_iter()
            .map(|color| color == Color::Dark)
            .collect();
        dark.chunks(code.width()).map(<[bool]>::to_vec).collect()
    }
}

impl FormRef {
    /// The code as a picture (PNG), with the quiet zone that readers need.
    pub fn picture(&self) -> Vec<u8> {
        const DOTS: u32 = 6;
        const QUIET: u32 = 2;
        let squares = self.squares();
        let side = (u32::try_from(squares.len()).unwrap_or_default() + 2 * QUIET) * DOTS;
        let is_dark = |x: u32, y: u32| {
            let at = |dot: u32| (dot / DOTS).checked_sub(QUIET).map(|nth| nth as usize);
            let row = at(y).and_then(|y| squares.get(y));
            row.zip(at(x)).and_then(|(row, x)| row.get(x)) == Some(&true)
        };
        let picture = GrayImage::from_fn(side, side, |x, y| {
            Luma([if is_dark(x, y) { 0 } else { 255 }])
        });
        let mut png = Cursor::new(Vec::new());
        picture
            .write_to(&mut png, ImageFormat::Png)
            .expect("writing to memory does not fail");
        png.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_a_code_says_is_read_again(random: [u8; 10], page in 1_u32..=MOST_PAGES) {
            let mark = Mark::of(random);
            for page in [None, Some(page)] {
                let form = FormRef { mark: mark.clone(), page };
                prop_assert_eq!(FormRef::parse(&form.text()), Some(form.clone()));
                prop_assert_eq!(FormRef::parse(&form.text().to_lowercase()), Some(form));
            }
            prop_assert_eq!(Mark::parse(&mark.grouped()), Some(mark));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,40}") {
            let _ = FormRef::parse(&text);
        }
    }

    #[test]
    fn other_texts_are_no_codes() {
        for wrong in [
            "",
            "TNLD:",
            "TNLD:K7Q2M4XWRT90BHV",
            "TNLD:K7Q2M4XWRT90BHVEE",
            "TNLD:K7Q2M4XWRT90BHVE.",
            "TNLD:K7Q2M4XWRT90BHVE.0",
            "TNLD:K7Q2M4XWRT90BHVE.+1",
            "TNLD:K7Q2M4XWRT90BHVE.10000",
            "TNLD:K7Q2M4XWRT90BHVU",
            "https://tnld.test/K7Q2M4XWRT90BHVE",
        ] {
            assert_eq!(FormRef::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_code_is_small_enough_for_the_margin() {
        let mark = Mark::of([0xFF; 10]);
        let page = Some(MOST_PAGES);
        assert!(FormRef { mark, page }.squares().len() <= 29);
    }
}
