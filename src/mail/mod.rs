//! E-mail: facts become words, words leave the house.

pub mod render;
pub mod transport;
