//! The e-mail address by which an account is known, in one form.
//!
//! One address is one account however it is typed: composed or decomposed, in full-width letters,
//! in capitals, its domain in Unicode or in ASCII (`xn--…`). Addresses that only look alike are
//! refused by a simple rule: the part before the `@` is ASCII (which is also what most mail
//! servers take), and a domain has no other letters than ASCII ones, with marks or without, and
//! `đ`. So *công-ty.vn* is taken and a Cyrillic *а* is not, wherever it stands.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::domain::validators;

/// The normal form of an address; `None` where it is none, or of other letters than ours.
pub fn normal_form(text: &str) -> Option<String> {
    let text: String = text.trim().nfkc().flat_map(char::to_lowercase).collect();
    // Lower-casing may take a letter apart again.
    let text: String = text.nfkc().collect();
    let (local, domain) = text.rsplit_once('@')?;
    let domain = normal_domain(domain)?;
    if !local.is_ascii() {
        return None;
    }
    validators::email(&format!("{local}@{domain}"))
}

fn normal_domain(domain: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_strict(domain).ok()?;
    let (shown, sound) = idna::domain_to_unicode(&ascii);
    sound.ok()?;
    let is_ours = |c: char| c.is_ascii() || c == 'đ' || is_combining_mark(c);
    shown.nfd().all(is_ours).then_some(ascii)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_address_has_one_form_however_it_is_typed() {
        let one = "phap.che@xn--cng-ty-ixa.vn";
        for typed in [
            "phap.che@công-ty.vn",
            "Phap.Che@CÔNG-TY.vn",
            " phap.che@co\u{0302}ng-ty.vn\n",
            "ｐｈａｐ．ｃｈｅ＠công-ty.vn",
            "phap.che@xn--cng-ty-ixa.vn",
            "phap.che@XN--CNG-TY-IXA.vn",
            "phap.che@công-ty。vn",
        ] {
            assert_eq!(normal_form(typed).as_deref(), Some(one), "{typed:?}");
        }
        // The sign of Kelvin is a K.
        assert_eq!(
            normal_form("\u{212A}im@a.test").as_deref(),
            Some("kim@a.test")
        );
    }

    #[test]
    fn what_only_looks_alike_is_refused() {
        for typed in [
            "аn@donvi.test",               // Cyrillic а
            "an@dоnvi.test",               // Cyrillic о
            "an@xn--dnvi-55d.test",        // the same in ASCII
            "an@donvı.test",               // dotless i
            "an@δonvi.test",               // Greek
            "hòa@donvi.test",              // nobody could write to it
            "an\u{200b}@donvi.test",       // invisible
            "an@donvi.test\r\nBcc: x@y.z", // a header of its own
            "an@@donvi.test",
            "an@",
            "@donvi.test",
            "",
        ] {
            assert_eq!(normal_form(typed), None, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn a_normal_form_is_its_own_normal_form(text in "\\PC{0,20}@\\PC{0,20}|[a-zA-ZàĐ.]{1,9}@[a-zA-ZàĐ.]{1,9}") {
            if let Some(form) = normal_form(&text) {
                prop_assert!(form.is_ascii());
                prop_assert_eq!(normal_form(&form), Some(form.clone()));
                prop_assert_eq!(normal_form(&form.to_uppercase()), Some(form));
            }
        }
    }
}
