//! Bodies and handlers of declarations.
