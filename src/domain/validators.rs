//! Numbers that people write in many ways: one form for each, or `None` where it cannot be one.
//!
//! The forms are those of `administration.md` 6.2.

use validator::ValidateEmail;

use crate::domain::victim::Sex;

/// `text` without the spaces and marks that people put between groups of digits.
fn without(text: &str, marks: &[char]) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !marks.contains(c))
        .collect()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A telephone number to call back: digits with an optional leading `+`; `+84` becomes `0`.
///
/// No number plan is applied: hotlines, fixed lines and foreign numbers are good, because an
/// urgent call must not fail on its number.
pub fn phone(text: &str) -> Option<String> {
    let bare = without(
        text,
        &['.', '-', '\u{2010}', '\u{2011}', '\u{2013}', '(', ')'],
    );
    let (foreign, digits) = match bare.strip_prefix('+') {
        Some(digits) => (true, digits),
        None => (false, bare.as_str()),
    };
    if !is_digits(digits) || !(8..=15).contains(&digits.len()) {
        return None;
    }
    let national = digits
        .strip_prefix("84")
        .filter(|rest| foreign || matches!(rest.len(), 9 | 10));
    let Some(rest) = national else {
        return Some(bare);
    };
    // Some write +84 0912…: the zero is there already.
    let rest = rest.strip_prefix('0').unwrap_or(rest);
    let is_hotline = rest.len() <= 10 && (rest.starts_with("1800") || rest.starts_with("1900"));
    match rest.len() {
        ..8 => None,
        _ if is_hotline => Some(rest.to_owned()),
        _ => Some(format!("0{rest}")),
    }
}

/// A tax code (*mã số thuế*) without spaces and dots: 10 digits, 10 and a branch (`…-001`), or the
/// 12-digit personal number that households and persons use since 1 July 2025 (Circular
/// 86/2024/TT-BTC).
pub fn tax_code(text: &str) -> Option<String> {
    const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    let bare = without(text, &['.', '-']);
    if !is_digits(&bare) {
        return None;
    }
    if bare.len() == 12 {
        return Some(bare);
    }
    if !matches!(bare.len(), 10 | 13) {
        return None;
    }
    let digits: Vec<u32> = bare.bytes().map(|b| u32::from(b - b'0')).collect();
    if digits[2..9].iter().all(|d| *d == 0) || bare.get(10..) == Some("000") {
        return None;
    }
    let sum: u32 = WEIGHTS.iter().zip(&digits).map(|(w, d)| w * d).sum();
    // A remainder of 0 would ask for the check digit 10: no such number is given out.
    if 10 - sum % 11 != digits[9] {
        return None;
    }
    Some(match bare.get(10..) {
        None | Some("") => bare,
        Some(branch) => format!("{}-{branch}", &bare[..10]),
    })
}

/// An identity number: personal number (12 digits), old identity card (9 digits) or passport.
pub fn citizen_id(text: &str) -> Option<String> {
    let bare = without(text, &['.', '-']).to_uppercase();
    let good = (6..=12).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_alphanumeric());
    good.then_some(bare)
}

/// Sex and year of birth that a 12-digit personal number tells; `None` for other numbers.
pub fn told_by_citizen_id(id: &str) -> Option<(Sex, i32)> {
    if id.len() != 12 || !is_digits(id) {
        return None;
    }
    let digit = |at: usize| i32::from(id.as_bytes()[at] - b'0');
    let sex = if digit(3) % 2 == 0 {
        Sex::Male
    } else {
        Sex::Female
    };
    Some((sex, 1900 + 100 * (digit(3) / 2) + 10 * digit(4) + digit(5)))
}

/// An e-mail address of at most 254 characters, in the plain form that every mail server takes: no
/// dot at either end of the local part or twice in a row, and a name, not a number, as its host.
pub fn email(text: &str) -> Option<String> {
    let (local, host) = text.rsplit_once('@')?;
    let plain = !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && !host.starts_with('[');
    (plain && text.len() <= 254 && text.validate_email()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_phone_is_kept_in_one_form_however_it_is_written() {
        for (written, kept) in [
            ("0912 345 601", "0912345601"),
            ("(024) 3.826-4567", "02438264567"),
            ("+84 912 345 601", "0912345601"),
            ("84912345601", "0912345601"),
            ("+84 0912345601", "0912345601"),
            ("+84 24 3826 4567", "02438264567"),
            ("1900 1234", "19001234"),
            ("+84 1900 1234", "19001234"),
            ("84123456", "84123456"),
            ("+81 3 1234 5678", "+81312345678"),
        ] {
            assert_eq!(phone(written).as_deref(), Some(kept), "{written}");
        }
        for wrong in [
            "abc",
            "",
            "+",
            "114",
            "0912x345601",
            "+84123456",
            "1234567890123456",
        ] {
            assert_eq!(phone(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_tax_code_needs_its_check_digit() {
        for (written, kept) in [
            ("0100233488", "0100233488"),
            ("01 0023.3488", "0100233488"),
            ("0314409058-002", "0314409058-002"),
            ("0314409058002", "0314409058-002"),
            ("4799123402", "4799123402"),
            ("001 188 012345", "001188012345"),
        ] {
            assert_eq!(tax_code(written).as_deref(), Some(kept), "{written}");
        }
        for wrong in [
            "0100233480",
            "12345",
            "0314409058-000",
            "0100000000",
            "4799123403",
            "",
            "010023348é",
        ] {
            assert_eq!(tax_code(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_identity_number_is_a_card_or_a_passport() {
        for (written, kept) in [
            ("001 088 012345", "001088012345"),
            ("123456789", "123456789"),
            ("c1234567", "C1234567"),
        ] {
            assert_eq!(citizen_id(written).as_deref(), Some(kept), "{written}");
        }
        for wrong in ["12345", "1234567890123", "AB*12345", "số 12345"] {
            assert_eq!(citizen_id(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_personal_number_tells_sex_and_year_of_birth() {
        assert_eq!(
            told_by_citizen_id("001188012345"),
            Some((Sex::Female, 1988))
        );
        assert_eq!(told_by_citizen_id("001205012345"), Some((Sex::Male, 2005)));
        assert_eq!(told_by_citizen_id("123456789"), None);
        assert_eq!(told_by_citizen_id("C12345678901"), None);
    }

    #[test]
    fn an_email_has_one_at_sign_and_a_domain() {
        assert!(email("an.toan@mo-da.test").is_some());
        for wrong in ["mo-da.test", "a@b@c.test", "a b@c.test", ""] {
            assert_eq!(email(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_reads_as_itself(text in "[+0-9 .()A-Z-]{0,20}") {
            for read in [phone, tax_code, citizen_id] {
                if let Some(kept) = read(&text) {
                    prop_assert_eq!(read(&kept), Some(kept.clone()));
                }
            }
        }
    }
}
