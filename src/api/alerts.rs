//! Bodies and handlers of alerts.
