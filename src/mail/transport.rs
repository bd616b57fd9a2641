//! Mailer: SMTP, or a folder.
