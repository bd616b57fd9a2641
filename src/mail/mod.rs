//! E-mail: facts become words, words leave the house.

pub mod address;
pub mod compose;
pub mod render;
mod tls;
pub mod transport;
