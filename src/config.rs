//! Every setting, from the environment or a file; a wrong one stops the start.
