//! The timeline of a case; only ever added to.
