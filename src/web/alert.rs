//! The read-only page behind the link of a mail.
