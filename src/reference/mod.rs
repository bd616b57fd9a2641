//! Reference data built into the program.
