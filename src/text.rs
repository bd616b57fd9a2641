//! Vietnamese text: one normal form for what is stored, one key for what is searched.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Text in normal form C: *Hòa* can be typed in two ways that look the same.
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// A key for searching: lower case, no diacritics, `đ` as `d`, every run of anything else than
/// letters and digits as one space. Where the tone mark stood (*Hòa*, *Hoà*) no longer matters.
pub fn search_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for letter in text.nfd().filter(|c| !is_combining_mark(*c)) {
        match letter {
            'đ' | 'Đ' => key.push('d'),
            c if c.is_alphanumeric() => key.extend(c.to_lowercase()),
            _ if key.ends_with(' ') || key.is_empty() => {}
            _ => key.push(' '),
        }
    }
    key.truncate(key.trim_end().len());
    key
}

/// Signs that nobody sees, or that turn the direction of writing around: a text with them looks like another. Line
/// separators, marks of direction and width, soft hyphens, tags; none that Vietnamese or English needs.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// Whether a text is one line that everybody reads as it is written.
pub fn is_one_visible_line(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visible_line_hides_nothing() {
        assert!(is_one_visible_line("Phần mềm một cửa – số 1 (Đắk Lắk) 📄"));
        for hidden in [
            "a\nb",
            "a\0",
            "a\u{202e}b",
            "a\u{2066}b",
            "a\u{200b}b",
            "a\u{ad}b",
            "a\u{61c}b",
            "a\u{2028}b",
            "a\u{feff}b",
            "a\u{e0041}b",
        ] {
            assert!(!is_one_visible_line(hidden), "{hidden:?}");
        }
    }

    #[test]
    fn both_spellings_of_a_tone_mark_have_one_search_key() {
        assert_eq!(search_key("Hòa Bình"), search_key("Hoà Bình"));
        assert_eq!(search_key("Xã  Ea H’Leo"), "xa ea h leo");
        assert_eq!(search_key("ĐẮK LẮK"), "dak lak");
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_text() {
        assert_eq!(nfc("Hòa"), nfc("Ho\u{0300}a"));
        assert_eq!(search_key("Ho\u{0300}a"), "hoa");
    }
}
