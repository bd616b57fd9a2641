//! Taking an alert (*tiếp nhận tin báo*): a human at the authority says who they are.
//!
//! An alert that a mail server accepted has arrived nowhere yet. It has arrived once somebody who can
//! be called back has said so.

use serde::{Deserialize, Serialize};

use super::{account::full_name, declaration::FaultCode, validators};
use crate::text::nfc;

/// Longest name or post, in characters.
const LONGEST: usize = 120;

/// Who took an alert. `Debug` names nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// Họ và tên.
    pub name: String,
    /// Post or unit.
    pub post: String,
    /// Telephone in its normal form.
    pub phone: String,
}

impl std::fmt::Debug for Officer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Officer(…)")
    }
}

/// What was typed, each entry with what is wrong with it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// Name.
    pub name: String,
    /// Post or unit.
    pub post: String,
    /// Telephone.
    pub phone: String,
}

/// What is wrong with what was typed: an entry is `None` where it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wrong {
    /// With the name.
    pub name: Option<FaultCode>,
    /// With the post.
    pub post: Option<FaultCode>,
    /// With the telephone.
    pub phone: Option<FaultCode>,
}

/// Reads what an officer typed.
pub fn read(typed: &Typed) -> Result<Officer, Wrong> {
    let (name, post) = (line(&typed.name, 2), line(&typed.post, 1));
    let phone = match typed.phone.trim() {
        "" => Err(FaultCode::Required),
        text => validators::phone(text).ok_or(FaultCode::Phone),
    };
    match (name, post, phone) {
        (Ok(name), Ok(post), Ok(phone)) => Ok(Officer { name, post, phone }),
        (name, post, phone) => Err(Wrong {
            name: name.err(),
            post: post.err(),
            phone: phone.err(),
        }),
    }
}

/// One visible line with letters: a name has two at least, and a post one.
fn line(text: &str, letters: usize) -> Result<String, FaultCode> {
    let text = nfc(text.trim());
    if text.is_empty() {
        Err(FaultCode::Required)
    } else if text.chars().count() > LONGEST {
        Err(FaultCode::TooLong)
    } else if full_name(&text).is_none() {
        Err(FaultCode::BadCharacters)
    } else if text.chars().filter(|c| c.is_alphabetic()).count() < letters {
        Err(FaultCode::TooShort)
    } else {
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(name: &str, post: &str, phone: &str) -> Typed {
        Typed {
            name: name.into(),
            post: post.into(),
            phone: phone.into(),
        }
    }

    #[test]
    fn whoever_takes_an_alert_can_be_called_back() {
        let officer = read(&typed(
            " Đặng Văn Sơn ",
            "Trực ban Công an xã",
            "0912 345 678",
        ))
        .unwrap();
        assert_eq!(officer.name, "Đặng Văn Sơn");
        assert!(!officer.phone.contains(' '));
        assert_eq!(format!("{officer:?}"), "Officer(…)");
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let wrong = read(&typed("", "", "")).unwrap_err();
        let required = Some(FaultCode::Required);
        assert_eq!(
            (wrong.name, wrong.post, wrong.phone),
            (required, required, required)
        );
        let wrong = read(&typed("?", &"x".repeat(121), "113x")).unwrap_err();
        assert_eq!(
            (wrong.name, wrong.post, wrong.phone),
            (
                Some(FaultCode::TooShort),
                Some(FaultCode::TooLong),
                Some(FaultCode::Phone)
            )
        );
        for hidden in ["An\nBình", "An\u{202e}hnìB", "An\u{200b}"] {
            let wrong = read(&typed(hidden, "Trực ban", "0912345678")).unwrap_err();
            assert_eq!(wrong.name, Some(FaultCode::BadCharacters), "{hidden:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_was_typed_is_taken_unless_all_of_it_is_good(
            name in "\\PC{0,130}", post in "\\PC{0,130}", phone in "[0-9+ .x]{0,16}",
        ) {
            match read(&typed(&name, &post, &phone)) {
                Ok(officer) => {
                    prop_assert!(!officer.name.is_empty() && !officer.post.is_empty());
                    prop_assert!(validators::phone(&officer.phone).is_some());
                }
                Err(wrong) => prop_assert_ne!(wrong, Wrong::default()),
            }
        }
    }
}
