//! The built-in mailbox of the demo.
