//! Search for places.
