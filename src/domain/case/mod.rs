//! The life of a case: states, steps, allowed actions.
