//! Who may see and do what; default: nothing.
