//! E-mail: facts become words, words leave the house.

pub mod address;
pub mod breaker;
pub mod compose;
pub mod relays;
pub mod render;
mod tls;
pub mod transport;
