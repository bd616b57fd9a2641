//! Health, readiness, metrics, alarms.
