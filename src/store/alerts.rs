//! Alerts, and where each stands.
