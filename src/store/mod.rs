//! SQL. Takes and returns domain values; decides nothing.

pub mod alarms;
pub mod alerts;
pub mod authorities;
pub mod cases;
pub mod catalogues;
pub mod clocks;
pub mod conn;
pub mod declarations;
pub mod events;
pub mod idempotency;
pub mod law;
pub mod links;
pub mod migrate;
pub mod outbox;
pub mod places;
pub mod pool;
pub mod schema;
pub mod seed;
pub mod tokens;
mod writer;
