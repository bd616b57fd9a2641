//! `tnld explain`: what the law says of a declaration, without storing anything.

use std::{fs, path::Path};

use actix_web::http::StatusCode;
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::Value;

use super::{Failure, open, print};
use crate::{
    api::problem::ProblemBody,
    config::Config,
    error::AppError,
    service::{declarations, world::Worlds},
    time::Clock,
};

/// `FILE` is a body, or an example with `request.body` and `request.received_at`. A bad body
/// prints its problem document and fails.
pub fn perform(file: &Path, received_at: Option<DateTime<FixedOffset>>) -> Result<(), Failure> {
    let config = Config::load()?;
    let cannot = |why: &dyn std::fmt::Display| Failure::Other(format!("cannot read {}: {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|why| cannot(&why))?;
    let document: Value = serde_json::from_str(&text).map_err(|why| cannot(&why))?;
    let in_example = document
        .pointer("/request/received_at")
        .and_then(Value::as_str)
        .and_then(|moment| DateTime::parse_from_rfc3339(moment).ok());
    let moment = received_at
        .or(in_example)
        .map_or_else(|| Clock::with_offset(config.clock_offset).now(), |moment| moment.with_timezone(&Utc));
    let body = document.pointer("/request/body").unwrap_or(&document);

    let mut conn = open(&config)?;
    let world = conn.read(|tx| Worlds::new().now(tx))?;
    match declarations::explain(&world, body, moment) {
        Ok(answer) => print(&(pretty(&answer)? + "\n")),
        Err(AppError::Invalid(faults)) => {
            let problem = ProblemBody::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid").with_faults(&faults);
            print(&(pretty(&problem)? + "\n"))?;
            Err(Failure::Other(format!("{} fault(s) in {}", faults.len(), file.display())))
        }
        Err(error) => Err(error.into()),
    }
}

fn pretty(answer: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(answer).map_err(|why| Failure::Other(why.to_string()))
}
