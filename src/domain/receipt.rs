//! The receipt number, which survives being read over the telephone.
//!
//! `267K-3M9Q-XR4F`: two digits of the year, nine random characters, one check character. The
//! alphabet has 31 signs, a prime number, so a weighted sum finds every wrong character and
//! every two that changed places.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Digits and capital letters without `I`, `L`, `O`, `U`, `Z`, which are misread.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKMNPQRSTVWXY";
/// Characters without the dashes.
const LENGTH: usize = 12;
/// How many different numbers one year has: 31⁹, some 26 million million.
const PER_YEAR: u128 = 26_439_622_160_671;

/// The number under which a declaration is known to people. Always well formed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReceiptNo(String);

/// Not a receipt number: misheard or mistyped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("receipt number mistyped")]
pub struct Mistyped;

/// The weighted sum modulo 31; 0 for a good number. The weights 12 … 1 differ and none is 0, so
/// neither one wrong character nor two exchanged ones can leave the sum as it was.
fn weighted_sum(values: &[u8]) -> u8 {
    let sum: usize = values
        .iter()
        .enumerate()
        .map(|(at, value)| (LENGTH - at) * usize::from(*value))
        .sum();
    u8::try_from(sum % 31).expect("less than 31")
}

/// The value of a character, forgiving what is often written or heard for another.
fn value_of(character: char) -> Option<u8> {
    let meant = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'U' => 'V',
        other => other,
    };
    let byte = u8::try_from(meant).ok()?;
    let at = ALPHABET.iter().position(|sign| *sign == byte)?;
    u8::try_from(at).ok()
}

impl ReceiptNo {
    /// A new number for a year, from random bytes of the operating system.
    ///
    /// 128 random bits for 45 bits of number: no number is noticeably likelier than another.
    pub fn generate(year: i32, random: [u8; 16]) -> Self {
        let year = u8::try_from(year.rem_euclid(100)).expect("less than 100");
        let mut rest = u128::from_le_bytes(random) % PER_YEAR;
        let mut values = [0_u8; LENGTH];
        values[0] = year / 10;
        values[1] = year % 10;
        for value in &mut values[2..LENGTH - 1] {
            *value = u8::try_from(rest % 31).expect("less than 31");
            rest /= 31;
        }
        values[LENGTH - 1] = (31 - weighted_sum(&values)) % 31;
        Self::grouped(&values)
    }

    fn grouped(values: &[u8; LENGTH]) -> Self {
        let mut text = String::with_capacity(LENGTH + 2);
        for (at, value) in values.iter().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(*value)]));
        }
        Self(text)
    }

    /// Reads a number as people write it: any case, with spaces, other dashes or none, and with
    /// `O`, `I`, `L`, `Z`, `U` for the characters that they are mistaken for.
    ///
    /// # Errors
    /// `Mistyped` where length, alphabet or check character are wrong.
    pub fn parse(text: &str) -> Result<Self, Mistyped> {
        let mut values = [0_u8; LENGTH];
        let mut count = 0;
        let signs = text.chars().filter(|c| !c.is_whitespace() && !is_dash(*c));
        for character in signs {
            *values.get_mut(count).ok_or(Mistyped)? = value_of(character).ok_or(Mistyped)?;
            count += 1;
        }
        let year_is_digits = values[..2].iter().all(|value| *value < 10);
        if count != LENGTH || !year_is_digits || weighted_sum(&values) != 0 {
            return Err(Mistyped);
        }
        Ok(Self::grouped(&values))
    }

    /// The number in groups of four, as it is stored and shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Signs between the groups: every dash, and the dots and underscores that stand for one.
fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '_' | '.'
    )
}

impl fmt::Display for ReceiptNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ReceiptNo {
    type Error = Mistyped;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ReceiptNo> for String {
    fn from(number: ReceiptNo) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(seed: u128) -> String {
        ReceiptNo::generate(2026, seed.to_le_bytes())
            .as_str()
            .replace('-', "")
    }

    #[test]
    fn the_alphabet_has_a_prime_number_of_signs_and_none_that_is_misread() {
        assert_eq!(ALPHABET.len(), 31);
        assert!(ALPHABET.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(!ALPHABET.iter().any(|sign| b"ILOUZ".contains(sign)));
        assert_eq!(PER_YEAR, 31_u128.pow(9));
    }

    #[test]
    fn a_number_begins_with_the_year_and_stands_in_groups_of_four() {
        let receipt = ReceiptNo::generate(2026, [7; 16]);
        assert!(receipt.as_str().starts_with("26"));
        let groups: Vec<usize> = receipt.as_str().split('-').map(str::len).collect();
        assert_eq!(groups, [4, 4, 4]);
        assert_eq!(ReceiptNo::parse(receipt.as_str()), Ok(receipt));
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        let text = (0..)
            .map(number)
            .find(|n| ['0', '1', '2', 'V'].iter().all(|c| n[2..].contains(*c)))
            .unwrap();
        let receipt = ReceiptNo::parse(&text).unwrap();
        let heard = text
            .to_lowercase()
            .replace('0', "o")
            .replace('1', "l")
            .replace('2', "z")
            .replace('v', "u");
        for written in [
            text.to_lowercase(),
            format!(" {} – {} – {} ", &text[..4], &text[4..8], &text[8..]),
            heard.clone(),
            heard.replace('l', "I"),
        ] {
            assert_eq!(
                ReceiptNo::parse(&written).as_ref(),
                Ok(&receipt),
                "{written}"
            );
        }
    }

    #[test]
    fn another_length_or_sign_is_mistyped() {
        let text = number(1);
        for wrong in [
            String::new(),
            text[..11].to_owned(),
            format!("{text}0"),
            format!("{}é", &text[..11]),
            format!("{}*", &text[..11]),
            "AB3456789012".to_owned(),
            "\u{1F600}".repeat(12),
        ] {
            assert_eq!(ReceiptNo::parse(&wrong), Err(Mistyped), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_single_wrong_character_is_found(seed: u128) {
            let good: Vec<char> = number(seed).chars().collect();
            for at in 0..LENGTH {
                for sign in ALPHABET.iter().map(|b| char::from(*b)).filter(|c| *c != good[at]) {
                    let mut wrong = good.clone();
                    wrong[at] = sign;
                    let wrong: String = wrong.into_iter().collect();
                    prop_assert_eq!(ReceiptNo::parse(&wrong), Err(Mistyped));
                }
            }
        }

        #[test]
        fn every_two_exchanged_characters_are_found(seed: u128) {
            let good: Vec<char> = number(seed).chars().collect();
            for (i, j) in (0..LENGTH).flat_map(|i| (0..i).map(move |j| (i, j))) {
                if good[i] != good[j] {
                    let mut wrong = good.clone();
                    wrong.swap(i, j);
                    let wrong: String = wrong.into_iter().collect();
                    prop_assert_eq!(ReceiptNo::parse(&wrong), Err(Mistyped));
                }
            }
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,40}") {
            let _ = ReceiptNo::parse(&text);
        }
    }

    #[test]
    fn every_value_at_every_place_moves_the_sum() {
        // The proof in full: the sum is linear, so it is enough that no difference of one
        // character, and no exchange of two, is a multiple of 31.
        for place in 1..=LENGTH {
            for difference in 1..31 {
                assert_ne!(place * difference % 31, 0);
                for other in (1..=LENGTH).filter(|other| *other != place) {
                    assert_ne!(place.abs_diff(other) * difference % 31, 0);
                }
            }
        }
    }
}
