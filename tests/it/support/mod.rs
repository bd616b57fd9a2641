//! What the tests stand on.

pub mod scratch;
pub mod smtp;
