//! Texts of mails and pages.
