//! tnld (*tai nạn lao động*): the service through which Việt Nam reports accidents at work.
//!
//! The short map, from the socket to the row, the e-mail and the deadline:
//!
//! ```text
//! api, web ─▶ service ─▶ domain      what the law says: plain functions over dated data
//!     │          └─────▶ store       SQLite or PostgreSQL, one schema
//!  server ─▶ jobs ─▶ mail            what happens later: messages leave the outbox
//! ```
//!
//! `domain` knows no HTTP, SQL, clock or file. `service` has one function for each wish, in one
//! transaction. `api` and `web` translate. `wording` holds every text that a person reads.

/// The allocator of every program that is built with this library.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod api;
pub mod app;
pub mod archive;
pub mod channels;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod error;
pub mod files;
pub mod ids;
pub mod inspect;
pub mod jobs;
pub mod json;
pub mod mail;
pub mod oidc;
pub mod paper;
pub mod reference;
pub mod returns;
pub mod scan;
pub mod sealing;
pub mod server;
pub mod service;
pub mod storage;
pub mod store;
pub mod telemetry;
pub mod text;
pub mod time;
pub mod web;
pub mod wording;
