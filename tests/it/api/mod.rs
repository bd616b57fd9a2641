//! The API, called as its clients call it. Every answer is held against the API description on its
//! way, so that a member or status that is not documented fails the test that meets it.

pub mod access;
mod alerts;
mod bad_input;
mod canaries;
mod coverage;
mod declarations;
mod deliveries;
mod directory;
mod examples;
mod facility;
mod forms;
mod idempotency;
mod investigation;
mod ladder;
mod news;
mod notices;
mod operations;
mod party;
mod personal_data;
mod places;
mod posts;
mod queue;
mod recounts;
mod refusing;
mod reinstating;
mod reminders;
mod reports;
mod rules;
mod searching;
mod spec;
pub mod steps;
mod supplements;
mod taking;
mod territory;
mod tokens_over_http;
mod trace;

pub mod described;
pub mod office;

pub use office::{Caller, Office, ago, recent, rows, with};
