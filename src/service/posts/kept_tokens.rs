//! Tokens that stay although whoever made them leaves the post: only where somebody who keeps the posts says
//! so, for whoever leaves knows the secret.

use serde_json::json;

use super::authority_facts;
use crate::{
    domain::{
        access::{Facts, Holder, Right, table},
        audit::{Action, Object, ObjectKind},
        post::Post,
    },
    error::Result,
    ids::AccountId,
    service::{Ctx, form::Form},
    store::{
        conn::DbConn,
        posts,
        tokens::{self, Kept, Token},
    },
};

/// The tokens of the post `from` that a form names in `keep_tokens`, to belong to `to` from now on. A fault
/// is one that is none of them, that `to` may not have, that the caller made (nobody vouches for
/// themselves), or that somebody made who still holds the post and is not the one `leaving`: what is kept
/// now would outlive that person's own leaving.
pub(super) fn named(
    tx: &mut DbConn,
    ctx: &Ctx,
    form: &mut Form<'_>,
    (from, leaving): (&Post, Option<&AccountId>),
    to: &Post,
) -> Result<Vec<Token>> {
    let mut held = Vec::new();
    for token in tokens::of_post(tx, &from.id, ctx.now)? {
        let made_by = token.of_post.as_ref().map(|of| of.made_by.clone());
        let stays = match &made_by {
            Some(maker) if leaving == Some(maker) => false,
            Some(maker) => posts::is_held_by(tx, &from.id, maker, ctx.now)?,
            None => true,
        };
        if !stays {
            held.push(token);
        }
    }
    let me = AccountId::from(ctx.actor.caller.id().to_string());
    let holder = Holder::from(to.kind);
    let may_stay = |token: &Token| {
        token.of_post.as_ref().is_some_and(|of| {
            let has = |scope: &Right| table::is_for_tokens(holder, &to.grants, *scope);
            of.made_by != me && of.scopes.iter().all(has)
        })
    };
    let mut kept: Vec<Token> = form.names("keep_tokens", |id| {
        let found = held.iter().find(|token| token.id.as_str() == id);
        found.filter(|token| may_stay(token)).cloned()
    });
    if !kept.is_empty() {
        let facts = authority_facts(ctx, &to.authority_id);
        ctx.require_of(Right::CreateTokens, Facts::Authority(&facts), "post")?;
    }
    kept.sort_by(|one, other| one.id.cmp(&other.id));
    kept.dedup_by(|one, other| one.id == other.id);
    Ok(kept)
}

/// Keeps these tokens, for the post `to`.
pub(super) fn keep(
    tx: &mut DbConn,
    ctx: &Ctx,
    kept: &[Token],
    to: &Post,
    reason: &str,
) -> Result<()> {
    for token in kept {
        let how = Kept {
            at: ctx.now,
            by: ctx.actor.caller.id().to_string(),
            because: reason.to_owned(),
        };
        tokens::keep(tx, &token.id, &to.id, &how)?;
        let made_by = token.of_post.as_ref().map(|of| of.made_by.as_str());
        let details = json!({ "of_post": to.id, "made_by": made_by });
        ctx.note_of(
            Action::KeepToken,
            Object::new(ObjectKind::Token, &token.id),
            details,
        );
    }
    Ok(())
}
