//! REST, version 1: every URL in one place.

pub mod alerts;
pub mod bodies;
pub mod cases;
pub mod declarations;
pub mod extract;
pub mod openapi;
pub mod operations;
pub mod page;
pub mod places;
pub mod problem;
