//! Tokens of employers: an owner lets the software of the firm declare and read what was declared.
//!
//! Such a token acts for one record of an employer, as its people do: what it sees goes with that record
//! being verified, and it does nothing while the record is locked or merged. It ends when whoever made it acts
//! for the employer no more, for they know its secret.

use serde_json::{Value, json};

use super::making::{Asked, For, Made, TokensQuery, check_scopes, end, make, maker};
use crate::{
    domain::{
        access::{Facts, Holder, Right, decide},
        employer::Employer,
    },
    error::{AppError, Result},
    ids::{EmployerId, TokenId},
    service::{Ctx, accounts::Signed, employers, paging, refused},
    store::{
        conn::DbConn,
        employers as stored,
        tokens::{self, Token},
    },
};

/// Most tokens of an employer that are good at a time.
const MOST: i64 = 20;

/// The employer whose owner makes a token.
///
/// # Errors
/// Forbidden or not found where the person is no owner of it; a fault of each scope that no employer has,
/// or that only a person answers for; `too_many_tokens`.
pub fn check(tx: &mut DbConn, signed: &Signed, id: &EmployerId, asked: &Asked) -> Result<Employer> {
    let right = Right::ManageEmployerTokens;
    let actor = maker(tx, signed, right)?;
    let employer = stored::find(tx, id)?.ok_or(AppError::NotFound("employer"))?;
    let facts = Facts::Employer {
        id: &employer.id,
        province_code: None,
    };
    decide(&actor, right, facts, signed.now).map_err(|denial| refused(denial, "employer"))?;
    check_scopes(Holder::Employer, &[], asked)?;
    if tokens::count_of_employer(tx, id, signed.now)? >= MOST {
        return Err(AppError::Conflict("too_many_tokens"));
    }
    Ok(employer)
}

/// Makes a token for the employer.
pub fn create(tx: &mut DbConn, signed: &Signed, id: &EmployerId, asked: Asked) -> Result<Made> {
    // Of two at once one waits, so that both are counted.
    stored::lock(tx, id)?;
    let employer = check(tx, signed, id, &asked)?;
    make(tx, signed, asked, For::Employer(&employer))
}

/// A page of the tokens of an employer, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokensPage {
    /// The tokens.
    pub items: Vec<Token>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// The tokens of an employer, for its owners.
pub fn list(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &EmployerId,
    query: &TokensQuery,
) -> Result<TokensPage> {
    let employer = employers::found(tx, ctx, Right::ManageEmployerTokens, id)?;
    let (limit, after) = query.read()?;
    let more = paging::one_more(limit);
    let mut items = tokens::of_employer(tx, &employer.id, after.as_ref(), more)?;
    let next = paging::cut(&mut items, limit).map(|token| token.id.to_string());
    Ok(TokensPage { items, next })
}

/// Ends a token of an employer now, for a `reason`. Of one that was revoked before, the first reason stays.
pub fn revoke(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &EmployerId,
    token: &TokenId,
    body: &Value,
) -> Result<Token> {
    let employer = employers::found(tx, ctx, Right::ManageEmployerTokens, id)?;
    let is_of_it = |found: &Token| {
        let of = found.of_employer.as_ref();
        of.is_some_and(|of| of.employer == employer.id)
    };
    let found = tokens::find(tx, token)?.filter(is_of_it);
    found.ok_or(AppError::NotFound("token"))?;
    end(tx, ctx, token, body, json!({ "of_employer": employer.id }))
}
