//! Revisions of the dated data that programs keep in memory.
