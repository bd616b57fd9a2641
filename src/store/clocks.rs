//! The time limits of cases.
