//! Import and export of the directory: all rows or none.
