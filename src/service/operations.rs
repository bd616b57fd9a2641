//! What an operator sees: health, depth of the outbox, alarms.
