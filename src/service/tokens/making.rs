//! What is asked for when somebody makes a token, and what is made: of posts and of employers alike.

use chrono::TimeDelta;
use serde_json::Value;

use crate::{
    config::Secret,
    domain::{
        access::{Holder, Right, table},
        declaration::{Fault, FaultCode},
    },
    error::{AppError, Result},
    ids::TokenId,
    service::{form::Form, paging},
    store::tokens::Token,
};

/// Longest life of such a token, in days: whoever needs it longer makes another.
const LONGEST_LIFE: i64 = 366;
/// Its life where nobody says, in days.
const USUAL_LIFE: i64 = 90;
/// Longest name, in characters.
const LONGEST_NAME: usize = 200;
/// Longest reason, in characters.
const LONGEST_REASON: usize = 1000;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What the token is called.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Right>,
    /// For how long.
    pub valid_for: TimeDelta,
}

/// A token that was made.
pub struct Made {
    /// The token.
    pub token: Token,
    /// Its secret, stored nowhere and shown once.
    pub secret: Secret,
}

impl Asked {
    /// Reads `name`, `scopes` and `valid_days`.
    pub fn read(form: &mut Form<'_>) -> Self {
        let name = form.text("name", LONGEST_NAME).unwrap_or_default();
        let scopes = form.names("scopes", Right::parse);
        if scopes.is_empty() && !form.has_fault("scopes") {
            form.fault("scopes", FaultCode::Required);
        }
        let days = form.optional_number("valid_days").unwrap_or(USUAL_LIFE);
        if days < 1 {
            form.fault("valid_days", FaultCode::TooSmall);
        }
        if days > LONGEST_LIFE {
            form.fault("valid_days", FaultCode::TooLarge);
        }
        Self {
            name,
            scopes,
            valid_for: TimeDelta::days(days.clamp(1, LONGEST_LIFE)),
        }
    }
}

/// A fault of each scope that `holder` does not have itself, or that only a person answers for.
pub(super) fn check_scopes(holder: Holder, grants: &[Right], asked: &Asked) -> Result<()> {
    let scopes = asked.scopes.iter().enumerate();
    let faults: Vec<Fault> = scopes
        .filter(|(_, scope)| !table::is_for_tokens(holder, grants, **scope))
        .map(|(at, _)| Fault {
            pointer: format!("/scopes/{at}"),
            code: FaultCode::NotAllowed,
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(faults))
    }
}

/// Why a token ends: the one entry of a body.
pub(super) fn reason(body: &Value) -> Result<String> {
    let mut form = Form::new(body);
    let reason = form.text("reason", LONGEST_REASON).unwrap_or_default();
    form.finish()?;
    Ok(reason)
}

/// What a query of the tokens says, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokensQuery {
    /// 1 to 100, by default 50.
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

impl TokensQuery {
    /// The limit, and after which token.
    pub(super) fn read(&self) -> Result<(usize, Option<TokenId>)> {
        let mut faults = Vec::new();
        let limit = paging::limit(self.limit.as_deref(), &mut faults);
        let after = paging::after(self.cursor.as_deref(), &mut faults, TokenId::parse);
        if faults.is_empty() {
            Ok((limit, after))
        } else {
            Err(AppError::Invalid(faults))
        }
    }
}
