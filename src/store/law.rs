//! The dated rules.
