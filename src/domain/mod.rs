//! The rules. No HTTP, no SQL, no clock, no files: functions from values to values.

pub mod access;
pub mod audit;
pub mod authority;
pub mod case;
pub mod challenge;
pub mod classify;
pub mod clocks;
pub mod codes;
pub mod countries;
pub mod deadline;
pub mod decide;
pub mod declaration;
pub mod investigation;
pub mod law;
pub mod limits;
pub mod message;
pub mod names;
pub mod notice;
pub mod place;
pub mod post;
pub mod receipt;
pub mod routing;
pub mod validators;
pub mod victim;
