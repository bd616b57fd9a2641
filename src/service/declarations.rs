//! Preview, submit, supplement, show.
