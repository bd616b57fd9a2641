//! The catalogue: everything that people read, Vietnamese first, English second.
//!
//! Both languages stand side by side, so that one without the other does not compile.

pub mod demo;
pub mod directory;
pub mod faults;
pub mod labels;
pub mod mails;
pub mod problems;
pub mod rules;
pub mod shown;

/// One text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Vietnamese.
    pub vi: &'static str,
    /// English.
    pub en: &'static str,
}

/// Declares `fn $name(key) -> Option<Text>` over `"key" => "Tiếng Việt", "English";` lines.
#[macro_export]
macro_rules! catalogue {
    ($(#[$doc:meta])* $name:ident { $($key:literal => $vi:literal, $en:literal;)* }) => {
        $(#[$doc])*
        pub fn $name(key: &str) -> Option<$crate::wording::Text> {
            Some(match key {
                $($key => $crate::wording::Text { vi: $vi, en: $en },)*
                _ => return None,
            })
        }
    };
}
