//! Migrations built into the program.
