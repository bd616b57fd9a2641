//! What is asked for when somebody makes a token, and what is made: of posts and of employers alike.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{hash_secret, new_secret};
use crate::{
    config::Secret,
    domain::{
        access::{Actor, ActorRole, Facts, Holder, Right, decide, table},
        audit::{Action, Object, ObjectKind},
        declaration::{Fault, FaultCode},
        employer::Employer,
        post::Post,
    },
    error::{AppError, Result},
    ids::TokenId,
    service::{
        Ctx,
        accounts::{Signed, sessions},
        form::Form,
        paging,
    },
    store::{
        conn::DbConn,
        tokens::{self, OfEmployer, OfPost, Token, Which},
    },
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

/// As whom somebody who is signed in makes a token, where they have the right to make one.
pub(super) fn maker(tx: &mut DbConn, signed: &Signed, right: Right) -> Result<Actor> {
    let Signed {
        world,
        session,
        account,
        now,
        ..
    } = signed;
    let actor = sessions::actor(tx, world, session, account, *now)?;
    decide(&actor, right, Facts::Any, *now)?;
    Ok(actor)
}

/// For what a token is made.
pub(super) enum For<'a> {
    /// A post.
    Post(&'a Post),
    /// The record of an employer.
    Employer(&'a Employer),
}

/// Makes and stores the token that is asked for.
pub(super) fn make(
    tx: &mut DbConn,
    signed: &Signed,
    mut asked: Asked,
    whose: For<'_>,
) -> Result<Made> {
    asked.scopes.sort();
    asked.scopes.dedup();
    let made_by = signed.account.id.clone();
    let mut token = Token {
        id: TokenId::generate(),
        role: None,
        province_code: None,
        commune_code: None,
        tax_code: None,
        of_post: None,
        of_employer: None,
        name: asked.name,
        created_at: signed.now,
        expires_at: signed.now + asked.valid_for,
        revoked_at: None,
        revoked_because: None,
        last_used_at: None,
    };
    let mut details = json!({ "scopes": asked.scopes, "expires_at": token.expires_at });
    match whose {
        For::Post(post) => {
            details["as_post"] = post.id.as_str().into();
            token.of_post = Some(OfPost {
                post: post.id.clone(),
                scopes: asked.scopes,
                made_by,
                kept: None,
            });
        }
        For::Employer(employer) => {
            let tax_code = &employer.stated.tax_code;
            details["for_employer"] = employer.id.as_str().into();
            details["tax_code"] = tax_code.as_str().into();
            token.role = Some(ActorRole::Employer.to_string());
            token.tax_code = Some(tax_code.clone());
            token.of_employer = Some(OfEmployer {
                employer: employer.id.clone(),
                scopes: asked.scopes,
                made_by,
            });
        }
    }
    let secret = new_secret()?;
    tokens::insert(tx, &token, &hash_secret(secret.expose()))?;
    let object = Object::new(ObjectKind::Token, &token.id);
    signed.notes.add(Action::CreateToken, object, details);
    Ok(Made { token, secret })
}

/// Ends a token now, for the `reason` of a body; `whose` says in the trace what it belongs to. Of one that was revoked
/// before, the first reason stays.
pub(super) fn end(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &TokenId,
    body: &Value,
    whose: Value,
) -> Result<Token> {
    let mut form = Form::new(body);
    let reason = form.text("reason", LONGEST_REASON).unwrap_or_default();
    form.finish()?;
    if tokens::revoke(tx, Which::One(id), ctx.now, Some(&reason))? == 1 {
        let object = Object::new(ObjectKind::Token, id);
        ctx.note_of(Action::RevokeToken, object, whose);
    }
    tokens::find(tx, id)?.ok_or(AppError::NotFound("token"))
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
