//! AppState, and the way from a handler to a use case.
