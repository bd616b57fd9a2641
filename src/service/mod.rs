//! Use cases: one function for each thing somebody can ask for, in one transaction.

pub mod alerts;
pub mod cases;
pub mod declarations;
pub mod directory;
pub mod idempotency;
pub mod operations;
pub mod rules;
pub mod tokens;
pub mod world;
