//! Import and export of the law: all rows or none.
