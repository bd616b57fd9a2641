//! What a request carries: credentials, idempotency key, body.
