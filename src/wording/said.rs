//! A text of the catalogue with its values filled in, as the command line prints it.

use std::fmt;

use super::Text;

/// What is said to somebody, in both languages. `Display` is one line: Vietnamese, English, and
/// last what somebody else said about the cause (a library, the system), which is in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    vi: String,
    en: String,
    cause: Option<String>,
}

impl Said {
    /// Puts `value` in the place of `{name}`. What comes from outside goes in last: it may hold
    /// something that looks like a name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        let (name, value) = (format!("{{{name}}}"), value.to_string());
        self.vi = self.vi.replace(&name, &value);
        self.en = self.en.replace(&name, &value);
        self
    }

    /// Puts a text in the place of `{name}`, each language into its own.
    #[must_use]
    pub fn with_text(mut self, name: &str, text: impl Into<Said>) -> Self {
        let (name, text) = (format!("{{{name}}}"), text.into());
        self.vi = self.vi.replace(&name, &text.vi);
        self.en = self.en.replace(&name, &text.en);
        self
    }

    /// Adds what somebody else said about it.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// The Vietnamese text.
    pub fn vi(&self) -> &str {
        &self.vi
    }

    /// The English text.
    pub fn en(&self) -> &str {
        &self.en
    }

    /// The Vietnamese line and then the English one.
    pub fn lines(&self) -> String {
        format!("{}\n{}\n", self.vi, self.en)
    }
}

impl From<Text> for Said {
    fn from(text: Text) -> Self {
        Self {
            vi: text.vi.to_owned(),
            en: text.en.to_owned(),
            cause: None,
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} | {}", self.vi, self.en)?;
        match &self.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Said {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_gets_its_own_words_and_both_get_the_values() {
        const WRONG: Text = Text {
            vi: "{key} phải là {allowed}",
            en: "{key} must be {allowed}",
        };
        const NUMBER: Text = Text {
            vi: "một số",
            en: "a number",
        };
        let said = WRONG
            .said()
            .with_text("allowed", NUMBER)
            .with("key", "{allowed}");
        assert_eq!(
            said.to_string(),
            "{allowed} phải là một số | {allowed} must be a number"
        );
        assert_eq!(
            said.because("no digits").to_string(),
            "{allowed} phải là một số | {allowed} must be a number: no digits"
        );
    }
}
