//! Black-box tests: the built program, as people and other programs meet it, on both databases.
//!
//! `tests/run` starts a PostgreSQL cluster for them. Without one (`TNLD_TEST_POSTGRES` is not set) the
//! tests on PostgreSQL fail; `cargo it sqlite` runs the others alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[macro_use]
mod support;

mod api;
mod bad_luck;
mod bad_luck_mail;
mod delivery;
mod demo;
mod employers;
mod files;
mod hardening;
mod pages;
mod people;
mod program;
mod returned;
mod schema;
mod sealing;
mod settings;
mod tokens;
