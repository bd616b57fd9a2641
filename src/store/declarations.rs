//! Declarations and supplements as received.
