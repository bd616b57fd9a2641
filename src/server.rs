//! Puts the parts together: HTTP, jobs, orderly shutdown.
