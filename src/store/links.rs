//! The links of delivered mails.
