//! Code lists: injuries, causes, factors, industries, occupations, establishment types, countries.

/// The code lists, indexed. Made once and shared; read-only.
pub struct Codes {}
