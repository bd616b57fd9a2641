//! API tokens; only hashes of their secrets.
