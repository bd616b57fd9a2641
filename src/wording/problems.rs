//! Texts of problem documents and refusals.
