//! Bodies and handlers of cases.
