//! Cases, their audiences and queues.
