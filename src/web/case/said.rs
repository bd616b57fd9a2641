//! What is said above the page of a case: what was done just now, or why not.

use super::SaidQuery;
use crate::{
    domain::case::Step,
    web::chrome::Chrome,
    wording::{Text, case_page as words, labels},
};

/// A text in both languages, of which one is shown.
pub struct Both(String, String);

impl From<Text> for Both {
    fn from(text: Text) -> Self {
        Self(text.vi.to_owned(), text.en.to_owned())
    }
}

impl From<(String, String)> for Both {
    fn from((vi, en): (String, String)) -> Self {
        Self(vi, en)
    }
}

/// What is said above the page.
#[derive(Default)]
pub struct Said {
    step: Option<Step>,
    form: Option<(String, String)>,
    twice: bool,
    not_issued: Option<Both>,
}

impl Said {
    /// What the address says. Nothing of it is shown as it stands there.
    pub fn of(query: &SaidQuery) -> Self {
        let known = |code: &str| {
            code.len() < 20 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let blanks = query.blanks.parse::<u32>().ok();
        Self {
            step: Step::parse(&query.said),
            form: blanks
                .filter(|_| !query.form.is_empty() && known(&query.form))
                .map(|blanks| (query.form.clone(), blanks.to_string())),
            twice: !query.twice.is_empty(),
            not_issued: None,
        }
    }

    /// A form was not issued.
    pub fn not_issued(why: Both) -> Self {
        Self {
            not_issued: Some(why),
            ..Self::default()
        }
    }

    /// What was done.
    pub fn good(&self, c: &Chrome) -> Option<String> {
        if let Some(step) = self.step {
            let step = c.t(labels::step(step));
            return Some(c.t(words::RECORDED).replace("{step}", step));
        }
        let (form, blanks) = self.form.as_ref()?;
        let said = c.t(words::ISSUED).replace("{form}", form);
        Some(said.replace("{count}", blanks))
    }

    /// What was not.
    pub fn bad(&self, c: &Chrome) -> Option<String> {
        if self.twice {
            return Some(c.t(words::ISSUED_TWICE).to_owned());
        }
        let Both(vi, en) = self.not_issued.as_ref()?;
        Some(c.t(words::NOT_ISSUED).replace("{why}", c.either(vi, en)))
    }
}
