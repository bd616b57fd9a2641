//! Texts of faults.
