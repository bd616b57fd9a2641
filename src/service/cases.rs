//! The queue, the case, its steps.
