//! Tokens of posts: whoever holds a post lets software do some of what the post may do. Such a token moves
//! with its post when authorities are merged, and ends with it.
//!
//! Whoever made a token knows its secret. So it ends when they leave the post, unless somebody who keeps the
//! posts has said that it stays (`service::posts`).

use serde_json::{Value, json};

use super::making::{Asked, For, Made, TokensQuery, check_scopes, end, make, maker};
use crate::{
    domain::{
        access::{Facts, Right},
        post::Post,
    },
    error::{AppError, Result},
    ids::TokenId,
    service::{
        Ctx,
        accounts::Signed,
        paging,
        posts::{authorities_within, authority_facts},
    },
    store::{
        conn::DbConn,
        posts,
        tokens::{self, Token},
    },
};

/// The post in which the person makes a token.
///
/// # Errors
/// Forbidden where the post may make none; a fault of each scope that it does not have itself, or
/// that only a person answers for.
pub fn check(tx: &mut DbConn, signed: &Signed, asked: &Asked) -> Result<Post> {
    let actor = maker(tx, signed, Right::CreateTokens)?;
    let (Some(held), Some(holder)) = (&actor.post, actor.holder()) else {
        return Err(AppError::Forbidden("no post is chosen"));
    };
    check_scopes(holder, &held.grants, asked)?;
    posts::find(tx, &held.id)?.ok_or(AppError::NotFound("post"))
}

/// Makes a token for the post in which the person acts.
pub fn create(tx: &mut DbConn, signed: &Signed, asked: Asked) -> Result<(Made, Post)> {
    // The post may have ended while the password was looked at.
    let post = check(tx, signed, &asked)?;
    let made = make(tx, signed, asked, For::Post(&post))?;
    Ok((made, post))
}

/// A page of tokens, each with its post; the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokensPage {
    /// The tokens.
    pub items: Vec<(Token, Post)>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// The tokens of posts that the caller keeps: of its authority, of its province, or of all.
pub fn list(tx: &mut DbConn, ctx: &Ctx, query: &TokensQuery) -> Result<TokensPage> {
    ctx.require(Right::CreateTokens)?;
    let (limit, after) = query.read()?;
    let within = authorities_within(ctx, Right::CreateTokens, None);
    let mut items = tokens::of_posts(
        tx,
        within.as_deref(),
        after.as_ref(),
        paging::one_more(limit),
    )?;
    let next = paging::cut(&mut items, limit).map(|(token, _)| token.id.to_string());
    Ok(TokensPage { items, next })
}

/// Ends a token now, for a `reason`. Of one that was revoked before, the first reason stays.
pub fn revoke(tx: &mut DbConn, ctx: &Ctx, id: &TokenId, body: &Value) -> Result<(Token, Post)> {
    ctx.require(Right::CreateTokens)?;
    let found = tokens::find(tx, id)?.ok_or(AppError::NotFound("token"))?;
    // Those of the command line are kept there.
    let of_post = found.of_post.as_ref().ok_or(AppError::NotFound("token"))?;
    let post = posts::find(tx, &of_post.post)?.ok_or(AppError::NotFound("post"))?;
    let facts = authority_facts(ctx, &post.authority_id);
    ctx.require_of(Right::CreateTokens, Facts::Authority(&facts), "token")?;
    let token = end(tx, ctx, id, body, json!({ "of_post": post.id.as_str() }))?;
    Ok((token, post))
}
