//! What runs without being asked.

pub mod clean_up;
pub mod deliver_outbox;
