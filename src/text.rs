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

#[cfg(test)]
mod tests {
    use super::*;

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
