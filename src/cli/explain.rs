//! `tnld explain`: what the law says of a declaration, without storing anything.

use std::path::Path;

use actix_web::{ResponseError, body::MessageBody, http::StatusCode};
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::Value;

use super::{Failure, open, print};
use crate::{
    api::problem::ProblemBody,
    config::Config,
    error::AppError,
    json,
    service::{declarations, world::Worlds},
    time::Clock,
    wording::{cli, settings},
};

/// Where an example says for which moment the decision is asked.
const RECEIVED_AT: &str = "/request/received_at";

/// Prints what a preview of the body in `file` would answer at `received_at`. A bad body prints
/// its problem document, and is a failure.
pub(super) fn perform(
    file: &Path,
    received_at: Option<DateTime<FixedOffset>>,
) -> Result<(), Failure> {
    let config = Config::load()?;
    let bytes = super::read(file)?;
    let Ok(text) = String::from_utf8(bytes) else {
        return refuse(file, &problem("not_utf8"));
    };
    let content = match json::read(&text) {
        Ok(content) => content,
        Err(why) => return refuse(file, &problem(why.code())),
    };
    let asked = Asked::read(&content)?;
    let received_at = received_at
        .map(|at| at.to_utc())
        .or(asked.received_at)
        .unwrap_or_else(|| Clock::with_offset(config.clock_offset).now());

    let mut conn = open(&config)?;
    let world = Worlds::new().now(&mut conn)?;
    match declarations::explain(&world, asked.body, received_at) {
        Ok(answer) => {
            let answer = serde_json::to_string_pretty(&answer)
                .map_err(|why| cli::CANNOT_PRINT.said().because(why))?;
            print(&format!("{answer}\n"))
        }
        Err(AppError::Internal(why)) => Err(AppError::Internal(why).into()),
        Err(refused) => {
            let response = refused.error_response();
            let body = response.into_body().try_into_bytes().unwrap_or_default();
            let problem = serde_json::from_slice(&body)
                .map_err(|why| cli::CANNOT_PRINT.said().because(why))?;
            refuse(file, &problem)
        }
    }
}

/// A file is a body, or an example of the contract with the body inside.
struct Asked<'a> {
    body: &'a Value,
    received_at: Option<DateTime<Utc>>,
}

impl<'a> Asked<'a> {
    fn read(content: &'a Value) -> Result<Self, Failure> {
        let Some(body) = content.pointer("/request/body") else {
            return Ok(Self {
                body: content,
                received_at: None,
            });
        };
        let received_at = match content.pointer(RECEIVED_AT) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(super::moment(text).map_err(|why| {
                let said = settings::WRONG.said().with_text("allowed", why);
                said.with("key", RECEIVED_AT)
                    .with("value", format_args!("{text:?}"))
            })?),
            Some(other) => {
                let said = settings::WRONG.said();
                let said = said.with_text("allowed", cli::NOT_A_MOMENT);
                return Err(said.with("key", RECEIVED_AT).with("value", other).into());
            }
        };
        Ok(Self {
            body,
            received_at: received_at.map(|at| at.to_utc()),
        })
    }
}

fn problem(code: &str) -> ProblemBody {
    ProblemBody::new(StatusCode::BAD_REQUEST, code)
}

fn refuse(file: &Path, problem: &ProblemBody) -> Result<(), Failure> {
    let document = serde_json::to_string_pretty(problem)
        .map_err(|why| cli::CANNOT_PRINT.said().because(why))?;
    print(&format!("{document}\n"))?;
    let said = cli::NOT_ACCEPTABLE.said();
    Err(said.with("file", file.display()).into())
}
