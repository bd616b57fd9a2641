//! Why something was not done, in words, for pages that stay where they are.

use crate::{
    error::AppError,
    wording::{Text, chrome, labels, problems},
};

/// What the refusal `error` is called where people read it.
pub fn said(error: &AppError) -> Text {
    let code = match error {
        AppError::Forbidden(why) => why,
        other => other.code(),
    };
    labels::label(&format!("refusal.{code}"))
        .or_else(|| labels::label(&format!("denial.{code}")))
        .or_else(|| problems::problem(code))
        .unwrap_or(chrome::FAILED_TEXT)
}
