//! Everything we write to people, as facts without wording.
