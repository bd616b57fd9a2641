//! E-mail: facts become words, words leave the house.

pub mod address;
pub mod breaker;
pub mod compose;
pub mod dkim;
pub mod relays;
pub mod render;
pub mod return_address;
pub mod returned;
mod tls;
pub mod transport;
