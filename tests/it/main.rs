//! Everything that needs a server or a database, in one test program.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod delivery;
mod support;
