//! The catalogue: everything that people read, Vietnamese first, English second.
//!
//! Both languages stand side by side, so that one without the other does not compile.

pub mod alerts;
pub mod audit;
pub mod calls;
pub mod case_page;
pub mod challenge;
pub mod choices;
pub mod chrome;
pub mod cli;
pub mod commune_page;
pub mod coverage_page;
pub mod demo;
pub mod demo_page;
pub mod design;
pub mod desk_page;
pub mod directory;
pub mod directory_page;
pub mod documents;
pub mod duties;
pub mod faults;
pub mod forms;
pub mod help;
pub mod keys;
pub mod labels;
pub mod law_page;
pub mod law_words;
pub mod legal_form;
pub mod mails;
pub mod notice_page;
pub mod notices;
pub mod open_pages;
pub mod page_faults;
pub mod pages;
pub mod posts;
pub mod posts_page;
pub mod problems;
pub mod reform;
pub mod rules;
pub mod said;
pub mod second_factor;
pub mod settings;
pub mod shown;
pub mod steps;
pub mod trace_page;

pub use said::Said;

/// One text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Vietnamese.
    pub vi: &'static str,
    /// English.
    pub en: &'static str,
}

impl Text {
    /// Both on one line, for short texts: `Tiếng Việt · English`.
    pub fn label(self) -> String {
        format!("{} · {}", self.vi, self.en)
    }

    /// The text, to be filled in where it has `{names}`.
    pub fn said(self) -> Said {
        Said::from(self)
    }
}

/// Declares `fn $name(key) -> Option<Text>` over `"key" => "Tiếng Việt", "English";` lines, for texts
/// that are looked up by the name of something; or one constant for each `KEY => …` line, for texts
/// that stand in one place of the program, where a missing one does not compile.
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
    ($($(#[$doc:meta])* $name:ident => $vi:literal, $en:literal;)*) => {
        $(
            $(#[$doc])*
            #[doc = concat!("`` ", $en, " ``")]
            pub const $name: $crate::wording::Text = $crate::wording::Text { vi: $vi, en: $en };
        )*
    };
}
