//! Units and successions.
