//! The dated world in memory, replaced as a whole when its data change.
