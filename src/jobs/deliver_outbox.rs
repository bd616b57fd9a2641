//! Claims, sends and settles messages.
