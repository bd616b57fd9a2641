//! A message as an e-mail: subject, plain text, simple HTML.
