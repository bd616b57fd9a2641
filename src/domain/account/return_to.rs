//! Where a browser goes on after somebody has signed in elsewhere: a page of ours, and of nobody else.

/// Longest path that is taken.
const LONGEST: usize = 1000;

/// A path of this service with its query; `None` for everything that a browser could take for the address
/// of another site (`//evil.test`, `/\\evil.test`, `https:…`), or that would break a header.
pub fn own_path(text: &str) -> Option<String> {
    let is_own = text.starts_with('/')
        && !text.starts_with("//")
        && text.len() <= LONGEST
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    is_own.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_ours_is_taken() {
        for own in [
            "/",
            "/desk",
            "/cases?class=FATAL&next=https://x.test",
            "/a#b",
        ] {
            assert_eq!(own_path(own).as_deref(), Some(own));
        }
        for foreign in [
            "",
            "desk",
            "//evil.test",
            "/\\evil.test",
            "\\/evil.test",
            "https://evil.test",
            "https:/evil.test",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x=y",
            "/\t/evil.test",
            "/ /evil.test",
            " /desk",
            "/đ",
            &format!("/{}", "a".repeat(1000)),
        ] {
            assert_eq!(own_path(foreign), None, "{foreign:?}");
        }
    }
}
