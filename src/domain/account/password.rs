//! What a password must be: long, not one of the common ones, and not its owner's name.
//!
//! No rule about capitals and signs: they make people write `Matkhau@123` and nothing safer
//! (NIST SP 800-63B). Common ones are known by their stem (`common_passwords.txt`): capitals, marks of
//! Vietnamese letters, look-alike signs (`@` for `a`), digits and signs around it and repetition make
//! no difference, so that each stem stands for thousands of passwords.

use std::{collections::HashSet, sync::LazyLock};

use unicode_normalization::UnicodeNormalization;

use crate::{reference, text::search_key};

/// Fewest characters.
pub const SHORTEST: usize = 10;
/// Most characters: enough for every sentence.
pub const LONGEST: usize = 128;

/// What is wrong with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than ten characters.
    TooShort,
    /// More than 128.
    TooLong,
    /// Too many people have it, or it is a mere pattern.
    Common,
    /// It is the owner's name or address with little around it.
    NamesOwner,
}

/// The password as it is hashed: the same however a keyboard composes its letters.
pub fn normal_form(typed: &str) -> String {
    typed.nfkc().collect()
}

/// What is wrong with a new password of somebody of this name and address; `None` where nothing is.
pub fn weakness(password: &str, email: &str, name: &str) -> Option<Weakness> {
    let password = normal_form(password);
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(Weakness::TooShort);
    }
    if length > LONGEST {
        return Some(Weakness::TooLong);
    }
    let stem = stem(&password);
    if is_common(&password, &stem) {
        return Some(Weakness::Common);
    }
    names_owner(&stem, email, name).then_some(Weakness::NamesOwner)
}

/// The letters of a password without marks, capitals and look-alike signs, and without the digits and
/// signs before and after them.
fn stem(password: &str) -> String {
    let around = |c: char| !c.is_alphabetic() && !matches!(c, '@' | '$');
    let inner = password.trim_matches(around);
    let inner = if inner.chars().any(char::is_alphabetic) {
        inner.trim_matches(|c: char| !c.is_alphabetic())
    } else {
        inner
    };
    let letters: String = inner
        .chars()
        .map(|c| match c {
            '@' | '4' => 'a',
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '$' | '5' => 's',
            '7' => 't',
            c => c,
        })
        .collect();
    search_key(&letters).replace(' ', "")
}

fn is_common(password: &str, stem: &str) -> bool {
    static STEMS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let lines = reference::COMMON_PASSWORDS.lines();
        lines.filter(|line| !line.starts_with('#')).collect()
    });

    let plain: String = search_key(password).replace(' ', "");
    let different: HashSet<char> = password.chars().collect();
    different.len() < 5
        || is_run(&plain)
        || [stem, &plain]
            .into_iter()
            .any(|text| text.is_empty() || made_of(text, &STEMS))
}

/// Whether a text is one or two of the stems one after the other, or one of them again and again.
fn made_of(text: &str, stems: &HashSet<&str>) -> bool {
    if stems.contains(text) {
        return true;
    }
    let mut cuts = text.char_indices().skip(1).map(|(at, _)| text.split_at(at));
    cuts.any(|(first, rest)| {
        let again = || {
            rest.len().is_multiple_of(first.len()) && first.repeat(rest.len() / first.len()) == rest
        };
        (stems.contains(first) && (stems.contains(rest) || again()))
            || (first.len() >= 2 && again())
    })
}

/// Whether each character follows the one before it by the same step: `abcdefghij`, `9876543210`.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let step = |pair: &[i64]| match pair[1] - pair[0] {
        // 9 and 0 stand side by side on the keyboard.
        -9 => 1,
        9 => -1,
        other => other,
    };
    let steps: HashSet<i64> = codes.windows(2).map(step).collect();
    steps.len() <= 1
}

/// Whether little is left of a stem without the words of its owner's name and address.
fn names_owner(stem: &str, email: &str, name: &str) -> bool {
    let mut left = stem.to_owned();
    let key = search_key(&format!("{name} {email}"));
    let mut words: Vec<&str> = key.split(' ').filter(|word| word.len() >= 2).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let whole = key.replace(' ', "");
    if whole.contains(stem) {
        return true;
    }
    for word in words {
        left = left.replace(word, "");
    }
    left.len() < stem.len() && left.len() < 4
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn weak(password: &str) -> Option<Weakness> {
        weakness(password, "hoa.nguyen@xaydung.test", "Nguyễn Thị Hòa")
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(weak("ngắn quá"), Some(Weakness::TooShort));
        assert_eq!(weak(&"bò ".repeat(60)), Some(Weakness::TooLong));
        assert_eq!(weak("mèo ngủ trên mái"), None);
    }

    #[test]
    fn common_ones_are_refused_however_they_are_dressed_up() {
        for password in [
            "1234567890",
            "0987654321",
            "0123456789",
            "abcdefghij",
            "aaaaaaaaaa",
            "1111122222",
            "qwertyuiop",
            "Qwertyuiop@123",
            "password123",
            "P@ssw0rd2026",
            "Matkhau@123",
            "mật khẩu 2026",
            "Anhyeuem123!",
            "anh yêu em 520",
            "iloveyou2024",
            "tainanlaodong",
            "TaiNanLaoDong@2026",
            "Nguyenvanan1990",
            "Nguyễn Văn An 1990",
            "vietnamvodich",
            "HàNội@2025!!",
            "asdfghjkl;'123",
            "abcabcabcabc",
            "hanoihanoi12",
            "saigonhanoi1",
            "!@#$%^&*()_+",
        ] {
            assert_eq!(weak(password), Some(Weakness::Common), "{password}");
        }
    }

    #[test]
    fn names_and_addresses_of_the_owner_are_refused() {
        for password in [
            "HoaNguyen@2026",
            "xaydung.test99",
            "nguyenhoaxaydung",
            "hoa.nguyen@xaydung.test",
        ] {
            let found = weak(password);
            assert!(
                matches!(found, Some(Weakness::NamesOwner | Weakness::Common)),
                "{password}: {found:?}"
            );
        }
        assert_eq!(
            weakness("HoaNguyen@2026 gặt lúa sớm", "a@b.test", "Hòa"),
            None
        );
    }

    #[test]
    fn good_ones_are_taken() {
        for password in [
            "trâu cày ruộng sâu",
            "con cò bay lả bay la",
            "correct horse battery staple",
            "k7Qm-zP2v-9xLw",
            "Thuyền 14 neo bến Ninh Kiều",
        ] {
            assert_eq!(weak(password), None, "{password}");
        }
    }

    proptest! {
        #[test]
        fn both_ways_to_type_a_letter_are_one_password(text in "[a-zàảãáạăâđêôơưỳ ]{10,40}") {
            let apart: String = text.nfd().collect();
            prop_assert_eq!(normal_form(&apart), normal_form(&text));
            prop_assert_eq!(weakness(&apart, "", ""), weakness(&text, "", ""));
        }

        #[test]
        fn every_rule_holds_for_every_text(text in "\\PC{0,140}", name in "\\PC{0,30}", email in "\\PC{0,30}") {
            let length = normal_form(&text).chars().count();
            let found = weakness(&text, &email, &name);
            prop_assert_eq!(found == Some(Weakness::TooShort), length < SHORTEST);
            prop_assert_eq!(found == Some(Weakness::TooLong), length > LONGEST);
        }
    }
}
