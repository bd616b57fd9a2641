//! The dated directory of authorities.
