//! Pages of a list by key.
