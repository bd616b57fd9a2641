//! Forgets what need not be kept.
