//! Declarations: preview, submit, supplement, show.
//!
//! Submission, preview and `tnld explain` ask one function, `prepare`; submission then stores what
//! it says, with the alerts that follow from it, in one transaction.

pub mod answer;
mod legal_form;
mod prepare;
mod show;
mod submit;
mod supplement;

pub use legal_form::{LegalForm, legal_form};
pub use prepare::{Preview, explain, preview};
pub(crate) use prepare::{decided, prepare};
pub use show::{DeclarationShown, show, visible};
pub(in crate::service) use submit::{Accepted, accept, write};
pub use submit::{Answered, Planned, Submit, plan, store};
pub use supplement::{Supplement, supplement};
