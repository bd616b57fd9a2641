//! Pages: every page URL in one place.

pub mod alert;
pub mod mailbox;
