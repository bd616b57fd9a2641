//! A small believable province.
